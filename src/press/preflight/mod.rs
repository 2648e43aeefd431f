//! In: any PDF and a printer's profile. Out: what the printer would refuse or dislike, in a
//! printer's words, with the pages.

mod cover;
mod numbers;
mod rules;
mod scan;

use std::collections::{BTreeMap, BTreeSet};

use lopdf::{Document, Object, ObjectId};

use crate::report::{Finding, Rule};
use crate::typeset::length::Length;

use super::pdf::{self, PdfError};
use super::profile::{Checks, CoverColour, Medium, Paper, Profile, Standard};
use super::trim::Trim;
pub use cover::preflight_wrap;
pub use numbers::in_words;
use rules::{
    BLEED, COLOUR, FONT, GUTTER, HAIRLINE, INK, INTERACTIVE, LOCKED, MARGIN, PARITY, RESOLUTION, RICH, SIZE,
    SMALL, STANDARD, TRANSPARENCY, TRIM, TURNED, TYPE3, UNREADABLE,
};
pub(crate) use rules::{COUNT, OFFER, RULES, SPINE, WRAP};
use scan::Facts;

/// A point or two of a page's size is lost in rounding; half a millimetre nobody can cut.
const SAME_SIZE: f64 = 0.75;
/// Below this, a margin is short only by the rounding of whoever made the file.
const SAME_MARGIN: f64 = 0.36;
/// Resolution that line art of pure black and white should have.
const LINE_ART_DPI: f64 = 600.0;

/// One thing that a printer would say.
#[derive(Clone, Debug, PartialEq)]
pub struct Remark {
    /// What it is about.
    pub rule: &'static Rule,
    /// Whether the file would be refused; else it is advice.
    pub refused: bool,
    /// Numbers of the pages, from 1; empty where it is about the whole file.
    pub pages: Vec<u32>,
    /// What is wrong, as a sentence without a full stop.
    pub message: String,
}

/// What a preflight found.
#[derive(Clone, Debug, Default)]
pub struct Preflight {
    /// Pages of the file.
    pub pages: u32,
    /// The trim size of the first page.
    pub trim: Option<Trim>,
    /// In the order of the rules.
    pub remarks: Vec<Remark>,
}

impl Preflight {
    /// Whether the printer would take the file.
    pub fn accepted(&self) -> bool {
        self.remarks.iter().all(|r| !r.refused)
    }

    /// The remarks as findings: what is refused warns, advice is noted.
    pub fn findings(&self) -> Vec<Finding> {
        let finding = |r: &Remark| {
            let message = match in_words(&r.pages) {
                Some(pages) => format!("{pages}: {}", r.message),
                None => r.message.clone(),
            };
            if r.refused {
                Finding::warning(r.rule, None, message)
            } else {
                Finding::note(r.rule, None, message)
            }
        };
        self.remarks.iter().map(finding).collect()
    }
}

/// What the file is held against.
#[derive(Clone, Copy, Debug)]
pub struct Order<'a> {
    /// The printer.
    pub profile: &'a Profile,
    /// The trim size, where it is known; else that of the first page.
    pub trim: Option<Trim>,
    /// The paper; else the usual one.
    pub paper: Option<&'a Paper>,
}

/// Looks at every page.
///
/// # Errors
/// [`PdfError`] where the file cannot be read at all.
pub fn preflight(file: &[u8], order: &Order<'_>) -> Result<Preflight, PdfError> {
    let document = pdf::open(file)?;
    let pages = sheets(&document);
    let mut judge = Judge { order, pages: &pages, remarks: Vec::new() };
    judge.count();
    judge.sizes();
    judge.margins();
    judge.fonts();
    judge.colours();
    judge.fineness();
    judge.protection(&document);
    judge.screen_things(&document);
    if let Some(checks) = &order.profile.checks
        && file.len() as u64 > u64::from(checks.file_mb) * 1_000_000
    {
        let have = file.len() / 1_000_000;
        judge.refuse(&SIZE, &[], format!("the file has {have} MB, the printer takes {} MB", checks.file_mb));
    }
    judge.standard(&document);
    let remarks = in_order(judge.remarks);
    let trim = pages.first().and_then(|p| p.boxes.as_ref()).map(Boxes::trim_size);
    Ok(Preflight { pages: pages.len() as u32, trim, remarks })
}

/// Looks at every page of a document.
fn sheets(document: &Document) -> Vec<Sheet> {
    let ids: Vec<ObjectId> = document.get_pages().into_values().collect();
    let mut cache = scan::FontCache::new();
    ids.iter()
        .enumerate()
        .map(|(index, id)| Sheet {
            number: index as u32 + 1,
            boxes: Boxes::read(document, *id),
            facts: scan::page(document, *id, &mut cache),
            turned: pdf::rotation(document, *id) != 0 || pdf::inherited(document, *id, b"UserUnit").is_some(),
            annotations: annotations(document, *id),
        })
        .collect()
}

/// What is refused first, and each by its rule.
fn in_order(mut remarks: Vec<Remark>) -> Vec<Remark> {
    remarks.sort_by_key(|r| (!r.refused, r.rule.code));
    remarks
}

/// A page with all that was found on it.
struct Sheet {
    number: u32,
    boxes: Option<Boxes>,
    facts: Facts,
    turned: bool,
    annotations: BTreeSet<String>,
}

/// A page's boxes in points: left, bottom, right, top.
struct Boxes {
    media: [f64; 4],
    trim: [f64; 4],
    stated: bool,
}

impl Boxes {
    fn read(document: &Document, page: ObjectId) -> Option<Self> {
        let media = pdf::page_box(document, page, "MediaBox")?;
        let stated = pdf::page_box(document, page, "TrimBox");
        let trim = pdf::trim_box(document, page).ok()?;
        Some(Self { media, trim, stated: stated.is_some() })
    }

    fn trim_size(&self) -> Trim {
        Trim {
            width: Length::pt(self.trim[2] - self.trim[0]),
            height: Length::pt(self.trim[3] - self.trim[1]),
        }
    }

    /// The trim of a page without a trim box that was made with bleed on three sides, as KDP asks.
    fn with_three_sided_bleed(&mut self, wanted: Trim, bleed: f64, recto: bool) {
        let (width, height) = (self.media[2] - self.media[0], self.media[3] - self.media[1]);
        let (trim_width, trim_height) = (wanted.width.to_pt(), wanted.height.to_pt());
        let near = |a: f64, b: f64| (a - b).abs() < SAME_SIZE;
        if bleed > 0.0
            && !self.stated
            && near(width, trim_width + bleed)
            && near(height, trim_height + 2.0 * bleed)
        {
            let left = self.media[0] + if recto { 0.0 } else { bleed };
            let bottom = self.media[1] + bleed;
            self.trim = [left, bottom, left + trim_width, bottom + trim_height];
        }
    }
}

fn annotations(document: &Document, page: ObjectId) -> BTreeSet<String> {
    let list = document.get_dictionary(page).ok().and_then(|p| p.get(b"Annots").ok());
    let list = list.and_then(|l| pdf::follow(document, l).as_array().ok());
    list.into_iter()
        .flatten()
        .filter_map(|a| pdf::follow(document, a).as_dict().ok()?.get(b"Subtype").ok()?.as_name().ok())
        .map(|name| String::from_utf8_lossy(name).into_owned())
        .collect()
}

struct Judge<'a> {
    order: &'a Order<'a>,
    pages: &'a [Sheet],
    remarks: Vec<Remark>,
}

impl Judge<'_> {
    fn remark(&mut self, rule: &'static Rule, refused: bool, pages: &[u32], message: String) {
        self.remarks.push(Remark { rule, refused, pages: pages.to_vec(), message });
    }

    fn refuse(&mut self, rule: &'static Rule, pages: &[u32], message: String) {
        self.remark(rule, true, pages, message);
    }

    fn advise(&mut self, rule: &'static Rule, pages: &[u32], message: String) {
        self.remark(rule, false, pages, message);
    }

    fn profile(&self) -> &Profile {
        self.order.profile
    }

    fn numbers(&self, wanted: impl Fn(&Sheet) -> bool) -> Vec<u32> {
        self.pages.iter().filter(|p| wanted(p)).map(|p| p.number).collect()
    }

    fn count(&mut self) {
        let count = self.pages.len() as u32;
        let profile = self.order.profile;
        let name = &profile.name;
        let least = profile.min_pages();
        let most = profile.max_pages(self.order.paper).unwrap_or(u32::MAX);
        if count < least {
            self.refuse(&COUNT, &[], format!("the file has {count} pages, {name} binds {least} and more"));
        } else if count > most {
            let paper = self.order.paper.or(profile.paper.first()).map_or("", |p| p.name.as_str());
            self.refuse(
                &COUNT,
                &[],
                format!("the file has {count} pages, {name} binds at most {most} on {paper}"),
            );
        }
        if !count.is_multiple_of(2) {
            let message = format!("the file has {count} pages, an odd number: add a blank one");
            let refused = profile.pages.even && !profile.pages.adds_missing;
            self.remark(&PARITY, refused, &[], message);
        }
        let blank = |p: &Sheet| p.facts.areas.is_empty();
        if profile.pages.last_blank && !self.pages.last().is_some_and(blank) {
            let message = "the last page is printed: the printer puts its own mark there, leave it blank";
            self.refuse(&PARITY, &[count], message.to_owned());
        }
        let unreadable = self.numbers(|p| p.facts.unreadable || p.boxes.is_none());
        if !unreadable.is_empty() {
            self.refuse(&UNREADABLE, &unreadable, "the content cannot be read to its end".to_owned());
        }
        let turned = self.numbers(|p| p.turned);
        if !turned.is_empty() {
            self.refuse(&TURNED, &turned, "turned or scaled by a flag: turn the page itself".to_owned());
        }
    }

    fn sizes(&mut self) {
        let Some(first) = self.pages.iter().find_map(|p| p.boxes.as_ref()) else { return };
        let wanted = self.order.trim.unwrap_or_else(|| first.trim_size());
        let bleed = self.profile().bleed.outer * 72.0;
        let mut other: BTreeMap<String, Vec<u32>> = BTreeMap::new();
        for page in self.pages {
            let Some(size) = trim_of(page, wanted, bleed) else { continue };
            let (w, h) = (size[2] - size[0], size[3] - size[1]);
            let off = (w - wanted.width.to_pt()).abs().max((h - wanted.height.to_pt()).abs());
            if off > SAME_SIZE {
                let size = Trim { width: Length::pt(w), height: Length::pt(h) };
                other.entry(size.to_string()).or_default().push(page.number);
            }
        }
        for (size, pages) in other {
            self.refuse(&TRIM, &pages, format!("the trim is {size}, not {wanted}"));
        }
        if !self.profile().offers(wanted) {
            let nearest = self.profile().nearest(wanted).map(|t| t.to_string()).unwrap_or_default();
            let message =
                format!("{} does not list {wanted}; its nearest size is {nearest}", self.profile().name);
            self.advise(&OFFER, &[], message);
        }
    }

    fn margins(&mut self) {
        if self.profile().medium == Medium::Screen {
            return;
        }
        let Some(first) = self.pages.iter().find_map(|p| p.boxes.as_ref()) else { return };
        let wanted = self.order.trim.unwrap_or_else(|| first.trim_size());
        let bleed = self.profile().bleed.outer * 72.0;
        let gutter = self.profile().gutter(self.pages.len() as u32).to_pt();
        let outside = self.profile().outside().to_pt();
        let mut inner = Short::default();
        let mut outer = Short::default();
        let mut cut = Vec::new();
        for page in self.pages {
            let (Some(trim), Some(boxes)) = (trim_of(page, wanted, bleed), page.boxes.as_ref()) else {
                continue;
            };
            let recto = !page.number.is_multiple_of(2);
            for area in &page.facts.areas {
                let [left, low, right, high] =
                    [area[0] - trim[0], area[1] - trim[1], trim[2] - area[2], trim[3] - area[3]];
                let (inside, fore) = if recto { (left, right) } else { (right, left) };
                let least = fore.min(low).min(high);
                // What runs over the edge is meant to be cut: then there must be paper to cut.
                if least <= 0.5 || inside < -0.5 {
                    let room = [
                        trim[0] - boxes.media[0],
                        trim[1] - boxes.media[1],
                        boxes.media[2] - trim[2],
                        boxes.media[3] - trim[3],
                    ];
                    let spine = if recto { 0 } else { 2 };
                    let enough =
                        room.iter().enumerate().all(|(side, r)| side == spine || *r > bleed - SAME_SIZE);
                    if !enough && bleed > 0.0 {
                        cut.push(page.number);
                    }
                    continue;
                }
                inner.hold(page.number, inside, gutter);
                outer.hold(page.number, least, outside);
            }
        }
        let count = self.pages.len();
        let name = self.profile().name.clone();
        if let Some((pages, least)) = inner.short() {
            let message = format!(
                "type or drawing comes within {:.3} in of the spine, {name} wants {:.3} in at {count} pages",
                least / 72.0,
                gutter / 72.0
            );
            self.refuse(&GUTTER, &pages, message);
        }
        if let Some((pages, least)) = outer.short() {
            let message = format!(
                "type or drawing comes within {:.3} in of the edge, {name} wants {:.3} in",
                least / 72.0,
                outside / 72.0
            );
            self.refuse(&MARGIN, &pages, message);
        }
        cut.dedup();
        if !cut.is_empty() {
            let message = format!(
                "printed to the edge without bleed: let it run {:.3} in beyond the trim",
                bleed / 72.0
            );
            self.refuse(&BLEED, &cut, message);
        }
    }

    fn fonts(&mut self) {
        let mut missing: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
        let mut drawn: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
        for page in self.pages {
            for font in &page.facts.fonts {
                if !font.embedded {
                    missing.entry(&font.name).or_default().push(page.number);
                }
                if font.type3 {
                    drawn.entry(&font.name).or_default().push(page.number);
                }
            }
        }
        for (name, pages) in missing {
            self.refuse(&FONT, &pages, format!("the font {name} is not embedded"));
        }
        for (_, pages) in drawn {
            self.advise(&TYPE3, &pages, "type is set in a font of drawings (Type 3)".to_owned());
        }
    }

    fn colours(&mut self) {
        if self.profile().medium == Medium::Screen {
            return;
        }
        // Some printers take colours as screens have them, where colour is printed at all.
        let rgb = self.profile().cover.as_ref().is_some_and(|c| c.colour == CoverColour::Rgb);
        let takes_rgb = rgb && self.profile().colour && self.profile().standard.is_none();
        for (what, pages) in self.by_name(|f| &f.rgb) {
            let message = format!("{what} is in RGB: convert it to grey or CMYK");
            self.remark(&COLOUR, !takes_rgb, &pages, message);
        }
        if !self.profile().colour {
            for (what, pages) in self.by_name(|f| &f.colour) {
                self.advise(&COLOUR, &pages, format!("{what} is in colour, and the interior is black"));
            }
        }
        let limit = f64::from(self.profile().checks.as_ref().map_or(300, |c| c.ink_percent));
        let wet = self.numbers(|p| p.facts.ink > limit + 0.5);
        if !wet.is_empty() {
            let most = self.pages.iter().map(|p| p.facts.ink).fold(0.0, f64::max);
            self.refuse(
                &INK,
                &wet,
                format!("up to {most:.0} % of ink at one place, the limit is {limit:.0} %"),
            );
        }
        let rich = self.numbers(|p| p.facts.rich_text);
        if !rich.is_empty() {
            self.advise(&RICH, &rich, "text is painted in several inks: use black alone".to_owned());
        }
        // PDF/X-4 was made for transparency.
        if self.profile().standard != Some(Standard::X4) {
            for (what, pages) in self.by_name(|f| &f.transparent) {
                // A group around a page that shows nothing through is the habit of some programs.
                let refused = !what.contains("group") || self.profile().standard == Some(Standard::X1a);
                self.remark(&TRANSPARENCY, refused, &pages, format!("{what} has to be flattened"));
            }
        }
    }

    fn by_name(&self, names: impl Fn(&Facts) -> &BTreeSet<&'static str>) -> BTreeMap<&'static str, Vec<u32>> {
        let mut found: BTreeMap<&'static str, Vec<u32>> = BTreeMap::new();
        for page in self.pages {
            for name in names(&page.facts) {
                found.entry(name).or_default().push(page.number);
            }
        }
        found
    }

    fn fineness(&mut self) {
        let Some(Checks { image_dpi, text_pt, rule_pt, .. }) = self.profile().checks.clone() else { return };
        let dpi = f64::from(image_dpi);
        let coarse = self.numbers(|p| p.facts.pictures.iter().any(|(d, _)| *d < dpi - 1.0));
        if !coarse.is_empty() {
            let pictures = self.pages.iter().flat_map(|p| &p.facts.pictures);
            let least = pictures.map(|(d, _)| *d).fold(f64::MAX, f64::min);
            let message = format!("a picture has {least:.0} dots to the inch, {image_dpi} are wanted");
            self.refuse(&RESOLUTION, &coarse, message);
        }
        let line_art = self.numbers(|p| {
            p.facts.pictures.iter().any(|(d, pure)| *pure && (dpi - 1.0..LINE_ART_DPI - 1.0).contains(d))
        });
        if !line_art.is_empty() {
            let message =
                format!("line art in pure black and white wants {LINE_ART_DPI:.0} dots to the inch");
            self.advise(&RESOLUTION, &line_art, message);
        }
        let small = self.numbers(|p| p.facts.smallest.is_some_and(|s| s < text_pt - 0.05));
        if !small.is_empty() {
            let least = self.pages.iter().filter_map(|p| p.facts.smallest).fold(f64::MAX, f64::min);
            self.refuse(&SMALL, &small, format!("type of {least:.1} pt, {text_pt} pt is the least"));
        }
        let thin = self.numbers(|p| p.facts.thinnest.is_some_and(|t| t < rule_pt - 0.01));
        if !thin.is_empty() {
            let least = self.pages.iter().filter_map(|p| p.facts.thinnest).fold(f64::MAX, f64::min);
            self.advise(&HAIRLINE, &thin, format!("a line of {least:.2} pt, {rule_pt} pt is the least"));
        }
    }

    fn protection(&mut self, document: &Document) {
        if document.encryption_state.is_some() {
            let message = "the file is protected: save it without (`qpdf --decrypt IN.pdf OUT.pdf`)";
            self.refuse(&LOCKED, &[], message.to_owned());
        }
    }

    fn screen_things(&mut self, document: &Document) {
        if self.profile().medium == Medium::Screen {
            return;
        }
        let strict = self.profile().standard == Some(Standard::X1a);
        let links = self.numbers(|p| p.annotations.contains("Link"));
        if !links.is_empty() {
            self.remark(&INTERACTIVE, strict, &links, "links, which paper does not have".to_owned());
        }
        let others = self.numbers(|p| p.annotations.iter().any(|a| a != "Link"));
        if !others.is_empty() {
            self.refuse(
                &INTERACTIVE,
                &others,
                "comments or form fields: print them into the page or remove them".to_owned(),
            );
        }
        let Ok(catalog) = document.catalog() else { return };
        let names = catalog.get(b"Names").ok().and_then(|n| pdf::follow(document, n).as_dict().ok());
        let scripts = names.is_some_and(|n| n.has(b"JavaScript") || n.has(b"EmbeddedFiles"));
        // What happens when the file is opened may only be a page that is shown.
        let opening = catalog.get(b"OpenAction").ok().and_then(|o| pdf::follow(document, o).as_dict().ok());
        let acts = opening
            .and_then(|o| o.get(b"S").and_then(Object::as_name).ok())
            .is_some_and(|kind| kind != b"GoTo");
        if catalog.has(b"AcroForm") || catalog.has(b"AA") || scripts || acts {
            self.refuse(&INTERACTIVE, &[], "the file has forms, scripts or attachments".to_owned());
        }
        if catalog.has(b"OCProperties") {
            self.remark(&INTERACTIVE, strict, &[], "the file has layers: flatten them".to_owned());
        }
        if catalog.has(b"Outlines") {
            self.advise(&INTERACTIVE, &[], "the file has bookmarks, which paper does not have".to_owned());
        }
    }

    /// The demands of PDF/X that can be seen without interpreting pages (ISO 15930-1 and -7).
    fn standard(&mut self, document: &Document) {
        let standard = match self.profile().standard {
            Some(standard @ (Standard::X1a | Standard::X4)) => standard,
            Some(Standard::ArchiveAccessible) | None => return,
        };
        let mut missing = Vec::new();
        let catalog = document.catalog().ok();
        let intents = catalog
            .and_then(|c| c.get(b"OutputIntents").ok())
            .and_then(|i| pdf::follow(document, i).as_array().ok())
            .map_or(&[][..], Vec::as_slice);
        let press = intents.iter().filter(|i| {
            let intent = pdf::follow(document, i).as_dict().ok();
            intent.and_then(|d| d.get(b"S").and_then(Object::as_name).ok()) == Some(b"GTS_PDFX")
        });
        if press.count() != 1 {
            missing.push("one output intent for a press");
        }
        let info = document.trailer.get(b"Info").ok().map(|i| pdf::follow(document, i));
        let info = info.and_then(|i| i.as_dict().ok());
        let text = |key: &str| {
            let held = info.and_then(|i| i.get(key.as_bytes()).ok()).map(|v| pdf::follow(document, v));
            match held {
                Some(Object::String(bytes, _) | Object::Name(bytes)) => {
                    String::from_utf8_lossy(bytes).into_owned()
                }
                _ => String::new(),
            }
        };
        if !matches!(text("Trapped").as_str(), "True" | "False") {
            missing.push("the key Trapped");
        }
        if text("CreationDate").is_empty() || text("ModDate").is_empty() {
            missing.push("dates of creation and change");
        }
        if !document.trailer.has(b"ID") {
            missing.push("a file identifier");
        }
        if standard == Standard::X1a && !text("GTS_PDFXVersion").starts_with("PDF/X-1") {
            missing.push("the mark PDF/X-1a");
        }
        if standard == Standard::X4 && catalog.is_none_or(|c| !c.has(b"Metadata")) {
            missing.push("metadata");
        }
        if !missing.is_empty() {
            let name = if standard == Standard::X1a { "PDF/X-1a" } else { "PDF/X-4" };
            self.refuse(&STANDARD, &[], format!("for {name} the file lacks {}", missing.join(", ")));
        }
        let boxes = self.numbers(|p| p.boxes.as_ref().is_some_and(|b| !b.stated));
        if !boxes.is_empty() {
            self.refuse(&STANDARD, &boxes, "no trim box".to_owned());
        }
        let calibrated = self.numbers(|p| p.facts.calibrated);
        if standard == Standard::X1a && !calibrated.is_empty() {
            self.refuse(
                &STANDARD,
                &calibrated,
                "colours that depend on no device, which PDF/X-1a forbids".to_owned(),
            );
        }
    }
}

/// The trimmed area of a page, allowing for bleed that no box states.
fn trim_of(page: &Sheet, wanted: Trim, bleed: f64) -> Option<[f64; 4]> {
    let boxes = page.boxes.as_ref()?;
    let mut boxes = Boxes { media: boxes.media, trim: boxes.trim, stated: boxes.stated };
    boxes.with_three_sided_bleed(wanted, bleed, !page.number.is_multiple_of(2));
    Some(boxes.trim)
}

/// Pages whose margin is too small.
#[derive(Default)]
struct Short {
    pages: Vec<u32>,
    least: Option<f64>,
}

impl Short {
    fn hold(&mut self, page: u32, margin: f64, wanted: f64) {
        if margin < wanted - SAME_MARGIN {
            if self.pages.last() != Some(&page) {
                self.pages.push(page);
            }
            self.least = Some(self.least.map_or(margin, |l| l.min(margin)));
        }
    }

    fn short(self) -> Option<(Vec<u32>, f64)> {
        self.least.map(|least| (self.pages, least))
    }
}
