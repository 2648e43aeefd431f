//! In: what a file is made for, its pages and its structure tree. Out: the catalog and all that it names: outline, page
//! labels, output intent (ISO 32000-1, 7.7.2).

use lopdf::Object;

use crate::press::profile::Standard;
use crate::typeset::page::{Folio, OutlineEntry};

use super::super::Intent;
use super::super::content::{integer, milli, text_string};
use super::super::tags::reference;
use super::save::Numbered;
use super::{Document, File, Parts, deflate, destination};

/// Writes the catalog in the place of the one that is there, and all that only it names but the XMP packet: this waits
/// for the identifier. Tells the object numbers of both.
pub(super) fn write(
    document: &mut Document,
    file: &mut File,
    pages: &[u32],
    tree: Option<u32>,
    parts: &Parts<'_>,
) -> (u32, Option<u32>) {
    let old = document.trailer.get(b"Root").and_then(Object::as_reference).unwrap_or((0, 0));
    let root = document.get_dictionary(old).and_then(|c| c.get(b"Pages")?.as_reference()).unwrap_or((0, 0));
    document.objects.remove(&old);
    if let Ok(info) = document.trailer.get(b"Info").and_then(Object::as_reference) {
        document.objects.remove(&info);
    }
    let mut out = b"<</Type/Catalog/Pages ".to_vec();
    reference(&mut out, root.0);
    let mut packet = None;
    // PDF 1.3, which PDF/X-1a:2001 is made of, knows neither: there the information dictionary says it all.
    if parts.edition.version() != "1.3" {
        if !parts.pages.language.is_empty() {
            out.extend_from_slice(b"/Lang");
            text_string(&mut out, &parts.pages.language);
        }
        out.extend_from_slice(b"/Metadata ");
        let number = file.next();
        reference(&mut out, number);
        packet = Some(number);
    }
    if !parts.edition.print {
        reading(&mut out, file, pages, parts);
    }
    if let Some(tree) = tree {
        out.extend_from_slice(b"/MarkInfo<</Marked true>>/StructTreeRoot ");
        reference(&mut out, tree);
    }
    if let Some(intent) = &parts.edition.intent {
        output_intent(&mut out, file, intent, parts);
    }
    out.extend_from_slice(b">>");
    (file.add(out), packet)
}

/// What helps reading on a screen: outline, page labels, spreads, the title in the window.
fn reading(out: &mut Vec<u8>, file: &mut File, pages: &[u32], parts: &Parts<'_>) {
    out.extend_from_slice(b"/ViewerPreferences<</DisplayDocTitle true>>/PageLayout/");
    // A cover of its own shape stands before the first recto and takes the left side.
    out.extend_from_slice(if parts.edition.cover_height.is_some() {
        b"TwoPageLeft"
    } else {
        b"TwoPageRight"
    });
    out.extend_from_slice(b"/PageLabels<</Nums[");
    page_labels(out, parts);
    out.extend_from_slice(b"]>>");
    if parts.pages.outline.is_empty() {
        out.extend_from_slice(b"/PageMode/UseNone");
    } else {
        out.extend_from_slice(b"/PageMode/UseOutlines/Outlines ");
        let root = outline(file, &parts.pages.outline, pages, parts.frame.top);
        reference(out, root);
    }
}

/// The printed page numbers, so that a reader can go to page xii (ISO 32000-1, 12.4.2).
fn page_labels(out: &mut Vec<u8>, parts: &Parts<'_>) {
    let mut expected = None;
    for (index, page) in parts.pages.pages.iter().enumerate() {
        if index == 0 && parts.edition.cover_height.is_some() {
            out.extend_from_slice(b"0<</P(Cover)>>");
            continue;
        }
        if expected != Some(page.folio) {
            integer(out, index as i64);
            let (style, value) = match page.folio {
                Folio::Roman(value) => ("r", value),
                Folio::Arabic(value) => ("D", value),
            };
            out.extend_from_slice(format!("<</S/{style}/St {}>>", value.max(1)).as_bytes());
        }
        expected = Some(match page.folio {
            Folio::Roman(value) => Folio::Roman(value + 1),
            Folio::Arabic(value) => Folio::Arabic(value + 1),
        });
    }
}

/// Writes the outline and tells its root (ISO 32000-1, 12.3.3).
fn outline(file: &mut File, entries: &[OutlineEntry], pages: &[u32], top: i64) -> u32 {
    let root = file.next();
    let numbers: Vec<u32> = entries.iter().map(|_| file.next()).collect();
    // An entry may be at most one deeper than the one before it.
    let mut levels: Vec<usize> = Vec::with_capacity(entries.len());
    for entry in entries {
        let most = levels.last().map_or(0, |l| l + 1);
        levels.push(usize::from(entry.level).min(most));
    }
    let children = |range: std::ops::Range<usize>, level: usize| {
        range.filter(|i| levels[*i] == level).collect::<Vec<usize>>()
    };
    for (index, entry) in entries.iter().enumerate() {
        let level = levels[index];
        let before = (0..index).rev().take_while(|i| levels[*i] >= level).find(|i| levels[*i] == level);
        let end = (index + 1..entries.len()).find(|i| levels[*i] <= level).unwrap_or(entries.len());
        let after = (end < entries.len() && levels[end] == level).then_some(end);
        let parent = if level == 0 { None } else { (0..index).rev().find(|i| levels[*i] < level) };
        let kids = children(index + 1..end, level + 1);
        let mut out = b"<</Title".to_vec();
        text_string(&mut out, &entry.title);
        out.extend_from_slice(b"/Parent ");
        reference(&mut out, parent.map_or(root, |p| numbers[p]));
        for (key, other) in [
            ("Prev", before),
            ("Next", after),
            ("First", kids.first().copied()),
            ("Last", kids.last().copied()),
        ] {
            if let Some(other) = other {
                out.push(b'/');
                out.extend_from_slice(key.as_bytes());
                out.push(b' ');
                reference(&mut out, numbers[other]);
            }
        }
        if !kids.is_empty() {
            out.extend_from_slice(b"/Count ");
            // Shown folded where there are parts: a side bar then gives the overview first.
            integer(&mut out, -(kids.len() as i64));
        }
        out.extend_from_slice(b"/Dest");
        destination(&mut out, entry.page, top - milli(entry.y), pages);
        out.extend_from_slice(b">>");
        file.objects.push(Numbered::plain((numbers[index], out)));
    }
    let tops = children(0..entries.len(), 0);
    let mut out = b"<</Type/Outlines/First ".to_vec();
    reference(&mut out, numbers[tops[0]]);
    out.extend_from_slice(b"/Last ");
    reference(&mut out, numbers[tops[tops.len() - 1]]);
    out.extend_from_slice(b"/Count ");
    integer(&mut out, tops.len() as i64);
    out.extend_from_slice(b">>");
    file.objects.push(Numbered::plain((root, out)));
    root
}

fn output_intent(out: &mut Vec<u8>, file: &mut File, intent: &Intent, parts: &Parts<'_>) {
    let kind = match parts.edition.standard {
        Some(Standard::ArchiveAccessible) | None => "GTS_PDFA1",
        Some(Standard::X1a | Standard::X4) => "GTS_PDFX",
    };
    out.extend_from_slice(b"/OutputIntents[<</Type/OutputIntent/S/");
    out.extend_from_slice(kind.as_bytes());
    out.extend_from_slice(b"/OutputConditionIdentifier");
    text_string(out, &intent.identifier);
    if !intent.condition.is_empty() {
        out.extend_from_slice(b"/OutputCondition");
        text_string(out, &intent.condition);
        out.extend_from_slice(b"/Info");
        text_string(out, &intent.condition);
    }
    if let Some(registry) = &intent.registry {
        out.extend_from_slice(b"/RegistryName");
        text_string(out, registry);
    }
    if let Some(profile) = &intent.profile {
        let packed = deflate(&profile.bytes, parts.compression);
        let keys = format!("/N {}/Filter/FlateDecode", profile.channels);
        out.extend_from_slice(b"/DestOutputProfile ");
        reference(out, file.add_stream(keys.into_bytes(), packed));
    }
    out.extend_from_slice(b">>]");
}
