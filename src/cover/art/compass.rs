//! A two-tone star in rings over the title, in a double frame.

use std::f64::consts::{FRAC_PI_2, FRAC_PI_4, PI, TAU};

use super::{Brief, HEIGHT, Reach, Slots, centred};
use crate::cover::colour::{Palette, Rgb};
use crate::cover::drawing::{Element, Path, Point, Round, circle, frame, line, polar, polygon, ring};
use crate::cover::family::Case;
use crate::cover::seed::Stream;
use crate::cover::{CoverError, Edition};

/// Fine rays behind the star, in the first edition.
const RAYS: usize = 96;
/// Salt of the draws that the first edition does not have.
const VARIED: u64 = 0x5641_5259;

pub(in crate::cover) fn draw(brief: &Brief<'_>, numbers: &mut Stream) -> Result<Slots, CoverError> {
    let Brief { palette, spec, .. } = brief;
    let long = brief.words.count() > 5;
    let (centre, r) = if long { ((800.0, 690.0), 410.0) } else { ((800.0, 800.0), 520.0) };
    let mut slots = Slots { art: star(palette, numbers, centre, r, brief.edition), ..Slots::default() };
    slots.frame = double_frame(palette, brief.reach);
    let top = centre.1 + r + 62.0 + 86.0;
    let foot = 2160.0 - if brief.has_subtitle() { 90.0 } else { 0.0 };
    let title = brief.title([spec.area[0], top, spec.area[2], foot - top])?;
    slots.title = title.set(palette.ink, palette.accent);
    slots.title_size = title.size;
    slots.subtitle = brief.subtitle(None, centred(2200.0, 1180.0, palette.accent))?;
    slots.author = brief.author(1180.0)?.set_up(&spec.author, centred(2366.0, 1180.0, palette.ink));
    let series = centred(if long { 172.0 } else { 188.0 }, 1180.0, palette.accent);
    slots.series = brief.series(None, Case::Keep, series)?;
    "a compass star in rings, in a double frame".clone_into(&mut slots.shows);
    Ok(slots)
}

/// What the later edition varies: the rays, and the stars of split points behind the upright one.
struct Rose {
    rays: usize,
    /// Points of a fine star in the middle, or none.
    fine: usize,
    /// Outer and inner radius of the diagonal points, in radii of the rings.
    diagonal: [f64; 2],
}

impl Rose {
    fn new(edition: Edition, numbers: &mut Stream) -> Self {
        if edition == Edition::First {
            return Self { rays: RAYS, fine: 0, diagonal: [0.80, 0.17] };
        }
        Self {
            rays: [48, 72, 96, 144][numbers.pick(4)],
            fine: [0, 0, 16, 24][numbers.pick(4)],
            diagonal: [[0.80, 0.17], [0.98, 0.15], [0.62, 0.20]][numbers.pick(3)],
        }
    }
}

fn star(palette: &Palette, numbers: &mut Stream, centre: Point, r: f64, edition: Edition) -> Vec<Element> {
    let rose = Rose::new(edition, &mut numbers.branch(VARIED));
    let (a, g, ink, s) = (palette.accent, palette.ground, palette.ink, palette.second);
    let eight = numbers.pick(2) == 1;
    let ticks = numbers.pick(2) == 1;
    let beads = [24, 32, 48][numbers.pick(3)];
    let mut art = Vec::new();
    for i in 0..rose.rays {
        let t = TAU * i as f64 / rose.rays as f64;
        let end = r * if i % 2 == 1 { 0.985 } else { 0.93 };
        let ray = Path::from(polar(centre, r * 0.50, t)).line(polar(centre, end, t));
        art.push(line(ray, g.mix(a, 0.34), 3.0, Round::No));
    }
    art.extend([ring(centre, r, 5.0, a), ring(centre, r - 20.0, 2.0, a), ring(centre, r + 62.0, 2.0, a)]);
    for i in 0..beads {
        let t = TAU * f64::from(i) / f64::from(beads);
        if i % (beads / 8) == 0 {
            art.push(lozenge(polar(centre, r + 31.0, t), t, a));
        } else if ticks {
            let tick = Path::from(polar(centre, r + 22.0, t)).line(polar(centre, r + 40.0, t));
            art.push(line(tick, a, 4.0, Round::No));
        } else {
            art.push(circle(polar(centre, r + 31.0, t), 5.0, a));
        }
    }
    art.extend([circle(centre, r * 0.52, g), ring(centre, r * 0.52, 3.0, a)]);
    if rose.fine > 0 {
        points(
            &mut art,
            centre,
            rose.fine,
            -FRAC_PI_2,
            [r * 0.52, r * 0.30],
            [a.mix(g, 0.45), a.mix(g, 0.72)],
        );
    }
    if eight {
        points(&mut art, centre, 8, -FRAC_PI_2 + PI / 8.0, [r * 0.70, r * 0.16], [s, s.mix(g, 0.5)]);
    }
    points(
        &mut art,
        centre,
        4,
        -FRAC_PI_4,
        rose.diagonal.map(|d| d * r),
        [ink.mix(g, 0.12), ink.mix(g, 0.55)],
    );
    points(&mut art, centre, 4, -FRAC_PI_2, [r + 62.0, r * 0.19], [a, a.mix(g, 0.62)]);
    art.extend([circle(centre, r * 0.105, g), ring(centre, r * 0.105, 4.0, a), circle(centre, r * 0.05, a)]);
    art
}

fn lozenge(at: Point, t: f64, fill: Rgb) -> Element {
    let corners = [
        polar(at, 17.0, t),
        polar(at, 11.0, t + FRAC_PI_2),
        polar(at, 17.0, t + PI),
        polar(at, 11.0, t - FRAC_PI_2),
    ];
    polygon(&corners, fill)
}

/// A star of split points: how many, the first one's angle, outer and inner radius, both halves' colours.
fn points(
    art: &mut Vec<Element>,
    centre: Point,
    k: usize,
    first: f64,
    [outer, inner]: [f64; 2],
    halves: [Rgb; 2],
) {
    for i in 0..k {
        let t = first + TAU * i as f64 / k as f64;
        let step = PI / k as f64;
        let tip = polar(centre, outer, t);
        art.push(polygon(&[centre, polar(centre, inner, t - step), tip], halves[0]));
        art.push(polygon(&[centre, tip, polar(centre, inner, t + step)], halves[1]));
    }
}

/// The double frame with a roundel at each corner.
pub(in crate::cover) fn double_frame(palette: &Palette, reach: Reach) -> Vec<Element> {
    let (left, right) = (reach.front_left, reach.front_right);
    let (a, g) = (palette.accent, palette.ground);
    let mut out = vec![
        frame(left + 58.0, 58.0, right - left - 116.0, HEIGHT - 116.0, 6.0, a),
        frame(left + 78.0, 78.0, right - left - 156.0, HEIGHT - 156.0, 2.0, a),
    ];
    for x in [left + 78.0, right - 78.0] {
        for y in [78.0, HEIGHT - 78.0] {
            let star = [(0, -24), (8, -8), (24, 0), (8, 8), (0, 24), (-8, 8), (-24, 0), (-8, -8)]
                .map(|(dx, dy)| (x + f64::from(dx), y + f64::from(dy)));
            out.extend([circle((x, y), 34.0, g), ring((x, y), 34.0, 2.0, a), polygon(&star, a)]);
        }
    }
    out
}
