//! The command line as it is typed. `wishes.rs` holds the settings that `book.toml` shares.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::batch::{Memory, Shard, Since};
use super::deferred::Deferred;
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
    /// Say more, and log what is done; twice: every finding, and each stage with its time
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
    Build(Box<Deferred<BuildArgs>>),
    /// Show what was understood of a text, and why
    Inspect(Box<Deferred<InspectArgs>>),
    /// Check a finished file: is every word there, will the printer take it
    Check(Box<Deferred<CheckArgs>>),
    /// Write the work's book.toml: what was found, ready to be corrected
    Init(InitArgs),
    /// Make a wrap cover, sheets for binding by hand, a proof: of a PDF or a text
    Press(Box<Deferred<PressArgs>>),
    /// Make a library: folders, patterns, lists, manifests
    Batch(Box<Deferred<BatchArgs>>),
    /// Explain a rule in plain words
    Explain(ExplainArgs),
    /// List what can be chosen
    List(ListArgs),
    /// Print a shell's completions
    Completions(CompletionArgs),
    /// Print the manual page, of the program or of one command
    Man(ManArgs),
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
#[derive(Clone, Debug, Args)]
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
    /// Set the pages, and show page by page what a typographer would mark
    #[arg(long, conflicts_with = "dump")]
    pub(crate) pages: bool,
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
    /// The pages, as lines of text.
    Lines,
    /// The pages, with the place of everything on them.
    Pages,
}

/// `inkbind check`
#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// The finished EPUB or PDF
    #[arg(value_name = "FILE")]
    pub(crate) book: PathBuf,
    /// The text that the EPUB or PDF, by whatever program, was made from
    #[arg(long, value_name = "INPUT")]
    pub(crate) against: Option<PathBuf>,
    /// The PDF is the wrap cover of a block with so many pages, or of this PDF
    #[arg(long, value_name = "PAGES|BOOK.pdf", conflicts_with = "against")]
    pub(crate) wrap_for: Option<String>,
    /// Print one JSON document
    #[arg(long)]
    pub(crate) json: bool,
    /// Settings, shared with book.toml.
    #[command(flatten)]
    pub(crate) settings: SettingArgs,
}

/// What stands in the barcode's place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum BarcodeArg {
    /// The symbol of the ISBN, or what the printer wants without one.
    #[default]
    Auto,
    /// The symbol.
    Symbol,
    /// A white box.
    Box,
    /// Nothing.
    Free,
}

/// `inkbind press`
#[derive(Debug, Args)]
#[command(mut_arg("file", |arg| {
    arg.value_name("OUT.pdf|png")
        .help("The wrap cover to write: back, spine and front for --profile, --paper and the number of pages")
        .help_heading("Outputs")
}))]
pub(crate) struct PressArgs {
    /// A PDF, or a text whose pages are built first
    pub(crate) input: PathBuf,
    /// The sheets to write, imposed for binding by hand
    #[arg(long, value_name = "OUT.pdf", help_heading = "Outputs")]
    pub(crate) signatures: Option<PathBuf>,
    /// The pages themselves, as the profile wants them
    #[arg(long, value_name = "OUT.pdf", help_heading = "Outputs")]
    pub(crate) interior: Option<PathBuf>,
    /// A proof for people: the book, its wrap, spreads, thumbnails of all pages
    #[arg(long, value_name = "OUT.pdf|png", help_heading = "Outputs")]
    pub(crate) proof: Option<PathBuf>,
    /// What stands on the wrap's front: your own picture, or a family to draw [default: by the work]
    #[arg(long, value_name = "FILE|FAMILY", help_heading = "Wrap cover")]
    pub(crate) front: Option<String>,
    /// What stands in the barcode's place on the wrap
    #[arg(long, value_enum, value_name = "WHAT", default_value_t = BarcodeArg::Auto, help_heading = "Wrap cover")]
    pub(crate) barcode: BarcodeArg,
    /// Price beside the barcode: USD 14.99, GBP, CAD, AUD, NZD, or none
    #[arg(long, value_name = "PRICE", help_heading = "Wrap cover")]
    pub(crate) price: Option<String>,
    /// Draw trim, folds and safe zones over the wrap
    #[arg(long, help_heading = "Wrap cover")]
    pub(crate) guides: bool,
    /// Sheets in a signature
    #[arg(long, help_heading = "Sheets", value_name = "N", default_value_t = 4, value_parser = at_least_one)]
    pub(crate) sheets: usize,
    /// All sheets in one signature, for a saddle stitch
    #[arg(long, help_heading = "Sheets", conflicts_with = "sheets")]
    pub(crate) saddle: bool,
    /// How a sheet is folded: folio, quarto, octavo, sextodecimo
    #[arg(long, help_heading = "Sheets", value_name = "NAME")]
    pub(crate) scheme: Option<String>,
    /// Paper to print on: a4, a3, letter, tabloid, 320x450mm [default: as the pages need]
    #[arg(long, help_heading = "Sheets", value_name = "SIZE")]
    pub(crate) paper_size: Option<String>,
    /// Make pages smaller where the paper is too small
    #[arg(long, help_heading = "Sheets")]
    pub(crate) shrink: bool,
    /// The printer turns the paper at its long edge
    #[arg(long, help_heading = "Sheets")]
    pub(crate) long_edge: bool,
    /// The printer prints one side: fronts and backs go into two files
    #[arg(long, help_heading = "Sheets")]
    pub(crate) one_sided: bool,
    /// Blank leaves before and behind the pages
    #[arg(long, help_heading = "Sheets", value_name = "N", default_value_t = 0)]
    pub(crate) flyleaves: usize,
    /// Thickness of a leaf in millimetres, for what the fold costs the inner ones
    #[arg(long, help_heading = "Sheets", value_name = "MM")]
    pub(crate) caliper: Option<f64>,
    /// Pages left out at the start, such as a cover
    #[arg(long, help_heading = "Sheets", value_name = "N", default_value_t = 0)]
    pub(crate) skip: usize,
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

/// `inkbind batch`
#[derive(Clone, Debug, Args)]
pub(crate) struct BatchArgs {
    /// Folders, files, patterns in quotes, manifests (.toml, .csv, .jsonl), or `-` for a list of files
    pub(crate) inputs: Vec<PathBuf>,
    /// Folder for the outputs and the journal
    #[arg(short, long, value_name = "OUT")]
    pub(crate) output: PathBuf,
    /// Formats to make, separated by commas [default: epub,pdf]
    #[arg(long, value_name = "FORMAT", value_delimiter = ',')]
    pub(crate) to: Option<Vec<String>>,
    /// How many books at a time [default: one for each processor]
    #[arg(short, long, value_name = "N", value_parser = at_least_one)]
    pub(crate) jobs: Option<usize>,
    /// Keep what the journal proves to be done and unchanged
    #[arg(long)]
    pub(crate) resume: bool,
    /// Make everything anew, whatever the journal says
    #[arg(long, conflicts_with = "resume")]
    pub(crate) force: bool,
    /// Do only what changed since: 30m, 24h, 7d, or a date (UTC) such as 2026-01-31 or 2026-01-31T12:00
    #[arg(long, value_name = "WHEN")]
    pub(crate) since: Option<Since>,
    /// Stay, and make anew what changes, until interrupted
    #[arg(long, conflicts_with_all = ["since", "dry_run", "merge"])]
    pub(crate) watch: bool,
    /// Do one part of N, chosen by content
    #[arg(long, value_name = "I/N")]
    pub(crate) shard: Option<Shard>,
    /// Put the journals of all shards of OUT into one
    #[arg(long, conflicts_with_all = ["shard", "resume", "dry_run"])]
    pub(crate) merge: bool,
    /// Template of the outputs' names: {dir} {stem} {title} {author} {series} {index} {ext}
    #[arg(long, value_name = "TEMPLATE")]
    pub(crate) name: Option<String>,
    /// Give a book up after so many seconds
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) timeout: Option<f64>,
    /// Give a book up that takes more memory: 500MB, 2GB
    #[arg(long, value_name = "SIZE")]
    pub(crate) max_memory: Option<Memory>,
    /// Begin no other book once one has failed
    #[arg(long)]
    pub(crate) fail_fast: bool,
    /// Only show what would be made
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Write a page of HTML that shows which books want a person's eye
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,
    /// Fail a book where a decision is not certain; exit with 3 where there are warnings
    #[arg(long)]
    pub(crate) strict: bool,
    /// Print one line of JSON for each book as it ends
    #[arg(long)]
    pub(crate) json: bool,
    /// Settings, shared with book.toml.
    #[command(flatten)]
    pub(crate) settings: SettingArgs,
}

fn at_least_one(text: &str) -> Result<usize, String> {
    text.parse()
        .ok()
        .filter(|n| (1..=1024).contains(n))
        .ok_or_else(|| "a number from 1 to 1024 is wanted".to_owned())
}

fn seconds(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|n| (0.001..=1e6).contains(n));
    number.ok_or_else(|| "a number of seconds is wanted".to_owned())
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
    /// Interior designs.
    Designs,
    /// Trim sizes.
    Trims,
    /// Printers' profiles.
    Profiles,
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

/// `inkbind man`
#[derive(Debug, Args)]
pub(crate) struct ManArgs {
    /// The command [default: the program itself]
    pub(crate) command: Option<String>,
}
