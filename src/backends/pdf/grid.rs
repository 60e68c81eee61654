//! A grid of lines: whatever is no text takes up as much height as some lines of text do, so that the text behind it stands
//! on the lines on which it would stand without it, and pages that face each other end on the same one.
//!
//! Typst cannot say this in its own language without laying out everything twice, and not at all of what may be broken over
//! pages. So the template finds one more function, `on-grid`, a block that lays out its body in the room there is, and then
//! makes the last piece of it so high that a paragraph would be as high. No place on a page is asked for: where the first
//! line of a page stands on the grid, and everything takes whole lines, every line does.

use std::sync::LazyLock;
use typst::diag::SourceResult;
use typst::engine::Engine;
use typst::foundations::{
    Args, Binding, CastInfo, Content, Context, Func, IntoValue, NativeElement, NativeFuncData, NativeFuncPtr, Packed, Scope, Smart,
    StyleChain, Value,
};
use typst::introspection::Locator;
use typst::layout::{Abs, BlockElem, Fragment, Frame, Length, PadElem, Point, Ratio, Regions, Rel, Spacing};
use typst::{Library, LibraryExt};

/// Typst's library, with `on-grid` in it, and the columns of an index.
pub(super) fn library() -> Library {
    let mut library = Library::default();
    library.global.scope_mut().define("on-grid", Func::from(&ON_GRID));
    library.global.scope_mut().define("in-columns", super::index::function());
    library.std = Binding::detached(library.global.clone());
    library
}

/// `on-grid(above:, below:, sticky:, line:, gap:, share:, least:, body)`.
static ON_GRID: NativeFuncData = NativeFuncData {
    function: NativeFuncPtr(&on_grid),
    name: "on-grid",
    title: "On grid",
    docs: "A block that is as high as lines of text are.",
    def_site: None,
    keywords: &[],
    contextual: false,
    scope: LazyLock::new(&|| Scope::new()),
    params: LazyLock::new(&|| Vec::new()),
    returns: LazyLock::new(&|| CastInfo::Any),
};

fn on_grid(_: &mut Engine<'_>, _: typst::comemo::Tracked<'_, Context<'_>>, args: &mut Args) -> SourceResult<Value> {
    let above = args.named::<Length>("above")?.unwrap_or_default();
    let below = args.named::<Length>("below")?.unwrap_or_default();
    let sticky = args.named::<bool>("sticky")?.unwrap_or(false);
    let line = args.named::<Length>("line")?.unwrap_or_default();
    let gap = args.named::<Length>("gap")?.unwrap_or_default();
    let share = args.named::<Ratio>("share")?.unwrap_or_default();
    let least = args.named::<Length>("least")?.unwrap_or_default();
    let body = args.expect::<Content>("body")?;
    // Padding is what carries four measures and a body; nothing is padded with it.
    let measures = PadElem::new(body)
        .with_left(line.into())
        .with_right(gap.into())
        .with_top(share.into())
        .with_bottom(least.into());
    let block = BlockElem::multi_layouter(Packed::new(measures), lay)
        .with_width(Smart::Custom(Rel::one()))
        .with_above(Smart::Custom(Spacing::Rel(above.into())))
        .with_below(Smart::Custom(Spacing::Rel(below.into())))
        .with_sticky(sticky);
    Ok(block.pack().into_value())
}

/// What a block has to keep to.
struct Lines {
    /// From one baseline to the next.
    line: Abs,
    /// Between the lower edge of a line and the upper edge of the next.
    gap: Abs,
    /// Which share of the room around the body stands above it.
    share: f64,
    /// The least room around the body.
    least: Abs,
}

impl Lines {
    /// The height of the fewest lines that are at least so high.
    fn height(&self, least: Abs) -> Abs {
        let lines = ((least + self.gap) / self.line - 0.001).ceil().max(1.0);
        self.line * lines - self.gap
    }
}

fn lay(
    content: &Packed<PadElem>,
    engine: &mut Engine<'_>,
    locator: Locator<'_>,
    styles: StyleChain<'_>,
    regions: Regions<'_>,
) -> SourceResult<Fragment> {
    let lines = Lines {
        line: content.left.resolve(styles).abs,
        gap: content.right.resolve(styles).abs,
        share: content.top.get(styles).rel.get(),
        least: content.bottom.resolve(styles).abs,
    };
    // At the head of a page no room is needed above.
    let at_head = regions.size.y >= regions.full - Abs::pt(0.01);
    let above = if at_head { Abs::zero() } else { lines.least * lines.share };
    let mut room = regions;
    room.size.y = (regions.size.y - above).max(Abs::zero());
    let fragment = typst_layout::layout_fragment(engine, &content.body, locator, styles, room)?;
    let mut frames = fragment.into_frames();
    if lines.line > Abs::pt(1.0) {
        let heights: Vec<Abs> = regions.iter().map(|region| region.y).take(frames.len()).collect();
        fill(&mut frames, &heights, &lines, at_head);
    }
    Ok(Fragment::frames(frames))
}

/// Makes the last frame as high as lines are, and gives the first one its room above. `heights` are what each may have.
fn fill(frames: &mut [Frame], heights: &[Abs], lines: &Lines, at_head: bool) {
    let count = frames.len();
    let mut begun = false;
    for (at, (frame, most)) in frames.iter_mut().zip(heights).enumerate() {
        let height = frame.height();
        // Before the first piece an empty one stands where nothing fitted.
        let first = !begun && !frame.is_empty();
        begun |= first;
        let head = at_head || at > 0;
        let last = at + 1 == count;
        let wanted = match (first, last) {
            (true, true) => lines.height(height + lines.least),
            (_, true) => lines.height(height + lines.least * (1.0 - lines.share)),
            (true, false) => height + if head { Abs::zero() } else { lines.least * lines.share },
            (false, false) => height,
        };
        let extra = (wanted.min(*most) - height).max(Abs::zero());
        let shift = match (first, last) {
            (true, _) if head => Abs::zero(),
            (true, true) => extra * lines.share,
            (true, false) => extra,
            (false, _) => Abs::zero(),
        };
        frame.size_mut().y = height + extra;
        frame.translate(Point::with_y(shift));
    }
}
