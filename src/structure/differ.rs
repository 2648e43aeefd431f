//! In: the lists of contents that the text has, and the headings that were found. Out: findings
//! where the two do not agree.

use std::ops::Range;

use foldhash::HashSet;

use super::blocks::Page;
use super::contents::key;
use super::headings::Head;
use super::keywords;
use super::rules;
use crate::report::{Finding, Severity};
use crate::text::Span;

/// A line with more words is no entry.
const ENTRY_WORDS: u32 = 16;
/// How many names a message has before the rest is only counted.
const NAMES: usize = 5;

/// What each list has that the headings lack, and the other way round.
pub fn differences(page: &Page<'_>, lists: &[Range<usize>], heads: &[Head]) -> Vec<Finding> {
    let mut out = Vec::new();
    let headings: HashSet<String> = heads.iter().flat_map(|h| keys_of(page, h)).collect();
    for list in lists {
        let entries = entries(page, list);
        let met = entries.iter().filter(|(_, keys)| keys.iter().any(|k| headings.contains(k))).count();
        // A list of which hardly anything comes back lists something else: pictures, other works.
        if met < 3 || met * 2 < entries.len() {
            continue;
        }
        let missing: Vec<&(usize, Vec<String>)> =
            entries.iter().filter(|(_, keys)| !keys.iter().any(|k| headings.contains(k))).collect();
        if !missing.is_empty() {
            let names: Vec<String> = missing.iter().map(|(i, _)| page.line(*i).trim().to_owned()).collect();
            let span = missing.iter().map(|(i, _)| line_span(page, *i)).reduce(Span::cover);
            let message =
                format!("listed in the contents, but no heading of the text reads so: {}", named(&names));
            out.push(told(span, message));
        }
        let listed: HashSet<&String> = entries.iter().flat_map(|(_, keys)| keys).collect();
        let unlisted: Vec<&Head> = heads
            .iter()
            .filter(|h| h.blocks.start >= list.end && !h.listed)
            .filter(|h| !keys_of(page, h).iter().any(|k| listed.contains(k)))
            .collect();
        if let Some(first) = unlisted.first() {
            let names: Vec<String> =
                unlisted.iter().map(|h| page.raw(h.blocks.start).replace('\n', " ")).collect();
            let message = format!("a heading that the contents do not list: {}", named(&names));
            out.push(told(Some(page.span(first.blocks.start)), message));
        }
    }
    out
}

fn told(span: Option<Span>, message: String) -> Finding {
    Finding { severity: Severity::Warning, ..Finding::note(&rules::CONTENTS_DIFFER, span, message) }
}

/// The keys by which a list may name a heading: each of its lines, and all of them together.
fn keys_of(page: &Page<'_>, head: &Head) -> Vec<String> {
    let mut keys = Vec::new();
    let mut whole = String::new();
    for b in head.blocks.clone() {
        for line in page.raw(b).lines() {
            keys.push(key(line));
            whole.push_str(line);
            whole.push(' ');
        }
    }
    keys.push(key(whole.trim()));
    keys.retain(|k| !k.is_empty());
    keys
}

/// The lines of a list that name something, with the keys that each may have: its own, and
/// that of the entry which runs on into the next line.
fn entries(page: &Page<'_>, list: &Range<usize>) -> Vec<(usize, Vec<String>)> {
    let lines: Vec<usize> = list
        .clone()
        .flat_map(|b| page.blocks[b].first..page.blocks[b].end)
        .filter(|i| page.lines[*i].words > 0 && page.lines[*i].words <= ENTRY_WORDS)
        .filter(|i| !keywords::is_contents(page.line(*i)) && !keywords::is_illustrations(page.line(*i)))
        .collect();
    let mut out: Vec<(usize, Vec<String>)> = Vec::new();
    for (n, i) in lines.iter().enumerate() {
        let line = page.line(*i).trim();
        // Captions of columns (`Page`) and lone numbers name nothing.
        if !line.chars().any(char::is_alphabetic)
            || page.lines[*i].words == 1 && line.len() < 8 && key(line) == "page"
        {
            continue;
        }
        let mut keys = vec![key(line)];
        if let Some(next) = lines.get(n + 1).filter(|next| **next == i + 1) {
            keys.push(key(&format!("{line} {}", page.line(*next))));
        }
        if let Some(above) = n.checked_sub(1).map(|k| lines[k]).filter(|above| above + 1 == *i) {
            keys.push(key(&format!("{} {line}", page.line(above))));
        }
        keys.retain(|k| !k.is_empty());
        if !keys.is_empty() {
            out.push((*i, keys));
        }
    }
    out
}

fn line_span(page: &Page<'_>, i: usize) -> Span {
    page.text.origin(page.lines[i].range())
}

fn named(names: &[String]) -> String {
    let shown: Vec<String> = names.iter().take(NAMES).map(|n| format!("`{n}`")).collect();
    let rest = names.len().saturating_sub(NAMES);
    if rest > 0 { format!("{} and {rest} more", shown.join(", ")) } else { shown.join(", ") }
}
