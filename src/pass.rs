//! In: a text and what is known of the whole work. Out: the changed text and the findings.
//!
//! A [`Pass`] never changes text: it proposes. [`run`] is the one driver that applies
//! proposals, so that no pass can alter text unseen.

use std::borrow::Cow;
use std::ops::Range;

use crate::report::{Certainty, Effect, Finding, Rule, Severity, SourceEdit};
use crate::text::{Edit, Span, Text};

/// What a pass would do at one place.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// The rule that applies.
    pub rule: &'static Rule,
    /// The bytes of the current text that it speaks of.
    pub range: Range<usize>,
    /// What was found and is done, as one sentence without a full stop.
    pub message: Cow<'static, str>,
    /// How sure it is.
    pub certainty: Certainty,
    /// Whether a person should look.
    pub severity: Severity,
    /// The changes, in bytes of the current text.
    pub edits: Vec<Edit>,
}

impl Proposal {
    /// A certain proposal with these edits.
    pub fn new(
        rule: &'static Rule,
        range: Range<usize>,
        message: impl Into<Cow<'static, str>>,
        edits: Vec<Edit>,
    ) -> Self {
        Self {
            rule,
            range,
            message: message.into(),
            certainty: Certainty::CERTAIN,
            severity: Severity::Note,
            edits,
        }
    }

    /// The same with this certainty.
    #[must_use]
    pub fn with_certainty(mut self, certainty: Certainty) -> Self {
        self.certainty = certainty;
        self
    }

    /// The same as a warning.
    #[must_use]
    pub fn warn(mut self) -> Self {
        self.severity = Severity::Warning;
        self
    }
}

/// One step that looks at a text and proposes changes. `C` is what the stage lets its
/// passes know beside the text itself (measures, language, options).
pub trait Pass<C: ?Sized>: Sync {
    /// Every rule that the pass can propose.
    fn rules(&self) -> &'static [&'static Rule];

    /// The changes it would make, in order of the text.
    fn propose(&self, text: &Text, context: &C) -> Vec<Proposal>;
}

/// What the user has said of rules and single findings (`book.toml`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overrides {
    /// Codes of rules that are switched off.
    pub off: Vec<String>,
    /// Single findings that are confirmed or turned round.
    pub single: Vec<Override>,
}

/// One finding that the user settled, anchored by text so that it survives edits of the source
/// elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    /// The rule's code.
    pub rule: String,
    /// Text of the source around the place; it must stand there once. Empty for a finding that
    /// speaks of the whole work.
    pub anchor: String,
    /// Whether the finding is right: it is then certain. Otherwise it is turned round.
    pub right: bool,
    /// Why the user decided so.
    pub reason: String,
}

impl Override {
    /// Whether the anchor stands at the source bytes `span`, or for the whole work at none.
    pub fn touches(&self, span: Option<Span>, source: &str) -> bool {
        let Some(span) = span else { return self.anchor.is_empty() };
        if self.anchor.is_empty() {
            return false;
        }
        let reach = self.anchor.len();
        let from = floor_boundary(source, (span.start as usize).saturating_sub(reach));
        let to = floor_boundary(source, (span.end as usize + reach).min(source.len()));
        source[from..to].match_indices(self.anchor.as_str()).any(|(i, _)| {
            let start = from + i;
            start < (span.end as usize).max(span.start as usize + 1) && start + reach > span.start as usize
        })
    }
}

impl Overrides {
    /// Whether the user lets `rule` act at the source bytes `span`.
    pub fn allow(&self, rule: &Rule, span: Span, source: &str) -> bool {
        !self.is_off(rule)
            && !self.single.iter().any(|o| !o.right && o.rule == rule.code && o.touches(Some(span), source))
    }

    /// Whether the user switched `rule` off.
    pub fn is_off(&self, rule: &Rule) -> bool {
        self.off.iter().any(|c| c == rule.code)
    }
}

fn floor_boundary(s: &str, mut at: usize) -> usize {
    while !s.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Lets `pass` look at `text`, applies what the user allows, and tells what was done.
///
/// Where two proposals replace the same bytes, the first in order of the text wins and the
/// other is dropped. `source` is the decoded source, for the overrides.
pub fn run<C: ?Sized>(
    pass: &dyn Pass<C>,
    text: &mut Text,
    context: &C,
    overrides: &Overrides,
    source: &str,
) -> Vec<Finding> {
    let mut proposals = pass.propose(text, context);
    if proposals.is_empty() {
        return Vec::new();
    }
    proposals.sort_by_key(|p| p.edits.iter().map(|e| e.range().start).min().unwrap_or(p.range.start));
    let mut findings = Vec::with_capacity(proposals.len());
    let mut edits: Vec<Edit> = Vec::new();
    let mut taken_to = 0;
    for proposal in proposals {
        debug_assert!(pass.rules().contains(&proposal.rule), "{} is not declared", proposal.rule.code);
        let span = text.origin(proposal.range.clone());
        if !overrides.allow(proposal.rule, span, source) {
            continue;
        }
        let replaced = proposal.edits.iter().filter(|e| matches!(e, Edit::Replace { .. }));
        let from = replaced.clone().map(|e| e.range().start).min();
        let to = replaced.clone().map(|e| e.range().end).max();
        if let (Some(from), Some(to)) = (from, to) {
            if from < taken_to {
                continue;
            }
            taken_to = to;
        }
        let source_edits: Vec<SourceEdit> = proposal
            .edits
            .iter()
            .filter_map(|e| match e {
                Edit::Replace { range, with } => {
                    Some(SourceEdit { span: text.origin(range.clone()), with: with.clone() })
                }
                Edit::Mark { .. } => None,
            })
            .collect();
        findings.push(Finding {
            rule: proposal.rule,
            span: Some(span),
            message: proposal.message,
            certainty: proposal.certainty,
            severity: proposal.severity,
            effect: if source_edits.is_empty() { Effect::Told } else { Effect::Edited(source_edits) },
        });
        edits.extend(proposal.edits);
    }
    text.apply(&edits);
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    static SPACES: Rule = Rule { code: "X001", name: "spaces", what: "", why: "", example: "" };

    struct Spaces;

    impl Pass<()> for Spaces {
        fn rules(&self) -> &'static [&'static Rule] {
            static RULES: [&Rule; 1] = [&SPACES];
            &RULES
        }

        fn propose(&self, text: &Text, (): &()) -> Vec<Proposal> {
            text.as_str()
                .match_indices("  ")
                .map(|(i, _)| Proposal::new(&SPACES, i..i + 2, "two spaces", vec![Edit::delete(i..i + 1)]))
                .collect()
        }
    }

    #[test]
    fn a_finding_is_the_change() {
        let source = "a  b  c";
        let mut text = Text::from_source(source);
        let findings = run(&Spaces, &mut text, &(), &Overrides::default(), source);
        assert_eq!(text.as_str(), "a b c");
        assert_eq!(findings.len(), 2);
        assert_eq!(findings[1].accounted().collect::<Vec<_>>(), [(Span::new(4, 5), "")]);
    }

    #[test]
    fn an_override_stops_one_finding_and_a_switch_all() {
        let source = "a  b  c";
        let one = Override {
            rule: "X001".into(),
            anchor: "b  c".into(),
            right: false,
            reason: "as written".into(),
        };
        let overrides = Overrides { off: vec![], single: vec![one] };
        let mut text = Text::from_source(source);
        run(&Spaces, &mut text, &(), &overrides, source);
        assert_eq!(text.as_str(), "a b  c");
        let overrides = Overrides { off: vec!["X001".into()], single: vec![] };
        let mut text = Text::from_source(source);
        assert!(run(&Spaces, &mut text, &(), &overrides, source).is_empty());
        assert_eq!(text.as_str(), source);
    }
}
