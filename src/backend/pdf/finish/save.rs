//! In: all objects of a file. Out: its bytes.
//!
//! Editions for the screen pack their objects into object streams with a cross-reference stream
//! (ISO 32000-1, 7.5.7 and 7.5.8), which makes a book a third smaller; editions for print keep
//! the plain form, which the oldest prepress reads.

use flate2::Compression;
use lopdf::{Dictionary, Object, StringFormat};
use rayon::prelude::*;

use super::super::Edition;
use super::super::content::integer;
use super::super::tags::reference;
use super::{Document, deflate};

/// What the trailer names.
pub(super) struct Trailer {
    /// Object number of the catalog.
    pub(super) catalog: u32,
    /// Object number of the information dictionary.
    pub(super) info: u32,
    /// The file's identifier.
    pub(super) identifier: [u8; 16],
}

/// An object with its number.
struct Numbered<'a> {
    number: u32,
    body: Body<'a>,
}

enum Body<'a> {
    Object(&'a Object),
    Raw(&'a [u8]),
}

impl Body<'_> {
    fn is_stream(&self) -> bool {
        match self {
            Self::Object(object) => matches!(object, Object::Stream(_)),
            Self::Raw(bytes) => bytes.ends_with(b"endstream"),
        }
    }

    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Object(object) => write_object(out, object),
            Self::Raw(bytes) => out.extend_from_slice(bytes),
        }
    }
}

/// A stream object from its keys and its bytes.
pub(super) fn stream(keys: &[u8], bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(keys.len() + bytes.len() + 48);
    out.extend_from_slice(b"<<");
    out.extend_from_slice(keys);
    out.extend_from_slice(b"/Length ");
    integer(&mut out, bytes.len() as i64);
    out.extend_from_slice(b">>stream\n");
    out.extend_from_slice(bytes);
    out.extend_from_slice(b"\nendstream");
    out
}

/// Writes the file.
pub(super) fn write(
    document: &Document,
    raw: &[(u32, Vec<u8>)],
    trailer: &Trailer,
    edition: &Edition,
    level: Compression,
) -> Vec<u8> {
    let mut objects: Vec<Numbered<'_>> = document
        .objects
        .iter()
        .map(|(id, object)| Numbered { number: id.0, body: Body::Object(object) })
        .chain(raw.iter().map(|(number, bytes)| Numbered { number: *number, body: Body::Raw(bytes) }))
        .collect();
    objects.sort_unstable_by_key(|o| o.number);
    let size: usize = objects.iter().map(|o| if o.body.is_stream() { 8192 } else { 64 }).sum();
    let mut out = Vec::with_capacity(size);
    out.extend_from_slice(format!("%PDF-{}\n", edition.version()).as_bytes());
    // Four bytes above 127 tell that the file is binary (ISO 32000-1, 7.5.2).
    out.extend_from_slice(b"%\xE2\xE3\xCF\xD3\n");
    if edition.packs_objects() {
        packed(&mut out, &objects, trailer, level);
    } else {
        plain(&mut out, &objects, trailer);
    }
    out
}

fn indirect(out: &mut Vec<u8>, number: u32, body: &Body<'_>) {
    integer(out, i64::from(number));
    out.extend_from_slice(b" 0 obj\n");
    body.write(out);
    out.extend_from_slice(b"\nendobj\n");
}

/// One object after the other, then a cross-reference table.
fn plain(out: &mut Vec<u8>, objects: &[Numbered<'_>], trailer: &Trailer) {
    let last = objects.last().map_or(0, |o| o.number);
    let mut offsets: Vec<Option<usize>> = vec![None; last as usize + 1];
    for object in objects {
        offsets[object.number as usize] = Some(out.len());
        indirect(out, object.number, &object.body);
    }
    let start = out.len();
    out.extend_from_slice(format!("xref\n0 {}\n", offsets.len()).as_bytes());
    // Free entries form a ring that begins and ends at object 0.
    let free: Vec<usize> = (1..offsets.len()).filter(|n| offsets[*n].is_none()).chain([0]).collect();
    let mut next_free = free.iter();
    for (number, offset) in offsets.iter().enumerate() {
        let line = if let Some(offset) = offset {
            format!("{offset:010} 00000 n\r\n")
        } else {
            let generation = if number == 0 { 65_535 } else { 0 };
            format!("{:010} {generation:05} f\r\n", next_free.next().copied().unwrap_or(0))
        };
        out.extend_from_slice(line.as_bytes());
    }
    out.extend_from_slice(b"trailer\n<<");
    trailer_keys(out, trailer, offsets.len());
    out.extend_from_slice(format!(">>\nstartxref\n{start}\n%%EOF\n").as_bytes());
}

fn trailer_keys(out: &mut Vec<u8>, trailer: &Trailer, size: usize) {
    out.extend_from_slice(b"/Size ");
    integer(out, size as i64);
    out.extend_from_slice(b"/Root ");
    reference(out, trailer.catalog);
    out.extend_from_slice(b"/Info ");
    reference(out, trailer.info);
    out.extend_from_slice(b"/ID[");
    hexadecimal(out, &trailer.identifier);
    hexadecimal(out, &trailer.identifier);
    out.push(b']');
}

/// Where the cross-reference stream finds an object.
#[derive(Clone, Copy)]
enum Place {
    Free,
    At(usize),
    In { stream: u32, index: usize },
}

/// Streams as they are, everything else in object streams, then a cross-reference stream.
fn packed(out: &mut Vec<u8>, objects: &[Numbered<'_>], trailer: &Trailer, level: Compression) {
    // Readers unpack a whole object stream to find one object: as many as keep that cheap.
    const OBJECTS_A_STREAM: usize = 200;
    let last = objects.last().map_or(0, |o| o.number);
    let loose: Vec<&Numbered<'_>> = objects.iter().filter(|o| !o.body.is_stream()).collect();
    let groups: Vec<&[&Numbered<'_>]> = loose.chunks(OBJECTS_A_STREAM).collect();
    let size = last as usize + groups.len() + 2;
    let mut places = vec![Place::Free; size];
    let (streams, ()): (Vec<Vec<u8>>, ()) = rayon::join(
        || groups.par_iter().map(|group| object_stream(group, level)).collect(),
        || {
            for object in objects.iter().filter(|o| o.body.is_stream()) {
                places[object.number as usize] = Place::At(out.len());
                indirect(out, object.number, &object.body);
            }
        },
    );
    for (index, (group, bytes)) in groups.iter().zip(&streams).enumerate() {
        let number = last + 1 + index as u32;
        for (index, object) in group.iter().enumerate() {
            places[object.number as usize] = Place::In { stream: number, index };
        }
        places[number as usize] = Place::At(out.len());
        indirect(out, number, &Body::Raw(bytes));
    }
    let start = out.len();
    places[size - 1] = Place::At(start);
    let mut keys = b"/Type/XRef/W[1 4 2]/Filter/FlateDecode/DecodeParms<</Predictor 12/Columns 7>>".to_vec();
    trailer_keys(&mut keys, trailer, size);
    let table = deflate(&reference_rows(&places), level);
    indirect(out, (size - 1) as u32, &Body::Raw(&stream(&keys, &table)));
    out.extend_from_slice(format!("startxref\n{start}\n%%EOF\n").as_bytes());
}

fn object_stream(group: &[&Numbered<'_>], level: Compression) -> Vec<u8> {
    let mut bodies = Vec::with_capacity(group.len() * 96);
    let mut index = Vec::with_capacity(group.len() * 12);
    for object in group {
        integer(&mut index, i64::from(object.number));
        index.push(b' ');
        integer(&mut index, bodies.len() as i64);
        index.push(b' ');
        object.body.write(&mut bodies);
        bodies.push(b'\n');
    }
    let keys = format!("/Type/ObjStm/N {}/First {}/Filter/FlateDecode", group.len(), index.len());
    index.extend_from_slice(&bodies);
    stream(keys.as_bytes(), &deflate(&index, level))
}

/// The rows of a cross-reference stream, each as its difference from the row above.
fn reference_rows(places: &[Place]) -> Vec<u8> {
    const ROW: usize = 7;
    let mut rows = Vec::with_capacity(places.len() * (ROW + 1));
    let mut above = [0_u8; ROW];
    for (number, place) in places.iter().enumerate() {
        let (kind, value, extra) = match *place {
            Place::Free => (0, 0, if number == 0 { 65_535_u16 } else { 0 }),
            Place::At(offset) => (1, offset as u32, 0),
            Place::In { stream, index } => (2, stream, index as u16),
        };
        let mut row = [kind, 0, 0, 0, 0, 0, 0];
        row[1..5].copy_from_slice(&value.to_be_bytes());
        row[5..].copy_from_slice(&extra.to_be_bytes());
        rows.push(2);
        rows.extend(row.iter().zip(above).map(|(now, before)| now.wrapping_sub(before)));
        above = row;
    }
    rows
}

fn write_object(out: &mut Vec<u8>, object: &Object) {
    match object {
        Object::Null => out.extend_from_slice(b"null"),
        Object::Boolean(value) => out.extend_from_slice(if *value { b"true" } else { b"false" }),
        Object::Integer(value) => integer(out, *value),
        Object::Real(value) => out.extend_from_slice(value.to_string().as_bytes()),
        Object::Name(name) => write_name(out, name),
        Object::String(bytes, StringFormat::Literal) => literal(out, bytes),
        Object::String(bytes, StringFormat::Hexadecimal) => hexadecimal(out, bytes),
        Object::Array(items) => {
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(b' ');
                }
                write_object(out, item);
            }
            out.push(b']');
        }
        Object::Dictionary(dictionary) => {
            out.extend_from_slice(b"<<");
            entries(out, dictionary);
            out.extend_from_slice(b">>");
        }
        Object::Stream(held) => {
            let mut keys = Vec::with_capacity(64);
            for (key, value) in held.dict.iter().filter(|(key, _)| key.as_slice() != b"Length") {
                entry(&mut keys, key, value);
            }
            out.extend_from_slice(&stream(&keys, &held.content));
        }
        Object::Reference((number, _)) => reference(out, *number),
    }
}

fn entries(out: &mut Vec<u8>, dictionary: &Dictionary) {
    for (key, value) in dictionary {
        entry(out, key, value);
    }
}

fn entry(out: &mut Vec<u8>, key: &[u8], value: &Object) {
    write_name(out, key);
    if !matches!(value, Object::Name(_) | Object::Array(_) | Object::Dictionary(_) | Object::String(..)) {
        out.push(b' ');
    }
    write_object(out, value);
}

fn write_name(out: &mut Vec<u8>, name: &[u8]) {
    out.push(b'/');
    for byte in name {
        if byte.is_ascii_alphanumeric() || b"-_.+*:;,=!?@$&'^`~|\"".contains(byte) {
            out.push(*byte);
        } else {
            out.extend_from_slice(format!("#{byte:02X}").as_bytes());
        }
    }
}

fn literal(out: &mut Vec<u8>, bytes: &[u8]) {
    out.push(b'(');
    for byte in bytes {
        match byte {
            b'(' | b')' | b'\\' => out.extend_from_slice(&[b'\\', *byte]),
            b'\r' => out.extend_from_slice(b"\\r"),
            _ => out.push(*byte),
        }
    }
    out.push(b')');
}

fn hexadecimal(out: &mut Vec<u8>, bytes: &[u8]) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    out.push(b'<');
    for byte in bytes {
        out.push(HEX[usize::from(byte >> 4)]);
        out.push(HEX[usize::from(byte & 15)]);
    }
    out.push(b'>');
}
