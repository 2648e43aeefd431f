//! Packs the font files, so that the program carries them at less than half their size: in
//! `fonts/*/` are the faces, out goes a Brotli stream (RFC 7932) for each; of the faces that many books are set in a
//! zlib stream (RFC 1950), which is larger and unpacked in less time, and of the one that nearly all are set in an LZ4
//! block, for which both holds even more. And what the linker is told.

#![expect(clippy::disallowed_methods, reason = "packing reads and writes files, before there is a program")]

use std::error::Error;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use brotli::enc::BrotliEncoderParams;
use brotli::enc::backward_references::BrotliEncoderMode;
use flate2::Compression;
use flate2::write::ZlibEncoder;

/// The face that nearly every book is set in.
const QUICKEST: &str = "EBGaramond12-Regular.otf";
/// Those beside it that many have: its italic, and the one of strong words.
const QUICK: [&str; 2] = ["EBGaramond12-Italic.otf", "EBGaramond-SemiBold.ttf"];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=fonts");
    println!("cargo::rerun-if-changed=build.rs");
    // The program ends where it panics: it needs no table of where its frames are, which takes 80 KB. Tests unwind.
    if env::var("PROFILE")? == "release" && env::var("CARGO_CFG_TARGET_OS")? == "linux" {
        println!("cargo::rustc-link-arg-bins=-Wl,--no-eh-frame-hdr");
    }
    let fonts = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("fonts");
    let packed = PathBuf::from(env::var("OUT_DIR")?).join("fonts");
    for family in fs::read_dir(&fonts)? {
        let family = family?.path();
        if !family.is_dir() {
            continue;
        }
        let folder = packed.join(family.file_name().ok_or("a folder without a name")?);
        fs::create_dir_all(&folder)?;
        for face in fs::read_dir(&family)? {
            let face = face?.path();
            if face.extension().is_some_and(|e| e == "otf" || e == "ttf") {
                let name = face.file_name().ok_or("a file without a name")?;
                let font = fs::read(&face)?;
                let packed = if name == QUICKEST {
                    lz4_flex::compress_prepend_size(&font)
                } else if QUICK.iter().any(|quick| name == *quick) {
                    pack_fast(&font)?
                } else {
                    pack(&font)?
                };
                fs::write(folder.join(name), packed)?;
            }
        }
    }
    Ok(())
}

/// The file as a stream at the best level, with a window that the faces fit into.
fn pack(font: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
    let params = BrotliEncoderParams {
        mode: BrotliEncoderMode::BROTLI_MODE_FONT,
        quality: 11,
        lgwin: 19,
        size_hint: font.len(),
        ..BrotliEncoderParams::default()
    };
    let mut out = Vec::new();
    brotli::BrotliCompress(&mut &*font, &mut out, &params)?;
    Ok(out)
}

/// The file as a zlib stream at the best level.
fn pack_fast(font: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(font)?;
    Ok(encoder.finish()?)
}
