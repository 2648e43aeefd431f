//! In: a chapter's label, number and title. Out: the words of its opening, of running heads, of
//! the contents and of the outline.

use crate::book::{Chapter, Number, NumberStyle, Role};
use crate::text::Text;
use crate::typeset::design::{Field, NumberForm};
use crate::typeset::flow::Setter;
use crate::typeset::page::Tag;
use crate::typeset::sheet::{Filled, Words};
use crate::typeset::styled::Nodes;
use crate::typeset::titlecase;
use crate::wording::{self, Wording};

/// Ordinals in words up to here; above, `chapter xxi`.
const ORDINALS: [&str; 20] = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
];

/// The words of a chapter's or part's heading, with a structure node for all of them.
pub(super) fn fields(setter: &Setter<'_>, chapter: &Chapter, nodes: &mut Nodes) -> Vec<Filled> {
    let mut out = Vec::new();
    let form = form(setter, chapter.role);
    let number = number(setter, chapter, form);
    let plain_title = fallback_title(setter, chapter);
    if number.is_none() && chapter.title.is_none() && plain_title.is_none() {
        return out;
    }
    let owner = nodes.push(Tag::Heading(chapter.level.saturating_add(1).min(6)), 0);
    if let Some(words) = number {
        out.push(Filled { field: Field::Number, words: Words::Plain(words), owner });
    }
    if let Some(title) = &chapter.title {
        out.push(Filled { field: Field::Title, words: Words::Marked(cased(setter, title)), owner });
    } else if let Some(words) = plain_title {
        out.push(Filled { field: Field::Title, words: Words::Plain(words), owner });
    }
    if let Some(subtitle) = &chapter.subtitle {
        let owner = nodes.push(Tag::Paragraph, 0);
        out.push(Filled { field: Field::Subtitle, words: Words::Marked(cased(setter, subtitle)), owner });
    }
    out
}

/// How the design writes the number of this kind of piece.
fn form(setter: &Setter<'_>, role: Role) -> NumberForm {
    let design = &setter.layout.design;
    if role.is_division() { design.part_number_form } else { design.opening.number_form }
}

/// What a piece is called that has neither number nor title.
fn fallback_title(setter: &Setter<'_>, chapter: &Chapter) -> Option<String> {
    if chapter.title.is_some() || chapter.number.is_some() || chapter.label.is_some() {
        return None;
    }
    let named = !matches!(
        chapter.role,
        Role::Chapter | Role::FrontMatter | Role::BackMatter | Role::Dedication | Role::Epigraph
    );
    named.then(|| setter.wording.role(chapter.role).to_owned())
}

/// The number as the design writes it; the source's own label where it has no number.
pub(super) fn number(setter: &Setter<'_>, chapter: &Chapter, form: NumberForm) -> Option<String> {
    if let Some(number) = &chapter.number {
        return Some(written(setter.wording, chapter.role, number, form));
    }
    let label = chapter.label.as_ref()?.as_str().trim().trim_end_matches(['.', ':']);
    (!label.is_empty()).then(|| label.to_owned())
}

fn written(wording: &Wording, role: Role, number: &Number, form: NumberForm) -> String {
    let own = wording.role(role);
    let bare = number.keyword.is_empty() && number.style != NumberStyle::Counted;
    let keyword = if number.keyword.is_empty() { own } else { number.keyword.as_str() };
    let english = wording.language == "en";
    let value = number.value;
    match form {
        NumberForm::Figure => value.to_string(),
        NumberForm::Roman => roman(value),
        NumberForm::KeywordFigure if bare => value.to_string(),
        NumberForm::KeywordFigure => format!("{keyword} {value}"),
        NumberForm::Ordinal if english && !bare => match ORDINALS.get((value as usize).wrapping_sub(1)) {
            Some(ordinal) => format!("the {ordinal} {}", keyword.to_lowercase()),
            None => format!("{keyword} {}", roman(value)),
        },
        NumberForm::Words | NumberForm::Ordinal => {
            let words = wording.counted(role, &number.keyword, value, 99.max(value));
            if bare { wording.number(value).unwrap_or_else(|| value.to_string()) } else { words }
        }
    }
}

/// The number of a chapter in every form in which some design writes it.
pub fn every_number(wording: &Wording, role: Role, number: &Number) -> [String; 5] {
    [NumberForm::Words, NumberForm::Ordinal, NumberForm::KeywordFigure, NumberForm::Figure, NumberForm::Roman]
        .map(|form| written(wording, role, number, form))
}

/// What stands in running heads: the title; of a chapter that is merely numbered, that of what it is a chapter `of`,
/// where that has one.
pub(super) fn running_head(setter: &Setter<'_>, chapter: &Chapter, of: Option<&Chapter>) -> String {
    let above = of.filter(|_| chapter.number.is_some()).and_then(|of| of.title.as_ref());
    if let Some(title) = chapter.title.as_ref().or(above) {
        return without_notes(&cased(setter, title));
    }
    number(setter, chapter, NumberForm::Words)
        .or_else(|| fallback_title(setter, chapter))
        .unwrap_or_else(|| setter.book.meta.title.clone())
}

/// For each chapter the last one before it that stands above it and has a title.
pub(super) fn above(chapters: &[Chapter]) -> Vec<Option<&Chapter>> {
    let mut open: Vec<&Chapter> = Vec::new();
    chapters
        .iter()
        .map(|chapter| {
            while open.pop_if(|last| last.level >= chapter.level).is_some() {}
            let above = open.iter().rev().copied().find(|above| above.title.is_some());
            open.push(chapter);
            above
        })
        .collect()
}

/// What stands in the outline; empty for a piece without a heading.
pub(super) fn outline(setter: &Setter<'_>, chapter: &Chapter) -> String {
    let number = number(setter, chapter, NumberForm::KeywordFigure);
    let title = chapter
        .title
        .as_ref()
        .map(|t| without_notes(&cased(setter, t)))
        .or_else(|| fallback_title(setter, chapter));
    match (number, title) {
        (Some(number), Some(title)) => format!("{number}: {title}"),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => String::new(),
    }
}

/// A heading as it is printed: an English one in capitals gets the capitals of a title.
pub(super) fn cased(setter: &Setter<'_>, text: &Text) -> Text {
    if setter.wording.language == "en" { titlecase::recased(text) } else { text.clone() }
}

/// A heading's words on one line, without the marks of notes.
pub(super) fn without_notes(text: &Text) -> String {
    let mut out = String::new();
    let mut at = 0;
    for mark in text.marks() {
        if matches!(mark.kind, crate::text::MarkKind::Note(_)) && mark.start as usize >= at {
            out.push_str(&text.as_str()[at..mark.start as usize]);
            at = mark.end as usize;
        }
    }
    out.push_str(&text.as_str()[at..]);
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A number in roman capitals; in figures where they cannot write it.
pub(super) fn roman(number: u32) -> String {
    wording::roman(number).unwrap_or_else(|| number.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Edit, MarkKind};

    #[test]
    fn roman_numbers() {
        let written: Vec<String> = [1, 4, 9, 14, 40, 1999, 0, 4000].map(roman).to_vec();
        assert_eq!(written, ["I", "IV", "IX", "XIV", "XL", "MCMXCIX", "0", "4000"]);
    }

    #[test]
    fn a_chapter_belongs_to_what_stands_above_it_with_a_title() {
        let chapter = |level: u8, title: &str| Chapter {
            role: Role::Chapter,
            level,
            label: None,
            number: None,
            title: (!title.is_empty()).then(|| Text::from_source(title)),
            subtitle: None,
            epigraphs: Vec::new(),
            body: Vec::new(),
        };
        let chapters = [
            chapter(0, "Preface"),
            chapter(0, "The Ferry"),
            chapter(1, ""),
            chapter(2, ""),
            chapter(1, "The Toll"),
            chapter(2, ""),
            chapter(0, ""),
            chapter(1, ""),
        ];
        let titles: Vec<Option<&str>> =
            above(&chapters).iter().map(|above| Some(above.as_ref()?.title.as_ref()?.as_str())).collect();
        let (ferry, toll) = (Some("The Ferry"), Some("The Toll"));
        assert_eq!(titles, [None, None, ferry, ferry, ferry, toll, None, None]);
    }

    #[test]
    fn heads_carry_no_note_marks() {
        let mut text = Text::from_source("The Whale[1]");
        text.apply(&[Edit::mark(9..12, MarkKind::Note(0))]);
        assert_eq!(without_notes(&text), "The Whale");
    }
}
