//! `cycle`: steps that come round again.
//!
//! ```text
//! Fetch → Decode → Execute → Fetch
//! Fetch → Decode: next opcode
//! Centre: eval loop
//! ```
//!
//! Every line with arrows is a chain of steps; identical names are one step. The chains together must lead round once: one
//! arrow from each step, one to each. Text after the last `: ` is the label of the line's last arrow, `⇢` or `-->` is a weaker
//! arrow, and `Centre:` is said in the middle. A single step may lead to itself: `a → a`.

mod ring;
mod track;

use super::Laid;
use crate::figures::Space;
use crate::figures::language::{Arrow, Description, Fault, Label, Line, outside_code, split_at_arrows};
use crate::figures::look::{CORNER, EDGE, PAD, RISE};
use crate::figures::scene::{Area, Fill, Ink, Part, Place, Point, Scene, Stroke, Tone};
use crate::figures::text::{Lines, SMALLEST, Style, Typesetter};
use crate::source::Span;
use std::collections::BTreeMap;

/// Steps in the order in which they follow one another.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Cycle {
    steps: Vec<Step>,
    centre: Option<Label>,
}

/// A step, and the arrow to the next one.
#[derive(Debug, Clone, PartialEq)]
struct Step {
    name: Label,
    label: Option<Label>,
    weak: bool,
}

const EXPECTED: &str = "expected `a → b → a`, `a → b: label` or `Centre: text`";
const BRANCHES: &str = "`flow` and `states` show branches";
/// More steps than anyone can see at once.
const MOST: usize = 24;

/// Reads arrow lines and what stands in the centre.
pub(crate) fn read(description: &Description, whole: Span) -> Result<Cycle, Vec<Fault>> {
    let mut reader = Reader::default();
    let mut faults = Vec::new();
    for line in &description.lines {
        faults.extend(reader.read(line).err());
        if reader.names.len() > MOST {
            faults.push(Fault {
                span: whole,
                message: format!("this cycle has more than {MOST} steps"),
                expected: format!("expected at most {MOST}; no page can show more in a ring"),
            });
            break;
        }
    }
    if faults.is_empty() {
        match reader.close() {
            Ok(cycle) => return Ok(cycle),
            Err((message, expected)) => faults.push(Fault {
                span: whole,
                message,
                expected,
            }),
        }
    }
    faults.sort_by_key(|fault| fault.span);
    Err(faults)
}

#[derive(Default)]
struct Reader {
    names: Vec<Label>,
    by_name: BTreeMap<Label, usize>,
    /// By the step from which it leads: the arrow.
    arrows: BTreeMap<usize, (usize, Option<Label>, bool)>,
    /// By the step to which an arrow leads: the step from which.
    entered: BTreeMap<usize, usize>,
    centre: Option<Label>,
}

impl Reader {
    fn read(&mut self, line: &Line) -> Result<(), Fault> {
        if let Some(text) = line
            .text
            .strip_prefix("Centre:")
            .or_else(|| line.text.strip_prefix("Center:"))
        {
            let text = line.label(text)?;
            if text.is_empty() {
                return Err(line.fault("nothing follows `Centre:`", "expected what stands in the middle after it"));
            }
            if self.centre.replace(text).is_some() {
                return Err(line.fault("`Centre:` stands here a second time", "expected it once"));
            }
            return Ok(());
        }
        let (mut names, arrows) = split_at_arrows(line.text);
        if arrows.is_empty() {
            return Err(line.fault("this line of a cycle has no arrow", EXPECTED));
        }
        let mut text = None;
        if let Some(last) = names.last_mut() {
            let colon = outside_code(last, ": ").last();
            if let Some(at) = colon.or_else(|| last.ends_with(':').then(|| last.len() - 1)) {
                text = Some(line.label(last.get(at + 1..).unwrap_or_default())?);
                *last = last.get(..at).unwrap_or_default().trim();
            }
        }
        if text.as_ref().is_some_and(Label::is_empty) {
            return Err(line.fault("nothing follows the colon", "expected the arrow's label after it"));
        }
        let names = names
            .iter()
            .map(|name| line.label(name))
            .collect::<Result<Vec<Label>, Fault>>()?;
        if let Some(empty) = names.iter().position(Label::is_empty) {
            let side = if empty == 0 {
                "before the first arrow"
            } else {
                "after an arrow"
            };
            return Err(line.fault(format!("there is no name {side}"), EXPECTED));
        }
        let steps: Vec<usize> = names.into_iter().map(|name| self.step(name)).collect();
        let count = arrows.len();
        for (at, (ends, arrow)) in steps.windows(2).zip(arrows).enumerate() {
            if let [from, to] = *ends {
                let text = text.clone().filter(|_| at + 1 == count);
                self.join(line, from, to, text, arrow == Arrow::Weak)?;
            }
        }
        Ok(())
    }

    fn step(&mut self, name: Label) -> usize {
        let names = &mut self.names;
        *self.by_name.entry(name).or_insert_with_key(|name| {
            names.push(name.clone());
            names.len() - 1
        })
    }

    fn name(&self, step: usize) -> String {
        self.names.get(step).map(Label::plain).unwrap_or_default()
    }

    /// Adds an arrow, or a label to one that is there.
    fn join(&mut self, line: &Line, from: usize, to: usize, label: Option<Label>, weak: bool) -> Result<(), Fault> {
        let names = (self.name(from), self.name(to));
        if let Some((other, known, dashed)) = self.arrows.get_mut(&from) {
            if *other != to {
                let other = *other;
                return Err(line.fault(
                    format!("`{}` leads to `{}` and to `{}`", names.0, self.name(other), names.1),
                    format!("expected one arrow from each step of a cycle; {BRANCHES}"),
                ));
            }
            if label.is_some() && known.is_some() && *known != label {
                return Err(line.fault(
                    format!("the arrow from `{}` to `{}` has two labels", names.0, names.1),
                    "expected one",
                ));
            }
            if label.is_some() {
                *known = label;
            }
            *dashed |= weak;
            return Ok(());
        }
        if let Some(other) = self.entered.get(&to) {
            return Err(line.fault(
                format!("`{}` and `{}` both lead to `{}`", self.name(*other), names.0, names.1),
                format!("expected one arrow to each step of a cycle; {BRANCHES}"),
            ));
        }
        self.entered.insert(to, from);
        self.arrows.insert(from, (to, label, weak));
        Ok(())
    }

    /// Follows the arrows from the first step round to it again.
    fn close(self) -> Result<Cycle, (String, String)> {
        if self.names.is_empty() {
            return Err(("this cycle has no arrows".to_owned(), EXPECTED.to_owned()));
        }
        let mut steps = Vec::new();
        let mut at = 0;
        let mut passed = vec![false; self.names.len()];
        loop {
            let Some((next, label, weak)) = self.arrows.get(&at).cloned() else {
                let (end, first) = (self.name(at), self.name(self.first_of(at)));
                return Err((
                    format!("this cycle does not close: no arrow leads on from `{end}`"),
                    format!("expected `{end} → {first}`, or a `flow`"),
                ));
            };
            if let Some(passed) = passed.get_mut(at) {
                *passed = true;
            }
            let name = self.names.get(at).cloned().unwrap_or_default();
            steps.push(Step { name, label, weak });
            at = next;
            // No step is entered twice, so the first one to be met again is the one with which it began.
            if at == 0 {
                break;
            }
        }
        if let Some(other) = passed.iter().position(|passed| !passed) {
            return Err((
                format!("`{}` is not on the way round from `{}`", self.name(other), self.name(0)),
                "expected all steps in one ring, or a `flow`".to_owned(),
            ));
        }
        let centre = self.centre;
        Ok(Cycle { steps, centre })
    }

    /// The step with which the chain to a step begins.
    fn first_of(&self, mut step: usize) -> usize {
        for _ in 0..self.names.len() {
            match self.entered.get(&step) {
                Some(before) => step = *before,
                None => break,
            }
        }
        step
    }
}

impl Cycle {
    /// A title made of what stands in the centre, or of the steps.
    pub(crate) fn title(&self) -> String {
        match (&self.centre, self.steps.as_slice()) {
            (Some(centre), _) => format!("Cycle: {}", centre.plain()),
            (None, [first, .., last]) => format!("Cycle from {} to {} and back", first.name.plain(), last.name.plain()),
            (None, steps) => format!("Cycle of {}", steps.first().map(|step| step.name.plain()).unwrap_or_default()),
        }
    }

    /// The steps in words, in their order.
    pub(crate) fn describe(&self) -> String {
        let count = self.steps.len();
        let mut text = match count {
            1 => "A cycle of one step".to_owned(),
            _ => format!("A cycle of {count} steps"),
        };
        if let Some(centre) = &self.centre {
            text.push_str(&format!(" around {}", centre.plain()));
        }
        text.push_str(": ");
        let first = self.steps.first().map(|step| step.name.plain()).unwrap_or_default();
        text.push_str(&first);
        let next = self.steps.iter().skip(1).map(|step| step.name.plain());
        for (at, (step, next)) in self.steps.iter().zip(next.chain([first.clone()])).enumerate() {
            let by = if step.weak { "by a dashed arrow " } else { "" };
            let on = if at + 1 == count { "leads back to" } else { "leads to" };
            let who = if at == 0 { "" } else { ", which" };
            text.push_str(&format!("{who} {on_by}{next}", on_by = format_args!("{}{on} ", by)));
            if let Some(label) = &step.label {
                text.push_str(&format!(" ({})", label.plain()));
            }
        }
        text.push('.');
        text
    }

    /// Tries rings of several proportions and labels of several widths, then smaller text; then a track with straight lines.
    pub(crate) fn lay_out(&self, typesetter: &Typesetter, size: f64, space: Space) -> Laid {
        let middle = (size + SMALLEST) / 2.0;
        let sizes = [size.max(SMALLEST), middle.max(SMALLEST), SMALLEST];
        for size in sizes {
            let mut best: Option<(f64, Scene)> = None;
            let mut before = None;
            for wrap in WRAPS {
                let sized = Measured::new(self, typesetter, size, wrap);
                // Narrower labels that are the same need no second look.
                if before.replace(sized.shape()) == Some(sized.shape()) {
                    continue;
                }
                let strain = sized.strain();
                let least = best.as_ref().map_or(f64::MAX, |(least, _)| least - strain);
                let rings = ring::candidates(&sized, space, least).into_iter();
                for (cost, scene) in rings.chain(track::candidates(&sized)) {
                    let cost = cost + strain;
                    if space.holds(&scene) && best.as_ref().is_none_or(|(least, _)| cost < *least) {
                        best = Some((cost, scene));
                    }
                }
            }
            if let Some((_, scene)) = best {
                return Laid { scene, dense: false };
            }
        }
        let mut tightest: Option<(f64, Scene)> = None;
        for wrap in WRAPS {
            for (_, scene) in track::candidates(&Measured::new(self, typesetter, SMALLEST, wrap)) {
                let factor = space.factor(&scene);
                if tightest.as_ref().is_none_or(|(most, _)| factor > *most) {
                    tightest = Some((factor, scene));
                }
            }
        }
        let scene = tightest.map(|(_, scene)| scene).unwrap_or_default();
        Laid { scene, dense: true }
    }
}

/// The widths in which labels are tried.
const WRAPS: [f64; 3] = [110.0, 80.0, 58.0];
/// The least that is seen of an arrow.
const REACH: f64 = 19.0;
/// Between a line and its label.
const BESIDE: f64 = 3.0;

/// A cycle whose labels are set.
struct Measured<'a> {
    cycle: &'a Cycle,
    names: Vec<Lines>,
    /// All boxes are of one size.
    width: f64,
    height: f64,
    /// For each arrow; empty where there is no label.
    labels: Vec<Lines>,
    /// Empty if nothing stands there.
    centre: Lines,
}

impl<'a> Measured<'a> {
    fn new(cycle: &'a Cycle, typesetter: &Typesetter, size: f64, wrap: f64) -> Self {
        let style = Style::plain(size);
        let small = Style::small(size);
        let strong = Style::strong(size);
        let set = |label: &Option<Label>, style: Style, wrap: f64| {
            let label = label.as_ref();
            label.map(|label| typesetter.set(label, style, wrap)).unwrap_or_default()
        };
        let steps = cycle.steps.iter();
        let names: Vec<Lines> = steps.clone().map(|step| typesetter.set(&step.name, style, wrap)).collect();
        let most = |pick: fn(&Lines) -> f64| names.iter().map(pick).fold(0.0, f64::max);
        Self {
            cycle,
            width: (most(|lines| lines.width) + 2.0 * PAD).max(24.0),
            height: most(|lines| lines.height) + 2.0 * RISE,
            labels: steps.map(|step| set(&step.label, small, wrap.min(84.0))).collect(),
            centre: set(&cycle.centre, strong, wrap),
            names,
        }
    }

    /// The sizes of all labels.
    fn shape(&self) -> Vec<(f64, f64)> {
        let labels = self.names.iter().chain(&self.labels).chain([&self.centre]);
        labels.map(|lines| (lines.width, lines.height)).collect()
    }

    /// What broken labels cost.
    fn strain(&self) -> f64 {
        let extra = |lines: &Lines| {
            let extra = lines.lines.len().saturating_sub(1) as f64;
            extra * extra * 3.0
        };
        self.names.iter().chain(&self.labels).chain([&self.centre]).map(extra).sum()
    }

    /// All shapes, moved so that they begin at the edge.
    fn scene(&self, drawn: &Drawn) -> Scene {
        let mut scene = Scene::default();
        let (mut low, mut high) = (Point::new(f64::MAX, f64::MAX), Point::new(f64::MIN, f64::MIN));
        let mut cover = |area: &Area| {
            low = Point::new(low.x.min(area.x), low.y.min(area.y));
            high = Point::new(high.x.max(area.right()), high.y.max(area.bottom()));
        };
        let count = self.names.len();
        for (at, (step, points)) in self.cycle.steps.iter().zip(&drawn.arrows).enumerate() {
            let stroke = Stroke {
                dashed: step.weak,
                ..Stroke::LINE
            };
            let to = (at + 1) % count.max(1);
            points.iter().for_each(|point| {
                cover(&Area {
                    x: point.x,
                    y: point.y,
                    ..Area::default()
                })
            });
            scene.push_arrow(Part::Edge { from: at, to }, points.clone(), stroke);
        }
        for (at, (area, name)) in drawn.boxes.iter().zip(&self.names).enumerate() {
            cover(area);
            let ink = Ink::Box {
                area: *area,
                radius: CORNER,
                fill: Fill::Tint(Tone::Accent, 9),
                stroke: Some(Stroke::LINE),
            };
            scene.push(Part::Node(at), ink);
            scene.push_text(Part::Node(at), name, *area, Place::Centre, Tone::Text);
        }
        for (area, label) in drawn.labels.iter().zip(&self.labels) {
            let Some(area) = area else { continue };
            cover(area);
            scene.push_text(Part::EdgeLabel, label, *area, Place::Centre, Tone::Muted);
        }
        if let Some(area) = &drawn.centre {
            cover(area);
            scene.push_text(Part::EdgeLabel, &self.centre, *area, Place::Centre, Tone::Text);
        }
        scene.shift(EDGE - low.x, EDGE - low.y);
        scene.width = high.x - low.x + 2.0 * EDGE;
        scene.height = high.y - low.y + 2.0 * EDGE;
        scene
    }
}

/// Where everything stands.
struct Drawn {
    boxes: Vec<Area>,
    /// From box to box.
    arrows: Vec<Vec<Point>>,
    labels: Vec<Option<Area>>,
    centre: Option<Area>,
}

/// An area around a point.
fn around(centre: Point, width: f64, height: f64) -> Area {
    Area {
        x: centre.x - width / 2.0,
        y: centre.y - height / 2.0,
        width,
        height,
    }
}

/// The area with a margin.
fn wider(area: &Area, margin: f64) -> Area {
    around(area.centre(), area.width + 2.0 * margin, area.height + 2.0 * margin)
}

fn overlap(a: &Area, b: &Area) -> bool {
    a.x < b.right() && b.x < a.right() && a.y < b.bottom() && b.y < a.bottom()
}

/// Whether a line comes so near to an area that it seems to touch it.
fn meets(points: &[Point], area: &Area) -> bool {
    points.windows(2).any(|ends| match *ends {
        [a, b] => {
            let piece = Area {
                x: a.x.min(b.x) - 0.3,
                y: a.y.min(b.y) - 0.3,
                width: (a.x - b.x).abs() + 0.6,
                height: (a.y - b.y).abs() + 0.6,
            };
            overlap(&piece, area)
        }
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use crate::figures::promises::{NAMES, Random, drawn, hold_any_label, hold_at_random, refuse};

    fn random_cycle(random: &mut Random) -> String {
        let count = 1 + random.below(12);
        let first = random.below(16);
        let name = |at: usize| NAMES[(first + at % count) % 16];
        let mut body = String::new();
        for at in 0..count {
            let label = [
                "",
                "",
                ": next",
                ": a longer label",
                ": a label that is so long that it is broken",
            ][random.below(5)];
            let arrow = ["→", "→", "⇢"][random.below(3)];
            body.push_str(&format!("{} {arrow} {}{label}\n", name(at), name(at + 1)));
        }
        body.push_str(["", "Centre: loop\n", "Centre: what all of it turns around\n"][random.below(3)]);
        body
    }

    #[test]
    fn random_cycles_keep_every_promise() {
        hold_at_random("cycle", 0, random_cycle);
    }

    #[test]
    fn any_label_stays_in_its_place() {
        hold_any_label("cycle", &["L → b → a → L\nCentre: L", "a → a: L", "a → L: L\nL → a: L"]);
    }

    #[test]
    fn what_cannot_be_read_is_reported_and_kept() {
        let chain: String = (0..40).map(|at| format!("n{at} → n{}\n", at + 1)).collect();
        refuse(
            "cycle",
            &[
                ("", "this cycle has no arrows"),
                ("alone", "no arrow"),
                ("Centre: a", "this cycle has no arrows"),
                ("a → b → c", "expected `c → a`"),
                ("a → b → a\na → c", "`a` leads to `b` and to `c`"),
                ("a → b\nc → b", "`a` and `c` both lead to `b`"),
                ("a → b → a\nc → d → c", "`c` is not on the way round from `a`"),
                ("a → b: x\na → b: y\nb → a", "has two labels"),
                ("a → → a", "no name after an arrow"),
                ("a → a:", "nothing follows the colon"),
                ("a → `a", "a backtick opens code"),
                ("a → a\nCentre:", "nothing follows `Centre:`"),
                ("a → a\nCentre: b\nCentre: c", "a second time"),
                (&chain, "more than 24 steps"),
                (&"a → ".repeat(30_000), "no name"),
            ],
        );
    }

    #[test]
    fn the_way_round_is_told_in_order() {
        let (drawing, _) = drawn(
            "cycle",
            "Fetch → Decode: opcode\nExecute → Fetch\nDecode ⇢ Execute\nCentre: eval loop",
        );
        assert_eq!(drawing.title, "Cycle: eval loop");
        assert_eq!(
            drawing.description,
            "A cycle of 3 steps around eval loop: Fetch leads to Decode (opcode), which by a dashed arrow leads to Execute, \
             which leads back to Fetch."
        );
    }
}
