//! Packs the font files, so that the program carries them at half their size: in `fonts/*/` are
//! the faces, out goes a raw deflate stream for each, its length before packing in front.

#![expect(clippy::disallowed_methods, reason = "packing reads and writes files, before there is a program")]

use std::error::Error;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

use flate2::Compression;
use flate2::write::DeflateEncoder;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=fonts");
    println!("cargo::rerun-if-changed=build.rs");
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
                fs::write(folder.join(name), pack(&fs::read(&face)?)?)?;
            }
        }
    }
    Ok(())
}

/// The length as four bytes, lowest first, then the deflate stream.
fn pack(font: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut out = u32::try_from(font.len())?.to_le_bytes().to_vec();
    let mut deflate = DeflateEncoder::new(&mut out, Compression::best());
    deflate.write_all(font)?;
    deflate.finish()?;
    Ok(out)
}
