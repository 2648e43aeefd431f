//! In: the blocks of a page from a serial's site or an archive. Out: which of them are labels
//! and tags of the page, where chapters are only marked, and what is a summary or a note.

use super::blocks::Page;
use super::heading::{self, Form};

/// What an archive page's region holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Region {
    /// The summary of the work.
    WorkSummary,
    /// Notes before the work.
    WorkNotes,
    /// The summary of a chapter.
    Summary,
    /// Notes before a chapter.
    Notes,
    /// Notes behind a chapter.
    EndNotes,
    /// Notes behind the work.
    WorkEndNotes,
}

/// What a block of the page is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    /// A mark of the page: `Work Header`, `Chapter Notes`, tag lines, the comment footer.
    Page,
    /// `Chapter Text`: the text of a chapter begins behind it.
    Marker,
    /// Text of a summary or a note.
    Region(Region),
    /// `by Author` under the title.
    Byline,
}

/// Labels that open a region.
const REGIONS: &[(&str, Region)] = &[
    ("Summary", Region::WorkSummary),
    ("Notes", Region::WorkNotes),
    ("Work Summary", Region::WorkSummary),
    ("Chapter Summary", Region::Summary),
    ("Chapter Notes", Region::Notes),
    ("Chapter End Notes", Region::EndNotes),
    ("End Notes", Region::WorkEndNotes),
    ("Work End Notes", Region::WorkEndNotes),
];

/// Labels that say nothing of the work.
const MARKS: &[&str] = &[
    "Work Header",
    "Work Text",
    "Chapter Management",
    "Kudos",
    "Actions",
    "Comments",
    "Post Comment",
    "Bookmark",
    "Mark for Later",
    "Top",
    "Share",
    "Download",
    "Entire Work",
    "Next Chapter",
    "Previous Chapter",
    "Chapter Index",
    "Continue reading",
    "Continue Reading",
    "Report this ad",
    "Advertisement",
];

/// Beginnings of lines with tags of the work.
const TAGS: &[&str] = &[
    "Rating:",
    "Archive Warning:",
    "Archive Warnings:",
    "Category:",
    "Categories:",
    "Fandom:",
    "Fandoms:",
    "Relationship:",
    "Relationships:",
    "Character:",
    "Characters:",
    "Additional Tags:",
    "Language:",
    "Stats:",
    "Series:",
    "Collections:",
    "Published:",
    "Completed:",
    "Updated:",
    "Words:",
    "Chapters:",
    "Hits:",
    "Kudos:",
    "Bookmarks:",
    "Comments:",
    "Posted originally on",
    "Warnings:",
    "Tags:",
    "Status:",
];

/// Whether the text has labels of an archive page: each block's label, `None` for text.
pub fn read(page: &Page<'_>) -> Vec<Option<Label>> {
    let mut out = vec![None; page.blocks.len()];
    let marked = (0..page.blocks.len()).any(|b| is_marker(page, b));
    let labelled = (0..page.blocks.len()).filter(|b| region(page, *b).is_some()).count();
    if !marked && labelled < 2 {
        serial(page, &mut out);
        return out;
    }
    let mut open: Option<(Region, usize)> = None;
    let mut begun = false;
    for (b, label) in out.iter_mut().enumerate() {
        let line = page.line(page.blocks[b].first).trim();
        let single = page.blocks[b].lines() == 1;
        if is_marker(page, b) {
            *label = Some(Label::Marker);
            open = None;
            begun = true;
        } else if let Some(kind) = region(page, b) {
            *label = Some(Label::Page);
            open = Some((if begun { inner(kind) } else { kind }, 0));
        } else if single && is_mark(line)
            || is_reference(line)
            || is_footer(line)
            || !begun && TAGS.iter().any(|t| line.starts_with(t))
        {
            *label = Some(Label::Page);
        } else if is_heading(page, b) {
            open = None;
        } else if let Some((kind, taken)) = &mut open {
            // Without `Chapter Text` marks nothing says where a note ends: one block is taken.
            if marked || *taken == 0 || matches!(kind, Region::EndNotes | Region::WorkEndNotes) {
                *label = Some(Label::Region(*kind));
                *taken += 1;
            } else {
                open = None;
                begun = true;
            }
        }
    }
    out
}

/// Openings of a note that the author of a serial writes above or below a chapter.
const NOTES: &[&str] = &[
    "a/n:",
    "a/n -",
    "a/n –",
    "a/n—",
    "(a/n",
    "[a/n",
    "*a/n",
    "an:",
    "author's note:",
    "author's notes:",
    "author note:",
    "note from the author:",
    "disclaimer:",
];

/// What a request for reviews asks for.
const REQUESTS: &[&str] =
    &["review", "r&r", "comment", "vote", "favorite", "favourite", "follow", "subscribe", "kudos"];

/// Lines of a site's page between chapters.
const TURNING: &[&str] = &[
    "Continue reading",
    "Continue Reading",
    "Next Chapter",
    "Next chapter",
    "Previous Chapter",
    "Previous chapter",
    "Back to top",
    "Report this ad",
    "Advertisement",
];

/// The furniture of serials' sites that mark no chapters of their own: notes that say what they
/// are, requests for reviews at the ends of chapters, lines that turn the page.
fn serial(page: &Page<'_>, out: &mut [Option<Label>]) {
    let count = page.blocks.len();
    let mut since_heading = usize::MAX;
    for b in 0..count {
        if is_heading(page, b) {
            since_heading = 0;
            continue;
        }
        let raw = page.raw(b);
        let low: String =
            raw.chars().take(80).flat_map(char::to_lowercase).collect::<String>().replace('’', "'");
        let ends = b + 1 == count || is_heading(page, b + 1) || out.get(b + 1).copied().flatten().is_some();
        if NOTES.iter().any(|n| low.starts_with(n)) && page.blocks[b].words > 2 {
            let above = since_heading < 3 || since_heading == usize::MAX;
            out[b] = Some(Label::Region(if above { Region::Notes } else { Region::EndNotes }));
        } else if page.blocks[b].lines() == 1
            && TURNING
                .contains(&raw.trim_matches([':', '…', '.', '»', '→', '«', '←', '[', ']', '>', '<', ' ']))
        {
            out[b] = Some(Label::Page);
        } else {
            since_heading = since_heading.saturating_add(1);
            continue;
        }
        // What stands above a line that turns the page is the chapter's end too.
        if ends || out[b] == Some(Label::Page) {
            request(page, b.wrapping_sub(1), out);
        }
    }
    for b in 0..count {
        if b + 1 == count || is_heading(page, b + 1) {
            request(page, b, out);
        }
    }
}

/// Labels block `b` where it asks for reviews and nothing else.
fn request(page: &Page<'_>, b: usize, out: &mut [Option<Label>]) {
    const MOST_WORDS: u32 = 14;
    let Some(block) = page.blocks.get(b).filter(|k| k.words <= MOST_WORDS && k.lines() == 1) else { return };
    let low = page.line(block.first).to_lowercase();
    let asks = low.contains("please") || low.contains("don't forget") || low.contains("r&r");
    if out[b].is_none()
        && asks
        && REQUESTS.iter().any(|r| low.contains(r))
        && !low.starts_with(['"', '“', '\''])
    {
        out[b] = Some(Label::Region(Region::EndNotes));
    }
}

/// A label that stands for the work before the first chapter stands for a chapter behind it.
const fn inner(kind: Region) -> Region {
    match kind {
        Region::WorkSummary => Region::Summary,
        Region::WorkNotes => Region::Notes,
        other => other,
    }
}

fn is_marker(page: &Page<'_>, b: usize) -> bool {
    page.blocks[b].lines() == 1 && page.line(page.blocks[b].first).trim_end_matches(':') == "Chapter Text"
}

fn region(page: &Page<'_>, b: usize) -> Option<Region> {
    if page.blocks[b].lines() > 1 || page.blocks[b].words > 4 {
        return None;
    }
    let line = page.line(page.blocks[b].first).trim_end_matches(':');
    REGIONS.iter().find(|(l, _)| *l == line).map(|(_, r)| *r)
}

fn is_mark(line: &str) -> bool {
    MARKS.contains(&line.trim_end_matches([':', '…', '.', '»', '→', ' ']))
}

fn is_reference(line: &str) -> bool {
    line.starts_with("(See the end of the ") && line.ends_with(')')
}

fn is_footer(line: &str) -> bool {
    line.starts_with("Please drop by the Archive") || line.starts_with("Please drop by the archive")
}

fn is_heading(page: &Page<'_>, b: usize) -> bool {
    page.blocks[b].lines() <= 2
        && page.blocks[b].words <= 20
        && heading::read(page.line(page.blocks[b].first))
            .is_some_and(|r| r.form == Form::Keyword && r.parted && r.number.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clean;
    use crate::options::TextOptions;
    use crate::report::Report;
    use crate::source;

    fn labels(text: &str) -> Vec<Option<Label>> {
        let source = source::read(text.as_bytes());
        let cleaned = clean::clean(&source, &TextOptions::default(), &mut Report::default());
        read(&Page::new(&cleaned))
    }

    #[test]
    fn notes_of_serials_say_what_they_are() {
        let story =
            "He went down to the river and stood there until the boat had gone from sight.\n\n".repeat(4);
        let text = format!(
            "Chapter 1: The Mill\n\nA/N: Thanks to all of you!\n\n{story}Please review!\n\nNext Chapter\n\n\
             Chapter 2: The Weir\n\n{story}Please review the plans, he wrote, and come.\n\n{story}"
        );
        let found = labels(&text);
        assert_eq!(found[1], Some(Label::Region(Region::Notes)));
        assert_eq!(found[6], Some(Label::Region(Region::EndNotes)));
        assert_eq!(found[7], Some(Label::Page));
        assert_eq!(found.iter().flatten().count(), 3, "{found:?}");
    }
}
