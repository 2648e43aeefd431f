//! In: `covers/palettes.toml`. Out: palettes, and the arithmetic of their colours.

use std::fmt;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::settings;

/// A colour in sRGB.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Rgb(pub [u8; 3]);

impl Rgb {
    /// This colour at `t` = 0, `other` at 1; straight in sRGB, each channel rounded half up.
    pub(crate) fn mix(self, other: Self, t: f64) -> Self {
        let channel = |i: usize| {
            let (a, b) = (f64::from(self.0[i]), f64::from(other.0[i]));
            (a + (b - a) * t + 0.5) as u8
        };
        Self([channel(0), channel(1), channel(2)])
    }

    /// How far its channels lie apart: 0 for greys.
    pub(crate) fn chroma(self) -> u8 {
        let [r, g, b] = self.0;
        r.max(g).max(b) - r.min(g).min(b)
    }

    /// Relative luminance (WCAG 2.2), 0 for black, 1 for white.
    pub(crate) fn luminance(self) -> f64 {
        let linear = |v: u8| {
            let v = f64::from(v) / 255.0;
            if v <= 0.03928 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.0[0]) + 0.7152 * linear(self.0[1]) + 0.0722 * linear(self.0[2])
    }

    /// Contrast ratio (WCAG 2.2), 1 to 21.
    pub(crate) fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }
}

impl fmt::Display for Rgb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.0[0], self.0[1], self.0[2])
    }
}

impl TryFrom<String> for Rgb {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let digits = text.strip_prefix('#').filter(|d| d.len() == 6);
        let value = digits.and_then(|d| u32::from_str_radix(d, 16).ok());
        let value = value.ok_or_else(|| format!("{text} is no colour: write it as #rrggbb"))?;
        Ok(Self([(value >> 16) as u8, (value >> 8) as u8, value as u8]))
    }
}

/// Four colours that belong together.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Palette {
    /// The name that a user may ask for.
    pub name: String,
    /// The field.
    pub ground: Rgb,
    /// All type on the ground; contrast at least 7 : 1.
    pub ink: Rgb,
    /// The first voice.
    pub accent: Rgb,
    /// The second voice, quieter.
    pub second: Rgb,
    /// The families that may draw it.
    pub suits: Vec<String>,
}

impl Palette {
    /// The lighter of ink and ground.
    pub(crate) fn light(&self) -> Rgb {
        if self.ink.luminance() > self.ground.luminance() { self.ink } else { self.ground }
    }

    /// The darker of ink and ground.
    pub(crate) fn dark(&self) -> Rgb {
        if self.ink.luminance() > self.ground.luminance() { self.ground } else { self.ink }
    }

    /// The accent for small type where it can be read on the ground, else the ink.
    pub(crate) fn accent_for_type(&self) -> Rgb {
        if self.accent.contrast(self.ground) >= 3.0 { self.accent } else { self.ink }
    }
}

#[derive(Deserialize)]
struct File {
    palette: Vec<Palette>,
}

/// Every palette, in the order of the file, which is part of the procedure.
#[expect(clippy::expect_used, reason = "the file is part of the program and read by a test")]
pub(crate) static PALETTES: LazyLock<Vec<Palette>> = LazyLock::new(|| {
    let file: File =
        settings::read(include_str!("../../covers/palettes.toml")).expect("palettes.toml is well formed");
    file.palette
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn type_on_the_ground_can_be_read_in_every_palette() {
        assert_eq!(PALETTES.len(), 16);
        for palette in PALETTES.iter() {
            assert!(palette.ink.contrast(palette.ground) >= 7.0, "{}", palette.name);
            assert!(!palette.suits.is_empty(), "{}", palette.name);
        }
    }

    #[test]
    fn mixing_rounds_half_up() {
        assert_eq!(Rgb([0; 3]).mix(Rgb([255; 3]), 0.5), Rgb([128; 3]));
        assert_eq!(Rgb([0; 3]).mix(Rgb([255; 3]), 1.0).to_string(), "#ffffff");
    }

    #[test]
    fn a_wrong_colour_is_told() {
        assert!(Rgb::try_from("#12345".to_owned()).is_err());
        assert!(Rgb::try_from("#12345g".to_owned()).is_err());
        assert!(Rgb::try_from("#€€".to_owned()).is_err());
    }
}
