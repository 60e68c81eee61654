//! A sequence in its places: actors side by side, time downwards.
//!
//! Columns are as far apart as the labels between them ask for. Where that is too wide for the page, labels are broken into
//! narrower lines and text becomes smaller; then labels may reach over the lines of their actors, which are interrupted
//! there; at last the boxes of the actors stand on two levels.

mod draw;

use self::draw::Drawing;
use super::{BlockKind, Message, Note, Sequence, Step};
use crate::figures::Space;
use crate::figures::kinds::Laid;
use crate::figures::language::{Label, Run};
use crate::figures::look::{EDGE, PAD, RISE};
use crate::figures::scene::Scene;
use crate::figures::text::{Lines, SMALLEST, Style, Typesetter};

/// Between the boxes of two actors.
const APART: f64 = 10.0;
/// Between a label and the lines of the actors at both sides of it.
const BESIDE: f64 = 6.0;
/// Between a line of an actor and what interrupts it.
const CLEAR: f64 = 2.0;
/// From a label down to its arrow.
const ABOVE: f64 = 1.5;
/// From a message to the next, where there is room and where there is not.
const STEP: (f64, f64) = (8.0, 4.5);
/// How far a message of an actor to itself stands out, and how high it is.
const LOOP: (f64, f64) = (13.0, 11.0);
/// Between a frame and what stands in it, at its sides.
const FRAME: f64 = 7.0;
/// Between a line and the name of a frame beside it.
const HEADING: f64 = 5.0;
/// Two actors stand at least so far apart if the page is wide enough.
const EASY: f64 = 84.0;
/// Parts of the second row of actors are numbered from here, notes from twice as much.
const SECOND: usize = 1 << 12;
/// A figure that is higher names its actors below as well.
const TALL: f64 = 300.0;

/// What one layout does to come to the page.
#[derive(Debug, Clone, Copy)]
struct Plan {
    size: f64,
    /// Labels are at most so wide, unless there is more room between their actors.
    wrap: f64,
    reach: Reach,
    measure: f64,
    /// From a message to the next.
    step: f64,
    /// Whether the actors are named below as well.
    repeat: bool,
}

/// What labels and boxes may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// Labels stand between the lines of their actors.
    Between,
    /// Labels may reach over lines.
    Over,
    /// They may, and the actors' boxes stand on two levels.
    Staggered,
}

impl Sequence {
    /// Tries narrower labels, smaller text, then labels over lines, and keeps the best that fits.
    pub(crate) fn lay_out(&self, typesetter: &Typesetter, size: f64, space: Space) -> Laid {
        let size = size.max(SMALLEST);
        let mut best: Option<(f64, Plan)> = None;
        let mut tightest: Option<(f64, Plan)> = None;
        for plan in plans(size, space.width) {
            let columns = Columns::new(self, typesetter, plan);
            let (scene, strain) = columns.scene();
            if space.holds(&scene) {
                let cost = scene.height + 0.1 * scene.width + strain + 22.0 * (size - plan.size);
                if best.as_ref().is_none_or(|(least, _)| cost < *least) {
                    best = Some((cost, plan));
                }
            }
            let factor = space.factor(&scene) * plan.size;
            if tightest.as_ref().is_none_or(|(most, _)| factor > *most) {
                tightest = Some((factor, plan));
            }
        }
        let dense = best.is_none();
        let Some((_, plan)) = best.or(tightest) else {
            return Laid {
                scene: Scene::default(),
                dense,
            };
        };
        let (mut scene, _) = Columns::new(self, typesetter, plan).scene();
        if scene.height > TALL && self.actors.len() > 1 {
            let repeat = Plan { repeat: true, ..plan };
            let (longer, _) = Columns::new(self, typesetter, repeat).scene();
            if space.holds(&longer) {
                scene = longer;
            }
        }
        Laid { scene, dense }
    }
}

fn plans(size: f64, measure: f64) -> Vec<Plan> {
    let mut plans = Vec::new();
    let mut add = |size: f64, wrap: f64, reach: Reach| {
        plans.push(Plan {
            size,
            wrap,
            reach,
            measure,
            step: STEP.0,
            repeat: false,
        });
    };
    for size in [size, (size + SMALLEST) / 2.0, SMALLEST] {
        for wrap in [150.0, 120.0, 96.0, 76.0, 60.0, 48.0] {
            add(size, wrap, Reach::Between);
        }
        add(size, 120.0, Reach::Over);
        add(size, 120.0, Reach::Staggered);
    }
    // The same with the smallest text and less space between messages.
    let small = plans.iter().filter(|plan| plan.size <= SMALLEST);
    let tight: Vec<Plan> = small.map(|plan| Plan { step: STEP.1, ..*plan }).collect();
    plans.extend(tight);
    plans
}

/// The columns of a sequence, and everything in it set in lines, before anything has a height.
struct Columns<'a> {
    sequence: &'a Sequence,
    plan: Plan,
    /// The names of the actors, and the size that their boxes share.
    heads: Vec<Lines>,
    head: (f64, f64),
    /// The x of each actor's line.
    lines: Vec<f64>,
    /// Each step set, with the place across the page that it takes.
    steps: Vec<Set>,
    /// How uneasy the labels are to read.
    strain: f64,
}

/// A step with its text set.
#[derive(Debug, Clone, Default)]
struct Set {
    /// The label, or the name of a frame.
    text: Lines,
    /// The word before the name of a frame.
    word: Lines,
    /// Where it begins and ends; for a frame, its sides.
    x: f64,
    right: f64,
}

/// The room that a step asks for between two actors.
struct Need {
    from: usize,
    to: usize,
    width: f64,
}

impl<'a> Columns<'a> {
    fn new(sequence: &'a Sequence, typesetter: &Typesetter, plan: Plan) -> Self {
        let strong = Style::strong(plan.size);
        let wrap = if plan.reach == Reach::Between {
            plan.wrap.min(96.0)
        } else {
            48.0
        };
        let names = sequence.actors.iter();
        let heads: Vec<Lines> = names.map(|name| typesetter.set(name, strong, wrap)).collect();
        let most = |size: fn(&Lines) -> f64| heads.iter().map(size).fold(0.0, f64::max);
        let pad = if plan.reach == Reach::Between { PAD } else { PAD - 2.0 };
        let head = (
            (most(|lines| lines.width) + 2.0 * pad).max(30.0),
            most(|lines| lines.height) + 2.0 * RISE,
        );
        let mut columns = Self {
            sequence,
            plan,
            heads,
            head,
            lines: Vec::new(),
            steps: Vec::new(),
            strain: 0.0,
        };
        columns.place(typesetter);
        columns.set(typesetter);
        columns.frame();
        columns
    }

    /// The style of labels at arrows and of notes.
    fn small(&self) -> Style {
        Style::small(self.plan.size)
    }

    fn strong(&self) -> Style {
        Style::strong(self.small().size)
    }

    /// The labels of the messages, with their numbers if they show them.
    fn labels(&self) -> Vec<Label> {
        let mut number = 0;
        let steps = self.sequence.steps.iter();
        steps
            .map(|step| match step {
                Step::Message(message) => {
                    number += 1;
                    numbered(&message.label, self.sequence.numbered.then_some(number))
                }
                Step::Note(note) => note.label.clone(),
                Step::Open(_, label) | Step::Divide(_, label) => label.clone(),
                Step::Close => Label::default(),
            })
            .collect()
    }

    /// Finds the x of the actors' lines.
    fn place(&mut self, typesetter: &Typesetter) {
        let count = self.sequence.actors.len();
        let least = match self.plan.reach {
            Reach::Staggered => self.head.0 / 2.0 + APART / 2.0,
            Reach::Between | Reach::Over => self.head.0 + APART,
        };
        let mut gaps = vec![least.max(30.0); count.saturating_sub(1)];
        if self.plan.reach == Reach::Between {
            self.widen(&mut gaps, &self.needs(typesetter));
        } else {
            // As wide as the page allows, so that labels reach over few lines.
            let room = self.plan.measure - 2.0 * EDGE - self.head.0 - 2.0 * FRAME * self.depth() as f64;
            let share = room / gaps.len().max(1) as f64;
            gaps.iter_mut().for_each(|gap| *gap = gap.max(share.min(130.0)));
        }
        let mut x = self.head.0 / 2.0;
        self.lines.push(x);
        for gap in gaps {
            x += gap;
            self.lines.push(x);
        }
        self.lines.truncate(count);
    }

    /// How deep frames stand in frames.
    fn depth(&self) -> usize {
        let (mut depth, mut most) = (0_usize, 0);
        for step in &self.sequence.steps {
            match step {
                Step::Open(..) => depth += 1,
                Step::Close => depth = depth.saturating_sub(1),
                _ => {}
            }
            most = most.max(depth);
        }
        most
    }

    /// The room that labels ask for between lines.
    fn needs(&self, typesetter: &Typesetter) -> Vec<Need> {
        let (last, wrap) = (self.sequence.actors.len().saturating_sub(1), self.plan.wrap);
        let mut needs = Vec::new();
        for (step, label) in self.sequence.steps.iter().zip(self.labels()) {
            let width = typesetter.set(&label, self.small(), wrap).width;
            let mut need = |from: usize, to: usize, width: f64| needs.push(Need { from, to, width });
            match step {
                Step::Message(message) if message.from != message.to => {
                    let (from, to) = (message.from.min(message.to), message.from.max(message.to));
                    need(from, to, (width + 2.0 * BESIDE).max(30.0));
                }
                Step::Message(message) if message.from < last => {
                    need(message.from, message.from + 1, LOOP.0 + 3.0 + width + BESIDE);
                }
                Step::Note(note) if note.from == note.to => {
                    let half = width / 2.0 + PAD + BESIDE;
                    if note.from > 0 {
                        need(note.from - 1, note.from, half);
                    }
                    if note.from < last {
                        need(note.from, note.from + 1, half);
                    }
                }
                Step::Note(note) => need(note.from, note.to, width),
                _ => {}
            }
        }
        // What stands between two neighbours has no choice; the others share what is missing.
        needs.sort_by_key(|need| need.to.saturating_sub(need.from));
        needs
    }

    /// Widens the gaps to what is needed: all alike if the page is wide enough for that, else each for itself.
    fn widen(&self, gaps: &mut [f64], needs: &[Need]) {
        let alike = needs.iter().fold(gaps.iter().copied().fold(0.0, f64::max), |gap, need| {
            gap.max(need.width / need.to.saturating_sub(need.from).max(1) as f64)
        });
        let margins = self.head.0 + 2.0 * EDGE + 2.0 * FRAME * self.depth() as f64;
        for gap in [alike.max(EASY), alike] {
            if gap * gaps.len() as f64 + margins <= self.plan.measure {
                gaps.iter_mut().for_each(|each| *each = gap);
                return;
            }
        }
        for need in needs {
            let Some(between) = gaps.get_mut(need.from..need.to) else {
                continue;
            };
            let missing = need.width - between.iter().sum::<f64>();
            if missing > 0.0 {
                let share = missing / between.len().max(1) as f64;
                between.iter_mut().for_each(|gap| *gap += share);
            }
        }
    }

    fn line(&self, actor: usize) -> f64 {
        self.lines.get(actor).copied().unwrap_or_default()
    }

    /// Sets all text between the lines, or over them.
    fn set(&mut self, typesetter: &Typesetter) {
        let (small, strong) = (self.small(), self.strong());
        let labels = self.labels();
        for (step, label) in self.sequence.steps.iter().zip(&labels) {
            let set = match step {
                Step::Message(message) if message.from == message.to => self.set_loop(typesetter, message, label),
                Step::Message(message) => self.set_message(typesetter, message, label),
                Step::Note(note) => self.set_note(typesetter, note, label),
                // The sides of frames depend on what stands in them.
                Step::Open(kind, _) => Set {
                    word: typesetter.set(&word(kind.shown()), strong, f64::INFINITY),
                    text: typesetter.set(label, frame_style(*kind, small), self.plan.wrap.max(90.0)),
                    ..Set::default()
                },
                Step::Divide(kind, _) => Set {
                    word: typesetter.set(&word(kind.shown_divider()), strong, f64::INFINITY),
                    text: typesetter.set(label, small, self.plan.wrap.max(90.0)),
                    ..Set::default()
                },
                Step::Close => Set::default(),
            };
            let extra = set.text.lines.len().saturating_sub(1) as f64;
            self.strain += 2.5 * extra * extra;
            self.steps.push(set);
        }
    }

    /// The sides between which everything stands that may choose.
    fn sides(&self) -> (f64, f64) {
        let half = self.head.0 / 2.0;
        (self.line(0) - half, self.lines.last().copied().unwrap_or_default() + half)
    }

    /// Moves a stretch between the sides; what is too wide begins at the left one.
    fn within(&self, x: f64, width: f64) -> f64 {
        let (left, right) = self.sides();
        x.min(right - width).max(left)
    }

    fn set_message(&mut self, typesetter: &Typesetter, message: &Message, label: &Label) -> Set {
        let (a, b) = (self.line(message.from), self.line(message.to));
        let (from, to) = (a.min(b), a.max(b));
        let middle = (from + to) / 2.0;
        let room = to - from - 2.0 * BESIDE;
        if self.plan.reach == Reach::Between {
            let text = typesetter.set(label, self.small(), room.max(10.0) + 0.1);
            let x = middle - text.width / 2.0;
            return Set {
                x: x.min(from),
                right: (x + text.width).max(to),
                text,
                ..Set::default()
            };
        }
        let (left, right) = self.sides();
        // Over lines, but not farther than it must, and rather in two lines than over half of the figure.
        let mut text = typesetter.set(label, self.small(), room.max(self.plan.wrap).min(right - left));
        if text.width > room {
            let narrower = typesetter.set(label, self.small(), room.max(60.0));
            if narrower.lines.len() <= 2 {
                text = narrower;
            }
        }
        if text.width > room {
            self.strain += 8.0;
        }
        let x = self.within(middle - text.width / 2.0, text.width);
        Set {
            x: x.min(from),
            right: (x + text.width).max(to),
            text,
            ..Set::default()
        }
    }

    fn set_loop(&mut self, typesetter: &Typesetter, message: &Message, label: &Label) -> Set {
        let at = self.line(message.from);
        let next = self.lines.get(message.from + 1).copied();
        let lead = LOOP.0 + 3.0;
        let room = match (self.plan.reach, next) {
            (Reach::Between, Some(next)) => next - at - lead - BESIDE + 0.1,
            (Reach::Between, None) => self.plan.wrap,
            _ => self.plan.wrap.min(90.0),
        };
        let text = typesetter.set(label, self.small(), room.max(10.0));
        let width = lead + text.width;
        let (left, right) = self.sides();
        // Where there is no room on the right, the loop stands on the left.
        let turned = self.plan.reach != Reach::Between && at + width > right && at - width >= left;
        let (x, right) = if turned { (at - width, at) } else { (at, at + width) };
        Set {
            text,
            x,
            right,
            ..Set::default()
        }
    }

    fn set_note(&mut self, typesetter: &Typesetter, note: &Note, label: &Label) -> Set {
        let (from, to) = (self.line(note.from), self.line(note.to));
        let reach = if note.from == note.to { 0.0 } else { 2.0 * (PAD + 4.0) };
        let span = to - from + reach;
        // Over one line, a narrow note can stand in the middle.
        let least = match (self.plan.reach, note.from == note.to) {
            (Reach::Over | Reach::Staggered, true) => 76.0,
            _ => self.plan.wrap,
        };
        let room = (span - 2.0 * PAD).max(least);
        let text = typesetter.set(label, self.small(), room);
        let width = span.max(text.width + 2.0 * PAD);
        let x = (from + to - width) / 2.0;
        let x = if self.plan.reach == Reach::Between {
            x
        } else {
            self.within(x, width)
        };
        Set {
            text,
            x,
            right: x + width,
            ..Set::default()
        }
    }

    /// Finds the sides of the frames: around all lines and labels in them, and as wide as their names.
    fn frame(&mut self) {
        let (left, right) = self.sides();
        // The line beside which an outer frame is named stands in by the frames within.
        let inset = FRAME * self.depth().saturating_sub(1) as f64;
        let mut open: Vec<(usize, f64, f64)> = Vec::new();
        for (at, step) in self.sequence.steps.iter().enumerate() {
            let (mut from, mut to) = match step {
                Step::Message(_) | Step::Note(_) => self.steps.get(at).map_or((0.0, 0.0), |set| (set.x, set.right)),
                Step::Open(..) => {
                    open.push((at, f64::MAX, f64::MIN));
                    continue;
                }
                Step::Divide(..) => {
                    let need = self.steps.get(at).map_or(0.0, Set::heading);
                    if let Some((opened, ..)) = open.last().copied()
                        && let Some(set) = self.steps.get_mut(opened)
                    {
                        // The widest heading of a frame is kept where its sides will be.
                        set.right = set.right.max(need);
                    }
                    continue;
                }
                Step::Close => {
                    let Some((opened, from, to)) = open.pop() else { continue };
                    let Some(set) = self.steps.get_mut(opened) else { continue };
                    let need = set.heading().max(set.right) + 2.0 * FRAME + HEADING + inset;
                    let (mut from, mut to) = (from - FRAME, to + FRAME);
                    if to - from < need {
                        to = (from + need).min(to.max(right));
                        from = (to - need).min(from);
                        if from < left {
                            to += (left - from).min(need - (to - left).max(0.0)).max(0.0);
                            from = left.min(to - need);
                        }
                    }
                    (set.x, set.right) = (from, to);
                    (from, to)
                }
            };
            // No side of a frame lies on or close to an actor's line.
            if matches!(step, Step::Close) {
                for line in &self.lines {
                    if (line - from).abs() < 4.0 {
                        from = line - 4.0;
                    }
                    if (line - to).abs() < 4.0 {
                        to = line + 4.0;
                    }
                }
            }
            if let Some((_, outer_from, outer_to)) = open.last_mut() {
                *outer_from = outer_from.min(from);
                *outer_to = outer_to.max(to);
            }
        }
    }

    /// Where a name of a frame begins: beside the line that the frame begins with, which need not be interrupted then.
    fn heading_x(&self, frame: &Set, width: f64) -> f64 {
        let x = frame.x + FRAME;
        let near = |line: &&f64| x - 2.0 < **line && **line < x + 2.0 * FRAME;
        let beside = self.lines.iter().find(near).map(|line| line + HEADING);
        beside.filter(|beside| beside + width + FRAME <= frame.right).unwrap_or(x)
    }

    /// Puts everything in its place, from top to bottom; gives how uneasy it is to read, too.
    fn scene(&self) -> (Scene, f64) {
        let mut drawing = Drawing::new(self);
        for (at, (step, set)) in self.sequence.steps.iter().zip(&self.steps).enumerate() {
            match step {
                Step::Message(message) if message.from == message.to => drawing.push_loop(message, set),
                Step::Message(message) => drawing.push_message(message, set),
                Step::Note(_) => drawing.push_note(at, set),
                Step::Open(..) => drawing.open(at, set),
                Step::Divide(..) => drawing.divide(set),
                Step::Close => drawing.close(),
            }
        }
        let uneasy = match self.plan.reach {
            Reach::Between => 0.0,
            Reach::Over => 40.0,
            Reach::Staggered => 90.0,
        };
        let tight = if self.plan.step < STEP.0 { 150.0 } else { 0.0 };
        (drawing.finish(), self.strain + uneasy + tight)
    }
}

impl Set {
    /// The width of a frame's word and name.
    fn heading(&self) -> f64 {
        let gap = if self.word.width > 0.0 && self.text.width > 0.0 {
            4.0
        } else {
            0.0
        };
        self.word.width + gap + self.text.width
    }
}

fn numbered(label: &Label, number: Option<usize>) -> Label {
    let Some(number) = number else { return label.clone() };
    let mut text = word(&format!("{number}. "));
    for run in &label.runs {
        text.push(&run.text, run.code);
    }
    text.trim_end();
    text
}

fn word(text: &str) -> Label {
    let runs = match text.is_empty() {
        true => Vec::new(),
        false => vec![Run {
            text: text.to_owned(),
            code: false,
        }],
    };
    Label { runs }
}

/// A group has no word before its name, so its name is what stands out.
fn frame_style(kind: BlockKind, small: Style) -> Style {
    match kind {
        BlockKind::Group => Style::strong(small.size),
        _ => small,
    }
}
