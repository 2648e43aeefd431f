//! The library's one door to the world: fonts, files that the user names, and the time.
//!
//! The library opens no file, reads no clock and no environment variable; the program
//! hands an [`Env`] in. Tests hand in one that never changes.

use std::io;
use std::ops::Deref;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::fonts;

/// The bytes of a font file, shared. Those of an embedded face are unpacked when they are first
/// read.
#[derive(Clone, Debug)]
pub struct FontData(Source);

#[derive(Clone, Debug)]
enum Source {
    Embedded(&'static fonts::Packed),
    Own(Arc<[u8]>),
}

impl FontData {
    /// A face that travels inside the program.
    pub const fn embedded(face: &'static fonts::Packed) -> Self {
        Self(Source::Embedded(face))
    }

    /// This file, ready to be shared with a font's reader.
    pub fn shared(&self) -> Arc<dyn AsRef<[u8]> + Send + Sync> {
        Arc::new(self.clone())
    }

    /// Unpacks an embedded file now, which would else be done when its bytes are first asked for.
    pub fn unpack(&self) {
        let _: &[u8] = self;
    }
}

impl Deref for FontData {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match &self.0 {
            Source::Embedded(face) => face.bytes(),
            Source::Own(bytes) => bytes,
        }
    }
}

impl AsRef<[u8]> for FontData {
    fn as_ref(&self) -> &[u8] {
        self
    }
}

impl From<Vec<u8>> for FontData {
    fn from(bytes: Vec<u8>) -> Self {
        Self(Source::Own(bytes.into()))
    }
}

/// One face of a family.
#[derive(Clone, Debug)]
pub struct FontFile {
    /// The family's name for people: `EB Garamond`.
    pub family: String,
    /// Weight as in CSS: 400, 600, 700.
    pub weight: u16,
    /// Whether it is the italic.
    pub italic: bool,
    /// The OpenType file.
    pub data: FontData,
}

/// What the library may ask of the world.
pub trait Env: Send + Sync {
    /// The faces of the family with this name (any case); empty where it is unknown.
    fn faces(&self, family: &str) -> Vec<FontFile>;

    /// The names of the families that can be asked for.
    fn families(&self) -> Vec<String>;

    /// The bytes of a file that the user named (a cover picture, a style sheet, a design).
    ///
    /// # Errors
    /// What the file system says.
    fn read(&self, path: &str) -> io::Result<Vec<u8>>;

    /// The time that outputs carry as their date.
    fn now(&self) -> DateTime<Utc>;
}

/// An [`Env`] with the embedded fonts alone, no files, and a fixed time: for tests and for
/// programs that want the same bytes whatever the day.
#[derive(Clone, Copy, Debug)]
pub struct FixedEnv {
    /// The time it tells.
    pub now: DateTime<Utc>,
}

impl Default for FixedEnv {
    /// 1980-01-01 00:00 UTC, the earliest time that a zip container can carry.
    fn default() -> Self {
        Self { now: DateTime::from_timestamp(315_532_800, 0).unwrap_or_default() }
    }
}

impl Env for FixedEnv {
    fn faces(&self, family: &str) -> Vec<FontFile> {
        fonts::embedded(family)
    }

    fn families(&self) -> Vec<String> {
        fonts::FAMILIES.iter().map(|f| f.name.to_owned()).collect()
    }

    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        Err(io::Error::new(io::ErrorKind::NotFound, format!("no file can be read here: {path}")))
    }

    fn now(&self) -> DateTime<Utc> {
        self.now
    }
}
