//! Objects of a file that are no streams, written one after the other into one piece of memory: a book has thousands, each
//! of a few dozen bytes.

use std::ops::{Deref, Range};
use std::sync::Arc;

/// Written objects.
#[derive(Debug, Default)]
pub(super) struct Objects {
    bytes: Vec<u8>,
    /// The number of each, and where it ends.
    ends: Vec<(u32, usize)>,
}

/// The bytes of one object.
#[derive(Clone, Debug)]
pub(super) struct Written {
    all: Arc<Vec<u8>>,
    own: Range<usize>,
}

impl Objects {
    /// Room for so many objects of so many bytes each, about.
    pub(super) fn with_capacity(objects: usize, bytes: usize) -> Self {
        Self { bytes: Vec::with_capacity(objects * bytes), ends: Vec::with_capacity(objects) }
    }

    /// Adds the object with this number, as `write` writes it.
    pub(super) fn add(&mut self, number: u32, write: impl FnOnce(&mut Vec<u8>)) {
        write(&mut self.bytes);
        self.ends.push((number, self.bytes.len()));
    }

    /// The objects with their numbers, in the order of writing.
    pub(super) fn into_written(self) -> impl Iterator<Item = (u32, Written)> {
        let all = Arc::new(self.bytes);
        let mut start = 0;
        self.ends.into_iter().map(move |(number, end)| {
            let own = std::mem::replace(&mut start, end)..end;
            (number, Written { all: Arc::clone(&all), own })
        })
    }
}

impl From<Vec<u8>> for Written {
    fn from(bytes: Vec<u8>) -> Self {
        Self { own: 0..bytes.len(), all: Arc::new(bytes) }
    }
}

impl Deref for Written {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.all[self.own.clone()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_come_back_as_they_were_written() {
        let mut objects = Objects::with_capacity(2, 4);
        objects.add(7, |out| out.extend_from_slice(b"<<>>"));
        objects.add(3, |_| {});
        objects.add(4, |out| out.extend_from_slice(b"[1 2 3]"));
        let written: Vec<(u32, Vec<u8>)> = objects.into_written().map(|(n, w)| (n, w.to_vec())).collect();
        assert_eq!(written, [(7, b"<<>>".to_vec()), (3, Vec::new()), (4, b"[1 2 3]".to_vec())]);
        assert_eq!(*Written::from(b"null".to_vec()), *b"null");
    }
}
