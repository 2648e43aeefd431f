//! In: faces and pictures. Out: a file of one page that has all of them: its resource and picture
//! objects, and fonts of more glyphs than a simple one has, built by printpdf.
//!
//! Nothing is drawn here. The page carries an *inventory*, one operation for each such face that
//! shows each of its glyphs once with its text: from it printpdf derives font objects, widths and
//! `ToUnicode` maps. The pages of the book, which share its resources, are written by
//! [`super::content`] and [`super::finish`].

use std::collections::BTreeMap;

use printpdf::{
    Codepoint, DictItem, ExternalStream, ExternalXObject, FontId, Op, ParsedFont, PdfDocument, PdfFont,
    PdfFontHandle, PdfPage, PdfSaveOptions, Pt, Px, Rect, TextItem, XObject, XObjectId,
};

use crate::backend::BackendError;

use super::faces::Face;
use super::finish::Document;
use super::image::{Colours, Packing, Picture};

/// Builds a file of one page of `size` (width and height in points).
///
/// # Errors
/// [`BackendError::Font`] where printpdf cannot read a subset.
pub(super) fn build(
    faces: &[Option<Face>],
    pictures: &[Option<Picture>],
    size: (f32, f32),
) -> Result<Document, BackendError> {
    let mut document = PdfDocument::new("");
    let mut inventory = Vec::new();
    for (index, face) in faces.iter().enumerate() {
        let Some(face) = face.as_ref().filter(|face| !face.is_simple()) else { continue };
        let id = FontId(format!("F{index}"));
        document.resources.fonts.map.insert(id.clone(), font(face)?);
        inventory.push(Op::SetFont { font: PdfFontHandle::External(id), size: Pt(1.0) });
        inventory.push(Op::ShowText { items: vec![TextItem::GlyphIds(glyphs(face))] });
    }
    for (index, picture) in pictures.iter().enumerate() {
        if let Some(picture) = picture {
            document.resources.xobjects.map.insert(XObjectId(format!("I{index}")), object(picture));
        }
    }
    let media = Rect::from_wh(Pt(size.0), Pt(size.1));
    document.pages =
        vec![PdfPage { media_box: media.clone(), trim_box: media.clone(), crop_box: media, ops: inventory }];
    let options =
        PdfSaveOptions { optimize: false, subset_fonts: false, secure: true, image_optimization: None };
    Ok(document.to_lopdf_document(&options, &mut Vec::new()))
}

fn font(face: &Face) -> Result<PdfFont, BackendError> {
    let mut parsed =
        ParsedFont::from_bytes(&face.program, 0, &mut Vec::new()).ok_or_else(|| BackendError::Font {
            name: face.name.clone(),
            reason: "its subset cannot be embedded; use another font file".to_owned(),
        })?;
    parsed.font_name = Some(face.name.clone());
    Ok(PdfFont::new(parsed))
}

fn glyphs(face: &Face) -> Vec<Codepoint> {
    face.texts
        .iter()
        .enumerate()
        .map(|(code, text)| Codepoint::with_cid(code as u16, 0.0, text.clone()))
        .collect()
}

fn object(picture: &Picture) -> XObject {
    XObject::External(ExternalXObject {
        stream: stream(picture),
        width: Some(Px(picture.width as usize)),
        height: Some(Px(picture.height as usize)),
        dpi: None,
    })
}

fn stream(picture: &Picture) -> ExternalStream {
    let name = |n: &str| DictItem::Name(n.as_bytes().to_vec());
    let int = |n: u32| DictItem::Int(i64::from(n));
    let filter = match picture.packing {
        Packing::Jpeg => "DCTDecode",
        Packing::Png => "FlateDecode",
    };
    let mut dict = BTreeMap::from([
        ("Type".to_owned(), name("XObject")),
        ("Subtype".to_owned(), name("Image")),
        ("Width".to_owned(), int(picture.width)),
        ("Height".to_owned(), int(picture.height)),
        ("BitsPerComponent".to_owned(), int(u32::from(picture.bits))),
        ("Filter".to_owned(), name(filter)),
    ]);
    let space = match &picture.colours {
        Colours::Gray => name("DeviceGray"),
        Colours::Rgb => name("DeviceRGB"),
        Colours::Cmyk => name("DeviceCMYK"),
        Colours::Palette(palette) => DictItem::Array(vec![
            name("Indexed"),
            name("DeviceRGB"),
            int((palette.len() / 3).saturating_sub(1) as u32),
            DictItem::Bytes(palette.clone()),
        ]),
    };
    dict.insert("ColorSpace".to_owned(), space);
    if picture.packing == Packing::Png {
        let map = BTreeMap::from([
            ("Predictor".to_owned(), int(15)),
            ("Colors".to_owned(), int(picture.colours.channels())),
            ("BitsPerComponent".to_owned(), int(u32::from(picture.bits))),
            ("Columns".to_owned(), int(picture.width)),
        ]);
        dict.insert("DecodeParms".to_owned(), DictItem::Dict { map });
    }
    if let Some(mask) = &picture.mask {
        dict.insert("SMask".to_owned(), DictItem::Stream { stream: stream(mask) });
    }
    ExternalStream { dict, content: picture.data.clone(), compress: false }
}
