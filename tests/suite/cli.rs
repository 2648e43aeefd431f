//! The program as a script sees it: standard output, standard error, exit codes.
//!
//! Each test runs commands in an empty folder and compares the transcript with a file in
//! `tests/fixtures/cli/`. `SNAPSHOTS=overwrite cargo test cli` writes them anew.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use snapbox::assert_data_eq;
use snapbox::data::Data;

use crate::works::project;

/// An empty folder with the program in reach.
pub(crate) struct Desk {
    folder: tempfile::TempDir,
    transcript: String,
}

impl Desk {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), transcript: String::new() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> &Self {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
        self
    }

    pub(crate) fn command(&self, line: &str) -> Command {
        let mut command = Command::new(snapbox::cmd::cargo_bin!("inkbind"));
        command
            .args(line.split_whitespace())
            .current_dir(self.folder.path())
            .env_clear()
            .env("SOURCE_DATE_EPOCH", "1700000000")
            .stdin(Stdio::null());
        command
    }

    /// Runs the program with these words, writes what it did into the transcript, and gives its code.
    pub(crate) fn run(&mut self, line: &str) -> i32 {
        let output = self.command(line).output().unwrap();
        let code = output.status.code().expect("the program was not killed");
        let _ = writeln!(self.transcript, "$ inkbind {line}\n[exit {code}]");
        for (name, bytes) in [("stdout", &output.stdout), ("stderr", &output.stderr)] {
            if !bytes.is_empty() {
                let _ = write!(self.transcript, "[{name}]\n{}", String::from_utf8_lossy(bytes));
            }
        }
        self.transcript.push('\n');
        code
    }

    pub(crate) fn matches(&self, name: &str) {
        let file = project("tests/fixtures/cli").join(format!("{name}.txt"));
        assert_data_eq!(self.transcript.clone(), Data::read_from(&file, None));
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.folder.path())
            .unwrap()
            .map(|e| e.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }
}

const STORY: &str = "The House\n\nChapter 1\n\n\"Come in,\" she said. It wasn't late.\n\n\
                     Chapter 2\n\nHe came in, and the door closed -- at last.\n";

#[test]
fn a_folder_or_a_file_is_written_as_asked() {
    let mut desk = Desk::new();
    desk.file("story.txt", STORY);
    assert_eq!(desk.run("build story.txt --to dump -q"), 0);
    assert_eq!(desk.run("build story.txt --to dump,dump-json -o out -q"), 0);
    assert_eq!(desk.run("build story.txt --to dump -o named.txt -q"), 0);
    assert_eq!(desk.run("build story.txt -o by-name.dump.json -q"), 0);
    assert_eq!(desk.run("build story.txt --to dump,dump-json -o one.file"), 2);
    assert_eq!(desk.names(), ["by-name.dump.json", "named.txt", "out", "story.dump.txt", "story.txt"]);
    assert_eq!(fs::read(desk.path("story.dump.txt")).unwrap(), fs::read(desk.path("named.txt")).unwrap());
    assert_eq!(fs::read_dir(desk.path("out")).unwrap().count(), 2);
    desk.matches("outputs");
}

#[test]
fn the_press_lays_out_wraps_sheets_and_proofs() {
    let mut desk = Desk::new();
    let paragraph =
        "The ferry went over at six and came back at seven, and nobody had counted the people on it. ";
    let mut text = String::from("The Long Ferry\n\nby Ann Lee\n\n");
    for chapter in 1..=14 {
        let _ = write!(text, "Chapter {chapter}\n\n{}\n\n{}\n\n", paragraph.repeat(16), paragraph.repeat(20));
    }
    desk.file("ferry.txt", text);
    desk.file("short.txt", STORY);
    assert_eq!(
        desk.run("press ferry.txt --profile kdp --interior pages.pdf --cover wrap.pdf --proof proof.png"),
        0
    );
    assert_eq!(
        desk.run(
            "press pages.pdf --profile kdp --paper cream --title T --author A --cover cream.png --guides"
        ),
        0
    );
    assert_eq!(desk.run("press pages.pdf --signatures sheets.pdf --sheets 2"), 0);
    assert_eq!(
        desk.run(
            "press pages.pdf --signatures hand.pdf --scheme octavo --paper-size a3 --shrink --one-sided"
        ),
        0
    );
    assert_eq!(desk.run("press pages.pdf --proof proof.pdf"), 0);
    assert_eq!(desk.run("check pages.pdf --profile kdp"), 0);
    assert_eq!(desk.run("check pages.pdf --profile ingram"), 1);
    desk.run("press pages.pdf --profile kdp --paper blue --cover blue.pdf");
    desk.run("press short.txt --profile kdp --cover thin.pdf");
    desk.run("press pages.pdf");
    desk.run("press short.txt --scheme nonsense --signatures no.pdf");
    desk.matches("press");
    for name in ["wrap.pdf", "cream.png", "sheets.pdf", "proof.png", "proof.pdf"] {
        assert!(desk.path(name).exists(), "{name}");
    }
    assert!(!desk.path("blue.pdf").exists() && !desk.path("thin.pdf").exists());
}

#[test]
fn inputs_that_cannot_be_used_are_named_with_what_to_do() {
    let mut desk = Desk::new();
    desk.file("empty.txt", "").file("blank.txt", " \n\n\t\n").file("a.pdf", "%PDF-1.7\n");
    desk.file(
        "noise.bin",
        (0..4000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect::<Vec<_>>(),
    );
    desk.file("folder/readme.rst", "no chapters here");
    for input in ["missing.txt", "empty.txt", "blank.txt", "a.pdf", "noise.bin", "folder"] {
        assert_eq!(desk.run(&format!("build {input} --to dump")), 1, "{input}");
    }
    desk.matches("bad-inputs");
}

#[test]
fn settings_that_cannot_be_met_are_wrong_usage() {
    let mut desk = Desk::new();
    desk.file("story.txt", STORY);
    for flags in [
        "--to dmup",
        "--to dump --shape serail",
        "--to dump --size 11",
        "--to dump --off Z999",
        "--to dump --quotes curly",
        "--to dump --config none.toml",
        "--to dump --nonsense",
    ] {
        let code = desk.run(&format!("build story.txt {flags}"));
        assert_eq!(code, if flags.contains("none.toml") { 1 } else { 2 }, "{flags}");
    }
    assert_eq!(desk.names(), ["story.txt"], "nothing was written");
    desk.matches("bad-settings");
}

#[test]
fn a_wrong_book_toml_is_told_with_line_and_column() {
    let mut desk = Desk::new();
    desk.file("story.txt", STORY);
    for toml in [
        "[book]\ntitel = \"The House\"\n",
        "[book]\ntitle = 3\n",
        "[book\ntitle = \"The House\"\n",
        "[text]\nquotes = \"curly\"\n",
    ] {
        desk.file("book.toml", toml);
        assert_eq!(desk.run("build story.txt --to dump"), 2);
    }
    desk.matches("bad-book-toml");
}

#[test]
fn flags_win_over_book_toml_and_inspect_says_so() {
    let mut desk = Desk::new();
    desk.file("story.txt", STORY);
    desk.file("book.toml", "[book]\ntitle = \"File\"\nauthor = \"A. Writer\"\n\n[layout]\ntrim = \"a5\"\n");
    assert_eq!(desk.run("inspect story.txt --title Flag --json"), 0);
    let json: serde_json::Value = serde_json::from_slice(
        &desk.command("inspect story.txt --title Flag --json").output().unwrap().stdout,
    )
    .unwrap();
    assert_eq!(json["meta"]["title"], "Flag");
    assert_eq!(json["meta"]["contributors"][0]["name"], "A. Writer");
    let origin = |name: &str| {
        let settings = json["settings"].as_array().unwrap();
        settings.iter().find(|s| s["name"] == name).unwrap()["origin"].clone()
    };
    assert_eq!(origin("title"), "flag");
    assert_eq!(origin("authors"), "book.toml");
    assert_eq!(origin("layout.trim"), "book.toml");
}

#[test]
fn a_book_toml_for_another_work_is_passed_over() {
    let mut desk = Desk::new();
    desk.file("story.txt", STORY).file("other.txt", STORY);
    desk.file("book.toml", "input = \"other.txt\"\n\n[book]\ntitle = \"Other\"\n");
    assert_eq!(desk.run("build story.txt --to dump -o story.out.txt -q"), 0);
    assert_eq!(desk.run("build other.txt --to dump -o other.out.txt -q"), 0);
    assert!(!fs::read_to_string(desk.path("story.out.txt")).unwrap().starts_with("title Other\n"));
    assert!(fs::read_to_string(desk.path("other.out.txt")).unwrap().starts_with("title Other\n"));
}

#[test]
fn json_is_one_document_and_matches_the_files() {
    let mut desk = Desk::new();
    desk.file("story.txt", STORY);
    let output = desk.command("build story.txt --to dump,pdf --json").output().unwrap();
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["schema"], "inkbind.build/1");
    assert_eq!(json["ledger"]["words"], json["words"]);
    let outputs = json["outputs"].as_array().unwrap();
    assert_eq!(outputs.len(), 2);
    for output in outputs {
        let bytes = fs::read(desk.path(output["path"].as_str().unwrap())).unwrap();
        assert_eq!(output["bytes"], bytes.len());
        let pages = lopdf::Document::load_mem(&bytes).ok().map(|pdf| pdf.get_pages().len());
        assert_eq!(output["pages"], serde_json::json!(pages));
        assert_eq!(pages.is_some(), output["format"] == "pdf");
    }
    let failed = desk.command("build missing.txt --to dump --json").output().unwrap();
    let json: serde_json::Value = serde_json::from_slice(&failed.stdout).unwrap();
    assert_eq!(json["outcome"], "failed");
    assert!(json["error"]["what"].as_str().unwrap().contains("missing.txt"));
    assert_eq!(desk.run("build story.txt --to dump -o - --json"), 2);
}

#[test]
fn standard_input_and_output_are_a_pipe() {
    let desk = Desk::new();
    desk.file("story.txt", STORY);
    let mut command = desk.command("build - --to dump -o - --title Piped");
    let output = command.stdin(fs::File::open(desk.path("story.txt")).unwrap()).output().unwrap();
    assert!(output.status.success());
    assert!(String::from_utf8(output.stdout).unwrap().starts_with("title Piped\n"));
}

#[test]
fn a_folder_of_chapters_is_one_book_in_the_order_people_count() {
    let desk = Desk::new();
    for (name, words) in [("ch10.txt", "tenth"), ("ch2.txt", "second"), ("ch1.txt", "first")] {
        desk.file(&format!("novel/{name}"), format!("The {words} words.\n"));
    }
    let output = desk.command("build novel --to dump -o -").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let at = |words: &str| text.find(words).unwrap_or_else(|| panic!("{words} is not in {text}"));
    assert!(at("first") < at("second") && at("second") < at("tenth"));
    assert!(text.starts_with("title Novel\n"), "{text}");
}

#[test]
fn init_writes_settings_that_build_reads_back() {
    let mut desk = Desk::new();
    desk.file("story.txt", STORY);
    assert_eq!(desk.run("init story.txt -q"), 0);
    assert_eq!(desk.run("build story.txt --to dump -q"), 0);
    assert_eq!(desk.run("init story.txt"), 2, "an existing book.toml is not replaced");
    assert_eq!(desk.run("init story.txt --force -q"), 0);
    assert_eq!(desk.names(), ["book.toml", "story.dump.txt", "story.txt"]);
}

#[test]
fn inspect_sets_the_pages_and_says_what_a_typographer_would_mark() {
    let mut desk = Desk::new();
    let text =
        "The Ferry\n\nChapter 1\n\nThe boat came in at four, and nobody was surprised that it was late.\n";
    desk.file("ferry.txt", text);
    let output = desk.command("inspect ferry.txt --pages --json").output().unwrap();
    let found: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(found["schema"], "inkbind.pages/1");
    assert!(found["pages"].as_u64().unwrap() >= 5 && found["marks"].is_array());
    let lines = desk.command("inspect ferry.txt --dump lines").output().unwrap();
    assert!(String::from_utf8(lines.stdout).unwrap().contains("nobody was surprised"));
    let pages = desk.command("inspect ferry.txt --dump pages").output().unwrap();
    assert!(String::from_utf8(pages.stdout).unwrap().contains("EBGaramond"));
    assert_eq!(desk.run("inspect ferry.txt --pages --design gothic"), 2);
    assert_eq!(desk.run("inspect ferry.txt --pages --dump lines"), 2);
}

#[test]
fn an_output_is_never_the_input() {
    let mut desk = Desk::new();
    desk.file("story.dump.txt", STORY);
    assert_eq!(desk.run("build story.dump.txt --to dump -o story.dump.txt"), 2);
    assert_eq!(fs::read_to_string(desk.path("story.dump.txt")).unwrap(), STORY);
}

#[cfg(unix)]
#[test]
fn an_output_that_cannot_be_written_leaves_nothing_behind() {
    let mut desk = Desk::new();
    desk.file("story.txt", STORY).file("taken", "a file, not a folder");
    assert_eq!(desk.run("build story.txt --to dump -o taken/book.txt"), 1);
    assert_eq!(desk.run("build story.txt --to dump -o /dev/full"), 1);
    assert_eq!(desk.names(), ["story.txt", "taken"]);
    desk.matches("unwritable");
}

#[cfg(unix)]
#[test]
fn the_umask_holds_for_outputs() {
    use std::os::unix::fs::PermissionsExt;
    let desk = Desk::new();
    desk.file("story.txt", STORY);
    let program = snapbox::cmd::cargo_bin!("inkbind");
    let line = format!("umask 027; '{}' build story.txt --to dump -q", program.display());
    let status = Command::new("sh").args(["-c", &line]).current_dir(desk.folder.path()).status().unwrap();
    assert!(status.success());
    let mode = fs::metadata(desk.path("story.dump.txt")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
}

#[test]
fn lists_and_explanations_are_results() {
    let mut desk = Desk::new();
    assert_eq!(desk.run("list shapes"), 0);
    assert_eq!(desk.run("explain Z999"), 2);
    desk.matches("lists");
    let listed = |what: &str| {
        String::from_utf8(desk.command(&format!("list {what}")).output().unwrap().stdout).unwrap()
    };
    assert!(inkbind::backend::REGISTRY.iter().all(|e| listed("backends").contains(e.about)));
    assert!(inkbind::fonts::FAMILIES.iter().all(|f| listed("fonts").contains(f.name)));
    for rule in inkbind::rules() {
        let output = desk.command(&format!("explain {}", rule.code)).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.contains(rule.what), "{}", rule.code);
    }
}

#[test]
fn completions_and_manual_name_every_command() {
    let desk = Desk::new();
    let output = |line: &str| String::from_utf8(desk.command(line).output().unwrap().stdout).unwrap();
    let man = output("man");
    for command in ["build", "inspect", "init", "check", "press", "batch", "explain", "list", "completions"] {
        assert!(man.contains(&format!("inkbind\\-{command}")), "the manual lacks {command}");
        for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
            assert!(output(&format!("completions {shell}")).contains(command), "{shell} lacks {command}");
        }
    }
}

#[test]
fn each_command_has_a_page_of_its_own() {
    let desk = Desk::new();
    let page = desk.command("man batch").output().unwrap();
    let text = String::from_utf8(page.stdout).unwrap();
    assert!(text.starts_with(".ie") && text.contains("inkbind\\-batch") && text.contains("max\\-memory"));
    assert!(!text.contains("worker"), "what is not for users is not told");
    let whole = String::from_utf8(desk.command("man").output().unwrap().stdout).unwrap();
    for section in ["EXIT STATUS", "ENVIRONMENT", "SUBCOMMANDS"] {
        assert!(whole.contains(section), "{section}");
    }
    let wrong = desk.command("man bach").output().unwrap();
    assert_eq!(wrong.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("did you mean `batch`?"));
}

#[test]
fn logs_are_said_where_they_are_wanted() {
    let desk = Desk::new();
    desk.file("story.txt", "Chapter 1\n\nIt was late. She knew it.\n");
    let said = |line: &str, log: Option<&str>| {
        let mut command = desk.command(line);
        if let Some(log) = log {
            command.env("RUST_LOG", log);
        }
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(0));
        String::from_utf8(output.stderr).unwrap()
    };
    let build = "build story.txt --to dump -o out";
    assert!(!said(build, None).contains("understood"));
    assert_eq!(said(&format!("{build} -q"), None), "");
    let more = said(&format!("{build} -v"), None);
    assert!(
        more.contains("INFO") && more.contains("encoding=\"UTF-8\"") && !more.contains("DEBUG"),
        "{more}"
    );
    let most = said(&format!("{build} -vv"), None);
    assert!(most.contains("DEBUG typography") && most.contains("time.busy="), "{most}");
    let wished = said(&format!("{build} -q"), Some("inkbind=info"));
    assert!(wished.contains("understood") && !wished.contains('\u{1b}'), "{wished}");
    assert!(!said(&format!("{build} -v"), Some("off")).contains("INFO"));
}

#[test]
fn colour_is_only_where_it_is_wanted() {
    let desk = Desk::new();
    let stderr = |line: &str| String::from_utf8(desk.command(line).output().unwrap().stderr).unwrap();
    assert!(!stderr("build missing.txt").contains('\x1b'));
    assert!(stderr("build missing.txt --color always").contains('\x1b'));
}
