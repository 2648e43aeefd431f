//! In: the block, perhaps its wrap. Out: the proof for people.

use inkbind::press::proof::{self, Subject};
use inkbind::press::wrap::WrapSheet;

use crate::cli::args::PressArgs;
use crate::cli::failure::{Failure, shown};

use super::block::Block;
use super::wrap::{self, Kind};

/// The file of the proof. Where no wrap was asked for and the printer makes covers, one is laid out
/// for the proof alone; a book that has none is shown without.
///
/// # Errors
/// A picture of a finished PDF, whose pages are not drawn here; a PDF that cannot be used.
pub(super) fn file(
    args: &PressArgs,
    block: &Block,
    sheet: Option<&WrapSheet>,
    kind: Kind,
) -> Result<Vec<u8>, Failure> {
    let own = match sheet {
        None if block.job.output.profile.is_some() => wrap::lay_out(args, block).ok(),
        None | Some(_) => None,
    };
    let sheet = sheet.or(own.as_ref());
    let subject = Subject {
        pages: block.count as usize,
        trim: (block.trim.width.to_pt(), block.trim.height.to_pt()),
        wrap: sheet,
    };
    match (kind, &block.composed) {
        (Kind::Png, Some(composed)) => proof::png(&subject, &composed.pages).map_err(Failure::failed),
        (Kind::Png, None) => Err(Failure::usage(format!(
            "the proof of {} cannot be a PNG: pages of a finished PDF are placed here, not drawn",
            shown(&args.input)
        ))
        .help("name it with .pdf, or press the text instead of the PDF")),
        (Kind::Pdf, _) => {
            let wrap = sheet.map(|s| wrap::file(s, block, Kind::Pdf)).transpose()?;
            proof::pdf(&subject, &block.file, wrap.as_deref())
                .map_err(|e| Failure::failed(format!("{}: {e}", shown(&args.input))))
        }
    }
}
