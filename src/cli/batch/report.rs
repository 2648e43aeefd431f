//! The report of a batch: one HTML page that carries all it needs, the books that want a
//! person's eye first.

use std::cmp::Reverse;
use std::io::{self, Write};
use std::path::Path;

use inkbind::book::Metadata;
use inkbind::cover::{self, CoverChoice};
use inkbind::env::FixedEnv;

use super::super::cover::CoverJob;
use super::super::failure::Failure;
use super::super::output;
use super::super::show;
use super::Tally;
use super::journal::{Entry, Facts, Journal};

/// Width of a cover in the report, in pixels: twice that at which it is shown.
const COVER_WIDTH: u32 = 96;

/// The most covers on a page, those of the books that want an eye most: each weighs some 10 KB,
/// and a browser should still open the page.
const MOST_COVERS: usize = 1000;

/// The largest picture of the user's own that is put into the page as it is, in bytes.
const LARGEST_OWN: usize = 64 << 10;

/// A small cover as a data address; `None` where the book has none, or one of the user's own
/// that is large.
pub(super) fn thumbnail(meta: &Metadata, job: &CoverJob) -> Option<String> {
    if job.none {
        return None;
    }
    if let Some(file) = &job.file {
        let bytes = std::fs::read(file).ok().filter(|b| b.len() <= LARGEST_OWN)?;
        let own = cover::own(bytes, meta).ok()?.cover;
        return Some(format!("data:{};base64,{}", own.media_type, base64(&own.bytes)));
    }
    let choice = CoverChoice {
        family: job.family,
        palette: job.palette.as_deref(),
        width: COVER_WIDTH,
        ..CoverChoice::default()
    };
    let drawn = cover::draw(meta, &choice, &FixedEnv::default()).ok()?;
    Some(format!("data:image/png;base64,{}", base64(&drawn.cover.bytes)))
}

/// Writes the page; covers come from the journal one at a time.
///
/// # Errors
/// What the file system says.
pub(super) fn write(path: &Path, out: &Path, entries: &[&Entry], journal: &Journal) -> Result<(), Failure> {
    let mut rows = entries.to_vec();
    rows.sort_by_key(|e| Reverse(attention(e)));
    let tally = Tally::of(rows.iter().copied());
    let base = relative(path, out);
    let fill = |part: &str| {
        part.replace("{{books}}", &show::count(rows.len(), "book"))
            .replace("{{done}}", &show::number(tally.done))
            .replace("{{warned}}", &show::number(tally.warned))
            .replace("{{failed}}", &show::number(tally.failed))
            .replace("{{words}}", &show::count(tally.words, "word"))
    };
    let (head, foot) = PAGE.split_once("{{rows}}").unwrap_or((PAGE, ""));
    output::fill(path, |page| {
        page.write_all(fill(head).as_bytes())?;
        for (i, entry) in rows.iter().enumerate() {
            let cover = (i < MOST_COVERS).then(|| journal.cover(&entry.id())).flatten();
            row(page, entry, cover.as_deref(), &base)?;
        }
        page.write_all(fill(foot).as_bytes())
    })
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
    let points = entry.facts.as_ref().map_or(0, points);
    (entry.outcome == "failed", points)
}

/// A guess weighs as much as two warnings or ten likely decisions.
fn points(facts: &Facts) -> usize {
    facts.guess * 10 + facts.warnings * 5 + facts.likely
}

fn row(out: &mut dyn Write, entry: &Entry, cover: Option<&str>, base: &str) -> io::Result<()> {
    let facts = entry.facts.clone().unwrap_or_default();
    let title = if facts.title.is_empty() { &entry.input } else { &facts.title };
    let cover = cover.map(|c| format!("<img alt=\"\" src=\"{}\">", escape(c))).unwrap_or_default();
    let links: Vec<String> = entry
        .outputs
        .iter()
        .map(|o| {
            let end = o.path.rsplit('.').next().unwrap_or("file");
            format!("<a href=\"{}\">{}</a>", escape(&address(&format!("{base}{}", o.path))), escape(end))
        })
        .collect();
    let author =
        if facts.author.is_empty() { String::new() } else { format!("{}<br>", escape(&facts.author)) };
    let reason = entry.reason.as_deref().map(|r| format!("<pre>{}</pre>", escape(r))).unwrap_or_default();
    let numbers = [
        points(&facts),
        facts.words,
        facts.chapters,
        facts.pages.unwrap_or_default() as usize,
        facts.guess,
        facts.likely,
        facts.warnings,
    ];
    let cells: String = numbers
        .iter()
        .enumerate()
        .map(|(i, n)| match (&entry.facts, i) {
            (Some(_), _) => format!("<td class=\"n\" data-v=\"{n}\">{}</td>", show::number(*n)),
            // No book at all wants an eye more than any book.
            (None, 0) => format!("<td class=\"n\" data-v=\"{}\">–</td>", u32::MAX),
            (None, _) => "<td class=\"n\" data-v=\"-1\">–</td>".to_owned(),
        })
        .collect();
    writeln!(
        out,
        "<tr class=\"{outcome}\"><td>{cover}</td><td><b>{title}</b><br>{author}<small>{input}</small>{reason}</td>\
         <td>{outcome}</td>{cells}<td>{links}</td></tr>",
        outcome = escape(&entry.outcome),
        title = escape(title),
        input = escape(&entry.input),
        links = links.join(" ")
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A path as an address: what is not plain is written in per cent (RFC 3986).
fn address(path: &str) -> String {
    use std::fmt::Write as _;
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
            nth: 1,
            key: String::new(),
            outcome: "failed".into(),
            reason: Some("</pre><b>".into()),
            outputs: Vec::new(),
            facts: None,
        };
        let mut out = Vec::new();
        row(&mut out, &entry, Some("\"><i>"), "").unwrap();
        let out = String::from_utf8(out).unwrap();
        assert!(!out.contains("<script>") && !out.contains("</pre><b>") && !out.contains("<i>"));
    }
}
