//! In: the paragraphs of a set-off quotation. Out: the parts of a letter, where it is one.

use crate::book::{Block, LetterPart};
use crate::text::Text;

/// Openings of a salutation in several languages.
const SALUTATIONS: &[&str] = &[
    "dear ",
    "dearest ",
    "my dear",
    "my own dear",
    "my beloved",
    "sir,",
    "sir:",
    "sir—",
    "sirs,",
    "madam",
    "gentlemen",
    "honoured sir",
    "honored sir",
    "to whom it may",
    "lieber ",
    "liebe ",
    "liebster",
    "sehr geehrte",
    "cher ",
    "chère ",
    "mon cher",
    "ma chère",
    "monsieur",
    "querido ",
    "querida ",
    "estimado ",
    "caro ",
    "cara ",
    "mio caro",
    "mia cara",
    "beste ",
    "kära ",
    "käre ",
    "drogi ",
    "droga ",
    "дорогой ",
    "дорогая ",
    "милый ",
    "милая ",
];

/// Openings of a closing.
const CLOSINGS: &[&str] = &[
    "yours",
    "your loving",
    "your affectionate",
    "your obedient",
    "your humble",
    "your friend",
    "your sincere",
    "your devoted",
    "your faithful",
    "sincerely",
    "affectionately",
    "most affectionately",
    "faithfully",
    "respectfully",
    "truly yours",
    "very truly",
    "with love",
    "with all my love",
    "love,",
    "i am, ",
    "i remain",
    "believe me",
    "ever yours",
    "in haste",
    "best wishes",
    "kind regards",
    "adieu",
    "dein ",
    "deine ",
    "mit freundlichen",
    "herzlichst",
    "votre ",
    "bien à vous",
    "tu amigo",
    "suyo",
    "tuo ",
    "tua ",
    "je ",
    "din ",
    "twój",
    "твой ",
    "ваш ",
];

/// Reads the parts. `None` where there is neither a salutation nor a closing with a name.
pub fn read(paragraphs: &[Text]) -> Option<Vec<LetterPart>> {
    if paragraphs.len() < 2 {
        return None;
    }
    let opened = paragraphs.iter().take(3).position(|p| is_salutation(p.as_str()));
    let closed = closing(paragraphs);
    let dated = is_dateline(paragraphs[0].as_str());
    let signed = paragraphs.last().is_some_and(is_signature);
    if opened.is_none() && closed.is_none() && !(dated && signed && paragraphs.len() > 2) {
        return None;
    }
    // A salutation alone needs a letter under it; a closing alone needs a name.
    let body_from = opened.map_or(0, |o| o + usize::from(is_short(paragraphs[o].as_str())));
    let mut parts = Vec::with_capacity(paragraphs.len());
    for (i, text) in paragraphs.iter().enumerate() {
        let text = text.clone();
        parts.push(match () {
            () if opened.is_some_and(|o| i < o) || (opened.is_none() && i == 0 && dated) => {
                LetterPart::Dateline(text)
            }
            () if opened == Some(i) && i < body_from => LetterPart::Salutation(text),
            () if closed == Some(i) => LetterPart::Closing(text),
            // A leave of two lines over the name.
            () if closed.is_some_and(|c| i == c + 1)
                && is_short(text.as_str())
                && !is_signature(&text)
                && paragraphs.get(i + 1).is_some_and(is_signature) =>
            {
                LetterPart::Closing(text)
            }
            () if closed.is_some_and(|c| i == c + 1) && is_short(text.as_str()) => {
                LetterPart::Signature(text)
            }
            () if is_postscript(&text) => LetterPart::Postscript(text),
            () if i + 1 == paragraphs.len() && is_signature(&text) => LetterPart::Signature(text),
            () => LetterPart::Body(Block::para(text)),
        });
    }
    Some(parts)
}

fn opening(text: &str) -> String {
    text.trim_start_matches(['"', '“', '”', '\'', '‘', '_', '«', '„', '['])
        .chars()
        .take(24)
        .flat_map(char::to_lowercase)
        .collect()
}

fn words(text: &str) -> usize {
    text.split_whitespace().count()
}

fn is_short(text: &str) -> bool {
    words(text) <= 9
}

/// Whether a paragraph or a line addresses somebody, as letters begin.
pub fn is_salutation(text: &str) -> bool {
    let low = opening(text);
    let head: String = text.chars().take(60).collect();
    SALUTATIONS.iter().any(|s| low.starts_with(s))
        && (is_short(text)
            && text.trim_end_matches(['_', '"', '”']).ends_with([',', ':', '—', '-', '.', '!'])
            || head.contains([':', '—'])
            || head.contains("--")
            || head.contains(','))
}

fn closing(paragraphs: &[Text]) -> Option<usize> {
    let from = paragraphs.len().saturating_sub(5);
    (from..paragraphs.len()).find(|i| {
        let text = paragraphs[*i].as_str();
        words(text) <= 12
            && is_closing(text)
            && text.trim_end_matches(['_', '"', '”']).ends_with([',', '.', ';', ':', '—', '-'])
    })
}

/// Whether a paragraph or a line takes leave, as letters end.
pub fn is_closing(text: &str) -> bool {
    let low = opening(text);
    CLOSINGS.iter().any(|c| low.starts_with(c))
}

/// The names of months in several languages.
const MONTHS: &str = "jan january januar janvier janeiro enero gennaio feb february februar février fevereiro febrero \
    febbraio mar march märz mars março marzo apr april avril abril aprile may mai maio mayo maggio jun june juni juin \
    junho junio giugno jul july juli juillet julho julio luglio aug august août agosto sep sept september septembre \
    setembro septiembre settembre oct october oktober octobre outubro octubre ottobre nov november novembre novembro \
    noviembre dec december dezember décembre dezembro diciembre dicembre";

/// Whether a paragraph or a line tells a place and a day: short, with a figure or a month.
pub fn is_dateline(text: &str) -> bool {
    let month = |word: &str| {
        let low = word.to_lowercase();
        word.starts_with(char::is_uppercase) && MONTHS.split_whitespace().any(|m| m == low)
    };
    let mut named = text.split(|c: char| !c.is_alphabetic()).filter(|w| !w.is_empty());
    words(text) <= 10 && (text.contains(|c: char| c.is_ascii_digit()) || words(text) <= 5 && named.any(month))
}

fn is_postscript(text: &Text) -> bool {
    let low = opening(text.as_str());
    low.starts_with("p.s")
        || low.starts_with("p. s")
        || low.starts_with("p.p.s")
        || low.starts_with("ps.")
        || low.starts_with("ps:")
}

/// A name: short, each word with a capital.
fn is_signature(text: &Text) -> bool {
    words(text.as_str()) <= 5
        && text
            .as_str()
            .split_whitespace()
            .all(|w| w.chars().find(|c| c.is_alphabetic()).is_none_or(char::is_uppercase))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(lines: &[&str]) -> Option<String> {
        let texts: Vec<Text> = lines.iter().map(|l| Text::from_source(*l)).collect();
        read(&texts).map(|parts| {
            parts
                .iter()
                .map(|p| match p {
                    LetterPart::Dateline(_) => 'd',
                    LetterPart::Salutation(_) => 's',
                    LetterPart::Body(_) => 'b',
                    LetterPart::Closing(_) => 'c',
                    LetterPart::Signature(_) => 'n',
                    LetterPart::Postscript(_) => 'p',
                })
                .collect()
        })
    }

    #[test]
    fn the_parts_of_a_letter() {
        let letter = [
            "Bristol, March 1.",
            "My dear Livesey,",
            "The ship is bought.",
            "Yours ever,",
            "John T.",
            "P.S.—Come soon.",
        ];
        assert_eq!(parts(&letter).as_deref(), Some("dsbcnp"));
        let undressed = ["Bartlett’s Building, March.", "I hope you will excuse me.", "Lucy Steele"];
        assert_eq!(parts(&undressed).as_deref(), Some("dbn"), "a day and a name make a letter");
        let long_leave =
            ["DEAR SIR,", "It is gone.", "I am, Sir,", "Your most obedient servant,", "J. Quill"];
        assert_eq!(parts(&long_leave).as_deref(), Some("sbccn"), "a leave of two lines");
        assert_eq!(parts(&["In the year 1811.", "It rained.", "He left, and no one knew why."]), None);
        assert_eq!(parts(&["A notice:", "No dogs shall enter the park after dark."]), None);
        assert_eq!(parts(&["Deary me, what a day it was for all of us there.", "He left."]), None);
    }
}
