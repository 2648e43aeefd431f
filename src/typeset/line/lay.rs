//! Places the glyphs of a chosen line.

use std::ops::Range;

use unicode_bidi::{BidiInfo, Level};

use crate::typeset::length::Length;
use crate::typeset::line::cost::{Content, Limits};
use crate::typeset::line::graph::Chosen;
use crate::typeset::line::{Align, Line, LineEnd, LineParams, LineRun, Measure};
use crate::typeset::page::{Glyph, GlyphRun};
use crate::typeset::shape::{Piece, Prepared, Shaper};

/// A glyph scale of 1.
const UNSCALED: i32 = 65_536;

/// The words and spaces of a line, in order of the text.
struct Material {
    items: Vec<Item>,
    text: Length,
    gaps: Length,
    space: Length,
}

enum Item {
    Word(Piece),
    /// The white space behind the token with this index.
    Space(usize),
}

/// Places a line of a solved paragraph; `index` is its number from 0.
pub(super) fn line(
    shaper: &Shaper<'_>,
    prepared: &Prepared,
    measure: &Measure,
    params: &LineParams,
    limits: &Limits,
    index: usize,
    chosen: &Chosen,
) -> Line {
    let (from, to) = (&chosen.from, &chosen.to);
    let end = (to.token, to.at, to.end == LineEnd::SoftHyphen);
    let material = gather(shaper, prepared, (from.next, from.next_at), end);
    let inset = measure.inset(index);
    let hang_left = if inset == measure.rest { from.hang_left } else { Length::ZERO };
    let room = measure.width - inset;
    let content = Content {
        room: room + hang_left + to.hang_right,
        text: material.text,
        space: material.space,
        gaps: material.gaps,
    };
    let t = chosen.fit.t;
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
        Align::Right => inset + room + to.hang_right - width,
        Align::Centred => inset + (room - width).scaled(1, 2),
    };
    let runs = Setter::new(prepared, letterspace, scale).place(&material, x, spaces);
    let beyond = if prepared.right_to_left { -x } else { x + width - measure.width };
    let mut right = beyond - to.hang_right;
    if right < Length::POINT {
        right = Length::ZERO;
    }
    Line {
        runs,
        range: from.next_at..to.at.max(from.next_at),
        x,
        width,
        natural,
        end: to.end,
        stretch: chosen.fit.x,
        letters: t,
        overfull: right,
    }
}

/// Places all of a paragraph on one line at its natural width, from x = 0.
pub(super) fn natural(shaper: &Shaper<'_>, prepared: &Prepared) -> Line {
    let last = prepared.tokens.len() - 1;
    let end = (last, prepared.tokens[last].range.end, false);
    let start = prepared.tokens[0].range.start;
    let material = gather(shaper, prepared, (0, start), end);
    let width = material.text + material.space;
    let runs = Setter::new(prepared, 0.0, UNSCALED).place(&material, Length::ZERO, material.space);
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

/// The pieces from byte `from.1` of token `from.0` to byte `to.1` of token `to.0`.
fn gather(
    shaper: &Shaper<'_>,
    prepared: &Prepared,
    from: (usize, usize),
    to: (usize, usize, bool),
) -> Material {
    let mut out = Material { items: Vec::new(), text: Length::ZERO, gaps: Length::ZERO, space: Length::ZERO };
    for token in from.0..=to.0.min(prepared.tokens.len() - 1) {
        let here = &prepared.tokens[token];
        let start = if token == from.0 { from.1 } else { here.range.start };
        let (end, hyphen) = if token == to.0 { (to.1, to.2) } else { (here.range.end, false) };
        prepared.fragment(shaper, token, start..end, hyphen, |piece| {
            let span = &prepared.spans[piece.span];
            out.text += span.width(&piece.word);
            out.gaps += span.gaps(&piece.word);
            out.items.push(Item::Word(piece.clone()));
        });
        if token != to.0 {
            if here.glue.elastic {
                out.space += here.glue.width;
            } else {
                out.text += here.glue.width;
            }
            if !here.glue.range.is_empty() {
                out.items.push(Item::Space(token));
            }
        }
    }
    out
}

/// Turns words and spaces into runs of glyphs.
struct Setter<'a> {
    prepared: &'a Prepared,
    /// Letterspace of the line, in em.
    letterspace: f64,
    /// Glyph scale of the line, in 1/65536.
    scale: i32,
    runs: Vec<LineRun>,
    pen: Length,
    /// Whether the pen was moved since the last glyph, so that a new run begins.
    jumps: bool,
}

impl<'a> Setter<'a> {
    const fn new(prepared: &'a Prepared, letterspace: f64, scale: i32) -> Self {
        Self { prepared, letterspace, scale, runs: Vec::new(), pen: Length::ZERO, jumps: false }
    }

    /// Size of the glyphs of a piece.
    fn size(&self, piece: &Piece) -> Length {
        self.prepared.spans[piece.span].style.size.scaled(piece.word.size, 1000)
    }

    fn scaled(&self, length: Length) -> Length {
        if self.scale == UNSCALED {
            length
        } else {
            length.scaled(i64::from(self.scale), i64::from(UNSCALED))
        }
    }

    /// What stands between two letters of a style on this line.
    fn letterspace(&self, span: usize) -> Length {
        let span = &self.prepared.spans[span];
        span.tracking() + Length((span.style.size.0 as f64 * self.letterspace).round() as i64)
    }

    /// Sets everything from `x`, sharing `spaces` among the elastic spaces by their width. Runs
    /// come in reading order wherever they stand.
    fn place(mut self, material: &Material, x: Length, spaces: Length) -> Vec<LineRun> {
        self.pen = x;
        let starts = if self.prepared.mixed { Some(self.starts(material, x, spaces)) } else { None };
        let (mut natural, mut given) = (Length::ZERO, Length::ZERO);
        for (i, item) in material.items.iter().enumerate() {
            if let Some(starts) = &starts {
                self.jumps = self.pen != starts[i];
                self.pen = starts[i];
            }
            match item {
                Item::Word(piece) => self.word(piece),
                Item::Space(token) => {
                    let width = self.shared(*token, material, spaces, &mut natural, &mut given);
                    self.space(*token, width);
                }
            }
        }
        self.runs
    }

    /// Width of a space: its share of `spaces`, so that all of them are given away exactly.
    fn shared(
        &self,
        token: usize,
        material: &Material,
        spaces: Length,
        natural: &mut Length,
        given: &mut Length,
    ) -> Length {
        let glue = &self.prepared.tokens[token].glue;
        if !glue.elastic || material.space == Length::ZERO {
            return glue.width;
        }
        *natural += glue.width;
        let all = spaces.scaled(natural.0, material.space.0);
        let width = all - *given;
        *given = all;
        width
    }

    /// Where each item of a line begins that has words from right to left (UAX 9, L2).
    fn starts(&self, material: &Material, x: Length, spaces: Length) -> Vec<Length> {
        let base = u8::from(self.prepared.right_to_left);
        let level_of = |item: Option<&Item>| match item {
            Some(Item::Word(piece)) => Some(piece.level),
            Some(Item::Space(_)) | None => None,
        };
        let (mut natural, mut given) = (Length::ZERO, Length::ZERO);
        let mut widths = Vec::with_capacity(material.items.len());
        let mut levels = Vec::with_capacity(material.items.len());
        for (i, item) in material.items.iter().enumerate() {
            match item {
                Item::Word(piece) => {
                    widths.push(self.word_width(piece));
                    levels.push(piece.level);
                }
                Item::Space(token) => {
                    widths.push(self.shared(*token, material, spaces, &mut natural, &mut given));
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
    fn word_width(&self, piece: &Piece) -> Length {
        let (size, letterspace) = (self.size(piece), self.letterspace(piece.span));
        let glyphs = piece.word.glyphs.iter();
        glyphs
            .map(|g| {
                let kern =
                    if g.step == g.advance { Length::ZERO } else { size.units(g.step - g.advance, g.units) };
                let gap = if g.gap { letterspace } else { Length::ZERO };
                self.scaled(size.units(g.advance, g.units)) + self.scaled(kern) + gap
            })
            .sum()
    }

    fn word(&mut self, piece: &Piece) {
        let span = &self.prepared.spans[piece.span];
        let size = self.size(piece);
        let rise = span.style.size.scaled(piece.word.rise, 1000);
        let letterspace = self.letterspace(piece.span);
        for group in piece.word.glyphs.chunk_by(|a, b| a.face == b.face) {
            let from = group.iter().map(|g| g.text.0).min().unwrap_or(0);
            let to = group.iter().map(|g| g.text.1).max().unwrap_or(0);
            let text = piece.range.start + from as usize..piece.range.start + to as usize;
            let run = self.run(piece.span, group[0].face, size, text.clone());
            // Glyphs of right-to-left words stand in visual order, their text in reading order.
            let base = run.text.wrapping_sub(from);
            self.runs[run.index].glyphs.glyphs.reserve(group.len());
            for glyph in group {
                let dx = if glyph.dx == 0 { Length::ZERO } else { size.units(glyph.dx, glyph.units) };
                let dy = if glyph.dy == 0 { rise } else { size.units(glyph.dy, glyph.units) + rise };
                let advance = self.scaled(size.units(glyph.advance, glyph.units));
                let kern = glyph.step - glyph.advance;
                let dx = self.pen + self.scaled(dx) - run.x;
                self.runs[run.index].glyphs.glyphs.push(Glyph {
                    id: glyph.id,
                    dx,
                    dy,
                    advance,
                    text: base.wrapping_add(glyph.text.0)..base.wrapping_add(glyph.text.1),
                    soft_hyphen: glyph.hyphen,
                });
                self.pen += advance;
                if kern != 0 {
                    self.pen += self.scaled(size.units(kern, glyph.units));
                }
                if glyph.gap {
                    self.pen += letterspace;
                }
            }
        }
    }

    fn space(&mut self, token: usize, width: Length) {
        let glue = &self.prepared.tokens[token].glue;
        let span = &self.prepared.spans[glue.span];
        let space = &span.typeface.space;
        let advance = self.scaled(span.style.size.units(space.advance, space.units));
        let length = glue.range.len() as u32;
        let run = self.run(glue.span, space.face, span.style.size, glue.range.clone());
        self.runs[run.index].glyphs.glyphs.push(Glyph {
            id: space.id,
            dx: self.pen - run.x,
            dy: Length::ZERO,
            advance,
            text: run.text..run.text + length,
            soft_hyphen: false,
        });
        self.pen += width;
    }

    /// The run that takes glyphs of this look: the last one, or a new one. The bytes `text` are
    /// put behind its text.
    fn run(&mut self, span: usize, face: u16, size: Length, text: Range<usize>) -> Place {
        let span = &self.prepared.spans[span];
        let jumps = std::mem::take(&mut self.jumps);
        let fits = self.runs.last().is_some_and(|r| {
            !jumps
                && r.owner == span.owner
                && r.glyphs.face == face as usize
                && r.glyphs.size == size
                && r.glyphs.ink == span.style.ink
        });
        if !fits {
            self.runs.push(LineRun {
                glyphs: GlyphRun {
                    face: face as usize,
                    size,
                    x: self.pen,
                    y: Length::ZERO,
                    scale: self.scale,
                    ink: span.style.ink,
                    glyphs: Vec::new(),
                    text: String::new(),
                },
                owner: span.owner,
                start: text.start,
            });
        }
        let index = self.runs.len() - 1;
        let run = &mut self.runs[index].glyphs;
        let place = Place { index, x: run.x, text: run.text.len() as u32 };
        run.text.push_str(&self.prepared.text[text]);
        place
    }
}

/// Where glyphs go: index of the run, its origin, and where their text begins in its text.
struct Place {
    index: usize,
    x: Length,
    text: u32,
}
