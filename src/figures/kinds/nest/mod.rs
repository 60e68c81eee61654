//! `nest`: boxes inside one another.
//!
//! ```text
//! - Arena: 1 MiB
//!   - Pool ×3: 16 KiB
//!     - header
//!     - block ×8: 16 B
//!     - free
//! Pale: free
//! ```
//!
//! Bullets are boxes, nested bullets the boxes in them. `×8` at the end of a label repeats a box; of many, only a few are
//! drawn, and how many there are. `Pale:` names boxes that are drawn with a dashed outline: what is free, or not there yet. A
//! box that is called `…` is one without outline.

mod layout;

use super::Laid;
use crate::figures::Space;
use crate::figures::bullets::{self, Bullet, Wording};
use crate::figures::language::{Description, Fault, Label, Line, enumerate, labels, suggestion};
use crate::figures::scene::Scene;
use crate::figures::text::{SMALLEST, Typesetter};
use crate::source::Span;
use layout::Setter;

/// Boxes, each with those in it, in the author's order.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Nest {
    boxes: Vec<Nested>,
}

/// A box.
#[derive(Debug, Clone, PartialEq)]
struct Nested {
    bullet: Bullet,
    /// How many of it there are.
    times: usize,
    pale: bool,
    /// The boxes in it.
    inner: Vec<usize>,
}

const EXPECTED: &str = "`- Label: text`, an indented bullet for a box in it, or `Pale: label`";
/// More boxes than a page can show, as bullets and as drawn.
const MOST: usize = 200;
/// Boxes in boxes in boxes, deeper than anyone can tell apart.
const DEEPEST: usize = 8;
/// How many times a box may stand there: more is a matter of text.
const MOST_TIMES: usize = 1_000_000;

/// Reads bullets and what is pale.
pub(crate) fn read(description: &Description, whole: Span) -> Result<Nest, Vec<Fault>> {
    let is_pale = |line: &&Line| line.text.starts_with("Pale:");
    let lines: Vec<Line> = description.lines.iter().filter(|line| !is_pale(line)).copied().collect();
    let wording = Wording {
        kind: "nest",
        expected: EXPECTED,
        most: MOST,
    };
    let bullets = bullets::read(&lines, whole, wording)?;
    let mut nest = Nest { boxes: Vec::new() };
    let mut faults = Vec::new();
    let depths = bullets::depths(&bullets);
    for (((bullet, inner), depth), line) in bullets.iter().zip(bullets::children(&bullets)).zip(&depths).zip(&lines) {
        if *depth == DEEPEST {
            faults.push(line.fault(
                format!("this box stands in {DEEPEST} others"),
                format!("expected at most {DEEPEST} boxes inside one another"),
            ));
        }
        let mut bullet = bullet.clone();
        let times = times(&mut bullet.label, line).unwrap_or_else(|fault| {
            faults.push(fault);
            1
        });
        nest.boxes.push(Nested {
            bullet,
            times,
            pale: false,
            inner,
        });
    }
    for line in description.lines.iter().filter(is_pale).take(MOST) {
        faults.extend(nest.read_pale(line).err());
    }
    if faults.is_empty() && nest.boxes.iter().all(|nested| nested.inner.is_empty()) {
        faults.push(Fault {
            span: whole,
            message: "no box of this nest stands in another".to_owned(),
            expected: format!("expected {EXPECTED}"),
        });
    }
    if faults.is_empty() && nest.drawn() > MOST {
        faults.push(Fault {
            span: whole,
            message: format!("with its repetitions, this nest has more than {MOST} boxes"),
            expected: "expected fewer; a box that repeats others can be repeated only a few times".to_owned(),
        });
    }
    faults.sort_by_key(|fault| fault.span);
    if faults.is_empty() { Ok(nest) } else { Err(faults) }
}

/// Takes the `×8` off a label.
fn times(label: &mut Label, line: &Line) -> Result<usize, Fault> {
    let Some(last) = label.runs.last_mut().filter(|run| !run.code) else {
        return Ok(1);
    };
    let Some((before, count)) = last.text.rsplit_once('×') else {
        return Ok(1);
    };
    let apart = before.is_empty() || before.ends_with(char::is_whitespace);
    if !apart || count.is_empty() || !count.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(1);
    }
    let times = count.parse().unwrap_or(usize::MAX);
    if !(1..=MOST_TIMES).contains(&times) {
        return Err(line.fault(
            format!("a box cannot stand here ×{count}"),
            format!("expected a number from 1 to {MOST_TIMES} after the `×`"),
        ));
    }
    last.text.truncate(before.len());
    label.trim_end();
    if label.is_empty() {
        return Err(line.fault(
            "this bullet has no label before its `×`",
            "expected one, such as `- block ×8`",
        ));
    }
    Ok(times)
}

/// What stands in a row of boxes.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Item {
    /// A box with all that is in it.
    Whole(usize),
    /// In place of further ones of the same kind.
    More(usize),
}

impl Nest {
    fn read_pale(&mut self, line: &Line) -> Result<(), Fault> {
        let list = line.text.strip_prefix("Pale:").unwrap_or_default();
        for name in labels(line, list, "in this list", "expected `Pale: label, label`")? {
            let mut found = false;
            for nested in self.boxes.iter_mut().filter(|nested| nested.bullet.label == name) {
                nested.pale = true;
                found = true;
            }
            if !found {
                let (name, known): (String, Vec<String>) = (
                    name.plain(),
                    self.boxes.iter().map(|nested| nested.bullet.label.plain()).collect(),
                );
                let near = suggestion(&name, known.iter().map(String::as_str));
                return Err(line.fault(
                    format!("no box is called `{name}`"),
                    format!("expected labels of boxes{near}"),
                ));
            }
        }
        Ok(())
    }

    fn roots(&self) -> Vec<usize> {
        let boxes = self.boxes.iter().enumerate();
        boxes
            .filter(|(_, nested)| nested.bullet.parent.is_none())
            .map(|(at, _)| at)
            .collect()
    }

    /// What is drawn of boxes and their repetitions: up to eight small boxes, three that hold others; of more, a few.
    fn items(&self, boxes: &[usize]) -> Vec<Item> {
        let mut items = Vec::new();
        for at in boxes {
            let Some(nested) = self.boxes.get(*at) else { continue };
            let plain = nested.inner.is_empty();
            let (all, few, last) = if plain { (8, 2, 1) } else { (3, 1, 0) };
            if nested.times <= all {
                items.extend(std::iter::repeat_n(Item::Whole(*at), nested.times));
            } else {
                items.extend(std::iter::repeat_n(Item::Whole(*at), few));
                items.push(Item::More(*at));
                items.extend(std::iter::repeat_n(Item::Whole(*at), last));
            }
        }
        items
    }

    /// How many boxes are drawn.
    fn drawn(&self) -> usize {
        // Those in a box come later in the row, so counting from its end meets them first.
        let mut counts = vec![1_usize; self.boxes.len()];
        let sum = |counts: &[usize], items: Vec<Item>| {
            items.iter().fold(0_usize, |sum, item| {
                sum.saturating_add(match item {
                    Item::Whole(at) => counts.get(*at).copied().unwrap_or_default(),
                    Item::More(_) => 1,
                })
            })
        };
        for (at, nested) in self.boxes.iter().enumerate().rev() {
            let inner = sum(&counts, self.items(&nested.inner));
            if let Some(count) = counts.get_mut(at) {
                *count = count.saturating_add(inner);
            }
        }
        sum(&counts, self.items(&self.roots()))
    }

    /// A title made of what is around all else.
    pub(crate) fn title(&self) -> String {
        let names: Vec<String> = self.roots().iter().map(|at| self.name(*at)).collect();
        format!("Inside of {}", enumerate(&names))
    }

    fn name(&self, at: usize) -> String {
        self.boxes
            .get(at)
            .map(|nested| nested.bullet.label.plain())
            .unwrap_or_default()
    }

    fn say(&self, at: usize) -> String {
        let Some(nested) = self.boxes.get(at) else {
            return String::new();
        };
        let pale = if nested.pale { ", pale" } else { "" };
        match nested.times {
            1 => format!("{}{pale}", nested.bullet.say()),
            times => format!("{times} times {}{pale}", nested.bullet.say()),
        }
    }

    /// What holds what, in words.
    pub(crate) fn describe(&self) -> String {
        let say = |boxes: &[usize]| enumerate(&boxes.iter().map(|at| self.say(*at)).collect::<Vec<_>>());
        let mut sentences = vec![say(&self.roots())];
        for (at, nested) in self.boxes.iter().enumerate().filter(|(_, nested)| !nested.inner.is_empty()) {
            sentences.push(format!("{} holds {}", self.name(at), say(&nested.inner)));
        }
        format!("Boxes inside one another: {}.", sentences.join("; "))
    }

    /// Tries wide and narrow labels, then smaller text, and keeps the best that fits.
    pub(crate) fn lay_out(&self, typesetter: &Typesetter, size: f64, space: Space) -> Laid {
        let middle = (size + SMALLEST) / 2.0;
        let mut tightest: Option<(f64, Scene)> = None;
        for size in [size.max(SMALLEST), middle.max(SMALLEST), SMALLEST] {
            let mut best: Option<(f64, Scene)> = None;
            for wrap in [130.0, 92.0, 66.0] {
                let (scene, strain) = Setter::new(self, typesetter, size, wrap).scene(space.width);
                let factor = space.factor(&scene) * size;
                if tightest.as_ref().is_none_or(|(most, _)| factor > *most) {
                    tightest = Some((factor, scene.clone()));
                }
                let cost = scene.height + 0.1 * scene.width + strain;
                if space.holds(&scene) && best.as_ref().is_none_or(|(least, _)| cost < *least) {
                    best = Some((cost, scene));
                }
            }
            if let Some((_, scene)) = best {
                return Laid { scene, dense: false };
            }
        }
        let scene = tightest.map(|(_, scene)| scene).unwrap_or_default();
        Laid { scene, dense: true }
    }
}

#[cfg(test)]
mod tests {
    use crate::figures::promises::{NAMES, Random, drawn, hold_any_label, hold_at_random, refuse};

    fn random_nest(random: &mut Random) -> String {
        let mut body = String::from("- outer\n");
        let mut depth = 0;
        for _ in 0..1 + random.below(14) {
            depth = (1 + random.below(depth + 1)).min(5);
            let times = ["", "", "", " ×3", " ×40"][random.below(if depth > 2 { 5 } else { 4 })];
            let text = ["", "", ": 16 KiB", ": what is in it, said at greater length"][random.below(4)];
            body.push_str(&format!("{}- {}{times}{text}\n", "  ".repeat(depth), NAMES[random.below(16)]));
        }
        body.push_str("  - last\n");
        body.push_str(["", "Pale: last\n"][random.below(2)]);
        body
    }

    #[test]
    fn random_nests_keep_every_promise() {
        hold_at_random("nest", 18, random_nest);
    }

    #[test]
    fn any_label_stays_in_its_place() {
        hold_any_label("nest", &["- L: L\n  - L: L\n  - L ×9", "- a\n  - b\n    - L\n  - L"]);
    }

    #[test]
    fn what_cannot_be_read_is_reported_and_kept() {
        let lines = |line: fn(usize) -> String| (0..30_000).map(line).collect::<String>();
        refuse(
            "nest",
            &[
                ("", "this nest is empty"),
                ("- a", "stands in another"),
                ("- a\n- b", "stands in another"),
                ("text", "not a bullet"),
                ("- a\n  - ", "no label"),
                ("- a\n  - b ×0", "cannot stand here ×0"),
                ("- a\n  - b ×99999999999999999999999", "cannot stand here"),
                ("- a\n  - ×8", "no label before its `×`"),
                ("- a\n    - b\n  - c", "stands below none before it"),
                ("- a\n  - free\nPale: fre", "the nearest is `free`"),
                ("- a\n  - free\nPale: free,", "a name is missing"),
                (&lines(|at| format!("- {at}\n")), "more than 200 bullets"),
                (
                    &lines(|at| format!("{}- {at}\n", " ".repeat(at % 300))),
                    "more than 200 bullets",
                ),
                (
                    &(0..20).map(|at| format!("{}- {at}\n", " ".repeat(at))).collect::<String>(),
                    "stands in 8 others",
                ),
                ("- a ×3\n  - b ×3\n    - c ×3\n      - d ×8", "more than 200 boxes"),
            ],
        );
    }

    #[test]
    fn the_largest_nests_are_drawn() {
        let deep: String = (0..200)
            .map(|at| format!("{}- box {at}: text {at}\n", "  ".repeat(at % 8)))
            .collect();
        let flat: String = (1..200).map(|at| format!("  - {}: text\n", NAMES[at % 16])).collect();
        for body in [deep, format!("- all\n{flat}")] {
            drawn("nest", &body);
        }
    }

    #[test]
    fn a_repetition_is_drawn_by_a_few_and_told() {
        let (drawing, _) = drawn("nest", "- Arena: 1 MiB\n  - Pool ×64: 16 KiB");
        assert_eq!(
            drawing.description,
            "Boxes inside one another: Arena (1 MiB); Arena holds 64 times Pool (16 KiB)."
        );
        assert_eq!(drawing.title, "Inside of Arena");
        let boxes = drawing.scene.shapes.iter();
        let count = boxes
            .filter(|shape| matches!(shape.ink, crate::figures::scene::Ink::Box { .. }))
            .count();
        assert_eq!(count, 4);
    }

    #[test]
    fn a_times_sign_in_a_label_is_one() {
        let (drawing, _) = drawn("nest", "- a\n  - 3×3 matrix\n  - `x ×3`");
        assert!(drawing.description.contains("a holds 3×3 matrix and x ×3"));
    }
}
