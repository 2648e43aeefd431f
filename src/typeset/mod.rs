//! In: the finished book and a design. Out: pages on which everything has its place.

pub mod length;
pub mod page;
pub mod paginate;

pub use length::Length;
pub use page::Pages;
