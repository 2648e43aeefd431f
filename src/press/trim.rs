//! In: a trim size as people write it. Out: its width and height.

use crate::typeset::length::Length;

/// The size of a page after trimming.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trim {
    /// Width.
    pub width: Length,
    /// Height.
    pub height: Length,
}

/// A trim size with a name.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Named {
    /// The name that `--trim` takes.
    pub name: &'static str,
    /// The size as it is written: `6x9`, `148x210mm`.
    pub size: &'static str,
    /// What it is used for.
    pub about: &'static str,
}

/// Every trim size with a name, from small to large.
pub static NAMES: &[Named] = &[
    Named { name: "pocket", size: "4.25x6.87", about: "mass-market paperback" },
    Named { name: "a6", size: "105x148mm", about: "ISO 216" },
    Named { name: "a-format", size: "110x178mm", about: "British mass-market paperback" },
    Named { name: "novella", size: "5x8", about: "short novels" },
    Named { name: "b-format", size: "129x198mm", about: "British paperback" },
    Named { name: "digest", size: "5.5x8.5", about: "novels; half a letter sheet" },
    Named { name: "a5", size: "148x210mm", about: "ISO 216" },
    Named { name: "demy", size: "138x216mm", about: "British hardback" },
    Named { name: "trade", size: "6x9", about: "American trade paperback" },
    Named { name: "royal", size: "156x234mm", about: "British hardback, large" },
    Named { name: "b5", size: "176x250mm", about: "ISO 216" },
    Named { name: "crown-quarto", size: "189x246mm", about: "illustrated books" },
    Named { name: "a4", size: "210x297mm", about: "ISO 216" },
    Named { name: "letter", size: "8.5x11", about: "American letter paper" },
];

/// Why a trim size cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TrimError {
    /// It is neither a name nor a size.
    #[error(
        "trim size {0:?} is not known: write width x height in inches (6x9) or millimetres (148x210mm), \
         or a name such as trade, digest or a5 (`inkbind list trims` has all)"
    )]
    Unknown(String),
    /// It is a size that no book has.
    #[error("trim size {0:?} cannot be a page: a side must measure between 50 mm and 1000 mm")]
    Unfit(String),
}

/// Reads a trim size: a name of [`NAMES`], or width × height in inches, millimetres or
/// centimetres (`6x9`, `5.5 x 8.5 in`, `148x210mm`, `14.8×21cm`).
///
/// Without a unit, numbers above 25 are millimetres: no page is 25 inches wide.
///
/// # Errors
/// [`TrimError`] where it is no size or not one of a page.
pub fn parse(written: &str) -> Result<Trim, TrimError> {
    let lower = written.trim().to_lowercase();
    let plain = match NAMES.iter().find(|n| n.name == lower.replace([' ', '_'], "-")) {
        Some(named) => named.size.to_owned(),
        None => lower,
    };
    size(&plain).ok_or_else(|| TrimError::Unknown(written.to_owned())).and_then(|trim| {
        let fits = |l: Length| (Length::mm(50.0)..=Length::mm(1000.0)).contains(&l);
        if fits(trim.width) && fits(trim.height) {
            Ok(trim)
        } else {
            Err(TrimError::Unfit(written.to_owned()))
        }
    })
}

fn size(plain: &str) -> Option<Trim> {
    let (body, unit) =
        [("mm", Unit::Millimetres), ("cm", Unit::Centimetres), ("in", Unit::Inches), ("\"", Unit::Inches)]
            .into_iter()
            .find_map(|(end, unit)| plain.strip_suffix(end).map(|body| (body, Some(unit))))
            .unwrap_or((plain, None));
    let (width, height) = body.split_once(['x', '×', '*'])?;
    let number = |s: &str| {
        let s = s.trim().trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '"').trim();
        s.replace(',', ".").parse::<f64>().ok().filter(|v| v.is_finite() && *v > 0.0)
    };
    let (width, height) = (number(width)?, number(height)?);
    let unit = unit.unwrap_or(if width > 25.0 || height > 25.0 { Unit::Millimetres } else { Unit::Inches });
    let length = |v: f64| match unit {
        Unit::Inches => Length::inches(v.min(1e6)),
        Unit::Millimetres => Length::mm(v.min(1e6)),
        Unit::Centimetres => Length::mm(v.min(1e6) * 10.0),
    };
    Some(Trim { width: length(width), height: length(height) })
}

#[derive(Clone, Copy)]
enum Unit {
    Inches,
    Millimetres,
    Centimetres,
}

impl Trim {
    /// Whether two sizes are the same to a printer: within 0.5 mm.
    pub fn same_as(self, other: Self) -> bool {
        let near = |a: Length, b: Length| (a - b).0.abs() <= Length::mm(0.5).0;
        near(self.width, other.width) && near(self.height, other.height)
    }
}

impl std::fmt::Display for Trim {
    /// In inches and millimetres: `6 × 9 in (152 × 229 mm)`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let inches = |l: Length| {
            let text = format!("{:.3}", l.to_pt() / 72.0);
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        };
        let mm = |l: Length| (l.to_pt() * 25.4 / 72.0).round();
        write!(
            f,
            "{} × {} in ({} × {} mm)",
            inches(self.width),
            inches(self.height),
            mm(self.width),
            mm(self.height)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(written: &str) -> (f64, f64) {
        let trim = parse(written).unwrap();
        (trim.width.to_pt(), trim.height.to_pt())
    }

    #[test]
    fn sizes_are_read_as_people_write_them() {
        for written in ["6x9", "6 x 9", "6×9in", "6in x 9in", "6\"x9\"", "trade", "Trade"] {
            assert_eq!(points(written), (432.0, 648.0), "{written}");
        }
        for written in ["148x210mm", "148x210", "14.8x21cm", "14,8 x 21 cm", "a5", "A5"] {
            assert!(parse(written).unwrap().same_as(parse("5.83x8.27").unwrap()), "{written}");
        }
    }

    #[test]
    fn what_is_no_page_is_refused_with_advice() {
        for written in ["", "six by nine", "6", "0x9", "-6x9", "NaNx9", "6x"] {
            assert!(matches!(parse(written), Err(TrimError::Unknown(_))), "{written}");
        }
        for written in ["1x1", "1e9x1e9mm", "6x90000"] {
            assert!(matches!(parse(written), Err(TrimError::Unfit(_))), "{written}");
        }
        assert!(parse("x").unwrap_err().to_string().contains("148x210mm"));
    }

    #[test]
    fn every_name_is_a_size() {
        for named in NAMES {
            parse(named.name).unwrap();
        }
    }
}
