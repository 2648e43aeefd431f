//! In: an input and its job. Out: the work as understood, with everything that `book.toml`
//! settles proven to apply.

use inkbind::options::TextOptions;
use inkbind::pass::Override;
use inkbind::settle::{self, Fault, Unmet};
use inkbind::{Understood, understand};

use super::failure::Failure;
use super::input::Input;
use super::job::Job;

/// Reads and understands a work.
///
/// # Errors
/// A finding that was confirmed or turned round in `book.toml` and is not there any more; a rule
/// that cannot be switched off.
pub(crate) fn understood(input: &Input, job: &Job) -> Result<Understood, Failure> {
    let mut options = job.text.clone();
    options.file_stem.clone_from(&input.stem);
    let work = understand(&input.bytes, &options);
    let overrides = &options.overrides;
    if let Some(code) = settle::still_on(overrides, &work.report).first() {
        return Err(Failure::usage(format!("{code} cannot be switched off"))
            .help(instead(code).unwrap_or("confirm or turn round its single findings in book.toml")));
    }
    let again = |overrides: &_| {
        let options = TextOptions { overrides: Clone::clone(overrides), ..options.clone() };
        understand(&input.bytes, &options).report
    };
    match settle::unmet(overrides, &work.source.decoded, &work.report, &again).first() {
        Some(unmet) => Err(refused(job, unmet)),
        None => Ok(work),
    }
}

/// What to say in place of switching a rule off.
fn instead(code: &str) -> Option<&'static str> {
    Some(match code {
        "C001" => "say the shape with --shape",
        "M010" => "say the title with --title",
        "M011" => "say the author with --author",
        _ => return None,
    })
}

fn refused(job: &Job, unmet: &Unmet) -> Failure {
    let Some(Override { rule, anchor, right, .. }) = job.text.overrides.single.get(unmet.index) else {
        return Failure::usage("book.toml settles a finding that is not there");
    };
    let verb = if *right { "confirmed" } else { "turned round" };
    let shown: String = anchor.chars().take(60).collect();
    let (what, help) = match unmet.fault {
        Fault::Gone => (
            format!("a finding of {rule} is {verb} at a text that does not stand there any more: {shown:?}"),
            "the source was changed there: `inkbind inspect --no-config` shows what is found now; write the anchor \
             anew, or delete the entry",
        ),
        Fault::Repeated(times) => (
            format!("a finding of {rule} is {verb} at a text that stands {times} times: {shown:?}"),
            "lengthen the anchor until it stands once",
        ),
        Fault::Idle => (
            format!("a finding of {rule} is {verb}, but {rule} finds nothing there: {shown:?}"),
            "`inkbind inspect --no-config` shows what is found now; correct the entry, or delete it",
        ),
        Fault::Fixed => (
            format!("a finding of {rule} cannot be turned round: {shown:?}"),
            instead(rule).unwrap_or("delete the entry; correct the source there instead"),
        ),
    };
    job.config.at_override(Some(unmet.index), Failure::usage(what).help(help))
}
