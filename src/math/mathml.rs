//! A formula as MathML: the elements of MathML Core, which is also valid MathML 3.

use super::{Formula, Node, Place, Role, Side, Table, TableKind};
use crate::xml::{push_text, push_value};
use std::fmt::Write as _;

/// The whole `math` element with the LaTeX as `alttext`; `None` for a formula without a tree, to be shown as typed.
pub fn mathml(formula: &Formula) -> Option<String> {
    let tree = formula.tree.as_deref()?;
    let display = if formula.display { "block" } else { "inline" };
    let style = if formula.display { Style::Display } else { Style::Text };
    let mut out = String::from("<math xmlns=\"http://www.w3.org/1998/Math/MathML\" display=\"");
    out.push_str(display);
    out.push_str("\" alttext=\"");
    push_value(&mut out, formula.latex.trim());
    out.push_str("\">");
    // One child, as elements with more would be read as a row anyway, but not by every reading system.
    element("mrow", &mut out, |out| write_row(tree, style, out));
    out.push_str("</math>");
    Some(out)
}

/// How large what is written is, and how much space its signs take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    /// As in a line of its own.
    Display,
    /// As in a line of text.
    Text,
    /// In a script, where signs stand close.
    Script,
}

impl Style {
    /// The style above and below a fraction's line.
    fn smaller(self) -> Self {
        match self {
            Self::Display => Self::Text,
            Self::Text | Self::Script => Self::Script,
        }
    }
}

fn element(name: &str, out: &mut String, content: impl FnOnce(&mut String)) {
    out.push('<');
    out.push_str(name);
    out.push('>');
    content(out);
    out.push_str("</");
    // The name ends where its attributes begin.
    out.push_str(name.split(' ').next().unwrap_or(name));
    out.push('>');
}

/// A node as exactly one element.
fn write_node(node: &Node, style: Style, out: &mut String) {
    match node {
        Node::Row(_) => element("mrow", out, |out| write_row(node, style, out)),
        Node::Identifier { text, upright } => {
            let single = text.chars().nth(1).is_none();
            let name = if *upright && single {
                "mi mathvariant=\"normal\""
            } else {
                "mi"
            };
            element(name, out, |out| push_text(out, text));
        }
        Node::Number(number) => element("mn", out, |out| push_text(out, number)),
        Node::Operator { text, role, size } => write_operator(text, *role, *size, false, style, out),
        Node::Function(name) => element("mi", out, |out| push_text(out, name)),
        // Spaces at its ends would be lost.
        Node::Text(text) => element("mtext", out, |out| push_text(out, &text.replace(' ', "\u{a0}"))),
        Node::Space(width) => {
            let _ = write!(out, "<mspace width=\"{width:.3}em\"/>");
        }
        Node::Fraction {
            numerator,
            denominator,
            line,
        } => element(if *line { "mfrac" } else { "mfrac linethickness=\"0\"" }, out, |out| {
            write_node(numerator, style.smaller(), out);
            write_node(denominator, style.smaller(), out);
        }),
        Node::Root { radicand, index: None } => element("msqrt", out, |out| write_row(radicand, style, out)),
        Node::Root {
            radicand,
            index: Some(index),
        } => element("mroot", out, |out| {
            write_node(radicand, style, out);
            write_node(index, Style::Script, out);
        }),
        Node::Script { base, sub, sup, place } => write_script(base, sub.as_deref(), sup.as_deref(), *place, style, out),
        Node::Accent { base, mark, below, wide } => {
            let name = if *below {
                "munder accentunder=\"true\""
            } else {
                "mover accent=\"true\""
            };
            element(name, out, |out| {
                write_node(base, style, out);
                let _ = write!(out, "<mo stretchy=\"{wide}\">{mark}</mo>");
            });
        }
        Node::Fenced { open, close, body } => element("mrow", out, |out| {
            write_fence(*open, "prefix", out);
            write_row(body, style, out);
            write_fence(*close, "postfix", out);
        }),
        Node::Table(table) => write_table(table, out),
        Node::Styled { display, body } => {
            element(&format!("mstyle displaystyle=\"{display}\""), out, |out| {
                write_row(body, if *display { Style::Display } else { Style::Text }, out)
            });
        }
        // Not in MathML Core: where it is not known, what is struck through is shown without the line.
        Node::Struck(body) => element("menclose notation=\"updiagonalstrike\"", out, |out| {
            write_row(body, style, out)
        }),
    }
}

/// Nodes beside one another, without an element around them.
fn write_row(node: &Node, style: Style, out: &mut String) {
    let Node::Row(nodes) = node else {
        return write_node(node, style, out);
    };
    let mut before: Option<&Node> = None;
    for (at, node) in nodes.iter().enumerate() {
        if let Node::Operator {
            text,
            role: Role::Binary,
            size,
        } = node
        {
            // A sign with nothing to its left is no operation between two things.
            let prefix = before.is_none_or(|node| !is_operand(node));
            write_operator(text, Role::Binary, *size, prefix, style, out);
        } else {
            if is_function(node) && before.is_some_and(is_operand) {
                out.push_str(THIN_SPACE);
            }
            write_node(node, style, out);
            let after = nodes.get(at + 1);
            if is_function(node) && after.is_some() {
                out.push_str("<mo>\u{2061}</mo>");
                if after.is_some_and(|after| is_operand(after) && !is_fence(after)) {
                    out.push_str(THIN_SPACE);
                }
            }
        }
        if !matches!(node, Node::Space(_)) {
            before = Some(node);
        }
    }
}

/// The space between a function and its argument, which Core does not give.
const THIN_SPACE: &str = "<mspace width=\"0.167em\"/>";

fn is_function(node: &Node) -> bool {
    match node {
        Node::Function(_) => true,
        Node::Script { base, .. } => is_function(base),
        _ => false,
    }
}

fn is_fence(node: &Node) -> bool {
    matches!(node, Node::Fenced { .. })
}

/// Whether a sign after the node stands between two things.
fn is_operand(node: &Node) -> bool {
    match node {
        Node::Operator { role, .. } => matches!(role, Role::Ordinary | Role::Close),
        Node::Function(_) => false,
        Node::Script { base, .. } => is_operand(base),
        _ => true,
    }
}

fn write_operator(text: &str, role: Role, size: Option<f32>, prefix: bool, style: Style, out: &mut String) {
    let attributes = match role {
        _ if prefix => " form=\"prefix\"".to_string(),
        Role::Ordinary if text.chars().all(is_letter_like) => {
            return element("mi mathvariant=\"normal\"", out, |out| push_text(out, text));
        }
        Role::Ordinary => " stretchy=\"false\" lspace=\"0\" rspace=\"0\"".to_string(),
        Role::Large => " movablelimits=\"false\"".to_string(),
        Role::Binary | Role::Relation if style == Style::Script => " stretchy=\"false\" lspace=\"0\" rspace=\"0\"".to_string(),
        Role::Binary | Role::Relation => " stretchy=\"false\"".to_string(),
        Role::Middle => " stretchy=\"true\" fence=\"true\" lspace=\"0.1em\" rspace=\"0.1em\"".to_string(),
        Role::Open | Role::Close => {
            let form = if role == Role::Open { "prefix" } else { "postfix" };
            match size {
                Some(size) => {
                    format!(" form=\"{form}\" stretchy=\"true\" symmetric=\"true\" minsize=\"{size}em\" maxsize=\"{size}em\"")
                }
                None => format!(" form=\"{form}\" stretchy=\"false\""),
            }
        }
        Role::Punctuation => " separator=\"true\"".to_string(),
    };
    out.push_str("<mo");
    out.push_str(&attributes);
    out.push('>');
    push_text(out, text);
    out.push_str("</mo>");
}

/// Signs that are names rather than operators: infinity, the empty set, nabla.
fn is_letter_like(c: char) -> bool {
    "∞∅∇ℵ⊤⊥∀∃%$#°".contains(c)
}

fn write_fence(fence: Option<char>, form: &str, out: &mut String) {
    let Some(fence) = fence else { return };
    let _ = write!(out, "<mo form=\"{form}\" fence=\"true\" stretchy=\"true\">");
    push_text(out, fence.encode_utf8(&mut [0; 4]));
    out.push_str("</mo>");
}

fn write_script(base: &Node, sub: Option<&Node>, sup: Option<&Node>, place: Place, style: Style, out: &mut String) {
    let limits = match place {
        Place::Right => false,
        Place::Limits => true,
        Place::Movable => style == Style::Display,
    };
    let name = match (sub.is_some(), sup.is_some(), limits) {
        (true, true, true) => "munderover",
        (true, true, false) => "msubsup",
        (true, false, true) => "munder",
        (true, false, false) => "msub",
        (false, _, true) => "mover",
        (false, _, false) => "msup",
    };
    element(name, out, |out| {
        match base {
            // An arrow grows with what stands on it.
            Node::Operator {
                text,
                role: Role::Relation,
                ..
            } if place == Place::Limits && is_arrow(text) => {
                out.push_str("<mo stretchy=\"true\">");
                push_text(out, text);
                out.push_str("</mo>");
            }
            base => write_node(base, style, out),
        }
        if sub.is_none() && sup.is_none() {
            out.push_str("<mrow></mrow>");
        }
        for script in [sub, sup].into_iter().flatten() {
            write_node(script, Style::Script, out);
        }
    });
}

pub(super) fn is_arrow(text: &str) -> bool {
    text.chars().all(|c| matches!(c, '←'..='⇿' | '⟵'..='⟿'))
}

fn write_table(table: &Table, out: &mut String) {
    if let TableKind::Cases { left } = table.kind {
        return element("mrow", out, |out| {
            write_fence(left.then_some('{'), "prefix", out);
            write_rows(table, out);
            write_fence((!left).then_some('}'), "postfix", out);
        });
    }
    write_rows(table, out);
}

fn write_rows(table: &Table, out: &mut String) {
    let display = matches!(table.kind, TableKind::Aligned | TableKind::Gathered);
    let style = match table.kind {
        TableKind::Aligned | TableKind::Gathered => Style::Display,
        TableKind::Stack => Style::Script,
        TableKind::Matrix | TableKind::Cases { .. } => Style::Text,
    };
    let width = table.rows.iter().map(Vec::len).max().unwrap_or(0);
    element(&format!("mtable displaystyle=\"{display}\""), out, |out| {
        for cells in &table.rows {
            element("mtr", out, |out| {
                for column in 0..width {
                    write_cell(table, cells.get(column), column, style, out);
                }
            });
        }
    });
}

/// A cell. Core leaves alignment to CSS; the attribute is for readers of MathML 3.
fn write_cell(table: &Table, cell: Option<&Node>, column: usize, style: Style, out: &mut String) {
    let side = table.columns.get(column).or(table.columns.last());
    let side = match side {
        Some(Side::Left) => "left",
        Some(Side::Right) => "right",
        Some(Side::Center) | None => "center",
    };
    let mut css = format!("text-align: {side}");
    match table.kind {
        TableKind::Aligned if column % 2 == 1 => css.push_str("; padding-left: 0"),
        TableKind::Aligned if column > 0 => css.push_str("; padding-left: 2em; padding-right: 0"),
        TableKind::Aligned => css.push_str("; padding-right: 0"),
        TableKind::Stack => css.push_str("; padding-top: 0; padding-bottom: 0"),
        TableKind::Matrix | TableKind::Cases { .. } | TableKind::Gathered => {}
    }
    if table.lines.contains(&column) {
        css.push_str("; border-left: thin solid");
    }
    element(&format!("mtd columnalign=\"{side}\" style=\"{css}\""), out, |out| {
        if table.kind == TableKind::Aligned && column % 2 == 1 {
            // The empty row makes the relation that opens the cell one between two things.
            out.push_str("<mrow></mrow>");
        }
        if let Some(cell) = cell {
            write_row(cell, style, out);
        }
    });
}
