use super::*;
use crate::cover::Edition;
use crate::cover::tests::{as_text, meta};
use crate::env::FixedEnv;

const BLURB: [&str; 2] = [
    "Young Jim Hawkins keeps the bar at the Admiral Benbow, an inn above a lonely cove, until an old seaman with a \
     scar comes to stay and dies of fright, leaving a chest behind.",
    "In the chest is a chart. What follows is a voyage with a crew of cut-throats, a one-legged cook, and an island \
     where fifteen men left more than bones.",
];

fn plan() -> WrapPlan {
    WrapPlan {
        trim: (5.5, 8.5),
        spine: 0.8,
        bleed: 0.125,
        spine_text: true,
        spine_clear: 0.0625,
        barcode_area: (2.0, 1.2),
        barcode_clear: 0.25,
        barcode: Barcode::Box,
    }
}

fn with_text(family: &'static Family) -> String {
    let env = FixedEnv::default();
    let faces = Faces::new(&env);
    let meta =
        Metadata { description: Some(BLURB.join("\n")), ..meta("Treasure Island", "Robert Louis Stevenson") };
    let work = Work::new(&meta, Edition::First);
    let palette = work.palette(family, None).unwrap();
    let sheet = Sheet::of(&plan(), family);
    let mut findings = Vec::new();
    let (elements, _) = draw(&work, family, palette, &faces, &sheet, &plan(), &meta, &mut findings).unwrap();
    assert!(findings.is_empty());
    svg(&sheet, palette, &elements, &mut as_text)
}

#[test]
fn wraps_are_those_of_the_golden_files() {
    for (family, golden) in [
        ("agate", include_str!("../../../tests/fixtures/covers/wrap-agate.svg")),
        ("blinds", include_str!("../../../tests/fixtures/covers/wrap-blinds.svg")),
        ("compass", include_str!("../../../tests/fixtures/covers/wrap-compass.svg")),
        ("fullstop", include_str!("../../../tests/fixtures/covers/wrap-fullstop.svg")),
    ] {
        let drawn = with_text(Family::named(family).unwrap());
        let differs = golden.bytes().zip(drawn.bytes()).position(|(a, b)| a != b);
        assert!(golden == drawn, "{family} differs at {differs:?}");
    }
}

/// The golden drawings of these families are large: their length and FNV-1a sum stand for them.
#[test]
fn large_wraps_have_the_sums_of_the_golden_files() {
    for (family, length, sum) in [
        ("bloom", 163_458, 0xb632_1282_f830_6583),
        ("halftone", 86_691, 0x0d52_39b6_633b_7676),
        ("label", 588_641, 0x5e1a_d13b_f044_a72d),
        ("quilt", 113_170, 0xc861_e24f_e92a_0fed),
    ] {
        let drawn = with_text(Family::named(family).unwrap());
        assert_eq!((drawn.len(), seed::fnv1a(&drawn)), (length, sum), "{family}");
    }
}

#[test]
fn the_sheet_is_as_wide_as_the_printer_computes() {
    let meta = meta("Treasure Island", "Robert Louis Stevenson");
    let art = wrap(&meta, &CoverChoice::default(), &plan(), &FixedEnv::default()).unwrap();
    assert!((art.width - (2.0 * 5.5 + 0.8 + 0.25)).abs() < 1e-9);
    assert!((art.height - 8.75).abs() < 1e-9);
    assert!(!art.svg.contains("<text"));
    assert!(resvg::usvg::Tree::from_str(&art.svg, &resvg::usvg::Options::default()).is_ok());
}

#[test]
fn a_long_blurb_shrinks_and_is_then_cut_with_a_word_about_it() {
    let description = Some(BLURB.join("\n"));
    let short = Metadata { description, ..meta("Treasure Island", "Robert Louis Stevenson") };
    let env = FixedEnv::default();
    let family = Family::named("agate");
    let choice = CoverChoice { family, ..CoverChoice::default() };
    assert!(wrap(&short, &choice, &plan(), &env).unwrap().findings.is_empty());
    let long = Metadata { description: Some(BLURB.join("\n").repeat(8)), ..short };
    let findings = wrap(&long, &choice, &plan(), &env).unwrap().findings;
    assert_eq!(findings.iter().map(|f| f.rule.code).collect::<Vec<_>>(), ["K004"]);
}

/// A picture of one colour, as a PNG file.
fn picture(width: u32, height: u32) -> Cover {
    let mut pixmap = resvg::tiny_skia::Pixmap::new(width, height).unwrap();
    pixmap.fill(resvg::tiny_skia::Color::from_rgba8(20, 60, 90, 255));
    let bytes = pixmap.encode_png().unwrap();
    Cover { media_type: "image/png", bytes, width, height, alt: String::new(), svg: None }
}

#[test]
fn the_users_picture_fills_the_front_and_gives_its_colour_to_the_spine() {
    let meta = meta("Treasure Island", "Robert Louis Stevenson");
    let env = FixedEnv::default();
    let art = wrap_own(&meta, &picture(1700, 2625), &CoverChoice::default(), &plan(), &env).unwrap();
    let [left, top, width, height] = art.picture.unwrap();
    assert!(left <= 0.125 + 5.5 + 0.8 + 1e-9 && top <= 1e-9);
    assert!(left + width >= art.width - 1e-9 && top + height >= art.height - 1e-9);
    assert_eq!(art.shapes[0].fill, Rgb([20, 60, 90]));
    assert!(art.findings.is_empty(), "{:?}", art.findings);
    let small = wrap_own(&meta, &picture(50, 50), &CoverChoice::default(), &plan(), &env).unwrap();
    let codes: Vec<&str> = small.findings.iter().map(|f| f.rule.code).collect();
    assert_eq!(codes, ["K014", "K011"]);
    let broken = Cover { bytes: vec![1, 2, 3], ..picture(9, 9) };
    assert!(wrap_own(&meta, &broken, &CoverChoice::default(), &plan(), &env).is_err());
}

#[test]
fn capitals_on_a_thin_spine_keep_clear_of_the_folds() {
    let meta = meta("Treasure Island", "Robert Louis Stevenson");
    let thin = WrapPlan { spine: 0.18, ..plan() };
    let art = wrap(&meta, &CoverChoice::default(), &thin, &FixedEnv::default()).unwrap();
    let (inch, (left, _)) = art.frame;
    let fold = 0.125 + 5.5;
    // Ground and drawing reach over the spine; what lies within its width alone is type.
    let on_spine = art.shapes.iter().filter_map(|s| {
        let xs = s.path.0.iter().filter_map(|p| match p {
            drawing::Segment::Move(p) | drawing::Segment::Line(p) | drawing::Segment::Curve(.., p) => {
                Some((p.0 - left) / inch)
            }
            _ => None,
        });
        let (low, high) = xs.fold((f64::MAX, f64::MIN), |(l, h), x| (l.min(x), h.max(x)));
        (low > fold && high < fold + 0.18).then_some((low, high))
    });
    let lines: Vec<(f64, f64)> = on_spine.collect();
    assert_eq!(lines.len(), 2, "title and author");
    for (low, high) in lines {
        // Descenders may hang below the line of the capitals by a quarter of their height.
        assert!(high - low < (0.18 - 0.125) * 1.5, "{low} {high}");
    }
}

#[test]
fn a_title_too_long_for_the_spine_is_told_or_gives_way_to_the_short_one() {
    let title = "The Incomprehensible and Uncharacteristic Adventures of the Honourable Bartholomew Featherstonehaugh";
    let title = format!("{title}, Told Once More by Himself, to Which Are Added {title} Abroad");
    let long = meta(&title, "Robert Louis Stevenson");
    let env = FixedEnv::default();
    let family = Family::named("fullstop");
    let choice = CoverChoice { family, ..CoverChoice::default() };
    let thin = WrapPlan { spine: 0.3, ..plan() };
    let codes = |meta: &Metadata| -> Vec<&str> {
        wrap(meta, &choice, &thin, &env).unwrap().findings.iter().map(|f| f.rule.code).collect()
    };
    assert!(codes(&long).contains(&"K015"));
    let short = Metadata { short_title: Some("Bartholomew".into()), ..long };
    assert!(!codes(&short).contains(&"K015"));
}

#[test]
fn a_long_title_stands_on_two_lines_of_the_spine() {
    let title = "The Curious and Truthful History of the Antarctic Lighthouse Keeper's Seven Daughters, \
                 with Some Remarks upon Navigation";
    let env = FixedEnv::default();
    let faces = Faces::new(&env);
    for family in FAMILIES {
        let sheet = Sheet::of(&plan(), family);
        let type_of = |title: &str| {
            let work = Work::new(&meta(title, "Ann Lee"), Edition::First);
            let palette = work.palette(family, None).unwrap();
            let mut findings = Vec::new();
            let set = spine_text(&work, family, palette, &faces, &sheet, None, &mut findings).unwrap();
            let lines: Vec<(f64, f64, f64)> = set
                .iter()
                .filter_map(|e| match e {
                    Element::Mapped(map, inner) => match inner.first() {
                        Some(Element::Type(line)) => Some((map[4], line.size, line.face.cap)),
                        _ => None,
                    },
                    _ => None,
                })
                .collect();
            lines
        };
        assert_eq!(type_of("Eden").len(), 2, "{}: title and author", family.name);
        let lines = type_of(title);
        assert_eq!(lines.len(), 3, "{}: two lines and the author", family.name);
        let (fold, clear) = (sheet.back.1, sheet.clear);
        for (baseline, size, cap) in lines {
            assert!(baseline >= fold + clear - 0.1, "{}", family.name);
            assert!(baseline + cap * size <= fold + sheet.spine - clear + 0.1, "{}", family.name);
        }
    }
}
