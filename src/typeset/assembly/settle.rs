//! In: the pieces of a book, each with the plans for its pages. Out: on which side each begins and ends. Chapters whose
//! pages do not come out well there get looser lines to choose from.

use rayon::prelude::*;

use super::{Content, Unit};
use crate::typeset::flow::Setter;
use crate::typeset::paginate::{self, Join, Placed, Plans};

/// So far from pages that do not come out well, in pages, looser lines are looked for: round them at first, then in the
/// whole chapter. Other chapters than before may come out badly then, which is seldom.
const REACHES: [usize; 4] = [4, usize::MAX, usize::MAX, usize::MAX];

/// The sides of all pieces; `None` where one of them has no pages at all.
pub(super) fn settle(setter: Setter<'_>, units: &mut [Unit<'_>]) -> Option<Vec<Placed>> {
    let mut placed = sequence(units);
    for reach in REACHES {
        let more = placed.as_ref().is_some_and(|placed| loosen(setter, units, placed, reach));
        if more {
            placed = sequence(units);
        } else if reach == usize::MAX {
            break;
        }
    }
    placed
}

fn sequence(units: &[Unit<'_>]) -> Option<Vec<Placed>> {
    let chain: Vec<(Join, &Plans)> = units.iter().map(|u| (u.join, &u.plans)).collect();
    paginate::sequence(&chain)
}

/// Gives looser lines to the chapters whose pages do not come out well without, as far from those as `reach` says. Whether
/// there are some.
fn loosen(setter: Setter<'_>, units: &mut [Unit<'_>], placed: &[Placed], reach: usize) -> bool {
    units
        .par_iter_mut()
        .with_max_len(1)
        .zip(placed)
        .map(|(unit, place)| {
            let strained = unit.plan(*place).map(|plan| plan.strained(reach)).unwrap_or_default();
            let Content::Chapter(set) = &mut unit.content else { return false };
            let more = !strained.is_empty() && set.loosen(setter, &strained);
            if more {
                unit.plans = std::mem::take(&mut set.plans);
            }
            more
        })
        .reduce(|| false, |a, b| a || b)
}
