//! Same input, same bytes: twice, and with one thread or many.

use inkbind::backend::REGISTRY;
use inkbind::env::FixedEnv;
use inkbind::options::{OutputOptions, TextOptions};
use inkbind::understand;

use crate::works;

/// Every format of one work, made in a pool of `threads`.
fn made(bytes: &[u8], threads: usize) -> Vec<(&'static str, Vec<u8>)> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    pool.install(|| {
        let work = understand(bytes, &TextOptions::default());
        REGISTRY
            .iter()
            .map(|entry| {
                let mut out = Vec::new();
                (entry.make)(&OutputOptions::default())
                    .write(&work.book, &FixedEnv::default(), &mut out)
                    .unwrap();
                (entry.name, out)
            })
            .collect()
    })
}

#[test]
fn the_same_work_gives_the_same_bytes_whatever_the_threads() {
    for (name, bytes) in works::examples() {
        let first = made(&bytes, 1);
        for threads in [1, 4] {
            for ((format, then), (_, now)) in first.iter().zip(made(&bytes, threads)) {
                assert!(*then == now, "{name}: {format} differs with {threads} threads");
                assert!(!then.is_empty(), "{name}: {format} is empty");
            }
        }
    }
}
