//! In: the block. Out: the wrap cover as a PDF or a picture.

use std::path::Path;

use inkbind::backend::pdf::{Edition, write_pages};
use inkbind::cover::CoverChoice;
use inkbind::env::Env;
use inkbind::press::raster;
use inkbind::press::wrap::{self, BarcodeWish, WrapError, WrapOrder, WrapSheet, WrapSheetError};

use crate::cli::args::{BarcodeArg, PressArgs};
use crate::cli::build;
use crate::cli::failure::{Failure, shown};

use super::block::Block;

/// Dots to the inch of a wrap as a picture.
const PICTURE_DPI: f64 = 300.0;

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Pdf,
    Png,
}

impl Kind {
    /// The kind that a name ends in.
    ///
    /// # Errors
    /// Another end.
    pub(super) fn of(path: &Path) -> Result<Self, Failure> {
        let end = path.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default();
        match end.as_str() {
            "pdf" => Ok(Self::Pdf),
            "png" => Ok(Self::Png),
            _ => Err(Failure::usage(format!("{} is neither a PDF nor a PNG by its name", shown(path)))
                .help("let the name end in .pdf or .png")),
        }
    }
}

/// Lays the wrap out.
///
/// # Errors
/// No printer, a book that it does not bind, a wrong ISBN, a picture that cannot be used.
pub(super) fn lay_out(args: &PressArgs, block: &Block) -> Result<WrapSheet, Failure> {
    let profile = block.profile()?;
    let usage = |e: &dyn std::fmt::Display| Failure::usage(e.to_string());
    let paper = profile.paper(block.job.output.paper.as_deref()).map_err(|e| usage(&e))?;
    let Some(paper) = paper else {
        return Err(usage(&WrapError::NoCover(profile.name.clone())));
    };
    if block.meta.title.trim().is_empty() {
        return Err(Failure::usage("the wrap has no title: the PDF names none").help("add --title"));
    }
    let front = block.front()?;
    let order = WrapOrder {
        profile: &profile,
        paper,
        trim: block.trim,
        // A printer binds leaves, and a leaf has two pages.
        pages: block.count.next_multiple_of(2),
        meta: &block.meta,
        front: front.as_ref(),
        choice: CoverChoice {
            family: block.job.cover.family,
            palette: block.job.cover.palette.as_deref(),
            ..CoverChoice::default()
        },
        barcode: match args.barcode {
            BarcodeArg::Auto => BarcodeWish::Auto,
            BarcodeArg::Symbol => BarcodeWish::Symbol,
            BarcodeArg::Box => BarcodeWish::Box,
            BarcodeArg::Free => BarcodeWish::Free,
        },
        price: args.price.as_deref(),
        guides: args.guides,
    };
    wrap::make(&order, &block.env).map_err(|error| match error {
        WrapSheetError::Measure(WrapError::NoCover(_)) => usage(&error),
        WrapSheetError::Measure(WrapError::Pages { .. }) => Failure::failed(error.to_string()).help(
            "other type (--size), another trim (--trim) or another printer (--profile) change the number of pages",
        ),
        WrapSheetError::Measure(_) | WrapSheetError::Cover(_) => Failure::failed(error.to_string()),
        WrapSheetError::Barcode(_) => {
            usage(&error).help("check --identifier and --price; --barcode free leaves the place empty")
        }
    })
}

/// The file of the wrap.
///
/// # Errors
/// A standard or ICC profile that cannot be met.
pub(super) fn file(sheet: &WrapSheet, block: &Block, kind: Kind) -> Result<Vec<u8>, Failure> {
    if kind == Kind::Png {
        return raster::png(&sheet.pages, 0, sheet.wrap.bleed, PICTURE_DPI).map_err(Failure::failed);
    }
    let profile = block.profile()?;
    let refused = |e| build::refused("wrap", &e);
    let edition = Edition::cover(&profile, &block.job.output, &block.env).map_err(refused)?;
    let mut out = Vec::new();
    write_pages(&sheet.pages, &block.meta, &edition, block.env.now(), &mut out).map_err(refused)?;
    Ok(out)
}
