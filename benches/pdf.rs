//! From typeset pages to a PDF, and from a PDF to sheets, for a book of novel length.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a bench stops at the first surprise and reads files"
)]

use std::fs;
use std::sync::LazyLock;

use divan::Bencher;
use divan::counter::ItemsCount;
use inkbind::backend::pdf::{Edition, write_pages};
use inkbind::book::Metadata;
use inkbind::env::{Env, FixedEnv};
use inkbind::options::{OutputOptions, TextOptions};
use inkbind::press::impose::{Imposition, impose};
use inkbind::press::preflight::{Order, preflight};
use inkbind::press::profile;
use inkbind::typeset::{self, Layout, Pages};

fn main() {
    divan::main();
}

/// Words of a common novel.
const WORDS: usize = 65_000;

/// A novel made of the longest example's paragraphs, again and again, in chapters.
static PAGES: LazyLock<Pages> = LazyLock::new(|| {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/tide-clock/tide-clock.txt");
    let text = fs::read_to_string(path).unwrap().replace("\r\n", "\n");
    let paragraphs: Vec<&str> = text.split("\n\n").filter(|p| p.len() > 120).collect();
    let mut novel = String::from("The Tide Clock\n\n");
    let mut words = 0;
    for (index, paragraph) in paragraphs.iter().cycle().enumerate() {
        if index % 60 == 0 {
            novel.extend(["Chapter ", &(index / 60 + 1).to_string(), "\n\n"]);
        }
        novel.extend([paragraph, "\n\n"]);
        words += paragraph.split_whitespace().count();
        if words > WORDS {
            break;
        }
    }
    let book = inkbind::understand(novel.as_bytes(), &TextOptions::default()).book;
    let env = FixedEnv::default();
    let options = OutputOptions { trim: Some("5.5x8.5".to_owned()), ..OutputOptions::default() };
    typeset::typeset(&book, &Layout::resolve(&options, &env).unwrap(), &env).unwrap()
});

fn interior(printer: &str) -> Edition {
    let profile = profile::find(printer).unwrap();
    Edition::interior(&profile, &OutputOptions::default(), &FixedEnv::default()).unwrap()
}

fn written(edition: &Edition) -> Vec<u8> {
    let meta = Metadata { title: "The Tide Clock".into(), ..Metadata::default() };
    let mut out = Vec::new();
    write_pages(&PAGES, &meta, edition, FixedEnv::default().now(), &mut out).unwrap();
    out
}

/// Runs on one thread, so that the figure is work and not luck.
fn alone<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap().install(work)
}

#[divan::bench]
fn screen(bencher: Bencher<'_, '_>) {
    let edition = Edition::screen();
    bencher.counter(ItemsCount::new(PAGES.pages.len())).bench_local(|| alone(|| written(&edition)));
}

#[divan::bench]
fn print(bencher: Bencher<'_, '_>) {
    let edition = interior("kdp");
    bencher.counter(ItemsCount::new(PAGES.pages.len())).bench_local(|| alone(|| written(&edition)));
}

#[divan::bench]
fn signatures(bencher: Bencher<'_, '_>) {
    let file = written(&interior("home"));
    bencher
        .counter(ItemsCount::new(PAGES.pages.len()))
        .bench_local(|| impose(&file, &Imposition::default()).unwrap());
}

#[divan::bench]
fn check(bencher: Bencher<'_, '_>) {
    let profile = profile::find("kdp").unwrap();
    let file = written(&interior("kdp"));
    let order = Order { profile: &profile, trim: None, paper: None };
    bencher.counter(ItemsCount::new(PAGES.pages.len())).bench_local(|| preflight(&file, &order).unwrap());
}
