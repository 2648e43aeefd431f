//! A paper label on patterned boards.

use std::f64::consts::{FRAC_PI_2, FRAC_PI_4};

use super::{Brief, Reach, Slots, centred};
use crate::cover::CoverError;
use crate::cover::colour::{Palette, Rgb};
use crate::cover::drawing::{
    Element, Path, Point, Round, Segment, circle, frame, line, path, polar, rect, ring,
};
use crate::cover::family::Case;
use crate::cover::seed::Stream;

const LEFT: f64 = 290.0;
const WIDTH: f64 = 1020.0;
const TOP: f64 = 470.0;

pub(in crate::cover) fn draw(brief: &Brief<'_>, numbers: &mut Stream) -> Result<Slots, CoverError> {
    let Brief { palette, spec, .. } = brief;
    let (pattern, name) = PATTERNS[numbers.pick(4)];
    let mut slots = Slots::default();
    pattern(&mut slots.art, palette, brief.reach);
    let (paper, ink, rules) = colours(palette);
    let height = match brief.words.count() {
        0..=2 => 880.0,
        3..=5 => 1040.0,
        _ => 1240.0,
    } + if brief.has_subtitle() { 90.0 } else { 0.0 };
    slots.frame = paper_label(palette, LEFT, TOP, WIDTH, height);
    let top = TOP + 120.0 + if brief.has_series() { 60.0 } else { 0.0 };
    let author = brief.author(820.0)?;
    let base = TOP + height - 118.0;
    slots.author = author.set_up(&spec.author, centred(base, 820.0, ink));
    let rule = base - author.drop() - author.size - 62.0;
    slots.frame.extend(swelled_rule(rule, rules));
    let foot = rule - 70.0 - if brief.has_subtitle() { 90.0 } else { 0.0 };
    let title = brief.title([spec.area[0], top, spec.area[2], foot - top])?;
    slots.title = title.set(ink, rules);
    slots.title_size = title.size;
    slots.subtitle = brief.subtitle(None, centred(foot + 62.0, 840.0, ink))?;
    slots.series = brief.series(Some(46.0), Case::Keep, centred(TOP + 128.0, 840.0, rules))?;
    debug_assert!(paper.contrast(ink) >= 3.0);
    slots.shows = format!("a paper label on boards patterned with {name}");
    Ok(slots)
}

/// The label's paper, type and rules: the lighter and the darker of the palette's two, and the
/// first voice that can be seen on the paper.
pub(in crate::cover) fn colours(palette: &Palette) -> (Rgb, Rgb, Rgb) {
    let (paper, ink) = (palette.light(), palette.dark());
    let rules = [palette.second, palette.accent].into_iter().find(|c| c.contrast(paper) >= 3.0);
    (paper, ink, rules.unwrap_or(ink))
}

/// A label with an edge of ground and two rules.
pub(in crate::cover) fn paper_label(palette: &Palette, x: f64, y: f64, w: f64, h: f64) -> Vec<Element> {
    let (paper, _, rules) = colours(palette);
    vec![
        rect(x - 26.0, y - 26.0, w + 52.0, h + 52.0, palette.ground),
        rect(x, y, w, h, paper),
        frame(x + 26.0, y + 26.0, w - 52.0, h - 52.0, 7.0, rules),
        frame(x + 43.0, y + 43.0, w - 86.0, h - 86.0, 2.0, rules),
    ]
}

/// A rule that swells towards a lozenge in its middle.
fn swelled_rule(y: f64, fill: Rgb) -> Vec<Element> {
    let at = |dx: f64, dy: f64| (800.0 + dx, y + dy);
    let half = |s: f64| {
        Path::from(at(s * 20.0, 0.0))
            .curve(at(s * 48.0, -8.0), at(s * 80.0, -6.0), at(s * 160.0, 0.0))
            .curve(at(s * 80.0, 6.0), at(s * 48.0, 8.0), at(s * 20.0, 0.0))
            .close()
    };
    let lozenge = Path::from(at(0.0, -19.0))
        .quad(at(3.0, -3.0), at(12.0, 0.0))
        .quad(at(3.0, 3.0), at(0.0, 19.0))
        .quad(at(-3.0, 3.0), at(-12.0, 0.0))
        .quad(at(-3.0, -3.0), at(0.0, -19.0))
        .close();
    vec![path(half(-1.0), fill), path(half(1.0), fill), path(lozenge, fill)]
}

type Pattern = fn(&mut Vec<Element>, &Palette, Reach);

const PATTERNS: [(Pattern, &str); 4] = [
    (scales, "scales"),
    (lattice, "florets in a lattice"),
    (sprays, "sprays of leaves"),
    (stars, "stars and rings"),
];

/// The steps of `size` that cover `from` to `to`.
fn steps(from: f64, to: f64, size: f64) -> std::ops::Range<i32> {
    (from / size).floor() as i32..(to / size).floor() as i32 + 2
}

fn scales(art: &mut Vec<Element>, palette: &Palette, reach: Reach) {
    let r = 100.0;
    let (a, g) = (palette.accent, palette.ground);
    for j in -3..(reach.bottom / (r * 0.5)) as i32 + 2 {
        let odd = j.rem_euclid(2) == 1;
        let field = if odd { g } else { g.mix(palette.second, 0.6) };
        let columns = steps(reach.left, reach.right, 2.0 * r);
        for i in columns.start - 1..columns.end {
            let x = f64::from(i) * 2.0 * r + if odd { r } else { 0.0 };
            let y = f64::from(j) * r * 0.5 + r;
            for (q, fill) in [(1.0, a), (0.955, field), (0.66, a), (0.61, field), (0.30, a)] {
                let half = vec![Segment::Move((x - r * q, y)), Segment::HalfDisc(2.0 * r * q)];
                art.push(path(Path(half), fill));
            }
        }
    }
}

fn lattice(art: &mut Vec<Element>, palette: &Palette, reach: Reach) {
    let u = 160.0;
    let (a, g, s) = (palette.accent, palette.ground, palette.second);
    for j in steps(reach.top, reach.bottom, u) {
        for i in steps(reach.left, reach.right, u) {
            let (x, y) = (f64::from(i) * u, f64::from(j) * u);
            let h = u / 2.0;
            let mesh = Path::polygon(&[(x, y - h), (x + h, y), (x, y + h), (x - h, y)]);
            art.push(line(mesh, g.mix(a, 0.55), 4.0, Round::No));
            floret(art, (x, y), [7.0, 44.0, 13.0], a);
            art.push(circle((x, y), 6.0, g));
            floret(art, (x + h, y + h), [6.0, 30.0, 9.0], s);
            for q in 0..4 {
                let t = FRAC_PI_4 + f64::from(q) * FRAC_PI_2;
                art.push(circle(polar((x + h, y + h), 27.0, t), 5.0, s));
            }
        }
    }
}

/// Four petals: their distance from the middle, length and half width.
fn floret(art: &mut Vec<Element>, at: Point, [off, l, w]: [f64; 3], fill: Rgb) {
    for q in 0..4 {
        let t = f64::from(q) * FRAC_PI_2;
        art.push(path(Path::petal(polar(at, off, t), t, l, w), fill));
    }
}

fn sprays(art: &mut Vec<Element>, palette: &Palette, reach: Reach) {
    let (u, v) = (200.0, 256.0);
    let (a, s) = (palette.accent, palette.second);
    for i in steps(reach.left, reach.right, u) {
        for j in -1..(reach.bottom / v).floor() as i32 + 2 {
            let x = f64::from(i) * u;
            let y = f64::from(j) * v + if i.rem_euclid(2) == 1 { v / 2.0 } else { 0.0 };
            let stem =
                Path::from((x, y + 112.0)).curve((x - 8.0, y + 60.0), (x + 8.0, y + 10.0), (x, y - 60.0));
            art.push(line(stem, a, 5.0, Round::Ends));
            art.push(path(Path::vesica((x, y - 52.0), -FRAC_PI_2, 66.0, 15.0), a));
            for (q, drop) in [(0, -30.0), (1, 10.0), (2, 50.0)] {
                for side in [-1.0, 1.0] {
                    let base = (x, y + drop + 22.0);
                    let l = 74.0 + 6.0 * f64::from(q);
                    let leaf = Path::vesica(base, -FRAC_PI_2 + side * 0.88, l, 15.0);
                    art.push(path(leaf, if q % 2 == 0 { a } else { s }));
                }
            }
            art.extend([-1.0, 1.0].map(|side| circle((x + side * 26.0, y + 110.0), 8.0, s)));
        }
    }
}

fn stars(art: &mut Vec<Element>, palette: &Palette, reach: Reach) {
    let u = 160.0;
    let (a, s) = (palette.accent, palette.second);
    for j in steps(reach.top, reach.bottom, u) {
        for i in steps(reach.left, reach.right, u) {
            let at = (f64::from(i) * u, f64::from(j) * u);
            if (i + j).rem_euclid(2) == 0 {
                for q in 0..8 {
                    let t = f64::from(q) * FRAC_PI_4;
                    let l = if q % 2 == 0 { 54.0 } else { 36.0 };
                    art.push(path(Path::petal(polar(at, 12.0, t), t, l, 9.0), a));
                }
            } else {
                art.push(ring(at, 34.0, 4.0, s));
                art.push(circle(at, 12.0, a));
                for q in 0..4 {
                    art.push(circle(polar(at, 52.0, FRAC_PI_4 + f64::from(q) * FRAC_PI_2), 5.0, s));
                }
            }
        }
    }
}
