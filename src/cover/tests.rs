use std::fmt::Write as _;

use super::*;
use crate::book::{Contributor, Series};
use crate::env::FixedEnv;
use drawing::{Anchor, number};

pub(super) fn meta(title: &str, author: &str) -> Metadata {
    let contributors = if author.is_empty() {
        Vec::new()
    } else {
        vec![Contributor { name: author.into(), role: "aut".into(), file_as: None }]
    };
    Metadata { title: title.into(), contributors, language: "en".into(), ..Metadata::default() }
}

fn river() -> Metadata {
    let series = Some(Series { name: "The River Books".into(), index: Some("1".into()) });
    Metadata { series, ..meta("The Wind in the Willows", "Kenneth Grahame") }
}

/// A line of type as an SVG text, as the golden files have it.
pub(super) fn as_text(line: &TypeLine, out: &mut String) {
    let shift = match line.anchor {
        Anchor::Start => 0.0,
        Anchor::Middle => line.track * line.size / 2.0,
        Anchor::End => line.track * line.size,
    };
    let mut value = |name: &str, v: f64| {
        out.push_str(name);
        number(out, v);
        out.push('"');
    };
    value("<text x=\"", line.x + shift);
    value(" y=\"", line.y);
    let _ = write!(out, " font-family=\"{}\" font-weight=\"{}\"", line.face.family, line.face.weight);
    if line.face.italic {
        out.push_str(" font-style=\"italic\"");
    }
    out.push_str(" font-size=\"");
    number(out, line.size);
    out.push('"');
    if line.track != 0.0 {
        out.push_str(" letter-spacing=\"");
        number(out, line.track * line.size);
        out.push('"');
    }
    match line.anchor {
        Anchor::Start => (),
        Anchor::Middle => out.push_str(" text-anchor=\"middle\""),
        Anchor::End => out.push_str(" text-anchor=\"end\""),
    }
    let _ = write!(out, " fill=\"{}\">{}</text>", line.fill, drawing::escape(&line.text));
}

fn with_text(meta: &Metadata, family: &str) -> String {
    let env = FixedEnv::default();
    let faces = Faces::new(&env);
    let family = Family::named(family).unwrap();
    let work = Work::new(meta, Edition::First);
    let palette = work.palette(family, None).unwrap();
    let slots = work.slots(family, palette, &faces, Reach::default()).unwrap();
    fill(family, palette, &work, &slots, &mut as_text)
}

macro_rules! golden {
    ($($family:ident),*) => {$(
        #[test]
        fn $family() {
            let golden = include_str!(concat!("../../tests/fixtures/covers/", stringify!($family), ".svg"));
            let drawn = with_text(&river(), stringify!($family));
            let differs = golden.bytes().zip(drawn.bytes()).position(|(a, b)| a != b);
            let near = |s: &str, at: usize| s.get(at.saturating_sub(60)..(at + 60).min(s.len())).map(str::to_owned);
            assert!(
                golden == drawn,
                "{differs:?} of {} and {}:\n{:?}\n{:?}",
                golden.len(),
                drawn.len(),
                differs.and_then(|at| near(golden, at)),
                differs.and_then(|at| near(&drawn, at)),
            );
        }
    )*};
}

mod golden {
    use super::*;

    golden!(agate, blinds, bloom, compass, fullstop, halftone, label, quilt);
}

#[test]
fn a_colon_parts_title_and_subtitle() {
    let work =
        Work::new(&meta("Frankenstein: or, The Modern Prometheus", "Mary Shelley"), Edition::default());
    assert_eq!(work.words.title, "Frankenstein");
    assert_eq!(work.words.subtitle, "or, The Modern Prometheus");
    let work = Work::new(&meta("One two three four five six seven: eight", ""), Edition::default());
    assert_eq!(work.words.subtitle, "");
}

#[test]
fn a_cover_is_a_picture_of_the_size_that_shops_ask_for() {
    let env = FixedEnv::default();
    let drawn = draw(&river(), &CoverChoice::default(), &env).unwrap();
    assert_eq!((drawn.cover.width, drawn.cover.height), (1600, 2560));
    let picture = resvg::tiny_skia::Pixmap::decode_png(&drawn.cover.bytes).unwrap();
    assert_eq!((picture.width(), picture.height()), (1600, 2560));
    assert!(drawn.cover.bytes.len() < 300_000, "{} bytes", drawn.cover.bytes.len());
    assert_eq!(
        drawn.cover.alt,
        "Cover of The Wind in the Willows by Kenneth Grahame: wandering rings one inside the other, like a cut agate."
    );
    assert!(!drawn.cover.svg.unwrap().contains("<text"));
    assert!(drawn.findings.is_empty());
}

#[test]
fn a_small_picture_is_told() {
    let pixmap = resvg::tiny_skia::Pixmap::new(50, 50).unwrap();
    let drawn = own(pixmap.encode_png().unwrap(), &river()).unwrap();
    let codes: Vec<&str> = drawn.findings.iter().map(|f| f.rule.code).collect();
    assert_eq!(codes, ["K010", "K011"]);
}

/// The painter of flat covers against a full SVG renderer.
#[test]
fn the_picture_is_that_of_the_svg() {
    use resvg::{tiny_skia, usvg};
    let env = FixedEnv::default();
    for family in FAMILIES {
        let choice = CoverChoice { family: Some(family), width: 400, ..CoverChoice::default() };
        let drawn = draw(&river(), &choice, &env).unwrap();
        let tree = usvg::Tree::from_str(&drawn.cover.svg.unwrap(), &usvg::Options::default()).unwrap();
        let mut expected = tiny_skia::Pixmap::new(400, 640).unwrap();
        resvg::render(&tree, tiny_skia::Transform::from_scale(0.25, 0.25), &mut expected.as_mut());
        let picture = tiny_skia::Pixmap::decode_png(&drawn.cover.bytes).unwrap();
        let differences = expected.data().iter().zip(picture.data()).map(|(a, b)| u64::from(a.abs_diff(*b)));
        let (sum, far) = differences.fold((0, 0), |(sum, far), d| (sum + d, far + usize::from(d > 90)));
        let mean = sum as f64 / picture.data().len() as f64;
        assert!(mean < 1.0, "{}: mean difference {mean}", family.name);
        assert!(far < picture.data().len() / 2000, "{}: {far} channels are far off", family.name);
    }
}

#[test]
fn a_series_may_stay_with_the_first_edition() {
    let env = FixedEnv::default();
    for family in ["agate", "bloom", "compass"] {
        let family = Family::named(family);
        let svg = |edition| {
            let choice = CoverChoice { family, edition, width: 100, ..CoverChoice::default() };
            draw(&river(), &choice, &env).unwrap().cover.svg.unwrap()
        };
        assert_ne!(svg(Edition::First), svg(Edition::Second), "{family:?}");
    }
}
