//! A planet of dots, rings and a moon.

use std::f64::consts::TAU;

use super::{Brief, HEIGHT, Reach, Slots, WIDTH, centred};
use crate::cover::CoverError;
use crate::cover::colour::{Palette, Rgb};
use crate::cover::drawing::{Element, Path, Point, Round, Segment, circle, degrees, line};
use crate::cover::family::Case;
use crate::cover::seed::Stream;

/// Sets the back's stars apart from the front's stream, so that the front is the same in a wrap.
const BACK: u64 = 0x5741_5253;

pub(in crate::cover) fn draw(brief: &Brief<'_>, numbers: &mut Stream) -> Result<Slots, CoverError> {
    let Brief { palette, spec, .. } = brief;
    let mut title = brief.title([spec.area[0], 0.0, spec.area[2], 620.0])?;
    let author = brief.author(1300.0)?;
    let foot = 2390.0 - author.drop() - 190.0 - if brief.has_subtitle() { 96.0 } else { 0.0 };
    title.place(foot - title.height);
    let mut slots = Slots {
        title: title.set(palette.ink, palette.ink),
        title_size: title.size,
        author: author.set_up(&spec.author, centred(2390.0, 1300.0, palette.ink)),
        subtitle: brief.subtitle(Some(54.0), centred(foot + 100.0, 1300.0, palette.accent))?,
        series: brief.series(Some(42.0), Case::Upper, centred(150.0, 1300.0, palette.ink))?,
        ..Slots::default()
    };
    let room = title.top - 150.0;
    let r = (room / 2.0 - 120.0).min(640.0);
    let centre = (800.0 + numbers.within(-60.0, 60.0), room / 2.0 + 90.0);
    let planet = Planet { centre, r, light: light(numbers), palette };
    stars(&mut slots.art, &planet, title.top - 40.0, numbers);
    if brief.reach.left < -200.0 {
        back_stars(&mut slots.art, palette, brief.reach, &mut numbers.branch(BACK));
    }
    planet.draw(&mut slots.art, numbers);
    "a planet of dots with rings and a moon, among stars".clone_into(&mut slots.shows);
    Ok(slots)
}

/// The direction of the light: from above, never straight from the viewer.
fn light(numbers: &mut Stream) -> [f64; 3] {
    let t = numbers.within(0.0, TAU);
    let z = numbers.within(0.30, 0.62);
    let flat = (1.0 - z * z).sqrt();
    [t.cos() * flat, -(t.sin() * flat).abs(), z]
}

/// Stars in a jittered grid, half of them used, none on the planet.
fn stars(art: &mut Vec<Element>, planet: &Planet<'_>, depth: f64, numbers: &mut Stream) {
    for i in 0..11 {
        for j in 0..12 {
            let x = (f64::from(i) + numbers.within(0.1, 0.9)) * WIDTH / 11.0;
            let y = (f64::from(j) + numbers.within(0.1, 0.9)) * depth / 12.0;
            let used = numbers.within(0.0, 1.0) > 0.5;
            if used && (x - planet.centre.0).hypot(y - planet.centre.1) > planet.r * 1.06 {
                star(art, (x, y), planet.palette, [0.35, 0.6], numbers);
            }
        }
    }
}

fn back_stars(art: &mut Vec<Element>, palette: &Palette, reach: Reach, numbers: &mut Stream) {
    for i in 0..13 {
        for j in 0..16 {
            let x = reach.left + (f64::from(i) + numbers.within(0.1, 0.9)) * (-reach.left - 60.0) / 13.0;
            let y = (f64::from(j) + numbers.within(0.1, 0.9)) * HEIGHT / 16.0;
            if numbers.within(0.0, 1.0) > 0.72 {
                star(art, (x, y), palette, [0.3, 0.5], numbers);
            }
        }
    }
}

fn star(art: &mut Vec<Element>, at: Point, palette: &Palette, [least, more]: [f64; 2], numbers: &mut Stream) {
    let r = 1.8 + 4.2 * numbers.within(0.0, 1.0).powi(3);
    let colour = palette.ground.mix(palette.ink, least + more * numbers.within(0.0, 1.0));
    art.push(circle(at, r, colour));
}

struct Planet<'a> {
    centre: Point,
    r: f64,
    light: [f64; 3],
    palette: &'a Palette,
}

struct Orbit {
    radii: Point,
    width: f64,
    colour: Rgb,
}

impl Planet<'_> {
    fn draw(&self, art: &mut Vec<Element>, numbers: &mut Stream) {
        let tilt = numbers.within(-0.42, -0.22) * numbers.sign();
        let (a, s, g) = (self.palette.accent, self.palette.second, self.palette.ground);
        let orbits = [(5.0, a), (3.0, s), (2.0, s)];
        let orbits: Vec<Orbit> = (0..3_u8)
            .zip(orbits)
            .map(|(k, (width, colour))| {
                let k = f64::from(k);
                Orbit { radii: (self.r * (1.28 + 0.13 * k), self.r * (0.30 + 0.045 * k)), width, colour }
            })
            .collect();
        for orbit in &orbits {
            art.push(line(self.arc(orbit, tilt, false), orbit.colour, orbit.width, Round::No));
        }
        art.push(circle(self.centre, self.r, g));
        self.dots(art);
        for orbit in &orbits {
            art.push(line(self.arc(orbit, tilt, true), g, orbit.width + 14.0, Round::No));
            art.push(line(self.arc(orbit, tilt, true), orbit.colour, orbit.width, Round::No));
        }
        let moon = self.moon(orbits[1].radii, tilt, numbers);
        art.push(circle(moon, self.r * 0.085 + 10.0, g));
        art.push(circle(moon, self.r * 0.085, self.palette.ink));
    }

    /// Half of an orbit, before the planet or behind it.
    fn arc(&self, orbit: &Orbit, tilt: f64, front: bool) -> Path {
        let (x, y) = (orbit.radii.0 * tilt.cos(), orbit.radii.0 * tilt.sin());
        let (cx, cy) = self.centre;
        let arc =
            Segment::Arc { radii: orbit.radii, turn: degrees(tilt), sweep: !front, end: (cx + x, cy + y) };
        Path(vec![Segment::Move((cx - x, cy - y)), arc])
    }

    /// A hexagonal grid of dots, as large as they are lit.
    fn dots(&self, art: &mut Vec<Element>) {
        let pitch = self.r / 20.0;
        let rows = (self.r / (pitch * 0.866)) as i32 + 1;
        let [lx, ly, lz] = self.light;
        for j in -rows..=rows {
            let y = f64::from(j) * pitch * 0.866;
            for i in -22..23 {
                let x = (f64::from(i) + if j % 2 == 0 { 0.0 } else { 0.5 }) * pitch;
                let d2 = (x * x + y * y) / (self.r * self.r);
                if d2 > 0.985 {
                    continue;
                }
                let lambert = (x / self.r) * lx + (y / self.r) * ly + (1.0 - d2).sqrt() * lz;
                let v = lambert.max(0.0).powf(0.8) * (1.0 - 0.62 * d2.powi(4));
                let at = (self.centre.0 + x, self.centre.1 + y);
                art.push(if v > 0.06 {
                    circle(at, pitch * 0.56 * v.sqrt(), self.palette.accent)
                } else {
                    circle(at, pitch * 0.10, self.palette.second)
                });
            }
        }
    }

    /// A place on the orbit, in front of the planet's middle and well inside the page.
    fn moon(&self, (rx, ry): Point, tilt: f64, numbers: &mut Stream) -> Point {
        let at = |t: f64| {
            let (x, y) = (rx * t.cos(), ry * t.sin());
            (self.centre.0 + x * tilt.cos() - y * tilt.sin(), self.centre.1 + x * tilt.sin() + y * tilt.cos())
        };
        let mut t = numbers.within(0.15, 1.1) + if numbers.pick(2) == 1 { 0.0 } else { 1.6 };
        let inside = |(x, y): Point| 170.0 < x && x < WIDTH - 170.0 && y <= self.centre.1 + self.r * 0.9;
        // Steps of .37 come close to every angle of the orbit within a few turns.
        for _ in 0..400 {
            if inside(at(t)) {
                break;
            }
            t += 0.37;
        }
        at(if t.sin() < 0.0 { -t } else { t })
    }
}
