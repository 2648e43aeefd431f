//! The [`Env`] of the real world: the user's fonts beside the embedded ones, files, the time.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use chrono::{DateTime, Utc};
use inkbind::env::{Env, FixedEnv, FontFile};
use inkbind::fonts;
use skrifa::attribute::Style;
use skrifa::{FontRef, MetadataProvider, string::StringId};

use super::failure::{Failure, shown};
use super::input::read_at_most;

/// The most bytes of a picture, style sheet, design or font: the largest fonts have 30 MB.
const MOST_BYTES: u64 = 64 << 20;

/// The world as the command line sees it.
#[derive(Clone, Debug, Default)]
pub(crate) struct System {
    fonts: BTreeMap<String, Vec<FontFile>>,
    now: DateTime<Utc>,
}

impl System {
    /// The world of one job: its fonts, and the time that its outputs carry.
    ///
    /// # Errors
    /// A font that cannot be read, and a `SOURCE_DATE_EPOCH` that is no number.
    pub(crate) fn new(fonts: &[PathBuf], changed: Option<SystemTime>) -> Result<Self, Failure> {
        let mut system = Self { fonts: BTreeMap::new(), now: output_time(changed)? };
        for path in fonts {
            system.add_fonts(path)?;
        }
        Ok(system)
    }

    fn add_fonts(&mut self, path: &Path) -> Result<(), Failure> {
        if !path.is_dir() {
            return self.add_font(path);
        }
        let fail = |e: io::Error| Failure::io(path, "read", &e);
        let mut files = Vec::new();
        for entry in std::fs::read_dir(path).map_err(fail)? {
            files.push(entry.map_err(fail)?.path());
        }
        files.sort();
        files.retain(|f| {
            f.extension().is_some_and(|e| e.eq_ignore_ascii_case("ttf") || e.eq_ignore_ascii_case("otf"))
        });
        if files.is_empty() {
            return Err(Failure::failed(format!("{} holds no fonts", shown(path)))
                .help("fonts are .ttf or .otf files"));
        }
        files.iter().try_for_each(|file| self.add_font(file))
    }

    fn add_font(&mut self, path: &Path) -> Result<(), Failure> {
        let bytes = read_at_most(path, MOST_BYTES).map_err(|e| Failure::io(path, "read", &e))?;
        let face = face(bytes).ok_or_else(|| {
            Failure::failed(format!("{} is not a font that can be used", shown(path)))
                .help("give an OpenType or TrueType file (.otf, .ttf), not a web font or collection")
        })?;
        self.fonts.entry(face.family.to_lowercase()).or_default().push(face);
        Ok(())
    }
}

/// Reads what a font file says of itself.
fn face(bytes: Vec<u8>) -> Option<FontFile> {
    let font = FontRef::new(&bytes).ok()?;
    let name = |id| font.localized_strings(id).english_or_first().map(|s| s.to_string());
    let family = name(StringId::TYPOGRAPHIC_FAMILY_NAME).or_else(|| name(StringId::FAMILY_NAME))?;
    let attributes = font.attributes();
    let weight = attributes.weight.value().round().clamp(1.0, 1000.0) as u16;
    let italic = attributes.style != Style::Normal;
    Some(FontFile { family, weight, italic, data: bytes.into() })
}

/// The time that outputs carry: `SOURCE_DATE_EPOCH`, else when the input was changed. The
/// clock is never asked, so that the same input gives the same bytes.
pub(crate) fn output_time(changed: Option<SystemTime>) -> Result<DateTime<Utc>, Failure> {
    if let Some(value) = std::env::var_os("SOURCE_DATE_EPOCH").filter(|v| !v.is_empty()) {
        let seconds = value.to_str().and_then(|v| v.trim().parse::<i64>().ok());
        return seconds.and_then(|s| DateTime::from_timestamp(s, 0)).map(in_zip_range).ok_or_else(|| {
            Failure::usage(format!("SOURCE_DATE_EPOCH is `{}`", value.to_string_lossy()))
                .help("it counts seconds since 1970-01-01 00:00 UTC, as in 1700000000")
        });
    }
    let seconds = changed
        .and_then(|t| t.duration_since(SystemTime::UNIX_EPOCH).ok())
        .and_then(|d| DateTime::from_timestamp(d.as_secs() as i64, 0));
    Ok(seconds.map_or_else(|| FixedEnv::default().now, in_zip_range))
}

/// Zip containers count from 1980.
fn in_zip_range(time: DateTime<Utc>) -> DateTime<Utc> {
    time.max(FixedEnv::default().now)
}

impl Env for System {
    fn faces(&self, family: &str) -> Vec<FontFile> {
        self.fonts.get(&family.to_lowercase()).cloned().unwrap_or_else(|| fonts::embedded(family))
    }

    fn families(&self) -> Vec<String> {
        let own = self.fonts.values().filter_map(|faces| faces.first()).map(|f| f.family.clone());
        own.chain(fonts::FAMILIES.iter().map(|f| f.name.to_owned())).collect()
    }

    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        read_at_most(Path::new(path), MOST_BYTES)
    }

    fn now(&self) -> DateTime<Utc> {
        self.now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_font_file_says_its_family_weight_and_slope() {
        let bytes = fonts::FAMILIES[1].faces[3].data.bytes().to_vec();
        let face = face(bytes).unwrap();
        assert_eq!((face.family.as_str(), face.weight, face.italic), ("Literata", 600, true));
        assert!(super::face(b"no font".to_vec()).is_none());
    }
}
