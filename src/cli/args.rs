//! The command line as it is typed. `wishes.rs` holds the settings that `book.toml` shares.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::wishes::Wishes;

/// Turns plain text into books: a clean EPUB and a typeset PDF.
#[derive(Debug, Parser)]
#[command(
    name = "inkbind",
    version,
    about,
    long_about = None,
    arg_required_else_help = true,
    subcommand_required = true,
    after_help = "Settings come from flags over book.toml over what the text says over defaults.\n\
                  Exit codes: 0 done; 1 a build or check failed; 2 wrong usage; 3 done with warnings under --strict."
)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
    /// How much to say.
    #[command(flatten)]
    pub(crate) voice: VoiceArgs,
}

/// How much the program says on standard error.
#[derive(Clone, Copy, Debug, Default, Args)]
pub(crate) struct VoiceArgs {
    /// Say nothing but errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Say more; twice: every finding
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
    /// When to use colour
    #[arg(long, global = true, value_enum, default_value_t = Colour::Auto, value_name = "WHEN")]
    pub(crate) color: Colour,
}

/// When to use colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Colour {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make one work into one or more files
    Build(Box<BuildArgs>),
    /// Show what was understood of a text, and why
    Inspect(Box<InspectArgs>),
    /// Check that every word of a text is in a finished EPUB
    Check(Box<CheckArgs>),
    /// Write the work's book.toml: what was found, ready to be corrected
    Init(InitArgs),
    /// Explain a rule in plain words
    Explain(ExplainArgs),
    /// List what can be chosen
    List(ListArgs),
    /// Print a shell's completions
    Completions(CompletionArgs),
    /// Print the manual page
    Man,
}

/// `inkbind build`
#[derive(Debug, Args)]
pub(crate) struct BuildArgs {
    /// The text: a file, a folder of chapter files, or `-` for standard input
    pub(crate) input: PathBuf,
    /// Folder for the outputs, or the file when one thing is built; `-` for standard output
    #[arg(short, long, value_name = "OUT")]
    pub(crate) output: Option<PathBuf>,
    /// Formats to make, separated by commas [default: epub,pdf]
    #[arg(long, value_name = "FORMAT", value_delimiter = ',')]
    pub(crate) to: Option<Vec<String>>,
    /// Stop where a decision is not certain; exit with 3 where there are warnings
    #[arg(long)]
    pub(crate) strict: bool,
    /// Print one JSON document on standard output
    #[arg(long)]
    pub(crate) json: bool,
    /// Settings, shared with book.toml.
    #[command(flatten)]
    pub(crate) settings: SettingArgs,
}

/// Flags over `book.toml`.
#[derive(Debug, Args)]
pub(crate) struct SettingArgs {
    /// Settings file [default: NAME.book.toml or book.toml beside the input]
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub(crate) config: Option<PathBuf>,
    /// Read no book.toml
    #[arg(long)]
    pub(crate) no_config: bool,
    /// The settings themselves.
    #[command(flatten)]
    pub(crate) wishes: Wishes,
}

/// `inkbind inspect`
#[derive(Debug, Args)]
pub(crate) struct InspectArgs {
    /// The text: a file, a folder of chapter files, or `-` for standard input
    pub(crate) input: PathBuf,
    /// Print one JSON document
    #[arg(long)]
    pub(crate) json: bool,
    /// Print one stage of the work instead
    #[arg(long, value_enum, value_name = "STAGE", conflicts_with = "json")]
    pub(crate) dump: Option<Stage>,
    /// Settings, shared with book.toml.
    #[command(flatten)]
    pub(crate) settings: SettingArgs,
}

/// A stage of the way from bytes to book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Stage {
    /// The text as decoded.
    Source,
    /// The text after cleaning.
    Clean,
    /// The book: chapters, blocks, marks.
    Book,
}

/// `inkbind check`
#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// The finished EPUB
    pub(crate) file: PathBuf,
    /// The text that it was made from
    #[arg(long, value_name = "INPUT", required = true)]
    pub(crate) against: PathBuf,
    /// Print one JSON document
    #[arg(long)]
    pub(crate) json: bool,
    /// Settings, shared with book.toml.
    #[command(flatten)]
    pub(crate) settings: SettingArgs,
}

/// `inkbind init`
#[derive(Debug, Args)]
pub(crate) struct InitArgs {
    /// The text: a file or a folder of chapter files
    pub(crate) input: PathBuf,
    /// The file to write; `-` for standard output [default: book.toml beside the input]
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Replace a file that is there
    #[arg(long)]
    pub(crate) force: bool,
}

/// `inkbind explain`
#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// The rule's code, such as Q010, or its name
    pub(crate) rule: String,
    /// Print one JSON document
    #[arg(long)]
    pub(crate) json: bool,
}

/// `inkbind list`
#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// What to list
    #[arg(value_enum)]
    pub(crate) what: Listing,
    /// Print one JSON document
    #[arg(long)]
    pub(crate) json: bool,
}

/// What can be listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Listing {
    /// Cover families.
    Covers,
    /// Font families.
    Fonts,
    /// Rules.
    Rules,
    /// Formats.
    Backends,
    /// Shapes of texts.
    Shapes,
}

/// `inkbind completions`
#[derive(Debug, Args)]
pub(crate) struct CompletionArgs {
    /// The shell
    #[arg(value_enum)]
    pub(crate) shell: clap_complete::Shell,
}
