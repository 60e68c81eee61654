//! Listings: which characters of a block of code are keywords, strings, comments.
//!
//! Gets a document, gives every [`Listing`](crate::document::Listing) its [`Token`]s. Done once, so that the EPUB and the
//! PDF colour the same characters; which colour a [`Class`] has is the theme's.
//!
//! The languages that most technical books use are parsed ([`languages`] lists them with their rules, [`grammar`] applies
//! these to a syntax tree), a few are read by [`lines`]; for all others [`scopes`] asks the syntax definitions that Typst brings along. What a
//! [`console`] shows is taken apart first: only what was typed is code.

mod console;
mod grammar;
mod languages;
mod lines;
mod scopes;

use crate::document::{BlockKind, Document, walk};
use languages::Grammar;

/// A run of characters with one class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// The first byte in the listing's code.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
    /// What the run is.
    pub class: Class,
}

/// What a run of characters in a listing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Class {
    /// `if`, `return`
    Keyword,
    /// `None`, `True`, `len`: names the language itself defines
    Builtin,
    /// A type's name
    Type,
    /// The name of a function where it is defined or called
    Function,
    /// `"text"`
    String,
    /// `\n` in a string, `{x}` in a format string
    Escape,
    /// `3.14`
    Number,
    /// `# text`
    Comment,
    /// `+`, `==`
    Operator,
    /// `@decorator`, `#[attribute]`, a key in a configuration file
    Attribute,
    /// `>>>`, `$`: what a console shows before what is typed
    Prompt,
}

impl Class {
    /// All classes, in the order of their declaration.
    pub const ALL: [Self; 11] = [
        Self::Keyword,
        Self::Builtin,
        Self::Type,
        Self::Function,
        Self::String,
        Self::Escape,
        Self::Number,
        Self::Comment,
        Self::Operator,
        Self::Attribute,
        Self::Prompt,
    ];

    /// The name in theme.toml and in the EPUB's classes: `keyword`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Keyword => "keyword",
            Self::Builtin => "builtin",
            Self::Type => "type",
            Self::Function => "function",
            Self::String => "string",
            Self::Escape => "escape",
            Self::Number => "number",
            Self::Comment => "comment",
            Self::Operator => "operator",
            Self::Attribute => "attribute",
            Self::Prompt => "prompt",
        }
    }
}

/// Gives every listing of the document its tokens.
pub fn highlight(document: &mut Document) {
    #[derive(Default)]
    struct Visitor(Highlighter);
    impl walk::Visitor for Visitor {
        fn block(&mut self, block: &mut crate::document::Block) {
            if let BlockKind::Listing(listing) = &mut block.kind {
                listing.tokens = self.0.tokens(listing.language.as_deref().unwrap_or_default(), &listing.code);
            }
        }
    }
    walk(document, &mut Visitor::default());
}

/// The tokens of a piece of code, in order and without overlap; none for a language that is not known.
///
/// No token crosses a line break, so that code may be laid out line by line.
pub fn tokens(language: &str, code: &str) -> Vec<Token> {
    Highlighter::default().tokens(language, code)
}

/// Code longer than this, in bytes, is not looked into: no page shows it, and it would only cost time.
const MAX_CODE: usize = 512 * 1024;

/// What one run keeps between listings: a parser for each language that the book has used so far.
#[derive(Default)]
struct Highlighter {
    parsers: [Option<grammar::Parser>; Grammar::COUNT],
    scopes: Option<scopes::Scopes>,
}

impl Highlighter {
    fn tokens(&mut self, language: &str, code: &str) -> Vec<Token> {
        if code.len() > MAX_CODE || code.is_empty() {
            return Vec::new();
        }
        let language = language.to_ascii_lowercase();
        if languages::is_plain(&language) {
            return Vec::new();
        }
        if let Some(kind) = lines::find(&language) {
            return lines::tokens(kind, code);
        }
        match languages::find(&language) {
            Some((grammar, prompts)) => match prompts.and_then(|prompts| console::read(prompts, code)) {
                Some(session) => session.tokens(|typed| self.grammar_tokens(grammar, typed)),
                None => self.grammar_tokens(grammar, code),
            },
            None => self.scopes.get_or_insert_default().tokens(&language, code),
        }
    }

    fn grammar_tokens(&mut self, grammar: Grammar, code: &str) -> Vec<Token> {
        match self.parsers.get_mut(grammar as usize) {
            Some(slot) => slot.get_or_insert_with(|| grammar::Parser::new(grammar.rules())).tokens(code),
            None => Vec::new(),
        }
    }
}

/// Tokens in the making: runs of one class, in order, parted at line breaks and joined where they touch.
struct Painter<'a> {
    code: &'a str,
    tokens: Vec<Token>,
    at: usize,
}

impl<'a> Painter<'a> {
    fn new(code: &'a str) -> Self {
        Self {
            code,
            tokens: Vec::new(),
            at: 0,
        }
    }

    /// Gives a class to all that lies between the end of the last run and `end`; `None` leaves it without.
    fn paint_to(&mut self, end: usize, class: Option<Class>) {
        let start = self.at;
        let Some(run) = self.code.get(start..end) else {
            // Before the last run's end, or inside a character: nothing new to paint.
            return;
        };
        self.at = end;
        let Some(class) = class else { return };
        let mut line_start = start;
        for line in run.split_inclusive('\n') {
            let text = line.trim_end_matches(['\n', '\r']);
            self.push(line_start, line_start + text.len(), class);
            line_start += line.len();
        }
    }

    fn push(&mut self, start: usize, end: usize, class: Class) {
        let blank = self.code.get(start..end).is_none_or(|text| text.trim().is_empty());
        let (Ok(start), Ok(end)) = (u32::try_from(start), u32::try_from(end)) else {
            return;
        };
        match self.tokens.last_mut() {
            Some(last) if last.end == start && last.class == class => last.end = end,
            _ if blank => {}
            _ => self.tokens.push(Token { start, end, class }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tokens as `class:text`, one after another.
    fn show(language: &str, code: &str) -> String {
        let shown = tokens(language, code).into_iter().map(|token| {
            let text = &code[token.start as usize..token.end as usize];
            format!("{}:{text}", token.class.name())
        });
        shown.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn python_tells_names_apart_and_sees_code_in_format_strings() {
        let code = "@cache\ndef area(p: Point) -> float:\n    return len(f'{p.side()!r}\\n') * None";
        let expected = "attribute:@cache keyword:def function:area type:Point type:float keyword:return builtin:len string:f' \
                        escape:{ function:side escape:!r}\\n string:' builtin:None";
        assert_eq!(show("python", code), expected);
    }

    #[test]
    fn a_block_typed_over_several_prompts_is_parsed_as_one_and_output_is_not() {
        let code = ">>> def f():\n...     return 'x'\n...\n>>> f()\nreturn 'x'\n";
        let expected = "prompt:>>> keyword:def function:f prompt:... keyword:return string:'x' prompt:... prompt:>>> function:f";
        assert_eq!(show("pycon", code), expected);
    }

    #[test]
    fn a_shell_script_has_no_output_but_a_session_has() {
        assert_eq!(show("bash", "# install\npip install x"), "comment:# install function:pip");
        assert_eq!(show("console", "$ pip install \\\n    x\nif done\n"), "prompt:$ function:pip");
    }

    #[test]
    fn a_few_languages_are_read_by_lines() {
        assert_eq!(show("ini", "; c\n[a b]\nkey = v"), "comment:; c type:a b attribute:key");
        assert_eq!(show("diff", "--- a\n-x\n+y\n z"), "comment:--- a keyword:-x string:+y");
        let code = "FROM a AS b\nRUN x \\\n  && y \"$Z\"\nCOPY --from=b $C .";
        let expected = "keyword:FROM keyword:AS keyword:RUN string:\"$Z\" keyword:COPY attribute:--from escape:$C";
        assert_eq!(show("dockerfile", code), expected);
    }

    #[test]
    fn code_that_does_not_parse_is_coloured_as_far_as_it_can_be() {
        let shown = show("python", "def f(:\n    return 'x'\nelse\n  x = [1,");
        assert!(shown.starts_with("keyword:def "), "{shown}");
        assert!(shown.contains("string:'x'") && shown.contains("number:1"), "{shown}");
    }

    #[test]
    fn tokens_are_in_order_and_never_cross_a_line_or_a_character() {
        let pieces = [
            "def ", "é", "'", "\"\"\"", "\n", "(", "{", "f'", "→", "# ", ">>> ", "$ ", "<<EOF\n", "- ", ": ", "<a", "/*", "\r\n",
            "\t", "}", "\\", "|", "&x", "'a ", "[[", "\u{0}", "r#\"", "%", "if ", "fi", "class A", "*x", "!",
        ];
        let languages = [
            "python",
            "pycon",
            "sh",
            "console",
            "c",
            "json",
            "toml",
            "yaml",
            "js",
            "rust",
            "html",
            "css",
            "sql",
            "ini",
            "diff",
            "dockerfile",
            "makefile",
            "no such language",
            "",
        ];
        let mut seed = 7_u32;
        let mut next = |below: usize| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 8) as usize % below
        };
        for round in 0..2_000 {
            let language = languages[round % languages.len()];
            let code: String = (0..next(40)).map(|_| pieces[next(pieces.len())]).collect();
            let mut at = 0;
            for token in tokens(language, &code) {
                let text = code.get(token.start as usize..token.end as usize).expect("whole characters");
                assert!(
                    token.start >= at && !text.is_empty() && !text.contains('\n'),
                    "{language}: {code:?}"
                );
                at = token.end;
            }
        }
    }

    #[test]
    fn hostile_code_comes_to_an_end() {
        // Each of these took 5 to 30 seconds, or ended the process, without a budget and without limits: a test that hangs
        // is noticed without a clock.
        let worst = [
            ("bash", "<a>"),
            ("css", "a: "),
            ("html", "<a>"),
            ("yaml", "- "),
            ("rust", "\""),
            ("python", "$("),
        ];
        for (language, piece) in worst {
            tokens(language, &piece.repeat(80_000 / piece.len()));
        }
        tokens(
            "python",
            &(0..900).map(|depth| format!("{:depth$}if x:\n", "")).collect::<String>(),
        );
        tokens("sql", &"select ((((".repeat(2_000));
    }
}
