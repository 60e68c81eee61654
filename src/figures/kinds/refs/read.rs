//! Reading names, objects and references.

use super::{Namespace, Object, Reference, Refs, Source, Target, code};
use crate::figures::graph::{MOST_EDGES, MOST_NODES};
use crate::figures::language::{Arrow, Description, Fault, Label, Line, labels, outside_code, split_at_arrows, suggestion};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};

/// More slots and names than a page can show.
const MOST_SLOTS: usize = 400;

const EXPECTED: &str = "expected `Names: a, b`, `Frame f: a, b`, `a → L`, `L[0] → I` or `L = type, refcount 2`";

/// Reads names, objects and references.
pub(crate) fn read(description: &Description, whole: Span) -> Result<Refs, Vec<Fault>> {
    let mut reader = Reader::default();
    let mut faults = Vec::new();
    let mut arrows: Vec<Pending> = Vec::new();
    for line in &description.lines {
        match reader.read_line(line) {
            Ok(None) => {}
            Ok(Some(pending)) => arrows.push(pending),
            Err(fault) => faults.push(fault),
        }
        if let Some(fault) = reader.excess(arrows.len(), whole) {
            return Err(vec![fault]);
        }
    }
    // What is written behind an arrow is an object, wherever the line stands.
    reader.targets = arrows.iter().map(|arrow| arrow.to.to_owned()).collect();
    let lenient = !faults.is_empty();
    for arrow in &arrows {
        match reader.refer(arrow) {
            Ok(()) => {}
            // Names that a faulty line would have brought are not missing.
            Err(_) if lenient => {}
            Err(fault) => faults.push(fault),
        }
        if let Some(fault) = reader.excess(arrows.len(), whole) {
            return Err(vec![fault]);
        }
    }
    if faults.is_empty() {
        faults.extend(reader.miscounted());
    }
    if faults.is_empty() && reader.refs.references.is_empty() {
        faults.push(Fault {
            span: whole,
            message: "nothing refers to anything here".to_owned(),
            expected: EXPECTED.to_owned(),
        });
    }
    if faults.is_empty() && reader.refs.graph().extent().is_none() {
        faults.push(Fault {
            span: whole,
            message: "too many references pass other objects".to_owned(),
            expected: "expected what a page can show: divide it into several figures".to_owned(),
        });
    }
    faults.sort_by_key(|fault| fault.span);
    if faults.is_empty() { Ok(reader.refs) } else { Err(faults) }
}

/// An arrow line whose ends are not known yet.
struct Pending<'a> {
    line: Line<'a>,
    from: &'a str,
    to: &'a str,
    weak: bool,
}

#[derive(Default)]
struct Reader<'a> {
    refs: Refs,
    /// The objects that have a line of their own, or that something leads to.
    by_handle: BTreeMap<Label, usize>,
    /// The lines that count an object's references: the object, the count and the line.
    counts: Vec<(usize, usize, Line<'a>)>,
    /// All that stands behind arrows.
    targets: BTreeSet<String>,
    /// Names and slots that refer to something.
    bound: BTreeSet<Source>,
    slots: usize,
}

impl<'a> Reader<'a> {
    fn excess(&self, arrows: usize, whole: Span) -> Option<Fault> {
        let nodes = self.refs.spaces.len() + self.refs.objects.len();
        let found = match () {
            () if nodes > MOST_NODES => format!("more than {MOST_NODES} objects"),
            () if self.slots > MOST_SLOTS => format!("more than {MOST_SLOTS} names and slots"),
            () if arrows > MOST_EDGES => format!("more than {MOST_EDGES} references"),
            () => return None,
        };
        Some(Fault {
            span: whole,
            message: format!("this figure has {found}"),
            expected: "expected what a page can show: divide it into several figures".to_owned(),
        })
    }

    /// Reads a line of names or of an object; gives an arrow line.
    fn read_line(&mut self, line: &Line<'a>) -> Result<Option<Pending<'a>>, Fault> {
        let first = |pattern: &'static str| outside_code(line.text, pattern).next();
        if let Some(colon) = first(":").filter(|_| line.text.starts_with("Names:") || line.text.starts_with("Frame ")) {
            return self.read_names(line, colon).map(|()| None);
        }
        let (pieces, arrows) = split_at_arrows(line.text);
        if let Some(at) = first(" = ") {
            let handle = line.text.get(..at).unwrap_or_default();
            // An equals sign may stand in a key, or behind an arrow.
            if split_slot(handle).is_none() && split_at_arrows(handle).1.is_empty() {
                return self
                    .read_object(line, handle, line.text.get(at + 3..).unwrap_or_default())
                    .map(|()| None);
            }
        }
        match (pieces.as_slice(), arrows.as_slice()) {
            ([_, to], [_]) if outside_code(to, ": ").next().is_some() => Err(line.fault(
                "references carry no labels",
                "expected `a → L` or `a ⇢ L`; what is to be said of an object stands in its own line, and a colon of its name in backticks",
            )),
            ([from, to], [arrow]) if !from.is_empty() && !to.is_empty() => Ok(Some(Pending {
                line: *line,
                from,
                to,
                weak: *arrow == Arrow::Weak,
            })),
            ([_, _], _) => Err(line.fault("a name is missing at this arrow", EXPECTED)),
            ([_], _) => Err(line.fault("this line has neither names nor an object nor an arrow", EXPECTED)),
            _ => Err(line.fault("this line has several arrows", "expected one reference in a line: `a → L`")),
        }
    }

    fn read_names(&mut self, line: &Line, colon: usize) -> Result<(), Fault> {
        let expected = "expected `Names: a, b` or `Frame f: a, b`";
        let head = line.text.get(..colon).unwrap_or_default();
        let label = line.label(head.strip_prefix("Frame ").unwrap_or(head))?;
        if label.is_empty() {
            return Err(line.fault("this frame has no name", expected));
        }
        if self.refs.spaces.iter().any(|space| space.label == label) {
            return Err(line.fault(format!("`{}` stands here a second time", label.plain()), expected));
        }
        let mut names: Vec<Label> = Vec::new();
        for name in labels(line, line.text.get(colon + 1..).unwrap_or_default(), "in this line", expected)? {
            let name = code(&name.plain());
            if names.contains(&name) {
                return Err(line.fault(
                    format!("the name `{}` stands here twice", name.plain()),
                    "expected each name once",
                ));
            }
            names.push(name);
            self.slots += 1;
            if self.slots > MOST_SLOTS {
                break;
            }
        }
        self.refs.spaces.push(Namespace { label, names });
        Ok(())
    }

    /// Reads `L = list, refcount 2`.
    fn read_object(&mut self, line: &Line<'a>, handle: &str, text: &str) -> Result<(), Fault> {
        let handle = line.label(handle)?;
        if handle.is_empty() {
            return Err(line.fault("no name stands before the equals sign", EXPECTED));
        }
        if self.by_handle.contains_key(&handle) {
            let message = format!("`{}` is described a second time", handle.plain());
            return Err(line.fault(message, "expected one line for each object"));
        }
        if self.space_of(&handle.plain()).next().is_some() {
            let message = format!("`{}` is a name and not an object", handle.plain());
            return Err(line.fault(message, "expected another name for the object"));
        }
        let mut parts = labels(line, text, "behind the equals sign", "expected `L = type, refcount 2`")?.into_iter();
        let label = parts.next().unwrap_or_default();
        let object = self.refs.objects.len();
        let mut words = Label::default();
        for part in parts {
            if let Some(count) = counted(&part.plain()) {
                let fault = || {
                    line.fault(
                        format!("`{}` cannot be read", part.plain()),
                        "expected `refcount 2`, `refcount 2 + …` or `refcount ≥ 2`",
                    )
                };
                if let Some(count) = count.ok_or_else(fault)? {
                    self.counts.push((object, count, *line));
                }
            }
            if !words.is_empty() {
                words.push(", ", false);
            }
            part.runs.iter().for_each(|run| words.push(&run.text, run.code));
        }
        self.by_handle.insert(handle.clone(), object);
        self.refs.objects.push(Object {
            handle,
            label,
            words,
            slots: Vec::new(),
        });
        Ok(())
    }

    /// Adds the reference of an arrow line.
    fn refer(&mut self, arrow: &Pending) -> Result<(), Fault> {
        let line = &arrow.line;
        let to = self.target(arrow.to, line)?;
        let from = self.source(arrow.from, line)?;
        let many = matches!(from, Source::Object(Target { slot: None, .. }));
        if !many && !self.bound.insert(from) {
            let message = format!("`{}` refers to something already", arrow.from);
            return Err(line.fault(message, "expected one reference from each name and each slot"));
        }
        let reference = Reference {
            from,
            to,
            weak: arrow.weak,
        };
        if many && self.refs.references.contains(&reference) {
            return Err(line.fault("this reference stands here a second time", "expected it once"));
        }
        self.refs.references.push(reference);
        Ok(())
    }

    /// The object behind an arrow, which is new if no line described it, or its slot.
    fn target(&mut self, text: &str, line: &Line) -> Result<Target, Fault> {
        let label = line.label(text)?;
        if label.is_empty() {
            return Err(line.fault("there is no name after the arrow", EXPECTED));
        }
        if let Some(object) = self.by_handle.get(&label) {
            return Ok(Target {
                object: *object,
                slot: None,
            });
        }
        if self.space_of(&label.plain()).next().is_some() {
            let message = format!("`{}` is a name, and not an object", label.plain());
            return Err(line.fault(
                message,
                "expected an object behind the arrow: a name refers to what another one refers to",
            ));
        }
        if let Some(slot) = self.slot(text, line)? {
            return Ok(slot);
        }
        Ok(Target {
            object: self.object(label),
            slot: None,
        })
    }

    /// An object that shows its own name.
    fn object(&mut self, label: Label) -> usize {
        let objects = &mut self.refs.objects;
        *self.by_handle.entry(label).or_insert_with_key(|label| {
            objects.push(Object {
                handle: label.clone(),
                label: label.clone(),
                words: Label::default(),
                slots: Vec::new(),
            });
            objects.len() - 1
        })
    }

    /// The slot that a text names, if it begins with the name of an object.
    fn slot(&mut self, text: &str, line: &Line) -> Result<Option<Target>, Fault> {
        let Some((handle, slot)) = split_slot(text) else {
            return Ok(None);
        };
        let label = line.label(handle)?;
        if !self.by_handle.contains_key(&label) && !self.targets.contains(handle) {
            return Ok(None);
        }
        let object = self.object(label);
        let Some(known) = self.refs.objects.get_mut(object) else {
            return Ok(None);
        };
        let name = line.label(slot)?.plain();
        let slot = known.slots.iter().position(|other| *other == name);
        let slot = slot.unwrap_or_else(|| {
            self.slots += 1;
            known.slots.push(name);
            known.slots.len() - 1
        });
        Ok(Some(Target {
            object,
            slot: Some(slot),
        }))
    }

    /// The namespaces that have a name, with its place there.
    fn space_of<'b>(&'b self, name: &'b str) -> impl Iterator<Item = (usize, usize)> + 'b {
        let spaces = self.refs.spaces.iter().enumerate();
        spaces.filter_map(move |(at, space)| Some((at, space.names.iter().position(|other| other.plain() == name)?)))
    }

    /// The name, the object or the slot before an arrow.
    fn source(&mut self, text: &str, line: &Line) -> Result<Source, Fault> {
        let label = line.label(text)?;
        let plain = label.plain();
        let found: Vec<(usize, usize)> = self.space_of(&plain).collect();
        match found.as_slice() {
            [] => {}
            [(space, name)] => {
                return Ok(Source::Name {
                    space: *space,
                    name: *name,
                });
            }
            several => {
                let whole =
                    |(space, _): &(usize, usize)| Some(format!("`{}.{plain}`", self.refs.spaces.get(*space)?.label.plain()));
                let names: Vec<String> = several.iter().filter_map(whole).collect();
                let message = format!("`{plain}` is a name in several namespaces");
                return Err(line.fault(message, format!("expected {}", names.join(" or "))));
            }
        }
        for (at, space) in self.refs.spaces.iter().enumerate() {
            let rest = plain
                .strip_prefix(&space.label.plain())
                .and_then(|rest| rest.strip_prefix('.'));
            let name = rest.and_then(|rest| space.names.iter().position(|name| name.plain() == rest));
            if let Some(name) = name {
                return Ok(Source::Name { space: at, name });
            }
        }
        if let Some(slot) = self.slot(text, line)? {
            return Ok(Source::Object(slot));
        }
        if self.by_handle.contains_key(&label) || self.targets.contains(text) {
            return Ok(Source::Object(Target {
                object: self.object(label),
                slot: None,
            }));
        }
        Err(self.unknown(&plain, line))
    }

    fn unknown(&self, name: &str, line: &Line) -> Fault {
        let objects = self.by_handle.keys().map(Label::plain);
        let names = self.refs.spaces.iter().flat_map(|space| &space.names).map(Label::plain);
        let known: Vec<String> = names.chain(objects).collect();
        let stem = split_slot(name).map_or(name, |(stem, _)| stem);
        let near = suggestion(stem, known.iter().map(String::as_str));
        let expected = match near.is_empty() {
            true => "expected a name of `Names:`, an object or a slot of one".to_owned(),
            false => format!("expected a name, an object or a slot of one{near}"),
        };
        line.fault(format!("nothing here is called `{stem}`"), expected)
    }

    /// The faults of counts that are not those of the references drawn.
    fn miscounted(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        for (object, count, line) in &self.counts {
            let whole = Target {
                object: *object,
                slot: None,
            };
            let strong = |reference: &&Reference| reference.to == whole && !reference.weak;
            let drawn = self.refs.references.iter().filter(strong).count();
            if drawn == *count {
                continue;
            }
            let lead = match drawn {
                0 => "no reference leads".to_owned(),
                1 => "one reference leads".to_owned(),
                drawn => format!("{drawn} references lead"),
            };
            faults.push(line.fault(
                format!("`{}` has refcount {count}, but {lead} to it", self.refs.handle(*object)),
                format!("expected `refcount {drawn}`, or `refcount ≥ {count}` where some are not drawn"),
            ));
        }
        faults
    }
}

/// What a clause says about references: nothing; `Some(None)` if it cannot be read; a count that is to be checked, or one
/// that says that there are more.
fn counted(clause: &str) -> Option<Option<Option<usize>>> {
    let rest = clause.strip_prefix("refcount")?;
    if !rest.is_empty() && !rest.starts_with([' ', ':', '=', '≥', '>']) {
        return None;
    }
    let rest = rest.trim();
    let number = |text: &str| text.trim().parse::<usize>().ok();
    if let Some(least) = rest.strip_prefix('≥').or_else(|| rest.strip_prefix(">=")) {
        return Some(number(least).map(|_| None));
    }
    if let Some((drawn, more)) = rest.split_once('+') {
        return Some(number(drawn).filter(|_| !more.trim().is_empty()).map(|_| None));
    }
    Some(number(rest).map(Some))
}

/// Takes `L[0]`, `L.attribute` and `D["key"]` apart.
fn split_slot(text: &str) -> Option<(&str, &str)> {
    let at = text.find(['.', '['])?;
    let (handle, slot) = (text.get(..at)?, text.get(at..)?);
    let whole = slot
        .strip_prefix('[')
        .is_none_or(|rest| rest.ends_with(']') && rest.len() > 1);
    (!handle.trim().is_empty() && slot.len() > 1 && whole).then_some((handle, slot))
}
