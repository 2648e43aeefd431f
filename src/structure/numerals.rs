//! In: the words of a heading. Out: the number that they write: figures, roman numerals, number
//! words and ordinals of ten languages, Chinese numerals.

use super::lengths::Lengths;
use crate::book::NumberStyle;
use crate::wording;

/// A number at the start of a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Numeral {
    /// Its value.
    pub value: u32,
    /// How it is written.
    pub style: NumberStyle,
    /// Bytes that it takes.
    pub length: usize,
}

/// Values that headings reach; above it a number is a year, a price, a telephone number.
pub const LARGEST: u32 = 5000;

/// Cardinals and ordinals: English and the languages that share its scripts. Units and teens
/// first, then tens; a word may stand for several languages.
#[rustfmt::skip]
const WORDS: &[(&str, u32, bool)] = &[
    // English
    ("one", 1, false),
    ("two", 2, false),
    ("three", 3, false),
    ("four", 4, false),
    ("five", 5, false),
    ("six", 6, false),
    ("seven", 7, false),
    ("eight", 8, false),
    ("nine", 9, false),
    ("ten", 10, false),
    ("eleven", 11, false),
    ("twelve", 12, false),
    ("thirteen", 13, false),
    ("fourteen", 14, false),
    ("fifteen", 15, false),
    ("sixteen", 16, false),
    ("seventeen", 17, false),
    ("eighteen", 18, false),
    ("nineteen", 19, false),
    ("twenty", 20, false),
    ("thirty", 30, false),
    ("forty", 40, false),
    ("fifty", 50, false),
    ("sixty", 60, false),
    ("seventy", 70, false),
    ("eighty", 80, false),
    ("ninety", 90, false),
    ("hundred", 100, false),
    ("zero", 0, false),
    ("first", 1, true),
    ("second", 2, true),
    ("third", 3, true),
    ("fourth", 4, true),
    ("fifth", 5, true),
    ("sixth", 6, true),
    ("seventh", 7, true),
    ("eighth", 8, true),
    ("ninth", 9, true),
    ("tenth", 10, true),
    ("eleventh", 11, true),
    ("twelfth", 12, true),
    ("thirteenth", 13, true),
    ("fourteenth", 14, true),
    ("fifteenth", 15, true),
    ("sixteenth", 16, true),
    ("seventeenth", 17, true),
    ("eighteenth", 18, true),
    ("nineteenth", 19, true),
    ("twentieth", 20, true),
    ("thirtieth", 30, true),
    ("fortieth", 40, true),
    ("fiftieth", 50, true),
    ("sixtieth", 60, true),
    ("seventieth", 70, true),
    ("eightieth", 80, true),
    ("ninetieth", 90, true),
    ("hundredth", 100, true),
    ("last", 9999, true),
    // German
    ("eins", 1, false),
    ("zwei", 2, false),
    ("drei", 3, false),
    ("vier", 4, false),
    ("fünf", 5, false),
    ("sechs", 6, false),
    ("sieben", 7, false),
    ("acht", 8, false),
    ("neun", 9, false),
    ("zehn", 10, false),
    ("elf", 11, false),
    ("zwölf", 12, false),
    ("dreizehn", 13, false),
    ("vierzehn", 14, false),
    ("fünfzehn", 15, false),
    ("sechzehn", 16, false),
    ("siebzehn", 17, false),
    ("achtzehn", 18, false),
    ("neunzehn", 19, false),
    ("zwanzig", 20, false),
    ("dreißig", 30, false),
    ("einundzwanzig", 21, false),
    ("zweiundzwanzig", 22, false),
    ("dreiundzwanzig", 23, false),
    ("vierundzwanzig", 24, false),
    ("fünfundzwanzig", 25, false),
    ("sechsundzwanzig", 26, false),
    ("siebenundzwanzig", 27, false),
    ("achtundzwanzig", 28, false),
    ("neunundzwanzig", 29, false),
    ("erstes", 1, true),
    ("zweites", 2, true),
    ("drittes", 3, true),
    ("viertes", 4, true),
    ("fünftes", 5, true),
    ("sechstes", 6, true),
    ("siebentes", 7, true),
    ("siebtes", 7, true),
    ("achtes", 8, true),
    ("neuntes", 9, true),
    ("zehntes", 10, true),
    ("elftes", 11, true),
    ("zwölftes", 12, true),
    ("dreizehntes", 13, true),
    ("vierzehntes", 14, true),
    ("fünfzehntes", 15, true),
    ("sechzehntes", 16, true),
    ("siebzehntes", 17, true),
    ("achtzehntes", 18, true),
    ("neunzehntes", 19, true),
    ("zwanzigstes", 20, true),
    ("erster", 1, true),
    ("zweiter", 2, true),
    ("dritter", 3, true),
    ("vierter", 4, true),
    ("fünfter", 5, true),
    ("sechster", 6, true),
    ("siebter", 7, true),
    ("achter", 8, true),
    ("neunter", 9, true),
    ("zehnter", 10, true),
    ("erste", 1, true),
    ("zweite", 2, true),
    ("dritte", 3, true),
    ("vierte", 4, true),
    ("fünfte", 5, true),
    // French
    ("un", 1, false),
    ("deux", 2, false),
    ("trois", 3, false),
    ("quatre", 4, false),
    ("cinq", 5, false),
    ("sept", 7, false),
    ("huit", 8, false),
    ("neuf", 9, false),
    ("dix", 10, false),
    ("onze", 11, false),
    ("douze", 12, false),
    ("treize", 13, false),
    ("quatorze", 14, false),
    ("quinze", 15, false),
    ("seize", 16, false),
    ("dix-sept", 17, false),
    ("dix-huit", 18, false),
    ("dix-neuf", 19, false),
    ("vingt", 20, false),
    ("trente", 30, false),
    ("premier", 1, true),
    ("première", 1, true),
    ("deuxième", 2, true),
    ("seconde", 2, true),
    ("troisième", 3, true),
    ("quatrième", 4, true),
    ("cinquième", 5, true),
    ("sixième", 6, true),
    ("septième", 7, true),
    ("huitième", 8, true),
    ("neuvième", 9, true),
    ("dixième", 10, true),
    ("onzième", 11, true),
    ("douzième", 12, true),
    ("dernier", 9999, true),
    ("dernière", 9999, true),
    // Spanish, Portuguese
    ("uno", 1, false),
    ("dos", 2, false),
    ("tres", 3, false),
    ("cuatro", 4, false),
    ("cinco", 5, false),
    ("seis", 6, false),
    ("siete", 7, false),
    ("ocho", 8, false),
    ("nueve", 9, false),
    ("diez", 10, false),
    ("once", 11, false),
    ("doce", 12, false),
    ("trece", 13, false),
    ("catorce", 14, false),
    ("quince", 15, false),
    ("dieciséis", 16, false),
    ("diecisiete", 17, false),
    ("dieciocho", 18, false),
    ("diecinueve", 19, false),
    ("veinte", 20, false),
    ("primero", 1, true),
    ("primera", 1, true),
    ("segundo", 2, true),
    ("segunda", 2, true),
    ("tercero", 3, true),
    ("tercera", 3, true),
    ("cuarto", 4, true),
    ("cuarta", 4, true),
    ("quinto", 5, true),
    ("quinta", 5, true),
    ("sexto", 6, true),
    ("sexta", 6, true),
    ("séptimo", 7, true),
    ("octavo", 8, true),
    ("noveno", 9, true),
    ("décimo", 10, true),
    ("um", 1, false),
    ("dois", 2, false),
    ("três", 3, false),
    ("quatro", 4, false),
    ("sete", 7, false),
    ("oito", 8, false),
    ("nove", 9, false),
    ("dez", 10, false),
    ("doze", 12, false),
    ("treze", 13, false),
    ("quinze", 15, false),
    ("dezesseis", 16, false),
    ("vinte", 20, false),
    ("primeiro", 1, true),
    ("primeira", 1, true),
    ("terceiro", 3, true),
    ("terceira", 3, true),
    ("quarto", 4, true),
    ("quarta", 4, true),
    // Italian
    ("due", 2, false),
    ("tre", 3, false),
    ("quattro", 4, false),
    ("cinque", 5, false),
    ("sei", 6, false),
    ("sette", 7, false),
    ("otto", 8, false),
    ("dieci", 10, false),
    ("undici", 11, false),
    ("dodici", 12, false),
    ("tredici", 13, false),
    ("quattordici", 14, false),
    ("quindici", 15, false),
    ("sedici", 16, false),
    ("venti", 20, false),
    ("primo", 1, true),
    ("prima", 1, true),
    ("secondo", 2, true),
    ("seconda", 2, true),
    ("terzo", 3, true),
    ("terza", 3, true),
    ("sesto", 6, true),
    ("settimo", 7, true),
    ("ottavo", 8, true),
    ("nono", 9, true),
    ("decimo", 10, true),
    ("undicesimo", 11, true),
    ("dodicesimo", 12, true),
    // Dutch
    ("een", 1, false),
    ("één", 1, false),
    ("twee", 2, false),
    ("drie", 3, false),
    ("vijf", 5, false),
    ("zes", 6, false),
    ("zeven", 7, false),
    ("negen", 9, false),
    ("tien", 10, false),
    ("twaalf", 12, false),
    ("dertien", 13, false),
    ("veertien", 14, false),
    ("vijftien", 15, false),
    ("zestien", 16, false),
    ("twintig", 20, false),
    ("eerste", 1, true),
    ("tweede", 2, true),
    ("derde", 3, true),
    ("vierde", 4, true),
    ("vijfde", 5, true),
    ("zesde", 6, true),
    ("zevende", 7, true),
    ("achtste", 8, true),
    ("negende", 9, true),
    ("tiende", 10, true),
    // Swedish
    ("ett", 1, false),
    ("två", 2, false),
    ("fyra", 4, false),
    ("fem", 5, false),
    ("sex", 6, false),
    ("sju", 7, false),
    ("åtta", 8, false),
    ("nio", 9, false),
    ("tio", 10, false),
    ("elva", 11, false),
    ("tolv", 12, false),
    ("tretton", 13, false),
    ("fjorton", 14, false),
    ("femton", 15, false),
    ("tjugo", 20, false),
    ("första", 1, true),
    ("andra", 2, true),
    ("tredje", 3, true),
    ("fjärde", 4, true),
    ("femte", 5, true),
    ("sjätte", 6, true),
    ("sjunde", 7, true),
    ("åttonde", 8, true),
    ("nionde", 9, true),
    ("tionde", 10, true),
    // Polish
    ("pierwszy", 1, true),
    ("pierwsza", 1, true),
    ("drugi", 2, true),
    ("druga", 2, true),
    ("trzeci", 3, true),
    ("trzecia", 3, true),
    ("czwarty", 4, true),
    ("czwarta", 4, true),
    ("piąty", 5, true),
    ("piąta", 5, true),
    ("szósty", 6, true),
    ("siódmy", 7, true),
    ("ósmy", 8, true),
    ("dziewiąty", 9, true),
    ("dziesiąty", 10, true),
    ("jedenasty", 11, true),
    ("dwunasty", 12, true),
    ("jeden", 1, false),
    ("dwa", 2, false),
    ("trzy", 3, false),
    ("cztery", 4, false),
    ("pięć", 5, false),
    ("sześć", 6, false),
    ("siedem", 7, false),
    ("osiem", 8, false),
    ("dziewięć", 9, false),
    ("dziesięć", 10, false),
    // Russian
    ("первая", 1, true),
    ("первый", 1, true),
    ("первое", 1, true),
    ("вторая", 2, true),
    ("второй", 2, true),
    ("второе", 2, true),
    ("третья", 3, true),
    ("третий", 3, true),
    ("третье", 3, true),
    ("четвёртая", 4, true),
    ("четвертая", 4, true),
    ("четвёртый", 4, true),
    ("четвертый", 4, true),
    ("пятая", 5, true),
    ("пятый", 5, true),
    ("шестая", 6, true),
    ("шестой", 6, true),
    ("седьмая", 7, true),
    ("седьмой", 7, true),
    ("восьмая", 8, true),
    ("девятая", 9, true),
    ("десятая", 10, true),
    ("одиннадцатая", 11, true),
    ("двенадцатая", 12, true),
    ("один", 1, false),
    ("два", 2, false),
    ("три", 3, false),
    ("четыре", 4, false),
    ("пять", 5, false),
    ("шесть", 6, false),
    ("семь", 7, false),
    ("восемь", 8, false),
    ("девять", 9, false),
    ("десять", 10, false),
];

/// The number that `s` begins with.
pub fn read(s: &str) -> Option<Numeral> {
    let first = s.chars().next()?;
    if first.is_ascii_digit() {
        return figures(s);
    }
    if !first.is_ascii()
        && let Some(numeral) = chinese(s)
    {
        return Some(numeral);
    }
    roman(s).or_else(|| words(s))
}

fn figures(s: &str) -> Option<Numeral> {
    let digits = s.bytes().take_while(u8::is_ascii_digit).count();
    let value: u32 = s[..digits].parse().ok().filter(|v| *v <= LARGEST)?;
    let rest = &s[digits..];
    for ending in ["st", "nd", "rd", "th", "ST", "ND", "RD", "TH", "ème", "er", "º", "ª", "°"] {
        if let Some(after) = rest.strip_prefix(ending)
            && !after.starts_with(char::is_alphabetic)
        {
            return Some(Numeral { value, style: NumberStyle::Ordinal, length: digits + ending.len() });
        }
    }
    // `877화`, `3a`: the letter is not part of the number; `3rd` was seen above.
    Some(Numeral { value, style: NumberStyle::Arabic, length: digits })
}

/// Roman numerals, all capitals or all small, in their regular form, as whole words.
fn roman(s: &str) -> Option<Numeral> {
    let value_of = |c: char| match c.to_ascii_uppercase() {
        'I' => Some(1),
        'V' => Some(5),
        'X' => Some(10),
        'L' => Some(50),
        'C' => Some(100),
        'D' => Some(500),
        'M' => Some(1000),
        _ => None,
    };
    let length = s.bytes().take_while(u8::is_ascii_alphabetic).count();
    let letter = |b: u8| matches!(b.to_ascii_uppercase(), b'I' | b'V' | b'X' | b'L' | b'C' | b'D' | b'M');
    if length == 0
        || length > 12
        || !s.bytes().take(length).all(letter)
        || s[length..].starts_with(|c: char| c.is_alphanumeric() || matches!(c, '\'' | '’'))
    {
        return None;
    }
    let word = &s[..length];
    if word.bytes().any(|b| b.is_ascii_uppercase()) && word.bytes().any(|b| b.is_ascii_lowercase()) {
        return None;
    }
    let values: Option<Vec<u32>> = word.chars().map(value_of).collect();
    let values = values?;
    let mut value = 0;
    for (i, v) in values.iter().enumerate() {
        if values.get(i + 1).is_some_and(|n| n > v) { value -= *v as i32 } else { value += *v as i32 }
    }
    let value = u32::try_from(value).ok()?;
    let upper = word.to_ascii_uppercase();
    // Old books write IIII and XXXX beside the regular forms.
    let regular = wording::roman(value)?;
    let old = regular.replace("IV", "IIII").replace("XL", "XXXX").replace("IX", "VIIII");
    (regular == upper || old == upper || regular.replace("IV", "IIII") == upper).then_some(Numeral {
        value,
        style: NumberStyle::Roman,
        length,
    })
}

/// Number words: `Twenty-One`, `one hundred and two`, `the` is skipped by the caller.
fn words(s: &str) -> Option<Numeral> {
    let mut at = 0;
    let mut total = 0;
    let mut ordinal = false;
    let mut found = 0;
    let mut end = 0;
    let mut last = 0;
    // A word as short as `un` or `um` is a number where it is all there is.
    if let Some((value, is_ordinal)) = known(s.trim_end_matches(['.', ':'])) {
        let style = if is_ordinal { NumberStyle::Ordinal } else { NumberStyle::Words };
        return Some(Numeral { value, style, length: s.trim_end_matches(['.', ':']).len() });
    }
    loop {
        let rest = &s[at..];
        let length = word_length(rest);
        let Some((value, is_ordinal)) = lookup(&rest[..length]).or_else(|| {
            let hyphen = rest[..length].find('-')?;
            lookup(&rest[..hyphen])
        }) else {
            break;
        };
        let taken = if lookup(&rest[..length]).is_some() {
            length
        } else {
            rest[..length].find('-').unwrap_or(length)
        };
        let fits = found == 0
            || (value == 100 && last < 10)
            || (last >= 20 && last % 10 == 0 && last < 100 && value < 10 && value > 0)
            || (last == 100 && value < 100);
        if !fits {
            break;
        }
        if value == 100 && found > 0 {
            total *= 100;
        } else {
            total += value;
        }
        last = value;
        ordinal |= is_ordinal;
        found += 1;
        at += taken;
        end = at;
        if is_ordinal {
            break;
        }
        let sep = &s[at..];
        if let Some(next) = sep
            .strip_prefix(" and ")
            .or_else(|| sep.strip_prefix(" AND "))
            .or_else(|| sep.strip_prefix(" And "))
        {
            if last != 100 {
                break;
            }
            at = s.len() - next.len();
        } else if sep.starts_with([' ', '-', '‐', '–']) {
            at += sep.chars().next().map_or(1, char::len_utf8);
        } else {
            break;
        }
    }
    let style = if ordinal { NumberStyle::Ordinal } else { NumberStyle::Words };
    (found > 0).then_some(Numeral { value: total, style, length: end })
}

fn word_length(s: &str) -> usize {
    s.find(|c: char| !(c.is_alphabetic() || c == '-')).unwrap_or(s.len())
}

fn lookup(word: &str) -> Option<(u32, bool)> {
    if word.is_empty()
        || word.len() > 28
        || !word.chars().next().is_some_and(char::is_uppercase) && word.len() < 3
    {
        return None;
    }
    known(word)
}

static LENGTHS: Lengths = {
    let mut lengths = Lengths::NONE;
    let mut i = 0;
    while i < WORDS.len() {
        lengths = lengths.and(WORDS[i].0);
        i += 1;
    }
    lengths
};

fn known(word: &str) -> Option<(u32, bool)> {
    if word.len() > 28 || !LENGTHS.may_have(word) {
        return None;
    }
    let low = word.to_lowercase();
    WORDS.iter().find(|(w, ..)| *w == low).map(|(_, v, o)| (*v, *o))
}

/// Chinese numerals as in 第二十三章.
fn chinese(s: &str) -> Option<Numeral> {
    let digit = |c: char| {
        "零一二三四五六七八九".chars().position(|d| d == c).map(|p| p as u32).or(match c {
            '〇' => Some(0),
            '两' | '兩' => Some(2),
            _ => None,
        })
    };
    let (mut total, mut section, mut length, mut seen) = (0_u32, 0_u32, 0, false);
    for c in s.chars() {
        if let Some(full) = u32::from(c).checked_sub(0xff10).filter(|d| *d < 10) {
            section = section.saturating_mul(10).saturating_add(full);
        } else if let Some(d) = digit(c) {
            section = if seen && section > 0 && section < 1000 { section * 10 + d } else { d };
        } else if let Some(unit) = match c {
            '十' => Some(10),
            '百' => Some(100),
            '千' => Some(1000),
            _ => None,
        } {
            total += section.max(1) * unit;
            section = 0;
        } else {
            break;
        }
        seen = true;
        length += c.len_utf8();
    }
    let value = total.saturating_add(section);
    (seen && value <= LARGEST).then_some(Numeral { value, style: NumberStyle::Words, length })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(s: &str) -> Option<(u32, usize)> {
        read(s).map(|n| (n.value, n.length))
    }

    #[test]
    fn numbers_are_read_however_written() {
        assert_eq!(value("12. Title"), Some((12, 2)));
        assert_eq!(value("3rd"), Some((3, 3)));
        assert_eq!(value("XIV."), Some((14, 3)));
        assert_eq!(value("iv"), Some((4, 2)));
        assert_eq!(value("VIIII"), Some((9, 5)));
        assert_eq!(value("Twenty-One: Title"), Some((21, 10)));
        assert_eq!(value("Twenty One"), Some((21, 10)));
        assert_eq!(value("ONE HUNDRED AND TWO"), Some((102, 19)));
        assert_eq!(value("Thirty-Second"), Some((32, 13)));
        assert_eq!(value("Erstes Kapitel"), Some((1, 6)));
        assert_eq!(value("二十三章"), Some((23, 9)));
        assert_eq!(value("一百零八"), Some((108, 12)));
        assert_eq!(value("третья"), Some((3, 12)));
    }

    #[test]
    fn words_that_look_like_numerals_are_none() {
        for s in ["Mild", "Civic", "IM", "I'm", "Iv", "DIM", "MIX it", "Onefold", "99999"] {
            assert!(read(s).is_none_or(|n| s == "MIX it" && n.value == 1009), "{s}: {:?}", read(s));
        }
    }
}
