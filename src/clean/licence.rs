//! In: the text of a Project Gutenberg file. Out: the text without the header and the licence
//! that stand around the work.

use super::Context;
use crate::pass::{Pass, Proposal};
use crate::report::Rule;
use crate::source::lines::Line;
use crate::text::{Edit, Text};

/// Header and licence of Project Gutenberg.
pub static LICENCE: Rule = Rule {
    code: "C020",
    name: "gutenberg-licence",
    what: "Leaves out what stands before the START line and after the END line of a Project Gutenberg file.",
    why: "Header and licence belong to the file and not to the work, and the licence asks that its name is \
          not used on a changed text.",
    example: "`*** START OF THIS PROJECT GUTENBERG EBOOK … ***` and all above it.",
};

/// Leaves header and licence out.
#[derive(Clone, Copy, Debug)]
pub struct Licence;

static RULES: [&Rule; 1] = [&LICENCE];

/// How many lines a START line may run over.
const START_LINES: usize = 4;

impl Pass<Context<'_>> for Licence {
    fn rules(&self) -> &'static [&'static Rule] {
        &RULES
    }

    fn propose(&self, text: &Text, context: &Context<'_>) -> Vec<Proposal> {
        let (s, lines) = (text.as_str(), context.lines);
        let mut out = Vec::new();
        let body = start(s, lines);
        if let Some(body) = body {
            let to = lines[body].end as usize;
            out.push(Proposal::new(
                &LICENCE,
                0..to,
                "Project Gutenberg's header left out",
                vec![Edit::delete(0..to)],
            ));
        }
        if let Some(end) = end(s, lines, body.map_or(0, |b| b + 1)) {
            let from = lines[end].start as usize;
            out.push(Proposal::new(
                &LICENCE,
                from..s.len(),
                "Project Gutenberg's licence left out",
                vec![Edit::delete(from..s.len())],
            ));
        }
        out
    }
}

/// Whether a START line begins here.
pub(super) fn is_start(line: &str) -> bool {
    if !line.starts_with('*') {
        return false;
    }
    let upper = line.get(..line.len().min(90)).map(str::to_ascii_uppercase).unwrap_or_default();
    (upper.contains("START OF") && upper.contains("PROJECT GUTENBERG"))
        || upper.starts_with("*END*THE SMALL PRINT")
        || upper.starts_with("*END THE SMALL PRINT")
}

fn is_end(line: &str) -> bool {
    if !line.starts_with(['*', 'E', 'e']) {
        return false;
    }
    let Some(head) = line.get(..line.len().min(60)) else { return false };
    let upper = head.to_ascii_uppercase();
    (upper.starts_with("***")
        && upper.contains("END OF TH")
        && line.to_ascii_uppercase().contains("GUTENBERG"))
        || (upper.starts_with("END OF") && upper.contains("PROJECT GUTENBERG"))
        || upper.starts_with("*** START: FULL LICENSE")
}

/// The last line of the START mark.
fn start(s: &str, lines: &[Line]) -> Option<usize> {
    let reach = (lines.len() / 3).max(600).min(lines.len());
    let first = lines[..reach].iter().rposition(|l| l.width > 10 && is_start(&s[l.range()]))?;
    let mut last = first;
    while !s[lines[last].range()].trim_end().ends_with('*') && last < first + START_LINES {
        match lines.get(last + 1) {
            Some(next) if !next.is_blank() => last += 1,
            _ => break,
        }
    }
    // A START line that never closes is one line long.
    Some(if s[lines[last].range()].trim_end().ends_with('*') { last } else { first })
}

/// The first line of the end mark at or after `from`: the earliest of the marks that stand together.
fn end(s: &str, lines: &[Line], from: usize) -> Option<usize> {
    (from..lines.len()).find(|i| lines[*i].width > 10 && is_end(&s[lines[*i].range()]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clean::tests::cleaned_by;

    #[test]
    fn only_the_work_stays() {
        let text = "Project Gutenberg's A Walk\n\n*** START OF THE PROJECT GUTENBERG\nEBOOK A WALK ***\n\n\
                    I went out.\n\nEnd of the Project Gutenberg EBook of A Walk\n\n\
                    *** END OF THE PROJECT GUTENBERG EBOOK A WALK ***\n\nLicence.\n";
        assert_eq!(cleaned_by(&Licence, text).trim(), "I went out.");
    }

    #[test]
    fn a_text_that_speaks_of_the_project_stays_whole() {
        let text = "She read a Project Gutenberg book.\n\nEnd of story.\n";
        assert_eq!(cleaned_by(&Licence, text), text);
    }
}
