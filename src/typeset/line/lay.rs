//! Places the glyphs of a chosen line.

use std::cell::Cell;
use std::ops::Range;
use std::sync::Arc;

use unicode_bidi::{BidiInfo, Level};

use crate::typeset::font::FaceId;

use crate::typeset::length::Length;
use crate::typeset::line::cost::{Content, Limits};
use crate::typeset::line::graph::Chosen;
use crate::typeset::line::{Align, Line, LineEnd, LineParams, LineRun, Measure};
use crate::typeset::page::{GlyphRun, PlacedWord, WordTable};
use crate::typeset::shape::{EM, FULL_SIZE, Glue, Piece, Prepared, Shaper};
use crate::typeset::shared::SharedStr;

/// A glyph scale of 1.
const UNSCALED: i32 = GlyphRun::UNSCALED;

/// Glyph scales differ by multiples of this: by less nobody sees, and files name few different ones.
const SCALE_STEP: f64 = 0.0005;

/// Words and spaces for which a thread keeps room, at most: more than any line of a book has.
const MOST_KEPT: usize = 1024;

/// The words and spaces of a line, in order of the text.
#[derive(Debug, Default)]
pub(super) struct Material {
    items: Vec<Item>,
    text: Length,
    gaps: Length,
    space: Length,
}

#[derive(Debug)]
enum Item {
    Word(Piece),
    /// The white space behind the token with this index.
    Space(usize),
}

/// What the lines of a solved paragraph are placed with.
pub(super) struct Place<'a> {
    pub(super) shaper: &'a Shaper<'a>,
    pub(super) prepared: &'a Prepared,
    pub(super) measure: &'a Measure,
    pub(super) params: &'a LineParams,
    pub(super) limits: &'a Limits,
}

impl Place<'_> {
    /// Places a line; `index` is its number from 0. `material` lends its memory.
    pub(super) fn line(&self, index: usize, chosen: &Chosen, material: &mut Material) -> Line {
        let Self { shaper, prepared, measure, params, limits } = self;
        let (next, next_at) = (chosen.next as usize, chosen.next_at as usize);
        let (token, at) = (chosen.token as usize, chosen.at as usize);
        let soft = chosen.end == LineEnd::SoftHyphen;
        material.gather(shaper, prepared, (next, next_at), (token, at, soft));
        let inset = measure.inset(index);
        let hang_left = if inset == measure.rest { chosen.hang_left } else { Length::ZERO };
        let room = measure.width - inset;
        let content = Content {
            room: room + hang_left + chosen.hang_right,
            text: material.text,
            space: material.space,
            gaps: material.gaps,
        };
        let t = in_steps(chosen.fit.t, params.scale * limits.elasticity);
        let letterspace = params.letterspace * limits.elasticity * t;
        let scale = UNSCALED + (params.scale * limits.elasticity * t * f64::from(UNSCALED)).round() as i32;
        let words = material.text
            + Length((material.text.0 as f64 * (f64::from(scale) / f64::from(UNSCALED) - 1.0)).round() as i64)
            + Length((material.gaps.0 as f64 * letterspace).round() as i64);
        let justified = measure.align == Align::Justified && (chosen.fit.x - 1.0).abs() > 0.0;
        let spaces = if justified { content.room - words } else { material.space };
        let width = words + spaces;
        let as_drawn = !justified && scale == UNSCALED;
        let natural = if as_drawn { width } else { material.text + material.space };
        let x = match measure.align {
            Align::Justified | Align::Left if !prepared.right_to_left => inset - hang_left,
            // What reads from the right begins there: indents are at the right, short lines end at the left, and what
            // hangs out of a line's beginning hangs there.
            Align::Justified | Align::Left => room + hang_left - width,
            Align::Right => inset + room + chosen.hang_right - width,
            Align::Centred => inset + (room - width).scaled(1, 2),
        };
        let runs = Setter::new(shaper, prepared, letterspace, scale).place(material, x, spaces);
        let beyond = if prepared.right_to_left { -x } else { x + width - measure.width };
        let mut right = beyond - chosen.hang_right;
        if right < Length::POINT {
            right = Length::ZERO;
        }
        Line {
            runs,
            range: next_at..at.max(next_at),
            x,
            width,
            natural,
            end: chosen.end,
            stretch: chosen.fit.x,
            letters: t,
            overfull: right,
        }
    }
}

/// The next share of what letters give, for which the glyph scale, at most `most` more or less than drawn, is one of
/// the steps. What it gives less or more, the line's spaces take.
fn in_steps(share: f64, most: f64) -> f64 {
    let steps = most / SCALE_STEP;
    if steps < 1.0 { share } else { (share * steps).round() / steps }
}

/// Places all of a paragraph on one line at its natural width, from x = 0.
pub(super) fn natural(shaper: &Shaper<'_>, prepared: &Prepared) -> Line {
    let last = prepared.tokens.len() - 1;
    let end = (last, prepared.tokens[last].range().end, false);
    let start = prepared.tokens[0].range().start;
    let mut material = Material::default();
    material.gather(shaper, prepared, (0, start), end);
    let width = material.text + material.space;
    let runs = Setter::new(shaper, prepared, 0.0, UNSCALED).place(&material, Length::ZERO, material.space);
    Line {
        runs,
        range: start..end.1,
        x: Length::ZERO,
        width,
        natural: width,
        end: LineEnd::Last,
        stretch: 1.0,
        letters: 0.0,
        overfull: Length::ZERO,
    }
}

thread_local! {
    /// The memory of the last material, for the next one.
    static LAST: Cell<Vec<Item>> = Cell::default();
}

impl Material {
    /// One without words, in the memory of the last one of this thread.
    pub(super) fn take() -> Self {
        Self { items: LAST.take(), ..Self::default() }
    }

    /// Gives its memory to the next one.
    pub(super) fn give_back(mut self) {
        self.items.clear();
        self.items.shrink_to(MOST_KEPT);
        LAST.set(self.items);
    }

    /// Takes the pieces from byte `from.1` of token `from.0` to byte `to.1` of token `to.0`.
    fn gather(
        &mut self,
        shaper: &Shaper<'_>,
        prepared: &Prepared,
        from: (usize, usize),
        to: (usize, usize, bool),
    ) {
        let tokens = from.0..=to.0.min(prepared.tokens.len() - 1);
        self.items.clear();
        self.items.reserve(2 * (tokens.end() + 1).saturating_sub(*tokens.start()));
        (self.text, self.gaps, self.space) = (Length::ZERO, Length::ZERO, Length::ZERO);
        for token in tokens {
            let here = &prepared.tokens[token];
            let start = if token == from.0 { from.1 } else { here.range().start };
            let (end, hyphen) = if token == to.0 { (to.1, to.2) } else { (here.range().end, false) };
            if (start, end, hyphen) == (here.range().start, here.range().end, false) {
                self.text += here.width;
                self.gaps += here.gaps;
                self.items.extend(prepared.pieces(token).iter().map(|p| Item::Word(*p)));
            } else {
                prepared.fragment(shaper, token, start..end, hyphen, |piece| {
                    let span = &prepared.spans[piece.span()];
                    self.text += span.width(span.word(&piece));
                    self.gaps += span.gaps(span.word(&piece));
                    self.items.push(Item::Word(piece));
                });
            }
            if token != to.0 {
                let glue = prepared.glue(here);
                *if glue.elastic { &mut self.space } else { &mut self.text } += glue.width;
                if !prepared.glue_range(token).is_empty() {
                    self.items.push(Item::Space(token));
                }
            }
        }
    }
}

/// Shares the white of a line out among its elastic spaces by their width, so that all of it is given away exactly.
struct Shares {
    /// What there is, and the natural width of all spaces.
    spaces: Length,
    all: Length,
    /// Natural width of the spaces up to here, and what they were given.
    natural: Length,
    given: Length,
}

impl Shares {
    fn new(spaces: Length, material: &Material) -> Self {
        Self { spaces, all: material.space, natural: Length::ZERO, given: Length::ZERO }
    }

    /// The width of the next space.
    fn next(&mut self, glue: &Glue) -> Length {
        if !glue.elastic || self.all == Length::ZERO {
            return glue.width;
        }
        self.natural += glue.width;
        let given = self.spaces.scaled(self.natural.0, self.all.0);
        let width = given - self.given;
        self.given = given;
        width
    }
}

/// Turns words and spaces into runs of glyphs.
struct Setter<'a> {
    word_table: &'a Arc<WordTable>,
    prepared: &'a Prepared,
    /// Letterspace of the line, in em.
    letterspace: f64,
    /// The span that was asked for last, and what [`Setter::letterspace`] said.
    last_letterspace: Option<(usize, Length)>,
    /// Glyph scale of the line, in 1/65536.
    scale: i32,
    runs: Vec<LineRun>,
    /// The run that goes on.
    open: Option<Open>,
    /// Words and spaces that are still to come.
    room: usize,
    pen: Length,
    /// Whether the pen was moved since the last glyph, so that a new run begins.
    jumps: bool,
}

/// A run to which words are added.
struct Open {
    look: Look,
    run: LineRun,
    /// The bytes of the paragraph behind those that stand in the run's text already.
    text: Range<usize>,
}

/// What the glyphs of a run have in common.
struct Look {
    span: usize,
    face: FaceId,
    units: u16,
    size: Length,
    rise: Length,
    letterspace: Length,
}

impl<'a> Setter<'a> {
    fn new(shaper: &'a Shaper<'_>, prepared: &'a Prepared, letterspace: f64, scale: i32) -> Self {
        let word_table = shaper.word_table();
        Self {
            word_table,
            prepared,
            letterspace,
            last_letterspace: None,
            scale,
            runs: Vec::with_capacity(1),
            open: None,
            room: 0,
            pen: Length::ZERO,
            jumps: false,
        }
    }

    fn scaled(&self, length: Length) -> Length {
        if self.scale == UNSCALED {
            length
        } else {
            length.scaled(i64::from(self.scale), i64::from(UNSCALED))
        }
    }

    /// What stands between two letters of a style on this line.
    fn letterspace(&mut self, index: usize) -> Length {
        if let Some((last, letterspace)) = self.last_letterspace
            && last == index
        {
            return letterspace;
        }
        let span = &self.prepared.spans[index];
        let letterspace =
            span.tracking() + Length((span.style.size.0 as f64 * self.letterspace).round() as i64);
        self.last_letterspace = Some((index, letterspace));
        letterspace
    }

    /// Sets everything from `x`, with `spaces` as its white. Runs come in reading order wherever they stand.
    fn place(mut self, material: &Material, x: Length, spaces: Length) -> Vec<LineRun> {
        self.pen = x;
        let starts = if self.prepared.mixed { Some(self.starts(material, x, spaces)) } else { None };
        let mut shares = Shares::new(spaces, material);
        for (i, item) in material.items.iter().enumerate() {
            if let Some(starts) = &starts {
                self.jumps = self.pen != starts[i];
                self.pen = starts[i];
            }
            self.room = material.items.len() - i;
            match item {
                Item::Word(piece) => self.word(piece),
                Item::Space(token) => self.space(*token, &mut shares),
            }
        }
        self.close();
        self.runs
    }

    /// Where each item of a line begins that has words from right to left (UAX 9, L2).
    fn starts(&mut self, material: &Material, x: Length, spaces: Length) -> Vec<Length> {
        let base = u8::from(self.prepared.right_to_left);
        let level_of = |item: Option<&Item>| match item {
            Some(Item::Word(piece)) => Some(piece.level),
            Some(Item::Space(_)) | None => None,
        };
        let mut shares = Shares::new(spaces, material);
        let mut widths = Vec::with_capacity(material.items.len());
        let mut levels = Vec::with_capacity(material.items.len());
        for (i, item) in material.items.iter().enumerate() {
            match item {
                Item::Word(piece) => {
                    widths.push(self.word_width(piece));
                    levels.push(piece.level);
                }
                Item::Space(token) => {
                    widths.push(shares.next(&self.prepared.glue(&self.prepared.tokens[*token])));
                    // A space goes with the words around it where they agree.
                    let around = [
                        level_of(i.checked_sub(1).and_then(|i| material.items.get(i))),
                        level_of(material.items.get(i + 1)),
                    ];
                    levels.push(around.into_iter().flatten().min().unwrap_or(base));
                }
            }
        }
        let levels: Vec<Level> = levels.into_iter().map(|l| Level::new(l).unwrap_or(Level::ltr())).collect();
        let mut starts = vec![x; widths.len()];
        let mut pen = x;
        for i in BidiInfo::reorder_visual(&levels) {
            starts[i] = pen;
            pen += widths[i];
        }
        starts
    }

    /// Width of a word on this line.
    fn word_width(&mut self, piece: &Piece) -> Length {
        let span = &self.prepared.spans[piece.span()];
        let word = span.word(piece);
        self.scaled(span.style.size.scaled(word.width, EM))
            + self.letterspace(piece.span()) * i64::from(word.gaps)
    }

    fn word(&mut self, piece: &Piece) {
        let prepared = self.prepared;
        let span = &prepared.spans[piece.span()];
        let (style, runs) = (&span.style, span.typeface.runs(span.word(piece)));
        let word = span.rest(span.word(piece));
        let size =
            if word.size == FULL_SIZE { style.size } else { style.size.scaled(word.size.into(), 1000) };
        let rise = if word.rise == 0 { Length::ZERO } else { style.size.scaled(word.rise.into(), 1000) };
        let letterspace = self.letterspace(piece.span());
        let start = piece.range().start;
        for part in &runs {
            let (face, units) = (part.face, part.units);
            let look = Look { span: piece.span(), face, units, size, rise, letterspace };
            let text = start + part.text.start as usize..start + part.text.end as usize;
            self.put(look, text, part.number);
            self.pen += self.scaled(style.size.scaled(part.width, EM)) + letterspace * i64::from(part.gaps);
        }
    }

    fn space(&mut self, token: usize, shares: &mut Shares) {
        let prepared = self.prepared;
        let glue = prepared.glue(&prepared.tokens[token]);
        let span = &prepared.spans[glue.span];
        let space = &span.typeface.space;
        let look = Look {
            span: glue.span,
            face: space.face,
            units: space.units,
            size: span.style.size,
            rise: Length::ZERO,
            letterspace: self.letterspace(glue.span),
        };
        let text = prepared.glue_range(token);
        let number = space.number(&prepared.text, text.clone());
        self.put(look, text, number);
        self.pen += shares.next(&glue);
    }

    /// Puts glyphs at the pen: into the open run where it has their look, or into a new one.
    fn put(&mut self, look: Look, text: Range<usize>, number: u32) {
        let jumps = std::mem::take(&mut self.jumps);
        if let Some(open) = &mut self.open
            && !jumps
            && open.look.is_like(&look, self.prepared)
        {
            if open.text.end == text.start {
                open.text.end = text.end;
            } else {
                open.gather(self.prepared);
                open.text = text.clone();
            }
            let run = &mut open.run.glyphs;
            let start = (run.text.len() + text.start - open.text.start) as u32;
            run.words.push(PlacedWord { number, start, dx: self.pen - run.x });
            return;
        }
        self.close();
        let mut words = Vec::with_capacity(self.room);
        words.push(PlacedWord { number, start: 0, dx: Length::ZERO });
        let span = &self.prepared.spans[look.span];
        let glyphs = GlyphRun {
            face: usize::from(look.face),
            units_per_em: look.units,
            size: look.size,
            x: self.pen,
            y: Length::ZERO,
            rise: look.rise,
            scale: self.scale,
            letterspace: look.letterspace,
            ink: span.style.ink,
            word_table: Arc::clone(self.word_table),
            words,
            text: SharedStr::new(&self.prepared.text, text.start..text.start),
        };
        let run = LineRun { glyphs, owner: span.owner, start: text.start };
        self.open = Some(Open { look, run, text });
    }

    /// Ends the open run.
    fn close(&mut self) {
        if let Some(mut open) = self.open.take() {
            open.gather(self.prepared);
            self.runs.push(open.run);
        }
    }
}

impl Open {
    /// Puts its bytes into the run's text.
    fn gather(&mut self, prepared: &Prepared) {
        self.run.glyphs.text.push(&prepared.text, self.text.clone());
    }
}

impl Look {
    /// Whether glyphs of both may stand in one run.
    fn is_like(&self, other: &Self, prepared: &Prepared) -> bool {
        let alike = || {
            let (a, b) = (&prepared.spans[self.span], &prepared.spans[other.span]);
            a.owner == b.owner && a.style.ink == b.style.ink
        };
        self.face == other.face
            && self.size == other.size
            && self.letterspace == other.letterspace
            && self.rise == other.rise
            && (self.span == other.span || alike())
    }
}
