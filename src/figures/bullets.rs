//! Bullets inside one another, as several kinds have them: `- Label: text`.
//!
//! They are kept in one row, each with the number of the bullet around it: a row can be as deep as it likes and needs no
//! recursion to be read, compared or dropped.

use super::language::{Fault, Label, Line, outside_code};
use crate::source::Span;

/// `- Label: text`, in the author's order.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Bullet {
    /// What stands before the first `: `.
    pub(crate) label: Label,
    /// What follows it; often nothing.
    pub(crate) text: Label,
    /// The bullet that it stands in, which comes earlier in the row.
    pub(crate) parent: Option<usize>,
}

impl Bullet {
    /// The bullet in words.
    pub(crate) fn say(&self) -> String {
        match self.text.is_empty() {
            true => self.label.plain(),
            false => format!("{} ({})", self.label.plain(), self.text.plain()),
        }
    }
}

/// What a kind says of its bullets in messages.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wording {
    /// The kind: `tree`.
    pub(crate) kind: &'static str,
    /// What the kind's lines look like, after `expected`.
    pub(crate) expected: &'static str,
    /// More bullets than a page can show; a bound on what reading and layout may cost.
    pub(crate) most: usize,
}

/// Reads bullets, one a line, each with its place; gives all faults.
pub(crate) fn read(lines: &[Line], whole: Span, wording: Wording) -> Result<Vec<Bullet>, Vec<Fault>> {
    let Wording { kind, expected, most } = wording;
    let mut reader = Reader {
        bullets: Vec::new(),
        open: Vec::new(),
        wording,
    };
    let mut faults = Vec::new();
    for line in lines {
        faults.extend(reader.read(line).err());
        if reader.bullets.len() > most {
            faults.insert(
                0,
                Fault {
                    span: whole,
                    message: format!("this {kind} has more than {most} bullets"),
                    expected: format!("expected at most {most}; no page can show more"),
                },
            );
            break;
        }
    }
    if reader.bullets.is_empty() && faults.is_empty() {
        faults.push(Fault {
            span: whole,
            message: format!("this {kind} is empty"),
            expected: format!("expected {expected}"),
        });
    }
    if faults.is_empty() { Ok(reader.bullets) } else { Err(faults) }
}

struct Reader {
    bullets: Vec<Bullet>,
    /// The bullets that the next one may stand in, outermost first, with their indents.
    open: Vec<(usize, usize)>,
    wording: Wording,
}

impl Reader {
    fn read(&mut self, line: &Line) -> Result<(), Fault> {
        let Wording { kind, expected, .. } = self.wording;
        let bullet = line.text.strip_prefix(['-', '*', '+']);
        let Some(rest) = bullet.filter(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace)) else {
            let late = line.text.starts_with("Title:") || line.text.starts_with("Alt:");
            return Err(line.fault(
                format!("this line of a {kind} is not a bullet"),
                if late {
                    "expected `Title:` and `Alt:` once each, before all other lines".to_owned()
                } else {
                    format!("expected {expected}")
                },
            ));
        };
        let before = self.open.last().map(|(indent, _)| *indent);
        while self.open.last().is_some_and(|(indent, _)| *indent > line.indent) {
            self.open.pop();
        }
        let level = self.open.last().map(|(indent, _)| *indent);
        let aside = before.is_some_and(|before| before > line.indent) && level != Some(line.indent);
        if level == Some(line.indent) {
            self.open.pop();
        }
        let parent = self.open.last().map(|(_, bullet)| *bullet);
        let read = entry(rest.trim(), line);
        // A faulty bullet has its place as well, so that those below it are not faulty because of it.
        self.open.push((line.indent, self.bullets.len()));
        let (label, text) = read.clone().unwrap_or_default();
        let empty = label.is_empty();
        self.bullets.push(Bullet { label, text, parent });
        read?;
        if empty {
            return Err(line.fault("this bullet has no label", format!("expected {expected}")));
        }
        if aside {
            return Err(line.fault(
                "this bullet is indented less than the one above, but stands below none before it",
                "expected the indent of an earlier bullet",
            ));
        }
        Ok(())
    }
}

/// `Label: text`; a colon at the end belongs to neither.
pub(crate) fn entry(text: &str, line: &Line) -> Result<(Label, Label), Fault> {
    let (name, rest) = match outside_code(text, ": ").next() {
        Some(at) => (text.get(..at).unwrap_or_default(), text.get(at + 2..).unwrap_or_default()),
        None => (text.strip_suffix(':').unwrap_or(text), ""),
    };
    Ok((line.label(name)?, line.label(rest)?))
}

/// For each bullet those that stand directly in it.
pub(crate) fn children(bullets: &[Bullet]) -> Vec<Vec<usize>> {
    let mut children = vec![Vec::new(); bullets.len()];
    for (at, bullet) in bullets.iter().enumerate() {
        if let Some(around) = bullet.parent.and_then(|parent| children.get_mut(parent)) {
            around.push(at);
        }
    }
    children
}

/// For each bullet how many stand around it.
pub(crate) fn depths(bullets: &[Bullet]) -> Vec<usize> {
    let mut depths: Vec<usize> = Vec::with_capacity(bullets.len());
    for bullet in bullets {
        let around = bullet.parent.and_then(|parent| depths.get(parent));
        depths.push(around.map_or(0, |depth| depth + 1));
    }
    depths
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::promises::{described, span};

    fn parents(body: &str) -> Result<Vec<Option<usize>>, Vec<String>> {
        let wording = Wording {
            kind: "tree",
            expected: "`- Label`",
            most: 20,
        };
        match read(&described(body).lines, span(), wording) {
            Ok(bullets) => Ok(bullets.iter().map(|bullet| bullet.parent).collect()),
            Err(faults) => Err(faults.into_iter().map(|fault| fault.message).collect()),
        }
    }

    #[test]
    fn indents_say_what_stands_in_what() {
        assert_eq!(
            parents("- a\n  - b\n      - c\n  - d\n- e\n\t- f"),
            Ok(vec![None, Some(0), Some(1), Some(0), None, Some(4)])
        );
    }

    #[test]
    fn a_bullet_between_two_levels_is_a_fault() {
        let messages = parents("- a\n    - b\n  - c").unwrap_err();
        assert!(messages[0].contains("stands below none before it"), "{messages:?}");
        assert!(parents("  - a\n- b").unwrap_err()[0].contains("indented less"));
    }
}
