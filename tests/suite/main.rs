//! One integration binary: a module a subject.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "tests stop at the first surprise, read files and measure time"
)]

mod against;
mod batch;
mod batch_trouble;
mod cli;
mod determinism;
mod epub;
mod epub_options;
mod examples;
mod explained;
mod headings;
mod hostile;
mod hostile_files;
mod killed;
mod layering;
mod ledger;
mod long_book;
mod other_texts;
mod page_list;
mod pages;
mod press;
mod rules;
mod sample;
mod seeds;
mod text;
mod typography;
mod variants;
mod works;
