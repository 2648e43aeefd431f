//! In: what the user settled in `book.toml`, and what was found. Out: the findings that were
//! confirmed, made certain; and the settlements that do not apply to this text any more.

use crate::pass::{Override, Overrides};
use crate::report::{Certainty, Effect, Report, Severity};

/// Why something that the user settled does not apply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The anchor stands nowhere in the source.
    Gone,
    /// The anchor stands at more than one place: how many.
    Repeated(usize),
    /// The rule finds nothing at the anchor.
    Idle,
    /// The rule cannot be turned round: what it does hangs on more than one place.
    Fixed,
}

/// A settlement that does not apply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmet {
    /// Index in [`Overrides::single`].
    pub index: usize,
    /// Why.
    pub fault: Fault,
}

/// Makes confirmed findings certain, and hushes what rules that are switched off only tell.
/// `source` is the decoded source.
pub fn settle(overrides: &Overrides, source: &str, report: &mut Report) {
    report.findings.retain(|f| f.effect != Effect::Told || !overrides.is_off(f.rule));
    for confirmed in overrides.single.iter().filter(|o| o.right) {
        for finding in &mut report.findings {
            if finding.rule.code == confirmed.rule && confirmed.touches(finding.span, source) {
                finding.certainty = Certainty::CERTAIN;
                finding.severity = Severity::Note;
            }
        }
    }
}

/// The settlements that do not apply. `report` is what was found with all of them in force;
/// `again` finds anew with others, and is asked only where something was turned round.
pub fn unmet(
    overrides: &Overrides,
    source: &str,
    report: &Report,
    again: &dyn Fn(&Overrides) -> Report,
) -> Vec<Unmet> {
    let fires = |o: &Override, report: &Report| {
        report.findings.iter().any(|f| f.rule.code == o.rule && o.touches(f.span, source))
    };
    let mut without_any = None;
    let mut out = Vec::new();
    for (index, o) in overrides.single.iter().enumerate() {
        let stands = if o.anchor.is_empty() { 1 } else { source.matches(o.anchor.as_str()).count() };
        let fault = match stands {
            0 => Some(Fault::Gone),
            1 if o.right => (!fires(o, report)).then_some(Fault::Idle),
            1 if fires(o, report) => Some(Fault::Fixed),
            1 => {
                let plain = without_any.get_or_insert_with(|| again(&without(overrides, |_, o| o.right)));
                let met = fires(o, plain) || fires(o, &again(&without(overrides, |i, _| i != index)));
                (!met).then_some(Fault::Idle)
            }
            n => Some(Fault::Repeated(n)),
        };
        out.extend(fault.map(|fault| Unmet { index, fault }));
    }
    out
}

/// The overrides of which `keep` says so.
fn without(overrides: &Overrides, keep: impl Fn(usize, &Override) -> bool) -> Overrides {
    let kept = overrides.single.iter().enumerate().filter(|(i, o)| keep(*i, o));
    Overrides { off: overrides.off.clone(), single: kept.map(|(_, o)| o.clone()).collect() }
}

/// Codes of rules that were switched off and acted all the same.
pub fn still_on<'a>(overrides: &'a Overrides, report: &Report) -> Vec<&'a str> {
    let acted = |code: &&String| report.findings.iter().any(|f| f.rule.code == code.as_str());
    overrides.off.iter().filter(acted).map(String::as_str).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Finding, Rule};
    use crate::text::Span;

    static RULE: Rule = Rule { code: "X001", name: "x", what: "", why: "", example: "" };

    fn entry(anchor: &str, right: bool) -> Override {
        Override { rule: "X001".into(), anchor: anchor.into(), right, reason: "so".into() }
    }

    /// A rule that finds every `!`.
    fn find(source: &str, overrides: &Overrides) -> Report {
        let spans = source.match_indices('!').map(|(i, _)| Span::new(i, i + 1));
        let allowed = spans.filter(|s| overrides.allow(&RULE, *s, source));
        let doubtful = |s| Finding::warning(&RULE, Some(s), "!").with_certainty(Certainty::percent(60));
        Report { findings: allowed.map(doubtful).collect() }
    }

    fn faults(source: &str, single: Vec<Override>) -> Vec<Unmet> {
        let overrides = Overrides { off: Vec::new(), single };
        let report = find(source, &overrides);
        unmet(&overrides, source, &report, &|o| find(source, o))
    }

    #[test]
    fn what_applies_is_met_wherever_its_words_stand() {
        for source in ["one! two!", "a line before\n\none! two!\nand one behind"] {
            assert_eq!(faults(source, vec![entry("one!", false), entry("two!", true)]), []);
        }
    }

    #[test]
    fn what_does_not_apply_is_told() {
        let told =
            |anchor: &str, right| faults("one! two! six", vec![entry(anchor, right)]).pop().map(|u| u.fault);
        assert_eq!(told("three!", false), Some(Fault::Gone));
        assert_eq!(told("!", false), Some(Fault::Repeated(2)));
        assert_eq!(told("six", false), Some(Fault::Idle));
        assert_eq!(told("six", true), Some(Fault::Idle));
    }

    #[test]
    fn a_confirmed_finding_is_certain_and_a_switch_hushes() {
        let source = "one! two!";
        let overrides = Overrides { off: Vec::new(), single: vec![entry("one!", true)] };
        let mut report = find(source, &overrides);
        settle(&overrides, source, &mut report);
        assert_eq!(report.findings[0].certainty, Certainty::CERTAIN);
        assert_eq!(report.findings[1].certainty, Certainty::percent(60));
        assert_eq!(report.warnings().count(), 1);
        let off = Overrides { off: vec!["X001".into()], single: Vec::new() };
        assert_eq!(still_on(&off, &report), ["X001"]);
        settle(&off, source, &mut report);
        assert!(report.findings.is_empty());
    }
}
