//! `book.toml`: found, read, and its errors told with their place.

use std::ops::Range;
use std::path::{Path, PathBuf};

use inkbind::settings;
use serde_json::{Map, Value};

use super::failure::{Excerpt, Failure, nearest, shown};
use super::input::read_at_most;
use super::wishes::Wishes;

/// The most bytes of a settings file: one with an override for each page of a long book has less.
const MOST_BYTES: u64 = 4 << 20;

/// A `book.toml` that was read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Config {
    /// The file, where there is one.
    pub(crate) path: Option<PathBuf>,
    /// Its folder: relative paths in it count from there.
    pub(crate) folder: PathBuf,
    /// What it says.
    pub(crate) wishes: Wishes,
    /// Its text.
    text: String,
}

impl Config {
    /// The failure with the place of entry `index` of `override`, where the file can tell it.
    pub(crate) fn at_override(&self, index: Option<usize>, failure: Failure) -> Failure {
        let (Some(index), Some(path)) = (index, &self.path) else { return failure };
        match override_range(&self.text, index) {
            Some(range) => failure.at(Excerpt::new(&shown(path), &self.text, range)),
            None => failure,
        }
    }
}

/// The bytes of a settings file that are the anchor of entry `index` of `override`.
fn override_range(text: &str, index: usize) -> Option<Range<usize>> {
    let table = toml::de::DeTable::parse(text).ok()?;
    let rules = table.get_ref().get("rules")?.get_ref().as_table()?;
    let entry = rules.get("override")?.get_ref().as_array()?.get(index)?;
    let anchor = entry.get_ref().as_table()?.get("anchor")?;
    Some(anchor.span())
}

/// Where the settings of a work are looked for.
#[derive(Clone, Debug)]
pub(crate) enum Lookup {
    /// `--no-config`
    Nowhere,
    /// `--config FILE`
    File(PathBuf),
    /// `NAME.book.toml`, then `book.toml`, beside a file; `book.toml` in a folder.
    Beside(PathBuf),
}

/// Reads the settings file of a work.
///
/// # Errors
/// A file that was named and is not there, and one that cannot be understood.
pub(crate) fn load(lookup: &Lookup) -> Result<Config, Failure> {
    match lookup {
        Lookup::Nowhere => Ok(Config::default()),
        Lookup::File(path) => read(path),
        Lookup::Beside(input) => {
            for path in candidates(input) {
                if !path.is_file() {
                    continue;
                }
                let config = read(&path)?;
                if is_for(&config, input) {
                    confine(&config)?;
                    return Ok(config);
                }
            }
            Ok(Config::default())
        }
    }
}

/// The files that may hold the settings of `input`, the more particular first.
pub(crate) fn candidates(input: &Path) -> Vec<PathBuf> {
    if input.is_dir() {
        return vec![input.join("book.toml")];
    }
    let folder = input.parent().unwrap_or(Path::new(""));
    let mut files = Vec::new();
    if let Some(stem) = input.file_stem() {
        let mut name = stem.to_os_string();
        name.push(".book.toml");
        files.push(folder.join(name));
    }
    files.push(folder.join("book.toml"));
    files
}

/// Whether a settings file with an `input` key names this input.
fn is_for(config: &Config, input: &Path) -> bool {
    let Some(named) = &config.wishes.input else { return true };
    let named = config.folder.join(named);
    match (named.canonicalize(), input.canonicalize()) {
        (Ok(a), Ok(b)) => a == b,
        _ => named == input,
    }
}

/// Refuses a settings file that was found, not named, where it points out of its folder: it may have
/// come with the text from somebody else, and would carry any file into the book.
fn confine(config: &Config) -> Result<(), Failure> {
    let wishes = &config.wishes;
    // These two name what is built in, or a file.
    let file = |name: &Option<String>| name.clone().filter(|n| n.contains(['/', '\\']));
    let single = [
        ("epub.css", wishes.epub.css.clone()),
        ("cover.file", wishes.cover.file.clone()),
        ("build.output", wishes.build.output.clone()),
        ("layout.design", file(&wishes.layout.design)),
        ("layout.profile", file(&wishes.layout.profile)),
    ];
    let fonts = wishes.layout.fonts.iter().map(|f| ("layout.fonts", f.clone()));
    for (key, path) in single.into_iter().filter_map(|(key, path)| Some((key, path?))).chain(fonts) {
        if !is_inside(&config.folder, Path::new(&path)) {
            let file = config.path.as_deref().unwrap_or(Path::new("book.toml"));
            return Err(Failure::usage(format!("{}: `{key}` points out of its folder: {path}", shown(file)))
                .help(format!(
                    "copy what it names beside it, or, if you trust this file, say so with --config {}",
                    file.display()
                )));
        }
    }
    Ok(())
}

/// Whether a path, counted from a folder, stays in it; links are followed.
fn is_inside(folder: &Path, path: &Path) -> bool {
    let here = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let Ok(here) = here.canonicalize() else { return false };
    let whole = here.join(path);
    if let Ok(real) = whole.canonicalize() {
        return real.starts_with(&here);
    }
    // What is not there yet has no links: its steps are counted.
    let mut depth = 0_usize;
    for step in whole.strip_prefix(&here).into_iter().flat_map(Path::components) {
        match step {
            std::path::Component::Normal(_) => depth += 1,
            std::path::Component::ParentDir if depth > 0 => depth -= 1,
            std::path::Component::CurDir => {}
            _ => return false,
        }
    }
    whole.starts_with(&here)
}

fn read(path: &Path) -> Result<Config, Failure> {
    let bytes = read_at_most(path, MOST_BYTES).map_err(|e| Failure::io(path, "read", &e))?;
    let text = String::from_utf8(bytes).map_err(|_| {
        Failure::usage(format!("{} is not UTF-8 text", shown(path)))
            .help("save it as UTF-8; TOML knows no other encoding")
    })?;
    let wishes = parse(&text, &shown(path))?;
    let folder = path.parent().unwrap_or(Path::new("")).to_owned();
    Ok(Config { path: Some(path.to_owned()), folder, wishes, text })
}

/// Lays what a manifest says over a settings file.
///
/// # Errors
/// Keys and values that mean nothing.
pub(crate) fn overlay(config: Config, said: &Map<String, Value>) -> Result<Config, Failure> {
    if said.is_empty() {
        return Ok(config);
    }
    let mut all = settings::json(&config.text).unwrap_or_else(|_| Value::Object(Map::new()));
    for (name, keys) in said {
        match (&mut all[name], keys) {
            (Value::Object(below), Value::Object(keys)) => below.extend(keys.clone()),
            (below, keys) => *below = keys.clone(),
        }
    }
    let wishes = settings::from_json(all)
        .map_err(|e| Failure::usage(format!("the manifest says what cannot be: {}", say(e.message()).0)))?;
    Ok(Config { wishes, ..config })
}

/// Reads the text of a settings file called `name`.
///
/// # Errors
/// With the place of what is wrong.
pub(crate) fn parse(text: &str, name: &str) -> Result<Wishes, Failure> {
    settings::read::<Wishes>(text).map_err(|error| {
        let (what, help) = say(error.message());
        let failure = Failure::usage(what);
        let failure = match error.place() {
            Some(span) => failure.at(Excerpt::new(name, text, trimmed(text, span))),
            None => Failure { what: format!("{name}: {}", failure.what), ..failure },
        };
        match help {
            Some(help) => failure.help(help),
            None => failure,
        }
    })
}

/// The range without the white space at its ends.
fn trimmed(text: &str, span: Range<usize>) -> Range<usize> {
    let part = text.get(span.clone()).unwrap_or_default();
    let start = span.start + (part.len() - part.trim_start().len());
    start..start.max(span.start + part.trim_end().len())
}

/// The parser's message in our words, and what to do.
fn say(message: &str) -> (String, Option<String>) {
    let message = message.trim();
    let Some(rest) = message.strip_prefix("unknown field `") else {
        return (message.replace('\n', ", "), None);
    };
    let (given, known) = rest.split_once('`').unwrap_or((rest, ""));
    let known: Vec<&str> = known.split('`').skip(1).step_by(2).collect();
    let help = match nearest(given, known.iter().copied()) {
        Some(name) => format!("did you mean `{name}`?"),
        None => format!("known here: {}", known.join(", ")),
    };
    (format!("unknown key `{given}`"), Some(help))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_key_is_told_with_its_place() {
        let failure = parse("[book]\ntitle = \"A\"\nautor = \"B\"\n", "book.toml").unwrap_err();
        let at = failure.at.unwrap();
        assert_eq!((at.line, at.column, at.width), (3, 1, 5));
        assert_eq!(failure.help.as_deref(), Some("did you mean `author`?"));
    }

    #[test]
    fn a_path_that_leaves_the_folder_is_seen() {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().join("home");
        std::fs::create_dir(&home).unwrap();
        std::fs::write(home.join("style.css"), "p {}").unwrap();
        std::fs::write(folder.path().join("secret"), "s").unwrap();
        for inside in ["style.css", "./out/new", "out/../style.css"] {
            assert!(is_inside(&home, Path::new(inside)), "{inside}");
        }
        for outside in ["../secret", "..", "/etc/passwd", "out/../../secret", "/nowhere/at/all"] {
            assert!(!is_inside(&home, Path::new(outside)), "{outside}");
        }
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink("../secret", home.join("link.css")).unwrap();
            assert!(!is_inside(&home, Path::new("link.css")));
        }
    }

    #[test]
    fn rules_are_switched_by_code_and_by_list() {
        let wishes = parse("[rules]\noff = \"Q020\"\nQ010 = false\nT010 = true\n", "book.toml").unwrap();
        assert_eq!(wishes.rules.off, ["Q010", "Q020"]);
        let failure = parse("[rules]\nQ999 = false\n", "book.toml").unwrap_err();
        assert_eq!(failure.what, "unknown key `Q999`");
        assert_eq!(failure.at.unwrap().line, 2);
    }

    #[test]
    fn one_author_needs_no_list_and_a_date_no_quotes() {
        let wishes =
            parse("[book]\nauthor = \"B\"\ndate = 1900-01-02\nseries_index = 2\n", "book.toml").unwrap();
        assert_eq!(wishes.book.authors, ["B"]);
        assert_eq!(wishes.book.date.as_deref(), Some("1900-01-02"));
        assert_eq!(wishes.book.series_index.as_deref(), Some("2"));
    }
}
