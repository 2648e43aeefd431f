//! The font files that travel inside the program; `fonts/` holds them with their licences.
//!
//! The program carries them packed and unpacks a face when its bytes are first read: a book
//! in one family never touches the others.

use std::sync::OnceLock;

use flate2::{Decompress, FlushDecompress, Status};

use crate::env::{FontData, FontFile};

/// An embedded family.
#[derive(Debug)]
pub struct Family {
    /// Its name for people.
    pub name: &'static str,
    /// What it is for.
    pub role: &'static str,
    /// Its faces.
    pub faces: &'static [Face],
}

/// An embedded face.
#[derive(Debug)]
pub struct Face {
    /// Weight as in CSS.
    pub weight: u16,
    /// Whether it is the italic.
    pub italic: bool,
    /// The OpenType file.
    pub data: &'static Packed,
}

/// A font file as the program carries it.
#[derive(Debug)]
pub struct Packed {
    stream: &'static [u8],
    packing: Packing,
    plain: OnceLock<Vec<u8>>,
}

/// How a font file is packed.
#[derive(Clone, Copy, Debug)]
enum Packing {
    /// A Brotli stream (RFC 7932): the smallest.
    Brotli,
    /// A zlib stream (RFC 1950): unpacked in less time, for what many books need.
    Zlib,
    /// An LZ4 block behind its length: unpacked in no time, for what nearly all books need.
    Lz4,
}

impl Packed {
    const fn new(stream: &'static [u8], packing: Packing) -> Self {
        Self { stream, packing, plain: OnceLock::new() }
    }

    /// The bytes of the font file; unpacked at the first call.
    pub fn bytes(&self) -> &[u8] {
        self.plain.get_or_init(|| {
            // Packed by the build step of this very program: only a broken program file fails,
            // and then the font does not parse, which is reported.
            let mut plain = match self.packing {
                Packing::Brotli => unbrotli(self.stream),
                Packing::Zlib => {
                    let mut plain = room(self.stream);
                    inflate(self.stream, &mut plain).map(|()| plain)
                }
                Packing::Lz4 => lz4_flex::decompress_size_prepended(self.stream).ok(),
            }
            .unwrap_or_default();
            plain.shrink_to_fit();
            plain
        })
    }
}

/// Room for what is packed in a stream: fonts become less than three times as long.
fn room(stream: &[u8]) -> Vec<u8> {
    Vec::with_capacity(stream.len() * 3)
}

/// Unpacks a Brotli stream. `None` where it is broken.
fn unbrotli(stream: &[u8]) -> Option<Vec<u8>> {
    let mut plain = room(stream);
    brotli_decompressor::BrotliDecompress(&mut &*stream, &mut plain).ok()?;
    Some(plain)
}

/// Unpacks a zlib stream in one go, where there is room for all of it: what comes out is then the window into which the
/// stream refers, and none is kept beside it. `None` where the stream is broken.
fn inflate(stream: &[u8], plain: &mut Vec<u8>) -> Option<()> {
    let mut inflater = Decompress::new(true);
    loop {
        if plain.len() == plain.capacity() {
            plain.reserve(stream.len().max(1024));
        }
        let rest = stream.get(inflater.total_in() as usize..)?;
        match inflater.decompress_vec(rest, plain, FlushDecompress::Finish).ok()? {
            Status::StreamEnd => return Some(()),
            Status::Ok | Status::BufError if plain.len() == plain.capacity() => {}
            // There is room, and nothing comes.
            Status::Ok | Status::BufError => return None,
        }
    }
}

macro_rules! face {
    ($weight:literal, $italic:literal, $path:literal) => {
        face!($weight, $italic, $path, Packing::Brotli)
    };
    ($weight:literal, $italic:literal, $path:literal, $packing:expr) => {
        Face {
            weight: $weight,
            italic: $italic,
            data: {
                static PACKED: Packed =
                    Packed::new(include_bytes!(concat!(env!("OUT_DIR"), "/fonts/", $path)), $packing);
                &PACKED
            },
        }
    };
}

/// Every embedded family, the default for text first.
///
/// The two weights of EB Garamond come from two releases: the regular of the one has
/// collisions after `f` that the other has not, and the bold of the other is a stub.
pub static FAMILIES: &[Family] = &[
    Family {
        name: "EB Garamond",
        role: "text: the default",
        faces: &[
            face!(400, false, "eb-garamond-12/EBGaramond12-Regular.otf", Packing::Lz4),
            face!(400, true, "eb-garamond-12/EBGaramond12-Italic.otf", Packing::Zlib),
            face!(600, false, "eb-garamond/EBGaramond-SemiBold.ttf", Packing::Zlib),
            face!(600, true, "eb-garamond/EBGaramond-SemiBoldItalic.ttf"),
        ],
    },
    Family {
        name: "Literata",
        role: "text: sturdy, for small sizes and screens",
        faces: &[
            face!(400, false, "literata/Literata-Regular.ttf"),
            face!(400, true, "literata/Literata-Italic.ttf"),
            face!(600, false, "literata/Literata-SemiBold.ttf"),
            face!(600, true, "literata/Literata-SemiBoldItalic.ttf"),
        ],
    },
    Family {
        name: "Alegreya",
        role: "text: economical and warm",
        faces: &[
            face!(400, false, "alegreya/Alegreya-Regular.ttf"),
            face!(400, true, "alegreya/Alegreya-Italic.ttf"),
            face!(700, false, "alegreya/Alegreya-Bold.ttf"),
            face!(700, true, "alegreya/Alegreya-BoldItalic.ttf"),
        ],
    },
    Family {
        name: "Atkinson Hyperlegible Next",
        role: "text: for low vision",
        faces: &[
            face!(400, false, "atkinson-hyperlegible-next/AtkinsonHyperlegibleNext-Regular.ttf"),
            face!(400, true, "atkinson-hyperlegible-next/AtkinsonHyperlegibleNext-Italic.ttf"),
            face!(700, false, "atkinson-hyperlegible-next/AtkinsonHyperlegibleNext-Bold.ttf"),
            face!(700, true, "atkinson-hyperlegible-next/AtkinsonHyperlegibleNext-BoldItalic.ttf"),
        ],
    },
    Family {
        name: "Playfair Display",
        role: "covers",
        faces: &[
            face!(700, false, "playfair-display/PlayfairDisplay-Bold.ttf"),
            face!(400, true, "playfair-display/PlayfairDisplay-Italic.ttf"),
        ],
    },
    Family {
        name: "Libertinus Serif",
        role: "fallback: wide coverage of Latin, Greek and Cyrillic",
        faces: &[
            face!(400, false, "libertinus-serif/LibertinusSerif-Regular.otf"),
            face!(400, true, "libertinus-serif/LibertinusSerif-Italic.otf"),
        ],
    },
];

/// The faces of the embedded family with this name, any case.
pub fn embedded(name: &str) -> Vec<FontFile> {
    FAMILIES
        .iter()
        .filter(|f| f.name.eq_ignore_ascii_case(name))
        .flat_map(|family| {
            family.faces.iter().map(|face| FontFile {
                family: family.name.to_owned(),
                weight: face.weight,
                italic: face.italic,
                data: FontData::embedded(face.data),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_is_unpacked_whatever_room_there_is_and_a_broken_one_is_none() {
        use std::io::Write as _;
        let font: Vec<u8> = (0..100_000_u32).map(|i| (i.wrapping_mul(i) >> 7) as u8).collect();
        let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        packer.write_all(&font).unwrap();
        let stream = packer.finish().unwrap();
        for room in [0, 1, 4096, font.len() - 1, font.len(), 3 * font.len()] {
            let mut plain = Vec::with_capacity(room);
            assert_eq!(inflate(&stream, &mut plain), Some(()), "{room}");
            assert!(plain == font, "{room}");
        }
        for broken in [&stream[..stream.len() - 5], &stream[..1], &[], &[0; 40]] {
            assert_eq!(inflate(broken, &mut Vec::new()), None);
        }
    }

    #[test]
    fn a_broken_stream_is_a_font_that_nobody_can_read() {
        for (stream, packing) in [
            (&[0x0F_u8; 40][..], Packing::Brotli),
            (&[], Packing::Brotli),
            (&[0; 40], Packing::Zlib),
            // Four bytes from before the beginning.
            (&[9, 0, 0, 0, 0x00, 9, 0, 0x50, b'a', b'b', b'c', b'd', b'e'], Packing::Lz4),
            (&[1], Packing::Lz4),
        ] {
            assert!(Packed::new(stream, packing).bytes().is_empty(), "{packing:?}");
        }
    }

    #[test]
    fn every_face_unpacks_to_its_file() {
        for face in FAMILIES.iter().flat_map(|f| f.faces) {
            let bytes = face.data.bytes();
            assert!(bytes.starts_with(b"OTTO") || bytes.starts_with(&[0, 1, 0, 0]), "{face:?}");
            assert!(bytes.len() > face.data.stream.len(), "packing makes {face:?} larger");
        }
        #[expect(clippy::disallowed_methods, reason = "the test holds what is packed against the files")]
        let file = std::fs::read(
            std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fonts/literata/Literata-Italic.ttf"),
        )
        .unwrap();
        assert_eq!(FAMILIES[1].faces[1].data.bytes(), file);
    }
}
