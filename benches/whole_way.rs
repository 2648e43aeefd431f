//! How long each stage takes on a work of about 65,000 words, and the whole way on texts of 0.1, 1 and 10 MB:
//! `cargo bench`. With `INKBIND_CORPUS=FOLDER`, also on every text of that folder.

#![expect(clippy::expect_used, reason = "a bench that cannot run has nothing to measure")]
#![expect(clippy::disallowed_methods, reason = "works to measure are read from where the user has them")]

use std::path::PathBuf;
use std::{env, fs};

use divan::Bencher;
use divan::counter::BytesCount;
use inkbind::backend;
use inkbind::env::FixedEnv;
use inkbind::options::{OutputOptions, TextOptions};
use inkbind::{Understood, ledger, source, understand};

fn main() {
    divan::main();
}

/// Sizes of generated works for the whole way, in bytes.
const SIZES: [usize; 3] = [100_000, 1_000_000, 10_000_000];

/// The chapters of the example serial.
fn chapters() -> String {
    let one = include_str!("../examples/tide-clock/tide-clock.txt");
    one.strip_prefix("Work Header\n").unwrap_or(one).replace("~The End~\n", "\n")
}

/// The example serial, so many times over.
fn serial(times: usize) -> Vec<u8> {
    format!("Work Header\n{}", chapters().repeat(times)).into_bytes()
}

/// About 66,000 words in 96 chapters.
fn work() -> Vec<u8> {
    serial(16)
}

/// A serial of about so many bytes.
fn sized(bytes: usize) -> Vec<u8> {
    serial(bytes.div_ceil(chapters().len()))
}

/// The texts of the folder that `INKBIND_CORPUS` names; else the shipped examples.
fn corpus() -> Vec<PathBuf> {
    let examples = || {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("examples");
        ["tide-clock", "night-bus", "lesser-winds"].map(|work| folder.join(work)).to_vec()
    };
    let folders = env::var_os("INKBIND_CORPUS").map_or_else(examples, |folder| vec![folder.into()]);
    let mut texts: Vec<PathBuf> = folders
        .iter()
        .flat_map(|folder| fs::read_dir(folder).expect("a folder of texts"))
        .map(|entry| entry.expect("a text").path())
        .filter(|path| path.extension().is_some_and(|e| e == "txt"))
        .collect();
    texts.sort();
    texts
}

/// From the bytes of a text to the bytes of a book.
fn bound(bytes: &[u8], format: &str) -> Vec<u8> {
    let work = understand(divan::black_box(bytes), &TextOptions::default());
    let entry = backend::find(format).expect("a format that is there");
    let mut out = Vec::new();
    (entry.make)(&OutputOptions::default())
        .write(&work.book, &FixedEnv::default(), &mut out)
        .expect("the book is written");
    out
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

#[divan::bench(args = SIZES, sample_count = 5)]
fn whole_way_to_epub(bencher: Bencher<'_, '_>, bytes: usize) {
    let text = sized(bytes);
    bencher.counter(BytesCount::of_slice(&text)).bench(|| bound(&text, "epub"));
}

#[divan::bench(args = SIZES, sample_count = 3)]
fn whole_way_to_pdf(bencher: Bencher<'_, '_>, bytes: usize) {
    let text = sized(bytes);
    bencher.counter(BytesCount::of_slice(&text)).bench(|| bound(&text, "pdf"));
}

#[divan::bench(args = ["epub", "pdf"], sample_count = 3)]
fn corpus_of_texts(bencher: Bencher<'_, '_>, format: &str) {
    let texts: Vec<Vec<u8>> = corpus().iter().map(|path| fs::read(path).expect("a text")).collect();
    let bytes: usize = texts.iter().map(Vec::len).sum();
    bencher.counter(BytesCount::new(bytes)).bench(|| {
        for text in &texts {
            divan::black_box(bound(text, format));
        }
    });
}
