//! In: the finished book and a design. Out: pages on which everything has its place.

pub mod design;
pub mod font;
pub mod hyphen;
pub mod length;
pub mod line;
pub mod page;
pub mod paginate;
pub mod shape;

pub use length::Length;
pub use page::Pages;
