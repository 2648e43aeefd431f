//! In: an input that was worth keeping, and others to take pieces from. Out: one near it.

use std::io::{Cursor, Read, Write};

use lopdf::{Dictionary, Document, Object};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// Longest input that is kept: longer ones only cost time.
const LONGEST: usize = 1 << 16;

/// What stages look for; random bytes alone would hardly ever hit on it.
const WORDS: &[&str] = &[
    "Chapter Text",
    "Work Header",
    "CHAPTER I",
    "Chapter 2: Of Names",
    "Part Two",
    "\n* * *\n",
    "***",
    "#",
    "\n\n",
    "\n\n\n\n\n",
    "\r\n",
    "    ",
    "\t",
    "\u{a0}",
    "\u{200b}",
    "\u{ad}",
    "\u{301}",
    "\u{202e}",
    "\"",
    "'",
    "``",
    "''",
    "--",
    "---",
    "...",
    ". . .",
    " - ",
    "_",
    "*",
    "=",
    "[i]",
    "[/i]",
    "[quote]",
    "[/quote]",
    "[1]",
    "[Illustration]",
    "Dear Sir,",
    "THE END",
    "~The End~",
    "don't",
    "'tis",
    "1984",
    "iv",
    "-\n",
    "æ",
    "ﬁ",
    "Ω",
    "…",
    "—",
    "“",
    "”",
    "’",
    "Notes:",
    "Summary",
    "by Anon",
    "Title: X",
    "Page 12",
    "&amp;",
    "&#8212;",
    "<i>",
    "</i>",
    "Ã©",
    "â€œ",
    "\u{fffd}",
    "\u{c}",
    "ISBN",
    "Contents",
    "Footnotes",
    "> ",
    "|",
    "漢字",
    "שלום",
    "[Footnote: see",
    "[Footnote 3: it]",
    "[1] It was.",
    "*",
    "†",
    "\n\n† A note.",
    "[quote=A]",
    "<blockquote>",
    "CONTENTS\n\n",
    "by A. Writer",
    "\n    ",
    "Dear Cousin,",
    "Yours ever,",
    "- one\n",
    "1. First\n",
    "THE QUAY 12\n",
    "[Illustration: a quay]",
    "Chapter Notes",
    "Stats:",
    "donâ€™t",
    "\u{2028}",
    "\u{85}",
    "\u{2019}",
    "*** START OF THE PROJECT GUTENBERG EBOOK X ***",
    "*** END OF THE PROJECT GUTENBERG EBOOK X ***",
];

/// What XML and settings files are made of.
const SYNTAX: &[&str] = &[
    "<",
    ">",
    "</",
    "/>",
    "&",
    ";",
    "\"",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<!DOCTYPE a [<!ENTITY b \"c\">]>",
    "&b;",
    "&#0;",
    "&#x110000;",
    "<?xml version=\"1.0\"?>",
    "xmlns:x=\"y\"",
    "href=\"../../x\"",
    "id=\"\"",
    "[",
    "]",
    "[[rules.override]]",
    "= ",
    "[book]",
    "title = \"x\"",
    "[layout]",
    "size = \"11/14\"",
    "trim = \"6x9\"",
    "{",
    "}",
    "'''",
    "\\u0000",
    "1e999",
    "-1",
    "99999999999999999999",
    "true",
    "1979-05-27",
    "%2e%2e/",
];

/// A small generator (xorshift64*): the same seed gives the same run.
pub struct Dice(u64);

impl Dice {
    /// Starts from a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// A number below `n`, which is more than none.
    pub fn below(&mut self, n: usize) -> usize {
        (self.next() >> 33) as usize % n.max(1)
    }

    /// One of them.
    pub fn one<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}

/// An input near `parent`, by what kind of file it is.
pub fn mutate(parent: &[u8], others: &[Vec<u8>], dice: &mut Dice) -> Vec<u8> {
    let inside = dice.below(4) > 0;
    let mutated = match parent {
        [b'P', b'K', 3, 4, ..] if inside => in_container(parent, others, dice),
        [b'%', b'P', b'D', b'F', ..] if inside => in_objects(parent, dice),
        _ => None,
    };
    mutated.unwrap_or_else(|| bytes(parent, others, dice))
}

/// Changes some bytes, words or stretches.
fn bytes(parent: &[u8], others: &[Vec<u8>], dice: &mut Dice) -> Vec<u8> {
    let mut out = parent.to_vec();
    for _ in 0..1 << dice.below(4) {
        let at = dice.below(out.len() + 1);
        let most = 1 << dice.below(9);
        let length = 1 + dice.below(most);
        let end = (at + length).min(out.len());
        match dice.below(9) {
            0 => out.splice(at..at, dice.one(WORDS).bytes()).for_each(drop),
            1 => out.splice(at..at, dice.one(SYNTAX).bytes()).for_each(drop),
            2 => out.splice(at..end, []).for_each(drop),
            3 => {
                let part = out[at..end].repeat(1 + dice.below(8));
                out.splice(at..at, part).for_each(drop);
            }
            4 => {
                let other = dice.one(others);
                let from = dice.below(other.len() + 1);
                let to = (from + length).min(other.len());
                out.splice(at..end, other[from..to].iter().copied()).for_each(drop);
            }
            5 => out[at..end].reverse(),
            6 => {
                let word = dice.one(WORDS);
                out.splice(at..at, word.repeat(1 + dice.below(60)).bytes()).for_each(drop);
            }
            // Offsets stay where they are: formats with tables of them survive these two.
            7 if at < out.len() => out[at] = dice.below(256) as u8,
            _ if at < out.len() => out[at] ^= 1 << dice.below(8),
            _ => {}
        }
    }
    out.truncate(LONGEST.max(parent.len()));
    out
}

/// Changes one file of a zip container and packs it again.
fn in_container(parent: &[u8], others: &[Vec<u8>], dice: &mut Dice) -> Option<Vec<u8>> {
    let mut container = ZipArchive::new(Cursor::new(parent)).ok()?;
    let chosen = dice.below(container.len());
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for i in 0..container.len() {
        let mut file = container.by_index(i).ok()?;
        let name = file.name().to_owned();
        let mut data = Vec::new();
        (&mut file).take(1 << 20).read_to_end(&mut data).ok()?;
        if i == chosen {
            match dice.below(12) {
                0 => continue,
                1 => data = bytes(&data, others, dice).repeat(2),
                _ => data = bytes(&data, others, dice),
            }
        }
        out.start_file(name, options).ok()?;
        out.write_all(&data).ok()?;
    }
    Some(out.finish().ok()?.into_inner())
}

/// Changes one object of a PDF and writes the file anew.
fn in_objects(parent: &[u8], dice: &mut Dice) -> Option<Vec<u8>> {
    let mut document = Document::load_mem(parent).ok()?;
    let ids: Vec<_> = document.objects.keys().copied().collect();
    for _ in 0..1 + dice.below(3) {
        let id = *dice.one(&ids);
        let strange = strange(&ids, dice);
        match document.objects.get_mut(&id)? {
            Object::Dictionary(dictionary) => put(dictionary, strange, dice),
            Object::Stream(stream) if dice.below(2) == 0 => put(&mut stream.dict, strange, dice),
            Object::Stream(stream) => {
                let plain = stream.decompressed_content().unwrap_or_else(|_| stream.content.clone());
                stream.set_plain_content(bytes(&plain, &[plain.clone()], dice));
            }
            other => *other = strange,
        }
    }
    let mut out = Vec::new();
    document.save_to(&mut out).ok()?;
    Some(out)
}

fn put(dictionary: &mut Dictionary, value: Object, dice: &mut Dice) {
    let keys: Vec<Vec<u8>> = dictionary.iter().map(|(key, _)| key.clone()).collect();
    if let Some(key) = keys.get(dice.below(keys.len() + 1)) {
        dictionary.set(key.clone(), value);
    } else {
        let names = ["Kids", "Parent", "Contents", "Resources", "MediaBox", "Rotate", "Filter", "Length"];
        dictionary.set(*dice.one(&names), value);
    }
}

/// A value that hardly any reader expects.
fn strange(ids: &[lopdf::ObjectId], dice: &mut Dice) -> Object {
    match dice.below(10) {
        0 => Object::Null,
        1 => Object::Integer(*dice.one(&[0, -1, i64::MAX, i64::MIN, 1 << 31, 65_536])),
        2 => Object::Real(*dice.one(&[0.0, -1.0, f32::MAX, f32::INFINITY, f32::NAN, 1e-30])),
        3 => Object::Name(dice.one(WORDS).as_bytes().to_vec()),
        4 => Object::string_literal(*dice.one(WORDS)),
        5 => Object::Array((0..dice.below(9)).map(|_| Object::Reference(*dice.one(ids))).collect()),
        6 => Object::Dictionary(Dictionary::new()),
        7 => (0..dice.below(200)).fold(Object::Null, |inner, _| Object::Array(vec![inner])),
        _ => Object::Reference(*dice.one(ids)),
    }
}
