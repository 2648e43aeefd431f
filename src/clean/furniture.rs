//! In: the text of a scan. Out: the text without page numbers, running heads and form feeds,
//! the parts of a paragraph that a page divided joined again.
//!
//! Page numbers are found as a whole: the longest chain of numbers at lines' edges that rises
//! with the pages. Running heads are what stands beside those numbers, and lines at page tops
//! that come again and again without one.

use foldhash::HashMap;

use super::Context;
use crate::options::Shape;
use crate::pass::{Pass, Proposal};
use crate::report::{Certainty, Rule};
use crate::source::lines::Line;
use crate::text::{Edit, Text};

/// Page numbers and running heads.
pub static FURNITURE: Rule = Rule {
    code: "C030",
    name: "page-furniture",
    what: "Leaves out page numbers, running heads and form feeds of scanned pages, and joins the text across \
           the page.",
    why: "They belong to the pages of another edition and would stand in the middle of sentences.",
    example: "`… and three of … 214  A LONG VOYAGE … the men went down` becomes one sentence again.",
};

/// Leaves page furniture out.
#[derive(Clone, Copy, Debug)]
pub struct Furniture;

static RULES: [&Rule; 1] = [&FURNITURE];

/// A chain of page numbers has at least so many.
const SHORTEST_CHAIN: usize = 5;
/// The largest step between two page numbers that still belong together: pages without a number lie between.
const LARGEST_STEP: u32 = 6;
/// Lines that a page has at least, for each page that lies between two numbers.
const PAGE_LINES: usize = 8;
/// A page has at most so many lines; numbers farther apart are chapters.
const LONGEST_PAGE: usize = 110;
/// A head without a number counts as one from this many occurrences.
const REPEATS: usize = 3;

impl Pass<Context<'_>> for Furniture {
    fn rules(&self) -> &'static [&'static Rule] {
        &RULES
    }

    fn propose(&self, text: &Text, context: &Context<'_>) -> Vec<Proposal> {
        let (s, lines) = (text.as_str(), context.lines);
        if context.measures.one_line || matches!(context.shape, Shape::Gutenberg | Shape::Forum) {
            return form_feeds(s);
        }
        let mut gone = numbered(s, lines, context);
        heads(s, lines, &mut gone);
        let mut out = joins(s, lines, context, &gone);
        if out.is_empty() {
            out = form_feeds(s);
        }
        out
    }
}

/// Form feeds of a text without page furniture are mere line ends.
fn form_feeds(s: &str) -> Vec<Proposal> {
    let edits: Vec<Edit> =
        memchr::memchr_iter(b'\x0c', s.as_bytes()).map(|i| Edit::replace(i..i + 1, "\n")).collect();
    let (Some(first), Some(last)) = (edits.first(), edits.last()) else { return Vec::new() };
    let range = first.range().start..last.range().end;
    vec![Proposal::new(&FURNITURE, range, "form feeds read as line ends", edits)]
}

/// A number at the edge of a line.
#[derive(Clone, Copy)]
struct Folio {
    line: usize,
    value: u32,
    alone: bool,
}

/// The number that stands alone in the line, or at an end of it with two or more spaces between.
fn folio(s: &str, i: usize, line: &Line) -> Option<Folio> {
    if line.is_blank() || line.width > 90 {
        return None;
    }
    let text = &s[line.range()];
    let bare = text.trim_matches(['-', '—', '–', '[', ']', '(', ')', '.', ' ']);
    if let Some(value) = figure(bare) {
        return Some(Folio { line: i, value, alone: true });
    }
    let (head, tail) = text.split_once(' ')?;
    if let Some(value) = figure(head)
        && tail.starts_with(' ')
        && line.words <= 12
    {
        return Some(Folio { line: i, value, alone: false });
    }
    let (head, tail) = text.rsplit_once(' ')?;
    let value = figure(tail)?;
    (head.ends_with(' ') && line.words <= 12).then_some(Folio { line: i, value, alone: false })
}

fn figure(s: &str) -> Option<u32> {
    let digits = !s.is_empty() && s.len() <= 4 && s.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| s.parse().ok()).flatten().filter(|v| *v > 0)
}

/// Lines with a page number of the accepted chain.
fn numbered(s: &str, lines: &[Line], context: &Context<'_>) -> Vec<bool> {
    let mut gone = vec![false; lines.len()];
    let folios: Vec<Folio> = lines.iter().enumerate().filter_map(|(i, l)| folio(s, i, l)).collect();
    let chain = longest_chain(&folios);
    if chain.len() < SHORTEST_CHAIN || !like_pages(s, lines, context, &folios, &chain) {
        return gone;
    }
    for k in chain {
        gone[folios[k].line] = true;
    }
    gone
}

/// Indices of the longest chain of folios whose values rise by 1 to [`LARGEST_STEP`] with
/// enough lines between.
fn longest_chain(folios: &[Folio]) -> Vec<usize> {
    // For each value the best chains that end with it: length and index of the last folio.
    let mut ends: HashMap<u32, Vec<(usize, usize)>> = HashMap::default();
    let mut before: Vec<Option<usize>> = vec![None; folios.len()];
    let mut best = (0, 0);
    for (k, f) in folios.iter().enumerate() {
        let mut longest = (1, None);
        for step in 1..=LARGEST_STEP.min(f.value) {
            let least = (PAGE_LINES * (step as usize - 1)).max(1);
            for (length, last) in ends.get(&(f.value - step)).map_or(&[][..], |e| e) {
                if folios[*last].line + least <= f.line && length + 1 > longest.0 {
                    longest = (length + 1, Some(*last));
                }
            }
        }
        before[k] = longest.1;
        let list = ends.entry(f.value).or_default();
        if list.len() == 4 {
            list.sort_unstable();
            list.remove(0);
        }
        list.push((longest.0, k));
        if longest.0 > best.0 {
            best = (longest.0, k);
        }
    }
    let mut chain = Vec::new();
    let mut at = (best.0 > 0).then_some(best.1);
    while let Some(k) = at {
        chain.push(k);
        at = before[k];
    }
    chain.reverse();
    chain
}

/// Whether the chain runs through pages: the numbers stand a page's lines apart, and at least
/// some of them in mid-sentence, beside a head, or at a form feed. Chapter numbers do not.
fn like_pages(s: &str, lines: &[Line], context: &Context<'_>, folios: &[Folio], chain: &[usize]) -> bool {
    let mut steps: Vec<usize> = chain
        .windows(2)
        .map(|w| (folios[w[1]].line - folios[w[0]].line) / (folios[w[1]].value - folios[w[0]].value) as usize)
        .collect();
    steps.sort_unstable();
    if steps[steps.len() / 2] > LONGEST_PAGE {
        return false;
    }
    let mut signs = 0;
    for k in chain {
        let f = folios[*k];
        let above = lines[..f.line].iter().rposition(|l| !l.is_blank());
        let below = lines[f.line + 1..].iter().position(|l| !l.is_blank()).map(|n| f.line + 1 + n);
        let feed = lines[f.line].new_page
            || lines[f.line..below.map_or(f.line + 1, |b| b + 1)].iter().any(|l| l.new_page);
        let broken = above.is_some_and(|a| {
            let line = &lines[a];
            line.reach() * 10 > context.measures.wrap * 8 && !ends_sentence(&s[line.range()])
        });
        signs += usize::from(feed || broken || !f.alone);
    }
    // A contents list has such numbers too, but a page in one line.
    let spread = folios[chain[chain.len() - 1]].line - folios[chain[0]].line;
    signs * 4 >= chain.len() && spread >= chain.len() * PAGE_LINES
}

fn ends_sentence(line: &str) -> bool {
    line.trim_end_matches(['"', '\'', '”', '’', ')', ']', '_', '*', '»'])
        .ends_with(['.', '!', '?', ':', ';', '…', '—'])
}

/// Letters of a line, for comparing heads.
fn key(s: &str) -> String {
    s.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect()
}

/// Marks lines at page tops whose words come again as heads: beside numbers, or three times alone.
fn heads(s: &str, lines: &[Line], gone: &mut [bool]) {
    let mut beside: HashMap<String, usize> = HashMap::default();
    for (i, line) in lines.iter().enumerate() {
        if gone[i] {
            *beside.entry(key(&s[line.range()])).or_default() += 1;
        }
    }
    let tops: Vec<usize> = (0..lines.len()).filter(|i| is_top(lines, gone, *i)).collect();
    let mut alone: HashMap<String, usize> = HashMap::default();
    for i in &tops {
        *alone.entry(key(&s[lines[*i].range()])).or_default() += 1;
    }
    for i in tops {
        let key = key(&s[lines[i].range()]);
        if key.is_empty() {
            continue;
        }
        // The heading of a chapter reads like the heads of its pages: only one that interrupts a
        // sentence is a head whose number was lost.
        let interrupts = || {
            let above = lines[..i].iter().enumerate().rfind(|(k, l)| !l.is_blank() && !gone[*k]);
            above.is_some_and(|(_, l)| !ends_sentence(&s[l.range()]))
        };
        let lost_number = beside.get(&key).is_some_and(|n| *n >= 2) && interrupts();
        if alone.get(&key).is_some_and(|n| *n >= REPEATS) || lost_number {
            gone[i] = true;
        }
    }
}

/// Whether line `i` is the first on its page and could be a head.
fn is_top(lines: &[Line], gone: &[bool], i: usize) -> bool {
    let line = &lines[i];
    if line.is_blank() || gone[i] || line.words > 10 {
        return false;
    }
    if line.new_page {
        return true;
    }
    // After a foot number, or after a blank line that holds the form feed.
    let above = lines[..i].iter().rposition(|l| !l.is_blank());
    lines[above.map_or(0, |a| a + 1)..i].iter().any(|l| l.new_page)
}

/// One proposal for each run of furniture: it goes, and what stands on both sides is joined.
fn joins(s: &str, lines: &[Line], context: &Context<'_>, gone: &[bool]) -> Vec<Proposal> {
    let mut out = Vec::new();
    let mut i = 0;
    while i < lines.len() {
        if !gone[i] && !lines[i].new_page {
            i += 1;
            continue;
        }
        let above = lines[..i].iter().rposition(|l| !l.is_blank());
        let mut last = i;
        let mut below = i;
        while below < lines.len() && (lines[below].is_blank() || gone[below]) {
            if gone[below] {
                last = below;
            }
            below += 1;
        }
        let from = above.map_or(0, |a| lines[a].end as usize);
        // The next line keeps its indent, but not the form feed before it.
        let to = lines.get(below).map_or(s.len(), |n| {
            let start = n.start as usize;
            s[..start].rfind(['\n', '\x0c']).map_or(0, |p| p + 1)
        });
        let with = match (above, lines.get(below)) {
            (Some(a), Some(next)) => seam(s, &lines[a], next, context),
            _ => "\n",
        };
        let furniture: Vec<&str> =
            (i..=last).filter(|k| gone[*k]).map(|k| s[lines[k].range()].trim()).collect();
        let message = if furniture.is_empty() {
            "the text joined across a page".to_owned()
        } else {
            format!("page furniture left out: {}", furniture.join(" / "))
        };
        if from < to {
            out.push(
                Proposal::new(&FURNITURE, from..to, message, vec![Edit::replace(from..to, with)])
                    .with_certainty(Certainty::percent(98)),
            );
        }
        i = below.max(i + 1);
    }
    out
}

/// What stands between the last line of a page and the first of the next.
fn seam(s: &str, above: &Line, below: &Line, context: &Context<'_>) -> &'static str {
    const GAP: &str = "\n\n\n";
    let m = context.measures;
    let axis = f64::from(m.wrap) / 2.0;
    let centre = f64::from(below.indent) + f64::from(below.width) / 2.0;
    let centred = below.indent > m.first_indent + 3 && (centre - axis).abs() <= 3.0;
    if below.indent == above.indent && !centred {
        return if m.indented || !ends_sentence(&s[above.range()]) {
            "\n"
        } else {
            open(s, above, below, m.wrap)
        };
    }
    if centred {
        return GAP;
    }
    if m.indented { "\n" } else { open(s, above, below, m.wrap) }
}

/// The seam where blank lines part paragraphs: a blank line if the paragraph ended on its page.
fn open(s: &str, above: &Line, below: &Line, wrap: u32) -> &'static str {
    let ended = ends_sentence(&s[above.range()]) && above.reach() * 10 < wrap * 9;
    let starts = s[below.range()].chars().next().is_some_and(|c| !c.is_lowercase());
    if ended && starts { "\n\n" } else { "\n" }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;
    use crate::clean::tests::cleaned_by;

    /// A scan of `pages` pages with `per` lines each and heads as `head` makes them.
    fn scan(pages: usize, per: usize, head: impl Fn(usize) -> String) -> String {
        let mut out = String::new();
        for p in 0..pages {
            if p > 0 {
                out.push_str(&head(p + 10));
            }
            for l in 0..per {
                let indent = if l % 7 == 3 { "    " } else { "" };
                writeln!(out, "{indent}and the men of page {p} went down to the water in line {l}").unwrap();
            }
        }
        out
    }

    #[test]
    fn heads_with_numbers_go_and_the_text_reads_on() {
        let text = scan(8, 20, |p| {
            if p % 2 == 0 {
                format!("\n{p}          A LONG VOYAGE\n\n")
            } else {
                format!("\n          AT SEA   {p}\n\n")
            }
        });
        let clean = cleaned_by(&Furniture, &text);
        assert!(!clean.contains("VOYAGE") && !clean.contains("AT SEA"), "{clean}");
        assert!(clean.contains("in line 19\nand the men of page 1"));
    }

    #[test]
    fn chapter_numbers_are_no_page_numbers() {
        let text = scan(9, 150, |p| format!("\n\n{}\n\n", p - 9));
        assert_eq!(cleaned_by(&Furniture, &text), text);
    }

    #[test]
    fn a_heading_at_the_top_of_a_page_stays() {
        let text = scan(8, 20, |p| {
            if p == 13 {
                "\x0c                    CHAPTER II\n\n".into()
            } else {
                format!("\x0c{p}          A LONG VOYAGE\n\n")
            }
        });
        assert!(cleaned_by(&Furniture, &text).contains("CHAPTER II"));
    }
}
