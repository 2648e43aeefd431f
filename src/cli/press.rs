//! `inkbind press`: a finished PDF for binding by hand.

use std::path::Path;

use inkbind::backend;
use inkbind::press::impose::{self, Flip, ImposeError, Imposition};
use inkbind::press::signature::{Division, Scheme};
use inkbind::typeset::Length;

use super::args::PressArgs;
use super::build;
use super::failure::{Exit, Failure, nearest, shown};
use super::input::Input;
use super::job::{Job, Order};
use super::output::{self, Place};
use super::show::{self, Voice};

/// Runs `inkbind press`.
///
/// # Errors
/// A file that cannot be used, paper that is too small.
pub(crate) fn run(args: &PressArgs, voice: Voice) -> Result<Exit, Failure> {
    let imposition = imposition(args)?;
    let pages = pages(args)?;
    let imposed = impose::impose(&pages, &imposition).map_err(|error| match error {
        ImposeError::Paper { .. } => Failure::failed(error.to_string())
            .help("--paper-size names other paper, --shrink makes the pages smaller"),
        ImposeError::Pdf(_) | ImposeError::Empty { .. } => {
            Failure::failed(format!("{} cannot be imposed: {error}", shown(&args.input)))
        }
    })?;
    for (i, file) in imposed.files.iter().enumerate() {
        let path = numbered(&args.signatures, i);
        output::put(&Place::File(path.clone()), file)?;
        voice.say(&format!("{} ({})", shown(&path), show::bytes(file.len())));
    }
    show::result(&format!("{}\n", imposed.plan.describe().trim_end()));
    Ok(Exit::Done)
}

/// The pages: a PDF as it is, or those of a text.
fn pages(args: &PressArgs) -> Result<Vec<u8>, Failure> {
    let is_pdf = std::fs::read(&args.input).is_ok_and(|b| b.starts_with(b"%PDF-"));
    if is_pdf {
        return std::fs::read(&args.input).map_err(|e| Failure::io(&args.input, "read", &e));
    }
    let pdf = backend::find("pdf")
        .ok_or_else(|| Failure::failed("this program was built without the PDF format"))?;
    let order = Order { to: Some(vec![pdf.name.to_owned()]), ..Order::default() };
    let job = Job::new(&args.settings, &args.input, &order)?;
    let mut made = build::make(&Input::read(&args.input)?, &job)?;
    let file = made.files.pop().ok_or_else(|| Failure::failed("no pages were made"))?;
    Ok(file.bytes)
}

fn imposition(args: &PressArgs) -> Result<Imposition, Failure> {
    let scheme = match &args.scheme {
        None => Division::default().scheme,
        Some(name) => Scheme::from_name(name).ok_or_else(|| {
            let known = Scheme::ALL.iter().map(|(_, n)| *n);
            let hint =
                nearest(name, known.clone()).map(|n| format!("did you mean `{n}`? ")).unwrap_or_default();
            Failure::usage(format!("there is no way of folding called `{name}`"))
                .help(format!("{hint}there are {}", known.collect::<Vec<_>>().join(", ")))
        })?,
    };
    let paper = match &args.paper_size {
        None => None,
        Some(name) => Some(impose::paper(name).ok_or_else(|| {
            let known: Vec<&str> = impose::PAPERS.iter().map(|p| p.0).collect();
            Failure::usage(format!("there is no paper called `{name}`"))
                .help(format!("name {}, or a size such as 320x450mm", known.join(", ")))
        })?),
    };
    let sheets = if args.saddle { None } else { Some(args.sheets) };
    let default = Imposition::default();
    Ok(Imposition {
        division: Division { scheme, sheets, flyleaves: args.flyleaves },
        paper,
        shrink: args.shrink,
        flip: if args.long_edge { Flip::LongEdge } else { Flip::ShortEdge },
        by_hand: args.one_sided,
        caliper: args.caliper.map_or(default.caliper, Length::mm),
        skip: (args.skip, 0),
        ..default
    })
}

/// The first file has the name that was given; the backs of a one-sided printer's get `-2`.
fn numbered(path: &Path, i: usize) -> std::path::PathBuf {
    if i == 0 {
        return path.to_owned();
    }
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let end = path.extension().map(|e| format!(".{}", e.to_string_lossy())).unwrap_or_default();
    path.with_file_name(format!("{stem}-{}{end}", i + 1))
}
