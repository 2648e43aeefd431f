//! `inkbind press`: what a print shop makes of a block: the wrap cover, sheets for binding by hand,
//! a proof for people.

mod block;
mod proof;
mod wrap;

use std::path::Path;

use inkbind::press::impose::{self, Flip, ImposeError, Imposition};
use inkbind::press::signature::{Division, Scheme};
use inkbind::typeset::Length;

use super::args::PressArgs;
use super::failure::{Exit, Failure, nearest, shown};
use super::output::{self, Place};
use super::show::{self, Voice};

use block::Block;
use wrap::Kind;

/// Runs `inkbind press`.
///
/// # Errors
/// A file that cannot be used, a book that the printer does not bind, paper that is too small.
pub(crate) fn run(args: &PressArgs, voice: Voice) -> Result<Exit, Failure> {
    let cover = args.settings.wishes.cover.file.as_deref().map(Path::new);
    if cover.is_none() && args.interior.is_none() && args.signatures.is_none() && args.proof.is_none() {
        return Err(Failure::usage("press has nothing to make").help(
            "name an output: --cover WRAP.pdf, --signatures SHEETS.pdf, --proof PROOF.pdf, --interior PAGES.pdf",
        ));
    }
    let imposition = imposition(args)?;
    let wrap_kind = cover.map(Kind::of).transpose()?;
    args.proof.as_deref().map(Kind::of).transpose()?;
    let block = Block::read(args)?;
    let mut files: Vec<(std::path::PathBuf, Vec<u8>)> = Vec::new();
    let mut findings = block.findings.clone();
    let sheet = cover.map(|_| wrap::lay_out(args, &block)).transpose()?;
    if let (Some(path), Some(kind), Some(sheet)) = (cover, wrap_kind, &sheet) {
        findings.extend(sheet.findings.iter().cloned());
        files.push((path.to_owned(), wrap::file(sheet, &block, kind)?));
    }
    if let Some(path) = &args.interior {
        files.push((path.clone(), block.file.clone()));
    }
    let mut plan = None;
    if let Some(path) = &args.signatures {
        let imposed = sheets(args, &block, &imposition)?;
        files.extend(imposed.files.into_iter().enumerate().map(|(i, file)| (numbered(path, i), file)));
        plan = Some(imposed.plan);
    }
    if let Some(path) = &args.proof {
        files.push((path.clone(), proof::file(args, &block, sheet.as_ref(), Kind::of(path)?)?));
    }
    for (path, file) in &files {
        output::put(&Place::File(path.clone()), file)?;
    }
    tell(&block, sheet.as_ref(), &findings, &files, voice);
    if let Some(plan) = plan {
        show::result(&format!("{}\n", plan.describe().trim_end()));
    }
    Ok(Exit::Done)
}

fn sheets(args: &PressArgs, block: &Block, imposition: &Imposition) -> Result<impose::Imposed, Failure> {
    impose::impose(&block.file, imposition).map_err(|error| match error {
        ImposeError::Paper { .. } => Failure::failed(error.to_string())
            .help("--paper-size names other paper, --shrink makes the pages smaller"),
        ImposeError::Pdf(_) | ImposeError::Empty { .. } => {
            Failure::failed(format!("{} cannot be imposed: {error}", shown(&args.input)))
        }
    })
}

fn tell(
    block: &Block,
    sheet: Option<&inkbind::press::wrap::WrapSheet>,
    findings: &[inkbind::report::Finding],
    files: &[(std::path::PathBuf, Vec<u8>)],
    voice: Voice,
) {
    use inkbind::report::Severity;
    for finding in findings.iter().filter(|f| f.severity == Severity::Warning || voice.wants_notes()) {
        voice.say(&format!("{}[{}]: {}", voice.paint("1;33", "warning"), finding.rule.code, finding.message));
    }
    if let Some(sheet) = sheet {
        let wrap = &sheet.wrap;
        let mm = |l: Length| l.to_pt() * 25.4 / 72.0;
        voice.say(&format!(
            "{} of {}: spine {:.2} mm ({:.4} in), wrap {:.2} × {:.2} mm with {:.2} mm of bleed",
            show::count(block.count as usize, "page"),
            block.trim,
            mm(wrap.spine_width),
            wrap.spine_width.to_pt() / 72.0,
            mm(wrap.width),
            mm(wrap.height),
            mm(wrap.bleed)
        ));
    }
    for (path, file) in files {
        voice.say(&format!("  {} ({})", shown(path), show::bytes(file.len())));
    }
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
