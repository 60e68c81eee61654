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

use super::Laid;
use crate::figures::Space;
use crate::figures::bullets::{self, Bullet, Wording};
use crate::figures::language::{Description, Fault, Label, Line, enumerate, list, suggestion};
use crate::figures::scene::{Area, CORNER, Fill, Ink, Part, Place, Scene, Stroke, Tone};
use crate::figures::text::{Lines, SMALLEST, Style, Typesetter};
use crate::source::Span;
use std::collections::BTreeMap;
use std::rc::Rc;

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
        for name in list(line.text.strip_prefix("Pale:").unwrap_or_default()) {
            let name = line.label(name)?;
            if name.is_empty() {
                return Err(line.fault("a name is missing in this list", "expected `Pale: label, label`"));
            }
            let mut found = false;
            for nested in self.boxes.iter_mut().filter(|nested| nested.bullet.label == name) {
                nested.pale = true;
                found = true;
            }
            if !found {
                let (name, labels): (String, Vec<String>) = (
                    name.plain(),
                    self.boxes.iter().map(|nested| nested.bullet.label.plain()).collect(),
                );
                let near = suggestion(&name, labels.iter().map(String::as_str));
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

/// Around everything, so that no line is cut.
const EDGE: f64 = 0.5;
/// Between boxes.
const GAP: f64 = 5.0;
/// Between a box and those in it.
const FRAME: f64 = 6.0;
/// Inside of a box, at the sides of its text.
const PAD: f64 = 7.0;
/// Inside of a box, above and below its text.
const RISE: f64 = 4.5;
/// Between a title and the boxes below it.
const BELOW: f64 = 3.0;
/// Between a title and the text that follows it on its line.
const BESIDE: f64 = 7.0;
/// The least width of a box.
const LEAST: f64 = 24.0;
/// What sums of widths may differ by from the width of the whole.
const SLACK: f64 = 0.1;

/// A box, arranged in a width; what stands in it is made larger if there is room.
#[derive(Debug, Default)]
struct Block {
    width: f64,
    height: f64,
    /// The title, and the text after it.
    label: Lines,
    text: Lines,
    /// Whether the text stands below the title.
    below: bool,
    /// The height of both.
    head: f64,
    /// What is in it, from top to bottom.
    grids: Vec<Grid>,
    /// What broken labels cost.
    strain: f64,
}

/// Boxes in rows and columns.
#[derive(Debug, Default)]
struct Grid {
    width: f64,
    height: f64,
    /// Row by row.
    items: Vec<(Item, Rc<Block>)>,
    /// How wide each column is.
    columns: Vec<f64>,
    /// How high each row is.
    rows: Vec<f64>,
    strain: f64,
    /// What speaks against it.
    cost: f64,
}

impl Grid {
    /// Whether a row has a box that holds others, and may therefore be higher than it need be.
    fn grows(&self, row: usize) -> bool {
        let columns = self.columns.len();
        let mut items = self.items.iter().skip(row * columns).take(columns);
        items.any(|(_, inner)| inner.holds())
    }

    /// How many rows may be higher than they need be.
    fn growing(&self) -> usize {
        (0..self.rows.len()).filter(|row| self.grows(*row)).count()
    }
}

impl Block {
    /// Whether other boxes stand in it.
    fn holds(&self) -> bool {
        !self.grids.is_empty()
    }
}

struct Setter<'a, 'b> {
    nest: &'a Nest,
    typesetter: &'a Typesetter<'b>,
    name: Style,
    plain: Style,
    small: Style,
    /// The widest line of a label.
    wrap: f64,
    /// By box, whether it stands for further ones, and width in pt.
    known: BTreeMap<(usize, bool, u32), Rc<Block>>,
}

impl<'a, 'b> Setter<'a, 'b> {
    fn new(nest: &'a Nest, typesetter: &'a Typesetter<'b>, size: f64, wrap: f64) -> Self {
        let plain = Style { size, weight: 400 };
        let small = (size * 0.93).max(SMALLEST);
        Self {
            nest,
            typesetter,
            name: Style { size, weight: 600 },
            plain,
            small: Style {
                size: small,
                weight: 400,
            },
            wrap,
            known: BTreeMap::new(),
        }
    }

    /// All boxes within a measure; with what broken labels cost.
    fn scene(mut self, measure: f64) -> (Scene, f64) {
        let items = self.nest.items(&self.nest.roots());
        let mut all = Block::default();
        self.fill(&mut all, &items, measure - 2.0 * EDGE);
        let mut scene = Scene {
            width: all.width + 2.0 * EDGE,
            height: all.height + 2.0 * EDGE,
            shapes: Vec::new(),
        };
        let area = Area {
            x: EDGE,
            y: EDGE,
            width: all.width,
            height: all.height,
        };
        let mut painter = Painter {
            nest: self.nest,
            scene: &mut scene,
            count: 0,
        };
        painter.inner(&all, area, None, 0);
        (scene, all.strain)
    }

    /// An item in at most `width`, if its words allow that.
    fn block(&mut self, item: Item, width: f64) -> Rc<Block> {
        // Whole points are exact enough, and keep the number of different widths small.
        let width = width.max(LEAST).floor();
        let (at, more) = match item {
            Item::Whole(at) => (at, false),
            Item::More(at) => (at, true),
        };
        let key = (at, more, width as u32);
        if let Some(known) = self.known.get(&key) {
            return Rc::clone(known);
        }
        let block = Rc::new(self.arrange(at, more, width));
        self.known.insert(key, Rc::clone(&block));
        block
    }

    fn arrange(&mut self, at: usize, more: bool, width: f64) -> Block {
        let nest = self.nest;
        let Some(nested) = nest.boxes.get(at) else {
            return Block::default();
        };
        let inner = width - 2.0 * PAD + SLACK;
        let set = |label: &Label, style: Style, measure: f64| self.typesetter.set(label, style, measure);
        if more || nested.inner.is_empty() {
            let measure = inner.min(self.wrap);
            let (label, text) = if more {
                let (mut dots, mut all) = (Label::default(), Label::default());
                dots.push("…", false);
                all.push(&format!("{} in all", nested.times), false);
                (set(&dots, self.plain, measure), set(&all, self.small, measure))
            } else {
                let bullet = &nested.bullet;
                (
                    set(&bullet.label, self.plain, measure),
                    set(&bullet.text, self.small, measure),
                )
            };
            let head = label.height + text.height;
            return Block {
                width: (label.width.max(text.width) + 2.0 * PAD).max(LEAST),
                height: head + 2.0 * RISE,
                strain: strain(&label) + strain(&text),
                below: true,
                label,
                text,
                head,
                ..Block::default()
            };
        }
        let mut block = Block::default();
        self.fill(&mut block, &nest.items(&nested.inner), width - 2.0 * FRAME);
        let (strong, small) = (self.name, self.small);
        let widest = inner.max(block.width).min((block.width).max(self.wrap * 1.5));
        block.label = self.typesetter.set(&nested.bullet.label, strong, widest);
        block.text = self.typesetter.set(&nested.bullet.text, small, widest);
        let row = block.label.width + BESIDE + block.text.width;
        block.below = block.label.lines.len() > 1 || block.text.lines.len() > 1 || row > widest;
        let title = if block.below || block.text.lines.is_empty() {
            block.label.width.max(block.text.width)
        } else {
            row
        };
        block.head = if block.below {
            block.label.height + block.text.height
        } else {
            block.label.height.max(block.text.height)
        };
        block.width = (block.width + 2.0 * FRAME).max(title + 2.0 * PAD);
        block.height += RISE + block.head + BELOW + FRAME;
        block.strain += strain(&block.label) + strain(&block.text);
        block
    }

    /// Puts items into a block, in the rows and columns that suit them best.
    fn fill(&mut self, block: &mut Block, items: &[Item], width: f64) {
        let whole = self.best_grid(items, width);
        // Small boxes and boxes that hold others may also stand in rows of their own.
        let runs: Vec<&[Item]> = items.chunk_by(|a, b| self.holds(*a) == self.holds(*b)).collect();
        let mut grids = vec![whole];
        if runs.len() > 1 && runs.len() < items.len() {
            let parted: Vec<Grid> = runs.iter().map(|run| self.best_grid(run, width)).collect();
            let cost = |grids: &[Grid]| grids.iter().map(|grid| grid.cost).sum::<f64>();
            if cost(&parted) < cost(&grids) {
                grids = parted;
            }
        }
        block.width = grids.iter().map(|grid| grid.width).fold(0.0, f64::max);
        block.height = grids.iter().map(|grid| grid.height + GAP).sum::<f64>() - GAP;
        block.strain = grids.iter().map(|grid| grid.strain).sum();
        block.grids = grids;
    }

    fn holds(&self, item: Item) -> bool {
        let Item::Whole(at) = item else { return false };
        self.nest.boxes.get(at).is_some_and(|nested| !nested.inner.is_empty())
    }

    fn best_grid(&mut self, items: &[Item], width: f64) -> Grid {
        let count = items.len();
        let mixed = items.iter().any(|item| self.holds(*item)) && !items.iter().all(|item| self.holds(*item));
        let mut best = Grid::default();
        let mut before = 0;
        for rows in 1..=count {
            let columns = count.div_ceil(rows);
            if columns == before {
                continue;
            }
            before = columns;
            let mut tried = self.grid(items, columns, width);
            let missing = (rows * columns).saturating_sub(count) as f64;
            // Boxes of different sorts look orderly side by side or below one another only.
            let disorder = if mixed && rows > 1 && columns > 1 { 16.0 } else { 0.0 };
            let over = (tried.width - width - SLACK).max(0.0);
            // What is too wide is no choice as long as there is another.
            tried.cost = tried.height + 0.05 * tried.width + 4.0 * missing + tried.strain + disorder + 1000.0 * over;
            if before == count || tried.cost < best.cost {
                best = tried;
            }
        }
        best
    }

    fn grid(&mut self, items: &[Item], count: usize, width: f64) -> Grid {
        let gaps = (count.saturating_sub(1)) as f64 * GAP;
        let share = (width - gaps) / count.max(1) as f64;
        let mut blocks: Vec<Rc<Block>> = items.iter().map(|item| self.block(*item, share)).collect();
        let holders = blocks.iter().filter(|block| block.holds()).count();
        if count == items.len() && holders > 0 && holders < count {
            // In a single row, boxes that hold others get what small ones leave.
            let taken: f64 = blocks.iter().filter(|block| !block.holds()).map(|block| block.width).sum();
            let share = (width - gaps - taken) / holders as f64;
            for (item, block) in items.iter().zip(&mut blocks).filter(|(_, block)| block.holds()) {
                *block = self.block(*item, share);
            }
        }
        let mut columns = vec![0.0_f64; count];
        let mut rows = vec![0.0_f64; items.len().div_ceil(count.max(1))];
        for (at, block) in blocks.iter().enumerate() {
            if let Some(column) = columns.get_mut(at % count.max(1)) {
                *column = column.max(block.width);
            }
            if let Some(row) = rows.get_mut(at / count.max(1)) {
                *row = row.max(block.height);
            }
        }
        // Small boxes are all of one size, and so are boxes that hold others, if they fit.
        let widest = columns.iter().copied().fold(0.0, f64::max);
        if holders == 0 || (holders == items.len() && widest * count as f64 + gaps <= width + SLACK) {
            columns.fill(widest);
        }
        if holders == 0 {
            let highest = rows.iter().copied().fold(0.0, f64::max);
            rows.fill(highest);
        }
        Grid {
            width: columns.iter().sum::<f64>() + gaps,
            height: rows.iter().sum::<f64>() + rows.len().saturating_sub(1) as f64 * GAP,
            strain: blocks.iter().map(|block| block.strain).sum(),
            items: items.iter().copied().zip(blocks).collect(),
            columns,
            rows,
            cost: 0.0,
        }
    }
}

fn strain(lines: &Lines) -> f64 {
    let extra = lines.lines.len().saturating_sub(1) as f64;
    extra * extra * 2.0
}

struct Painter<'a> {
    nest: &'a Nest,
    scene: &'a mut Scene,
    /// How many boxes are drawn.
    count: usize,
}

impl Painter<'_> {
    /// Adds what stands in a block, spread over an area.
    fn inner(&mut self, block: &Block, area: Area, within: Option<Part>, depth: usize) {
        let growing: usize = block.grids.iter().map(Grid::growing).sum();
        let needed = block.grids.iter().map(|grid| grid.height + GAP).sum::<f64>() - GAP;
        let spare = (area.height - needed) / growing.max(1) as f64;
        let mixed = growing > 0;
        let mut y = area.y;
        for grid in &block.grids {
            let wider = (area.width - grid.width) / grid.columns.len().max(1) as f64;
            let mut items = grid.items.iter();
            for (at, row) in grid.rows.iter().enumerate() {
                let height = row + if grid.grows(at) { spare } else { 0.0 };
                let mut x = area.x;
                for (column, (item, inner)) in grid.columns.iter().zip(items.by_ref()) {
                    let width = column + wider;
                    self.item(*item, inner, Area { x, y, width, height }, within, depth, mixed);
                    x += width + GAP;
                }
                y += height + GAP;
            }
        }
    }

    fn item(&mut self, item: Item, block: &Block, area: Area, within: Option<Part>, depth: usize, mixed: bool) {
        let around = within.map(|part| match part {
            Part::Node(node) | Part::Slot { node, .. } => node,
            _ => 0,
        });
        // What only stands for further boxes is text of the box around it.
        let more = within.unwrap_or(Part::EdgeLabel);
        let Item::Whole(at) = item else {
            return self.centred(more, block, area, Tone::Muted);
        };
        let Some(nested) = self.nest.boxes.get(at) else { return };
        if nested.inner.is_empty() && matches!(nested.bullet.label.plain().as_str(), "…" | "...") {
            return self.centred(more, block, area, Tone::Text);
        }
        let node = self.count;
        self.count += 1;
        let part = match around {
            Some(within) => Part::Slot { node, within },
            None => Part::Node(node),
        };
        let stroke = Stroke {
            width: if depth == 0 { Stroke::LINE.width } else { 0.5 },
            dashed: nested.pale,
            ..Stroke::LINE
        };
        let tinted = depth % 2 == 1 && !nested.pale;
        let fill = if tinted { Fill::Tint(Tone::Accent, 9) } else { Fill::Page };
        let ink = Ink::Box {
            area,
            radius: CORNER,
            fill,
            stroke: Some(stroke),
        };
        self.scene.push(part, ink);
        let tone = if nested.pale { Tone::Muted } else { Tone::Text };
        if nested.inner.is_empty() && !mixed {
            return self.centred(part, block, area, tone);
        }
        let row = Area {
            x: area.x + PAD,
            y: area.y + RISE,
            width: area.width - 2.0 * PAD,
            height: block.label.height,
        };
        self.scene.push_text(part, &block.label, row, Place::Left, tone);
        let text = if block.below {
            Area {
                y: row.bottom(),
                height: block.text.height,
                ..row
            }
        } else {
            Area {
                x: row.x + block.label.width + BESIDE,
                ..row
            }
        };
        self.scene.push_text(part, &block.text, text, Place::Left, Tone::Muted);
        if nested.inner.is_empty() {
            return;
        }
        let top = RISE + block.head + BELOW;
        let inner = Area {
            x: area.x + FRAME,
            y: area.y + top,
            width: area.width - 2.0 * FRAME,
            height: area.height - top - FRAME,
        };
        self.inner(block, inner, Some(part), depth + 1);
    }

    /// Label and text in the middle of an area, one below the other.
    fn centred(&mut self, part: Part, block: &Block, area: Area, tone: Tone) {
        let label = Area {
            y: area.y + (area.height - block.head) / 2.0,
            height: block.label.height,
            ..area
        };
        let text = Area {
            y: label.bottom(),
            height: block.text.height,
            ..area
        };
        self.scene.push_text(part, &block.label, label, Place::Centre, tone);
        self.scene.push_text(part, &block.text, text, Place::Centre, Tone::Muted);
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
