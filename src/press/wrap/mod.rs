//! In: a printer, a paper, a trim size and a number of pages. Out: the measures of the wrap cover:
//! back, spine and front in one piece, with bleed, safe zones and the barcode's place.

mod sheet;

pub use sheet::{BarcodeWish, WrapOrder, WrapSheet, WrapSheetError, make};

use crate::typeset::length::Length;

use crate::press::profile::{CoverColour, CoverRules, Paper, Profile};
use crate::press::trim::Trim;

/// A rectangle on the wrap, from its upper left corner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Area {
    /// Left edge.
    pub x: Length,
    /// Upper edge.
    pub y: Length,
    /// Width.
    pub width: Length,
    /// Height.
    pub height: Length,
}

impl Area {
    /// The area without a border of `by` on all sides; of no size where it is too small for that.
    #[must_use]
    pub fn inset(self, by: Length) -> Self {
        self.inset_by(by, by)
    }

    /// The area without a border, `across` wide on the left and right, `along` above and below.
    #[must_use]
    pub fn inset_by(self, across: Length, along: Length) -> Self {
        Self {
            x: self.x + across,
            y: self.y + along,
            width: (self.width - across * 2).max(Length::ZERO),
            height: (self.height - along * 2).max(Length::ZERO),
        }
    }
}

/// The measures of a wrap cover.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrap {
    /// Width with bleed: twice trim and bleed, and the spine.
    pub width: Length,
    /// Height with bleed.
    pub height: Length,
    /// Paper beyond the trim on all four sides.
    pub bleed: Length,
    /// Thickness of the block.
    pub spine_width: Length,
    /// The back cover, trimmed.
    pub back: Area,
    /// The spine, trimmed.
    pub spine: Area,
    /// The front cover, trimmed.
    pub front: Area,
    /// Where type on the back is safe from the knife and the fold.
    pub back_safe: Area,
    /// Where type on the front is safe.
    pub front_safe: Area,
    /// Where type on the spine is safe; `None` where the spine carries none.
    pub spine_safe: Option<Area>,
    /// The barcode's clear area, lower right on the back.
    pub barcode: Area,
    /// The file's colour space.
    pub colour: CoverColour,
    /// What the user should know: estimates, thin spines.
    pub cautions: Vec<String>,
}

/// Why a wrap cannot be laid out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WrapError {
    /// The profile has no cover.
    #[error("profile {0} has no cover: take kdp, ingram, lulu or home")]
    NoCover(String),
    /// The paper's thickness is unknown.
    #[error(
        "the thickness of {paper} paper at {profile} is not known: take another paper, or put per_page (inches) into a profile file of your own"
    )]
    NoCaliper {
        /// The profile.
        profile: String,
        /// The paper.
        paper: String,
    },
    /// The printer does not bind so many or so few pages.
    #[error("{profile} binds {least} to {most} pages on {paper} paper, the book has {pages}")]
    Pages {
        /// The profile.
        profile: String,
        /// The paper.
        paper: String,
        /// Fewest pages.
        least: u32,
        /// Most pages.
        most: u32,
        /// The book's pages.
        pages: u32,
    },
}

/// Spines thinner than this are not to be trusted with type, whatever the printer allows: the fold
/// wanders by a sixteenth of an inch to either side.
const THIN_SPINE_PAGES: u32 = 101;

/// Lays out the wrap of a book of `pages` pages.
///
/// # Errors
/// [`WrapError`] where the profile has no cover, the paper's thickness is unknown, or the printer
/// does not bind that many pages.
pub fn wrap(profile: &Profile, paper: &Paper, trim: Trim, pages: u32) -> Result<Wrap, WrapError> {
    let rules = profile.cover.as_ref().ok_or_else(|| WrapError::NoCover(profile.name.clone()))?;
    let per_page = paper
        .per_page
        .ok_or_else(|| WrapError::NoCaliper { profile: profile.name.clone(), paper: paper.name.clone() })?;
    if !(profile.min_pages()..=paper.max_pages).contains(&pages) {
        return Err(WrapError::Pages {
            profile: profile.name.clone(),
            paper: paper.name.clone(),
            least: profile.min_pages(),
            most: paper.max_pages,
            pages,
        });
    }
    let spine_width = Length::inches(f64::from(pages) * per_page + rules.spine_extra);
    Ok(lay_out(rules, trim, spine_width, pages, paper))
}

fn lay_out(rules: &CoverRules, trim: Trim, spine_width: Length, pages: u32, paper: &Paper) -> Wrap {
    let bleed = Length::inches(rules.bleed);
    let safe = Length::inches(rules.safe);
    let clear = Length::inches(rules.spine_clear);
    let area = |x: Length, width: Length| Area { x, y: bleed, width, height: trim.height };
    let back = area(bleed, trim.width);
    let spine = area(bleed + trim.width, spine_width);
    let front = area(bleed + trim.width + spine_width, trim.width);
    let spine_safe = spine.inset_by(clear, safe);
    let carries = pages >= rules.spine_text_pages && spine_safe.width > Length::ZERO;
    let (code_width, code_height) = (Length::inches(rules.barcode.0), Length::inches(rules.barcode.1));
    let code_clear = Length::inches(rules.barcode_clear);
    let barcode = Area {
        x: back.x + back.width - code_clear - code_width,
        y: back.y + back.height - code_clear - code_height,
        width: code_width,
        height: code_height,
    };
    Wrap {
        width: (trim.width + bleed) * 2 + spine_width,
        height: trim.height + bleed * 2,
        bleed,
        spine_width,
        back,
        spine,
        front,
        back_safe: back.inset(safe),
        front_safe: front.inset(safe),
        spine_safe: carries.then_some(spine_safe),
        barcode,
        colour: rules.colour,
        cautions: cautions(rules, pages, paper, carries),
    }
}

fn cautions(rules: &CoverRules, pages: u32, paper: &Paper, carries: bool) -> Vec<String> {
    let mut cautions = Vec::new();
    if paper.estimate {
        cautions.push(format!(
            "the thickness of {} paper is an estimate: compare the spine with the printer's own template ({})",
            paper.name, paper.source
        ));
    }
    if !carries {
        cautions.push(format!(
            "the spine of {pages} pages carries no type: the printer wants {} pages or more for that",
            rules.spine_text_pages
        ));
    } else if pages < THIN_SPINE_PAGES {
        cautions.push(format!(
            "the spine of {pages} pages is thin and sources disagree: {} pages are enough for type by one, 100 by \
             another; look at a proof, the fold may wander onto it",
            rules.spine_text_pages
        ));
    }
    cautions
}

impl Wrap {
    /// Whether a file's page has the size of this wrap, with or without its bleed stated by a trim
    /// box: within 0.5 mm, which a printer accepts.
    pub fn fits(&self, width: Length, height: Length) -> bool {
        let near = |a: Length, b: Length| (a - b).0.abs() <= Length::mm(0.5).0;
        near(self.width, width) && near(self.height, height)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::press::{profile, trim};

    fn inches(l: Length) -> f64 {
        l.to_pt() / 72.0
    }

    fn laid(name: &str, paper: &str, pages: u32) -> Wrap {
        let profile = profile::find(name).unwrap();
        let paper = profile.paper(Some(paper)).unwrap().unwrap();
        wrap(&profile, paper, trim::parse("6x9").unwrap(), pages).unwrap()
    }

    #[test]
    fn the_width_follows_the_formula_of_each_printer() {
        // By hand: 2 × (6 + 0.125) + pages × per page + extra, in inches.
        let cases = [
            ("kdp", "white", 100, 12.25 + 0.2252),
            ("kdp", "white", 828, 12.25 + 1.864_656),
            ("kdp", "cream", 200, 12.25 + 0.5),
            ("kdp", "cream", 776, 12.25 + 1.94),
            ("kdp", "premium", 300, 12.25 + 0.7041),
            ("lulu", "white", 444, 12.25 + 1.0 + 0.06),
        ];
        for (name, paper, pages, expected) in cases {
            let wrap = laid(name, paper, pages);
            let off = (inches(wrap.width) - expected).abs() * 25.4;
            assert!(off < 0.1, "{name} {paper} {pages}: {off} mm off");
            assert!((inches(wrap.height) - 9.25).abs() < 1e-6);
            let sum = wrap.bleed * 2 + wrap.back.width + wrap.spine.width + wrap.front.width;
            assert_eq!(sum, wrap.width);
        }
    }

    #[test]
    fn thin_spines_carry_no_type() {
        assert!(laid("kdp", "white", 78).spine_safe.is_none());
        let thin = laid("kdp", "white", 90);
        assert!(thin.spine_safe.is_some() && thin.cautions.iter().any(|c| c.contains("thin")));
        let thick = laid("kdp", "white", 300);
        assert!(thick.cautions.is_empty());
        assert!(thick.spine_safe.unwrap().width < thick.spine.width);
    }

    #[test]
    fn the_barcode_stands_on_the_back_clear_of_its_edges() {
        let wrap = laid("kdp", "cream", 200);
        let right = wrap.barcode.x + wrap.barcode.width;
        assert!((inches(wrap.back.x + wrap.back.width - right) - 0.25).abs() < 1e-6);
        assert!(wrap.barcode.x > wrap.back.x && right < wrap.spine.x);
    }

    #[test]
    fn what_cannot_be_is_told_with_what_would() {
        let trim = trim::parse("6x9").unwrap();
        let screen = profile::find("screen").unwrap();
        let kdp = profile::find("kdp").unwrap();
        let paper = |name: &str| kdp.paper(Some(name)).unwrap().unwrap();
        let said = |result: Result<Wrap, WrapError>| result.unwrap_err().to_string();
        assert!(said(wrap(&screen, paper("white"), trim, 100)).contains("take kdp"));
        assert!(said(wrap(&kdp, paper("groundwood"), trim, 100)).contains("per_page"));
        assert!(said(wrap(&kdp, paper("white"), trim, 20)).contains("24 to 828"));
    }

    #[test]
    fn a_wrong_wrap_is_known() {
        let right = laid("kdp", "white", 300);
        let wrong = laid("kdp", "white", 320);
        assert!(right.fits(right.width, right.height));
        assert!(!right.fits(wrong.width, wrong.height));
    }
}
