//! On which cores threads begin.
//!
//! Linux lets a new thread begin beside the one that makes it, and wakes it where it slept last. On a virtual machine
//! whose cores seem far apart both may then share one core until loads are balanced, every four thousandths of a second.
//! Where that was measured, threads that begin apart made a novel in 2 to 5 hundredths less time.
//!
//! A core that has slept wakes late there, after two thousandths of a second in the middle. So the thread that is to work
//! first stays awake until its work is there.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Whether there is work for other threads.
static WORK: AtomicBool = AtomicBool::new(false);

/// How long work is waited for at most: settings are read in half that time.
const PATIENCE: Duration = Duration::from_millis(2);

/// Tells that there is work for other threads from now on.
pub(super) fn work_begins() {
    WORK.store(true, Ordering::Relaxed);
}

/// Stays awake until there is work.
pub(super) fn await_work() {
    awaited(&WORK, PATIENCE);
}

/// Whether there is work before patience ends.
fn awaited(work: &AtomicBool, patience: Duration) -> bool {
    let start = Instant::now();
    loop {
        if work.load(Ordering::Relaxed) {
            return true;
        }
        if start.elapsed() >= patience {
            return false;
        }
        std::thread::yield_now();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_is_awaited_until_it_is_there_and_no_longer_than_patience_lasts() {
        static COMES: AtomicBool = AtomicBool::new(false);
        assert!(!awaited(&COMES, Duration::from_micros(50)));
        let waiting = std::thread::spawn(|| awaited(&COMES, Duration::from_secs(60)));
        COMES.store(true, Ordering::Relaxed);
        assert!(waiting.join().unwrap());
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

    /// The core on which a thread runs, or will run as soon as it may, as the system's page on it says; 0 where there is
    /// none.
    fn core_of(page: &str) -> usize {
        // Behind the name, which may hold anything, in brackets, come numbers from the third on (`proc_pid_stat(5)`).
        const PROCESSOR: usize = 39 - 3;
        let page = std::fs::read_to_string(page).unwrap_or_default();
        let numbers = page.rsplit_once(") ").map_or("", |(_, numbers)| numbers);
        numbers.split(' ').nth(PROCESSOR).and_then(|number| number.parse().ok()).unwrap_or(0)
    }

    /// Moves this thread, the one with this index from 1, to a core as far behind that of the process's first thread
    /// among those that it may run on. Nothing holds it there: from then on the system moves it as it likes.
    ///
    /// Where the first thread runs is asked now, not before this one was made: while it waited for this one to begin, the
    /// system may have moved it, to the very core that was free.
    pub(in crate::cli) fn start_on_own(index: usize) {
        start_apart(core_of("/proc/self/stat"), index);
    }

    fn start_apart(home: usize, index: usize) {
        let Ok(allowed) = sched_getaffinity(None) else { return };
        let cores: Vec<usize> = (0..CpuSet::MAX_CPU).filter(|core| allowed.is_set(*core)).collect();
        let first = cores.iter().position(|core| *core == home).unwrap_or(0);
        let Some(own) = cores.get((first + index) % cores.len().max(1)) else { return };
        let mut only = CpuSet::new();
        only.set(*own);
        if sched_setaffinity(None, &only).is_ok() {
            let _ = sched_setaffinity(None, &allowed);
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn a_thread_that_is_held_on_a_core_says_so() {
            std::thread::spawn(|| {
                let allowed = sched_getaffinity(None).unwrap();
                for core in (0..CpuSet::MAX_CPU).filter(|core| allowed.is_set(*core)) {
                    let mut only = CpuSet::new();
                    only.set(core);
                    sched_setaffinity(None, &only).unwrap();
                    assert_eq!(core_of("/proc/thread-self/stat"), core);
                }
            })
            .join()
            .unwrap();
        }

        #[test]
        fn a_thread_may_run_everywhere_after_its_start() {
            std::thread::spawn(|| {
                let before = sched_getaffinity(None).unwrap();
                start_on_own(1);
                assert_eq!(sched_getaffinity(None).unwrap(), before);
                start_apart(usize::MAX, usize::MAX / 2);
                assert_eq!(sched_getaffinity(None).unwrap(), before);
            })
            .join()
            .unwrap();
        }
    }
}

#[cfg(target_os = "linux")]
pub(super) use linux::start_on_own;

/// The system decides.
#[cfg(not(target_os = "linux"))]
pub(super) const fn start_on_own(_index: usize) {}
