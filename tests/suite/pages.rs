//! Typeset pages: goldens for every design, and the rules of good pages read from the pages alone.

use std::collections::{BTreeMap, BTreeSet};

use inkbind::book::{
    Block, BlockKind, Book, Chapter, Metadata, Note, Number, NumberStyle, ParaStyle, Role, SceneBreak,
};
use inkbind::env::FixedEnv;
use inkbind::options::OutputOptions;
use inkbind::text::{MarkKind, Text};
use inkbind::typeset::page::{Item, Owner, Page, Pages, Shape, Side, Tag};
use inkbind::typeset::{Layout, Length, dump_lines, dump_pages, typeset};

use super::sample;

const DESIGNS: [&str; 5] = ["classic", "modern", "pocket", "large", "hand"];

fn set(book: &Book, options: &OutputOptions) -> (Layout, Pages) {
    let env = FixedEnv::default();
    let layout = Layout::resolve(options, &env).unwrap();
    let pages = typeset(book, &layout, &env).unwrap();
    (layout, pages)
}

fn design(name: &str) -> OutputOptions {
    OutputOptions { design: Some(name.to_owned()), ..OutputOptions::default() }
}

/// Words without meaning, always the same: long and short ones, sentences and paragraphs.
pub(crate) struct Filler(pub(crate) u64);

impl Filler {
    fn roll(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }

    pub(crate) fn paragraph(&mut self) -> String {
        const WORDS: [&str; 24] = [
            "the",
            "of",
            "and",
            "a",
            "to",
            "was",
            "he",
            "in",
            "that",
            "it",
            "with",
            "his",
            "captain",
            "harbour",
            "evening",
            "remember",
            "wandering",
            "lantern",
            "company",
            "afterwards",
            "considerable",
            "morning",
            "light",
            "understanding",
        ];
        let mut out = String::new();
        for _ in 0..=self.roll(9) {
            let count = 4 + self.roll(18);
            for i in 0..count {
                let word = WORDS[self.roll(WORDS.len() as u64) as usize];
                if i == 0 {
                    if !out.is_empty() {
                        out.push(' ');
                    }
                    out.push_str(&word[..1].to_uppercase());
                    out.push_str(&word[1..]);
                } else {
                    out.push(' ');
                    out.push_str(word);
                    if self.roll(11) == 0 && i + 1 < count {
                        out.push(',');
                    }
                }
            }
            out.push('.');
        }
        out
    }

    fn chapter(&mut self, paragraphs: usize) -> Chapter {
        let mut body = Vec::new();
        for i in 0..paragraphs {
            if i > 0 && self.roll(25) == 0 {
                body.push(Block::new(BlockKind::SceneBreak(SceneBreak::default())));
            }
            body.push(Block::para(Text::from_source(self.paragraph())));
        }
        Chapter {
            title: Some(Text::from_source("The Long Evening")),
            ..sample::chapter(Role::Chapter, 0, body)
        }
    }
}

fn novel(seed: u64, chapters: usize, paragraphs: usize) -> Book {
    let mut filler = Filler(seed);
    Book {
        meta: Metadata { title: "Evenings".into(), language: "en-GB".into(), ..Metadata::default() },
        chapters: (0..chapters).map(|_| filler.chapter(paragraphs)).collect(),
        ..Book::default()
    }
}

/// The lines of running text on a page: baseline and structure node, from the head down.
fn lines(pages: &Pages, page: &Page) -> Vec<(Length, u32)> {
    let mut by_line: BTreeMap<Length, u32> = BTreeMap::new();
    for item in &page.items {
        if let (Shape::Glyphs(run), Owner::Content(node)) = (&item.shape, item.owner)
            && pages.structure[node as usize].tag == Tag::Paragraph
            && run.size < Length::pt(20.0)
        {
            by_line.insert(run.y, node);
        }
    }
    by_line.into_iter().collect()
}

#[test]
fn every_design_sets_the_sample_as_before() {
    let book = sample::book();
    for name in DESIGNS {
        let (_, pages) = set(&book, &design(name));
        insta::with_settings!({ snapshot_path => "../fixtures/pages", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(name, dump_pages(&pages));
        });
    }
}

#[test]
fn everything_stands_on_the_grid_and_inside_the_page() {
    let book = sample::book();
    for name in DESIGNS {
        let (layout, pages) = set(&book, &design(name));
        for (index, page) in pages.pages.iter().enumerate() {
            let left = layout.left(page.side);
            for item in &page.items {
                let Shape::Glyphs(run) = &item.shape else { continue };
                assert!(run.x > Length::ZERO && run.x < pages.width, "{name} {index}: {}", run.text);
                assert!(run.y > Length::ZERO && run.y < pages.height, "{name} {index}: {}", run.text);
            }
            for (y, _) in lines(&pages, page).into_iter().filter(|_| name != "hand") {
                // Notes have their own leading; everything else stands on a line.
                let off = (y - layout.first_line).0.rem_euclid(layout.leading.0);
                let notes = page.items.iter().any(|i| is_note(&pages, i));
                assert!(off == 0 || notes, "{name} page {index}: {y} is off the grid");
            }
            assert!(left > Length::ZERO);
        }
    }
}

fn is_note(pages: &Pages, item: &Item) -> bool {
    let Owner::Content(node) = item.owner else { return false };
    let mut node = node;
    loop {
        let here = &pages.structure[node as usize];
        if here.tag == Tag::Note {
            return true;
        }
        if here.parent == node || node == 0 {
            return false;
        }
        node = here.parent;
    }
}

#[test]
fn facing_pages_end_on_the_same_line_and_no_line_stands_alone() {
    for seed in [3, 11] {
        let book = novel(seed, 3, 90);
        let (_, pages) = set(&book, &OutputOptions::default());
        let set: Vec<Vec<(Length, u32)>> = pages.pages.iter().map(|p| lines(&pages, p)).collect();
        let mut total: BTreeMap<u32, usize> = BTreeMap::new();
        for (_, node) in set.iter().flatten() {
            *total.entry(*node).or_default() += 1;
        }
        for (index, page) in set.iter().enumerate() {
            let (Some(first), Some(last)) = (page.first(), page.last()) else { continue };
            for edge in [first.1, last.1] {
                let here = page.iter().filter(|l| l.1 == edge).count();
                assert!(here > 1 || total[&edge] == 1, "seed {seed}: a lone line on page {}", index + 1);
            }
            let verso = pages.pages[index].side == Side::Verso;
            let Some(facing) = set.get(index + 1).filter(|_| verso) else { continue };
            let Some(other) = facing.last() else { continue };
            // A chapter's last page ends where it ends.
            let signed = |i: usize| {
                let last = pages.pages[i].items.last();
                last.is_some_and(|item| matches!(item.shape, Shape::Path { .. }))
            };
            if signed(index) || signed(index + 1) {
                continue;
            }
            let goes_on = |i: usize| set.get(i + 1).is_some_and(|p| p.len() > 20 && !opens(&pages, i + 1));
            if goes_on(index) && goes_on(index + 1) && !opens(&pages, index + 1) {
                assert_eq!(last.0, other.0, "seed {seed}: pages {} and {}", index + 1, index + 2);
            }
        }
    }
}

/// Whether a chapter begins on this page.
fn opens(pages: &Pages, index: usize) -> bool {
    pages.outline.iter().any(|o| o.page == index) || index + 1 >= pages.pages.len()
}

#[test]
fn no_page_ends_inside_a_word() {
    let (_, pages) = set(&novel(5, 2, 120), &OutputOptions::default());
    for (index, page) in pages.pages.iter().enumerate() {
        let last = page.items.iter().rev().find_map(|item| match (&item.shape, item.owner) {
            (Shape::Glyphs(run), Owner::Content(_)) => Some(run),
            _ => None,
        });
        if let Some(run) = last {
            assert!(!run.glyphs().any(|g| g.soft_hyphen), "page {}", index + 1);
        }
    }
}

#[test]
fn the_words_on_the_pages_are_the_words_of_the_book_in_order() {
    let book = novel(7, 2, 60);
    let (_, pages) = set(&book, &OutputOptions::default());
    let mut on_pages = String::new();
    let mut last: Option<(u32, Length)> = None;
    let mut initial = false;
    let body = pages.outline.iter().find(|o| o.title.contains("Evening")).unwrap().page;
    for page in &pages.pages[body..] {
        for item in &page.items {
            let (Shape::Glyphs(run), Owner::Content(node)) = (&item.shape, item.owner) else { continue };
            if pages.structure[node as usize].tag != Tag::Paragraph {
                continue;
            }
            let broken = on_pages.ends_with('\u{ad}');
            if broken {
                on_pages.pop();
            } else if last.is_some_and(|(n, y)| n != node || y != run.y) {
                // An initial's word goes on beside it.
                if !initial {
                    on_pages.push(' ');
                }
            }
            on_pages.push_str(&run.text);
            if run.glyphs().any(|g| g.soft_hyphen) {
                on_pages.push('\u{ad}');
            }
            initial = run.size > Length::pt(20.0);
            last = Some((node, run.y));
        }
    }
    let words: Vec<&str> = on_pages.split_whitespace().collect();
    let mut expected = Vec::new();
    for block in book.chapters.iter().flat_map(|c| &c.body) {
        block.for_each_text(&mut |text| expected.extend(text.as_str().split_whitespace()));
    }
    for (at, (got, wanted)) in words.iter().zip(&expected).enumerate() {
        assert_eq!(got, wanted, "word {at}");
    }
    assert!(words.len() >= expected.len(), "{} of {}", words.len(), expected.len());
}

#[test]
fn words_with_breaks_of_the_users_own_are_broken_there_alone() {
    let list = ["considerable".to_owned(), "under-standing".to_owned()];
    let options = OutputOptions { hyphenation: list.to_vec(), ..OutputOptions::default() };
    let (_, pages) = set(&novel(17, 2, 80), &options);
    let lines = dump_lines(&pages);
    let broken: Vec<&str> = lines.lines().filter_map(|l| l.strip_suffix('-')?.rsplit(' ').next()).collect();
    let under: Vec<&&str> = broken.iter().filter(|w| w.to_lowercase().starts_with("und")).collect();
    assert!(!under.is_empty() && under.iter().all(|w| w.to_lowercase() == "under"), "{under:?}");
    assert!(broken.iter().all(|w| !w.to_lowercase().starts_with("con")), "{broken:?}");
}

#[test]
fn one_thread_and_many_set_the_same_pages() {
    let book = novel(13, 6, 30);
    let dump = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| dump_pages(&set(&book, &OutputOptions::default()).1))
    };
    assert_eq!(dump(1), dump(3));
}

#[test]
fn odd_books_have_pages_too() {
    let empty = Book {
        meta: Metadata { title: "Nothing".into(), language: "en".into(), ..Metadata::default() },
        ..Book::default()
    };
    assert!(set(&empty, &OutputOptions::default()).1.pages.len() >= 3);
    let bodies = vec![
        vec![],
        vec![sample::para("")],
        vec![sample::para(&"m".repeat(300))],
        vec![Block::new(BlockKind::SceneBreak(SceneBreak::default()))],
        vec![sample::styled(ParaStyle::Closing, "The End")],
        vec![Block::new(BlockKind::Pre(Text::from_source("a\n".repeat(500))))],
        vec![Block::new(BlockKind::Verse(inkbind::book::Verse::default()))],
        vec![Block::new(BlockKind::Figure { asset: Some(99), caption: None })],
        vec![Block::new(BlockKind::List {
            start: Some(u32::MAX),
            items: vec![vec![], vec![sample::para("x")]],
        })],
        vec![Block::new(BlockKind::Heading { level: 0, text: Text::from_source("") })],
        vec![Block::new(BlockKind::Heading { level: 9, text: Text::from_source("Last") })],
    ];
    for (index, body) in bodies.into_iter().enumerate() {
        let book = Book { chapters: vec![sample::chapter(Role::Chapter, 0, body)], ..empty.clone() };
        for name in DESIGNS {
            let (_, pages) = set(&book, &design(name));
            assert!(pages.pages.len() >= 3, "body {index} in {name}");
        }
    }
}

#[test]
fn notes_stand_on_the_page_that_refers_to_them_or_behind_the_text() {
    let mut filler = Filler(21);
    let with_notes = |note: &str, filler: &mut Filler| {
        let mut book = novel(21, 1, 40);
        for (index, block) in book.chapters[0].body.iter_mut().enumerate().filter(|(i, _)| i % 5 == 0) {
            *block = Block::para(sample::marked(
                &format!("{} end*.", filler.paragraph()),
                &[("*", MarkKind::Note(index / 5))],
            ));
        }
        book.notes = (0..8)
            .map(|i| Note { mark: "*".into(), body: vec![sample::para(&format!("Note{i} {note}"))] })
            .collect();
        book
    };
    let (_, pages) = set(&with_notes("says little.", &mut filler), &OutputOptions::default());
    for i in 0..8 {
        let page_of = |wanted: &str| {
            pages.pages.iter().position(|p| {
                let text: String = p
                    .items
                    .iter()
                    .filter_map(|i| match &i.shape {
                        Shape::Glyphs(run) => Some(run.text.as_str()),
                        _ => None,
                    })
                    .collect();
                text.contains(wanted)
            })
        };
        let note = page_of(&format!("Note{i} ")).expect("the note is printed");
        let referred = pages.pages[note].items.iter().any(|item| match (&item.shape, item.owner) {
            (Shape::Glyphs(run), Owner::Content(node)) => {
                pages.structure[node as usize].tag == Tag::Reference
                    && run.text.as_str() == (i + 1).to_string()
            }
            _ => false,
        });
        assert!(referred, "note {i} stands on a page that does not refer to it");
    }
    let long = "and on it goes for a good while without saying much ".repeat(60);
    let (_, moved) = set(&with_notes(&long, &mut filler), &OutputOptions::default());
    assert!(moved.findings.iter().any(|f| f.rule.code == "L020"));
    assert!(moved.outline.iter().any(|o| o.title == "Notes"));
}

#[test]
fn what_no_font_has_is_named_once() {
    let mut book = novel(2, 1, 3);
    book.chapters[0].body.push(sample::para("The sign 龍 and again 龍."));
    let (_, pages) = set(&book, &OutputOptions::default());
    let named: Vec<_> = pages.findings.iter().filter(|f| f.rule.code == "L001").collect();
    assert_eq!(named.len(), 1);
    assert!(named[0].message.contains("U+9F8D"));
}

#[test]
fn a_designs_own_file_is_read_by_its_path() {
    let error = Layout::resolve(&design("my.toml"), &FixedEnv::default()).expect_err("no such file");
    assert!(error.to_string().contains("my.toml"), "{error}");
}

/// The lines of the table of contents, by page.
fn contents(pages: &Pages) -> Vec<usize> {
    let of = |page: &Page| {
        let mut baselines: Vec<Length> = Vec::new();
        for item in &page.items {
            if let (Shape::Glyphs(run), Owner::Content(node)) = (&item.shape, item.owner)
                && pages.structure[node as usize].tag == Tag::Link
            {
                baselines.push(run.y);
            }
        }
        baselines.sort_unstable();
        baselines.dedup();
        baselines.len()
    };
    pages.pages.iter().map(of).filter(|lines| *lines > 0).collect()
}

/// A book whose chapters have these titles.
fn titled(titles: &[String]) -> Book {
    let mut book = novel(3, titles.len(), 2);
    for (chapter, title) in book.chapters.iter_mut().zip(titles) {
        chapter.title = Some(Text::from_source(title));
    }
    book
}

#[test]
fn a_table_of_contents_rises_where_that_saves_a_page() {
    let titles = |n: usize| -> Vec<String> { (1..=n).map(|i| format!("Evening {i}")).collect() };
    let room = (20..40)
        .take_while(|n| contents(&set(&titled(&titles(*n)), &design("classic")).1).len() == 1)
        .last()
        .unwrap();
    // Of 35 lines the heading and the white around it leave 28; three more are had by rising.
    assert_eq!(room, 31);
    let more = contents(&set(&titled(&titles(room + 1)), &design("classic")).1);
    assert_eq!(more.len(), 2, "{more:?}");
    assert!(more[1] >= 5, "a last page of a few lines: {more:?}");
}

#[test]
fn a_title_without_end_takes_a_few_lines_of_the_contents() {
    let long = "The Evening That Would Not End ".repeat(40);
    let (_, pages) = set(&titled(&[long, "Morning".into()]), &design("classic"));
    let lines = contents(&pages);
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!((5..=7).contains(&lines[0]), "six lines and one: {lines:?}");
}

/// What stands in the furniture of the pages, without folios, in small letters.
fn heads(pages: &Pages) -> BTreeSet<String> {
    let furniture = |item: &Item| match &item.shape {
        Shape::Glyphs(run) if item.owner == Owner::Furniture => Some(run.text.trim().to_lowercase()),
        _ => None,
    };
    let all = pages.pages.iter().flat_map(|page| page.items.iter().filter_map(furniture));
    all.filter(|text| text.chars().any(char::is_alphabetic)).collect()
}

#[test]
fn a_numbered_chapter_has_the_title_above_it_in_its_running_heads() {
    let mut book = novel(5, 3, 40);
    let number = Number { value: 1, style: NumberStyle::Roman, keyword: String::new() };
    for (chapter, title) in book.chapters.iter_mut().zip(["The Ferry", "", "The Toll"]) {
        chapter.level = u8::from(title.is_empty());
        chapter.number = title.is_empty().then(|| number.clone());
        chapter.title = (!title.is_empty()).then(|| Text::from_source(title));
    }
    // The story itself has no pages with heads: they are those of its section.
    book.chapters[0].body.truncate(1);
    let of_titles = heads(&set(&book, &design("classic")).1);
    assert!(of_titles.contains("the ferry") && of_titles.contains("the toll"), "{of_titles:?}");
    assert!(!of_titles.contains("one"), "{of_titles:?}");

    // With nothing above it that has a title its number is all there is.
    book.chapters[0].title = None;
    let of_numbers = heads(&set(&book, &design("classic")).1);
    assert!(of_numbers.contains("one") && !of_numbers.contains("the ferry"), "{of_numbers:?}");
}
