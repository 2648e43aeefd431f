//! In: pieces of work of different size. Out: what became of them, in their order, with all threads at work until the end.

use std::cmp::Reverse;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Does the largest pieces first, and each as soon as a thread is free for it: so none is left alone with a large one
/// when there is nothing else to do (Graham, *Bounds on Multiprocessing Timing Anomalies*, 1969).
pub(super) fn largest_first<T: Send, R: Send>(
    pieces: Vec<T>,
    size: impl Fn(&T) -> usize,
    work: impl Fn(T) -> R + Sync,
) -> Vec<R> {
    let mut queue: Vec<(usize, T)> = pieces.into_iter().enumerate().collect();
    queue.sort_by_cached_key(|(_, piece)| Reverse(size(piece)));
    let count = queue.len();
    let (queue, done) = (Mutex::new(queue.into_iter()), Mutex::new(Vec::with_capacity(count)));
    // A function, so that the queue is not held while its piece is worked on.
    let next = || held(&queue).next();
    rayon::scope(|scope| {
        for _ in 0..rayon::current_num_threads().min(count) {
            scope.spawn(|_| {
                while let Some((place, piece)) = next() {
                    let result = work(piece);
                    held(&done).push((place, result));
                }
            });
        }
    });
    let mut done: Vec<(usize, R)> = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_unstable_by_key(|(place, _)| *place);
    done.into_iter().map(|(_, result)| result).collect()
}

fn held<T>(list: &Mutex<T>) -> MutexGuard<'_, T> {
    list.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_stand_in_the_order_of_their_pieces_and_large_ones_come_first() {
        let begun = Mutex::new(Vec::new());
        let work = |piece: usize| {
            begun.lock().unwrap().push(piece);
            piece * 10
        };
        let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        let done = one.install(|| largest_first(vec![2, 5, 1, 5, 3], |piece| *piece, work));
        assert_eq!(done, [20, 50, 10, 50, 30]);
        assert_eq!(*begun.lock().unwrap(), [5, 5, 3, 2, 1]);

        // Two pieces at once: each waits for the other.
        let two = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
        let meet = std::sync::Barrier::new(2);
        assert_eq!(
            two.install(|| largest_first(vec![1, 2], |piece| *piece, |piece| (meet.wait(), piece).1)),
            [1, 2]
        );

        let four = rayon::ThreadPoolBuilder::new().num_threads(4).build().unwrap();
        let many: Vec<usize> = (0..1000).collect();
        let wanted: Vec<usize> = many.iter().map(|piece| piece * 10).collect();
        assert_eq!(four.install(|| largest_first(many, |piece| piece % 7, |piece| piece * 10)), wanted);
        assert!(four.install(|| largest_first(Vec::<usize>::new(), |_| 0, |piece| piece)).is_empty());
    }
}
