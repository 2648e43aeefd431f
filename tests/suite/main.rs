//! One integration binary: a module a subject.

mod cli;
mod determinism;
mod hostile;
mod layering;
mod rules;
mod text;
mod works;
