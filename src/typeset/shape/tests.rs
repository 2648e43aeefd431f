use super::*;
use crate::env::FixedEnv;
use crate::typeset::length::Length;
use crate::typeset::line::{Line, set_line};

fn with(family: &str, text: &str, style: &Style) -> Line {
    let fonts = FontSet::open(&FixedEnv::default(), family).unwrap();
    set_line(&Shaper::new(&fonts, &[]), text, style, "en")
}

fn garamond(text: &str, style: &Style) -> Line {
    with("EB Garamond", text, style)
}

const TEXT: Style = Style::new(Length(11 * 65_536));

fn ids(line: &Line) -> Vec<u16> {
    line.runs.iter().flat_map(|r| r.glyphs.glyphs().map(|g| g.id)).collect()
}

#[test]
fn letters_join_and_are_kerned() {
    let line = with("Libertinus Serif", "fi", &TEXT);
    assert_eq!(ids(&line).len(), 1, "a ligature");
    assert_eq!(line.runs[0].glyphs.first().unwrap().text, 0..2);
    assert_ne!(ids(&garamond("fi", &TEXT))[0], ids(&garamond("f", &TEXT))[0], "an f that makes room");
    let apart = garamond("A", &TEXT).width + garamond("V", &TEXT).width;
    assert!(garamond("AV", &TEXT).width < apart, "kerning");
    let spaced = with("Libertinus Serif", "fi", &TEXT.tracking(50));
    assert_eq!(ids(&spaced).len(), 2, "no ligature in spaced text");
}

#[test]
fn a_part_before_a_hyphen_is_shaped_anew() {
    let fonts = FontSet::open(&FixedEnv::default(), "Libertinus Serif").unwrap();
    let shaper = Shaper::new(&fonts, &[]);
    let face = shaper.typeface(&TEXT, "en");
    let whole = face.at(face.word(&fonts, "office", 0, false));
    let part = face.at(face.word(&fonts, "of", 0, true));
    let glyphs = |word: &Word| &shaper.word_table().word(face.runs(word)[0].number).glyphs;
    assert!(glyphs(whole).len() < 6, "ffi is one glyph");
    let glyphs = glyphs(part);
    assert_eq!(glyphs.len(), 3);
    assert!(glyphs[2].soft_hyphen && glyphs[2].text == (2, 0));
    assert!(part.gaps == 2 && !glyphs[2].gap);
}

#[test]
fn figures_and_capitals_come_from_the_face() {
    let plain = garamond("1876", &TEXT);
    assert_ne!(ids(&plain), ids(&garamond("1876", &TEXT.figures(Figures::Lining))));
    let small = garamond("whale", &TEXT.capitals(Capitals::Small));
    assert!(ids(&small).iter().zip(ids(&garamond("whale", &TEXT))).all(|(a, b)| *a != b));
    let tabular = |t| garamond(t, &TEXT.figures(Figures::OldStyleTabular)).width;
    assert_eq!(tabular("11"), tabular("80"));
}

#[test]
fn superiors_are_the_faces_own_or_smaller_and_raised() {
    let own = garamond("2", &TEXT.position(Position::Superior));
    assert_eq!(own.runs[0].glyphs.size, TEXT.size);
    assert_ne!(ids(&own), ids(&garamond("2", &TEXT)));
    let made = garamond("ж", &TEXT.position(Position::Superior));
    assert!(made.runs[0].glyphs.size < TEXT.size);
    assert!(made.runs[0].glyphs.first().unwrap().dy > Length::ZERO);
}

#[test]
fn an_f_keeps_clear_of_the_mark_behind_it() {
    for family in ["EB Garamond", "Literata", "Alegreya", "Libertinus Serif"] {
        let fonts = FontSet::open(&FixedEnv::default(), family).unwrap();
        let shaper = Shaper::new(&fonts, &[]);
        for (slot, pair) in
            [(Slot::Roman, "f”"), (Slot::Roman, "f)"), (Slot::Roman, "f?"), (Slot::Italic, "f’")]
        {
            let line = set_line(&shaper, pair, &TEXT.slot(slot), "en");
            let glyphs: Vec<_> = line.runs[0].glyphs.glyphs().collect();
            let [f, mark] = glyphs.as_slice() else { panic!("{family} {pair}") };
            let face = fonts.face(line.runs[0].glyphs.face as u16).unwrap();
            let edge = |units| TEXT.size.units(units, face.units_per_em);
            let white = mark.dx + edge(face.bounds(mark.id).left) - f.dx - edge(face.bounds(f.id).right);
            assert!(white >= TEXT.size.scaled(39, 1000), "{family} {pair}: {white}");
        }
    }
}

#[test]
fn characters_of_other_faces_are_found_and_missing_ones_are_named() {
    let fonts = FontSet::open(&FixedEnv::default(), "Atkinson Hyperlegible Next").unwrap();
    let shaper = Shaper::new(&fonts, &[]);
    let prepared = shaper.prepare(&Paragraph::new("Žižek says да and 漢字", TEXT, "en"));
    let missing: Vec<(char, usize)> = prepared.missing().iter().map(|m| (m.character, m.at)).collect();
    assert_eq!(missing, [('漢', 22), ('字', 25)]);
    let line = set_line(&shaper, "да", &TEXT, "ru");
    assert_ne!(line.runs[0].glyphs.face, fonts.slot(Slot::Roman) as usize);
    assert!(ids(&line).iter().all(|id| *id != 0));
}

#[test]
fn every_glyph_knows_its_text() {
    for text in ["office “waffle”", "e\u{301}te\u{301} o\u{308}", "שלום", "co\u{ad}operate", "a\u{200b}b"]
    {
        let line = with("Libertinus Serif", text, &TEXT);
        let shown: String = line.runs.iter().map(|r| r.glyphs.text.as_str()).collect();
        assert_eq!(shown, text);
        for run in &line.runs {
            let glyphs = &run.glyphs;
            let mut ranges: Vec<_> = glyphs.glyphs().map(|g| g.text).filter(|r| !r.is_empty()).collect();
            ranges.sort_by_key(|r| r.start);
            let covered: String =
                ranges.iter().map(|r| &glyphs.text[r.start as usize..r.end as usize]).collect();
            assert_eq!(covered, glyphs.text.as_str(), "{text}");
        }
    }
}

#[test]
fn a_part_between_seams_is_as_wide_as_it_is_by_itself() {
    let example = include_str!("../../../examples/lesser-winds/lesser-winds.txt");
    for family in ["EB Garamond", "Literata", "Alegreya", "Libertinus Serif"] {
        let fonts = FontSet::open(&FixedEnv::default(), family).unwrap();
        let shaper = Shaper::new(&fonts, &[]);
        let (mut parts, mut known) = (0, 0);
        for style in [TEXT, TEXT.slot(Slot::Italic), TEXT.tracking(50)] {
            let face = shaper.typeface(&style, "en");
            for text in
                example.split_whitespace().chain(["off”—the", "waffle’f”x", "e\u{301}te\u{301}s", "שלום"])
            {
                let word = face.at(face.word(&fonts, text, 0, false));
                let cuts = text.char_indices().map(|(at, _)| at).chain([text.len()]);
                for at in cuts.filter(|at| *at > 0) {
                    for range in [0..at, at..text.len()].into_iter().filter(|r| !r.is_empty()) {
                        parts += 1;
                        let Some(found) = face.part(word, &range, text.len()) else {
                            continue;
                        };
                        known += 1;
                        let alone = face.at(face.word(&fonts, &text[range.clone()], 0, false));
                        assert_eq!(found, (alone.width, alone.gaps), "{family}: {text} {range:?}");
                        if range.start == 0
                            && let Some(found) = face.hyphenated(&fonts, word, text, range.end)
                        {
                            let part = face.at(face.word(&fonts, &text[range.clone()], 0, true));
                            assert_eq!(found, (part.width, part.gaps), "{family}: {text} {range:?}-");
                        }
                    }
                }
            }
        }
        assert!(known * 3 > parts, "{family}: {known} of {parts}");
    }
}
