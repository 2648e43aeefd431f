//! In: the blocks before the first heading. Out: title and author, and what else stands there:
//! a dedication, a motto, lines of another edition.

use std::ops::Range;

use super::blocks::{Look, Page, is_ornament};
use super::heading;
use super::rules;
use crate::clean::colophon::Colophon;
use crate::report::{Certainty, Effect, Finding, Rule};
use crate::text::{Span, letters};

/// What the first pages say.
#[derive(Debug, Default)]
pub struct TitlePage {
    /// The title.
    pub title: Option<String>,
    /// What stands under it.
    pub subtitle: Option<String>,
    /// Names of the authors.
    pub authors: Vec<String>,
    /// Others who are named: MARC relator code and name.
    pub others: Vec<(&'static str, String)>,
    /// Blocks that are understood or left out.
    pub taken: Vec<usize>,
}

/// Words between title and name.
const BY: &[&str] =
    &["by", "von", "par", "de", "por", "di", "da", "door", "av", "af", "przez", "written by", "автор"];

/// Words before other names, and their MARC relator codes.
const OTHERS: &[(&str, &str)] = &[
    ("illustrated by", "ill"),
    ("illustrations by", "ill"),
    ("with illustrations by", "ill"),
    ("translated by", "trl"),
    ("edited by", "edt"),
    ("übersetzt von", "trl"),
    ("traduit par", "trl"),
];

/// Signs of another edition's imprint.
const IMPRINT: &[&str] = &[
    "copyright",
    "©",
    "isbn",
    "all rights reserved",
    "library of congress",
    "published by",
    "printed in",
    "publishers",
    "publishing",
    "first published",
    "www.",
    "imprint of",
    "edition",
    "electrotyped",
    "presswork",
    "entered according to act",
];

/// Reads the blocks of `front` that are `free`.
pub fn read(
    page: &Page<'_>,
    front: Range<usize>,
    free: &dyn Fn(usize) -> bool,
    colophon: &Colophon,
    headed: bool,
    findings: &mut Vec<Finding>,
) -> TitlePage {
    let mut out = TitlePage::default();
    let blocks: Vec<usize> =
        front.filter(|b| free(*b)).take_while(|b| headed || page.blocks[*b].words <= 16).take(60).collect();
    contact(page, &blocks, &mut out, findings);
    let lines: Vec<usize> = blocks
        .iter()
        .filter(|b| !out.taken.contains(b) && page.blocks[**b].words <= 40)
        .flat_map(|b| page.blocks[*b].first..page.blocks[*b].end)
        .collect();
    let mut used: Vec<usize> = Vec::new();
    one_line(page, &lines, colophon, &mut out, &mut used, findings);
    byline(page, &lines, colophon, &mut out, &mut used, findings);
    others(page, &lines, &mut out, &mut used);
    if out.title.is_none() {
        alone(page, &lines, colophon, headed, &mut out, &mut used, findings);
    }
    repeats(page, &lines, colophon, &mut out, &mut used);
    under_the_title(page, &lines, colophon, &mut out, &mut used, findings);
    settle(page, &blocks, &used, &mut out, findings);
    out
}

/// Address, telephone and word count of a typescript's first page.
fn contact(page: &Page<'_>, blocks: &[usize], out: &mut TitlePage, findings: &mut Vec<Finding>) {
    // Blocks without a blank line between them are one address.
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for b in blocks.iter().take(14) {
        match groups.last_mut() {
            Some(group) if page.blocks[*b].gap == 0 => group.push(*b),
            _ => groups.push(vec![*b]),
        }
    }
    for group in groups.iter().take(3) {
        let words: u32 = group.iter().map(|b| page.blocks[*b].words).sum();
        let lines: usize = group.iter().map(|b| page.blocks[*b].lines()).sum();
        let telling = group
            .iter()
            .any(|b| (page.blocks[*b].first..page.blocks[*b].end).any(|i| is_contact(page.line(i))));
        if telling && words <= 50 && lines <= 10 {
            out.taken.extend(group);
            let span = page.span(group[0]).cover(page.span(group[group.len() - 1]));
            findings.push(left_out(&rules::CONTACT, span, "address block left out", 95));
        }
    }
}

fn is_contact(line: &str) -> bool {
    let low = line.to_lowercase();
    let digits = line.bytes().filter(u8::is_ascii_digit).count();
    let phone = (7..=15).contains(&digits)
        && !line.contains(|c: char| c.is_alphabetic() && !"telphonfaxmobTELPHONFAXMOB".contains(c));
    let count = low.contains(" words") && digits >= 3 && line.split_whitespace().count() <= 6;
    phone || count || (low.contains('@') && low.contains('.') && !low.contains(' '))
}

/// `The Title, by Author [1898]` in one line.
fn one_line(
    page: &Page<'_>,
    lines: &[usize],
    colophon: &Colophon,
    out: &mut TitlePage,
    used: &mut Vec<usize>,
    findings: &mut Vec<Finding>,
) {
    for i in lines.iter().take(8) {
        let line = page.line(*i);
        let low = line.to_lowercase();
        if IMPRINT.iter().any(|sign| low.starts_with(sign)) {
            continue;
        }
        let Some(at) = line.find(", by ").or_else(|| line.find(" by ")) else { continue };
        let title = plain(&line[..at]);
        let name = line[at..].trim_start_matches([',', ' ']).get(3..).unwrap_or_default();
        let name = plain(name.split(['[', '(']).next().unwrap_or(name));
        let known = colophon.title.as_deref().is_some_and(|t| letters(t).starts_with(&letters(&title)));
        let stands = page.lines[*i].words <= 14 && (line[at..].starts_with(',') || *i == lines[0]);
        if is_name(&name) && !title.is_empty() && (known || stands && heading::is_title_case(&title)) {
            out.title = Some(title);
            out.authors = split_names(&name);
            used.push(*i);
            let message = format!("title and author are {}", plain(line));
            findings.push(understood(
                &rules::TITLE,
                &spans(page, &[*i]),
                message,
                if known { 98 } else { 80 },
            ));
            return;
        }
    }
}

/// `by Author`, or `by` and the name on the next line.
fn byline(
    page: &Page<'_>,
    lines: &[usize],
    colophon: &Colophon,
    out: &mut TitlePage,
    used: &mut Vec<usize>,
    findings: &mut Vec<Finding>,
) {
    if !out.authors.is_empty() {
        return;
    }
    let Some(at) = lines.iter().take(24).position(|i| name_after_by(page.line(*i)).is_some()) else { return };
    let name = name_after_by(page.line(lines[at])).unwrap_or_default();
    let mut names = vec![lines[at]];
    let author = if name.is_empty() {
        let Some(next) = lines.get(at + 1) else { return };
        names.push(*next);
        page.line(*next)
    } else {
        name
    };
    if !is_name(author) {
        return;
    }
    out.authors = split_names(author);
    let span = spans(page, &names);
    findings.push(understood(
        &rules::AUTHOR,
        &span,
        format!("the author is {}", out.authors.join(" and ")),
        95,
    ));
    used.extend(&names);
    let above: Vec<usize> = lines[..at]
        .iter()
        .copied()
        .filter(|i| page.lines[*i].words <= 14 && !is_ornament(page.line(*i)))
        .collect();
    let Some(start) = title_line(page, &above, colophon) else { return };
    let title_lines = &above[start..];
    out.title = Some(plain(page.line(title_lines[0])));
    let rest: Vec<String> = title_lines[1..]
        .iter()
        .filter(|i| !is_bracketed(page.line(**i)))
        .map(|i| plain(page.line(*i)))
        .collect();
    out.subtitle = (!rest.is_empty() && title_lines.len() <= 6).then(|| rest.join(" "));
    let taken = if title_lines.len() <= 6 { title_lines } else { &title_lines[..1] };
    used.extend(taken);
    let span = spans(page, taken);
    findings.push(understood(
        &rules::TITLE,
        &span,
        format!("the title is {}", out.title.as_deref().unwrap_or_default()),
        95,
    ));
}

/// Which of the lines over the author's name is the title: the one that the header names, else
/// the first.
fn title_line(page: &Page<'_>, above: &[usize], colophon: &Colophon) -> Option<usize> {
    if above.is_empty() {
        return None;
    }
    let known = colophon.title.as_deref().map(letters);
    let found = known.and_then(|k| {
        above.iter().position(|i| {
            let l = letters(page.line(*i));
            !l.is_empty() && (k.starts_with(&l) || l.starts_with(&k))
        })
    });
    Some(found.unwrap_or(0))
}

/// The rest of the line behind `by`; empty where the name stands on the next line.
fn name_after_by(line: &str) -> Option<&str> {
    let line = line.trim_matches(['_', '*', ' ', '[', ']', '~', '-', '.']);
    if line.len() > 90 {
        return None;
    }
    for by in BY {
        if let Some(head) = line.get(..by.len())
            && head.to_lowercase() == *by
        {
            let rest = &line[by.len()..];
            if rest.is_empty() || rest == ":" {
                return (*by != "de" && *by != "da" && *by != "di" && *by != "av").then_some("");
            }
            if rest.starts_with([' ', ':']) {
                let name = rest.trim_start_matches([':', ' ']).trim();
                return is_name(name).then_some(name);
            }
        }
    }
    None
}

/// A name: up to eight words, most with capitals, no end of a sentence.
fn is_name(s: &str) -> bool {
    let s = plain(s);
    let words: Vec<&str> = s.split_whitespace().collect();
    let capital = words
        .iter()
        .filter(|w| w.chars().find(|c| c.is_alphabetic()).is_some_and(char::is_uppercase))
        .count();
    !words.is_empty()
        && words.len() <= 8
        && capital * 3 >= words.len() * 2
        && !s.ends_with(['!', '?', ':', ';'])
}

fn split_names(s: &str) -> Vec<String> {
    s.split(" and ")
        .flat_map(|p| p.split(" & "))
        .flat_map(|p| p.split(" AND "))
        .map(|n| plain(n).trim_end_matches([',', '.']).to_owned())
        .filter(|n| !n.is_empty())
        .collect()
}

/// `Illustrated by X` and its kin.
fn others(page: &Page<'_>, lines: &[usize], out: &mut TitlePage, used: &mut Vec<usize>) {
    for (k, i) in lines.iter().enumerate().take(30) {
        let line = plain(page.line(*i));
        let low = line.to_lowercase();
        let Some((words, role)) = OTHERS.iter().find(|(w, _)| low.starts_with(w)) else { continue };
        let rest = line.get(words.len()..).unwrap_or_default().trim().to_owned();
        let (name, more) = match (rest.is_empty(), lines.get(k + 1)) {
            (false, _) => (rest, None),
            (true, Some(next)) => (plain(page.line(*next)), Some(*next)),
            (true, None) => continue,
        };
        if is_name(&name) {
            out.others.push((role, name));
            used.push(*i);
            used.extend(more);
        }
    }
}

/// A first line that stands alone and reads as a title.
fn alone(
    page: &Page<'_>,
    lines: &[usize],
    colophon: &Colophon,
    headed: bool,
    out: &mut TitlePage,
    used: &mut Vec<usize>,
    findings: &mut Vec<Finding>,
) {
    if colophon.title.is_some() {
        return;
    }
    let Some(first) = lines.first().copied() else { return };
    let line = page.line(first);
    let words = plain(line);
    let stands = page.blocks.iter().find(|b| b.first == first).is_some_and(|b| b.lines() <= 2);
    let like = (heading::is_capitals(&words) || heading::is_title_case(&words) || line.starts_with("# "))
        && !words.ends_with(['.', ',', ':', ';', '!']);
    let marked = page.is_centred(&page.lines[first])
        || line.starts_with("# ")
        || line.starts_with("[b]")
        || heading::is_capitals(&words);
    let opens_quote = line.starts_with(['"', '“', '\'', '‘', '«', '„']);
    // A text without headings: its first line, if it stands alone over more than a line of text.
    let over = || {
        page.blocks.first().is_some_and(|b| b.first == first && b.lines() == 1)
            && page.blocks.get(1).is_some_and(|b| b.gap > 0)
            && page.blocks.len() > 2
            && !words.starts_with(|c: char| c.is_ascii_digit())
    };
    if !stands || !like || opens_quote || page.lines[first].words > 10 || !(headed || marked || over()) {
        return;
    }
    let title = heading::read(line).and_then(|r| r.title).map_or(words.clone(), |t| line[t].to_owned());
    out.title = Some(plain(&title));
    used.push(first);
    findings.push(understood(
        &rules::TITLE,
        &spans(page, &[first]),
        format!("the title is {}", plain(&title)),
        if marked { 85 } else { 65 },
    ));
}

/// Lines that say title or author once more, and a contents' or title page's small words.
fn repeats(
    page: &Page<'_>,
    lines: &[usize],
    colophon: &Colophon,
    out: &mut TitlePage,
    used: &mut Vec<usize>,
) {
    let mut known: Vec<String> = Vec::new();
    known.extend(
        colophon
            .title
            .iter()
            .chain(&out.title)
            .chain(&colophon.subtitle)
            .chain(&out.subtitle)
            .map(|s| letters(s)),
    );
    known.extend(out.authors.iter().map(|s| letters(s)));
    known.extend(colophon.people.iter().map(|p| letters(&p.1)));
    known.extend(out.others.iter().map(|p| letters(&p.1)));
    for i in lines {
        let l = letters(page.line(*i));
        if !used.contains(i) && !l.is_empty() && known.contains(&l) {
            used.push(*i);
        }
    }
}

/// The line under the title, where it reads as a subtitle: a block by itself, set apart by emphasis all round or by
/// the first word of one (`or`, `being`), no sentence and no dedication.
fn under_the_title(
    page: &Page<'_>,
    lines: &[usize],
    colophon: &Colophon,
    out: &mut TitlePage,
    used: &mut Vec<usize>,
    findings: &mut Vec<Finding>,
) {
    if out.subtitle.is_some() || colophon.subtitle.is_some() {
        return;
    }
    let Some(title) = colophon.title.as_ref().or(out.title.as_ref()).map(|t| letters(t)) else { return };
    let Some(at) = lines.iter().position(|i| used.contains(i) && letters(page.line(*i)) == title) else {
        return;
    };
    let Some(next) = lines.get(at + 1).copied().filter(|i| !used.contains(i)) else { return };
    let Some(b) = page.blocks.iter().position(|b| b.first == next) else { return };
    let block = &page.blocks[b];
    let raw = page.raw(b);
    let low = raw.trim_start_matches(['_', '*', ' ']).to_lowercase();
    let marked = ['_', '*'].iter().any(|m| raw.starts_with(*m) && raw.ends_with(*m));
    let opened = ["or ", "or, ", "or: ", "being "].iter().any(|o| low.starts_with(o));
    let ends = low.trim_end_matches(['_', '*', ' ']).ends_with(['!', '?', ',', ':', '"', '”', '’', '—']);
    if block.lines() > 2 || block.words > 20 || !(marked || opened) || ends || is_dedication(page, b) {
        return;
    }
    out.subtitle = Some(plain(raw));
    let taken: Vec<usize> = (block.first..block.end).collect();
    findings.push(understood(
        &rules::TITLE,
        &spans(page, &taken),
        format!("the subtitle is {}", out.subtitle.as_deref().unwrap_or_default()),
        if opened { 90 } else { 80 },
    ));
    used.extend(taken);
}

/// Decides on every block of which lines were used, and on lines of another edition.
fn settle(
    page: &Page<'_>,
    blocks: &[usize],
    used: &[usize],
    out: &mut TitlePage,
    findings: &mut Vec<Finding>,
) {
    let imprint: Vec<bool> = blocks
        .iter()
        .map(|b| {
            let low = page.raw(*b).to_lowercase();
            IMPRINT.iter().filter(|w| low.contains(**w)).count() >= 1 && page.blocks[*b].words <= 120
        })
        .collect();
    let last_imprint = imprint.iter().rposition(|i| *i);
    for (k, b) in blocks.iter().enumerate() {
        if out.taken.contains(b) {
            continue;
        }
        let block = &page.blocks[*b];
        let mine: Vec<usize> = (block.first..block.end).filter(|i| used.contains(i)).collect();
        let rest = block.lines() - mine.len();
        // Short lines between the title and an imprint are the publisher's.
        let beside = last_imprint.is_some_and(|l| k <= l) && block.words <= 24 || imprint[k];
        // Call numbers and printing lines stand below it.
        let numbers = imprint[k.saturating_sub(4)..k].contains(&true) && is_numbers(page.raw(*b));
        let beside = beside || numbers;
        let small = block.words <= 8 && is_small_print(page.raw(*b));
        if rest == 0 {
            out.taken.push(*b);
            let span = page.span(*b);
            let told = findings.iter().any(|f| matches!(&f.effect, Effect::Understood(s) if s.iter().any(|x| x.start <= span.start && x.end >= span.end)));
            if !told {
                findings.push(understood(&rules::TITLE, &[span], "said on the title page".into(), 95));
            }
        } else if !mine.is_empty() || beside || small {
            out.taken.push(*b);
            findings.push(left_out(
                &rules::IMPRINT,
                page.span(*b),
                "lines of a title page left out",
                if beside { 85 } else { 65 },
            ));
        } else if is_bracketed(page.raw(*b)) || is_ornament(page.line(block.first)) {
            out.taken.push(*b);
            findings.push(left_out(
                &rules::ILLUSTRATION,
                page.span(*b),
                "mark of a picture or an ornament left out",
                95,
            ));
        }
    }
}

/// Whether figures outweigh letters.
fn is_numbers(raw: &str) -> bool {
    let digits = raw.bytes().filter(u8::is_ascii_digit).count();
    digits >= 4 && digits >= raw.chars().filter(|c| c.is_alphabetic()).count()
}

/// Words of title pages that mean nothing alone.
fn is_small_print(raw: &str) -> bool {
    let low = raw.trim_matches(['_', '*', '.', ' ']).to_lowercase();
    matches!(
        low.as_str(),
        "a novel"
            | "a romance"
            | "a story"
            | "a tale"
            | "in prose"
            | "being"
            | "or"
            | "or,"
            | "complete"
            | "illustrated"
            | "unabridged"
            | "contents"
    )
}

fn is_bracketed(raw: &str) -> bool {
    raw.starts_with("[Illustration") && raw.ends_with(']')
}

/// Whether block `b` reads as a dedication.
pub fn is_dedication(page: &Page<'_>, b: usize) -> bool {
    let block = &page.blocks[b];
    let low: String = page
        .raw(b)
        .trim_matches(['_', '*', '"', '“', ' '])
        .chars()
        .take(24)
        .flat_map(char::to_lowercase)
        .collect();
    let opens = [
        "to ",
        "to\n",
        "_to_",
        "to_",
        "for ",
        "dedicated",
        "in memory",
        "für ",
        "à ",
        "al ",
        "a mi ",
        "meiner ",
        "meinem ",
        "aan ",
        "till ",
    ]
    .iter()
    .any(|o| low.starts_with(o));
    opens
        && block.words <= 80
        && (block.look != Look::Text || block.words <= 30)
        && !page.raw(b).contains('?')
}

fn plain(s: &str) -> String {
    s.trim_matches(['_', '*', ' ', '[', ']', '=', '~', '#', '.'])
        .trim_end_matches([':', ';', ','])
        .trim_matches(['_', '*', ' '])
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .replace("[b]", "")
        .replace("[/b", "")
}

fn spans(page: &Page<'_>, lines: &[usize]) -> Vec<Span> {
    lines.iter().map(|i| page.text.origin(page.lines[*i].range())).collect()
}

fn understood(rule: &'static Rule, spans: &[Span], message: String, percent: u8) -> Finding {
    Finding::note(rule, spans.first().copied(), message)
        .with_certainty(Certainty::percent(percent))
        .with_effect(Effect::Understood(spans.to_vec()))
}

fn left_out(rule: &'static Rule, span: Span, message: &'static str, percent: u8) -> Finding {
    Finding::note(rule, Some(span), message)
        .with_certainty(Certainty::percent(percent))
        .with_effect(Effect::LeftOut(vec![span]))
}

#[cfg(test)]
mod tests {
    use crate::options::TextOptions;
    use crate::understand;

    /// The subtitle of a work that has these lines under its title.
    fn subtitle(lines: &str) -> Option<String> {
        let sentence =
            "The ferry left the quay at six, as it had each morning since the bridge came down.\n\n";
        let chapters: String =
            ["I", "II", "III"].iter().map(|n| format!("CHAPTER {n}\n\n{}", sentence.repeat(4))).collect();
        let text = format!("THE LONG FERRY\n\n{lines}\n\n\n{chapters}");
        understand(text.as_bytes(), &TextOptions::default()).book.meta.subtitle
    }

    #[test]
    fn a_line_set_apart_under_the_title_is_its_subtitle() {
        for (line, wanted) in [
            ("_Being an Account of one Winter_", Some("Being an Account of one Winter")),
            ("Or, The Modern Charon", Some("Or, The Modern Charon")),
            ("_A Tale of the Coast_", Some("A Tale of the Coast")),
            // A dedication, a quotation, a sentence of the book.
            ("_To my mother_", None),
            ("“The sea gives nothing back.”", None),
            ("Nobody looked up.", None),
        ] {
            assert_eq!(subtitle(line).as_deref(), wanted, "{line}");
        }
    }
}
