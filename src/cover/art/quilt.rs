//! A patchwork of eight motifs, mirrored left to right, with a band for the title.

use std::collections::BTreeMap;
use std::f64::consts::{FRAC_PI_2, FRAC_PI_4, PI};

use super::{Brief, Reach, Slots, centred};
use crate::cover::CoverError;
use crate::cover::colour::{Palette, Rgb};
use crate::cover::drawing::{Element, Path, circle, path, polar, polygon, rect};
use crate::cover::family::Case;
use crate::cover::seed::Stream;

/// Side of a tile.
const TILE: f64 = 320.0;
/// Rows of the front.
const ROWS: usize = 8;
/// Under this contrast the band's beads are of one colour.
const BEADS_APART: f64 = 1.5;

pub(in crate::cover) fn draw(brief: &Brief<'_>, numbers: &mut Stream) -> Result<Slots, CoverError> {
    let Brief { palette, spec, reach, .. } = brief;
    let rows = match brief.words.count() {
        0..=2 if !brief.has_subtitle() => 2,
        0..=10 => 3,
        _ => 4,
    };
    let first = if rows == 2 { 3 } else { 2 };
    let mut slots = Slots { art: patchwork(palette, *reach, first, rows, numbers), ..Slots::default() };
    let (top, foot) = (first as f64 * TILE, (first + rows) as f64 * TILE);
    slots.frame = band(palette, *reach, top, foot);
    let author = brief.author(1300.0)?;
    let base = foot - 116.0;
    slots.author = author.set_up(&spec.author, centred(base, 1300.0, palette.ink));
    let head = top + 124.0 + if brief.has_series() { 56.0 } else { 0.0 };
    let under = if brief.has_subtitle() { 104.0 } else { 0.0 };
    let end = base - author.drop() - author.size * 0.66 - 92.0 - under;
    let title = brief.title([spec.area[0], head, spec.area[2], end - head])?;
    slots.title = title.set(palette.ink, palette.ink);
    slots.title_size = title.size;
    let subtitle = centred((title.bottom + 104.0).min(end + 92.0), 1260.0, palette.ink);
    slots.subtitle = brief.subtitle(None, subtitle)?;
    let series = centred(top + 128.0, 1260.0, palette.accent_for_type());
    slots.series = brief.series(Some(50.0), Case::Keep, series)?;
    "a patchwork of flowers, stars and leaves above and below a band with the title"
        .clone_into(&mut slots.shows);
    Ok(slots)
}

/// The tiles of all rows that the band leaves free, from left to right and top to bottom.
fn patchwork(
    palette: &Palette,
    reach: Reach,
    first: usize,
    rows: usize,
    numbers: &mut Stream,
) -> Vec<Element> {
    let colours = [palette.accent, palette.second, palette.ground, palette.ink];
    let mut grounds: BTreeMap<(usize, usize), Rgb> = BTreeMap::new();
    let mut motifs: Vec<usize> = Vec::new();
    let mut tiles: Vec<(usize, f64, Vec<Element>)> = Vec::new();
    for row in (0..ROWS).filter(|r| !(first..first + rows).contains(r)) {
        for column in [2, 1, 0] {
            let mut motif = numbers.pick(8);
            while motifs.iter().rev().take(3).any(|m| *m == motif) {
                motif = (motif + 1) % 8;
            }
            motifs.push(motif);
            let mut choice = numbers.pick(4);
            let inner = grounds.get(&(row, column + 1)).copied();
            let above = row.checked_sub(1).and_then(|r| grounds.get(&(r, column))).copied();
            while [inner, above].contains(&Some(colours[choice])) {
                choice = (choice + 1) % 4;
            }
            let ground = colours[choice];
            grounds.insert((row, column), ground);
            let mut rest: Vec<Rgb> = colours.into_iter().filter(|c| *c != ground).collect();
            rest.sort_by(|a, b| b.contrast(ground).total_cmp(&a.contrast(ground)));
            let up = if row >= first + rows { 1.0 } else { -1.0 };
            for x in places(column, reach) {
                let at = Tile {
                    x,
                    y: row as f64 * TILE + TILE / 2.0,
                    ground,
                    colours: [rest[0], rest[1], rest[2]],
                    up,
                };
                tiles.push((row, x, at.draw(motif)));
            }
        }
    }
    tiles.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    tiles.into_iter().flat_map(|(_, _, tile)| tile).collect()
}

/// The middles of all tiles that repeat a column, mirrored, as far as the ground goes.
fn places(column: usize, reach: Reach) -> Vec<f64> {
    let half = TILE / 2.0;
    let mut all: Vec<f64> = (-3..3)
        .flat_map(|turn| [column, 4 - column].map(|c| c as f64 * TILE + half + 1600.0 * f64::from(turn)))
        .filter(|x| reach.left - half < *x && *x < reach.right + half)
        .collect();
    all.sort_by(f64::total_cmp);
    all.dedup();
    all
}

/// The band with its two bars and lines of beads.
fn band(palette: &Palette, reach: Reach, top: f64, foot: f64) -> Vec<Element> {
    let width = reach.right - reach.left;
    let mut out = vec![rect(reach.left, top, width, foot - top, palette.ground)];
    out.extend([top, foot - 16.0].map(|y| rect(reach.left, y, width, 16.0, palette.ink)));
    for y in [top + 46.0, foot - 46.0] {
        for i in (reach.left / 40.0).floor() as i32..=(reach.right / 40.0).floor() as i32 {
            out.push(circle((20.0 + f64::from(i) * 40.0, y), 9.0, bead(palette, i)));
        }
    }
    out
}

/// The colour of the i-th bead of a line.
pub(in crate::cover) fn bead(palette: &Palette, i: i32) -> Rgb {
    if i.rem_euclid(2) == 1 && palette.second.contrast(palette.ground) >= BEADS_APART {
        palette.second
    } else {
        palette.accent
    }
}

struct Tile {
    x: f64,
    y: f64,
    ground: Rgb,
    /// By falling contrast with the ground.
    colours: [Rgb; 3],
    /// 1 where plants stand up, −1 where they hang.
    up: f64,
}

const CORNERS: [(f64, f64); 4] = [(-1.0, -1.0), (-1.0, 1.0), (1.0, -1.0), (1.0, 1.0)];

impl Tile {
    fn draw(&self, motif: usize) -> Vec<Element> {
        let mut out = vec![rect(self.x - 160.0, self.y - 160.0, TILE, TILE, self.ground)];
        match motif {
            0 => self.daisy(&mut out),
            1 => self.leaves(&mut out),
            2 => self.arches(&mut out),
            3 => self.star(&mut out),
            4 => self.tulip(&mut out),
            5 => self.diamond(&mut out),
            6 => self.sun(&mut out),
            _ => self.weave(&mut out),
        }
        out
    }

    fn at(&self, dx: f64, dy: f64) -> (f64, f64) {
        (self.x + dx, self.y + dy)
    }

    fn daisy(&self, out: &mut Vec<Element>) {
        let [b, d, _] = self.colours;
        let c = self.at(0.0, 0.0);
        for q in 0..8 {
            let t = f64::from(q) * FRAC_PI_4;
            out.push(path(Path::petal(polar(c, 38.0, t), t, 104.0, 31.0), b));
        }
        for q in 0..8 {
            out.push(circle(polar(c, 128.0, (f64::from(q) + 0.5) * FRAC_PI_4), 10.0, d));
        }
        out.push(circle(c, 28.0, d));
    }

    fn leaves(&self, out: &mut Vec<Element>) {
        let [b, d, _] = self.colours;
        let c = self.at(0.0, 0.0);
        let diagonal = |q: i32| FRAC_PI_4 + f64::from(q) * FRAC_PI_2;
        for q in 0..4 {
            out.push(path(Path::vesica(polar(c, 14.0, diagonal(q)), diagonal(q), 192.0, 46.0), b));
        }
        for q in 0..4 {
            out.push(path(Path::vesica(polar(c, 62.0, diagonal(q)), diagonal(q), 108.0, 15.0), self.ground));
            let side = polar(c, 104.0, f64::from(q) * FRAC_PI_2);
            out.extend([circle(side, 24.0, d), circle(side, 10.0, self.ground)]);
        }
    }

    fn arches(&self, out: &mut Vec<Element>) {
        let [b, d, _] = self.colours;
        for (sx, sy) in CORNERS {
            let (x, y) = self.at(sx * 160.0, sy * 160.0);
            for (r, fill) in [(150.0, b), (104.0, self.ground), (70.0, d)] {
                let quarter =
                    Path::from((x, y)).line((x - sx * r, y)).arc(r, sx * sy > 0.0, (x, y - sy * r)).close();
                out.push(path(quarter, fill));
            }
        }
        out.push(polygon(
            &[self.at(0.0, -44.0), self.at(44.0, 0.0), self.at(0.0, 44.0), self.at(-44.0, 0.0)],
            d,
        ));
    }

    fn star(&self, out: &mut Vec<Element>) {
        let [b, d, e] = self.colours;
        let c = self.at(0.0, 0.0);
        for q in 0..8 {
            let t = f64::from(q) * FRAC_PI_4;
            let (before, after) = (polar(c, 76.0, t - PI / 8.0), polar(c, 76.0, t + PI / 8.0));
            out.push(polygon(&[c, before, polar(c, 141.0, t), after], if q % 2 == 1 { b } else { d }));
        }
        out.push(circle(c, 20.0, self.ground));
        out.extend(CORNERS.map(|(sx, sy)| circle(self.at(sx * 128.0, sy * 128.0), 15.0, e)));
    }

    fn tulip(&self, out: &mut Vec<Element>) {
        let [b, d, e] = self.colours;
        let up = self.up;
        let at = |dx: f64, v: f64| self.at(dx, v * up);
        let stem = at(0.0, 10.0).1.min(at(0.0, 160.0).1);
        out.push(rect(self.x - 7.0, stem, 14.0, 150.0, d));
        for side in [-1.0, 1.0] {
            out.push(path(Path::vesica(at(0.0, 150.0), -up * FRAC_PI_2 + side * 0.86, 150.0, 25.0), d));
            out.push(path(Path::vesica(at(0.0, 30.0), -up * FRAC_PI_2 + side * 0.52, 152.0, 38.0), b));
            out.push(circle(at(side * 118.0, -92.0), 16.0, d));
        }
        out.push(path(Path::vesica(at(0.0, 30.0), -up * FRAC_PI_2, 150.0, 36.0), e));
    }

    fn diamond(&self, out: &mut Vec<Element>) {
        let [b, d, _] = self.colours;
        for (r, fill) in [(160.0, b), (104.0, self.ground)] {
            out.push(polygon(&[self.at(0.0, -r), self.at(r, 0.0), self.at(0.0, r), self.at(-r, 0.0)], fill));
        }
        for q in 0..4 {
            out.push(path(Path::petal(self.at(0.0, 0.0), f64::from(q) * FRAC_PI_2, 84.0, 22.0), d));
        }
        for (sx, sy) in CORNERS {
            let inwards = (-sy).atan2(-sx);
            out.push(path(Path::petal(self.at(sx * 152.0, sy * 152.0), inwards, 72.0, 17.0), d));
        }
    }

    fn sun(&self, out: &mut Vec<Element>) {
        let [b, d, _] = self.colours;
        let y = self.y + 160.0 * self.up;
        for i in 1..8 {
            let t = -self.up * PI * f64::from(i) / 8.0;
            // Rays fill the tile and stay inside it.
            let l = (156.0 / t.cos().abs().max(0.1) - 112.0).min(150.0);
            out.push(path(Path::petal(polar((self.x, y), 112.0, t), t, l, 19.0), b));
        }
        for (r, fill) in [(100.0, d), (68.0, self.ground), (40.0, b)] {
            let half = Path::from((self.x - r, y)).arc(r, self.up > 0.0, (self.x + r, y)).close();
            out.push(path(half, fill));
        }
    }

    fn weave(&self, out: &mut Vec<Element>) {
        let [b, d, _] = self.colours;
        for i in 0..4 {
            for j in 0..4 {
                let odd = (i + j) % 2 == 1;
                let (x, y) = self.at(f64::from(i) * 80.0 - 120.0, f64::from(j) * 80.0 - 120.0);
                let (dy, t) = if odd { (34.0, -FRAC_PI_4) } else { (-34.0, FRAC_PI_4) };
                out.push(path(Path::vesica((x - 34.0, y + dy), t, 96.0, 17.0), if odd { b } else { d }));
            }
        }
    }
}
