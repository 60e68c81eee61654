//! `stack`: layers on top of one another.
//!
//! ```text
//! - `inner()`: running
//!   - x: 3
//! - `outer()`: waiting
//! Grows: up
//! ```
//!
//! Bullets are layers, top first; nested bullets are the slots of a layer. `Grows:` draws an arrow in the direction in
//! which the stack grows.

use super::Laid;
use crate::figures::Space;
use crate::figures::bullets::{self, Bullet, Wording};
use crate::figures::language::{Description, Fault, Label, Line, enumerate};
use crate::figures::look::{BOX_EDGE, CORNER, HEAD_LENGTH, PAD, RISE, SLACK};
use crate::figures::scene::{Area, Fill, Ink, Part, Place, Point, Scene, Stroke, Tone};
use crate::figures::text::{Lines, SMALLEST, Style, Typesetter};
use crate::source::Span;

/// Layers, top first.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Stack {
    layers: Vec<Layer>,
    grows: Option<Growth>,
}

/// A layer and its slots.
#[derive(Debug, Clone, PartialEq)]
struct Layer {
    entry: Bullet,
    slots: Vec<Bullet>,
}

/// The direction in which a stack grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Growth {
    Up,
    Down,
}

const WORDING: Wording = Wording {
    kind: "stack",
    expected: "`- Label: text`, a nested bullet for a slot, or `Grows: up`",
    most: 200,
};

/// Reads layers.
pub(crate) fn read(description: &Description, whole: Span) -> Result<Stack, Vec<Fault>> {
    let mut stack = Stack {
        layers: Vec::new(),
        grows: None,
    };
    let mut faults = Vec::new();
    let mut lines = Vec::new();
    for line in &description.lines {
        match line.text.strip_prefix("Grows:") {
            Some(direction) => faults.extend(stack.read_growth(direction.trim(), line).err()),
            None => lines.push(*line),
        }
    }
    match bullets::read(&lines, whole, WORDING) {
        Ok(bullets) => {
            let depths = bullets::depths(&bullets);
            for ((bullet, depth), line) in bullets.into_iter().zip(depths).zip(&lines) {
                faults.extend(stack.push(bullet, depth, line).err());
            }
        }
        Err(found) => faults.extend(found),
    }
    faults.sort_by_key(|fault| fault.span);
    if faults.is_empty() { Ok(stack) } else { Err(faults) }
}

impl Stack {
    fn read_growth(&mut self, direction: &str, line: &Line) -> Result<(), Fault> {
        let growth = match direction {
            "up" => Growth::Up,
            "down" => Growth::Down,
            other => {
                return Err(line.fault(
                    format!("a stack cannot grow `{other}`"),
                    "expected `Grows: up` or `Grows: down`",
                ));
            }
        };
        if self.grows.replace(growth).is_some() {
            return Err(line.fault("`Grows:` stands here a second time", "expected it once"));
        }
        Ok(())
    }

    /// Adds a layer, or a slot of the last one.
    fn push(&mut self, bullet: Bullet, depth: usize, line: &Line) -> Result<(), Fault> {
        match (depth, self.layers.last_mut()) {
            (0, _) => self.layers.push(Layer {
                entry: bullet,
                slots: Vec::new(),
            }),
            (1, Some(layer)) => layer.slots.push(bullet),
            _ => {
                return Err(line.fault(
                    "this bullet is nested in a slot",
                    "expected two levels: layers, and slots in them",
                ));
            }
        }
        Ok(())
    }

    /// A title made of the layers' names.
    pub(crate) fn title(&self) -> String {
        match self.layers.as_slice() {
            [first, .., last] => format!("Stack from {} to {}", first.entry.label.plain(), last.entry.label.plain()),
            layers => format!(
                "Stack of {}",
                layers.first().map(|layer| layer.entry.label.plain()).unwrap_or_default()
            ),
        }
    }

    /// The layers in words, top first.
    pub(crate) fn describe(&self) -> String {
        let say = |entry: &Bullet| match entry.text.is_empty() {
            true => entry.label.plain(),
            false => format!("{}: {}", entry.label.plain(), entry.text.plain()),
        };
        let layers: Vec<String> = self
            .layers
            .iter()
            .map(|layer| match layer.slots.as_slice() {
                [] => say(&layer.entry),
                slots => format!(
                    "{}, holding {}",
                    say(&layer.entry),
                    enumerate(&slots.iter().map(say).collect::<Vec<_>>())
                ),
            })
            .collect();
        let grows = match self.grows {
            Some(Growth::Up) => " It grows upwards.",
            Some(Growth::Down) => " It grows downwards.",
            None => "",
        };
        let count = match self.layers.len() {
            1 => "A stack of one layer".to_owned(),
            count => format!("A stack of {count} layers, from top to bottom"),
        };
        format!("{count}: {}.{grows}", layers.join("; "))
    }

    /// Puts the layers in their places; text is made smaller only where the stack is higher than a page.
    pub(crate) fn lay_out(&self, typesetter: &Typesetter, size: f64, space: Space) -> Laid {
        let scene = self.set(typesetter, size, space.width);
        let scene = if scene.height > space.height {
            self.set(typesetter, SMALLEST, space.width)
        } else {
            scene
        };
        Laid { scene, dense: false }
    }

    fn set(&self, typesetter: &Typesetter, size: f64, measure: f64) -> Scene {
        let set = Setter::new(self, typesetter, size, measure);
        let mut scene = Scene::default();
        let mut y = BOX_EDGE;
        for (at, layer) in self.layers.iter().enumerate() {
            let grown = match self.grows {
                Some(Growth::Up) => at == 0,
                Some(Growth::Down) => at + 1 == self.layers.len(),
                None => false,
            };
            y = set.layer(&mut scene, layer, at, grown, y) + GAP;
        }
        let bottom = y - GAP;
        scene.width = set.left + set.width + BOX_EDGE;
        scene.height = bottom + BOX_EDGE;
        if let Some(growth) = self.grows {
            push_growth(&mut scene, growth, bottom);
        }
        scene
    }
}

/// Between layers, and between slots.
const GAP: f64 = 3.0;
/// Between labels and texts.
const COLUMN: f64 = 12.0;
/// For the arrow of growth.
const ARROW: f64 = 16.0;
/// The least width of a stack, so that a layer named `A` is still a layer.
const LEAST: f64 = 110.0;

/// The columns that all layers of a stack share.
struct Setter<'a, 'b> {
    typesetter: &'a Typesetter<'b>,
    name: Style,
    body: Style,
    /// The left side of the layers.
    left: f64,
    /// The width of a layer.
    width: f64,
    /// The width of the column of labels.
    labels: f64,
    /// The width of the column of texts; 0 where there are none.
    texts: f64,
}

impl<'a, 'b> Setter<'a, 'b> {
    fn new(stack: &Stack, typesetter: &'a Typesetter<'b>, size: f64, measure: f64) -> Self {
        let name = Style::strong(size);
        let body = Style::plain(size);
        let left = if stack.grows.is_some() { BOX_EDGE + ARROW } else { BOX_EDGE };
        let inner = (measure - left - BOX_EDGE - 2.0 * PAD).max(40.0);
        let natural = |label: &Label, style: Style| typesetter.set(label, style, f64::INFINITY).width;
        let (mut labels, mut texts) = (0.0_f64, 0.0_f64);
        for layer in &stack.layers {
            labels = labels.max(natural(&layer.entry.label, name));
            texts = texts.max(natural(&layer.entry.text, body));
            for slot in &layer.slots {
                labels = labels.max(natural(&slot.label, body) + PAD);
                texts = texts.max(natural(&slot.text, body) + PAD);
            }
        }
        if texts > 0.0 {
            let room = inner - COLUMN;
            // Labels may take up to two fifths of the width, and more where the texts leave it.
            labels = labels.min((room * 0.42).max(room - texts)).min(room - 30.0_f64.min(texts));
            texts = texts.min(room - labels);
        } else {
            labels = labels.min(inner);
        }
        let content = labels + if texts > 0.0 { COLUMN + texts } else { 0.0 };
        let least = LEAST.min(inner);
        let slack = (least - content).max(0.0);
        if texts > 0.0 {
            texts += slack;
        } else {
            labels += slack;
        }
        Self {
            typesetter,
            name,
            body,
            left,
            width: content + slack + 2.0 * PAD,
            labels,
            texts,
        }
    }

    /// Adds a layer whose top is at `y`; gives the y of its bottom.
    fn layer(&self, scene: &mut Scene, layer: &Layer, at: usize, grown: bool, y: f64) -> f64 {
        let (label, text) = self.set_entry(&layer.entry, self.name, 0.0);
        let head = label.height.max(text.height) + 2.0 * RISE;
        let slots: Vec<(Lines, Lines)> = layer.slots.iter().map(|slot| self.set_entry(slot, self.body, PAD)).collect();
        let slot_height = |(label, text): &(Lines, Lines)| label.height.max(text.height) + RISE;
        let below: f64 = slots.iter().map(|slot| slot_height(slot) + GAP).sum();
        let height = head + below + if slots.is_empty() { 0.0 } else { RISE - GAP + 1.0 };
        let area = Area {
            x: self.left,
            y,
            width: self.width,
            height,
        };
        scene.push(
            Part::Node(at),
            Ink::Box {
                area,
                radius: CORNER,
                fill: Fill::Tint(Tone::Accent, if grown { 20 } else { 9 }),
                stroke: Some(Stroke::LINE),
            },
        );
        let row = Area { height: head, ..area };
        self.push_entry(scene, Part::Node(at), (&label, &text), row, 0.0, layer.slots.is_empty());
        let mut top = y + head - 1.0;
        for (place, slot) in slots.iter().enumerate() {
            let area = Area {
                x: self.left + PAD / 2.0,
                y: top,
                width: self.width - PAD,
                height: slot_height(slot),
            };
            let part = Part::Slot {
                node: SLOTS * (at + 1) + place,
                within: at,
            };
            scene.push(part, Ink::slot(area));
            let columns = Area {
                x: self.left,
                width: self.width,
                ..area
            };
            self.push_entry(scene, part, (&slot.0, &slot.1), columns, PAD, false);
            top += area.height + GAP;
        }
        y + height
    }

    fn set_entry(&self, entry: &Bullet, style: Style, inset: f64) -> (Lines, Lines) {
        let labels = if self.texts > 0.0 && entry.text.is_empty() {
            // Alone in its row, a label may use the whole of it.
            self.labels + COLUMN + self.texts
        } else {
            self.labels
        };
        let label = self.typesetter.set(&entry.label, style, labels - inset + SLACK);
        let text = self.typesetter.set(&entry.text, self.body, self.texts - inset + SLACK);
        (label, text)
    }

    fn push_entry(&self, scene: &mut Scene, part: Part, lines: (&Lines, &Lines), row: Area, inset: f64, whole: bool) {
        let (label, text) = lines;
        let inner = Area {
            x: row.x + PAD + inset,
            width: row.width - 2.0 * PAD - 2.0 * inset,
            ..row
        };
        let place = if self.texts > 0.0 || !whole {
            Place::Left
        } else {
            Place::Centre
        };
        scene.push_text(part, label, inner, place, Tone::Text);
        let column = Area {
            x: row.x + PAD + self.labels + COLUMN,
            ..row
        };
        scene.push_text(part, text, column, Place::Left, Tone::Text);
    }
}

/// Parts of slots are numbered from a multiple of this.
const SLOTS: usize = 1 << 16;

fn push_growth(scene: &mut Scene, growth: Growth, bottom: f64) {
    let x = BOX_EDGE + HEAD_LENGTH;
    let (low, high) = (Point::new(x, bottom), Point::new(x, BOX_EDGE));
    let points = match growth {
        Growth::Up => vec![low, high],
        Growth::Down => vec![high, low],
    };
    let stroke = Stroke {
        width: 1.25,
        tone: Tone::Accent,
        dashed: false,
    };
    scene.push_arrow(Part::Mark, points, stroke);
}

#[cfg(test)]
mod tests {
    use crate::figures::promises::{NAMES, Random, hold_any_label, hold_at_random, refuse};

    fn random_stack(random: &mut Random) -> String {
        let mut body = String::new();
        for _ in 0..1 + random.below(7) {
            let text = [
                "",
                ": text",
                ": a text that goes on for so long that it has to be broken into at least two lines",
            ][random.below(3)];
            body.push_str(&format!("- {}{text}\n", NAMES[random.below(16)]));
            for _ in 0..random.below(3) {
                body.push_str(&format!("  - {}: {}\n", NAMES[random.below(16)], NAMES[random.below(16)]));
            }
        }
        body.push_str(["", "Grows: up\n", "Grows: down\n"][random.below(3)]);
        body
    }

    #[test]
    fn random_stacks_keep_every_promise() {
        hold_at_random("stack", 0, random_stack);
    }

    #[test]
    fn any_label_stays_in_its_place() {
        hold_any_label("stack", &["- L: L\n  - L\nGrows: up"]);
    }

    #[test]
    fn what_cannot_be_read_is_reported_and_kept() {
        let lines = |line: fn(usize) -> String| (0..30_000).map(line).collect::<String>();
        refuse(
            "stack",
            &[
                ("", "this stack is empty"),
                ("text", "not a bullet"),
                ("- ", "no label"),
                ("- a\nGrows: sideways", "cannot grow"),
                ("- a\n  - b\n    - c", "nested in a slot"),
                (&format!("- b{}x", ": ".repeat(100_000)), "more than 500 characters"),
                (&lines(|at| format!("- {at}\n")), "more than 200 bullets"),
                (
                    &("- a\n".to_owned() + &lines(|at| format!("  - {at}\n"))),
                    "more than 200 bullets",
                ),
            ],
        );
    }
}
