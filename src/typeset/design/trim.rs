//! In: a trim size as people write it. Out: its width and height.

use crate::typeset::length::Length;

/// A trim size by name.
#[derive(Debug)]
pub struct Trim {
    /// The name that `--trim` takes.
    pub name: &'static str,
    /// Width and height as written: inches (`5.5x8.5`) or millimetres (`148x210mm`).
    pub size: &'static str,
    /// What it is for.
    pub about: &'static str,
}

/// The named trim sizes. Any other may be given as inches (`5.2x8`) or millimetres (`120x190mm`).
pub static TRIMS: &[Trim] = &[
    Trim { name: "pocket", size: "4.25x6.87", about: "mass-market paperback" },
    Trim { name: "b-format", size: "129x198mm", about: "British paperback" },
    Trim { name: "b6", size: "125x176mm", about: "small metric paperback" },
    Trim { name: "trade", size: "5.5x8.5", about: "American trade paperback; half letter" },
    Trim { name: "digest", size: "5.25x8", about: "small trade paperback" },
    Trim { name: "small", size: "5x8", about: "short novel" },
    Trim { name: "demy", size: "138x216mm", about: "British hardback" },
    Trim { name: "a5", size: "148x210mm", about: "metric paperback; half A4" },
    Trim { name: "royal", size: "6.14x9.21", about: "long novel, British" },
    Trim { name: "us-trade", size: "6x9", about: "long novel" },
    Trim { name: "crown", size: "7.44x9.69", about: "illustrated books" },
    Trim { name: "large", size: "7x10", about: "extra large print" },
    Trim { name: "letter", size: "8.5x11", about: "workbooks" },
    Trim { name: "a4", size: "210x297mm", about: "workbooks, metric" },
];

/// Least and greatest edge of a page: below, no text fits; above, no printer binds it.
const EDGES: (f64, f64) = (180.0, 1600.0);

/// Width and height of a trim given by name, in inches (`6x9`, `6x9in`) or in millimetres
/// (`148x210mm`).
///
/// # Errors
/// A sentence that says how sizes are written.
pub fn parse_trim(text: &str) -> Result<(Length, Length), String> {
    let lower = text.trim().to_ascii_lowercase();
    if let Some(trim) = TRIMS.iter().find(|t| t.name == lower) {
        return parse_trim(trim.size);
    }
    let (numbers, unit) = match lower.strip_suffix("mm") {
        Some(rest) => (rest, 72.0 / 25.4),
        None => (lower.strip_suffix("in").unwrap_or(&lower), 72.0),
    };
    let parsed = numbers.split_once(['x', '×']).and_then(|(w, h)| {
        let edge =
            |s: &str| s.trim().trim_end_matches("mm").trim_end_matches("in").trim().parse::<f64>().ok();
        Some((edge(w)? * unit, edge(h)? * unit))
    });
    let Some((width, height)) = parsed else {
        return Err(format!(
            "{text:?} is no trim size; write inches as 6x9, millimetres as 148x210mm, or a name from `inkbind list trims`"
        ));
    };
    let fits = |edge: f64| edge.is_finite() && edge >= EDGES.0 && edge <= EDGES.1;
    if !fits(width) || !fits(height) {
        return Err(format!("a page of {text} cannot be set; each edge must be between 2.5 and 22 inches"));
    }
    Ok((Length::pt(width), Length::pt(height)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_inches_and_millimetres_are_understood() {
        assert_eq!(parse_trim("6x9"), Ok((Length::pt(432.0), Length::pt(648.0))));
        assert_eq!(parse_trim("A5"), parse_trim("148x210mm"));
        assert_eq!(parse_trim("5.5 x 8.5 in"), Ok((Length::pt(396.0), Length::pt(612.0))));
        for trim in TRIMS {
            assert!(parse_trim(trim.name).is_ok(), "{}", trim.name);
        }
    }

    #[test]
    fn what_is_no_size_says_how_to_write_one() {
        for bad in ["", "6", "6by9", "axb", "0x0", "1e9x9", "NaNxNaN", "6x-9"] {
            assert!(parse_trim(bad).is_err(), "{bad}");
        }
    }
}
