//! In: a page's side, folio and chapter. Out: its running head and folio.

use crate::typeset::design::{HeadText, Line as GridLine, Place, Type};
use crate::typeset::flow::Setter;
use crate::typeset::heading::roman;
use crate::typeset::length::Length;
use crate::typeset::line::Line;
use crate::typeset::page::{Folio, Ink, Item, Owner, Shape, Side};
use crate::typeset::sheet::place;

/// A centred head keeps this many em free, so that it does not reach the folio beside it.
const HEAD_CLEAR_EM: f64 = 4.0;

/// The running heads of one chapter.
pub(super) struct Heads {
    verso: Option<Line>,
    recto: Option<Line>,
}

impl Heads {
    /// Sets the heads of a chapter called `chapter`.
    pub(super) fn new(setter: &Setter<'_>, chapter: &str) -> Self {
        let furniture = &setter.layout.design.furniture;
        Self { verso: head(setter, furniture.verso, chapter), recto: head(setter, furniture.recto, chapter) }
    }
}

/// The words of a head, shorter where they are too long for the line.
fn head(setter: &Setter<'_>, text: HeadText, chapter: &str) -> Option<Line> {
    let layout = setter.layout;
    let meta = &setter.book.meta;
    let furniture = &layout.design.furniture;
    let book = meta.short_title.as_deref().unwrap_or(&meta.title);
    let words = match text {
        HeadText::Author => meta.author_line(setter.wording.and).unwrap_or_else(|| book.to_owned()),
        HeadText::Title => book.to_owned(),
        HeadText::Chapter => chapter.to_owned(),
    };
    let room = layout.measure() - Length::pt(HEAD_CLEAR_EM * layout.size);
    let cut = words.split_once(": ").map(|(short, _)| short.to_owned());
    [Some(words), cut, Some(book.to_owned())]
        .into_iter()
        .flatten()
        .filter(|words| !words.trim().is_empty())
        .map(|words| setter.label(&words, &furniture.head))
        .find(|line| line.width <= room)
}

/// A folio as printed.
pub(super) fn folio_text(folio: Folio) -> String {
    match folio {
        Folio::Roman(number) => roman(number).to_lowercase(),
        Folio::Arabic(number) => number.to_string(),
    }
}

/// A folio in type; roman ones in small capitals where the design says so and the face has them.
fn folio_line(setter: &Setter<'_>, folio: Folio) -> Line {
    let letter = setter.layout.design.furniture.folio;
    match folio {
        Folio::Roman(_) => setter.label(&folio_text(folio), &letter),
        Folio::Arabic(_) => {
            let letter = Type { caps: crate::typeset::design::Caps::None, ..letter };
            setter.label(&folio_text(folio), &letter)
        }
    }
}

/// Adds head and folio to a page, before everything that stands on it. `x` counts from the
/// text's left edge.
pub(super) fn furnish(
    setter: &Setter<'_>,
    heads: &Heads,
    (side, folio): (Side, Folio),
    (with_head, with_folio): (bool, bool),
    items: &mut Vec<Item>,
) {
    let mut out = Vec::new();
    let furniture = &setter.layout.design.furniture;
    let number = with_folio.then(|| folio_line(setter, folio));
    if with_head {
        let head = match side {
            Side::Verso => heads.verso.as_ref(),
            Side::Recto => heads.recto.as_ref(),
        };
        running(setter, head, number.as_ref(), side, &mut out);
    } else if let Some(number) = number {
        let x = across(setter, &number, furniture.opening_folio_place, side);
        drop_in(setter, &number, x, furniture.opening_folio_line, &mut out);
    }
    items.splice(0..0, out);
}

fn running(setter: &Setter<'_>, head: Option<&Line>, number: Option<&Line>, side: Side, out: &mut Vec<Item>) {
    let layout = setter.layout;
    let furniture = &layout.design.furniture;
    let beside = number.map_or(Length::ZERO, |n| n.width + layout.points(furniture.gap));
    if let Some(head) = head {
        let x = match (furniture.head_place, side) {
            (Place::Centre, _) => (layout.measure() - head.width) / 2,
            (Place::Outer, Side::Verso) => beside,
            (Place::Outer, Side::Recto) => layout.measure() - beside - head.width,
        };
        drop_in(setter, head, x, furniture.head_line, out);
    }
    if let Some(number) = number {
        let x = across(setter, number, furniture.folio_place, side);
        drop_in(setter, number, x, furniture.folio_line, out);
    }
    if let Some((thickness, below)) = furniture.rule {
        let height = layout.rule(thickness);
        let baseline = layout.baseline(furniture.head_line.number(layout.lines));
        let y = baseline + layout.points(below) - height / 2;
        let shape = Shape::Rule { x: Length::ZERO, y, width: layout.measure(), height, ink: Ink::Black(100) };
        out.push(Item { shape, owner: Owner::Furniture });
    }
}

fn across(setter: &Setter<'_>, line: &Line, at: Place, side: Side) -> Length {
    match (at, side) {
        (Place::Centre, _) => (setter.layout.measure() - line.width) / 2,
        (Place::Outer, Side::Verso) => Length::ZERO,
        (Place::Outer, Side::Recto) => setter.layout.measure() - line.width,
    }
}

fn drop_in(setter: &Setter<'_>, line: &Line, x: Length, at: GridLine, out: &mut Vec<Item>) {
    let layout = setter.layout;
    let y = layout.baseline(at.number(layout.lines));
    place(line, x - line.x, y, Some(Owner::Furniture), out);
}
