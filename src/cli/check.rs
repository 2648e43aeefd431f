//! `inkbind check`, and the proof behind every build: each word of the source is in the book
//! or in the report, and each word of the book is in the finished file.

use std::path::Path;

use inkbind::Understood;
use inkbind::backend::Entry;
use inkbind::ledger::compare::Comparison;
use inkbind::ledger::{self, Account, folded};
use inkbind::press::pdf::facts;
use inkbind::press::preflight::{Order as PrintOrder, preflight, preflight_wrap};
use inkbind::press::profile::{self, Paper, Profile};
use inkbind::press::trim::{self, Trim};
use inkbind::press::wrap::{self, Wrap};
use inkbind::report::{Places, Severity};
use serde_json::json;

use super::against::{self, Named};
use super::args::CheckArgs;
use super::build::MOST_PRINTED;
use super::failure::{Exit, Failure, shown};
use super::input::{Input, read_at_most};
use super::job::{Job, Order};
use super::show::{self, Voice};
use super::system::System;
use super::understood::understood;

/// In how many places of the source a word is shown.
const MOST_PLACES: usize = 3;

/// So many letters of a word are shown.
const MOST_LETTERS: usize = 80;

/// The most bytes of a finished book that are read: printed novels have a hundredth of it.
pub(crate) const MOST_BOOK_BYTES: u64 = 400 << 20;

/// Runs `inkbind check`.
///
/// # Errors
/// A file that cannot be read, words that are not accounted for, and what a printer refuses.
pub(crate) fn run(args: &CheckArgs, voice: Voice) -> Result<Exit, Failure> {
    let bytes = read_at_most(&args.book, MOST_BOOK_BYTES).map_err(|e| Failure::io(&args.book, "read", &e))?;
    let pdf = bytes.starts_with(b"%PDF-");
    match &args.against {
        Some(against) => words(args, against, &bytes, voice),
        None if pdf => print_shop(args, &bytes, voice),
        None => Err(Failure::usage(format!("{} is held against nothing", shown(&args.book)))
            .help("name the text with --against INPUT")),
    }
}

/// Holds the words of an EPUB or a PDF against the text.
fn words(args: &CheckArgs, against: &Path, bytes: &[u8], voice: Voice) -> Result<Exit, Failure> {
    let outcome = check(args, against, bytes);
    if args.json {
        show::json(&match &outcome {
            Ok((account, named)) => json!({
                "schema": "inkbind.check/1",
                "outcome": "done",
                "words": account.words,
                "in_book": account.in_book,
                "reported": account.reported,
                "besides": named,
            }),
            Err(failure) => {
                json!({ "schema": "inkbind.check/1", "outcome": "failed", "error": failure.json() })
            }
        });
    }
    let (account, named) = outcome?;
    let reported: usize = account.reported.values().sum();
    voice.say(&format!(
        "every word is there: {}, {} in the book, {} in the report",
        show::count(account.words, "word"),
        show::number(account.in_book),
        show::number(reported)
    ));
    for (what, count) in named {
        voice.say(&format!("  besides: {} {what}", show::count(count, "word")));
    }
    Ok(Exit::Done)
}

/// Holds a PDF against what a printer takes.
fn print_shop(args: &CheckArgs, bytes: &[u8], voice: Voice) -> Result<Exit, Failure> {
    let wishes = &args.settings.wishes.layout;
    let env = System::new(&[], None)?;
    let name = wishes.profile.as_deref().unwrap_or("kdp");
    let usage =
        |e: &dyn std::fmt::Display| Failure::usage(e.to_string()).help("`inkbind list profiles` lists them");
    let profile = profile::load(name, &env).map_err(|e| usage(&e))?;
    let paper = profile.paper(wishes.paper.as_deref()).map_err(|e| usage(&e))?;
    let trim = match &wishes.trim {
        Some(written) => Some(
            trim::parse(written)
                .map_err(|e| Failure::usage(e.to_string()).help("`inkbind list trims` lists them"))?,
        ),
        None => None,
    };
    let broken = |e: &dyn std::fmt::Display| Failure::failed(format!("{}: {e}", shown(&args.book)));
    let found = match &args.wrap_for {
        None => preflight(bytes, &PrintOrder { profile: &profile, trim, paper }).map_err(|e| broken(&e))?,
        Some(block) => {
            let wrap = wanted_wrap(block, &profile, paper, trim)?;
            preflight_wrap(bytes, &profile, &wrap).map_err(|e| broken(&e))?
        }
    };
    if args.json {
        let remarks: Vec<_> = found
            .remarks
            .iter()
            .map(|r| json!({ "rule": r.rule.code, "refused": r.refused, "pages": r.pages, "message": r.message }))
            .collect();
        show::json(&json!({
            "schema": "inkbind.check/1",
            "outcome": if found.accepted() { "done" } else { "failed" },
            "profile": profile.name,
            "pages": found.pages,
            "remarks": remarks,
        }));
    }
    for finding in found.findings() {
        let word = if finding.severity == Severity::Warning { "refused" } else { "advice" };
        voice.say(&format!("{word}[{}]: {}", finding.rule.code, finding.message));
    }
    if !found.accepted() {
        return Err(Failure::failed(format!("{name} would not take {}", shown(&args.book)))
            .help("`inkbind explain CODE` tells more of each point"));
    }
    voice.say(&format!("{name} takes it: {}", show::count(found.pages as usize, "page")));
    Ok(Exit::Done)
}

/// The measures of the wrap of a block: a number of pages with `--trim`, or a PDF.
///
/// # Errors
/// A block that cannot be read or bound.
fn wanted_wrap(
    block: &str,
    profile: &Profile,
    paper: Option<&Paper>,
    trim: Option<Trim>,
) -> Result<Wrap, Failure> {
    let (pages, trim) = match (block.parse::<u32>(), trim) {
        (Ok(pages), Some(trim)) => (pages, trim),
        (Ok(_), None) => {
            return Err(Failure::usage("a wrap's size follows from the trim size, and none is given")
                .help("add --trim, or name the PDF of the pages with --wrap-for"));
        }
        (Err(_), trim) => {
            let path = Path::new(block);
            let bytes = read_at_most(path, MOST_BOOK_BYTES).map_err(|e| Failure::io(path, "read", &e))?;
            let facts = facts(&bytes).map_err(|e| Failure::failed(format!("{}: {e}", shown(path))))?;
            (facts.pages, trim.unwrap_or(facts.trim))
        }
    };
    let paper = paper
        .ok_or_else(|| Failure::usage(format!("profile {} has no papers, and so no wrap", profile.name)))?;
    wrap::wrap(profile, paper, trim, pages.next_multiple_of(2)).map_err(|e| Failure::failed(e.to_string()))
}

fn check(args: &CheckArgs, against: &Path, bytes: &[u8]) -> Result<(Account, Named), Failure> {
    let order = Order { to: Some(vec!["dump".to_owned()]), ..Order::default() };
    let job = Job::new(&args.settings, against, &order)?;
    let name = shown(&args.book);
    let read = if bytes.starts_with(b"%PDF-") {
        against::pdf
    } else if bytes.starts_with(b"PK\x03\x04") {
        against::epub
    } else {
        return Err(Failure::failed(format!("{name} is neither an EPUB nor a PDF"))
            .help("words can be read back from these two; build one with --to"));
    };
    let input = Input::read(against)?;
    let work = understood(&input, &job)?;
    let account = ledger::account(&work.source.decoded, &work.book, &work.report);
    refuse_unaccounted(&input, &work.source.decoded, &account)?;
    let named = read(&name, &input, &work, bytes)?;
    Ok((account, named))
}

/// Reads a finished file back and holds its words against the book's.
///
/// # Errors
/// Words that are not the same.
pub(crate) fn read_back(
    entry: &Entry,
    input: &Input,
    work: &Understood,
    bytes: &[u8],
) -> Result<(), Failure> {
    if entry.extension == ".epub" {
        against::own_epub("the finished EPUB", input, work, bytes).map_err(|f| {
            f.help("this is a fault of Inkbind, not of the text; nothing was written. Please report it with these lines")
        })?;
    }
    Ok(())
}

/// Refuses an EPUB that says something else than the book.
///
/// # Errors
/// The words that differ.
pub(crate) fn held_against(
    name: &str,
    input: &Input,
    work: &Understood,
    comparison: &Comparison,
) -> Result<(), Failure> {
    if comparison.agrees() {
        return Ok(());
    }
    let Comparison { words, lost, invented } = comparison;
    Err(differences(name, input, work, *words, &[("lost", lost), ("not in the book", invented)]))
}

/// The failure that names words by what is wrong with them.
pub(crate) fn differences(
    name: &str,
    input: &Input,
    work: &Understood,
    words: usize,
    lists: &[(&str, &Vec<String>)],
) -> Failure {
    let mut lines = Vec::new();
    for (what, these) in lists {
        for word in these.iter().take(MOST_PRINTED) {
            let place = places_of(input, &work.source.decoded, word);
            lines.push(format!("  {place}: {what}: {}", shortened(word)));
        }
        if these.len() > MOST_PRINTED {
            lines.push(format!("  … and {} more {what}", these.len() - MOST_PRINTED));
        }
    }
    Failure::failed(format!(
        "{name} differs from the text in {} of {}\n{}",
        show::number(lists.iter().map(|(_, these)| these.len()).sum()),
        show::count(words, "word"),
        lines.join("\n")
    ))
}

/// A word as a message shows it: of an endless one, the beginning.
fn shortened(word: &str) -> String {
    match word.char_indices().nth(MOST_LETTERS) {
        Some((end, _)) => format!("{}…", &word[..end]),
        None => word.to_owned(),
    }
}

/// The first places in the source where a word (folded as words compare) stands.
fn places_of(input: &Input, decoded: &str, word: &str) -> String {
    let counter = Places::new(decoded);
    let found: Vec<String> = ledger::words(decoded)
        .filter(|span| folded(&decoded[span.range()]).eq(word.chars()))
        .take(MOST_PLACES)
        .map(|span| input.place(&counter, span.start as usize))
        .collect();
    if found.is_empty() { input.name.clone() } else { found.join(", ") }
}

/// A word that is in neither the book nor the report stops the build.
///
/// # Errors
/// Such words, with their lines.
pub(crate) fn refuse_unaccounted(input: &Input, decoded: &str, account: &Account) -> Result<(), Failure> {
    if account.balances() {
        return Ok(());
    }
    let places = Places::new(decoded);
    let mut lines = Vec::new();
    for (what, words) in [("lost", &account.lost), ("not in the source", &account.invented)] {
        for word in words.iter().take(MOST_PRINTED) {
            let place = input.place(&places, word.span.start as usize);
            lines.push(format!("  {place}: {what}: {}", shortened(&word.text)));
        }
        if words.len() > MOST_PRINTED {
            lines.push(format!("  … and {} more {what}", words.len() - MOST_PRINTED));
        }
    }
    Err(Failure::failed(format!(
        "{} of {} not accounted for\n{}",
        account.lost.len() + account.invented.len(),
        show::count(account.words, "word"),
        lines.join("\n")
    ))
    .help(
        "this is a fault of Inkbind, not of the text; nothing was written. Please report it with these lines",
    ))
}
