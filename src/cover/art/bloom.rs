//! Cut-paper flowers and leaves from the corners, the title in the clearing.

use std::f64::consts::{PI, TAU};

use super::{Brief, HEIGHT, Slots, WIDTH, centred};
use crate::cover::colour::{Palette, Rgb};
use crate::cover::drawing::{Element, Path, Point, Round, circle, edged, line, path, polar};
use crate::cover::family::Case;
use crate::cover::seed::Stream;
use crate::cover::{CoverError, Edition};

/// Where flowers stand: x, y, radius, colouring.
const FLOWERS: [(f64, f64, f64, usize); 6] = [
    (250.0, 2250.0, 470.0, 0),
    (1370.0, 2330.0, 430.0, 1),
    (810.0, 2500.0, 330.0, 2),
    (1400.0, 190.0, 440.0, 0),
    (760.0, 60.0, 270.0, 1),
    (150.0, 150.0, 300.0, 2),
];

/// Where leaves spring: x, y, direction, length.
const LEAVES: [(f64, f64, f64, f64); 13] = [
    (560.0, 2150.0, -1.25, 400.0),
    (640.0, 2220.0, -0.55, 380.0),
    (1060.0, 2230.0, -2.1, 400.0),
    (1010.0, 2300.0, -2.75, 300.0),
    (1575.0, 1980.0, -1.62, 300.0),
    (40.0, 1900.0, -1.5, 300.0),
    (1040.0, 260.0, 2.35, 380.0),
    (1110.0, 330.0, 1.65, 400.0),
    (1540.0, 560.0, 1.75, 330.0),
    (430.0, 190.0, 0.95, 360.0),
    (470.0, 120.0, 0.35, 300.0),
    (60.0, 400.0, 1.4, 320.0),
    (330.0, 330.0, 1.5, 250.0),
];

const SEEDS: [Point; 10] = [
    (690.0, 1990.0),
    (730.0, 2050.0),
    (660.0, 2060.0),
    (930.0, 2110.0),
    (1190.0, 1900.0),
    (960.0, 480.0),
    (1010.0, 540.0),
    (900.0, 420.0),
    (570.0, 420.0),
    (250.0, 520.0),
];

/// Salt of the draw that puts the great flowers above instead of below.
const HEAD_OVER_HEELS: u64 = 0x4845_454c;

/// The clearing between the flowers: top and foot of the group of title and author.
const CLEARING: (f64, f64) = (730.0, 1800.0);

pub(in crate::cover) fn draw(brief: &Brief<'_>, numbers: &mut Stream) -> Result<Slots, CoverError> {
    let Brief { palette, spec, .. } = brief;
    let mut slots = Slots { art: garden(palette, numbers, brief.edition), ..Slots::default() };
    let lead = if brief.has_series() { 120.0 } else { 0.0 };
    let room = 1020.0 - 300.0 - if brief.has_series() { 110.0 } else { 0.0 };
    let mut title = brief.title([spec.area[0], 640.0, spec.area[2], room])?;
    // Title, rule and author are one group, centred between the flowers.
    let under = 240.0 + if brief.has_subtitle() { 110.0 } else { 0.0 };
    title.place((CLEARING.0 + CLEARING.1 - (title.height + under + lead)) / 2.0 + lead);
    let mut y = title.bottom;
    if brief.has_subtitle() {
        y += 110.0;
        slots.subtitle = brief.subtitle(None, centred(y, 1260.0, palette.ink))?;
    }
    slots.title = title.set(palette.ink, palette.ink);
    slots.title_size = title.size;
    slots.frame = rule(y + 118.0, palette.accent);
    slots.author = brief.author(1080.0)?.set(&spec.author, centred(y + 240.0, 1080.0, palette.ink));
    let series = centred(title.top - 74.0, 900.0, palette.accent_for_type());
    slots.series = brief.series(Some(50.0), Case::Keep, series)?;
    "flowers and leaves of cut paper round the title".clone_into(&mut slots.shows);
    Ok(slots)
}

fn garden(palette: &Palette, numbers: &mut Stream, edition: Edition) -> Vec<Element> {
    // A stream of its own, so that all else is drawn as in the first edition.
    let turned = edition > Edition::First && numbers.branch(HEAD_OVER_HEELS).pick(2) == 1;
    let (g, ink) = (palette.ground, palette.ink);
    let leaf = if palette.name == "garden" {
        ink.mix(g, 0.25)
    } else {
        palette.second.mix(if g.luminance() > 0.4 { ink } else { g }, 0.45)
    };
    let mirrored = numbers.pick(2) == 1;
    let across = |x: f64| if mirrored { WIDTH - x } else { x };
    let down = |y: f64| if turned { HEIGHT - y } else { y };
    let mut art = Vec::new();
    for (x, y, t, l) in LEAVES {
        let t = t + numbers.within(-0.12, 0.12);
        let length = l * numbers.within(0.92, 1.08);
        let t = if mirrored { PI - t } else { t };
        let t = if turned { -t } else { t };
        big_leaf(&mut art, (across(x), down(y)), t, length, l * 0.17, [leaf, leaf.mix(g, 0.55), g]);
    }
    for (x, y, r, kind) in FLOWERS {
        let centre = (across(x) + numbers.within(-25.0, 25.0), down(y) + numbers.within(-25.0, 25.0));
        let r = r * numbers.within(0.94, 1.04);
        flower(&mut art, centre, r, kind, palette, numbers);
    }
    for (i, (x, y)) in SEEDS.into_iter().enumerate() {
        let r = numbers.within(11.0, 19.0);
        art.push(circle((across(x), down(y)), r, [palette.accent, palette.second][i % 2]));
    }
    art
}

fn flower(
    art: &mut Vec<Element>,
    centre: Point,
    r: f64,
    kind: usize,
    palette: &Palette,
    numbers: &mut Stream,
) {
    let (g, a, s) = (palette.ground, palette.accent, palette.second);
    let light = palette.light();
    let [outer, inner, heart] =
        [[a, a.mix(palette.ink, 0.35), s], [s, s.mix(light, 0.45), a], [a.mix(light, 0.5), a, s]][kind];
    let petals = [7, 8, 9, 11][numbers.pick(4)];
    let turn = numbers.within(0.0, TAU);
    let width = 0.30 * 8.0 / f64::from(petals);
    // Edges of the ground's colour look like cut paper without any transparency.
    let (edge, rib) = ((r * 0.016).max(4.0), (r * 0.011).max(3.0));
    for (radius, first, fill) in [(r, turn, outer), (r * 0.66, turn + PI / f64::from(petals), inner)] {
        for i in 0..petals {
            let t = first + TAU * f64::from(i) / f64::from(petals);
            let l = radius * numbers.within(0.95, 1.04);
            art.push(edged(Path::petal(centre, t, l, l * width), fill, g, edge, Round::Corners));
            for (q, m) in [(0.0, 0.80), (-0.12, 0.66), (0.12, 0.66)] {
                let vein =
                    Path::from(polar(centre, l * 0.34, t + q * 0.6)).line(polar(centre, l * m, t + q * 1.15));
                art.push(line(vein, fill.mix(g, 0.55), rib, Round::Ends));
            }
        }
    }
    art.extend([circle(centre, r * 0.235, g), circle(centre, r * 0.215, heart)]);
    for (dots, distance, size) in [(14, 0.155, 0.020), (6, 0.075, 0.018)] {
        for i in 0..dots {
            let t = TAU * f64::from(i) / f64::from(dots);
            art.push(circle(polar(centre, r * distance, t), r * size, g));
        }
    }
}

fn big_leaf(art: &mut Vec<Element>, base: Point, t: f64, l: f64, w: f64, [fill, vein, ground]: [Rgb; 3]) {
    art.push(edged(Path::vesica(base, t, l, w), fill, ground, 6.0, Round::No));
    art.push(line(Path::from(base).line(polar(base, l * 0.93, t)), vein, 6.0, Round::Ends));
    for i in 1..6 {
        let q = 0.14 + 0.12 * f64::from(i);
        let from = polar(base, l * q, t);
        let reach = w * 1.55 * (1.0 - (2.0 * q - 0.95).abs().powf(1.7)) * 0.74;
        for side in [-1.0, 1.0] {
            let rib = Path::from(from).line(polar(from, reach, t + side * 0.72));
            art.push(line(rib, vein, 4.5, Round::Ends));
        }
    }
}

/// A swelled rule broken by a dot.
fn rule(y: f64, fill: Rgb) -> Vec<Element> {
    let half = |side: f64| {
        let x = |d: f64| 800.0 + side * d;
        Path::from((x(160.0), y))
            .curve((x(90.0), y - 7.0), (x(40.0), y - 5.0), (x(24.0), y))
            .curve((x(40.0), y + 5.0), (x(90.0), y + 7.0), (x(160.0), y))
            .close()
    };
    vec![path(half(-1.0), fill), path(half(1.0), fill), circle((800.0, y), 11.0, fill)]
}
