//! In: the words of a book and those that were read back from a file of any maker. Out: what the file
//! lacks, what it has besides, and what of that can be named.
//!
//! Words are matched in order (a shortest way through both lists); what is left over is then looked for elsewhere, and named.

use std::collections::BTreeMap;

use super::align::{AHEAD, align};

/// A word of the file, folded as words compare, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileWord {
    /// The word.
    pub word: String,
    /// Number of the page or document, from 0.
    pub part: u32,
}

/// What is expected of the file.
#[derive(Clone, Debug, Default)]
pub struct Expected {
    /// Words of the text in reading order.
    pub body: Vec<String>,
    /// Words of the notes, which may stand elsewhere.
    pub notes: Vec<String>,
    /// Words of titles, names and headings, which a file may say again.
    pub headings: Vec<String>,
    /// Words of the labels of numbered chapters, by how often: an edition may write `I` as `One`.
    pub labels: BTreeMap<String, usize>,
    /// The numbers of chapters as an edition may write them, word by word, by how often: `the second chapter`.
    pub numbers: BTreeMap<Vec<String>, usize>,
    /// Words of the source that the book does not have, by how often.
    pub left_out: BTreeMap<String, usize>,
}

/// What a file says otherwise than the book.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Against {
    /// Words of the book: text and notes.
    pub words: usize,
    /// Words of the book that the file lacks.
    pub lost: Vec<String>,
    /// Words that stand in the file, in a run of many, but in another order.
    pub moved: Vec<String>,
    /// Words of the file that nothing explains.
    pub invented: Vec<FileWord>,
    /// Words of the file that are explained, by what they are.
    pub named: BTreeMap<&'static str, usize>,
}

impl Against {
    /// Whether the file has every word in its order, and nothing that cannot be named.
    pub fn agrees(&self) -> bool {
        self.lost.is_empty() && self.moved.is_empty() && self.invented.is_empty()
    }
}

/// What stands before the text's first and behind its last words: title pages, contents, imprint.
pub const AROUND: &str = "before and behind the text";
/// What the book leaves out of its source and the file does not.
pub const LEFT_OUT: &str = "left out of the book, and reported";
/// What the file says again: titles of parts, numbers of chapters and notes.
pub const HEADINGS: &str = "headings and numbers that the edition adds";
/// Numbers of chapters that the edition writes in another way, each for its own.
pub const RENUMBERED: &str = "chapter numbers that the edition writes otherwise";
/// Words that stand a little elsewhere: initials, captions.
pub const ELSEWHERE: &str = "a little elsewhere on the page";

/// So many matched words in a row are the text itself and not a list of its headings.
const TEXT: usize = 12;
/// At its ends the text goes on as long as known words are at most so far from each other.
const NEAR: usize = 4;
/// So often words are looked for that are not in their order.
const ROUNDS: usize = 8;
/// So many words in a row that stand elsewhere are a passage out of its order.
const PASSAGE: usize = 8;

/// Holds the words of a file against those of the book. `aside` are words of the file that were taken for running heads
/// and folios, among which notes may be: the same words at the foot of several pages look like one.
pub fn against(expected: &Expected, file: &[FileWord], aside: &[FileWord]) -> Against {
    let words: Vec<&str> = file.iter().map(|w| w.word.as_str()).collect();
    let body: Vec<&str> = expected.body.iter().map(String::as_str).collect();
    let mut out = Against { words: body.len() + expected.notes.len(), ..Against::default() };
    let (in_file, in_body) = align(&body, &words);
    let text = reach(&in_body);
    let lost: Vec<usize> = (0..body.len()).filter(|i| !in_file[*i]).collect();
    let mut left: Vec<usize> = (0..words.len()).filter(|j| !in_body[*j]).collect();

    // Notes stand at the feet of pages, or behind the text.
    let notes: Vec<&str> = expected.notes.iter().map(String::as_str).collect();
    let noted = take_all(&notes, &words, &mut left);
    let notes: Vec<&str> = (0..notes.len()).filter(|i| !noted[*i]).map(|i| notes[i]).collect();
    let aside: Vec<&str> = aside.iter().map(|w| w.word.as_str()).collect();
    let noted = take_all(&notes, &aside, &mut (0..aside.len()).collect());
    out.lost.extend((0..notes.len()).filter(|i| !noted[*i]).map(|i| notes[i].to_owned()));

    // What was lost at its place may stand at another.
    let missing: Vec<&str> = lost.iter().map(|i| body[*i]).collect();
    let found = take_all(&missing, &words, &mut left);
    let mut labels = expected.labels.clone();
    let mut k = 0;
    while k < missing.len() {
        let same = |n: &usize| found[*n] == found[k] && lost[*n] == lost[k] + (n - k);
        let end = (k..missing.len()).take_while(same).last().unwrap_or(k) + 1;
        let run = missing[k..end].iter().map(|w| (*w).to_owned());
        match (found[k], end - k >= PASSAGE) {
            (false, _) => {
                for word in run {
                    match labels.get_mut(&word).filter(|n| **n > 0) {
                        Some(times) => {
                            *times -= 1;
                            *out.named.entry(RENUMBERED).or_default() += 1;
                        }
                        None => out.lost.push(word),
                    }
                }
            }
            (true, true) => out.moved.extend(run),
            (true, false) => *out.named.entry(ELSEWHERE).or_default() += end - k,
        }
        k = end;
    }
    explain(expected, file, &left, &text, &mut out);
    out
}

/// Aligns `wanted` with those of the file's words that are `left`, and takes the matched ones out of it; what
/// has no match in its order is looked for once more, and again: notes stand in the order of their pages, and
/// a word of the text may have been matched with the same word of a note.
fn take_all(wanted: &[&str], words: &[&str], left: &mut Vec<usize>) -> Vec<bool> {
    let mut found = vec![false; wanted.len()];
    for _ in 0..ROUNDS {
        let open: Vec<usize> = (0..wanted.len()).filter(|i| !found[*i]).collect();
        let these: Vec<&str> = open.iter().map(|i| wanted[*i]).collect();
        let rest: Vec<&str> = left.iter().map(|j| words[*j]).collect();
        let (matched, used) = align(&these, &rest);
        let mut n = 0;
        left.retain(|_| {
            n += 1;
            !used[n - 1]
        });
        for (i, matched) in open.iter().zip(&matched) {
            found[*i] |= *matched;
        }
        if !matched.contains(&true) {
            break;
        }
    }
    found
}

/// The words of the file between the first and the last run that is the text itself.
fn reach(matched: &[bool]) -> std::ops::Range<usize> {
    let run = |from: usize| matched.len() >= TEXT && matched[from..].iter().take(TEXT).all(|m| *m);
    let last = matched.len().saturating_sub(TEXT);
    let known = |j: &usize| matched[*j];
    let first = (0..=last).find(|j| run(*j)).or_else(|| (0..matched.len()).find(known));
    let end = (0..=last).rev().find(|j| run(*j)).map(|j| (j + TEXT).min(matched.len()));
    let end = end.or_else(|| (0..matched.len()).rev().find(known).map(|j| j + 1));
    let (mut first, mut end) = (first.unwrap_or(0), end.unwrap_or(matched.len()));
    // The text may begin before a word that was changed near its start, and go on behind one near its end.
    while let Some(near) = (first.saturating_sub(NEAR)..first).find(known) {
        first = near;
    }
    while let Some(near) = (end..(end + NEAR).min(matched.len())).rev().find(known) {
        end = near + 1;
    }
    first..end
}

/// Numbers of chapters as an edition writes them.
struct Numbers<'a> {
    /// Each with how often it is still expected.
    all: Vec<(&'a [String], usize)>,
    /// By word: in which of them it stands, and at which place.
    of_word: foldhash::HashMap<&'a str, Vec<(usize, usize)>>,
    /// Words of the file up to here belong to the last that was found.
    taken: usize,
    /// Places of words of those that were found.
    places: Vec<usize>,
}

impl<'a> Numbers<'a> {
    fn new(numbers: &'a BTreeMap<Vec<String>, usize>) -> Self {
        let all: Vec<(&[String], usize)> = numbers.iter().map(|(n, times)| (&**n, *times)).collect();
        let mut of_word: foldhash::HashMap<&str, Vec<(usize, usize)>> = foldhash::HashMap::default();
        for (index, (number, _)) in all.iter().enumerate() {
            for (place, word) in number.iter().enumerate() {
                of_word.entry(word).or_default().push((index, place));
            }
        }
        Self { all, of_word, taken: 0, places: Vec::new() }
    }

    /// Whether a word of the file stands in a number that is still expected. Words are asked for in their order.
    fn takes(&mut self, file: &[FileWord], at: usize) -> bool {
        if at < self.taken {
            return true;
        }
        for (index, place) in self.of_word.get(file[at].word.as_str()).into_iter().flatten() {
            let (number, times) = &mut self.all[*index];
            let start = at.wrapping_sub(*place);
            let stands = file.get(start..start.wrapping_add(number.len()));
            if *times > 0 && stands.is_some_and(|words| words.iter().map(|w| &w.word).eq(number.iter())) {
                *times -= 1;
                self.taken = start + number.len();
                self.places.extend(start..self.taken);
                return true;
            }
        }
        false
    }
}

/// Names what is left of the file.
fn explain(
    expected: &Expected,
    file: &[FileWord],
    left: &[usize],
    text: &std::ops::Range<usize>,
    out: &mut Against,
) {
    let headings: foldhash::HashSet<&str> = expected.headings.iter().map(String::as_str).collect();
    let mut spare = expected.left_out.clone();
    let mut numbers = Numbers::new(&expected.numbers);
    let mut unknown: Vec<usize> = Vec::new();
    for j in left {
        let word = &file[*j];
        let name = if !text.contains(j) {
            AROUND
        } else if numbers.takes(file, *j) {
            HEADINGS
        } else if let Some(times) = spare.get_mut(&word.word).filter(|n| **n > 0) {
            *times -= 1;
            LEFT_OUT
        } else if headings.contains(word.word.as_str()) || word.word.bytes().all(|b| b.is_ascii_digit()) {
            HEADINGS
        } else {
            unknown.push(*j);
            continue;
        };
        *out.named.entry(name).or_default() += 1;
    }
    // A word of a number may have been matched with the same word of the text beside it, which is left in its place.
    let mut owed: Vec<usize> = numbers.places;
    owed.retain(|at| left.binary_search(at).is_err());
    for j in unknown {
        let twin = |at: &usize| file[*at].word == file[j].word && at.abs_diff(j) <= AHEAD;
        if let Some(at) = owed.iter().position(twin) {
            owed.swap_remove(at);
            *out.named.entry(HEADINGS).or_default() += 1;
        } else {
            out.invented.push(file[j].clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(s: &str) -> Vec<String> {
        s.split_whitespace().map(str::to_owned).collect()
    }

    fn file(s: &str) -> Vec<FileWord> {
        list(s).into_iter().map(|word| FileWord { word, part: 0 }).collect()
    }

    const TEXT_WORDS: &str = "the ferry left the north quay at six and nobody on the hill looked up from breakfast to \
                              see it go while hanne counted the sacks twice and wrote the smaller number in the book";

    fn held(said: &str) -> Against {
        let expected =
            Expected { body: list(TEXT_WORDS), headings: list("chapter dawn"), ..Expected::default() };
        against(&expected, &file(said), &[])
    }

    #[test]
    fn the_same_words_agree_however_they_were_divided() {
        assert!(held(TEXT_WORDS).agrees());
        assert!(
            held(&TEXT_WORDS.replace("breakfast", "break fast").replace("north quay", "northquay")).agrees()
        );
    }

    #[test]
    fn what_is_lost_or_invented_is_told() {
        let found = held(&TEXT_WORDS.replace("nobody", "").replace("sacks", "oranges"));
        assert_eq!(found.lost, ["nobody", "sacks"]);
        assert_eq!(found.invented.iter().map(|w| w.word.as_str()).collect::<Vec<_>>(), ["oranges"]);
    }

    #[test]
    fn title_pages_headings_and_numbers_are_named() {
        let said =
            format!("a book by somebody contents dawn 1 {}", TEXT_WORDS.replace("while", "while chapter 2"));
        let found = held(&said);
        assert!(found.agrees(), "{found:?}");
        assert_eq!(found.named[AROUND], 7);
        assert_eq!(found.named[HEADINGS], 2);
    }

    #[test]
    fn a_word_near_the_start_is_of_the_text() {
        let found = held(&format!("a title page {}", TEXT_WORDS.replace("north", "north east")));
        assert_eq!(found.invented.len(), 1, "{found:?}");
        assert_eq!(found.named[AROUND], 3);
    }

    #[test]
    fn numbers_of_chapters_may_be_written_otherwise() {
        let body = [list("i"), list(TEXT_WORDS)].concat();
        let labels = [("i".to_owned(), 1)].into();
        let expected = Expected { body, labels, headings: list("one"), ..Expected::default() };
        let found = against(&expected, &file(&format!("one {TEXT_WORDS}")), &[]);
        assert!(found.agrees(), "{found:?}");
        assert_eq!(found.named[RENUMBERED], 1);
    }

    #[test]
    fn a_number_is_known_by_all_of_its_words_and_no_oftener_than_there_are_chapters() {
        let numbers = [(list("the second chapter"), 1), (list("ii"), 1)].into();
        let expected = Expected { body: list(TEXT_WORDS), numbers, ..Expected::default() };
        let held = |added: &str| {
            let found =
                against(&expected, &file(&TEXT_WORDS.replace("while", &format!("{added} while"))), &[]);
            found.invented.into_iter().map(|w| w.word).collect::<Vec<_>>()
        };
        assert!(held("the second chapter").is_empty() && held("ii").is_empty());
        assert_eq!(held("the").len(), 1);
        assert_eq!(held("ii and ii"), ["and", "ii"]);
        // Behind it the text goes on with a word that it has as well.
        let said = TEXT_WORDS.replace("counted", "counted the second chapter");
        assert!(against(&expected, &file(&said), &[]).agrees());
    }

    #[test]
    fn notes_may_stand_elsewhere_and_passages_may_not() {
        let notes = list("the south quay was built much later on");
        let expected = Expected { body: list(TEXT_WORDS), notes, ..Expected::default() };
        let with_notes = TEXT_WORDS.replace("while", "while the south quay was built much later on");
        assert!(against(&expected, &file(&with_notes), &[]).agrees());
        let at_the_foot = file("1 the south quay was built much later on");
        assert!(against(&expected, &file(TEXT_WORDS), &at_the_foot).agrees());
        assert!(!against(&expected, &file(TEXT_WORDS), &[]).agrees());
        let swapped = format!(
            "{} {}",
            "while hanne counted the sacks twice and wrote the smaller number in the book",
            "the ferry left the north quay at six and nobody on the hill looked up from breakfast to see it go"
        );
        let found =
            against(&Expected { body: list(TEXT_WORDS), ..Expected::default() }, &file(&swapped), &[]);
        assert!(found.lost.is_empty() && !found.moved.is_empty(), "{found:?}");
    }

    #[test]
    fn a_note_of_the_same_words_as_the_text_is_found() {
        let expected = Expected { body: list("don t"), notes: list("ferry don t"), ..Expected::default() };
        let found = against(&expected, &file("untitled don t1 1 ferry don t untitled"), &[]);
        assert!(found.lost.is_empty(), "{found:?}");
    }

    #[test]
    fn a_figure_behind_a_number_is_a_note() {
        let said = TEXT_WORDS.replace("six", "1984");
        let expected = Expected { body: list(&said), ..Expected::default() };
        assert!(against(&expected, &file(&said.replace("1984", "19841")), &[]).agrees());
    }

    #[test]
    fn words_that_the_book_left_out_are_named_as_often_as_they_were() {
        let left_out = [("produced".to_owned(), 1)].into();
        let expected = Expected { body: list(TEXT_WORDS), left_out, ..Expected::default() };
        let found = against(&expected, &file(&TEXT_WORDS.replace("while", "while produced produced")), &[]);
        assert_eq!(found.named[LEFT_OUT], 1);
        assert_eq!(found.invented.len(), 1);
    }
}
