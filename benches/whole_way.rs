//! How long each stage takes on a work of about 65,000 words: `cargo bench`.

#![expect(clippy::expect_used, reason = "a bench that cannot run has nothing to measure")]

use divan::Bencher;
use divan::counter::BytesCount;
use inkbind::backend;
use inkbind::env::FixedEnv;
use inkbind::options::{OutputOptions, TextOptions};
use inkbind::{Understood, ledger, source, understand};

fn main() {
    divan::main();
}

/// The example serial, sixteen times over: about 66,000 words in 96 chapters.
fn work() -> Vec<u8> {
    let one = include_str!("../examples/tide-clock/tide-clock.txt");
    let chapters = one.strip_prefix("Work Header\n").unwrap_or(one).replace("~The End~\n", "\n");
    format!("Work Header\n{}", chapters.repeat(16)).into_bytes()
}

fn understood() -> Understood {
    understand(&work(), &TextOptions::default())
}

#[divan::bench]
fn decode(bencher: Bencher<'_, '_>) {
    let bytes = work();
    bencher.counter(BytesCount::of_slice(&bytes)).bench(|| source::read(divan::black_box(&bytes)));
}

#[divan::bench]
fn understand_the_text(bencher: Bencher<'_, '_>) {
    let bytes = work();
    let options = TextOptions::default();
    bencher.counter(BytesCount::of_slice(&bytes)).bench(|| understand(divan::black_box(&bytes), &options));
}

#[divan::bench]
fn account_for_every_word(bencher: Bencher<'_, '_>) {
    let work = understood();
    bencher.bench(|| ledger::account(&work.source.decoded, &work.book, &work.report));
}

#[divan::bench(args = ["epub", "pdf", "dump-json"])]
fn write(bencher: Bencher<'_, '_>, format: &str) {
    let work = understood();
    let entry = backend::find(format).expect("a format that is there");
    let backend = (entry.make)(&OutputOptions::default());
    bencher.bench(|| {
        let mut out = Vec::new();
        backend.write(&work.book, &FixedEnv::default(), &mut out).expect("the book is written");
        out
    });
}
