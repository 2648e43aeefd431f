//! A `Text` and its origins against the plainest model there is: one origin a byte.

use std::ops::Range;

use inkbind::text::{Edit, MarkKind, Text};
use proptest::prelude::*;

/// Where each byte of the current string came from; `None` for inserted bytes.
#[derive(Clone)]
struct Model {
    bytes: Vec<u8>,
    origins: Vec<Option<u32>>,
}

impl Model {
    fn new(source: &str) -> Self {
        Self { bytes: source.bytes().collect(), origins: (0..source.len() as u32).map(Some).collect() }
    }

    fn apply(&mut self, edits: &[(Range<usize>, String)]) {
        for (range, with) in edits.iter().rev() {
            self.bytes.splice(range.clone(), with.bytes());
            self.origins.splice(range.clone(), with.bytes().map(|_| None));
        }
    }
}

/// Disjoint replacements, in order, made from pairs of a distance and a length.
fn edits(length: usize, shape: &[(usize, usize, String)]) -> Vec<(Range<usize>, String)> {
    let mut at = 0;
    let mut out = Vec::new();
    for (gap, size, with) in shape {
        let start = at + gap;
        let end = start + size;
        if end > length {
            break;
        }
        out.push((start..end, with.clone()));
        at = end + 1;
    }
    out
}

fn shape() -> impl Strategy<Value = Vec<(usize, usize, String)>> {
    prop::collection::vec((0..6usize, 0..5usize, "[A-Z]{0,4}"), 0..12)
}

proptest! {
    #[test]
    fn origins_survive_edits(source in "[a-z ]{0,80}", rounds in prop::collection::vec(shape(), 1..4)) {
        let mut text = Text::from_source(source.clone());
        let mut model = Model::new(&source);
        for shape in rounds {
            let edits = edits(text.len(), &shape);
            let changes: Vec<Edit> =
                edits.iter().map(|(r, w)| Edit::replace(r.clone(), w.clone())).rev().collect();
            text.apply(&changes);
            model.apply(&edits);
        }
        prop_assert_eq!(text.as_str().as_bytes(), model.bytes.as_slice());
        for (range, piece) in text.pieces() {
            for (i, at) in range.enumerate() {
                let expected = model.origins[at];
                prop_assert_eq!(expected.is_some(), piece.exact, "byte {} of {:?}", at, text.as_str());
                if let Some(origin) = expected {
                    prop_assert_eq!(origin, piece.source.start + i as u32);
                    prop_assert_eq!(text.origin(at..at + 1).start, origin);
                }
            }
        }
        let covered: usize = text.pieces().map(|(r, _)| r.len()).sum();
        prop_assert_eq!(covered, text.len());
    }

    #[test]
    fn a_slice_is_the_text_itself(source in "[a-zé ]{0,60}", shape in shape(), cut in any::<prop::sample::Index>(), more in any::<prop::sample::Index>()) {
        let mut text = Text::from_source(source);
        let changes: Vec<Edit> = edits(text.len(), &shape)
            .into_iter()
            .filter(|(r, _)| text.as_str().is_char_boundary(r.start) && text.as_str().is_char_boundary(r.end))
            .map(|(r, w)| Edit::replace(r, w))
            .collect();
        text.apply(&changes);
        let boundaries: Vec<usize> =
            (0..=text.len()).filter(|i| text.as_str().is_char_boundary(*i)).collect();
        let (a, b) = (boundaries[cut.index(boundaries.len())], boundaries[more.index(boundaries.len())]);
        let (start, end) = (a.min(b), a.max(b));
        let part = text.slice(start..end);
        prop_assert_eq!(part.as_str(), &text.as_str()[start..end]);
        for at in 0..part.len() {
            prop_assert_eq!(part.origin(at..at + 1), text.origin(start + at..start + at + 1));
        }
        let mut whole = text.slice(0..start);
        whole.append(&part);
        whole.append(&text.slice(end..text.len()));
        prop_assert_eq!(whole, text);
    }

    #[test]
    fn a_mark_keeps_its_words(words in prop::collection::vec("[a-z]{1,6}", 3..12), pick in any::<prop::sample::Index>(), shape in shape()) {
        let source = words.join(" ");
        let i = pick.index(words.len());
        let start: usize = words[..i].iter().map(|w| w.len() + 1).sum();
        let range = start..start + words[i].len();
        let mut text = Text::from_source(source);
        text.apply(&[Edit::mark(range.clone(), MarkKind::Em)]);
        let changes: Vec<Edit> = edits(text.len(), &shape)
            .into_iter()
            .filter(|(r, _)| r.end <= range.start || r.start >= range.end)
            .map(|(r, w)| Edit::replace(r, w))
            .collect();
        text.apply(&changes);
        prop_assert_eq!(text.marks().len(), 1);
        prop_assert_eq!(&text.as_str()[text.marks()[0].range()], words[i].as_str());
    }
}
