//! Mermaid's `classDiagram`.
//!
//! ```text
//! classDiagram
//!     class PyObject {
//!         +Py_ssize_t ob_refcnt
//!         +repr() str
//!     }
//!     class Sequence~T~
//!     <<interface>> Sequence
//!     PyObject <|-- PyLongObject
//!     Sequence <|.. PyListObject : implements
//!     PyListObject "1" o-- "*" PyObject : ob_item
//!     namespace Objects {
//!         class PyObject
//!     }
//! ```
//!
//! Read are: classes with members, in braces or behind a colon, generics `~T~`, labels `["text"]`, annotations, namespaces one
//! level deep; relations of `--` or `..` with a triangle, a diamond, an arrowhead or nothing at either end, cardinalities in
//! quotes and a label; notes. Members end with `$` for `{static}` and `*` for `{abstract}`. Lollipops `()` are outside.

use super::Looks;
use super::text::{Cursor, first_word, label, unquoted};
use crate::figures::kinds::Model;
use crate::figures::kinds::classes::{Class, Classes, End, Member, Package, Relation};
use crate::figures::language::{Fault, Label, Line};
use crate::source::Span;
use std::collections::BTreeMap;

/// Reads a class diagram; `first` is what follows its name.
pub(super) fn read(first: Line, lines: &[Line], whole: Span, looks: &mut Looks) -> Result<Model, Vec<Fault>> {
    let classes = parse(first, lines, looks)?;
    let (message, expected) = if classes.classes.is_empty() {
        ("this class diagram has no classes", EXPECTED)
    } else if !classes.has_room() {
        let expected = "expected what a page can show: divide it into several figures";
        (
            "too many relations or namespaces of this class diagram pass other classes",
            expected,
        )
    } else {
        return Ok(Model::Classes(classes));
    };
    Err(vec![Fault {
        span: whole,
        message: message.to_owned(),
        expected: expected.to_owned(),
    }])
}

const EXPECTED: &str = "expected `class A`, `A <|-- B`, `A : member`, `namespace N {` or `}`";
/// More classes, relations or members of a class than a page can show.
const MOST: usize = 250;

/// Reads the lines of a class diagram; `first` is what follows its name.
fn parse(first: Line, lines: &[Line], looks: &mut Looks) -> Result<Classes, Vec<Fault>> {
    let mut reader = Reader::default();
    let mut faults = Vec::new();
    let first = Some(first).filter(|first| !first.text.is_empty());
    for line in first.iter().chain(lines) {
        faults.extend(reader.read(line, looks).err());
        let most = reader.classes.iter().map(Class::size).max().unwrap_or_default();
        if most
            .max(reader.notes.len())
            .max(reader.classes.len())
            .max(reader.relations.len())
            .max(faults.len())
            > MOST
        {
            let expected = format!("expected at most {MOST} of each; no page can show more");
            faults.push(line.fault("this class diagram has too many classes, members or relations", expected));
            return Err(faults);
        }
    }
    for (line, _) in [reader.body, reader.package].into_iter().flatten() {
        faults.push(line.fault("nothing closes this brace", "expected `}` on a line of its own"));
    }
    faults.sort_by_key(|fault| fault.span);
    if !faults.is_empty() {
        return Err(faults);
    }
    Ok(Classes {
        classes: reader.classes,
        relations: reader.relations,
        packages: reader.packages,
        notes: reader.notes,
    })
}

#[derive(Default)]
struct Reader<'a> {
    classes: Vec<Class>,
    relations: Vec<Relation>,
    packages: Vec<Package>,
    notes: Vec<Label>,
    by_id: BTreeMap<&'a str, usize>,
    /// The class whose members are being read.
    body: Option<(Line<'a>, usize)>,
    /// The namespace that is being read, and the line that opens it.
    package: Option<(Line<'a>, usize)>,
    /// How many namespaces in it are open, which is a fault of its own.
    nested: usize,
}

/// Lines about looks and links.
const LOOKS: [&str; 7] = ["style", "classDef", "cssClass", "click", "link", "callback", "href"];

impl<'a> Reader<'a> {
    fn read(&mut self, line: &Line<'a>, looks: &mut Looks) -> Result<(), Fault> {
        if let Some((_, class)) = self.body {
            return self.member_line(class, line.text, line);
        }
        let (word, rest) = first_word(line.text);
        if let Some(name) = LOOKS.iter().find(|name| **name == word).filter(|_| !rest.is_empty()) {
            looks.add(name, line.span);
            return Ok(());
        }
        match word {
            "}" if rest.is_empty() && self.nested > 0 => {
                self.nested -= 1;
                Ok(())
            }
            "}" if rest.is_empty() => match self.package.take() {
                Some((opening, package)) if !self.classes.iter().any(|class| class.package == Some(package)) => {
                    Err(opening.fault("this namespace has no class of its own", "expected `class A` in it"))
                }
                Some(_) => Ok(()),
                None => Err(line.fault(
                    "this brace closes nothing",
                    "expected `class A {` or `namespace N {` before it",
                )),
            },
            "direction" if !rest.is_empty() => Ok(()),
            "class" => self.class_line(rest, line, looks),
            "namespace" => self.namespace(rest, line),
            "note" => self.note(rest, line),
            _ if word.starts_with("<<") => self.annotation(line),
            _ => self.relation(line),
        }
    }

    /// `A`, `A~T~`, `A["text"]`, `A:::look`, each with `{`
    fn class_line(&mut self, rest: &'a str, line: &Line<'a>, looks: &mut Looks) -> Result<(), Fault> {
        let (rest, body) = match rest.split_once('{') {
            Some((rest, body)) => (rest.trim_end(), Some(body.trim())),
            None => (rest, None),
        };
        let mut cursor = Cursor::new(rest);
        let class = self.class(&mut cursor, line)?;
        if cursor.eat("[") {
            let text = cursor
                .take_until("]")
                .ok_or_else(|| line.fault("nothing closes the text of this class", "expected `]`"))?;
            let name = label(line, unquoted(text))?;
            self.classes
                .get_mut(class)
                .into_iter()
                .for_each(|class| class.name = name.clone());
        }
        if cursor.eat(":::") {
            looks.add(":::", line.span);
            cursor.take_while(|character| !character.is_whitespace());
        }
        cursor.skip_space();
        if cursor.rest().starts_with("<<") {
            self.annotate(class, cursor.rest(), line)?;
        } else if !cursor.is_done() {
            return Err(line.fault(format!("`{}` follows the name of a class", cursor.rest()), EXPECTED));
        }
        let Some(body) = body else { return Ok(()) };
        match body.strip_suffix('}') {
            Some(member) => self.member_line(class, member.trim(), line),
            None => {
                self.body = Some((*line, class));
                self.member_line(class, body, line)
            }
        }
    }

    /// The class whose name follows.
    fn class(&mut self, cursor: &mut Cursor<'a>, line: &Line) -> Result<usize, Fault> {
        let id = if cursor.eat("`") {
            cursor
                .take_until("`")
                .ok_or_else(|| line.fault("a backtick opens a name that nothing closes", "expected a second backtick"))?
        } else {
            identifier(cursor)
        };
        if id.is_empty() {
            let found: String = cursor.rest().chars().take(24).collect();
            let message = match found.is_empty() {
                true => "the name of a class is missing at the end of this line".to_owned(),
                false => format!("here is `{found}` where the name of a class should be"),
            };
            return Err(line.fault(message, EXPECTED));
        }
        let generic = cursor
            .rest()
            .strip_prefix('~')
            .and_then(|rest| Some((rest, closing_tilde(rest)?)));
        let name = match generic {
            Some((rest, end)) => {
                cursor.take(end + 2);
                format!("{id}<{}>", angled(rest.get(..end).unwrap_or_default()))
            }
            None => id.to_owned(),
        };
        let class = match self.by_id.get(id) {
            Some(class) => *class,
            None => {
                self.classes.push(Class::named(label(line, id)?));
                self.by_id.insert(id, self.classes.len() - 1);
                self.classes.len() - 1
            }
        };
        let package = self.package.map(|(_, package)| package);
        if let Some(known) = self.classes.get_mut(class) {
            if generic.is_some() {
                known.name = label(line, &name)?;
            }
            known.package = known.package.or(package);
        }
        Ok(class)
    }

    /// A member, an annotation, or the brace that closes the body.
    fn member_line(&mut self, class: usize, text: &str, line: &Line) -> Result<(), Fault> {
        if text == "}" {
            self.body = None;
            return Ok(());
        }
        if text.starts_with("<<") {
            return self.annotate(class, text, line);
        }
        let text = text.trim_end_matches(';').trim_end();
        if text.is_empty() {
            return Ok(());
        }
        let (is_method, member) = member(text, line)?;
        if let Some(class) = self.classes.get_mut(class) {
            let members = if is_method {
                &mut class.methods
            } else {
                &mut class.attributes
            };
            members.push(member);
        }
        Ok(())
    }

    /// `<<interface>>`
    fn annotate(&mut self, class: usize, text: &str, line: &Line) -> Result<(), Fault> {
        let inner = text.trim().strip_prefix("<<").and_then(|text| text.strip_suffix(">>"));
        let inner = inner.ok_or_else(|| line.fault("this annotation cannot be read", "expected `<<interface>>`"))?;
        let found = label(line, inner)?;
        self.classes
            .get_mut(class)
            .into_iter()
            .for_each(|class| class.annotation = Some(found.clone()));
        Ok(())
    }

    /// `<<interface>> A`
    fn annotation(&mut self, line: &Line<'a>) -> Result<(), Fault> {
        let unreadable = || line.fault("this annotation cannot be read", "expected `<<interface>> A`");
        let at = line.text.find(">>").ok_or_else(unreadable)?;
        let (annotation, rest) = line.text.split_at_checked(at + 2).ok_or_else(unreadable)?;
        let class = self.class(&mut Cursor::new(rest.trim()), line)?;
        self.annotate(class, annotation, line)
    }

    /// `N {`
    fn namespace(&mut self, rest: &'a str, line: &Line<'a>) -> Result<(), Fault> {
        let name = rest
            .strip_suffix('{')
            .ok_or_else(|| line.fault("this namespace has no brace", "expected `namespace N {`"))?;
        if self.package.is_some() {
            self.nested += 1;
            return Err(line.fault(
                "this namespace stands in a namespace",
                "expected one level of namespaces, which is what is drawn",
            ));
        }
        let name = label(line, unquoted(name))?;
        // Who opens a namespace once more goes on with it.
        let known = self.packages.iter().position(|package| package.name == name);
        let package = known.unwrap_or(self.packages.len());
        if known.is_none() {
            self.packages.push(Package { name });
        }
        self.package = Some((*line, package));
        Ok(())
    }

    /// `for A "text"`, or `"text"`, which belongs to the whole.
    fn note(&mut self, rest: &'a str, line: &Line) -> Result<(), Fault> {
        let text = |text: &str| label(line, &unquoted(text).replace("\\n", " "));
        let Some(rest) = rest.strip_prefix("for ") else {
            self.notes.push(text(rest)?);
            return Ok(());
        };
        let mut cursor = Cursor::new(rest.trim_start());
        let class = self.class(&mut cursor, line)?;
        let text = text(cursor.rest())?;
        self.classes
            .get_mut(class)
            .into_iter()
            .for_each(|class| class.notes.push(text.clone()));
        Ok(())
    }

    /// `A "1" <|-- "*" B : label`, or `A : member`
    fn relation(&mut self, line: &Line<'a>) -> Result<(), Fault> {
        let mut cursor = Cursor::new(line.text);
        let from = self.class(&mut cursor, line)?;
        cursor.skip_space();
        if cursor.is_done() {
            return Ok(());
        }
        if cursor.eat(":") {
            return self.member_line(from, cursor.rest().trim(), line);
        }
        let tail_count = cardinality(&mut cursor, line)?;
        let (tail, dashed, head) = arrow(&mut cursor).ok_or_else(|| {
            let found: String = cursor.rest().chars().take(24).collect();
            line.fault(format!("`{}` is no relation", found.trim_end()), EXPECTED)
        })?;
        let head_count = cardinality(&mut cursor, line)?;
        let to = self.class(&mut cursor, line)?;
        cursor.skip_space();
        let label = match cursor.eat(":") {
            true => Some(label(line, cursor.rest())?).filter(|label| !label.is_empty()),
            false if cursor.is_done() => None,
            false => return Err(line.fault(format!("`{}` follows this relation", cursor.rest()), "expected `: label`")),
        };
        self.relations.push(Relation {
            from,
            to,
            tail,
            head,
            dashed,
            label,
            tail_count,
            head_count,
        });
        Ok(())
    }
}

/// Letters, digits, `_`, and dots and dashes between them.
fn identifier<'a>(cursor: &mut Cursor<'a>) -> &'a str {
    let mut end = 0;
    let mut characters = cursor.rest().char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        let next = characters.peek().map(|(_, next)| *next);
        let joined = matches!(character, '-' | '.') && at > 0 && next.is_some_and(char::is_alphanumeric);
        if !(character.is_alphanumeric() || character == '_' || joined) {
            break;
        }
        end = at + character.len_utf8();
    }
    cursor.take(end)
}

/// Where the tilde is that closes a generic: the last one before a space or a sign.
fn closing_tilde(text: &str) -> Option<usize> {
    let end = text.find(|character: char| character.is_whitespace() || "[{:<".contains(character));
    text.get(..end.unwrap_or(text.len()))?.rfind('~')
}

/// Generics between tildes as between angle brackets: a tilde before a letter opens.
fn angled(text: &str) -> String {
    let mut found = String::with_capacity(text.len());
    let mut depth = 0_usize;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let opens = characters.peek().is_some_and(|next| next.is_alphanumeric() || *next == '_');
        match character {
            '~' if opens => {
                depth += 1;
                found.push('<');
            }
            '~' if depth > 0 => {
                depth -= 1;
                found.push('>');
            }
            character => found.push(character),
        }
    }
    found
}

/// A member, and whether it is a method.
fn member(text: &str, line: &Line) -> Result<(bool, Member), Fault> {
    let (text, property) = match text.strip_suffix('$') {
        Some(text) => (text, " {static}"),
        None => match text.strip_suffix('*') {
            // `char *` is a type, `run()*` and `name*` are abstract.
            Some(text) if !text.ends_with(char::is_whitespace) => (text, " {abstract}"),
            _ => (text, ""),
        },
    };
    let (sign, text) = match text.chars().next() {
        Some(sign @ ('+' | '-' | '#' | '~')) => (Some(sign), text.get(1..).unwrap_or_default().trim_start()),
        _ => (None, text),
    };
    let is_method = text.contains('(');
    // What Mermaid shows of `run() int` is `run() : int`; a `$` or `*` may stand before the type.
    let (text, property) = match text.rsplit_once(')') {
        Some((call, result)) => {
            let (result, inner) = match result.strip_prefix('$') {
                Some(result) => (result, " {static}"),
                None => match result.strip_prefix('*') {
                    Some(result) => (result, " {abstract}"),
                    None => (result, ""),
                },
            };
            let result = result.trim().trim_start_matches(':').trim_start();
            let result = if result.is_empty() {
                String::new()
            } else {
                format!(": {result}")
            };
            (format!("{call}){result}"), if inner.is_empty() { property } else { inner })
        }
        None => (text.to_owned(), property),
    };
    let plain = label(line, &angled(&text))?.plain();
    let mut shown = Label::default();
    if let Some(sign) = sign {
        // A minus is as wide as a plus.
        let sign = if sign == '-' { '−' } else { sign };
        shown.push(&format!("{sign}\u{a0}"), false);
    }
    shown.push(&plain, true);
    shown.push(property, false);
    Ok((is_method, Member { label: shown }))
}

/// `"1..*"`, if it follows.
fn cardinality(cursor: &mut Cursor, line: &Line) -> Result<Option<Label>, Fault> {
    cursor.skip_space();
    if !cursor.eat("\"") {
        return Ok(None);
    }
    let text = cursor
        .take_until("\"")
        .ok_or_else(|| line.fault("nothing closes this quoted text", "expected a second quote"))?;
    cursor.skip_space();
    Ok(Some(label(line, text)?).filter(|label| !label.is_empty()))
}

/// The line of a relation: what stands at its beginning, whether it is dashed, what stands at its end.
fn arrow(cursor: &mut Cursor) -> Option<(End, bool, End)> {
    let mut behind = *cursor;
    let tail = match () {
        () if behind.eat("<|") => End::Triangle,
        () if behind.eat("<") => End::Arrow,
        () if behind.eat("*") => End::Whole,
        () if behind.eat("o") => End::Shared,
        () => End::None,
    };
    let dashed = match () {
        () if behind.eat("--") => false,
        () if behind.eat("..") => true,
        () => return None,
    };
    let head = match () {
        () if behind.eat("|>") => End::Triangle,
        () if behind.eat(">") => End::Arrow,
        () if behind.eat("*") => End::Whole,
        // The `o` of `--object` is the beginning of a name.
        () if behind.rest().starts_with("o ") || behind.rest().starts_with("o\"") => {
            behind.eat("o");
            End::Shared
        }
        () => End::None,
    };
    behind.skip_space();
    *cursor = behind;
    Some((tail, dashed, head))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::promises::{described, drawn, line};
    use crate::figures::scene::Ink;

    fn parsed(body: &str) -> Result<Classes, Vec<Fault>> {
        parse(line(""), &described(body).lines, &mut Looks::default())
    }

    #[test]
    fn every_relation_is_read() {
        for (typed, tail, dashed, head) in [
            ("A <|-- B", End::Triangle, false, End::None),
            ("A --|> B", End::None, false, End::Triangle),
            ("A *-- B", End::Whole, false, End::None),
            ("A o-- B", End::Shared, false, End::None),
            ("A --o B", End::None, false, End::Shared),
            ("A --> B", End::None, false, End::Arrow),
            ("A<--B", End::Arrow, false, End::None),
            ("A -- B", End::None, false, End::None),
            ("A ..> B", End::None, true, End::Arrow),
            ("A <|.. B", End::Triangle, true, End::None),
            ("A .. B", End::None, true, End::None),
            ("A \"1\" --> \"*\" B : holds", End::None, false, End::Arrow),
            ("A --object", End::None, false, End::None),
        ] {
            let classes = parsed(typed).unwrap();
            let relation = &classes.relations[0];
            assert_eq!(
                (relation.tail, relation.dashed, relation.head),
                (tail, dashed, head),
                "{typed}"
            );
        }
        let classes = parsed("A \"1\" --> \"0..*\" B : holds").unwrap();
        let plain = |label: &Option<Label>| label.as_ref().map(Label::plain).unwrap_or_default();
        let relation = &classes.relations[0];
        assert_eq!(plain(&relation.tail_count), "1");
        assert_eq!(plain(&relation.head_count), "0..*");
        assert_eq!(plain(&relation.label), "holds");
    }

    #[test]
    fn members_generics_annotations_and_namespaces() {
        let classes = parsed(
            "class Box~T~ {\n<<interface>>\n+List~List~int~~ items\n-get(int at) T\n#count()$ int\n+run()*\n}\nBox : ~name\nnamespace N {\nclass Box\nclass C[\"A label\"]\n}\n\
             <<abstract>> C\nclass D { }\nnote for D \"a note\"",
        )
        .unwrap();
        let [box_, c, d] = classes.classes.as_slice() else { panic!() };
        assert_eq!(box_.name.plain(), "Box<T>");
        let members = |members: &[Member]| members.iter().map(|member| member.label.plain()).collect::<Vec<_>>();
        assert_eq!(members(&box_.attributes), ["+\u{a0}List<List<int>> items", "~\u{a0}name"]);
        assert_eq!(
            members(&box_.methods),
            [
                "−\u{a0}get(int at): T",
                "#\u{a0}count(): int {static}",
                "+\u{a0}run() {abstract}"
            ]
        );
        assert_eq!((box_.package, c.package, d.package), (Some(0), Some(0), None));
        assert_eq!(c.name.plain(), "A label");
        assert_eq!(c.annotation.as_ref().map(Label::plain).as_deref(), Some("abstract"));
        assert_eq!(d.notes.len(), 1);
    }

    #[test]
    fn a_line_from_a_class_to_itself_keeps_its_texts() {
        for (body, text) in [
            ("Node \"1\" --> \"*\" Node : children", "children, 1 – *"),
            ("Node --> \"*\" Node", "*"),
            ("Node --> Node : next", "next"),
        ] {
            let shown: String = drawn("mermaid", &format!("classDiagram\n{body}"))
                .0
                .scene
                .shapes
                .iter()
                .filter_map(|shape| match &shape.ink {
                    Ink::Text { line, .. } => Some(line.spans.iter().map(|span| span.text.as_str()).collect::<String>()),
                    _ => None,
                })
                .collect();
            assert_eq!(shown, format!("Node{text}"), "{body}");
        }
    }

    #[test]
    fn a_namespace_may_be_opened_once_more() {
        let classes = parsed("namespace N {\nclass A\n}\nnamespace N {\nclass B\n}").unwrap();
        assert_eq!(classes.packages.len(), 1);
        assert!(classes.classes.iter().all(|class| class.package == Some(0)));
    }

    #[test]
    fn what_is_outside_is_named() {
        for (body, message) in [
            ("A ()-- B", "`()-- B` is no relation"),
            ("A -> B", "`-> B` is no relation"),
            ("A -->", "the name of a class is missing"),
            ("A --> B C", "`C` follows this relation"),
            ("class A {\nx", "nothing closes this brace"),
            ("namespace N {\nclass A", "nothing closes this brace"),
            ("namespace N {\nnamespace M {\n}\n}", "stands in a namespace"),
            ("namespace N", "has no brace"),
            ("namespace N {\n}", "has no class of its own"),
            (
                "namespace N {\nclass A\n}\nnamespace M {\nclass A\n}",
                "has no class of its own",
            ),
            ("}", "closes nothing"),
            ("class A B", "`B` follows the name"),
            ("A \"1 --> B", "nothing closes this quoted text"),
        ] {
            let faults = parsed(body).err().unwrap_or_default();
            assert!(
                faults.iter().any(|fault| fault.message.contains(message)),
                "{body}: {faults:?}"
            );
        }
    }
}
