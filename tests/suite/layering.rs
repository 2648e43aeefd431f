//! Data flows one way: this reads the sources and holds their `crate::` paths against the
//! table of the design. It stands in for the walls that crates would be.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Each module and those that it may use.
const ALLOWED: &[(&str, &[&str])] = &[
    ("ascii", &[]),
    ("text", &["ascii"]),
    ("wording", &["book"]),
    ("report", &["text"]),
    ("book", &["text"]),
    ("pass", &["report", "text"]),
    ("options", &["book", "pass"]),
    ("env", &["fonts"]),
    ("fonts", &["env"]),
    ("source", &["options", "pass", "report", "text"]),
    ("clean", &["options", "pass", "report", "source", "text", "wording"]),
    ("word_index", &["ascii"]),
    ("structure", &["book", "clean", "options", "pass", "report", "source", "text", "word_index", "wording"]),
    ("typography", &["book", "options", "pass", "report", "source", "text", "word_index", "wording"]),
    ("settle", &["pass", "report", "text"]),
    ("ledger", &["ascii", "book", "report", "text"]),
    ("settings", &[]),
    ("cover", &["book", "env", "fonts", "options", "report", "settings", "text", "wording"]),
    // Of the press, the tables of trims and printers' profiles: measures that pages are made to.
    (
        "typeset",
        &["ascii", "book", "env", "fonts", "options", "press", "report", "settings", "text", "wording"],
    ),
    (
        "press",
        &["book", "cover", "env", "fonts", "options", "report", "settings", "text", "typeset", "wording"],
    ),
    ("backend", &["book", "env", "fonts", "options", "press", "report", "text", "typeset", "wording"]),
];

/// Crates that one file alone may name: their output is brought up to standard behind it.
const ONE_FILE: [&str; 2] = ["epub_builder", "printpdf"];

/// Where PDF objects are handled: the end of the PDF backend, and the press, which takes any PDF.
const PDF_OBJECTS: [&str; 2] = ["backend/pdf/finish/", "press/"];

fn sources() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path.strip_prefix(&root).unwrap().to_owned(), text));
            }
        }
    }
    found.sort();
    found
}

/// The code of a file: without comments, and without the tests at its end.
fn code(text: &str) -> String {
    let code = text.split("#[cfg(test)]\nmod ").next().unwrap();
    code.lines().filter(|l| !l.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// The modules of this crate that the code names.
fn used(code: &str) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        if let Some(group) = rest.strip_prefix('{') {
            let mut depth = 1;
            let end = group.find(|c| {
                depth += i32::from(c == '{') - i32::from(c == '}');
                depth == 0
            });
            let group = &group[..end.unwrap()];
            let mut depth = 0;
            let names = group.split(|c| {
                depth += i32::from(c == '{') - i32::from(c == '}');
                c == ',' && depth == 0
            });
            used.extend(names.map(first_name).filter(|n| !n.is_empty()));
        } else {
            used.insert(first_name(rest));
        }
    }
    used
}

fn first_name(path: &str) -> String {
    path.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

fn module_of(path: &Path) -> String {
    path.iter().next().unwrap().to_string_lossy().trim_end_matches(".rs").to_owned()
}

#[test]
fn every_arrow_is_one_that_the_design_has() {
    let allowed: BTreeMap<&str, &[&str]> = ALLOWED.iter().copied().collect();
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let module = module_of(&path);
        if matches!(module.as_str(), "lib" | "main" | "cli") {
            continue;
        }
        let Some(may) = allowed.get(module.as_str()) else {
            wrong.push(format!("{}: the table has no module {module}", path.display()));
            continue;
        };
        for name in used(&code(&text)) {
            if name != module && !may.contains(&name.as_str()) {
                wrong.push(format!("{}: {module} must not use {name}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_table_has_no_row_for_a_module_that_is_gone() {
    let modules: BTreeSet<String> = sources().iter().map(|(p, _)| module_of(p)).collect();
    for (module, _) in ALLOWED {
        assert!(modules.contains(*module), "{module} is no module");
    }
}

#[test]
fn builder_crates_are_named_in_one_file_each() {
    for name in ONE_FILE {
        let files: Vec<String> = sources()
            .iter()
            .filter(|(_, text)| code(text).contains(&format!("{name}::")))
            .map(|(path, _)| path.display().to_string())
            .collect();
        assert_eq!(files.len(), 1, "{name} is named in {files:?}");
    }
}

#[test]
fn pdf_objects_are_handled_at_the_end_of_the_way_alone() {
    for (path, text) in sources() {
        if code(&text).contains("lopdf::") {
            let path = path.display().to_string();
            assert!(PDF_OBJECTS.iter().any(|folder| path.starts_with(folder)), "{path} names lopdf");
        }
    }
}

#[test]
fn grouped_and_nested_paths_are_seen() {
    let code = "use crate::{book::{Block, Book}, text};\nfn f() -> crate::report::Rule {}\n";
    let used: Vec<String> = used(code).into_iter().collect();
    assert_eq!(used, ["book", "report", "text"]);
}
