//! The languages that are parsed: their names on a fence, and what their nodes are.

use super::Class::{Attribute, Builtin, Comment, Escape, Function, Keyword, Number, Operator, String, Type};
use super::console::Prompts;
use super::grammar::{
    Paint::{As, Inherit, Plain},
    Place, Rules,
};

/// A language with a parser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grammar {
    Python,
    Bash,
    C,
    Json,
    Toml,
    Yaml,
    JavaScript,
    Rust,
    Html,
    Css,
}

impl Grammar {
    /// How many there are.
    pub(super) const COUNT: usize = 10;

    /// What the language's nodes are.
    pub(super) fn rules(self) -> &'static Rules {
        match self {
            Self::Python => &PYTHON,
            Self::Bash => &BASH,
            Self::C => &C,
            Self::Json => &JSON,
            Self::Toml => &TOML,
            Self::Yaml => &YAML,
            Self::JavaScript => &JAVASCRIPT,
            Self::Rust => &RUST,
            Self::Html => &HTML,
            Self::Css => &CSS,
        }
    }
}

/// Whether a fence's first word, in lower case, says that there is nothing to colour.
pub(super) fn is_plain(language: &str) -> bool {
    matches!(
        language,
        "" | "text" | "txt" | "plain" | "plaintext" | "plain-text" | "none" | "nohighlight" | "output" | "ascii" | "tree" | "log"
    )
}

/// The grammar for a fence's first word in lower case, and the prompts that such a block may show.
pub(super) fn find(language: &str) -> Option<(Grammar, Option<Prompts>)> {
    Some(match language {
        "python" | "py" | "python3" | "py3" | "pycon" | "python-repl" | "ipython" | "pyi" => {
            (Grammar::Python, Some(Prompts::Python))
        }
        "bash" | "sh" | "shell" | "zsh" | "ksh" => (Grammar::Bash, Some(Prompts::Script)),
        "console" | "shell-session" | "shellsession" | "sh-session" | "bash-session" | "terminal" => {
            (Grammar::Bash, Some(Prompts::Shell))
        }
        "c" | "h" => (Grammar::C, None),
        "json" | "jsonc" | "json5" | "jsonl" | "ipynb" => (Grammar::Json, None),
        "toml" => (Grammar::Toml, None),
        "yaml" | "yml" => (Grammar::Yaml, None),
        "javascript" | "js" | "jsx" | "mjs" | "cjs" | "node" => (Grammar::JavaScript, None),
        "rust" | "rs" => (Grammar::Rust, None),
        "html" | "xhtml" | "xml" | "svg" => (Grammar::Html, None),
        "css" => (Grammar::Css, None),
        _ => return None,
    })
}

const PYTHON: Rules = Rules {
    language: || tree_sitter_python::LANGUAGE.into(),
    kinds: &[
        ("comment", As(Comment)),
        ("string", As(String)),
        ("interpolation", Plain),
        ("format_specifier", As(Escape)),
        ("type_conversion", As(Escape)),
        ("escape_sequence", As(Escape)),
        ("escape_interpolation", As(Escape)),
        ("integer", As(Number)),
        ("float", As(Number)),
        ("none", As(Builtin)),
        ("true", As(Builtin)),
        ("false", As(Builtin)),
        ("decorator", As(Attribute)),
        ("argument_list", Plain),
        ("type", As(Type)),
    ],
    children: &[
        ("function_definition", ".name", As(Function)),
        ("class_definition", ".name", As(Type)),
        ("call", ".function", As(Function)),
        ("attribute", ".attribute", Inherit),
        ("keyword_argument", ".name", Plain),
        ("parameters", "identifier", Plain),
        ("default_parameter", ".name", Plain),
        ("typed_parameter", "identifier", Plain),
        ("typed_default_parameter", ".name", Plain),
        ("assignment", ".left", Plain),
        ("interpolation", "{", As(Escape)),
        ("interpolation", "}", As(Escape)),
    ],
    builtins: &[
        "ArithmeticError",
        "AssertionError",
        "AttributeError",
        "BaseException",
        "BaseExceptionGroup",
        "BlockingIOError",
        "BufferError",
        "ConnectionError",
        "DeprecationWarning",
        "EOFError",
        "Ellipsis",
        "Exception",
        "ExceptionGroup",
        "FileExistsError",
        "FileNotFoundError",
        "FloatingPointError",
        "GeneratorExit",
        "IOError",
        "ImportError",
        "IndentationError",
        "IndexError",
        "InterruptedError",
        "IsADirectoryError",
        "KeyError",
        "KeyboardInterrupt",
        "LookupError",
        "MemoryError",
        "ModuleNotFoundError",
        "NameError",
        "NotADirectoryError",
        "NotImplemented",
        "NotImplementedError",
        "OSError",
        "OverflowError",
        "PermissionError",
        "RecursionError",
        "ReferenceError",
        "ResourceWarning",
        "RuntimeError",
        "RuntimeWarning",
        "StopAsyncIteration",
        "StopIteration",
        "SyntaxError",
        "SyntaxWarning",
        "SystemError",
        "SystemExit",
        "TabError",
        "TimeoutError",
        "TypeError",
        "UnboundLocalError",
        "UnicodeDecodeError",
        "UnicodeEncodeError",
        "UnicodeError",
        "UserWarning",
        "ValueError",
        "Warning",
        "ZeroDivisionError",
        "__import__",
        "abs",
        "aiter",
        "all",
        "anext",
        "any",
        "ascii",
        "bin",
        "bool",
        "breakpoint",
        "bytearray",
        "bytes",
        "callable",
        "chr",
        "classmethod",
        "compile",
        "complex",
        "delattr",
        "dict",
        "dir",
        "divmod",
        "enumerate",
        "eval",
        "exec",
        "filter",
        "float",
        "format",
        "frozenset",
        "getattr",
        "globals",
        "hasattr",
        "hash",
        "help",
        "hex",
        "id",
        "input",
        "int",
        "isinstance",
        "issubclass",
        "iter",
        "len",
        "list",
        "locals",
        "map",
        "max",
        "memoryview",
        "min",
        "next",
        "object",
        "oct",
        "open",
        "ord",
        "pow",
        "print",
        "property",
        "range",
        "repr",
        "reversed",
        "round",
        "set",
        "setattr",
        "slice",
        "sorted",
        "staticmethod",
        "str",
        "sum",
        "super",
        "tuple",
        "type",
        "vars",
        "zip",
    ],
    builtin_place: Place::Anywhere,
    capital_types: true,
    longest: 64 * 1024,
    readable: |code| code.lines().all(|line| indentation(line) <= 480),
};

const BASH: Rules = Rules {
    language: || tree_sitter_bash::LANGUAGE.into(),
    kinds: &[
        ("comment", As(Comment)),
        ("string", As(String)),
        ("raw_string", As(String)),
        ("ansi_c_string", As(String)),
        ("translated_string", As(String)),
        ("heredoc_body", As(String)),
        ("simple_expansion", As(Escape)),
        ("expansion", As(Escape)),
        ("command_substitution", Plain),
        ("number", As(Number)),
        ("test_operator", As(Operator)),
        ("regex", As(String)),
    ],
    children: &[
        ("command", ".name", As(Function)),
        ("command_name", "word", Inherit),
        ("function_definition", ".name", As(Function)),
    ],
    builtins: &[
        ".", "alias", "bg", "cd", "command", "echo", "eval", "exec", "exit", "false", "fg", "getopts", "hash", "jobs", "kill",
        "printf", "pwd", "read", "return", "set", "shift", "shopt", "source", "test", "time", "trap", "true", "type", "ulimit",
        "umask", "unalias", "wait",
    ],
    builtin_place: Place::Calls,
    capital_types: false,
    longest: 64 * 1024,
    readable: |_| true,
};

const C: Rules = Rules {
    language: || tree_sitter_c::LANGUAGE.into(),
    kinds: &[
        ("comment", As(Comment)),
        ("string_literal", As(String)),
        ("char_literal", As(String)),
        ("system_lib_string", As(String)),
        ("escape_sequence", As(Escape)),
        ("number_literal", As(Number)),
        ("primitive_type", As(Type)),
        ("type_identifier", As(Type)),
        ("sized_type_specifier", As(Type)),
        ("true", As(Builtin)),
        ("false", As(Builtin)),
        ("null", As(Builtin)),
        ("preproc_directive", As(Keyword)),
    ],
    children: &[
        ("function_declarator", ".declarator", As(Function)),
        ("call_expression", ".function", As(Function)),
        ("field_expression", ".field", Inherit),
        ("preproc_function_def", ".name", As(Function)),
    ],
    builtins: &[],
    builtin_place: Place::Calls,
    capital_types: false,
    longest: 64 * 1024,
    readable: |_| true,
};

const JSON: Rules = Rules {
    language: || tree_sitter_json::LANGUAGE.into(),
    kinds: &[
        ("comment", As(Comment)),
        ("string", As(String)),
        ("escape_sequence", As(Escape)),
        ("number", As(Number)),
        ("true", As(Builtin)),
        ("false", As(Builtin)),
        ("null", As(Builtin)),
    ],
    children: &[("pair", ".key", As(Attribute))],
    builtins: &[],
    builtin_place: Place::Calls,
    capital_types: false,
    longest: 64 * 1024,
    readable: |_| true,
};

const TOML: Rules = Rules {
    language: || tree_sitter_toml_ng::LANGUAGE.into(),
    kinds: &[
        ("comment", As(Comment)),
        ("bare_key", As(Attribute)),
        ("quoted_key", As(Attribute)),
        ("string", As(String)),
        ("escape_sequence", As(Escape)),
        ("integer", As(Number)),
        ("float", As(Number)),
        ("offset_date_time", As(Number)),
        ("local_date_time", As(Number)),
        ("local_date", As(Number)),
        ("local_time", As(Number)),
        ("boolean", As(Builtin)),
    ],
    children: &[
        ("table", "bare_key", As(Type)),
        ("table", "quoted_key", As(Type)),
        ("table", "dotted_key", As(Type)),
        ("table_array_element", "bare_key", As(Type)),
        ("table_array_element", "quoted_key", As(Type)),
        ("table_array_element", "dotted_key", As(Type)),
        ("dotted_key", "bare_key", Inherit),
        ("dotted_key", "dotted_key", Inherit),
    ],
    builtins: &[],
    builtin_place: Place::Calls,
    capital_types: false,
    longest: 64 * 1024,
    readable: |_| true,
};

const YAML: Rules = Rules {
    language: || tree_sitter_yaml::LANGUAGE.into(),
    kinds: &[
        ("comment", As(Comment)),
        ("double_quote_scalar", As(String)),
        ("single_quote_scalar", As(String)),
        ("block_scalar", As(String)),
        ("escape_sequence", As(Escape)),
        ("integer_scalar", As(Number)),
        ("float_scalar", As(Number)),
        ("timestamp_scalar", As(Number)),
        ("boolean_scalar", As(Builtin)),
        ("null_scalar", As(Builtin)),
        ("anchor", As(Type)),
        ("alias", As(Type)),
        ("tag", As(Type)),
        ("yaml_directive", As(Keyword)),
        ("tag_directive", As(Keyword)),
    ],
    children: &[
        ("block_mapping_pair", ".key", As(Attribute)),
        ("flow_pair", ".key", As(Attribute)),
    ],
    builtins: &[],
    builtin_place: Place::Calls,
    capital_types: false,
    longest: 64 * 1024,
    readable: |code| code.lines().all(|line| yaml_depth(line) <= 100),
};

const JAVASCRIPT: Rules = Rules {
    language: || tree_sitter_javascript::LANGUAGE.into(),
    kinds: &[
        ("comment", As(Comment)),
        ("html_comment", As(Comment)),
        ("hash_bang_line", As(Comment)),
        ("string", As(String)),
        ("template_string", As(String)),
        ("template_substitution", Plain),
        ("regex", As(String)),
        ("escape_sequence", As(Escape)),
        ("number", As(Number)),
        ("true", As(Builtin)),
        ("false", As(Builtin)),
        ("null", As(Builtin)),
        ("undefined", As(Builtin)),
        ("this", As(Builtin)),
        ("super", As(Builtin)),
        ("decorator", As(Attribute)),
        ("arguments", Plain),
    ],
    children: &[
        ("function_declaration", ".name", As(Function)),
        ("function_expression", ".name", As(Function)),
        ("generator_function_declaration", ".name", As(Function)),
        ("generator_function", ".name", As(Function)),
        ("method_definition", ".name", As(Function)),
        ("call_expression", ".function", As(Function)),
        ("member_expression", ".property", Inherit),
        ("class_declaration", ".name", As(Type)),
        ("class", ".name", As(Type)),
        ("new_expression", ".constructor", As(Type)),
        ("jsx_opening_element", ".name", As(Keyword)),
        ("jsx_closing_element", ".name", As(Keyword)),
        ("jsx_self_closing_element", ".name", As(Keyword)),
        ("jsx_attribute", "property_identifier", As(Attribute)),
        ("template_substitution", "${", As(Escape)),
        ("template_substitution", "}", As(Escape)),
    ],
    builtins: &[
        "console",
        "document",
        "exports",
        "fetch",
        "globalThis",
        "module",
        "parseFloat",
        "parseInt",
        "process",
        "require",
        "setInterval",
        "setTimeout",
        "window",
    ],
    builtin_place: Place::Anywhere,
    capital_types: true,
    longest: 64 * 1024,
    readable: |_| true,
};

const RUST: Rules = Rules {
    language: || tree_sitter_rust::LANGUAGE.into(),
    kinds: &[
        ("line_comment", As(Comment)),
        ("block_comment", As(Comment)),
        ("string_literal", As(String)),
        ("raw_string_literal", As(String)),
        ("char_literal", As(String)),
        ("escape_sequence", As(Escape)),
        ("integer_literal", As(Number)),
        ("float_literal", As(Number)),
        ("boolean_literal", As(Builtin)),
        ("primitive_type", As(Type)),
        ("type_identifier", As(Type)),
        ("lifetime", As(Type)),
        ("attribute_item", As(Attribute)),
        ("inner_attribute_item", As(Attribute)),
        ("self", As(Keyword)),
        ("super", As(Keyword)),
        ("crate", As(Keyword)),
        ("mutable_specifier", As(Keyword)),
    ],
    children: &[
        ("function_item", ".name", As(Function)),
        ("function_signature_item", ".name", As(Function)),
        ("call_expression", ".function", As(Function)),
        ("generic_function", ".function", Inherit),
        ("field_expression", ".field", Inherit),
        ("scoped_identifier", ".name", Inherit),
        ("macro_invocation", ".macro", As(Function)),
        ("macro_invocation", "!", As(Function)),
        ("macro_definition", ".name", As(Function)),
    ],
    builtins: &["Err", "None", "Ok", "Some"],
    builtin_place: Place::Anywhere,
    capital_types: true,
    longest: 64 * 1024,
    readable: |_| true,
};

const HTML: Rules = Rules {
    language: || tree_sitter_html::LANGUAGE.into(),
    kinds: &[
        ("comment", As(Comment)),
        ("tag_name", As(Keyword)),
        ("erroneous_end_tag_name", As(Keyword)),
        ("attribute_name", As(Attribute)),
        ("attribute_value", As(String)),
        ("quoted_attribute_value", As(String)),
        ("entity", As(Escape)),
        ("doctype", As(Comment)),
    ],
    children: &[],
    builtins: &[],
    builtin_place: Place::Calls,
    capital_types: false,
    // Its scanner copies the list of open elements for every token.
    longest: 8 * 1024,
    readable: |_| true,
};

const CSS: Rules = Rules {
    language: || tree_sitter_css::LANGUAGE.into(),
    kinds: &[
        ("comment", As(Comment)),
        ("js_comment", As(Comment)),
        ("tag_name", As(Keyword)),
        ("class_name", As(Type)),
        ("id_name", As(Type)),
        ("property_name", As(Attribute)),
        ("feature_name", As(Attribute)),
        ("attribute_name", As(Attribute)),
        ("string_value", As(String)),
        ("escape_sequence", As(Escape)),
        ("integer_value", As(Number)),
        ("float_value", As(Number)),
        ("color_value", As(Number)),
        ("function_name", As(Function)),
        ("important", As(Keyword)),
        ("at_keyword", As(Keyword)),
    ],
    children: &[],
    builtins: &[],
    builtin_place: Place::Calls,
    capital_types: false,
    longest: 64 * 1024,
    readable: |_| true,
};

/// How far a line is indented, as Python counts. The scanner keeps the open indentations, of which each is greater than the
/// one before, in 1,024 bytes, and writes beyond them if there are more than 500.
fn indentation(line: &str) -> usize {
    let blank = line.chars().take_while(|c| c.is_whitespace());
    blank.map(|c| if c == '\t' { 8 } else { 1 }).sum()
}

/// How many levels a line of YAML can open or keep open. The scanner keeps a level in four bytes of 1,024, two levels for a
/// column at most, and writes beyond them if there are more than 250.
fn yaml_depth(line: &str) -> usize {
    let text = line.trim_start();
    let marks = text
        .as_bytes()
        .windows(2)
        .filter(|pair| b"-?:".contains(&pair[0]) && pair[1].is_ascii_whitespace());
    (line.len() - text.len()) + marks.count() + usize::from(text.ends_with(['-', '?', ':']))
}
