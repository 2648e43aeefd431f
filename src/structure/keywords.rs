//! In: a word of a heading. Out: what division it names, in ten languages and in Chinese,
//! Japanese and Korean.

use super::lengths::Lengths;
use crate::book::Role;

/// How high a division stands; the smaller holds the larger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rank {
    /// Volume, tome, Band.
    Volume,
    /// Book, part, act.
    Part,
    /// Chapter, stave, canto, letter, story.
    Chapter,
    /// Section, scene.
    Section,
}

/// A word that takes a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keyword {
    /// The word in small letters.
    pub word: &'static str,
    /// How high it stands.
    pub rank: Rank,
}

const fn keyword(word: &'static str, rank: Rank) -> Keyword {
    Keyword { word, rank }
}

/// Words that take a number. Those that mean other things as well (`day`, `part`) need the
/// rest of the text to agree, as all of them do.
const KEYWORDS: &[Keyword] = &[
    keyword("chapter", Rank::Chapter),
    keyword("chap", Rank::Chapter),
    keyword("chp", Rank::Chapter),
    keyword("ch", Rank::Chapter),
    keyword("stave", Rank::Chapter),
    keyword("canto", Rank::Chapter),
    keyword("letter", Rank::Chapter),
    keyword("interlude", Rank::Chapter),
    keyword("episode", Rank::Chapter),
    keyword("story", Rank::Chapter),
    keyword("tale", Rank::Chapter),
    keyword("adventure", Rank::Chapter),
    keyword("lesson", Rank::Chapter),
    keyword("fit", Rank::Chapter),
    keyword("entry", Rank::Chapter),
    keyword("omake", Rank::Chapter),
    keyword("extra", Rank::Chapter),
    keyword("essay", Rank::Chapter),
    keyword("sonnet", Rank::Chapter),
    keyword("track", Rank::Chapter),
    keyword("book", Rank::Part),
    keyword("part", Rank::Part),
    keyword("act", Rank::Part),
    keyword("arc", Rank::Part),
    keyword("phase", Rank::Part),
    keyword("period", Rank::Part),
    keyword("epoch", Rank::Part),
    keyword("narrative", Rank::Part),
    keyword("season", Rank::Part),
    keyword("volume", Rank::Volume),
    keyword("vol", Rank::Volume),
    keyword("section", Rank::Section),
    keyword("scene", Rank::Section),
    keyword("night", Rank::Chapter),
    keyword("day", Rank::Chapter),
    // German
    keyword("kapitel", Rank::Chapter),
    keyword("kap", Rank::Chapter),
    keyword("brief", Rank::Chapter),
    keyword("abenteuer", Rank::Chapter),
    keyword("gesang", Rank::Chapter),
    keyword("teil", Rank::Part),
    keyword("theil", Rank::Part),
    keyword("buch", Rank::Part),
    keyword("akt", Rank::Part),
    keyword("aufzug", Rank::Part),
    keyword("band", Rank::Volume),
    keyword("abschnitt", Rank::Section),
    keyword("auftritt", Rank::Section),
    keyword("szene", Rank::Section),
    // French
    keyword("chapitre", Rank::Chapter),
    keyword("lettre", Rank::Chapter),
    keyword("chant", Rank::Chapter),
    keyword("épisode", Rank::Chapter),
    keyword("partie", Rank::Part),
    keyword("livre", Rank::Part),
    keyword("acte", Rank::Part),
    keyword("tome", Rank::Volume),
    keyword("scène", Rank::Section),
    // Spanish, Portuguese, Italian
    keyword("capítulo", Rank::Chapter),
    keyword("capitulo", Rank::Chapter),
    keyword("capitolo", Rank::Chapter),
    keyword("carta", Rank::Chapter),
    keyword("lettera", Rank::Chapter),
    keyword("parte", Rank::Part),
    keyword("libro", Rank::Part),
    keyword("livro", Rank::Part),
    keyword("acto", Rank::Part),
    keyword("ato", Rank::Part),
    keyword("atto", Rank::Part),
    keyword("tomo", Rank::Volume),
    keyword("escena", Rank::Section),
    keyword("cena", Rank::Section),
    keyword("scena", Rank::Section),
    // Dutch, Swedish
    keyword("hoofdstuk", Rank::Chapter),
    keyword("deel", Rank::Part),
    keyword("boek", Rank::Part),
    keyword("bedrijf", Rank::Part),
    keyword("del", Rank::Part),
    keyword("bok", Rank::Part),
    keyword("brev", Rank::Chapter),
    // Polish, Russian
    keyword("rozdział", Rank::Chapter),
    keyword("list", Rank::Chapter),
    keyword("część", Rank::Part),
    keyword("księga", Rank::Part),
    keyword("tom", Rank::Volume),
    keyword("глава", Rank::Chapter),
    keyword("письмо", Rank::Chapter),
    keyword("часть", Rank::Part),
    keyword("книга", Rank::Part),
    keyword("действие", Rank::Part),
    keyword("том", Rank::Volume),
];

/// Signs behind (or, in Korean, before) a number that make a heading.
pub const COUNTERS: &[(char, Rank)] = &[
    ('章', Rank::Chapter),
    ('回', Rank::Chapter),
    ('話', Rank::Chapter),
    ('话', Rank::Chapter),
    ('節', Rank::Section),
    ('节', Rank::Section),
    ('篇', Rank::Part),
    ('部', Rank::Part),
    ('卷', Rank::Volume),
    ('巻', Rank::Volume),
    ('集', Rank::Volume),
    ('幕', Rank::Part),
    ('화', Rank::Chapter),
    ('장', Rank::Chapter),
    ('부', Rank::Part),
    ('권', Rank::Volume),
];

/// Headings that need no number, and what they are.
const SPECIAL: &[(&str, Role)] = &[
    ("prologue", Role::Prologue),
    ("prolog", Role::Prologue),
    ("prólogo", Role::Prologue),
    ("prologo", Role::Prologue),
    ("proloog", Role::Prologue),
    ("пролог", Role::Prologue),
    ("楔子", Role::Prologue),
    ("序章", Role::Prologue),
    ("序", Role::Prologue),
    ("プロローグ", Role::Prologue),
    ("프롤로그", Role::Prologue),
    ("prelude", Role::Prologue),
    ("epilogue", Role::Epilogue),
    ("epilog", Role::Epilogue),
    ("epílogo", Role::Epilogue),
    ("epilogo", Role::Epilogue),
    ("épilogue", Role::Epilogue),
    ("epiloog", Role::Epilogue),
    ("эпилог", Role::Epilogue),
    ("尾声", Role::Epilogue),
    ("终章", Role::Epilogue),
    ("終章", Role::Epilogue),
    ("エピローグ", Role::Epilogue),
    ("에필로그", Role::Epilogue),
    ("finale", Role::Epilogue),
    ("preface", Role::Preface),
    ("author's preface", Role::Preface),
    ("preface to the second edition", Role::Preface),
    ("vorwort", Role::Preface),
    ("vorrede", Role::Preface),
    ("préface", Role::Preface),
    ("avant-propos", Role::Preface),
    ("prefacio", Role::Preface),
    ("prefácio", Role::Preface),
    ("prefazione", Role::Preface),
    ("voorwoord", Role::Preface),
    ("förord", Role::Preface),
    ("przedmowa", Role::Preface),
    ("wstęp", Role::Introduction),
    ("предисловие", Role::Preface),
    ("前言", Role::Preface),
    ("foreword", Role::Foreword),
    ("geleitwort", Role::Foreword),
    ("introduction", Role::Introduction),
    ("introductory", Role::Introduction),
    ("introductory note", Role::Introduction),
    ("einleitung", Role::Introduction),
    ("introducción", Role::Introduction),
    ("introduzione", Role::Introduction),
    ("introdução", Role::Introduction),
    ("inleiding", Role::Introduction),
    ("inledning", Role::Introduction),
    ("введение", Role::Introduction),
    ("вступление", Role::Introduction),
    ("preamble", Role::FrontMatter),
    ("dedication", Role::Dedication),
    ("widmung", Role::Dedication),
    ("dédicace", Role::Dedication),
    ("dedicatoria", Role::Dedication),
    ("dedica", Role::Dedication),
    ("epigraph", Role::Epigraph),
    ("acknowledgements", Role::Acknowledgements),
    ("acknowledgments", Role::Acknowledgements),
    ("danksagung", Role::Acknowledgements),
    ("remerciements", Role::Acknowledgements),
    ("agradecimientos", Role::Acknowledgements),
    ("dramatis personae", Role::DramatisPersonae),
    ("persons of the play", Role::DramatisPersonae),
    ("characters", Role::DramatisPersonae),
    ("list of characters", Role::DramatisPersonae),
    ("personen", Role::DramatisPersonae),
    ("interlude", Role::Interlude),
    ("intermission", Role::Interlude),
    ("intermezzo", Role::Interlude),
    ("zwischenspiel", Role::Interlude),
    ("interlude:", Role::Interlude),
    ("side story", Role::Interlude),
    ("omake", Role::Interlude),
    ("extra", Role::Interlude),
    ("bonus chapter", Role::Interlude),
    ("番外", Role::Interlude),
    ("番外篇", Role::Interlude),
    ("间章", Role::Interlude),
    ("間章", Role::Interlude),
    ("외전", Role::Interlude),
    ("afterword", Role::Afterword),
    ("postface", Role::Afterword),
    ("posfácio", Role::Afterword),
    ("postfacio", Role::Afterword),
    ("postfazione", Role::Afterword),
    ("nachwort", Role::Afterword),
    ("nawoord", Role::Afterword),
    ("efterord", Role::Afterword),
    ("posłowie", Role::Afterword),
    ("послесловие", Role::Afterword),
    ("后记", Role::Afterword),
    ("後記", Role::Afterword),
    ("あとがき", Role::Afterword),
    ("postscript", Role::Afterword),
    ("conclusion", Role::Chapter),
    ("appendix", Role::Appendix),
    ("anhang", Role::Appendix),
    ("appendice", Role::Appendix),
    ("apéndice", Role::Appendix),
    ("notes", Role::Notes),
    ("endnotes", Role::Notes),
    ("footnotes", Role::Notes),
    ("anmerkungen", Role::Notes),
    ("fußnoten", Role::Notes),
    ("glossary", Role::Glossary),
    ("glossar", Role::Glossary),
    ("bibliography", Role::Bibliography),
    ("about the author", Role::AboutAuthor),
    ("author's note", Role::BackMatter),
    ("a note from the author", Role::BackMatter),
    ("note to the reader", Role::FrontMatter),
    ("to the reader", Role::FrontMatter),
];

/// Headings of a list of contents.
const CONTENTS: &[&str] = &[
    "contents",
    "table of contents",
    "the contents",
    "index of chapters",
    "list of chapters",
    "chapters",
    "inhalt",
    "inhaltsverzeichnis",
    "table des matières",
    "sommaire",
    "índice",
    "indice",
    "sommario",
    "inhoud",
    "inhoudsopgave",
    "innehåll",
    "spis treści",
    "spis rozdziałów",
    "оглавление",
    "содержание",
    "目录",
    "目錄",
    "目次",
    "차례",
];

/// Headings of a list of pictures.
const ILLUSTRATIONS: &[&str] = &[
    "illustrations",
    "list of illustrations",
    "list of plates",
    "color plates",
    "colour plates",
    "list of maps",
    "maps",
    "abbildungen",
    "illustrationen",
    "verzeichnis der abbildungen",
    "table des illustrations",
    "table des gravures",
    "lista de ilustraciones",
];

/// The division that `word` names.
pub fn of(word: &str) -> Option<Keyword> {
    let word = word.trim_end_matches('.');
    if word.is_empty() || word.len() > 20 || !KEYWORD_LENGTHS.may_have(word) {
        return None;
    }
    let low = word.to_lowercase();
    KEYWORDS.iter().find(|k| k.word == low).copied()
}

/// Marks that may stand around a heading's words.
const AROUND: [char; 7] = ['.', ':', ' ', '_', '*', '-', '—'];

/// Small letters, plain apostrophes, single spaces, no points at the ends.
fn plain(words: &str) -> String {
    let low = words.to_lowercase().replace('’', "'");
    low.split_whitespace().collect::<Vec<_>>().join(" ").trim_matches(AROUND).to_owned()
}

static KEYWORD_LENGTHS: Lengths = {
    let mut lengths = Lengths::NONE;
    let mut i = 0;
    while i < KEYWORDS.len() {
        lengths = lengths.and(KEYWORDS[i].word);
        i += 1;
    }
    lengths
};

static SPECIAL_LENGTHS: Lengths = {
    let mut lengths = Lengths::NONE;
    let mut i = 0;
    while i < SPECIAL.len() {
        lengths = lengths.and(SPECIAL[i].0);
        i += 1;
    }
    lengths
};

/// Words of the longest of `SPECIAL`, with an ornament on each side.
const SPECIAL_WORDS: usize = 7;

/// What a heading of these words alone is.
pub fn special(words: &str) -> Option<Role> {
    if words.len() > 48 || words.split_whitespace().nth(SPECIAL_WORDS).is_some() {
        return None;
    }
    // Spaces may stand between marks and words, and be many: what is plain already is told at a glance.
    let bare = words.trim_matches(AROUND);
    if !bare.contains("  ") && !SPECIAL_LENGTHS.may_have(bare) {
        return None;
    }
    let plain = plain(words);
    SPECIAL.iter().find(|(w, _)| *w == plain).map(|(_, r)| *r)
}

/// Whether the words head a list of contents.
pub fn is_contents(words: &str) -> bool {
    words.len() < 48 && CONTENTS.contains(&plain(words).as_str())
}

/// Whether the words head a list of pictures.
pub fn is_illustrations(words: &str) -> bool {
    words.len() < 48 && ILLUSTRATIONS.contains(&plain(words).as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_known_in_any_case() {
        assert_eq!(of("CHAPTER").map(|k| k.rank), Some(Rank::Chapter));
        assert_eq!(of("Ch.").map(|k| k.word), Some("ch"));
        assert_eq!(of("ЧАСТЬ").map(|k| k.rank), Some(Rank::Part));
        assert_eq!(of("house"), None);
        assert_eq!(special("AUTHOR’S NOTE."), Some(Role::BackMatter));
        assert_eq!(special("Prologue"), Some(Role::Prologue));
        assert_eq!(special("* PROLOGUE: *"), Some(Role::Prologue));
        assert_eq!(special("Author's  Note"), Some(Role::BackMatter));
        assert_eq!(special("Proposals"), None);
        assert!(is_contents("CONTENTS.") && !is_contents("contentment"));
    }

    #[test]
    fn no_special_heading_is_too_long_to_be_looked_for() {
        assert!(SPECIAL.iter().all(|(words, _)| words.split(' ').count() + 2 <= SPECIAL_WORDS));
    }

    #[test]
    fn no_word_stands_twice() {
        let mut words: Vec<&str> = KEYWORDS.iter().map(|k| k.word).collect();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), KEYWORDS.len());
    }
}
