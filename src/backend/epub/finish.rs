//! In: the container as epub-builder assembled it, and our own package document and contents. Out: the
//! finished container.
//!
//! Compressed entries are copied as they are. Every entry gets the same time, so that the same book
//! gives the same bytes; the order of entries is fixed.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use crate::backend::BackendError;

/// A file that takes the place of one that epub-builder made, or joins it.
#[derive(Debug)]
pub(super) struct Own {
    /// Where it stands in the container, from its root.
    pub(super) path: String,
    pub(super) bytes: Vec<u8>,
}

const CONTAINER: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?>
<container version=\"1.0\" xmlns=\"urn:oasis:names:tc:opendocument:xmlns:container\">
 <rootfiles>
  <rootfile full-path=\"OEBPS/content.opf\" media-type=\"application/oebps-package+xml\"/>
 </rootfiles>
</container>
";

/// Files that epub-builder makes and that are ours to write, or not wanted.
const REPLACED: [&str; 6] = [
    "mimetype",
    "META-INF/container.xml",
    "META-INF/com.apple.ibooks.display-options.xml",
    "OEBPS/content.opf",
    "OEBPS/toc.ncx",
    "OEBPS/nav.xhtml",
];

/// Writes the finished container. With `best`, everything is compressed anew as small as can be.
pub(super) fn finish(assembled: Vec<u8>, own: &[Own], best: bool) -> Result<Vec<u8>, BackendError> {
    write(assembled, own, best)
        .map_err(|error| BackendError::Assemble { format: "EPUB", reason: error.to_string() })
}

fn write(assembled: Vec<u8>, own: &[Own], best: bool) -> zip::result::ZipResult<Vec<u8>> {
    let mut from = ZipArchive::new(Cursor::new(assembled))?;
    let mut to = ZipWriter::new(Cursor::new(Vec::new()));
    // The zip epoch: 1980-01-01.
    let time = DateTime::default();
    let options = SimpleFileOptions::default().last_modified_time(time).unix_permissions(0o644);
    let stored = options.compression_method(CompressionMethod::Stored);
    // Levels above 9 are zopfli's: here fifteen rounds.
    let packed = options.compression_level(Some(if best { 24 } else { 9 }));
    to.start_file("mimetype", stored)?;
    to.write_all(b"application/epub+zip")?;
    to.start_file("META-INF/container.xml", packed)?;
    to.write_all(CONTAINER.as_bytes())?;
    for Own { path, bytes } in own {
        to.start_file(path.as_str(), packed)?;
        to.write_all(bytes)?;
    }
    for at in 0..from.len() {
        let mut file = from.by_index(at)?;
        let name = file.name().to_owned();
        if REPLACED.contains(&name.as_str()) {
            continue;
        }
        // The name is our own, in lower case.
        let drawing = name.rsplit_once('.').is_some_and(|(_, end)| end == "svg");
        if name.starts_with("OEBPS/images/") && !drawing {
            // Already compressed by its own format.
            to.start_file(name, stored)?;
            std::io::copy(&mut file, &mut to)?;
        } else if best {
            to.start_file(name, packed)?;
            std::io::copy(&mut file, &mut to)?;
        } else {
            drop(file);
            to.raw_copy_file_touch(from.by_index_raw(at)?, time, Some(0o644))?;
        }
    }
    Ok(to.finish()?.into_inner())
}
