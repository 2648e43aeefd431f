//! In: the blocks. Out: where the text lists its own contents, and what the entries say.
//!
//! A list of contents is known by its entries coming back: lines near the start whose words
//! return later as short blocks of their own.

use foldhash::{HashMap, HashSet};

use super::blocks::Page;
use super::heading;
use super::keywords;
use crate::text::letters;

/// Lists of contents and of pictures.
#[derive(Debug, Default)]
pub struct Contents {
    /// Ranges of blocks that are such a list, in order.
    pub lists: Vec<std::ops::Range<usize>>,
    /// Keys of the entries.
    pub keys: HashSet<String>,
}

/// Lists stand within so many words from the start, or within [`SHARE`] of the text.
const WORDS: u32 = 6000;
const SHARE: f64 = 0.06;
/// An entry has at most so many words.
const ENTRY_WORDS: u32 = 14;
/// Words that come back nowhere, for each entry that does.
const STRAY: u32 = 8;
/// Words between two entries that end a list.
const GAP_WORDS: u32 = 60;
/// Entries that make a list under a heading that says so, that make one without where half of them are numbered, and
/// where they are not.
const ENTRIES_HEADED: usize = 3;
const ENTRIES: usize = 4;
const ENTRIES_BARE: usize = 6;
/// Of the lines of a list without a heading at least this share, in tenths, are entries.
const ENTRY_TENTHS: usize = 6;

/// The words of an entry or heading without number and page number, as letters alone; for one
/// without words its keyword and number.
pub fn key(line: &str) -> String {
    let line = without_page(line);
    let Some(reading) = heading::read(line) else { return String::new() };
    let words = reading.title.map(|t| letters(&line[t])).unwrap_or_default();
    if !words.is_empty() {
        return words;
    }
    reading.number.map(|(n, _)| format!("{}#{n}", reading.keyword)).unwrap_or_default()
}

/// The line without a page number that spaces or leaders set apart.
fn without_page(line: &str) -> &str {
    page_number(line).map_or(line, |at| line[..at].trim_end_matches([' ', '.', '\t', '·', '…', '_']))
}

/// Where a page number begins that two spaces, a tab or leaders set apart.
fn page_number(line: &str) -> Option<usize> {
    const LEADERS: [char; 4] = ['.', '_', '…', '·'];
    let trimmed = line.trim_end_matches(['_', ' ', '.']);
    let head = trimmed.trim_end_matches(|c: char| c.is_ascii_alphanumeric());
    let number = &trimmed[head.len()..];
    let is_number = !number.is_empty()
        && number.len() <= 6
        && (number.bytes().all(|b| b.is_ascii_digit())
            || number.bytes().all(|b| matches!(b, b'i' | b'v' | b'x' | b'l' | b'c')));
    let entry = head.trim_end_matches(|c: char| c.is_whitespace() || LEADERS.contains(&c));
    let between = &head[entry.len()..];
    let leaders = between.chars().filter(|c| LEADERS.contains(c)).count();
    let apart = leaders > 1
        || between.contains(['\t', '…', '_'])
        || between.len() - between.trim_end_matches(' ').len() > 1;
    (is_number && apart && entry.trim().len() > 1).then_some(head.len())
}

/// Finds the lists.
pub fn find(page: &Page<'_>, free: &dyn Fn(usize) -> bool) -> Contents {
    let mut out = Contents::default();
    let total = page.blocks.last().map_or(0, |b| b.before + b.words);
    let limit = WORDS.max((f64::from(total) * SHARE) as u32);
    let later = Later::read(page);
    let end = page.blocks.iter().position(|b| b.before > limit).unwrap_or(page.blocks.len());
    let mut b = 0;
    while b < end {
        if !free(b) {
            b += 1;
            continue;
        }
        if let Some(list) = scan(page, &later, b, end) {
            out.keys.extend(list.keys);
            b = list.blocks.end;
            out.lists.push(list.blocks);
        } else if let Some(blocks) = pictures(page, b, end) {
            b = blocks.end;
            out.lists.push(blocks);
        } else {
            b += 1;
        }
    }
    out
}

/// Where keys stand as short blocks.
struct Later {
    places: HashMap<String, Places>,
}

/// The blocks of a key.
#[derive(Clone, Copy)]
struct Places {
    last: usize,
    count: u32,
}

impl Later {
    fn read(page: &Page<'_>) -> Self {
        let mut places: HashMap<String, Places> = HashMap::default();
        let mut add = |key: String, b: usize| {
            let places = places.entry(key).or_insert(Places { last: usize::MAX, count: 0 });
            places.count += u32::from(places.last != b);
            places.last = b;
        };
        for (b, block) in page.blocks.iter().enumerate() {
            if block.lines() > 3 || block.words > 30 {
                continue;
            }
            if block.lines() > 1 {
                add(key(&page.raw(b).replace('\n', " ")), b);
            }
            for i in block.first..block.end {
                add(key(page.line(i)), b);
            }
        }
        places.remove("");
        Self { places }
    }

    fn has(&self, key: &str, after: usize) -> bool {
        !key.is_empty() && self.places.get(key).is_some_and(|p| p.last > after)
    }

    /// Whether keys are those of entries: most differ, and most come back about as often as the list has them. Who
    /// speaks in a play comes back in every scene.
    fn are_entries(&self, keys: &[String]) -> bool {
        /// So much more often than in the list, at most.
        const MORE: u32 = 3;
        let mut listed: HashMap<&str, u32> = HashMap::default();
        for key in keys {
            *listed.entry(key).or_default() += 1;
        }
        let rare = |(key, times): (&&str, &u32)| {
            self.places.get(*key).is_none_or(|places| places.count <= 2 * times + MORE)
        };
        let rare = listed.iter().filter(|entry| rare(*entry)).count();
        listed.len() * 2 >= keys.len() && rare * 2 > listed.len()
    }
}

struct List {
    blocks: std::ops::Range<usize>,
    keys: Vec<String>,
}

/// Reads a list that begins with block `start`, if one does.
fn scan(page: &Page<'_>, later: &Later, start: usize, end: usize) -> Option<List> {
    let headed =
        page.blocks[start].lines() <= 2 && keywords::is_contents(page.line(page.blocks[start].first).trim());
    let mut keys: Vec<String> = Vec::new();
    let mut last = None;
    let mut stray = 0;
    let mut pending = 0;
    // Entries with a number or a page.
    let mut marked = 0;
    // Lines so far, and lines up to the last entry.
    let (mut lines, mut lines_of_list) = (0, 0);
    'blocks: for b in start..end {
        let block = &page.blocks[b];
        let mut hit_here = false;
        for i in block.first..block.end {
            let line = page.line(i);
            if i == block.first && (keywords::is_contents(line) || keywords::is_illustrations(line)) {
                continue;
            }
            lines += 1;
            if page.lines[i].words > ENTRY_WORDS + 2 || line.starts_with('[') {
                pending += page.lines[i].words;
                continue;
            }
            let alone = key(line);
            let joined =
                if i + 1 < block.end { key(&format!("{line} {}", page.line(i + 1))) } else { String::new() };
            // A first entry that comes again begins the text itself.
            let again = |k: &String| !k.is_empty() && keys.iter().take(3).any(|f| f == k);
            if keys.len() >= ENTRIES_HEADED && (again(&alone) || again(&joined)) {
                break 'blocks;
            }
            match [alone, joined].into_iter().find(|k| later.has(k, b)) {
                Some(k) => {
                    marked += u32::from(
                        page_number(line).is_some()
                            || heading::read(line).is_some_and(|reading| reading.number.is_some()),
                    );
                    lines_of_list = lines;
                    keys.push(k);
                    hit_here = true;
                    stray += pending;
                    pending = 0;
                }
                None => pending += page.lines[i].words,
            }
        }
        if hit_here {
            last = Some(b);
        } else if keys.is_empty() && b > start {
            break;
        }
        if keys.is_empty() && !(headed && b == start)
            || pending > GAP_WORDS
            || pending + stray > STRAY * (keys.len() as u32 + 3)
        {
            break;
        }
    }
    let last = last?;
    let enough = if headed {
        keys.len() >= ENTRIES_HEADED
    } else {
        let least = if marked * 2 > keys.len() as u32 { ENTRIES } else { ENTRIES_BARE };
        keys.len() >= least && keys.len() * 10 >= lines_of_list * ENTRY_TENTHS
    };
    // Entries that are one number after another could be the chapters themselves, if they stand far apart.
    let words = page.blocks[last].before + page.blocks[last].words - page.blocks[start].before;
    (enough
        && stray < STRAY * keys.len() as u32
        && later.are_entries(&keys)
        && words < 40 * keys.len() as u32
        && spread(page, later, &keys))
    .then_some(List { blocks: start..last + 1, keys })
}

/// Whether text stands between the places where the entries come back. A half title repeats the
/// title page, but all at one place.
fn spread(page: &Page<'_>, later: &Later, keys: &[String]) -> bool {
    const TEXT_WORDS: u32 = 40;
    let mut places: Vec<usize> = keys.iter().filter_map(|k| later.places.get(k)).map(|p| p.last).collect();
    places.sort_unstable();
    places.dedup();
    let total = page.blocks.last().map_or(0, |b| b.before + b.words);
    let apart = (0..places.len())
        .filter(|i| {
            let next = places.get(i + 1).map_or(total, |n| page.blocks[*n].before);
            next - page.blocks[places[*i]].before > TEXT_WORDS
        })
        .count();
    apart >= 2 && apart * 2 >= places.len()
}

/// A list of pictures, or a list of contents whose entries do not come back: a heading that
/// says so, and entries with page numbers.
fn pictures(page: &Page<'_>, start: usize, end: usize) -> Option<std::ops::Range<usize>> {
    let block = &page.blocks[start];
    let first = page.line(block.first);
    if !(keywords::is_illustrations(first) || keywords::is_contents(first)) {
        return None;
    }
    let numbered = |i: usize| page_number(page.line(i)).is_some();
    let mut last = start;
    let mut entries = (block.first..block.end).filter(|i| numbered(*i)).count();
    let mut b = start + 1;
    while b < end {
        let block = &page.blocks[b];
        let here = (block.first..block.end).filter(|i| numbered(*i)).count();
        let header = block.words <= 4 && block.gap <= 2 && b == start + 1;
        if here * 3 < block.lines() && !header {
            break;
        }
        if here > 0 {
            last = b;
        }
        entries += here;
        b += 1;
    }
    (entries >= 2).then_some(start..last + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_agree_between_entry_and_heading() {
        assert_eq!(key("     IV. The Sea-Chest                      26"), key("CHAPTER IV. THE SEA-CHEST"));
        assert_eq!(key("The Storm ........ 12"), key("THE STORM"));
        assert_eq!(key("CHAPTER IX"), "chapter#9");
        assert_eq!(key("In 1984"), "in1984");
    }
}
