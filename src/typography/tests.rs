//! The stage as a whole, on small books.

use super::*;
use crate::book::{Block, Chapter, Role};

/// A book of one chapter with these paragraphs.
pub(super) fn book(paragraphs: &[&str]) -> (Book, String) {
    let source = paragraphs.join("\n\n");
    let text = Text::from_source(source.clone());
    let mut at = 0;
    let mut body = Vec::new();
    for paragraph in paragraphs {
        body.push(Block::para(text.slice(at..at + paragraph.len())));
        at += paragraph.len() + 2;
    }
    let chapter = Chapter {
        role: Role::Chapter,
        level: 0,
        label: None,
        number: None,
        title: None,
        subtitle: None,
        epigraphs: Vec::new(),
        body,
    };
    (Book { chapters: vec![chapter], ..Book::default() }, source)
}

/// The paragraphs after polishing in `language`.
pub(super) fn polished(language: &str, paragraphs: &[&str]) -> Vec<String> {
    let (mut book, source) = book(paragraphs);
    let options = TextOptions { language: Some(language.to_owned()), ..TextOptions::default() };
    polish(&mut book, &Context { options: &options, source: &source });
    let mut texts = Vec::new();
    book.for_each_text(&mut |text| texts.push(text.as_str().to_owned()));
    texts
}

fn english(text: &str) -> String {
    polished("en", &[text]).remove(0)
}

#[test]
fn quotation_marks_face_their_words() {
    assert_eq!(english("\"Come in,\" she said. \"It's late.\""), "“Come in,” she said. “It’s late.”");
    assert_eq!(english("He paused--\"Fine,\" he said--\"go.\""), "He paused—“Fine,” he said—“go.”");
    assert_eq!(english("\"He said 'no' to me.\""), "“He said ‘no’ to me.”");
    assert_eq!(english("\"'Tis he,\" said I, \"get 'em.\""), "“’Tis he,” said I, “get ’em.”");
    assert_eq!(english("rock 'n' roll in the '90s"), "rock ’n’ roll in the ’90s");
    assert_eq!(english("He was 6'2\" tall."), "He was 6′2″ tall.");
}

#[test]
fn a_quotation_goes_on_in_the_next_paragraph() {
    let out = polished("en", &["\"First part.", "\"Second part,\" he said.", "He left."]);
    assert_eq!(out, ["“First part.", "“Second part,” he said.", "He left."]);
}

#[test]
fn emphasis_becomes_marks() {
    let (mut book, source) = book(&["I _am_ sorry, **really**."]);
    let options = TextOptions::default();
    let findings = polish(&mut book, &Context { options: &options, source: &source });
    let mut marks = Vec::new();
    book.for_each_text(&mut |t| marks.extend(t.marks().iter().map(|m| t.as_str()[m.range()].to_owned())));
    assert_eq!(marks, ["am", "really"]);
    assert!(findings.iter().any(|f| f.rule.code == "E011"));
}

#[test]
fn quotes_are_kept_on_request() {
    let (mut book, source) = book(&["\"It's late,\" she said -- and left."]);
    let options =
        TextOptions { quotes: QuotePolicy::Keep, language: Some("en".into()), ..TextOptions::default() };
    polish(&mut book, &Context { options: &options, source: &source });
    book.for_each_text(&mut |t| assert_eq!(t.as_str(), "\"It's late,\" she said—and left."));
}

#[test]
fn emphasis_runs_over_paragraphs() {
    let (mut book, source) = book(&["_One line,", "another line,", "the last._", "A _b_ c."]);
    polish(&mut book, &Context { options: &TextOptions::default(), source: &source });
    let mut marked = Vec::new();
    book.for_each_text(&mut |t| marked.extend(t.marks().iter().map(|m| t.as_str()[m.range()].to_owned())));
    assert_eq!(marked, ["One line,", "another line,", "the last.", "b"]);
}

#[test]
fn names_joined_by_underscores_are_no_emphasis() {
    let (mut book, source) = book(&["The file_name_here and snake_case_too stay, as does a _lone mark."]);
    let findings = polish(&mut book, &Context { options: &TextOptions::default(), source: &source });
    book.for_each_text(&mut |t| assert!(t.marks().is_empty() && t.as_str().matches('_').count() == 5));
    assert_eq!(findings.iter().filter(|f| f.rule.code == "E020").count(), 1);
}

#[test]
fn an_override_keeps_one_mark() {
    let (mut book, source) = book(&["\"Yes,\" she said. \"No,\" he said."]);
    let single = pass::Override {
        rule: "Q010".into(),
        anchor: "\"Yes".into(),
        right: false,
        reason: "as typed".into(),
    };
    let options = TextOptions {
        language: Some("en".into()),
        overrides: pass::Overrides { off: Vec::new(), single: vec![single] },
        ..TextOptions::default()
    };
    polish(&mut book, &Context { options: &options, source: &source });
    book.for_each_text(&mut |t| assert_eq!(t.as_str(), "\"Yes,” she said. “No,” he said."));
}

#[test]
fn markup_nests_and_unknown_tags_stay() {
    let (mut book, source) = book(&["<b>One <i>two</i></b> <unknown> [i]three[/i] [sic] <i>lone"]);
    polish(&mut book, &Context { options: &TextOptions::default(), source: &source });
    book.for_each_text(&mut |t| {
        assert_eq!(t.as_str(), "One two <unknown> three [sic] <i>lone");
        let marks: Vec<_> = t.marks().iter().map(|m| &t.as_str()[m.range()]).collect();
        assert_eq!(marks, ["One two", "two", "three"]);
    });
}

#[test]
fn titles_in_the_metadata_get_the_same_care() {
    let (mut book, source) = book(&["Text."]);
    book.meta.title = "The Captain's \"Luck\" -- A Tale".into();
    book.meta.contributors.push(crate::book::Contributor {
        name: "Liam \"Red\" O'Dowd".into(),
        role: "aut".into(),
        file_as: None,
    });
    let options = TextOptions { language: Some("en".into()), ..TextOptions::default() };
    polish(&mut book, &Context { options: &options, source: &source });
    assert_eq!(book.meta.title, "The Captain’s “Luck”—A Tale");
    assert_eq!(book.meta.contributors[0].name, "Liam “Red” O’Dowd");
}

#[test]
fn halves_of_a_withheld_name_are_joined() {
    let (mut book, source) =
        book(&["He rode to B –  – to warn them, by – –! It was late – very late – by then."]);
    let options = TextOptions { language: Some("en".into()), ..TextOptions::default() };
    polish(&mut book, &Context { options: &options, source: &source });
    book.for_each_text(&mut |t| {
        assert_eq!(t.as_str(), "He rode to B⸺ to warn them, by ⸺! It was late—very late—by then.");
    });
}

#[test]
fn dashes_with_a_space_between_them_stay_two() {
    for (language, expected) in [("en", "She stopped— —and went."), ("de", "She stopped\u{a0}– – and went.")]
    {
        let (mut book, source) = book(&["She stopped -- -- and went."]);
        let options = TextOptions { language: Some(language.into()), ..TextOptions::default() };
        polish(&mut book, &Context { options: &options, source: &source });
        book.for_each_text(&mut |t| assert_eq!(t.as_str(), expected));
        polish(&mut book, &Context { options: &options, source: &source });
        book.for_each_text(&mut |t| assert_eq!(t.as_str(), expected));
    }
}

#[test]
fn hyphens_of_spanish_speech_are_dashes() {
    for (typed, expected) in [
        ("-No sé -dijo ella-. Vamos.", "—No sé —dijo ella—. Vamos."),
        ("-¿Y si llueve? -preguntó el niño.", "—¿Y si llueve? —preguntó el niño."),
        ("-Ven -dijo Ana- y mira.", "—Ven —dijo Ana— y mira."),
        // Compounds, ranges and what is no speech stay.
        ("-Tu ex-marido nació en 1914.", "—Tu ex-marido nació en 1914."),
        ("El tren Madrid-Sevilla sale a las seis.", "El tren Madrid-Sevilla sale a las seis."),
    ] {
        let (mut book, source) = book(&[typed]);
        let options = TextOptions { language: Some("es".into()), ..TextOptions::default() };
        polish(&mut book, &Context { options: &options, source: &source });
        book.for_each_text(&mut |t| assert_eq!(t.as_str(), expected));
        polish(&mut book, &Context { options: &options, source: &source });
        book.for_each_text(&mut |t| assert_eq!(t.as_str(), expected));
    }
}
