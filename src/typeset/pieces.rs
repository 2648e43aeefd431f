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
    largest_first_at_home(pieces, size, |_| None, work)
}

/// The same, where pieces have a thread of the pool ([`rayon::current_thread_index`]) at which they are at home: the one
/// that made them. It does them as long as it has any, for it has them in the memory next to it, and gives back what they
/// hold without asking another.
pub(super) fn largest_first_at_home<T: Send, R: Send>(
    pieces: Vec<T>,
    size: impl Fn(&T) -> usize,
    home: impl Fn(&T) -> Option<usize>,
    work: impl Fn(T) -> R + Sync,
) -> Vec<R> {
    let count = pieces.len();
    let queue = Mutex::new(Queue::new(pieces, size, home));
    let done = Mutex::new(Vec::with_capacity(count));
    // A function, so that the queue is not held while its piece is worked on.
    let next = || held(&queue).next(rayon::current_thread_index());
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

/// A piece that waits: its size, its place in the order, itself.
type Waiting<T> = (usize, usize, T);

/// Pieces that wait to be done.
struct Queue<T> {
    /// By thread those that are at home there, then those that are at home nowhere; the largest of each last.
    pieces: Vec<Vec<Waiting<T>>>,
}

impl<T> Queue<T> {
    fn new(pieces: Vec<T>, size: impl Fn(&T) -> usize, home: impl Fn(&T) -> Option<usize>) -> Self {
        let threads = rayon::current_num_threads();
        let mut queue = Self { pieces: (0..=threads).map(|_| Vec::new()).collect() };
        for (place, piece) in pieces.into_iter().enumerate() {
            let home = home(&piece).filter(|thread| *thread < threads).unwrap_or(threads);
            queue.pieces[home].push((size(&piece), place, piece));
        }
        for pieces in &mut queue.pieces {
            pieces.sort_by_key(|(size, place, _)| (*size, Reverse(*place)));
        }
        queue
    }

    /// The largest piece of those at home on this thread and nowhere, or else of all.
    fn next(&mut self, thread: Option<usize>) -> Option<(usize, T)> {
        let nowhere = self.pieces.len() - 1;
        let near = thread.into_iter().chain([nowhere]);
        let queue = self.largest(near).or_else(|| self.largest(0..nowhere))?;
        let (_, place, piece) = self.pieces[queue].pop()?;
        Some((place, piece))
    }

    /// The queue among these that has the largest piece.
    fn largest(&self, queues: impl Iterator<Item = usize>) -> Option<usize> {
        let size = |queue: &usize| self.pieces.get(*queue)?.last().map(|(size, ..)| *size);
        queues.filter(|queue| size(queue).is_some()).max_by_key(size)
    }
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

    #[test]
    fn a_thread_does_the_pieces_that_are_at_home_with_it_before_others() {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
        // (size, home)
        let pieces = vec![(4, Some(0)), (9, Some(1)), (2, None), (5, Some(0)), (1, Some(7)), (5, Some(1))];
        let order = |thread| {
            pool.install(|| {
                let mut queue = Queue::new(pieces.clone(), |(size, _)| *size, |(_, home)| *home);
                std::iter::from_fn(|| queue.next(thread).map(|(place, _)| place)).collect::<Vec<usize>>()
            })
        };
        assert_eq!(order(Some(0)), [3, 0, 2, 4, 1, 5]);
        assert_eq!(order(Some(1)), [1, 5, 2, 4, 3, 0]);
        // A thread of another pool.
        assert_eq!(order(None), [2, 4, 1, 5, 3, 0]);
    }
}
