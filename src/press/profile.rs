//! In: a profile's name or file. Out: what that printer wants of a book.
//!
//! Profiles are data (`profiles/*.toml`), and each group of figures says where it comes from and
//! when it was checked, so that a user can see how old it is. A user's own file has the same form;
//! it may leave out what it does not care about.

use serde::Deserialize;

use crate::env::Env;
use crate::settings;
use crate::typeset::length::Length;

use super::trim::{self, Trim};

/// What one printer, or one way of reading, wants of a book. Lengths are inches, as in the files.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// The name that `--profile` takes.
    pub name: String,
    /// What it is for, in a line.
    #[serde(default)]
    pub about: String,
    /// Whether it is read on a screen or printed.
    pub medium: Medium,
    /// The standard that files follow.
    #[serde(default)]
    pub standard: Option<Standard>,
    /// Whether the interior is in colour.
    #[serde(default)]
    pub colour: bool,
    /// The printing condition that files name.
    #[serde(default)]
    pub intent: Option<Intent>,
    /// How many pages a book may have.
    pub pages: PageRules,
    /// The margins that must stay free.
    pub margins: Margins,
    /// The inner margin by page count, thinnest books first.
    pub gutter: Vec<GutterStep>,
    /// Paper beyond the trim, for interiors that print to the edge.
    #[serde(default)]
    pub bleed: Bleed,
    /// The sizes on offer; none where any size goes.
    #[serde(default)]
    pub trims: Option<Trims>,
    /// Papers on offer, the usual one first.
    #[serde(default)]
    pub paper: Vec<Paper>,
    /// Limits that a preflight holds a file against.
    #[serde(default)]
    pub checks: Option<Checks>,
    /// The wrap cover.
    #[serde(default)]
    pub cover: Option<CoverRules>,
}

/// How a file is used.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Medium {
    /// Read on a screen.
    Screen,
    /// Printed on paper.
    Print,
}

/// A standard that files follow.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Standard {
    /// PDF/A-2b and PDF/UA-1.
    ArchiveAccessible,
    /// PDF/X-1a:2001.
    X1a,
    /// PDF/X-4.
    X4,
}

/// A printing condition, as registered.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Intent {
    /// Its name in the registry: `CGATS TR 001`.
    pub identifier: String,
    /// The condition in words.
    #[serde(default)]
    pub condition: String,
    /// The registry's address.
    pub registry: String,
    /// Where the figures come from.
    #[serde(default)]
    pub source: String,
    /// The day on which they were checked.
    #[serde(default)]
    pub checked: String,
}

/// How many pages a book may have.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PageRules {
    /// The fewest.
    pub min: u32,
    /// Whether the count must be even.
    #[serde(default)]
    pub even: bool,
    /// Whether the printer adds the page that an odd count lacks: then such a file is taken.
    #[serde(default)]
    pub adds_missing: bool,
    /// Whether the last page must be blank.
    #[serde(default)]
    pub last_blank: bool,
    /// Where the figures come from.
    #[serde(default)]
    pub source: String,
    /// The day on which they were checked.
    #[serde(default)]
    pub checked: String,
}

/// Margins that must stay free, in inches.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Margins {
    /// At fore-edge, head and foot.
    pub outside: f64,
    /// The same for interiors that print to the edge; else as `outside`.
    #[serde(default)]
    pub outside_bleed: Option<f64>,
    /// Where the figures come from.
    #[serde(default)]
    pub source: String,
    /// The day on which they were checked.
    #[serde(default)]
    pub checked: String,
}

/// The inner margin of books up to a number of pages.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GutterStep {
    /// Most pages.
    pub up_to: u32,
    /// Inner margin in inches.
    pub inside: f64,
    /// Where the figures come from.
    #[serde(default)]
    pub source: String,
    /// The day on which they were checked.
    #[serde(default)]
    pub checked: String,
}

/// Paper beyond the trim, in inches.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bleed {
    /// At the spine.
    pub inner: f64,
    /// At the fore-edge.
    pub outer: f64,
    /// At head and foot.
    pub vertical: f64,
    /// Where the figures come from.
    #[serde(default)]
    pub source: String,
    /// The day on which they were checked.
    #[serde(default)]
    pub checked: String,
}

/// Trim sizes on offer.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trims {
    /// As [`trim::parse`] reads them.
    pub sizes: Vec<String>,
    /// Where the list comes from.
    #[serde(default)]
    pub source: String,
    /// The day on which it was checked.
    #[serde(default)]
    pub checked: String,
}

/// A paper on offer.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Paper {
    /// The name that `--paper` takes.
    pub name: String,
    /// Most pages that can be bound.
    pub max_pages: u32,
    /// Thickness that a page (half a leaf) adds to the spine, in inches; `None` where the printer
    /// does not tell.
    #[serde(default)]
    pub per_page: Option<f64>,
    /// Whether a figure is a guess from like papers.
    #[serde(default)]
    pub estimate: bool,
    /// Where the figures come from.
    #[serde(default)]
    pub source: String,
    /// The day on which they were checked.
    #[serde(default)]
    pub checked: String,
}

/// Limits that a preflight holds a file against.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checks {
    /// Least resolution of pictures, in dots per inch.
    pub image_dpi: u32,
    /// Smallest type, in points.
    pub text_pt: f64,
    /// Thinnest rule, in points.
    pub rule_pt: f64,
    /// Most ink at one place: the sum of the four inks, in per cent.
    pub ink_percent: u32,
    /// Largest file, in megabytes.
    pub file_mb: u32,
    /// Where the figures come from.
    #[serde(default)]
    pub source: String,
    /// The day on which they were checked.
    #[serde(default)]
    pub checked: String,
}

/// What a wrap cover must keep to. Lengths are inches.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CoverRules {
    /// Paper beyond the trim on all four sides.
    pub bleed: f64,
    /// Distance from the trim that type must keep.
    pub safe: f64,
    /// Fewest pages whose spine carries type.
    pub spine_text_pages: u32,
    /// Distance that spine type keeps from the folds.
    pub spine_clear: f64,
    /// Thickness that the spine has beside its pages.
    pub spine_extra: f64,
    /// Width and height of the barcode's area.
    pub barcode: (f64, f64),
    /// Distance of that area from the edges.
    pub barcode_clear: f64,
    /// What stands there where the book has no ISBN.
    #[serde(default)]
    pub without_isbn: WithoutIsbn,
    /// Colour space of the file.
    pub colour: CoverColour,
    /// Where the figures come from.
    #[serde(default)]
    pub source: String,
    /// The day on which they were checked.
    #[serde(default)]
    pub checked: String,
}

/// What stands in the barcode's place where the book has no ISBN.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum WithoutIsbn {
    /// Nothing: the printer lays its own box there, or none is needed.
    #[default]
    Free,
    /// A white box for the code that the printer wants.
    Box,
}

/// Colour space of a cover.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum CoverColour {
    /// Red, green, blue.
    Rgb,
    /// Cyan, magenta, yellow, black.
    Cmyk,
}

/// Why a profile cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProfileError {
    /// No profile has the name.
    #[error("profile {name:?} is not known: take one of {known}, or the path of a profile file (TOML)")]
    Unknown {
        /// What was asked for.
        name: String,
        /// The names that are known.
        known: String,
    },
    /// The file is no profile.
    #[error("the profile file cannot be used: {0}")]
    Broken(String),
    /// The profile has no such paper.
    #[error("profile {profile} has no paper {paper:?}: take one of {known}")]
    Paper {
        /// The profile.
        profile: String,
        /// What was asked for.
        paper: String,
        /// The papers it has.
        known: String,
    },
}

/// The profiles that travel in the program, by name.
static EMBEDDED: &[(&str, &str)] = &[
    ("screen", include_str!("profiles/screen.toml")),
    ("kdp", include_str!("profiles/kdp.toml")),
    ("ingram", include_str!("profiles/ingram.toml")),
    ("lulu", include_str!("profiles/lulu.toml")),
    ("home", include_str!("profiles/home.toml")),
];

/// The names of the profiles that travel in the program, the default first.
pub fn names() -> impl Iterator<Item = &'static str> {
    EMBEDDED.iter().map(|(name, _)| *name)
}

/// The profile with this name, any case.
///
/// # Errors
/// [`ProfileError::Unknown`].
pub fn find(name: &str) -> Result<Profile, ProfileError> {
    let text = EMBEDDED.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, text)| *text);
    let known = || names().collect::<Vec<_>>().join(", ");
    parse(text.ok_or_else(|| ProfileError::Unknown { name: name.to_owned(), known: known() })?)
}

/// The profile with this name, or the one in the file at this path.
///
/// # Errors
/// [`ProfileError`] where there is neither, or where the file is no profile.
pub fn load(name: &str, env: &dyn Env) -> Result<Profile, ProfileError> {
    match find(name) {
        Err(unknown @ ProfileError::Unknown { .. }) => match env.read(name) {
            Ok(bytes) => parse(&String::from_utf8_lossy(&bytes)),
            Err(_) => Err(unknown),
        },
        found => found,
    }
}

/// Reads a profile file.
///
/// # Errors
/// [`ProfileError::Broken`] with the place in the file and what is wrong there.
pub fn parse(text: &str) -> Result<Profile, ProfileError> {
    let profile: Profile = settings::read(text).map_err(|e| ProfileError::Broken(e.in_text(text)))?;
    let broken = |what: &str| Err(ProfileError::Broken(what.to_owned()));
    if profile.gutter.is_empty() {
        return broken("it has no [[gutter]]: give at least one with up_to and inside");
    }
    if !profile.gutter.is_sorted_by_key(|g| g.up_to) {
        return broken("its [[gutter]] steps must stand in order of up_to");
    }
    let lengths = profile.gutter.iter().map(|g| g.inside).chain([profile.margins.outside]);
    if lengths.into_iter().any(|l| !(0.0..=5.0).contains(&l)) {
        return broken("a margin must measure between 0 and 5 inches");
    }
    for size in profile.trims.iter().flat_map(|t| &t.sizes) {
        trim::parse(size).map_err(|e| ProfileError::Broken(e.to_string()))?;
    }
    Ok(profile)
}

impl Profile {
    /// The least inner margin of a book of `pages` pages; beyond the table's end, its last.
    pub fn gutter(&self, pages: u32) -> Length {
        let step = self.gutter.iter().find(|g| pages <= g.up_to).or(self.gutter.last());
        Length::inches(step.map_or(0.0, |g| g.inside))
    }

    /// The least margin at fore-edge, head and foot of an interior without bleed.
    pub fn outside(&self) -> Length {
        Length::inches(self.margins.outside)
    }

    /// The fewest pages.
    pub const fn min_pages(&self) -> u32 {
        self.pages.min
    }

    /// The most pages on this paper; `None` where there is no limit.
    pub fn max_pages(&self, paper: Option<&Paper>) -> Option<u32> {
        paper.or(self.paper.first()).map(|p| p.max_pages)
    }

    /// The paper with this name, any case; without a name, the usual one.
    ///
    /// # Errors
    /// [`ProfileError::Paper`] where the profile has papers but not this one.
    pub fn paper(&self, name: Option<&str>) -> Result<Option<&Paper>, ProfileError> {
        let Some(name) = name else { return Ok(self.paper.first()) };
        let found = self.paper.iter().find(|p| p.name.eq_ignore_ascii_case(name));
        if found.is_some() || self.paper.is_empty() {
            return Ok(found);
        }
        let known = self.paper.iter().map(|p| p.name.as_str()).collect::<Vec<_>>().join(", ");
        Err(ProfileError::Paper { profile: self.name.clone(), paper: name.to_owned(), known })
    }

    /// The sizes on offer; empty where any size goes.
    pub fn trims(&self) -> Vec<Trim> {
        let sizes = self.trims.iter().flat_map(|t| &t.sizes);
        sizes.filter_map(|s| trim::parse(s).ok()).collect()
    }

    /// Whether the printer offers this size.
    pub fn offers(&self, trim: Trim) -> bool {
        let trims = self.trims();
        trims.is_empty() || trims.iter().any(|t| t.same_as(trim))
    }

    /// The size on offer that is nearest to `trim`.
    pub fn nearest(&self, trim: Trim) -> Option<Trim> {
        let distance =
            |t: &Trim| (t.width - trim.width).0.unsigned_abs() + (t.height - trim.height).0.unsigned_abs();
        self.trims().into_iter().min_by_key(distance)
    }

    /// The number of pages that a file must have so that `pages` pages can be printed: even, and
    /// with a blank last page, where the printer wants that.
    pub fn padded(&self, pages: u32, last_is_blank: bool) -> u32 {
        let mut count = pages;
        if self.pages.last_blank && !last_is_blank {
            count += 1;
        }
        if self.pages.even { count.next_multiple_of(2) } else { count }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_profile_reads_and_names_its_sources() {
        for name in names() {
            let profile = find(name).unwrap();
            assert_eq!(profile.name, name);
            for step in &profile.gutter {
                assert!(!step.source.is_empty() && !step.checked.is_empty(), "{name} {}", step.up_to);
            }
            for paper in &profile.paper {
                assert!(!paper.source.is_empty() && !paper.checked.is_empty(), "{name} {}", paper.name);
            }
        }
    }

    #[test]
    fn the_gutter_grows_with_the_book() {
        let kdp = find("KDP").unwrap();
        let inches: Vec<f64> =
            [24, 150, 151, 300, 500, 700, 828, 900].map(|p| kdp.gutter(p).to_pt() / 72.0).to_vec();
        assert_eq!(inches, [0.375, 0.375, 0.5, 0.5, 0.625, 0.75, 0.875, 0.875]);
    }

    #[test]
    fn pages_are_padded_as_the_printer_wants() {
        let ingram = find("ingram").unwrap();
        assert_eq!(ingram.padded(100, false), 102);
        assert_eq!(ingram.padded(101, false), 102);
        assert_eq!(ingram.padded(102, true), 102);
        let lulu = find("lulu").unwrap();
        assert_eq!(lulu.padded(101, false), 102);
        assert_eq!(find("screen").unwrap().padded(101, false), 101);
    }

    #[test]
    fn sizes_and_papers_that_are_lacking_are_told() {
        let kdp = find("kdp").unwrap();
        let a5 = trim::parse("a5").unwrap();
        assert!(!kdp.offers(a5));
        assert_eq!(kdp.nearest(a5), trim::parse("5.5x8.5").ok());
        assert!(find("ingram").unwrap().offers(a5));
        assert!(kdp.paper(Some("vellum")).unwrap_err().to_string().contains("white, cream"));
        assert!(find("blurb").unwrap_err().to_string().contains("screen, kdp"));
    }

    #[test]
    fn a_file_of_the_user_is_told_what_is_wrong() {
        assert!(parse("name = 3").unwrap_err().to_string().contains("line 1"));
        let bare = "name='x'\nmedium='print'\n[pages]\nmin=1\n[margins]\noutside=0.5\n";
        assert!(parse(&format!("gutter=[]\n{bare}")).unwrap_err().to_string().contains("[[gutter]]"));
        let own = parse(&format!("{bare}[[gutter]]\nup_to=99\ninside=0.6\n")).unwrap();
        assert_eq!(own.gutter(50), Length::inches(0.6));
        assert_eq!(own.max_pages(None), None);
    }
}
