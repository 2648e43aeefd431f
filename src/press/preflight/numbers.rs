//! In: the numbers of pages. Out: how people tell them.

/// Page numbers for people: `pages 3–5 and 9`; `None` where there are none.
pub fn in_words(pages: &[u32]) -> Option<String> {
    const MOST: usize = 8;
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for page in pages {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 >= *page => *last = *page,
            _ => runs.push((*page, *page)),
        }
    }
    let shown: Vec<String> = runs
        .iter()
        .take(MOST)
        .map(|(first, last)| if first == last { first.to_string() } else { format!("{first}–{last}") })
        .collect();
    let word = if pages.len() == 1 { "page" } else { "pages" };
    match (shown.as_slice(), runs.len() > MOST) {
        ([], _) => None,
        (shown, true) => Some(format!("{word} {} and others ({} in all)", shown.join(", "), pages.len())),
        ([one], false) => Some(format!("{word} {one}")),
        ([rest @ .., last], false) => Some(format!("{word} {} and {last}", rest.join(", "))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_told_as_people_tell_them() {
        assert_eq!(in_words(&[]), None);
        assert_eq!(in_words(&[4]).unwrap(), "page 4");
        assert_eq!(in_words(&[3, 4, 5, 9]).unwrap(), "pages 3–5 and 9");
        let odd: Vec<u32> = (0..20).map(|n| 2 * n + 1).collect();
        assert_eq!(in_words(&odd).unwrap(), "pages 1, 3, 5, 7, 9, 11, 13, 15 and others (20 in all)");
    }
}
