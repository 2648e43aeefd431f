//! In: the text. Out: findings about sentences that a site put into the author's text to mark
//! copies of it. They are named and stay: only the author can say that they are not theirs.

use super::Context;
use crate::pass::{Pass, Proposal};
use crate::report::{Certainty, Rule};
use crate::text::Text;

/// Sentences that a site injected.
pub static STRANGERS: Rule = Rule {
    code: "C025",
    name: "injected-sentence",
    what: "Points at sentences that serial sites hide in a text against theft. They are not removed.",
    why: "They are not the author's words, but they look like a paragraph of the story; a person decides.",
    example: "`This tale has been unlawfully lifted without the author's consent; report any sightings.`",
};

/// Finds such sentences.
#[derive(Clone, Copy, Debug)]
pub struct Strangers;

static RULES: [&Rule; 1] = [&STRANGERS];

/// Words of an injected notice are few.
const MOST_WORDS: u32 = 45;

/// What was done to the text.
const THEFT: &[&str] = &[
    "stolen",
    "unauthorized",
    "unauthorised",
    "without permission",
    "without authorization",
    "unlawfully",
    "misappropriated",
    "illicitly",
    "pilfered",
    "without the author's consent",
    "purloined",
    "without consent",
];
/// What it is called.
const WORK: &[&str] = &["tale", "story", "narrative", "content", "novel", "chapter", "book", "text"];
/// What the reader shall do.
const CALL: &[&str] = &[
    "report",
    "royal road",
    "amazon",
    "support the author",
    "original site",
    "official",
    "author's work",
    "violation",
];

impl Pass<Context<'_>> for Strangers {
    fn rules(&self) -> &'static [&'static Rule] {
        &RULES
    }

    fn propose(&self, text: &Text, context: &Context<'_>) -> Vec<Proposal> {
        let s = text.as_str();
        let mut out = Vec::new();
        for line in context.lines.iter().filter(|l| (5..=MOST_WORDS).contains(&l.words)) {
            let raw = &s[line.range()];
            if !raw.as_bytes()[0].is_ascii_uppercase() {
                continue;
            }
            let low = raw.to_lowercase().replace('’', "'");
            let has = |words: &[&str]| words.iter().any(|w| low.contains(w));
            if has(THEFT) && has(CALL) && has(WORK) {
                out.push(
                    Proposal::new(
                        &STRANGERS,
                        line.range(),
                        "a site's notice against theft stands in the text",
                        Vec::new(),
                    )
                    .with_certainty(Certainty::percent(80))
                    .warn(),
                );
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clean::tests::cleaned_by;
    use crate::pass::Overrides;
    use crate::source::{lines::lines, measure::Measures};

    #[test]
    fn a_notice_is_named_and_stays() {
        let s = "He drew his sword.\n\nStolen from its rightful place, this narrative is not meant to be on Amazon; \
                 report any sightings.\n\nThe stolen sword was a story of its own.\n";
        assert_eq!(cleaned_by(&Strangers, s), s);
        let l = lines(s);
        let measures = Measures::take(s, &l);
        let context = Context { lines: &l, measures: &measures, shape: crate::options::Shape::Plain };
        let found =
            crate::pass::run(&Strangers, &mut Text::from_source(s), &context, &Overrides::default(), s);
        assert_eq!(found.len(), 1);
    }
}
