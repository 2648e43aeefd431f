//! Texts that are no novels, or have in them what is none: what comes of them is sensible, their lines stay where they
//! count, and what is unsure says so.

use std::fs;

use inkbind::backend;
use inkbind::env::FixedEnv;
use inkbind::options::{OutputOptions, TextOptions};
use inkbind::report::Finding;
use inkbind::typeset::survey::{self, Defect};
use inkbind::typeset::{self, Layout};
use inkbind::{ledger, understand};

use crate::works::project;

/// The book as a dump, and its findings.
fn read(name: &str) -> (String, Vec<Finding>) {
    let bytes = fs::read(project("tests/fixtures/other").join(name)).unwrap();
    let work = understand(&bytes, &TextOptions::default());
    let account = ledger::account(&work.source.decoded, &work.book, &work.report);
    assert!(account.balances(), "{name}: lost {:?}, invented {:?}", account.lost, account.invented);
    let mut out = Vec::new();
    let entry = backend::find("dump").unwrap();
    (entry.make)(&OutputOptions::default()).write(&work.book, &FixedEnv::default(), &mut out).unwrap();
    (String::from_utf8(out).unwrap(), work.report.findings)
}

/// Each text and what must stand in its dump.
const WANTED: &[(&str, &[&str])] = &[
    (
        "play.txt",
        &[
            "label SCENE I\n",
            "and the sacks are where you left them.\np JON. (sitting down)",
            "p.right [Exeunt.]",
        ],
    ),
    (
        "acts.txt",
        &[
            // A cast and a prologue hold together; speakers head no chapter, and none of their words is taken out.
            "# dramatis-personae level=0\n",
            "stanza\n  line0 BOY.\n  line0 Two banks there are, and one grey stream between,\n  line1 Where none",
            "# part level=0 number=1 roman Act\nlabel ACT I\n\n# chapter level=1 number=1 roman Scene\n\
             label SCENE I\ntitle The landing stage\n",
            "p MIRA. You are late.\np JON. The road is under water.\np MIRA. It was under water yesterday.\n",
            "p CLERK. You came.\np MIRA. You called.\np JON. She would have it so.\n",
        ],
    ),
    (
        "stanzas.txt",
        &[
            "p.centred I\nstanza\n  line0 They lit the lamp upon the quay\n",
            "p.centred V\nstanza\n  line0 Who came there in the morning rain\n",
            "stanza\n  line0 When you have shut your gate against the wind and gone\n  line0 Behind the yellow",
            "heavy load.\n  line1 I only ask that when you draw the curtain to\n  line1 You leave a hand of light",
        ],
    ),
    (
        "log.txt",
        &[
            "pre\n  | 2026-01-03 08:12:01",
            "|   File \"job.py\", line 12",
            "| TimeoutError: step\n  | 2026-01-03 08:16:00",
        ],
    ),
    (
        "quoted-letters.txt",
        &[
            "letter\n  dateline Quay Street, January.\n  p “How glad you must be",
            "  signature “T.{00A0}F.”",
            "letter\n  dateline “Ferry House, March.\n  salutation “MY DEAR MADAM,\n  p “I have the honour",
            "  closing “I am, dear Madam,\n  closing “Your most obedient",
            "  signature “JOHN QUILL.”",
        ],
    ),
    (
        "readme.txt",
        &["title Usage\np Run `tinytool FILE` to count:\npre\n  | $ tinytool", "p `--json` prints JSON"],
    ),
    (
        "letter.txt",
        &["line0 14 Quay Street\n  line0 Orley\n", "p Dear Miss Brook,", "p Yours sincerely,\np Jon Halvard"],
    ),
    (
        "poem.txt",
        &["title Low Water\n", "stanza\n  line0 The tide goes out", "stanza\n  line0 The boats lie over"],
    ),
    (
        "recipe.txt",
        &["title Plum Cake\n", "  line0 3 eggs\n", "list 1\n  item\n    p Heat the oven to 180 °C."],
    ),
];

#[test]
fn texts_that_are_no_novels_stay_what_they_are() {
    for (name, wanted) in WANTED {
        let (dump, _) = read(name);
        for part in *wanted {
            assert!(dump.contains(part), "{name} has no {part:?}:\n{dump}");
        }
    }
}

#[test]
fn a_play_has_its_acts_and_scenes_and_all_that_is_said_in_them() {
    let (dump, findings) = read("acts.txt");
    assert_eq!(dump.lines().filter(|line| line.starts_with("# ")).count(), 7, "{dump}");
    let taken = findings.iter().filter(|f| f.rule.code == "S013");
    assert_eq!(taken.count(), 0, "the words of speakers are no list of contents");
}

#[test]
fn a_scene_ends_where_its_act_goes_on() {
    let play = fs::read_to_string(project("tests/fixtures/other/acts.txt")).unwrap();
    let said = "JON.\nThe road is under water.\n";
    assert!(play.contains(said));
    let play = play.replace(said, &format!("{said}\n").repeat(45));
    let work = understand(play.as_bytes(), &TextOptions::default());
    let layout = Layout::resolve(&OutputOptions::default(), &FixedEnv::default()).unwrap();
    let pages = typeset::typeset(&work.book, &layout, &FixedEnv::default()).unwrap();
    let survey = survey::survey(&pages, &layout);
    assert!(survey.lines > 100, "{} lines were looked at", survey.lines);
    let early = survey.marks.iter().find(|mark| matches!(mark.defect, Defect::ShortPage(_)));
    assert_eq!(early, None, "the last page of a scene may end where it wants");
}

#[test]
fn a_text_without_headings_says_how_unsure_its_one_chapter_is() {
    for name in ["log.txt", "letter.txt", "poem.txt", "recipe.txt"] {
        let (_, findings) = read(name);
        let undivided = findings.iter().find(|f| f.rule.code == "S080");
        assert!(undivided.is_some_and(|f| f.certainty.as_percent() < 97), "{name}: {undivided:?}");
    }
}
