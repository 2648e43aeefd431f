//! In: for each chapter its plans by opening and ending side. Out: the side on which each
//! chapter opens and its plan, cheapest over the book.

use super::Plan;
use crate::typeset::page::Side;

/// Where a chapter may begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Join {
    /// On the next page.
    NextPage,
    /// On the next right-hand page.
    Recto,
}

/// A chapter in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placed {
    /// Whether an empty page stands before it.
    pub blank_before: bool,
    /// The side on which it opens.
    pub side: Side,
    /// The side on which it ends.
    pub end: Side,
}

/// Plans of a chapter: by the side on which it opens, then by the side on which it ends.
pub type Plans = [[Option<Plan>; 2]; 2];

const SIDES: [Side; 2] = [Side::Recto, Side::Verso];

/// The cheapest sequence (Viterbi over two states) of chapters, the first on a recto. `None`
/// where a chapter has no plan at all.
pub fn sequence(chapters: &[(Join, &Plans)]) -> Option<Vec<Placed>> {
    // State: the side on which the pages so far end; before the first chapter that is a verso.
    let mut costs = [f64::INFINITY, 0.0];
    let mut steps: Vec<[Option<(usize, Placed)>; 2]> = Vec::with_capacity(chapters.len());
    for (join, plans) in chapters {
        let mut next = [f64::INFINITY; 2];
        let mut step = [None; 2];
        for (before, cost) in costs.iter().enumerate() {
            // After a recto comes a verso, and the other way round.
            let side = match (join, SIDES[before]) {
                (Join::NextPage, Side::Recto) => 1,
                (Join::NextPage, Side::Verso) | (Join::Recto, _) => 0,
            };
            let blank = *join == Join::Recto && SIDES[before] == Side::Recto;
            for (end, plan) in plans[side].iter().enumerate() {
                let Some(plan) = plan else { continue };
                let total = cost + plan.cost;
                if total < next[end] {
                    next[end] = total;
                    let placed = Placed { blank_before: blank, side: SIDES[side], end: SIDES[end] };
                    step[end] = Some((before, placed));
                }
            }
        }
        costs = next;
        steps.push(step);
    }
    let mut state = usize::from(costs[1] < costs[0]);
    let mut placed = Vec::with_capacity(steps.len());
    for step in steps.iter().rev() {
        let (before, place) = step[state]?;
        placed.push(place);
        state = before;
    }
    placed.reverse();
    Some(placed)
}
