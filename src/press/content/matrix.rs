//! Transformations of the plane (ISO 32000-2, 8.3.4).

/// A transformation: a b c d e f as in `cm`.
pub(in crate::press) type Matrix = [f64; 6];

/// Everything stays where it is.
pub(in crate::press) const IDENTITY: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

/// Everything moves by this much.
pub(in crate::press) const fn moved(x: f64, y: f64) -> Matrix {
    [1.0, 0.0, 0.0, 1.0, x, y]
}

/// `first`, then `second`.
pub(in crate::press) fn then(first: &Matrix, second: &Matrix) -> Matrix {
    let [a, b, c, d, e, f] = *first;
    let [g, h, i, j, k, l] = *second;
    [a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + l]
}

/// Where a point comes to stand.
pub(in crate::press) fn apply(m: &Matrix, (x, y): (f64, f64)) -> (f64, f64) {
    (m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5])
}

/// How much a matrix enlarges, on average of both directions.
pub(in crate::press) fn enlargement(m: &Matrix) -> f64 {
    (m[0] * m[3] - m[1] * m[2]).abs().sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transformations_act_in_their_order() {
        let both = then(&moved(1.0, 2.0), &[2.0, 0.0, 0.0, 3.0, 0.0, 0.0]);
        assert_eq!(apply(&both, (1.0, 1.0)), (4.0, 9.0));
        assert_eq!(apply(&then(&IDENTITY, &both), (1.0, 1.0)), (4.0, 9.0));
        assert!((enlargement(&both) - 6.0_f64.sqrt()).abs() < 1e-12);
    }
}
