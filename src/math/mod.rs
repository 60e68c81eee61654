//! Mathematics: LaTeX formulas, read once into a small tree that both backends write.

/// `$x^2$` or `$$x^2$$`
#[derive(Debug, Clone, PartialEq)]
pub struct Formula {
    /// As typed, without the dollars.
    pub latex: String,
    /// Whether it stands in a line of its own.
    pub display: bool,
    /// What it says; `None` before it is parsed and when it cannot be, and then it is shown as typed.
    pub tree: Option<Box<Node>>,
}

/// A node of a formula.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    /// Nodes beside one another.
    Row(Vec<Node>),
}

/// Reads every formula.
pub fn parse(_document: &mut crate::document::Document, _diagnostics: &mut crate::diag::Diagnostics) {}
