//! In: what the user wants as cover. Out: the picture: drawn, or the user's own.

use std::path::Path;

use inkbind::book::{Cover, Metadata};
use inkbind::cover::{self, CoverChoice, CoverError, FAMILIES, Family};
use inkbind::env::Env;
use inkbind::report::Finding;

use super::failure::{Failure, nearest, shown};

/// What stands on the front.
#[derive(Clone, Debug, Default)]
pub(crate) struct CoverJob {
    /// The user's own picture.
    pub(crate) file: Option<String>,
    /// The family to draw; `None`: by the work's subjects.
    pub(crate) family: Option<&'static Family>,
    /// The palette; `None`: by title and author.
    pub(crate) palette: Option<String>,
}

/// The family with this name.
///
/// # Errors
/// A family that is not known.
pub(crate) fn family(name: &str) -> Result<&'static Family, Failure> {
    Family::named(name).ok_or_else(|| {
        let hint = nearest(name, FAMILIES.iter().map(|f| f.name)).map(|n| format!("did you mean `{n}`? "));
        Failure::usage(format!("there is no cover family called `{name}`"))
            .help(format!("{}`inkbind list covers` lists them", hint.unwrap_or_default()))
    })
}

/// The cover of a work, and what could not be done as wished.
///
/// # Errors
/// A file that is no picture, a palette that is not known, a face that is missing.
pub(crate) fn make(job: &CoverJob, meta: &Metadata, env: &dyn Env) -> Result<(Cover, Vec<Finding>), Failure> {
    if let Some(file) = &job.file {
        let path = Path::new(file);
        let bytes = env.read(file).map_err(|e| Failure::io(path, "read", &e))?;
        return Ok((own(path, bytes, meta)?, Vec::new()));
    }
    let choice =
        CoverChoice { family: job.family, palette: job.palette.as_deref(), ..CoverChoice::default() };
    let drawn = cover::draw(meta, &choice, env).map_err(|error| match error {
        CoverError::Palette { .. } => Failure::usage(error.to_string()),
        CoverError::Font { .. } | CoverError::Drawing { .. } => {
            Failure::failed(format!("no cover was made: {error}"))
        }
    })?;
    Ok((drawn.cover, drawn.findings))
}

fn own(path: &Path, bytes: Vec<u8>, meta: &Metadata) -> Result<Cover, Failure> {
    let Some((media_type, width, height)) = picture(&bytes) else {
        return Err(Failure::failed(format!("{} is no picture that a book can carry", shown(path)))
            .help("give a JPEG or PNG file, upright, at best 1600 × 2560 pixels"));
    };
    Ok(Cover { media_type, bytes, width, height, alt: format!("Cover of {}", meta.title), svg: None })
}

/// Media type, width and height in pixels of a JPEG or PNG file; `None` for anything else.
fn picture(bytes: &[u8]) -> Option<(&'static str, u32, u32)> {
    let (media_type, width, height) = if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        // The first chunk is IHDR: length, name, width, height (PNG, 11.2.1).
        let number = |at: usize| Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
        ("image/png", number(16)?, number(20)?)
    } else if bytes.starts_with(b"\xFF\xD8\xFF") {
        let (width, height) = jpeg_size(bytes)?;
        ("image/jpeg", width, height)
    } else {
        return None;
    };
    (width > 0 && height > 0).then_some((media_type, width, height))
}

/// Width and height from the frame header of a JPEG file (ITU T.81, B.2.2).
fn jpeg_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut at = 2;
    loop {
        while *bytes.get(at)? != 0xFF {
            at += 1;
        }
        while *bytes.get(at)? == 0xFF {
            at += 1;
        }
        let marker = *bytes.get(at)?;
        at += 1;
        let number = |i: usize| Some(u32::from(u16::from_be_bytes([*bytes.get(i)?, *bytes.get(i + 1)?])));
        match marker {
            // Restart markers and fill have no length.
            0x00 | 0x01 | 0xD0..=0xD8 => {}
            0xD9 => return None,
            // Start of frame; 0xC4, 0xC8 and 0xCC are other segments.
            0xC0..=0xCF if !matches!(marker, 0xC4 | 0xC8 | 0xCC) => {
                return Some((number(at + 5)?, number(at + 3)?));
            }
            _ => at += number(at)? as usize,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_say_their_size() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x06\x40\0\0\x0A\0\x08\x02";
        assert_eq!(picture(png), Some(("image/png", 1600, 2560)));
        let jpeg = b"\xFF\xD8\xFF\xE0\0\x04ab\xFF\xC0\0\x0B\x08\0\x20\0\x10\x01";
        assert_eq!(picture(jpeg), Some(("image/jpeg", 16, 32)));
    }

    #[test]
    fn what_is_cut_off_or_something_else_is_no_picture() {
        for bytes in [&b"\x89PNG\r\n\x1a\n\0\0"[..], b"\xFF\xD8\xFF\xE0", b"\xFF\xD8\xFF\xD9", b"text", b""] {
            assert_eq!(picture(bytes), None);
        }
    }
}
