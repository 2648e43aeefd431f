//! Fresh noise: a work whose structure is known is written down in many shapes, with headings,
//! ornaments, widths and page furniture as sites and editions have them, and read again. Scores
//! must not fall with the spelling, and what says that it is sure must be right.
//!
//! The work is the example serial. `INKBIND_TRUTH=FOLDER` takes works from truth files instead
//! (JSON: chapters with title and blocks of kind paragraph, verse, `scene_break`), and
//! `INKBIND_TABLE=1` prints the tables: `cargo test --test suite variants -- --nocapture`.

#![expect(clippy::print_stdout, reason = "the tables are what one runs these for")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use inkbind::book::{BlockKind, Book};
use inkbind::options::TextOptions;
use inkbind::understand;

/// A piece of a chapter.
#[derive(Clone)]
enum Piece {
    Para(String),
    Verse(Vec<String>),
    Scene,
}

#[derive(Clone)]
struct Chapter {
    title: String,
    pieces: Vec<Piece>,
}

/// Titles of our own for the example's chapters, which has none.
const TITLES: &[&str] = &[
    "The Clock Under the Quay",
    "What the Ferryman Kept",
    "Low Water",
    "A Door in the Breakwater",
    "The Bell at Noon",
    "Slack Tide",
    "Salt on the Sill",
    "The Long Way Home",
];

/// Verse of our own, laid into every second chapter.
const VERSE: &[&str] = &[
    "The tide goes out, the tide comes in,",
    "And neither asks the moon;",
    "The hands go round, the wheels are thin,",
    "And evening falls too soon.",
];

/// The example serial as a work with titles, verse and scenes.
fn example() -> Vec<Chapter> {
    let text = include_str!("../../examples/tide-clock/tide-clock.txt");
    let mut out: Vec<Chapter> = Vec::new();
    for line in text.lines().map(str::trim).filter(|l| !l.is_empty()) {
        match line {
            "Work Header" | "~The End~" => {}
            "Chapter Text" => {
                let title = TITLES[out.len() % TITLES.len()].to_owned();
                out.push(Chapter { title, pieces: Vec::new() });
            }
            _ => out.last_mut().expect("a chapter is open").pieces.push(Piece::Para(
                line.replace('\u{a0}', " ").split_whitespace().collect::<Vec<_>>().join(" "),
            )),
        }
    }
    for (n, chapter) in out.iter_mut().enumerate() {
        let middle = chapter.pieces.len() / 2;
        if n % 2 == 0 {
            chapter.pieces.insert(middle, Piece::Verse(VERSE.iter().map(|l| (*l).to_owned()).collect()));
        }
        chapter.pieces.insert(middle / 2, Piece::Scene);
    }
    out
}

/// A work from a truth file; `None` where it has fewer than three chapters with titles.
fn from_truth(json: &str) -> Option<Vec<Chapter>> {
    let truth: serde_json::Value = serde_json::from_str(json).ok()?;
    let mut out = Vec::new();
    for chapter in truth["chapters"].as_array()? {
        let Some(title) = chapter["title"].as_str().filter(|t| t.split_whitespace().count() > 1) else {
            continue;
        };
        let mut pieces = Vec::new();
        for block in chapter["blocks"].as_array()? {
            let text = block["text"].as_str().unwrap_or_default();
            pieces.push(match block["kind"].as_str()? {
                "scene_break" => Piece::Scene,
                "verse" => Piece::Verse(text.lines().map(|l| l.trim().to_owned()).collect()),
                "paragraph" => Piece::Para(text.split_whitespace().collect::<Vec<_>>().join(" ")),
                _ => continue,
            });
        }
        if pieces.len() > 5 {
            out.push(Chapter { title: title.to_owned(), pieces });
        }
    }
    (out.len() >= 3).then_some(out)
}

fn works() -> Vec<Vec<Chapter>> {
    let Ok(folder) = std::env::var("INKBIND_TRUTH") else { return vec![example()] };
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    files.iter().filter_map(|f| from_truth(&std::fs::read_to_string(f).unwrap())).collect()
}

/// How a chapter's heading is spelled.
type Heading = fn(usize, &str) -> String;

fn roman(n: usize) -> String {
    let tens = ["", "X", "XX", "XXX", "XL", "L", "LX"][n / 10];
    format!("{tens}{}", ["", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"][n % 10])
}

fn chinese(n: usize) -> String {
    let digit = |d: usize| ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"][d];
    match (n / 10, n % 10) {
        (0, u) => digit(u).to_owned(),
        (1, u) => format!("十{}", digit(u)),
        (t, u) => format!("{}十{}", digit(t), digit(u)),
    }
}

const HEADINGS: &[(&str, Heading)] = &[
    ("Chapter 3: Title", |n, t| format!("Chapter {n}: {t}")),
    ("Chapter 3 - Title", |n, t| format!("Chapter {n} - {t}")),
    ("Ch. 3 – Title", |n, t| format!("Ch. {n} – {t}")),
    ("CHAPTER III. TITLE", |n, t| format!("CHAPTER {}. {}", roman(n), t.to_uppercase())),
    ("CHAPTER III / TITLE", |n, t| format!("CHAPTER {}\n\n{}", roman(n), t.to_uppercase())),
    ("Chapter 3 / Title", |n, t| format!("Chapter {n}\n{t}")),
    ("III. TITLE", |n, t| format!("{}. {}", roman(n), t.to_uppercase())),
    ("3. Title", |n, t| format!("{n}. {t}")),
    ("TITLE", |_, t| t.to_uppercase()),
    ("Kapitel 3: Title", |n, t| format!("Kapitel {n}: {t}")),
    ("3. Kapitel / Title", |n, t| format!("{n}. Kapitel\n\n{t}")),
    ("Chapitre III / Title", |n, t| format!("Chapitre {}\n\n{t}", roman(n))),
    ("Capítulo 3. Title", |n, t| format!("Capítulo {n}. {t}")),
    ("CAPITOLO III / Title", |n, t| format!("CAPITOLO {}\n\n{t}", roman(n))),
    ("Hoofdstuk 3 - Title", |n, t| format!("Hoofdstuk {n} - {t}")),
    ("Глава 3. Title", |n, t| format!("Глава {n}. {t}")),
    ("第三章 Title", |n, t| format!("第{}章 {t}", chinese(n))),
    ("Stave 3: Title", |n, t| format!("Stave {n}: {t}")),
    ("#3 Title", |n, t| format!("#{n}: {t}")),
];

const ORNAMENTS: &[&str] = &[
    "* * *",
    "***",
    "#",
    "###",
    "---",
    "- - -",
    "___",
    "===",
    "~~~",
    "~*~",
    "-o-",
    "oOo",
    "xXx",
    "<>",
    "•",
    "⁂",
    "❦",
    "◇◇◇",
    "[line break]",
    "*****",
];

/// How the text is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Shape {
    /// One line a paragraph, blank lines between, double gaps as noise.
    Web,
    /// Hard wrap, blank lines between, verse set off.
    Wrapped,
    /// First-line indents, headings centred.
    Typescript,
    /// `BBCode` around headings.
    Forum,
    /// Notes of the author and lines that turn the page.
    Serial,
    /// Pages with running heads in the middle of sentences.
    Scan,
    /// Labels of an archive's page.
    Archive,
}

const SHAPES: &[Shape] = &[
    Shape::Web,
    Shape::Wrapped,
    Shape::Typescript,
    Shape::Forum,
    Shape::Serial,
    Shape::Scan,
    Shape::Archive,
];

/// Words of furniture: none of them may be in the book's text.
const FURNITURE: &str = "zqfurniture";

/// The written work and where its true headings begin, in bytes.
struct Written {
    text: String,
    headings: BTreeSet<usize>,
}

fn wrapped(words: &str, width: usize, first: &str, rest: &str) -> String {
    let (mut out, mut line) = (String::new(), first.to_owned());
    for word in words.split(' ') {
        if line.trim().is_empty() || line.chars().count() + 1 + word.chars().count() <= width {
            if !line.trim().is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        } else {
            let _ = writeln!(out, "{line}");
            line = format!("{rest}{word}");
        }
    }
    out + &line
}

fn write(work: &[Chapter], shape: Shape, heading: Heading, ornament: &str, width: usize) -> Written {
    let mut text = String::new();
    let mut headings = BTreeSet::new();
    if shape == Shape::Archive {
        text.push_str("Fandom: Own Work\nRating: General\nStats: Published: 2020-01-01 Words: 4000\n\n");
    }
    for (n, chapter) in work.iter().enumerate() {
        text.push_str(if n == 0 { "" } else { "\n\n\n" });
        let spelled = heading(n + 1, &chapter.title);
        let indent = if shape == Shape::Typescript { 24 } else { 0 };
        headings.insert(text.len() + indent);
        let head = match shape {
            Shape::Forum => format!("[b]{}[/b]", spelled.replace('\n', " ").replace("  ", " ")),
            Shape::Typescript => spelled.lines().map(|l| format!("{}{l}\n", " ".repeat(indent))).collect(),
            _ => spelled,
        };
        let _ = write!(text, "{}\n\n", head.trim_end());
        if shape == Shape::Serial {
            let _ = write!(text, "A/N: {FURNITURE} thanks for all of your words!\n\n");
        }
        if shape == Shape::Archive {
            let _ = write!(text, "Chapter Notes\n\n{FURNITURE} and so on.\n\nChapter Text\n\n");
        }
        for (k, piece) in chapter.pieces.iter().enumerate() {
            let between = if shape == Shape::Typescript { "\n" } else { "\n\n" };
            match piece {
                Piece::Scene if shape == Shape::Typescript => {
                    let _ = writeln!(text, "{}{ornament}", " ".repeat(30));
                }
                Piece::Scene => {
                    let _ = write!(text, "{ornament}\n\n");
                }
                Piece::Verse(lines) => {
                    let deep = if matches!(shape, Shape::Typescript | Shape::Wrapped | Shape::Scan) {
                        "        "
                    } else {
                        ""
                    };
                    let lines: Vec<String> = lines.iter().map(|l| format!("{deep}{l}")).collect();
                    let gap = if shape == Shape::Typescript { "\n" } else { "" };
                    let _ = write!(text, "{gap}{}\n\n", lines.join("\n"));
                }
                Piece::Para(words) => {
                    let set = match shape {
                        Shape::Wrapped => wrapped(words, width, "", ""),
                        Shape::Scan => wrapped(words, width, "   ", ""),
                        Shape::Typescript => format!("    {words}"),
                        _ => words.clone(),
                    };
                    text.push_str(&set);
                    text.push_str(if shape == Shape::Scan { "\n" } else { between });
                    if shape == Shape::Web && k % 9 == 4 {
                        text.push('\n');
                    }
                }
            }
        }
        if shape == Shape::Serial {
            text.push_str("Please review!\n\nNext Chapter\n\n");
        }
    }
    if shape == Shape::Scan {
        return paged(&text, &headings);
    }
    Written { text, headings }
}

/// The lines on pages of thirty or a few more, each with a running head and its number. No page
/// begins between the lines of a heading.
fn paged(text: &str, headings: &BTreeSet<usize>) -> Written {
    let mut out = Written { text: String::new(), headings: BTreeSet::new() };
    let (mut at, mut page, mut lines) = (0, 11, 0);
    let mut above = "";
    for line in text.split('\n') {
        lines += 1;
        if lines > 30 && !line.is_empty() && !above.is_empty() {
            page += 1;
            lines = 0;
            let head = FURNITURE.to_uppercase();
            let _ = if page % 2 == 0 {
                write!(out.text, "\n{page}            {head}\n\n")
            } else {
                write!(out.text, "\n            {head}            {page}\n\n")
            };
        }
        if headings.contains(&at) {
            out.headings.insert(out.text.len());
        }
        let _ = writeln!(out.text, "{line}");
        above = line;
        at += line.len() + 1;
    }
    out
}

fn letters(s: &str) -> String {
    s.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Hits, what was found, what there is.
#[derive(Clone, Copy, Default)]
struct Count {
    hits: usize,
    found: usize,
    there: usize,
}

impl Count {
    fn add(&mut self, found: &[String], there: &[String]) {
        let mut left: BTreeMap<&str, usize> = BTreeMap::new();
        for t in there {
            *left.entry(t).or_default() += 1;
        }
        for f in found {
            if let Some(n) = left.get_mut(f.as_str()).filter(|n| **n > 0) {
                *n -= 1;
                self.hits += 1;
            }
        }
        self.found += found.len();
        self.there += there.len();
    }

    fn f1(self) -> f64 {
        if self.found + self.there == 0 {
            1.0
        } else {
            2.0 * self.hits as f64 / (self.found + self.there) as f64
        }
    }
}

#[derive(Clone, Copy, Default)]
struct Score {
    titles: Count,
    paragraphs: Count,
    scenes: Count,
    verse: Count,
    leaks: usize,
}

fn score(book: &Book, work: &[Chapter], into: &mut Score) {
    let titles: Vec<String> =
        book.chapters.iter().filter_map(|c| c.title.as_ref()).map(|t| letters(t.as_str())).collect();
    let true_titles: Vec<String> = work.iter().map(|c| letters(&c.title)).collect();
    into.titles.add(&titles, &true_titles);
    let (mut paragraphs, mut verse, mut scenes) = (Vec::new(), Vec::new(), 0);
    for block in book.chapters.iter().flat_map(|c| &c.body) {
        match &block.kind {
            BlockKind::Verse(v) => verse.extend(v.stanzas.iter().flatten().map(|l| letters(l.text.as_str()))),
            BlockKind::SceneBreak(_) => scenes += 1,
            _ => block.for_each_text(&mut |t| paragraphs.push(letters(t.as_str()))),
        }
        block
            .for_each_text(&mut |t| into.leaks += usize::from(t.as_str().to_lowercase().contains(FURNITURE)));
    }
    let (mut true_paragraphs, mut true_verse, mut true_scenes) = (Vec::new(), Vec::new(), 0);
    for piece in work.iter().flat_map(|c| &c.pieces) {
        match piece {
            Piece::Para(p) => true_paragraphs.push(letters(p)),
            Piece::Verse(v) => true_verse.extend(v.iter().map(|l| letters(l))),
            Piece::Scene => true_scenes += 1,
        }
    }
    into.paragraphs.add(&paragraphs, &true_paragraphs);
    into.verse.add(&verse, &true_verse);
    into.scenes.hits += usize::min(scenes, true_scenes);
    into.scenes.found += scenes;
    into.scenes.there += true_scenes;
}

/// What is done with a work's chapters, the shape and the spelling they were written in, and that text.
type Run<'a> = dyn FnMut(&[Chapter], Shape, &str, &Written) + 'a;

/// Every shape with every spelling of headings; ornaments and widths go round.
fn each(run: &mut Run<'_>) {
    const WIDTHS: [usize; 5] = [52, 60, 66, 72, 80];
    for work in works() {
        for (s, shape) in SHAPES.iter().enumerate() {
            for (h, (name, heading)) in HEADINGS.iter().enumerate() {
                let ornament = ORNAMENTS[(h * 3 + s) % ORNAMENTS.len()];
                let written = write(&work, *shape, *heading, ornament, WIDTHS[(h + s) % WIDTHS.len()]);
                run(&work, *shape, name, &written);
            }
        }
    }
}

#[test]
fn scores_do_not_fall_with_the_spelling() {
    let mut by_shape: BTreeMap<Shape, Score> = BTreeMap::new();
    let mut by_heading: BTreeMap<String, Score> = BTreeMap::new();
    each(&mut |work, shape, heading, written| {
        let understood = understand(written.text.as_bytes(), &TextOptions::default());
        let mut one = Score::default();
        score(&understood.book, work, &mut one);
        score(&understood.book, work, by_shape.entry(shape).or_default());
        score(&understood.book, work, by_heading.entry(heading.to_owned()).or_default());
        if one.titles.f1() < 0.9 && std::env::var("INKBIND_TABLE").is_ok() {
            println!("{shape:?} with {heading}: titles {:.3}", one.titles.f1());
        }
    });
    let mut table = String::from("                         title  para  scene verse leaks\n");
    let rows = by_shape
        .iter()
        .map(|(s, v)| (format!("{s:?}"), v))
        .chain(by_heading.iter().map(|(h, v)| (h.clone(), v)));
    for (name, v) in rows {
        let _ = writeln!(
            table,
            "{name:24} {:.3} {:.3} {:.3} {:.3} {:5}",
            v.titles.f1(),
            v.paragraphs.f1(),
            v.scenes.f1(),
            v.verse.f1(),
            v.leaks
        );
    }
    if std::env::var("INKBIND_TABLE").is_ok() {
        println!("{table}");
    }
    for (shape, v) in by_shape {
        assert!(v.titles.f1() >= 0.97, "titles of {shape:?}\n{table}");
        assert!(v.paragraphs.f1() >= 0.98, "paragraphs of {shape:?}\n{table}");
        assert!(v.scenes.f1() >= 0.97, "scenes of {shape:?}\n{table}");
        assert!(v.verse.f1() >= 0.9, "verse of {shape:?}\n{table}");
        assert_eq!(v.leaks, 0, "furniture in the text of {shape:?}\n{table}");
    }
}

/// What was claimed of headings, and how often it was right.
#[test]
fn certainties_are_calibrated() {
    let mut bands: BTreeMap<u8, (usize, usize)> = BTreeMap::new();
    each(&mut |_, _, _, written| {
        let understood = understand(written.text.as_bytes(), &TextOptions::default());
        for finding in understood.report.findings.iter().filter(|f| matches!(f.rule.code, "S010" | "S011")) {
            let Some(span) = finding.span else { continue };
            let band = bands.entry(finding.certainty.as_percent()).or_default();
            let at = span.start as usize;
            // Marks and spaces before the words belong to the line.
            let line = written.text[..at].rfind('\n').map_or(0, |n| n + 1);
            band.1 += 1;
            band.0 += usize::from(written.headings.range(line..=at).next().is_some());
        }
    });
    let mut table = String::from("claimed  headings  right\n");
    for (claimed, (right, all)) in &bands {
        let _ = writeln!(table, "{claimed:6}%  {all:8}  {:.3}", *right as f64 / *all as f64);
    }
    if std::env::var("INKBIND_TABLE").is_ok() {
        println!("{table}");
    }
    assert!(!bands.is_empty());
    for (claimed, (right, all)) in bands {
        let share = right as f64 / all as f64;
        assert!(all < 20 || share + 0.1 >= f64::from(claimed) / 100.0, "{claimed}% claimed\n{table}");
    }
}

/// Cleaning twice is cleaning once.
#[test]
fn cleaning_twice_is_cleaning_once() {
    each(&mut |_, shape, heading, written| {
        let once = understand(written.text.as_bytes(), &TextOptions::default()).clean;
        let twice = understand(once.as_str().as_bytes(), &TextOptions::default()).clean;
        assert_eq!(once.as_str(), twice.as_str(), "{shape:?} with {heading}");
    });
}
