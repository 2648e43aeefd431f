//! In: the name of a print profile and a page count. Out: the margins that its printer asks for.
//!
//! Every table carries the date on which its public source said so, so that a user can see how
//! old it is.

/// What a printer asks of a page.
#[derive(Debug)]
pub struct Profile {
    /// The name that `--profile` takes.
    pub name: &'static str,
    /// What it is for.
    pub about: &'static str,
    /// Whether pages go to a printing press: no links, no outline.
    pub print: bool,
    /// Least inside margin by page count: up to so many pages, so many inches.
    pub inside: &'static [(usize, f64)],
    /// Least outside, head and foot margins, in inches.
    pub outside: f64,
    /// Pages are padded with empty ones to a multiple of this.
    pub multiple: usize,
    /// Thinnest rule, in points.
    pub thinnest_rule: f64,
    /// Where the figures stand, and when they stood there.
    pub source: &'static str,
}

/// Every profile, the default first.
pub static PROFILES: &[Profile] = &[
    Profile {
        name: "screen",
        about: "to be read on a screen or printed at the desk: links, outline, tags",
        print: false,
        inside: &[(usize::MAX, 0.0)],
        outside: 0.0,
        multiple: 1,
        thinnest_rule: 0.0,
        source: "",
    },
    Profile {
        name: "kdp",
        about: "Kindle Direct Publishing, paperback",
        print: true,
        inside: &[(150, 0.375), (300, 0.5), (500, 0.625), (700, 0.75), (usize::MAX, 0.875)],
        outside: 0.25,
        multiple: 2,
        thinnest_rule: 0.75,
        source: "kdp.amazon.com G201857950 and G201953020, autumn 2026",
    },
    Profile {
        name: "ingram",
        about: "IngramSpark, paperback and hardback",
        print: true,
        inside: &[(usize::MAX, 0.5)],
        outside: 0.5,
        multiple: 2,
        thinnest_rule: 0.0,
        source: "ingramspark.com file requirements, autumn 2026",
    },
    Profile {
        name: "lulu",
        about: "Lulu, paperback",
        print: true,
        inside: &[(60, 0.5), (150, 0.625), (400, 0.7), (600, 0.75), (usize::MAX, 0.8)],
        outside: 0.5,
        multiple: 2,
        thinnest_rule: 0.0,
        source: "help.lulu.com 64000255583 (margin .5 in, gutter .2 to .3 in), autumn 2026",
    },
    Profile {
        name: "home",
        about: "a printer at home, for binding by hand",
        print: true,
        inside: &[(usize::MAX, 0.5)],
        outside: 0.25,
        multiple: 4,
        thinnest_rule: 0.0,
        source: "",
    },
];

impl Profile {
    /// The profile with this name.
    pub fn find(name: &str) -> Option<&'static Self> {
        PROFILES.iter().find(|p| p.name.eq_ignore_ascii_case(name))
    }

    /// Least inside margin of a book of `pages` pages, in points.
    pub fn inside(&self, pages: usize) -> f64 {
        self.inside.iter().find(|(most, _)| pages <= *most).map_or(0.0, |(_, inches)| inches * 72.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gutter_grows_with_the_book() {
        let kdp = Profile::find("KDP").expect("kdp");
        assert!((kdp.inside(150) - 27.0).abs() < 1e-9);
        assert!((kdp.inside(151) - 36.0).abs() < 1e-9);
        assert!((kdp.inside(10_000) - 63.0).abs() < 1e-9);
        assert!(Profile::find("nobody").is_none());
    }
}
