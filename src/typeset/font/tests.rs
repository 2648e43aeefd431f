use super::*;
use crate::env::FixedEnv;
use crate::typeset::length::Length;
use crate::typeset::page::Segment;

fn garamond() -> FontSet {
    FontSet::open(&FixedEnv::default(), "eb garamond").unwrap()
}

#[test]
fn an_unknown_family_is_an_error_that_names_the_known_ones() {
    let error = FontSet::open(&FixedEnv::default(), "Comic Sans").unwrap_err().to_string();
    assert!(error.contains("Comic Sans") && error.contains("EB Garamond"), "{error}");
    assert!(FontSet::open(&FixedEnv::default(), " , ").is_err());
}

#[test]
fn every_embedded_family_opens_and_has_its_roman() {
    for family in fonts::FAMILIES {
        let set = FontSet::open(&FixedEnv::default(), family.name).unwrap();
        let face = set.text_face(Slot::Roman);
        assert!(face.glyph('n').is_some(), "{}", family.name);
        assert!(face.cap_height > face.x_height && face.x_height > 0, "{}", family.name);
        assert!(face.ascent > 0 && face.descent < 0, "{}", family.name);
        assert!(!face.name.contains(' '), "{}", face.name);
    }
}

#[test]
fn a_family_without_an_italic_bold_gives_the_nearest_face() {
    let set = FontSet::open(&FixedEnv::default(), "Libertinus Serif").unwrap();
    assert!(set.has_slot(Slot::Italic) && !set.has_slot(Slot::BoldItalic));
    assert_eq!(set.slot(Slot::BoldItalic), set.slot(Slot::Italic));
    assert_eq!(set.slot(Slot::Bold), set.slot(Slot::Roman));
}

#[test]
fn missing_characters_fall_back_in_order() {
    let set = garamond();
    let family = |c, slot| {
        let id = set.face_for(c, slot)?;
        Some((set.entries[id as usize].family.as_str(), set.entries[id as usize].slot))
    };
    assert_eq!(family('a', Slot::Italic), Some(("EB Garamond", Slot::Italic)));
    assert_eq!(family('❦', Slot::Italic), Some(("EB Garamond", Slot::Roman)));
    assert_eq!(family('⁂', Slot::Roman), Some(("Libertinus Serif", Slot::Roman)));
    assert_eq!(family('漢', Slot::Roman), None);
}

#[test]
fn a_second_family_is_asked_before_the_embedded_fallbacks() {
    let set = FontSet::open(&FixedEnv::default(), "Atkinson Hyperlegible Next, Alegreya").unwrap();
    let id = set.face_for('ж', Slot::Italic).unwrap();
    assert_eq!(set.entries[id as usize].family, "Alegreya");
}

#[test]
fn small_capitals_are_promised_only_where_every_letter_has_one() {
    let set = garamond();
    assert!(set.has_small_capitals(Slot::Roman, "Chapter the first"));
    assert!(!set.has_small_capitals(Slot::Roman, "глава"));
    let plain = FontSet::open(&FixedEnv::default(), "Atkinson Hyperlegible Next").unwrap();
    assert!(!plain.has_small_capitals(Slot::Roman, "chapter"));
}

#[test]
fn an_outline_stays_inside_its_bounds() {
    let set = garamond();
    let face = set.text_face(Slot::Roman);
    let glyph = face.glyph('Q').unwrap();
    let size = Length::pt(50.0);
    let bounds = face.bounds(glyph);
    assert!(bounds.bottom < 0 && bounds.top > face.x_height);
    let outline = face.outline(glyph, size);
    assert!(matches!(outline.first(), Some(Segment::Move(..))));
    assert_eq!(outline.last(), Some(&Segment::Close));
    let slack = Length::pt(0.1);
    for segment in outline {
        if let Segment::Line(x, y) | Segment::Move(x, y) | Segment::Curve(_, _, _, _, x, y) = segment {
            assert!(x >= size.units(bounds.left, face.units_per_em) - slack);
            assert!(x <= size.units(bounds.right, face.units_per_em) + slack);
            assert!(y <= size.units(-bounds.bottom, face.units_per_em) + slack);
            assert!(y >= size.units(-bounds.top, face.units_per_em) - slack);
        }
    }
}

#[test]
fn damaged_fonts_are_an_error_and_no_panic() {
    struct Damaged(usize);
    impl Env for Damaged {
        fn faces(&self, name: &str) -> Vec<FontFile> {
            let mut files = fonts::embedded("EB Garamond");
            for file in &mut files {
                let mut bytes = file.data.to_vec();
                bytes.truncate(self.0);
                for at in (12..bytes.len().min(400)).step_by(7) {
                    bytes[at] ^= 0x5a;
                }
                file.family = name.to_owned();
                file.data = bytes.into();
            }
            files
        }
        fn families(&self) -> Vec<String> {
            Vec::new()
        }
        fn read(&self, _: &str) -> std::io::Result<Vec<u8>> {
            Err(std::io::ErrorKind::NotFound.into())
        }
        fn now(&self) -> chrono::DateTime<chrono::Utc> {
            chrono::DateTime::default()
        }
    }
    for length in [0, 3, 100, 5000, 200_000] {
        if let Ok(set) = FontSet::open(&Damaged(length), "Broken") {
            let shaper = crate::typeset::shape::Shaper::new(&set, &[]);
            let style = crate::typeset::shape::Style::new(Length::pt(11.0));
            let line = crate::typeset::line::set_line(&shaper, "Some words", &style, "en");
            assert_eq!(line.range, 0..10);
        }
    }
}
