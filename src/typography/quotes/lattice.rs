//! In: the scored marks of one chapter. Out: the reading in which quotations nest and close
//! best, and how much worse the next best reading of each mark is.
//!
//! A state is what is open at a place, from nothing to three levels. Forward and backward
//! sweeps of best scores (Viterbi 1967, max-marginals) cost time linear in the marks.

use std::sync::LazyLock;

use super::lexicon::Learned;
use super::score::{APOSTROPHE, CLOSE, NEVER, OPEN, PRIME};
use super::tokens::{Class, Habits, Token};
use super::{Decision, Role};
use crate::report::Certainty;
use crate::typography::slots::{Join, Slot};

/// What is open, outermost first.
const STATES: [&[Class]; 7] = {
    use Class::{Double as D, Single as S};
    [&[], &[D], &[S], &[D, S], &[S, D], &[D, S, D], &[S, D, S]]
};
/// The states with only the outer ones of their quotations left open, by how many.
const OUTER: [&[usize]; STATES.len()] = [&[], &[0], &[0], &[0, 1], &[0, 2], &[0, 1, 3], &[0, 2, 4]];
/// A score for each state; the one behind them is never reached.
type Scores = [f32; 8];

const OUT: f32 = f32::NEG_INFINITY;
const NOWHERE: Scores = [OUT; 8];

/// A quotation that is left open where its paragraph ends, a level.
const UNCLOSED: f32 = -3.0;
/// A mark that closes what is not open; one that opens what is open already.
const STRAY_CLOSE: f32 = -4.5;
const STRAY_OPEN: f32 = -4.5;
/// A mark that closes an outer quotation while an inner one is open.
const CROSSED: f32 = -2.7;
/// A quotation that goes on in the next paragraph which starts with its mark, or without.
const RUN_ON: f32 = -0.3;
const RUN_ON_UNMARKED: f32 = -4.0;
const RUN_INTO_SET_OFF: f32 = -0.6;
const RUN_ON_LINE: f32 = -0.1;
/// Single marks inside of double ones.
const INNER_SINGLE: f32 = -0.3;
/// A third level.
const DEEP: f32 = -0.7;

/// One step through the chapter.
enum Step {
    /// Between two texts.
    Seam { join: Join, next: Option<Class> },
    /// A mark: index of its slot in the flow, and its own; the ways to read it by state, and its scores, with what its
    /// words say, where nothing is open and where something is.
    Mark { slot: usize, token: usize, ways: &'static Ways, scores: [[f32; 4]; 2] },
}

/// A way to read a mark.
#[derive(Clone, Copy)]
struct Move {
    role: Role,
    opening: bool,
    to: usize,
    score: f32,
}

/// Reads the marks of one flow into `decisions`, one list a slot. `first_slot` is the index
/// of the flow's first slot in the book.
pub(super) fn read(
    per_slot: &[Vec<Token>],
    slots: &[Slot<'_>],
    habits: &Habits,
    learned: &Learned,
    first_slot: usize,
    decisions: &mut [Vec<Decision>],
) {
    if per_slot.iter().all(Vec::is_empty) {
        return;
    }
    let steps = steps(per_slot, slots, habits, learned, first_slot);
    let before = forward(&steps);
    let after = backward(&steps);
    let mut state = 0;
    let mut open: Vec<(usize, usize)> = Vec::new();
    for (i, step) in steps.iter().enumerate() {
        let later = &after[i + 1];
        let mut best: Option<Move> = None;
        step.moves(state, &mut |way| {
            if best.is_none_or(|b| way.score + later[way.to] > b.score + later[b.to]) {
                best = Some(way);
            }
        });
        // Every step has a way on from every state.
        let Some(best) = best else { break };
        if let Step::Mark { slot, token, ways, ref scores } = *step {
            let margin = margin(ways, scores, &before[i], later, &best);
            decisions[slot].push(decide(&per_slot[slot][token], &best, margin));
            if best.role == Role::Open {
                open.push((slot, decisions[slot].len() - 1));
            }
        }
        state = best.to;
        while open.len() > STATES[state].len() {
            let Some((slot, at)) = open.pop() else { break };
            decisions[slot][at].unclosed = best.role != Role::Close || open.len() > STATES[state].len();
        }
    }
    for (slot, at) in open {
        decisions[slot][at].unclosed = true;
    }
}

fn steps(
    per_slot: &[Vec<Token>],
    slots: &[Slot<'_>],
    habits: &Habits,
    learned: &Learned,
    first_slot: usize,
) -> Vec<Step> {
    let mut steps = Vec::with_capacity(per_slot.iter().map(|t| t.len() + 1).sum());
    for (slot, tokens) in per_slot.iter().enumerate() {
        if slot > 0 {
            let next = tokens.first().filter(|t| t.first).map(|t| t.class);
            steps.push(Step::Seam { join: slots[slot].join, next });
        }
        steps.extend(tokens.iter().enumerate().map(|(token, mark)| {
            let mut score = mark.score;
            if mark.class == Class::Single {
                let (elided, against_open) = learned.evidence(first_slot + slot, token);
                // Two marks round one word are a pair first of all, whatever the word is.
                score[APOSTROPHE] += if mark.one_word { 0.4 * elided } else { elided };
                score[OPEN] -= if mark.one_word { 0.0 } else { against_open };
            }
            let ways = &WAYS[mark.class as usize][usize::from(mark.first)];
            Step::Mark { slot, token, ways, scores: by_state(score, mark.class, habits) }
        }));
    }
    steps
}

/// The scores of a mark where nothing is open and where something is.
fn by_state(mut score: [f32; 4], class: Class, habits: &Habits) -> [[f32; 4]; 2] {
    for never in [APOSTROPHE, PRIME] {
        if score[never] <= NEVER {
            score[never] = OUT;
        }
    }
    let mut scores = [score; 2];
    if class == Class::Single {
        scores[0][OPEN] += habits.single_outer;
        scores[1][OPEN] += INNER_SINGLE;
    }
    scores
}

fn forward(steps: &[Step]) -> Vec<Scores> {
    let mut all = Vec::with_capacity(steps.len() + 1);
    let mut now = NOWHERE;
    now[0] = 0.0;
    all.push(now);
    for step in steps {
        let mut next = NOWHERE;
        match step {
            Step::Mark { ways, scores, .. } => {
                for (from, ways) in ways.iter().enumerate() {
                    let (here, scores) = (now[from], &scores[usize::from(from > 0)]);
                    for way in ways {
                        let best = &mut next[usize::from(way.to) & 7];
                        *best = larger(*best, here + way.score(scores));
                    }
                }
            }
            Step::Seam { .. } => {
                for (from, score) in now.iter().enumerate().filter(|(_, s)| **s > OUT) {
                    step.moves(from, &mut |way| next[way.to] = larger(next[way.to], score + way.score));
                }
            }
        }
        now = settled(next);
        all.push(now);
    }
    all
}

fn backward(steps: &[Step]) -> Vec<Scores> {
    let mut all = vec![NOWHERE; steps.len() + 1];
    for (score, state) in all[steps.len()].iter_mut().zip(STATES) {
        *score = UNCLOSED * state.len() as f32;
    }
    for (i, step) in steps.iter().enumerate().rev() {
        let later = all[i + 1];
        let mut now = NOWHERE;
        match step {
            Step::Mark { ways, scores, .. } => {
                for (from, ways) in ways.iter().enumerate() {
                    let scores = &scores[usize::from(from > 0)];
                    for way in ways {
                        now[from] = larger(now[from], way.score(scores) + later[usize::from(way.to) & 7]);
                    }
                }
            }
            Step::Seam { .. } => {
                for (from, score) in now.iter_mut().enumerate().take(STATES.len()) {
                    step.moves(from, &mut |way| *score = larger(*score, way.score + later[way.to]));
                }
            }
        }
        all[i] = settled(now);
    }
    all
}

/// The larger of two numbers, in as few steps as the processor can.
fn larger(a: f32, b: f32) -> f32 {
    if b > a { b } else { a }
}

/// The same scores with the best at nought, so that long chapters lose no precision.
fn settled(mut scores: Scores) -> Scores {
    let best = scores.iter().copied().fold(OUT, f32::max);
    if best > OUT {
        for score in &mut scores {
            *score -= best;
        }
    }
    scores
}

/// How much better the best reading of a mark is than the best that puts another one in its place.
fn margin(ways: &Ways, scores: &[[f32; 4]; 2], before: &Scores, after: &Scores, best: &Move) -> f32 {
    // The best of all ways by what speaks for them.
    let mut by = [OUT; 4];
    for (from, ways) in ways.iter().enumerate() {
        let (here, scores) = (before[from], &scores[usize::from(from > 0)]);
        for way in ways {
            let known = &mut by[usize::from(way.by) & 3];
            *known = larger(*known, here + way.score(scores) + after[usize::from(way.to) & 7]);
        }
    }
    let closing = larger(by[CLOSE], by[APOSTROPHE]);
    let (same, others) = match (best.opening, best.role) {
        (true, _) => (by[OPEN], [closing, by[PRIME]]),
        (false, Role::Prime) => (by[PRIME], [by[OPEN], closing]),
        (false, _) => (closing, [by[OPEN], by[PRIME]]),
    };
    same - larger(others[0], others[1])
}

fn decide(token: &Token, best: &Move, margin: f32) -> Decision {
    Decision {
        range: (token.start, token.end),
        class: token.class,
        look: token.look,
        role: best.role,
        opening: best.opening,
        word_start: !token.left.is_word() && token.right.is_word() && !token.right_mark,
        unclosed: best.role == Role::Stray,
        certainty: Certainty::from_probability(f64::from(1.0 / (1.0 + (-margin.max(0.0)).exp()))),
    }
}

impl Step {
    /// Visits every way to read the step when `from` is open.
    fn moves(&self, from: usize, visit: &mut impl FnMut(Move)) {
        match self {
            Self::Seam { join, next } => seam(*join, *next, from, visit),
            Self::Mark { ways, scores, .. } => {
                for way in &ways[from] {
                    let score = way.score(&scores[usize::from(from > 0)]);
                    if score > OUT {
                        let opening = usize::from(way.by) == OPEN;
                        visit(Move { role: way.role, opening, to: way.to.into(), score });
                    }
                }
            }
        }
    }
}

/// A way to read a mark of some class in some state.
#[derive(Clone, Copy)]
struct Way {
    role: Role,
    to: u8,
    /// Which score of the mark speaks for it, and what it costs beside.
    by: u8,
    cost: f32,
}

impl Way {
    fn score(self, scores: &[f32; 4]) -> f32 {
        scores[usize::from(self.by) & 3] + self.cost
    }
}

/// The ways by state. All states have as many, so that the sweeps need not ask: where a mark cannot open again, that way
/// leads nowhere. Indices are masked for the same reason; they are in bounds as they are.
type Ways = [[Way; 5]; STATES.len()];

/// By class of mark, and whether it is the first of its paragraph.
static WAYS: LazyLock<[[Ways; 2]; 2]> = LazyLock::new(|| {
    [Class::Double, Class::Single]
        .map(|class| [false, true].map(|first| std::array::from_fn(|from| ways(class, first, from))))
});

fn seam(join: Join, next: Option<Class>, from: usize, visit: &mut impl FnMut(Move)) {
    let stay = match STATES[from].first() {
        None => 0.0,
        Some(outer) => match join {
            Join::Line => RUN_ON_LINE,
            Join::SetOff => RUN_INTO_SET_OFF,
            Join::Paragraph | Join::Fresh if next == Some(*outer) => RUN_ON,
            Join::Paragraph | Join::Fresh => RUN_ON_UNMARKED,
        },
    };
    let mut way = |to: usize, score: f32| visit(Move { role: Role::Stray, opening: false, to, score });
    way(from, stay);
    for (levels, to) in OUTER[from].iter().copied().enumerate() {
        let dropped = (STATES[from].len() - levels) as f32;
        way(to, UNCLOSED * dropped + if levels > 0 { stay } else { 0.0 });
    }
}

/// The state after opening `class`, where there is one.
fn push(from: usize, class: Class) -> Option<usize> {
    match (from, class) {
        (0, Class::Double) => Some(1),
        (0, Class::Single) => Some(2),
        (1, Class::Single) => Some(3),
        (2, Class::Double) => Some(4),
        (3, Class::Double) => Some(5),
        (4, Class::Single) => Some(6),
        _ => None,
    }
}

/// The ways to read a mark: as an end of a quotation, as an apostrophe, as a prime.
fn ways(class: Class, first: bool, from: usize) -> [Way; 5] {
    let stack = STATES[from];
    let way = |role: Role, to: usize, by: usize, cost: f32| Way { role, to: to as u8, by: by as u8, cost };
    let mut ways = [way(Role::Stray, STATES.len(), OPEN, OUT); 5];
    ways[0] = match push(from, class) {
        Some(to) => way(Role::Open, to, OPEN, if stack.len() >= 2 { DEEP } else { 0.0 }),
        None => way(Role::Stray, from, OPEN, STRAY_OPEN),
    };
    if first && stack.contains(&class) {
        ways[1] = way(Role::Reopen, from, OPEN, 0.0);
    }
    ways[2] = match stack.iter().rposition(|c| *c == class) {
        Some(at) => way(Role::Close, OUTER[from][at], CLOSE, CROSSED * (stack.len() - 1 - at) as f32),
        None => way(Role::Stray, from, CLOSE, STRAY_CLOSE),
    };
    ways[3] = way(Role::Apostrophe, from, APOSTROPHE, 0.0);
    ways[4] = way(Role::Prime, from, PRIME, 0.0);
    ways
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outer_states_leave_the_inner_quotations_out() {
        for (state, outer) in STATES.iter().zip(OUTER) {
            assert_eq!(outer.len(), state.len());
            for (levels, to) in outer.iter().enumerate() {
                assert_eq!(STATES[*to], &state[..levels]);
            }
        }
    }
}
