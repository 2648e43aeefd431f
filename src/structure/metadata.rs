//! In: what flags, title page, header and file name say. Out: the book's metadata, each value
//! with its origin.

use super::Understanding;
use super::archive::{Label, Region};
use super::rules;
use super::titlepage::TitlePage;
use crate::book::{Contributor, Metadata, Origin};
use crate::clean::Cleaned;
use crate::options::TextOptions;
use crate::report::{Effect, Finding};

/// Gathers the metadata. What the user gave wins.
pub(super) fn metadata(
    title: &TitlePage,
    cleaned: &Cleaned,
    options: &TextOptions,
    work: &Understanding<'_>,
    findings: &mut Vec<Finding>,
) -> Metadata {
    let mut meta = options.meta.clone();
    let colophon = &cleaned.colophon;
    let said = colophon.title.clone().or_else(|| title.title.clone());
    if meta.title.is_empty()
        && let Some(t) = said
    {
        if meta.subtitle.is_none() {
            meta.subtitle = colophon.subtitle.clone().or_else(|| title.subtitle.clone());
        }
        meta.title = t;
        meta.origins.insert("title", Origin::Text);
    }
    if meta.title.is_empty() {
        meta.title = options.file_stem.as_deref().map_or_else(|| "Untitled".to_owned(), from_file_name);
        let origin = if options.file_stem.is_some() { Origin::FileName } else { Origin::Default };
        meta.origins.insert("title", origin);
    }
    people(&mut meta, title, cleaned);
    if let Some(given) = &options.language {
        meta.language.clone_from(given);
    } else if meta.language.is_empty()
        && let Some(tag) = colophon.language.as_deref().and_then(language)
    {
        tag.clone_into(&mut meta.language);
        meta.origins.insert("language", Origin::Text);
    }
    describe(&mut meta, work, findings);
    meta
}

fn people(meta: &mut Metadata, title: &TitlePage, cleaned: &Cleaned) {
    if meta.authors().next().is_some() {
        return;
    }
    let named = &cleaned.colophon.people;
    let authors: Vec<String> = if named.iter().any(|p| p.0 == "aut") {
        named.iter().filter(|p| p.0 == "aut").map(|p| p.1.clone()).collect()
    } else {
        title.authors.clone()
    };
    let others = named.iter().filter(|p| p.0 != "aut").cloned().chain(title.others.iter().cloned());
    let contributor =
        |role: &str, name: String| Contributor { file_as: file_as(&name), name, role: role.to_owned() };
    let found: Vec<Contributor> = authors.into_iter().map(|n| contributor("aut", n)).collect();
    if !found.is_empty() {
        meta.origins.insert("authors", Origin::Text);
    }
    meta.contributors.extend(found);
    for (role, name) in others {
        if !meta.contributors.iter().any(|c| c.role == role && c.name.eq_ignore_ascii_case(&name)) {
            meta.contributors.push(contributor(role, name));
        }
    }
}

/// `Stevenson, Robert Louis`: the last word first, particles with it.
fn file_as(name: &str) -> Option<String> {
    let words: Vec<&str> = name.split_whitespace().collect();
    let (last, rest) = words.split_last()?;
    if rest.is_empty() || name.contains(',') {
        return None;
    }
    let particles = rest
        .iter()
        .rev()
        .take_while(|w| {
            matches!(
                **w,
                "de" | "von"
                    | "van"
                    | "der"
                    | "da"
                    | "du"
                    | "la"
                    | "le"
                    | "del"
                    | "di"
                    | "zu"
                    | "ten"
                    | "ter"
            )
        })
        .count();
    let (given, family) = rest.split_at(rest.len() - particles);
    let family: Vec<&str> = family.iter().copied().chain(std::iter::once(*last)).collect();
    if given.is_empty() {
        return None;
    }
    Some(format!("{}, {}", family.join(" "), given.join(" ")))
}

/// The summary of an archive page as description.
fn describe(meta: &mut Metadata, work: &Understanding<'_>, findings: &mut Vec<Finding>) {
    let blocks: Vec<usize> = (0..work.labels.len())
        .filter(|b| work.labels[*b] == Some(Label::Region(Region::WorkSummary)))
        .collect();
    if blocks.is_empty() {
        return;
    }
    let spans: Vec<_> = blocks.iter().map(|b| work.page.span(*b)).collect();
    let text: Vec<String> =
        blocks.iter().map(|b| work.page.raw(*b).split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    if meta.description.is_none() {
        meta.description = Some(text.join("\n"));
        meta.origins.insert("description", Origin::Text);
    }
    findings.push(
        Finding::note(&rules::DESCRIPTION, spans.first().copied(), "the page's summary describes the book")
            .with_effect(Effect::Understood(spans)),
    );
}

/// A file's name as a title: separators become spaces, small words capitals.
fn from_file_name(stem: &str) -> String {
    let spaced = stem.replace(['_', '-'], " ");
    let words: Vec<String> = spaced
        .split_whitespace()
        .map(|w| {
            let mut chars = w.chars();
            chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_default()
        })
        .collect();
    if words.is_empty() { "Untitled".to_owned() } else { words.join(" ") }
}

/// The tag of a language that a header names.
fn language(name: &str) -> Option<&'static str> {
    const NAMES: &[(&str, &str)] = &[
        ("english", "en"),
        ("german", "de"),
        ("french", "fr"),
        ("spanish", "es"),
        ("italian", "it"),
        ("dutch", "nl"),
        ("portuguese", "pt"),
        ("swedish", "sv"),
        ("polish", "pl"),
        ("russian", "ru"),
        ("danish", "da"),
        ("norwegian", "no"),
        ("finnish", "fi"),
        ("latin", "la"),
        ("chinese", "zh"),
        ("japanese", "ja"),
        ("korean", "ko"),
        ("hungarian", "hu"),
        ("czech", "cs"),
        ("greek", "el"),
    ];
    let low = name.to_lowercase();
    NAMES.iter().find(|(n, _)| low.starts_with(n)).map(|(_, t)| *t)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_filed_by_family_name() {
        assert_eq!(file_as("Robert Louis Stevenson").as_deref(), Some("Stevenson, Robert Louis"));
        assert_eq!(file_as("Ludwig van Beethoven").as_deref(), Some("van Beethoven, Ludwig"));
        assert_eq!(file_as("Homer"), None);
    }

    #[test]
    fn a_file_name_becomes_a_title() {
        assert_eq!(from_file_name("the_long-way"), "The Long Way");
        assert_eq!(from_file_name("--"), "Untitled");
    }
}
