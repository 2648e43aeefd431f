//! In: the PDF of a wrap cover and the measures that it should have. Out: what the printer would refuse.

use crate::press::pdf::{self, PdfError};
use crate::press::profile::{CoverColour, Profile, Standard};
use crate::press::wrap::Wrap;
use crate::typeset::length::Length;

use super::rules::WRAP;
use super::{Judge, Order, Preflight, Trim, in_order, sheets};

/// Holds a wrap cover against its measures and the printer's rules.
///
/// # Errors
/// [`PdfError`] where the file cannot be read at all.
pub fn preflight_wrap(file: &[u8], profile: &Profile, wrap: &Wrap) -> Result<Preflight, PdfError> {
    let document = pdf::open(file)?;
    let pages = sheets(&document);
    // A cover is in colour, whatever the interior is, and the standard holds for files in four inks.
    let standard = profile.standard.filter(|s| wrap.colour == CoverColour::Cmyk || *s == Standard::X1a);
    let profile = Profile { colour: true, standard, ..profile.clone() };
    let order = Order { profile: &profile, trim: None, paper: None };
    let mut judge = Judge { order: &order, pages: &pages, remarks: Vec::new() };
    if pages.len() != 1 {
        let message =
            format!("the file has {} pages: a wrap is one, back, spine and front together", pages.len());
        judge.refuse(&WRAP, &[], message);
    }
    size(&mut judge, wrap);
    judge.fonts();
    judge.colours();
    judge.fineness();
    judge.protection(&document);
    judge.screen_things(&document);
    judge.standard(&document);
    let trim = pages.first().and_then(|p| p.boxes.as_ref()).map(super::Boxes::trim_size);
    Ok(Preflight { pages: pages.len() as u32, trim, remarks: in_order(judge.remarks) })
}

fn size(judge: &mut Judge<'_>, wrap: &Wrap) {
    let Some(boxes) = judge.pages.first().and_then(|p| p.boxes.as_ref()) else { return };
    let [left, bottom, right, top] = boxes.media;
    let sheet = Trim { width: Length::pt(right - left), height: Length::pt(top - bottom) };
    if !wrap.fits(sheet.width, sheet.height) {
        let wanted = Trim { width: wrap.width, height: wrap.height };
        let message = format!(
            "the sheet is {}, and this block needs {} with bleed: its spine is {:.2} mm",
            exactly(sheet),
            exactly(wanted),
            wrap.spine_width.to_pt() * 25.4 / 72.0
        );
        judge.refuse(&WRAP, &[], message);
    }
    if boxes.stated {
        let trimmed = boxes.trim_size();
        let bleed = wrap.bleed * 2;
        if !wrap.fits(trimmed.width + bleed, trimmed.height + bleed) {
            let wanted = Trim { width: wrap.width - bleed, height: wrap.height - bleed };
            let message =
                format!("the trim box is {}, and the trimmed wrap is {}", exactly(trimmed), exactly(wanted));
            judge.refuse(&WRAP, &[], message);
        }
    }
}

/// A size to a tenth of a millimetre, which is what a spine is about.
fn exactly(size: Trim) -> String {
    let mm = |l: Length| l.to_pt() * 25.4 / 72.0;
    format!("{:.1} × {:.1} mm", mm(size.width), mm(size.height))
}
