//! In: the bytes of a file. Out: the decoded source as a [`Text`], and what was learned on the way.

use crate::report::{Finding, Rule};
use crate::text::Text;

/// Rules of this stage.
pub static RULES: &[&Rule] = &[];

/// The source after decoding.
#[derive(Clone, Debug, Default)]
pub struct Source {
    /// The decoded source, as every [`crate::text::Span`] counts it.
    pub decoded: String,
    /// Name of the encoding: `UTF-8`, `windows-1252`…
    pub encoding: &'static str,
    /// Why this encoding.
    pub encoding_reason: &'static str,
    /// The working text.
    pub text: Text,
    /// What was found.
    pub findings: Vec<Finding>,
}

/// Decodes `bytes`. Any bytes give a text.
pub fn read(bytes: &[u8]) -> Source {
    let decoded = String::from_utf8_lossy(bytes).into_owned();
    let text = Text::from_source(decoded.clone());
    Source { decoded, encoding: "UTF-8", encoding_reason: "", text, findings: Vec::new() }
}
