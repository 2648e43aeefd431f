//! `--watch`: stays, and makes anew what changes.
//!
//! Files are looked at in turn, which works on every file system and any number of files,
//! those of other machines too, where the system's own notices do not.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::super::failure::Failure;
use super::changed::{State, state};
use super::journal::Id;
use super::plan::{self, Work};
use super::run::Batch;
use super::{Exit, round};

/// How long the files must have stood still before work begins: an editor writes in several steps.
const STILL: Duration = Duration::from_millis(300);

/// The longest wait for files to stand still: something that is written without end must not
/// hold up the rest.
const PATIENCE: Duration = Duration::from_secs(10);

/// How much of the time is spent on looking: one part in so many.
const SHARE: u32 = 10;

/// The shortest time between two looks.
const PAUSE: Duration = Duration::from_millis(300);

/// Makes what is not done, then what changes, until the process is ended from outside.
///
/// # Errors
/// What stops a batch.
pub(super) fn watch(batch: &mut Batch<'_>) -> Result<Exit, Failure> {
    let mut seen: BTreeMap<Id, State> = BTreeMap::new();
    let mut told = String::new();
    loop {
        let start = Instant::now();
        let look = still(batch, &seen);
        let pause = PAUSE.max(start.elapsed() * SHARE);
        match look {
            Ok(look) if look.changed.is_empty() => told.clear(),
            Ok(Look { works, changed }) => {
                told.clear();
                round(batch, works, |work| changed.contains_key(&work.id()))?;
                // What changed while it was made is seen at the next look.
                seen.extend(changed);
                batch.resume = true;
                batch.voice.say("watching; Ctrl-C ends");
            }
            // A manifest in the middle of being written, a folder that is just not there.
            Err(failure) if failure.what != told => {
                batch.voice.fail(&failure);
                told = failure.what;
            }
            Err(_) => {}
        }
        std::thread::sleep(pause);
    }
}

/// All works, and the state of those that have changed.
#[derive(PartialEq)]
struct Look {
    works: Vec<Work>,
    changed: BTreeMap<Id, State>,
}

/// The look once what has changed has stood still.
fn still(batch: &Batch<'_>, seen: &BTreeMap<Id, State>) -> Result<Look, Failure> {
    let start = Instant::now();
    let mut before = look(batch, seen)?;
    while !before.changed.is_empty() && start.elapsed() < PATIENCE {
        std::thread::sleep(STILL);
        let now = look(batch, seen)?;
        if now == before {
            break;
        }
        before = now;
    }
    Ok(before)
}

fn look(batch: &Batch<'_>, seen: &BTreeMap<Id, State>) -> Result<Look, Failure> {
    let works = plan::plan(&batch.args.inputs, &batch.args.output)?;
    let states = works.iter().map(|work| (work.id(), state(batch.args, work)));
    let changed = states.filter(|(id, state)| seen.get(id) != Some(state)).collect();
    Ok(Look { works, changed })
}
