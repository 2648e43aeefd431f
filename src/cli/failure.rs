//! What stops the program: what happened, where, and what to do.

use std::fmt;
use std::io;
use std::path::Path;

use inkbind::report::Places;

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// All was done.
    Done = 0,
    /// A build or check failed.
    Failed = 1,
    /// The command line or `book.toml` says what cannot be.
    Usage = 2,
    /// Done, with warnings, under `--strict`.
    Warnings = 3,
}

/// A place in a file, with its line.
#[derive(Clone, Debug)]
pub(crate) struct Excerpt {
    /// The file.
    pub(crate) file: String,
    /// Line, from 1.
    pub(crate) line: usize,
    /// Column in characters, from 1.
    pub(crate) column: usize,
    /// The line's text.
    pub(crate) text: String,
    /// How many characters to point at.
    pub(crate) width: usize,
}

impl Excerpt {
    /// The place of the bytes `range` of `source`.
    pub(crate) fn new(file: &str, source: &str, range: std::ops::Range<usize>) -> Self {
        let place = Places::new(source).place(range.start);
        let text = source.lines().nth(place.line - 1).unwrap_or_default().to_owned();
        let width = source.get(range).unwrap_or_default().lines().next().map_or(1, |l| l.chars().count());
        let width = width.clamp(1, text.chars().count().saturating_sub(place.column - 1).max(1));
        Self { file: file.to_owned(), line: place.line, column: place.column, text, width }
    }
}

/// An error, ready to be told.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    /// The exit code it leads to.
    pub(crate) exit: Exit,
    /// What happened.
    pub(crate) what: String,
    /// Where.
    pub(crate) at: Option<Box<Excerpt>>,
    /// What to do.
    pub(crate) help: Option<String>,
}

impl Failure {
    /// A build or check that failed.
    pub(crate) fn failed(what: impl Into<String>) -> Self {
        Self { exit: Exit::Failed, what: what.into(), at: None, help: None }
    }

    /// A command line or `book.toml` that says what cannot be.
    pub(crate) fn usage(what: impl Into<String>) -> Self {
        Self { exit: Exit::Usage, ..Self::failed(what) }
    }

    /// A file that could not be used: `verb` as in "read", "written".
    pub(crate) fn io(path: &Path, verb: &str, error: &io::Error) -> Self {
        let failure = Self::failed(format!("{} cannot be {verb}: {}", shown(path), plain(error)));
        match error.kind() {
            io::ErrorKind::NotFound => {
                failure.help("check the name; relative paths count from the current folder")
            }
            io::ErrorKind::PermissionDenied => failure.help("check who may read and write there"),
            io::ErrorKind::NotADirectory => {
                failure.help("a part of this path is a file; name another folder")
            }
            io::ErrorKind::ReadOnlyFilesystem => failure.help("choose another folder with -o"),
            io::ErrorKind::StorageFull => failure.help("free some space, or choose another folder with -o"),
            _ => failure,
        }
    }

    /// The same with what to do.
    #[must_use]
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same with its place.
    #[must_use]
    pub(crate) fn at(mut self, excerpt: Excerpt) -> Self {
        self.at = Some(Box::new(excerpt));
        self
    }

    /// As a JSON object.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::json!({
            "what": self.what,
            "file": self.at.as_ref().map(|e| &e.file),
            "line": self.at.as_ref().map(|e| e.line),
            "column": self.at.as_ref().map(|e| e.column),
            "help": self.help,
        })
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        if let Some(at) = &self.at {
            let gutter = at.line.to_string();
            let pad = " ".repeat(gutter.len());
            write!(f, "\n{pad}--> {}:{}:{}", at.file, at.line, at.column)?;
            write!(f, "\n{pad} |\n{gutter} | {}", at.text)?;
            write!(f, "\n{pad} | {}{}", " ".repeat(at.column - 1), "^".repeat(at.width))?;
        }
        if let Some(help) = &self.help {
            write!(f, "\nhelp: {help}")?;
        }
        Ok(())
    }
}

/// A path as shown to people: control characters (a newline in a name) are escaped.
pub(crate) fn shown(path: &Path) -> String {
    let text = path.to_string_lossy();
    if text.chars().any(char::is_control) { text.escape_debug().to_string() } else { text.into_owned() }
}

/// What the system says, without its number.
fn plain(error: &io::Error) -> String {
    let text = error.to_string();
    let cut = text.find(" (os error").unwrap_or(text.len());
    let mut chars = text[..cut].chars();
    chars.next().map_or_else(String::new, |c| c.to_lowercase().chain(chars).collect())
}

/// The name among `known` that `given` was probably meant to be.
pub(crate) fn nearest<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let given = given.to_lowercase();
    known
        .into_iter()
        .map(|name| (distance(&given, &name.to_lowercase()), name))
        .filter(|(d, name)| *d <= if name.chars().count() < 5 { 1 } else { 2 })
        .min()
        .map(|(_, name)| name)
}

/// The distance between two names in characters put in, left out, changed or swapped with the
/// next (Damerau 1964, each character touched once).
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let above = &rows[i - 1];
            let mut cost =
                (above[j - 1] + usize::from(a[i - 1] != b[j - 1])).min(above[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                cost = cost.min(rows[i - 2][j - 2] + 1);
            }
            row.push(cost);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_close() {
        assert_eq!(nearest("titel", ["title", "subtitle", "date"]), Some("title"));
        assert_eq!(nearest("dmup", ["dump", "dump-json"]), Some("dump"));
        assert_eq!(nearest("elephant", ["title", "date"]), None);
    }

    #[test]
    fn an_excerpt_points_at_its_place() {
        let failure = Failure::usage("no such key").at(Excerpt::new("book.toml", "a = 1\nbé = 2\n", 6..9));
        assert_eq!(failure.to_string(), "no such key\n --> book.toml:2:1\n  |\n2 | bé = 2\n  | ^^");
    }
}
