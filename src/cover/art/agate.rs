//! A cut stone of nested wandering rings under the title.

use std::f64::consts::TAU;

use super::{Brief, Slots, left};
use crate::cover::colour::{Palette, Rgb};
use crate::cover::drawing::{Element, Path, path};
use crate::cover::seed::Stream;
use crate::cover::{CoverError, Edition};

/// Points on a ring.
const POINTS: usize = 40;
/// The radius at which the innermost ring ends, in units.
const CORE: f64 = 34.0;

/// A dark ring with less colour than this looks like mud between the others.
const LEAST_CHROMA: u8 = 96;

pub(in crate::cover) fn draw(brief: &Brief<'_>, numbers: &mut Stream) -> Result<Slots, CoverError> {
    let Brief { palette, spec, .. } = brief;
    let mut area = spec.area;
    if brief.has_series() {
        area[1] += 70.0;
        area[3] -= 70.0;
    }
    let [x, ..] = area;
    let title = brief.title(area)?;
    let mut y = title.bottom;
    let mut slots =
        Slots { title: title.set(palette.ink, palette.ink), title_size: title.size, ..Slots::default() };
    if brief.has_subtitle() {
        y += 96.0;
        slots.subtitle = brief.subtitle(Some(58.0), left(x, y, 1340.0, palette.ink))?;
    }
    y += 150.0;
    let author = brief.author(1340.0)?;
    slots.author = author.set(&spec.author, left(x, y, 1340.0, palette.accent_for_type()));
    slots.art = stone(&colours(palette, brief.edition), numbers, y + author.drop() + 90.0);
    slots.series = brief.series(None, super::Case::Keep, left(x, 150.0, 1340.0, palette.ink))?;
    "wandering rings one inside the other, like a cut agate".clone_into(&mut slots.shows);
    Ok(slots)
}

/// The rings; nothing of them stands above `top`.
fn stone(colours: &[Rgb], numbers: &mut Stream, top: f64) -> Vec<Element> {
    let cx = numbers.within(820.0, 1180.0);
    let mut cy = numbers.within(2030.0, 2240.0);
    let mut r = ((cy - top) / 1.10).min(1330.0);
    let waves = [2.0_f64, 3.0, 5.0].map(|k| {
        let height = numbers.within(0.03, 0.11) / k.sqrt();
        (k, height, numbers.within(0.0, TAU))
    });
    let drift = numbers.within(0.10, 0.22) * numbers.sign();
    let mut art = Vec::new();
    let mut i = 0;
    while r > CORE {
        let mut points: Vec<_> = (0..POINTS)
            .map(|j| {
                let t = TAU * j as f64 / POINTS as f64;
                let wave: f64 =
                    waves.iter().map(|(k, a, phase)| a * (k * t + phase + drift * i as f64).cos()).sum();
                (cx + r * (1.0 + wave) * t.cos(), cy + r * (1.0 + wave) * t.sin())
            })
            .collect();
        if i == 0 {
            let crest = points.iter().map(|p| p.1).fold(f64::INFINITY, f64::min);
            let down = (top - crest).max(0.0);
            cy += down;
            for point in &mut points {
                point.1 += down;
            }
        }
        art.push(path(Path::through(&points), colours[i % colours.len()]));
        r -= if numbers.pick(3) > 0 { numbers.within(26.0, 74.0) } else { numbers.within(96.0, 190.0) };
        i += 1;
    }
    art
}

/// The fills from the outermost ring inwards, in a cycle.
fn colours(palette: &Palette, edition: Edition) -> [Rgb; 13] {
    let (a, s) = (palette.accent, palette.second);
    let (light, dark) = (palette.light(), palette.dark());
    // A warm accent darkened towards a cold ground turns brown; the second voice does not.
    let shade = a.mix(dark, 0.38);
    let shade =
        if edition > Edition::First && shade.chroma() < LEAST_CHROMA { s.mix(dark, 0.38) } else { shade };
    [s, s.mix(light, 0.55), a, light, a.mix(light, 0.45), s, a, shade, light, a, s, s.mix(light, 0.5), a]
}
