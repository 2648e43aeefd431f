//! In: all objects of a file. Out: its bytes.
//!
//! Editions for the screen pack their objects into object streams with a cross-reference stream
//! (ISO 32000-1, 7.5.7 and 7.5.8), which makes a book a third smaller; editions for print keep
//! the plain form, which the oldest prepress reads.

use std::borrow::Cow;
use std::io::{self, Write};

use flate2::Compression;
use lopdf::{Dictionary, Object, StringFormat};
use rayon::prelude::*;

use super::super::Edition;
use super::super::content::integer;
use super::super::objects::{Objects, Written};
use super::super::tags::reference;
use super::deflate;

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
pub(super) struct Numbered {
    pub(super) number: u32,
    pub(super) body: Body,
}

/// What an object is.
pub(super) enum Body {
    /// Anything but a stream, as it stands in a file.
    Plain(Written),
    /// A stream: what its dictionary says beside the length, and its bytes.
    Stream { keys: Cow<'static, [u8]>, bytes: Vec<u8> },
}

impl Numbered {
    /// An object that is no stream.
    pub(super) fn plain((number, bytes): (u32, impl Into<Written>)) -> Self {
        Self { number, body: Body::Plain(bytes.into()) }
    }

    /// A stream.
    pub(super) const fn stream(number: u32, keys: &'static [u8], bytes: Vec<u8>) -> Self {
        Self { number, body: Body::Stream { keys: Cow::Borrowed(keys), bytes } }
    }

    /// A stream of lopdf's.
    fn of(number: u32, stream: lopdf::Stream) -> Self {
        let mut out = Vec::new();
        for (key, value) in stream.dict.iter().filter(|(key, _)| key.as_slice() != b"Length") {
            entry(&mut out, key, value);
        }
        Self { number, body: Body::Stream { keys: out.into(), bytes: stream.content } }
    }
}

/// Objects of lopdf's as they stand in a file: first those that are no streams.
pub(super) fn numbered(objects: impl ExactSizeIterator<Item = (u32, Object)>) -> Vec<Numbered> {
    /// Bytes of a dictionary, about.
    const OBJECT_BYTES: usize = 128;
    let mut plain = Objects::with_capacity(objects.len(), OBJECT_BYTES);
    let mut streams = Vec::new();
    for (number, object) in objects {
        match object {
            Object::Stream(stream) => streams.push(Numbered::of(number, stream)),
            object => plain.add(number, |out| write_object(out, &object)),
        }
    }
    plain.into_written().map(Numbered::plain).chain(streams).collect()
}

/// A file that is being written: streams go straight to it, what stands round them by many at once.
struct Sink<'a> {
    out: &'a mut dyn Write,
    /// What is still to go there.
    pending: Vec<u8>,
    /// Bytes that went there.
    written: usize,
}

impl Sink<'_> {
    /// Bytes of what is pending that are sent on together, at least.
    const ENOUGH: usize = 1 << 14;

    /// Where the next byte will stand.
    fn at(&self) -> usize {
        self.written + self.pending.len()
    }

    /// Writes an object.
    fn object(&mut self, object: &Numbered) -> io::Result<()> {
        match &object.body {
            Body::Stream { keys, bytes } => self.stream(object.number, keys, bytes),
            Body::Plain(bytes) => {
                integer(&mut self.pending, i64::from(object.number));
                self.pending.extend_from_slice(b" 0 obj\n");
                self.pending.extend_from_slice(bytes);
                self.pending.extend_from_slice(b"\nendobj\n");
                if self.pending.len() >= Self::ENOUGH { self.flush() } else { Ok(()) }
            }
        }
    }

    /// Writes a stream.
    fn stream(&mut self, number: u32, keys: &[u8], bytes: &[u8]) -> io::Result<()> {
        let out = &mut self.pending;
        integer(out, i64::from(number));
        out.extend_from_slice(b" 0 obj\n<<");
        out.extend_from_slice(keys);
        out.extend_from_slice(b"/Length ");
        integer(out, bytes.len() as i64);
        out.extend_from_slice(b">>stream\n");
        self.flush()?;
        self.out.write_all(bytes)?;
        self.written += bytes.len();
        self.pending.extend_from_slice(b"\nendstream\nendobj\n");
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.write_all(&self.pending)?;
        self.written += self.pending.len();
        self.pending.clear();
        Ok(())
    }
}

/// Writes the file. `groups` are objects that are packed together, beside `objects`.
///
/// # Errors
/// What `out` says.
pub(super) fn write(
    mut objects: Vec<Numbered>,
    groups: &[Group],
    trailer: &Trailer,
    edition: &Edition,
    level: Compression,
    out: &mut dyn Write,
) -> io::Result<()> {
    objects.sort_unstable_by_key(|o| o.number);
    let mut file = Sink { out, pending: Vec::with_capacity(2 * Sink::ENOUGH), written: 0 };
    file.pending.extend_from_slice(format!("%PDF-{}\n", edition.version()).as_bytes());
    // Four bytes above 127 tell that the file is binary (ISO 32000-1, 7.5.2).
    file.pending.extend_from_slice(b"%\xE2\xE3\xCF\xD3\n");
    if edition.packs_objects() {
        packed(&mut file, &objects, groups, trailer, level)?;
    } else {
        plain(&mut file, &objects, trailer)?;
    }
    file.flush()
}

/// One object after the other, then a cross-reference table.
fn plain(file: &mut Sink<'_>, objects: &[Numbered], trailer: &Trailer) -> io::Result<()> {
    let last = objects.last().map_or(0, |o| o.number);
    let mut offsets: Vec<Option<usize>> = vec![None; last as usize + 1];
    for object in objects {
        offsets[object.number as usize] = Some(file.at());
        file.object(object)?;
    }
    let start = file.at();
    let out = &mut file.pending;
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
    Ok(())
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

/// Objects that are packed together: an object stream.
pub(super) struct Group {
    numbers: Vec<u32>,
    keys: String,
    bytes: Vec<u8>,
}

/// Packs objects that are no streams together.
pub(super) fn group(mut objects: Vec<Numbered>, level: Compression) -> Vec<Group> {
    // Readers unpack a whole object stream to find one object: as many as keep that cheap.
    const OBJECTS_A_STREAM: usize = 200;
    objects.sort_unstable_by_key(|o| o.number);
    objects.par_chunks(OBJECTS_A_STREAM).map(|objects| object_stream(objects, level)).collect()
}

fn object_stream(objects: &[Numbered], level: Compression) -> Group {
    let mut bodies = Vec::with_capacity(objects.len() * 96);
    let mut index = Vec::with_capacity(objects.len() * 112);
    for Numbered { number, body } in objects {
        let Body::Plain(bytes) = body else { continue };
        integer(&mut index, i64::from(*number));
        index.push(b' ');
        integer(&mut index, bodies.len() as i64);
        index.push(b' ');
        bodies.extend_from_slice(bytes);
        bodies.push(b'\n');
    }
    let keys = format!("/Type/ObjStm/N {}/First {}/Filter/FlateDecode", objects.len(), index.len());
    index.extend_from_slice(&bodies);
    Group { numbers: objects.iter().map(|o| o.number).collect(), keys, bytes: deflate(&index, level) }
}

/// Streams as they are, everything else in object streams, then a cross-reference stream.
fn packed(
    file: &mut Sink<'_>,
    objects: &[Numbered],
    groups: &[Group],
    trailer: &Trailer,
    level: Compression,
) -> io::Result<()> {
    let grouped = groups.iter().flat_map(|g| g.numbers.iter().copied());
    let last = objects.iter().map(|o| o.number).chain(grouped).max().unwrap_or(0);
    let size = last as usize + groups.len() + 2;
    let mut places = vec![Place::Free; size];
    for object in objects {
        places[object.number as usize] = Place::At(file.at());
        file.object(object)?;
    }
    for (stream, group) in (last + 1..).zip(groups) {
        for (index, number) in group.numbers.iter().enumerate() {
            places[*number as usize] = Place::In { stream, index };
        }
        places[stream as usize] = Place::At(file.at());
        file.stream(stream, group.keys.as_bytes(), &group.bytes)?;
    }
    let start = file.at();
    places[size - 1] = Place::At(start);
    let mut keys = b"/Type/XRef/W[1 4 2]/Filter/FlateDecode/DecodeParms<</Predictor 12/Columns 7>>".to_vec();
    trailer_keys(&mut keys, trailer, size);
    file.stream((size - 1) as u32, &keys, &deflate(&reference_rows(&places), level))?;
    file.pending.extend_from_slice(format!("startxref\n{start}\n%%EOF\n").as_bytes());
    Ok(())
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
        // A stream is an object by itself alone.
        Object::Stream(_) => {}
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
