//! In: the pieces of a book, each with the plans for its pages. Out: on which side each begins and ends. Chapters whose
//! pages do not come out well there get looser lines to choose from.

use rayon::prelude::*;

use super::{Content, Unit};
use crate::typeset::flow::Setter;
use crate::typeset::paginate::{self, Join, Placed, Plan, Plans};

/// How often chapters get looser lines at most. Others than before may come out badly then, which is seldom.
const LOOSENED: usize = 3;

/// The sides of all pieces; `None` where one of them has no pages at all.
pub(super) fn settle(setter: Setter<'_>, units: &mut [Unit<'_>]) -> Option<Vec<Placed>> {
    let mut placed = sequence(units);
    for _ in 0..LOOSENED {
        if !placed.as_ref().is_some_and(|placed| loosen(setter, units, placed)) {
            break;
        }
        placed = sequence(units);
    }
    placed
}

fn sequence(units: &[Unit<'_>]) -> Option<Vec<Placed>> {
    let chain: Vec<(Join, &Plans)> = units.iter().map(|u| (u.join, &u.plans)).collect();
    paginate::sequence(&chain)
}

/// Gives looser lines to the chapters whose pages do not come out well without. Whether there are some.
fn loosen(setter: Setter<'_>, units: &mut [Unit<'_>], placed: &[Placed]) -> bool {
    units
        .par_iter_mut()
        .with_max_len(1)
        .zip(placed)
        .map(|(unit, place)| {
            let strained = unit.plan(*place).is_some_and(Plan::is_strained);
            let Content::Chapter(set) = &mut unit.content else { return false };
            let more = strained && set.loosen(setter);
            if more {
                unit.plans = std::mem::take(&mut set.plans);
            }
            more
        })
        .reduce(|| false, |a, b| a || b)
}
