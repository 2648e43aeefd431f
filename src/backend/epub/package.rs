//! In: the files of an edition. Out: a container with all of them, assembled by epub-builder.
//!
//! This is the only file that names the crate. It brings files into an EPUB container and compresses them;
//! what it would write of its own (package document, contents) is replaced by [`super::finish`].

use epub_builder::{EpubBuilder, EpubContent, EpubVersion, ZipLibrary};

use super::documents::Piece;
use crate::backend::BackendError;

/// Where epub-builder puts everything.
pub(super) const ROOT: &str = "OEBPS/";
/// Its name for the style sheet; documents link to it.
pub(super) const STYLE_SHEET: &str = "stylesheet.css";

/// A file that is not a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Resource<'a> {
    pub(super) path: String,
    pub(super) media_type: String,
    pub(super) bytes: &'a [u8],
}

/// Puts the style sheet, the documents and the resources into a container.
pub(super) fn assemble(
    style: &str,
    pieces: &[Piece],
    resources: &[Resource<'_>],
) -> Result<Vec<u8>, BackendError> {
    let mut builder = EpubBuilder::new(ZipLibrary::new().map_err(failed)?).map_err(failed)?;
    builder.epub_version(EpubVersion::V33);
    builder.stylesheet(style.as_bytes()).map_err(failed)?;
    for piece in pieces {
        let content = EpubContent::new(piece.document.name.as_str(), piece.document.xhtml.as_bytes());
        builder.add_content(content).map_err(failed)?;
    }
    for resource in resources {
        builder.add_resource(&resource.path, resource.bytes, &resource.media_type).map_err(failed)?;
    }
    let mut container = Vec::new();
    builder.generate(&mut container).map_err(failed)?;
    Ok(container)
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err wants")]
fn failed(error: epub_builder::Error) -> BackendError {
    BackendError::Assemble { format: "EPUB", reason: error.to_string() }
}
