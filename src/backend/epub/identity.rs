//! In: metadata. Out: identifiers and language as an EPUB needs them, always valid.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use super::markup::plain;
use crate::book::{Book, Metadata};

/// What identifies an edition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    /// Never empty; the first is the unique identifier.
    pub(super) identifiers: Vec<Identifier>,
    /// Numbers that claim to be an ISBN and are none.
    pub(super) not_isbn: Vec<String>,
    /// A well-formed BCP 47 tag.
    pub(super) language: String,
    /// The tag that was given, where it is not well-formed.
    pub(super) not_language: Option<String>,
}

/// An identifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Identifier {
    /// As the package document has it: `urn:isbn:9780141439518`.
    pub(super) value: String,
    /// The ISBN alone, where it is one.
    pub(super) isbn: Option<String>,
}

impl Identity {
    /// Reads the metadata; where it names no identifier, one is derived from the work.
    pub(super) fn of(book: &Book) -> Self {
        let mut not_isbn = Vec::new();
        let mut identifiers: Vec<Identifier> = Vec::new();
        for given in &book.meta.identifiers {
            let given = plain(given);
            if given.is_empty() {
                continue;
            }
            let identifier = identifier(&given, &mut not_isbn);
            if !identifiers.contains(&identifier) {
                identifiers.push(identifier);
            }
        }
        if identifiers.is_empty() {
            identifiers.push(Identifier { value: derived(book), isbn: None });
        }
        let tag = book.meta.language.trim();
        let good = well_formed(tag);
        Self {
            identifiers,
            not_isbn,
            language: if good { tag.to_owned() } else { "und".to_owned() },
            not_language: (!good && !tag.is_empty()).then(|| plain(tag)),
        }
    }

    /// The ISBNs among the identifiers.
    pub(super) fn isbns(&self) -> impl Iterator<Item = &str> {
        self.identifiers.iter().filter_map(|i| i.isbn.as_deref())
    }

    /// The unique identifier.
    pub(super) fn unique(&self) -> &str {
        self.identifiers.first().map_or("", |i| &i.value)
    }
}

fn identifier(given: &str, not_isbn: &mut Vec<String>) -> Identifier {
    let lower = given.to_ascii_lowercase();
    let named =
        ["urn:isbn:", "isbn:", "isbn-13:", "isbn-10:", "isbn "].iter().find(|p| lower.starts_with(**p));
    let number = named.map_or(given, |p| &given[p.len()..]);
    let digits: String = number.chars().filter(|c| !matches!(c, '-' | ' ' | '‑' | '–')).collect();
    let digits = digits.to_ascii_uppercase();
    if is_isbn(&digits) {
        return Identifier { value: format!("urn:isbn:{digits}"), isbn: Some(digits) };
    }
    let looks_like = digits.len() == 13 && (digits.starts_with("978") || digits.starts_with("979"));
    if named.is_some() || (looks_like && digits.bytes().all(|b| b.is_ascii_digit())) {
        not_isbn.push(given.to_owned());
        return Identifier { value: number.trim().to_owned(), isbn: None };
    }
    if is_uuid(&lower) {
        return Identifier { value: format!("urn:uuid:{lower}"), isbn: None };
    }
    Identifier { value: given.to_owned(), isbn: None }
}

/// Whether the check digit is right (ISO 2108).
fn is_isbn(digits: &str) -> bool {
    let value = |c: char| c.to_digit(10);
    match digits.len() {
        10 => {
            let mut sum = 0;
            for (weight, c) in (1..=10).rev().zip(digits.chars()) {
                match (value(c), c, weight) {
                    (Some(digit), _, _) => sum += weight * digit,
                    (None, 'X', 1) => sum += 10,
                    _ => return false,
                }
            }
            sum % 11 == 0
        }
        13 if digits.starts_with("978") || digits.starts_with("979") => {
            let digits: Option<Vec<u32>> = digits.chars().map(value).collect();
            digits.is_some_and(|d| {
                d.iter().zip([1, 3].iter().cycle()).map(|(d, w)| d * w).sum::<u32>() % 10 == 0
            })
        }
        _ => false,
    }
}

fn is_uuid(lower: &str) -> bool {
    let groups: Vec<&str> = lower.split('-').collect();
    groups.iter().map(|g| g.len()).eq([8, 4, 4, 4, 12])
        && groups.iter().all(|g| g.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// A UUID that stays the same for the same work (RFC 9562, version 8: SHA-256 of title, authors, series and language).
///
/// The text itself does not count, so that a corrected edition keeps its identifier; only where no author is
/// known do its first letters stand in.
fn derived(book: &Book) -> String {
    let Metadata { title, subtitle, contributors, series, language, .. } = &book.meta;
    let mut hash = Sha256::new();
    let mut add = |field: &str| {
        hash.update(field.len().to_le_bytes().map(|b| b));
        hash.update(field.as_bytes());
    };
    add("inkbind:work");
    add(&plain(title));
    add(&plain(subtitle.as_deref().unwrap_or_default()));
    add(language);
    if let Some(series) = series {
        add(&series.name);
        add(series.index.as_deref().unwrap_or_default());
    }
    for contributor in contributors {
        add(&contributor.name);
    }
    if contributors.is_empty() {
        let mut opening = String::new();
        for chapter in &book.chapters {
            for block in &chapter.body {
                block.for_each_text(&mut |text| {
                    let letters = text.as_str().chars().filter(|c| c.is_alphanumeric());
                    opening.extend(letters.take(80_usize.saturating_sub(opening.chars().count())));
                });
            }
            if opening.len() >= 80 {
                break;
            }
        }
        add(&opening);
    }
    let digest = hash.finalize();
    let mut bytes = [0_u8; 16];
    bytes.copy_from_slice(&digest[..16]);
    bytes[6] = (bytes[6] & 0x0F) | 0x80;
    bytes[8] = (bytes[8] & 0x3F) | 0x80;
    let mut urn = String::from("urn:uuid:");
    for (at, byte) in bytes.iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            urn.push('-');
        }
        // Writing to a string cannot fail.
        let _ = write!(urn, "{byte:02x}");
    }
    urn
}

/// Whether a tag is well-formed in the forms that books use (RFC 5646): language, script, region, variants.
fn well_formed(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let primary = parts.next().unwrap_or_default();
    (2..=3).contains(&primary.len())
        && primary.bytes().all(|b| b.is_ascii_alphabetic())
        && parts.all(|p| (2..=8).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphanumeric()))
}

/// Whether a language is written from right to left.
pub(super) fn right_to_left(language: &str) -> bool {
    const LANGUAGES: [&str; 9] = ["ar", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"];
    let mut parts = language.split('-');
    let primary = parts.next().unwrap_or_default().to_ascii_lowercase();
    let latin = parts.any(|p| p.eq_ignore_ascii_case("Latn"));
    !latin && LANGUAGES.contains(&primary.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::Contributor;

    fn book(identifiers: &[&str]) -> Book {
        let mut book = Book::default();
        "The Sea".clone_into(&mut book.meta.title);
        "en-GB".clone_into(&mut book.meta.language);
        book.meta.identifiers = identifiers.iter().map(|s| (*s).to_owned()).collect();
        book
    }

    #[test]
    fn an_isbn_is_checked() {
        let identity = Identity::of(&book(&["ISBN 978-0-14-143951-8", "0-8044-2957-X"]));
        assert_eq!(identity.unique(), "urn:isbn:9780141439518");
        assert_eq!(identity.isbns().collect::<Vec<_>>(), ["9780141439518", "080442957X"]);
        let identity = Identity::of(&book(&["9780141439519"]));
        assert_eq!(identity.not_isbn, ["9780141439519"]);
        assert_eq!(identity.unique(), "9780141439519");
    }

    #[test]
    fn a_work_without_identifier_gets_one_that_stays() {
        let one = Identity::of(&book(&[]));
        assert_eq!(one, Identity::of(&book(&[])));
        assert!(is_uuid(one.unique().trim_start_matches("urn:uuid:")), "{}", one.unique());
        let mut other = book(&[]);
        other.meta.contributors.push(Contributor { name: "A".into(), role: "aut".into(), file_as: None });
        assert_ne!(Identity::of(&other).unique(), one.unique());
    }

    #[test]
    fn a_language_that_is_none_is_undetermined() {
        let mut given = book(&[]);
        "english & more".clone_into(&mut given.meta.language);
        let identity = Identity::of(&given);
        assert_eq!(identity.language, "und");
        assert_eq!(identity.not_language.as_deref(), Some("english & more"));
        assert!(right_to_left("he-IL") && !right_to_left("yi-Latn") && !right_to_left("en"));
    }
}
