//! `inkbind explain CODE`: a rule in plain words.

use inkbind::report::Rule;
use serde_json::json;

use super::args::ExplainArgs;
use super::failure::{Exit, Failure, nearest};
use super::show;

/// Runs `inkbind explain`.
///
/// # Errors
/// A rule that is not known.
pub(crate) fn run(args: &ExplainArgs) -> Result<Exit, Failure> {
    let wanted = args.rule.trim();
    let rule = inkbind::rules()
        .find(|r| r.code.eq_ignore_ascii_case(wanted) || r.name.eq_ignore_ascii_case(wanted))
        .ok_or_else(|| {
            let known = inkbind::rules().flat_map(|r| [r.code, r.name]);
            let hint = nearest(wanted, known).map(|n| format!("did you mean `{n}`? ")).unwrap_or_default();
            Failure::usage(format!("there is no rule `{wanted}`"))
                .help(format!("{hint}`inkbind list rules` lists them"))
        })?;
    if args.json {
        show::json(&rule_json(rule));
    } else {
        show::result(&rule_text(rule));
    }
    Ok(Exit::Done)
}

/// A rule as a JSON object.
pub(crate) fn rule_json(rule: &Rule) -> serde_json::Value {
    json!({
        "code": rule.code,
        "name": rule.name,
        "family": family(rule.code),
        "what": rule.what,
        "why": rule.why,
        "example": rule.example,
    })
}

fn rule_text(rule: &Rule) -> String {
    let mut parts =
        vec![format!("{}  {}  ({})", rule.code, rule.name, family(rule.code)), rule.what.to_owned()];
    if !rule.why.is_empty() {
        parts.push(format!("Why: {}", rule.why));
    }
    if !rule.example.is_empty() {
        let lines: Vec<String> = rule.example.lines().map(|l| format!("    {l}")).collect();
        parts.push(format!("Example:\n{}", lines.join("\n")));
    }
    parts.push(format!(
        "To switch it off: --off {0}, or in book.toml\n\n    [rules]\n    {0} = false\n\n\
         To confirm or turn round what it found at one place: `inkbind init` writes the lines.",
        rule.code
    ));
    parts.join("\n\n") + "\n"
}

/// What the first letter of a code stands for.
pub(crate) fn family(code: &str) -> &'static str {
    match code.as_bytes().first() {
        Some(b'D') => "decoding",
        Some(b'C') => "cleaning",
        Some(b'S') => "structure",
        Some(b'M') => "metadata",
        Some(b'N') => "notes",
        Some(b'Q') => "quotation marks",
        Some(b'T') => "typography",
        Some(b'E') => "emphasis",
        Some(b'L') => "layout",
        Some(b'B') => "backends",
        Some(b'K') => "covers",
        Some(b'P') => "the print shop",
        _ => "other",
    }
}
