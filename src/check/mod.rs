//! Checks: what can be said of a book beyond what building it finds. One rule, one function, one code.

mod glyphs;
mod outline;

pub use glyphs::glyphs;
pub use outline::outline;
