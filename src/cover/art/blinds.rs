//! A sign seen through slats.

use super::{Brief, Slots, left};
use crate::cover::CoverError;
use crate::cover::drawing::rect;
use crate::cover::family::Case;
use crate::cover::seed::Stream;

/// From slat to slat, in units.
const PITCH: f64 = 28.0;
/// The lowest slat stands over this line.
const FOOT: f64 = 2190.0;
/// On the back of a wrap, slats begin below the blurb.
const BACK_FROM: f64 = 1700.0;

#[derive(Clone, Copy, Debug)]
enum Sign {
    Keyhole,
    Eclipse,
    Eye,
    Stairs,
}

impl Sign {
    const ALL: [Self; 4] = [Self::Keyhole, Self::Eclipse, Self::Eye, Self::Stairs];

    fn name(self) -> &'static str {
        match self {
            Self::Keyhole => "a keyhole in a lit disc",
            Self::Eclipse => "a crescent",
            Self::Eye => "an eye",
            Self::Stairs => "stairs before a lit disc",
        }
    }

    /// The spans that are lit at height `v`, in radii of the sign; `side` moves the eclipse and
    /// turns the stairs.
    fn lit(self, v: f64, side: f64) -> Vec<(f64, f64)> {
        let half = |r: f64| (r * r - v * v).max(0.0).sqrt();
        let disc = if v.abs() >= 1.0 { Vec::new() } else { vec![(-half(1.0), half(1.0))] };
        match self {
            Self::Keyhole => {
                let mut hole = None;
                if -0.42 < v && v < 0.06 {
                    hole = Some((0.24_f64.powi(2) - (v + 0.18).powi(2)).max(0.0).sqrt());
                }
                if (0.0..0.56).contains(&v) {
                    hole = Some((0.085 + 0.22 * v).max(hole.unwrap_or(0.0)));
                }
                less(disc, hole.map(|w| (-w, w)).as_slice())
            }
            Self::Eclipse => {
                let q = v / 0.97;
                let w = 0.97 * (1.0 - q * q).max(0.0).sqrt();
                less(disc, &[if q.abs() < 1.0 { (side - w, side + w) } else { (-1.0, 1.0) }])
            }
            Self::Eye => {
                let k = 0.62;
                let r = (1.0 + k * k) / (2.0 * k);
                let q = v.abs() + r - k;
                let w = (r * r - q * q).max(0.0).sqrt();
                let lens = if v.abs() < k && r > q { vec![(-w, w)] } else { Vec::new() };
                let iris = if v.abs() < 0.40 { vec![(-half(0.40), half(0.40))] } else { Vec::new() };
                let pupil = if v.abs() < 0.19 { vec![(-half(0.19), half(0.19))] } else { Vec::new() };
                less(lens, &less(iris, &pupil))
            }
            Self::Stairs => {
                let step = ((v + 0.22) / 0.24).floor();
                if step < 0.0 {
                    return disc;
                }
                let edge = 0.56 - 0.30 * step;
                less(disc, &[if side > 0.0 { (edge, 1.0) } else { (-1.0, -edge) }])
            }
        }
    }
}

/// Spans without what the cuts cover; slivers are dropped.
fn less(spans: Vec<(f64, f64)>, cuts: &[(f64, f64)]) -> Vec<(f64, f64)> {
    cuts.iter().fold(spans, |spans, (low, high)| {
        spans
            .into_iter()
            .flat_map(|(u, v)| [(u, v.min(*low)), (u.max(*high), v)])
            .filter(|(u, v)| v - u > 0.03)
            .collect()
    })
}

pub(in crate::cover) fn draw(brief: &Brief<'_>, numbers: &mut Stream) -> Result<Slots, CoverError> {
    let Brief { palette, spec, reach, .. } = brief;
    let [x, ..] = spec.area;
    let title = brief.title(spec.area)?;
    let mut slots =
        Slots { title: title.set(palette.ink, palette.ink), title_size: title.size, ..Slots::default() };
    let mut y = title.bottom;
    if brief.has_subtitle() {
        y += 92.0;
        slots.subtitle = brief.subtitle(Some(56.0), left(x, y, 1360.0, palette.ink))?;
    }
    let top = (y + 130.0).max(700.0);
    let rows = ((FOOT - top) / PITCH).floor() as usize;
    let top = FOOT - rows as f64 * PITCH;
    let (cx, cy) = (800.0, f64::midpoint(top, FOOT));
    let r = ((FOOT - top) / 2.0 - 10.0).min(650.0);
    let sign = Sign::ALL[numbers.pick(4)];
    let side = numbers.sign() * numbers.within(0.34, 0.5);
    for i in 0..rows {
        let y = top + (i as f64 + 0.5) * PITCH;
        let from = if y > BACK_FROM { reach.left } else { reach.left.max(reach.front_left) };
        let slat = palette.ground.mix(palette.second, 0.85);
        slots.art.push(rect(from, y - 2.0, reach.right - from, 4.0, slat));
        for (u, v) in sign.lit((y - cy) / r, side) {
            slots.art.push(rect(cx + u * r, y - 10.0, (cx + v * r) - (cx + u * r), 20.0, palette.accent));
        }
    }
    slots.author = brief.author(1360.0)?.set_up(&spec.author, left(x, 2400.0, 1360.0, palette.ink));
    slots.series = brief.series(None, Case::Keep, left(x, 2466.0, 1360.0, palette.accent))?;
    slots.shows = format!("{} seen through the slats of a blind", sign.name());
    Ok(slots)
}
