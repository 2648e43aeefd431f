//! A book of nine hundred pages with everything in it keeps the rules of good pages; and what a
//! reader's program copies out of the PDF is the text of the book.

use std::collections::BTreeMap;

use inkbind::backend;
use inkbind::book::{
    Asset, Block, BlockKind, Book, Chapter, LetterPart, Metadata, Note, ParaStyle, Role, SceneBreak, Verse,
    VerseLine,
};
use inkbind::env::FixedEnv;
use inkbind::options::OutputOptions;
use inkbind::text::{MarkKind, Text};
use inkbind::typeset::survey::{Defect, Survey, survey};
use inkbind::typeset::{Layout, Length, typeset};
use lopdf::content::Content;
use lopdf::{Document, Object};

use super::pages::Filler;
use super::sample;

fn verse(filler: &mut Filler) -> Block {
    let mut line = |indent| VerseLine {
        indent,
        text: Text::from_source(filler.paragraph().chars().take(34).collect::<String>().trim()),
    };
    let stanzas = (0..2).map(|_| (0..4).map(|i| line(i % 2)).collect()).collect();
    Block::new(BlockKind::Verse(Verse { stanzas, attribution: None }))
}

fn letter(filler: &mut Filler) -> Block {
    let text = |t: &str| Text::from_source(t);
    Block::new(BlockKind::Letter(vec![
        LetterPart::Dateline(text("Marrow Light, the 3rd of May")),
        LetterPart::Salutation(text("Dear Anna,")),
        LetterPart::Body(sample::para(&filler.paragraph())),
        LetterPart::Body(sample::para(&filler.paragraph())),
        LetterPart::Closing(text("Yours ever,")),
        LetterPart::Signature(text("Tom")),
    ]))
}

/// One block of the text: mostly paragraphs, and now and then everything else that novels have.
fn block(filler: &mut Filler, index: usize, notes: Option<&mut Vec<Note>>) -> Block {
    match (index % 47, notes) {
        (11, _) => verse(filler),
        (19, _) => letter(filler),
        (27, Some(notes)) => {
            notes.push(Note { mark: "*".into(), body: vec![sample::para(&filler.paragraph())] });
            let mark = MarkKind::Note(notes.len() - 1);
            Block::para(sample::marked(&format!("{} End*.", filler.paragraph()), &[("*", mark)]))
        }
        (33, Some(_)) => Block::new(BlockKind::Figure {
            asset: Some(0),
            caption: Some(Text::from_source("The harbour in the evening")),
        }),
        (38, _) => Block::new(BlockKind::SceneBreak(SceneBreak::default())),
        (43, _) => Block::new(BlockKind::Quote {
            body: vec![sample::para(&filler.paragraph())],
            attribution: Some(Text::from_source("The harbour book")),
        }),
        (5 | 22, _) => {
            let text = filler.paragraph();
            let word = text.split(' ').nth(2).unwrap_or_default().to_owned();
            Block::para(sample::marked(&text, &[(word.as_str(), MarkKind::Em)]))
        }
        _ => sample::para(&filler.paragraph()),
    }
}

fn book(chapters: usize, blocks: usize, whole: bool) -> Book {
    let mut filler = Filler(41);
    let mut notes = Vec::new();
    let chapters = (0..chapters)
        .map(|_| {
            let body = (0..blocks).map(|i| block(&mut filler, i, whole.then_some(&mut notes))).collect();
            Chapter {
                title: Some(Text::from_source("The Long Evening")),
                ..sample::chapter(Role::Chapter, 0, body)
            }
        })
        .collect();
    let picture = sample::book().assets.swap_remove(0);
    Book {
        meta: Metadata { title: "Evenings".into(), language: "en-GB".into(), ..Metadata::default() },
        chapters,
        notes,
        assets: vec![Asset { alt: "A harbour".into(), ..picture }],
        ..Book::default()
    }
}

fn look(book: &Book, options: &OutputOptions) -> Survey {
    let env = FixedEnv::default();
    let layout = Layout::resolve(options, &env).unwrap();
    survey(&typeset(book, &layout, &env).unwrap(), &layout)
}

#[test]
fn nine_hundred_pages_of_everything_keep_the_rules() {
    let found = look(&book(60, 94, true), &OutputOptions::default());
    assert!(found.pages >= 900, "{} pages are too few to say anything", found.pages);
    let wrong: Vec<_> = found
        .marks
        .iter()
        .filter(|m| {
            matches!(
                m.defect,
                Defect::Widow
                    | Defect::Orphan
                    | Defect::HyphenAtFoot
                    | Defect::UnevenSpread(_)
                    | Defect::ShortTail(_)
                    | Defect::Overfull(_)
                    | Defect::Ladder(_)
            )
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    let short = found.marks.iter().filter(|m| matches!(m.defect, Defect::ShortPage(_))).count();
    assert!(short * 50 <= found.pages, "{short} of {} pages are short", found.pages);
    // The bounds of a 6 × 9 in page are 1.06, 1.38, 1.58, 1.8 % and 5.5 %; a design at its own
    // narrower measure keeps within half as much again. Hyphens are counted on real texts: half of
    // the words here are long ones.
    assert!(found.mean() <= 1.09, "{}", found.mean());
    assert!(found.quantile(0.95) <= 1.57, "{}", found.quantile(0.95));
    assert!(found.quantile(0.99) <= 1.87, "{}", found.quantile(0.99));
    assert!(found.share_above(1.5) <= 0.027, "{}", found.share_above(1.5));
    assert!(1.0 - found.share_above(0.75) <= 0.027, "{}", found.share_above(0.75));
}

#[test]
fn a_survey_marks_what_is_wrong_on_a_page() {
    let mut book = book(1, 3, false);
    book.chapters[0].body.push(sample::para(&"immeasurablywide".repeat(30)));
    let env = FixedEnv::default();
    let layout = Layout::resolve(&OutputOptions::default(), &env).unwrap();
    let mut pages = typeset(&book, &layout, &env).unwrap();
    assert!(survey(&pages, &layout).marks.iter().all(|m| !matches!(m.defect, Defect::Overfull(_))));
    let body = pages.outline[0].page;
    for item in &mut pages.pages[body].items {
        item.shape.shift(Length::pt(20.0), Length::ZERO);
    }
    let marks = survey(&pages, &layout).marks;
    assert!(marks.iter().any(|m| m.page == body && matches!(m.defect, Defect::Overfull(_))), "{marks:?}");
}

/// The text of paragraphs as a program copies it from a tagged PDF: a line break where a new line
/// begins, nothing else.
fn copied(file: &[u8]) -> String {
    let document = Document::load_mem(file).unwrap();
    let mut out = String::new();
    for page in document.get_pages().into_values() {
        let fonts: BTreeMap<Vec<u8>, Font> = document
            .get_page_fonts(page)
            .unwrap()
            .into_iter()
            .map(|(name, font)| {
                let map = font.get(b"ToUnicode").and_then(|o| document.dereference(o)).unwrap().1;
                let texts = characters(&map.as_stream().unwrap().decompressed_content().unwrap());
                let wide = font.get(b"Subtype").unwrap().as_name().unwrap() == b"Type0";
                (name, Font { texts, code: if wide { 2 } else { 1 } })
            })
            .collect();
        let content = Content::decode(&document.get_page_content(page)).unwrap();
        let mut reader = Reader { fonts: &fonts, font: None, tags: Vec::new(), out: &mut out };
        for operation in &content.operations {
            reader.take(&operation.operator, &operation.operands);
        }
        out.push('\n');
    }
    out
}

/// A `ToUnicode` map: `bfchar` and `bfrange` lines of codes and UTF-16.
fn characters(map: &[u8]) -> BTreeMap<u16, String> {
    let text = String::from_utf8_lossy(map);
    let code = |s: &str| u16::from_str_radix(s, 16).ok();
    let words = |s: &str| {
        let units: Vec<u16> =
            s.as_bytes().chunks(4).filter_map(|c| code(std::str::from_utf8(c).ok()?)).collect();
        String::from_utf16_lossy(&units)
    };
    let mut out = BTreeMap::new();
    let mut ranges = false;
    for line in text.lines() {
        ranges = if line.contains("beginbfrange") { true } else { ranges && !line.contains("endbfrange") };
        let parts: Vec<&str> = line.split(['<', '>']).map(str::trim).filter(|p| !p.is_empty()).collect();
        match parts.as_slice() {
            [from, to, first] if ranges => {
                let (Some(from), Some(to)) = (code(from), code(to)) else { continue };
                let first = words(first).chars().next().map_or(0, u32::from);
                for (i, code) in (from..=to).enumerate() {
                    out.insert(code, char::from_u32(first + i as u32).into_iter().collect());
                }
            }
            [from, text] => {
                out.extend(code(from).map(|from| (from, words(text))));
            }
            _ => {}
        }
    }
    out
}

/// What a marked stretch of a page means for its text.
enum Tag {
    Paragraph,
    Actual,
    Other,
}

/// What the codes of a font stand for, and how many bytes they have.
struct Font {
    texts: BTreeMap<u16, String>,
    code: usize,
}

struct Reader<'a> {
    fonts: &'a BTreeMap<Vec<u8>, Font>,
    font: Option<&'a Font>,
    tags: Vec<Tag>,
    out: &'a mut String,
}

impl Reader<'_> {
    fn take(&mut self, operator: &str, operands: &[Object]) {
        match operator {
            "Tf" => self.font = operands[0].as_name().ok().and_then(|n| self.fonts.get(n)),
            "BT" | "T*" => self.out.push('\n'),
            "Td" | "TD" if operands[1].as_float().unwrap() != 0.0 => self.out.push('\n'),
            "Tm" => self.out.push('\n'),
            "BMC" => self.tags.push(Tag::Other),
            "BDC" => {
                let actual = operands[1].as_dict().ok().and_then(|d| d.get(b"ActualText").ok());
                let tag = match (actual, operands[0].as_name().unwrap_or_default()) {
                    (Some(text), _) => {
                        if self.shown() {
                            self.out.push_str(&lopdf::decode_text_string(text).unwrap());
                        }
                        Tag::Actual
                    }
                    (None, b"P" | b"Link" | b"Reference" | b"LBody" | b"Span") => Tag::Paragraph,
                    (None, _) => Tag::Other,
                };
                self.tags.push(tag);
            }
            "EMC" => {
                self.tags.pop();
            }
            "Tj" | "TJ" if self.shown() => {
                for operand in operands.iter().flat_map(|o| match o {
                    Object::Array(parts) => parts.clone(),
                    one => vec![one.clone()],
                }) {
                    let Ok(bytes) = operand.as_str() else { continue };
                    let Some(font) = self.font else { continue };
                    for code in bytes.chunks_exact(font.code) {
                        let code = code.iter().fold(0, |code, byte| code << 8 | u16::from(*byte));
                        self.out.push_str(font.texts.get(&code).map_or("\u{fffd}", String::as_str));
                    }
                }
            }
            _ => {}
        }
    }

    fn shown(&self) -> bool {
        let replaced = self.tags.iter().any(|t| matches!(t, Tag::Actual | Tag::Other));
        !replaced && self.tags.iter().any(|t| matches!(t, Tag::Paragraph))
    }
}

#[test]
fn what_is_copied_from_the_pdf_is_the_text_of_the_book_word_for_word() {
    let book = book(3, 60, false);
    let mut file = Vec::new();
    let entry = backend::find("pdf").unwrap();
    (entry.make)(&OutputOptions::default()).write(&book, &FixedEnv::default(), &mut file).unwrap();
    let mut expected = String::new();
    for block in book.chapters.iter().flat_map(|c| &c.body) {
        block.for_each_text(&mut |text| {
            expected.push_str(text.as_str());
            expected.push(' ');
        });
    }
    assert_same(&copied(&file), &expected);
}

#[test]
fn a_text_of_more_letters_than_a_byte_can_count_is_copied_as_well() {
    let letters = ('a'..='z')
        .chain('A'..='Z')
        .chain('À'..='Ö')
        .chain('Ø'..='ö')
        .chain('Ā'..='ı')
        .chain('Α'..='Ρ')
        .chain('α'..='ώ');
    let text: Vec<String> = letters.chain('А'..='я').map(|c| [c, c, c].iter().collect()).collect();
    assert!(text.len() > 256);
    let mut book = book(1, 1, false);
    book.chapters[0].body = vec![sample::para(&text.join(" "))];
    let mut file = Vec::new();
    let entry = backend::find("pdf").unwrap();
    (entry.make)(&OutputOptions::default()).write(&book, &FixedEnv::default(), &mut file).unwrap();
    let document = Document::load_mem(&file).unwrap();
    let wide =
        |o: &Object| o.as_dict().and_then(|d| d.get(b"Subtype")?.as_name()).is_ok_and(|n| n == b"Type0");
    assert!(document.objects.values().any(wide));
    assert_same(&copied(&file), &text.join(" "));
}

/// Holds a copy against the text: a new line stands for a space or, behind a dash or a hyphen,
/// for nothing; a soft hyphen and the new line behind it stand for nothing.
fn assert_same(copied: &str, expected: &str) {
    let joined = copied.replace("\u{ad}\n", "");
    let words: Vec<char> = expected.trim().chars().collect();
    let head: String = words.iter().take(12).collect();
    // The body begins where its first words stand; an initial stands on a line of its own.
    let flat: Vec<char> = joined.chars().collect();
    let begin = (0..flat.len())
        .find(|i| flat[*i..].iter().filter(|c| **c != '\n').take(12).collect::<String>() == head)
        .expect("the text begins somewhere");
    let mut at = 0;
    let mut open = false;
    for c in &flat[begin..] {
        if at == words.len() {
            return;
        }
        if *c == '\n' {
            open = true;
            continue;
        }
        if open && words[at] == ' ' && *c != ' ' {
            at += 1;
        }
        open = false;
        let around: String = words[at.saturating_sub(30)..(at + 30).min(words.len())].iter().collect();
        assert_eq!(*c, words[at], "near “{around}”");
        at += 1;
    }
    assert_eq!(at, words.len(), "all of the text is there");
}

#[test]
fn an_attribution_or_a_signature_is_part_of_what_is_copied() {
    let mut book = book(1, 2, false);
    book.chapters[0].body.push(letter(&mut Filler(3)));
    book.chapters[0].body.push(sample::styled(ParaStyle::Right, "Harbour, in May"));
    let mut file = Vec::new();
    let entry = backend::find("pdf").unwrap();
    (entry.make)(&OutputOptions::default()).write(&book, &FixedEnv::default(), &mut file).unwrap();
    let copied = copied(&file);
    for words in ["Dear Anna,", "Yours ever,", "Harbour, in May"] {
        assert!(copied.contains(words), "{words}");
    }
}
