//! Every input that once broke a promise is tried again: `tests/fixtures/fuzz/TARGET/NAME`.

use std::fs;

use crate::works::project;

#[path = "../fuzz/src/targets.rs"]
mod targets;

#[test]
fn what_fuzzing_found_stays_mended() {
    let mut tried = 0;
    for (name, run) in targets::TARGETS {
        let Ok(folder) = fs::read_dir(project("tests/fixtures/fuzz").join(name)) else { continue };
        for seed in folder {
            let path = seed.unwrap().path();
            let bytes = fs::read(&path).unwrap();
            let caught = std::panic::catch_unwind(|| run(&bytes));
            assert!(caught.is_ok(), "{}", path.display());
            tried += 1;
        }
    }
    assert!(tried > 0, "the seeds are gone");
}

#[test]
fn every_target_takes_a_sound_input() {
    let text = b"The House\n\nChapter 1\n\n\"Come in,\" she said.\n\nChapter 2\n\nHe came in.\n";
    for (name, run) in targets::TARGETS {
        let input = match *name {
            "epub" => targets::made(text, "epub"),
            "pdf" | "pages" | "wrap" | "press" => targets::made(text, "pdf"),
            "cover" => fs::read(project("tests/fixtures/covers/agate.svg")).unwrap(),
            _ => text.to_vec(),
        };
        let marks = run(&input);
        assert!(!marks.is_empty() || *name == "decode" || *name == "cover", "{name} shows nothing");
    }
}
