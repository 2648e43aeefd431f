//! In: orders. Out: replies, and where a worker broke or had to be stopped, why.
//!
//! A [`Hand`] is one worker process as its batch sees it: it is started when it is first
//! wanted, watched while it works, and started anew after a text that was too much for it.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::str::FromStr;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use tracing::{debug, info};

use super::super::failure::Failure;
use super::super::show;
use super::WORKER;
use super::worker::{Order, Reply};

/// How often a worker's memory is looked at: at a gigabyte a second, the most at which memory
/// is filled, it is exceeded by 10 MB before it is seen.
const LOOK: Duration = Duration::from_millis(10);

/// An amount of memory in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Memory(u64);

impl FromStr for Memory {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if !cfg!(target_os = "linux") {
            return Err("memory can be watched on Linux alone; ulimit -v bounds it elsewhere".to_owned());
        }
        let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let unit = match text[digits..].trim().to_ascii_uppercase().trim_end_matches('B') {
            "K" => Some(10_u64.pow(3)),
            "M" => Some(10_u64.pow(6)),
            "G" => Some(10_u64.pow(9)),
            "KI" => Some(1 << 10),
            "MI" => Some(1 << 20),
            "GI" => Some(1 << 30),
            _ => None,
        };
        let bytes = text[..digits].parse::<u64>().ok().zip(unit).and_then(|(n, unit)| n.checked_mul(unit));
        bytes.filter(|b| *b > 0).map(Self).ok_or_else(|| "write a size with its unit: 500MB, 2GB".to_owned())
    }
}

/// A worker that holds more bytes than this after a book is not kept for the next.
const KEPT: u64 = 48_000_000;

/// What a book may take.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Bounds {
    /// Seconds.
    pub(super) seconds: Option<f64>,
    /// Memory of its worker.
    pub(super) memory: Option<Memory>,
}

/// A worker process, or the place for one.
#[derive(Debug)]
pub(super) struct Hand {
    bounds: Bounds,
    worker: Option<Worker>,
}

#[derive(Debug)]
struct Worker {
    child: Child,
    orders: ChildStdin,
    replies: Receiver<String>,
    /// Whether it has done something already: then what it holds is not its last book's alone.
    used: bool,
}

/// How a worker ended before it replied.
enum End {
    /// It took too long.
    Late(f64),
    /// It took too much memory.
    Large(u64),
    /// It ended by itself, in the system's words.
    Broke(String),
}

impl Hand {
    /// A place for a worker.
    pub(super) fn new(bounds: Bounds) -> Self {
        Self { bounds, worker: None }
    }

    /// Has an order done. A worker that breaks, or that is full of earlier books, gets a
    /// second try in a new one; only then is the text blamed.
    ///
    /// # Errors
    /// A worker that cannot be started.
    pub(super) fn ask(&mut self, order: &Order) -> Result<Reply, Failure> {
        let mut tries = 0;
        loop {
            tries += 1;
            let mut worker = match self.worker.take() {
                Some(worker) => worker,
                None => Worker::start()?,
            };
            let end = match worker.reply(order, self.bounds) {
                Ok(reply) => {
                    worker.used = true;
                    // What a long book took is seldom given back to the system: a new worker has little.
                    if resident(worker.child.id()).is_some_and(|now| now > KEPT) {
                        worker.end();
                    } else {
                        self.worker = Some(worker);
                    }
                    return Ok(reply);
                }
                Err(end) => end,
            };
            let used = worker.used;
            worker.kill();
            let failure = match end {
                End::Late(seconds) => Failure::failed(format!("it took longer than {seconds} s"))
                    .help("give it more time with --timeout"),
                End::Large(_) if used => continue,
                End::Large(bytes) => Failure::failed(format!(
                    "it took more than {} of memory",
                    show::bytes(bytes as usize)
                ))
                .help("give it more with --max-memory, or split the text into volumes"),
                End::Broke(how) if tries == 1 => {
                    info!(how, "a worker broke; the text is tried once more");
                    continue;
                }
                End::Broke(how) => Failure::failed(format!("the program broke off at this text ({how})"))
                    .help("this is a fault of Inkbind, or the machine has too little memory; please report it with the text"),
            };
            return Ok(Reply::from(&failure));
        }
    }
}

impl Worker {
    fn start() -> Result<Self, Failure> {
        let fail = |e: std::io::Error| Failure::failed(format!("a worker cannot be started: {e}"));
        // The program that runs, even where its file was replaced meanwhile.
        let own = std::path::PathBuf::from("/proc/self/exe");
        let program = if own.exists() { own } else { std::env::current_exe().map_err(fail)? };
        let mut child = Command::new(program)
            .arg(WORKER)
            .args(std::env::args_os().skip(1))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(fail)?;
        let (Some(orders), Some(out)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(Failure::failed("a worker cannot be spoken to"));
        };
        let (sender, replies) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        debug!(id = child.id(), "a worker begins");
        Ok(Self { child, orders, replies, used: false })
    }

    fn reply(&mut self, order: &Order, bounds: Bounds) -> Result<Reply, End> {
        let start = Instant::now();
        let sent = serde_json::to_vec(order).map_err(std::io::Error::from).and_then(|mut line| {
            line.push(b'\n');
            self.orders.write_all(&line)
        });
        if sent.is_err() {
            return Err(self.broke());
        }
        loop {
            let left = bounds.seconds.map(|s| Duration::from_secs_f64(s).saturating_sub(start.elapsed()));
            let wait = match (left, bounds.memory) {
                (left, Some(_)) => Some(left.unwrap_or(LOOK).min(LOOK)),
                (left, None) => left,
            };
            let received = match wait {
                Some(wait) => self.replies.recv_timeout(wait),
                None => self.replies.recv().map_err(|_| RecvTimeoutError::Disconnected),
            };
            match received {
                Ok(line) => {
                    return serde_json::from_str(&line).map_err(|e| End::Broke(format!("it said {e}")));
                }
                Err(RecvTimeoutError::Disconnected) => return Err(self.broke()),
                Err(RecvTimeoutError::Timeout) => {}
            }
            if let Some(Memory(most)) = bounds.memory
                && resident(self.child.id()).is_some_and(|now| now > most)
            {
                return Err(End::Large(most));
            }
            if let Some(seconds) = bounds.seconds.filter(|s| start.elapsed().as_secs_f64() >= *s) {
                return Err(End::Late(seconds));
            }
        }
    }

    /// It closed its end: what the system says of that.
    fn broke(&mut self) -> End {
        End::Broke(self.child.wait().map_or_else(|e| e.to_string(), |status| status.to_string()))
    }

    /// Its input ends, and so does it.
    fn end(mut self) {
        drop(self.orders);
        let _ = self.child.wait();
    }

    fn kill(mut self) {
        // It may have ended by itself; either way it is gone then.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Hand {
    fn drop(&mut self) {
        if let Some(worker) = self.worker.take() {
            worker.end();
        }
    }
}

/// The memory in use by a process, in bytes; `None` where the system does not tell.
fn resident(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kb| kb * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn sizes_have_units() {
        assert_eq!("500MB".parse(), Ok(Memory(500_000_000)));
        assert_eq!("2g".parse(), Ok(Memory(2_000_000_000)));
        assert_eq!("1 GiB".parse(), Ok(Memory(1 << 30)));
        for wrong in ["", "500", "MB", "0MB", "-1GB", "99999999999999999999GB", "1TBs"] {
            assert!(wrong.parse::<Memory>().is_err(), "{wrong}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_memory_of_this_process_is_known() {
        assert!(resident(std::process::id()).is_some_and(|b| b > 1_000_000));
    }
}
