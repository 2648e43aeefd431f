//! What the program says of its own decisions, and how they are settled: `inspect`, `init`,
//! the `[rules]` of `book.toml`, and the documents that promise what they say.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use crate::cli::Desk;
use crate::works::project;

/// A serial with gaps that are breaks and gaps that are doubtful.
const SERIAL: &str = include_str!("../fixtures/rules/S022/input.txt");

fn json(desk: &Desk, line: &str) -> Value {
    let output = desk.command(line).output().unwrap();
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|e| panic!("{line}: {e}: {}", String::from_utf8_lossy(&output.stderr)))
}

fn breaks(desk: &Desk) -> usize {
    let output = desk.command("build serial.txt --to dump -o -").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().lines().filter(|l| l.trim() == "break").count()
}

/// The `book.toml` that `init` writes, and the number of the line that speaks of the doubtful gap.
fn initiated(desk: &mut Desk) -> (String, usize) {
    desk.file("serial.txt", SERIAL);
    assert_eq!(desk.run("init serial.txt -q"), 0);
    let toml = fs::read_to_string(desk.path("book.toml")).unwrap();
    let at = toml.lines().position(|l| l.contains("\"S022\"")).unwrap_or_else(|| panic!("no gap in\n{toml}"));
    (toml, at)
}

/// `toml` with line `at` in force, and `with` in place of `right = true, reason = ""`.
fn settled(toml: &str, at: usize, with: &str) -> String {
    let line = |(n, line): (usize, &str)| {
        if n == at {
            line.replacen("# ", "", 1).replace("right = true, reason = \"\"", with)
        } else {
            line.to_owned()
        }
    };
    toml.lines().enumerate().map(line).collect::<Vec<_>>().join("\n") + "\n"
}

#[test]
fn every_uncertain_decision_is_one_line_of_the_new_book_toml() {
    let mut desk = Desk::new();
    let (toml, _) = initiated(&mut desk);
    let unsure = json(&desk, "inspect serial.txt --json")["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|f| f["level"] != "certain")
        .count();
    assert!(unsure > 0);
    assert_eq!(toml.lines().filter(|l| l.starts_with("  # { rule = ")).count(), unsure, "{toml}");
}

#[test]
fn a_decision_is_turned_round_and_stays_so_when_the_source_changes_elsewhere() {
    let mut desk = Desk::new();
    let (toml, at) = initiated(&mut desk);
    let before = breaks(&desk);
    desk.file("book.toml", settled(&toml, at, "right = false, reason = \"a break, says the author\""));
    assert_eq!(breaks(&desk), before + 1);
    let edited =
        SERIAL.replacen("Chapter Text\n\n", "Chapter Text\n\nA new first paragraph stands here.\n\n", 1);
    desk.file("serial.txt", edited);
    assert_eq!(breaks(&desk), before + 1);
}

#[test]
fn settlements_that_do_not_apply_are_errors_with_their_place() {
    let mut desk = Desk::new();
    let (toml, at) = initiated(&mut desk);
    desk.file("book.toml", settled(&toml, at, "right = false, reason = \"a break\""));
    // The words round the gap are changed: the anchor is gone.
    desk.file("serial.txt", SERIAL.replace("come home at all", "come home again"));
    assert_eq!(desk.run("build serial.txt --to dump"), 2);
    assert_eq!(desk.run("inspect serial.txt -q"), 2);
    desk.file("serial.txt", SERIAL);
    for rules in [
        "override = [{ rule = \"S022\", anchor = \"the\", right = true }]",
        "override = [{ rule = \"Q010\", anchor = \"I am in\", reason = \"so\" }]",
        "override = [{ rule = \"S022\", anchor = \"clerk.\\n\\n\" }]",
        "override = [{ rule = \"S999\", anchor = \"clerk.\", right = true }]",
        "S999 = false",
        "Q010 = \"no\"",
    ] {
        desk.file("book.toml", format!("[rules]\n{rules}\n"));
        assert_eq!(desk.run("build serial.txt --to dump"), 2, "{rules}");
    }
    fs::remove_file(desk.path("book.toml")).unwrap();
    desk.file(
        "titled.txt",
        "THE QUAY\n\nby A. Writer\n\nCHAPTER I\n\nOne word.\n\nCHAPTER II\n\nTwo words.\n",
    );
    assert_eq!(desk.run("build titled.txt --to dump --off M011"), 2);
    desk.matches("settlements");
}

#[test]
fn strict_stops_at_a_decision_and_goes_on_once_all_are_confirmed() {
    let mut desk = Desk::new();
    let (toml, _) = initiated(&mut desk);
    fs::remove_file(desk.path("book.toml")).unwrap();
    assert_eq!(desk.run("build serial.txt --to dump -q --strict"), 1);
    let confirmed: String = toml.lines().map(|l| l.replace("  # { rule", "  { rule") + "\n").collect();
    desk.file("book.toml", confirmed);
    assert_eq!(desk.run("build serial.txt --to dump -q --strict"), 0);
}

#[test]
fn a_rule_is_switched_off_by_its_code() {
    let desk = Desk::new();
    desk.file("serial.txt", SERIAL);
    let text = |desk: &Desk| {
        String::from_utf8(desk.command("build serial.txt --to dump -o -").output().unwrap().stdout).unwrap()
    };
    assert!(text(&desk).contains('“'));
    desk.file("book.toml", "[rules]\nQ010 = false\n");
    assert!(!text(&desk).contains('“'));
    assert!(text(&desk).contains("\"Come in,\" said the clerk."));
    desk.file("book.toml", "[rules]\noff = [\"S021\", \"S022\"]\n");
    assert!(
        json(&desk, "inspect serial.txt --json")["findings"]
            .as_array()
            .unwrap()
            .iter()
            .all(|f| f["rule"] != "S021" && f["rule"] != "S022")
    );
}

#[test]
fn inspect_shows_tree_measures_settings_and_decisions() {
    let mut desk = Desk::new();
    desk.file("serial.txt", SERIAL);
    assert_eq!(desk.run("inspect serial.txt --title Oranges --quotes keep"), 0);
    desk.matches("inspect");
    let every = desk.command("inspect serial.txt -vv").output().unwrap();
    let every = String::from_utf8(every.stdout).unwrap();
    let findings = json(&desk, "inspect serial.txt --json")["findings"].as_array().unwrap().len();
    assert_eq!(every.lines().filter(|l| l.contains(" % ")).count(), findings);
}

#[test]
fn flags_about_the_text_do_what_they_say() {
    let desk = Desk::new();
    let notes = "The Quay\nA_Writer\n\nSummary:\n\nOranges.\n\nNotes:\n\nThanks to everybody.\n\nChapter 1: The Ferry\n\n\
                 Chapter Text\n\n\"Come in,\" she said.\n\nChapter 2: The Rain\n\nChapter Text\n\n\"No,\" he said.\n";
    desk.file("a.txt", notes);
    let dump = |flags: &str| {
        let output = desk.command(&format!("build a.txt --to dump -o - {flags}")).output().unwrap();
        assert!(output.status.success(), "{flags}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(dump("").contains("“Come in,”"));
    assert!(dump("--quotes keep").contains("\"Come in,\""));
    assert!(dump("--lang de").contains("language de\n"));
    assert!(dump("--lang de").contains("„Come in,“"));
    assert!(dump("--title Other --author \"A\"").starts_with("title Other\n"));
    assert!(dump("--notes keep").contains("Thanks to everybody."));
    assert!(dump("--notes endnotes").contains("Thanks to everybody."));
    assert!(!dump("--notes drop").contains("Thanks to everybody."));
    // Credits are left out of what was transcribed; elsewhere they may be the author's words.
    desk.file("a.txt", "Produced by A. Proofreader\n\nChapter 1\n\nOne word.\n\nChapter 2\n\nTwo words.\n");
    assert!(dump("--shape plain").contains("Proofreader"));
    assert!(!dump("--shape gutenberg").contains("Proofreader"));
    let inspected = json(&desk, "inspect a.txt --json --shape plain");
    assert_eq!(inspected["shape"], "plain");
}

/// Every key of a JSON value, at any depth; keys that are data are passed over.
fn keys(value: &Value, out: &mut BTreeSet<String>) {
    const DATA: [&str; 4] = ["gaps", "reported", "kinds", "origins"];
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                out.insert(key.clone());
                if !DATA.contains(&key.as_str()) {
                    keys(value, out);
                }
            }
        }
        Value::Array(list) => list.iter().for_each(|v| keys(v, out)),
        _ => {}
    }
}

#[test]
fn every_key_of_every_json_document_is_documented() {
    let documented = fs::read_to_string(project("docs/json.md")).unwrap();
    let desk = Desk::new();
    desk.file("serial.txt", SERIAL);
    let mut all = BTreeSet::new();
    for line in [
        "build serial.txt --to epub,dump -o out --json",
        "build missing.txt --json",
        "inspect serial.txt --json",
        "check out/serial.epub --against serial.txt --json",
        "check missing.epub --against serial.txt --json",
        "list rules --json",
        "list shapes --json",
        "explain Q010 --json",
        "build serial.txt --to dump-json -o - -q",
    ] {
        let output = desk.command(line).output().unwrap();
        if let Ok(value) = serde_json::from_slice(&output.stdout) {
            keys(&value, &mut all);
        } else {
            assert!(line.contains("missing"), "{line} prints no JSON");
        }
    }
    let words: BTreeSet<&str> =
        documented.split(|c: char| !(c.is_alphanumeric() || "_-/.".contains(c))).collect();
    let missing: Vec<&String> = all.iter().filter(|k| !words.contains(k.as_str())).collect();
    assert!(missing.is_empty(), "docs/json.md lacks {missing:?}");
}

#[test]
fn every_key_of_book_toml_is_documented() {
    let documented = fs::read_to_string(project("docs/book-toml.md")).unwrap();
    let source = fs::read_to_string(project("src/cli/wishes.rs")).unwrap();
    let settings = source.split("fn one_or_many").next().unwrap();
    let fields = settings.lines().filter_map(|l| l.trim().strip_prefix("pub(crate) ")?.split_once(':'));
    let mut seen = 0;
    for (field, _) in fields {
        let key = if field == "overrides" { "override" } else { field };
        assert!(
            documented.contains(&format!("`{key}`"))
                || documented.contains(&format!("[{key}]"))
                || documented.contains(&format!(" {key} "))
                || documented.contains(&format!(" {key},")),
            "docs/book-toml.md lacks {key}"
        );
        seen += 1;
    }
    assert!(seen > 40, "only {seen} keys were found");
}
