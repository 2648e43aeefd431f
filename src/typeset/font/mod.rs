//! In: the name of a family. Out: its faces, the faces that stand in where it lacks a
//! character, and all that can be asked of them.
//!
//! Faces are parsed when first asked for, and once; a [`FontSet`] is shared by threads.

mod face;

use std::sync::OnceLock;

use crate::env::{Env, FontData, FontFile};
use crate::fonts;
use crate::typeset::page::PageFace;
use crate::typeset::shape::Slot;

pub use face::{Bounds, Face};

/// The embedded families in which a missing character is looked for, in order. Libertinus
/// covers most; the others follow by how quiet they look inside a text of another face.
const FALLBACKS: [&str; 4] = ["Libertinus Serif", "Literata", "Alegreya", "EB Garamond"];

/// What is wrong with a family that was asked for.
#[derive(Debug, thiserror::Error)]
pub enum FontError {
    /// Nobody knows the family.
    #[error("there is no font family {name:?}; known are {known}")]
    Unknown {
        /// What was asked for.
        name: String,
        /// What could be asked for, in a line.
        known: String,
    },
    /// A file of the family is not an OpenType font, or has no letters.
    #[error("a font file of {name:?} cannot be read: it is no OpenType font with a character map")]
    Broken {
        /// The family.
        name: String,
    },
}

/// Index of a face in its [`FontSet`]; the same number is [`crate::typeset::page::GlyphRun::face`].
pub type FaceId = u16;

struct Entry {
    family: String,
    slot: Slot,
    data: FontData,
    face: OnceLock<Option<Face>>,
}

/// A text family with its fallbacks.
pub struct FontSet {
    entries: Vec<Entry>,
    /// Face of each slot of the text family; where it lacks one, the nearest that it has.
    slots: [FaceId; 4],
}

impl std::fmt::Debug for FontSet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.entries.iter().map(|e| (&e.family, e.slot))).finish()
    }
}

impl FontSet {
    /// Opens a family: from `env`, so that a user's own font wins over an embedded one.
    ///
    /// `family` may name several families, separated by commas: the first is the text face,
    /// the others are asked for characters that it lacks, before the embedded fallbacks.
    ///
    /// # Errors
    /// [`FontError`] where a family is unknown or its regular face is no font.
    pub fn open(env: &dyn Env, family: &str) -> Result<Self, FontError> {
        let mut entries = Vec::new();
        let named: Vec<&str> = family.split(',').map(str::trim).filter(|n| !n.is_empty()).collect();
        for name in &named {
            let files = env.faces(name);
            if files.is_empty() {
                let known = env.families().join(", ");
                return Err(FontError::Unknown { name: (*name).to_owned(), known });
            }
            let start = entries.len();
            push_family(&mut entries, files);
            if entries[start].face().is_none() {
                return Err(FontError::Broken { name: (*name).to_owned() });
            }
        }
        let own =
            entries.iter().take_while(|e| Some(&e.family) == entries.first().map(|f| &f.family)).count();
        if own == 0 {
            return Err(FontError::Unknown { name: family.to_owned(), known: env.families().join(", ") });
        }
        let slots = [Slot::Roman, Slot::Italic, Slot::Bold, Slot::BoldItalic]
            .map(|slot| nearest(&entries[..own], slot) as FaceId);
        for name in FALLBACKS {
            if !named.iter().any(|n| n.eq_ignore_ascii_case(name)) {
                push_family(&mut entries, fonts::embedded(name));
            }
        }
        Ok(Self { entries, slots })
    }

    /// The face of this slot of the text family; where the family lacks it, the nearest one.
    pub fn slot(&self, slot: Slot) -> FaceId {
        self.slots[slot as usize]
    }

    /// Whether the text family has a face of its own for this slot.
    pub fn has_slot(&self, slot: Slot) -> bool {
        self.entries[self.slot(slot) as usize].slot == slot
    }

    /// A face; `None` where its file is broken (never for [`FontSet::slot`] of the roman).
    pub fn face(&self, id: FaceId) -> Option<&Face> {
        self.entries.get(id as usize)?.face()
    }

    /// The face of the text family's slot.
    pub fn text_face(&self, slot: Slot) -> &Face {
        let roman = self.slot(Slot::Roman);
        let face = self.face(self.slot(slot)).or_else(|| self.face(roman));
        #[expect(clippy::expect_used, reason = "open fails where the first face cannot be parsed")]
        face.expect("the roman was parsed when the set was opened")
    }

    /// The face that has this character, by the order of fallback: the text family's slot,
    /// then, for letters, the same slot of the other families, then every roman. Ornaments and
    /// signs that the italic lacks come from the roman of the same family first.
    pub fn face_for(&self, c: char, slot: Slot) -> Option<FaceId> {
        let own = self.slot(slot);
        if self.covers(own, c) {
            return Some(own);
        }
        let roman = self.slot(Slot::Roman);
        if !c.is_alphabetic() && self.covers(roman, c) {
            return Some(roman);
        }
        let ids = 0..self.entries.len() as FaceId;
        ids.clone()
            .filter(|id| self.entries[*id as usize].slot == slot)
            .chain(ids.clone().filter(|id| self.entries[*id as usize].slot == Slot::Roman))
            .chain(ids)
            .find(|id| self.covers(*id, c))
    }

    fn covers(&self, id: FaceId, c: char) -> bool {
        self.face(id).is_some_and(|f| f.glyph(c).is_some())
    }

    /// Whether the slot has real small capitals for every lower-case letter of `text`.
    pub fn has_small_capitals(&self, slot: Slot, text: &str) -> bool {
        let face = self.text_face(slot);
        if !face.has_feature(*b"smcp") {
            return false;
        }
        text.chars().filter(|c| c.is_lowercase()).all(|c| face.has_small_capital(c))
    }

    /// Every face in the order of [`FaceId`], for [`crate::typeset::page::Pages::faces`].
    /// Only those that `used` says yes to are parsed; the others keep their place with an
    /// empty name.
    pub fn page_faces(&self, used: impl Fn(FaceId) -> bool) -> Vec<PageFace> {
        (0..self.entries.len() as FaceId)
            .map(|id| {
                let entry = &self.entries[id as usize];
                let name = if used(id) { entry.face().map(|f| f.name.clone()) } else { None };
                PageFace { name: name.unwrap_or_default(), data: entry.data.clone() }
            })
            .collect()
    }
}

impl Entry {
    fn face(&self) -> Option<&Face> {
        self.face.get_or_init(|| Face::parse(&self.data)).as_ref()
    }
}

/// Adds the regular, italic, bold and bold italic of a family, the regular first.
fn push_family(entries: &mut Vec<Entry>, files: Vec<FontFile>) {
    let mut picked: Vec<(Slot, FontFile)> = Vec::new();
    for slot in [Slot::Roman, Slot::Italic, Slot::Bold, Slot::BoldItalic] {
        let wanted = if slot.is_bold() { 650 } else { 400 };
        let best = files
            .iter()
            .filter(|f| f.italic == slot.is_italic() && (f.weight >= 550) == slot.is_bold())
            .min_by_key(|f| (f.weight.abs_diff(wanted), f.weight));
        if let Some(file) = best {
            picked.push((slot, file.clone()));
        }
    }
    if picked.is_empty() {
        picked.extend(files.into_iter().next().map(|file| (Slot::Roman, file)));
    }
    entries.extend(picked.into_iter().map(|(slot, file)| Entry {
        family: file.family,
        slot,
        data: file.data,
        face: OnceLock::new(),
    }));
}

/// Index of the face nearest to `slot`: the slope counts more than the weight.
fn nearest(entries: &[Entry], slot: Slot) -> usize {
    let distance = |e: &Entry| {
        usize::from(e.slot.is_italic() != slot.is_italic()) * 2
            + usize::from(e.slot.is_bold() != slot.is_bold())
    };
    (0..entries.len()).min_by_key(|i| (distance(&entries[*i]), *i)).unwrap_or(0)
}

#[cfg(test)]
mod tests;
