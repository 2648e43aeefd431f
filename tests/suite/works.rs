//! The works that whole-way tests run on: the shipped examples.

use std::fs;
use std::path::{Path, PathBuf};

/// A folder of the project.
pub(crate) fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Every shipped example work: its name and its bytes.
pub(crate) fn examples() -> Vec<(String, Vec<u8>)> {
    let mut works: Vec<(String, Vec<u8>)> = fs::read_dir(project("examples"))
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.is_dir())
        .flat_map(|folder| fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()))
        .filter(|p| p.extension().is_some_and(|e| e == "txt"))
        .map(|p| (p.file_stem().unwrap().to_string_lossy().into_owned(), fs::read(&p).unwrap()))
        .collect();
    works.sort();
    assert!(works.len() >= 3, "the examples are gone");
    works
}
