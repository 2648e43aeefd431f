//! The state of text (ISO 32000-2, 9.3 and 9.4), as every walker of a content stream keeps it.

use std::rc::Rc;

use lopdf::Object;
use lopdf::content::Operation;

use super::matrix::{IDENTITY, Matrix, moved, then};

/// The parameters of text, which `q` and `Q` keep; `F` is what the walker knows of a font.
#[derive(Debug)]
pub(in crate::press) struct TextState<F> {
    pub(in crate::press) font: Option<Rc<F>>,
    /// Size of the type before any transformation.
    pub(in crate::press) size: f64,
    /// Horizontal scale; 1 is none.
    pub(in crate::press) scale: f64,
    pub(in crate::press) rise: f64,
    leading: f64,
    letter_space: f64,
    word_space: f64,
    /// Rendering mode: 3 shows nothing, 7 only clips.
    pub(in crate::press) mode: i64,
}

impl<F> Default for TextState<F> {
    fn default() -> Self {
        Self {
            font: None,
            size: 0.0,
            scale: 1.0,
            rise: 0.0,
            leading: 0.0,
            letter_space: 0.0,
            word_space: 0.0,
            mode: 0,
        }
    }
}

impl<F> Clone for TextState<F> {
    fn clone(&self) -> Self {
        Self { font: self.font.clone(), ..*self }
    }
}

/// Where the next glyph stands, within a text object.
#[derive(Clone, Copy, Debug)]
pub(in crate::press) struct TextPlace {
    pub(in crate::press) matrix: Matrix,
    /// Where the line begins.
    line: Matrix,
}

impl Default for TextPlace {
    fn default() -> Self {
        Self { matrix: IDENTITY, line: IDENTITY }
    }
}

impl TextPlace {
    /// Moves along the line.
    pub(in crate::press) fn advance(&mut self, by: f64) {
        self.matrix = then(&moved(by, 0.0), &self.matrix);
    }

    fn next_line(&mut self, x: f64, y: f64) {
        self.line = then(&moved(x, y), &self.line);
        self.matrix = self.line;
    }
}

impl<F> TextState<F> {
    /// Does what an operator of text says, `values` the numbers among its operands; `font` reads the font
    /// of a name. Gives the strings and jumps that the operator shows, if it shows any.
    pub(in crate::press) fn operate<'o>(
        &mut self,
        place: &mut TextPlace,
        operation: &'o Operation,
        values: &[f64],
        font: impl FnOnce(Option<&Object>) -> Option<Rc<F>>,
    ) -> Option<&'o [Object]> {
        let operands = operation.operands.as_slice();
        let first = values.first().copied().unwrap_or(0.0);
        match (operation.operator.as_str(), values) {
            ("BT", _) => *place = TextPlace::default(),
            ("Tf", _) => {
                self.size = values.last().copied().unwrap_or(0.0);
                self.font = font(operands.first());
            }
            ("Tz", _) => self.scale = first / 100.0,
            ("Ts", _) => self.rise = first,
            ("TL", _) => self.leading = first,
            ("Tc", _) => self.letter_space = first,
            ("Tw", _) => self.word_space = first,
            ("Tr", _) => self.mode = first as i64,
            ("Td", [x, y]) => place.next_line(*x, *y),
            ("TD", [x, y]) => {
                self.leading = -y;
                place.next_line(*x, *y);
            }
            ("T*", _) => place.next_line(0.0, -self.leading),
            ("Tm", [a, b, c, d, e, f]) => {
                place.line = [*a, *b, *c, *d, *e, *f];
                place.matrix = place.line;
            }
            ("Tj", _) => return Some(operands),
            ("'", _) => {
                place.next_line(0.0, -self.leading);
                return Some(operands);
            }
            ("\"", [word, letter, ..]) => {
                (self.word_space, self.letter_space) = (*word, *letter);
                place.next_line(0.0, -self.leading);
                return operands.get(2..);
            }
            ("TJ", _) => return operands.first().and_then(|parts| parts.as_array().ok()).map(Vec::as_slice),
            _ => {}
        }
        None
    }

    /// How far a glyph moves the pen that is `width` em wide.
    pub(in crate::press) fn step(&self, width: f64, is_space: bool) -> f64 {
        let space = self.letter_space + if is_space { self.word_space } else { 0.0 };
        (width * self.size + space) * self.scale
    }

    /// How far a number between strings moves the pen.
    pub(in crate::press) fn jump(&self, back: &Object) -> f64 {
        -f64::from(back.as_float().unwrap_or(0.0)) / 1000.0 * self.size * self.scale
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_follow_one_another_and_strings_are_shown() {
        let (mut state, mut place) = (TextState::<()>::default(), TextPlace::default());
        let mut operate = |operator: &str, operands: Vec<Object>, values: &[f64]| {
            let operation = Operation::new(operator, operands);
            let shown = state.operate(&mut place, &operation, values, |_| None).map(<[Object]>::len);
            (shown, [place.matrix[4], place.matrix[5]])
        };
        let string = || Object::string_literal("a");
        assert_eq!(operate("Tm", vec![], &[2.0, 0.0, 0.0, 2.0, 10.0, 90.0]), (None, [10.0, 90.0]));
        assert_eq!(operate("TD", vec![], &[0.0, -12.0]), (None, [10.0, 66.0]));
        assert_eq!(operate("T*", vec![], &[]), (None, [10.0, 42.0]));
        assert_eq!(operate("'", vec![string()], &[]), (Some(1), [10.0, 18.0]));
        let spaced = vec![Object::Integer(3), Object::Integer(1), string()];
        assert_eq!(operate("\"", spaced, &[3.0, 1.0]), (Some(1), [10.0, -6.0]));
        assert_eq!(operate("TJ", vec![Object::Array(vec![string(), 5.into()])], &[]).0, Some(2));
        assert_eq!(operate("BT", vec![], &[]), (None, [0.0, 0.0]));
        // Half an em at 10 points, and what the operators said of spaces.
        state.size = 10.0;
        let widths = [state.step(0.5, false), state.step(0.5, true), state.jump(&Object::Integer(-500))];
        assert_eq!(widths.map(|width| width.to_string()), ["6", "9", "5"]);
    }
}
