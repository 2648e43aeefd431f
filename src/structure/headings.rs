//! In: the blocks that are not yet understood. Out: the headings of the book, in order, with
//! label, title, number, role, depth and certainty.

use std::ops::Range;

use foldhash::HashMap;

use super::blocks::{Look, Page, is_ornament};
use super::candidates::{Candidate, Scale};
use super::chains::{self, Chosen};
use super::contents::{self, Contents};
use super::heading::{self, Form};
use super::keywords::{self, Rank};
use super::levels;
use crate::book::{Number, NumberStyle, Role};
use crate::report::Certainty;

/// A heading of the book.
#[derive(Clone, Debug)]
pub struct Head {
    /// The blocks that it takes.
    pub blocks: Range<usize>,
    /// Word and number, in bytes of the clean text.
    pub label: Option<Range<usize>>,
    /// The title, in bytes of the clean text; may run over lines.
    pub title: Option<Range<usize>>,
    /// Its number.
    pub number: Option<Number>,
    /// What it opens.
    pub role: Role,
    /// Depth, from 0.
    pub level: u8,
    /// How sure it is a heading.
    pub certainty: Certainty,
    /// Whether the list of contents has it.
    pub listed: bool,
    /// Whether it was found by its form and place rather than as part of a numbering.
    pub unnumbered: bool,
}

/// The headings, and runs of blocks that turned out to be a list of contents.
pub struct Found {
    /// In order.
    pub heads: Vec<Head>,
    /// Blocks of further lists.
    pub lists: Vec<Range<usize>>,
}

/// Finds the headings among the `free` blocks.
pub fn find(page: &Page<'_>, contents: &Contents, free: &dyn Fn(usize) -> bool) -> Found {
    let scale = Scale::new(page, &contents.keys);
    let mut lists: Vec<Range<usize>> = Vec::new();
    for _ in 0..2 {
        let open = |b: usize| free(b) && !lists.iter().any(|l| l.contains(&b));
        let candidates = scale.candidates(&open);
        let (chosen, titles) = choose(page, &candidates, &open);
        if let Some(list) = recurring(page, &candidates, &chosen) {
            lists.push(list);
            continue;
        }
        let chosen = without_title_page(page, &candidates, chosen, &titles, &open);
        return Found { heads: heads(page, &candidates, &chosen, &titles), lists };
    }
    Found { heads: Vec::new(), lists }
}

/// Chooses headings, and the block behind each numbered one that is its title.
fn choose(
    page: &Page<'_>,
    candidates: &[Candidate],
    open: &dyn Fn(usize) -> bool,
) -> (Vec<Chosen>, HashMap<usize, usize>) {
    let numbered = without_stanzas(page, candidates, chains::numbered(candidates));
    let titles = titles(page, candidates, &numbered, open);
    let mut taken = vec![false; page.blocks.len()];
    for c in &numbered {
        taken[candidates[c.candidate].block] = true;
    }
    for title in titles.values() {
        taken[*title] = true;
    }
    let words = chains::unnumbered(page, candidates, &numbered, &|b| taken[b]);
    let words = without_repeats(page, candidates, &numbered, &titles, words);
    let mut chosen: Vec<Chosen> = numbered;
    chosen.extend(words);
    chosen.sort_by_key(|c| candidates[c.candidate].block);
    let total = page.blocks.last().map_or(0, |b| b.before + b.words);
    if chosen.len() < 2 || u64::from(total) > 25_000 * chosen.len().max(1) as u64 {
        chosen = with_fallback(page, candidates, chosen, total <= SHORT_WORK, &|b| taken[b]);
    }
    (chosen, titles)
}

/// Words that most stanzas have at most; a chapter, or a poem with a number, has more.
const STANZA_WORDS: u32 = 80;
/// Numbers that are looked at together.
const STANZAS: usize = 4;

/// Numbers alone over a few lines each count the stanzas of poems, not chapters.
fn without_stanzas(page: &Page<'_>, candidates: &[Candidate], mut chosen: Vec<Chosen>) -> Vec<Chosen> {
    let bare = |c: &Chosen| c.family.as_ref().is_some_and(|family| family.bare);
    let words = |c: &Chosen| page.blocks[candidates[c.candidate].block].before;
    let places: Vec<u32> = chosen.iter().filter(|c| bare(c)).map(words).collect();
    let short = places.windows(2).filter(|pair| pair[1] - pair[0] <= STANZA_WORDS).count();
    if places.len() > STANZAS && short * 3 > places.len() * 2 {
        chosen.retain(|c| !bare(c));
    }
    chosen
}

/// Words that are the title of a numbered heading, or that head several places, are a heading
/// once: a sign or a newspaper's headline may repeat a title in the text.
fn without_repeats(
    page: &Page<'_>,
    candidates: &[Candidate],
    numbered: &[Chosen],
    titles: &HashMap<usize, usize>,
    words: Vec<Chosen>,
) -> Vec<Chosen> {
    let key = |c: &Chosen| contents::key(&page.raw(candidates[c.candidate].block).replace('\n', " "));
    let mut taken: foldhash::HashSet<String> = numbered.iter().map(key).collect();
    taken.extend(titles.values().map(|t| contents::key(&page.raw(*t).replace('\n', " "))));
    let first = numbered.first().map_or(usize::MAX, |c| candidates[c.candidate].block);
    let mut best: HashMap<String, f64> = HashMap::default();
    for c in &words {
        let score = best.entry(key(c)).or_insert(f64::MIN);
        *score = score.max(c.score);
    }
    words
        .into_iter()
        .filter(|c| {
            let k = key(c);
            if candidates[c.candidate].block < first || candidates[c.candidate].reading.role.is_some() {
                return true;
            }
            !taken.contains(&k)
                && (!candidates[c.candidate].listed || best.get(&k).is_none_or(|b| c.score >= *b))
        })
        .collect()
}

/// A work of so many words needs no chapters; only dates over its entries part it.
const SHORT_WORK: u32 = 3000;

/// Words between two headings of the fallback.
const FALLBACK_WORDS: u32 = 400;
/// Words of a diary's entry.
const ENTRY_WORDS: u32 = 30;

/// Where next to nothing was found: short lines that look like titles, far apart.
fn with_fallback(
    page: &Page<'_>,
    candidates: &[Candidate],
    chosen: Vec<Chosen>,
    dates_only: bool,
    taken: &dyn Fn(usize) -> bool,
) -> Vec<Chosen> {
    let mut more: Vec<Chosen> = Vec::new();
    let mut last = 0;
    for (i, c) in candidates.iter().enumerate() {
        let block = &page.blocks[c.block];
        let raw = page.raw(c.block);
        let words = c.title.as_ref().map_or("", |t| &page.text.as_str()[t.clone()]);
        let like = c.reading.form == Form::Words
            && block.words <= 9
            && c.score >= 1.0
            && !raw.ends_with(['.', '!', '?', ',', '"', '”'])
            && (heading::is_capitals(words) || heading::is_title_case(words));
        let date = block.words <= 9 && block.gap >= 2 && is_date(raw);
        let apart = if date { ENTRY_WORDS } else { FALLBACK_WORDS };
        if (like && !dates_only || date)
            && !taken(c.block)
            && (more.is_empty() || block.before >= last + apart)
        {
            last = block.before;
            more.push(Chosen { candidate: i, score: 2.0, family: None });
        }
    }
    if more.len() < 2 || more.len() <= chosen.len() {
        return chosen;
    }
    let mut all = chosen;
    for m in more {
        if !all.iter().any(|c| c.candidate == m.candidate) {
            all.push(m);
        }
    }
    all.sort_by_key(|c| candidates[c.candidate].block);
    all
}

/// Whether the line is the date of a diary's entry: a figure, and a word that is a month's or a
/// weekday's name by its form (the texts' languages share their first letters).
fn is_date(line: &str) -> bool {
    const MONTHS: &[&str] = &[
        "jan", "feb", "fév", "mar", "mär", "apr", "abr", "avr", "may", "mai", "maj", "mag", "jun", "jui",
        "giu", "jul", "lug", "aug", "aoû", "ago", "sep", "set", "oct", "okt", "ott", "out", "nov", "dec",
        "dez", "déc", "dic", "янв", "фев", "мар", "апр", "мая", "июн", "июл", "авг", "сен", "окт", "ноя",
        "дек",
    ];
    let words = || line.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
    let month = |w: &str| {
        let head: String = w.to_lowercase().chars().take(3).collect();
        MONTHS.contains(&head.as_str()) && w.chars().all(char::is_alphabetic)
    };
    words().any(month) && words().any(|w| w.starts_with(|c: char| c.is_ascii_digit()))
}

/// For each family that mostly has no titles in its own blocks: the next block as title, where
/// most of the family have one and they differ.
fn titles(
    page: &Page<'_>,
    candidates: &[Candidate],
    numbered: &[Chosen],
    open: &dyn Fn(usize) -> bool,
) -> HashMap<usize, usize> {
    let mut out = HashMap::default();
    let numbers: foldhash::HashSet<usize> = numbered.iter().map(|c| candidates[c.candidate].block).collect();
    let mut families: Vec<(&chains::Family, Vec<usize>)> = Vec::new();
    for c in numbered {
        let Some(f) = &c.family else { continue };
        match families.iter_mut().find(|(g, _)| *g == f) {
            Some((_, list)) => list.push(c.candidate),
            None => families.push((f, vec![c.candidate])),
        }
    }
    for (_, members) in families {
        let bare: Vec<usize> = members.iter().copied().filter(|m| candidates[*m].title.is_none()).collect();
        let found: Vec<(usize, usize)> = bare
            .iter()
            .map(|m| candidates[*m].block)
            .filter(|b| open(b + 1) && !numbers.contains(&(b + 1)) && is_title(page, b + 1))
            .map(|b| (b, b + 1))
            .collect();
        let mut keys: Vec<String> = found.iter().map(|(_, t)| contents::key(page.raw(*t))).collect();
        keys.sort_unstable();
        keys.dedup();
        if !found.is_empty() && found.len() * 10 >= bare.len() * 6 && keys.len() * 10 >= found.len() * 7 {
            out.extend(found);
        }
    }
    out
}

/// Whether block `b` reads as a title under a number.
fn is_title(page: &Page<'_>, b: usize) -> bool {
    let Some(block) = page.blocks.get(b) else { return false };
    let raw = page.raw(b);
    if block.lines() > 3 || block.words > 20 || block.gap > 3 || is_ornament(page.line(block.first)) {
        return false;
    }
    let next = page.blocks.get(b + 1);
    if next.is_some_and(|n| n.gap == 0 && n.look == block.look) {
        return false;
    }
    let plain = raw.trim_matches(['_', '*', '=', '[', ']', '"', '“', '”', '\'', ' ']);
    let capitals = heading::is_capitals(plain);
    if capitals || block.look == Look::Centred {
        return !plain.ends_with([',', ';']);
    }
    if plain.starts_with(char::is_lowercase) || plain.ends_with([',', ';', ':']) {
        return false;
    }
    let quoted = raw.starts_with(['"', '“', '‘', '«']) && !raw.ends_with(['"', '”', '’', '»']);
    let closed = plain.ends_with(['.', '!', '?']);
    // Most languages write titles like sentences; but no paragraph ends without a sign.
    let open = !plain.ends_with(|c: char| c.is_ascii_punctuation() || matches!(c, '…' | '”' | '’' | '»'))
        && block.lines() == 1
        && next.is_none_or(|n| n.gap > 0);
    (heading::is_title_case(plain) || open) && !quoted && !(closed && block.words > 8) && block.words <= 14
}

/// Unnumbered headings before the first numbered one with hardly a word below them are the
/// title page.
fn without_title_page(
    page: &Page<'_>,
    candidates: &[Candidate],
    chosen: Vec<Chosen>,
    titles: &HashMap<usize, usize>,
    open: &dyn Fn(usize) -> bool,
) -> Vec<Chosen> {
    const FEW_WORDS: u32 = 60;
    let block = |c: &Chosen| candidates[c.candidate].block;
    let numbered = chosen.iter().position(|c| c.family.is_some()).unwrap_or(usize::from(chosen.len() > 1));
    let below = |i: usize| {
        let from = block(&chosen[i]) + 1;
        let end = chosen.get(i + 1).map_or(page.blocks.len(), block);
        (from..end)
            .filter(|b| open(*b) && !titles.values().any(|t| t == b))
            .map(|b| page.blocks[b].words)
            .sum::<u32>()
    };
    let keep: Vec<bool> = chosen
        .iter()
        .enumerate()
        .map(|(i, c)| {
            let candidate = &candidates[c.candidate];
            let marked = candidate.reading.depth > u8::from(i == 0);
            let plain = candidate.reading.role.is_none() && c.family.is_none() && !marked;
            !(i < numbered && plain && !(candidate.listed && i > 0) && below(i) < FEW_WORDS)
        })
        .collect();
    let mut keep = keep.into_iter();
    chosen.into_iter().filter(|_| keep.next().unwrap_or(true)).collect()
}

/// Four and more headings at most so many words apart are a list if most of them come again.
const LIST_WORDS: u32 = 60;

fn recurring(page: &Page<'_>, candidates: &[Candidate], chosen: &[Chosen]) -> Option<Range<usize>> {
    let key = |i: usize| contents::key(&page.raw(candidates[chosen[i].candidate].block).replace('\n', " "));
    let block = |i: usize| candidates[chosen[i].candidate].block;
    let mut count: HashMap<String, usize> = HashMap::default();
    for i in 0..chosen.len() {
        *count.entry(key(i)).or_default() += 1;
    }
    let mut i = 0;
    while i < chosen.len() {
        let mut end = i;
        while end + 1 < chosen.len() {
            let (a, b) = (&page.blocks[block(end)], &page.blocks[block(end + 1)]);
            if b.before - (a.before + a.words) > LIST_WORDS {
                break;
            }
            end += 1;
        }
        if end - i >= 3 {
            // The last of a run may be the first heading of the text itself.
            let again = (i..end).filter(|k| count.get(&key(*k)).is_some_and(|n| *n > 1)).count();
            if again * 10 >= (end - i) * 6 {
                let first = key(i);
                let stop = (i + 1..=end).find(|k| key(*k) == first).unwrap_or(end);
                return Some(block(i)..block(stop));
            }
        }
        i = end + 1;
    }
    None
}

fn heads(
    page: &Page<'_>,
    candidates: &[Candidate],
    chosen: &[Chosen],
    titles: &HashMap<usize, usize>,
) -> Vec<Head> {
    let titled: Vec<bool> = chosen
        .iter()
        .map(|c| {
            candidates[c.candidate].title.is_some() || titles.contains_key(&candidates[c.candidate].block)
        })
        .collect();
    let levels = levels::levels(page, candidates, chosen, &titled);
    chosen
        .iter()
        .zip(levels)
        .map(|(c, level)| head(page, &candidates[c.candidate], c, level, titles))
        .collect()
}

fn head(
    page: &Page<'_>,
    candidate: &Candidate,
    chosen: &Chosen,
    level: u8,
    titles: &HashMap<usize, usize>,
) -> Head {
    let reading = &candidate.reading;
    let mut blocks = candidate.block..candidate.block + 1;
    let mut title = candidate.title.clone();
    if let Some(next) = titles.get(&candidate.block).filter(|_| title.is_none()) {
        blocks.end = next + 1;
        title = Some(title_range(page, *next));
    }
    let number = reading.number.map(|(value, style)| Number {
        value: if value == 9999 { 0 } else { value },
        style,
        keyword: capitalised(&reading.keyword),
    });
    let role = match (reading.role, reading.rank, number.is_some()) {
        (Some(role), ..) => role,
        (None, Rank::Volume, true) => Role::Volume,
        (None, Rank::Part, true) => Role::Part,
        (None, _, true) => Role::Chapter,
        (None, ..) => title
            .as_ref()
            .and_then(|t| keywords::special(&page.text.as_str()[t.clone()]))
            .unwrap_or(Role::Chapter),
    };
    Head {
        blocks,
        label: candidate.label.clone(),
        title,
        number: number.filter(|n| n.value > 0 || n.style != NumberStyle::Ordinal),
        role,
        level,
        certainty: certainty(chosen.score),
        listed: candidate.listed,
        unnumbered: chosen.family.is_none(),
    }
}

/// The words of a title block without the marks around them.
fn title_range(page: &Page<'_>, b: usize) -> Range<usize> {
    let block = &page.blocks[b];
    let range = page.range(block.first, block.end);
    match heading::read(&page.text.as_str()[range.clone()]).map(|r| (r.label, r.title)) {
        Some((label, Some(t))) => {
            let start = label.map_or(t.start, |l| l.start.min(t.start));
            range.start + start..range.start + t.end
        }
        _ => range,
    }
}

/// The share of headings with this score that were right where it was measured.
fn certainty(score: f64) -> Certainty {
    Certainty::percent(match score {
        s if s >= 8.0 => 99,
        s if s >= 5.0 => 97,
        s if s >= 4.0 => 90,
        s if s >= 3.0 => 80,
        _ => 60,
    })
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
