//! Nodes: a name, and what stands in brackets behind it.

use crate::figures::graph::Shape;
use crate::figures::language::{Fault, Label, Line};
use crate::figures::mermaid::Looks;
use crate::figures::mermaid::text::{Cursor, label, unquoted};
use std::borrow::Cow;

/// The name of a node: letters, digits and a few signs; dashes and dots only between them.
pub(super) fn identifier<'a>(cursor: &mut Cursor<'a>) -> &'a str {
    let mut end = 0;
    let mut characters = cursor.rest().char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        let next = characters.peek().map(|(_, next)| *next);
        let inner = character.is_alphanumeric()
            || matches!(
                character,
                '_' | '/' | '\\' | '+' | '*' | '!' | '$' | '%' | '\'' | '`' | '?' | '#' | ':' | ','
            );
        let joined = matches!(character, '-' | '.') && at > 0 && next.is_some_and(char::is_alphanumeric);
        // `:::` names a class, and a colon ends no name.
        let class = character == ':' && (next.is_none_or(|next| !next.is_alphanumeric()));
        if !(inner || joined) || class {
            break;
        }
        end = at + character.len_utf8();
    }
    cursor.take(end)
}

/// Opening and closing brackets, longest first.
const BRACKETS: [(&str, &[&str], Shape); 13] = [
    ("(((", &[")))"], Shape::Circle),
    ("((", &["))"], Shape::Circle),
    ("([", &["])"], Shape::Rounded),
    ("(", &[")"], Shape::Rounded),
    ("[[", &["]]"], Shape::Box),
    ("[(", &[")]"], Shape::Cylinder),
    ("[/", &["/]", "\\]"], Shape::Box),
    ("[\\", &["\\]", "/]"], Shape::Box),
    ("[", &["]"], Shape::Box),
    ("{{", &["}}"], Shape::Decision),
    ("{", &["}"], Shape::Decision),
    (">", &["]"], Shape::Box),
    ("@{", &["}"], Shape::Box),
];

/// The shape and the text of a node, if brackets follow.
pub(super) fn bracketed(cursor: &mut Cursor, line: &Line, looks: &mut Looks) -> Result<Option<(Shape, Option<Label>)>, Fault> {
    let Some((open, closes, shape)) = BRACKETS.iter().find(|(open, ..)| cursor.rest().starts_with(open)) else {
        return Ok(None);
    };
    cursor.eat(open);
    if *open == "@{" {
        return attributes(cursor, line).map(Some);
    }
    let unclosed = || {
        line.fault(
            format!("nothing closes `{open}`"),
            format!("expected `{}`", closes.join("` or `")),
        )
    };
    cursor.skip_space();
    let text = if cursor.eat("\"") {
        let text = cursor
            .take_until("\"")
            .ok_or_else(|| line.fault("nothing closes this quoted text", "expected a second quote"))?;
        cursor.skip_space();
        if !closes.iter().any(|close| cursor.eat(close)) {
            return Err(unclosed());
        }
        text
    } else {
        let ends = closes.iter().filter_map(|close| Some((cursor.rest().find(close)?, close)));
        let (end, close) = ends.min_by_key(|(end, _)| *end).ok_or_else(unclosed)?;
        let text = cursor.take(end);
        cursor.eat(close);
        text
    };
    let text = without_icon(text, line, looks);
    Ok(Some((*shape, Some(label(line, &broken(&markdown(&text)))?))))
}

/// `shape: cyl, label: "text" }`
fn attributes(cursor: &mut Cursor, line: &Line) -> Result<(Shape, Option<Label>), Fault> {
    let (mut shape, mut text) = (Shape::Box, None);
    loop {
        cursor.skip_space();
        if cursor.eat("}") {
            return Ok((shape, text));
        }
        let key = cursor.take_while(|character| character.is_alphanumeric());
        cursor.skip_space();
        if key.is_empty() || !cursor.eat(":") {
            return Err(line.fault(
                "these attributes cannot be read",
                "expected `@{ shape: name, label: \"text\" }`",
            ));
        }
        cursor.skip_space();
        let value = if cursor.eat("\"") {
            cursor
                .take_until("\"")
                .ok_or_else(|| line.fault("nothing closes this quoted text", "expected a second quote"))?
        } else {
            cursor.take_while(|character| !matches!(character, ',' | '}')).trim()
        };
        cursor.skip_space();
        cursor.eat(",");
        match key {
            "shape" => shape = named_shape(value, line)?,
            "label" => text = Some(label(line, &broken(&markdown(value)))?),
            _ => {
                let message = format!("the attribute `{key}` of a node is not known here");
                return Err(line.fault(message, "expected `shape` or `label`"));
            }
        }
    }
}

fn named_shape(name: &str, line: &Line) -> Result<Shape, Fault> {
    Ok(match name {
        "rect" | "rectangle" | "proc" | "process" | "fr-rect" | "subproc" | "subprocess" | "subroutine" | "framed-rectangle"
        | "lean-r" | "lean-l" | "trap-b" | "trap-t" | "odd" | "card" | "notch-rect" | "doc" | "document" => Shape::Box,
        "rounded" | "event" | "stadium" | "pill" | "terminal" => Shape::Rounded,
        "diam" | "diamond" | "decision" | "question" | "hex" | "hexagon" | "prepare" => Shape::Decision,
        "circle" | "circ" | "dbl-circ" | "double-circle" => Shape::Circle,
        "cyl" | "cylinder" | "db" | "database" | "das" | "lin-cyl" => Shape::Cylinder,
        _ => {
            let message = format!("the shape `{name}` is not drawn");
            return Err(line.fault(
                message,
                "expected `rect`, `rounded`, `stadium`, `diam`, `hex`, `circle` or `cyl`",
            ));
        }
    })
}

/// Text without an icon's name (`fa:fa-car`) before it.
fn without_icon(text: &str, line: &Line, looks: &mut Looks) -> String {
    let is_icon = |word: &str| {
        let prefix = word.split(':').next().unwrap_or_default();
        word.contains(":fa-") && matches!(prefix, "fa" | "fas" | "far" | "fab" | "fal" | "fad" | "fak")
    };
    if !text.contains(":fa-") {
        return text.to_owned();
    }
    looks.add("fa:", line.span);
    let words: Vec<&str> = text.split_whitespace().filter(|word| !is_icon(word)).collect();
    words.join(" ")
}

/// The text of a Markdown string, which has quotes and backticks around all of it, without stars for bold and italic; any
/// other text as it is, without quotes.
pub(super) fn markdown(text: &str) -> Cow<'_, str> {
    let text = unquoted(text);
    let inner = text.strip_prefix('`').and_then(|text| text.strip_suffix('`'));
    match inner.filter(|inner| !inner.contains('`')) {
        Some(inner) if inner.contains(" * ") => Cow::Owned(inner.replace("**", "")),
        Some(inner) => Cow::Owned(inner.replace('*', "")),
        None => Cow::Borrowed(text),
    }
}

/// Text in which `\n` is a break.
pub(super) fn broken(text: &str) -> String {
    text.replace("\\n", "<br/>")
}
