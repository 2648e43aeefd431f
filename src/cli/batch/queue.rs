//! In: works and how large their texts are. Out: the next work for a hand that is free, so that
//! the works in hand are together no larger than memory allows.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Bytes of text in hand for each hand of the batch: a PDF takes some 20 MB and 120 times its text, so
/// that a hand takes 120 MB on the whole. A larger text is taken while the others have little.
const A_HAND: u64 = 830_000;
/// So many works from the front are looked at for one that fits.
const AHEAD: usize = 64;
/// How long a hand waits before it looks whether the batch was stopped.
const LOOK: Duration = Duration::from_millis(50);

/// What waits, and what is in hand.
#[derive(Debug)]
pub(super) struct Queue {
    sizes: Vec<u64>,
    most: u64,
    state: Mutex<State>,
    /// A work was finished.
    freed: Condvar,
}

#[derive(Debug)]
struct State {
    waiting: VecDeque<usize>,
    /// Bytes of the texts in hand, and how many they are.
    busy: (u64, usize),
}

impl Queue {
    /// Works by the bytes of their texts, for `hands` at once.
    pub(super) fn new(sizes: Vec<u64>, hands: usize) -> Self {
        let waiting = (0..sizes.len()).collect();
        let state = Mutex::new(State { waiting, busy: (0, 0) });
        Self { sizes, most: A_HAND.saturating_mul(hands as u64), state, freed: Condvar::new() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The first work that fits beside those in hand, waiting where none does; one that is too large for any
    /// company has all hands' memory to itself. `None` where no work is left or `stop` says so.
    pub(super) fn take(&self, stop: &AtomicBool) -> Option<usize> {
        let mut state = self.state();
        loop {
            if state.waiting.is_empty() || stop.load(Ordering::Relaxed) {
                return None;
            }
            let (bytes, count) = state.busy;
            let fits = |i: &usize| count == 0 || bytes + self.sizes[*i] <= self.most;
            if let Some(place) = state.waiting.iter().take(AHEAD).position(fits)
                && let Some(i) = state.waiting.remove(place)
            {
                state.busy = (bytes + self.sizes[i], count + 1);
                return Some(i);
            }
            state = self.freed.wait_timeout(state, LOOK).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// A work is out of hand.
    pub(super) fn finished(&self, i: usize) {
        let mut state = self.state();
        state.busy = (state.busy.0.saturating_sub(self.sizes[i]), state.busy.1.saturating_sub(1));
        drop(state);
        self.freed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_work_waits_until_it_fits_and_smaller_ones_go_before_it() {
        let go = AtomicBool::new(false);
        let queue = Queue::new(vec![1_300_000, 1_300_000, 100_000, 5_000_000], 2);
        assert_eq!(queue.take(&go), Some(0));
        assert_eq!(queue.take(&go), Some(2));
        queue.finished(2);
        queue.finished(0);
        assert_eq!(queue.take(&go), Some(1));
        queue.finished(1);
        // Too large for any company, but not for an empty house.
        assert_eq!(queue.take(&go), Some(3));
        queue.finished(3);
        assert_eq!(queue.take(&go), None);
    }

    #[test]
    fn a_stopped_queue_gives_nothing() {
        let queue = Queue::new(vec![10], 1);
        assert_eq!(queue.take(&AtomicBool::new(true)), None);
    }
}
