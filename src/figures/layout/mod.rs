//! Layout: from sizes to places, with no regard to what is drawn there.

pub(crate) mod layered;
pub(crate) mod scale;
mod simplex;
pub(crate) mod tidy;
