//! What presses ask for: profiles as dated data, the gutter that follows from the number of pages, and the preflight that
//! holds a finished file against them.
//!
//! Gets a profile's name and the bytes of a PDF, gives what would be refused and by which rule. Knows nothing of manuscripts.
//!
//! - [`profile`] reads the data in `profiles/`, one file a press, and the profiles that a book.toml has of its own.
//! - [`preflight`] judges a file.

pub mod preflight;
pub mod profile;

pub use profile::Profile;
