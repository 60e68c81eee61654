//! Mathematics: LaTeX formulas, read once into a small tree that both backends write.
//!
//! Gets a document, gives every [`Formula`] its tree or a message that says why it has none; [`mathml`] and [`typst()`]
//! write the tree. What is left aside: colours, equation numbers, and commands that need LaTeX itself.

mod alphabet;
mod mathml;
mod prepare;
mod read;
mod typst;

pub use mathml::mathml;
pub use typst::typst;

use crate::diag::{Diagnostics, codes};
use crate::document::{Block, BlockKind, Document, Inline, InlineKind, walk};
use crate::source::Span;

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
    /// `x`, `\mathbb{R}`, `\mathrm{Attention}`: a name, in the letters of the alphabet that the author asked for.
    Identifier {
        /// One letter, or more that are upright.
        text: String,
        /// Whether a letter that is slanted by custom stands upright here.
        upright: bool,
    },
    /// `3.14`
    Number(String),
    /// `+`, `=`, `\sum`, `(`, `,`, `\infty`: a sign, with the role that gives it its space.
    Operator {
        /// The sign, one character with what combines with it.
        text: String,
        /// What it does.
        role: Role,
        /// Its height in em where `\big` and its like set it.
        size: Option<f32>,
    },
    /// `\sin`, `\operatorname{argmax}`
    Function(String),
    /// `\text{if }`
    Text(String),
    /// `\quad`: a space in em; negative ones move back.
    Space(f32),
    /// `\frac{a}{b}`
    Fraction {
        /// Above the line.
        numerator: Box<Node>,
        /// Below it.
        denominator: Box<Node>,
        /// Whether there is a line: none in `\binom{n}{k}`.
        line: bool,
    },
    /// `\sqrt[3]{x}`
    Root {
        /// What is under the root.
        radicand: Box<Node>,
        /// Which root, if not the second.
        index: Option<Box<Node>>,
    },
    /// `x_i^2`, `\sum_{i=0}^n`, `\overset{a}{b}`
    Script {
        /// What carries the scripts.
        base: Box<Node>,
        /// Below.
        sub: Option<Box<Node>>,
        /// Above.
        sup: Option<Box<Node>>,
        /// Where they stand.
        place: Place,
    },
    /// `\hat{x}`, `\overline{ab}`, `\underbrace{x}`
    Accent {
        /// What carries the mark.
        base: Box<Node>,
        /// The mark, as a character that stands alone: `^`, `‾`, `⏟`.
        mark: char,
        /// Whether it stands below.
        below: bool,
        /// Whether it is as wide as what carries it.
        wide: bool,
    },
    /// `\left( x \right)`: delimiters as high as what they enclose; `None` where the author put a dot.
    Fenced {
        /// The left one.
        open: Option<char>,
        /// The right one.
        close: Option<char>,
        /// What they enclose.
        body: Box<Node>,
    },
    /// `\begin{matrix} ... \end{matrix}` and all other environments.
    Table(Table),
    /// `\displaystyle`, `\textstyle`: the size of what follows in its group.
    Styled {
        /// Whether as large as in a line of its own.
        display: bool,
        /// What follows.
        body: Box<Node>,
    },
    /// `\cancel{x}`: struck through.
    Struck(Box<Node>),
}

/// What a sign does, after The TeXbook, chapter 17.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// `\infty`, `!`: no space around it.
    Ordinary,
    /// `\sum`: larger in a line of its own.
    Large,
    /// `+`
    Binary,
    /// `=`
    Relation,
    /// `(`
    Open,
    /// `)`
    Close,
    /// `\middle|`
    Middle,
    /// `,`
    Punctuation,
}

/// Where scripts stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// To the right.
    Right,
    /// Above and below.
    Limits,
    /// Above and below in a line of its own, else to the right.
    Movable,
}

/// Rows and columns.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// What kind of environment it is.
    pub kind: TableKind,
    /// How each column is aligned. Columns beyond the list are aligned as the last.
    pub columns: Vec<Side>,
    /// The columns, counted from 0, before which a vertical line stands.
    pub lines: Vec<usize>,
    /// The cells of each row.
    pub rows: Vec<Vec<Node>>,
}

/// What kind of environment a table is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableKind {
    /// `matrix`, `array`: columns with space between them.
    Matrix,
    /// `cases`; the brace is part of it, on the right side in `rcases`.
    Cases {
        /// Whether the brace stands on the left.
        left: bool,
    },
    /// `align`, `aligned`, `split`: columns meet in pairs, each row as large as in a line of its own.
    Aligned,
    /// `gather`, `gathered`, `multline`: rows as large as in a line of their own.
    Gathered,
    /// `\substack`: rows close together.
    Stack,
}

/// How a column is aligned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// `l`
    Left,
    /// `c`
    Center,
    /// `r`
    Right,
}

impl Node {
    /// How wide it is, about, in letters.
    fn letters(&self) -> f32 {
        let of = |node: &Option<Box<Self>>| node.as_ref().map_or(0.0, |node| node.letters());
        match self {
            Self::Row(nodes) => nodes.iter().map(Self::letters).sum(),
            Self::Operator {
                role: Role::Binary | Role::Relation,
                ..
            } => 2.0,
            Self::Operator { .. } => 1.0,
            Self::Identifier { text, .. } | Self::Number(text) | Self::Function(text) | Self::Text(text) => {
                text.chars().count() as f32
            }
            Self::Space(em) => em * 2.0,
            Self::Fraction {
                numerator, denominator, ..
            } => numerator.letters().max(denominator.letters()),
            Self::Root { radicand, index } => 1.0 + radicand.letters() + 0.5 * of(index),
            Self::Script { base, sub, sup, place } => {
                let scripts = 0.7 * of(sub).max(of(sup));
                match place {
                    Place::Right => base.letters() + scripts,
                    Place::Limits | Place::Movable => base.letters().max(scripts),
                }
            }
            Self::Accent { base, .. } => base.letters(),
            Self::Fenced { body, .. } => 2.0 + body.letters(),
            Self::Table(table) => {
                let row = |cells: &Vec<Self>| cells.iter().map(|cell| cell.letters() + 1.0).sum::<f32>();
                table.rows.iter().map(row).fold(0.0, f32::max)
            }
            Self::Styled { body, .. } | Self::Struck(body) => body.letters(),
        }
    }
}

impl Formula {
    /// How wide it is, about, in letters.
    pub(crate) fn letters(&self) -> f32 {
        self.tree.as_ref().map_or(0.0, |tree| tree.letters())
    }
}

/// Reads every formula of the document; one that cannot be read keeps no tree and gives a message.
pub fn parse(document: &mut Document, diagnostics: &mut Diagnostics) {
    struct Visitor<'a>(&'a mut Diagnostics);
    impl Visitor<'_> {
        fn formula(&mut self, formula: &mut Formula, span: Span) {
            match read::read(&formula.latex) {
                Ok(node) => formula.tree = Some(Box::new(node)),
                Err(message) => {
                    let message = format!("this formula cannot be read, so it is shown as typed: {message}");
                    self.0
                        .report(&codes::BAD_MATH, span, message)
                        .hint("write it with the commands of LaTeX and of amsmath, or show it as code in backticks");
                }
            }
        }
    }
    impl walk::Visitor for Visitor<'_> {
        fn block(&mut self, block: &mut Block) {
            if let BlockKind::Math(formula) = &mut block.kind {
                self.formula(formula, block.span);
            }
        }
        fn inline(&mut self, inline: &mut Inline) {
            if let InlineKind::Math(formula) = &mut inline.kind {
                self.formula(formula, inline.span);
            }
        }
    }
    walk(document, &mut Visitor(diagnostics));
}

#[cfg(test)]
mod tests;
