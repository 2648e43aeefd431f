//! In: the items of a page. Out: the parts into which its content is marked, and whose each of them is (ISO 32000-1,
//! 14.6).
//!
//! The structure tree names every mark of every page. It is made while the pages are still being written, so that both
//! go by what stands here.

use crate::typeset::page::{GlyphRun, Item, Owner, Page, Segment, Shape};

use super::content::Frame;
use super::initial;

/// How an item is shown.
#[derive(Debug)]
pub(super) enum Part<'p> {
    /// Not at all.
    Nothing,
    /// As text.
    Text(&'p GlyphRun),
    /// A drop capital: as a drawing, and as text without ink at the head of its word.
    Initial { capital: &'p GlyphRun, outline: Vec<Segment>, word: &'p GlyphRun },
    /// As a drawing or a picture.
    Graphics,
}

/// How the item at `at` is shown.
pub(super) fn part<'p>(items: &'p [Item], at: usize, frame: &Frame<'_>) -> Part<'p> {
    match &items[at].shape {
        Shape::Glyphs(run) => {
            if run.face >= frame.fonts.len() || run.words.iter().all(|w| run.shaped(w).glyphs.is_empty()) {
                return Part::Nothing;
            }
            let initial = initial::drop_capital(items, at).filter(|_| frame.tags.is_some());
            initial
                .and_then(|(capital, word)| {
                    let outline = initial::outline(capital, &frame.fonts[capital.face])?;
                    Some(Part::Initial { capital, outline, word })
                })
                .unwrap_or(Part::Text(run))
        }
        Shape::Rule { .. } | Shape::Path { .. } => Part::Graphics,
        Shape::Image { image, .. } if frame.images.get(*image) == Some(&true) => Part::Graphics,
        Shape::Image { .. } => Part::Nothing,
    }
}

/// What is written between two parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Edge {
    /// A text object ends.
    TextEnds,
    /// Marked content ends.
    MarkEnds,
    /// Marked content of this owner begins.
    MarkBegins(Owner),
    /// A text object begins.
    TextBegins,
}

/// Where text objects and marked contents begin and end: they nest in one another.
#[derive(Debug)]
pub(super) struct Marking {
    /// Whether the file is tagged.
    tagged: bool,
    /// Whose the open mark is, and whether it began inside of the text object.
    open: Option<(Owner, bool)>,
    in_text: bool,
}

impl Marking {
    /// At the beginning of a page.
    pub(super) const fn new(tagged: bool) -> Self {
        Self { tagged, open: None, in_text: false }
    }

    /// Goes on to text of `owner`.
    pub(super) fn text(&mut self, owner: Owner, edge: &mut dyn FnMut(Edge)) {
        self.own(owner, edge);
        if !self.in_text {
            self.in_text = true;
            edge(Edge::TextBegins);
        }
    }

    /// Goes on to a drawing or a picture of `owner`: neither may stand in a text object.
    pub(super) fn graphics(&mut self, owner: Owner, edge: &mut dyn FnMut(Edge)) {
        if self.in_text {
            if matches!(self.open, Some((_, true))) {
                self.close(edge);
            }
            self.end_text(edge);
        }
        self.own(owner, edge);
    }

    /// Ends the page.
    pub(super) fn end(&mut self, edge: &mut dyn FnMut(Edge)) {
        self.close(edge);
        self.end_text(edge);
    }

    fn own(&mut self, owner: Owner, edge: &mut dyn FnMut(Edge)) {
        if !self.tagged || matches!(self.open, Some((open, _)) if open == owner) {
            return;
        }
        self.close(edge);
        edge(Edge::MarkBegins(owner));
        self.open = Some((owner, self.in_text));
    }

    fn close(&mut self, edge: &mut dyn FnMut(Edge)) {
        if let Some((_, inside_text)) = self.open.take() {
            if !inside_text {
                self.end_text(edge);
            }
            edge(Edge::MarkEnds);
        }
    }

    fn end_text(&mut self, edge: &mut dyn FnMut(Edge)) {
        if self.in_text {
            self.in_text = false;
            edge(Edge::TextEnds);
        }
    }
}

/// By marked-content number of a page: index into [`crate::typeset::Pages::structure`].
pub(super) fn of(page: &Page, frame: &Frame<'_>) -> Vec<u32> {
    let mut nodes = Vec::new();
    let mut marking = Marking::new(frame.tags.is_some());
    let mut edge = |edge: Edge| {
        if let Edge::MarkBegins(Owner::Content(node)) = edge {
            nodes.push(node);
        }
    };
    for (at, item) in page.items.iter().enumerate() {
        match part(&page.items, at, frame) {
            Part::Nothing => {}
            Part::Text(_) => marking.text(item.owner, &mut edge),
            Part::Initial { .. } => {
                marking.graphics(Owner::Decoration, &mut edge);
                marking.text(item.owner, &mut edge);
            }
            Part::Graphics => marking.graphics(item.owner, &mut edge),
        }
    }
    nodes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::pdf::sample::{Builder, Words};
    use crate::backend::pdf::strings::Strings;
    use crate::backend::pdf::{Inks, content, faces, tags};

    fn edges(steps: &[(bool, Owner)]) -> Vec<Edge> {
        let mut out = Vec::new();
        let mut marking = Marking::new(true);
        let mut edge = |edge| out.push(edge);
        for (text, owner) in steps {
            if *text {
                marking.text(*owner, &mut edge);
            } else {
                marking.graphics(*owner, &mut edge);
            }
        }
        marking.end(&mut edge);
        out
    }

    #[test]
    fn marks_and_text_objects_nest() {
        use Edge::{MarkBegins, MarkEnds, TextBegins, TextEnds};
        let (first, second) = (Owner::Content(1), Owner::Content(2));
        // Each mark holds a text object of its own.
        let text = |owner| vec![MarkBegins(owner), TextBegins, TextEnds, MarkEnds];
        let steps = [(true, first), (true, first), (true, second)];
        assert_eq!(edges(&steps), [text(first), text(second)].concat());
        let drawing = || vec![MarkBegins(Owner::Decoration), MarkEnds];
        let steps = [(false, Owner::Decoration), (true, first), (false, Owner::Decoration), (true, first)];
        assert_eq!(edges(&steps), [drawing(), text(first), drawing(), text(first)].concat());
    }

    #[test]
    fn pages_have_the_marks_that_the_tree_names() {
        let mut pages = Builder::book(2, 12);
        let mut words = Words::of(&pages);
        let [capital, word] = [("T", (56.0, 101.0), 44.0), ("he ferry", (80.0, 72.0), 11.0)]
            .map(|(text, place, size)| words.run(&pages.faces[0], 0, text, place, size));
        for run in [capital, word] {
            pages.pages[3].items.push(Item { shape: Shape::Glyphs(run), owner: Owner::Content(2) });
        }
        pages.words = pages.count_words();
        let names = tags::names(&pages.structure);
        let frame = Frame {
            fonts: &pages.faces,
            images: &[],
            top: 0,
            bleed: [0, 0],
            tags: Some(&names),
            inks: Inks::Rgb,
        };
        let faces = faces::collect(&pages).unwrap();
        let mut drawn = 0;
        for page in &pages.pages {
            let stream = content::write(page, &frame, &faces, &mut Strings::default());
            let stream = String::from_utf8_lossy(&stream);
            let marks = of(page, &frame);
            for (number, node) in marks.iter().enumerate() {
                let mark = format!("/{}<</MCID {number}>>BDC", names[*node as usize]);
                assert_eq!(stream.matches(&mark).count(), 1, "{mark}");
            }
            assert_eq!(stream.matches("/MCID").count(), marks.len());
            assert_eq!(stream.matches("BDC").count(), stream.matches("EMC").count());
            drawn += stream.matches("3 Tr").count();
        }
        assert_eq!(drawn, 1, "a drop capital is among them");
    }

    #[test]
    fn a_file_without_tags_has_text_objects_alone() {
        let mut out = Vec::new();
        let mut marking = Marking::new(false);
        let mut edge = |edge| out.push(edge);
        marking.text(Owner::Content(1), &mut edge);
        marking.text(Owner::Content(2), &mut edge);
        marking.graphics(Owner::Furniture, &mut edge);
        marking.end(&mut edge);
        assert_eq!(out, [Edge::TextBegins, Edge::TextEnds]);
    }
}
