//! What a line costs, and two lines one after the other.

use crate::typeset::length::Length;
use crate::typeset::line::LineParams;

/// How far the limits are loosened for a paragraph that has no setting within them. First spaces
/// may be as wide as they ever are; then the letters give, for nobody sees them; then names; then
/// spaces and the last line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Multiplies the letters' elasticity.
    pub(super) elasticity: f64,
    pub(super) tightest: f64,
    pub(super) loosest: f64,
    /// Shortest last line, in em.
    pub(super) last_shortest: f64,
    /// Whether names and last words may be broken.
    pub(super) names: bool,
    /// Whether anything goes: words cut anywhere, ladders, lines that do not reach the margin.
    pub(super) unlimited: bool,
}

/// Steps of the ladder.
pub(super) const RUNGS: usize = 8;
/// The step from which on spaces may be as wide as [`LineParams::loosest`].
pub(super) const LOOSE: usize = 1;

impl Limits {
    pub(super) fn rung(params: &LineParams, rung: usize) -> Self {
        let base = Self {
            elasticity: 1.0,
            tightest: params.tightest,
            loosest: params.loosest,
            last_shortest: params.last_shortest,
            names: false,
            unlimited: false,
        };
        let short = params.last_shortest * 0.65;
        let tight = params.tightest - 0.05;
        match rung {
            0 => Self { loosest: params.loosest.min(params.usually_loosest), ..base },
            LOOSE => base,
            2 => Self { elasticity: 1.33, ..base },
            3 => Self { elasticity: 1.33, names: true, ..base },
            4 => Self { elasticity: 1.33, names: true, tightest: tight, last_shortest: short, ..base },
            5 => Self {
                elasticity: 1.33,
                names: true,
                tightest: tight,
                loosest: params.loosest + 0.5,
                last_shortest: short,
                ..base
            },
            6 => Self {
                elasticity: 1.67,
                names: true,
                tightest: tight,
                loosest: params.loosest + 0.5,
                last_shortest: short,
                ..base
            },
            _ => Self {
                elasticity: 1.67,
                names: true,
                tightest: tight,
                loosest: 3.0,
                last_shortest: 0.0,
                unlimited: true,
            },
        }
    }
}

/// How a line meets its measure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Fit {
    /// Word space as a multiple of the natural one.
    pub(super) x: f64,
    /// Share of the letters' elasticity in use: −1 to 1, or to [`LineParams::reach`] either way.
    pub(super) t: f64,
    pub(super) cost: f64,
}

/// How wide words and spaces are at the most and at the least within the limits, as what each
/// takes of its natural width: what decides whether a line between two breaks can be had at all.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extremes {
    /// Of words, of spaces, of an em of letterspace: at their widest.
    widest: [f64; 3],
    /// The same at their tightest.
    tightest: [f64; 3],
}

impl Extremes {
    pub(super) fn new(params: &LineParams, limits: &Limits) -> Self {
        let letters = limits.elasticity * params.reach;
        let (scale, gaps) = (params.scale * letters, params.letterspace * letters);
        Self {
            widest: [1.0 + scale, limits.loosest, gaps],
            tightest: [1.0 - scale, limits.tightest.min(params.last_tightest), -gaps],
        }
    }

    /// The widest setting of so much text, space and letterspace, in units of [`Length`].
    pub(super) fn widest(&self, text: Length, space: Length, gaps: Length) -> f64 {
        let [t, s, g] = self.widest;
        text.0 as f64 * t + space.0 as f64 * s + gaps.0 as f64 * g
    }

    /// The tightest.
    pub(super) fn tightest(&self, text: Length, space: Length, gaps: Length) -> f64 {
        let [t, s, g] = self.tightest;
        text.0 as f64 * t + space.0 as f64 * s + gaps.0 as f64 * g
    }
}

/// A line before it is fitted: what there is, and what the measure leaves.
#[derive(Clone, Copy, Debug)]
pub(super) struct Content {
    /// The measure, and what hangs into the margins.
    pub(super) room: Length,
    /// Width of the words.
    pub(super) text: Length,
    /// Width of the natural spaces.
    pub(super) space: Length,
    /// What one em of letterspace would add.
    pub(super) gaps: Length,
}

impl Content {
    /// What is missing; negative where it is too much.
    pub(super) fn missing(&self) -> Length {
        self.room - self.text - self.space
    }

    /// How far the letters give, either way, before they go on to the end of their reach.
    pub(super) fn elasticity(&self, params: &LineParams, limits: &Limits) -> f64 {
        (self.gaps.0 as f64 * params.letterspace + self.text.0 as f64 * params.scale) * limits.elasticity
    }

    /// Whether even the tightest setting is too wide.
    pub(super) fn overfull(&self, params: &LineParams, limits: &Limits) -> bool {
        let most = self.space.0 as f64 * (1.0 - limits.tightest.min(params.last_tightest))
            + self.elasticity(params, limits) * params.reach;
        (-self.missing().0) as f64 > most
    }

    /// Spaces and letters share what is missing, the letters up to their limit; what is left they
    /// share once more, the letters up to the end of their reach; the rest is for the spaces.
    /// `letters` is how far the letters give.
    fn share(&self, params: &LineParams, letters: f64) -> (f64, f64) {
        let missing = self.missing().0 as f64;
        let space = self.space.0 as f64;
        let k = if missing > 0.0 { params.share_stretch } else { params.share_shrink };
        let give = space * k + letters;
        let more = space * k * params.share_reach + letters * (params.reach - 1.0);
        let t = match (give > 0.0, missing.abs() - give) {
            (false, _) => 0.0,
            (true, over) if over <= 0.0 || more <= 0.0 => (missing / give).clamp(-1.0, 1.0),
            (true, over) => missing.signum() * (1.0 + (over / more).min(1.0) * (params.reach - 1.0)),
        };
        let x = if space > 0.0 { 1.0 + (missing - t * letters) / space } else { 1.0 };
        (x, t)
    }

    /// A line with both margins straight; `None` where it cannot be had within the limits.
    pub(super) fn justified(&self, params: &LineParams, limits: &Limits) -> Option<Fit> {
        let letters = self.elasticity(params, limits);
        let (missing, space) = (self.missing().0 as f64, self.space.0 as f64);
        if !limits.unlimited {
            let widest = space * (limits.loosest - 1.0) + letters * params.reach;
            let tightest = space * (1.0 - limits.tightest.min(params.last_tightest)) + letters * params.reach;
            if missing > widest || -missing > tightest {
                return None;
            }
        }
        let (x, t) = self.share(params, letters);
        let left = missing - t * letters - (x - 1.0) * space;
        // Less than a hundredth of a point is rounding.
        let fills = left.abs() < 655.0;
        if fills && x >= limits.tightest && x <= limits.loosest {
            return Some(Fit { x, t, cost: space_cost(params, x) + params.letters * t * t });
        }
        if limits.unlimited && left > -655.0 && x > limits.tightest {
            // It does not reach the margin: better ragged than torn apart.
            let gap = self.missing().0 as f64 / self.room.0.max(1) as f64;
            return Some(Fit { x: 1.0, t: 0.0, cost: 500.0 + 2000.0 * gap });
        }
        None
    }

    /// A line that keeps its natural spaces: the last one, or one before a forced end.
    pub(super) fn natural(&self, params: &LineParams, limits: &Limits) -> Option<Fit> {
        if self.missing() >= Length::ZERO {
            return Some(Fit { x: 1.0, t: 0.0, cost: 0.0 });
        }
        let letters = self.elasticity(params, limits);
        let (x, t) = self.share(params, letters);
        let tightest = params.last_tightest.min(1.0).max(limits.tightest);
        let left = self.missing().0 as f64 - t * letters - (x - 1.0) * self.space.0 as f64;
        (x >= tightest && left.abs() < 655.0).then(|| Fit {
            x,
            t,
            cost: space_cost(params, x) + params.letters * t * t,
        })
    }

    /// A ragged or centred line: never too wide; the gap costs.
    pub(super) fn ragged(&self, params: &LineParams, limits: &Limits) -> Option<Fit> {
        let missing = self.missing();
        let share = missing.0 as f64 / self.room.0.max(1) as f64;
        let most = if limits.unlimited { 1.0 } else { 0.5 };
        let unit = share / params.ragged_unit;
        (missing >= Length::ZERO && share <= most).then_some(Fit { x: 1.0, t: 0.0, cost: unit * unit })
    }
}

fn space_cost(params: &LineParams, x: f64) -> f64 {
    if x >= 1.0 {
        let v = (x - 1.0) / params.loose_unit;
        v * v * v
    } else {
        let v = (1.0 - x) / params.tight_unit;
        v * v * v.sqrt()
    }
}

/// What two neighbouring lines cost for being unlike.
pub(super) fn contrast(params: &LineParams, above: Fit, below: Fit) -> f64 {
    let dx = ((above.x - below.x) / 0.5).abs();
    let dt = (above.t - below.t).abs();
    params.contrast * dx * dx * dx + params.letter_contrast * dt * dt * dt
}
