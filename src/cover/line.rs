//! In: author, series, subtitle. Out: their lines of small type.

use super::CoverError;
use super::colour::Rgb;
use super::drawing::{Anchor, Element, TypeLine};
use super::face::{Face, Faces};
use super::family::{Case, Small};

/// No line of small type goes under this size, in units of the cover.
pub(super) const FLOOR: f64 = 34.0;

/// From baseline to baseline of an author's two lines, in ems.
const AUTHOR_PITCH: f64 = 1.18;

const NUMBERS: [&str; 13] = [
    "Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve",
];

/// `Series · Book One`: words to twelve, then figures.
pub(super) fn series(name: &str, index: Option<&str>) -> String {
    let Some(index) = index.filter(|i| !i.is_empty()) else { return name.to_owned() };
    let plain = index.chars().all(|c| c.is_ascii_digit());
    let word = index.parse::<usize>().ok().filter(|_| plain).and_then(|n| NUMBERS.get(n).copied());
    format!("{name} \u{b7} Book {}", word.unwrap_or(index))
}

/// Where a line stands, and in what colour.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// Where it stands, by `anchor`.
    pub x: f64,
    /// Its baseline.
    pub y: f64,
    /// How it stands to x.
    pub anchor: Anchor,
    /// Its greatest width.
    pub width: f64,
    /// Its colour.
    pub fill: Rgb,
}

/// The greatest size up to `size` at which a line is no wider than `width`.
fn size_for(
    faces: &Faces<'_>,
    face: &'static Face,
    text: &str,
    track: f64,
    size: f64,
    width: f64,
) -> Result<f64, CoverError> {
    Ok(size.min(width / faces.width(face, text, track)?.max(0.01)))
}

/// One line of small type in the family's face; `None` where there is nothing to set, or where
/// it would not fit at [`FLOOR`].
pub(super) fn small(
    faces: &Faces<'_>,
    spec: &Small,
    text: &str,
    size: f64,
    case: Case,
    place: Place,
) -> Result<Option<Element>, CoverError> {
    let text = case.apply(text);
    if text.is_empty() {
        return Ok(None);
    }
    let size = size_for(faces, spec.face, &text, spec.track, size, place.width)?;
    if size < FLOOR {
        return Ok(None);
    }
    Ok(Some(typeset(text, spec, size, place)))
}

fn typeset(text: String, spec: &Small, size: f64, place: Place) -> Element {
    Element::Type(TypeLine {
        x: place.x,
        y: place.y,
        text,
        face: spec.face,
        size,
        fill: place.fill,
        track: spec.track,
        anchor: place.anchor,
    })
}

/// The author's name as set: one line, or two.
#[derive(Clone, Debug)]
pub(super) struct Author {
    lines: Vec<String>,
    /// Size of the em.
    pub size: f64,
}

impl Author {
    /// Fits the name into `width`: one line down to the family's floor, under it two lines cut where they balance.
    pub(super) fn fit(faces: &Faces<'_>, spec: &Small, name: &str, width: f64) -> Result<Self, CoverError> {
        let text = spec.case.apply(name);
        if text.is_empty() {
            return Ok(Self { lines: Vec::new(), size: spec.size });
        }
        let size = size_for(faces, spec.face, &text, spec.track, spec.size, width)?;
        let words: Vec<&str> = text.split_whitespace().collect();
        if size >= spec.floor || words.len() < 2 {
            return Ok(Self { lines: vec![text], size });
        }
        let mut best: Option<(f64, f64, [String; 2])> = None;
        for at in 1..words.len() {
            let halves = [words[..at].join(" "), words[at..].join(" ")];
            let a = faces.width(spec.face, &halves[0], spec.track)?;
            let b = faces.width(spec.face, &halves[1], spec.track)?;
            if best.as_ref().is_none_or(|(d, ..)| (a - b).abs() < *d) {
                best = Some(((a - b).abs(), a.max(b), halves));
            }
        }
        Ok(match best {
            Some((_, longest, halves)) => {
                Self { lines: halves.to_vec(), size: spec.size.min(width / longest.max(0.01)) }
            }
            None => Self { lines: vec![text], size },
        })
    }

    /// From the first baseline to the last.
    pub(super) fn drop(&self) -> f64 {
        AUTHOR_PITCH * self.size * (self.lines.len().max(1) - 1) as f64
    }

    /// The lines, the first at the place's baseline.
    pub(super) fn set(&self, spec: &Small, place: Place) -> Vec<Element> {
        let line = |(i, text): (usize, &String)| {
            let y = place.y + AUTHOR_PITCH * self.size * i as f64;
            typeset(text.clone(), spec, self.size, Place { y, ..place })
        };
        self.lines.iter().enumerate().map(line).collect()
    }

    /// The lines, the last at the place's baseline.
    pub(super) fn set_up(&self, spec: &Small, place: Place) -> Vec<Element> {
        self.set(spec, Place { y: place.y - self.drop(), ..place })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn books_are_counted_in_words_to_twelve() {
        assert_eq!(series("River", Some("1")), "River \u{b7} Book One");
        assert_eq!(series("River", Some("13")), "River \u{b7} Book 13");
        assert_eq!(series("River", Some("1.5")), "River \u{b7} Book 1.5");
        assert_eq!(
            series("River", Some("99999999999999999999999")),
            "River \u{b7} Book 99999999999999999999999"
        );
        assert_eq!(series("River", None), "River");
    }
}
