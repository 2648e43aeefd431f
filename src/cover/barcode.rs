//! In: an ISBN, perhaps a price. Out: the EAN-13 symbol with its add-on (ISO/IEC 15420).

use super::colour::Rgb;
use super::drawing::{Anchor, Element, TypeLine, rect};
use super::face::Face;

/// An ISBN of thirteen digits whose check digit is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Isbn([u8; 13]);

impl Isbn {
    /// Reads an ISBN of ten or thirteen digits, with or without hyphens, spaces and the word ISBN.
    ///
    /// # Errors
    /// What is wrong with it, as a sentence without a full stop.
    pub fn parse(text: &str) -> Result<Self, String> {
        let bare = text.trim();
        let bare = bare.strip_prefix("urn:isbn:").unwrap_or(bare);
        let bare = bare.strip_prefix("ISBN").unwrap_or(bare).trim_start_matches([':', ' ', '-']);
        let bare = bare.strip_prefix("13:").or_else(|| bare.strip_prefix("10:")).unwrap_or(bare);
        let signs: Vec<char> =
            bare.chars().filter(|c| !matches!(c, '-' | ' ' | '\u{2010}'..='\u{2013}')).collect();
        let digit = |c: char| c.to_digit(10).map(|d| d as u8);
        match signs.as_slice() {
            [first @ .., last] if first.len() == 9 => {
                let digits: Option<Vec<u8>> = first.iter().map(|c| digit(*c)).collect();
                let digits =
                    digits.ok_or_else(|| format!("{text} is no ISBN: it has other signs than digits"))?;
                let sum: u32 = digits.iter().zip((2..=10).rev()).map(|(d, w)| u32::from(*d) * w).sum();
                let check = (11 - sum % 11) % 11;
                let right = char::from_digit(check, 10).unwrap_or('X');
                if last.to_ascii_uppercase() != right {
                    return Err(wrong_check(text, right));
                }
                let mut all = [9, 7, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
                all[3..12].copy_from_slice(&digits);
                all[12] = check_digit(&all);
                Ok(Self(all))
            }
            all if all.len() == 13 => {
                let digits: Option<Vec<u8>> = all.iter().map(|c| digit(*c)).collect();
                let digits: Option<[u8; 13]> = digits.and_then(|d| d.try_into().ok());
                let digits =
                    digits.ok_or_else(|| format!("{text} is no ISBN: it has other signs than digits"))?;
                if !(digits.starts_with(&[9, 7, 8]) || digits.starts_with(&[9, 7, 9])) {
                    return Err(format!("{text} is no ISBN: one of thirteen digits begins with 978 or 979"));
                }
                let right = check_digit(&digits);
                if digits[12] != right {
                    return Err(wrong_check(text, char::from(b'0' + right)));
                }
                Ok(Self(digits))
            }
            all => Err(format!("{text} is no ISBN: it has {} digits, not 10 or 13", all.len())),
        }
    }

    fn digits(self, range: std::ops::Range<usize>) -> String {
        self.0[range].iter().map(|d| char::from(b'0' + d)).collect()
    }
}

fn wrong_check(text: &str, right: char) -> String {
    format!("{text} is no ISBN: its last digit would be {right}; one of its digits is wrong")
}

/// The thirteenth digit that belongs to the first twelve.
fn check_digit(digits: &[u8; 13]) -> u8 {
    let sum: u32 =
        digits[..12].iter().enumerate().map(|(i, d)| u32::from(*d) * if i % 2 == 0 { 1 } else { 3 }).sum();
    ((10 - sum % 10) % 10) as u8
}

/// Reads a price as the five digits of the add-on: `USD 14.99` gives 51499, and so on; `none` gives 90000.
///
/// # Errors
/// What is wrong with it, as a sentence without a full stop.
pub fn price_code(price: &str) -> Result<[u8; 5], String> {
    let price = price.trim();
    if price.eq_ignore_ascii_case("none") {
        return Ok([9, 0, 0, 0, 0]);
    }
    let wrong = || {
        format!(
            "`{price}` is no price for a barcode: write it as USD 14.99, GBP 9.99, CAD, AUD or NZD, or none"
        )
    };
    let (currency, amount) = price.split_once(' ').ok_or_else(wrong)?;
    let first = match currency {
        "GBP" => 0,
        "AUD" => 3,
        "NZD" => 4,
        "USD" => 5,
        "CAD" => 6,
        _ => return Err(wrong()),
    };
    let (whole, cents) = amount.split_once('.').unwrap_or((amount, "00"));
    if whole.is_empty() || whole.len() > 2 || cents.len() != 2 {
        return Err(wrong());
    }
    let digits: Option<Vec<u8>> =
        format!("{whole:0>2}{cents}").chars().map(|c| c.to_digit(10).map(|d| d as u8)).collect();
    match digits.as_deref() {
        Some([a, b, c, d]) => Ok([first, *a, *b, *c, *d]),
        _ => Err(wrong()),
    }
}

/// The bars of a digit in the odd set, from the left: widths of space, bar, space, bar.
const WIDTHS: [[u8; 4]; 10] = [
    [3, 2, 1, 1],
    [2, 2, 2, 1],
    [2, 1, 2, 2],
    [1, 4, 1, 1],
    [1, 1, 3, 2],
    [1, 2, 3, 1],
    [1, 1, 1, 4],
    [1, 3, 1, 2],
    [1, 2, 1, 3],
    [3, 1, 1, 2],
];

/// Which of the six left digits are in the even set, by the first digit; the first of the six in the highest bit.
const LEFT_SETS: [u8; 10] = [
    0b00_0000, 0b00_1011, 0b00_1101, 0b00_1110, 0b01_0011, 0b01_1001, 0b01_1100, 0b01_0101, 0b01_0110,
    0b01_1010,
];

/// The same for the five digits of the add-on, by their check sum.
const ADD_ON_SETS: [u8; 10] =
    [0b11000, 0b10100, 0b10010, 0b10001, 0b01100, 0b00110, 0b00011, 0b01010, 0b01001, 0b00101];

/// Modules as dark or light.
#[derive(Default)]
struct Modules(Vec<bool>);

impl Modules {
    fn push(&mut self, widths: &[u8], mut dark: bool) {
        for width in widths {
            self.0.extend(std::iter::repeat_n(dark, usize::from(*width)));
            dark = !dark;
        }
    }

    fn digit(&mut self, digit: u8, even: bool) {
        let mut widths = WIDTHS[usize::from(digit)];
        if even {
            widths.reverse();
        }
        self.push(&widths, false);
    }
}

/// The 95 modules of an ISBN.
fn ean13(isbn: Isbn) -> Modules {
    let mut modules = Modules::default();
    modules.push(&[1, 1, 1], true);
    let sets = LEFT_SETS[usize::from(isbn.0[0])];
    for (i, digit) in isbn.0[1..7].iter().enumerate() {
        modules.digit(*digit, sets >> (5 - i) & 1 == 1);
    }
    modules.push(&[1, 1, 1, 1, 1], false);
    for digit in &isbn.0[7..] {
        modules.push(&WIDTHS[usize::from(*digit)], true);
    }
    modules.push(&[1, 1, 1], true);
    modules
}

/// The 47 modules of an add-on.
fn ean5(digits: [u8; 5]) -> Modules {
    let mut modules = Modules::default();
    modules.push(&[1, 1, 2], true);
    let sum: u32 = digits.iter().zip([3, 9, 3, 9, 3]).map(|(d, w)| u32::from(*d) * w).sum();
    let sets = ADD_ON_SETS[(sum % 10) as usize];
    for (i, digit) in digits.iter().enumerate() {
        if i > 0 {
            modules.push(&[1, 1], false);
        }
        modules.digit(*digit, sets >> (4 - i) & 1 == 1);
    }
    modules
}

/// Modules of quiet before the symbol, between it and the add-on, behind either.
const QUIET: [f64; 4] = [11.0, 10.0, 7.0, 5.0];
/// The width of a module at full size: 0.33 mm, in inches.
const MODULE: f64 = 0.33 / 25.4;

/// Draws the symbol in black in the middle of a white box: left, top, width, height in units, of which
/// there are `inch` to the inch. A box of 2 × 1.2 in holds the symbol at full size, with an add-on at nine tenths.
pub(super) fn draw(isbn: Isbn, add_on: Option<[u8; 5]>, [x, y, w, h]: [f64; 4], inch: f64) -> Vec<Element> {
    const BLACK: Rgb = Rgb([0; 3]);
    let main = ean13(isbn);
    let second = add_on.map(ean5);
    let columns =
        QUIET[0] + 95.0 + second.as_ref().map_or(QUIET[2], |s| QUIET[1] + s.0.len() as f64 + QUIET[3]);
    let module = (MODULE * inch).min(w / columns);
    let full = module / (MODULE * inch);
    let left = x + (w - columns * module) / 2.0 + QUIET[0] * module;
    let size = 0.115 * inch * full;
    let head = y + h * 0.20;
    let foot = y + h * 0.80;
    let mut out = vec![rect(x, y, w, h, Rgb([255; 3]))];
    let mut bars = |modules: &Modules, left: f64, span: &dyn Fn(usize) -> (f64, f64)| {
        let mut at = 0;
        for run in modules.0.chunk_by(|a, b| a == b) {
            if run[0] {
                let (top, foot) = span(at);
                out.push(rect(left + at as f64 * module, top, run.len() as f64 * module, foot - top, BLACK));
            }
            at += run.len();
        }
    };
    let guard = |at: usize| matches!(at, 0..=2 | 45..=49 | 92..);
    bars(&main, left, &|at| (head, if guard(at) { foot + size * 0.45 } else { foot }));
    let right = left + (95.0 + QUIET[1]) * module;
    if let Some(second) = &second {
        bars(second, right, &|_| (head + size, foot + size * 0.45));
    }
    let Some(face) = Face::named("atkinson") else { return out };
    let mut text = |text: String, x: f64, y: f64, anchor: Anchor, track: f64| {
        out.push(Element::Type(TypeLine { x, y, text, face, size, fill: BLACK, track, anchor }));
    };
    let under = foot + size * 0.86;
    text(isbn.digits(0..1), left - 4.0 * module, under, Anchor::End, 0.0);
    text(isbn.digits(1..7), left + 24.0 * module, under, Anchor::Middle, 0.16);
    text(isbn.digits(7..13), left + 71.0 * module, under, Anchor::Middle, 0.16);
    let whole = format!("ISBN {}-{}", isbn.digits(0..3), isbn.digits(3..13));
    text(whole, left + 47.5 * module, head - size * 0.35, Anchor::Middle, 0.02);
    if let Some(digits) = add_on {
        let code = digits.iter().map(|d| char::from(b'0' + d)).collect();
        text(code, right + 23.5 * module, head + size * 0.75, Anchor::Middle, 0.16);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(modules: &Modules) -> String {
        modules.0.iter().map(|m| if *m { '1' } else { '0' }).collect()
    }

    #[test]
    fn check_digits_are_checked_and_named() {
        assert_eq!(Isbn::parse("978-3-16-148410-0").unwrap().digits(0..13), "9783161484100");
        assert_eq!(Isbn::parse("ISBN 0-306-40615-2").unwrap().digits(0..13), "9780306406157");
        assert_eq!(Isbn::parse("080442957X").unwrap().digits(0..13), "9780804429573");
        assert!(Isbn::parse("978-3-16-148410-7").unwrap_err().contains("would be 0"));
        assert!(Isbn::parse("0-306-40615-3").unwrap_err().contains("would be 2"));
        for wrong in ["", "123", "9773161484100", "97831614841O0", "€€€€€€€€€€"] {
            assert!(Isbn::parse(wrong).is_err(), "{wrong}");
        }
    }

    /// Both strings were made from the tables of ISO/IEC 15420, as lists of modules.
    #[test]
    fn bars_are_those_of_the_standard() {
        let isbn = Isbn::parse("978-3-16-148410-0").unwrap();
        assert_eq!(
            printed(&ean13(isbn)),
            "10101110110001001010000100110010000101001100101010101110010010001011100110011011100101110010101"
        );
        assert_eq!(printed(&ean5([5, 2, 4, 9, 5])), "10110111001010010011010011101010001011010110001");
    }

    #[test]
    fn prices_become_five_digits() {
        assert_eq!(price_code("USD 14.99"), Ok([5, 1, 4, 9, 9]));
        assert_eq!(price_code("GBP 9"), Ok([0, 0, 9, 0, 0]));
        assert_eq!(price_code("none"), Ok([9, 0, 0, 0, 0]));
        for wrong in ["14.99", "USD 140.99", "USD 1.9", "XXX 3.00", "USD a.bc"] {
            assert!(price_code(wrong).is_err(), "{wrong}");
        }
    }
}
