//! In: what books are called. Out: file names that every file system takes, each used once.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

/// The most bytes of a file's name without its end: file systems take 255, and the end, the
/// number of a second book and the name of the unfinished file want room.
const MOST_BYTES: usize = 200;

/// Names that Windows keeps for devices, whatever their end.
const RESERVED: [&str; 22] = [
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9",
    "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

/// A name that every file system takes: no separators, no characters that Windows refuses, no
/// control characters, no dot or space at an end, no device's name, not too long.
pub(crate) fn safe(name: &str) -> String {
    let replaced: String = name
        .nfc()
        .map(|c| match c {
            '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' => '_',
            c if c.is_control() => '_',
            c => c,
        })
        .collect();
    let mut name = replaced.trim().trim_end_matches(['.', ' ']).trim_start_matches('.').to_owned();
    if name.len() > MOST_BYTES {
        let mut end = MOST_BYTES;
        while !name.is_char_boundary(end) {
            end -= 1;
        }
        name.truncate(end);
        name.truncate(name.trim_end_matches(['.', ' ']).len());
    }
    let before_dot = name.split('.').next().unwrap_or_default().to_lowercase();
    if name.is_empty() || RESERVED.contains(&before_dot.as_str()) {
        name.insert(0, '_');
    }
    name
}

/// What a template's `{…}` can stand for.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Fields {
    /// Folder of the input under the folder that was given.
    pub(crate) dir: PathBuf,
    /// The input's name without its end.
    pub(crate) stem: String,
    /// Title of the book.
    pub(crate) title: String,
    /// Its first author.
    pub(crate) author: String,
    /// Its series.
    pub(crate) series: String,
    /// Its place in the series.
    pub(crate) index: String,
}

/// The names that a template may use.
pub(crate) const KEYS: [&str; 7] = ["dir", "stem", "title", "author", "series", "index", "ext"];

/// The path of a book without its end, from a template such as `{author}/{title}.{ext}`.
///
/// What stands in braces is made safe; an empty field leaves no empty folder behind.
pub(crate) fn fill(template: &str, fields: &Fields) -> PathBuf {
    let template = template.strip_suffix(".{ext}").unwrap_or(template);
    let mut path = PathBuf::new();
    for part in template.split('/') {
        if part == "{dir}" {
            path.push(&fields.dir);
            continue;
        }
        let mut name = part.to_owned();
        for (key, value) in [
            ("{stem}", &fields.stem),
            ("{title}", &fields.title),
            ("{author}", &fields.author),
            ("{series}", &fields.series),
            ("{index}", &fields.index),
        ] {
            name = name.replace(key, value);
        }
        if !name.trim().is_empty() {
            path.push(safe(&name));
        }
    }
    if path.as_os_str().is_empty() { PathBuf::from(safe(&fields.stem)) } else { path }
}

/// Names that are taken, compared as file systems without case do.
#[derive(Debug, Default)]
pub(crate) struct Names {
    taken: BTreeSet<String>,
}

impl Names {
    /// A path that nobody else has: the one wished for, or the same with a number.
    pub(crate) fn claim(&mut self, wished: &Path) -> PathBuf {
        let mut path = wished.to_owned();
        let mut number = 2;
        while !self.taken.insert(path.to_string_lossy().nfc().collect::<String>().to_lowercase()) {
            let mut name = wished.file_name().unwrap_or_default().to_os_string();
            name.push(format!(" ({number})"));
            path = wished.with_file_name(name);
            number += 1;
        }
        path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_safe() {
        for (given, safe_name) in [
            ("A/B: \"C\"?", "A_B_ _C__"),
            ("line\nbreak", "line_break"),
            ("con", "_con"),
            ("Nul.txt", "_Nul.txt"),
            ("ends. . .", "ends"),
            ("..", "_"),
            ("", "_"),
            ("📚 book", "📚 book"),
        ] {
            assert_eq!(safe(given), safe_name, "{given:?}");
        }
        let long = safe(&"é".repeat(300));
        assert!(long.len() <= MOST_BYTES && long.chars().all(|c| c == 'é'));
    }

    #[test]
    fn a_template_leaves_no_empty_folder() {
        let fields = Fields { stem: "x".into(), title: "T: U".into(), ..Fields::default() };
        assert_eq!(fill("{author}/{title}.{ext}", &fields), PathBuf::from("T_ U"));
        assert_eq!(fill("{dir}/{stem}", &Fields { dir: "a/b".into(), ..fields }), PathBuf::from("a/b/x"));
    }

    #[test]
    fn the_second_book_of_a_name_gets_a_number() {
        let mut names = Names::default();
        let claimed: Vec<PathBuf> =
            ["a/T", "a/t", "b/T", "a/T"].iter().map(|p| names.claim(Path::new(p))).collect();
        assert_eq!(claimed, ["a/T", "a/t (2)", "b/T", "a/T (3)"].map(PathBuf::from));
    }
}
