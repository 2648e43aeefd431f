//! In: running text. Out: its language, as far as its commonest words and its letters tell.
//!
//! A tally of function words: the words that every text of a language is full of, each
//! weighed by how many of the languages share it. English is split into British and
//! American by spelling.

use rayon::prelude::*;

use super::texts_at_once;
use crate::book::Book;
use crate::report::{Certainty, Rule};
use crate::word_index::{WordIndex, each_run};

pub(super) static LANGUAGE: Rule = Rule {
    code: "T001",
    name: "language",
    what: "Recognises the language of the work by its commonest words, and British or American English by \
           spelling.",
    why: "Quotation marks, dashes, spaces and hyphenation follow the language. `--lang` says it for certain.",
    example: "„the“, „and“, „colour“ → en-GB",
};

/// A language whose typographic customs are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// English, British or American.
    English,
    /// French.
    French,
    /// German.
    German,
    /// Spanish.
    Spanish,
    /// Italian.
    Italian,
    /// Dutch.
    Dutch,
    /// Polish.
    Polish,
    /// Russian.
    Russian,
    /// Swedish.
    Swedish,
    /// Portuguese.
    Portuguese,
    /// None of these: set as English.
    Other,
}

/// What [`detect`] found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Detected {
    /// The language.
    pub language: Language,
    /// Its BCP 47 tag.
    pub tag: &'static str,
    /// How sure that is.
    pub certainty: Certainty,
}

impl Detected {
    pub(super) fn message(self) -> String {
        format!("the work reads as {} ({})", self.language.name(), self.tag)
    }
}

impl Language {
    /// The language that a BCP 47 tag names.
    pub fn from_tag(tag: &str) -> Self {
        let primary = tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        TABLE.iter().find(|row| row.tag == primary).map_or(Self::Other, |row| row.language)
    }

    /// Its English name.
    pub fn name(self) -> &'static str {
        TABLE.iter().find(|row| row.language == self).map_or("another language", |row| row.name)
    }
}

/// So many bytes of text are enough to tell.
const ENOUGH_BYTES: usize = 400_000;

/// The language of a book, by the texts of its first chapters.
pub(super) fn detect_in(book: &Book) -> Detected {
    let mut texts = Vec::new();
    let mut bytes = 0;
    book.for_each_text(&mut |text| {
        if bytes < ENOUGH_BYTES {
            bytes += text.len();
            texts.push(text.as_str());
        }
    });
    let lexicon = Lexicon::new();
    let count = |texts: &[&str]| {
        let mut tally = Tally::new(&lexicon);
        for text in texts {
            tally.read(text);
        }
        tally
    };
    let tallies: Vec<Tally<'_>> = texts.par_chunks(texts_at_once(texts.len())).map(count).collect();
    let mut all = Tally::new(&lexicon);
    for tally in &tallies {
        all.add(tally);
    }
    all.judge()
}

/// The language of `text`.
pub fn detect(text: &str) -> Detected {
    let lexicon = Lexicon::new();
    let mut tally = Tally::new(&lexicon);
    let mut end = text.len().min(ENOUGH_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    tally.read(&text[..end]);
    tally.judge()
}

struct Row {
    language: Language,
    tag: &'static str,
    name: &'static str,
    /// Function words, separated by spaces.
    words: &'static str,
    /// Letters that hardly any other of the languages has.
    letters: &'static str,
}

static TABLE: [Row; 10] = [
    Row {
        language: Language::English,
        tag: "en",
        name: "English",
        words: "the and of to in that it was his he is with for as had you not be her on at by which have or \
                from this him but all she they were my are me one their so an said them we who would been \
                will no when there if more out up into do what then could about did your over some than",
        letters: "",
    },
    Row {
        language: Language::French,
        tag: "fr",
        name: "French",
        words: "de la et le les à des que il un qui en une du dans elle pas est pour ce je ne se sur au plus \
                vous par son avec mais lui sa nous tout était comme avait on ses bien si cette être où dit \
                ces sans leur aux fait même était deux ou moi mon rien quand encore",
        letters: "œêîûç",
    },
    Row {
        language: Language::German,
        tag: "de",
        name: "German",
        words: "und die der er das sie in zu den ich nicht es mit dem ein sich auf von so war ist wie eine als \
                hatte des an auch aus daß dass aber ihm im noch nach einen ihn nur vor wenn einem über ihr \
                sein um doch mir hat sind mich da wir zum was haben oder bei seine man wieder",
        letters: "ßäü",
    },
    Row {
        language: Language::Spanish,
        tag: "es",
        name: "Spanish",
        words: "de la que y el en los se no a un las por con una su del lo le es para al como más pero sus o \
                me si había qué sin era ya cuando todo él esta ella mi muy este bien porque yo fue hasta ser \
                dijo sobre también nada nos donde tan",
        letters: "ñ¿¡áíóú",
    },
    Row {
        language: Language::Italian,
        tag: "it",
        name: "Italian",
        words: "di e che la il non un a in per è una si le i con da era come del ma più lo al mi se gli della \
                nel dei anche ed aveva alla io ha suo sua cosa o ci questo quella poi quando bene dal tutto \
                perché sono disse così delle fu mio nella dalla lui",
        letters: "ìòù",
    },
    Row {
        language: Language::Dutch,
        tag: "nl",
        name: "Dutch",
        words: "de van het een en dat in te hij ik niet zijn op met was die is ze er aan als zich maar voor \
                om had haar hem je naar ook bij dan nog zij uit wel over zo door toen of heb geen wat hun we \
                werd kon mijn worden deze onder weer zou tot nu",
        letters: "ĳ",
    },
    Row {
        language: Language::Polish,
        tag: "pl",
        name: "Polish",
        words: "i w się na nie z do że to a jak był po co tak o jest za ale od jego już przez go tylko była \
                mu czy ja jej sobie przy gdy było pan ich kiedy aby bo mnie tym dla który która które jeszcze \
                nic pod być teraz bardzo niego",
        letters: "łąęśćżźńó",
    },
    Row {
        language: Language::Russian,
        tag: "ru",
        name: "Russian",
        words: "и в не на что он я с как а то его но все она так по это было к у из был за мне же вы от ты \
                бы только ее меня еще о мы нет уже когда ему был до вот или если они ни быть была во со",
        letters: "ыэъщёяж",
    },
    Row {
        language: Language::Swedish,
        tag: "sv",
        name: "Swedish",
        words: "och att det i en han som på av var hon är jag med inte den för sig till de ett om så har men \
                hade du från vid vi ut över nu kan honom där eller när man mot då sin ur henne sade skulle \
                här bara blev kunde upp mig hans",
        letters: "åäö",
    },
    Row {
        language: Language::Portuguese,
        tag: "pt",
        name: "Portuguese",
        words: "de a que o e do da em um não uma os se com para na por mais as dos no como mas ao ele era das \
                à seu sua ou quando muito já eu também só pelo pela até isso ela entre depois sem mesmo aos \
                seus quem nas me esse foi disse lhe então você",
        letters: "ãõçáâê",
    },
];

static BRITISH: &str = "colour honour favour labour neighbour humour behaviour parlour harbour rumour \
    favourite honourable coloured grey centre theatre metre fibre realise recognise realised recognised \
    apologise organise travelled travelling cancelled marvellous jewellery defence offence pretence licence \
    programme cheque kerb tyre plough whilst towards mould smoulder sceptical storey pyjamas mum draught \
    favours colours endeavour endeavoured armour vapour odour splendour favourable";
static AMERICAN: &str = "color honor favor labor neighbor humor behavior parlor harbor rumor favorite honorable \
    colored gray center theater meter fiber realize recognize realized recognized apologize organize traveled \
    traveling canceled marvelous jewelry defense offense pretense license program check curb tire plow \
    toward mold smolder skeptical story pajamas mom gotten sidewalk favors colors endeavor endeavored armor \
    vapor odor splendor favorable";
/// Spellings that both use, with another meaning: no evidence.
static NEITHER: [&str; 6] = ["check", "story", "tire", "program", "license", "meter"];

/// What a word speaks for.
#[derive(Clone, Copy, Debug, Default)]
struct Evidence {
    /// For each language of the table, as a function word.
    languages: Option<[f32; TABLE.len()]>,
    /// British spelling (`true`) or American.
    british: Option<bool>,
}

/// Every word that speaks for a language or a spelling.
#[derive(Debug, Default)]
struct Lexicon {
    words: WordIndex,
    /// By the number of the word.
    evidence: Vec<Evidence>,
}

impl Lexicon {
    fn new() -> Self {
        let mut out = Self::default();
        for (i, row) in TABLE.iter().enumerate() {
            for word in row.words.split_whitespace() {
                out.entry(word).languages.get_or_insert([0.0; TABLE.len()])[i] = 1.0;
            }
        }
        for weights in out.evidence.iter_mut().filter_map(|e| e.languages.as_mut()) {
            let shared: f32 = weights.iter().sum();
            for weight in weights.iter_mut() {
                *weight /= shared.sqrt();
            }
        }
        for (words, british) in [(BRITISH, true), (AMERICAN, false)] {
            for word in words.split_whitespace().filter(|w| !NEITHER.contains(w)) {
                out.entry(word).british = Some(british);
            }
        }
        out
    }

    fn entry(&mut self, word: &'static str) -> &mut Evidence {
        let number = self.words.add(word) as usize;
        if number == self.evidence.len() {
            self.evidence.push(Evidence::default());
        }
        &mut self.evidence[number]
    }
}

/// What was counted in texts.
struct Tally<'a> {
    lexicon: &'a Lexicon,
    /// How often each word of the lexicon was met.
    met: Vec<u32>,
    /// For each language, words with letters that only it has.
    letters: [u32; TABLE.len()],
    words: u32,
}

impl<'a> Tally<'a> {
    fn new(lexicon: &'a Lexicon) -> Self {
        Self { lexicon, met: vec![0; lexicon.evidence.len()], letters: [0; TABLE.len()], words: 0 }
    }

    fn read(&mut self, text: &str) {
        let index = &self.lexicon.words;
        let mut lower = String::new();
        each_run(text, false, |word, packed| {
            self.words += 1;
            let number = packed.map_or_else(
                || {
                    lower.clear();
                    if word.is_ascii() {
                        lower.push_str(word);
                        lower.make_ascii_lowercase();
                    } else {
                        lower.extend(word.chars().flat_map(char::to_lowercase));
                        self.count_letters(&lower);
                    }
                    index.of_other(&lower)
                },
                |key| index.of_packed(key),
            );
            if let Some(number) = number {
                self.met[number as usize] += 1;
            }
        });
    }

    /// Letters that only some languages have.
    fn count_letters(&mut self, word: &str) {
        for (count, row) in self.letters.iter_mut().zip(&TABLE) {
            *count += u32::from(word.chars().any(|c| row.letters.contains(c)));
        }
    }

    fn add(&mut self, other: &Self) {
        self.met.iter_mut().zip(&other.met).for_each(|(a, b)| *a += b);
        self.letters.iter_mut().zip(&other.letters).for_each(|(a, b)| *a += b);
        self.words += other.words;
    }

    /// How much speaks for each language.
    fn scores(&self) -> [f32; TABLE.len()] {
        let mut scores = self.letters.map(|words| words as f32 * LETTER_WEIGHT);
        for (met, evidence) in self.met.iter().zip(&self.lexicon.evidence) {
            let weights = evidence.languages.iter().flatten();
            scores.iter_mut().zip(weights).for_each(|(score, weight)| *score += *met as f32 * weight);
        }
        scores
    }

    fn judge(&self) -> Detected {
        let scores = self.scores();
        let mut order: Vec<usize> = (0..TABLE.len()).collect();
        order.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]));
        let (best, second) = (scores[order[0]], scores[order[1]]);
        let share = best / (self.words.max(1) as f32);
        if self.words == 0 || share < LEAST_SHARE {
            return Detected { language: Language::Other, tag: "und", certainty: Certainty::percent(50) };
        }
        let lead = (best - second) / (best + second);
        let evidence = 1.0 - 1.0 / (1.0 + (best - second) / 4.0);
        let certainty = Certainty::from_probability(f64::from(0.5 + 0.5 * (lead * 2.0).min(1.0) * evidence));
        let row = &TABLE[order[0]];
        let tag = if row.language == Language::English { self.english() } else { row.tag };
        Detected { language: row.language, tag, certainty }
    }

    /// `en-GB` or `en-US` where three words in four agree, else `en`.
    fn english(&self) -> &'static str {
        let met = |british: bool| -> u32 {
            let words = self.met.iter().zip(&self.lexicon.evidence);
            words.filter(|(_, e)| e.british == Some(british)).map(|(met, _)| met).sum()
        };
        let (gb, us) = (met(true), met(false));
        if gb >= 3 && gb > 3 * us {
            "en-GB"
        } else if us >= 3 && us > 3 * gb {
            "en-US"
        } else {
            "en"
        }
    }
}

/// What a word with a telling letter counts, beside a function word's 1.
const LETTER_WEIGHT: f32 = 0.3;
/// The least share of function words in running text; lists and code have fewer.
const LEAST_SHARE: f32 = 0.12;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_languages_are_told_apart() {
        let samples = [
            ("en", "When the rain had stopped, she took the lamp and went out to see what was left of it."),
            (
                "fr",
                "Quand la pluie eut cessé, elle prit la lampe et sortit pour voir ce qui restait du jardin.",
            ),
            (
                "de",
                "Als der Regen aufgehört hatte, nahm sie die Lampe und ging hinaus, um nach dem Garten zu sehen.",
            ),
            ("es", "Cuando dejó de llover, ella tomó la lámpara y salió para ver lo que quedaba del jardín."),
            (
                "it",
                "Quando la pioggia fu finita, prese la lampada e uscì per vedere che cosa era rimasto del giardino.",
            ),
            (
                "nl",
                "Toen de regen was opgehouden, nam zij de lamp en ging naar buiten om te zien wat er nog over was.",
            ),
            ("pl", "Kiedy deszcz ustał, wzięła lampę i wyszła, aby zobaczyć, co jeszcze zostało z ogrodu."),
            ("ru", "Когда дождь кончился, она взяла лампу и вышла посмотреть, что осталось от сада."),
            (
                "sv",
                "När regnet hade slutat tog hon lampan och gick ut för att se vad som var kvar av trädgården.",
            ),
            ("pt", "Quando a chuva parou, ela pegou a lâmpada e saiu para ver o que ainda havia do jardim."),
        ];
        for (tag, text) in samples {
            assert_eq!(detect(text).tag, tag, "{text}");
        }
    }

    #[test]
    fn spelling_tells_british_from_american() {
        let base = "It was the one thing that he had not thought of when they came to the house. ";
        assert_eq!(detect(&format!("{base} grey colour favourite")).tag, "en-GB");
        assert_eq!(detect(&format!("{base} gray color favorite")).tag, "en-US");
        assert_eq!(detect(&format!("{base} gray colour")).tag, "en");
    }

    #[test]
    fn what_has_no_function_words_has_no_language() {
        assert_eq!(detect("0x3f 0x41 push pop ret jmp mov").language, Language::Other);
        assert_eq!(detect("").certainty.as_percent(), 50);
    }
}
