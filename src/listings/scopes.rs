//! Every other language: the syntax definitions that Typst brings along, and one table from their scopes to classes.

use super::{Class, Painter, Token};
use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxReference};
use typst::text::RAW_SYNTAXES;

/// Longer lines, in bytes, are left plain: the definitions' patterns may need a time that grows with a line's square.
const MAX_LINE: usize = 1000;

/// Longer code, in bytes, is left plain: these definitions are a hundred times slower than a parser.
const MAX_CODE: usize = 128 * 1024;

/// What a scope of a syntax definition is. The longest prefix that fits counts; a scope without one says nothing.
///
/// The names follow <https://www.sublimetext.com/docs/scope_naming.html>.
const TABLE: &[(&str, Option<Class>)] = &[
    ("comment", Some(Class::Comment)),
    ("constant.character", Some(Class::Escape)),
    ("constant.language", Some(Class::Builtin)),
    ("constant.numeric", Some(Class::Number)),
    ("constant.other.placeholder", Some(Class::Escape)),
    ("entity.name", Some(Class::Type)),
    ("entity.name.function", Some(Class::Function)),
    ("entity.name.label", None),
    ("entity.name.section", Some(Class::Keyword)),
    ("entity.name.tag", Some(Class::Keyword)),
    ("entity.other.attribute-name", Some(Class::Attribute)),
    ("entity.other.inherited-class", Some(Class::Type)),
    ("keyword", Some(Class::Keyword)),
    ("keyword.operator", None),
    ("keyword.operator.word", Some(Class::Keyword)),
    ("keyword.operator.logical.sql", Some(Class::Keyword)),
    ("markup.deleted", Some(Class::Keyword)),
    ("markup.inserted", Some(Class::String)),
    ("meta.annotation", Some(Class::Attribute)),
    ("meta.diff.header", Some(Class::Comment)),
    ("meta.diff.range", Some(Class::Attribute)),
    ("meta.interpolation", None),
    ("punctuation.section.interpolation", Some(Class::Escape)),
    ("storage", Some(Class::Keyword)),
    ("storage.type.built-in", Some(Class::Type)),
    ("storage.type.numeric", Some(Class::Number)),
    ("string", Some(Class::String)),
    ("string.unquoted", None),
    ("support", Some(Class::Builtin)),
    ("support.class", Some(Class::Type)),
    ("support.type", Some(Class::Type)),
    ("variable.annotation", Some(Class::Attribute)),
    ("variable.function", Some(Class::Function)),
    ("variable.language", Some(Class::Builtin)),
    ("variable.parameter.option", Some(Class::Attribute)),
];

/// The table, with its names made into scopes once a run.
pub(super) struct Scopes {
    table: Vec<(Scope, Option<Class>)>,
}

impl Default for Scopes {
    fn default() -> Self {
        let rows = TABLE.iter();
        Self {
            table: rows
                .filter_map(|(name, class)| Some((Scope::new(name).ok()?, *class)))
                .collect(),
        }
    }
}

impl Scopes {
    /// The tokens of code in the language with this name, extension or alias; none if there is no such language.
    pub(super) fn tokens(&self, language: &str, code: &str) -> Vec<Token> {
        if code.len() > MAX_CODE {
            return Vec::new();
        }
        let Some(syntax) = find(language) else {
            return Vec::new();
        };
        let mut state = ParseState::new(syntax);
        let mut stack = ScopeStack::new();
        let mut painter = Painter::new(code);
        let mut start = 0;
        for line in code.split_inclusive('\n') {
            let changes = if line.len() > MAX_LINE {
                None
            } else {
                state.parse_line(line, &RAW_SYNTAXES).ok()
            };
            for (offset, change) in changes.iter().flatten() {
                painter.paint_to(start + offset, self.class(&stack));
                // A definition that takes off more scopes than there are is at fault; what it said so far still counts.
                if stack.apply(change).is_err() {
                    break;
                }
            }
            start += line.len();
            painter.paint_to(start, changes.and_then(|_| self.class(&stack)));
        }
        painter.tokens
    }

    /// The class that the innermost scope with an opinion gives.
    fn class(&self, stack: &ScopeStack) -> Option<Class> {
        stack.as_slice().iter().rev().find_map(|scope| self.lookup(*scope))?
    }

    fn lookup(&self, scope: Scope) -> Option<Option<Class>> {
        let rows = self.table.iter().filter(|(prefix, _)| prefix.is_prefix_of(scope));
        rows.max_by_key(|(prefix, _)| prefix.len()).map(|(_, class)| *class)
    }
}

fn find(language: &str) -> Option<&'static SyntaxReference> {
    let name = match language {
        "golang" => "go",
        "make" => "makefile",
        "typescript" => "ts",
        "postgresql" | "mysql" | "sqlite" | "plpgsql" => "sql",
        "csharp" | "c#" => "cs",
        "elisp" => "lisp",
        other => other,
    };
    let syntax = RAW_SYNTAXES.find_syntax_by_token(name)?;
    (syntax.name != "Plain Text").then_some(syntax)
}
