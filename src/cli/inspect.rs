//! `inkbind inspect`: what was understood, and why.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use inkbind::Understood;
use inkbind::backend::dump::{meta_json, origin_name, role_name, text as dump_text};
use inkbind::book::{Block, Chapter, Metadata, Origin};
use inkbind::ledger::{self, Account};
use inkbind::report::{Finding, Level, Places, Severity};
use inkbind::text::{Span, Text};
use inkbind::typeset::{dump_lines, dump_pages};
use serde_json::{Value, json};

use super::args::{InspectArgs, Stage};
use super::build::finding_json;
use super::failure::{Exit, Failure};
use super::input::Input;
use super::job::{Job, Order};
use super::measured;
use super::pages;
use super::show::{self, Voice};
use super::understood::understood;

/// How many uncertain decisions are printed before the rest is only counted.
const MOST_PRINTED: usize = 40;

/// Runs `inkbind inspect`.
///
/// # Errors
/// Settings and inputs that cannot be used.
pub(crate) fn run(args: &InspectArgs, voice: Voice) -> Result<Exit, Failure> {
    let order = Order { to: Some(vec!["dump".to_owned()]), ..Order::default() };
    let job = Job::new(&args.settings, &args.input, &order)?;
    let input = Input::read(&args.input)?;
    let work = understood(&input, &job)?;
    if args.pages {
        pages::tell(&input, &job, &work, args.json)?;
        return Ok(Exit::Done);
    }
    match args.dump {
        Some(Stage::Source) => show::result(&work.source.decoded),
        Some(Stage::Clean) => show::result(work.clean.as_str()),
        Some(Stage::Book) => show::result(&dump_text(&work.book)),
        Some(Stage::Lines) => show::result(&dump_lines(&pages::set(&input, &job, &work)?.1)),
        Some(Stage::Pages) => show::result(&dump_pages(&pages::set(&input, &job, &work)?.1)),
        None => {
            let view = View::new(&input, &job, &work);
            if args.json {
                show::json(&view.json());
            } else {
                show::result(&view.text(voice));
            }
        }
    }
    Ok(Exit::Done)
}

/// All that is shown of a work.
struct View<'a> {
    input: &'a Input,
    job: &'a Job,
    work: &'a Understood,
    account: Account,
    places: Places<'a>,
}

impl<'a> View<'a> {
    fn new(input: &'a Input, job: &'a Job, work: &'a Understood) -> Self {
        let account = ledger::account(&work.source.decoded, &work.book, &work.report);
        Self { input, job, work, account, places: Places::new(&work.source.decoded) }
    }

    fn place(&self, span: Span) -> String {
        self.input.place(&self.places, span.start as usize)
    }

    fn text(&self, voice: Voice) -> String {
        let mut out = String::new();
        for (name, values, origin) in said(&self.work.book.meta) {
            let value = values.join(", ");
            row(&mut out, name, &format!("{value}  ({})", origin_name(origin)));
        }
        let source = &self.work.source;
        let reason = if source.encoding_reason.is_empty() {
            String::new()
        } else {
            format!("  ({})", source.encoding_reason)
        };
        row(&mut out, "encoding", &format!("{}{reason}", source.encoding));
        if let Some((shape, origin)) = self.shape() {
            row(&mut out, "shape", &format!("{shape}  ({})", origin_name(origin)));
        }
        for (name, value) in measured::rows(&self.work.measures) {
            row(&mut out, name, &value);
        }
        row(&mut out, "words", &self.words_line());
        let meta = &self.work.book.meta;
        let shown = |name: &str| meta.origins.contains_key(name) || name == "text.shape";
        for setting in self.job.settings.iter().filter(|s| !shown(s.name)) {
            row(&mut out, setting.name, &format!("{}  ({})", setting.value, origin_name(setting.origin)));
        }
        self.contents(&mut out);
        self.rules(&mut out);
        self.decisions(&mut out, voice);
        out
    }

    /// The shape of the text, and who said it.
    fn shape(&self) -> Option<(&'static str, Origin)> {
        let said = self.job.settings.iter().find(|s| s.name == "text.shape");
        Some((self.work.shape?.name(), said.map_or(Origin::Text, |s| s.origin)))
    }

    /// `64,445: 64,120 in the book, 325 in the report`
    fn words_line(&self) -> String {
        let reported: usize = self.account.reported.values().sum();
        let mut line = format!(
            "{}: {} in the book",
            show::count(self.account.words, "word"),
            show::number(self.account.in_book)
        );
        if reported > 0 {
            let _ = write!(line, ", {} in the report", show::number(reported));
        }
        let lost = self.account.lost.len() + self.account.invented.len();
        if lost > 0 {
            let _ = write!(line, ", {} NOT ACCOUNTED FOR", show::number(lost));
        }
        line
    }

    fn contents(&self, out: &mut String) {
        let book = &self.work.book;
        let _ = write!(out, "\nContents ({})\n", show::count(book.chapters.len(), "chapter"));
        let rows: Vec<(String, String, String)> = book
            .chapters
            .iter()
            .map(|c| {
                let name = format!("{}{}", "  ".repeat(c.level as usize + 1), heading(c));
                let place = span_of(c).map(|s| self.place(s)).unwrap_or_default();
                let kinds = measured::kinds_line(c);
                let behind = if kinds.is_empty() { place } else { format!("{place}  {kinds}") };
                (name, show::number(words_of(c)), behind)
            })
            .collect();
        let width = rows.iter().map(|(n, _, _)| n.chars().count()).max().unwrap_or_default().min(60);
        for (name, words, behind) in rows {
            let _ = writeln!(out, "{name:width$}  {words:>8} words  {behind}");
        }
    }

    fn rules(&self, out: &mut String) {
        let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        for finding in &self.work.report.findings {
            *counts.entry((finding.rule.code, finding.rule.name)).or_default() += 1;
        }
        if counts.is_empty() {
            return;
        }
        out.push_str("\nWhat was done, by rule (`inkbind explain CODE`)\n");
        for ((code, name), n) in counts {
            let _ = writeln!(out, "  {code}  {name:32}  {:>8}", show::number(n));
        }
    }

    fn decisions(&self, out: &mut String, voice: Voice) {
        let all = voice.wants_notes();
        let mut shown: Vec<&Finding> =
            self.work.report.findings.iter().filter(|f| all || wants_eye(f)).collect();
        if shown.is_empty() {
            return;
        }
        // The least certain first; within one certainty in the order of the text.
        shown.sort_by_key(|f| f.certainty);
        let title = if all { "Every decision" } else { "To look at" };
        let _ = write!(out, "\n{title} ({}), the least certain first\n", show::number(shown.len()));
        let most = if voice.wants_more() { usize::MAX } else { MOST_PRINTED };
        for finding in shown.iter().take(most) {
            self.decision(out, finding);
        }
        if shown.len() > most {
            let _ = writeln!(out, "  … and {} more; -v shows them all", shown.len() - most);
        }
        if !all && shown.len() < self.work.report.findings.len() {
            out.push_str("-vv shows every decision, the certain ones too.\n");
        }
    }

    fn decision(&self, out: &mut String, finding: &Finding) {
        let place = finding.span.map(|s| format!(" {}:", self.place(s))).unwrap_or_default();
        let percent = finding.certainty.as_percent();
        let _ = writeln!(out, "  {percent:>3} % {}{place} {}", finding.rule.code, finding.message);
        let Some(span) = finding.span else { return };
        let excerpt = self.places.excerpt(span, 72);
        if excerpt.is_empty() {
            // A gap has no words of its own: its neighbours are shown.
            let (before, after) = self.places.neighbours(span, 34);
            let _ = writeln!(out, "          {before} ¦ {after}");
        } else {
            let _ = writeln!(out, "          {excerpt}");
        }
    }

    fn json(&self) -> Value {
        let [guess, likely, certain] = self.work.report.by_level();
        let chapters: Vec<Value> = self.work.book.chapters.iter().map(|c| self.chapter_json(c)).collect();
        let settings: Vec<Value> = self
            .job
            .settings
            .iter()
            .map(|s| json!({ "name": s.name, "value": s.value, "origin": origin_name(s.origin) }))
            .collect();
        let findings: Vec<Value> =
            self.work.report.findings.iter().map(|f| finding_json(f, self.input, &self.places)).collect();
        json!({
            "schema": "inkbind.inspect/1",
            "input": self.input.name,
            "encoding": { "name": self.work.source.encoding, "reason": self.work.source.encoding_reason },
            "shape": self.shape().map(|(name, _)| name),
            "measures": measured::json(&self.work.measures),
            "meta": meta_json(&self.work.book.meta),
            "settings": settings,
            "config": self.job.config.path.as_ref().map(|p| p.to_string_lossy()),
            "chapters": chapters,
            "notes": self.work.book.notes.len(),
            "ledger": {
                "words": self.account.words,
                "in_book": self.account.in_book,
                "reported": self.account.reported,
                "lost": self.account.lost.len(),
                "invented": self.account.invented.len(),
            },
            "counts": { "certain": certain, "likely": likely, "guess": guess },
            "findings": findings,
        })
    }

    fn chapter_json(&self, chapter: &Chapter) -> Value {
        json!({
            "role": role_name(chapter.role),
            "level": chapter.level,
            "label": chapter.label.as_ref().map(Text::as_str),
            "number": chapter.number.as_ref().map(|n| n.value),
            "title": chapter.title.as_ref().map(Text::as_str),
            "subtitle": chapter.subtitle.as_ref().map(Text::as_str),
            "words": words_of(chapter),
            "blocks": chapter.body.len(),
            "kinds": measured::kinds(chapter),
            "place": span_of(chapter).map(|s| self.place(s)),
        })
    }
}

fn row(out: &mut String, name: &str, value: &str) {
    let _ = writeln!(out, "{name:14}  {value}");
}

/// Whether a finding is worth a person's time.
fn wants_eye(finding: &Finding) -> bool {
    finding.certainty.level() < Level::Certain || finding.severity == Severity::Warning
}

/// What is said about the work: name in `book.toml`, values, and who said it.
pub(crate) fn said(meta: &Metadata) -> Vec<(&'static str, Vec<String>, Origin)> {
    let one = |value: &Option<String>| value.iter().cloned().collect::<Vec<_>>();
    let series = meta.series.as_ref();
    let fields = [
        ("title", vec![meta.title.clone()]),
        ("subtitle", one(&meta.subtitle)),
        ("short_title", one(&meta.short_title)),
        ("authors", meta.authors().map(str::to_owned).collect()),
        ("language", vec![meta.language.clone()]),
        ("series", series.map(|s| s.name.clone()).into_iter().collect()),
        ("series_index", series.and_then(|s| s.index.clone()).into_iter().collect()),
        ("publisher", one(&meta.publisher)),
        ("date", one(&meta.date)),
        ("identifiers", meta.identifiers.clone()),
        ("subjects", meta.subjects.clone()),
        ("description", one(&meta.description)),
        ("rights", one(&meta.rights)),
        ("also_by", meta.also_by.clone()),
    ];
    fields
        .into_iter()
        .filter(|(_, values)| values.iter().any(|v| !v.is_empty()))
        .map(|(name, values)| (name, values, meta.origins.get(name).copied().unwrap_or(Origin::Default)))
        .collect()
}

/// A chapter's heading for people; its role where it has none.
pub(crate) fn heading(chapter: &Chapter) -> String {
    let label = chapter.label.as_ref().map(Text::as_str);
    let parts: Vec<&str> = [label, chapter.title.as_ref().map(Text::as_str)].into_iter().flatten().collect();
    if parts.is_empty() {
        let number = chapter.number.as_ref().map(|n| format!(" {}", n.value)).unwrap_or_default();
        return format!("[{}{number}]", role_name(chapter.role));
    }
    parts.join("  ")
}

fn each_text(chapter: &Chapter, visit: &mut dyn FnMut(&Text)) {
    for text in [&chapter.label, &chapter.title, &chapter.subtitle].into_iter().flatten() {
        visit(text);
    }
    for block in chapter.epigraphs.iter().chain(&chapter.body) {
        Block::for_each_text(block, visit);
    }
}

fn words_of(chapter: &Chapter) -> usize {
    let mut words = 0;
    each_text(chapter, &mut |text| words += ledger::words(text.as_str()).count());
    words
}

/// The source bytes of a chapter's first text.
fn span_of(chapter: &Chapter) -> Option<Span> {
    let mut first = None;
    each_text(chapter, &mut |text| {
        if first.is_none() && !text.is_empty() {
            first = Some(text.span());
        }
    });
    first
}
