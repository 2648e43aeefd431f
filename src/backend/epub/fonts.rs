//! In: the text family and the documents. Out: its faces, cut down to the characters of the book, and what
//! the style sheet and the container say of them.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io;

use sha1::{Digest, Sha1};

use super::documents::Piece;
use super::face;
use super::identity::Identity;
use super::nav::{self, empty, ended};
use super::package::{ROOT, Resource};
use crate::backend::BackendError;
use crate::env::{Env, FontFile};
use crate::options::OutputOptions;
use crate::typeset::Layout;

/// So many bytes at the beginning of a font are obfuscated (EPUB 3.3, section 4.4.3).
const OBFUSCATED_BYTES: usize = 1040;

/// A face of an edition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Embedded {
    family: String,
    weight: u16,
    italic: bool,
    path: String,
    media_type: &'static str,
    bytes: Vec<u8>,
}

impl Embedded {
    /// The file as it stands in the container.
    pub(super) fn resource(&self) -> Resource<'_> {
        Resource { path: self.path.clone(), media_type: self.media_type.to_owned(), bytes: &self.bytes }
    }
}

/// The faces of the text family that the documents can show.
///
/// # Errors
/// A family that is unknown, and a file of it that is no font.
pub(super) fn embed(
    options: &OutputOptions,
    env: &dyn Env,
    pieces: &[Piece],
    identity: &Identity,
) -> Result<Vec<Embedded>, BackendError> {
    let layout = Layout::resolve(options, env).map_err(|e| BackendError::Setting(e.to_string()))?;
    let name = layout.family.split(',').next().unwrap_or_default().trim();
    let font = |reason: &str| BackendError::Font { name: name.to_owned(), reason: reason.to_owned() };
    let documents = || pieces.iter().map(|p| p.document.xhtml.as_str());
    let strong = documents().any(|d| d.contains("<strong"));
    // The markup brings the letters of the alphabet along, which numbers and contents need.
    let characters: BTreeSet<char> = documents().flat_map(str::chars).filter(|c| !c.is_control()).collect();
    let key: Option<[u8; 20]> = options.obfuscate_fonts.then(|| key(identity.unique()));
    let mut embedded = Vec::new();
    for FontFile { family, weight, italic, data } in env.faces(name) {
        if weight > 400 && !strong {
            continue;
        }
        let mut bytes = face::subset(&data, &characters)
            .ok_or_else(|| font("it cannot be embedded: the file is broken"))?;
        let (extension, media_type) =
            if bytes.starts_with(b"OTTO") { ("otf", "font/otf") } else { ("ttf", "font/ttf") };
        if let Some(key) = &key {
            obfuscate(&mut bytes, key);
        }
        let stem: String = family.chars().filter(char::is_ascii_alphanumeric).collect();
        let slope = if italic { "-italic" } else { "" };
        let path = format!("fonts/{}-{weight}{slope}.{extension}", stem.to_ascii_lowercase());
        embedded.push(Embedded { family, weight, italic, path, media_type, bytes });
    }
    if embedded.is_empty() {
        return Err(font("no such family is known"));
    }
    Ok(embedded)
}

/// The key of an edition: the SHA-1 of its unique identifier without white space.
fn key(identifier: &str) -> [u8; 20] {
    let identifier: String = identifier.chars().filter(|c| !matches!(c, ' ' | '\t' | '\n' | '\r')).collect();
    Sha1::digest(identifier.as_bytes()).into()
}

/// Done twice, it is undone.
fn obfuscate(font: &mut [u8], key: &[u8; 20]) {
    for (byte, key) in font.iter_mut().take(OBFUSCATED_BYTES).zip(key.iter().cycle()) {
        *byte ^= key;
    }
}

/// The rules of the style sheet; nothing where there are no fonts.
pub(super) fn rules(embedded: &[Embedded]) -> String {
    let mut css = String::new();
    let Some(first) = embedded.first() else { return css };
    for Embedded { family, weight, italic, path, .. } in embedded {
        let style = if *italic { "italic" } else { "normal" };
        // The heavier face of a text family is its bold one, whatever its number.
        let weight = if *weight > 400 { "bold" } else { "normal" };
        // Writing to a string cannot fail.
        let _ = write!(
            css,
            "\n@font-face {{\n  font-family: \"{family}\";\n  font-style: {style};\n  font-weight: {weight};\n  \
             src: url(\"{path}\");\n}}\n"
        );
    }
    let _ = write!(css, "\nbody {{\n  font-family: \"{}\", serif;\n}}\n", first.family);
    css
}

/// What the container says of obfuscated fonts (EPUB 3.3, section 4.4.4).
///
/// # Errors
/// None in memory.
pub(super) fn encryption(embedded: &[Embedded]) -> io::Result<Vec<u8>> {
    let mut xml = nav::xml()?;
    let root = [
        ("xmlns", "urn:oasis:names:tc:opendocument:xmlns:container"),
        ("xmlns:enc", "http://www.w3.org/2001/04/xmlenc#"),
    ];
    xml.create_element("encryption").with_attributes(root).write_inner_content(|xml| {
        for font in embedded {
            let path = format!("{ROOT}{}", font.path);
            xml.create_element("enc:EncryptedData").write_inner_content(|xml| {
                empty(xml, "enc:EncryptionMethod", &[("Algorithm", "http://www.idpf.org/2008/embedding")])?;
                xml.create_element("enc:CipherData")
                    .write_inner_content(|xml| empty(xml, "enc:CipherReference", &[("URI", &path)]))?;
                Ok(())
            })?;
        }
        Ok(())
    })?;
    Ok(ended(xml))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_and_its_use_follow_the_standard() {
        // SHA-1 of `abc` (FIPS 180-4); white space does not count.
        let key = key(" a\tb\nc ");
        assert_eq!(key[..4], [0xa9, 0x99, 0x3e, 0x36]);
        let font: Vec<u8> = (0..2000_u32).map(|i| i as u8).collect();
        let mut hidden = font.clone();
        obfuscate(&mut hidden, &key);
        assert_ne!(hidden[..OBFUSCATED_BYTES], font[..OBFUSCATED_BYTES]);
        assert_eq!(hidden[OBFUSCATED_BYTES..], font[OBFUSCATED_BYTES..]);
        obfuscate(&mut hidden, &key);
        assert_eq!(hidden, font);
    }
}
