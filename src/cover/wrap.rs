//! In: metadata and the printer's measures. Out: back, spine and front as one drawing.
//!
//! The trim's height is 2560 units, and the front's design keeps its 1600 in the middle of the
//! front. Only grounds, frames and patterns follow the real edges and go on over spine, back and bleed.

mod echo;
mod spine;

use echo::{emblem, stone_on_spine};
use spine::{FROM_STONE, LEAST_LENGTH, spine_text};

use super::art::{self, Brief, HEIGHT, Reach, Slots};
use super::barcode::{self, Isbn};
use super::colour::{Palette, Rgb};
use super::drawing::{self, Anchor, Element, Point, TypeLine, circle, frame, rect};
use super::face::{Face, Faces};
use super::family::{FAMILIES, Family};
use super::flat::{self, Flat};
use super::picture;
use super::rules;
use super::{CoverChoice, CoverError, Edition, Work, seed};
use crate::book::{Cover, Metadata};
use crate::env::Env;
use crate::report::Finding;

/// The printer's measures of a wrap, in inches, and what stands on the back.
#[derive(Clone, Debug)]
pub struct WrapPlan {
    /// Width and height of the trimmed front.
    pub trim: (f64, f64),
    /// Width of the spine.
    pub spine: f64,
    /// What is printed beyond the trim on all four sides.
    pub bleed: f64,
    /// Whether the spine may carry type: printers refuse it on thin books.
    pub spine_text: bool,
    /// Distance that type on the spine keeps from the folds.
    pub spine_clear: f64,
    /// Width and height of the barcode's place.
    pub barcode_area: (f64, f64),
    /// Distance of that place from trim and fold.
    pub barcode_clear: f64,
    /// What stands in the barcode's place.
    pub barcode: Barcode,
}

/// What stands in the barcode's place on the back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Barcode {
    /// Nothing: the printer lays a box of its own there, and the area stays free of type.
    Free,
    /// A white box.
    Box,
    /// The ISBN as a symbol, with the add-on of a price.
    Symbol(Isbn, Option<[u8; 5]>),
}

/// A wrap: back, spine and front in one drawing, type as outlines.
#[derive(Clone, Debug)]
pub struct WrapArt {
    /// The drawing; its `viewBox` is in units of which 2560 are the trim's height. The user's own
    /// picture is not in it.
    pub svg: String,
    /// The same as filled outlines, the lowest first, in units.
    pub(crate) shapes: Vec<Flat>,
    /// Units in an inch, and the place of the sheet's upper left corner.
    pub(crate) frame: (f64, Point),
    /// Where the user's own picture lies under the outlines, in inches from the upper left corner of
    /// the sheet: left, top, width, height.
    pub(crate) picture: Option<[f64; 4]>,
    /// The barcode's place, in inches from the upper left corner of the sheet: left, top, width, height.
    pub barcode: [f64; 4],
    /// Width of the sheet with bleed, in inches.
    pub width: f64,
    /// Height of the sheet with bleed, in inches.
    pub height: f64,
    /// What a person should know.
    pub findings: Vec<Finding>,
}

/// Where the panels are, in units.
#[derive(Clone, Copy, Debug)]
struct Sheet {
    reach: Reach,
    /// The back's edges; the right one is the spine's left fold.
    back: (f64, f64),
    /// Width of the spine.
    spine: f64,
    bleed: f64,
    /// Units in an inch.
    inch: f64,
    /// Distance that type on the spine keeps from the folds.
    clear: f64,
    /// The barcode's place: left, top, width, height.
    barcode: [f64; 4],
}

impl Sheet {
    fn of(plan: &WrapPlan, family: &Family) -> Self {
        let inch = HEIGHT / plan.trim.1;
        let (front, spine, bleed) = (plan.trim.0 * inch, plan.spine * inch, plan.bleed * inch);
        let half = (front - art::WIDTH) / 2.0;
        let (front_left, front_right) = (-half, art::WIDTH + half);
        let fold = front_left - spine;
        let back = (fold - front, fold);
        let reach = Reach {
            left: back.0 - bleed,
            right: front_right + bleed,
            top: -bleed,
            bottom: HEIGHT + bleed,
            front_left,
            front_right,
        };
        // Inside the double frame, clear of the tiles, or just clear of trim and fold.
        let (w, h) = (plan.barcode_area.0 * inch, plan.barcode_area.1 * inch);
        let margin = plan.barcode_clear * inch * if family.name == "compass" { 2.0 } else { 1.0 };
        let foot = if family.name == "quilt" { margin.max(400.0) } else { margin };
        let barcode = [back.1 - margin - w, HEIGHT - foot - h, w, h];
        Self { reach, back, spine, bleed, inch, clear: plan.spine_clear * inch, barcode }
    }

    fn depth(&self) -> f64 {
        self.reach.bottom - self.reach.top
    }
}

/// Draws the wrap of a work in the family and palette of its front cover.
///
/// # Errors
/// [`CoverError`] where a face or the palette asked for is not there.
pub fn wrap(
    meta: &Metadata,
    choice: &CoverChoice<'_>,
    plan: &WrapPlan,
    env: &dyn Env,
) -> Result<WrapArt, CoverError> {
    let family =
        choice.family.unwrap_or_else(|| Family::for_subjects(meta.subjects.iter().map(String::as_str)));
    let work = Work::new(meta, choice.edition);
    let palette = work.palette(family, choice.palette)?;
    let faces = Faces::new(env);
    let sheet = Sheet::of(plan, family);
    let mut findings = Vec::new();
    let (elements, slots) = draw(&work, family, palette, &faces, &sheet, plan, meta, &mut findings)?;
    findings.extend(work.findings(&slots, &faces));
    finish(&sheet, palette, &faces, elements, plan, findings)
}

/// Draws the wrap round the user's own picture: it fills the front, and spine and back take the
/// colour of the edge where they meet it.
///
/// # Errors
/// [`CoverError::Picture`] where the picture cannot be unpacked, [`CoverError::Font`] where a face is
/// missing.
pub fn wrap_own(
    meta: &Metadata,
    cover: &Cover,
    choice: &CoverChoice<'_>,
    plan: &WrapPlan,
    env: &dyn Env,
) -> Result<WrapArt, CoverError> {
    let edge = picture::left_edge(cover.media_type, &cover.bytes)
        .map_err(|reason| CoverError::Picture { reason })?;
    let ink = [Rgb([255; 3]), Rgb([16; 3])]
        .into_iter()
        .max_by(|a, b| edge.contrast(*a).total_cmp(&edge.contrast(*b)));
    let ink = ink.unwrap_or(Rgb([255; 3]));
    let palette =
        Palette { name: String::new(), ground: edge, ink, accent: ink, second: ink, suits: Vec::new() };
    let family = choice.family.or_else(|| Family::named(PLAIN)).unwrap_or(&FAMILIES[0]);
    let work = Work::new(meta, choice.edition);
    let faces = Faces::new(env);
    let sheet = Sheet::of(plan, family);
    let mut findings = Vec::new();
    let mut elements = vec![rect(
        sheet.reach.left,
        sheet.reach.top,
        sheet.reach.front_left - sheet.reach.left,
        sheet.depth(),
        edge,
    )];
    let (left, right) = sheet.back;
    let text = [left + 190.0, 330.0, right - left - 380.0, 1310.0];
    elements.extend(back_text(family, &faces, text, meta, ink, &mut findings)?);
    elements.extend(barcode(&sheet, plan));
    if plan.spine_text {
        elements.extend(spine_text(&work, family, &palette, &faces, &sheet, None, &mut findings)?);
    }
    let picture = front_picture(cover, plan, &mut findings);
    let mut art = finish(&sheet, &palette, &faces, elements, plan, findings)?;
    // The ground lies under the picture, which the outlines do not cover on the front.
    art.shapes.remove(0);
    art.picture = Some(picture);
    Ok(art)
}

/// The family whose type stands beside a picture of the user's.
const PLAIN: &str = "fullstop";
/// Dots to the inch that printers want of pictures.
const PRINT_DPI: f64 = 300.0;
/// How much of a picture may be cut off without a word.
const CUT: f64 = 0.12;

/// Where a picture lies that fills the front and its bleed: its middle on the middle of the front, so
/// that what is too wide or too high is cut on both sides alike.
fn front_picture(cover: &Cover, plan: &WrapPlan, findings: &mut Vec<Finding>) -> [f64; 4] {
    let (width, height) = (plan.trim.0 + plan.bleed, plan.trim.1 + 2.0 * plan.bleed);
    let (across, down) = (width / f64::from(cover.width), height / f64::from(cover.height));
    let scale = across.max(down);
    let dpi = 1.0 / scale;
    if dpi < PRINT_DPI - 1.0 {
        let message = format!(
            "the cover picture has {dpi:.0} dots to the inch on the front, and printers want {PRINT_DPI:.0}: \
             export it at {:.0} × {:.0} pixels",
            (width * PRINT_DPI).ceil(),
            (height * PRINT_DPI).ceil()
        );
        findings.push(Finding::warning(&rules::COARSE, None, message));
    }
    let lost = 1.0 - across.min(down) / scale;
    if lost > CUT {
        let message = format!(
            "the front is {width:.3} × {height:.3} in with bleed, and {:.0} % of the cover picture is cut off to fill it",
            lost * 100.0
        );
        findings.push(Finding::warning(&rules::SHAPE, None, message));
    }
    let (w, h) = (f64::from(cover.width) * scale, f64::from(cover.height) * scale);
    let left = plan.bleed + plan.trim.0 + plan.spine;
    [left + (width - w) / 2.0, (height - h) / 2.0, w, h]
}

/// Puts the sheet together from its elements.
fn finish(
    sheet: &Sheet,
    palette: &Palette,
    faces: &Faces<'_>,
    elements: Vec<Element>,
    plan: &WrapPlan,
    findings: Vec<Finding>,
) -> Result<WrapArt, CoverError> {
    let Reach { left, right, top, bottom, .. } = sheet.reach;
    let mut failed = None;
    let svg = svg(sheet, palette, &elements, &mut |line, out| match faces.outline(line) {
        Ok(path) => drawing::write_svg(&[drawing::path(path, line.fill)], out, &mut |_, _| ()),
        Err(error) => failed = Some(error),
    });
    if let Some(error) = failed {
        return Err(error);
    }
    let mut all = vec![rect(left, top, right - left, bottom - top, palette.ground)];
    all.extend(elements);
    let panel = Element::Clipped((left, top), (right - left, bottom - top), all);
    let [x, y, w, h] = sheet.barcode;
    let inch = sheet.inch;
    Ok(WrapArt {
        svg,
        shapes: flat::flatten(&[panel], faces)?,
        frame: (inch, (left, top)),
        picture: None,
        barcode: [(x - left) / inch, (y - top) / inch, w / inch, h / inch],
        width: 2.0 * plan.trim.0 + plan.spine + 2.0 * plan.bleed,
        height: plan.trim.1 + 2.0 * plan.bleed,
        findings,
    })
}

fn svg(
    sheet: &Sheet,
    palette: &Palette,
    elements: &[Element],
    set: &mut dyn FnMut(&TypeLine, &mut String),
) -> String {
    let Reach { left, right, top, bottom, .. } = sheet.reach;
    let mut out = String::with_capacity(1 << 18);
    out.push_str("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"");
    for (i, v) in [left, top, right - left, bottom - top].into_iter().enumerate() {
        if i > 0 {
            out.push(' ');
        }
        drawing::number(&mut out, v);
    }
    out.push_str("\">");
    drawing::write_svg(&[rect(left, top, right - left, bottom - top, palette.ground)], &mut out, &mut *set);
    drawing::write_svg(elements, &mut out, set);
    out.push_str("</svg>");
    out
}

#[expect(clippy::too_many_arguments, reason = "one call, all of it what a wrap is drawn from")]
fn draw(
    work: &Work,
    family: &Family,
    palette: &Palette,
    faces: &Faces<'_>,
    sheet: &Sheet,
    plan: &WrapPlan,
    meta: &Metadata,
    findings: &mut Vec<Finding>,
) -> Result<(Vec<Element>, Slots), CoverError> {
    let brief = Brief {
        words: &work.words,
        palette,
        spec: family.spec(),
        faces,
        reach: sheet.reach,
        edition: work.edition,
    };
    let slots = (family.art)(&brief, &mut seed::Stream::new(work.seed))?;
    let Back { mut elements, text, ink } = back(family, palette, sheet, &slots);
    elements.extend(back_text(family, faces, text, meta, ink, findings)?);
    elements.extend(barcode(sheet, plan));
    if work.edition > Edition::First {
        elements.extend(emblem(family, sheet, &slots, faces)?);
    }
    let Reach { top, bottom, left, .. } = sheet.reach;
    let panel = (sheet.back.1 - left, bottom - top);
    let mut out = [slots.art.clone(), slots.frame.clone()].concat();
    out.push(Element::Clipped((left, top), panel, elements));
    out.extend(spine_ground(family, palette, sheet));
    if plan.spine_text {
        let mut foot = None;
        if family.name == "agate" && work.edition > Edition::First {
            foot = stone_on_spine(sheet, &slots, faces)?.map(|top| top - FROM_STONE);
            if foot.is_some_and(|f| f < LEAST_LENGTH) {
                // The stone leaves no room: it stays on the front.
                out.push(rect(sheet.back.1, top, sheet.spine, bottom - top, palette.ground));
                foot = None;
            }
        }
        out.extend(spine_text(work, family, palette, faces, sheet, foot, findings)?);
    }
    for layer in [&slots.series, &slots.title, &slots.subtitle, &slots.author] {
        out.extend(layer.iter().cloned());
    }
    Ok((out, slots))
}

/// The label's upper and lower edge on the back and the spine.
const LABEL: (f64, f64) = (420.0, 1860.0);

/// The back's drawing and the room for its text: left, top, width, height.
struct Back {
    elements: Vec<Element>,
    text: [f64; 4],
    ink: Rgb,
}

fn back(family: &Family, palette: &Palette, sheet: &Sheet, slots: &Slots) -> Back {
    let (left, right) = sheet.back;
    let width = right - left;
    let (bl, Reach { left: edge, top, bottom, .. }) = (sheet.bleed, sheet.reach);
    let (a, g) = (palette.accent, palette.ground);
    let mut elements = Vec::new();
    let mut ink = palette.ink;
    let (mut x0, mut x1, mut y0, mut y1) = (left + 190.0, right - 190.0, 330.0, 1640.0);
    match family.name {
        "compass" => {
            elements.push(frame(left + 58.0, 58.0, width - 116.0, HEIGHT - 116.0, 6.0, a));
            elements.push(frame(left + 78.0, 78.0, width - 156.0, HEIGHT - 156.0, 2.0, a));
            (x0, x1) = (x0 + 20.0, x1 - 20.0);
        }
        "bloom" => {
            elements.push(rect(edge, top, right - edge, bottom - top, g));
            let mirror = [-1.0, 0.0, 0.0, 1.0, sheet.reach.front_left + right, 0.0];
            elements.push(Element::Mapped(mirror, slots.art.clone()));
            (x0, x1, y0, y1) = (x0 + 30.0, x1 - 30.0, 880.0, 1780.0);
        }
        "label" => {
            elements.extend(art::label::paper_label(palette, x0, LABEL.0, x1 - x0, LABEL.1 - LABEL.0));
            (x0, x1, y0, y1) = (x0 + 120.0, x1 - 120.0, LABEL.0 + 150.0, LABEL.1 - 120.0);
            ink = art::label::colours(palette).1;
        }
        "quilt" => {
            elements.push(rect(left - bl, 320.0, width + bl + 4.0, 1920.0, g));
            elements.extend([320.0, 2224.0].map(|y| rect(left - bl, y, width + bl, 16.0, palette.ink)));
            for y in [366.0, 2194.0] {
                for i in 0..((width + bl) / 40.0).floor() as i32 {
                    elements.push(circle(
                        (right - 20.0 - f64::from(i) * 40.0, y),
                        9.0,
                        art::quilt::bead(palette, i),
                    ));
                }
            }
            y0 = 540.0;
        }
        _ => (),
    }
    Back { elements, text: [x0, y0, x1 - x0, y1 - y0], ink }
}

/// The text on the back, in lines.
struct Blurb {
    face: &'static Face,
    size: f64,
    lines: Vec<(String, f64)>,
    cut: bool,
}

/// From baseline to baseline, in ems.
const BLURB_LEAD: f64 = 1.36;
/// The least size of the blurb in sizes of the family.
const BLURB_LEAST: f64 = 0.8;

impl Blurb {
    /// Fits the paragraphs; what does not fit at the least size is cut off.
    fn fit(
        family: &Family,
        faces: &Faces<'_>,
        [_, _, width, height]: [f64; 4],
        text: &[&str],
    ) -> Result<Self, CoverError> {
        let (face, size) = family.text_face();
        let mut scale = 1.0;
        loop {
            let blurb = Self::broken(face, size * scale, faces, width, text)?;
            let drop = blurb.lines.last().map_or(0.0, |l| l.1);
            if drop <= height {
                return Ok(blurb);
            }
            scale -= 0.04;
            if scale < BLURB_LEAST {
                let mut cut = blurb;
                cut.lines.retain(|(_, drop)| *drop <= height);
                return Ok(Self { cut: true, ..cut });
            }
        }
    }

    /// First-fit lines, ragged on the right, with their distance from the first.
    fn broken(
        face: &'static Face,
        size: f64,
        faces: &Faces<'_>,
        width: f64,
        text: &[&str],
    ) -> Result<Self, CoverError> {
        let lead = size * BLURB_LEAD;
        let mut lines = Vec::new();
        let mut drop = 0.0;
        for paragraph in text {
            let mut line = String::new();
            for word in paragraph.split_whitespace() {
                let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
                if !line.is_empty() && faces.advance(face, &longer)? * size > width {
                    lines.push((std::mem::replace(&mut line, word.to_owned()), drop));
                    drop += lead;
                } else {
                    line = longer;
                }
            }
            lines.push((line, drop));
            drop += lead * 1.5;
        }
        Ok(Self { face, size, lines, cut: false })
    }

    fn set(&self, [x, y, ..]: [f64; 4], fill: Rgb) -> Vec<Element> {
        let line = |(text, drop): &(String, f64)| {
            Element::Type(TypeLine {
                x,
                y: y + drop,
                text: text.clone(),
                face: self.face,
                size: self.size,
                fill,
                track: 0.0,
                anchor: Anchor::Start,
            })
        };
        self.lines.iter().map(line).collect()
    }
}

/// What stands in the barcode's place.
fn barcode(sheet: &Sheet, plan: &WrapPlan) -> Vec<Element> {
    let [x, y, w, h] = sheet.barcode;
    match &plan.barcode {
        Barcode::Free => Vec::new(),
        Barcode::Box => vec![rect(x, y, w, h, Rgb([255; 3]))],
        Barcode::Symbol(isbn, add_on) => barcode::draw(*isbn, *add_on, sheet.barcode, sheet.inch),
    }
}

/// The description on the back.
fn back_text(
    family: &Family,
    faces: &Faces<'_>,
    room: [f64; 4],
    meta: &Metadata,
    ink: Rgb,
    findings: &mut Vec<Finding>,
) -> Result<Vec<Element>, CoverError> {
    let text: Vec<&str> =
        meta.description.iter().flat_map(|d| d.lines()).filter(|l| !l.trim().is_empty()).collect();
    let blurb = Blurb::fit(family, faces, room, &text)?;
    if blurb.cut {
        findings.push(Finding::warning(
            &rules::BLURB,
            None,
            "the description is too long for the back cover: its end is left out",
        ));
    }
    Ok(blurb.set(room, ink))
}

fn spine_ground(family: &Family, palette: &Palette, sheet: &Sheet) -> Vec<Element> {
    let (fold, spine) = (sheet.back.1, sheet.spine);
    let Reach { top, bottom, .. } = sheet.reach;
    let depth = bottom - top;
    match family.name {
        "compass" => {
            let bar = |y: f64| rect(fold + 24.0, y - 3.0, (spine - 48.0).max(0.0), 6.0, palette.accent);
            vec![bar(58.0), bar(HEIGHT - 58.0)]
        }
        "label" => {
            let (edge, height) = (fold + spine * 0.10, LABEL.1 - LABEL.0);
            let paper = (spine * 0.80 - 24.0).max(0.0);
            vec![
                rect(edge, LABEL.0 - 20.0, spine * 0.80, height + 40.0, palette.ground),
                rect(edge + 12.0, LABEL.0, paper, height, palette.light()),
            ]
        }
        "bloom" | "quilt" => vec![rect(fold - 2.0, top, spine + 2.0, depth, palette.ground)],
        "halftone" | "blinds" => vec![rect(fold, top, spine, depth, palette.ground)],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests;
