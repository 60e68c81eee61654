//! Boxes in boxes: how large each must be, in how many columns what is in it stands, and all of it as a scene.

use super::{Item, Nest};
use crate::figures::language::Label;
use crate::figures::look::{BOX_EDGE, CORNER, PAD, RISE, SLACK};
use crate::figures::scene::{Area, Fill, Ink, Part, Place, Scene, Stroke, Tone};
use crate::figures::text::{Lines, Style, Typesetter};
use std::collections::BTreeMap;
use std::rc::Rc;

/// Between boxes.
const GAP: f64 = 5.0;
/// Between a box and those in it.
const FRAME: f64 = 6.0;
/// Between a title and the boxes below it.
const BELOW: f64 = 3.0;
/// Between a title and the text that follows it on its line.
const BESIDE: f64 = 7.0;
/// The least width of a box.
const LEAST: f64 = 24.0;

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

/// Sets labels and arranges boxes.
pub(super) struct Setter<'a, 'b> {
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
    pub(super) fn new(nest: &'a Nest, typesetter: &'a Typesetter<'b>, size: f64, wrap: f64) -> Self {
        let plain = Style::plain(size);
        Self {
            nest,
            typesetter,
            name: Style::strong(size),
            plain,
            small: Style::small(size),
            wrap,
            known: BTreeMap::new(),
        }
    }

    /// All boxes within a measure; with what broken labels cost.
    pub(super) fn scene(mut self, measure: f64) -> (Scene, f64) {
        let items = self.nest.items(&self.nest.roots());
        let mut all = Block::default();
        self.fill(&mut all, &items, measure - 2.0 * BOX_EDGE);
        let mut scene = Scene {
            width: all.width + 2.0 * BOX_EDGE,
            height: all.height + 2.0 * BOX_EDGE,
            shapes: Vec::new(),
        };
        let area = Area {
            x: BOX_EDGE,
            y: BOX_EDGE,
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
        self.titled(part, block, area, tone);
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

    /// Label and text at the top left of an area.
    fn titled(&mut self, part: Part, block: &Block, area: Area, tone: Tone) {
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
