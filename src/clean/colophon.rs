//! In: the decoded text. Out: what a Gutenberg header says of the work: title, author, language.
//!
//! Nothing is changed here: the header itself is taken out by [`super::licence`].

use crate::source::lines::Line;
use crate::text::Span;

/// What a header says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Colophon {
    /// `Title:`
    pub title: Option<String>,
    /// The further lines of `Title:`.
    pub subtitle: Option<String>,
    /// `Author:` and its kin as (MARC relator code, name), in order.
    pub people: Vec<(&'static str, String)>,
    /// `Language:`, as a name: `English`.
    pub language: Option<String>,
    /// The bytes of the fields in the text they were read from.
    pub spans: Vec<Span>,
}

/// Labels of people and their MARC relator codes.
const PEOPLE: &[(&str, &str)] = &[
    ("Author", "aut"),
    ("Authors", "aut"),
    ("Editor", "edt"),
    ("Translator", "trl"),
    ("Illustrator", "ill"),
    ("Contributor", "ctb"),
    ("Commentator", "cmm"),
    ("Compiler", "com"),
];

/// How many lines from the top a header can reach.
const HEADER_LINES: usize = 400;

/// Reads the header of `text`, if it has one: fields before a START line.
pub fn read(text: &str, lines: &[Line]) -> Colophon {
    let mut out = Colophon::default();
    let head = &lines[..lines.len().min(HEADER_LINES)];
    let Some(end) = head.iter().position(|l| super::licence::is_start(&text[l.range()])) else {
        return out;
    };
    let mut i = 0;
    while i < end {
        let Some((label, value)) = text[head[i].range()].split_once(':') else {
            i += 1;
            continue;
        };
        let first = i;
        i += 1;
        while i < end && !head[i].is_blank() && head[i].indent > 0 {
            i += 1;
        }
        let more = head[first + 1..i].iter().map(|l| text[l.range()].trim()).collect::<Vec<_>>().join(" ");
        if out.take(label.trim(), value.trim(), &more) {
            out.spans.push(Span::new(head[first].start as usize, head[i - 1].end as usize));
        }
    }
    out
}

impl Colophon {
    fn take(&mut self, label: &str, value: &str, more: &str) -> bool {
        if value.is_empty() {
            return false;
        }
        match label {
            "Title" if self.title.is_none() => {
                self.title = Some(value.trim_end_matches([';', ':', ',']).to_owned());
                self.subtitle = (!more.is_empty()).then(|| more.to_owned());
                true
            }
            "Language" => {
                self.language = Some(value.to_owned());
                true
            }
            _ => {
                let Some((_, role)) = PEOPLE.iter().find(|(l, _)| *l == label) else { return false };
                for name in [value, more].iter().flat_map(|s| s.split(" and ")) {
                    // `H. G. (Herbert George) Wells`: the name as printed, without its long form.
                    let name = match (name.find('('), name.find(')')) {
                        (Some(a), Some(z)) if a < z => format!("{}{}", name[..a].trim_end(), &name[z + 1..]),
                        _ => name.to_owned(),
                    };
                    let name = name.trim();
                    if !name.is_empty() && !matches!(name, "Anonymous" | "Various" | "Unknown") {
                        self.people.push((role, name.to_owned()));
                    }
                }
                true
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::lines::lines;

    #[test]
    fn a_header_names_the_work() {
        let text = "The Project Gutenberg EBook of A Walk\n\nTitle: A Walk\n       Through the Hills\n\n\
                    Author: Ada Example\n\nLanguage: English\n\n*** START OF THIS PROJECT GUTENBERG EBOOK A WALK ***\n";
        let c = read(text, &lines(text));
        assert_eq!(c.title.as_deref(), Some("A Walk"));
        assert_eq!(c.subtitle.as_deref(), Some("Through the Hills"));
        assert_eq!(c.people, [("aut", "Ada Example".to_owned())]);
        assert_eq!(c.language.as_deref(), Some("English"));
    }

    #[test]
    fn a_text_without_a_start_line_has_no_header() {
        let text = "Title: none\n\nAuthor: nobody\n";
        assert_eq!(read(text, &lines(text)), Colophon::default());
    }
}
