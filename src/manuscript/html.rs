//! Raw HTML in Markdown to tree nodes.
