//! In: colours as screens have them. Out: the inks of an edition.
//!
//! A press takes grey or the four process inks. Without the profiles of screen and press at hand the
//! four are found by the formula of full grey replacement: what cyan, magenta and yellow have in common
//! becomes black, so that black type and bars are one ink, and no place takes more than three.

/// What colours become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inks {
    /// Everything is grey: black ink alone.
    Grey,
    /// Colours stay red, green and blue.
    Rgb,
    /// Colours become cyan, magenta, yellow and black; greys stay black alone.
    Cmyk {
        /// The most ink at one place: the sum of the four, in per cent.
        limit: u16,
    },
}

impl Inks {
    /// Whether the edition has colours at all.
    pub(super) const fn has_colours(self) -> bool {
        !matches!(self, Self::Grey)
    }
}

/// Cyan, magenta, yellow and black, in thousandths, of a colour in sRGB; together at most `limit` per cent.
pub(super) fn cmyk([r, g, b]: [u8; 3], limit: u16) -> [i64; 4] {
    let most = i64::from(r.max(g).max(b));
    if most == 0 {
        return [0, 0, 0, 1000];
    }
    let black = ((255 - most) * 1000 + 127) / 255;
    let part = |v: u8| ((most - i64::from(v)) * 1000 + most / 2) / most;
    let colours = [part(r), part(g), part(b)];
    let sum: i64 = colours.iter().sum();
    let room = (i64::from(limit) * 10 - black).max(0);
    let [c, m, y] = if sum > room { colours.map(|v| v * room / sum) } else { colours };
    [c, m, y, black]
}

/// The brightness of a colour as seen (ITU-R BT.601), 0 to 255.
pub(super) fn luma(r: u8, g: u8, b: u8) -> i64 {
    (299 * i64::from(r) + 587 * i64::from(g) + 114 * i64::from(b) + 500) / 1000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn greys_are_black_alone_and_pure_colours_pure_inks() {
        assert_eq!(cmyk([0, 0, 0], 300), [0, 0, 0, 1000]);
        assert_eq!(cmyk([255, 255, 255], 300), [0, 0, 0, 0]);
        assert_eq!(cmyk([128, 128, 128], 300), [0, 0, 0, 498]);
        assert_eq!(cmyk([255, 0, 0], 300), [0, 1000, 1000, 0]);
        assert_eq!(cmyk([0, 255, 255], 300), [1000, 0, 0, 0]);
    }

    #[test]
    fn no_colour_takes_more_ink_than_the_paper_does() {
        let steps = [0, 1, 9, 40, 90, 128, 200, 255];
        for index in 0..steps.len().pow(3) {
            let step = |power: u32| steps[index / steps.len().pow(power) % steps.len()];
            let (r, g, b) = (step(0), step(1), step(2));
            let inks = cmyk([r, g, b], 240);
            assert!(inks.iter().all(|v| (0..=1000).contains(v)), "{r} {g} {b}: {inks:?}");
            assert!(inks.iter().sum::<i64>() <= 2400, "{r} {g} {b}: {inks:?}");
        }
    }
}
