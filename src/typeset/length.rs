//! Lengths as integers: no drift, and the same bytes on every machine.

use std::fmt;
use std::ops::{Add, AddAssign, Div, Mul, Neg, Sub, SubAssign};

/// A length in 1/65536 of a point (1 pt = 1/72 in).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Length(pub i64);

impl Length {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// One point.
    pub const POINT: Self = Self(65_536);

    /// From points, rounded to the nearest unit.
    pub fn pt(points: f64) -> Self {
        Self((points * 65_536.0).round() as i64)
    }

    /// From inches.
    pub fn inches(inches: f64) -> Self {
        Self::pt(inches * 72.0)
    }

    /// From millimetres.
    pub fn mm(mm: f64) -> Self {
        Self::pt(mm * 72.0 / 25.4)
    }

    /// In points.
    pub fn to_pt(self) -> f64 {
        self.0 as f64 / 65_536.0
    }

    /// `self · numerator / denominator`, rounded to the nearest unit; a half goes up.
    #[must_use]
    #[inline]
    pub fn scaled(self, numerator: i64, denominator: i64) -> Self {
        // Nearly every product fits; the wide division is a hundred times slower.
        let narrow = self.0.checked_mul(numerator).and_then(|p| p.checked_mul(2)?.checked_add(denominator));
        if let (Some(product), Some(d)) = (narrow, denominator.checked_mul(2)) {
            return Self(product.div_euclid(d));
        }
        let product = i128::from(self.0) * i128::from(numerator);
        let d = i128::from(denominator);
        Self((2 * product + d).div_euclid(2 * d) as i64)
    }

    /// A number of font units of a face with `units_per_em`, at this size.
    #[must_use]
    pub fn units(self, units: i32, units_per_em: u16) -> Self {
        let units = i64::from(units);
        // Nearly all faces have one of these: a division by a constant is none.
        match units_per_em {
            1000 => self.scaled(units, 1000),
            2048 => self.scaled(units, 2048),
            other => self.scaled(units, i64::from(other)),
        }
    }

    /// The greater.
    #[must_use]
    pub fn max(self, other: Self) -> Self {
        Ord::max(self, other)
    }

    /// The smaller.
    #[must_use]
    pub fn min(self, other: Self) -> Self {
        Ord::min(self, other)
    }
}

impl fmt::Display for Length {
    /// In points with three decimals.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3}", self.to_pt())
    }
}

impl Add for Length {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl AddAssign for Length {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl Sub for Length {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl SubAssign for Length {
    fn sub_assign(&mut self, other: Self) {
        self.0 -= other.0;
    }
}

impl Neg for Length {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl Mul<i64> for Length {
    type Output = Self;
    fn mul(self, by: i64) -> Self {
        Self(self.0 * by)
    }
}

impl Div<i64> for Length {
    type Output = Self;
    fn div(self, by: i64) -> Self {
        Self(self.0 / by)
    }
}

impl std::iter::Sum for Length {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        iter.fold(Self::ZERO, Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn font_units_round_to_the_nearest() {
        assert_eq!(Length::pt(10.0).units(500, 1000), Length::pt(5.0));
        assert_eq!(Length(3).scaled(1, 2), Length(2));
        assert_eq!(Length(-3).scaled(1, 2), Length(-1));
        assert_eq!(Length::inches(1.0), Length::pt(72.0));
        // Products that overflow 64 bits; `i64::MAX / 2` is odd, so that its half goes up.
        assert_eq!(Length(i64::MAX / 2).scaled(3, 6), Length(i64::MAX / 4 + 1));
        assert_eq!(Length(i64::MIN / 2).scaled(3, 6), Length(i64::MIN / 4));
    }
}
