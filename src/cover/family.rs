//! In: `covers/covers.toml`. Out: the families of covers, each with its type and its drawing.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::settings;

use super::art;
use super::drawing::Anchor;
use super::face::Face;

/// A family of covers.
#[derive(Debug)]
pub struct Family {
    /// The name that `--cover` takes.
    pub name: &'static str,
    /// What it shows, in a line.
    pub about: &'static str,
    /// Words in a genre or subject that choose it.
    pub(super) genres: &'static [&'static str],
    /// Its template.
    pub(super) template: &'static str,
    /// Its drawing.
    pub(super) art: art::Draw,
}

macro_rules! template {
    ($name:literal) => {
        include_str!(concat!("../../covers/templates/", $name, ".svg"))
    };
}

/// Every family; the first is the default.
pub static FAMILIES: &[Family] = &[
    Family {
        name: "agate",
        about: "literary: a cut stone of nested wandering rings under the title",
        genres: &[],
        template: template!("agate"),
        art: art::agate::draw,
    },
    Family {
        name: "compass",
        about: "fantasy, adventure: a two-tone star in rings, a double frame",
        genres: &["fantasy", "adventure", "epic", "quest", "sea stories", "voyages"],
        template: template!("compass"),
        art: art::compass::draw,
    },
    Family {
        name: "blinds",
        about: "mystery, thriller: a sign seen through slats",
        genres: &["mystery", "thriller", "crime", "detective", "suspense", "horror", "noir", "ghost"],
        template: template!("blinds"),
        art: art::blinds::draw,
    },
    Family {
        name: "bloom",
        about: "romance: cut-paper flowers and leaves, the title in the clearing",
        genres: &["romance", "love stor", "romantic"],
        template: template!("bloom"),
        art: art::bloom::draw,
    },
    Family {
        name: "halftone",
        about: "science fiction: a planet of dots, rings and a moon",
        genres: &["science fiction", "sci-fi", "scifi", "space", "cyberpunk", "dystopia", "litrpg"],
        template: template!("halftone"),
        art: art::halftone::draw,
    },
    Family {
        name: "label",
        about: "classic: a paper label on patterned boards",
        genres: &["classic", "poetry", "essays", "drama", "philosophy"],
        template: template!("label"),
        art: art::label::draw,
    },
    Family {
        name: "fullstop",
        about: "minimal: one disc on one line",
        genres: &["minimal", "nonfiction", "non-fiction", "science", "business", "computers"],
        template: template!("fullstop"),
        art: art::fullstop::draw,
    },
    Family {
        name: "quilt",
        about: "folk, historical, children's classics: a patchwork of eight motifs",
        genres: &["folk", "fairy tale", "histor", "children", "juvenile", "fable", "legends", "western"],
        template: template!("quilt"),
        art: art::quilt::draw,
    },
];

impl Family {
    /// The family with this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        FAMILIES.iter().find(|f| f.name == name)
    }

    /// The family for a work with these subjects or genres: the first subject that any family
    /// knows decides; without one, the first family.
    pub fn for_subjects<'a>(subjects: impl IntoIterator<Item = &'a str>) -> &'static Self {
        let known = subjects.into_iter().find_map(|subject| {
            let subject = subject.to_lowercase();
            // Science fiction is named before science, and ghost stories before stories.
            FAMILIES
                .iter()
                .flat_map(|f| f.genres.iter().map(move |g| (g, f)))
                .filter(|(genre, _)| subject.contains(**genre))
                .max_by_key(|(genre, _)| genre.len())
        });
        known.map_or(&FAMILIES[0], |(_, family)| family)
    }

    /// The face and size of text on the back of a wrap.
    #[expect(clippy::expect_used, reason = "a test asks for every family")]
    pub(super) fn text_face(&self) -> (&'static Face, f64) {
        let (key, size) = match self.name {
            "compass" | "bloom" | "label" => ("garamond", 66.0),
            "quilt" => ("alegreya", 62.0),
            "blinds" | "halftone" => ("atkinson", 54.0),
            _ => ("literata", 54.0),
        };
        (Face::named(key).expect("the face is in the table"), size)
    }

    /// Its type and measures.
    #[expect(clippy::expect_used, reason = "the file is part of the program; a test asks for every family")]
    pub(super) fn spec(&self) -> &'static Spec {
        SPECS
            .iter()
            .find(|(name, _)| name == self.name)
            .map(|(_, spec)| spec)
            .expect("every family is in covers.toml")
    }
}

/// Where a title stands in its box.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Height {
    /// At its head.
    Top,
    /// In its middle.
    Middle,
    /// At its foot.
    Bottom,
}

/// The case in which words are set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Case {
    /// As written.
    #[default]
    Keep,
    /// Capitals.
    Upper,
}

impl Case {
    /// The text in this case.
    pub(super) fn apply(self, text: &str) -> String {
        match self {
            Self::Keep => text.to_owned(),
            Self::Upper => text.to_uppercase(),
        }
    }
}

/// How a family sets a line of small type.
#[derive(Debug, Deserialize)]
pub(super) struct Small {
    /// Its face.
    #[serde(deserialize_with = "face")]
    pub face: &'static Face,
    /// Its greatest size.
    pub size: f64,
    /// The size under which the author's name goes into two lines.
    #[serde(default)]
    pub floor: f64,
    /// Letterspacing in ems.
    pub track: f64,
    /// Its case.
    #[serde(default)]
    pub case: Case,
}

/// The small lines of minor words in a stacked title.
#[derive(Debug)]
pub(super) struct Minor {
    /// Their face.
    pub face: &'static Face,
    /// Their size in sizes of the title.
    pub scale: f64,
    /// The most lines a stack may have.
    pub lines: usize,
}

/// The type and measures of a family. Lengths in the units of the cover, of which 2560 are
/// its height.
#[derive(Debug, Deserialize)]
pub(super) struct Spec {
    /// Face of the title.
    #[serde(deserialize_with = "face")]
    pub face: &'static Face,
    /// Case of the title.
    pub case: Case,
    /// Letterspacing of the title in ems.
    pub track: f64,
    /// From baseline to baseline in ems.
    pub lead: f64,
    /// Which edge the title is flush with.
    pub align: Anchor,
    /// Where it stands in its box.
    pub valign: Height,
    /// Left, top, width, height of the title's box.
    #[serde(rename = "box")]
    pub area: [f64; 4],
    /// The greatest size of titles of 1–2, 3–5, 6–10 and more words.
    pub sizes: [f64; 4],
    /// The most lines of such titles.
    pub max_lines: [usize; 4],
    /// What uneven lines cost.
    #[serde(default = "centred_rag")]
    pub rag: f64,
    #[serde(default)]
    minor: Option<String>,
    #[serde(default)]
    minor_scale: f64,
    #[serde(default = "minor_gap")]
    minor_gap: f64,
    #[serde(default)]
    minor_lines: usize,
    /// The author's line.
    pub author: Small,
    /// Series and subtitle.
    pub small: Small,
}

impl Spec {
    /// How minor words are set in stacks, where the family stacks.
    pub(super) fn minor(&self) -> Option<Minor> {
        let face = Face::named(self.minor.as_deref()?)?;
        Some(Minor { face, scale: self.minor_scale, lines: self.minor_lines })
    }

    /// The white between lines of a stack, in ems.
    pub(super) fn minor_gap(&self) -> f64 {
        self.minor_gap
    }
}

const fn centred_rag() -> f64 {
    0.35
}

const fn minor_gap() -> f64 {
    0.30
}

fn face<'de, D: serde::Deserializer<'de>>(from: D) -> Result<&'static Face, D::Error> {
    let key = String::deserialize(from)?;
    Face::named(&key).ok_or_else(|| serde::de::Error::custom(format!("no face is called {key}")))
}

#[expect(clippy::expect_used, reason = "the file is part of the program; a test reads it")]
static SPECS: LazyLock<Vec<(String, Spec)>> = LazyLock::new(|| {
    let table: std::collections::BTreeMap<String, Spec> =
        settings::read(include_str!("../../covers/covers.toml")).expect("covers.toml is well formed");
    table.into_iter().collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_family_has_its_measures_and_stacks_name_their_face() {
        for family in FAMILIES {
            let spec = family.spec();
            assert!(family.text_face().1 > 50.0);
            assert!(spec.sizes[0] >= spec.sizes[3], "{}", family.name);
            assert_eq!(spec.minor.is_some(), spec.minor().is_some(), "{}", family.name);
        }
    }

    #[test]
    fn the_genre_chooses_the_family() {
        let name = |subject: &'static str| Family::for_subjects([subject]).name;
        assert_eq!(name("Science Fiction"), "halftone");
        assert_eq!(name("Science"), "fullstop");
        assert_eq!(name("Detective and mystery stories"), "blinds");
        assert_eq!(name("Historical fiction"), "quilt");
        assert_eq!(name("Whales"), "agate");
        assert_eq!(Family::for_subjects([]).name, "agate");
    }
}
