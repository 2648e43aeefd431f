//! Each rule that changes or understands text has a folder in `tests/fixtures/rules/`.
//!
//! `input.txt` is a raw work, with look-alikes that must not fire; `expected.txt` is the dump
//! of the book that it becomes; `findings.txt` has what the folder's own rule found, a line
//! each. More cases stand beside them under a common end: `input-german.txt`,
//! `expected-german.txt`, `findings-german.txt`. `options.txt` sets what flags would:
//! `notes = drop`, `quotes = keep`, `shape = forum`, `language = de`.
//!
//! `UPDATE_FIXTURES=1 cargo test rules` writes the expectations anew; read the difference.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use inkbind::backend::dump;
use inkbind::options::{NotePolicy, QuotePolicy, Shape, TextOptions};
use inkbind::report::{Places, Severity};
use inkbind::{Understood, ledger, understand};

/// Families whose rules need a folder: those of the way from bytes to book.
const FAMILIES: &str = "DCSMNQTE";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/rules")
}

fn folders() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> =
        fs::read_dir(folder()).unwrap().map(|e| e.unwrap().path()).filter(|p| p.is_dir()).collect();
    folders.sort();
    folders
}

fn code(folder: &Path) -> String {
    folder.file_name().unwrap().to_string_lossy().into_owned()
}

#[test]
fn every_rule_has_its_folder_and_every_folder_its_rule() {
    let rules: Vec<&str> = inkbind::rules().map(|r| r.code).filter(|c| FAMILIES.contains(&c[..1])).collect();
    let folders: Vec<String> = folders().iter().map(|f| code(f)).collect();
    let without: Vec<&&str> = rules.iter().filter(|c| !folders.iter().any(|f| f == *c)).collect();
    let stray: Vec<&String> = folders.iter().filter(|f| !rules.contains(&f.as_str())).collect();
    assert!(
        without.is_empty() && stray.is_empty(),
        "rules without a folder: {without:?}; folders without a rule: {stray:?}"
    );
}

#[test]
fn codes_and_names_are_unique_and_every_rule_explains_itself() {
    let mut seen = std::collections::BTreeSet::new();
    for rule in inkbind::rules() {
        assert!(seen.insert(rule.code), "{} stands twice", rule.code);
        assert!(seen.insert(rule.name), "{} stands twice", rule.name);
        let figures = &rule.code[1..];
        assert!(figures.len() == 3 && figures.bytes().all(|b| b.is_ascii_digit()), "{}", rule.code);
        for (part, words) in [("what", rule.what), ("why", rule.why), ("example", rule.example)] {
            assert!(!words.trim().is_empty(), "{} does not say its {part}", rule.code);
        }
    }
}

#[test]
fn rules_do_what_their_fixtures_say() {
    let mut faults = Vec::new();
    for folder in folders() {
        check_folder(&folder, &mut faults);
    }
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}

/// Runs every case of one rule.
fn check_folder(folder: &Path, faults: &mut Vec<String>) {
    let code = code(folder);
    let options = options(folder);
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    let mut fired = 0;
    let mut cases = 0;
    for name in names.iter().filter(|n| n.starts_with("input")) {
        cases += 1;
        let case = name.strip_prefix("input").unwrap();
        let work = understand(&fs::read(folder.join(name)).unwrap(), &options);
        let findings = findings(&work, &code);
        fired += findings.lines().count();
        compare(&folder.join(format!("expected{case}")), &dump::text(&work.book), faults);
        compare(&folder.join(format!("findings{case}")), &findings, faults);
        let account = ledger::account(&work.source.decoded, &work.book, &work.report);
        if !account.balances() {
            faults.push(format!(
                "{code}/{name}: words are not accounted for: {:?} {:?}",
                account.lost, account.invented
            ));
        }
    }
    if cases == 0 {
        faults.push(format!("{code} has no input.txt"));
    } else if fired == 0 {
        faults.push(format!("{code}: the rule fires in none of its own fixtures"));
    }
}

/// What the rule found: place, certainty, excerpt, message.
fn findings(work: &Understood, code: &str) -> String {
    let places = Places::new(&work.source.decoded);
    let mut out = String::new();
    for finding in work.report.findings.iter().filter(|f| f.rule.code == code) {
        let warning = if finding.severity == Severity::Warning { " warning" } else { "" };
        let (at, excerpt) = match finding.span {
            Some(span) => {
                let place = places.place(span.start as usize);
                (format!("{}:{}", place.line, place.column), places.excerpt(span, 40))
            }
            None => ("whole".to_owned(), String::new()),
        };
        let _ =
            writeln!(out, "{at} {}{warning} [{excerpt}] {}", finding.certainty.as_percent(), finding.message);
    }
    out
}

fn compare(path: &Path, now: &str, faults: &mut Vec<String>) {
    if std::env::var_os("UPDATE_FIXTURES").is_some() {
        fs::write(path, now).unwrap();
        return;
    }
    let shown = path.strip_prefix(folder()).unwrap().display();
    match fs::read_to_string(path) {
        Err(e) => faults.push(format!("{shown}: {e}; UPDATE_FIXTURES=1 writes it")),
        Ok(then) if then != now => faults.push(format!("{shown} differs:\n{}", difference(&then, now))),
        Ok(_) => {}
    }
}

/// The lines that differ, with the first of each side.
fn difference(then: &str, now: &str) -> String {
    let (then, now): (Vec<&str>, Vec<&str>) = (then.lines().collect(), now.lines().collect());
    let same = then.iter().zip(&now).take_while(|(a, b)| a == b).count();
    let tail = then[same..].iter().rev().zip(now[same..].iter().rev()).take_while(|(a, b)| a == b).count();
    let mut out = format!("  line {}\n", same + 1);
    for (sign, lines) in [('-', &then[same..then.len() - tail]), ('+', &now[same..now.len() - tail])] {
        for line in lines.iter().take(8) {
            let _ = writeln!(out, "  {sign} {line}");
        }
    }
    out
}

fn options(folder: &Path) -> TextOptions {
    let mut options = TextOptions { file_stem: Some("fixture".to_owned()), ..TextOptions::default() };
    let Ok(text) = fs::read_to_string(folder.join("options.txt")) else { return options };
    for line in text.lines().filter(|l| !l.trim().is_empty()) {
        let (key, value) = line.split_once('=').expect("a line of options.txt is `key = value`");
        match (key.trim(), value.trim()) {
            ("notes", "keep") => options.notes = NotePolicy::Keep,
            ("notes", "endnotes") => options.notes = NotePolicy::Endnotes,
            ("notes", "drop") => options.notes = NotePolicy::Drop,
            ("quotes", "keep") => options.quotes = QuotePolicy::Keep,
            ("quotes", "smart") => options.quotes = QuotePolicy::Smart,
            ("language", tag) => options.language = Some(tag.to_owned()),
            ("shape", name) => options.shape = Some(Shape::from_name(name).expect("a shape that is known")),
            (key, value) => panic!("{key} = {value} means nothing in options.txt"),
        }
    }
    options
}
