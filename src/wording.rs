//! In: a language. Out: the few words that a book needs and its text does not bring along:
//! `Contents`, `Notes`, `Chapter`, and numbers spelled out.
//!
//! All backends and the typesetter take them from here, so that an edition says the same
//! everywhere. A language that is not in the table is served in English.

mod numbers;
mod table;

pub use numbers::roman;
pub use table::LANGUAGES;

use crate::book::Role;

/// The words of one language.
#[derive(Debug, PartialEq, Eq)]
pub struct Wording {
    /// Primary subtag of the language: `en`.
    pub language: &'static str,
    /// Heading of the table of contents.
    pub contents: &'static str,
    /// The front cover.
    pub cover: &'static str,
    /// The title page.
    pub title_page: &'static str,
    /// The copyright page.
    pub copyright: &'static str,
    /// Where the text proper begins, as an entry of the landmarks.
    pub begin: &'static str,
    /// The list of printed pages.
    pub pages: &'static str,
    /// A single footnote, for those who hear the book.
    pub note: &'static str,
    /// The link from a note back into the text.
    pub back: &'static str,
    /// Between the last two of several names.
    pub and: &'static str,
    /// Before the author's name.
    pub by: &'static str,
    /// Before the translator's name.
    pub translated_by: &'static str,
    /// Before the illustrator's name.
    pub illustrated_by: &'static str,
    /// Before the editor's name.
    pub edited_by: &'static str,
    /// Heading of the list of other works.
    pub also_by: &'static str,
    /// A work's place in its series, with `{}` for the number: `Book {}`.
    pub volume_of: &'static str,
    /// Under the author's name, for a book without one.
    pub anonymous: &'static str,
    /// What this program did, with `{}` for its name and version.
    pub made_with: &'static str,
    /// How the accessibility of an edition of plain text is summed up.
    pub accessible: &'static str,
    /// The same for an edition with pictures.
    pub accessible_pictures: &'static str,
    roles: [&'static str; 21],
    numbers: numbers::Spelling,
    parts: &'static [&'static str],
}

/// The words for a language (BCP 47 tag), English where it is unknown.
pub fn of(language: &str) -> &'static Wording {
    let primary = language.split(['-', '_']).next().unwrap_or_default();
    LANGUAGES.iter().find(|w| w.language.eq_ignore_ascii_case(primary)).unwrap_or(&LANGUAGES[0])
}

impl Wording {
    /// What a piece of a book is called where it has no heading of its own: `Dedication`, `Chapter`.
    pub const fn role(&self, role: Role) -> &'static str {
        self.roles[role as usize]
    }

    /// `n` in words as it stands in a heading of this language, up to 99: `Twenty-One`.
    pub fn number(&self, n: u32) -> Option<String> {
        self.numbers.cardinal(n)
    }

    /// The heading of a piece that the source only marks and does not number: `Chapter Three`.
    ///
    /// `highest` is the highest number of this kind in the book: above 99 all of them stand
    /// in figures, so that a long book does not change its style half-way.
    pub fn counted(&self, role: Role, keyword: &str, n: u32, highest: u32) -> String {
        let own = self.role(role);
        if role == Role::Part
            && highest as usize <= self.parts.len()
            && (keyword.is_empty() || keyword == own)
            && let Some(label) = (n as usize).checked_sub(1).and_then(|i| self.parts.get(i))
        {
            return (*label).to_owned();
        }
        let keyword = if keyword.is_empty() { own } else { keyword };
        let feminine = role == Role::Part || (role == Role::Chapter && self.language == "ru");
        match self.numbers.in_heading(n, feminine) {
            Some(words) if highest <= 99 => format!("{keyword} {words}"),
            _ => format!("{keyword} {n}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roman_numbers_are_written_regularly() {
        assert_eq!(roman(1994).as_deref(), Some("MCMXCIV"));
        assert_eq!(roman(3999).as_deref(), Some("MMMCMXCIX"));
        assert_eq!((roman(0), roman(4000)), (None, None));
    }

    #[test]
    fn headings_are_spelled_in_the_language_of_the_book() {
        let chapter = |lang, n| of(lang).counted(Role::Chapter, "", n, 99);
        assert_eq!(chapter("en-GB", 3), "Chapter Three");
        assert_eq!(chapter("en", 40), "Chapter Forty");
        assert_eq!(chapter("en", 99), "Chapter Ninety-Nine");
        assert_eq!(chapter("fr", 71), "Chapitre soixante et onze");
        assert_eq!(chapter("fr", 81), "Chapitre quatre-vingt-un");
        assert_eq!(chapter("fr", 97), "Chapitre quatre-vingt-dix-sept");
        assert_eq!(chapter("fr", 1), "Chapitre premier");
        assert_eq!(chapter("de-AT", 21), "Kapitel einundzwanzig");
        assert_eq!(chapter("es", 22), "Capítulo veintidós");
        assert_eq!(chapter("es", 35), "Capítulo treinta y cinco");
        assert_eq!(chapter("it", 28), "Capitolo ventotto");
        assert_eq!(chapter("it", 33), "Capitolo trentatré");
        assert_eq!(chapter("nl", 22), "Hoofdstuk tweeëntwintig");
        assert_eq!(chapter("nl", 21), "Hoofdstuk eenentwintig");
        assert_eq!(chapter("pl", 21), "Rozdział dwudziesty pierwszy");
        assert_eq!(chapter("ru", 23), "Глава двадцать третья");
        assert_eq!(chapter("ru", 40), "Глава сороковая");
        assert_eq!(chapter("sv", 31), "Kapitel trettioett");
        assert_eq!(chapter("pt-BR", 46), "Capítulo quarenta e seis");
    }

    #[test]
    fn parts_follow_their_own_custom() {
        assert_eq!(of("fr").counted(Role::Part, "", 2, 3), "Deuxième partie");
        assert_eq!(of("de").counted(Role::Part, "", 1, 3), "Erster Teil");
        assert_eq!(of("pl").counted(Role::Part, "", 3, 3), "Część trzecia");
        assert_eq!(of("ru").counted(Role::Volume, "", 3, 3), "Том третий");
        assert_eq!(of("en").counted(Role::Part, "Book", 3, 3), "Book Three");
    }

    #[test]
    fn a_long_book_is_numbered_in_figures_throughout() {
        assert_eq!(of("en").counted(Role::Chapter, "", 3, 100), "Chapter 3");
        assert_eq!(of("ja").counted(Role::Chapter, "", 100, 100), "Chapter 100");
        assert_eq!(of("de").counted(Role::Part, "", 13, 13), "Teil dreizehn");
        assert_eq!(of("pl").counted(Role::Part, "", 22, 22), "Część dwudziesta druga");
    }

    #[test]
    fn every_language_has_every_word() {
        for wording in LANGUAGES {
            for n in 1..=99 {
                let words = wording.numbers.in_heading(n, false).unwrap_or_default();
                assert!(!words.is_empty() && words.trim() == words, "{} {n}", wording.language);
            }
            assert!(wording.roles.iter().all(|r| !r.is_empty()), "{}", wording.language);
            assert!(wording.made_with.contains("{}") && wording.volume_of.contains("{}"));
        }
    }
}
