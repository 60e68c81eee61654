//! `unused-reference`: every work of the bibliography is cited.

use crate::diag::{Diagnostics, codes};
use crate::manuscript::bibliography::Bibliography;

/// Reports each work that nothing cites.
pub(super) fn unused(bibliography: &Bibliography, diagnostics: &mut Diagnostics) {
    for reference in bibliography.references.iter().filter(|reference| !reference.cited) {
        diagnostics
            .report(
                &codes::UNUSED_REFERENCE,
                reference.span,
                format!("nothing in the book cites `{}`", reference.key),
            )
            .hint(format!(
                "cite it as `[@{}]`, or take it out of the bibliography",
                reference.key
            ));
    }
}
