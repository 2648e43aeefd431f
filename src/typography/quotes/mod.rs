//! In: the texts of the book with whatever quotation marks they have. Out: marks that face
//! the right way, by the customs of the language, and apostrophes.
//!
//! Every mark is read in the light of all the others of its chapter. [`tokens`] finds the
//! marks and what stands round them, [`score`] says how well each could open, close or be an
//! apostrophe where it stands, and [`lattice`] finds the reading of the whole chapter in
//! which quotations nest and close (Viterbi 1967). The book is read twice: what the first
//! reading shows of its elisions (*'em*, *goin'*) helps the second.

mod lattice;
mod lexicon;
mod score;
mod tokens;

use std::borrow::Cow;
use std::ops::Range;

use rayon::prelude::*;

use crate::pass::{Pass, Proposal};
use crate::report::{Certainty, Rule};
use crate::text::{Edit, Text};

use super::customs::Customs;
use super::slots::{Join, Slot};
use super::{Site, TEXTS_AT_ONCE, TextPass, Work};
use lexicon::Learned;
use tokens::{Class, Look, Token};

pub(super) static DOUBLE: Rule = Rule {
    code: "Q010",
    name: "straight-double-quote",
    what: "Turns a straight double quotation mark into an opening or closing one. Which of the two is decided \
           by what stands next to it and by the other marks of the chapter.",
    why: "A straight mark is a typewriter's. Printed books have marks that face the words they enclose.",
    example: "\"Come in,\" she said. → “Come in,” she said.",
};
pub(super) static SINGLE: Rule = Rule {
    code: "Q011",
    name: "straight-single-quote",
    what: "Turns a straight single mark that encloses words into an opening or closing quotation mark.",
    why: "It is the outer mark of British dialogue and the inner mark everywhere else.",
    example: "\"He said 'no' to me.\" → “He said ‘no’ to me.”",
};
pub(super) static APOSTROPHE: Rule = Rule {
    code: "Q020",
    name: "apostrophe",
    what: "Turns a straight mark inside or at the end of a word into an apostrophe.",
    why: "The apostrophe has the shape of a closing single quotation mark.",
    example: "don't, the boys' books → don’t, the boys’ books",
};
pub(super) static ELISION: Rule = Rule {
    code: "Q021",
    name: "apostrophe-at-word-start",
    what: "Turns a straight mark where the start of a word was left out into an apostrophe, not into an \
           opening quotation mark.",
    why: "Word processors turn this mark the wrong way. Whether it opens or elides is learned from the book's \
          own words.",
    example: "'Tis a fine day; give 'em the '90s → ’Tis a fine day; give ’em the ’90s",
};
pub(super) static PRIME: Rule = Rule {
    code: "Q030",
    name: "prime",
    what: "Turns marks for feet and inches, or minutes and seconds, into primes.",
    why: "A height is not a quotation.",
    example: "He was 6'2\" tall → He was 6′2″ tall",
};
pub(super) static TURNED: Rule = Rule {
    code: "Q040",
    name: "turned-quote",
    what: "Turns round a curly mark that faces the wrong way.",
    why: "Automatic quotes in editors go wrong after dashes and at the starts of elided words.",
    example: "‘Twas late—”Come in,” → ’Twas late—“Come in,”",
};
pub(super) static TYPED_PAIR: Rule = Rule {
    code: "Q050",
    name: "typed-pair",
    what: "Reads two backticks, two single marks or two low commas as one double quotation mark, and a backtick \
           as an opening single one.",
    why: "That is how quotation marks were typed where the keyboard had no others.",
    example: "``Come in,'' she said; ,,Herein'' → “Come in,” she said; „Herein“",
};
pub(super) static UNBALANCED: Rule = Rule {
    code: "Q060",
    name: "unclosed-quote",
    what: "Tells of a quotation that is opened and never closed, or closed and never opened. Nothing is changed.",
    why: "Most often a mark was forgotten; only the author can tell where it belongs.",
    example: "\"Come in, she said. → a warning",
};

/// What a mark is, once read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Opens a quotation.
    Open,
    /// Opens again at the start of a paragraph what is open already.
    Reopen,
    /// Closes a quotation.
    Close,
    /// Closes or opens what has no other end.
    Stray,
    /// An apostrophe.
    Apostrophe,
    /// A prime.
    Prime,
}

/// How one mark is read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Decision {
    range: (u32, u32),
    class: Class,
    look: Look,
    role: Role,
    opening: bool,
    word_start: bool,
    unclosed: bool,
    certainty: Certainty,
}

/// Reads and sets the quotation marks.
pub(super) struct Quotes;

impl TextPass for Quotes {
    fn survey(&self, slots: &[Slot<'_>], work: &mut Work) {
        work.quotes =
            if work.keep_quotes { vec![Vec::new(); slots.len()] } else { read(slots, &work.customs) };
    }
}

/// Reads every mark of the book.
fn read(slots: &[Slot<'_>], customs: &Customs) -> Vec<Vec<Decision>> {
    let habits = tokens::Habits::of(slots, customs);
    let find = |slot: &Slot<'_>| {
        let text = slot.text.as_str();
        let mut tokens = tokens::find(text, &habits);
        for token in &mut tokens {
            score::measure(token, text, &habits);
        }
        tokens
    };
    let per_slot: Vec<Vec<Token>> = slots.par_iter().with_min_len(TEXTS_AT_ONCE).map(find).collect();
    let mut learned = Learned::new(slots, &per_slot);
    let flows = flows(slots);
    let mut decisions = Vec::new();
    for round in 0..ROUNDS {
        let read = |flow: &Range<usize>| {
            let (tokens, texts) = (&per_slot[flow.clone()], &slots[flow.clone()]);
            let mut out = vec![Vec::new(); flow.len()];
            lattice::read(tokens, texts, &habits, &learned, flow.start, &mut out);
            out
        };
        let found: Vec<Vec<Vec<Decision>>> = flows.par_iter().map(read).collect();
        decisions = found.into_iter().flatten().collect();
        if round + 1 < ROUNDS {
            learned.study(slots, &per_slot, &decisions);
        }
    }
    decisions
}

/// Readings of the book; the first teaches the second.
const ROUNDS: usize = 2;

/// Runs of texts over which a quotation may run.
fn flows(slots: &[Slot<'_>]) -> Vec<Range<usize>> {
    let mut flows = Vec::new();
    let mut start = 0;
    for i in 1..=slots.len() {
        if i == slots.len() || slots[i].join == Join::Fresh {
            if i > start {
                flows.push(start..i);
            }
            start = i;
        }
    }
    flows
}

impl Pass<Site<'_>> for Quotes {
    fn rules(&self) -> &'static [&'static Rule] {
        static RULES: [&Rule; 8] =
            [&DOUBLE, &SINGLE, &APOSTROPHE, &ELISION, &PRIME, &TURNED, &TYPED_PAIR, &UNBALANCED];
        &RULES
    }

    fn propose(&self, text: &Text, site: &Site<'_>) -> Vec<Proposal> {
        let Some(decisions) = site.work.quotes.get(site.index) else { return Vec::new() };
        let mut proposals = Vec::with_capacity(decisions.len());
        for decision in decisions {
            proposals.extend(propose(text.as_str(), decision, &site.work.customs));
            proposals.extend(decision.unclosed.then(|| unbalanced(decision)));
        }
        proposals
    }
}

fn propose(text: &str, decision: &Decision, customs: &Customs) -> Option<Proposal> {
    let range = decision.range.0 as usize..decision.range.1 as usize;
    let now = &text[range.clone()];
    let glyph = glyph(decision, customs);
    let with = mark(glyph);
    if decision.look == Look::Set && !wrong(now, decision, glyph) || now == with {
        return None;
    }
    let (rule, message) = explain(decision);
    let edit = Edit::replace(range.clone(), with);
    Some(Proposal::new(rule, range, message, vec![edit]).with_certainty(decision.certainty))
}

/// A mark as a string; novels have thousands of them.
fn mark(glyph: char) -> Cow<'static, str> {
    match glyph {
        '’' => "’".into(),
        '‘' => "‘".into(),
        '”' => "”".into(),
        '“' => "“".into(),
        other => other.to_string().into(),
    }
}

fn unbalanced(decision: &Decision) -> Proposal {
    let range = decision.range.0 as usize..decision.range.1 as usize;
    let message = match decision.role {
        Role::Open | Role::Reopen => "a quotation is opened here and not closed",
        Role::Close | Role::Stray | Role::Apostrophe | Role::Prime => {
            "a quotation is closed here that was not opened"
        }
    };
    Proposal::new(&UNBALANCED, range, message, Vec::new()).warn().with_certainty(Certainty::percent(80))
}

/// Whether a typographic mark that stands in the text contradicts its reading: only one
/// that faces the other way does, not one of another style.
fn wrong(now: &str, decision: &Decision, glyph: char) -> bool {
    match now {
        "‘" | "‛" => glyph == '’',
        "’" => decision.opening && glyph == '‘',
        "“" => !decision.opening && glyph == '”',
        "”" => decision.opening && glyph == '“',
        _ => false,
    }
}

fn glyph(decision: &Decision, customs: &Customs) -> char {
    let pair = match decision.class {
        Class::Double => customs.double,
        Class::Single => customs.single,
    };
    match (decision.role, decision.class) {
        (Role::Apostrophe, _) => '’',
        (Role::Prime, Class::Double) => '″',
        (Role::Prime, Class::Single) => '′',
        (Role::Stray, Class::Single) if !decision.opening => '’',
        (Role::Open | Role::Reopen | Role::Close | Role::Stray, _) => {
            if decision.opening {
                pair.0
            } else {
                pair.1
            }
        }
    }
}

fn explain(decision: &Decision) -> (&'static Rule, &'static str) {
    match (decision.look, decision.role) {
        (Look::Set, _) => (&TURNED, "the mark faces the other way"),
        (Look::Typed, _) => (&TYPED_PAIR, "typed marks stand for a quotation mark"),
        (Look::Straight, Role::Prime) => (&PRIME, "a measure has a prime"),
        (Look::Straight, Role::Apostrophe) if decision.word_start => {
            (&ELISION, "an apostrophe begins the word")
        }
        (Look::Straight, Role::Apostrophe) => (&APOSTROPHE, "an apostrophe"),
        (Look::Straight, Role::Open | Role::Reopen | Role::Close | Role::Stray) => {
            let message = match (decision.role, decision.opening) {
                (Role::Reopen, _) => "a quotation goes on in a new paragraph",
                (_, true) => "a quotation opens",
                (_, false) => "a quotation closes",
            };
            (if decision.class == Class::Double { &DOUBLE } else { &SINGLE }, message)
        }
    }
}
