//! The PDF backend.
