//! `inkbind completions` and `inkbind man`: both are made from the command line's own definition.

use std::io;
use std::path::Path;

use clap::CommandFactory;

use super::args::{Cli, CompletionArgs};
use super::failure::{Exit, Failure};
use super::show;

/// Prints the completions of a shell.
pub(crate) fn completions(args: &CompletionArgs) -> Exit {
    let mut out = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "inkbind", &mut out);
    show::result(&String::from_utf8_lossy(&out));
    Exit::Done
}

/// Prints the manual: one page, the commands behind the program.
///
/// # Errors
/// What the writer of the page says.
pub(crate) fn man() -> Result<Exit, Failure> {
    let mut out = Vec::new();
    page(&mut out).map_err(|e| Failure::io(Path::new("the manual page"), "written", &e))?;
    show::result(&String::from_utf8_lossy(&out));
    Ok(Exit::Done)
}

fn page(out: &mut Vec<u8>) -> io::Result<()> {
    let mut command = Cli::command();
    command.build();
    clap_mangen::Man::new(command.clone()).render(out)?;
    for sub in command.get_subcommands().filter(|c| c.get_name() != "help") {
        let man = clap_mangen::Man::new(sub.clone());
        man.render_name_section(out)?;
        man.render_synopsis_section(out)?;
        man.render_options_section(out)?;
    }
    Ok(())
}
