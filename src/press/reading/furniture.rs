//! In: the lines of pages. Out: the same, with running heads and folios marked.
//!
//! Furniture stands at the head or the foot of its page, and comes back: the same words, or a number
//! that counts the pages. It stands outside of the text: a heading that comes back (`Chapter One` of every volume)
//! stands where other pages have text further out. Where it came back often enough, its height on the page tells the
//! rest.

use std::collections::{BTreeMap, BTreeSet};

use super::PageText;

/// How many lines at either end of a page may be furniture.
const ENDS: usize = 2;
/// On how many pages words must stand at one height to be furniture.
const TIMES: usize = 3;
/// Lines of one height are within so many points of each other.
const SAME_HEIGHT: f64 = 1.5;
/// One page in so many may have text further out than furniture stands: title pages, and the like.
const FURTHER_OUT: usize = 4;
/// A folio is at most so long: `mdccclxxxviii`.
const FOLIO: usize = 13;

/// Marks running heads and folios.
pub(super) fn mark(pages: &mut [PageText]) {
    let mut heads: BTreeMap<(String, i64), Vec<(usize, usize)>> = BTreeMap::new();
    // Folios by how far their number is from the page's own.
    let mut folios: BTreeMap<i64, Vec<(usize, usize)>> = BTreeMap::new();
    for (p, page) in pages.iter().enumerate() {
        for l in ends(page) {
            let text = page.lines[l].text.trim();
            let letters: String =
                text.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect();
            if let Some(number) = folio(text) {
                folios.entry(number - p as i64).or_default().push((p, l));
            } else if !letters.is_empty() {
                heads.entry((letters, page.lines[l].y.round() as i64)).or_default().push((p, l));
            }
        }
    }
    let often = |places: &&Vec<(usize, usize)>| places.len() >= TIMES;
    let mut found: Vec<(usize, usize)> =
        heads.values().filter(often).chain(folios.values().filter(often)).flatten().copied().collect();
    let edges = Edges::of(pages, &found);
    found.retain(|(p, l)| edges.stands_outside(pages[*p].lines[*l].y));
    let mut heights: BTreeMap<i64, usize> = BTreeMap::new();
    for (p, l) in &found {
        let line = &mut pages[*p].lines[*l];
        line.furniture = true;
        *heights.entry(line.y.round() as i64).or_default() += 1;
    }
    // Where a foot has folios only under openings, text stands on other pages.
    let mut all: Vec<f64> = pages.iter().flat_map(|page| page.lines.iter().map(|line| line.y)).collect();
    all.sort_unstable_by(f64::total_cmp);
    let stand = |y: f64| {
        all.partition_point(|other| *other <= y + SAME_HEIGHT)
            - all.partition_point(|other| *other < y - SAME_HEIGHT)
    };
    let often = |(y, times): &(&i64, &usize)| **times >= TIMES && stand(**y as f64) <= 2 * **times;
    let bands: Vec<f64> = heights.iter().filter(often).map(|(y, _)| *y as f64).collect();
    for page in pages {
        for l in ends(page) {
            let line = &mut page.lines[l];
            line.furniture |= bands.iter().any(|y| (line.y - y).abs() <= SAME_HEIGHT);
        }
    }
}

/// Where the text of each page begins and ends, in order of height.
struct Edges {
    tops: Vec<f64>,
    bottoms: Vec<f64>,
}

impl Edges {
    /// Of these pages, without these lines.
    fn of(pages: &[PageText], without: &[(usize, usize)]) -> Self {
        let without: BTreeSet<(usize, usize)> = without.iter().copied().collect();
        let (mut tops, mut bottoms) = (Vec::new(), Vec::new());
        for (p, page) in pages.iter().enumerate() {
            let text = page.lines.iter().enumerate().filter(|(l, _)| !without.contains(&(p, *l)));
            let heights = text.map(|(_, line)| (line.y, line.y));
            if let Some((bottom, top)) = heights.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1))) {
                bottoms.push(bottom);
                tops.push(top);
            }
        }
        tops.sort_unstable_by(f64::total_cmp);
        bottoms.sort_unstable_by(f64::total_cmp);
        Self { tops, bottoms }
    }

    /// Whether few pages have text further out than this height, above or below.
    fn stands_outside(&self, y: f64) -> bool {
        let above = self.tops.len() - self.tops.partition_point(|top| *top <= y + SAME_HEIGHT);
        let below = self.bottoms.partition_point(|bottom| *bottom < y - SAME_HEIGHT);
        above.min(below) * FURTHER_OUT <= self.tops.len()
    }
}

/// The lines at the head and the foot of a page that are not yet known as furniture.
fn ends(page: &PageText) -> Vec<usize> {
    let mut order: Vec<usize> = (0..page.lines.len()).filter(|l| !page.lines[*l].furniture).collect();
    order.sort_by(|a, b| page.lines[*b].y.total_cmp(&page.lines[*a].y));
    if order.len() <= 2 * ENDS {
        return order;
    }
    let foot = order.split_off(order.len() - ENDS);
    order.truncate(ENDS);
    order.extend(foot);
    order
}

/// The number of a folio, with the ornaments that may stand round it: `12`, `– xiv –`, `[3]`.
fn folio(text: &str) -> Option<i64> {
    let core = text.trim_matches(|c: char| !c.is_alphanumeric());
    if core.is_empty() || core.len() > FOLIO {
        return None;
    }
    core.parse().ok().or_else(|| roman(&core.to_lowercase()))
}

/// The value of a roman number in lower case.
fn roman(text: &str) -> Option<i64> {
    let value = |c| match c {
        'i' => Some(1),
        'v' => Some(5),
        'x' => Some(10),
        'l' => Some(50),
        'c' => Some(100),
        'd' => Some(500),
        'm' => Some(1000),
        _ => None,
    };
    let values: Vec<i64> = text.chars().map(value).collect::<Option<_>>()?;
    let signed = values
        .iter()
        .enumerate()
        .map(|(i, v)| if values.get(i + 1).is_some_and(|n| n > v) { -v } else { *v });
    Some(signed.sum())
}

#[cfg(test)]
mod tests {
    use super::super::Line;
    use super::*;

    fn page(lines: &[(&str, f64)]) -> PageText {
        let line = |(text, y): &(&str, f64)| Line { text: (*text).to_owned(), y: *y, ..Line::default() };
        PageText { lines: lines.iter().map(line).collect() }
    }

    #[test]
    fn heads_and_folios_that_come_back_are_furniture_and_text_is_not() {
        let mut pages: Vec<PageText> = (0..6)
            .map(|n| {
                let folio = (n + 3).to_string();
                let body = format!("The words of page {}", ["one", "two", "three", "four", "five", "six"][n]);
                page(&[
                    ("THE NORTH QUAY", 700.0),
                    (&body, 650.0),
                    ("12", 400.0),
                    ("and so on", 100.0 + n as f64),
                    (&folio, 40.0),
                ])
            })
            .collect();
        pages.push(page(&[
            ("A chapter's own head", 700.0),
            ("More words", 650.0),
            ("here", 640.0),
            ("to the end", 630.0),
        ]));
        mark(&mut pages);
        let marks: Vec<bool> = pages[2].lines.iter().map(|l| l.furniture).collect();
        assert_eq!(marks, [true, false, false, false, true]);
        assert!(pages[6].lines[0].furniture, "it stands where heads stand");
        assert!(!pages[6].lines[1].furniture);
    }

    #[test]
    fn a_heading_that_comes_back_is_none_and_marks_no_line_at_its_height() {
        // Words that no other page has.
        let own = |what: &str, n: u8| format!("{what} {}", char::from(b'a' + n));
        let full = |n: u8| {
            let lines = [own("the text", n), own("goes on", n), own("to its foot", n)];
            page(&[("THE NORTH QUAY", 700.0), (&lines[0], 650.0), (&lines[1], 400.0), (&lines[2], 80.0)])
        };
        let mut pages: Vec<PageText> = (0..9).map(full).collect();
        for n in [0, 4, 8] {
            let lines = [own("a text begins", n), own("and fills the page", n)];
            let opening = page(&[("Chapter One", 500.0), (&lines[0], 400.0), (&lines[1], 80.0)]);
            pages.insert(n.into(), opening);
        }
        pages.push(page(&[("THE NORTH QUAY", 700.0), ("the last words", 515.0), ("of all", 500.5)]));
        mark(&mut pages);
        for page in &pages {
            for line in &page.lines {
                assert_eq!(line.furniture, line.y > 690.0, "{}", line.text);
            }
        }
    }

    #[test]
    fn folios_under_openings_alone_mark_no_line_of_text() {
        let mut pages: Vec<PageText> = Vec::new();
        for n in 0..12_u8 {
            let lines =
                ["the text", "goes on", "to its foot"].map(|w| format!("{w} {}", char::from(b'a' + n)));
            let folio = (n + 1).to_string();
            let foot = if n % 4 == 0 { &folio } else { &lines[2] };
            pages.push(page(&[(&lines[0], 650.0), (&lines[1], 400.0), (foot, 80.0)]));
        }
        mark(&mut pages);
        for (n, page) in pages.iter().enumerate() {
            let marks: Vec<bool> = page.lines.iter().map(|line| line.furniture).collect();
            assert_eq!(marks, [false, false, n % 4 == 0], "{n}");
        }
    }

    #[test]
    fn folios_are_numbers() {
        assert_eq!(folio("– xiv –"), Some(14));
        assert_eq!(folio("[3]"), Some(3));
        assert_eq!(folio("Chapter 3"), None);
        assert_eq!(folio(""), None);
    }
}
