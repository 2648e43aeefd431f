//! In: title and author, and the spine's width. Out: their type, head to foot.

use super::{HEIGHT, LABEL, Sheet};
use crate::cover::art;
use crate::cover::colour::Palette;
use crate::cover::drawing::{Anchor, Element, TypeLine};
use crate::cover::face::{Face, Faces};
use crate::cover::family::{Family, Spec};
use crate::cover::rules;
use crate::cover::{CoverError, Work};
use crate::report::Finding;

/// The smallest type that printers take, in points.
const LEAST_PT: f64 = 7.0;
/// Between the stone of `agate` and the type.
pub(super) const FROM_STONE: f64 = 70.0;
/// Type needs at least so much of the spine's length, from the head.
pub(super) const LEAST_LENGTH: f64 = 900.0;
/// Between title and author.
const GAP: f64 = 140.0;
/// The author's size over that of a title on one line.
const AUTHOR: f64 = 0.62;
/// A title that would be smaller than this on one line is tried on two, in points.
const CROWDED_PT: f64 = 12.0;
/// From baseline to baseline of a title on two lines, in em.
const LEADING: f64 = 1.12;

/// A title as it fits the spine.
struct Setting {
    lines: Vec<String>,
    size: f64,
    author: f64,
}

/// The room for type and the words in it.
struct Spine<'a> {
    faces: &'a Faces<'a>,
    spec: &'a Spec,
    author: String,
    /// Size of a title that is short enough.
    full: f64,
    /// Room along the spine.
    along: f64,
    /// Room from fold to fold.
    across: f64,
    /// Units to the point.
    point: f64,
}

impl Spine<'_> {
    /// A title on these lines: of `size` where it is short enough. The gap counts as it is at full size,
    /// so that both parts shrink by the same share.
    fn fit(&self, lines: Vec<String>, size: f64) -> Result<Setting, CoverError> {
        let small = size.min(self.full) * AUTHOR;
        let mut widest = 0.0_f64;
        for line in &lines {
            widest = widest.max(self.faces.width(self.spec.face, line, self.spec.track)?);
        }
        let by = self.faces.width(self.spec.author.face, &self.author, self.spec.author.track)?;
        let share = (self.along / (widest * size + by * small + GAP)).min(1.0);
        Ok(Setting { lines, size: size * share, author: small * share })
    }

    /// A title on one line, or on two where it is much larger so.
    fn set(&self, title: &str) -> Result<Setting, CoverError> {
        let one = self.fit(vec![title.to_owned()], self.full)?;
        if one.size >= CROWDED_PT * self.point {
            return Ok(one);
        }
        let size = self.full.min(self.across / (LEADING + self.spec.face.cap));
        let halves = title.match_indices(' ').map(|(at, _)| (at, at.abs_diff(title.len() - at)));
        let Some((middle, _)) = halves.min_by_key(|(_, off)| *off) else { return Ok(one) };
        let (first, second) = title.split_at(middle);
        let two = self.fit(vec![first.to_owned(), second.trim().to_owned()], size)?;
        Ok(if two.size > one.size * 1.1 { two } else { one })
    }
}

/// Title and author, head to foot, the height of the capitals centred on the spine; above `foot`
/// where something stands there.
pub(super) fn spine_text(
    work: &Work,
    family: &Family,
    palette: &Palette,
    faces: &Faces<'_>,
    sheet: &Sheet,
    foot: Option<f64>,
    findings: &mut Vec<Finding>,
) -> Result<Vec<Element>, CoverError> {
    let spec = family.spec();
    let labelled = family.name == "label";
    let axis = sheet.back.1 + sheet.spine / 2.0;
    let (head, foot, along) = if labelled {
        (LABEL.0 + 80.0, LABEL.1 - 80.0, LABEL.1 - LABEL.0 - 160.0)
    } else {
        let end = foot.unwrap_or(HEIGHT - 260.0).min(HEIGHT - 260.0);
        (230.0, end, end - 260.0)
    };
    let share = if labelled { 0.62 } else { 0.80 };
    // On a thin spine the capitals keep clear of the folds.
    let across = (sheet.spine - 2.0 * sheet.clear).max(0.0);
    let full = (0.46 * sheet.spine / spec.face.cap * share).min(150.0).min(across / spec.face.cap);
    let across = if labelled { across.min(sheet.spine * share) } else { across };
    let author = spec.author.case.apply(&work.words.author);
    let spine = Spine { faces, spec, author, full, along, across, point: sheet.inch / 72.0 };
    let points = |size: f64| size / sheet.inch * 72.0;
    let mut set = spine.set(&spec.case.apply(&work.words.title))?;
    if let Some(short) = work.short.as_ref().filter(|_| points(set.size) < LEAST_PT) {
        set = spine.set(&spec.case.apply(short))?;
    }
    if points(set.size) < LEAST_PT {
        let message = format!(
            "the title on the spine is of {:.1} pt, and printers take {LEAST_PT} pt and more: \
             give a shorter one with --short-title",
            points(set.size)
        );
        findings.push(Finding::warning(&rules::SPINE_SMALL, None, message));
    }
    let fill = if labelled { art::label::colours(palette).1 } else { palette.ink };
    let line = |text: String, face: &'static Face, size: f64, track: f64, anchor: Anchor| TypeLine {
        x: 0.0,
        y: 0.0,
        text,
        face,
        size,
        fill,
        track,
        anchor,
    };
    let turned = |baseline: f64, y: f64, line: TypeLine| {
        Element::Mapped([0.0, 1.0, -1.0, 0.0, baseline, y], vec![Element::Type(line)])
    };
    let leading = LEADING * set.size;
    let over = set.lines.len().saturating_sub(1) as f64 * leading;
    let lowest = axis - spec.face.cap * set.size / 2.0 - over / 2.0;
    let mut out: Vec<Element> = Vec::new();
    for (index, text) in set.lines.into_iter().enumerate() {
        let baseline = lowest + over - leading * index as f64;
        out.push(turned(baseline, head, line(text, spec.face, set.size, spec.track, Anchor::Start)));
    }
    let by = &spec.author;
    let baseline = axis - by.face.cap * set.author / 2.0;
    out.push(turned(baseline, foot, line(spine.author, by.face, set.author, by.track, Anchor::End)));
    Ok(out)
}
