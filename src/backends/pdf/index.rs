//! The pages of an index: two columns, of which the last two end on the same line.
//!
//! Typst fills one column after the other and knows nothing of what stands in them. Here the entries are laid out one by one,
//! and then put in columns: a letter keeps to its first entry, an entry to the first of those below it, and where a page
//! begins among those below an entry, that is repeated before them. The function is called `in-columns`.

use std::sync::LazyLock;
use typst::comemo::Tracked;
use typst::diag::SourceResult;
use typst::engine::Engine;
use typst::foundations::{
    Args, Array, CastInfo, Content, Context, Dict, Func, IntoValue, NativeElement, NativeFuncData, NativeFuncPtr, Packed, Scope,
    Smart, StyleChain, Value,
};
use typst::introspection::{Locator, MetadataElem, SplitLocator};
use typst::layout::{Abs, Axes, BlockElem, Fragment, Frame, Length, Point, Region, Regions, Rel, Size};

/// How many columns a page has.
const COLUMNS: usize = 2;

/// What rounding may take, in pt.
const SLACK: f64 = 0.01;

/// The function, for the library.
pub(super) fn function() -> Func {
    Func::from(&IN_COLUMNS)
}

/// `in-columns(gutter:, ..items)`, each item `(level:, above:, below:, body:, again:)`.
static IN_COLUMNS: NativeFuncData = NativeFuncData {
    function: NativeFuncPtr(&in_columns),
    name: "in-columns",
    title: "In columns",
    docs: "Entries of an index in columns.",
    def_site: None,
    keywords: &[],
    contextual: false,
    scope: LazyLock::new(&|| Scope::new()),
    params: LazyLock::new(&|| Vec::new()),
    returns: LazyLock::new(&|| CastInfo::Any),
};

fn in_columns(_: &mut Engine<'_>, _: Tracked<'_, Context<'_>>, args: &mut Args) -> SourceResult<Value> {
    let gutter = args.named::<Length>("gutter")?.unwrap_or_default();
    let items: Array = args.all::<Dict>()?.into_iter().map(IntoValue::into_value).collect();
    // Metadata can carry any value; it is never put into the document.
    let carried: Array = [gutter.into_value(), items.into_value()].into_iter().collect();
    let block =
        BlockElem::multi_layouter(Packed::new(MetadataElem::new(carried.into_value())), lay).with_width(Smart::Custom(Rel::one()));
    Ok(block.pack().into_value())
}

/// What stands in the columns.
struct Item {
    /// How deep an entry is below others; a letter is -1.
    level: i64,
    /// The room above, at least, but at the head of a column.
    above: Abs,
    /// The room below, at least.
    below: Abs,
    frame: Frame,
    /// What is repeated where a page begins among those below.
    again: Option<Frame>,
}

fn lay(
    content: &Packed<MetadataElem>,
    engine: &mut Engine<'_>,
    locator: Locator<'_>,
    styles: StyleChain<'_>,
    regions: Regions<'_>,
) -> SourceResult<Fragment> {
    let Value::Array(carried) = &content.value else {
        return Ok(Fragment::frames(Vec::new()));
    };
    let (gutter, list) = match carried.as_slice() {
        [Value::Length(gutter), Value::Array(list)] => (gutter.abs, list),
        _ => (Abs::zero(), carried),
    };
    let width = (regions.size.x - gutter) / COLUMNS as f64;
    let mut locator = locator.split();
    let mut items = Vec::new();
    for value in list {
        if let Value::Dict(dict) = value {
            items.push(item(dict, width, engine, &mut locator, styles)?);
        }
    }
    Ok(Fragment::frames(pages(&items, regions, width + gutter)))
}

fn item(
    dict: &Dict,
    width: Abs,
    engine: &mut Engine<'_>,
    locator: &mut SplitLocator<'_>,
    styles: StyleChain<'_>,
) -> SourceResult<Item> {
    let mut laid = |name: &str| match dict.get(name) {
        Ok(Value::Content(body)) => frame(body, width, engine, locator, styles).map(Some),
        _ => Ok(None),
    };
    let length = |name: &str| match dict.get(name) {
        Ok(Value::Length(length)) => length.abs,
        _ => Abs::zero(),
    };
    Ok(Item {
        level: match dict.get("level") {
            Ok(Value::Int(level)) => *level,
            _ => 0,
        },
        above: length("above"),
        below: length("below"),
        frame: laid("body")?.unwrap_or_else(|| Frame::soft(Size::zero())),
        again: laid("again")?,
    })
}

fn frame(
    body: &Content,
    width: Abs,
    engine: &mut Engine<'_>,
    locator: &mut SplitLocator<'_>,
    styles: StyleChain<'_>,
) -> SourceResult<Frame> {
    let region = Region::new(Size::new(width, Abs::inf()), Axes::new(true, false));
    typst_layout::layout_frame(engine, body, locator.next(&body.span()), styles, region)
}

/// The pages, from one column to the next as far as `step`.
fn pages(items: &[Item], mut regions: Regions<'_>, step: Abs) -> Vec<Frame> {
    let mut pages = Vec::new();
    let mut at = 0;
    while at < items.len() {
        let most = regions.size.y;
        // Where no other page has more room, something has to stand here.
        let force = !regions.may_progress() || most >= regions.full - Abs::pt(SLACK);
        let page = Page::fill(items, at, most, force);
        let ends = page.end == items.len();
        let page = if ends { page.balanced(items, at, most) } else { page };
        let height = if ends || !most.to_pt().is_finite() {
            page.height
        } else {
            most
        };
        let mut frame = Frame::soft(Size::new(regions.size.x, height.min(most)));
        for (column, y, shown) in page.shown {
            frame.push_frame(Point::new(step * column as f64, y), shown.clone());
        }
        pages.push(frame);
        at = page.end;
        regions.next();
    }
    pages
}

/// What stands on a page.
struct Page<'a> {
    /// In which column and how far down each frame stands.
    shown: Vec<(usize, Abs, &'a Frame)>,
    /// The item with which the next page begins.
    end: usize,
    /// How far down the columns reach.
    height: Abs,
}

impl<'a> Page<'a> {
    /// Fills one column after the other, from an item on.
    fn fill(items: &'a [Item], from: usize, most: Abs, force: bool) -> Self {
        let mut page = Self::empty(from);
        for column in 0..COLUMNS {
            page.column(items, column, from, items.len(), most, force);
        }
        page
    }

    fn empty(from: usize) -> Self {
        Self {
            shown: Vec::new(),
            end: from,
            height: Abs::zero(),
        }
    }

    /// The same with columns as short as they can be. The first is not shorter than the second where both can be.
    fn balanced(self, items: &'a [Item], from: usize, most: Abs) -> Self {
        let mut best = self;
        for split in (from + 1..items.len()).rev() {
            let keeps = items.get(split - 1).zip(items.get(split));
            if keeps.is_none_or(|(before, item)| item.level > before.level) {
                continue;
            }
            let mut page = Self::empty(from);
            page.column(items, 0, from, split, most, false);
            if page.end == split {
                page.column(items, 1, from, items.len(), most, false);
            }
            if page.end == items.len() && page.height < best.height - Abs::pt(SLACK) {
                best = page;
            }
        }
        best
    }

    /// Fills a column of a page that begins with the item `from`, up to another item.
    fn column(&mut self, items: &'a [Item], column: usize, from: usize, upto: usize, most: Abs, force: bool) {
        let (mut y, mut below) = (Abs::zero(), None);
        let mut put = |frame: &'a Frame, above: Abs, then: Abs| {
            y += below.map_or(Abs::zero(), |below: Abs| below.max(above));
            let top = y;
            y += frame.height();
            below = Some(then);
            (top, y, frame)
        };
        let mut shown = Vec::new();
        if column == 0 && from > 0 {
            for parent in parents(items, from) {
                shown.extend(parent.again.as_ref().map(|again| put(again, parent.above, parent.below)));
            }
        }
        let begins = shown.len();
        while self.end < upto {
            let together = kept(items, self.end, upto);
            let unit: Vec<_> = together.iter().map(|item| put(&item.frame, item.above, item.below)).collect();
            let fits = unit.last().is_none_or(|(_, bottom, _)| *bottom <= most + Abs::pt(SLACK));
            let must = force && shown.len() == begins;
            if !fits && !must {
                break;
            }
            self.end += unit.len();
            shown.extend(unit);
        }
        if shown.len() == begins {
            return;
        }
        for (top, bottom, frame) in shown {
            self.height = self.height.max(bottom);
            self.shown.push((column, top, frame));
        }
    }
}

/// The items from one on that stay together: each but the last has others below it.
fn kept(items: &[Item], from: usize, upto: usize) -> &[Item] {
    let rest = items.get(from..upto).unwrap_or_default();
    let more = rest
        .windows(2)
        .take_while(|pair| matches!(pair, [item, next] if next.level > item.level))
        .count();
    rest.get(..=more).unwrap_or(rest)
}

/// What an item stands below, from the outermost.
fn parents(items: &[Item], at: usize) -> Vec<&Item> {
    let mut parents = Vec::new();
    let mut level = items.get(at).map_or(0, |item| item.level);
    for item in items.get(..at).unwrap_or_default().iter().rev() {
        if level <= 0 {
            break;
        }
        if item.level < level {
            level = item.level;
            parents.push(item);
        }
    }
    parents.reverse();
    parents
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Items by their levels, 10 pt high and 2 pt apart; a letter has 6 pt above it.
    fn items(levels: &[i64]) -> Vec<Item> {
        let frame = || Frame::soft(Size::new(Abs::pt(50.0), Abs::pt(10.0)));
        let item = |level: &i64| Item {
            level: *level,
            above: Abs::pt(if *level < 0 { 6.0 } else { 2.0 }),
            below: Abs::pt(2.0),
            frame: frame(),
            again: (*level >= 0).then(frame),
        };
        levels.iter().map(item).collect()
    }

    /// The pages as the number of frames in each column.
    fn shown(levels: &[i64], height: f64) -> Vec<(usize, usize)> {
        let items = items(levels);
        let mut at = 0;
        let mut pages = Vec::new();
        while at < items.len() {
            let page = Page::fill(&items, at, Abs::pt(height), true);
            let page = if page.end == items.len() {
                page.balanced(&items, at, Abs::pt(height))
            } else {
                page
            };
            let first = page.shown.iter().filter(|(column, ..)| *column == 0).count();
            pages.push((first, page.shown.len() - first));
            assert!(page.end > at, "no progress");
            at = page.end;
        }
        pages
    }

    #[test]
    fn the_last_columns_are_balanced() {
        assert_eq!(shown(&[0; 6], 100.0), [(3, 3)]);
        assert_eq!(shown(&[0; 7], 100.0), [(4, 3)]);
        assert_eq!(shown(&[0], 100.0), [(1, 0)]);
        // Four lines are 46 pt.
        assert_eq!(shown(&[0; 11], 46.0), [(4, 4), (2, 1)]);
    }

    #[test]
    fn letters_and_parents_stay_with_what_follows() {
        assert_eq!(shown(&[0, 0, 0, 1, 1], 34.0), [(2, 3)]);
        assert_eq!(shown(&[0, 0, -1, 0, 1], 46.0), [(2, 3)]);
    }

    #[test]
    fn a_page_that_begins_below_an_entry_repeats_it() {
        // Two lines a column: the entry, its first three, then the entry again and the fourth.
        assert_eq!(shown(&[0, 1, 1, 1, 1], 22.0), [(2, 2), (2, 0)]);
    }

    #[test]
    fn what_is_higher_than_a_page_ends_it() {
        assert_eq!(shown(&[0, 1, 0], 5.0), [(2, 1)]);
    }
}
