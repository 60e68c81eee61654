//! A formula as Typst code: calls of Typst's own functions, whose leaves are string literals.
//!
//! No character of a formula ever stands outside of a string, so nothing an author types can become code.

use super::mathml::is_arrow;
use super::{Formula, Node, Place, Role, Side, Table, TableKind};
use crate::typst_string::push_string;
use std::fmt::Write as _;

/// A code expression of type content with the equation around it; `None` for a formula without a tree, to be shown as typed.
pub fn typst(formula: &Formula) -> Option<String> {
    let tree = formula.tree.as_deref()?;
    let mut out = format!("math.equation(block: {}, alt: ", formula.display);
    push_string(&mut out, formula.latex.trim());
    out.push_str(", ");
    write_node(tree, &mut out);
    out.push(')');
    Some(out)
}

/// A node as one expression that is content or becomes it: a symbol, a string. Symbols beside one another would be added to a
/// string, and so a row begins with the empty content.
fn write_node(node: &Node, out: &mut String) {
    match node {
        Node::Row(nodes) => {
            out.push_str("([]");
            for node in nodes {
                out.push('+');
                write_node(node, out);
            }
            out.push(')');
        }
        Node::Identifier { text, upright } => {
            let single = text.chars().nth(1).is_none();
            match (single, upright) {
                (true, true) => call("math.upright", out, |out| symbol(text, out)),
                (true, false) => symbol(text, out),
                (false, _) => push_string(out, text),
            }
        }
        Node::Number(number) => push_string(out, number),
        Node::Operator { text, role, size } => write_operator(text, *role, *size, out),
        Node::Function(name) => call("math.op", out, |out| push_string(out, name)),
        Node::Text(text) => push_string(out, &text.replace(' ', "\u{a0}")),
        Node::Space(width) => {
            let _ = write!(out, "h({width:.3}em)");
        }
        Node::Fraction {
            numerator,
            denominator,
            line,
        } => write_fraction(numerator, denominator, *line, out),
        Node::Root { radicand, index } => call("math.root", out, |out| {
            match index {
                Some(index) => write_node(index, out),
                None => out.push_str("none"),
            }
            out.push(',');
            write_node(radicand, out);
        }),
        Node::Script { base, sub, sup, place } => write_script(base, sub.as_deref(), sup.as_deref(), *place, out),
        Node::Accent { base, mark, below, wide } => write_accent(base, *mark, *below, *wide, None, out),
        Node::Fenced { open, close, body } => call("math.lr", out, |out| {
            out.push_str("[]");
            write_fence(*open, Role::Open, out);
            out.push('+');
            write_node(body, out);
            write_fence(*close, Role::Close, out);
        }),
        Node::Table(table) => write_table(table, out),
        Node::Styled { display, body } => {
            let name = if *display { "math.display" } else { "math.inline" };
            call(name, out, |out| write_node(body, out));
        }
        Node::Struck(body) => call("math.cancel", out, |out| write_node(body, out)),
    }
}

fn call(name: &str, out: &mut String, arguments: impl FnOnce(&mut String)) {
    out.push_str(name);
    out.push('(');
    arguments(out);
    out.push(')');
}

/// A sign or a letter; Typst slants letters by custom and spaces signs by what they are. It takes one character and what
/// combines with it as a symbol; anything else is text.
fn symbol(text: &str, out: &mut String) {
    let mut chars = text.chars();
    let first = chars.next().is_some_and(|c| !c.is_control());
    if first && chars.all(|c| c == '\u{338}' || c == '\u{fe00}') {
        call("symbol", out, |out| push_string(out, text));
    } else {
        push_string(out, text);
    }
}

fn write_operator(text: &str, role: Role, size: Option<f32>, out: &mut String) {
    let class = match role {
        Role::Ordinary => "normal",
        // Typst knows these, and tells a sign before one thing from a sign between two.
        Role::Large | Role::Binary => return symbol(text, out),
        Role::Relation => "relation",
        Role::Open => "opening",
        Role::Close => "closing",
        Role::Middle => return call("math.mid", out, |out| symbol(text, out)),
        Role::Punctuation => "punctuation",
    };
    if let Some(size) = size {
        let _ = write!(out, "math.lr(size: {size}em, ");
    }
    let _ = write!(out, "math.class(\"{class}\", ");
    symbol(text, out);
    out.push(')');
    if size.is_some() {
        out.push(')');
    }
}

fn write_fence(fence: Option<char>, role: Role, out: &mut String) {
    if let Some(fence) = fence {
        out.push('+');
        write_operator(fence.encode_utf8(&mut [0; 4]), role, None, out);
    }
}

fn write_fraction(numerator: &Node, denominator: &Node, line: bool, out: &mut String) {
    if line {
        return call("math.frac", out, |out| {
            write_node(numerator, out);
            out.push(',');
            write_node(denominator, out);
        });
    }
    call("math.mat", out, |out| {
        out.push_str("delim: none, row-gap: 0.2em, (");
        write_node(numerator, out);
        out.push_str(",),(");
        write_node(denominator, out);
        out.push_str(",)");
    });
}

fn write_script(base: &Node, sub: Option<&Node>, sup: Option<&Node>, place: Place, out: &mut String) {
    match (base, sub, sup, place) {
        (Node::Accent { base, mark: '⏞', .. }, None, Some(note), Place::Limits) => {
            return write_accent(base, '⏞', false, true, Some(note), out);
        }
        (Node::Accent { base, mark: '⏟', .. }, Some(note), None, Place::Limits) => {
            return write_accent(base, '⏟', true, true, Some(note), out);
        }
        _ => {}
    }
    call("math.attach", out, |out| {
        out.push_str(match place {
            Place::Right => "math.scripts(",
            Place::Limits => "math.limits(",
            Place::Movable => "math.limits(inline: false, ",
        });
        match base {
            // An arrow grows with what stands on it.
            Node::Operator {
                text,
                role: Role::Relation,
                ..
            } if place == Place::Limits && is_arrow(text) => call("math.stretch", out, |out| symbol(text, out)),
            base => write_node(base, out),
        }
        out.push(')');
        if let Some(sub) = sub {
            out.push_str(", b: ");
            write_node(sub, out);
        }
        if let Some(sup) = sup {
            out.push_str(", t: ");
            write_node(sup, out);
        }
    });
}

/// A mark above or below, with a note beyond a brace.
fn write_accent(base: &Node, mark: char, below: bool, wide: bool, note: Option<&Node>, out: &mut String) {
    let line = match (mark, below) {
        ('‾', _) => Some("math.overline"),
        ('_', _) => Some("math.underline"),
        ('⏞', _) => Some("math.overbrace"),
        ('⏟', _) => Some("math.underbrace"),
        ('⎴', _) => Some("math.overbracket"),
        ('⎵', _) => Some("math.underbracket"),
        ('⏜', _) => Some("math.overparen"),
        ('⏝', _) => Some("math.underparen"),
        ('⏠', _) => Some("math.overshell"),
        ('⏡', _) => Some("math.undershell"),
        _ => None,
    };
    if let Some(name) = line {
        return call(name, out, |out| {
            write_node(base, out);
            if let Some(note) = note {
                out.push(',');
                write_node(note, out);
            }
        });
    }
    if below {
        return call("math.attach", out, |out| {
            call("math.limits", out, |out| write_node(base, out));
            out.push_str(", b: math.stretch(");
            symbol(mark.encode_utf8(&mut [0; 4]), out);
            out.push(')');
        });
    }
    call("math.accent", out, |out| {
        write_node(base, out);
        out.push(',');
        push_string(out, combining(mark).encode_utf8(&mut [0; 4]));
        if !wide {
            // Smaller than any accent, so that it keeps its own size.
            out.push_str(", size: 1%");
        }
    });
}

/// The combining form of a mark, which is how Typst names an accent.
fn combining(mark: char) -> char {
    match mark {
        '´' => '\u{301}',
        '˘' => '\u{306}',
        'ˇ' => '\u{30c}',
        '˙' => '\u{307}',
        '¨' => '\u{308}',
        '`' => '\u{300}',
        '^' => '\u{302}',
        '~' => '\u{303}',
        '→' => '\u{20d7}',
        '←' => '\u{20d6}',
        '↔' => '\u{20e1}',
        '↼' => '\u{20d0}',
        '⇀' => '\u{20d1}',
        '˚' => '\u{30a}',
        mark => mark,
    }
}

fn write_table(table: &Table, out: &mut String) {
    call("math.mat", out, |out| {
        out.push_str(match table.kind {
            TableKind::Matrix => "delim: none, row-gap: 0.3em, column-gap: 0.9em, ",
            TableKind::Cases { left: true } => "delim: (\"{\", none), row-gap: 0.4em, column-gap: 1em, ",
            TableKind::Cases { left: false } => "delim: (none, \"}\"), row-gap: 0.4em, column-gap: 1em, ",
            TableKind::Aligned | TableKind::Gathered => "delim: none, row-gap: 0.6em, column-gap: 0em, ",
            TableKind::Stack => "delim: none, row-gap: 0.1em, ",
        });
        write_alignment(table, out);
        let width = table.rows.iter().map(Vec::len).max().unwrap_or(1);
        for cells in &table.rows {
            out.push('(');
            if table.kind == TableKind::Aligned {
                write_aligned(cells, out);
            } else {
                for column in 0..width {
                    write_cell(cells.get(column), table.kind == TableKind::Gathered, out);
                }
            }
            out.push_str("),");
        }
    });
}

fn write_alignment(table: &Table, out: &mut String) {
    let first = table.columns.first();
    let side = match first {
        Some(Side::Left) if table.columns.iter().all(|side| Some(side) == first) => "left",
        Some(Side::Right) if table.columns.iter().all(|side| Some(side) == first) => "right",
        _ => "center",
    };
    let _ = write!(out, "align: {side}, ");
    let width = table.rows.iter().map(Vec::len).max().unwrap_or(0);
    let inner: Vec<_> = table.lines.iter().filter(|at| **at > 0 && **at < width).collect();
    if !inner.is_empty() {
        out.push_str("augment: (vline: (");
        for at in inner {
            let _ = write!(out, "{at},");
        }
        out.push_str(")), ");
    }
}

fn write_cell(cell: Option<&Node>, display: bool, out: &mut String) {
    match cell {
        Some(cell) if display => call("math.display", out, |out| write_node(cell, out)),
        Some(cell) => write_node(cell, out),
        None => out.push_str("[]"),
    }
    out.push(',');
}

/// A row of an alignment as one cell: what Typst's alignment points join keeps the space that its signs need.
fn write_aligned(cells: &[Node], out: &mut String) {
    out.push_str("math.display([]");
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            // Pairs stand apart, the two of a pair meet.
            out.push_str(if at % 2 == 0 { "+h(2em)+$&$.body" } else { "+$&$.body" });
        }
        out.push('+');
        write_node(cell, out);
    }
    out.push_str("),");
}
