//! The print shop on real books: every printer's edition passes its own preflight, every fault is
//! named, and sheets hold the pages where they belong.

use std::sync::LazyLock;

use inkbind::backend;
use inkbind::env::FixedEnv;
use inkbind::options::{OutputOptions, TextOptions};
use inkbind::press::impose::{self, ImposeError, Imposition};
use inkbind::press::preflight::{self, Order, Preflight};
use inkbind::press::signature::{Division, Scheme};
use inkbind::press::{profile, trim};
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
        let said: Vec<String> = found.findings().iter().map(|f| f.message.clone()).collect();
        assert!(found.accepted(), "{name}: {said:#?}");
        assert!(found.pages >= 32, "the sample is too thin to say anything");
    }
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
fn faults_of_the_whole_file_are_named() {
    type Change = fn(&mut Document);
    let cases: [(&str, Change); 7] = [
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
