//! Fuzzing on the stable toolchain, without instrumentation: inputs are kept by what they make the
//! library show (rules that fire, kinds of blocks, errors), not by the code they reach.
//!
//!     cargo run --manifest-path tests/fuzz/Cargo.toml -- TARGET SECONDS [SEED]
//!     cargo run --manifest-path tests/fuzz/Cargo.toml -- TARGET FILE…
//!
//! The second tries these inputs, says what breaks, and makes that smaller too.
//!
//! `settings` mutates a `book.toml` and runs the program named by `INKBIND`. An input that breaks a
//! promise is made as small as it can be and still break it; it, or one that costs more than two seconds of
//! work, is written to `found/TARGET-…` in the current folder, and the run goes on; the exit code is 1 if
//! there was one.

mod mutate;
mod targets;

use std::collections::BTreeSet;
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs};

use mutate::{Dice, mutate};
use targets::{Marks, TARGETS};

/// An input that costs more seconds of work is worth a look.
const SLOW: f64 = 2.0;
/// An input that breaks a promise is made smaller for so long.
const SHRINKING: Duration = Duration::from_secs(20);
/// Longest text that seeds a run, in bytes: short inputs are tried more often.
const SEED_BYTES: usize = 6_000;

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    let [name, seconds, rest @ ..] = words.as_slice() else {
        let names: Vec<&str> = TARGETS.iter().map(|t| t.0).collect();
        eprintln!("fuzz TARGET SECONDS [SEED]; targets: {}, settings", names.join(", "));
        return ExitCode::from(2);
    };
    let target: Box<dyn Fn(&[u8]) -> Marks> = if name == "settings" {
        let desk = tempfile::tempdir().expect("a folder to work in");
        Box::new(move |bytes| settings(desk.path(), bytes))
    } else if let Some((_, run)) = TARGETS.iter().find(|t| t.0 == name) {
        Box::new(run)
    } else {
        eprintln!("there is no target `{name}`");
        return ExitCode::from(2);
    };
    let Ok(seconds) = seconds.parse() else {
        return replay(name, &words[1..], &*target);
    };
    let seed = rest.first().and_then(|s| s.parse().ok()).unwrap_or(1);
    fuzz(name, Duration::from_secs(seconds), seed, &*target)
}

/// Tries these inputs.
fn replay(name: &str, paths: &[String], target: &dyn Fn(&[u8]) -> Marks) -> ExitCode {
    let mut broken = false;
    for path in paths {
        let Ok(input) = fs::read(path) else {
            eprintln!("`{path}` is no number of seconds and no file");
            return ExitCode::from(2);
        };
        let before = work();
        let fails = fails(target, &input);
        println!("{path}: {} in {:.2} s of work", if fails { "broken" } else { "holds" }, work() - before);
        if fails {
            keep(name, "broken", &smaller(input, target));
        }
        broken |= fails;
    }
    if broken { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn fails(target: &dyn Fn(&[u8]) -> Marks, input: &[u8]) -> bool {
    catch_unwind(AssertUnwindSafe(|| target(input))).is_err()
}

/// The smallest input on the way from this one that still breaks the promise: stretches are left out, long
/// ones first (after Zeller & Hildebrandt 2002, "Simplifying and isolating failure-inducing input").
fn smaller(mut input: Vec<u8>, target: &dyn Fn(&[u8]) -> Marks) -> Vec<u8> {
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let start = Instant::now();
    let mut stretch = input.len() / 2;
    while stretch > 0 {
        let mut at = 0;
        let before = input.len();
        while at < input.len() && start.elapsed() < SHRINKING {
            let mut less = input.clone();
            less.drain(at..(at + stretch).min(input.len()));
            if fails(target, &less) {
                input = less;
            } else {
                at += stretch;
            }
        }
        if input.len() == before || stretch > 1 {
            stretch /= 2;
        }
        if start.elapsed() >= SHRINKING {
            break;
        }
    }
    panic::set_hook(hook);
    input
}

fn fuzz(name: &str, span: Duration, seed: u64, target: &dyn Fn(&[u8]) -> Marks) -> ExitCode {
    let mut kept = seeds(name);
    let mut shown: BTreeSet<String> = BTreeSet::new();
    let mut dice = Dice::new(seed);
    let (mut runs, mut found) = (0_u64, 0);
    let start = Instant::now();
    let mut queue: Vec<Vec<u8>> = kept.clone();
    while start.elapsed() < span {
        let input = queue.pop().unwrap_or_else(|| {
            let parent = &kept[dice.below(kept.len())];
            mutate(parent, &kept, &mut dice)
        });
        let before = work();
        // A stack that overflows ends the process: what it had in hand is then in this file.
        let _ = fs::write(format!("fuzz-{name}.current"), &input);
        let outcome = catch_unwind(AssertUnwindSafe(|| target(&input)));
        runs += 1;
        match outcome {
            Ok(_) if work() - before > SLOW => found += keep(name, "slow", &input),
            Ok(marks) => {
                let known = shown.len();
                shown.extend(marks);
                if shown.len() > known {
                    kept.push(input);
                }
            }
            Err(_) => {
                let input = smaller(input, target);
                // Once more, for its message.
                fails(target, &input);
                found += keep(name, "broken", &input);
            }
        }
    }
    let _ = fs::remove_file(format!("fuzz-{name}.current"));
    println!("{name}: {runs} runs in {} s, {} inputs kept, {found} found", span.as_secs(), kept.len());
    if found == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Seconds of work that this process has done: on a busy machine, the clock on the wall says nothing.
fn work() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    // Time in the program and in the system for it, in hundredths: fields 14 and 15 of the line.
    fields.skip(11).take(2).filter_map(|f| f.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// Writes an input down for people; counts one.
fn keep(name: &str, why: &str, input: &[u8]) -> u32 {
    // FNV-1a: the same input gets the same name.
    let hash = input
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(*b)).wrapping_mul(0x100_0000_01b3));
    let path = PathBuf::from("found").join(format!("{name}-{why}-{hash:016x}"));
    fs::create_dir_all("found").and_then(|()| fs::write(&path, input)).expect("the input is written");
    eprintln!("{}", path.display());
    1
}

/// Runs the program on a small text with these settings: it may refuse them, not fail at them.
fn settings(desk: &Path, bytes: &[u8]) -> Marks {
    fs::write(desk.join("story.txt"), "The House\n\nChapter 1\n\n\"Come in,\" she said.\n").expect("a text");
    fs::write(desk.join("book.toml"), bytes).expect("a settings file");
    let program = env::var("INKBIND").expect("INKBIND names the program");
    let output = Command::new(program)
        .args(["build", "story.txt", "--to", "epub", "-o", "out/"])
        .current_dir(desk)
        .stdin(Stdio::null())
        .output()
        .expect("the program runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(matches!(output.status.code(), Some(0..=3)), "{said}");
    assert!(!said.contains("panicked"), "{said}");
    let first = said.lines().next().unwrap_or_default();
    [first.chars().filter(|c| c.is_alphabetic() || *c == ' ').take(50).collect()].into()
}

/// The inputs to begin with, by target.
fn seeds(name: &str) -> Vec<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut texts = files(&root.join("tests/fixtures/rules"), "txt");
    texts.extend(files(&root.join("examples"), "txt"));
    for text in &mut texts {
        text.truncate(SEED_BYTES);
    }
    let mut seeds = files(&root.join("tests/fixtures/fuzz"), "");
    let made = |format: &str| -> Vec<Vec<u8>> {
        texts.iter().rev().take(4).map(|text| targets::made(text, format)).collect()
    };
    seeds.extend(match name {
        "epub" => made("epub"),
        "pdf" | "pages" | "wrap" | "press" => made("pdf"),
        "cover" => files(&root.join("tests/fixtures/covers"), "svg"),
        "settings" => files(&root.join("examples"), "toml"),
        _ => texts.clone(),
    });
    seeds
}

/// Every file below a folder whose name ends so.
fn files(folder: &Path, extension: &str) -> Vec<Vec<u8>> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    paths.sort();
    let mut out = Vec::new();
    for path in paths {
        if path.is_dir() {
            out.extend(files(&path, extension));
        } else if extension.is_empty() || path.extension().is_some_and(|e| e == extension) {
            out.extend(fs::read(&path));
        }
    }
    out
}
