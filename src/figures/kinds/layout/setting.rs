//! Where the fields of a layout stand: a column of boxes, offsets and what points to them at the left, targets or braces at
//! the right.

use super::{Brace, Field, Layout};
use crate::figures::Space;
use crate::figures::kinds::Laid;
use crate::figures::language::{Label, label};
use crate::figures::look::{BOX_EDGE, PAD, RISE, SLACK};
use crate::figures::scene::{Part, Scene};
use crate::figures::text::{Lines, SMALLEST, Style, Typesetter};

/// The same where every point counts.
const SMALL_PAD: f64 = 5.0;
/// Inside of a box that shares its row.
const TIGHT: f64 = 3.5;
/// Between a name and the size, more than a pad.
const COLUMN: f64 = 1.5;
/// Between offsets and boxes.
pub(super) const NEAR: f64 = 5.0;
/// The length of an arrow.
pub(super) const REACH: f64 = 17.0;
/// From one line beside the boxes to the next.
pub(super) const LANE: f64 = 7.0;
/// A brace: from the boxes, its arms, and its tip.
pub(super) const BRACE: [f64; 3] = [4.0, 4.0, 3.5];
/// The width of a brace without a name beside it.
pub(super) const BARE: f64 = 6.0;
/// The least width of a box, so that a field named `a` is still a field.
const LEAST: f64 = 104.0;
/// How far the name of a pointer above a field is indented, for its arrow.
pub(super) const POINTED: f64 = 12.0;
/// Between columns of a folded layout.
const FOLD: f64 = 14.0;
/// How wide names may be before they are broken, the widest that fits is taken.
const CAPS: [f64; 10] = [f64::INFINITY, 220.0, 180.0, 150.0, 130.0, 110.0, 92.0, 76.0, 62.0, 50.0];

/// One way to set a layout.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plan {
    pub(super) size: f64,
    pub(super) rise: f64,
    /// Whether the names of braces and pointers stand above their fields instead of beside them.
    pub(super) heads: bool,
    /// How wide a name may be.
    pub(super) cap: f64,
    /// The least width of the boxes.
    pub(super) least: f64,
    /// The measure.
    pub(super) measure: f64,
}

impl Layout {
    /// Puts the fields in their places: the given size first, then smaller, then names above the fields, then folded.
    pub(crate) fn lay_out(&self, typesetter: &Typesetter, size: f64, space: Space) -> Laid {
        let sizes = [
            (size, RISE),
            (size, 3.0),
            (size.min(SMALLEST.midpoint(size)), 3.0),
            (SMALLEST, 2.5),
        ];
        for columns in 1..=3 {
            let set = |heads: bool| {
                let mut scenes = sizes.iter().map(|(size, rise)| {
                    let scene = self.set_columns(typesetter, (*size, *rise, heads), columns, space);
                    scene.map(|scene| (scene, *size))
                });
                scenes.find_map(|scene| scene)
            };
            let found = match (set(false), set(true)) {
                // Names beside the fields are better, unless they leave so little room that fields grow tall or text small.
                (Some(beside), Some(above)) if beside.0.height > above.0.height || beside.1 + 1.0 < above.1 => Some(above),
                (beside, above) => beside.or(above),
            };
            if let Some((scene, _)) = found {
                return Laid { scene, dense: false };
            }
        }
        let plan = Plan {
            size: SMALLEST,
            rise: 2.5,
            heads: true,
            cap: 130.0,
            least: 0.0,
            measure: space.width,
        };
        Laid {
            scene: Setting::new(self, typesetter, plan).scene(),
            dense: false,
        }
    }

    /// The layout in some columns beside one another; `None` if they do not fit.
    fn set_columns(
        &self,
        typesetter: &Typesetter,
        (size, rise, heads): (f64, f64, bool),
        columns: usize,
        space: Space,
    ) -> Option<Scene> {
        let measure = (space.width - FOLD * (columns as f64 - 1.0)) / columns as f64;
        let room = Space {
            width: measure,
            height: space.height,
        };
        let parts = self.parts(columns);
        let plan = Plan {
            size,
            rise,
            heads,
            cap: f64::INFINITY,
            least: 0.0,
            measure,
        };
        let first: Option<Vec<Setting>> = parts
            .iter()
            .map(|part| Setting::fitting(part, typesetter, plan, room))
            .collect();
        let least = first?.iter().map(|setting| setting.box_width).fold(0.0, f64::max);
        let plan = Plan { least, ..plan };
        let settings: Option<Vec<Setting>> = parts
            .iter()
            .map(|part| Setting::fitting(part, typesetter, plan, room))
            .collect();
        let mut whole = Scene::default();
        let mut number = 0;
        for setting in settings? {
            let mut scene = setting.scene();
            let x = if number == 0 { 0.0 } else { whole.width + FOLD };
            scene.shift(x, 0.0);
            whole.width = x + scene.width;
            whole.height = whole.height.max(scene.height);
            for shape in scene.shapes {
                whole.push(renumbered(shape.part, number), shape.ink);
            }
            number += NUMBERS;
        }
        Some(whole)
    }

    /// The number of rows.
    fn row_count(&self) -> usize {
        if self.rows.is_empty() {
            self.fields.len()
        } else {
            self.rows.len()
        }
    }

    /// The fields of each row.
    fn row_fields(&self) -> Vec<Vec<usize>> {
        if self.rows.is_empty() {
            return (0..self.fields.len()).map(|field| vec![field]).collect();
        }
        let mut start = 0;
        let rows = self.rows.iter().map(|count| {
            let row = (start..start + count).collect();
            start += count;
            row
        });
        rows.collect()
    }

    /// Cuts the layout into parts of about as many rows each, with what belongs to their fields.
    fn parts(&self, count: usize) -> Vec<Layout> {
        if count < 2 {
            return vec![self.clone()];
        }
        let rows = self.row_fields();
        let per_part = self.row_count().div_ceil(count).max(1);
        let chunks: Vec<&[Vec<usize>]> = rows.chunks(per_part).collect();
        let last = chunks.len().saturating_sub(1);
        let part = |(at, chunk): (usize, &&[Vec<usize>])| {
            let first = *chunk.first()?.first()?;
            let end = *chunk.last()?.last()?;
            Some(Layout {
                fields: self.fields.get(first..=end)?.to_vec(),
                braces: self.braces.iter().filter_map(|brace| clipped(brace, first, end)).collect(),
                pointers: self
                    .pointers
                    .iter()
                    .filter(|pointer| (first..=end).contains(&pointer.field))
                    .map(|pointer| super::Pointer {
                        label: pointer.label.clone(),
                        field: pointer.field - first,
                    })
                    .collect(),
                total: self.total.filter(|_| at == last),
                bits: self.bits,
                marks: self.marks.clone(),
                preface: if at == 0 { self.preface.clone() } else { Label::default() },
                rows: if self.rows.is_empty() {
                    Vec::new()
                } else {
                    chunk.iter().map(Vec::len).collect()
                },
            })
        };
        chunks.iter().enumerate().filter_map(part).collect()
    }
}

/// The parts of each column of a folded layout are numbered from a multiple of this.
const NUMBERS: usize = 1 << 16;

fn renumbered(part: Part, by: usize) -> Part {
    match part {
        Part::Node(at) => Part::Node(at + by),
        Part::Slot { node, within } => Part::Slot {
            node: node + by,
            within: within + by,
        },
        Part::Group(at) => Part::Group(at + by),
        Part::Edge { from, to } => Part::Edge {
            from: from + by,
            to: to + by,
        },
        Part::EdgeLabel | Part::Mark => part,
    }
}

fn clipped(brace: &Brace, first: usize, end: usize) -> Option<Brace> {
    (brace.first <= end && brace.last >= first).then(|| Brace {
        label: brace.label.clone(),
        first: brace.first.max(first) - first,
        last: brace.last.min(end) - first,
    })
}

/// What an arrow points to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Aim {
    /// A label of its own.
    Label(usize),
    /// A field.
    Field(usize),
}

/// A brace in its column.
pub(super) struct SetBrace {
    pub(super) first: usize,
    pub(super) last: usize,
    pub(super) depth: usize,
    pub(super) name: Lines,
    /// The rows in whose middle its name stands.
    pub(super) around: (usize, usize),
}

/// A layout of which all is measured.
pub(super) struct Setting<'a> {
    pub(super) layout: &'a Layout,
    pub(super) plan: Plan,
    pub(super) rows: Vec<Vec<usize>>,
    /// Name, note and size of each field.
    pub(super) fields: Vec<(Lines, Lines, Lines)>,
    pub(super) offsets: Vec<Lines>,
    pub(super) pointers: Vec<Lines>,
    pub(super) braces: Vec<SetBrace>,
    pub(super) targets: Vec<(Lines, usize)>,
    pub(super) aims: Vec<Option<Aim>>,
    /// The lane of each arrow that turns; `None` for straight ones.
    pub(super) lanes: Vec<Option<usize>>,
    pub(super) heading: (Lines, Lines, Lines),
    pub(super) marks: Vec<(f64, Lines)>,
    pub(super) preface: Lines,
    pub(super) box_x: f64,
    pub(super) box_width: f64,
    /// The top and the bottom of each row.
    pub(super) tops: Vec<(f64, f64)>,
}

impl<'a> Setting<'a> {
    /// With the widest names that fit.
    fn fitting(layout: &'a Layout, typesetter: &Typesetter, plan: Plan, room: Space) -> Option<Self> {
        let mut settings = CAPS
            .iter()
            .map(|cap| Self::new(layout, typesetter, Plan { cap: *cap, ..plan }));
        settings.find(|setting| setting.width() <= room.width && setting.bottom() <= room.height)
    }

    fn new(layout: &'a Layout, typesetter: &Typesetter, plan: Plan) -> Self {
        let name = Style::plain(plan.size);
        let small = Style::plain((plan.size - 1.0).max(SMALLEST));
        let set = |label: &Label, style: Style| typesetter.set(label, style, plan.cap);
        let plain = |text: &str, style: Style| typesetter.set(&label(text).unwrap_or_default(), style, f64::INFINITY);
        let rows = layout.row_fields();
        let unit = layout.unit();
        let numbered = layout.fields.iter().any(|field| field.offset.is_some());
        let sized = rows.iter().all(|row| row.len() < 2) && layout.fields.iter().any(|field| field.size.is_some());
        let total = layout.total.map(|total| format!("{total} {unit} in all")).unwrap_or_default();
        let mut setting = Self {
            layout,
            plan,
            fields: Vec::new(),
            offsets: rows
                .iter()
                .map(|row| {
                    let field = row.first().and_then(|field| layout.fields.get(*field));
                    let offset = field.and_then(|field| field.offset.as_ref());
                    offset.map(|offset| plain(&offset.text, name)).unwrap_or_default()
                })
                .collect(),
            rows,
            pointers: layout.pointers.iter().map(|pointer| set(&pointer.label, name)).collect(),
            braces: Vec::new(),
            targets: Vec::new(),
            aims: Vec::new(),
            lanes: Vec::new(),
            heading: match (numbered, sized) {
                (true, true) => (plain("offset", small), plain(unit, small), plain(&total, small)),
                (true, false) => (plain("offset", small), Lines::default(), plain(&total, small)),
                _ => Default::default(),
            },
            marks: layout
                .marks
                .iter()
                .map(|(share, text)| (*share, plain(text, small)))
                .collect(),
            preface: Lines::default(),
            box_x: BOX_EDGE,
            box_width: 0.0,
            tops: Vec::new(),
        };
        setting.aim(|label| set(label, name));
        setting.set_braces(|label| set(label, name));
        setting.set_fields(typesetter, (name, small), sized);
        setting.box_x = BOX_EDGE + setting.left_width();
        setting.preface = typesetter.set(&layout.preface, small, setting.width() - 2.0 * BOX_EDGE);
        setting.place_rows();
        setting
    }

    /// Finds what each arrow points to, and a lane for those that cannot be straight.
    fn aim(&mut self, set: impl Fn(&Label) -> Lines) {
        let fields = &self.layout.fields;
        let mut labels: Vec<&Label> = Vec::new();
        let mut lanes = 0;
        for (row, ends) in self.rows.iter().enumerate() {
            for at in ends {
                let target = fields.get(*at).and_then(|field| field.target.as_ref());
                // No arrow reaches a field that has another one at its right; its name is then written a second time.
                let ends_row = |at: usize| self.rows.iter().any(|row| row.last() == Some(&at));
                let field = target.and_then(|target| fields.iter().position(|field| field.label == *target));
                let field = field.filter(|field| ends_row(*field));
                let (aim, straight) = match (target, field) {
                    (None, _) => (None, true),
                    (_, Some(field)) => (Some(Aim::Field(field)), false),
                    (Some(target), None) => match labels.iter().position(|label| *label == target) {
                        Some(known) => (Some(Aim::Label(known)), false),
                        None => {
                            labels.push(target);
                            self.targets.push((set(target), row));
                            (Some(Aim::Label(labels.len() - 1)), true)
                        }
                    },
                };
                // Arrows to the same target run together.
                let shared = self.aims.iter().position(|known| *known == aim && aim.is_some());
                let known = shared.and_then(|at| self.lanes.get(at).copied().flatten());
                let lane = match (straight, known) {
                    (true, _) => None,
                    (false, Some(lane)) => Some(lane),
                    (false, None) => {
                        lanes += 1;
                        Some(lanes - 1)
                    }
                };
                self.aims.push(aim);
                self.lanes.push(lane);
            }
        }
    }

    pub(super) fn pad(&self) -> f64 {
        if self.plan.rise < 3.0 { SMALL_PAD } else { PAD }
    }

    pub(super) fn row_of(&self, field: usize) -> usize {
        self.rows.iter().position(|row| row.contains(&field)).unwrap_or_default()
    }

    fn set_braces(&mut self, set: impl Fn(&Label) -> Lines) {
        for brace in &self.layout.braces {
            let (first, last) = (self.row_of(brace.first), self.row_of(brace.last));
            let inside = self.braces.iter().filter(|inner| inner.first >= first && inner.last <= last);
            let depth = inside.map(|inner| inner.depth + 1).max().unwrap_or_default();
            self.braces.push(SetBrace {
                first,
                last,
                depth,
                name: set(&brace.label),
                around: self.free_rows(first, last),
            });
        }
    }

    /// The rows of a brace beside which no arrow of a pointer runs: the longest stretch, the upper one of equals.
    fn free_rows(&self, first: usize, last: usize) -> (usize, usize) {
        if !self.braces_at_left() {
            return (first, last);
        }
        let mut cuts: Vec<usize> = self
            .layout
            .pointers
            .iter()
            .map(|pointer| self.row_of(pointer.field))
            .collect();
        cuts.retain(|cut| *cut > first && *cut <= last);
        let starts = std::iter::once(first).chain(cuts.iter().copied());
        let ends = cuts.iter().map(|cut| cut - 1).chain([last]);
        let stretches = starts.zip(ends);
        stretches.fold((first, first), |best, stretch| {
            if stretch.1 - stretch.0 > best.1 - best.0 {
                stretch
            } else {
                best
            }
        })
    }

    /// Braces stand at the right, unless arrows leave there.
    pub(super) fn braces_at_left(&self) -> bool {
        self.aims.iter().any(Option::is_some)
    }

    fn depths(&self) -> usize {
        self.braces.iter().map(|brace| brace.depth + 1).max().unwrap_or_default()
    }

    /// How wide the column of the braces of one depth is.
    pub(super) fn brace_width(&self, depth: usize) -> f64 {
        let names = self.braces.iter().filter(|brace| brace.depth == depth);
        let width = names.map(|brace| brace.name.width).fold(0.0, f64::max);
        let [apart, arm, tip] = BRACE;
        if self.plan.heads {
            apart + arm
        } else {
            apart + arm + tip + 3.0 + width
        }
    }

    fn braces_width(&self) -> f64 {
        (0..self.depths()).map(|depth| self.brace_width(depth)).sum()
    }

    pub(super) fn offsets_width(&self) -> f64 {
        let width = self
            .offsets
            .iter()
            .map(|lines| lines.width)
            .fold(self.heading.0.width, f64::max);
        if width > 0.0 { width + NEAR } else { 0.0 }
    }

    pub(super) fn pointers_width(&self) -> f64 {
        if self.plan.heads || self.pointers.is_empty() {
            return 0.0;
        }
        self.pointers.iter().map(|lines| lines.width).fold(0.0, f64::max) + 3.0 + REACH
    }

    /// Left of the boxes.
    fn left_width(&self) -> f64 {
        let braces = if self.braces_at_left() { self.braces_width() } else { 0.0 };
        self.pointers_width() + braces + self.offsets_width()
    }

    /// Where the labels of targets begin, from the right side of the boxes.
    pub(super) fn target_gap(&self) -> f64 {
        REACH + LANE * self.lane_count() as f64
    }

    fn lane_count(&self) -> usize {
        self.lanes.iter().flatten().map(|lane| lane + 1).max().unwrap_or_default()
    }

    pub(super) fn target_width(&self) -> f64 {
        self.targets
            .iter()
            .map(|(lines, _)| lines.width + 2.0 * NEAR)
            .fold(0.0, f64::max)
    }

    /// Right of the boxes.
    fn right_width(&self) -> f64 {
        match (self.braces_at_left(), self.targets.is_empty()) {
            (false, _) => self.braces_width(),
            (true, false) => self.target_gap() + self.target_width(),
            (true, true) => LANE * (self.lane_count() as f64 + 1.0),
        }
    }

    pub(super) fn width(&self) -> f64 {
        let heads = if self.plan.heads { self.heads_width().max(0.0) } else { 0.0 };
        let width = BOX_EDGE + self.left_width() + self.box_width.max(heads) + self.right_width() + BOX_EDGE;
        width.max(self.preface.width + 2.0 * BOX_EDGE)
    }

    /// What names above fields need at most.
    fn heads_width(&self) -> f64 {
        let braces = self.braces.iter().map(|brace| brace.name.width);
        let pointers = self.pointers.iter().map(|name| name.width + POINTED);
        braces.chain(pointers).fold(0.0, f64::max)
    }

    /// Sets the fields, and finds the width of the boxes.
    fn set_fields(&mut self, typesetter: &Typesetter, (name, small): (Style, Style), sized: bool) {
        let shared = self.rows.iter().any(|row| row.len() > 1);
        let around = 2.0 * BOX_EDGE + self.left_width() + self.right_width();
        let room = (self.plan.measure - around).max(40.0);
        let natural = |label: &Label, style: Style| typesetter.set(label, style, f64::INFINITY).width;
        let wanted = |field: &Field| natural(&field.label, name).max(natural(&field.note, small));
        if shared {
            let widths = self
                .layout
                .fields
                .iter()
                .map(|field| (wanted(field) + 2.0 * TIGHT) / field.share.max(0.01));
            let widest = widths.fold(LEAST * 1.5, f64::max);
            self.box_width = widest.min(room).min(self.plan.cap * 2.0);
        }
        for field in &self.layout.fields {
            let measure = if shared {
                self.box_width * field.share - 2.0 * TIGHT + SLACK
            } else {
                self.plan.cap
            };
            let size = field.size.as_ref().filter(|_| sized);
            let size = size.and_then(|size| label(&size.text)).unwrap_or_default();
            self.fields.push((
                typesetter.set(&field.label, name, measure),
                typesetter.set(&field.note, small, measure),
                typesetter.set(&size, name, f64::INFINITY),
            ));
        }
        let inner = |(name, note, _): &(Lines, Lines, Lines)| name.width.max(note.width);
        if shared {
            let pairs = self.layout.fields.iter().zip(&self.fields);
            let needed = pairs.map(|(field, set)| (inner(set) + 2.0 * TIGHT - SLACK) / field.share.max(0.01));
            self.box_width = needed.fold(self.box_width.max(self.plan.least), f64::max);
            return;
        }
        let names = self.fields.iter().map(inner).fold(0.0, f64::max);
        let sizes = self
            .fields
            .iter()
            .map(|(.., size)| size.width)
            .fold(self.heading.1.width, f64::max);
        let pad = self.pad();
        let sizes = if sizes > 0.0 {
            (pad - SMALL_PAD) * 4.0 + COLUMN + SMALL_PAD + sizes
        } else {
            0.0
        };
        let heads = if self.plan.heads { self.heads_width() } else { 0.0 };
        let needed = names + sizes + 2.0 * pad;
        self.box_width = needed.max(LEAST.min(room)).max(heads).max(self.plan.least);
    }

    /// The name that stands above a row where names do not stand beside it, outer ones first.
    pub(super) fn heads_of(&self, row: usize) -> Vec<&Lines> {
        if !self.plan.heads {
            return Vec::new();
        }
        let mut braces: Vec<&SetBrace> = self.braces.iter().filter(|brace| brace.first == row).collect();
        braces.sort_by_key(|brace| std::cmp::Reverse(brace.depth));
        braces.into_iter().map(|brace| &brace.name).collect()
    }

    fn pointers_at(&self, row: usize) -> impl Iterator<Item = &Lines> {
        let pointers = self.layout.pointers.iter().zip(&self.pointers);
        pointers
            .filter(move |(pointer, _)| self.row_of(pointer.field) == row)
            .map(|(_, name)| name)
    }

    /// How high the names above a row are.
    pub(super) fn head_height(&self, row: usize) -> f64 {
        if !self.plan.heads {
            return 0.0;
        }
        let braces: f64 = self.heads_of(row).iter().map(|name| name.height + 1.0).sum();
        let pointers: f64 = self.pointers_at(row).map(|name| name.height + 1.0).sum();
        match braces + pointers {
            0.0 => 0.0,
            // What stands above the first row needs no distance from one before it.
            height if row == 0 => height + 1.5,
            height => height + 4.0,
        }
    }

    /// The height of each row: as high as its texts, and all alike if they nearly are.
    fn row_heights(&self) -> Vec<f64> {
        let line = Style::plain(self.plan.size);
        let height = |row: &Vec<usize>| {
            let texts = row.iter().filter_map(|field| self.fields.get(*field));
            let text = texts.map(|(name, note, _)| name.height + note.height).fold(0.0, f64::max);
            text.max(Typesetter::height(1, line)) + 2.0 * self.plan.rise
        };
        let mut heights: Vec<f64> = self.rows.iter().map(height).collect();
        for (name, row) in &self.targets {
            if let Some(height) = heights.get_mut(*row) {
                *height = height.max(name.height + 8.0);
            }
        }
        let (low, high) = (
            heights.iter().copied().fold(f64::MAX, f64::min),
            heights.iter().copied().fold(0.0, f64::max),
        );
        if high <= 1.4 * low {
            heights.fill(high);
        }
        if self.plan.heads {
            return heights;
        }
        for brace in &self.braces {
            let (first, last) = brace.around;
            let Some(rows) = heights.get_mut(first..=last) else { continue };
            let lack = brace.name.height + 4.0 - rows.iter().sum::<f64>();
            let share = lack.max(0.0) / rows.len().max(1) as f64;
            rows.iter_mut().for_each(|height| *height += share);
        }
        let mut before: Option<(usize, f64)> = None;
        for (pointer, name) in self.layout.pointers.iter().zip(&self.pointers) {
            let row = self.row_of(pointer.field);
            if let Some((above, height)) = before
                && let Some(rows) = heights.get_mut(above..row)
            {
                let lack = (height + name.height) / 2.0 + 2.0 - rows.iter().sum::<f64>();
                let share = lack.max(0.0) / rows.len().max(1) as f64;
                rows.iter_mut().for_each(|height| *height += share);
            }
            before = Some((row, name.height));
        }
        heights
    }

    fn place_rows(&mut self) {
        let marks = self.marks.iter().map(|(_, lines)| lines.height);
        let preface = match self.preface.height {
            0.0 => 0.0,
            height => height + 5.0,
        };
        let heading = match marks.fold(self.heading.0.height, f64::max) {
            0.0 => BOX_EDGE,
            height => BOX_EDGE + height + 1.5,
        };
        let first = if self.plan.heads { None } else { self.pointers_at(0).next() };
        let mut y = first.map_or(0.0, |name| name.height / 2.0).max(heading) + preface;
        for (row, height) in self.row_heights().into_iter().enumerate() {
            let top = y + self.head_height(row);
            y = top + height;
            self.tops.push((top, y));
        }
    }

    /// The y of the whole figure's bottom.
    pub(super) fn bottom(&self) -> f64 {
        let boxes = self.tops.last().map_or(0.0, |(_, bottom)| *bottom);
        let total = match self.heading.2.height {
            0.0 => boxes,
            height => boxes + 2.0 + height,
        };
        let pointers = self.layout.pointers.iter().zip(&self.pointers);
        let reach = pointers.map(|(pointer, name)| self.row(self.row_of(pointer.field)).0 + name.height / 2.0);
        let reach = reach.filter(|_| !self.plan.heads).fold(total, f64::max);
        reach + BOX_EDGE
    }

    pub(super) fn row(&self, row: usize) -> (f64, f64) {
        self.tops.get(row).copied().unwrap_or_default()
    }

    pub(super) fn middle(&self, row: usize) -> f64 {
        let (top, bottom) = self.row(row);
        (top + bottom) / 2.0
    }
}
