//! In: a book whose texts are as the author typed them. Out: the same book with proper
//! quotation marks, dashes, ellipses, spaces and emphasis.
//!
//! [`polish`] takes the texts of the book one pass after another, in the order of
//! `PASSES`. A pass may survey the whole book before it proposes anything: the direction
//! of a quotation mark hangs on the paragraphs around it, and whether a no-break space is a
//! trace of italics hangs on how the rest of the book uses them. No pass changes a letter;
//! only markup that was left over in the text (`<i>`, `&amp;`) goes, as a finding.

mod code;
mod customs;
mod dashes;
mod ellipses;
mod emphasis;
mod fit;
mod language;
mod markup;
mod quotes;
mod slots;
mod spaces;
mod traces;

use rayon::prelude::*;
use smallvec::SmallVec;

use crate::book::{Book, Metadata, Origin};
use crate::options::{QuotePolicy, TextOptions};
use crate::pass::{self, Pass};
use crate::report::{Finding, Rule};
use crate::text::Text;

use customs::Customs;
use slots::Slot;

pub use language::{Detected, Language, detect};

/// Rules of this stage.
pub static RULES: &[&Rule] = &[
    &language::LANGUAGE,
    &markup::ENTITY,
    &markup::TAG,
    &markup::BBCODE,
    &emphasis::MARKED,
    &emphasis::STRONG,
    &emphasis::LONE,
    &traces::TRACE,
    &traces::STRAY,
    &spaces::DOUBLED,
    &spaces::BEFORE_PUNCTUATION,
    &spaces::EDGE,
    &quotes::DOUBLE,
    &quotes::SINGLE,
    &quotes::APOSTROPHE,
    &quotes::ELISION,
    &quotes::PRIME,
    &quotes::TURNED,
    &quotes::TYPED_PAIR,
    &quotes::UNBALANCED,
    &ellipses::ELLIPSIS,
    &dashes::DASH,
    &dashes::BLANKED,
    &dashes::RANGE,
    &fit::INSIDE_QUOTES,
    &fit::NO_BREAK,
    &fit::FRENCH,
];

/// The passes in the order in which they run. Markup comes first, because what it leaves is
/// what the other passes read; quotation marks come before dashes, because the spaces round
/// a typed dash tell which way a mark faces.
///
/// The passes of one row run over a text one after the other, while other rows wait: so only the first of a row may
/// [survey](TextPass::survey) the book.
static PASSES: &[&[&dyn TextPass]] = &[
    &[&markup::Entities, &markup::Markup],
    &[&emphasis::Emphasis],
    &[&traces::Traces, &spaces::Spaces],
    &[&quotes::Quotes, &ellipses::Ellipses, &dashes::Dashes, &fit::Fit],
];

/// What [`polish`] is told beside the book.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The settings of the job.
    pub options: &'a TextOptions,
    /// The decoded source, for the user's overrides.
    pub source: &'a str,
}

/// What is known of the whole work: its language's customs, and what the passes learned.
struct Work {
    language: Language,
    customs: Customs,
    keep_quotes: bool,
    emphasis: emphasis::Habits,
    traces: traces::Phrases,
    /// For each slot, how its quotation marks are read.
    quotes: Vec<Vec<quotes::Decision>>,
}

/// What a pass knows beside the text in hand.
struct Site<'a> {
    work: &'a Work,
    /// Index of the text's slot.
    index: usize,
}

/// A pass over every text of the book.
trait TextPass: for<'a> Pass<Site<'a>> {
    /// Looks at the whole book just before the row of the pass runs.
    fn survey(&self, _slots: &[Slot<'_>], _work: &mut Work) {}
}

/// Sets the book's texts as a typesetter would: quotation marks, apostrophes, dashes,
/// ellipses, spaces and emphasis, by the customs of its language.
///
/// Where nobody has said the language, it is recognised and put into the metadata.
/// Preformatted text and ornaments stay as they are. Doing it twice changes nothing more.
pub fn polish(book: &mut Book, context: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    settle_language(book, context.options, &mut findings);
    let language = Language::from_tag(&book.meta.language);
    let mut slots = slots::collect(&mut book.chapters, &mut book.notes);
    let mut work = Work {
        language,
        customs: customs::of(language, &book.meta.language, &slots),
        keep_quotes: context.options.quotes == QuotePolicy::Keep,
        emphasis: emphasis::Habits::default(),
        traces: traces::Phrases::default(),
        quotes: Vec::new(),
    };
    for row in PASSES {
        sweep(row, &mut slots, &mut work, context, &mut findings);
    }
    polish_metadata(&mut book.meta, &mut work, context);
    findings
}

/// Runs the passes of a row over all texts. What they find comes pass by pass, in order of the texts.
fn sweep(
    row: &[&dyn TextPass],
    slots: &mut [Slot<'_>],
    work: &mut Work,
    context: &Context<'_>,
    findings: &mut Vec<Finding>,
) {
    if let Some(first) = row.first() {
        first.survey(slots, work);
    }
    let work = &*work;
    let (overrides, source) = (&context.options.overrides, context.source);
    let run = |pass: &&dyn TextPass, text: &mut Text, site: &Site<'_>| {
        let code = code::spans(text.as_str());
        if code.is_empty() {
            pass::run(*pass, text, site, overrides, source)
        } else {
            pass::run(&code::Around { pass: *pass, code }, text, site, overrides, source)
        }
    };
    let mut found: Vec<SmallVec<[Vec<Finding>; LONGEST_ROW]>> = slots
        .par_iter_mut()
        .enumerate()
        .with_min_len(TEXTS_AT_ONCE)
        .map(|(index, slot)| {
            let site = Site { work, index };
            row.iter().map(|pass| run(pass, slot.text, &site)).collect()
        })
        .collect();
    for index in 0..row.len() {
        for by_pass in &mut found {
            findings.append(&mut by_pass[index]);
        }
    }
}

/// Passes in a row, for which room is made.
const LONGEST_ROW: usize = 4;

/// Texts that are worth another thread: a thread's start costs what some dozens of them do.
const TEXTS_AT_ONCE: usize = 128;

/// How many of so many texts are counted together: each such part has tables as long as a dictionary, so that their
/// number must not grow with the book.
fn texts_at_once(texts: usize) -> usize {
    const GOES: usize = 4;
    TEXTS_AT_ONCE.max(texts.div_ceil(GOES * rayon::current_num_threads()))
}

/// Finds out the language where nobody has said it.
fn settle_language(book: &mut Book, options: &TextOptions, findings: &mut Vec<Finding>) {
    if let Some(said) = options.language.as_ref().filter(|l| !l.is_empty()) {
        book.meta.language.clone_from(said);
        return;
    }
    if !book.meta.language.is_empty() {
        return;
    }
    let detected = language::detect_in(book);
    detected.tag.clone_into(&mut book.meta.language);
    book.meta.origins.insert("language", Origin::Text);
    findings.push(
        Finding::note(&language::LANGUAGE, None, detected.message()).with_certainty(detected.certainty),
    );
}

/// Title, names and the like are strings, not texts: they get the same care, and no findings, since
/// their words are accounted for where they stand in the source.
fn polish_metadata(meta: &mut Metadata, work: &mut Work, context: &Context<'_>) {
    let fields = [
        Some(&mut meta.title),
        meta.subtitle.as_mut(),
        meta.short_title.as_mut(),
        meta.description.as_mut(),
        meta.publisher.as_mut(),
        meta.rights.as_mut(),
        meta.series.as_mut().map(|s| &mut s.name),
    ];
    let mut polish = |field: &str| {
        let mut text = Text::inserted(field, 0);
        let mut slots = vec![Slot { text: &mut text, join: slots::Join::Fresh }];
        for row in PASSES {
            sweep(row, &mut slots, work, context, &mut Vec::new());
        }
        text.as_str().to_owned()
    };
    for field in fields.into_iter().flatten().chain(&mut meta.also_by) {
        *field = polish(field);
    }
    // Libraries sort and merge authors by their names: they keep their plain spaces.
    for contributor in &mut meta.contributors {
        contributor.name = polish(&contributor.name).replace(['\u{a0}', '\u{202f}'], " ");
    }
}

#[cfg(test)]
mod tests;
