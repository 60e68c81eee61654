//! From a syntax tree to tokens: rules about kinds of nodes, applied in one walk.
//!
//! Queries could say the same, but compiling them costs more than parsing all the Python of a book does; a table of kinds
//! costs nothing.

use super::{Class, Painter, Token};
use std::ops::{ControlFlow, Range};
use tree_sitter::{Language, Node, ParseOptions, TreeCursor};

/// What a language's nodes are.
pub(super) struct Rules {
    /// The language.
    pub(super) language: fn() -> Language,
    /// Kinds of named nodes, and what all that is in them is, unless something inside says otherwise.
    pub(super) kinds: &'static [(&'static str, Paint)],
    /// A node's kind, then one of its children by field (`.name`) or by kind, and what that child is there.
    pub(super) children: &'static [(&'static str, &'static str, Paint)],
    /// Names that the language defines.
    pub(super) builtins: &'static [&'static str],
    /// Where the names in `builtins` count.
    pub(super) builtin_place: Place,
    /// Whether a capitalised name is a type's by custom.
    pub(super) capital_types: bool,
    /// How many bytes are parsed in one piece at most.
    pub(super) longest: usize,
    /// Whether the grammar can take this code without fault; code that it cannot take gets no tokens.
    pub(super) readable: fn(&str) -> bool,
}

/// What a rule says of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Paint {
    /// It is of this class.
    As(Class),
    /// It has no class, whatever surrounds it.
    Plain,
    /// It is what its parent is to the parent's parent: in `a.b()` the name `b` is what `a.b` is, a function.
    Inherit,
}

/// Where a builtin's name counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Wherever it stands alone.
    Anywhere,
    /// Where something is called.
    Calls,
}

/// A language's parser with its rules resolved to the numbers that the grammar gives to kinds and fields.
pub(super) struct Parser {
    parser: tree_sitter::Parser,
    /// By kind.
    kinds: Vec<Kind>,
    rules: &'static Rules,
}

#[derive(Default)]
struct Kind {
    paint: Option<Paint>,
    word: bool,
    named: bool,
    children: Vec<(Child, Paint)>,
}

#[derive(PartialEq, Eq)]
enum Child {
    Field(u16),
    Kind(u16),
}

/// What is known of a node on the way down.
#[derive(Clone, Copy)]
struct Frame {
    kind: u16,
    /// What the node is to its parent.
    role: Option<Paint>,
    /// What the characters in it are that no child claims.
    class: Option<Class>,
}

impl Parser {
    pub(super) fn new(rules: &'static Rules) -> Self {
        let language = (rules.language)();
        let mut parser = tree_sitter::Parser::new();
        // An incompatible grammar leaves the parser without a language, and then it finds nothing.
        let _ = parser.set_language(&language);
        let count = u16::try_from(language.node_kind_count()).unwrap_or(u16::MAX);
        let kinds = (0..count).map(|id| kind(rules, &language, id)).collect();
        Self { parser, kinds, rules }
    }

    /// The tokens of a piece of code, whether it parses or not.
    pub(super) fn tokens(&mut self, code: &str) -> Vec<Token> {
        let mut painter = Painter::new(code);
        if !(self.rules.readable)(code) {
            return painter.tokens;
        }
        if code.len() > self.rules.longest || !self.paint(0..code.len(), &mut painter) {
            // What is too long or too broken for one parse is read piece by piece, each with a budget of its own.
            let mut start = 0;
            while start < code.len() {
                let end = piece_end(code, start);
                self.paint(start..end, &mut painter);
                start = end;
            }
        }
        painter.tokens
    }

    /// Paints a part of the code; `false` if it could not be parsed within the budget.
    fn paint(&mut self, range: Range<usize>, painter: &mut Painter) -> bool {
        painter.paint_to(range.start, None);
        let Some(tree) = self.parse(painter.code.get(range.clone()).unwrap_or_default()) else {
            return false;
        };
        self.walk(&mut tree.walk(), range.start, painter);
        true
    }

    /// Parses within a budget, counted in steps (not in time) so that every machine gives the same answer.
    fn parse(&mut self, code: &str) -> Option<tree_sitter::Tree> {
        let mut budget = STEPS + code.len() / BYTES_PER_STEP;
        let mut spend = |state: &tree_sitter::ParseState| {
            if state.has_error() {
                budget = budget.min(STEPS_AFTER_ERROR);
            }
            budget = budget.saturating_sub(1);
            if budget == 0 {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        };
        let mut read = |at: usize, _| code.as_bytes().get(at..).unwrap_or_default();
        let options = ParseOptions::new().progress_callback(&mut spend);
        let tree = self.parser.parse_with_options(&mut read, None, Some(options));
        // A parse that was stopped would otherwise be taken up again with the next listing.
        self.parser.reset();
        tree
    }

    fn walk(&self, cursor: &mut TreeCursor, offset: usize, painter: &mut Painter) {
        let root = Frame {
            kind: cursor.node().kind_id(),
            role: None,
            class: None,
        };
        let mut frames = vec![root];
        loop {
            // Down to the first child, or on to the next sibling, or up until there is one.
            let mut more = cursor.goto_first_child();
            while !more {
                let Some(frame) = frames.pop() else { return };
                painter.paint_to(offset + cursor.node().end_byte(), frame.class);
                if frames.is_empty() {
                    return;
                }
                more = cursor.goto_next_sibling();
                if !more && !cursor.goto_parent() {
                    return;
                }
            }
            let Some(parent) = frames.last().copied() else { return };
            let node = cursor.node();
            painter.paint_to(offset + node.start_byte(), parent.class);
            frames.push(self.enter(cursor, node, parent, painter.code.get(offset..).unwrap_or_default()));
        }
    }

    fn enter(&self, cursor: &TreeCursor, node: Node, parent: Frame, code: &str) -> Frame {
        let id = node.kind_id();
        let kind = self.kinds.get(usize::from(id));
        let role = self.role(cursor, id, parent);
        let paint = role.or_else(|| kind.and_then(|kind| kind.paint));
        let word = kind.is_some_and(|kind| kind.word);
        let leaf = kind.is_some_and(|kind| kind.named) && node.child_count() == 0;
        let class = match paint {
            // The name of a decorator that is called is a decorator's first of all.
            Some(Paint::As(Class::Function)) if parent.class == Some(Class::Attribute) => parent.class,
            Some(Paint::As(class @ (Class::Function | Class::Type))) if leaf => self.name(node, Some(class), code),
            // Of `a.b()` only `b` names the function; a rule for `a.b` hands the role down to it.
            Some(Paint::As(Class::Function)) if node.child_count() > 0 => None,
            Some(Paint::As(class)) => Some(class),
            Some(Paint::Plain | Paint::Inherit) => None,
            None if word && parent.class.is_none() => Some(Class::Keyword),
            None if leaf && matches!(parent.class, None | Some(Class::Type)) => self.name(node, parent.class, code),
            // A type is made of names; the brackets and commas between them are not coloured.
            None if !leaf && !word && node.child_count() == 0 && parent.class == Some(Class::Type) => None,
            None => parent.class,
        };
        Frame { kind: id, role, class }
    }

    fn role(&self, cursor: &TreeCursor, id: u16, parent: Frame) -> Option<Paint> {
        let children = &self.kinds.get(usize::from(parent.kind))?.children;
        if children.is_empty() {
            return None;
        }
        let field = cursor.field_id().map(|field| Child::Field(field.get()));
        let (_, paint) = children
            .iter()
            .find(|(child, _)| *child == Child::Kind(id) || field.as_ref() == Some(child))?;
        if *paint == Paint::Inherit { parent.role } else { Some(*paint) }
    }

    /// The class of a name that rules call a function, a type or nothing.
    fn name(&self, node: Node, class: Option<Class>, code: &str) -> Option<Class> {
        let Some(text) = code.get(node.byte_range()) else {
            return class;
        };
        let called = class == Some(Class::Function);
        let counts = called || (class.is_none() && self.rules.builtin_place == Place::Anywhere);
        if counts && self.rules.builtins.binary_search(&text).is_ok() {
            return Some(Class::Builtin);
        }
        if self.rules.capital_types && class != Some(Class::Type) && is_capitalised(text) {
            return Some(Class::Type);
        }
        class
    }
}

/// How often a parser may report back before it is stopped: it does so every 100 operations, in sound code every 170 bytes.
const STEPS: usize = 500;
/// For how many bytes of code it may report once more.
const BYTES_PER_STEP: usize = 40;
/// How often it may report after the first error: its search for a way to go on grows with the square of what is broken.
const STEPS_AFTER_ERROR: usize = 200;
/// How long the pieces are in which long or broken code is read, in bytes.
const PIECE: usize = 4 * 1024;

/// Where the piece of code that begins at `start` ends: at a blank line before a line without indentation, else at a line
/// break, else anywhere.
fn piece_end(code: &str, start: usize) -> usize {
    let limit = code.floor_char_boundary(start + PIECE);
    let Some(window) = code.get(start..limit).filter(|_| limit < code.len()) else {
        return code.len();
    };
    let bytes = window.as_bytes();
    let sound = window.rmatch_indices("\n\n").map(|(at, _)| at + 2);
    let mut sound = sound.filter(|at| bytes.get(*at).is_some_and(|byte| !byte.is_ascii_whitespace()));
    let end = sound
        .next()
        .or_else(|| window.rfind('\n').map(|at| at + 1))
        .unwrap_or(window.len());
    start + end
}

/// `Point`, but neither `POINT` nor `point`.
fn is_capitalised(name: &str) -> bool {
    name.starts_with(char::is_uppercase) && name.contains(char::is_lowercase)
}

fn kind(rules: &Rules, language: &Language, id: u16) -> Kind {
    let name = language.node_kind_for_id(id).unwrap_or_default();
    let named = language.node_kind_is_named(id);
    if !named {
        return Kind {
            word: is_word(name),
            ..Kind::default()
        };
    }
    let children = rules.children.iter().filter(|(parent, _, _)| *parent == name);
    Kind {
        paint: rules.kinds.iter().find(|(kind, _)| *kind == name).map(|(_, paint)| *paint),
        word: false,
        named,
        children: children
            .filter_map(|(_, child, paint)| Some((self::child(language, child)?, *paint)))
            .collect(),
    }
}

fn child(language: &Language, name: &str) -> Option<Child> {
    match name.strip_prefix('.') {
        Some(field) => language.field_id_for_name(field).map(|id| Child::Field(id.get())),
        None => {
            let named = !name.contains(|c: char| c.is_ascii_punctuation() && c != '_');
            Some(Child::Kind(language.id_for_node_kind(name, named)))
        }
    }
}

/// Whether a grammar's literal is a word of the language: `if`, `not in`, `#include`, `@media`, `macro_rules!`.
fn is_word(literal: &str) -> bool {
    let word = literal.trim_start_matches(['#', '@']).trim_end_matches('!');
    word.starts_with(|c: char| c.is_ascii_alphabetic())
        && word
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_- ".contains(&byte))
}
