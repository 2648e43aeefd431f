//! In: what the user named: folders, files, patterns, lists, manifests. Out: the works to be done,
//! in an order that depends on nothing else.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Read;
use std::path::{Path, PathBuf};

use inkbind::settings;
use regex::Regex;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::super::failure::{Failure, shown};
use super::super::input::{is_text_name, natural};
use super::journal::Id;

/// One work of a batch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Work {
    /// The text.
    #[serde(with = "any_path")]
    pub(crate) input: PathBuf,
    /// The how-manieth work of this text it is, from 1.
    pub(crate) nth: usize,
    /// The input's folder under the folder that was given; outputs mirror it.
    #[serde(with = "any_path")]
    pub(crate) dir: PathBuf,
    /// The manifest that names it.
    #[serde(skip)]
    pub(crate) manifest: Option<PathBuf>,
    /// What a manifest says of it, as `book.toml` would; laid over the `book.toml`.
    pub(crate) said: Map<String, Value>,
    /// The name that a manifest gives it, without an end.
    pub(crate) name: Option<String>,
}

impl Work {
    /// Bytes of its text; 0 where they cannot be told, which whoever reads it will say.
    pub(super) fn bytes(&self) -> u64 {
        std::fs::metadata(&self.input).map_or(0, |file| file.len())
    }

    fn plain(input: PathBuf, dir: PathBuf) -> Self {
        Self { input, nth: 1, dir, manifest: None, said: Map::new(), name: None }
    }

    /// The input in words: as it is named, with bytes that are no text escaped, so that no two
    /// inputs have the same.
    pub(crate) fn name(&self) -> String {
        let mut name = String::new();
        for chunk in self.input.as_os_str().as_encoded_bytes().utf8_chunks() {
            name.push_str(chunk.valid());
            for byte in chunk.invalid() {
                let _ = write!(name, "\\x{byte:02X}");
            }
        }
        name
    }

    /// What tells it from the other works of the batch.
    pub(crate) fn id(&self) -> Id {
        (self.name(), self.nth)
    }
}

/// The works that `inputs` name. `out` is passed over where it lies inside an input folder.
///
/// # Errors
/// An input that is not there, a manifest that cannot be understood.
pub(crate) fn plan(inputs: &[PathBuf], out: &Path) -> Result<Vec<Work>, Failure> {
    let mut works = Vec::new();
    for input in inputs {
        if input.as_os_str() == "-" {
            works.extend(list_from_stdin()?);
        } else if input.is_dir() {
            folder(input, out, &mut works)?;
        } else if input.is_file() {
            match extension(input).as_str() {
                "toml" | "csv" | "jsonl" | "ndjson" => works.extend(manifest(input)?),
                "json" | "tsv" | "yaml" | "yml" | "xls" | "xlsx" | "ods" => {
                    return Err(Failure::usage(format!("{} is no manifest that can be read", shown(input)))
                        .help("a manifest is .toml, .csv or .jsonl (JSON Lines)"));
                }
                _ => works.push(Work::plain(input.clone(), PathBuf::new())),
            }
        } else if input.to_string_lossy().contains(['*', '?', '[']) {
            glob(input, out, &mut works)?;
        } else {
            return Err(Failure::failed(format!("{} is not there", shown(input)))
                .help("name a folder, a file, a pattern in quotes, a manifest (.toml, .csv, .jsonl), or - for a list"));
        }
    }
    works.sort_by(|a, b| natural(&a.input.to_string_lossy(), &b.input.to_string_lossy()));
    // The same text named twice is one work, unless a manifest makes several books of it.
    let mut seen: BTreeMap<PathBuf, usize> = BTreeMap::new();
    works.retain_mut(|work| {
        let times = seen.entry(work.input.clone()).or_default();
        *times += 1;
        work.nth = *times;
        *times == 1 || work.manifest.is_some()
    });
    Ok(works)
}

fn extension(path: &Path) -> String {
    path.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default()
}

fn folder(root: &Path, out: &Path, works: &mut Vec<Work>) -> Result<(), Failure> {
    for path in walk(root, out)? {
        let dir = path.parent().and_then(|p| p.strip_prefix(root).ok()).unwrap_or(Path::new("")).to_owned();
        works.push(Work::plain(path, dir));
    }
    Ok(())
}

/// Every text under a folder; hidden files and folders and the output folder are passed over.
fn walk(root: &Path, out: &Path) -> Result<Vec<PathBuf>, Failure> {
    let out = out.canonicalize().ok();
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        let fail = |e: std::io::Error| Failure::io(&folder, "read", &e);
        for entry in std::fs::read_dir(&folder).map_err(fail)? {
            let entry = entry.map_err(fail)?;
            let path = entry.path();
            if entry.file_name().to_string_lossy().starts_with('.') {
                continue;
            }
            // A link to a folder may lead back: only links to files are followed.
            if entry.file_type().map_err(fail)?.is_dir() {
                if path.canonicalize().ok().is_none_or(|p| Some(p) != out) {
                    folders.push(path);
                }
            } else if is_text_name(&path) && !path.is_dir() {
                found.push(path);
            }
        }
    }
    Ok(found)
}

/// Files by a pattern: `*` and `?` inside a name, `**` over folders, `[…]` for one of some characters.
fn glob(pattern: &Path, out: &Path, works: &mut Vec<Work>) -> Result<(), Failure> {
    let text = pattern.to_string_lossy();
    let wild = text.find(['*', '?', '[']).unwrap_or(text.len());
    let root = text[..wild].rfind('/').map_or("", |i| &text[..=i]);
    let wrong = || {
        Failure::usage(format!("{} is no pattern", shown(pattern)))
            .help("write it as in \"library/**/*.txt\"")
    };
    let regex = Regex::new(&pattern_regex(&text)).map_err(|_| wrong())?;
    let base = if root.is_empty() { Path::new(".") } else { Path::new(root) };
    let before = works.len();
    for path in walk(base, out)? {
        let path = path.strip_prefix("./").map_or(path.clone(), Path::to_owned);
        if regex.is_match(&path.to_string_lossy()) {
            let dir =
                path.parent().and_then(|p| p.strip_prefix(root).ok()).unwrap_or(Path::new("")).to_owned();
            works.push(Work::plain(path, dir));
        }
    }
    if works.len() == before {
        return Err(Failure::failed(format!("no text matches {}", shown(pattern)))
            .help("texts are files that end in .txt, .text or .md"));
    }
    Ok(())
}

fn pattern_regex(pattern: &str) -> String {
    let mut out = String::from("^");
    let mut rest = pattern;
    while let Some(c) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("**/") {
            out.push_str("(?:.*/)?");
            rest = after;
            continue;
        }
        rest = &rest[c.len_utf8()..];
        match c {
            '*' => out.push_str("[^/]*"),
            '?' => out.push_str("[^/]"),
            '[' if rest.contains(']') => {
                let end = rest.find(']').unwrap_or_default();
                let set = rest[..end].replace('\\', "\\\\").replace('!', "^");
                let _ = write!(out, "[{set}]");
                rest = &rest[end + 1..];
            }
            c => out.push_str(&regex::escape(&c.to_string())),
        }
    }
    out.push('$');
    out
}

/// A list of files on standard input, one a line; with zero bytes in it, parted by those
/// (`find -print0`), so that any name can stand in it.
fn list_from_stdin() -> Result<Vec<Work>, Failure> {
    let mut text = Vec::new();
    std::io::stdin()
        .lock()
        .read_to_end(&mut text)
        .map_err(|e| Failure::io(Path::new("the list on standard input"), "read", &e))?;
    let mark = if text.contains(&0) { 0 } else { b'\n' };
    let names = text.split(|b| *b == mark).map(|l| l.strip_suffix(b"\r").unwrap_or(l));
    Ok(names.filter(|l| !l.is_empty()).map(|l| Work::plain(path_of(l), PathBuf::new())).collect())
}

/// A path of any bytes.
#[cfg(unix)]
fn path_of(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(std::ffi::OsStr::from_bytes(bytes))
}

/// A path in UTF-8.
#[cfg(not(unix))]
fn path_of(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}

/// Paths go to the workers as the system has them, in UTF-8 or not.
mod any_path {
    use std::ffi::OsString;
    use std::path::{Path, PathBuf};

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<S: Serializer>(path: &Path, to: S) -> Result<S::Ok, S::Error> {
        path.as_os_str().serialize(to)
    }

    pub(super) fn deserialize<'a, D: Deserializer<'a>>(from: D) -> Result<PathBuf, D::Error> {
        OsString::deserialize(from).map(PathBuf::from)
    }
}

/// The works of a manifest; inputs count from its folder.
fn manifest(path: &Path) -> Result<Vec<Work>, Failure> {
    let text = std::fs::read_to_string(path).map_err(|e| Failure::io(path, "read", &e))?;
    let rows = match extension(path).as_str() {
        "toml" => toml_rows(&text),
        "csv" => csv_rows(&text),
        _ => jsonl_rows(&text),
    }
    .map_err(|what| Failure::usage(format!("{}: {what}", shown(path))))?;
    let folder = path.parent().unwrap_or(Path::new(""));
    rows.into_iter()
        .map(|(line, row)| {
            work_of(row, folder)
                .map(|work| Work { manifest: Some(path.to_owned()), ..work })
                .map_err(|what| Failure::usage(format!("{}:{line}: {what}", shown(path))))
        })
        .collect()
}

type Row = (usize, Map<String, Value>);

fn toml_rows(text: &str) -> Result<Vec<Row>, String> {
    let mut table = settings::json(text).map_err(|e| e.in_text(text))?;
    let Value::Array(works) = table["work"].take() else {
        return Err("a manifest is a list of [[work]]".to_owned());
    };
    works
        .into_iter()
        .enumerate()
        .map(|(i, work)| match work {
            Value::Object(map) => Ok((i + 1, map)),
            _ => Err(format!("work {} is no table", i + 1)),
        })
        .collect()
}

fn jsonl_rows(text: &str) -> Result<Vec<Row>, String> {
    let lines = text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty());
    lines
        .map(|(i, line)| match serde_json::from_str(line) {
            Ok(Value::Object(map)) => Ok((i + 1, map)),
            Ok(_) => Err(format!("line {} is no JSON object", i + 1)),
            Err(e) => Err(format!("line {}: {e}", i + 1)),
        })
        .collect()
}

/// RFC 4180: fields parted by commas, quoted where they hold commas, quotes or newlines. The
/// first record names the keys.
fn csv_rows(text: &str) -> Result<Vec<Row>, String> {
    let mut records = csv_records(text)?.into_iter();
    let (_, keys) = records.next().ok_or("the manifest is empty")?;
    records
        .map(|(line, fields)| {
            if fields.len() > keys.len() {
                return Err(format!("line {line} has more fields than the first"));
            }
            let said = keys.iter().zip(fields).filter(|(_, v)| !v.is_empty());
            Ok((line, said.map(|(k, v)| (k.trim().to_owned(), Value::from(v))).collect()))
        })
        .collect()
}

fn csv_records(text: &str) -> Result<Vec<(usize, Vec<String>)>, String> {
    let mut records = Vec::new();
    let (mut fields, mut field) = (Vec::new(), String::new());
    let (mut quoted, mut line, mut began) = (false, 1, 1);
    let mut chars = text.trim_start_matches('\u{feff}').chars().peekable();
    while let Some(c) = chars.next() {
        line += usize::from(c == '\n');
        match c {
            '"' if quoted && chars.next_if_eq(&'"').is_some() => field.push('"'),
            '"' if quoted => quoted = false,
            c if quoted => field.push(c),
            '"' if field.is_empty() => quoted = true,
            ',' => fields.push(std::mem::take(&mut field)),
            '\r' => {}
            '\n' => {
                fields.push(std::mem::take(&mut field));
                records.push((began, std::mem::take(&mut fields)));
                began = line;
            }
            c => field.push(c),
        }
    }
    if quoted {
        return Err(format!("a quote is not closed in the record of line {began}"));
    }
    if !field.is_empty() || !fields.is_empty() {
        fields.push(field);
        records.push((began, fields));
    }
    records.retain(|(_, fields)| fields.iter().any(|f| !f.is_empty()));
    Ok(records)
}

/// A row as a work: `input`, `output`, and keys of `book.toml`; `title` stands for `book.title`,
/// and `layout.trim` for the key `trim` of `[layout]`.
fn work_of(row: Map<String, Value>, folder: &Path) -> Result<Work, String> {
    let mut said = Map::new();
    let (mut input, mut name) = (None, None);
    for (key, value) in row {
        match (key.as_str(), value) {
            ("input", Value::String(path)) => input = Some(folder.join(path)),
            ("output", Value::String(path)) => name = Some(path),
            ("input" | "output", _) => return Err(format!("{key} is no text")),
            (_, Value::Object(more)) => {
                if let Value::Object(table) = said.entry(key).or_insert_with(|| Value::Object(Map::new())) {
                    table.extend(more);
                }
            }
            (_, value) => {
                let (table, key) = key.split_once('.').unwrap_or(("book", &key));
                let table = said.entry(table).or_insert_with(|| Value::Object(Map::new()));
                if let Value::Object(table) = table {
                    table.insert(key.to_owned(), value);
                }
            }
        }
    }
    let input = input.ok_or("a work has no `input`")?;
    Ok(Work { said, name, ..Work::plain(input, PathBuf::new()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_shells_do() {
        let matches = |pattern: &str, path: &str| Regex::new(&pattern_regex(pattern)).unwrap().is_match(path);
        assert!(matches("lib/**/*.txt", "lib/a.txt") && matches("lib/**/*.txt", "lib/b/c/a.txt"));
        assert!(!matches("lib/*.txt", "lib/b/a.txt") && matches("ch?.txt", "ch1.txt"));
        assert!(matches("ch[0-9].txt", "ch1.txt") && !matches("ch[!0-9].txt", "ch1.txt"));
        assert!(!matches("a.txt", "aXtxt"));
    }

    #[test]
    fn a_csv_manifest_says_what_book_toml_says() {
        let rows = csv_rows("input,title,layout.trim\n\"a, b.txt\",\"The \"\"A\"\"\",a5\n").unwrap();
        let work = work_of(rows[0].1.clone(), Path::new("m")).unwrap();
        assert_eq!(work.input, PathBuf::from("m/a, b.txt"));
        assert_eq!(work.said["book"]["title"], "The \"A\"");
        assert_eq!(work.said["layout"]["trim"], "a5");
        assert!(csv_rows("input\n\"a").is_err());
        let rows =
            toml_rows("[[work]]\ninput = \"a\"\ntitle = \"T\"\n[work.book]\ndate = \"1901\"\n").unwrap();
        let work = work_of(rows[0].1.clone(), Path::new("m")).unwrap();
        assert_eq!((&work.said["book"]["title"], &work.said["book"]["date"]), (&"T".into(), &"1901".into()));
    }
}
