//! `inspect --pages` and the dumps of pages: the book set, and looked over.

use std::fmt::Write as _;

use inkbind::Understood;
use inkbind::report::Severity;
use inkbind::typeset::survey::{Survey, survey};
use inkbind::typeset::{Layout, Pages, TypesetError, typeset};
use serde_json::{Value, json};

use super::build::changed;
use super::failure::{Exit, Failure};
use super::input::Input;
use super::job::Job;
use super::show;
use super::system::System;

/// Sets the pages of a work.
///
/// # Errors
/// Fonts and settings that cannot be used.
pub(crate) fn set(input: &Input, job: &Job, work: &Understood) -> Result<(Layout, Pages), Failure> {
    let env = System::new(&job.fonts, changed(job, input))?;
    let layout = Layout::resolve(&job.output, &env).map_err(|e| refused(&e))?;
    let pages = typeset(&work.book, &layout, &env).map_err(|e| refused(&e))?;
    Ok((layout, pages))
}

fn refused(error: &TypesetError) -> Failure {
    Failure { exit: Exit::Usage, ..Failure::failed(format!("the pages cannot be set: {error}")) }
}

/// Shows what a typographer would mark.
///
/// # Errors
/// As [`set`].
pub(crate) fn tell(input: &Input, job: &Job, work: &Understood, as_json: bool) -> Result<(), Failure> {
    let (layout, pages) = set(input, job, work)?;
    let survey = survey(&pages, &layout);
    if as_json {
        show::json(&document(input, &survey, &pages));
    } else {
        show::result(&text(&survey, &pages));
    }
    Ok(())
}

fn text(survey: &Survey, pages: &Pages) -> String {
    let percent = |share: f64| format!("{:.1} %", share * 100.0);
    let mut out = format!("{}, {}\n", show::count(survey.pages, "page"), show::count(survey.lines, "line"));
    let _ = writeln!(
        out,
        "word space  {:.2} of the natural one on the mean; one line in a hundred over {:.2}; {} over 1.5, {} under 0.75",
        survey.mean(),
        survey.quantile(0.99),
        percent(survey.share_above(1.5)),
        percent(1.0 - survey.share_above(0.75)),
    );
    let hyphens = survey.hyphens as f64 / survey.lines.max(1) as f64;
    let _ = writeln!(out, "hyphens     {} of the lines", percent(hyphens));
    let _ = write!(out, "\nTo mark ({})\n", show::number(survey.marks.len()));
    for mark in &survey.marks {
        let line = if mark.line == 0 { String::new() } else { format!(", line {}", mark.line) };
        let place = format!("page {}{line}", mark.folio);
        let _ = writeln!(out, "  {place:18} {}", mark.defect);
        if !mark.words.is_empty() {
            let _ = writeln!(out, "  {:18} {}", "", mark.words);
        }
    }
    let told: Vec<_> = pages.findings.iter().filter(|f| f.severity == Severity::Warning).collect();
    if !told.is_empty() {
        let _ = write!(out, "\nWhat could not be had ({})\n", show::number(told.len()));
        for finding in told {
            let _ = writeln!(out, "  {}  {}", finding.rule.code, finding.message);
        }
    }
    out
}

fn document(input: &Input, survey: &Survey, pages: &Pages) -> Value {
    let marks: Vec<Value> = survey
        .marks
        .iter()
        .map(|m| {
            json!({
                "page": m.page + 1,
                "folio": m.folio,
                "line": m.line,
                "defect": m.defect.name(),
                "message": m.defect.to_string(),
                "words": m.words,
            })
        })
        .collect();
    let findings: Vec<Value> =
        pages.findings.iter().map(|f| json!({ "rule": f.rule.code, "message": f.message })).collect();
    json!({
        "schema": "inkbind.pages/1",
        "input": input.name,
        "pages": survey.pages,
        "lines": survey.lines,
        "word_space": {
            "mean": survey.mean(),
            "p95": survey.quantile(0.95),
            "p99": survey.quantile(0.99),
            "over_1.5": survey.share_above(1.5),
            "under_0.75": 1.0 - survey.share_above(0.75),
        },
        "hyphens": survey.hyphens,
        "marks": marks,
        "findings": findings,
    })
}
