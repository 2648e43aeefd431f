//! The paragraph half of the typesetter over a text as long as a novel: shaping, breaking,
//! placing. The text is a shipped example, repeated, with its words changed a little each time so
//! that the cache of shaped words works as hard as it does for a real book.

use inkbind::env::FixedEnv;
use inkbind::typeset::Length;
use inkbind::typeset::font::FontSet;
use inkbind::typeset::line::{Align, LineParams, Measure, Setting, solve};
use inkbind::typeset::shape::{Paragraph, Prepared, Shaper, Style};

const EXAMPLE: &str = include_str!("../examples/tide-clock/tide-clock.txt");

/// Words of the text; those of a longer novel of the nineteenth century.
const WORDS: usize = 65_000;

fn main() {
    divan::main();
}

/// Paragraphs of about `WORDS` words. Every copy rotates the vowels of its longer words, which
/// gives new words of the same build: about one in twelve is seen for the first time, as in prose.
fn paragraphs() -> Vec<String> {
    let mut out = Vec::new();
    let (mut words, mut copy) = (0, 0);
    while words < WORDS {
        for line in EXAMPLE.lines().filter(|l| !l.trim().is_empty()) {
            let changed: Vec<String> = line.split_whitespace().map(|w| changed(w, copy)).collect();
            words += changed.len();
            out.push(changed.join(" "));
        }
        copy += 1;
    }
    out
}

fn changed(word: &str, copy: usize) -> String {
    const VOWELS: [char; 5] = ['a', 'e', 'i', 'o', 'u'];
    if word.len() < 8 {
        return word.to_owned();
    }
    let turn = |c: char| VOWELS.iter().position(|v| *v == c).map_or(c, |i| VOWELS[(i + copy) % 5]);
    word.chars().map(turn).collect()
}

fn style() -> Style {
    Style::new(Length::pt(11.0))
}

fn measure() -> Measure {
    Measure::new(Length::pt(324.0), Align::Justified).indented(Length::pt(14.3))
}

fn prepared(shaper: &Shaper<'_>, texts: &[String]) -> Vec<Prepared> {
    texts.iter().map(|t| shaper.prepare(&Paragraph::new(t, style(), "en-GB"))).collect()
}

fn solved(shaper: &Shaper<'_>, prepared: &[Prepared]) -> Vec<Setting> {
    prepared.iter().map(|p| solve(shaper, p, &measure(), &LineParams::default())).collect()
}

#[divan::bench(sample_count = 10)]
fn open_fonts(bencher: divan::Bencher<'_, '_>) {
    bencher.bench(|| {
        FontSet::open(&FixedEnv::default(), "EB Garamond")
            .map(|f| f.text_face(inkbind::typeset::shape::Slot::Roman).cap_height)
    });
}

#[divan::bench(sample_count = 10)]
fn shape(bencher: divan::Bencher<'_, '_>) {
    let texts = paragraphs();
    let Ok(fonts) = FontSet::open(&FixedEnv::default(), "EB Garamond") else { return };
    bencher.bench(|| prepared(&Shaper::new(&fonts, &[]), &texts));
}

#[divan::bench(sample_count = 10)]
fn break_lines(bencher: divan::Bencher<'_, '_>) {
    let texts = paragraphs();
    let Ok(fonts) = FontSet::open(&FixedEnv::default(), "EB Garamond") else { return };
    bencher
        .with_inputs(|| {
            let shaper = Shaper::new(&fonts, &[]);
            let prepared = prepared(&shaper, &texts);
            (shaper, prepared)
        })
        .bench_values(|(shaper, prepared)| solved(&shaper, &prepared));
}

#[divan::bench(sample_count = 10)]
fn place_glyphs(bencher: divan::Bencher<'_, '_>) {
    let texts = paragraphs();
    let Ok(fonts) = FontSet::open(&FixedEnv::default(), "EB Garamond") else { return };
    let shaper = Shaper::new(&fonts, &[]);
    let prepared = prepared(&shaper, &texts);
    let solved = solved(&shaper, &prepared);
    bencher.bench(|| {
        let lines = solved.iter().zip(&prepared).map(|(s, p)| s.lay(&shaper, p, 0, &[]).len());
        lines.sum::<usize>()
    });
}
