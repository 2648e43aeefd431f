//! In: markup that was left over in the text: HTML entities and tags, `BBCode`. Out: the
//! characters and inline marks that it stands for.

use std::borrow::Cow;
use std::ops::Range;

use crate::pass::{Pass, Proposal};
use crate::report::{Certainty, Rule};
use crate::text::{Edit, MarkKind, Text};

use super::{Site, TextPass};

pub(super) static ENTITY: Rule = Rule {
    code: "T040",
    name: "entity",
    what: "Puts the character in the place of an HTML entity.",
    why: "Entities are the alphabet of web pages; in a book they are noise.",
    example: "Tom &amp; Jerry&#8217;s caf&eacute; → Tom & Jerry’s café",
};
pub(super) static TAG: Rule = Rule {
    code: "E030",
    name: "html-tag",
    what: "Reads HTML tags for italics, bold, links and the like as inline marks, and takes away those that only \
           carry looks. Anything else between angle brackets stays.",
    why: "They were left behind by a web page.",
    example: "I <i>am</i> sorry.<br> → am is emphasised",
};
pub(super) static BBCODE: Rule = Rule {
    code: "E031",
    name: "bbcode-tag",
    what: "Reads forum tags for italics, bold, links and the like as inline marks, and takes away those that only \
           carry looks.",
    why: "They were left behind by a forum.",
    example: "I [i]am[/i] sorry. → am is emphasised",
};

/// Reads entities.
pub(super) struct Entities;
/// Reads tags.
pub(super) struct Markup;

impl TextPass for Entities {}
impl TextPass for Markup {}

impl Pass<Site<'_>> for Entities {
    fn rules(&self) -> &'static [&'static Rule] {
        static RULES: [&Rule; 1] = [&ENTITY];
        &RULES
    }

    fn propose(&self, text: &Text, _site: &Site<'_>) -> Vec<Proposal> {
        let s = text.as_str();
        let mut proposals = Vec::new();
        for start in memchr::memchr_iter(b'&', s.as_bytes()) {
            if let Some((length, c)) = entity(&s[start..]) {
                let range = start..start + length;
                let message = "an HTML entity stands for a character";
                proposals.push(Proposal::new(&ENTITY, range.clone(), message, vec![Edit::replace(range, c)]));
            }
        }
        proposals
    }
}

static ENTITIES: &[(&str, &str)] = &[
    ("amp", "&"),
    ("lt", "<"),
    ("gt", ">"),
    ("quot", "\""),
    ("apos", "'"),
    ("nbsp", "\u{a0}"),
    ("mdash", "—"),
    ("ndash", "–"),
    ("hellip", "…"),
    ("lsquo", "‘"),
    ("rsquo", "’"),
    ("sbquo", "‚"),
    ("ldquo", "“"),
    ("rdquo", "”"),
    ("bdquo", "„"),
    ("laquo", "«"),
    ("raquo", "»"),
    ("lsaquo", "‹"),
    ("rsaquo", "›"),
    ("copy", "©"),
    ("reg", "®"),
    ("trade", "™"),
    ("deg", "°"),
    ("pound", "£"),
    ("euro", "€"),
    ("cent", "¢"),
    ("sect", "§"),
    ("para", "¶"),
    ("middot", "·"),
    ("bull", "•"),
    ("dagger", "†"),
    ("Dagger", "‡"),
    ("frac12", "½"),
    ("frac14", "¼"),
    ("frac34", "¾"),
    ("times", "×"),
    ("divide", "÷"),
    ("prime", "′"),
    ("Prime", "″"),
    ("iexcl", "¡"),
    ("iquest", "¿"),
    ("shy", ""),
    ("thinsp", "\u{2009}"),
    ("ensp", " "),
    ("emsp", " "),
    ("zwnj", "\u{200c}"),
    ("zwj", "\u{200d}"),
    ("agrave", "à"),
    ("aacute", "á"),
    ("acirc", "â"),
    ("atilde", "ã"),
    ("auml", "ä"),
    ("aring", "å"),
    ("aelig", "æ"),
    ("ccedil", "ç"),
    ("egrave", "è"),
    ("eacute", "é"),
    ("ecirc", "ê"),
    ("euml", "ë"),
    ("igrave", "ì"),
    ("iacute", "í"),
    ("icirc", "î"),
    ("iuml", "ï"),
    ("ntilde", "ñ"),
    ("ograve", "ò"),
    ("oacute", "ó"),
    ("ocirc", "ô"),
    ("otilde", "õ"),
    ("ouml", "ö"),
    ("oslash", "ø"),
    ("ugrave", "ù"),
    ("uacute", "ú"),
    ("ucirc", "û"),
    ("uuml", "ü"),
    ("yacute", "ý"),
    ("yuml", "ÿ"),
    ("szlig", "ß"),
    ("oelig", "œ"),
    ("OElig", "Œ"),
    ("Agrave", "À"),
    ("Aacute", "Á"),
    ("Acirc", "Â"),
    ("Atilde", "Ã"),
    ("Auml", "Ä"),
    ("Aring", "Å"),
    ("AElig", "Æ"),
    ("Ccedil", "Ç"),
    ("Egrave", "È"),
    ("Eacute", "É"),
    ("Ecirc", "Ê"),
    ("Euml", "Ë"),
    ("Iacute", "Í"),
    ("Icirc", "Î"),
    ("Ntilde", "Ñ"),
    ("Oacute", "Ó"),
    ("Ocirc", "Ô"),
    ("Ouml", "Ö"),
    ("Oslash", "Ø"),
    ("Uacute", "Ú"),
    ("Ucirc", "Û"),
    ("Uuml", "Ü"),
    ("scaron", "š"),
    ("Scaron", "Š"),
    ("eth", "ð"),
    ("thorn", "þ"),
];

/// Bytes; no entity is longer.
const LONGEST_ENTITY: usize = 48;

/// The entity at the start of `s`: its length, and what it stands for. An entity that was
/// escaped again (`&amp;quot;`) is read through to its end.
fn entity(s: &str) -> Option<(usize, Cow<'static, str>)> {
    let limit = s.len().min(LONGEST_ENTITY);
    let bytes = &s.as_bytes()[..limit];
    let mut name = 1;
    while bytes[name..].starts_with(b"amp;") && {
        let rest = &bytes[name + 4..];
        rest.first().is_some_and(|b| b.is_ascii_alphabetic() || *b == b'#') && known(rest).is_some()
    } {
        name += 4;
    }
    let (length, c) = known(&bytes[name..])?;
    Some((name + length, c))
}

/// The entity whose name, without `&`, begins `bytes`.
fn known(bytes: &[u8]) -> Option<(usize, Cow<'static, str>)> {
    let end = bytes.iter().take(10).position(|b| *b == b';')?;
    let name = std::str::from_utf8(&bytes[..end]).ok()?;
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        let c = char::from_u32(windows_1252(code)).filter(|c| !c.is_control())?;
        return Some((end + 1, Cow::Owned(c.to_string())));
    }
    let (_, c) = ENTITIES.iter().find(|(n, _)| *n == name)?;
    Some((end + 1, Cow::Borrowed(c)))
}

/// Browsers read the numbers 128 to 159 as Windows-1252, and so were they meant.
fn windows_1252(code: u32) -> u32 {
    match code {
        133 => 0x2026,
        145 => 0x2018,
        146 => 0x2019,
        147 => 0x201C,
        148 => 0x201D,
        150 => 0x2013,
        151 => 0x2014,
        other => other,
    }
}

impl Pass<Site<'_>> for Markup {
    fn rules(&self) -> &'static [&'static Rule] {
        static RULES: [&Rule; 2] = [&TAG, &BBCODE];
        &RULES
    }

    fn propose(&self, text: &Text, _site: &Site<'_>) -> Vec<Proposal> {
        let s = text.as_str();
        let tags = find_tags(s);
        if tags.is_empty() {
            return Vec::new();
        }
        propose(s, pair(tags))
    }
}

/// What a tag means for the words inside of it.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Meaning {
    Mark(MarkKind),
    /// Only looks, or nothing: it goes.
    Nothing,
    /// A line break.
    Break,
}

struct Tag<'a> {
    range: Range<usize>,
    name: &'a str,
    attributes: &'a str,
    closes: bool,
    forum: bool,
}

/// Bytes; a longer tag is text between brackets.
const LONGEST_TAG: usize = 400;

fn find_tags(s: &str) -> Vec<Tag<'_>> {
    memchr::memchr2_iter(b'<', b'[', s.as_bytes()).filter_map(|start| tag_at(s, start)).collect()
}

fn tag_at(s: &str, start: usize) -> Option<Tag<'_>> {
    let bytes = s.as_bytes();
    let forum = bytes[start] == b'[';
    let reach = bytes.len().min(start + LONGEST_TAG);
    let end = start + 1 + memchr::memchr(if forum { b']' } else { b'>' }, &bytes[start + 1..reach])?;
    let inner = &s[start + 1..end];
    let (closes, inner) = inner.strip_prefix('/').map_or((false, inner), |rest| (true, rest));
    let length = inner.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let (name, attributes) = inner.split_at(length);
    let attributes = attributes.trim_end_matches('/').trim();
    let fits = attributes.is_empty()
        || (!closes && (attributes.contains('=') || forum && attributes.starts_with('=')));
    let tag = Tag { range: start..end + 1, name, attributes, closes, forum };
    (fits && meaning(&tag).is_some()).then_some(tag)
}

/// What the tag means; `None` where it is no tag that is known.
fn meaning(tag: &Tag<'_>) -> Option<Meaning> {
    let name = tag.name.to_ascii_lowercase();
    let mark = |kind| Some(Meaning::Mark(kind));
    match (name.as_str(), tag.forum) {
        ("i" | "em", _) | ("cite" | "dfn" | "var", false) => mark(MarkKind::Em),
        ("u", _) => mark(MarkKind::Em),
        ("b" | "strong", _) => mark(MarkKind::Strong),
        ("s" | "strike" | "del", _) => mark(MarkKind::Strike),
        ("sup", _) => mark(MarkKind::Superscript),
        ("sub", _) => mark(MarkKind::Subscript),
        ("sc", _) => mark(MarkKind::SmallCaps),
        ("code" | "tt" | "kbd" | "samp", false) => mark(MarkKind::Code),
        ("a", false) | ("url", true) => {
            Some(address(tag).map_or(Meaning::Nothing, |a| Meaning::Mark(MarkKind::Link(a.into()))))
        }
        ("br", false) => Some(Meaning::Break),
        (
            "p" | "span" | "div" | "font" | "center" | "small" | "big" | "ins" | "abbr" | "nobr" | "wbr",
            false,
        )
        | ("size" | "color" | "colour" | "font" | "center" | "left" | "right" | "justify" | "indent", true) => {
            Some(Meaning::Nothing)
        }
        _ => None,
    }
}

/// The address of a link: `href="…"` or `url=…`.
fn address<'a>(tag: &Tag<'a>) -> Option<&'a str> {
    let value = if tag.forum {
        tag.attributes.strip_prefix('=')?
    } else {
        let at = tag.attributes.to_ascii_lowercase().find("href=")?;
        &tag.attributes[at + 5..]
    };
    let value = value.trim();
    let value = match value.as_bytes().first() {
        Some(quote @ (b'"' | b'\'')) => value[1..].split(char::from(*quote)).next()?,
        _ => value.split_whitespace().next()?,
    };
    let safe = value.starts_with("http://") || value.starts_with("https://") || value.starts_with("mailto:");
    safe.then_some(value)
}

/// One thing to do: delete these ranges, lay this mark.
struct Change {
    deletes: Vec<Range<usize>>,
    mark: Option<(Range<usize>, MarkKind)>,
    forum: bool,
}

impl Change {
    fn reach(&self) -> (usize, usize) {
        let start = self.deletes.iter().map(|r| r.start).min().unwrap_or(0);
        (start, self.deletes.iter().map(|r| r.end).max().unwrap_or(start))
    }
}

/// Finds each opening tag's end; a tag that means something and has no partner stays.
fn pair(tags: Vec<Tag<'_>>) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut open: Vec<Tag<'_>> = Vec::new();
    for tag in tags {
        let forum = tag.forum;
        match meaning(&tag) {
            Some(Meaning::Break) => {
                let at = tag.range.end;
                changes.push(Change {
                    deletes: vec![tag.range],
                    mark: Some((at..at, MarkKind::LineBreak)),
                    forum,
                });
            }
            Some(Meaning::Nothing) if !is_link(&tag) => {
                changes.push(Change { deletes: vec![tag.range], mark: None, forum });
            }
            _ if !tag.closes => open.push(tag),
            _ => {
                let same = |o: &Tag<'_>| o.forum == forum && o.name.eq_ignore_ascii_case(tag.name);
                let Some(at) = open.iter().rposition(same) else { continue };
                let opener = open.remove(at);
                let inside = opener.range.end..tag.range.start;
                let mark = match meaning(&opener) {
                    Some(Meaning::Mark(kind)) if !inside.is_empty() => Some((inside, kind)),
                    _ => None,
                };
                changes.push(Change { deletes: vec![opener.range, tag.range], mark, forum });
            }
        }
    }
    changes
}

fn is_link(tag: &Tag<'_>) -> bool {
    tag.name.eq_ignore_ascii_case("a") || tag.name.eq_ignore_ascii_case("url")
}

/// One proposal a change; changes inside of others go with the outermost.
fn propose(s: &str, mut changes: Vec<Change>) -> Vec<Proposal> {
    changes.sort_by_key(|c| (c.reach().0, usize::MAX - c.reach().1));
    let mut proposals: Vec<Proposal> = Vec::new();
    let mut end = 0;
    for change in changes {
        let (from, to) = change.reach();
        let mut edits: Vec<Edit> =
            change.deletes.into_iter().map(|r| delete_break(s, r, change.mark.as_ref())).collect();
        edits.extend(change.mark.map(|(range, kind)| Edit::mark(range, kind)));
        if from < end
            && let Some(outer) = proposals.last_mut()
        {
            outer.edits.extend(edits);
            outer.range.end = outer.range.end.max(to);
        } else {
            let rule = if change.forum { &BBCODE } else { &TAG };
            let message = "markup was left over in the text";
            proposals
                .push(Proposal::new(rule, from..to, message, edits).with_certainty(Certainty::percent(99)));
        }
        end = end.max(to);
    }
    proposals
}

/// Deletes a tag; a line break takes the spaces behind it with it.
fn delete_break(s: &str, range: Range<usize>, mark: Option<&(Range<usize>, MarkKind)>) -> Edit {
    let is_break = matches!(mark, Some((_, MarkKind::LineBreak)));
    let spaces = if is_break { s[range.end..].bytes().take_while(|b| *b == b' ').count() } else { 0 };
    Edit::delete(range.start..range.end + spaces)
}
