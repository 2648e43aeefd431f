//! The command line: the only place that touches files, clock, environment and terminal.
//!
//! In: what was typed (`args`). Flags and `book.toml` (`wishes`, `config`) become a `job`, an
//! `input` is read, the library makes the book, an `output` is replaced in one step. What
//! stops it is a `failure`; what people see goes through `show`.

mod against;
mod args;
mod batch;
mod build;
mod check;
mod collection;
mod config;
mod cores;
mod cover;
mod deferred;
mod explain;
mod failure;
mod init;
mod input;
mod inspect;
mod job;
mod list;
mod logs;
mod manual;
mod measured;
mod output;
mod pages;
mod press;
mod show;
mod system;
mod understood;
mod wishes;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;

use args::{Cli, Command};
use failure::{Exit, Failure};
use logs::Measures;
use show::Voice;

/// Runs the program and gives its exit code.
pub(crate) fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let mut args: Vec<OsString> = args.into_iter().collect();
    // A batch starts its workers with its own command line behind this word.
    let worker = args.get(1).is_some_and(|a| a == batch::WORKER);
    if worker {
        args.remove(1);
    }
    // Where a book is to be made, as is told at a glance, threads come up while the rest is read.
    let early = args.get(1).is_some_and(|command| command == "build");
    if early {
        threads(0, true);
    }
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are results; clap sends each to its stream.
            let _ = error.print();
            return code(if error.use_stderr() { Exit::Usage } else { Exit::Done });
        }
    };
    let voice = Voice::new(cli.voice);
    if let (true, Command::Batch(args)) = (worker, &cli.command) {
        let measures = Measures::default();
        logs::begin(voice, Some(&measures));
        return code(batch::work(args, &measures));
    }
    logs::begin(voice, None);
    let alone = matches!(
        cli.command,
        Command::Build(_) | Command::Inspect(_) | Command::Check(_) | Command::Press(_)
    );
    if alone && !early {
        threads(0, false);
    }
    match dispatch(&cli.command, voice) {
        Ok(exit) => code(exit),
        Err(failure) => {
            voice.fail(&failure);
            code(failure.exit)
        }
    }
}

fn dispatch(command: &Command, voice: Voice) -> Result<Exit, Failure> {
    match command {
        Command::Build(args) => build::run(args, voice),
        Command::Inspect(args) => inspect::run(args, voice),
        Command::Check(args) => check::run(args, voice),
        Command::Press(args) => press::run(args, voice),
        Command::Init(args) => init::run(args, voice),
        Command::Batch(args) => batch::run(args, voice),
        Command::Explain(args) => explain::run(args),
        Command::List(args) => Ok(list::run(args)),
        Command::Completions(args) => Ok(manual::completions(args)),
        Command::Man(args) => manual::man(args),
    }
}

/// Bytes of memory that each thread gets ready at once: about what its share of a novel takes.
const ROOM: usize = 16 << 20;

/// Makes the threads on which one book is made, this one among them; 0 is one for each core. Their number never shows
/// in the bytes; where none can be had, the book is made on this one.
///
/// `eager`: whether work for a second thread will be there as soon as the input is read.
fn threads(number: usize, eager: bool) {
    room();
    let _ = rayon::ThreadPoolBuilder::new()
        .num_threads(number)
        .use_current_thread()
        .start_handler(move |index| {
            cores::start_on_own(index);
            room();
            if eager && index == 1 {
                cores::await_work();
            }
        })
        .build_global();
}

/// Lets this thread's allocator ask the system for its memory in one piece. glibc's otherwise asks for what a second
/// thread takes in pages of 4 KB, a thousand times a novel, and at each the other threads wait. What is not used of it
/// costs nothing; where it cannot be had, all goes on without.
fn room() {
    // The first thread's allocator hands so large a piece straight back to the system, and keeps the like from then on
    // (`mallopt(3)`, `M_MMAP_THRESHOLD`): it is the second that makes room.
    for _ in 0..2 {
        let mut room: Vec<u8> = Vec::new();
        let _ = room.try_reserve_exact(ROOM);
        drop(std::hint::black_box(room));
    }
}

fn code(exit: Exit) -> ExitCode {
    ExitCode::from(exit as u8)
}
