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
        return out;
    }
    let mut open: Option<(Region, usize)> = None;
    let mut begun = false;
    for b in 0..page.blocks.len() {
        let line = page.line(page.blocks[b].first).trim();
        let single = page.blocks[b].lines() == 1;
        if is_marker(page, b) {
            out[b] = Some(Label::Marker);
            open = None;
            begun = true;
        } else if let Some(kind) = region(page, b) {
            out[b] = Some(Label::Page);
            open = Some((if begun { inner(kind) } else { kind }, 0));
        } else if single && is_mark(line) || is_reference(line) || is_footer(line) {
            out[b] = Some(Label::Page);
        } else if !begun && TAGS.iter().any(|t| line.starts_with(t)) {
            out[b] = Some(Label::Page);
        } else if is_heading(page, b) {
            open = None;
        } else if let Some((kind, taken)) = &mut open {
            // Without `Chapter Text` marks nothing says where a note ends: one block is taken.
            if marked || *taken == 0 || matches!(kind, Region::EndNotes | Region::WorkEndNotes) {
                out[b] = Some(Label::Region(*kind));
                *taken += 1;
            } else {
                open = None;
                begun = true;
            }
        }
    }
    out
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
