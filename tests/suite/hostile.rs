//! Any bytes give a book: nothing panics, nothing hangs, no word is lost on the way.

use std::fmt::Write as _;
use std::time::Instant;

use inkbind::backend::REGISTRY;
use inkbind::env::FixedEnv;
use inkbind::options::{OutputOptions, TextOptions};
use inkbind::{Understood, ledger, understand};
use proptest::prelude::*;

/// The way to the book; every word must be accounted for.
fn to_the_book(bytes: &[u8]) -> Understood {
    let work = understand(bytes, &TextOptions::default());
    let account = ledger::account(&work.source.decoded, &work.book, &work.report);
    assert!(account.balances(), "lost {:?}, invented {:?}", account.lost, account.invented);
    work
}

/// The whole way, to every format.
fn whole_way(bytes: &[u8]) {
    let work = to_the_book(bytes);
    for entry in REGISTRY {
        let mut out = Vec::new();
        let backend = (entry.make)(&OutputOptions::default());
        backend.write(&work.book, &FixedEnv::default(), &mut out).unwrap();
        assert!(!out.is_empty(), "{} wrote nothing", entry.name);
    }
}

/// Texts that have tripped programs of this kind.
fn hostile() -> Vec<(&'static str, Vec<u8>)> {
    let text = |s: &str| s.as_bytes().to_vec();
    vec![
        ("nothing", Vec::new()),
        ("one newline", text("\n")),
        ("white space of every kind", text("\u{feff} \t\r\n\u{a0}\u{2003}\u{3000}\u{85}\u{2028}\u{200b}")),
        ("zero bytes", vec![0; 300]),
        ("every byte", (0..=255).cycle().take(2048).collect()),
        ("a lone byte order mark", text("\u{feff}")),
        ("UTF-16 cut in half", b"\xFF\xFEa\0b\0c".to_vec()),
        ("lone surrogates in UTF-16", b"\xFF\xFE\x00\xD8a\0\x00\xDC".to_vec()),
        ("overlong UTF-8", b"\xC0\x80\xE0\x80\xAF text".to_vec()),
        ("text cut in a character", b"caf\xC3".to_vec()),
        ("only quotation marks", text(&"\"'".repeat(500))),
        ("only dashes", text(&"-".repeat(5000))),
        ("only stars", text(&"* * *\n".repeat(500))),
        ("only underscores", text(&"_".repeat(3000))),
        ("unclosed marks", text("_a *b **c __d [i]e [quote]f \"g 'h (i [j {k <l> &m; &amp")),
        ("brackets nested deep", text(&format!("{}x{}", "[quote]".repeat(400), "[/quote]".repeat(400)))),
        ("one line of a hundred thousand letters", text(&"word ".repeat(20_000))),
        ("one word of ten thousand letters", text(&"a".repeat(10_000))),
        ("ten thousand blank lines", text(&"\n".repeat(10_000))),
        ("only chapter headings", text(&"Chapter 1\n\n".repeat(300))),
        ("a chapter number without end", text(&format!("Chapter {}\n\ntext\n", "9".repeat(400)))),
        ("roman numerals without end", text(&format!("Chapter {}\n\ntext\n", "M".repeat(400)))),
        ("serial markers without text", text(&format!("Work Header\n{}", "Chapter Text\n\n".repeat(50)))),
        ("an archive's markers alone", text("*** START OF THE PROJECT GUTENBERG EBOOK ***")),
        (
            "markers the wrong way round",
            text(
                "*** END OF THE PROJECT GUTENBERG EBOOK X ***\n\nHello.\n\n*** START OF THE PROJECT GUTENBERG EBOOK X ***\n",
            ),
        ),
        ("notes that refer to nothing", text("Text[1] and[2].\n\n[3] A note to nothing.\n\n[1]\n")),
        ("combining marks without end", text(&format!("a{}", "\u{301}".repeat(5000)))),
        ("right to left", text("שלום עולם\n\nمرحبا بالعالم \u{202e}esrever\u{202c}\n")),
        ("letters no font has", text("\u{10ffff} \u{e000} 𒀀𒀁 \u{1f600}\u{200d}\u{1f468} 漢字かな\n")),
        ("control characters", text("a\u{1}b\u{8}c\u{c}d\u{1b}[31me\u{7f}f\u{9b}g")),
        ("markup", text("<script>alert(1)</script> ]]> &#x0; <!DOCTYPE a [<!ENTITY b \"c\">]> &b;")),
        ("every kind of newline", text("a\rb\r\nc\nd\u{b}e\u{c}f\u{85}g\u{2028}h\u{2029}i\r\r\n\n\r")),
        ("indents without end", text(&(0..400).map(|i| " ".repeat(i) + "x\n").collect::<Vec<_>>().concat())),
    ]
}

#[test]
fn hostile_texts_become_books() {
    for (name, bytes) in hostile() {
        let caught = std::panic::catch_unwind(|| whole_way(&bytes));
        assert!(caught.is_ok(), "{name}");
    }
}

/// Pieces that stages look for; strung together at random they make texts near the edge.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "Chapter Text",
        "Work Header",
        "CHAPTER I",
        "Chapter 2: Of Names",
        "Part Two",
        "* * *",
        "***",
        "#",
        "---",
        "\n",
        "\n\n",
        "\n\n\n\n",
        "\r\n",
        "    ",
        "\t",
        " ",
        "\u{a0}",
        "\"",
        "'",
        "``",
        "''",
        "--",
        "...",
        " - ",
        "_word_",
        "*word*",
        "=word=",
        "[i]",
        "[/i]",
        "[1]",
        "[Illustration]",
        "Dear Sir,",
        "THE END",
        "~The End~",
        "word",
        "Word.",
        "don't",
        "'tis",
        "1984",
        "iv",
        "hyphen-\nated",
        "æther",
        "ﬁne",
        "Ω",
        "…",
        "—",
        "Notes:",
        "Summary",
        "by Anon",
        "Title: X",
        "*** START OF THE PROJECT GUTENBERG EBOOK X ***",
        "*** END OF THE PROJECT GUTENBERG EBOOK X ***",
    ]);
    prop::collection::vec(piece, 0..80).prop_map(|p| p.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_become_a_book(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        to_the_book(&bytes);
    }

    #[test]
    fn texts_near_the_edge_become_books(text in pieces()) {
        to_the_book(text.as_bytes());
    }
}

proptest! {
    // Setting pages is slow where the tests are not optimised.
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn texts_near_the_edge_become_files(text in pieces()) {
        whole_way(text.as_bytes());
    }
}

/// A text of about `bytes` bytes with something for every stage.
fn text_of(bytes: usize) -> Vec<u8> {
    let paragraph = "\"It isn't so,\" she said -- twice... and _that_ was all he'd hear of it, that day.\n\n";
    let mut text = String::new();
    let mut n = 0;
    while text.len() < bytes {
        if n % 60 == 0 {
            let _ = write!(text, "\nCHAPTER {}\n\n", n / 60 + 1);
        }
        text.push_str(if n % 25 == 24 { "* * *\n\n" } else { paragraph });
        n += 1;
    }
    text.into_bytes()
}

#[test]
fn twice_the_text_takes_no_more_than_about_twice_the_time() {
    let time = |bytes: &[u8]| {
        let best = (0..3).map(|_| {
            let start = Instant::now();
            let work = understand(bytes, &TextOptions::default());
            assert!(!work.book.chapters.is_empty());
            start.elapsed()
        });
        best.min().unwrap().as_secs_f64()
    };
    let (small, large) = (text_of(100_000), text_of(800_000));
    // Eight times the text: 8 for a linear pass, 64 for a quadratic one. 24 leaves room for a
    // busy machine.
    let ratio = time(&large) / time(&small);
    assert!(ratio < 24.0, "eight times the text took {ratio:.1} times as long");
}
