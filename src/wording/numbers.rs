//! In: a number from 1 to 99. Out: its words, by the grammar of each language.

/// How a language spells numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spelling {
    /// `Twenty-One`
    English,
    /// `vingt et un`, `quatre-vingt-un`; the first is `premier`
    French,
    /// `einundzwanzig`
    German,
    /// `veintiuno`, `treinta y uno`
    Spanish,
    /// `ventuno`
    Italian,
    /// `eenentwintig`
    Dutch,
    /// `dwudziesty pierwszy`: headings take the ordinal
    Polish,
    /// `двадцать первая`: headings take the ordinal
    Russian,
    /// `tjugoett`
    Swedish,
    /// `vinte e um`
    Portuguese,
}

/// A number in roman capitals (`3` as `III`); `None` for 0 and from 4,000 on, which they cannot write.
pub fn roman(mut number: u32) -> Option<String> {
    const STEPS: [(u32, &str); 13] = [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    if number == 0 || number >= 4000 {
        return None;
    }
    let mut out = String::new();
    for (value, letters) in STEPS {
        while number >= value {
            out.push_str(letters);
            number -= value;
        }
    }
    Some(out)
}

const ENGLISH: [&str; 20] = [
    "Zero",
    "One",
    "Two",
    "Three",
    "Four",
    "Five",
    "Six",
    "Seven",
    "Eight",
    "Nine",
    "Ten",
    "Eleven",
    "Twelve",
    "Thirteen",
    "Fourteen",
    "Fifteen",
    "Sixteen",
    "Seventeen",
    "Eighteen",
    "Nineteen",
];
const ENGLISH_TENS: [&str; 8] =
    ["Twenty", "Thirty", "Forty", "Fifty", "Sixty", "Seventy", "Eighty", "Ninety"];
const FRENCH: [&str; 20] = [
    "zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze",
    "treize", "quatorze", "quinze", "seize", "dix-sept", "dix-huit", "dix-neuf",
];
const FRENCH_TENS: [&str; 5] = ["vingt", "trente", "quarante", "cinquante", "soixante"];
const GERMAN: [&str; 20] = [
    "null",
    "eins",
    "zwei",
    "drei",
    "vier",
    "fünf",
    "sechs",
    "sieben",
    "acht",
    "neun",
    "zehn",
    "elf",
    "zwölf",
    "dreizehn",
    "vierzehn",
    "fünfzehn",
    "sechzehn",
    "siebzehn",
    "achtzehn",
    "neunzehn",
];
const GERMAN_TENS: [&str; 8] =
    ["zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig"];
const SPANISH: [&str; 30] = [
    "cero",
    "uno",
    "dos",
    "tres",
    "cuatro",
    "cinco",
    "seis",
    "siete",
    "ocho",
    "nueve",
    "diez",
    "once",
    "doce",
    "trece",
    "catorce",
    "quince",
    "dieciséis",
    "diecisiete",
    "dieciocho",
    "diecinueve",
    "veinte",
    "veintiuno",
    "veintidós",
    "veintitrés",
    "veinticuatro",
    "veinticinco",
    "veintiséis",
    "veintisiete",
    "veintiocho",
    "veintinueve",
];
const SPANISH_TENS: [&str; 8] =
    ["veinte", "treinta", "cuarenta", "cincuenta", "sesenta", "setenta", "ochenta", "noventa"];
const ITALIAN: [&str; 20] = [
    "zero",
    "uno",
    "due",
    "tre",
    "quattro",
    "cinque",
    "sei",
    "sette",
    "otto",
    "nove",
    "dieci",
    "undici",
    "dodici",
    "tredici",
    "quattordici",
    "quindici",
    "sedici",
    "diciassette",
    "diciotto",
    "diciannove",
];
const ITALIAN_TENS: [&str; 8] =
    ["venti", "trenta", "quaranta", "cinquanta", "sessanta", "settanta", "ottanta", "novanta"];
const DUTCH: [&str; 20] = [
    "nul",
    "een",
    "twee",
    "drie",
    "vier",
    "vijf",
    "zes",
    "zeven",
    "acht",
    "negen",
    "tien",
    "elf",
    "twaalf",
    "dertien",
    "veertien",
    "vijftien",
    "zestien",
    "zeventien",
    "achttien",
    "negentien",
];
const DUTCH_TENS: [&str; 8] =
    ["twintig", "dertig", "veertig", "vijftig", "zestig", "zeventig", "tachtig", "negentig"];
const SWEDISH: [&str; 20] = [
    "noll", "ett", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio", "elva", "tolv",
    "tretton", "fjorton", "femton", "sexton", "sjutton", "arton", "nitton",
];
const SWEDISH_TENS: [&str; 8] =
    ["tjugo", "trettio", "fyrtio", "femtio", "sextio", "sjuttio", "åttio", "nittio"];
const PORTUGUESE: [&str; 20] = [
    "zero",
    "um",
    "dois",
    "três",
    "quatro",
    "cinco",
    "seis",
    "sete",
    "oito",
    "nove",
    "dez",
    "onze",
    "doze",
    "treze",
    "catorze",
    "quinze",
    "dezesseis",
    "dezessete",
    "dezoito",
    "dezenove",
];
const PORTUGUESE_TENS: [&str; 8] =
    ["vinte", "trinta", "quarenta", "cinquenta", "sessenta", "setenta", "oitenta", "noventa"];
/// Masculine ordinals, from the first.
const POLISH: [&str; 19] = [
    "pierwszy",
    "drugi",
    "trzeci",
    "czwarty",
    "piąty",
    "szósty",
    "siódmy",
    "ósmy",
    "dziewiąty",
    "dziesiąty",
    "jedenasty",
    "dwunasty",
    "trzynasty",
    "czternasty",
    "piętnasty",
    "szesnasty",
    "siedemnasty",
    "osiemnasty",
    "dziewiętnasty",
];
const POLISH_TENS: [&str; 8] = [
    "dwudziesty",
    "trzydziesty",
    "czterdziesty",
    "pięćdziesiąty",
    "sześćdziesiąty",
    "siedemdziesiąty",
    "osiemdziesiąty",
    "dziewięćdziesiąty",
];
/// Masculine ordinals, from the first.
const RUSSIAN: [&str; 19] = [
    "первый",
    "второй",
    "третий",
    "четвёртый",
    "пятый",
    "шестой",
    "седьмой",
    "восьмой",
    "девятый",
    "десятый",
    "одиннадцатый",
    "двенадцатый",
    "тринадцатый",
    "четырнадцатый",
    "пятнадцатый",
    "шестнадцатый",
    "семнадцатый",
    "восемнадцатый",
    "девятнадцатый",
];
const RUSSIAN_TENS: [&str; 8] = [
    "двадцатый",
    "тридцатый",
    "сороковой",
    "пятидесятый",
    "шестидесятый",
    "семидесятый",
    "восьмидесятый",
    "девяностый",
];
/// Before another number: `двадцать первый`.
const RUSSIAN_CARDINAL_TENS: [&str; 8] =
    ["двадцать", "тридцать", "сорок", "пятьдесят", "шестьдесят", "семьдесят", "восемьдесят", "девяносто"];

impl Spelling {
    /// The number as it stands behind a heading's word; `None` above 99 and for 0.
    /// Where headings take the ordinal, `feminine` chooses its form: the word for a part is
    /// feminine, and so is the Russian one for a chapter.
    pub(super) fn in_heading(self, n: u32, feminine: bool) -> Option<String> {
        match self {
            Self::French if n == 1 => Some("premier".to_owned()),
            Self::Polish => {
                let ordinal = polish(n)?;
                Some(if feminine { polish_feminine(&ordinal) } else { ordinal })
            }
            Self::Russian => {
                let ordinal = russian(n)?;
                Some(if feminine { russian_feminine(&ordinal) } else { ordinal })
            }
            _ => self.cardinal(n),
        }
    }

    /// The number in words; `None` above 99, for 0, and where headings take ordinals.
    pub(super) fn cardinal(self, n: u32) -> Option<String> {
        if !(1..=99).contains(&n) {
            return None;
        }
        let (tens, unit) = ((n / 10) as usize, (n % 10) as usize);
        let n = n as usize;
        let words = match self {
            Self::English => plain(n, &ENGLISH, &ENGLISH_TENS, "-"),
            Self::Swedish => plain(n, &SWEDISH, &SWEDISH_TENS, ""),
            Self::Portuguese => plain(n, &PORTUGUESE, &PORTUGUESE_TENS, " e "),
            Self::Spanish if n < 30 => SPANISH[n].to_owned(),
            Self::Spanish => plain(n, &SPANISH, &SPANISH_TENS, " y "),
            Self::French => french(n),
            Self::German if n > 20 && unit > 0 => {
                let first = if unit == 1 { "ein" } else { GERMAN[unit] };
                format!("{first}und{}", GERMAN_TENS[tens - 2])
            }
            Self::German => plain(n, &GERMAN, &GERMAN_TENS, ""),
            Self::Dutch if n > 20 && unit > 0 => {
                let join = if matches!(unit, 2 | 3) { "ën" } else { "en" };
                format!("{}{join}{}", DUTCH[unit], DUTCH_TENS[tens - 2])
            }
            Self::Dutch => plain(n, &DUTCH, &DUTCH_TENS, ""),
            Self::Italian if n > 20 && unit > 0 => {
                let ten = ITALIAN_TENS[tens - 2];
                match unit {
                    1 | 8 => format!("{}{}", &ten[..ten.len() - 1], ITALIAN[unit]),
                    3 => format!("{ten}tré"),
                    _ => format!("{ten}{}", ITALIAN[unit]),
                }
            }
            Self::Italian => plain(n, &ITALIAN, &ITALIAN_TENS, ""),
            Self::Polish | Self::Russian => return None,
        };
        Some(words)
    }
}

/// Tens before units, with `join` between them.
fn plain(n: usize, small: &[&str], tens: &[&str; 8], join: &str) -> String {
    match (n / 10, n % 10) {
        (0 | 1, _) => small[n].to_owned(),
        (ten, 0) => tens[ten - 2].to_owned(),
        (ten, unit) => format!("{}{join}{}", tens[ten - 2], small[unit]),
    }
}

fn french(n: usize) -> String {
    match n {
        0..=19 => FRENCH[n].to_owned(),
        80 => "quatre-vingts".to_owned(),
        81..=99 => format!("quatre-vingt-{}", FRENCH[n - 80]),
        71 => "soixante et onze".to_owned(),
        70..=79 => format!("soixante-{}", FRENCH[n - 60]),
        _ => {
            let ten = FRENCH_TENS[n / 10 - 2];
            match n % 10 {
                0 => ten.to_owned(),
                1 => format!("{ten} et un"),
                unit => format!("{ten}-{}", FRENCH[unit]),
            }
        }
    }
}

fn polish(n: u32) -> Option<String> {
    match n {
        1..=19 => Some(POLISH[n as usize - 1].to_owned()),
        20..=99 if n.is_multiple_of(10) => Some(POLISH_TENS[n as usize / 10 - 2].to_owned()),
        20..=99 => Some(format!("{} {}", POLISH_TENS[n as usize / 10 - 2], POLISH[n as usize % 10 - 1])),
        _ => None,
    }
}

fn polish_feminine(ordinal: &str) -> String {
    let feminine = |word: &str| match word {
        "trzeci" => "trzecia".to_owned(),
        _ => format!("{}a", word.trim_end_matches(['y', 'i'])),
    };
    ordinal.split(' ').map(feminine).collect::<Vec<_>>().join(" ")
}

fn russian(n: u32) -> Option<String> {
    match n {
        1..=19 => Some(RUSSIAN[n as usize - 1].to_owned()),
        20..=99 if n.is_multiple_of(10) => Some(RUSSIAN_TENS[n as usize / 10 - 2].to_owned()),
        20..=99 => {
            Some(format!("{} {}", RUSSIAN_CARDINAL_TENS[n as usize / 10 - 2], RUSSIAN[n as usize % 10 - 1]))
        }
        _ => None,
    }
}

fn russian_feminine(ordinal: &str) -> String {
    if let Some(stem) = ordinal.strip_suffix("третий") {
        return format!("{stem}третья");
    }
    let stem = ordinal.strip_suffix("ый").or_else(|| ordinal.strip_suffix("ой")).unwrap_or(ordinal);
    format!("{stem}ая")
}
