//! Backends: an [`Edition`](crate::edition::Edition) and options in, bytes out. They share no trait; each is a function.

pub mod epub;
pub mod page_list;
pub mod pdf;

/// A finished file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// The file's bytes.
    pub bytes: Vec<u8>,
    /// The number of pages, where the format has pages.
    pub pages: Option<usize>,
}
