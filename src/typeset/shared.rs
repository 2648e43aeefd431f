//! A part of a text that is kept once for all who speak of it.

use std::fmt;
use std::ops::{Deref, Range};
use std::sync::Arc;

/// A part of a text that others share: the runs of a paragraph's lines have their words from it.
#[derive(Clone)]
pub struct SharedStr {
    whole: Arc<str>,
    start: u32,
    end: u32,
}

impl SharedStr {
    /// Bytes `range` of a text.
    ///
    /// # Panics
    /// Where the range does not lie in the text, between characters.
    pub fn new(whole: &Arc<str>, range: Range<usize>) -> Self {
        assert!(
            whole.get(range.clone()).is_some(),
            "{range:?} is no part of a text of {} bytes",
            whole.len()
        );
        Self { whole: Arc::clone(whole), start: range.start as u32, end: range.end as u32 }
    }

    /// The part.
    pub fn as_str(&self) -> &str {
        &self.whole[self.start as usize..self.end as usize]
    }

    /// Adds bytes `range` of a text. What follows the part in its own text is not copied.
    ///
    /// # Panics
    /// As [`SharedStr::new`].
    pub fn push(&mut self, whole: &Arc<str>, range: Range<usize>) {
        if Arc::ptr_eq(&self.whole, whole) && self.end as usize == range.start {
            assert!(whole.is_char_boundary(range.end), "{range:?} is no part of the text");
            self.end = range.end as u32;
        } else if self.is_empty() {
            *self = Self::new(whole, range);
        } else {
            *self = [self.as_str(), &whole[range]].concat().into();
        }
    }
}

impl Deref for SharedStr {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl From<String> for SharedStr {
    fn from(text: String) -> Self {
        let end = text.len() as u32;
        Self { whole: text.into(), start: 0, end }
    }
}

impl Default for SharedStr {
    fn default() -> Self {
        String::new().into()
    }
}

impl fmt::Display for SharedStr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

impl fmt::Debug for SharedStr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_grows_by_what_follows_and_by_what_stands_elsewhere() {
        let whole: Arc<str> = "the long ferry".into();
        let mut part = SharedStr::default();
        part.push(&whole, 4..8);
        part.push(&whole, 8..9);
        assert!(part.as_str() == "long " && Arc::ptr_eq(&part.whole, &whole));
        part.push(&whole, 0..3);
        assert_eq!(part.as_str(), "long the");
        part.push(&"!?".into(), 1..2);
        assert_eq!(part.to_string(), "long the?");
    }
}
