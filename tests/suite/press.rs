//! The print shop on real books: every printer's edition passes its own preflight, every fault is
//! named, and sheets hold the pages where they belong.

use std::sync::LazyLock;

use inkbind::backend;
use inkbind::backend::pdf::{Edition, write_pages};
use inkbind::book::Metadata;
use inkbind::cover::{CoverChoice, Family};
use inkbind::env::FixedEnv;
use inkbind::options::{OutputOptions, TextOptions};
use inkbind::press::impose::{self, ImposeError, Imposition};
use inkbind::press::preflight::{self, Order, Preflight};
use inkbind::press::profile::Paper;
use inkbind::press::proof::{self, Subject};
use inkbind::press::signature::{Division, Scheme};
use inkbind::press::wrap::{self, BarcodeWish, WrapOrder, WrapSheet};
use inkbind::press::{profile, raster, trim};
use lopdf::{Dictionary, Document, Object, Stream, dictionary};

use crate::works;

/// Twelve chapters made of the examples' longer paragraphs: enough for every printer.
fn work() -> Vec<u8> {
    let texts: Vec<String> = works::examples()
        .into_iter()
        .map(|(_, text)| String::from_utf8_lossy(&text).replace("\r\n", "\n"))
        .collect();
    let paragraphs: Vec<&str> =
        texts.iter().flat_map(|t| t.split("\n\n")).filter(|p| p.len() > 200 && p.contains(". ")).collect();
    let mut out = String::from("The Long Ferry\n\n");
    for chapter in 1..=12 {
        out.extend(["Chapter ", &chapter.to_string(), "\n\n"]);
        for paragraph in paragraphs.iter().cycle().skip(chapter * 7).take(25) {
            out.push_str(paragraph.trim());
            out.push_str("\n\n");
        }
    }
    out.into_bytes()
}

fn book(profile: &str) -> Vec<u8> {
    let understood = inkbind::understand(&work(), &TextOptions::default());
    let options = OutputOptions {
        profile: Some(profile.to_owned()),
        trim: Some("6x9".to_owned()),
        ..OutputOptions::default()
    };
    let mut out = Vec::new();
    let entry = backend::find("pdf").unwrap();
    (entry.make)(&options).write(&understood.book, &FixedEnv::default(), &mut out).unwrap();
    out
}

static KDP: LazyLock<Vec<u8>> = LazyLock::new(|| book("kdp"));

fn look(file: &[u8], name: &str) -> Preflight {
    let profile = profile::find(name).unwrap();
    let trim = trim::parse("6x9").ok();
    preflight::preflight(file, &Order { profile: &profile, trim, paper: None }).unwrap()
}

#[test]
fn every_printers_edition_passes_its_own_preflight() {
    for name in ["kdp", "ingram", "lulu", "home"] {
        let found = look(&book(name), name);
        let said: Vec<String> = found.findings().iter().map(|f| f.message.to_string()).collect();
        assert!(found.accepted(), "{name}: {said:#?}");
        assert!(found.pages >= 32, "the sample is too thin to say anything");
    }
}

#[test]
fn every_design_passes_the_preflight_of_the_printers_with_the_widest_margins() {
    let understood = inkbind::understand(&work(), &TextOptions::default());
    for design in ["classic", "modern", "pocket", "large", "hand"] {
        for name in ["ingram", "lulu"] {
            let options = OutputOptions {
                profile: Some(name.to_owned()),
                design: Some(design.to_owned()),
                ..OutputOptions::default()
            };
            let mut file = Vec::new();
            let entry = backend::find("pdf").unwrap();
            (entry.make)(&options).write(&understood.book, &FixedEnv::default(), &mut file).unwrap();
            let profile = profile::find(name).unwrap();
            let found =
                preflight::preflight(&file, &Order { profile: &profile, trim: None, paper: None }).unwrap();
            let said: Vec<String> = found.findings().iter().map(|f| f.message.to_string()).collect();
            assert!(found.accepted(), "{design} {name}: {said:#?}");
        }
    }
}

#[test]
fn large_type_keeps_heads_titles_and_folios_on_the_page() {
    let understood = inkbind::understand(&work(), &TextOptions::default());
    let options = OutputOptions {
        profile: Some("kdp".to_owned()),
        trim: Some("5x8".to_owned()),
        size: Some((18.0, 25.0)),
        ..OutputOptions::default()
    };
    let mut file = Vec::new();
    let entry = backend::find("pdf").unwrap();
    (entry.make)(&options).write(&understood.book, &FixedEnv::default(), &mut file).unwrap();
    let profile = profile::find("kdp").unwrap();
    let found = preflight::preflight(&file, &Order { profile: &profile, trim: None, paper: None }).unwrap();
    let said: Vec<String> = found.findings().iter().map(|f| f.message.to_string()).collect();
    assert!(found.accepted(), "{said:#?}");
}

#[test]
fn a_screen_edition_is_not_what_a_printer_wants() {
    let found = look(&book("screen"), "ingram");
    let codes: Vec<&str> = found.remarks.iter().filter(|r| r.refused).map(|r| r.rule.code).collect();
    assert!(codes.contains(&"P015") && codes.contains(&"P017"), "{codes:?}");
}

/// The book with one thing changed.
fn changed(change: impl Fn(&mut Document)) -> Vec<u8> {
    let mut document = Document::load_mem(&KDP).unwrap();
    change(&mut document);
    let mut out = Vec::new();
    document.save_to(&mut out).unwrap();
    out
}

fn page(document: &mut Document, number: u32) -> &mut Dictionary {
    let id = document.get_pages()[&number];
    document.get_dictionary_mut(id).unwrap()
}

/// Draws `content` on a page, with these resources beside its own.
fn draw(document: &mut Document, number: u32, content: &str, kind: &str, name: &str, resource: Object) {
    let resource = document.add_object(resource);
    let form = dictionary! {
        "Type" => "XObject",
        "Subtype" => "Form",
        "BBox" => vec![0.into(), 0.into(), 432.into(), 648.into()],
        "Resources" => dictionary! { kind => dictionary! { name => resource } },
    };
    let form = document.add_object(Stream::new(form, content.as_bytes().to_vec()));
    let own = page(document, number).get(b"Resources").unwrap().as_reference().unwrap();
    let mut resources = document.get_dictionary(own).unwrap().clone();
    resources.set("XObject", dictionary! { "Extra" => form });
    let resources = document.add_object(resources);
    let added = document.add_object(Stream::new(Dictionary::new(), b"q /Extra Do Q".to_vec()));
    let page = page(document, number);
    let old = page.get(b"Contents").unwrap().clone();
    page.set("Contents", vec![old, added.into()]);
    page.set("Resources", resources);
}

fn picture() -> Object {
    let dictionary = dictionary! {
        "Type" => "XObject",
        "Subtype" => "Image",
        "Width" => 100,
        "Height" => 100,
        "BitsPerComponent" => 8,
        "ColorSpace" => "DeviceGray",
    };
    Stream::new(dictionary, vec![0; 10_000]).into()
}

#[test]
fn every_fault_is_named_with_its_page() {
    let state = || Object::from(dictionary! { "ca" => 0.5 });
    let none = || Object::from(Dictionary::new());
    let draws: [(&str, &str, &str, &str, Object); 8] = [
        ("P009", "1 0 0 rg 100 300 50 50 re f", "Font", "X", none()),
        ("P010", ".9 .85 .8 .95 k 100 300 50 50 re f", "Font", "X", none()),
        ("P011", "/X gs 100 300 50 50 re f", "ExtGState", "X", state()),
        ("P012", "q 100 0 0 100 100 300 cm /X Do Q", "XObject", "X", picture()),
        ("P013", ".1 w 100 300 m 200 300 l S", "Font", "X", none()),
        ("P006", "3 300 10 10 re f", "Font", "X", none()),
        ("P007", "100 5 10 10 re f", "Font", "X", none()),
        ("P005", "100 -10 10 20 re f", "Font", "X", none()),
    ];
    for (code, content, kind, name, resource) in draws {
        let file = changed(|d| draw(d, 31, content, kind, name, resource.clone()));
        let found = look(&file, "kdp");
        let remark = found.remarks.iter().find(|r| r.rule.code == code);
        let remark = remark.unwrap_or_else(|| panic!("{code} was not found: {:#?}", found.remarks));
        assert_eq!(remark.pages, [31], "{code}");
    }
}

#[test]
fn an_odd_count_is_refused_where_nobody_adds_the_missing_page() {
    let odd = changed(|d| {
        let last = d.get_pages().len() as u32;
        d.delete_pages(&[last]);
    });
    for (name, refused) in [("kdp", false), ("lulu", true)] {
        let found = look(&odd, name);
        let said: Vec<bool> =
            found.remarks.iter().filter(|r| r.rule.code == "P002").map(|r| r.refused).collect();
        assert_eq!(said, [refused], "{name}");
    }
}

#[test]
fn faults_of_the_whole_file_are_named() {
    type Change = fn(&mut Document);
    let cases: [(&str, Change); 8] = [
        ("P020", |d| {
            let contents = page(d, 3).get(b"Contents").unwrap().as_reference().unwrap();
            let stream = d.get_object_mut(contents).unwrap().as_stream_mut().unwrap();
            stream.set_content(b"neither packed nor plain".to_vec());
        }),
        ("P001", |d| {
            let numbers: Vec<u32> = (11..=d.get_pages().len() as u32).collect();
            d.delete_pages(&numbers);
        }),
        ("P003", |d| page(d, 9).set("TrimBox", vec![0.into(), 0.into(), 300.into(), 500.into()])),
        ("P008", |d| {
            for object in d.objects.values_mut() {
                if let Ok(dictionary) = object.as_dict_mut() {
                    dictionary.remove(b"FontFile3");
                }
            }
        }),
        ("P015", |d| {
            let note = d.add_object(dictionary! { "Type" => "Annot", "Subtype" => "Text" });
            page(d, 4).set("Annots", vec![note.into()]);
        }),
        ("P015", |d| {
            let script = dictionary! { "S" => "JavaScript", "JS" => Object::string_literal("app.beep()") };
            d.catalog_mut().unwrap().set("OpenAction", script);
        }),
        ("P018", |d| page(d, 5).set("Rotate", 90)),
        ("P003", |d| page(d, 2).set("MediaBox", vec![0.into(), 0.into(), 400.into(), 640.into()])),
    ];
    for (code, change) in cases {
        let file = changed(|d| {
            change(d);
            if code == "P003" {
                page(d, 2).remove(b"TrimBox");
            }
        });
        let found = look(&file, "kdp");
        assert!(
            found.remarks.iter().any(|r| r.refused && r.rule.code == code),
            "{code}: {:#?}",
            found.remarks
        );
    }
}

#[test]
fn broken_files_are_an_error_and_never_a_panic() {
    let profile = profile::find("kdp").unwrap();
    let order = Order { profile: &profile, trim: None, paper: None };
    for cut in (0..KDP.len()).step_by(KDP.len() / 40) {
        let _ = preflight::preflight(&KDP[..cut], &order);
        let _ = impose::impose(&KDP[..cut], &Imposition::default());
    }
    let said = preflight::preflight(b"not a PDF", &order).unwrap_err().to_string();
    assert!(said.contains("qpdf"), "{said}");
}

/// The pages on a side in the order of drawing, with the place of each.
fn placed(document: &Document, number: u32) -> Vec<(usize, f64)> {
    let id = document.get_pages()[&number];
    let content = String::from_utf8(document.get_page_content(id)).unwrap();
    let lines = content.lines().filter(|l| l.contains(" Do "));
    lines
        .map(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            let name = words.iter().find(|w| w.starts_with("/P")).unwrap();
            (name[2..].parse().unwrap(), words[5].parse().unwrap())
        })
        .collect()
}

#[test]
fn sheets_hold_the_pages_where_they_belong() {
    let division = Division { scheme: Scheme::Folio, sheets: Some(2), flyleaves: 0 };
    let imposition = Imposition { division, ..Imposition::default() };
    let imposed = impose::impose(&KDP, &imposition).unwrap();
    let document = Document::load_mem(&imposed.files[0]).unwrap();
    assert_eq!(document.get_pages().len(), 2 * imposed.plan.sheets());
    let numbers = |side: u32| placed(&document, side).iter().map(|p| p.0).collect::<Vec<_>>();
    assert_eq!((numbers(1), numbers(2)), (vec![7, 0], vec![1, 6]));
    assert_eq!((numbers(3), numbers(4)), (vec![5, 2], vec![3, 4]));
    // The inner sheet's pages move towards the fold: the left one to the right, and back.
    let (outer, inner) = (placed(&document, 2), placed(&document, 4));
    assert!(inner[0].1 > outer[0].1 && inner[1].1 < outer[1].1, "{outer:?} {inner:?}");
}

#[test]
fn paper_that_is_too_small_is_told_and_shrinking_helps() {
    let a5 = impose::paper("a5");
    let mut imposition = Imposition { paper: a5, ..Imposition::default() };
    let refused = impose::impose(&KDP, &imposition).unwrap_err();
    assert!(matches!(refused, ImposeError::Paper { .. }), "{refused}");
    imposition.shrink = true;
    let imposed = impose::impose(&KDP, &imposition).unwrap();
    assert!(imposed.scale > 0.5 && imposed.scale < 0.9, "{}", imposed.scale);
    imposition.by_hand = true;
    assert_eq!(impose::impose(&KDP, &imposition).unwrap().files.len(), 2);
}

/// The wrap of a block of so many pages, and its file.
fn wrapped(printer: &str, family: &str, pages: u32, options: &OutputOptions) -> (WrapSheet, Vec<u8>) {
    let paper = &profile::find(printer).unwrap().paper[0];
    wrapped_on(printer, paper, family, pages, options)
}

fn wrapped_on(
    printer: &str,
    paper: &Paper,
    family: &str,
    pages: u32,
    options: &OutputOptions,
) -> (WrapSheet, Vec<u8>) {
    let profile = profile::find(printer).unwrap();
    let meta = Metadata {
        title: "The Long Ferry".into(),
        description: Some("Three people cross a river that is wider each time.".into()),
        identifiers: vec!["978-0-306-40615-7".into()],
        ..Metadata::default()
    };
    let order = WrapOrder {
        profile: &profile,
        paper,
        trim: trim::parse("6x9").unwrap(),
        pages,
        meta: &meta,
        front: None,
        choice: CoverChoice { family: Family::named(family), ..CoverChoice::default() },
        barcode: BarcodeWish::Auto,
        price: None,
        guides: false,
    };
    let env = FixedEnv::default();
    let sheet = wrap::make(&order, &env).unwrap();
    let edition = Edition::cover(&profile, options, &env).unwrap();
    let mut out = Vec::new();
    write_pages(&sheet.pages, &meta, &edition, inkbind::env::Env::now(&env), &mut out).unwrap();
    (sheet, out)
}

fn held(file: &[u8], printer: &str, pages: u32) -> Preflight {
    let profile = profile::find(printer).unwrap();
    let right = wrap::wrap(&profile, &profile.paper[0], trim::parse("6x9").unwrap(), pages).unwrap();
    preflight::preflight_wrap(file, &profile, &right).unwrap()
}

#[test]
fn wraps_of_every_family_pass_their_own_preflight_and_wrong_ones_do_not() {
    for family in inkbind::cover::FAMILIES {
        for printer in ["kdp", "ingram", "lulu"] {
            let (_, file) = wrapped(printer, family.name, 240, &OutputOptions::default());
            let found = held(&file, printer, 240);
            assert!(found.accepted(), "{printer} {}: {:#?}", family.name, found.remarks);
            let wrong = held(&file, printer, 300);
            assert_eq!(wrong.remarks[0].rule.code, "P022", "{printer} {}", family.name);
        }
    }
}

#[test]
fn the_files_width_follows_the_formula_for_five_page_counts_and_three_papers() {
    for (paper, per_page, counts) in [
        ("white", 0.002_252, [24, 108, 240, 500, 828]),
        ("cream", 0.002_5, [24, 108, 240, 500, 776]),
        ("premium", 0.002_347, [24, 108, 240, 500, 828]),
    ] {
        let profile = profile::find("kdp").unwrap();
        let paper = profile.paper(Some(paper)).unwrap().unwrap();
        for pages in counts {
            let (_, file) = wrapped_on("kdp", paper, "fullstop", pages, &OutputOptions::default());
            let mut document = Document::load_mem(&file).unwrap();
            let media = page(&mut document, 1).get(b"MediaBox").unwrap().as_array().unwrap().clone();
            let width = f64::from(media[2].as_float().unwrap()) / 72.0;
            // By hand: two boards of six inches with their bleed, and the leaves between them.
            let inches = 2.0 * (6.0 + 0.125) + f64::from(pages) * per_page;
            assert!((width - inches).abs() * 25.4 < 0.1, "{} {pages}: {width}", paper.name);
            let right = wrap::wrap(&profile, paper, trim::parse("6x9").unwrap(), pages).unwrap();
            assert!(preflight::preflight_wrap(&file, &profile, &right).unwrap().accepted());
            let other = if pages > 200 { pages - 60 } else { pages + 60 };
            let wrong = wrap::wrap(&profile, paper, trim::parse("6x9").unwrap(), other).unwrap();
            let found = preflight::preflight_wrap(&file, &profile, &wrong).unwrap();
            assert!(!found.accepted() && found.remarks[0].rule.code == "P022", "{} {pages}", paper.name);
        }
    }
}

#[test]
fn a_cover_for_ingram_is_in_four_inks_within_their_limit() {
    let (_, file) = wrapped("ingram", "quilt", 240, &OutputOptions::default());
    let document = Document::load_mem(&file).unwrap();
    let id = document.get_pages()[&1];
    let content = String::from_utf8(document.get_page_content(id)).unwrap();
    assert!(!content.contains(" rg\n"));
    let inks: Vec<f64> = content
        .lines()
        .filter_map(|l| l.strip_suffix(" k"))
        .map(|l| l.split_whitespace().map(|v| v.parse::<f64>().unwrap()).sum())
        .collect();
    assert!(inks.len() > 10 && inks.iter().all(|sum| *sum <= 2.401), "{inks:?}");
    // The bars of the ISBN are black ink alone.
    assert!(content.contains("0 0 0 1 k"));
}

#[test]
fn the_standard_is_the_one_that_is_asked_for() {
    let understood = inkbind::understand(&work(), &TextOptions::default());
    let written = |pdfx: &str| {
        let options = OutputOptions {
            profile: Some("kdp".to_owned()),
            trim: Some("6x9".to_owned()),
            pdfx: Some(pdfx.to_owned()),
            ..OutputOptions::default()
        };
        let mut out = Vec::new();
        let entry = backend::find("pdf").unwrap();
        (entry.make)(&options).write(&understood.book, &FixedEnv::default(), &mut out).map(|_| out)
    };
    for (pdfx, head, standard) in [("1a", "%PDF-1.3", "PDF/X-1a"), ("4", "%PDF-1.6", "PDF/X-4")] {
        let file = written(pdfx).unwrap();
        assert!(file.starts_with(head.as_bytes()), "{pdfx}");
        let text = String::from_utf8_lossy(&file);
        assert!(text.contains(standard) && text.contains("GTS_PDFX"), "{pdfx}");
        assert_eq!(text.contains("/DestOutputProfile"), pdfx == "4");
    }
    assert!(written("3").unwrap_err().to_string().contains("1a"));
}

#[test]
fn a_proof_shows_the_wrap_and_every_page() {
    let (sheet, wrap_file) = wrapped("kdp", "agate", 240, &OutputOptions::default());
    let count = Document::load_mem(&KDP).unwrap().get_pages().len();
    let subject = Subject { pages: count, trim: (432.0, 648.0), wrap: Some(&sheet) };
    let file = proof::pdf(&subject, &KDP, Some(&wrap_file)).unwrap();
    let document = Document::load_mem(&file).unwrap();
    let shown: String = document
        .get_pages()
        .values()
        .map(|id| String::from_utf8(document.get_page_content(*id)).unwrap())
        .collect();
    // Two views of two panels each, and the wrap laid flat.
    assert_eq!(shown.matches("/W Do").count(), 5);
    for page in 0..count {
        assert!(shown.contains(&format!("/P{page} Do")), "page {page} is not shown");
    }
    assert!(proof::pdf(&subject, b"no PDF", None).is_err());
}

#[test]
fn a_picture_of_a_wrap_has_the_colours_of_its_drawing() {
    let (sheet, _) = wrapped("kdp", "fullstop", 240, &OutputOptions::default());
    let file = raster::png(&sheet.pages, 0, sheet.wrap.bleed, 72.0).unwrap();
    let picture = resvg::tiny_skia::Pixmap::decode_png(&file).unwrap();
    assert_eq!((picture.width(), picture.height()), (921, 666));
    let corners = [(0, 0), (920, 0), (0, 665)].map(|(x, y)| picture.pixel(x, y).unwrap());
    assert!(corners.windows(2).all(|p| p[0] == p[1]), "the ground reaches every corner");
    let colours: std::collections::BTreeSet<[u8; 3]> =
        picture.pixels().iter().map(|p| [p.red(), p.green(), p.blue()]).collect();
    assert!(colours.len() > 3);
}
