//! `inkbind completions` and `inkbind man`: both are made from the command line's own definition.

use std::io::{self, Write};
use std::path::Path;

use clap::CommandFactory;

use super::args::{Cli, CompletionArgs, ManArgs};
use super::failure::{Exit, Failure, nearest};
use super::show;

/// Prints the completions of a shell.
pub(crate) fn completions(args: &CompletionArgs) -> Exit {
    let mut out = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "inkbind", &mut out);
    show::result(&String::from_utf8_lossy(&out));
    Exit::Done
}

/// Prints the page of the program, or of one command.
///
/// # Errors
/// A command that is not known, and what the writer of the page says.
pub(crate) fn man(args: &ManArgs) -> Result<Exit, Failure> {
    let mut whole = Cli::command();
    whole.build();
    let mut out = Vec::new();
    let written = match &args.command {
        None => page(&whole, &mut out).and_then(|()| out.write_all(SECTIONS.as_bytes())),
        Some(name) => {
            let known = || whole.get_subcommands().filter(|c| c.get_name() != "help");
            let command = known().find(|c| c.get_name() == name).ok_or_else(|| {
                let near = nearest(name, known().map(clap::Command::get_name));
                let hint = near.map(|n| format!("did you mean `{n}`? ")).unwrap_or_default();
                Failure::usage(format!("there is no command `{name}`"))
                    .help(format!("{hint}`inkbind help` lists them"))
            })?;
            page(command, &mut out)
        }
    };
    written.map_err(|e| Failure::io(Path::new("the manual page"), "written", &e))?;
    show::result(&String::from_utf8_lossy(&out));
    Ok(Exit::Done)
}

fn page(command: &clap::Command, out: &mut Vec<u8>) -> io::Result<()> {
    let man = clap_mangen::Man::new(command.clone());
    man.render_title(out)?;
    man.render_name_section(out)?;
    man.render_synopsis_section(out)?;
    man.render_description_section(out)?;
    man.render_options_section(out)?;
    if command.has_subcommands() {
        man.render_subcommands_section(out)?;
    }
    Ok(())
}

/// What the definition of the command line does not know of the program.
const SECTIONS: &str = r#".SH "SETTINGS"
Flags win over book.toml, book.toml over what the text says, that over defaults.
.SH "EXIT STATUS"
.TP
\fB0\fR
Done.
.TP
\fB1\fR
A build or check failed; nothing was written for it. In a batch: some books failed, or it was stopped.
.TP
\fB2\fR
Wrong usage: a flag, a key in book.toml, a manifest.
.TP
\fB3\fR
Done, with warnings, under \-\-strict.
.SH "ENVIRONMENT"
.TP
\fBSOURCE_DATE_EPOCH\fR
The time that outputs carry, in seconds since 1970; else the time when the input was changed.
.TP
\fBRUST_LOG\fR
What is logged on standard error, such as \fBinkbind=debug\fR; wins over \-v.
.TP
\fBNO_COLOR\fR
Where it is set and not empty, no colours are used.
.SH "FILES"
.TP
\fBNAME.book.toml\fR, \fBbook.toml\fR
Settings, beside the text.
.TP
\fBOUT/.inkbind/journal.jsonl\fR
What a batch has done.
"#;
