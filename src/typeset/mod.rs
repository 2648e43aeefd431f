//! In: the finished book and a design. Out: pages on which everything has its place.

mod chapter;
pub mod design;
mod flow;
pub mod font;
mod heading;
pub mod hyphen;
pub mod layout;
pub mod length;
pub mod line;
pub mod page;
pub mod paginate;
mod rules;
pub mod shape;
mod sheet;
mod styled;

pub use layout::Layout;
pub use length::Length;
pub use page::Pages;
pub use rules::RULES;

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
