//! In: tables. Out: a font file (OpenType 1.9, *Organization of an OpenType font*).

use skrifa::raw::types::Tag;

/// A character map of format 4: runs of characters whose glyphs follow each other too, as first, last and the glyph of
/// the first, in their order. What lies beyond the basic plane is left out.
pub(in crate::backend) fn format_4(runs: &[(u32, u32, u16)]) -> Vec<u8> {
    let basic = runs.iter().filter(|(_, last, _)| *last < 0xFFFF);
    let mut segments: Vec<(u16, u16, u16)> = basic
        .map(|(first, last, glyph)| (*first as u16, *last as u16, glyph.wrapping_sub(*first as u16)))
        .collect();
    segments.push((0xFFFF, 0xFFFF, 1));
    let count = segments.len() as u16;
    let highest = count.ilog2();
    let search = 2_u16 << highest;
    let mut numbers =
        vec![4, 16 + 8 * count, 0, 2 * count, search, highest as u16, (2 * count).saturating_sub(search)];
    numbers.extend(segments.iter().map(|(_, last, _)| *last));
    numbers.push(0);
    numbers.extend(segments.iter().map(|(first, ..)| *first));
    numbers.extend(segments.iter().map(|(.., delta)| *delta));
    numbers.extend(segments.iter().map(|_| 0_u16));
    numbers.into_iter().flat_map(u16::to_be_bytes).collect()
}

/// A font file of these tables, in their order.
pub(in crate::backend) fn assembled(flavour: &[u8], tables: &mut [(Tag, Vec<u8>)]) -> Vec<u8> {
    let count = tables.len() as u16;
    let highest = count.max(1).ilog2();
    let search = 16_u16 << highest;
    let mut out = flavour.to_vec();
    out.extend([count, search, highest as u16, 16 * count - search].into_iter().flat_map(u16::to_be_bytes));
    let mut place = 12 + 16 * tables.len();
    let mut head = None;
    for (tag, table) in tables.iter_mut() {
        if *tag == Tag::new(b"head") {
            head = Some(place);
            // checkSumAdjustment counts as zero.
            if let Some(adjustment) = table.get_mut(8..12) {
                adjustment.fill(0);
            }
        }
        out.extend(tag.to_be_bytes());
        out.extend([sum(table), place as u32, table.len() as u32].into_iter().flat_map(u32::to_be_bytes));
        place += table.len().next_multiple_of(4);
    }
    for (_, table) in tables.iter() {
        out.extend(table);
        out.resize(out.len().next_multiple_of(4), 0);
    }
    let adjustment = 0xB1B0_AFBA_u32.wrapping_sub(sum(&out));
    if let Some(field) = head.and_then(|at| out.get_mut(at + 8..at + 12)) {
        field.copy_from_slice(&adjustment.to_be_bytes());
    }
    out
}

/// The checksum of a table: the sum of its words.
pub(in crate::backend) fn sum(table: &[u8]) -> u32 {
    table.chunks(4).fold(0_u32, |sum, word| {
        let mut bytes = [0; 4];
        bytes[..word.len()].copy_from_slice(word);
        sum.wrapping_add(u32::from_be_bytes(bytes))
    })
}
