//! The program: parse, run, exit code.

#[expect(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "the command line is the one place that touches files, clock, environment and terminal"
)]
mod cli;

fn main() -> std::process::ExitCode {
    cli::run(std::env::args_os())
}
