//! In: blocks. Out: XHTML.

use super::inline;
use super::scribe::Scribe;
use crate::book::{Block, BlockKind, LetterPart, Para, ParaStyle, Verse, VerseLine};
use crate::text::{MarkKind, Text};

/// How a run of blocks is set.
#[derive(Clone, Copy, Debug)]
pub(super) struct Setting {
    /// Level of the heading above the run: headings inside of it stand below.
    pub(super) heading: u8,
    /// Whether the next paragraph begins flush.
    pub(super) flush: bool,
    /// Whether the next paragraph opens a chapter and gets a lead-in.
    pub(super) opening: bool,
}

/// Writes a run of blocks.
pub(super) fn write_all(scribe: &mut Scribe<'_>, blocks: &[Block], mut setting: Setting) {
    for block in blocks {
        write(scribe, block, &mut setting);
    }
}

/// Writes a block, and leaves `setting` as the next block finds it.
pub(super) fn write(scribe: &mut Scribe<'_>, block: &Block, setting: &mut Setting) {
    let within = Setting { flush: true, opening: false, ..*setting };
    match &block.kind {
        BlockKind::Para(para) => {
            write_para(scribe, para, *setting);
            setting.flush = match para.style {
                ParaStyle::Normal | ParaStyle::Continued => false,
                ParaStyle::Centred | ParaStyle::Right | ParaStyle::Closing => true,
            };
            setting.opening &= !matches!(para.style, ParaStyle::Normal | ParaStyle::Continued);
            return;
        }
        BlockKind::Heading { level, text } => {
            let level = (setting.heading + (*level).max(1)).min(6);
            let tag = ["h1", "h2", "h3", "h4", "h5", "h6"][usize::from(level) - 1];
            element(scribe, tag, "", text);
            setting.flush = true;
            return;
        }
        BlockKind::Verse(verse) => write_verse(scribe, verse),
        BlockKind::Quote { body, attribution } => {
            scribe.markup.raw("<blockquote>\n");
            write_all(scribe, body, within);
            write_attribution(scribe, attribution.as_ref());
            scribe.markup.raw("</blockquote>\n");
        }
        BlockKind::Letter(parts) => {
            scribe.markup.raw("<blockquote class=\"letter\">\n");
            write_letter(scribe, parts, within);
            scribe.markup.raw("</blockquote>\n");
        }
        BlockKind::List { start, items } => write_list(scribe, *start, items, within),
        BlockKind::SceneBreak(scene) => {
            scribe.markup.raw("<hr class=\"scene\"/>\n");
            // An ornament is drawn; a page that begins with it begins behind it.
            let breaks = scene.ornament.as_ref().map_or(0, |ornament| scribe.page_breaks(ornament).len());
            for _ in 0..breaks {
                scribe.mark_page("div");
            }
        }
        BlockKind::Figure { asset, caption } => write_figure(scribe, *asset, caption.as_ref()),
        BlockKind::Pre(text) => {
            scribe.markup.raw("<pre>");
            inline::write(scribe, text, 0);
            scribe.markup.raw("</pre>\n");
        }
    }
    setting.flush = matches!(block.kind, BlockKind::SceneBreak(_));
    setting.opening = false;
}

fn element(scribe: &mut Scribe<'_>, tag: &str, class: &str, text: &Text) {
    open(scribe, tag, class);
    inline::write(scribe, text, 0);
    close(scribe, tag);
}

fn open(scribe: &mut Scribe<'_>, tag: &str, class: &str) {
    scribe.markup.raw("<");
    scribe.markup.raw(tag);
    if !class.is_empty() {
        scribe.markup.attribute("class", class);
    }
    scribe.markup.raw(">");
}

fn close(scribe: &mut Scribe<'_>, tag: &str) {
    scribe.markup.raw("</");
    scribe.markup.raw(tag);
    scribe.markup.raw(">\n");
}

fn write_para(scribe: &mut Scribe<'_>, para: &Para, setting: Setting) {
    let (class, lead) = match para.style {
        ParaStyle::Normal if setting.opening => {
            let lead = lead_in(&para.text);
            (if lead > 0 { "opening" } else { "flush" }, lead)
        }
        ParaStyle::Normal => (if setting.flush { "flush" } else { "" }, 0),
        ParaStyle::Continued => ("flush", 0),
        ParaStyle::Centred => ("centred", 0),
        ParaStyle::Right => ("right", 0),
        ParaStyle::Closing => ("closing", 0),
    };
    open(scribe, "p", class);
    inline::write(scribe, &para.text, lead);
    close(scribe, "p");
}

/// How many words of a chapter are set in small capitals.
const LEAD_IN_WORDS: usize = 4;

/// Length in bytes of the lead-in: the first words of a chapter, up to a stop that comes soon.
///
/// None where small capitals would do harm: text that begins with a figure or a dash, that has a note
/// or a picture in its first words, or that is too short to need a beginning.
fn lead_in(text: &Text) -> usize {
    let content = text.as_str();
    let cased = |c: char| c.is_lowercase() || c.is_uppercase();
    let first = content.trim_start_matches(['“', '‘', '"', '\'', '«', '„', '¿', '¡']);
    if !first.starts_with(cased) || content.split_whitespace().nth(3 * LEAD_IN_WORDS).is_none() {
        return 0;
    }
    let mut end = 0;
    let mut words = 0;
    for (at, word) in content.split(' ').map(|w| (w.as_ptr() as usize - content.as_ptr() as usize, w)) {
        if word.is_empty() {
            continue;
        }
        words += 1;
        let bare = word.trim_end_matches(|c: char| !c.is_alphanumeric());
        let stop = word[bare.len()..].contains([',', ';', ':', '!', '?']);
        if !bare.is_empty() && (words <= LEAD_IN_WORDS || stop) {
            end = at + bare.len();
        }
        if (words >= 2 && stop) || words >= LEAD_IN_WORDS + 2 {
            break;
        }
    }
    // The stop came too late, or never: the plain number of words.
    let in_the_way = text.marks().iter().any(|m| {
        (m.start as usize) < end && !matches!(m.kind, MarkKind::Em | MarkKind::Strong | MarkKind::SmallCaps)
    });
    if in_the_way { 0 } else { end }
}

fn write_verse(scribe: &mut Scribe<'_>, verse: &Verse) {
    scribe.markup.raw("<div class=\"verse\">\n");
    for stanza in &verse.stanzas {
        scribe.markup.raw("<p>");
        for (at, line) in stanza.iter().enumerate() {
            if at > 0 {
                scribe.markup.raw("<br/>\n");
            }
            write_verse_line(scribe, line);
        }
        scribe.markup.raw("</p>\n");
    }
    write_attribution(scribe, verse.attribution.as_ref());
    scribe.markup.raw("</div>\n");
}

fn write_verse_line(scribe: &mut Scribe<'_>, line: &VerseLine) {
    /// The style sheet has as many steps of indent.
    const STEPS: u8 = 8;
    match line.indent.min(STEPS) {
        0 => scribe.markup.raw("<span class=\"line\">"),
        steps => {
            scribe.markup.raw("<span class=\"line in");
            scribe.markup.text(&steps.to_string());
            scribe.markup.raw("\">");
        }
    }
    inline::write(scribe, &line.text, 0);
    scribe.markup.raw("</span>");
}

pub(super) fn write_attribution(scribe: &mut Scribe<'_>, attribution: Option<&Text>) {
    if let Some(text) = attribution {
        element(scribe, "p", "attribution", text);
    }
}

fn write_letter(scribe: &mut Scribe<'_>, parts: &[LetterPart], mut setting: Setting) {
    for part in parts {
        match part {
            LetterPart::Dateline(text) => element(scribe, "p", "dateline", text),
            LetterPart::Salutation(text) => {
                element(scribe, "p", "salutation", text);
                setting.flush = true;
            }
            LetterPart::Body(block) => write(scribe, block, &mut setting),
            LetterPart::Closing(text) => element(scribe, "p", "valediction", text),
            LetterPart::Signature(text) => element(scribe, "p", "signature", text),
            LetterPart::Postscript(text) => element(scribe, "p", "postscript", text),
        }
    }
}

fn write_list(scribe: &mut Scribe<'_>, start: Option<u32>, items: &[Vec<Block>], setting: Setting) {
    let tag = if start.is_some() { "ol" } else { "ul" };
    scribe.markup.raw("<");
    scribe.markup.raw(tag);
    if let Some(start) = start.filter(|s| *s != 1) {
        scribe.markup.attribute("start", &start.to_string());
    }
    scribe.markup.raw(">\n");
    for item in items {
        scribe.markup.raw("<li>");
        match item.as_slice() {
            [Block { kind: BlockKind::Para(para) }] => inline::write(scribe, &para.text, 0),
            blocks => write_all(scribe, blocks, setting),
        }
        scribe.markup.raw("</li>\n");
    }
    close(scribe, tag);
}

fn write_figure(scribe: &mut Scribe<'_>, asset: Option<usize>, caption: Option<&Text>) {
    let start = scribe.markup.len();
    scribe.markup.raw("<figure>\n");
    let shown = asset.and_then(|asset| {
        let alt = caption.filter(|_| scribe.book.assets.get(asset).is_some_and(|a| a.alt.is_empty()));
        let alt = alt.map(|c| c.as_str().to_owned()).unwrap_or_default();
        scribe.picture(asset, &alt, "")
    });
    match (shown, caption) {
        (Some(()), caption) => {
            if let Some(caption) = caption {
                scribe.markup.raw("\n<figcaption>");
                inline::write(scribe, caption, 0);
                scribe.markup.raw("</figcaption>");
            }
            scribe.markup.raw("\n</figure>\n");
        }
        (None, caption) => {
            scribe.markup.cut(start);
            if let Some(caption) = caption {
                element(scribe, "p", "caption", caption);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn led(text: &str) -> String {
        let text = Text::from_source(text);
        text.as_str()[..lead_in(&text)].to_owned()
    }

    #[test]
    fn the_lead_in_ends_at_a_stop_that_comes_soon() {
        let rest = "and so it went on for a long while after that day";
        assert_eq!(led(&format!("Squire Trelawney, Doctor Livesey {rest}")), "Squire Trelawney");
        assert_eq!(led(&format!("It was a dark and stormy night {rest}")), "It was a dark");
        assert_eq!(led(&format!("It was a dark night, {rest}")), "It was a dark night");
        assert_eq!(led(&format!("“Marley was dead: to begin {rest}")), "“Marley was dead");
        assert_eq!(led(&format!("1801 I have just {rest}")), "");
        assert_eq!(led("A short one."), "");
    }
}
