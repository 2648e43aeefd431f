//! The values of a design's keys that are more than a number or a name: lengths, lines of the grid, colours,
//! and how TOML writes them.

use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, Visitor};

/// A length in points or in em of the text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Dimension {
    /// Points at the design's own size.
    Points(f64),
    /// Em of the text.
    Em(f64),
}

impl Default for Dimension {
    fn default() -> Self {
        Self::Points(0.0)
    }
}

impl Dimension {
    /// So many times the length.
    #[must_use]
    pub fn times(self, share: f64) -> Self {
        match self {
            Self::Points(points) => Self::Points(points * share),
            Self::Em(em) => Self::Em(em * share),
        }
    }

    /// In points, where the text is `size` and everything is `scale` times the design's.
    pub fn points(self, size: f64, scale: f64) -> f64 {
        match self {
            Self::Points(points) => points * scale,
            Self::Em(em) => em * size,
        }
    }
}

/// A line of the grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// Counted from the first line of text, which is 1.
    Head(i32),
    /// Counted from the last line of text: `"N"` is 0, `"N+2"` is 2.
    Foot(i32),
}

impl Line {
    /// Its number on a page of `lines` lines.
    pub fn number(self, lines: u32) -> i32 {
        match self {
            Self::Head(line) => line,
            Self::Foot(line) => lines as i32 + line,
        }
    }
}

/// A colour as sRGB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour(pub u8, pub u8, pub u8);

impl<'de> Deserialize<'de> for Line {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Lines;
        impl Visitor<'_> for Lines {
            type Value = Line;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a line: a number from the head, or \"N\", \"N+2\", \"N-4\" from the foot")
            }
            fn visit_i64<E: de::Error>(self, line: i64) -> Result<Line, E> {
                i32::try_from(line)
                    .map(Line::Head)
                    .map_err(|_| E::invalid_value(de::Unexpected::Signed(line), &self))
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Line, E> {
                let wrong = || E::invalid_value(de::Unexpected::Str(text), &self);
                let rest = text.strip_prefix('N').ok_or_else(wrong)?;
                if rest.is_empty() {
                    return Ok(Line::Foot(0));
                }
                rest.parse().map(Line::Foot).map_err(|_| wrong())
            }
        }
        deserializer.deserialize_any(Lines)
    }
}

impl<'de> Deserialize<'de> for Dimension {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Dimensions;
        impl Visitor<'_> for Dimensions {
            type Value = Dimension;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a length: points as a number, or em as \"1.25em\"")
            }
            fn visit_i64<E: de::Error>(self, points: i64) -> Result<Dimension, E> {
                Ok(Dimension::Points(points as f64))
            }
            fn visit_f64<E: de::Error>(self, points: f64) -> Result<Dimension, E> {
                Ok(Dimension::Points(points))
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Dimension, E> {
                let em = text.strip_suffix("em").and_then(|n| n.trim().parse::<f64>().ok());
                em.filter(|n| n.is_finite())
                    .map(Dimension::Em)
                    .ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
            }
        }
        deserializer.deserialize_any(Dimensions)
    }
}

impl<'de> Deserialize<'de> for Colour {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let wrong = || de::Error::invalid_value(de::Unexpected::Str(&text), &"a colour as \"#9A2F1E\"");
        let digits = text.strip_prefix('#').filter(|d| d.len() == 6 && d.is_ascii()).ok_or_else(wrong)?;
        let part = |i: usize| u8::from_str_radix(&digits[i..i + 2], 16).map_err(|_| wrong());
        Ok(Self(part(0)?, part(2)?, part(4)?))
    }
}
