//! The [`Env`] of the real world: the user's fonts beside the embedded ones, files, the time.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::SystemTime;

use chrono::{DateTime, Utc};
use inkbind::env::{Env, FixedEnv, FontFile};
use inkbind::fonts;
use skrifa::attribute::Style;
use skrifa::{FontRef, MetadataProvider, string::StringId};

use super::collection::{font_at, fonts_in, single};
use super::failure::{Failure, shown};
use super::input::read_at_most;

/// The most bytes of a picture, style sheet, design or font: the largest fonts have 30 MB.
const MOST_BYTES: u64 = 64 << 20;

/// The world as the command line sees it.
#[derive(Clone, Debug, Default)]
pub(crate) struct System {
    fonts: BTreeMap<String, Vec<FontFile>>,
    /// Fonts of the system by family: files, and which font of each; looked for when a family is asked for that is
    /// neither the user's nor embedded.
    installed: OnceLock<BTreeMap<String, Vec<(PathBuf, u32)>>>,
    now: DateTime<Utc>,
}

impl System {
    /// The world of one job: its fonts, and the time that its outputs carry.
    ///
    /// # Errors
    /// A font that cannot be read, and a `SOURCE_DATE_EPOCH` that is no number.
    pub(crate) fn new(fonts: &[PathBuf], changed: Option<SystemTime>) -> Result<Self, Failure> {
        let mut system =
            Self { fonts: BTreeMap::new(), installed: OnceLock::new(), now: output_time(changed)? };
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
        files.sort_unstable();
        files.retain(|f| is_font_file(f));
        if files.is_empty() {
            return Err(Failure::failed(format!("{} holds no fonts", shown(path)))
                .help("fonts are .ttf, .otf, .ttc or .otc files"));
        }
        files.iter().try_for_each(|file| self.add_font(file))
    }

    fn add_font(&mut self, path: &Path) -> Result<(), Failure> {
        let bytes = read_at_most(path, MOST_BYTES).map_err(|e| Failure::io(path, "read", &e))?;
        let found: Vec<FontFile> =
            (0..fonts_in(&bytes)).filter_map(|n| face(single(bytes.clone(), n)?)).collect();
        if found.is_empty() {
            return Err(Failure::failed(format!("{} is not a font that can be used", shown(path)))
                .help("give an OpenType or TrueType file (.otf, .ttf, .ttc), not a web font"));
        }
        for face in found {
            self.fonts.entry(face.family.to_lowercase()).or_default().push(face);
        }
        Ok(())
    }
}

/// Folders in which systems keep their fonts, the user's own first.
fn font_folders() -> Vec<PathBuf> {
    let variable = |name| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    let mut out = Vec::new();
    let data = variable("XDG_DATA_HOME");
    if let Some(home) = variable("HOME") {
        out.push(data.unwrap_or_else(|| home.join(".local/share")).join("fonts"));
        out.push(home.join(".fonts"));
        out.push(home.join("Library/Fonts"));
    }
    out.extend(variable("LOCALAPPDATA").map(|d| d.join("Microsoft/Windows/Fonts")));
    out.extend(variable("WINDIR").map(|d| d.join("Fonts")));
    let system = ["/usr/local/share/fonts", "/usr/share/fonts", "/Library/Fonts", "/System/Library/Fonts"];
    out.extend(system.map(PathBuf::from));
    out
}

/// Depth of folders in folders that is looked at: no tree of fonts is deeper, a ring of links is.
const DEEPEST: usize = 8;

/// The fonts in folders and the folders in them, by family in lower case. A file that is no font is passed over; of
/// a family in several folders the first one's files are taken.
fn installed(folders: &[PathBuf]) -> BTreeMap<String, Vec<(PathBuf, u32)>> {
    let mut out: BTreeMap<String, Vec<(PathBuf, u32)>> = BTreeMap::new();
    for folder in folders {
        let mut files = Vec::new();
        font_files(folder, DEEPEST, &mut files);
        let mut here: BTreeMap<String, Vec<(PathBuf, u32)>> = BTreeMap::new();
        for file in files {
            let Ok(bytes) = std::fs::read(&file) else { continue };
            for n in 0..fonts_in(&bytes) {
                if let Some(family) = font_at(&bytes, n).and_then(|font| family(&font)) {
                    here.entry(family.to_lowercase()).or_default().push((file.clone(), n));
                }
            }
        }
        for (family, files) in here {
            out.entry(family).or_insert(files);
        }
    }
    out
}

/// Adds the font files under a folder, in order of their names.
fn font_files(folder: &Path, depth: usize, out: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|e| e.path()).collect();
    paths.sort_unstable();
    for path in paths {
        if path.is_dir() {
            if depth > 0 {
                font_files(&path, depth - 1, out);
            }
        } else if is_font_file(&path) {
            out.push(path);
        }
    }
}

fn is_font_file(path: &Path) -> bool {
    let ending = |e: &str| path.extension().is_some_and(|own| own.eq_ignore_ascii_case(e));
    ["ttf", "otf", "ttc", "otc"].into_iter().any(ending)
}

/// The name of a font's family.
fn family(font: &FontRef<'_>) -> Option<String> {
    let name = |id| font.localized_strings(id).english_or_first().map(|s| s.to_string());
    name(StringId::TYPOGRAPHIC_FAMILY_NAME).or_else(|| name(StringId::FAMILY_NAME))
}

/// Reads what a font says of itself.
fn face(bytes: Vec<u8>) -> Option<FontFile> {
    let font = FontRef::new(&bytes).ok()?;
    let family = family(&font)?;
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
        let wanted = family.to_lowercase();
        if let Some(own) = self.fonts.get(&wanted) {
            return own.clone();
        }
        let embedded = fonts::embedded(family);
        if !embedded.is_empty() {
            return embedded;
        }
        let files = self.installed.get_or_init(|| installed(&font_folders()));
        let read = |(path, n): &(PathBuf, u32)| face(single(std::fs::read(path).ok()?, *n)?);
        files.get(&wanted).into_iter().flatten().filter_map(read).collect()
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

    #[test]
    fn fonts_of_the_system_are_found_by_their_family_in_folders_of_folders() {
        let root = std::env::temp_dir().join(format!("inkbind-fonts-{}", std::process::id()));
        let folder = root.join("truetype/literata");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("any-name.TTF"), fonts::FAMILIES[1].faces[0].data.bytes()).unwrap();
        std::fs::write(folder.join("broken.otf"), b"no font").unwrap();
        let found = installed(std::slice::from_ref(&root));
        std::fs::remove_dir_all(&root).unwrap();
        assert_eq!(found.keys().collect::<Vec<_>>(), ["literata"]);
        assert_eq!(found["literata"], [(folder.join("any-name.TTF"), 0)]);
    }
}
