//! In: a book, its printer and its number of pages. Out: the wrap cover as the only page of a file:
//! the drawing or the user's picture, the barcode, guides where they are wanted, and what a person
//! should know before it is printed.

use std::sync::Arc;

use crate::book::{Cover, Metadata};
use crate::cover::{self, Barcode, CoverChoice, CoverError, Isbn, Segment as Outline, WrapArt, WrapPlan};
use crate::env::Env;
use crate::press::preflight::{SPINE, WRAP};
use crate::press::profile::{Paper, Profile, WithoutIsbn};
use crate::press::trim::Trim;
use crate::report::Finding;
use crate::typeset::length::Length;
use crate::typeset::page::{Folio, Ink, Item, Owner, Page, PageImage, Pages, Segment, Shape, Side};

use super::{Area, Wrap, WrapError};

/// What a wrap is made of.
#[derive(Clone, Copy, Debug)]
pub struct WrapOrder<'a> {
    /// The printer.
    pub profile: &'a Profile,
    /// The paper.
    pub paper: &'a Paper,
    /// The trim size.
    pub trim: Trim,
    /// Pages of the block.
    pub pages: u32,
    /// Title, author, description, ISBN.
    pub meta: &'a Metadata,
    /// The user's own picture for the front; `None`: it is drawn.
    pub front: Option<&'a Cover>,
    /// How it is drawn.
    pub choice: CoverChoice<'a>,
    /// What stands in the barcode's place.
    pub barcode: BarcodeWish,
    /// Price for the add-on of the barcode: `USD 14.99`.
    pub price: Option<&'a str>,
    /// Whether trim, folds, safe zones and the barcode's place are drawn over it.
    pub guides: bool,
}

/// What the user wants in the barcode's place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BarcodeWish {
    /// The symbol where there is an ISBN, else what the printer wants.
    #[default]
    Auto,
    /// The symbol.
    Symbol,
    /// A white box.
    Box,
    /// Nothing, and no type.
    Free,
}

/// A wrap as a page.
#[derive(Clone, Debug)]
pub struct WrapSheet {
    /// The file's only page. Its trimmed size is that of back, spine and front together.
    pub pages: Pages,
    /// The measures.
    pub wrap: Wrap,
    /// What a person should know.
    pub findings: Vec<Finding>,
}

/// Why there is no wrap.
#[derive(Debug, thiserror::Error)]
pub enum WrapSheetError {
    /// The printer does not bind such a book.
    #[error(transparent)]
    Measure(#[from] WrapError),
    /// The cover cannot be drawn.
    #[error(transparent)]
    Cover(#[from] CoverError),
    /// The barcode cannot be drawn.
    #[error("{0}")]
    Barcode(String),
}

/// Makes the wrap.
///
/// # Errors
/// [`WrapSheetError`] where the printer does not bind such a book, the ISBN or the price is wrong, or
/// the cover cannot be drawn.
pub fn make(order: &WrapOrder<'_>, env: &dyn Env) -> Result<WrapSheet, WrapSheetError> {
    let wrap = super::wrap(order.profile, order.paper, order.trim, order.pages)?;
    let mut findings: Vec<Finding> =
        wrap.cautions.iter().map(|c| Finding::warning(&SPINE, None, c.clone())).collect();
    let inches = |l: Length| l.to_pt() / 72.0;
    let plan = WrapPlan {
        trim: (inches(order.trim.width), inches(order.trim.height)),
        spine: inches(wrap.spine_width),
        bleed: inches(wrap.bleed),
        spine_text: wrap.spine_safe.is_some(),
        spine_clear: wrap.spine_safe.map_or(0.0, |s| inches(s.x - wrap.spine.x)),
        barcode_area: (inches(wrap.barcode.width), inches(wrap.barcode.height)),
        barcode_clear: inches(wrap.front.x - wrap.spine_width - wrap.barcode.x - wrap.barcode.width),
        barcode: barcode(order, &mut findings)?,
    };
    let art = match order.front {
        Some(cover) => cover::wrap_own(order.meta, cover, &order.choice, &plan, env)?,
        None => cover::wrap(order.meta, &order.choice, &plan, env)?,
    };
    findings.extend(art.findings.iter().cloned());
    let mut pages = page(&wrap, &art, order.front);
    if order.guides {
        let message = "guides are drawn over the cover: for looking at, not for the printer";
        findings.push(Finding::warning(&WRAP, None, message));
        let guides = guides(&wrap, area_of(art.barcode));
        if let Some(page) = pages.pages.first_mut() {
            page.items.extend(guides);
        }
    }
    Ok(WrapSheet { pages, wrap, findings })
}

fn barcode(order: &WrapOrder<'_>, findings: &mut Vec<Finding>) -> Result<Barcode, WrapSheetError> {
    let said = order.meta.identifiers.iter().find(|i| is_isbn(i));
    let isbn = said.map(|i| Isbn::parse(i)).transpose().map_err(WrapSheetError::Barcode)?;
    let add_on = order.price.map(cover::price_code).transpose().map_err(WrapSheetError::Barcode)?;
    let rules = order.profile.cover.as_ref();
    let without = rules.map_or(WithoutIsbn::Free, |r| r.without_isbn);
    let wanted = match (order.barcode, isbn) {
        (BarcodeWish::Auto | BarcodeWish::Symbol, Some(isbn)) => Barcode::Symbol(isbn, add_on),
        (BarcodeWish::Symbol, None) => {
            let message = "a barcode is wanted and no ISBN is given: name it with --identifier";
            return Err(WrapSheetError::Barcode(message.to_owned()));
        }
        (BarcodeWish::Auto, None) if without == WithoutIsbn::Box => {
            let message = format!(
                "{} wants a barcode and no ISBN is given: a white box stands in its place (--identifier names the ISBN)",
                order.profile.name
            );
            findings.push(Finding::warning(&WRAP, None, message));
            Barcode::Box
        }
        (BarcodeWish::Box, _) => Barcode::Box,
        (BarcodeWish::Auto | BarcodeWish::Free, _) => Barcode::Free,
    };
    if add_on.is_some() && !matches!(wanted, Barcode::Symbol(..)) {
        findings.push(Finding::warning(
            &WRAP,
            None,
            "the price is left out: it stands beside a barcode, and there is none",
        ));
    }
    Ok(wanted)
}

/// Whether an identifier means to be an ISBN: it says so, or is made like one.
fn is_isbn(identifier: &str) -> bool {
    let plain = identifier.trim().to_ascii_lowercase();
    let signs: Vec<char> = plain.chars().filter(|c| !matches!(c, '-' | ' ')).collect();
    let figures = signs.iter().enumerate().all(|(i, c)| c.is_ascii_digit() || (*c == 'x' && i == 9));
    plain.contains("isbn") || (figures && matches!(signs.len(), 10 | 13))
}

/// The wrap as a page, whose places count from the corner of the trimmed back.
fn page(wrap: &Wrap, art: &WrapArt, front: Option<&Cover>) -> Pages {
    let (inch, (left, top)) = art.frame;
    let bleed = wrap.bleed;
    let x = |v: f64| Length::pt((v - left) / inch * 72.0) - bleed;
    let y = |v: f64| Length::pt((v - top) / inch * 72.0) - bleed;
    let mut pages =
        Pages { width: wrap.width - bleed * 2, height: wrap.height - bleed * 2, ..Pages::default() };
    let mut items = Vec::with_capacity(art.shapes.len() + 1);
    if let (Some(area), Some(cover)) = (art.picture.map(area_of), front) {
        let bytes = Arc::new(cover.bytes.clone());
        pages.images.push(PageImage { media_type: cover.media_type.to_owned(), bytes });
        let Area { x, y, width, height } = area;
        let shape = Shape::Image { image: 0, x: x - bleed, y: y - bleed, width, height };
        items.push(Item { shape, owner: Owner::Decoration });
    }
    for flat in &art.shapes {
        let [r, g, b] = flat.fill.0;
        let segment = |s: &Outline| match *s {
            Outline::Move(p) => Some(Segment::Move(x(p.0), y(p.1))),
            Outline::Line(p) => Some(Segment::Line(x(p.0), y(p.1))),
            Outline::Curve(h, k, p) => Some(Segment::Curve(x(h.0), y(h.1), x(k.0), y(k.1), x(p.0), y(p.1))),
            Outline::Close => Some(Segment::Close),
            // Flat outlines have none of these.
            Outline::Quad(..) | Outline::Arc { .. } | Outline::HalfDisc(_) => None,
        };
        let segments = flat.path.0.iter().filter_map(segment).collect();
        items.push(Item {
            shape: Shape::Path { segments, ink: Ink::Second(r, g, b) },
            owner: Owner::Decoration,
        });
    }
    pages.pages.push(Page { side: Side::Recto, folio: Folio::Arabic(1), items, links: Vec::new() });
    pages
}

/// Left, top, width and height in inches as an area.
fn area_of([x, y, width, height]: [f64; 4]) -> Area {
    let [x, y, width, height] = [x, y, width, height].map(Length::inches);
    Area { x, y, width, height }
}

/// Lines over trim and folds (red), safe zones (green) and the barcode's place (blue).
fn guides(wrap: &Wrap, barcode: Area) -> Vec<Item> {
    const TRIM: Ink = Ink::Second(230, 0, 40);
    const SAFE: Ink = Ink::Second(0, 150, 60);
    const CODE: Ink = Ink::Second(0, 90, 220);
    let mut items = Vec::new();
    for area in [wrap.back, wrap.spine, wrap.front] {
        outline(area, TRIM, wrap.bleed, &mut items);
    }
    for area in [Some(wrap.back_safe), Some(wrap.front_safe), wrap.spine_safe].into_iter().flatten() {
        outline(area, SAFE, wrap.bleed, &mut items);
    }
    outline(barcode, CODE, wrap.bleed, &mut items);
    items
}

fn outline(area: Area, ink: Ink, bleed: Length, items: &mut Vec<Item>) {
    let line = Length::pt(0.75);
    let Area { x, y, width, height } = area;
    let (x, y) = (x - bleed - line / 2, y - bleed - line / 2);
    for (x, y, width, height) in [
        (x, y, width + line, line),
        (x, y + height, width + line, line),
        (x, y, line, height + line),
        (x + width, y, line, height + line),
    ] {
        items.push(Item { shape: Shape::Rule { x, y, width, height, ink }, owner: Owner::Decoration });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::env::FixedEnv;
    use crate::press::{profile, trim};

    fn meta(identifier: Option<&str>) -> Metadata {
        Metadata {
            title: "The Ferry".into(),
            identifiers: identifier.map(str::to_owned).into_iter().collect(),
            ..Metadata::default()
        }
    }

    fn made(
        name: &str,
        meta: &Metadata,
        change: impl Fn(&mut WrapOrder<'_>),
    ) -> Result<WrapSheet, WrapSheetError> {
        let profile = profile::find(name).unwrap();
        let mut order = WrapOrder {
            profile: &profile,
            paper: &profile.paper[0],
            trim: trim::parse("6x9").unwrap(),
            pages: 200,
            meta,
            front: None,
            choice: CoverChoice::default(),
            barcode: BarcodeWish::Auto,
            price: None,
            guides: false,
        };
        change(&mut order);
        make(&order, &FixedEnv::default())
    }

    #[test]
    fn the_page_has_the_size_of_the_measures_and_the_drawing_reaches_its_bleed() {
        let sheet = made("kdp", &meta(None), |_| ()).unwrap();
        assert_eq!(sheet.pages.width, sheet.wrap.width - sheet.wrap.bleed * 2);
        let first = &sheet.pages.pages[0].items[0].shape;
        let Shape::Path { segments, .. } = first else { panic!("{first:?}") };
        let near = |a: Length, b: Length| (a - b).0.abs() < Length::pt(0.01).0;
        assert!(
            matches!(segments[0], Segment::Move(x, y) if near(x, -sheet.wrap.bleed) && near(y, -sheet.wrap.bleed))
        );
        let plain = sheet.pages.pages[0].items.len();
        let guided = made("kdp", &meta(None), |o| o.guides = true).unwrap();
        // Three panels, three safe zones and the barcode, four lines each.
        assert_eq!(guided.pages.pages[0].items.len() - plain, 28);
    }

    #[test]
    fn an_isbn_becomes_a_symbol_and_a_wrong_one_is_told() {
        let right = meta(Some("978-0-306-40615-7"));
        let symbol = made("kdp", &right, |o| o.price = Some("USD 14.99")).unwrap();
        let free = made("kdp", &right, |o| o.barcode = BarcodeWish::Free).unwrap();
        assert!(symbol.pages.pages[0].items.len() > free.pages.pages[0].items.len() + 40);
        let said = |identifier: &str| made("kdp", &meta(Some(identifier)), |_| ()).unwrap_err().to_string();
        assert!(said("978-0-306-40615-8").contains("would be 7"));
        assert!(said("ISBN 12345").contains("5 digits"));
        assert!(made("kdp", &meta(Some("urn:uuid:1-2-3")), |_| ()).is_ok());
        assert!(
            made("kdp", &right, |o| o.price = Some("14 dollars"))
                .unwrap_err()
                .to_string()
                .contains("USD 14.99")
        );
    }

    #[test]
    fn printers_that_want_a_barcode_get_its_box_and_the_user_a_word() {
        let sheet = made("ingram", &meta(None), |_| ()).unwrap();
        assert!(sheet.findings.iter().any(|f| f.message.contains("no ISBN")), "{:?}", sheet.findings);
        let sheet = made("kdp", &meta(None), |o| o.barcode = BarcodeWish::Symbol);
        assert!(sheet.unwrap_err().to_string().contains("--identifier"));
    }
}
