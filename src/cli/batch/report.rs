//! The report of a batch: one HTML page that carries all it needs, the books that want a
//! person's eye first.

use std::fmt::Write as _;
use std::path::Path;

use inkbind::book::Book;
use inkbind::cover::{self, CoverChoice};
use inkbind::env::FixedEnv;

use super::super::failure::Failure;
use super::super::output::{self, Place};
use super::journal::Entry;

/// Width of a cover in the report, in pixels.
const COVER_WIDTH: u32 = 96;

/// A small cover as a data address; `None` where the book has none, or one of the user's own,
/// which may be of any size.
pub(super) fn thumbnail(book: &Book) -> Option<String> {
    book.cover.as_ref()?.svg.as_ref()?;
    let choice = CoverChoice { width: COVER_WIDTH, ..CoverChoice::default() };
    let drawn = cover::draw(&book.meta, &choice, &FixedEnv::default()).ok()?;
    Some(format!("data:image/png;base64,{}", base64(&drawn.cover.bytes)))
}

/// Writes the page.
///
/// # Errors
/// What the file system says.
pub(super) fn write(path: &Path, out: &Path, entries: &[Entry]) -> Result<(), Failure> {
    let mut rows: Vec<&Entry> = entries.iter().collect();
    rows.sort_by_key(|e| std::cmp::Reverse(attention(e)));
    let mut body = String::new();
    for entry in rows {
        row(&mut body, entry, &relative(path, out));
    }
    let failed = entries.iter().filter(|e| e.outcome == "failed").count();
    let page = PAGE
        .replace("{{books}}", &entries.len().to_string())
        .replace("{{failed}}", &failed.to_string())
        .replace("{{rows}}", &body);
    output::put(&Place::File(path.to_owned()), page.as_bytes())
}

/// The way from the page's folder to OUT, for links.
fn relative(page: &Path, out: &Path) -> String {
    let folder = page.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match (folder.canonicalize(), out.canonicalize()) {
        (Ok(folder), Ok(out)) => match out.strip_prefix(&folder) {
            Ok(rest) if rest.as_os_str().is_empty() => String::new(),
            Ok(rest) => format!("{}/", rest.to_string_lossy()),
            Err(_) => format!("{}/", out.to_string_lossy()),
        },
        _ => format!("{}/", out.to_string_lossy()),
    }
}

/// How much a book wants a person's eye: failures, then guesses, warnings, likely decisions.
fn attention(entry: &Entry) -> (bool, usize) {
    let facts = entry.facts.as_ref();
    let points = facts.map_or(0, |f| f.guess * 10 + f.warnings * 5 + f.likely);
    (entry.outcome == "failed", points)
}

fn row(out: &mut String, entry: &Entry, base: &str) {
    let facts = entry.facts.clone().unwrap_or_default();
    let title = if facts.title.is_empty() { &entry.input } else { &facts.title };
    let cover = facts.cover.as_ref().map(|c| format!("<img alt=\"\" src=\"{c}\">")).unwrap_or_default();
    let links: Vec<String> = entry
        .outputs
        .iter()
        .map(|o| {
            let end = o.path.rsplit('.').next().unwrap_or("file");
            format!("<a href=\"{}\">{}</a>", escape(&address(&format!("{base}{}", o.path))), escape(end))
        })
        .collect();
    let reason = entry.reason.as_deref().unwrap_or_default();
    let _ = writeln!(
        out,
        "<tr class=\"{}\"><td>{cover}</td><td><b>{}</b><br>{}<small>{}</small></td><td>{}<pre>{}</pre></td>\
         <td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td>\
         <td class=\"n\">{}</td><td>{}</td></tr>",
        entry.outcome,
        escape(title),
        if facts.author.is_empty() { String::new() } else { format!("{}<br>", escape(&facts.author)) },
        escape(&entry.input),
        entry.outcome,
        escape(reason),
        facts.words,
        facts.chapters,
        facts.guess,
        facts.likely,
        facts.warnings,
        links.join(" ")
    );
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A path as an address: what is not plain is written in per cent (RFC 3986).
fn address(path: &str) -> String {
    path.bytes().fold(String::new(), |mut out, b| {
        if b.is_ascii_alphanumeric() || b"/-._~".contains(&b) {
            out.push(b as char);
        } else {
            let _ = write!(out, "%{b:02X}");
        }
        out
    })
}

/// RFC 4648, section 4.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let bits = group.iter().fold(0_u32, |n, b| n << 8 | u32::from(*b)) << (8 * (3 - group.len()));
        for i in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * i)) as usize & 63] as char;
            out.push(if i <= group.len() { letter } else { '=' });
        }
    }
    out
}

const PAGE: &str = include_str!("report.html");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_as_in_the_rfc() {
        for (plain, coded) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")]
        {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }

    #[test]
    fn names_cannot_break_out_of_the_page() {
        let entry = Entry {
            input: "<script>\"&".into(),
            key: String::new(),
            outcome: "failed".into(),
            reason: Some("</pre><b>".into()),
            outputs: Vec::new(),
            facts: None,
        };
        let mut out = String::new();
        row(&mut out, &entry, "");
        assert!(!out.contains("<script>") && !out.contains("</pre><b>"));
    }
}
