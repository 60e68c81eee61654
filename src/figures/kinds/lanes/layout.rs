//! Lanes in their places: rows of bars, time to the right.
//!
//! Names stand beside their rows, or above them where the page is narrow. Where the bars become too small, time goes on in
//! another set of rows below; where the labels of messages find no room, numbers stand there and the texts below.

mod draw;

use super::{Lanes, Message};
use crate::figures::Space;
use crate::figures::kinds::Laid;
use crate::figures::language::{Label, Run};
use crate::figures::layout::scale::{multiples, round_step};
use crate::figures::look::EDGE;
use crate::figures::scene::{Area, Part, Place, Scene, Tone};
use crate::figures::text::{Lines, SMALLEST, Style, Typesetter};

/// Inside of a bar, at its sides.
const PAD: f64 = 3.5;
/// Inside of a bar, above and below.
const RISE: f64 = 3.5;
/// Between a name and its row.
const COLUMN: f64 = 10.0;
/// Between rows.
const ROWS: f64 = 7.0;
/// Between rows that a message joins.
const REACH: f64 = 18.0;
/// Between sets of rows.
const FOLD: f64 = 14.0;
/// Between a line and a label.
const BESIDE: f64 = 4.0;
/// How much of a bar's side is left free, so that neighbours are two bars.
const INSET: f64 = 0.6;
/// How long the marks of the axis are.
const TICK: f64 = 3.0;
/// How wide names beside the rows may be, and how wide where the page is narrow.
const WIDE: f64 = 90.0;
/// See [`WIDE`].
const NARROW: f64 = 54.0;
/// No label of a message is wider.
const WIDEST: f64 = 110.0;
/// Parts of bars are numbered from a multiple of this, for each lane.
const BARS: usize = 1 << 12;

/// What one layout does to come to the page.
#[derive(Debug, Clone, Copy)]
struct Plan {
    size: f64,
    /// The width of names beside the rows; none for names above them.
    names: Option<f64>,
    /// In how many sets of rows time is cut.
    folds: usize,
    /// How many lines a word in a bar may have.
    lines: usize,
    texts: Texts,
    measure: f64,
}

/// Where the texts of messages stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Texts {
    /// At their arrows.
    Beside,
    /// Below, with numbers at the arrows.
    Below,
    /// The same, and numbers that find no room are left out.
    Loose,
}

impl Lanes {
    /// Tries names beside and above, words in one line and in two, time in one piece and in several, and keeps the best.
    pub(crate) fn lay_out(&self, typesetter: &Typesetter, size: f64, space: Space) -> Laid {
        let size = size.max(SMALLEST);
        let mut choice = Choice::default();
        let widest = self.name_widths(typesetter, size);
        for size in [size, (size + SMALLEST) / 2.0, SMALLEST] {
            for names in widest.iter().copied() {
                for lines in [1, 2] {
                    let plan = Plan {
                        size,
                        names,
                        folds: 1,
                        lines,
                        texts: Texts::Beside,
                        measure: space.width,
                    };
                    self.fold(typesetter, plan, space, &mut choice);
                }
            }
            // Smaller text is for what larger text leaves unsaid.
            if choice.easy {
                break;
            }
        }
        let dense = choice.best.is_none();
        let scene = choice.best.or(choice.tightest).map(|(_, scene)| scene).unwrap_or_default();
        Laid { scene, dense }
    }

    /// The widths for names beside the rows that make a difference, and none for names above them.
    fn name_widths(&self, typesetter: &Typesetter, size: f64) -> Vec<Option<f64>> {
        let style = Style::strong(size);
        let widths = self
            .lanes
            .iter()
            .map(|lane| typesetter.set(&lane.label, style, f64::INFINITY).width);
        let widest = widths.fold(0.0, f64::max);
        let narrow = Some(NARROW).filter(|narrow| widest > *narrow);
        [Some(Some(WIDE)), narrow.map(Some), Some(None)]
            .into_iter()
            .flatten()
            .collect()
    }

    /// Tries time in one piece, and in more as long as words or labels find no room.
    fn fold(&self, typesetter: &Typesetter, plan: Plan, space: Space, choice: &mut Choice) {
        for folds in 1..=4 {
            let ways = [Texts::Beside, Texts::Below, Texts::Loose].into_iter();
            let mut drafts = ways.filter_map(|texts| {
                let draft = Draft::new(self, typesetter, Plan { folds, texts, ..plan });
                let full = draft.wordless.iter().all(|wordless| !wordless) && texts == Texts::Beside;
                draft.scene().map(|(scene, strain)| (scene, strain, full))
            });
            let Some((scene, strain, full)) = drafts.next() else {
                continue;
            };
            let cost = scene.height + strain - 25.0 * plan.size;
            if space.holds(&scene) {
                choice.easy |= full;
                if choice.best.as_ref().is_none_or(|(least, _)| cost < *least) {
                    choice.best = Some((cost, scene));
                }
            } else if choice.best.is_none() {
                let factor = space.factor(&scene) * plan.size;
                if choice.tightest.as_ref().is_none_or(|(most, _)| factor > *most) {
                    choice.tightest = Some((factor, scene));
                }
            }
            if full {
                break;
            }
        }
    }
}

/// The best of the layouts tried.
#[derive(Default)]
struct Choice {
    /// What fits, and its cost.
    best: Option<(f64, Scene)>,
    /// Of what does not fit, the one whose text would be the largest.
    tightest: Option<(f64, Scene)>,
    /// Whether one fits in which all words stand in their bars and all labels at their arrows.
    easy: bool,
}

/// Lanes with a scale, on their way down the page.
struct Draft<'a> {
    lanes: &'a Lanes,
    typesetter: &'a Typesetter<'a>,
    plan: Plan,
    names: Vec<Lines>,
    /// The x of the first time of a set of rows, and of the last.
    sides: (f64, f64),
    /// The times that stand at the axis.
    marks: Vec<f64>,
    /// How much time a set of rows shows.
    piece: f64,
    /// The height of a bar.
    bar: f64,
    /// The states whose word does not stand in every bar.
    wordless: Vec<bool>,
    scene: Scene,
    strain: f64,
}

/// A message as it crosses a set of rows.
struct Line<'a> {
    number: usize,
    message: &'a Message,
    x: f64,
    label: Label,
}

impl Line<'_> {
    /// The first and the last of the spaces between rows that it passes; a space has the number of the row above it.
    fn spaces(&self) -> (usize, usize) {
        let (from, to) = (self.message.from, self.message.to);
        (from.min(to), from.max(to).saturating_sub(1))
    }

    fn passes(&self, space: usize) -> bool {
        let (first, last) = self.spaces();
        first <= space && space <= last
    }
}

/// A label beside a line: its place across the page, and the space it stands in.
struct SetMessage {
    space: usize,
    x: f64,
    lines: Lines,
}

impl<'a> Draft<'a> {
    fn new(lanes: &'a Lanes, typesetter: &'a Typesetter, plan: Plan) -> Self {
        let strong = Style::strong(plan.size);
        let wrap = plan.names.unwrap_or(plan.measure - 2.0 * EDGE);
        let names: Vec<Lines> = lanes
            .lanes
            .iter()
            .map(|lane| typesetter.set(&lane.label, strong, wrap))
            .collect();
        let column = match plan.names {
            Some(_) => names.iter().map(|name| name.width).fold(0.0, f64::max) + COLUMN,
            None => 0.0,
        };
        let mut draft = Self {
            lanes,
            typesetter,
            plan,
            names,
            sides: (0.0, 0.0),
            marks: Vec::new(),
            piece: 1.0,
            bar: 0.0,
            wordless: vec![false; lanes.states.len()],
            scene: Scene::default(),
            strain: 0.0,
        };
        draft.scale(column);
        draft.try_words();
        draft
    }

    fn small(&self) -> Style {
        Style::small(self.plan.size)
    }

    fn set(&self, text: &str) -> Lines {
        self.typesetter.set(&plain(text), self.small(), f64::INFINITY)
    }

    /// Finds the sides of the rows, the times at the axis, and how much time stands in a row.
    fn scale(&mut self, column: f64) {
        let (from, to) = self.lanes.extent();
        let (first, number) = (self.set(&from.to_string()).width / 2.0, self.set(&to.to_string()).width);
        // The number of the last time stands below its mark, and its unit behind it.
        let last = self.set(&self.lanes.time(to)).width - number / 2.0;
        self.sides = (
            EDGE + column.max(first),
            (self.plan.measure - EDGE - last).max(EDGE + column + 20.0),
        );
        let room = self.sides.1 - self.sides.0;
        let folds = self.plan.folds as f64;
        // The times at which something happens are the ones a reader asks for; where they are too many, round ones stand there.
        let mut times: Vec<f64> = self
            .lanes
            .lanes
            .iter()
            .flat_map(|lane| &lane.stays)
            .flat_map(|stay| [stay.from, stay.to])
            .collect();
        times.sort_by(f64::total_cmp);
        times.dedup();
        let widest = times
            .iter()
            .map(|time| self.set(&self.lanes.time(*time)).width)
            .fold(0.0, f64::max)
            + 5.0;
        let scale = room * folds / (to - from);
        self.piece = (to - from) / folds;
        let apart = times
            .windows(2)
            .all(|pair| matches!(pair, [a, b] if (b - a) * scale >= widest));
        if apart && self.plan.folds == 1 {
            self.marks = times;
            return;
        }
        let step = round_step(widest / scale);
        self.marks = multiples(step, from, to);
        if self.plan.folds > 1 {
            self.piece = (self.piece / step).ceil() * step;
        }
    }

    /// The width of a bar, as far as it stands in the set of rows that begins at `begin`.
    fn stretch(&self, begin: f64, from: f64, to: f64) -> Option<(f64, f64)> {
        let (from, to) = (from.max(begin), to.min(begin + self.piece));
        (from < to).then(|| (self.x(begin, from), self.x(begin, to)))
    }

    fn x(&self, begin: f64, time: f64) -> f64 {
        self.sides.0 + (time - begin) / self.piece * (self.sides.1 - self.sides.0)
    }

    /// The times at which sets of rows begin.
    fn begins(&self) -> Vec<f64> {
        let (from, to) = self.lanes.extent();
        let count = ((to - from) / self.piece - 1e-9).ceil().clamp(1.0, 8.0) as usize;
        (0..count).map(|at| from + at as f64 * self.piece).collect()
    }

    /// The word in a bar of a width, if it fits.
    fn word(&self, state: usize, width: f64) -> Option<Lines> {
        let label = self.lanes.states.get(state)?;
        let room = width - 2.0 * PAD;
        let lines = self.typesetter.set(label, self.small(), room.max(1.0));
        (lines.width <= room && lines.lines.len() <= self.plan.lines).then_some(lines)
    }

    /// Finds which words fit all their bars, and how high bars are.
    fn try_words(&mut self) {
        let mut most = 1;
        for begin in self.begins() {
            for stay in self.lanes.lanes.iter().flat_map(|lane| &lane.stays) {
                let Some((from, to)) = self.stretch(begin, stay.from, stay.to) else {
                    continue;
                };
                let width = to - from - 2.0 * INSET;
                if width < 3.0 {
                    self.strain += 8.0 * (3.0 - width.max(0.0));
                }
                match self.word(stay.state, width) {
                    Some(lines) => most = most.max(lines.lines.len()),
                    None => {
                        self.strain += 7.0;
                        if let Some(wordless) = self.wordless.get_mut(stay.state) {
                            *wordless = true;
                        }
                    }
                }
            }
        }
        self.bar = Typesetter::height(most, self.small()) + 2.0 * RISE;
    }

    /// Puts everything in its place; `None` if a label of a message finds none.
    fn scene(mut self) -> Option<(Scene, f64)> {
        let begins = self.begins();
        let mut y = EDGE;
        for (at, begin) in begins.iter().enumerate() {
            if at > 0 {
                y += FOLD;
                self.strain += 30.0;
            }
            y = self.rows(*begin, y, at, at + 1 == begins.len())?;
        }
        y = self.legend(y);
        if self.plan.texts != Texts::Beside {
            self.strain += 60.0;
            y = self.texts(y);
        }
        self.scene.width = self.plan.measure;
        self.scene.height = y + EDGE;
        Some((self.scene, self.strain))
    }

    /// The messages that stand in a set of rows; those of one time stand side by side.
    fn crossing(&self, begin: f64, last: bool) -> Vec<Line<'a>> {
        let end = begin + self.piece;
        let all = self.lanes.messages.iter().enumerate();
        let here: Vec<(usize, &Message)> = all
            .filter(|(_, message)| begin <= message.at && (message.at < end || last))
            .collect();
        here.iter()
            .enumerate()
            .map(|(place, (at, message))| {
                let same = |(_, other): &&(usize, &Message)| other.at == message.at;
                let before = here.iter().take(place).filter(same).count() as f64;
                let count = here.iter().filter(same).count() as f64;
                let number = format!("{}", at + 1);
                Line {
                    number: *at,
                    message,
                    x: self.x(begin, message.at) + (before - (count - 1.0) / 2.0) * 7.0,
                    label: match self.plan.texts {
                        Texts::Beside => message.label.clone(),
                        Texts::Below | Texts::Loose if message.label.is_empty() => Label::default(),
                        Texts::Below | Texts::Loose => plain(&number),
                    },
                }
            })
            .collect()
    }

    /// Finds a place for every label beside its line, in the first space of its way that has room.
    fn labels(&mut self, lines: &[Line]) -> Option<Vec<SetMessage>> {
        let mut found: Vec<SetMessage> = Vec::new();
        for line in lines {
            if line.label.is_empty() {
                continue;
            }
            let (first, last) = line.spaces();
            let mut spaces: Vec<usize> = (first..=last).collect();
            if line.message.from > line.message.to {
                spaces.reverse();
            }
            let tries = spaces.into_iter().filter_map(|space| self.beside(line, space, lines, &found));
            let best = tries.min_by_key(|beside| beside.lines.lines.len());
            match best {
                Some(best) => {
                    let extra = best.lines.lines.len().saturating_sub(1) as f64;
                    self.strain += 2.0 * extra * extra;
                    found.push(best);
                }
                None if self.plan.texts == Texts::Loose => self.strain += 50.0,
                None => return None,
            }
        }
        Some(found)
    }

    fn beside(&self, line: &Line, space: usize, lines: &[Line], found: &[SetMessage]) -> Option<SetMessage> {
        let (mut left, mut right) = (EDGE, self.plan.measure - EDGE);
        let others = lines
            .iter()
            .filter(|other| other.number != line.number && other.passes(space));
        let taken = others.map(|other| (other.x - BESIDE, other.x + BESIDE));
        let labels = found.iter().filter(|beside| beside.space == space);
        let labels = labels.map(|beside| (beside.x - BESIDE, beside.x + beside.lines.width + BESIDE));
        for (from, to) in taken.chain(labels) {
            if to > line.x && from > line.x - BESIDE {
                right = right.min(from);
            } else {
                left = left.max(to);
            }
        }
        let set = |room: f64| {
            let lines = self.typesetter.set(&line.label, self.small(), room.clamp(1.0, WIDEST));
            (lines.width <= room).then_some(lines)
        };
        let after = set(right - line.x - BESIDE).map(|lines| SetMessage {
            space,
            x: line.x + BESIDE,
            lines,
        });
        let before = set(line.x - BESIDE - left).map(|lines| SetMessage {
            space,
            x: line.x - BESIDE - lines.width,
            lines,
        });
        // Behind its line, unless it is broken into fewer lines before it.
        after.into_iter().chain(before).min_by_key(|beside| beside.lines.lines.len())
    }

    /// Adds a set of rows with its axis; gives the y below.
    fn rows(&mut self, begin: f64, top: f64, set: usize, last: bool) -> Option<f64> {
        let lines = self.crossing(begin, last);
        let labels = self.labels(&lines)?;
        let count = self.lanes.lanes.len();
        // Rows are evenly spaced, unless there are so many that this costs a page.
        let even = !self.lanes.messages.is_empty() && count <= 6;
        let (mut tops, mut names, mut spaces) = (Vec::new(), Vec::new(), Vec::new());
        let mut y = top;
        for lane in 0..count {
            let name = self.names.get(lane).cloned().unwrap_or_default();
            if self.plan.names.is_none() {
                let x = self.name_place(lane, &name, &lines)?;
                names.push(place(&name, x, y));
                y += name.height + 1.0;
                tops.push(y);
                y += self.bar;
            } else {
                let height = name.height.max(self.bar);
                names.push(place(&name, EDGE, y + (height - name.height) / 2.0));
                tops.push(y + (height - self.bar) / 2.0);
                y += height;
            }
            if lane + 1 == count {
                break;
            }
            let tallest = labels
                .iter()
                .filter(|label| label.space == lane)
                .map(|label| label.lines.height);
            let crossed = even || lines.iter().any(|line| line.passes(lane));
            let space = if crossed {
                tallest.fold(REACH, |most, height| most.max(height + 6.0))
            } else {
                ROWS
            };
            spaces.push((y, space));
            y += space;
        }
        for (lane, (top, name)) in tops.iter().zip(&names).enumerate() {
            self.push_row(begin, lane, *top, set, *name);
        }
        for line in &lines {
            self.push_line(line, &tops, &names);
        }
        for label in &labels {
            let (y, height) = spaces.get(label.space).copied().unwrap_or_default();
            let area = place(&label.lines, label.x, y + (height - label.lines.height) / 2.0);
            self.scene
                .push_text(Part::EdgeLabel, &label.lines, area, Place::Left, Tone::Text);
        }
        Some(self.axis(begin, y + 5.0, last))
    }
}

/// The area of a text whose corner is at a place.
fn place(lines: &Lines, x: f64, y: f64) -> Area {
    Area {
        x,
        y,
        width: lines.width,
        height: lines.height,
    }
}

fn plain(text: &str) -> Label {
    Label {
        runs: vec![Run {
            text: text.to_owned(),
            code: false,
        }],
    }
}
