//! In: a book. Out: what each of its pieces is called: its file, its heading, its line in the contents.

use std::collections::BTreeMap;

use super::markup::plain;
use crate::book::{Block, Book, Chapter, Number, NumberStyle, Role};
use crate::wording::{self, Wording};

/// The names of a chapter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Label {
    /// Stem of its file and its id: `chapter-003`.
    pub(super) stem: String,
    /// Word and number as the heading shows them: `Chapter Three`.
    pub(super) ordinal: Option<String>,
    /// Its line in the contents: `Chapter Three: The Black Spot`.
    pub(super) line: String,
}

/// The labels of all chapters, in their order.
pub(super) fn all(book: &Book) -> Vec<Label> {
    let wording = wording::of(&book.meta.language);
    let mut highest: BTreeMap<Role, u32> = BTreeMap::new();
    let mut of_role: BTreeMap<Role, usize> = BTreeMap::new();
    for chapter in &book.chapters {
        let value = chapter.number.as_ref().map_or(0, |n| n.value);
        let entry = highest.entry(chapter.role).or_default();
        *entry = value.max(*entry);
        *of_role.entry(chapter.role).or_default() += 1;
    }
    let alone = of_role.get(&Role::Chapter) == Some(&1);
    let mut seen: BTreeMap<Role, usize> = BTreeMap::new();
    book.chapters
        .iter()
        .map(|chapter| {
            let nth = seen.entry(chapter.role).or_default();
            *nth += 1;
            let ordinal = ordinal(chapter, wording, highest.get(&chapter.role).copied().unwrap_or_default());
            Label {
                stem: stem(chapter.role, *nth),
                line: line(book, chapter, ordinal.as_deref(), wording, alone),
                ordinal,
            }
        })
        .collect()
}

/// Chapters and divisions always carry a number in their file's name, other matter from the second on.
fn stem(role: Role, nth: usize) -> String {
    let (name, numbered) = match role {
        Role::Dedication => ("dedication", false),
        Role::Epigraph => ("epigraph", false),
        Role::Foreword => ("foreword", false),
        Role::Preface => ("preface", false),
        Role::Introduction => ("introduction", false),
        Role::Acknowledgements => ("acknowledgements", false),
        Role::DramatisPersonae => ("characters", false),
        Role::FrontMatter => ("front", true),
        Role::Prologue => ("prologue", false),
        Role::Volume => ("volume", true),
        Role::Part => ("part", true),
        Role::Chapter => ("chapter", true),
        Role::Interlude => ("interlude", true),
        Role::Epilogue => ("epilogue", false),
        Role::Afterword => ("afterword", false),
        Role::Appendix => ("appendix", true),
        Role::Notes => ("notes", false),
        Role::Glossary => ("glossary", false),
        Role::Bibliography => ("bibliography", false),
        Role::AboutAuthor => ("author", false),
        Role::BackMatter => ("back", true),
    };
    match (numbered, nth) {
        (true, _) if role == Role::Chapter => format!("{name}-{nth:03}"),
        (true, _) => format!("{name}-{nth}"),
        (false, 1) => name.to_owned(),
        (false, _) => format!("{name}-{nth}"),
    }
}

fn ordinal(chapter: &Chapter, wording: &Wording, highest: u32) -> Option<String> {
    if let Some(label) = &chapter.label {
        let label = tidied(label.as_str());
        if !label.is_empty() {
            return Some(label);
        }
    }
    let number = chapter.number.as_ref()?;
    Some(match number.style {
        NumberStyle::Counted => wording.counted(chapter.role, &number.keyword, number.value, highest),
        NumberStyle::Arabic | NumberStyle::Roman | NumberStyle::Words | NumberStyle::Ordinal => {
            written(number, wording)
        }
    })
}

/// A number whose heading did not come as text, in the style that it names.
fn written(number: &Number, wording: &Wording) -> String {
    let value = match number.style {
        NumberStyle::Roman => wording::roman(number.value),
        NumberStyle::Words | NumberStyle::Ordinal => wording.number(number.value),
        NumberStyle::Arabic | NumberStyle::Counted => None,
    };
    let value = value.unwrap_or_else(|| number.value.to_string());
    format!("{} {value}", number.keyword).trim().to_owned()
}

/// `CHAPTER III.` as `Chapter III`: the same words without the typist's capitals and full stop.
pub(super) fn tidied(label: &str) -> String {
    let label = plain(label);
    let label = label.trim_end_matches(['.', ':', ',', ';', '-', '–', '—', ' ']);
    if label.chars().any(char::is_lowercase) {
        return label.to_owned();
    }
    let words: Vec<String> =
        label.split(' ').map(|w| if is_roman(w) { w.to_owned() } else { capitalised(w) }).collect();
    words.join(" ")
}

fn is_roman(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|b| matches!(b, b'I' | b'V' | b'X' | b'L' | b'C' | b'D' | b'M'))
}

/// `TWENTY-ONE` as `Twenty-One`.
fn capitalised(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    let mut first = true;
    for c in word.chars() {
        if first {
            out.push(c);
        } else {
            out.extend(c.to_lowercase());
        }
        first = matches!(c, '-' | '–');
    }
    out
}

fn line(book: &Book, chapter: &Chapter, ordinal: Option<&str>, wording: &Wording, alone: bool) -> String {
    let title = chapter.title.as_ref().map(|t| plain(t.as_str())).filter(|t| !t.is_empty());
    match (ordinal, title) {
        (Some(ordinal), Some(title)) => format!("{ordinal}: {title}"),
        (Some(ordinal), None) => ordinal.to_owned(),
        (None, Some(title)) => title,
        (None, None) if chapter.role == Role::Chapter && alone && !book.meta.title.trim().is_empty() => {
            plain(&book.meta.title)
        }
        (None, None) if chapter.role == Role::Chapter => {
            opening_words(&chapter.body).unwrap_or_else(|| wording.role(chapter.role).to_owned())
        }
        (None, None) => wording.role(chapter.role).to_owned(),
    }
}

/// The first words of a piece without a heading, as the contents of a collection of poems give them.
fn opening_words(body: &[Block]) -> Option<String> {
    const WORDS: usize = 6;
    let mut first = None;
    for block in body {
        block.for_each_text(&mut |text| {
            if first.is_none() && text.as_str().chars().any(char::is_alphanumeric) {
                first = Some(plain(&text.as_str().chars().take(200).collect::<String>()));
            }
        });
        if first.is_some() {
            break;
        }
    }
    let first = first?;
    let words: Vec<&str> = first.split(' ').take(WORDS).collect();
    let words = words.join(" ");
    Some(if words.len() < first.len() {
        format!("{}…", words.trim_end_matches([',', ';', '.']))
    } else {
        words
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Text;

    fn chapter(label: Option<&str>, title: Option<&str>) -> Chapter {
        Chapter {
            role: Role::Chapter,
            level: 0,
            label: label.map(Text::from_source),
            number: None,
            title: title.map(Text::from_source),
            subtitle: None,
            epigraphs: Vec::new(),
            body: vec![Block::para(Text::from_source("It was a dark and stormy night; the rain fell."))],
        }
    }

    #[test]
    fn labels_keep_the_words_of_the_source() {
        assert_eq!(tidied("CHAPTER XIV."), "Chapter XIV");
        assert_eq!(tidied("STAVE TWENTY-ONE:"), "Stave Twenty-One");
        assert_eq!(tidied("Letter iv"), "Letter iv");
        assert_eq!(tidied("12."), "12");
        assert_eq!(tidied(" * "), "*");
    }

    #[test]
    fn lines_of_the_contents_name_every_piece() {
        let mut counted = chapter(None, None);
        counted.number = Some(Number { value: 2, style: NumberStyle::Counted, keyword: String::new() });
        let book = Book {
            chapters: vec![
                chapter(Some("CHAPTER I."), Some("The\nLetter")),
                counted,
                chapter(None, Some("Alone")),
                chapter(None, None),
                Chapter { role: Role::Dedication, ..chapter(None, None) },
            ],
            ..Book::default()
        };
        let lines: Vec<String> = all(&book).into_iter().map(|l| l.line).collect();
        assert_eq!(
            lines,
            ["Chapter I: The Letter", "Chapter Two", "Alone", "It was a dark and stormy…", "Dedication"]
        );
        let stems: Vec<String> = all(&book).into_iter().map(|l| l.stem).collect();
        assert_eq!(stems, ["chapter-001", "chapter-002", "chapter-003", "chapter-004", "dedication"]);
    }
}
