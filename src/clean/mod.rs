//! In: the decoded text. Out: the text without what belongs to the carrier and not to the work.
//!
//! Each file is a pass: it proposes, and [`crate::pass::run`] applies. `PASSES` is the order:
//! characters first, because everything else reads them; then what stands around the work; then
//! the furniture of pages; then hyphens at line ends, which need the pages joined.

pub mod characters;
pub mod colophon;
pub mod credits;
pub mod furniture;
pub mod hyphens;
pub mod licence;
pub mod linenumbers;
pub mod mojibake;
pub mod pagemarks;
pub mod strangers;
pub mod unread;

use crate::options::{Shape, TextOptions};
use crate::pass::{self, Pass};
use crate::report::{Finding, Report, Rule};
use crate::source::Source;
use crate::source::lines::{Line, lines};
use crate::source::measure::Measures;
use crate::source::shape::{self, Recognised};
use crate::text::Text;

use colophon::Colophon;

/// The shape that was recognised or given.
pub static SHAPE: Rule = Rule {
    code: "C001",
    name: "shape",
    what: "Recognises in which shape the text came: a serial's page, an archive page, a Gutenberg file, a \
           typescript, a forum post, a scan, Markdown or plain text.",
    why: "The same line means different things in different shapes: `#` breaks a scene in a typescript and \
          makes a heading in Markdown.",
    example: "`Chapter Text` alone on lines: a serial copied from its page. `--shape` overrides it.",
};

/// Rules of this stage.
pub static RULES: &[&Rule] = &[
    &SHAPE,
    &mojibake::MOJIBAKE,
    &characters::INVISIBLE,
    &characters::SOFT_HYPHEN,
    &characters::LIGATURE,
    &characters::LONG_S,
    &characters::CONTROL,
    &characters::COMPOSED,
    &unread::UNREAD,
    &licence::LICENCE,
    &credits::CREDITS,
    &strangers::STRANGERS,
    &furniture::FURNITURE,
    &pagemarks::PAGE_MARKS,
    &linenumbers::LINE_NUMBERS,
    &hyphens::LINE_END_HYPHEN,
    &hyphens::HYPHEN_KEPT,
];

/// What passes may know beside the text.
#[derive(Debug)]
pub struct Context<'a> {
    /// The lines of the text as it is now.
    pub lines: &'a [Line],
    /// What is usual in it.
    pub measures: &'a Measures,
    /// Its shape.
    pub shape: Shape,
}

/// The passes in their order.
static PASSES: &[&dyn for<'a> Pass<Context<'a>>] = &[
    &mojibake::Mojibake,
    &characters::Invisible,
    &characters::SoftHyphens,
    &characters::Ligatures,
    &characters::LongS,
    &characters::Controls,
    &characters::Composed,
    &unread::Unread,
    &licence::Licence,
    &credits::Credits,
    &strangers::Strangers,
    &furniture::Furniture,
    &pagemarks::PageMarks,
    &linenumbers::LineNumbers,
    &hyphens::Hyphens,
];

/// The clean text and what is known of it.
#[derive(Clone, Debug)]
pub struct Cleaned {
    /// The text.
    pub text: Text,
    /// Its lines.
    pub lines: Vec<Line>,
    /// What is usual in it.
    pub measures: Measures,
    /// The shape in which it came.
    pub shape: Recognised,
    /// What the carrier's header said of the work.
    pub colophon: Colophon,
}

/// Cleans the source's text.
pub fn clean(source: &Source, options: &TextOptions, report: &mut Report) -> Cleaned {
    let mut text = Text::from_source(source.decoded.clone());
    let mut table = lines(text.as_str());
    let mut measures = Measures::take(text.as_str(), &table);
    let mut shape = shape::recognise(text.as_str(), &table, &measures);
    if let Some(given) = options.shape {
        shape =
            Recognised { shape: given, reason: "it was given", certainty: crate::report::Certainty::CERTAIN };
    }
    let message = format!("the shape is {}: {}", shape.shape.name(), shape.reason);
    report.findings.push(Finding::note(&SHAPE, None, message).with_certainty(shape.certainty));
    let colophon = colophon::read(text.as_str(), &table);
    for pass in PASSES {
        let context = Context { lines: &table, measures: &measures, shape: shape.shape };
        let found = pass::run(*pass, &mut text, &context, &options.overrides, &source.decoded);
        if found.iter().any(|f| matches!(f.effect, crate::report::Effect::Edited(_))) {
            table = lines(text.as_str());
            measures = Measures::take(text.as_str(), &table);
        }
        report.findings.extend(found);
    }
    Cleaned { text, lines: table, measures, shape, colophon }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pass::Overrides;

    /// What one pass makes of a text.
    pub(super) fn cleaned_by(pass: &dyn for<'a> Pass<Context<'a>>, source: &str) -> String {
        let mut text = Text::from_source(source);
        let table = lines(source);
        let measures = Measures::take(source, &table);
        let shape = shape::recognise(source, &table, &measures).shape;
        let context = Context { lines: &table, measures: &measures, shape };
        pass::run(pass, &mut text, &context, &Overrides::default(), source);
        text.as_str().to_owned()
    }
}
