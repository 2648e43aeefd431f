//! In: a design's sheet (title page, opening, part page) and the words for its fields. Out: the
//! glyphs and signs in their places.

use crate::text::Text;
use crate::typeset::design::{Align, Caps, Field, Line as GridLine, Mark, Piece, Sheet, Type, ornament};
use crate::typeset::flow::Setter;
use crate::typeset::layout::Layout;
use crate::typeset::length::Length;
use crate::typeset::line::{Line, LineRun, break_by_sense, set_line};
use crate::typeset::page::{Item, Owner, Shape};
use crate::typeset::shape::{Capitals, Paragraph, Style, StyledSpan};
use crate::typeset::styled::{self, Marks, Nodes};

/// How far a sheet is drawn together, step by step, until it fits a page of large type.
const TIGHTER: [f64; 6] = [1.0, 0.85, 0.7, 0.58, 0.48, 0.4];

/// Words for a field of a sheet.
#[derive(Clone)]
pub(super) enum Words {
    /// Words of the design or of the metadata.
    Plain(String),
    /// A heading of the text, with its marks.
    Marked(Text),
}

impl Words {
    /// The words without their marks.
    pub(super) fn plain(&self) -> &str {
        match self {
            Self::Plain(words) => words,
            Self::Marked(text) => text.as_str(),
        }
    }
}

/// A field with its words and the structure node that they belong to.
pub(super) struct Filled {
    pub(super) field: Field,
    pub(super) words: Words,
    pub(super) owner: u32,
}

/// A sheet in its place.
#[derive(Default)]
pub(super) struct Laid {
    /// Items with x right of the text's left edge, y from the head of the page.
    pub(super) items: Vec<Item>,
    /// Line of the last baseline of words.
    pub(super) last_words: Option<i32>,
    /// Line of the lowest thing.
    pub(super) last: Option<i32>,
    /// Lines that the title takes.
    pub(super) title_lines: usize,
    /// Share of the design's distances and sizes that is left.
    tightness: f64,
    /// Where the last words stand, between lines too.
    under: f64,
    /// Whether they are counted from the foot of the page.
    on_foot: bool,
    /// The lowest line of what is counted from the head.
    low: f64,
    /// The highest line of what is counted from the foot.
    foot: Option<f64>,
}

impl Laid {
    fn fits(&self, room: u32) -> bool {
        self.low <= f64::from(room).min(self.foot.map_or(f64::MAX, |foot| foot - 1.0))
    }

    fn reach(&mut self, first: f64, last: f64) {
        if self.on_foot {
            self.foot = Some(self.foot.map_or(first, |foot| foot.min(first)));
        } else {
            self.low = self.low.max(last);
        }
        let last = last.ceil() as i32;
        self.last = Some(self.last.map_or(last, |l| l.max(last)));
    }
}

impl Setter<'_> {
    /// Lays a sheet out with the fields that have words, on the first `room` lines of a page; what
    /// would not fit there, where type is large or a title long, is drawn together.
    pub(super) fn sheet(&self, sheet: &Sheet, fields: &[Filled], nodes: &mut Nodes, room: u32) -> Laid {
        let (all, links) = (nodes.all.len(), nodes.links.len());
        let mut laid = Laid::default();
        // Where the tightest does not fit, its ornaments fall away.
        let tries =
            TIGHTER.iter().map(|tightness| (*tightness, true)).chain(TIGHTER.last().map(|t| (*t, false)));
        for (tightness, ornaments) in tries {
            nodes.all.truncate(all);
            nodes.links.truncate(links);
            laid = self.sheet_at(tightness, ornaments, sheet, fields, nodes);
            if laid.fits(room) {
                break;
            }
        }
        laid
    }

    fn sheet_at(
        &self,
        tightness: f64,
        ornaments: bool,
        sheet: &Sheet,
        fields: &[Filled],
        nodes: &mut Nodes,
    ) -> Laid {
        let mut laid = Laid { tightness, ..Laid::default() };
        let titled = fields.iter().any(|f| matches!(f.field, Field::Title | Field::BookTitle));
        let anything = !fields.is_empty();
        for piece in sheet {
            if let Some(mark) = &piece.mark {
                // A sign under the words falls away with them.
                if ornaments && anything && (laid.last_words.is_some() || piece.line.is_some()) {
                    self.sheet_mark(piece, mark, &mut laid);
                }
                continue;
            }
            let own = piece.words.as_ref().map(|words| (Words::Plain(words.clone()), None));
            let wanted = piece.field;
            let field = fields.iter().find(|f| Some(f.field) == wanted);
            let Some((words, owner)) = own.or_else(|| field.map(|f| (f.words.clone(), Some(f.owner)))) else {
                continue;
            };
            // Without a title the number takes its line and its size.
            let piece = if wanted == Some(Field::Number) && !titled {
                sheet.iter().find(|p| p.field == Some(Field::Title)).unwrap_or(piece)
            } else {
                piece
            };
            self.sheet_words(piece, &words, owner, nodes, &mut laid);
        }
        laid
    }

    fn sheet_words(
        &self,
        piece: &Piece,
        words: &Words,
        owner: Option<u32>,
        nodes: &mut Nodes,
        laid: &mut Laid,
    ) {
        let Some(letter) = piece.letter else { return };
        let room = self.layout.measure().scaled((piece.width * 1000.0) as i64, 1000);
        let letter = Type { size: letter.size * laid.tightness, ..letter };
        let mut pitch = piece.pitch;
        let mut lines = self.display(words, &letter, room, owner.unwrap_or(0), nodes);
        if let Some(long) = piece.long {
            let longest = lines.iter().map(|l| letters(words, l)).max().unwrap_or(0);
            if lines.len() > long.lines || longest > long.letters {
                pitch = long.pitch;
                let letter = Type { size: long.size * laid.tightness, ..letter };
                lines = self.display(words, &letter, room, owner.unwrap_or(0), nodes);
            }
        }
        if lines.is_empty() {
            return;
        }
        let first = self.sheet_line(piece, piece.below.map_or(1.0, f64::ceil), laid);
        if matches!(piece.field, Some(Field::Title | Field::BookTitle)) {
            laid.title_lines = lines.len();
        }
        let pitch = f64::from(pitch) * laid.tightness;
        let height = (lines.len() - 1) as f64 * pitch;
        // Words on the last lines of the page grow upwards.
        let first = if matches!(piece.line, Some(GridLine::Foot(_))) { first - height } else { first };
        for (index, line) in lines.into_iter().enumerate() {
            let x = self.layout.align(&line, piece.align, piece.optical, self);
            let owner = owner.map_or(Owner::Decoration, Owner::Content);
            let y = self.layout.at_line(first + index as f64 * pitch);
            place(&line, x, y, Some(owner), &mut laid.items);
        }
        laid.under = laid.under.max(first + height);
        laid.last_words = Some(laid.under.ceil() as i32);
        laid.reach(first, first + height);
    }

    /// The line of a piece: its own, or so far `below` the last words.
    fn sheet_line(&self, piece: &Piece, below: f64, laid: &mut Laid) -> f64 {
        match piece.line {
            Some(GridLine::Head(line)) if line > 1 => {
                laid.on_foot = false;
                1.0 + f64::from(line - 1) * laid.tightness
            }
            Some(line) => {
                laid.on_foot = matches!(line, GridLine::Foot(_));
                f64::from(line.number(self.layout.lines))
            }
            None => laid.under + below * laid.tightness,
        }
    }

    /// The lines of display words, broken by sense; smaller where a word does not fit.
    pub(super) fn display(
        &self,
        words: &Words,
        letter: &Type,
        room: Length,
        owner: u32,
        nodes: &mut Nodes,
    ) -> Vec<Line> {
        let mut style = self.layout.style(letter);
        let (text, mut spans) = self.display_text(words, &mut style, letter.caps, owner, nodes);
        if text.trim().is_empty() {
            return Vec::new();
        }
        // The size falls until the longest word fits.
        for _ in 0..4 {
            let ranges = break_by_sense(self.shaper, &text, &style, self.language, room);
            let lines: Vec<Line> = ranges.into_iter().map(|r| self.display_line(&text, &spans, r)).collect();
            let widest = lines.iter().map(|l| l.width).max().unwrap_or_default();
            if widest <= room + Length::POINT || style.size < Length::pt(6.0) {
                return lines;
            }
            let smaller = |size: Length| size.scaled(room.0, widest.0 + 1);
            style = style.size(smaller(style.size));
            for span in &mut spans {
                span.style = span.style.size(smaller(span.style.size));
            }
        }
        break_by_sense(self.shaper, &text, &style, self.language, room)
            .into_iter()
            .map(|r| self.display_line(&text, &spans, r))
            .collect()
    }

    fn display_text(
        &self,
        words: &Words,
        style: &mut Style,
        caps: Caps,
        owner: u32,
        nodes: &mut Nodes,
    ) -> (String, Vec<StyledSpan<'static>>) {
        let (text, spans) = match words {
            Words::Plain(words) => {
                let span = StyledSpan { range: 0..words.len(), style: *style, owner, language: None };
                (words.clone(), vec![span])
            }
            Words::Marked(text) => {
                let mut number = |_| None;
                let mut marks = Marks { number: &mut number, plain_emphasis: false };
                let styled = styled::style(text, *style, owner, nodes, &mut marks);
                (styled.text, styled.spans)
            }
        };
        let real = match caps {
            Caps::None => true,
            Caps::Small | Caps::CapSmall => self.shaper.fonts().has_small_capitals(style.slot, &text),
            Caps::All => {
                let upper = text.to_uppercase();
                if upper.len() == text.len() {
                    return (upper, spans);
                }
                let span = StyledSpan { range: 0..upper.len(), style: *style, owner, language: None };
                return (upper, vec![span]);
            }
        };
        if real {
            return (text, spans);
        }
        // Without real small capitals the words stand as they are, and closer.
        let plain = |s: Style| s.capitals(Capitals::AsWritten).tracking(s.tracking / 4);
        *style = plain(*style);
        let spans = spans.into_iter().map(|s| StyledSpan { style: plain(s.style), ..s }).collect();
        (text, spans)
    }

    fn display_line(&self, text: &str, spans: &[StyledSpan<'static>], range: std::ops::Range<usize>) -> Line {
        let inside = spans
            .iter()
            .filter(|s| s.range.start < range.end && s.range.end > range.start)
            .map(|s| StyledSpan {
                range: s.range.start.max(range.start) - range.start..s.range.end.min(range.end) - range.start,
                ..s.clone()
            })
            .collect();
        let line = Paragraph { text: &text[range], spans: inside, language: self.language, initial: false };
        crate::typeset::line::set_styled_line(self.shaper, &line)
    }

    fn sheet_mark(&self, piece: &Piece, mark: &Mark, laid: &mut Laid) {
        let below = piece.below.unwrap_or(if piece.line.is_some() { 0.0 } else { 1.0 });
        let line = self.sheet_line(piece, below, laid);
        let line = if piece.line.is_some() { line + below * laid.tightness } else { line };
        let y = self.layout.at_line(line);
        let y = if piece.on_foot { y - self.layout.mark_height(mark) / 2 } else { y };
        self.layout.mark(mark, piece.align, y, &mut laid.items);
        laid.reach(line, line);
    }

    /// Words on one line, with small capitals only where they are real.
    pub(super) fn label(&self, text: &str, letter: &Type) -> Line {
        let mut style = self.layout.style(letter);
        let owner = 0;
        let words = Words::Plain(text.to_owned());
        let (text, _) = self.display_text(&words, &mut style, letter.caps, owner, &mut Nodes::default());
        set_line(self.shaper, &text, &style, self.language)
    }
}

fn letters(words: &Words, line: &Line) -> usize {
    let text = match words {
        Words::Plain(words) => words.as_str(),
        Words::Marked(text) => text.as_str(),
    };
    text.get(line.range.clone()).map_or(line.range.len(), |t| t.chars().count())
}

/// Puts the glyphs of a line on a page. `owner` wins over the owners of its runs.
pub(super) fn place(line: &Line, x: Length, y: Length, owner: Option<Owner>, items: &mut Vec<Item>) {
    put(line.runs.clone(), x, y, owner, items);
}

/// The same for the runs of a line that is placed once.
pub(super) fn put(runs: Vec<LineRun>, x: Length, y: Length, owner: Option<Owner>, items: &mut Vec<Item>) {
    for run in runs {
        let mut glyphs = run.glyphs;
        glyphs.x += x;
        glyphs.y += y;
        items.push(Item { shape: Shape::Glyphs(glyphs), owner: owner.unwrap_or(Owner::Content(run.owner)) });
    }
}

impl Layout {
    /// Where a display line begins.
    fn align(&self, line: &Line, align: Align, optical: bool, setter: &Setter<'_>) -> Length {
        let bearing = || {
            let run = line.runs.first()?;
            let face = setter.shaper.fonts().face(run.glyphs.face as u16)?;
            let left = face.bounds(run.glyphs.first()?.id).left;
            Some(run.glyphs.size.units(left, face.units_per_em))
        };
        match align {
            Align::Centre => (self.measure() - line.width) / 2,
            Align::Left if optical => -bearing().unwrap_or_default(),
            Align::Left => Length::ZERO,
            Align::Right => self.measure() - line.width,
        }
    }

    /// Height of a sign.
    pub(super) fn mark_height(&self, mark: &Mark) -> Length {
        match (&mark.ornament, mark.rule) {
            (Some(name), _) => {
                let drawing = ornament::find(name);
                if mark.full_width {
                    Length::pt(drawing.map_or(0.0, |d| d.height(self.measure().to_pt())))
                } else {
                    self.points(mark.height)
                }
            }
            (None, Some((_, thickness))) => self.points(thickness),
            (None, None) => Length::ZERO,
        }
    }

    /// Draws a sign with its middle at `y`.
    pub(super) fn mark(&self, mark: &Mark, align: Align, y: Length, items: &mut Vec<Item>) {
        let ink = self.ink(mark.ink);
        if let Some(drawing) = mark.ornament.as_deref().and_then(ornament::find) {
            let height = self.mark_height(mark).to_pt();
            let width = Length::pt(drawing.width(height));
            let pitch = self.points(mark.pitch);
            let whole = width + pitch * i64::from(mark.times.saturating_sub(1));
            let first = self.start(whole, align) + width / 2;
            for i in 0..mark.times {
                let x = first + pitch * i64::from(i);
                let shapes = drawing.shapes(x, y, height, ink);
                items.extend(shapes.map(|shape| Item { shape, owner: Owner::Decoration }));
            }
        } else if let Some((width, thickness)) = mark.rule {
            let width = self.points(width);
            let height = self.rule(thickness);
            let shape = Shape::Rule { x: self.start(width, align), y: y - height / 2, width, height, ink };
            items.push(Item { shape, owner: Owner::Decoration });
        }
    }

    /// Thickness of a rule; at least what every printer can hold where the pages go to one.
    pub(super) fn rule(&self, thickness: f64) -> Length {
        let least = self.profile.checks.as_ref().map_or(0.0, |c| c.rule_pt);
        Length::pt(thickness.max(least))
    }

    fn start(&self, width: Length, align: Align) -> Length {
        match align {
            Align::Centre => (self.measure() - width) / 2,
            Align::Left => Length::ZERO,
            Align::Right => self.measure() - width,
        }
    }
}
