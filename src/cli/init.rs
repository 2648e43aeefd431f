//! `inkbind init`: the work's `book.toml`, with what was found, ready to be corrected.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use inkbind::backend::dump::origin_name;
use inkbind::report::{Finding, Level, Places};
use inkbind::{Understood, understand};

use super::args::InitArgs;
use super::config::{self, Lookup};
use super::failure::{Exit, Failure, shown};
use super::input::Input;
use super::inspect::said;
use super::output::{self, Place};
use super::show::Voice;

/// Metadata that `book.toml` writes as a list.
const LISTS: [&str; 4] = ["authors", "identifiers", "subjects", "also_by"];

/// Runs `inkbind init`.
///
/// # Errors
/// A settings file that is there already, and inputs that cannot be used.
pub(crate) fn run(args: &InitArgs, voice: Voice) -> Result<Exit, Failure> {
    let input = Input::read(&args.input)?;
    let place = place(args)?;
    let mut options = inkbind::options::TextOptions::default();
    options.file_stem.clone_from(&input.stem);
    let work = understand(&input.bytes, &options);
    let text = write(&input, &args.input, &work);
    // What is written must be readable: a fault here is ours, and is told rather than saved.
    config::parse(&text, "the new book.toml")?;
    output::put(&place, text.as_bytes())?;
    if let Place::File(path) = &place {
        voice.say(&format!("{} written; correct it, then: inkbind build {}", shown(path), input.name));
    }
    Ok(Exit::Done)
}

fn place(args: &InitArgs) -> Result<Place, Failure> {
    let path = match &args.output {
        Some(path) if path.as_os_str() == "-" => return Ok(Place::Stdout),
        Some(path) => path.clone(),
        None => default_file(&args.input)?,
    };
    if path.exists() && !args.force {
        return Err(Failure::usage(format!("{} is there already", shown(&path)))
            .help("--force replaces it; -o FILE writes another"));
    }
    Ok(Place::File(path))
}

/// `book.toml` beside the input; `NAME.book.toml` where that one is another work's.
fn default_file(input: &Path) -> Result<PathBuf, Failure> {
    if input.as_os_str() == "-" {
        return Err(
            Failure::usage("standard input has no folder for a book.toml").help("name the file with -o")
        );
    }
    let files = config::candidates(input);
    let taken = config::load(&Lookup::Beside(input.to_owned()))?.path;
    let free = files.iter().rev().find(|f| !f.exists());
    taken.or_else(|| free.cloned()).or_else(|| files.first().cloned()).ok_or_else(|| {
        Failure::usage(format!("{} has no name to call its settings by", shown(input)))
            .help("name the file with -o")
    })
}

fn write(input: &Input, path: &Path, work: &Understood) -> String {
    let mut out = String::from(
        "# Settings of this work, as Inkbind found them. What stands here wins over what the text\n\
         # says; flags win over both. Correct what is wrong, delete what need not be fixed.\n\n",
    );
    if !path.is_dir()
        && let Some(name) = path.file_name()
    {
        let _ = write!(out, "input = {}\n\n", quoted(name.to_string_lossy()));
    }
    out.push_str("[book]\n");
    for (name, values, origin) in said(&work.book.meta) {
        let values: Vec<String> = values.iter().map(quoted).collect();
        let value = if LISTS.contains(&name) { format!("[{}]", values.join(", ")) } else { values.concat() };
        let _ = writeln!(out, "{name} = {value}  # from: {}", origin_name(origin));
    }
    for name in ["subtitle", "authors", "series", "publisher", "date"] {
        if !out.contains(&format!("\n{name} = ")) {
            let empty = if LISTS.contains(&name) { "[\"\"]" } else { "\"\"" };
            let _ = writeln!(out, "# {name} = {empty}");
        }
    }
    out.push_str(
        "\n[text]\n# shape = \"serial\"    # see `inkbind list shapes`; recognised where nothing is said\n\
         # notes = \"keep\"      # keep, endnotes, drop\n# quotes = \"smart\"    # smart, keep\n\
         \n[layout]\n# trim = \"6x9\"\n# size = \"11/14.5\"\n",
    );
    decisions(&mut out, input, work);
    out
}

/// A line for each decision that is not certain, to confirm it or to turn it round.
fn decisions(out: &mut String, input: &Input, work: &Understood) {
    let unsure: Vec<&Finding> =
        work.report.findings.iter().filter(|f| f.certainty.level() < Level::Certain).collect();
    if unsure.is_empty() {
        return;
    }
    let source = &work.source.decoded;
    let places = Places::new(source);
    out.push_str(
        "\n# Decisions that are not certain, a line each. Take the # off a line to settle it: with `right = true`\n\
         # the decision is confirmed; with `right = false` and a reason it is turned round. The anchor is text of\n\
         # the source, so that lines may move. `inkbind explain CODE` tells what a rule does.\n\
         [rules]\noverride = [\n",
    );
    for finding in unsure {
        let message = finding.message.replace(['\n', '\r'], " ");
        let percent = finding.certainty.as_percent();
        let (place, anchor) = match finding.span {
            Some(span) => (input.place(&places, span.start as usize), anchor(source, span.range())),
            None => (input.name.clone(), Some("")),
        };
        let _ = match anchor {
            Some(anchor) => writeln!(
                out,
                "  # {{ rule = {}, anchor = {}, right = true, reason = \"\" }},  # {percent} % {place}: {message}",
                quoted(finding.rule.code),
                quoted(anchor),
            ),
            None => writeln!(
                out,
                "  # {} {percent} % {place}: {message} (its words stand more than once: no anchor tells them apart)",
                finding.rule.code,
            ),
        };
    }
    out.push_str("]\n");
}

/// The shortest text around `range` that stands once in the source; `None` where there is none.
fn anchor(source: &str, range: std::ops::Range<usize>) -> Option<&str> {
    // Past this many bytes a repeated passage is not worth an anchor.
    const MOST: usize = 480;
    let mut reach = 12;
    while reach <= MOST {
        let mut from = range.start.saturating_sub(reach);
        let mut to = (range.end.min(range.start + MOST) + reach).min(source.len());
        while !source.is_char_boundary(from) {
            from -= 1;
        }
        while !source.is_char_boundary(to) {
            to += 1;
        }
        let text = &source[from..to];
        if source.matches(text).nth(1).is_none() {
            return Some(text);
        }
        reach *= 2;
    }
    None
}

/// The text as a TOML string on one line. JSON escapes as TOML does, but for the delete character.
fn quoted(text: impl AsRef<str>) -> String {
    serde_json::Value::from(text.as_ref()).to_string().replace('\u{7f}', "\\u007f")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_can_be_quoted() {
        let text = "a \"b\" \\ \n \u{7f} \u{1} é";
        let read: toml::Table = toml::from_str(&format!("x = {}", quoted(text))).unwrap();
        assert_eq!(read["x"].as_str(), Some(text));
    }

    #[test]
    fn an_anchor_stands_once() {
        let source = "the same words, the same words, and the others";
        let anchor = anchor(source, 20..24).unwrap();
        assert_eq!(source.matches(anchor).count(), 1);
    }
}
