//! In: an English heading in capitals. Out: the same with the capitals of a title.
//!
//! Old texts print headings in capitals throughout. Set in italics or in a display face they
//! shout; a title has capitals where its words begin, but for the small words inside of it
//! (Chicago Manual of Style, 8.159).

use crate::text::{Edit, Text};

/// Words that stay small inside of a title.
const SMALL: &[&str] = &[
    "a", "an", "and", "as", "at", "but", "by", "for", "from", "in", "into", "nor", "of", "off", "on", "or",
    "per", "so", "the", "to", "up", "upon", "via", "with", "yet",
];

/// Abbreviations without a vowel that are words nevertheless.
const TITLES: &[&str] =
    &["dr", "jr", "mr", "mrs", "ms", "mss", "pt", "sr", "st", "vs", "hm", "hmm", "shh", "pst"];

/// A text of fewer letters is left alone: it may be initials.
const LEAST_LETTERS: usize = 4;

/// The text with the capitals of a title, if all of its letters are capitals; else as it is.
pub(super) fn recased(text: &Text) -> Text {
    let content = text.as_str();
    let letters = content.chars().filter(|c| c.is_alphabetic());
    let mut count = 0;
    for letter in letters {
        if letter.is_lowercase() {
            return text.clone();
        }
        count += 1;
    }
    if count < LEAST_LETTERS {
        return text.clone();
    }
    let words = words(content);
    let mut edits = Vec::new();
    for (index, word) in words.iter().enumerate() {
        let first = index == 0 || opens(content, words[index - 1].1, word.0);
        let last = index + 1 == words.len();
        let old = &content[word.0..word.1];
        let new = recase(old, first || last, content[word.1..].starts_with('.'));
        if new != old {
            edits.push(Edit::replace(word.0..word.1, new));
        }
    }
    let mut out = text.clone();
    out.apply(&edits);
    out
}

/// Start and end of each word: letters and figures, with apostrophes inside.
fn words(content: &str) -> Vec<(usize, usize)> {
    let mut out: Vec<(usize, usize)> = Vec::new();
    let mut open: Option<usize> = None;
    let chars: Vec<(usize, char)> = content.char_indices().collect();
    for (i, (at, c)) in chars.iter().enumerate() {
        let inner = matches!(c, '’' | '\'')
            && open.is_some()
            && chars.get(i + 1).is_some_and(|(_, next)| next.is_alphanumeric());
        if c.is_alphanumeric() || inner {
            open.get_or_insert(*at);
        } else if let Some(start) = open.take() {
            out.push((start, *at));
        }
    }
    if let Some(start) = open {
        out.push((start, content.len()));
    }
    out
}

/// Whether what stands between two words begins a new phrase.
fn opens(content: &str, from: usize, to: usize) -> bool {
    content[from..to].contains([':', '—', '–', '.', '!', '?', '“', '(', '[', '/', ';'])
}

fn recase(word: &str, prominent: bool, stop: bool) -> String {
    let lower = word.to_lowercase();
    let vowel = lower.contains(['a', 'e', 'i', 'o', 'u', 'y']) || !word.is_ascii();
    let roman = word.len() >= 2 && word.bytes().all(|b| b"IVX".contains(&b));
    let initials = (!vowel && !TITLES.contains(&lower.as_str())) || (word.len() == 1 && stop);
    if roman || initials || word.starts_with(|c: char| c.is_ascii_digit()) {
        return word.to_owned();
    }
    if !prominent && SMALL.contains(&lower.as_str()) {
        return lower;
    }
    let mut out = String::with_capacity(word.len());
    let mut upper = true;
    for (i, c) in lower.char_indices() {
        if upper && c.is_alphabetic() {
            out.extend(c.to_uppercase());
            upper = false;
        } else {
            out.push(c);
        }
        // O’Brien, D’Artagnan; McGregor.
        if (c == '’' || c == '\'') && i == 1 || (i == 1 && lower.starts_with("mc") && lower.len() > 4) {
            upper = true;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::MarkKind;

    fn cased(text: &str) -> String {
        recased(&Text::from_source(text)).as_str().to_owned()
    }

    #[test]
    fn headings_in_capitals_become_titles() {
        assert_eq!(cased("AT THE “ADMIRAL BENBOW”"), "At the “Admiral Benbow”");
        assert_eq!(cased("THE SEA-COOK"), "The Sea-Cook");
        assert_eq!(cased("I GO TO BRISTOL"), "I Go to Bristol");
        assert_eq!(
            cased("NARRATIVE RESUMED BY JIM HAWKINS—THE GARRISON IN THE STOCKADE"),
            "Narrative Resumed by Jim Hawkins—The Garrison in the Stockade"
        );
        assert_eq!(cased("AND LAST"), "And Last");
        assert_eq!(cased("JIM’S O’BRIEN AND DR. MCGREGOR"), "Jim’s O’Brien and Dr. McGregor");
        assert_eq!(cased("HENRY IV AND THE BBC"), "Henry IV and the BBC");
        assert_eq!(cased("LOUIS XIV OF FRANCE"), "Louis XIV of France");
        assert_eq!(cased("THE ÉCLAIR"), "The Éclair");
    }

    #[test]
    fn other_headings_stay_as_they_are() {
        for text in ["The BBC and I", "III", "USA", "at sea", "", "1984"] {
            assert_eq!(cased(text), text);
        }
    }

    #[test]
    fn marks_stay_on_their_words() {
        let mut text = Text::from_source("THE WHALE SINKS");
        text.apply(&[Edit::mark(4..9, MarkKind::Em)]);
        let out = recased(&text);
        assert_eq!(&out.as_str()[out.marks()[0].range()], "Whale");
    }
}
