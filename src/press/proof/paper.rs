//! In: the plan, the PDF of the pages and that of the wrap. Out: the proof as a PDF.
//!
//! Pages are not drawn anew: each becomes a form, and so this works for any PDF.

use std::fmt::Write as _;

use lopdf::{Dictionary, Document, Object, ObjectId, Stream, dictionary};

use crate::press::impose::{Form, form};
use crate::press::pdf::{self, PdfError};

use super::plan::plan;
use super::{SHEET, Source, Subject, Thing};

/// Makes the proof of the PDF `pages`, with the wrap in the PDF `wrap`.
///
/// # Errors
/// [`PdfError`] where one of the files cannot be used.
pub fn pdf(subject: &Subject<'_>, pages: &[u8], wrap: Option<&[u8]>) -> Result<Vec<u8>, PdfError> {
    let mut document = pdf::open(pages)?;
    let own: Vec<ObjectId> = document.get_pages().into_values().collect();
    let cover = wrap.map(|bytes| merge(&mut document, bytes)).transpose()?;
    let mut xobjects = Dictionary::new();
    let mut forms = Vec::with_capacity(own.len());
    for (index, id) in own.iter().enumerate() {
        let made = form(&mut document, *id)?;
        xobjects.set(format!("P{index}"), made.object);
        forms.push(made);
    }
    let cover = cover.map(|id| form(&mut document, id)).transpose()?;
    if let Some(cover) = &cover {
        xobjects.set("W", cover.object);
    }
    let resources = document.add_object(dictionary! { "XObject" => xobjects });
    let tree = document.new_object_id();
    let media: Vec<Object> = [0.0, 0.0, SHEET.0, SHEET.1].map(|v| Object::Real(v as f32)).to_vec();
    let mut kids = Vec::new();
    for sheet in plan(subject) {
        let mut content = String::new();
        for thing in &sheet {
            write(thing, &forms, cover.as_ref(), &mut content);
        }
        let mut stream = Stream::new(Dictionary::new(), content.into_bytes());
        // What does not get smaller stays as it is.
        let _ = stream.compress();
        let contents = document.add_object(stream);
        kids.push(Object::Reference(document.add_object(dictionary! {
            "Type" => "Page",
            "Parent" => tree,
            "MediaBox" => media.clone(),
            "Resources" => resources,
            "Contents" => contents,
        })));
    }
    let count = kids.len() as i64;
    document.set_object(tree, dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => count });
    pdf::replace_pages(&mut document, tree)?;
    pdf::save(&mut document)
}

/// Takes the objects of another file into the document, and tells its first page.
fn merge(document: &mut Document, bytes: &[u8]) -> Result<ObjectId, PdfError> {
    let mut other = pdf::open(bytes)?;
    other.renumber_objects_with(document.max_id + 1);
    let first = other.get_pages().into_values().next().ok_or(PdfError::Empty)?;
    document.max_id = document.max_id.max(other.max_id);
    document.objects.extend(other.objects);
    Ok(first)
}

fn write(thing: &Thing, forms: &[Form], cover: Option<&Form>, out: &mut String) {
    // The plan counts from the upper left corner, a PDF from the lower left one.
    let up = |y: f64| SHEET.1 - y;
    match thing {
        Thing::Patch(corners, grey) => {
            let _ = write!(out, "{grey:.3} g ");
            for (i, (x, y)) in corners.iter().enumerate() {
                let _ = write!(out, "{x:.3} {:.3} {} ", up(*y), if i == 0 { "m" } else { "l" });
            }
            out.push_str("f\n");
        }
        Thing::Cut(source, [left, top, right, bottom], [a, b, c, d, e, f]) => {
            let (name, form) = match source {
                Source::Page(page) => (format!("P{page}"), forms.get(*page)),
                Source::Wrap => ("W".to_owned(), cover),
            };
            let Some(form) = form else { return };
            // First the form upright with y down, as the plan takes it; then its place.
            let (h, w) = (bottom - top, right - left);
            let _ = writeln!(
                out,
                "q {a:.6} {:.6} {:.6} {d:.6} {:.4} {:.4} cm {left:.3} {:.3} {w:.3} {h:.3} re W n \
                 {:.6} {:.6} {:.6} {:.6} {:.4} {:.4} cm /{name} Do Q",
                -b,
                -c,
                e,
                up(*f),
                -bottom,
                form.matrix[0],
                form.matrix[1],
                form.matrix[2],
                form.matrix[3],
                form.matrix[4],
                form.matrix[5] - form.height,
            );
        }
    }
}
