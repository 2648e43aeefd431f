//! In: the finished book and a design. Out: pages on which everything has its place.

pub mod design;
pub mod font;
pub mod hyphen;
pub mod layout;
pub mod length;
pub mod line;
pub mod page;
pub mod paginate;
pub mod shape;
mod styled;

pub use layout::Layout;
pub use length::Length;
pub use page::Pages;

/// What stops the typesetter.
#[derive(Debug, thiserror::Error)]
pub enum TypesetError {
    /// A font that was asked for is unknown or broken.
    #[error(transparent)]
    Font(#[from] font::FontError),
    /// A design file cannot be used.
    #[error("design {path}: {reason}")]
    Design {
        /// The file.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A setting cannot be met.
    #[error("{0}")]
    Setting(String),
}
