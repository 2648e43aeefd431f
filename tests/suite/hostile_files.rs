//! The program against files that mean harm: each run ends in a sound book or a clear error, within
//! ten seconds of work and 500 MB, with nothing half-written.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use rayon::prelude::*;

/// The most work a run may cost, in seconds of CPU.
const MOST_SECONDS: f64 = 10.0;
/// The most memory a run may hold, in KB.
const MOST_KB: u64 = 500_000;
/// Clock ticks in a second, as Linux counts them for programs.
const TICKS: f64 = 100.0;

/// Files in a folder and a command over them.
struct Case {
    name: String,
    files: Vec<(&'static str, Vec<u8>)>,
    command: String,
    /// Whether it must be refused; `None`: a book or an error, as the program sees fit.
    refused: Option<bool>,
}

fn case(name: &str, files: Vec<(&'static str, Vec<u8>)>, command: &str, refused: Option<bool>) -> Case {
    Case { name: name.to_owned(), files, command: command.to_owned(), refused }
}

const STORY: &str = "The House\n\nChapter 1\n\n\"Come in,\" she said. It wasn't late.\n\n\
                     Chapter 2\n\nHe came in, and the door closed -- at last.\n";

fn story() -> (&'static str, Vec<u8>) {
    ("story.txt", STORY.as_bytes().to_vec())
}

// ---- texts ----

fn texts() -> Vec<Case> {
    let sound: Vec<(&str, String)> = vec![
        ("a hundred thousand quotation marks", "\" ' ".repeat(50_000)),
        ("a hundred thousand opening quotation marks", "“".repeat(100_000)),
        ("quotation marks one in another", "“‘".repeat(5_000) + "x"),
        ("one line of two megabytes", "word after word ".repeat(130_000)),
        ("one word of sixty thousand letters", "abcdefghij".repeat(6_000)),
        ("one word longer than a document", "abcdefghij".repeat(40_000)),
        ("one word in two styles by turns", "[i]ab[/i]cd".repeat(6_000)),
        ("one word of capitals and small letters", "AbcDefGhi".repeat(8_000)),
        ("one word of letters and hyphens", "ab-".repeat(20_000)),
        ("ten thousand headings", (1..=10_000).map(|n| format!("Chapter {n}\n\n")).collect()),
        ("ten thousand short chapters", (1..=3_000).map(|n| format!("Chapter {n}\n\nText.\n\n")).collect()),
        ("combining marks without end", format!("a{} b", "\u{301}".repeat(50_000))),
        ("zero-width characters without end", "a\u{200b}\u{200d}\u{2060}".repeat(20_000)),
        ("joiners between emoji", "\u{1f468}\u{200d}".repeat(10_000)),
        ("direction marks without end", "\u{202e}a\u{202b}b".repeat(5_000)),
        ("underscores without end", "_a ".repeat(50_000)),
        ("stars without end", "*a **b ***c ".repeat(20_000)),
        ("brackets nested deep", format!("{}x{}", "[quote]".repeat(20_000), "[/quote]".repeat(20_000))),
        ("tags nested deep", format!("{}x{}", "<i><b>".repeat(20_000), "</b></i>".repeat(20_000))),
        ("tags never closed", "<i>a <b>b ".repeat(20_000)),
        ("dashes without end", "-".repeat(200_000)),
        ("dots without end", ".".repeat(200_000)),
        ("blank lines without end", format!("a{}b", "\n".repeat(500_000))),
        ("spaces without end", format!("a{}b", " ".repeat(500_000))),
        ("tabs without end", "\ta\n".repeat(50_000)),
        ("rules without end", "-----\n\n".repeat(20_000)),
        ("scene breaks without end", "* * *\n\n".repeat(20_000)),
        ("notes without end", (1..=5_000).map(|n| format!("Text[{n}].\n\n[{n}] Note.\n\n")).collect()),
        ("references to one note", "Text[1] ".repeat(20_000) + "\n\n[1] The note.\n"),
        ("notes inside of the text", "Text[Footnote: a note] ".repeat(2_000)),
        ("notes that never close", "[Footnote: a note ".repeat(20_000)),
        ("notes of one mark", "Text[1].\n\n[1] Another note.\n\n".repeat(5_000)),
        ("notes under daggers", "Text†.\n\n† A note by the author.\n\n".repeat(500)),
        ("notes that refer to each other", "[1] See [2].\n\n[2] See [1].\n\n".repeat(2_000)),
        ("a contents list without end", {
            let list: String = (1..=5_000).map(|n| format!("Chapter {n}\n")).collect();
            format!("CONTENTS\n\n{list}\n\nChapter 1\n\nText.\n")
        }),
        ("entities without end", "&amp;&#65;&#x110000;&nope; ".repeat(10_000)),
        ("hyphens at line ends without end", "hyphen-\n".repeat(30_000)),
        ("verse without end", "    a line of verse\n".repeat(30_000)),
        ("indents ever deeper", (0..1_500).map(|n| " ".repeat(n) + "x\n").collect()),
        ("page numbers without end", (1..=20_000).map(|n| format!("{n}\n\n")).collect()),
        ("the same running head a thousand times", "THE HOUSE 12\n\nSome text goes here.\n\n".repeat(1_000)),
        ("licences without end", "*** START OF THE PROJECT GUTENBERG EBOOK X ***\n\n".repeat(5_000)),
        ("letters no font has", "\u{10fff0}\u{e000}𒀀".repeat(3_000)),
        ("every letter of the first plane", (0x20..0xd7ff).filter_map(char::from_u32).collect()),
        ("ligatures and wide letters", "ﬀﬁﬂﬃﬄＡＢＣ".repeat(5_000)),
        (
            "a title of thirty thousand letters",
            format!("Title: {}\n\nChapter 1\n\nText.\n", "Long ".repeat(6_000)),
        ),
        (
            "an author of ten thousand letters",
            format!("Author: {}\n\nChapter 1\n\nText.\n", "Long ".repeat(2_000)),
        ),
        (
            "headings of a thousand words",
            format!("Chapter 1: {}\n\nText.\n\n", "Word ".repeat(1_000)).repeat(3),
        ),
        ("roman numerals without end", format!("CHAPTER {}\n\nText.\n", "M".repeat(50_000))),
        ("right to left without end", "שלום עולם مرحبا ".repeat(10_000)),
        ("one letter a line", "a\n".repeat(100_000)),
        ("one letter a paragraph", "a\n\n".repeat(10_000)),
    ];
    let mut cases: Vec<Case> = sound
        .into_iter()
        .map(|(name, text)| {
            case(name, vec![("story.txt", text.into_bytes())], "build story.txt", Some(false))
        })
        .collect();
    for (name, bytes) in [
        ("an empty file", Vec::new()),
        ("zero bytes", vec![0; 100_000]),
        ("noise", (0..100_000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect()),
        ("a PDF as a text", b"%PDF-1.7\n%\xe2\xe3\n1 0 obj\n".to_vec()),
        ("a zip as a text", b"PK\x03\x04\x14\0".repeat(100)),
        ("gzip as a text", b"\x1f\x8b\x08\0\0\0\0\0\0\x03".repeat(100)),
        ("only white space", b" \n\t\r\n".repeat(1000)),
    ] {
        cases.push(case(name, vec![("story.txt", bytes)], "build story.txt", Some(true)));
    }
    let half_utf16: Vec<u8> = STORY.encode_utf16().flat_map(u16::to_le_bytes).skip(1).collect();
    for (name, bytes) in [
        ("UTF-16 that lost its first byte", half_utf16),
        ("UTF-8 cut in a letter", [STORY.as_bytes(), b"caf\xc3"].concat()),
        ("overlong UTF-8", [STORY.as_bytes(), b"\xc0\x80\xe0\x80\xaf"].concat()),
        ("every byte there is", (0..=255).cycle().take(20_000).collect()),
        ("escape sequences of terminals", [STORY.as_bytes(), b"\x1b]0;x\x07\x1b[2J\x1b[31m"].concat()),
    ] {
        cases.push(case(name, vec![("story.txt", bytes)], "build story.txt", None));
    }
    cases
}

// ---- settings ----

fn settings() -> Vec<Case> {
    let toml = |text: &str| vec![story(), ("book.toml", text.as_bytes().to_vec())];
    let mut cases: Vec<Case> = [
        ("settings that are no TOML", "= = ="),
        ("an unknown key", "[book]\nnope = 1\n"),
        ("a number for a title", "[book]\ntitle = 1e999\n"),
        ("a size of nothing", "[layout]\nsize = \"0/0\"\n"),
        ("a size of no number", "[layout]\nsize = \"nan/inf\"\n"),
        ("a trim of nothing", "[layout]\ntrim = \"0x0\"\n"),
        ("a trim of kilometres", "[layout]\ntrim = \"9999999999x9999999999mm\"\n"),
        ("a trim of minus five", "[layout]\ntrim = \"-5x-8\"\n"),
        ("a style sheet above the folder", "[epub]\ncss = \"../../../../../../etc/passwd\"\n"),
        ("a style sheet from the root", "[epub]\ncss = \"/etc/passwd\"\n"),
        ("a cover above the folder", "[cover]\nfile = \"../../../../../../etc/hostname\"\n"),
        ("a cover that is a device", "[cover]\nfile = \"/dev/zero\"\n"),
        ("fonts above the folder", "[layout]\nfonts = [\"../..\"]\n"),
        ("an output above the folder", "[build]\noutput = \"../../elsewhere\"\n"),
        ("an output at the root", "[build]\noutput = \"/inkbind-was-here\"\n"),
        ("a format that is none", "[build]\nto = [\"exe\"]\n"),
    ]
    .into_iter()
    .map(|(name, text)| case(name, toml(text), "build story.txt", Some(true)))
    .collect();
    let deep = format!("x = {}1{}", "[".repeat(5_000), "]".repeat(5_000));
    cases.push(case("settings nested deep", toml(&deep), "build story.txt", Some(true)));
    let huge = format!("# {}\n", "x".repeat(5 << 20));
    cases.push(case("settings of five megabytes", toml(&huge), "build story.txt", Some(true)));
    let binary = vec![story(), ("book.toml", vec![0xff; 1000])];
    cases.push(case("settings that are no text", binary, "build story.txt", Some(true)));
    let title = format!("[book]\ntitle = \"{}\"\n", "Word ".repeat(6_000));
    cases.push(case(
        "a title of thirty thousand letters in the settings",
        toml(&title),
        "build story.txt",
        None,
    ));
    let markup = "[book]\ntitle = \"</title><script>alert(1)</script>\"\nauthor = \"A]]>&<B\"\n";
    cases.push(case("markup for a title", toml(markup), "build story.txt", Some(false)));
    let controls = "[book]\ntitle = \"a\\u0000b\\u0007c\\u001b[31m\\uFFFE\"\n";
    cases.push(case("control characters for a title", toml(controls), "build story.txt", None));
    cases
}

// ---- covers ----

fn chunk(name: [u8; 4], body: &[u8]) -> Vec<u8> {
    let mut crc = flate2::Crc::new();
    crc.update(&name);
    crc.update(body);
    [&(body.len() as u32).to_be_bytes()[..], &name, body, &crc.sum().to_be_bytes()].concat()
}

/// A PNG of this size and colour type with this data.
fn png(width: u32, height: u32, depth: u8, colour: u8, data: &[u8]) -> Vec<u8> {
    let mut header = [width.to_be_bytes(), height.to_be_bytes()].concat();
    header.extend([depth, colour, 0, 0, 0]);
    [&b"\x89PNG\r\n\x1a\n"[..], &chunk(*b"IHDR", &header), &chunk(*b"IDAT", data), &chunk(*b"IEND", &[])]
        .concat()
}

/// So many zeros, deflated.
fn zeros(megabytes: usize) -> Vec<u8> {
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
    for _ in 0..megabytes {
        zlib.write_all(&vec![0; 1 << 20]).unwrap();
    }
    zlib.finish().unwrap()
}

fn svg(body: &str) -> Vec<u8> {
    let names = r#"xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink""#;
    format!(r#"<svg {names} width="10" height="16">{body}</svg>"#).into_bytes()
}

fn covers() -> Vec<Case> {
    let full = r#"<rect width="10" height="16"/>"#;
    let uses: String = (1..9)
        .map(|n| {
            format!(r#"<g id="a{n}">{}</g>"#, format!(r##"<use xlink:href="#a{}"/>"##, n - 1).repeat(10))
        })
        .collect();
    let entities: String =
        (1..10).map(|n| format!("<!ENTITY b{n} \"{}\">", format!("&b{};", n - 1).repeat(10))).collect();
    let laughs = format!(
        "<!DOCTYPE svg [<!ENTITY b0 \"ha\">{entities}]>{}",
        String::from_utf8(svg("<text>&b9;</text>")).unwrap()
    );
    let filtered = |f: &str| {
        svg(&format!(r#"<filter id="f">{f}</filter><rect width="10" height="16" filter="url(#f)"/>"#))
    };
    let refused = vec![
        ("a PNG that unpacks to a gigabyte", png(16, 16, 8, 2, &zeros(1024))),
        ("a PNG of ten thousand pixels a side", png(10_000, 10_000, 16, 6, &zeros(800))),
        ("a PNG of four thousand million pixels", png(65_535, 65_535, 8, 2, &zeros(1))),
        ("a PNG without a pixel", png(0, 0, 8, 2, &zeros(1))),
        ("a PNG that ends in its middle", png(1600, 2560, 8, 2, &zeros(12))[..200].to_vec()),
        ("a PNG of a colour type that is none", png(16, 16, 8, 5, &zeros(1))),
        ("a JPEG of nothing", b"\xff\xd8\xff\xe0".to_vec()),
        ("a JPEG whose segment has no end", b"\xff\xd8\xff\xe0\xff\xff\0".to_vec()),
        ("a GIF", b"GIF89a\x01\0\x01\0".to_vec()),
        ("a text as a cover", STORY.as_bytes().to_vec()),
        ("an SVG of nested entities", laughs.into_bytes()),
        (
            "an SVG of nested uses",
            svg(&format!(r##"<defs><g id="a0">{full}</g>{uses}</defs><use xlink:href="#a8"/>"##)),
        ),
        ("an SVG nested deep", svg(&format!("{}{full}{}", "<g>".repeat(20_000), "</g>".repeat(20_000)))),
        ("an SVG of two thousand layers", svg(&format!(r#"<g opacity="0.5">{full}</g>"#).repeat(2_000))),
        ("an SVG of endless noise", filtered(r#"<feTurbulence baseFrequency="0.5" numOctaves="1000000"/>"#)),
        ("an SVG that grows each pixel", filtered(r#"<feMorphology radius="5 5"/>"#)),
        (
            "an SVG without a size",
            b"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1e9\" height=\"1\"/>".to_vec(),
        ),
        ("an SVG that is not closed", b"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1\"".to_vec()),
    ];
    let mut cases: Vec<Case> = refused
        .into_iter()
        .map(|(name, bytes)| {
            case(name, vec![story(), ("cover.img", bytes)], "build story.txt --cover cover.img", Some(true))
        })
        .collect();
    let file = r#"<image width="9" height="9" xlink:href="/etc/passwd"/><image width="9" height="9" xlink:href="http://localhost/x.png"/>"#;
    for (name, body) in [
        ("an SVG that asks for files and the network", file.to_owned()),
        ("an SVG with a script", "<script>alert(1)</script>".to_owned() + full),
        ("an SVG that refers to itself", r##"<g id="a"><use xlink:href="#a"/></g>"##.to_owned() + full),
        ("an SVG with a blur", r#"<filter id="f"><feGaussianBlur stdDeviation="999"/></filter><g filter="url(#f)"><rect width="9" height="9"/></g>"#.to_owned()),
    ] {
        let files = vec![story(), ("cover.svg", svg(&body))];
        cases.push(case(name, files, "build story.txt --cover cover.svg", None));
    }
    let device = case("a cover without end", vec![story()], "build story.txt --cover /dev/zero", Some(true));
    cases.push(device);
    cases
}

// ---- EPUBs to check ----

/// A zip container of these files.
fn container(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for (name, bytes) in files {
        zip.start_file(*name, options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

const CONTAINER_XML: &[u8] =
    br#"<container><rootfiles><rootfile full-path="p.opf"/></rootfiles></container>"#;

/// An EPUB whose one document is this.
fn epub(document: &[u8]) -> Vec<u8> {
    let package = br#"<package><manifest><item id="a" href="a.xhtml"/></manifest><spine><itemref idref="a"/></spine></package>"#;
    container(&[("META-INF/container.xml", CONTAINER_XML), ("p.opf", package), ("a.xhtml", document)])
}

fn epubs() -> Vec<Case> {
    let body = |text: &str| format!("<html><body>{text}</body></html>").into_bytes();
    let entities: String =
        (1..10).map(|n| format!("<!ENTITY b{n} \"{}\">", format!("&b{};", n - 1).repeat(10))).collect();
    let laughs = format!("<!DOCTYPE html [<!ENTITY b0 \"ha\">{entities}]><html><body>&b9;</body></html>");
    let outside =
        br#"<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]><html><body>&x;</body></html>"#;
    let package = |items: &str, refs: &str| {
        format!("<package><manifest>{items}</manifest><spine>{refs}</spine></package>").into_bytes()
    };
    let with_package =
        |package: &[u8]| container(&[("META-INF/container.xml", CONTAINER_XML), ("p.opf", package)]);
    let climbing = package(r#"<item id="a" href="../../../../etc/passwd"/>"#, r#"<itemref idref="a"/>"#);
    let again = {
        let package = package(r#"<item id="a" href="a.xhtml"/>"#, &r#"<itemref idref="a"/>"#.repeat(20_000));
        let document = body(&"x ".repeat(50_000));
        container(&[("META-INF/container.xml", CONTAINER_XML), ("p.opf", &package), ("a.xhtml", &document)])
    };
    let mut broken = epub(&body("x"));
    let middle = broken.len() / 2;
    broken[middle] ^= 0xff;
    [
        ("an EPUB that is empty", container(&[])),
        ("an EPUB cut short", epub(&body(STORY))[..150].to_vec()),
        ("an EPUB with a bit turned", broken),
        ("an EPUB that unpacks to more than any book", epub(&vec![b' '; 120 << 20])),
        ("an EPUB of one document twenty thousand times", again),
        ("an EPUB of nested entities", epub(laughs.as_bytes())),
        ("an EPUB with an entity from outside", epub(outside)),
        ("an EPUB nested deep", epub(&body(&("<div>".repeat(100_000) + &"</div>".repeat(100_000))))),
        ("an EPUB that is not closed", epub(b"<html><body><p>x")),
        ("an EPUB not in UTF-8", epub(b"<html><body>\xff\xfe</body></html>")),
        ("an EPUB whose spine climbs out", with_package(&climbing)),
        ("an EPUB without a spine", with_package(&package("", ""))),
        ("an EPUB whose package is missing", container(&[("META-INF/container.xml", CONTAINER_XML)])),
        ("an EPUB of other words", epub(&body("<p>Not this book at all.</p>"))),
        ("a file that says it is a zip", b"PK\x03\x04".to_vec()),
    ]
    .into_iter()
    .map(|(name, bytes)| {
        case(name, vec![story(), ("book.epub", bytes)], "check book.epub --against story.txt", Some(true))
    })
    .collect()
}

// ---- PDFs to check and to impose ----

/// A PDF of these objects, in order from 1, the first the catalog.
pub(crate) fn pdf(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n".to_vec();
    let mut offsets = Vec::new();
    for (i, object) in objects.iter().enumerate() {
        offsets.push(out.len());
        out.extend(format!("{} 0 obj\n", i + 1).bytes());
        out.extend(object);
        out.extend(b"\nendobj\n");
    }
    let start = out.len();
    out.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    for offset in offsets {
        out.extend(format!("{offset:010} 00000 n \n").bytes());
    }
    let size = objects.len() + 1;
    out.extend(format!("trailer\n<</Size {size}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n").bytes());
    out
}

const CATALOG: &[u8] = b"<</Type/Catalog/Pages 2 0 R>>";

pub(crate) fn stream(dictionary: &str, data: &[u8]) -> Vec<u8> {
    [format!("<<{dictionary}/Length {}>>stream\n", data.len()).as_bytes(), data, b"\nendstream"].concat()
}

/// A PDF of one page with this content.
fn one_page(content: Vec<u8>, resources: &str, more: Vec<Vec<u8>>) -> Vec<u8> {
    let page =
        format!("<</Type/Page/Parent 2 0 R/MediaBox[0 0 432 648]/Contents 4 0 R/Resources<<{resources}>>>>");
    let pages = b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec();
    let mut objects = vec![CATALOG.to_vec(), pages, page.into_bytes(), content];
    objects.extend(more);
    pdf(&objects)
}

fn pdfs() -> Vec<Case> {
    let ring = pdf(&[CATALOG.to_vec(), b"<</Type/Pages/Kids[2 0 R]/Count 1/Parent 2 0 R>>".to_vec()]);
    let no_pages = pdf(&[CATALOG.to_vec(), b"<</Type/Pages/Kids[]/Count 0>>".to_vec()]);
    let form =
        stream("/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 5 0 R>>>>", b"/X Do /X Do");
    let sizeless = pdf(&[
        CATALOG.to_vec(),
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec(),
        b"<</Type/Page/Parent 2 0 R>>".to_vec(),
    ]);
    let same_page = pdf(&[
        CATALOG.to_vec(),
        format!("<</Type/Pages/Kids[{}]/Count 20000>>", "3 0 R ".repeat(20_000)).into_bytes(),
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 432 648]>>".to_vec(),
    ]);
    let sound = one_page(stream("", b"0 0 10 10 re f"), "", Vec::new());
    let files = vec![
        ("a PDF of one line", b"%PDF-1.7\n".to_vec(), Some(true)),
        ("a PDF cut short", sound[..sound.len() / 2].to_vec(), Some(true)),
        ("a PDF whose pages are a ring", ring, Some(true)),
        ("a PDF without pages", no_pages, Some(true)),
        ("a PDF whose page has no size", sizeless, Some(true)),
        (
            "a PDF whose page unpacks to a quarter of a gigabyte",
            one_page(stream("/Filter/FlateDecode", &zeros(256)), "", Vec::new()),
            None,
        ),
        (
            "a PDF whose forms call themselves",
            one_page(stream("", b"/X Do"), "/XObject<</X 5 0 R>>", vec![form]),
            None,
        ),
        ("a PDF of nested arrays", one_page(stream("", &b"[".repeat(100_000)), "", Vec::new()), None),
        ("a PDF of states never left", one_page(stream("", &b"q ".repeat(200_000)), "", Vec::new()), None),
        ("a PDF of numbers without end", one_page(stream("", &b"9".repeat(200_000)), "", Vec::new()), None),
        ("a PDF of one page twenty thousand times", same_page, None),
        ("a PDF of nested dictionaries", pdf(&[b"<</a".repeat(50_000)]), Some(true)),
        ("a PDF whose table lies", [&sound[..sound.len() - 12], b"9999999\n%%EOF\n"].concat(), None),
    ];
    files
        .into_iter()
        .flat_map(|(name, bytes, refused)| {
            let file = || vec![("book.pdf", bytes.clone())];
            // What a press makes of a page is never refused for what stands on it.
            let pressed = refused.filter(|r| *r);
            [
                case(name, file(), "check book.pdf --profile kdp", refused),
                case(
                    &format!("{name}, imposed"),
                    file(),
                    "press book.pdf --signatures sheets.pdf --shrink",
                    pressed,
                ),
            ]
        })
        .collect()
}

// ---- places ----

fn places() -> Vec<Case> {
    let mut cases: Vec<Case> = [
        ("a device without end", "build /dev/zero"),
        ("a device without a byte", "build /dev/null"),
        ("a folder for a book", "check ."),
        ("a device for a book", "check /dev/zero --against story.txt"),
        ("a device to impose", "press /dev/zero --signatures sheets.pdf"),
        ("an output that is a full device", "build story.txt --to epub -o /dev/full"),
        ("an output below a file", "build story.txt --to epub -o story.txt/x.epub"),
        ("an output that is the input", "build story.txt --to dump -o story.txt"),
        ("settings that are a device", "build story.txt --config /dev/zero"),
        ("fonts that are none", "build story.txt --fonts story.txt"),
    ]
    .into_iter()
    .map(|(name, command)| case(name, vec![story()], command, Some(true)))
    .collect();
    let name = "n".repeat(300);
    cases.push(case("a name of three hundred letters", vec![story()], &format!("build {name}"), Some(true)));
    cases
}

/// What a run cost and how it ended.
struct Ran {
    code: Option<i32>,
    said: String,
    kb: u64,
    seconds: f64,
}

/// Runs the program and watches it: `/proc` tells memory and work as they grow.
fn run(folder: &Path, line: &str) -> Ran {
    let said = folder.with_extension("stderr");
    let mut child = Command::new(snapbox::cmd::cargo_bin!("inkbind"))
        .args(line.split_whitespace())
        .current_dir(folder)
        .env_clear()
        .env("SOURCE_DATE_EPOCH", "1700000000")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(fs::File::create(&said).unwrap())
        .spawn()
        .unwrap();
    let proc = format!("/proc/{}", child.id());
    let (mut kb, mut seconds) = (0, 0.0);
    let status = loop {
        if let Ok(status) = fs::read_to_string(format!("{proc}/status")) {
            let peak = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
            kb = peak.and_then(|l| l.split_whitespace().next()?.parse().ok()).unwrap_or(kb);
        }
        if let Ok(stat) = fs::read_to_string(format!("{proc}/stat")) {
            let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
            // Time in the program and in the system for it: fields 14 and 15 of the line.
            let ticks: f64 = fields[11..13].iter().map(|f| f.parse::<f64>().unwrap()).sum();
            seconds = ticks / TICKS;
        }
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if seconds > 3.0 * MOST_SECONDS || kb > 2 * MOST_KB {
            child.kill().unwrap();
        }
        std::thread::sleep(Duration::from_millis(4));
    };
    let text = String::from_utf8_lossy(&fs::read(&said).unwrap()).into_owned();
    Ran { code: status.code(), said: text, kb, seconds }
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// What a case did wrong, if anything.
fn fault(case: &Case) -> Option<String> {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("desk");
    fs::create_dir(&folder).unwrap();
    for (name, bytes) in &case.files {
        fs::write(folder.join(name), bytes).unwrap();
    }
    let before = names(&folder);
    let ran = run(&folder, &case.command);
    let after = names(&folder);
    let made: Vec<&String> = after.iter().filter(|n| !before.contains(n)).collect();
    let head: String = ran.said.chars().take(400).collect();
    if ran.said.contains("panicked") || ran.code.is_none() {
        return Some(format!("it broke ({:?}): {head}", ran.code));
    }
    if ran.seconds > MOST_SECONDS || ran.kb > MOST_KB {
        return Some(format!("it took {:.1} s and {} MB", ran.seconds, ran.kb / 1000));
    }
    if case.refused.is_some_and(|refused| refused != (ran.code != Some(0))) {
        return Some(format!("it ended with {:?}: {head}", ran.code));
    }
    if made.iter().any(|name| name.contains(".part")) || names(home.path()) != ["desk", "desk.stderr"] {
        return Some(format!("it left {made:?}"));
    }
    if ran.code != Some(0) && (!ran.said.lines().any(|l| l.starts_with("error: ")) || !made.is_empty()) {
        return Some(format!("no clear error, or something half-done: {made:?} {head}"));
    }
    if ran.code == Some(0) && case.command.starts_with("build") && made.is_empty() {
        return Some("no book was made".to_owned());
    }
    None
}

#[test]
fn hostile_files_give_a_sound_book_or_a_clear_error() {
    let cases: Vec<Case> =
        [texts(), settings(), covers(), epubs(), pdfs(), places()].into_iter().flatten().collect();
    assert!(cases.len() >= 80, "{} cases are too few", cases.len());
    let faults: Vec<String> =
        cases.par_iter().filter_map(|case| Some(format!("{}: {}", case.name, fault(case)?))).collect();
    assert!(faults.is_empty(), "{} of {}:\n{}", faults.len(), cases.len(), faults.join("\n"));
}
