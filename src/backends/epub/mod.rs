//! The EPUB backend.
