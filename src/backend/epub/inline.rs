//! In: a text with its flat marks. Out: XHTML in which the elements nest.
//!
//! Marks may overlap in any way. Elements are opened in a fixed order of kinds (a link outside
//! of emphasis, emphasis outside of small capitals…) and are closed and opened again where
//! two marks cross.

use super::scribe::Scribe;
use crate::text::{Mark, MarkKind, Text};

/// What a mark does at its place.
enum Nature {
    /// Encloses its range; the lower rank stands outside.
    Element(u8),
    /// Stands for its whole range: a note's reference, a picture, a line break.
    Atom,
}

const fn nature(kind: &MarkKind) -> Nature {
    match kind {
        MarkKind::Link(_) => Nature::Element(0),
        MarkKind::Em => Nature::Element(1),
        MarkKind::Strong => Nature::Element(2),
        MarkKind::Strike => Nature::Element(3),
        MarkKind::SmallCaps => Nature::Element(4),
        MarkKind::Code => Nature::Element(5),
        MarkKind::Superscript => Nature::Element(6),
        MarkKind::Subscript => Nature::Element(7),
        MarkKind::Note(_) | MarkKind::Image(_) | MarkKind::LineBreak => Nature::Atom,
    }
}

/// An element that is open, or ought to be.
#[derive(Clone, Copy)]
struct Open<'t> {
    rank: u8,
    kind: &'t MarkKind,
    end: usize,
}

impl Open<'_> {
    fn same(&self, other: &Self) -> bool {
        self.rank == other.rank && self.kind == other.kind
    }
}

/// Writes `text` with its marks; the first `lead` bytes are set as the lead-in of a chapter.
pub(super) fn write(scribe: &mut Scribe<'_>, text: &Text, lead: usize) {
    scribe.begin_block();
    let mut breaks = scribe.page_breaks(text).into_iter().peekable();
    if text.marks().is_empty() && breaks.peek().is_none() {
        write_led(scribe, text.as_str(), 0, lead);
        return;
    }
    let content = text.as_str();
    let mut wanted: Vec<Open<'_>> = Vec::new();
    let mut open: Vec<Open<'_>> = Vec::new();
    let mut at = 0;
    let mut marks = text.marks().iter().peekable();
    loop {
        // Up to the next place where something begins or ends.
        let next_start = marks.peek().map(|m| (m.start as usize).max(at));
        let next_end = wanted.iter().map(|o| o.end).min();
        let next_break = breaks.peek().map(|b| (*b).max(at));
        let next = [next_start, next_end, next_break].into_iter().flatten().min().unwrap_or(content.len());
        if next > at {
            settle(scribe, &mut open, &wanted);
            write_led(scribe, &content[at..next], at, lead);
            at = next;
        }
        wanted.retain(|o| o.end > at);
        while breaks.next_if(|b| *b <= at).is_some() {
            settle(scribe, &mut open, &wanted);
            scribe.mark_page("span");
        }
        let Some(mark) = marks.next_if(|m| m.start as usize <= at) else {
            if at >= content.len() && marks.peek().is_none() && breaks.peek().is_none() {
                break;
            }
            continue;
        };
        match nature(&mark.kind) {
            Nature::Element(rank) => {
                let end = mark.end as usize;
                let fresh = Open { rank, kind: &mark.kind, end };
                // A link in a link is no XHTML: the outer one stays. Two of a kind are one.
                let link_in_link = rank == 0 && wanted.iter().any(|o| o.rank == 0);
                if end <= at
                    || link_in_link
                    || matches!(&mark.kind, MarkKind::Link(a) if address(a).is_none())
                {
                    continue;
                }
                if let Some(same) = wanted.iter_mut().find(|o| o.same(&fresh)) {
                    same.end = same.end.max(end);
                    continue;
                }
                let place = wanted.partition_point(|o| o.rank <= rank);
                wanted.insert(place, fresh);
            }
            Nature::Atom if !scribe.can_write(&mark.kind) => {}
            Nature::Atom => at = at.max(atom(scribe, content, at, mark, &mut open, &wanted)),
        }
    }
    settle(scribe, &mut open, &[]);
}

/// Writes a mark that stands for its range, and returns where the range ends.
fn atom<'t>(
    scribe: &mut Scribe<'_>,
    content: &str,
    at: usize,
    mark: &Mark,
    open: &mut Vec<Open<'t>>,
    wanted: &[Open<'t>],
) -> usize {
    // What an earlier mark stands for is written.
    let inside = content.get(at.max(mark.start as usize)..mark.end as usize).unwrap_or_default();
    match mark.kind {
        MarkKind::Note(note) => {
            // A reference is a link, so it cannot stand inside of one.
            settle(scribe, open, &wanted.iter().filter(|o| o.rank != 0).copied().collect::<Vec<_>>());
            scribe.note_reference(note);
            mark.end as usize
        }
        MarkKind::Image(asset) => {
            settle(scribe, open, wanted);
            let _ = scribe.picture(asset, inside, "inline");
            mark.end as usize
        }
        MarkKind::LineBreak => {
            settle(scribe, open, wanted);
            scribe.markup.raw("<br/>\n");
            // The break stands for the newline, where there is one.
            mark.start as usize + usize::from(content[mark.start as usize..].starts_with('\n'))
        }
        MarkKind::Em
        | MarkKind::Strong
        | MarkKind::SmallCaps
        | MarkKind::Superscript
        | MarkKind::Subscript
        | MarkKind::Strike
        | MarkKind::Code
        | MarkKind::Link(_) => mark.start as usize,
    }
}

/// Closes and opens elements until those that are open are those that are wanted.
fn settle<'t>(scribe: &mut Scribe<'_>, open: &mut Vec<Open<'t>>, wanted: &[Open<'t>]) {
    let common = open.iter().zip(wanted).take_while(|(a, b)| a.same(b)).count();
    for closed in open.drain(common..).rev() {
        scribe.markup.raw(closing(closed.kind));
    }
    for fresh in &wanted[common..] {
        opening(scribe, fresh.kind);
        open.push(*fresh);
    }
}

fn opening(scribe: &mut Scribe<'_>, kind: &MarkKind) {
    let tag = match kind {
        MarkKind::Link(target) => {
            scribe.markup.raw("<a");
            scribe.markup.attribute("href", &address(target).unwrap_or_default());
            ">"
        }
        MarkKind::Em => "<em>",
        MarkKind::Strong => "<strong>",
        MarkKind::Strike => "<s>",
        MarkKind::SmallCaps => "<span class=\"sc\">",
        MarkKind::Code => "<code>",
        MarkKind::Superscript => "<sup>",
        MarkKind::Subscript => "<sub>",
        MarkKind::Note(_) | MarkKind::Image(_) | MarkKind::LineBreak => "",
    };
    scribe.markup.raw(tag);
}

const fn closing(kind: &MarkKind) -> &'static str {
    match kind {
        MarkKind::Link(_) => "</a>",
        MarkKind::Em => "</em>",
        MarkKind::Strong => "</strong>",
        MarkKind::Strike => "</s>",
        MarkKind::SmallCaps => "</span>",
        MarkKind::Code => "</code>",
        MarkKind::Superscript => "</sup>",
        MarkKind::Subscript => "</sub>",
        MarkKind::Note(_) | MarkKind::Image(_) | MarkKind::LineBreak => "",
    }
}

/// The address of a link that a reading system can follow, with everything escaped that RFC 3986 does not
/// allow in one; `None` for any other, such as a file beside the source.
pub(super) fn address(target: &str) -> Option<String> {
    let target = target.trim();
    let (scheme, rest) = target.split_once(':')?;
    let scheme = scheme.to_ascii_lowercase();
    match scheme.as_str() {
        "http" | "https" => {
            let rest = rest.strip_prefix("//")?;
            let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
            let (host, port) = authority.split_once(':').unwrap_or((authority, "0"));
            let named = host.starts_with(|c: char| c.is_ascii_alphanumeric())
                && host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'));
            (named && !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()))
                .then(|| format!("{scheme}://{}", percent_encoded(rest)))
        }
        "mailto" => rest.contains('@').then(|| format!("{scheme}:{}", percent_encoded(rest))),
        _ => None,
    }
}

fn percent_encoded(part: &str) -> String {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let bytes = part.as_bytes();
    let mut out = String::with_capacity(part.len());
    for (at, byte) in bytes.iter().enumerate() {
        let escaped = |i: usize| bytes.get(i).is_some_and(u8::is_ascii_hexdigit);
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' => out.push(*byte as char),
            b'-' | b'.' | b'_' | b'~' | b':' | b'/' | b'?' | b'#' | b'@' | b'!' | b'$' | b'&' | b'\''
            | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'=' => out.push(*byte as char),
            b'%' if escaped(at + 1) && escaped(at + 2) => out.push('%'),
            _ => {
                out.push('%');
                out.push(HEX[usize::from(byte >> 4)] as char);
                out.push(HEX[usize::from(byte & 15)] as char);
            }
        }
    }
    out
}

/// Writes the bytes `at..` of a text; those before `lead` belong to the lead-in.
fn write_led(scribe: &mut Scribe<'_>, part: &str, at: usize, lead: usize) {
    let split = lead.saturating_sub(at).min(part.len());
    if split > 0 {
        scribe.markup.raw("<span class=\"lead-in\">");
        scribe.words(&part[..split]);
        scribe.markup.raw("</span>");
    }
    scribe.words(&part[split..]);
}
