//! In: a title and the room for it. Out: its lines, broken by sense, as large as they fit.
//!
//! Every way to cut the words into lines is tried: titles are short. A stack sets runs of
//! minor words (`of`, `in the`) as small lines of their own.

use super::CoverError;
use super::colour::Rgb;
use super::drawing::{Anchor, Element, TypeLine};
use super::face::{Face, Faces};
use super::family::{Height, Minor, Spec};

/// Words that lean on the next one: articles, conjunctions, short prepositions.
const MINOR: &[&str] = &[
    "a", "an", "the", "of", "and", "or", "in", "on", "at", "to", "for", "from", "by", "with", "as", "but",
    "nor", "into", "upon", "de", "la", "le", "les", "du", "des", "der", "die", "das", "und", "et", "von",
    "van",
];

/// Titles of persons, never parted from the name.
const HOLD: &[&str] = &[
    "dr", "mr", "mrs", "ms", "mx", "st", "sir", "dame", "lady", "lord", "prof", "rev", "capt", "mme", "mlle",
    "m",
];

/// Over so many words, minor words are first tied to their successors, to keep the search small.
const TIE_OVER: usize = 16;

/// Over so many pieces after tying, pieces are joined in pairs: a cover is not read as a page.
const MOST_PIECES: usize = 24;

/// Left, top, width, height.
pub(super) type Area = [f64; 4];

/// A line of a title.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Line {
    /// Its words as set.
    pub text: String,
    /// Its size in sizes of the title.
    pub scale: f64,
    /// Its face.
    pub face: &'static Face,
}

impl Line {
    fn is_major(&self) -> bool {
        self.scale >= 1.0
    }
}

/// A fitted title.
#[derive(Clone, Debug)]
pub(super) struct Block {
    spec: &'static Spec,
    area: Area,
    /// Size of the em, in whole units.
    pub size: f64,
    /// Its lines.
    pub lines: Vec<Line>,
    /// From the top of the first line's capitals to the last baseline.
    pub height: f64,
    /// The top of the first line's capitals.
    pub top: f64,
    /// The last baseline.
    pub bottom: f64,
    baselines: Vec<f64>,
}

impl Block {
    /// Fits `title` into `area`.
    pub(super) fn fit(
        title: &str,
        area: Area,
        spec: &'static Spec,
        faces: &Faces<'_>,
    ) -> Result<Self, CoverError> {
        let (size, lines) = fit(title, area, spec, faces)?;
        let height = block_height(&lines, spec) * size;
        let [_, y, _, room] = area;
        let top = match spec.valign {
            Height::Top => y,
            Height::Middle => y + (room - height) / 2.0,
            Height::Bottom => y + room - height,
        };
        let mut block = Self { spec, area, size, lines, height, top, bottom: top, baselines: Vec::new() };
        block.place(top);
        Ok(block)
    }

    /// Puts the top of the first line's capitals at `top`.
    pub(super) fn place(&mut self, top: f64) {
        self.top = top;
        let mut y = top + self.lines.first().map_or(0.0, |l| first_height(l, self.spec)) * self.size;
        self.baselines.clear();
        for (i, line) in self.lines.iter().enumerate() {
            if i > 0 {
                y += pitch(&self.lines[i - 1], line, self.spec) * self.size;
            }
            self.baselines.push(y);
        }
        self.bottom = y;
    }

    /// Its lines of type; `minor` colours the small ones.
    pub(super) fn set(&self, fill: Rgb, minor: Rgb) -> Vec<Element> {
        let [left, _, width, _] = self.area;
        let anchor = self.spec.align;
        let x = match anchor {
            Anchor::Start => left,
            Anchor::Middle => left + width / 2.0,
            Anchor::End => left + width,
        };
        let set = |(line, y): (&Line, &f64)| {
            let major = line.is_major();
            Element::Type(TypeLine {
                x: x + self.hang(line),
                y: *y,
                text: line.text.clone(),
                face: line.face,
                size: self.size * line.scale,
                fill: if major { fill } else { minor },
                track: if major { self.spec.track } else { 0.0 },
                anchor,
            })
        };
        self.lines.iter().zip(&self.baselines).map(set).collect()
    }

    /// How far a flush-left line moves out so that its first stem stands on the edge.
    fn hang(&self, line: &Line) -> f64 {
        match (self.spec.align, line.text.chars().next()) {
            (Anchor::Start, Some('A' | 'J' | 'T' | 'V' | 'W' | 'Y')) => -0.01 * self.size,
            (Anchor::Start, _) => -0.045 * self.size,
            (Anchor::Middle | Anchor::End, _) => 0.0,
        }
    }
}

/// 0 for 1–2 words, 1 to 5, 2 to 10, 3 for more.
fn class(words: usize) -> usize {
    match words {
        0..=2 => 0,
        3..=5 => 1,
        6..=10 => 2,
        _ => 3,
    }
}

/// A word without its points, in lower case.
fn bare(word: &str) -> String {
    word.chars().filter(|c| c.is_alphanumeric() || *c == '_').collect::<String>().to_lowercase()
}

/// What the search needs to know of a word.
struct Word {
    minor: bool,
    held: bool,
    figure: bool,
    ends_phrase: bool,
    letters: usize,
}

impl Word {
    fn new(text: &str) -> Self {
        let bare = bare(text);
        let letters = bare.chars().count();
        Self {
            minor: MINOR.contains(&bare.as_str()),
            held: HOLD.contains(&bare.as_str()) || (letters == 1 && text.ends_with('.')),
            figure: bare.starts_with(|c: char| c.is_numeric()),
            ends_phrase: text.ends_with([':', ';', ',', '—', '–']),
            letters,
        }
    }
}

/// What breaking after the words of `cuts` costs: 0 for breaks that a reader would choose.
fn sense(words: &[Word], cuts: &[usize]) -> f64 {
    let mut cost = 0.0;
    for &i in cuts {
        let (a, b) = (&words[i], &words[i + 1]);
        if a.held {
            cost += 1.0;
        } else if a.minor {
            cost += 0.35;
        }
        if b.minor && !a.minor {
            cost -= 0.06;
        }
        if b.figure && !a.figure {
            cost += 0.15;
        }
        if a.ends_phrase {
            cost -= 0.25;
        } else if !a.minor && !b.minor {
            cost += 0.12;
        }
    }
    if let (Some(&last), Some(word)) = (cuts.last(), words.last())
        && last + 2 == words.len()
        && word.letters <= 3
    {
        cost += 0.3;
    }
    cost
}

/// The best break and the largest size that fits.
fn fit(
    title: &str,
    area: Area,
    spec: &'static Spec,
    faces: &Faces<'_>,
) -> Result<(f64, Vec<Line>), CoverError> {
    let words: Vec<&str> = title.split_whitespace().collect();
    let class = class(words.len());
    let greatest = spec.sizes[class];
    let tied = tie(&words);
    if let Some(minor) = spec.minor().filter(|_| (2..=12).contains(&tied.len()))
        && let Some(stack) = fit_stack(&tied, area, spec, &minor, greatest, faces)?
    {
        return Ok(stack);
    }
    let widths = Widths::measure(&tied, spec, faces)?;
    let known: Vec<Word> = tied.iter().map(|w| Word::new(w)).collect();
    let mut best: Option<(f64, f64, Vec<usize>)> = None;
    for count in 1..=spec.max_lines[class].min(tied.len()) {
        each_choice(tied.len() - 1, count - 1, &mut |cuts| {
            let lines = widths.lines(cuts);
            let longest = lines.iter().copied().fold(0.0, f64::max);
            let mean = lines.iter().sum::<f64>() / count as f64;
            let tall = (count - 1) as f64 * spec.lead + spec.face.cap;
            let size = greatest.min(area[2] / longest).min(area[3] / tall);
            let rag = (longest - mean) / longest;
            let short = 0.3 * lines.iter().filter(|w| **w < 0.42 * longest).count() as f64;
            let score = (size / greatest).ln() - sense(&known, cuts) - spec.rag * rag - short;
            if best.as_ref().is_none_or(|b| score > b.0 + 1e-9) {
                best = Some((score, size, cuts.to_vec()));
            }
        });
    }
    let Some((_, size, cuts)) = best else { return Ok((greatest, Vec::new())) };
    let lines = cut(&tied, &cuts)
        .map(|text| Line { text: spec.case.apply(&text), scale: 1.0, face: spec.face })
        .collect();
    Ok((size.floor().max(1.0), lines))
}

/// Joins words of long titles until there are few enough to try every break.
fn tie(words: &[&str]) -> Vec<String> {
    let mut tied: Vec<String> = words.iter().map(|w| (*w).to_owned()).collect();
    if tied.len() > TIE_OVER {
        let mut joined: Vec<String> = Vec::new();
        let mut open = false;
        for (i, word) in words.iter().enumerate() {
            match joined.last_mut().filter(|_| open) {
                Some(last) => {
                    last.push(' ');
                    last.push_str(word);
                }
                None => joined.push((*word).to_owned()),
            }
            let bare = bare(word);
            open = (MINOR.contains(&bare.as_str()) || HOLD.contains(&bare.as_str())) && i + 1 < words.len();
        }
        tied = joined;
    }
    while tied.len() > MOST_PIECES {
        tied = tied.chunks(2).map(|pair| pair.join(" ")).collect();
    }
    tied
}

/// The words between the cuts, joined.
fn cut<'a>(words: &'a [String], cuts: &'a [usize]) -> impl Iterator<Item = String> + 'a {
    let starts = std::iter::once(0).chain(cuts.iter().map(|c| c + 1));
    let ends = cuts.iter().map(|c| c + 1).chain(std::iter::once(words.len()));
    starts.zip(ends).map(|(a, b)| words[a..b].join(" "))
}

/// The width of every run of words, shaped once each.
struct Widths {
    count: usize,
    table: Vec<f64>,
}

impl Widths {
    fn measure(words: &[String], spec: &Spec, faces: &Faces<'_>) -> Result<Self, CoverError> {
        let count = words.len();
        let mut table = vec![0.0; count * count];
        for a in 0..count {
            for b in a..count {
                let text = spec.case.apply(&words[a..=b].join(" "));
                // No line is without width, even where no face has its letters.
                table[a * count + b] = faces.width(spec.face, &text, spec.track)?.max(0.01);
            }
        }
        Ok(Self { count, table })
    }

    fn lines(&self, cuts: &[usize]) -> Vec<f64> {
        let starts = std::iter::once(0).chain(cuts.iter().map(|c| c + 1));
        let ends = cuts.iter().copied().chain(std::iter::once(self.count - 1));
        starts.zip(ends).map(|(a, b)| self.table[a * self.count + b]).collect()
    }
}

/// Calls `visit` with every choice of `k` of the numbers under `n`, in order.
fn each_choice(n: usize, k: usize, visit: &mut dyn FnMut(&[usize])) {
    fn go(from: usize, n: usize, k: usize, chosen: &mut Vec<usize>, visit: &mut dyn FnMut(&[usize])) {
        if k == 0 {
            visit(chosen);
            return;
        }
        for i in from..=(n - k) {
            chosen.push(i);
            go(i + 1, n, k - 1, chosen, visit);
            chosen.pop();
        }
    }
    if k <= n {
        go(0, n, k, &mut Vec::with_capacity(k), visit);
    }
}

/// A title as a stack, where it has minor words inside and is not too tall for one.
///
/// Major runs stay whole up to 13 letters, or up to 8 where that makes the title larger by 12 %.
fn fit_stack(
    words: &[String],
    area: Area,
    spec: &'static Spec,
    minor: &Minor,
    greatest: f64,
    faces: &Faces<'_>,
) -> Result<Option<(f64, Vec<Line>)>, CoverError> {
    let mut fitted: Vec<(f64, Vec<Line>)> = Vec::new();
    for most in [13, 8] {
        let Some(groups) = groups(words, most).filter(|g| g.len() <= minor.lines) else { continue };
        fitted.push(fit_groups(groups, area, spec, minor, greatest, faces)?);
    }
    if fitted.len() == 2 && fitted[1].0 > 1.12 * fitted[0].0 {
        return Ok(fitted.pop());
    }
    Ok(fitted.into_iter().next())
}

/// The lines of a stack with whether they are minor; `None` for a title without any, or one that ends in one.
fn groups(words: &[String], most: usize) -> Option<Vec<(String, bool)>> {
    let mut runs: Vec<(Vec<&str>, bool)> = Vec::new();
    for word in words {
        let minor = MINOR.contains(&bare(word).as_str());
        match runs.last_mut() {
            Some((run, kind)) if *kind == minor => run.push(word),
            _ => runs.push((vec![word], minor)),
        }
    }
    if runs.len() < 2 || runs.last().is_some_and(|r| r.1) {
        return None;
    }
    let held = |w: &str| HOLD.contains(&bare(w).as_str());
    let letters = |ws: &[&str]| ws.join(" ").chars().count();
    let mut lines = Vec::new();
    for (run, minor) in runs {
        let breaks = !minor && run.len() > 1 && letters(&run) > most && !held(run[0]);
        if breaks {
            let cost = |i: usize| {
                letters(&run[..i]).abs_diff(letters(&run[i..])) + if held(run[i - 1]) { 50 } else { 0 }
            };
            let at = (1..run.len()).min_by_key(|i| (cost(*i), *i)).unwrap_or(1);
            lines.push((run[..at].join(" "), false));
            lines.push((run[at..].join(" "), false));
        } else {
            lines.push((run.join(" "), minor));
        }
    }
    Some(lines)
}

fn fit_groups(
    groups: Vec<(String, bool)>,
    area: Area,
    spec: &'static Spec,
    minor: &Minor,
    greatest: f64,
    faces: &Faces<'_>,
) -> Result<(f64, Vec<Line>), CoverError> {
    let lines: Vec<Line> = groups
        .into_iter()
        .enumerate()
        .map(|(i, (text, small))| {
            if small {
                let text = if i > 0 { text.to_lowercase() } else { text };
                Line { text, scale: minor.scale, face: minor.face }
            } else {
                Line { text: spec.case.apply(&text), scale: 1.0, face: spec.face }
            }
        })
        .collect();
    let mut longest: f64 = 0.01;
    for line in &lines {
        let track = if line.is_major() { spec.track } else { 0.0 };
        longest = longest.max(faces.width(line.face, &line.text, track)? * line.scale);
    }
    let size = greatest.min(area[2] / longest).min(area[3] / block_height(&lines, spec));
    Ok((size.floor().max(1.0), lines))
}

/// From baseline to baseline in ems of the title.
fn pitch(above: &Line, line: &Line, spec: &Spec) -> f64 {
    match (above.is_major(), line.is_major()) {
        (true, true) => spec.lead,
        (false, true) => spec.face.cap + spec.minor_gap(),
        (_, false) => spec.minor_gap() + line.scale * 0.52,
    }
}

fn first_height(line: &Line, spec: &Spec) -> f64 {
    if line.is_major() { spec.face.cap } else { line.scale * 0.7 }
}

/// From the top of the first line to the last baseline, in ems of the title.
fn block_height(lines: &[Line], spec: &Spec) -> f64 {
    let first = lines.first().map_or(spec.face.cap, |l| first_height(l, spec));
    lines.windows(2).fold(first, |h, pair| h + pitch(&pair[0], &pair[1], spec))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cover::family::Family;
    use crate::env::FixedEnv;

    fn lines(family: &str, title: &str) -> Vec<String> {
        let env = FixedEnv::default();
        let spec = Family::named(family).unwrap().spec();
        let area = [130.0, 170.0, 1340.0, 900.0];
        let block = Block::fit(title, area, spec, &Faces::new(&env)).unwrap();
        block.lines.into_iter().map(|l| l.text).collect()
    }

    #[test]
    fn breaks_fall_where_a_reader_would_pause() {
        assert_eq!(
            lines("agate", "The Strange Case of Dr Jekyll and Mr Hyde"),
            ["The Strange Case", "of Dr Jekyll", "and Mr Hyde"]
        );
        assert_eq!(lines("agate", "Around the World in Eighty Days").last().unwrap(), "in Eighty Days");
    }

    #[test]
    fn stacks_set_minor_words_as_lines_of_their_own() {
        assert_eq!(lines("compass", "The Wind in the Willows"), ["The", "WIND", "in the", "WILLOWS"]);
        assert_eq!(lines("compass", "Emma"), ["EMMA"]);
    }

    #[test]
    fn a_title_of_two_hundred_words_is_fitted_in_time() {
        let title = "on the origin of species by means of natural selection ".repeat(20);
        assert!(!lines("agate", &title).is_empty());
    }
}
