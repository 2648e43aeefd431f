use proptest::prelude::*;

use super::cost::Limits;
use super::*;
use crate::env::FixedEnv;
use crate::typeset::font::FontSet;
use crate::typeset::shape::{Paragraph, Prepared, Shaper, Style, StyledSpan};

const TEXT: &str = "The harbour lay still under the first light, and the boats that had come in \
    before the storm were drawn up in two long rows, their nets hung out to dry over the \
    gunwales. Nobody was about but an old man in a knitted cap, who sat upon a coil of rope and \
    considered the weather with an expression of extraordinary dissatisfaction. “It will be \
    worse before evening,” he said, to no one in particular—for the well-to-do part of the town \
    was asleep—and he spat, with great accuracy, over the edge of the quay. Two children, who \
    had been sent for water, put down their pails and watched him respectfully.";

fn fonts() -> FontSet {
    FontSet::open(&FixedEnv::default(), "EB Garamond").unwrap()
}

const fn style() -> Style {
    Style::new(Length(11 * 65_536))
}

fn measure(points: f64) -> Measure {
    Measure::new(Length::pt(points), Align::Justified).indented(Length::pt(14.3))
}

fn texts(prepared: &Prepared, lines: &[Line]) -> Vec<String> {
    lines.iter().map(|l| prepared.text()[l.range.clone()].to_owned()).collect()
}

/// The words that a reader sees, put together again from the glyph runs.
fn read_back(lines: &[Line]) -> String {
    let mut out = String::new();
    for line in lines {
        for run in &line.runs {
            out.push_str(&run.glyphs.text);
        }
        if line.end.is_space() {
            out.push(' ');
        }
    }
    out
}

/// A thousandth of a point: each glyph of a word stands at a whole unit.
const ROUNDING: Length = Length(66);

/// Right edge of the last glyph of a line.
fn right_edge(line: &Line) -> Length {
    let run = line.runs.last().unwrap();
    run.glyphs.x + run.glyphs.width()
}

#[test]
fn lines_fill_the_measure_and_keep_the_text() {
    let fonts = fonts();
    let shaper = Shaper::new(&fonts, &[]);
    let prepared = shaper.prepare(&Paragraph::new(TEXT, style(), "en-GB"));
    let setting = solve(&shaper, &prepared, &measure(324.0), &LineParams::default());
    let lines = setting.lay(&shaper, &prepared, 0, &[]);
    assert_eq!(lines.len() as u32, setting.variants()[0].lines);
    assert_eq!(read_back(&lines), TEXT);
    for line in &lines[..lines.len() - 1] {
        let off = right_edge(line) - Length::pt(324.0);
        assert!(off >= -ROUNDING, "{off}: a straight margin, or a sign that hangs in it");
        assert!(off < Length::pt(4.5), "{off}: no sign hangs by more than its share");
        assert!(line.stretch > 0.69 && line.stretch < 2.01, "{}", line.stretch);
    }
    let last = lines.last().unwrap();
    assert_eq!((last.end, last.stretch, last.letters), (LineEnd::Last, 1.0, 0.0));
    assert_eq!(last.width, last.natural);
}

#[test]
fn the_chosen_lines_stay_the_same() {
    let fonts = fonts();
    let shaper = Shaper::new(&fonts, &[]);
    let prepared = shaper.prepare(&Paragraph::new(TEXT, style(), "en-GB"));
    let setting = solve(&shaper, &prepared, &measure(240.0), &LineParams::default());
    let lines = setting.lay(&shaper, &prepared, 0, &[]);
    let shown: Vec<String> = lines
        .iter()
        .zip(texts(&prepared, &lines))
        .map(|(l, t)| {
            format!(
                "{:.2} {:+.2} {t}{}",
                l.stretch,
                l.letters,
                if l.end == LineEnd::SoftHyphen { "=" } else { "" }
            )
        })
        .collect();
    insta::assert_snapshot!(shown.join("\n"));
}

#[test]
fn variants_have_the_lines_that_they_promise() {
    let fonts = fonts();
    let shaper = Shaper::new(&fonts, &[]);
    let text = [TEXT, TEXT].join(" ");
    let prepared = shaper.prepare(&Paragraph::new(&text, style(), "en-GB"));
    let setting = solve(&shaper, &prepared, &measure(300.0), &LineParams::default());
    assert!(setting.variants().len() > 1, "a paragraph of twenty lines can be a line longer or shorter");
    for (k, variant) in setting.variants().iter().enumerate() {
        let lines = setting.lay(&shaper, &prepared, k, &[]);
        assert_eq!(lines.len() as u32, variant.lines);
        assert_eq!(variant.unhyphenated.len() + 1, lines.len());
        assert_eq!(read_back(&lines), text);
        assert_eq!(setting.line_ends(&shaper, &prepared, k, &[]).len(), lines.len());
        for (line, excess) in lines.iter().zip(&variant.unhyphenated) {
            if !line.end.is_hyphen() {
                assert!(excess.abs() < f32::EPSILON, "{excess}");
            }
        }
    }
}

#[test]
fn an_unwanted_hyphen_goes_where_the_variant_says_it_can() {
    let fonts = fonts();
    let shaper = Shaper::new(&fonts, &[]);
    let prepared = shaper.prepare(&Paragraph::new(TEXT, style(), "en-GB"));
    let mut gone = 0;
    for points in 200..260 {
        let setting = solve(&shaper, &prepared, &measure(f64::from(points)), &LineParams::default());
        let lines = setting.lay(&shaper, &prepared, 0, &[]);
        for (i, excess) in setting.variants()[0].unhyphenated.iter().enumerate() {
            if lines[i].end.is_hyphen() && excess.is_finite() {
                let other = setting.lay(&shaper, &prepared, 0, &[i]);
                assert!(!other[i].end.is_hyphen());
                assert_eq!(other.len(), lines.len());
                gone += 1;
            }
        }
    }
    assert!(gone > 5, "{gone}");
}

#[test]
fn hyphens_never_stand_three_in_a_row_nor_in_the_last_word() {
    let fonts = fonts();
    let shaper = Shaper::new(&fonts, &[]);
    let text = "Internationalisation characteristically necessitates considerable administrative \
        responsibilities, notwithstanding unquestionably disproportionate organisational \
        complications characteristically encountered everywhere internationally.";
    let prepared = shaper.prepare(&Paragraph::new(text, style(), "en-GB"));
    for points in 120..330 {
        let setting = solve(&shaper, &prepared, &measure(f64::from(points)), &LineParams::default());
        if setting.strain() > 2 {
            continue;
        }
        let lines = setting.lay(&shaper, &prepared, 0, &[]);
        let run = lines.windows(3).any(|w| w.iter().all(|l| l.end.is_hyphen()));
        assert!(!run, "{points}");
        assert!(lines.iter().all(|l| l.range.start <= text.rfind(' ').unwrap() || l.end == LineEnd::Last));
    }
}

#[test]
fn names_and_capitals_are_not_broken() {
    let fonts = fonts();
    let shaper = Shaper::new(&fonts, &[]);
    let text = "It was the opinion of everybody that Constantinopolitan LIGHTHOUSEKEEPERS were \
        never to be found when Wolfenbüttelish Commissioners arrived in the neighbourhood.";
    let prepared = shaper.prepare(&Paragraph::new(text, style(), "en-GB"));
    for points in 200..330 {
        let setting = solve(&shaper, &prepared, &measure(f64::from(points)), &LineParams::default());
        if setting.strain() > 2 {
            continue;
        }
        for line in setting.lay(&shaper, &prepared, 0, &[]) {
            if line.end == LineEnd::SoftHyphen {
                let word = text[..line.range.end].rsplit(' ').next().unwrap();
                assert!(word.chars().all(|c| !c.is_uppercase()), "{word}");
            }
        }
    }
}

#[test]
fn lines_beside_an_initial_are_shorter() {
    let fonts = fonts();
    let shaper = Shaper::new(&fonts, &[]);
    let prepared = shaper.prepare(&Paragraph { initial: true, ..Paragraph::new(TEXT, style(), "en") });
    let insets = vec![Length::pt(30.0), Length::pt(36.0), Length::pt(36.0)];
    let measure = Measure::new(Length::pt(300.0), Align::Justified).beside(insets);
    let setting = solve(&shaper, &prepared, &measure, &LineParams::default());
    let lines = setting.lay(&shaper, &prepared, 0, &[]);
    let starts: Vec<f64> = lines.iter().map(|l| l.x.to_pt()).collect();
    assert_eq!(starts[..3], [30.0, 36.0, 36.0]);
    assert!(starts[3..].iter().all(|x| *x <= 0.0));
    assert!(lines[..4].iter().all(|l| right_edge(l) >= Length::pt(300.0) - ROUNDING));
}

#[test]
fn ragged_lines_never_reach_over_and_keep_their_spaces() {
    let fonts = fonts();
    let shaper = Shaper::new(&fonts, &[]);
    let prepared = shaper.prepare(&Paragraph::new(TEXT, style(), "en"));
    for align in [Align::Left, Align::Right, Align::Centred] {
        let measure = Measure::new(Length::pt(260.0), align);
        let setting = solve(&shaper, &prepared, &measure, &LineParams::unhyphenated());
        let lines = setting.lay(&shaper, &prepared, 0, &[]);
        assert_eq!(read_back(&lines), TEXT);
        for line in &lines {
            assert_eq!(line.width, line.natural);
            assert!(line.end != LineEnd::SoftHyphen);
            assert!(line.width <= Length::pt(264.0));
        }
    }
}

#[test]
fn turnovers_hang_and_forced_ends_are_kept() {
    let fonts = fonts();
    let shaper = Shaper::new(&fonts, &[]);
    let text = "Thou art come at last across the water, and the lamp is lit\nwithin";
    let prepared = shaper.prepare(&Paragraph::new(text, style(), "en"));
    let measure = Measure::new(Length::pt(200.0), Align::Left).hanging(Length::pt(11.0));
    let setting = solve(&shaper, &prepared, &measure, &LineParams::unhyphenated());
    let lines = setting.lay(&shaper, &prepared, 0, &[]);
    let starts: Vec<f64> = lines.iter().map(|l| l.x.to_pt()).collect();
    assert_eq!(starts, [0.0, 11.0, 11.0]);
    assert_eq!(texts(&prepared, &lines)[2], "within");
    assert_eq!(lines[1].end, LineEnd::Forced);
}

#[test]
fn nothing_at_all_is_one_line() {
    let fonts = fonts();
    let shaper = Shaper::new(&fonts, &[]);
    for text in ["", " ", "\n", "\u{ad}", "\u{a0}"] {
        let prepared = shaper.prepare(&Paragraph::new(text, style(), "en"));
        let setting = solve(&shaper, &prepared, &measure(300.0), &LineParams::default());
        assert!(!setting.lay(&shaper, &prepared, 0, &[]).is_empty(), "{text:?}");
    }
}

#[test]
fn a_word_wider_than_the_measure_is_cut() {
    let fonts = fonts();
    let shaper = Shaper::new(&fonts, &[]);
    let url = format!("see https://example.org/{} for more", "archive/of/letters/".repeat(20));
    let scream = format!("He cried “A{}gh!” and fell.", "a".repeat(3000));
    for text in [url, scream] {
        let prepared = shaper.prepare(&Paragraph::new(&text, style(), "en"));
        let setting = solve(&shaper, &prepared, &measure(200.0), &LineParams::default());
        let lines = setting.lay(&shaper, &prepared, 0, &[]);
        assert_eq!(read_back(&lines), text);
        assert!(lines.iter().all(|l| l.overfull == Length::ZERO));
    }
}

#[test]
fn where_nothing_can_be_cut_the_line_says_how_far_it_reaches_over() {
    let fonts = fonts();
    let shaper = Shaper::new(&fonts, &[]);
    let prepared = shaper.prepare(&Paragraph::new("a W b", style(), "en"));
    let setting =
        solve(&shaper, &prepared, &Measure::new(Length::pt(6.0), Align::Justified), &LineParams::default());
    let lines = setting.lay(&shaper, &prepared, 0, &[]);
    assert_eq!(read_back(&lines), "a W b");
    assert!(lines.iter().any(|l| l.overfull > Length::pt(3.0)));
}

#[test]
fn looser_lines_give_pages_more_to_choose_from() {
    let fonts = fonts();
    let shaper = Shaper::new(&fonts, &[]);
    let prepared = shaper.prepare(&Paragraph::new(TEXT, style(), "en"));
    let mut more = 0;
    for points in 150..400 {
        let setting = solve(&shaper, &prepared, &measure(f64::from(points)), &LineParams::default());
        let Some(loose) = setting.loosened(&shaper, &prepared) else {
            assert!(setting.strain() > 0, "{points}");
            continue;
        };
        assert!(setting.strain() == 0 && loose.strain() == 1, "{points}");
        assert!(loose.loosened(&shaper, &prepared).is_none());
        let known = |lines: u32| loose.variants().iter().any(|v| v.lines == lines);
        let best = setting.variants()[0].lines;
        assert!(known(best) || loose.variants()[0].lines.abs_diff(best) > 1, "{points}");
        more += loose.variants().len().saturating_sub(setting.variants().len());
    }
    assert!(more > 20, "{more}");
}

#[test]
fn a_paragraph_of_many_thousand_words_is_solved_in_parts() {
    let fonts = fonts();
    let shaper = Shaper::new(&fonts, &[]);
    let text = vec![TEXT; 140].join(" ");
    let prepared = shaper.prepare(&Paragraph::new(&text, style(), "en"));
    let setting = solve(&shaper, &prepared, &measure(324.0), &LineParams::default());
    let lines = setting.lay(&shaper, &prepared, 0, &[]);
    assert_eq!(lines.len() as u32, setting.variants()[0].lines);
    assert_eq!(read_back(&lines), text);
    assert_eq!(setting.strain(), 0);
    assert!(!lines.windows(3).any(|w| w.iter().all(|l| l.end.is_hyphen())));
}

#[test]
fn threads_that_share_a_shaper_set_the_same_lines() {
    let fonts = fonts();
    let alone = {
        let shaper = Shaper::new(&fonts, &[]);
        let prepared = shaper.prepare(&Paragraph::new(TEXT, style(), "en"));
        format!(
            "{:?}",
            solve(&shaper, &prepared, &measure(250.0), &LineParams::default()).lay(
                &shaper,
                &prepared,
                0,
                &[]
            )
        )
    };
    let shaper = Shaper::new(&fonts, &[]);
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let prepared = shaper.prepare(&Paragraph::new(TEXT, style(), "en"));
                    let setting = solve(&shaper, &prepared, &measure(250.0), &LineParams::default());
                    format!("{:?}", setting.lay(&shaper, &prepared, 0, &[]))
                })
            })
            .collect();
        for thread in threads {
            assert_eq!(thread.join().unwrap(), alone);
        }
    });
}

#[test]
fn runs_change_with_owner_and_face_and_read_on() {
    let fonts = fonts();
    let shaper = Shaper::new(&fonts, &[]);
    let text = "the Walrus sailed";
    let span = |range, style, owner| StyledSpan { range, style, owner, language: None };
    let paragraph = Paragraph {
        spans: vec![
            span(0..4, style(), 1),
            span(4..10, style().italic(), 2),
            span(10..text.len(), style(), 1),
        ],
        ..Paragraph::new(text, style(), "en")
    };
    let line = set_styled_line(&shaper, &paragraph);
    let runs: Vec<(u32, &str, usize)> =
        line.runs.iter().map(|r| (r.owner, r.glyphs.text.as_str(), r.start)).collect();
    assert_eq!(runs, [(1, "the ", 0), (2, "Walrus", 4), (1, " sailed", 10)]);
    for run in &line.runs {
        let glyphs = &run.glyphs;
        let shown: String = glyphs.glyphs().map(|g| glyphs.text_at(&g.text).to_owned()).collect();
        assert_eq!(shown, glyphs.text.as_str());
    }
}

#[test]
fn tracking_stands_between_letters_only() {
    let fonts = fonts();
    let shaper = Shaper::new(&fonts, &[]);
    let plain = set_line(&shaper, "HOW", &style(), "en");
    let spaced = set_line(&shaper, "HOW", &style().tracking(100), "en");
    assert_eq!(format!("{}", spaced.width - plain.width), "2.200");
}

#[test]
fn headings_break_where_the_sense_lets_them() {
    let fonts = fonts();
    let shaper = Shaper::new(&fonts, &[]);
    let broken = |text: &str, points: f64| -> Vec<String> {
        let style = Style::new(Length::pt(22.0)).italic();
        break_by_sense(&shaper, text, &style, "en", Length::pt(points))
            .into_iter()
            .map(|r| text[r].to_owned())
            .collect()
    };
    assert_eq!(
        broken("The Strange Case of Dr Jekyll and Mr Hyde", 200.0),
        ["The Strange Case", "of Dr Jekyll", "and Mr Hyde"]
    );
    assert_eq!(broken("What I Heard in the Apple Barrel", 230.0), ["What I Heard", "in the Apple Barrel"]);
    assert_eq!(broken("Loomings", 300.0), ["Loomings"]);
    assert!(broken("", 300.0).is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_line_fits_and_no_text_is_lost(
        words in proptest::collection::vec("[a-zA-Zäßé’,.—-]{1,14}", 1..120),
        points in 60_u32..400,
        align in 0_u8..4,
    ) {
        let fonts = fonts();
        let shaper = Shaper::new(&fonts, &[]);
        let text = words.join(" ");
        let prepared = shaper.prepare(&Paragraph::new(&text, style(), "en"));
        let align = [Align::Justified, Align::Left, Align::Right, Align::Centred][align as usize];
        let measure = Measure::new(Length::pt(f64::from(points)), align);
        let setting = solve(&shaper, &prepared, &measure, &LineParams::default());
        for (k, variant) in setting.variants().iter().enumerate() {
            let lines = setting.lay(&shaper, &prepared, k, &[]);
            prop_assert_eq!(lines.len() as u32, variant.lines);
            prop_assert_eq!(&read_back(&lines), &text);
            for line in &lines {
                prop_assert!(line.overfull == Length::ZERO, "{} in {points}", line.overfull);
                prop_assert!(line.x >= Length::pt(-6.0));
                prop_assert!(right_edge(line) <= measure.width + Length::pt(7.0));
            }
        }
    }

    #[test]
    fn total_fit_is_never_dearer_than_first_fit(
        words in proptest::collection::vec("[a-z]{1,11}[,.]?", 20..150),
        points in 150_u32..400,
    ) {
        let fonts = fonts();
        let shaper = Shaper::new(&fonts, &[]);
        let text = words.join(" ");
        let prepared = shaper.prepare(&Paragraph::new(&text, style(), "en"));
        let params = LineParams::default();
        let measure = measure(f64::from(points));
        let builder = graph::Builder {
            breaker: breakpoint::Breaker { shaper: &shaper, prepared: &prepared, params: &params },
            measure: &measure,
            limits: Limits::rung(&params, 2),
            em: style().size,
        };
        let seed = graph::Seed { above: None, at: builder.breaker.start(), lines: 0 };
        if let Some(graph) = builder.build(seed, 0..prepared.words()) {
            let best = graph.totals().into_iter().map(|t| t.1).fold(f64::INFINITY, f64::min);
            if let Some(greedy) = graph.first_fit(&builder) {
                prop_assert!(best <= greedy + 1e-9, "{best} > {greedy}");
            }
        }
    }
}

#[test]
fn hebrew_inside_english_reads_from_the_right() {
    let fonts = FontSet::open(&FixedEnv::default(), "Libertinus Serif").unwrap();
    let shaper = Shaper::new(&fonts, &[]);
    let line = set_line(&shaper, "she said שלום עולם to me", &style(), "en");
    let shown: String = line.runs.iter().map(|r| r.glyphs.text.as_str()).collect();
    assert_eq!(shown, "she said שלום עולם to me");
    let x = |word: &str| line.runs.iter().find(|r| r.glyphs.text.contains(word)).unwrap().glyphs.x;
    assert!(x("עולם") < x("שלום"), "the second word stands left of the first");
    assert!(x("she") < x("עולם") && x("שלום") < x("to me"));
    let right = line.runs.iter().flat_map(|r| r.glyphs.glyphs().map(|g| r.glyphs.x + g.dx + g.advance)).max();
    assert!((right.unwrap() - line.width).to_pt().abs() < 0.1);
}

#[test]
fn chinese_breaks_between_its_signs_but_not_before_a_stop() {
    let fonts = fonts();
    let shaper = Shaper::new(&fonts, &[]);
    let text = "道可道，非常道。名可名，非常名。無名天地之始；有名萬物之母。".repeat(4);
    let prepared = shaper.prepare(&Paragraph::new(&text, style(), "zh"));
    let setting = solve(&shaper, &prepared, &measure(200.0), &LineParams::default());
    let lines = setting.lay(&shaper, &prepared, 0, &[]);
    assert!(lines.len() > 3);
    assert_eq!(read_back(&lines), text);
    for line in texts(&prepared, &lines) {
        assert!(!line.starts_with(['，', '。', '；']), "{line}");
    }
}

#[test]
fn a_paragraph_of_hebrew_in_an_english_book_begins_at_the_right() {
    let fonts = FontSet::open(&FixedEnv::default(), "Libertinus Serif").unwrap();
    let shaper = Shaper::new(&fonts, &[]);
    let text = "בראשית ברא אלהים את השמים ואת הארץ (1887). והארץ היתה תהו ובהו וחשך על־פני תהום ורוח אלהים \
                מרחפת על־פני המים.";
    let prepared = shaper.prepare(&Paragraph::new(text, style(), "en"));
    let setting = solve(&shaper, &prepared, &measure(180.0), &LineParams::default());
    let lines = setting.lay(&shaper, &prepared, 0, &[]);
    assert!(lines.len() >= 2);
    assert_eq!(read_back(&lines), text);
    let edges = |line: &Line| {
        let ends = line
            .runs
            .iter()
            .flat_map(|r| r.glyphs.glyphs().map(|g| (r.glyphs.x + g.dx, r.glyphs.x + g.dx + g.advance)));
        ends.fold((Length(i64::MAX), Length(i64::MIN)), |(l, r), (a, z)| (l.min(a), r.max(z)))
    };
    let near = |a: Length, points: f64| (a - Length::pt(points)).to_pt().abs() < 4.5;
    let (first, last) = (edges(&lines[0]), edges(lines.last().unwrap()));
    assert!(near(first.1, 180.0 - 14.3), "the first line is indented at the right: {}", first.1);
    assert!(near(first.0, 0.0), "{}", first.0);
    assert!(near(last.1, 180.0) && last.0 > Length::pt(20.0), "the last line ends at the left: {last:?}");
    let year = lines.iter().flat_map(|l| &l.runs).find(|r| r.glyphs.text.contains("1887"));
    assert!(year.is_some(), "figures stand in their own order");
}
