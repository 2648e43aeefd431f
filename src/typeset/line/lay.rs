//! Places the glyphs of a chosen line.

use std::ops::Range;

use crate::typeset::length::Length;
use crate::typeset::line::cost::{Content, Limits};
use crate::typeset::line::graph::Chosen;
use crate::typeset::line::{Align, Line, LineEnd, LineParams, LineRun, Measure};
use crate::typeset::page::{Glyph, GlyphRun};
use crate::typeset::shape::{Piece, Prepared, Shaper, WordGlyph};

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
    let setter = Setter::new(shaper, prepared, letterspace, scale);
    let words = setter.words_width(&material);
    // What is left for the spaces is known to the unit, so that the margin is straight.
    let justified = measure.align == Align::Justified && (chosen.fit.x - 1.0).abs() > 0.0;
    let spaces = if justified { content.room - words } else { material.space };
    let width = words + spaces;
    let as_drawn = !justified && scale == UNSCALED;
    let natural = if as_drawn { width } else { material.text + material.space };
    let x = inset
        + match measure.align {
            Align::Justified | Align::Left => -hang_left,
            Align::Right => room + to.hang_right - width,
            Align::Centred => (room - width).scaled(1, 2),
        };
    let runs = setter.place(&material, x, spaces);
    let mut right = x + width - to.hang_right - measure.width;
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
    let setter = Setter::new(shaper, prepared, 0.0, UNSCALED);
    let width = setter.words_width(&material) + material.space;
    let runs = setter.place(&material, Length::ZERO, material.space);
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
    shaper: &'a Shaper<'a>,
    prepared: &'a Prepared,
    /// Letterspace of the line, in em.
    letterspace: f64,
    /// Glyph scale of the line, in 1/65536.
    scale: i32,
    runs: Vec<LineRun>,
    pen: Length,
}

impl<'a> Setter<'a> {
    const fn new(shaper: &'a Shaper<'a>, prepared: &'a Prepared, letterspace: f64, scale: i32) -> Self {
        Self { shaper, prepared, letterspace, scale, runs: Vec::new(), pen: Length::ZERO }
    }

    /// Width of the words and the fixed spaces, with letterspace and scale, to the unit.
    fn words_width(&self, material: &Material) -> Length {
        let mut width = Length::ZERO;
        for item in &material.items {
            match item {
                Item::Word(piece) => {
                    for glyph in &piece.word.glyphs {
                        width += self.step(piece, glyph);
                    }
                }
                Item::Space(token) => {
                    let glue = &self.prepared.tokens[*token].glue;
                    if !glue.elastic {
                        width += glue.width;
                    }
                }
            }
        }
        width
    }

    /// Size of the glyphs of a piece.
    fn size(&self, piece: &Piece) -> Length {
        self.prepared.spans[piece.span].style.size.scaled(piece.word.size, 1000)
    }

    fn units(&self, glyph: &WordGlyph) -> u16 {
        self.shaper.fonts().face(glyph.face).map_or(1000, |f| f.units_per_em)
    }

    fn scaled(&self, length: Length) -> Length {
        if self.scale == UNSCALED {
            length
        } else {
            length.scaled(i64::from(self.scale), i64::from(UNSCALED))
        }
    }

    /// How far a glyph moves the pen on this line.
    fn step(&self, piece: &Piece, glyph: &WordGlyph) -> Length {
        let span = &self.prepared.spans[piece.span];
        let mut step = self.scaled(self.size(piece).units(glyph.step, self.units(glyph)));
        if glyph.gap {
            step += span.tracking() + Length((span.style.size.0 as f64 * self.letterspace).round() as i64);
        }
        step
    }

    /// Sets everything from `x`, sharing `spaces` among the elastic spaces by their width.
    fn place(mut self, material: &Material, x: Length, spaces: Length) -> Vec<LineRun> {
        self.pen = x;
        let (mut natural, mut given) = (Length::ZERO, Length::ZERO);
        for item in &material.items {
            match item {
                Item::Word(piece) => self.word(piece),
                Item::Space(token) => {
                    let glue = &self.prepared.tokens[*token].glue;
                    let mut width = glue.width;
                    if glue.elastic && material.space != Length::ZERO {
                        natural += glue.width;
                        let all = spaces.scaled(natural.0, material.space.0);
                        width = all - given;
                        given = all;
                    }
                    self.space(*token, width);
                }
            }
        }
        self.runs
    }

    fn word(&mut self, piece: &Piece) {
        let span = &self.prepared.spans[piece.span];
        let size = self.size(piece);
        let rise = span.style.size.scaled(piece.word.rise, 1000);
        let glyphs = &piece.word.glyphs;
        let mut clusters: Vec<u32> = glyphs.iter().map(|g| g.cluster).collect();
        clusters.sort_unstable();
        clusters.dedup();
        let mut seen: Option<u32> = None;
        for glyph in glyphs {
            let place = clusters.partition_point(|c| *c <= glyph.cluster);
            let to = clusters.get(place).map_or(piece.range.len(), |c| *c as usize).min(piece.range.len());
            // What stands before the first cluster (ignored signs) belongs to it.
            let from = if place == 1 { 0 } else { (glyph.cluster as usize).min(to) };
            let text = if glyph.hyphen || seen == Some(glyph.cluster) { to..to } else { from..to };
            seen = Some(glyph.cluster);
            let text = piece.range.start + text.start..piece.range.start + text.end;
            let units = self.units(glyph);
            let run = self.run(piece.span, glyph.face, size, text.start);
            let dx = size.units(glyph.dx, units);
            let dy = size.units(glyph.dy, units) + rise;
            let advance = size.units(glyph.advance, units);
            self.push(run, glyph, text, (dx, dy, advance));
            self.pen += self.step(piece, glyph);
        }
    }

    fn space(&mut self, token: usize, width: Length) {
        let glue = &self.prepared.tokens[token].glue;
        let span = &self.prepared.spans[glue.span];
        let space = &span.typeface.space;
        let run = self.run(glue.span, space.face, span.style.size, glue.range.start);
        let advance = span.style.size.units(space.advance, self.units(space));
        self.push(run, space, glue.range.clone(), (Length::ZERO, Length::ZERO, advance));
        self.pen += width;
    }

    fn push(&mut self, run: usize, glyph: &WordGlyph, text: Range<usize>, at: (Length, Length, Length)) {
        let (dx, advance) = (self.scaled(at.0), self.scaled(at.2));
        let pen = self.pen;
        let run = &mut self.runs[run];
        let start = run.start;
        run.glyphs.text.push_str(&self.prepared.text[text.clone()]);
        run.glyphs.glyphs.push(Glyph {
            id: glyph.id,
            dx: pen + dx - run.glyphs.x,
            dy: at.1,
            advance,
            text: (text.start - start) as u32..(text.end - start) as u32,
            soft_hyphen: glyph.hyphen,
        });
    }

    /// The run that takes a glyph of this look: the last one, or a new one.
    fn run(&mut self, span: usize, face: u16, size: Length, start: usize) -> usize {
        let span = &self.prepared.spans[span];
        let fits = self.runs.last().is_some_and(|r| {
            r.owner == span.owner
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
                start,
            });
        }
        self.runs.len() - 1
    }
}
