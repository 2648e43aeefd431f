//! Words that are shaped in one go.
//!
//! A shaper asks every lookup of a font about a string, however short that is: so words cost less together, with spaces
//! between them. It says by itself where its glyphs may be parted and look as if both sides had been shaped alone
//! (`unsafe_to_break` of `HarfBuzz`); a word that is bound to its space is left until it is asked for.

use std::ops::Range;

use crate::typeset::font::FontSet;
use crate::typeset::shape::glyphs::{Draft, is_joining};
use crate::typeset::shape::word::Typeface;

/// So many words are shaped together: more save nothing.
const MOST_WORDS: usize = 32;

/// Words of one typeface that wait for each other.
#[derive(Debug, Default)]
pub(super) struct Batch {
    /// All of them, each with a space behind it.
    text: String,
    words: Vec<Range<usize>>,
    /// What they are shaped in.
    glyphs: Vec<Draft>,
    own: Vec<Draft>,
}

impl Batch {
    /// Shapes a word in `typeface`, now or together with others, the last of them in [`Batch::end`].
    pub(super) fn word(&mut self, typeface: &Typeface, fonts: &FontSet, word: &str) {
        if !is_latin(word) || !typeface.draws(fonts, word) {
            typeface.word(fonts, word, 0, false);
            return;
        }
        let start = self.text.len();
        self.text.push_str(word);
        self.words.push(start..self.text.len());
        self.text.push(' ');
        if self.words.len() >= MOST_WORDS {
            self.end(typeface, fonts);
        }
    }

    /// Shapes the words that still wait.
    pub(super) fn end(&mut self, typeface: &Typeface, fonts: &FontSet) {
        if self.words.is_empty() {
            return;
        }
        let Self { text, words, glyphs, own } = self;
        glyphs.clear();
        typeface.shape_together(fonts, text, glyphs);
        let mut rest = glyphs.as_slice();
        for word in words.drain(..) {
            let cut = |end: usize, from: &[Draft]| from.partition_point(|g| (g.cluster as usize) < end);
            let (glyphs, behind) = rest.split_at(cut(word.end, rest));
            rest = &behind[cut(word.end + 1, behind)..];
            let begins = glyphs.first().is_some_and(|g| g.cluster as usize == word.start && !g.bound);
            let ends = behind.first().is_some_and(|g| g.cluster as usize == word.end && !g.bound);
            if begins && ends {
                own.clear();
                let start = word.start as u32;
                own.extend(glyphs.iter().map(|g| Draft { cluster: g.cluster - start, ..g.clone() }));
                typeface.keep(fonts, &text[word], own);
            }
        }
        text.clear();
    }
}

/// Whether a word has Latin letters, figures and common signs alone: so a batch has one script, whatever words are in it.
fn is_latin(word: &str) -> bool {
    let latin = |c: char| matches!(c, '!'..='~' | '\u{a1}'..='\u{24f}' | '\u{2010}'..='\u{2027}');
    word.chars().all(|c| latin(c) && !is_joining(c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::env::FixedEnv;
    use crate::typeset::length::Length;
    use crate::typeset::shape::{Shaper, Style};

    const WORDS: &str =
        "The difficult ferry’s office; “AVAST,” he affirmed—Työ fjord T. — “f” f” 1st waffle… naïve Qu a";

    #[test]
    fn words_look_together_as_they_do_alone() {
        for family in ["EB Garamond", "Libertinus Serif", "Alegreya", "Atkinson Hyperlegible Next"] {
            let fonts = FontSet::open(&FixedEnv::default(), family).unwrap();
            let (alone, together) = (Shaper::new(&fonts, &[]), Shaper::new(&fonts, &[]));
            let style = Style::new(Length::pt(11.0));
            let typefaces = [&alone, &together].map(|shaper| shaper.typeface(&style, "en"));
            let mut batch = Batch::default();
            for word in WORDS.split(' ') {
                batch.word(&typefaces[1], &fonts, word);
            }
            let waiting = together.word_table().len();
            batch.end(&typefaces[1], &fonts);
            let made = together.word_table().len();
            assert!(made >= waiting + WORDS.split(' ').count() / 2, "{family}: {waiting} and {made}");
            for word in WORDS.split(' ') {
                let [a, b] =
                    [(&alone, &typefaces[0]), (&together, &typefaces[1])].map(|(shaper, typeface)| {
                        let place = typeface.word(&fonts, word, 0, false);
                        let word = typeface.at(place);
                        let rest = typeface.rest(word);
                        let glyphs = |number: u32| shaper.word_table().word(number).glyphs.clone();
                        let runs = typeface.runs(word);
                        let glyphs: Vec<_> = runs.iter().map(|run| (run.face, glyphs(run.number))).collect();
                        (glyphs, word.width, word.gaps, word.hang_left, word.hang_right, rest.seams)
                    });
                assert_eq!(a, b, "{family}: {word}");
            }
        }
    }

    #[test]
    fn words_of_other_scripts_are_shaped_alone() {
        assert!(
            is_latin("naïve—“Qu’") && !is_latin("книга") && !is_latin("e\u{301}") && !is_latin("a\u{ad}b")
        );
    }
}
