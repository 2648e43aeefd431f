//! A small book of our own, set line by line without any art: pages for the tests of this backend.

use std::collections::HashMap;
use std::sync::Arc;

use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider as _};

use crate::fonts;
use crate::typeset::length::Length;
use crate::typeset::page::{
    Folio, GlyphRun, Ink, Item, LinkArea, OutlineEntry, Owner, Page, PageFace, PageImage, Pages, PlacedWord,
    Segment, Shape, ShapedGlyph, Side, StructureNode, Tag, Target, WordTable,
};

const MEASURE: f64 = 320.0;
const LEFT: f64 = 56.0;
const FIRST_BASELINE: f64 = 72.0;
const LEADING: f64 = 14.5;
const LINES: usize = 38;

const WORDS: &str = "the office of the ferry was a wet and difficult affair and those who kept it were \
    fond of saying that nobody crossed the flat water twice for the same reason though all of them paid \
    in the same coin and waited under the same lamp";

/// What a sample holds beside plain text.
pub(super) struct Builder {
    pub(super) pages: Pages,
    words: Words,
    line: usize,
    parent: u32,
}

impl Builder {
    /// A book of `chapters` chapters of `paragraphs` paragraphs each, with a contents page.
    pub(super) fn book(chapters: usize, paragraphs: usize) -> Pages {
        let mut book = Self::new();
        book.contents(chapters);
        for chapter in 0..chapters {
            book.chapter(chapter, paragraphs);
        }
        book.pages
    }

    pub(super) fn new() -> Self {
        let faces = fonts::embedded("EB Garamond");
        let face = |italic: bool, name: &str| PageFace {
            name: name.to_owned(),
            data: faces.iter().find(|f| f.italic == italic && f.weight == 400).unwrap().data.clone(),
        };
        let pages = Pages {
            width: Length::inches(6.0),
            height: Length::inches(9.0),
            faces: vec![face(false, "EBGaramond12-Regular"), face(true, "EBGaramond12-Italic")],
            language: "en-GB".to_owned(),
            structure: vec![node(Tag::Document, 0)],
            ..Pages::default()
        };
        Self { pages, words: Words::default(), line: 0, parent: 0 }
    }

    fn node(&mut self, tag: Tag, parent: u32) -> u32 {
        self.pages.structure.push(node(tag, parent));
        self.pages.structure.len() as u32 - 1
    }

    fn page(&mut self, folio: Folio) {
        let side = if self.pages.pages.len().is_multiple_of(2) { Side::Recto } else { Side::Verso };
        self.pages.pages.push(Page { side, folio, items: Vec::new(), links: Vec::new() });
        self.line = 0;
    }

    fn item(&mut self, shape: Shape, owner: Owner) {
        self.pages.pages.last_mut().unwrap().items.push(Item { shape, owner });
        self.pages.words = self.pages.count_words();
    }

    fn baseline(&self) -> f64 {
        FIRST_BASELINE + self.line as f64 * LEADING
    }

    /// A line of text; the last glyph is a hyphen of the line break where `hyphen` says so.
    fn text(&mut self, text: &str, x: f64, face: usize, size: f64, owner: Owner, hyphen: bool) -> f64 {
        let mut run = self.words.run(&self.pages.faces[face], face, text, (x, self.baseline()), size);
        if hyphen {
            let soft = glyph(&self.pages.faces[face], '-');
            let soft = ShapedGlyph { text: (0, 0), gap: false, soft_hyphen: true, ..soft };
            let number = run.word_table.add(face, [soft].into(), "");
            run.words.push(PlacedWord { number, start: run.text.len() as u32, dx: run.width() });
        }
        let end = run.width();
        self.item(Shape::Glyphs(run), owner);
        x + end.to_pt()
    }

    fn contents(&mut self, chapters: usize) {
        self.page(Folio::Roman(1));
        let contents = self.node(Tag::Contents, 0);
        for chapter in 0..chapters {
            let entry = self.node(Tag::ContentsEntry, contents);
            let link = self.node(Tag::Link, entry);
            let end =
                self.text(&format!("The Ferry, {}", chapter + 1), LEFT, 0, 11.0, Owner::Content(link), false);
            let top = self.baseline() - 10.0;
            let area = (Length::pt(LEFT), Length::pt(top), Length::pt(end - LEFT), Length::pt(13.0));
            let target = Target::Place { page: 2 + chapter, y: Length::pt(60.0) };
            let alt = format!("To chapter {}", chapter + 1);
            self.pages.pages[0].links.push(LinkArea { area, target, owner: link, alt });
            self.line += 1;
        }
        self.page(Folio::Roman(2));
    }

    fn chapter(&mut self, number: usize, paragraphs: usize) {
        let body = self.pages.pages.len() as u32 - 1;
        self.page(Folio::Arabic(body));
        self.parent = self.node(Tag::Section, 0);
        let heading = self.node(Tag::Heading(1), self.parent);
        let page = self.pages.pages.len() - 1;
        let title = format!("The Ferry, {}", number + 1);
        self.pages.outline.push(OutlineEntry { level: 0, title, page, y: Length::pt(60.0) });
        self.text("THE FERRY", LEFT, 0, 18.0, Owner::Content(heading), false);
        self.ornament();
        self.line = 4;
        for paragraph in 0..paragraphs {
            self.paragraph(number * 31 + paragraph);
        }
    }

    fn ornament(&mut self) {
        let pt = Length::pt;
        let y = self.baseline() + 20.0;
        let segments = vec![
            Segment::Move(pt(200.0), pt(y)),
            Segment::Curve(pt(205.0), pt(y - 5.0), pt(215.0), pt(y - 5.0), pt(220.0), pt(y)),
            Segment::Line(pt(210.0), pt(y + 8.0)),
            Segment::Close,
        ];
        self.item(Shape::Path { segments, ink: Ink::Second(0x8B, 0x1A, 0x1A) }, Owner::Decoration);
        let (x, width) = (pt(LEFT), pt(MEASURE));
        let rule = Shape::Rule { x, y: pt(y + 12.0), width, height: pt(0.5), ink: Ink::Black(60) };
        self.item(rule, Owner::Decoration);
    }

    fn paragraph(&mut self, seed: usize) {
        let owner = Owner::Content(self.node(Tag::Paragraph, self.parent));
        let words: Vec<&str> = WORDS.split_whitespace().collect();
        let mut at = seed * 7;
        for line in 0..5 {
            if self.line >= LINES {
                let Folio::Arabic(before) = self.pages.pages.last().unwrap().folio else {
                    panic!("in the body")
                };
                self.page(Folio::Arabic(before + 1));
                self.text(&format!("The Ferry {}", before + 1), LEFT, 1, 9.0, Owner::Furniture, false);
                self.line = 2;
            }
            let mut text = String::new();
            while text.len() < 60 {
                text.push_str(words[at % words.len()]);
                text.push(' ');
                at += 1;
            }
            let hyphen = line == 1;
            if hyphen {
                text.push_str("ferry");
            }
            self.text(&text, LEFT, usize::from(line == 3), 11.0, owner, hyphen);
            self.line += 1;
            if hyphen {
                self.text("man waited. ", LEFT, 0, 11.0, owner, false);
                self.line += 1;
            }
        }
    }

    /// A picture with its caption on a page of its own.
    pub(super) fn figure(&mut self, media_type: &str, bytes: Vec<u8>) {
        self.page(Folio::Arabic(1));
        let figure = self.node(Tag::Figure, 0);
        self.pages.structure[figure as usize].alt = Some("A grey square".to_owned());
        let image = self.pages.images.len();
        self.pages.images.push(PageImage { media_type: media_type.to_owned(), bytes: Arc::new(bytes) });
        let (x, y) = (Length::pt(LEFT), Length::pt(100.0));
        let (width, height) = (Length::pt(72.0), Length::pt(72.0));
        self.item(Shape::Image { image, x, y, width, height }, Owner::Content(figure));
        let caption = self.node(Tag::Caption, figure);
        self.line = 10;
        self.text("A square.", LEFT, 0, 10.0, Owner::Content(caption), false);
    }
}

fn node(tag: Tag, parent: u32) -> StructureNode {
    StructureNode { tag, parent, alt: None, language: None }
}

fn glyph(face: &PageFace, character: char) -> ShapedGlyph {
    let font = FontRef::new(&face.data).unwrap();
    let id = font.charmap().map(character).unwrap();
    let units =
        font.glyph_metrics(Size::unscaled(), LocationRef::default()).advance_width(id).unwrap() as u16;
    ShapedGlyph {
        id: id.to_u32() as u16,
        gap: true,
        soft_hyphen: false,
        advance: units,
        kerning: 0,
        dx: 0,
        dy: 0,
        text: (0, character.len_utf8() as u16),
    }
}

/// The words of a sample, with their numbers by face and text.
#[derive(Default)]
pub(super) struct Words {
    word_table: Arc<WordTable>,
    known: HashMap<(usize, String), u32>,
}

impl Words {
    /// More words for pages that have some.
    pub(super) fn of(pages: &Pages) -> Self {
        Self { word_table: Arc::clone(&pages.words.table), ..Self::default() }
    }

    /// A run of one glyph a character, from a place on the page (pt).
    pub(super) fn run(
        &mut self,
        face: &PageFace,
        index: usize,
        text: &str,
        (x, y): (f64, f64),
        size: f64,
    ) -> GlyphRun {
        let mut run = GlyphRun {
            face: index,
            units_per_em: 1000,
            size: Length::pt(size),
            x: Length::pt(x),
            y: Length::pt(y),
            rise: Length::ZERO,
            scale: GlyphRun::UNSCALED,
            letterspace: Length::ZERO,
            ink: Ink::Black(100),
            word_table: Arc::clone(&self.word_table),
            words: Vec::new(),
            text: text.to_owned().into(),
        };
        let mut dx = Length::ZERO;
        let mut at = 0;
        for part in text.split_inclusive(' ').flat_map(|w| [w.trim_end(), &w[w.trim_end().len()..]]) {
            let mut glyphs: Vec<ShapedGlyph> = part.chars().map(|c| glyph(face, c)).collect();
            let Some(last) = glyphs.last_mut() else { continue };
            last.gap = false;
            let mut from = 0;
            for glyph in &mut glyphs {
                let bytes = glyph.text.1;
                glyph.text = (from, bytes);
                from += bytes;
            }
            let width: Length = glyphs.iter().map(|g| run.units(g.step())).sum();
            let bytes = part.len() as u32;
            let known = self.known.entry((index, part.to_owned()));
            let number = *known.or_insert_with(|| self.word_table.add(index, glyphs.into(), part));
            run.words.push(PlacedWord { number, start: at, dx });
            // A word space that no font unit measures, as a justified line has.
            dx += width + if part == " " { Length(12_345) } else { Length::ZERO };
            at += bytes;
        }
        run
    }
}
