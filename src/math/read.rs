//! From LaTeX to the tree, by way of pulldown-latex's events.

use super::alphabet::styled;
use super::{Node, Place, Role, Side, Table, TableKind};
use pulldown_latex::event::{
    ArrayColumn, ColumnAlignment, Content, DelimiterSize, DelimiterType, Dimension, DimensionUnit, EnvironmentFlow, Event, Font,
    Grouping, ScriptPosition, ScriptType, StateChange, Style, Visual,
};
use pulldown_latex::{Parser, Storage};
use std::collections::BTreeSet;

/// Longer formulas, in bytes, are refused; a page of mathematics has a fifth of that.
const MAX_LENGTH: usize = 16 * 1024;

/// More commands are refused; 1,600 of them, each the argument of the one before, fit into 2 MiB of stack.
const MAX_COMMANDS: usize = 800;

/// How deep groups, fractions and scripts may nest. Each level costs stack, here and in the backends.
const MAX_DEPTH: usize = 48;

/// Reads a formula; what went wrong is said in a clause.
pub(super) fn read(latex: &str) -> Result<Node, String> {
    check(latex)?;
    let prepared = super::prepare::prepare(latex)?;
    let latex = prepared.as_str();
    let outcome = read_as_typed(latex);
    // Rows without an environment are an error in LaTeX, but what GitHub and others show is what authors are used to.
    match outcome {
        Err(_) if latex.contains(r"\\") || latex.contains('&') => {
            let name = if latex.contains('&') { "aligned" } else { "gathered" };
            read_as_typed(&format!("\\begin{{{name}}}{latex}\\end{{{name}}}")).or(outcome)
        }
        outcome => outcome,
    }
    .map_err(|message| match message == UNKNOWN {
        true => unknown_command(latex).unwrap_or(message),
        false => message,
    })
}

/// What the parser says of a command that it does not know.
const UNKNOWN: &str = "a command is not known";

/// Names the first command that the parser does not know; where it stopped is somewhere behind that.
fn unknown_command(latex: &str) -> Option<String> {
    let mut seen = BTreeSet::new();
    let name = |command: &'_ str| {
        let length = command.bytes().take_while(u8::is_ascii_alphabetic).count();
        command.get(..length).filter(|name| !name.is_empty()).map(str::to_owned)
    };
    let mut names = latex
        .split('\\')
        .skip(1)
        .filter_map(name)
        .filter(|name| seen.insert(name.clone()));
    let unknown = names.find(|name| parse(&format!("\\{name}{{x}}{{x}}"), &Storage::new()).is_err_and(|error| error == UNKNOWN))?;
    Some(format!("the command `\\{unknown}` is not known"))
}

/// Refuses what would cost the parser too much stack: it recurses once for each command that is another's argument.
fn check(latex: &str) -> Result<(), String> {
    if latex.len() > MAX_LENGTH {
        return Err(format!("it is longer than {MAX_LENGTH} bytes"));
    }
    if latex.matches('\\').count() > MAX_COMMANDS {
        return Err(format!("it has more than {MAX_COMMANDS} commands"));
    }
    Ok(())
}

fn read_as_typed(latex: &str) -> Result<Node, String> {
    let storage = Storage::new();
    let events = parse(latex, &storage)?;
    let mut reader = Reader {
        events: events.into_iter().peekable(),
        depth: 0,
    };
    reader.row(None)
}

/// The parser's events. It cuts strings at places that it does not check in a few rare commands; such a formula counts as
/// one that cannot be read.
fn parse<'a>(latex: &'a str, storage: &'a Storage) -> Result<Vec<Event<'a>>, String> {
    let events = || {
        let events = Parser::new(latex, storage).map(|event| event.map_err(|error| complaint(&error.to_string())));
        events.take(MAX_EVENTS).collect()
    };
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(events)).unwrap_or_else(|_| Err("the parser gave up on it".to_string()))
}

/// More events than any formula of the permitted length has.
const MAX_EVENTS: usize = 8 * MAX_LENGTH;

/// The parser's first line: the rest draws a picture of the place, which our own message does.
fn complaint(error: &str) -> String {
    let (line, picture) = error.split_once('\n').unwrap_or((error, ""));
    let line = line.trim_start_matches("parsing error: ").trim_end_matches([':', '.']);
    if line == "unknown primitive command found" {
        return UNKNOWN.to_string();
    }
    let place = picture.lines().find_map(|line| {
        line.strip_prefix("│ ")
            .filter(|text| !text.trim_matches([' ', '^']).is_empty())
    });
    match place {
        Some(place) => format!("{line}, near `{}`", place.trim()),
        None => line.to_owned(),
    }
}

struct Reader<'a> {
    events: std::iter::Peekable<std::vec::IntoIter<Event<'a>>>,
    depth: usize,
}

impl<'a> Reader<'a> {
    /// What stands up to the end of the group, or of the formula.
    fn row(&mut self, mut font: Option<Font>) -> Result<Node, String> {
        let mut nodes = Vec::new();
        loop {
            match self.events.next() {
                None | Some(Event::End) => return Ok(row(nodes)),
                Some(Event::StateChange(StateChange::Font(changed))) => font = changed,
                Some(Event::StateChange(StateChange::Style(style))) => {
                    self.depth += 1;
                    if self.depth > MAX_DEPTH {
                        return Err("it is nested too deep".to_string());
                    }
                    let body = Box::new(self.row(font)?);
                    self.depth -= 1;
                    let display = style == Style::Display;
                    nodes.push(Node::Styled { display, body });
                    return Ok(row(nodes));
                }
                Some(event) => nodes.push(self.element(event, font)?),
            }
        }
    }

    fn next_element(&mut self, font: Option<Font>) -> Result<Node, String> {
        match self.events.next() {
            Some(event) => self.element(event, font),
            None => Err("something is missing at its end".to_string()),
        }
    }

    fn element(&mut self, event: Event<'a>, font: Option<Font>) -> Result<Node, String> {
        if self.depth > MAX_DEPTH {
            return Err("it is nested too deep".to_string());
        }
        self.depth += 1;
        let node = self.element_inside(event, font);
        self.depth -= 1;
        node
    }

    fn element_inside(&mut self, event: Event<'a>, font: Option<Font>) -> Result<Node, String> {
        Ok(match event {
            Event::Content(Content::Text(text)) => self.text(text, font)?,
            Event::Content(content) => leaf(content, font),
            Event::Begin(grouping) => self.group(grouping, font)?,
            Event::Visual(Visual::SquareRoot) => Node::Root {
                radicand: Box::new(self.next_element(font)?),
                index: None,
            },
            Event::Visual(Visual::Root) => Node::Root {
                radicand: Box::new(self.next_element(font)?),
                index: Some(Box::new(self.next_element(font)?)),
            },
            Event::Visual(Visual::Fraction(line)) => Node::Fraction {
                numerator: Box::new(self.next_element(font)?),
                denominator: Box::new(self.next_element(font)?),
                line: line.is_none_or(|line| line.value > 0.0),
            },
            Event::Visual(Visual::Negation) => negated(self.next_element(font)?),
            Event::Script { ty, position } => self.script(ty, position, font)?,
            Event::Space { width, .. } => Node::Space(width.map_or(0.0, em)),
            Event::StateChange(_) | Event::End => Node::Row(Vec::new()),
            Event::EnvironmentFlow(_) => return Err("`&` or `\\\\` stands outside of an environment".to_string()),
        })
    }

    /// `\text{a $x$ b}`: text, and the formulas in it.
    fn text(&mut self, text: &str, font: Option<Font>) -> Result<Node, String> {
        if text == "&nbsp;" {
            return Ok(Node::Text(" ".to_string()));
        }
        let mut nodes = Vec::new();
        for (at, part) in text.split('$').enumerate() {
            if at % 2 == 1 && !text.contains(r"\$") {
                nodes.push(read_as_typed(part)?);
            } else if !part.is_empty() {
                nodes.push(Node::Text(map(&plain(part), font)));
            }
        }
        Ok(row(nodes))
    }

    fn script(&mut self, ty: ScriptType, position: ScriptPosition, font: Option<Font>) -> Result<Node, String> {
        let base = Box::new(self.next_element(font)?);
        let below = ty == ScriptType::Subscript;
        if position == ScriptPosition::AboveBelow && ty != ScriptType::SubSuperscript {
            // The parser writes an accent as a script that is a bare mark; what an author puts there comes in a group.
            if let Some(Event::Content(Content::Ordinary { content: mark, stretchy })) = self.events.peek() {
                let (mark, wide) = (*mark, *stretchy);
                if is_mark(mark) {
                    self.events.next();
                    let wide = wide || below || mark == '‾';
                    return Ok(Node::Accent { base, mark, below, wide });
                }
            }
        }
        let first = Some(Box::new(self.next_element(font)?));
        let (sub, sup) = match ty {
            ScriptType::Subscript => (first, None),
            ScriptType::Superscript => (None, first),
            ScriptType::SubSuperscript => (first, Some(Box::new(self.next_element(font)?))),
        };
        let place = match position {
            ScriptPosition::Right => Place::Right,
            ScriptPosition::AboveBelow => Place::Limits,
            ScriptPosition::Movable => Place::Movable,
        };
        Ok(Node::Script { base, sub, sup, place })
    }

    fn group(&mut self, grouping: Grouping, font: Option<Font>) -> Result<Node, String> {
        use TableKind::{Aligned, Cases, Gathered, Matrix, Stack};
        let pairs = || vec![Side::Right, Side::Left];
        match grouping {
            Grouping::Normal => Ok(match self.row(font)? {
                // Braces take the space away from a comma: `1{,}000`.
                Node::Operator {
                    text,
                    role: Role::Punctuation,
                    size,
                } => Node::Operator {
                    text,
                    role: Role::Ordinary,
                    size,
                },
                node => node,
            }),
            Grouping::LeftRight(open, close) => {
                let body = Box::new(self.row(font)?);
                Ok(Node::Fenced { open, close, body })
            }
            Grouping::Array(columns) => {
                let (columns, lines) = array_columns(&columns);
                self.table(Matrix, columns, lines)
            }
            Grouping::Matrix { alignment } => self.table(Matrix, vec![side(alignment)], Vec::new()),
            Grouping::Cases { left } => self.table(Cases { left }, vec![Side::Left], Vec::new()),
            Grouping::SubArray { alignment } => self.table(Stack, vec![side(alignment)], Vec::new()),
            Grouping::Equation { .. } | Grouping::Gather { .. } | Grouping::Gathered | Grouping::Multline => {
                self.table(Gathered, vec![Side::Center], Vec::new())
            }
            Grouping::Align { .. }
            | Grouping::Aligned
            | Grouping::Alignat { .. }
            | Grouping::Alignedat { .. }
            | Grouping::Split => {
                let mut table = self.table(Aligned, pairs(), Vec::new())?;
                if let Node::Table(table) = &mut table {
                    let width = table.rows.iter().map(Vec::len).max().unwrap_or(0);
                    table.columns = pairs().into_iter().cycle().take(width.max(2)).collect();
                }
                Ok(table)
            }
        }
    }

    fn table(&mut self, kind: TableKind, columns: Vec<Side>, lines: Vec<usize>) -> Result<Node, String> {
        let mut rows = Vec::new();
        let mut cells = Vec::new();
        let mut nodes = Vec::new();
        let mut font = None;
        loop {
            match self.events.next() {
                None | Some(Event::End) => break,
                Some(Event::EnvironmentFlow(EnvironmentFlow::Alignment)) => {
                    cells.push(row(std::mem::take(&mut nodes)));
                    font = None;
                }
                Some(Event::EnvironmentFlow(EnvironmentFlow::NewLine { .. })) => {
                    cells.push(row(std::mem::take(&mut nodes)));
                    rows.push(std::mem::take(&mut cells));
                    font = None;
                }
                Some(Event::EnvironmentFlow(EnvironmentFlow::StartLines { .. })) => {}
                Some(Event::StateChange(StateChange::Font(changed))) => font = changed,
                Some(Event::StateChange(_)) => {}
                Some(event) => nodes.push(self.element(event, font)?),
            }
        }
        // A line break after the last row opens no further one.
        if !nodes.is_empty() || !cells.is_empty() {
            cells.push(row(nodes));
            rows.push(cells);
        }
        Ok(Node::Table(Table {
            kind,
            columns,
            lines,
            rows,
        }))
    }
}

fn array_columns(spec: &[ArrayColumn]) -> (Vec<Side>, Vec<usize>) {
    let mut columns = Vec::new();
    let mut lines = Vec::new();
    for column in spec {
        match column {
            ArrayColumn::Column(alignment) => columns.push(side(*alignment)),
            ArrayColumn::Separator(_) => lines.push(columns.len()),
        }
    }
    lines.dedup();
    (columns, lines)
}

fn side(alignment: ColumnAlignment) -> Side {
    match alignment {
        ColumnAlignment::Left => Side::Left,
        ColumnAlignment::Center => Side::Center,
        ColumnAlignment::Right => Side::Right,
    }
}

/// A dimension in em, for type of 10 pt as LaTeX has it.
fn em(dimension: Dimension) -> f32 {
    let points = |points: f32| dimension.value * points / 10.0;
    let em = match dimension.unit {
        DimensionUnit::Em => dimension.value,
        DimensionUnit::Mu => dimension.value / 18.0,
        DimensionUnit::Ex => dimension.value * 0.43,
        DimensionUnit::Pt | DimensionUnit::Bp => points(1.0),
        DimensionUnit::Pc => points(12.0),
        DimensionUnit::In => points(72.27),
        DimensionUnit::Cm => points(28.45),
        DimensionUnit::Mm => points(2.845),
        DimensionUnit::Dd => points(1.07),
        DimensionUnit::Cc => points(12.84),
        DimensionUnit::Sp => points(1.0 / 65536.0),
    };
    // No space is wider than a page.
    if em.is_finite() { em.clamp(-20.0, 20.0) } else { 0.0 }
}

/// Whether the parser uses this character as an accent.
fn is_mark(c: char) -> bool {
    "´‾_˘ˇ˙¨`^~→˚←⇒↔↼⇀⏜⏝⏞⏟⏠⏡⎴⎵".contains(c)
}

fn leaf(content: Content, font: Option<Font>) -> Node {
    let sign = |text: String, role| Node::Operator { text, role, size: None };
    match content {
        Content::Text(text) => Node::Text(map(&plain(text), font)),
        Content::Number(number) => Node::Number(map(number, font)),
        Content::Function(name) => Node::Function(plain(name)),
        Content::Ordinary { content, .. } if content.is_alphabetic() || "∂ℏℓ℘".contains(content) => {
            identifier(content, font)
        }
        // The parser gives the sign for a diameter.
        Content::Ordinary { content: '⌀', .. } => sign("∅".to_string(), Role::Ordinary),
        Content::Ordinary { content, .. } => sign(map(content.encode_utf8(&mut [0; 4]), font), Role::Ordinary),
        Content::LargeOp { content, .. } => sign(content.to_string(), Role::Large),
        // A slash takes no space in TeX.
        Content::BinaryOp { content: '/', .. } => sign("/".to_string(), Role::Ordinary),
        Content::BinaryOp { content, .. } => sign(content.to_string(), Role::Binary),
        Content::Relation { content, .. } => {
            let mut buffer = [0; 8];
            let text = content.encode_utf8_to_buf(&mut buffer);
            sign(String::from_utf8_lossy(text).into_owned(), Role::Relation)
        }
        Content::Delimiter { content, size, ty } => {
            let role = match ty {
                DelimiterType::Open => Role::Open,
                DelimiterType::Fence if size.is_none() => Role::Ordinary,
                DelimiterType::Fence => Role::Middle,
                DelimiterType::Close => Role::Close,
            };
            // The sizes of plain TeX, in em.
            let size = size.filter(|_| role != Role::Middle).map(|size| match size {
                DelimiterSize::Big => 1.2,
                DelimiterSize::BIG => 1.8,
                DelimiterSize::Bigg => 2.4,
                DelimiterSize::BIGG => 3.0,
            });
            Node::Operator {
                text: content.to_string(),
                role,
                size,
            }
        }
        Content::Punctuation(content) => sign(content.to_string(), Role::Punctuation),
    }
}

/// The words of text in which LaTeX may be left: `100\%`, `arg\,max`, `\mathrm{rank}`.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some(',' | ' ' | ';' | ':') => plain.push(' '),
                Some('!') | None => {}
                Some(c) if c.is_ascii_alphabetic() => while chars.next_if(char::is_ascii_alphabetic).is_some() {},
                Some(c) => plain.push(c),
            },
            '{' | '}' => {}
            '~' => plain.push(' '),
            c => plain.push(c),
        }
    }
    plain
}

fn map(text: &str, font: Option<Font>) -> String {
    text.chars()
        .map(|c| font.and_then(|font| styled(c, font)).unwrap_or(c))
        .collect()
}

fn identifier(c: char, font: Option<Font>) -> Node {
    let (text, upright) = match font {
        // LaTeX slants Latin and small Greek letters; capital Greek ones stand upright.
        None => (c, matches!(c, 'Α'..='Ω')),
        Some(Font::Italic) if c.is_ascii_alphabetic() => (c, false),
        Some(font) => match styled(c, font) {
            Some(styled) => (styled, false),
            None => (c, true),
        },
    };
    Node::Identifier {
        text: text.to_string(),
        upright,
    }
}

fn negated(node: Node) -> Node {
    match node {
        Node::Operator { text, role, size } => {
            let text = match text.as_str() {
                "=" => "≠".to_string(),
                "<" => "≮".to_string(),
                ">" => "≯".to_string(),
                "≤" => "≰".to_string(),
                "≥" => "≱".to_string(),
                "∈" => "∉".to_string(),
                "∋" => "∌".to_string(),
                "≡" => "≢".to_string(),
                "∼" => "≁".to_string(),
                "≃" => "≄".to_string(),
                "≈" => "≉".to_string(),
                "≅" => "≇".to_string(),
                "⊂" => "⊄".to_string(),
                "⊃" => "⊅".to_string(),
                "⊆" => "⊈".to_string(),
                "⊇" => "⊉".to_string(),
                "∣" | "|" => "∤".to_string(),
                "∥" => "∦".to_string(),
                "∃" => "∄".to_string(),
                _ => format!("{text}\u{338}"),
            };
            Node::Operator { text, role, size }
        }
        node => Node::Struck(Box::new(node)),
    }
}

/// Nodes beside one another, with what belongs together put together: primes and their letter, the letters of an upright
/// word, the two signs of `:=`.
fn row(nodes: Vec<Node>) -> Node {
    let mut joined: Vec<Node> = Vec::with_capacity(nodes.len());
    for node in nodes {
        let Some(last) = joined.last_mut() else {
            joined.push(node);
            continue;
        };
        if let Some(node) = join(last, node) {
            joined.push(node);
        }
    }
    if joined.len() == 1 {
        return joined.remove(0);
    }
    Node::Row(joined)
}

/// Joins a node to the one before it, or gives it back.
fn join(last: &mut Node, node: Node) -> Option<Node> {
    match (&mut *last, node) {
        (
            Node::Identifier { text, upright: true },
            Node::Identifier {
                text: next,
                upright: true,
            },
        ) if !is_greek(text) && !is_greek(&next) => {
            text.push_str(&next);
            None
        }
        (
            Node::Operator {
                text,
                role: Role::Relation,
                ..
            },
            Node::Operator {
                text: next,
                role: Role::Relation,
                ..
            },
        ) if text == ":" && next == "=" => {
            *text = "≔".to_string();
            None
        }
        (
            Node::Script {
                sup: Some(sup),
                place: Place::Right,
                ..
            },
            prime,
        ) if is_primes(sup) && is_primes(&prime) => {
            if let (Node::Operator { text, .. }, Node::Operator { text: more, .. }) = (&mut **sup, prime) {
                *text = match (text.as_str(), more.as_str()) {
                    ("′", "′") => "″".to_string(),
                    ("″", "′") => "‴".to_string(),
                    ("‴", "′") => "⁗".to_string(),
                    (text, more) => format!("{text}{more}"),
                };
            }
            None
        }
        (Node::Operator { role, .. }, prime) if *role != Role::Close && *role != Role::Ordinary && is_primes(&prime) => Some(prime),
        (_, prime) if is_primes(&prime) => {
            with_script(last, None, Some(Box::new(prime)));
            None
        }
        // In `f'_i` the script was given to the prime.
        (
            _,
            Node::Script {
                base,
                sub,
                sup,
                place: Place::Right,
            },
        ) if is_primes(&base) => {
            let sup = match sup {
                Some(sup) => Box::new(Node::Row(vec![*base, *sup])),
                None => base,
            };
            with_script(last, sub, Some(sup));
            None
        }
        (_, node) => Some(node),
    }
}

fn with_script(node: &mut Node, sub: Option<Box<Node>>, sup: Option<Box<Node>>) {
    // `x_i'` has its subscript already.
    if let Node::Script {
        sup: above @ None,
        place: Place::Right,
        ..
    } = node
        && sub.is_none()
    {
        *above = sup;
        return;
    }
    let base = Box::new(std::mem::replace(node, Node::Row(Vec::new())));
    *node = Node::Script {
        base,
        sub,
        sup,
        place: Place::Right,
    };
}

fn is_primes(node: &Node) -> bool {
    matches!(node, Node::Operator { text, role: Role::Ordinary, .. } if text.chars().all(|c| "′″‴⁗‵".contains(c)))
}

fn is_greek(text: &str) -> bool {
    text.chars().any(|c| matches!(c, 'Α'..='ω'))
}
