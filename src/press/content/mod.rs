//! In: the operators of a content stream. Out: what everybody needs who walks one: transformations,
//! operands, named resources, fonts, and the state of the text.

pub(super) mod font;
pub(super) mod matrix;
mod text;

pub(super) use text::{TextPlace, TextState};

use lopdf::{Dictionary, Document, Object};

use super::pdf::follow;

/// The numbers among operands; what is no finite number counts 0.
pub(super) fn numbers(document: &Document, operands: &[Object]) -> Vec<f64> {
    let number = |o: &Object| follow(document, o).as_float().ok().map(f64::from);
    operands.iter().filter_map(number).map(|v| if v.is_finite() { v } else { 0.0 }).collect()
}

/// The resource of this kind and name, as it is held: perhaps a reference.
pub(super) fn resource<'r>(
    document: &'r Document,
    resources: Option<&'r Dictionary>,
    kind: &str,
    name: Option<&Object>,
) -> Option<&'r Object> {
    let held = follow(document, resources?.get(kind.as_bytes()).ok()?).as_dict().ok()?;
    held.get(name?.as_name().ok()?).ok()
}
