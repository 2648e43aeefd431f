//! In: a line. Out: how it reads as a heading: its word, number and title, each as a range of
//! the line. Whether it *is* one is decided elsewhere, over the whole text.

use std::ops::Range;

use super::keywords::{self, COUNTERS, Rank};
use super::numerals::{self, Numeral};
use crate::book::{NumberStyle, Role};
use crate::source::lines::is_ideograph;

/// What form a heading has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// `Chapter 3`, `Third Part`, `第三章`.
    Keyword,
    /// `ADVENTURE III`: a word in capitals that is no known keyword, and a number.
    Unlisted,
    /// `3`, `III`, `Three`.
    Bare,
    /// `III. The Storm`.
    Numbered,
    /// `Prologue`, `Preface`.
    Special,
    /// Words only.
    Words,
}

/// A line read as a heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Its form.
    pub form: Form,
    /// The word before the number in small letters; empty where there is none.
    pub keyword: String,
    /// How high the keyword stands.
    pub rank: Rank,
    /// The number.
    pub number: Option<(u32, NumberStyle)>,
    /// The part of the matter that it is.
    pub role: Option<Role>,
    /// Word and number.
    pub label: Option<Range<usize>>,
    /// The words behind the number, or all words where there is no number.
    pub title: Option<Range<usize>>,
    /// Whether marks of emphasis or of a heading stand around it (`[b]`, `**`, `#`, `=`).
    pub marked: bool,
    /// Depth that the marks give (`##`: 2), 0 where they give none.
    pub depth: u8,
    /// Whether a point, colon or dash parts number and title, or nothing follows the number.
    pub parted: bool,
}

/// Reads `line` as a heading. `None` where nothing of it could be one.
pub fn read(line: &str) -> Option<Reading> {
    let inner = undecorated(line);
    let text = &line[inner.range.clone()];
    if text.is_empty() || text.len() > 300 {
        return None;
    }
    let mut reading = labelled(text)
        .or_else(|| east_asian(text))
        .or_else(|| ordinal_first(text))
        .or_else(|| special(text))
        .or_else(|| numbered(text))
        .unwrap_or_else(|| words(text));
    reading.marked = inner.marked;
    reading.depth = inner.depth;
    let at = inner.range.start;
    for range in [&mut reading.label, &mut reading.title].into_iter().flatten() {
        *range = range.start + at..range.end + at;
    }
    Some(reading)
}

struct Inner {
    range: Range<usize>,
    marked: bool,
    depth: u8,
}

/// Tags that may stand around a heading.
const TAGS: &[&str] =
    &["b", "i", "u", "center", "centre", "h1", "h2", "h3", "h4", "strong", "em", "size", "big", "p"];

/// Takes marks off both ends: `BBCode`, HTML, `**`, `__`, `=`, `~`, number signs.
fn undecorated(line: &str) -> Inner {
    let mut range = trim(line, 0..line.len());
    let mut inner = Inner { range: range.clone(), marked: false, depth: 0 };
    let hashes = line[range.clone()].bytes().take_while(|b| *b == b'#').count();
    if (1..=6).contains(&hashes) && line[range.start + hashes..range.end].starts_with([' ', '\t']) {
        inner.depth = hashes as u8;
        inner.marked = true;
        range.start += hashes;
        let tail = line[range.clone()].trim_end().trim_end_matches('#');
        range.end = range.start + tail.len();
        range = trim(line, range);
    }
    // What nearly all lines begin with can be left at once.
    while !line[range.clone()]
        .starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '"' | '\'' | '“'))
    {
        let before = range.clone();
        let s = &line[range.clone()];
        if let Some((open, close)) = tags(s) {
            inner.marked = true;
            range = trim(line, range.start + open..range.end - close);
        } else if let Some(mark) =
            ["**", "__", "=", "_", "*", "~", "-", "—", "–", "<", "|"].into_iter().find(|m| around(s, m))
        {
            inner.marked |= matches!(mark, "**" | "=" | "__");
            let close = match mark {
                "<" => ">",
                m => m,
            };
            range = trim(line, range.start + mark.len()..range.end - close.len());
        }
        if range == before || range.is_empty() {
            break;
        }
    }
    inner.range = range;
    inner
}

fn trim(line: &str, range: Range<usize>) -> Range<usize> {
    let s = &line[range.clone()];
    let start = range.start + (s.len() - s.trim_start().len());
    start..start + s.trim().len()
}

/// Whether `mark` stands at both ends and nowhere between.
fn around(s: &str, mark: &str) -> bool {
    let close = if mark == "<" { ">" } else { mark };
    s.len() > mark.len() + close.len()
        && s.strip_prefix(mark)
            .and_then(|r| r.strip_suffix(close))
            .is_some_and(|i| matches!(mark, "-" | "—" | "–") || !i.contains(mark) || i.starts_with(mark))
}

/// Lengths of an opening tag at the start and its closing tag at the end.
fn tags(s: &str) -> Option<(usize, usize)> {
    let (open, close) = match s.as_bytes().first()? {
        b'[' => ('[', ']'),
        b'<' => ('<', '>'),
        _ => return None,
    };
    let end = s.find(close)?;
    let name = s[1..end].split(['=', ' ']).next()?.to_ascii_lowercase();
    if !TAGS.contains(&name.as_str()) {
        return None;
    }
    let tail = s.rfind(open)?;
    let closing = s[tail..].to_ascii_lowercase();
    (closing == format!("{open}/{name}{close}")).then_some((end + 1, s.len() - tail))
}

const SEPARATORS: [char; 9] = ['.', ':', '—', '–', '-', ')', ',', '|', '~'];

/// Where the title begins behind a number that ends at `at`, and whether something parts them.
fn behind(s: &str, at: usize) -> (usize, bool) {
    let rest = &s[at..];
    let tail = rest
        .trim_start_matches(|c: char| c.is_whitespace() || SEPARATORS.contains(&c) || c == '•' || c == '·');
    let between = &rest[..rest.len() - tail.len()];
    (s.len() - tail.len(), between.contains(|c| SEPARATORS.contains(&c) || c == '·' || c == '•'))
}

/// The title without a point at its end.
fn title(s: &str, from: usize) -> Option<Range<usize>> {
    let t = s[from..].trim_end();
    let end = match t.strip_suffix('.') {
        Some(stem) if !stem.ends_with('.') && !abbreviated(stem) => stem.len(),
        _ => t.len(),
    };
    (end > 0).then_some(from..from + end)
}

/// Whether the point at the end belongs to an abbreviation (`F. R. S.`, `etc.`).
fn abbreviated(stem: &str) -> bool {
    let last = stem.rsplit([' ', '.']).next().unwrap_or(stem);
    (last.chars().count() == 1 && last.chars().all(char::is_uppercase) && stem.len() > last.len())
        || matches!(last.to_ascii_lowercase().as_str(), "etc" | "esq" | "jr" | "sr" | "co" | "&c")
}

fn build(
    form: Form,
    keyword: &str,
    rank: Rank,
    number: Numeral,
    label: Range<usize>,
    s: &str,
    at: usize,
) -> Reading {
    let (from, parted) = behind(s, at);
    let title = title(s, from);
    Reading {
        form,
        keyword: keyword.to_owned(),
        rank,
        number: Some((number.value, number.style)),
        role: None,
        label: Some(label),
        parted: parted || title.is_none() || s[at..].starts_with("  "),
        title,
        marked: false,
        depth: 0,
    }
}

/// `Chapter 3`, `CHAPTER the Third`, `Ch. 3`, `chapter.001`, `ADVENTURE III`.
fn labelled(s: &str) -> Option<Reading> {
    let (s0, spaced) = (s, letter_spaced(s));
    if let Some((word, length)) = spaced {
        let known = keywords::of(&word)?;
        let rest = s0[length..].trim_start();
        let at = s0.len() - rest.len();
        let number = spaced_numeral(rest).or_else(|| numerals::read(rest))?;
        return Some(build(
            Form::Keyword,
            known.word,
            known.rank,
            number,
            0..at + number.length,
            s0,
            at + number.length,
        ));
    }
    let length = s.find(|c: char| !c.is_alphabetic()).unwrap_or(s.len());
    let word = &s[..length];
    let rest = &s[length..];
    let known = keywords::of(word);
    if known.is_none() && !(word.chars().count() >= 4 && word.chars().all(char::is_uppercase)) {
        return None;
    }
    let mut at = s.len() - rest.trim_start_matches([' ', '.', '\u{a0}', '_', '#', '-', ':', '–']).len();
    if at == length && !s[at..].starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    for article in ["the ", "The ", "THE ", "No. ", "no. ", "Nr. ", "n° ", "Number ", "number "] {
        if s[at..].starts_with(article) {
            at += article.len();
        }
    }
    let number = numerals::read(&s[at..])?;
    if number.value == 9999 && number.style != NumberStyle::Ordinal {
        return None;
    }
    let end = at + number.length;
    if s[end..].starts_with(char::is_alphanumeric) && number.style != NumberStyle::Arabic {
        return None;
    }
    let reading = match known {
        Some(k) => build(Form::Keyword, k.word, k.rank, number, 0..end, s, end),
        None if matches!(number.style, NumberStyle::Roman | NumberStyle::Arabic) => {
            build(Form::Unlisted, &word.to_lowercase(), Rank::Chapter, number, 0..end, s, end)
        }
        None => return None,
    };
    // `Chapter 3 was the hardest`: a sentence, not a heading.
    let runs_on = reading.title.as_ref().is_some_and(|t| s[t.clone()].starts_with(char::is_lowercase));
    (reading.parted || !runs_on).then_some(reading)
}

/// `I I I`: a roman numeral in letter-spaced capitals, which takes the rest of the line.
fn spaced_numeral(s: &str) -> Option<numerals::Numeral> {
    let s = s.trim_end();
    let joined: String = s.split(' ').collect();
    let spaced = joined.len() > 1 && s.split(' ').all(|part| part.len() == 1);
    let number = spaced.then(|| numerals::read(&joined)).flatten()?;
    (number.length == joined.len()).then_some(numerals::Numeral { length: s.len(), ..number })
}

/// `C H A P T E R`: the word without its spaces and the bytes that it takes.
fn letter_spaced(s: &str) -> Option<(String, usize)> {
    let mut word = String::new();
    let mut length = 0;
    let mut chars = s.char_indices().peekable();
    while let Some((i, c)) = chars.next() {
        if !c.is_uppercase() {
            break;
        }
        word.push(c);
        length = i + c.len_utf8();
        match chars.next() {
            Some((_, ' ')) => {}
            _ => break,
        }
        if chars.peek().is_some_and(|(_, n)| *n == ' ') {
            break;
        }
    }
    (word.chars().count() >= 4 && length > word.len() && s[length..].starts_with(' '))
        .then_some((word, length))
}

/// Words of languages that write an ordinal as a figure with a point.
const POINTED: &[&str] = &[
    "kapitel",
    "kap",
    "teil",
    "theil",
    "buch",
    "akt",
    "aufzug",
    "band",
    "abschnitt",
    "auftritt",
    "szene",
    "gesang",
    "brief",
    "abenteuer",
    "del",
    "bok",
    "brev",
    "rozdział",
    "część",
    "księga",
    "глава",
    "часть",
];

/// `First Part`, `Erstes Kapitel`, `THE THIRD BOOK`, `3. Kapitel`, `Première partie`.
fn ordinal_first(s: &str) -> Option<Reading> {
    let lead = if s.get(..4).is_some_and(|h| h.eq_ignore_ascii_case("the ")) { 4 } else { 0 };
    let number = numerals::read(&s[lead..])?;
    let rest = &s[lead + number.length..];
    let gap = rest.len() - rest.trim_start_matches(['.', ' ', '\u{a0}']).len();
    let tail = &rest[gap..];
    let length = tail.find(|c: char| !c.is_alphabetic()).unwrap_or(tail.len());
    let known = keywords::of(&tail[..length])?;
    let ordinal = number.style == NumberStyle::Ordinal || rest.starts_with('.');
    if gap == 0 || !ordinal {
        return None;
    }
    let end = lead + number.length + gap + length;
    let reading = build(Form::Keyword, known.word, known.rank, number, 0..end, s, end);
    let runs_on = reading.title.as_ref().is_some_and(|t| s[t.clone()].starts_with(char::is_lowercase));
    // `3. Kapitel Der Regen` needs no sign behind the word; `16. Narrative Continued` is a title.
    let pointed = number.style == NumberStyle::Arabic && POINTED.contains(&known.word);
    ((reading.parted || pointed) && !runs_on).then_some(reading)
}

/// `第三章 …`, `卷二`, `제3장`, `877화`.
fn east_asian(s: &str) -> Option<Reading> {
    let (lead, rest) = match s.chars().next()? {
        c @ ('第' | '제') => (c.len_utf8(), &s[c.len_utf8()..]),
        c if COUNTERS.iter().any(|(k, _)| *k == c) => {
            let number = numerals::read(&s[c.len_utf8()..])?;
            let rank = COUNTERS.iter().find(|(k, _)| *k == c)?.1;
            let end = c.len_utf8() + number.length;
            return Some(build(Form::Keyword, &c.to_string(), rank, number, 0..end, s, end));
        }
        c if c.is_ascii_digit() => (0, s),
        _ => return None,
    };
    let skipped = rest.len() - rest.trim_start().len();
    let number = numerals::read(rest.trim_start())?;
    let after = rest[skipped + number.length..].trim_start();
    let sign = after.chars().next()?;
    let rank = COUNTERS.iter().find(|(k, _)| *k == sign)?.1;
    let end = s.len() - after.len() + sign.len_utf8();
    // A sentence that begins with such words goes on without a space.
    let parted = s[end..].starts_with(|c: char| c.is_whitespace() || !is_ideograph(c)) || end == s.len();
    if lead == 0 && !parted {
        return None;
    }
    let mut reading = build(Form::Keyword, &sign.to_string(), rank, number, 0..end, s, end);
    reading.parted |= parted;
    Some(reading)
}

/// `Prologue`, `Epilogue: After the Storm`, `EXTRACTS. (Supplied by …)` is not one.
fn special(s: &str) -> Option<Reading> {
    let (head, tail_at) = match s.find([':', '—', '–', '.']) {
        Some(i) => (&s[..i], behind(s, i).0),
        None => (s, s.len()),
    };
    let whole = keywords::special(s);
    let role = whole.or_else(|| if head.len() < s.len() { keywords::special(head) } else { None })?;
    let (label, title) = if whole.is_some() || tail_at >= s.len() {
        (None, title(s, 0))
    } else {
        (Some(0..head.trim_end().len()), title(s, tail_at))
    };
    Some(Reading {
        form: Form::Special,
        keyword: String::new(),
        rank: Rank::Chapter,
        number: None,
        role: Some(role),
        label,
        title,
        marked: false,
        depth: 0,
        parted: true,
    })
}

/// `3`, `III.`, `#12`, `(iv)`, `3. Title`, `1.1Title`, `Three`.
fn numbered(s: &str) -> Option<Reading> {
    let lead = s.len() - s.trim_start_matches(['#', '(', '[', '§', ' ']).len();
    let number = numerals::read(&s[lead..]).filter(|n| n.value != 9999)?;
    let mut end = lead + number.length;
    let mut sub = false;
    if number.style == NumberStyle::Arabic && s[end..].starts_with('.') {
        let digits = s[end + 1..].bytes().take_while(u8::is_ascii_digit).count();
        if (1..=3).contains(&digits) {
            end += 1 + digits;
            sub = true;
        }
    }
    if s[end..].starts_with([')', ']']) {
        end += 1;
    }
    let (from, parted) = behind(s, end);
    let whole = from >= s.len();
    // A roman numeral or a number word before other words needs a mark between them: `I went`, `One day`.
    let soft = matches!(number.style, NumberStyle::Roman | NumberStyle::Words | NumberStyle::Ordinal);
    if !whole && soft && !parted {
        return None;
    }
    if !whole && number.style == NumberStyle::Words && s[end..].starts_with(['-', ',']) {
        return None;
    }
    if !whole && s[end..].starts_with(|c: char| c.is_alphanumeric()) && !sub && lead == 0 {
        return None;
    }
    if whole && number.style == NumberStyle::Ordinal {
        return None;
    }
    let form = if whole { Form::Bare } else { Form::Numbered };
    let rank = if sub { Rank::Section } else { Rank::Chapter };
    let mut reading = build(form, "", rank, number, 0..end, s, end);
    reading.parted = parted || whole;
    Some(reading)
}

fn words(s: &str) -> Reading {
    Reading {
        form: Form::Words,
        keyword: String::new(),
        rank: Rank::Chapter,
        number: None,
        role: None,
        label: None,
        title: title(s, 0),
        marked: false,
        depth: 0,
        parted: true,
    }
}

/// Whether the letters of `s` are all capitals, and there are at least two.
pub fn is_capitals(s: &str) -> bool {
    let (mut upper, mut lower) = (0, 0);
    for c in s.chars() {
        upper += usize::from(c.is_uppercase());
        lower += usize::from(c.is_lowercase());
    }
    upper >= 2 && lower * 12 <= upper
}

/// Whether the longer words of `s` begin with capitals.
pub fn is_title_case(s: &str) -> bool {
    let (mut long, mut capital) = (0, 0);
    for word in s.split_whitespace() {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        if word.chars().count() > 3 {
            long += 1;
            capital += usize::from(word.chars().next().is_some_and(|c| !c.is_lowercase()));
        }
    }
    let first = s.chars().find(|c| c.is_alphanumeric()).is_some_and(|c| !c.is_lowercase());
    first && capital * 5 >= long * 4
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(line: &str) -> (Form, Option<u32>, String, String) {
        let r = read(line).expect("a reading");
        let part = |r: Option<Range<usize>>| r.map(|r| line[r].to_owned()).unwrap_or_default();
        (r.form, r.number.map(|n| n.0), part(r.label), part(r.title))
    }

    fn is(line: &str, form: Form, number: u32, label: &str, title: &str) {
        assert_eq!(show(line), (form, Some(number), label.to_owned(), title.to_owned()), "{line}");
    }

    #[test]
    fn labels_numbers_and_titles() {
        is("CHAPTER I. Down the Hole", Form::Keyword, 1, "CHAPTER I", "Down the Hole");
        is("STAVE I:  MARLEY'S GHOST", Form::Keyword, 1, "STAVE I", "MARLEY'S GHOST");
        is("[b]Chapter Three: The Inn[/b]", Form::Keyword, 3, "Chapter Three", "The Inn");
        is("Chapter the First", Form::Keyword, 1, "Chapter the First", "");
        is("C H A P T E R  IV", Form::Keyword, 4, "C H A P T E R  IV", "");
        is("C H A P T E R  I I", Form::Keyword, 2, "C H A P T E R  I I", "");
        is("Chapitre un", Form::Keyword, 1, "Chapitre un", "");
        is("Ch. 12 - Rain", Form::Keyword, 12, "Ch. 12", "Rain");
        is("chapter.001", Form::Keyword, 1, "chapter.001", "");
        is("THE THIRD BOOK", Form::Keyword, 3, "THE THIRD BOOK", "");
        is("Erstes Kapitel", Form::Keyword, 1, "Erstes Kapitel", "");
        is("3. Kapitel Der Regen", Form::Keyword, 3, "3. Kapitel", "Der Regen");
        is("3. Kapitel: Regen", Form::Keyword, 3, "3. Kapitel", "Regen");
        is("第二十三章 风雪", Form::Keyword, 23, "第二十三章", "风雪");
        is(
            "16. Narrative Continued by the Doctor",
            Form::Numbered,
            16,
            "16",
            "Narrative Continued by the Doctor",
        );
        is("877화", Form::Keyword, 877, "877화", "");
        is("ADVENTURE IV. THE VALLEY", Form::Keyword, 4, "ADVENTURE IV", "THE VALLEY");
        is("MEMORY IV. THE VALLEY", Form::Unlisted, 4, "MEMORY IV", "THE VALLEY");
        is("VII. THE BLUE STONE", Form::Numbered, 7, "VII", "THE BLUE STONE");
        is("1.1Title", Form::Numbered, 1, "1.1", "Title");
        is("#12", Form::Bare, 12, "#12", "");
        is("- 7 -", Form::Bare, 7, "7", "");
        is("## Chapter 2", Form::Keyword, 2, "Chapter 2", "");
    }

    #[test]
    fn words_without_numbers() {
        assert_eq!(show("EPILOGUE").0, Form::Special);
        assert_eq!(show("Epilogue: After the Storm").3, "After the Storm");
        assert_eq!(show("_The Long Way_").3, "The Long Way");
        for s in [
            "I went out",
            "One day it rained",
            "Chapter books were dear",
            "Chapter 3 was the hardest",
            "Part of it",
        ] {
            assert_eq!(show(s).0, Form::Words, "{s}");
        }
    }

    #[test]
    fn points_at_the_end_of_titles_go_unless_they_abbreviate() {
        assert_eq!(show("CHAPTER 1. Loomings.").3, "Loomings");
        assert_eq!(show("Chapter 2: Mr. Smith, F. R. S.").3, "Mr. Smith, F. R. S.");
        assert_eq!(show("Chapter 2: And then...").3, "And then...");
    }
}
