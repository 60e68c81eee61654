//! What is settled once a container is complete: which paragraph is a figure, which line a caption, which quote an
//! admonition.

#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use super::attributes;
use super::markdown;
use super::stack::{Stack, with};
use crate::diag::codes;
use crate::document::block::AdmonitionKind;
use crate::document::grid::MOST_COLUMNS;
use crate::document::inline::plain_text;
use crate::document::{
    Admonition, Alignment, Attributes, Block, BlockKind, Figure, FigureContent, Image, Inline, InlineKind, Listing, Row, Table,
};
use crate::source::Span;

/// Inlines without blanks and line breaks at either end.
pub(super) fn trimmed(mut inlines: Vec<Inline>) -> Vec<Inline> {
    // Marks are invisible, so the blank before them is at the end as well.
    let is_mark = |inline: &&Inline| matches!(inline.kind, InlineKind::IndexMark(_));
    let marks = inlines.iter().rev().take_while(is_mark).count();
    let mut marks = inlines.split_off(inlines.len() - marks);
    while let Some(last) = inlines.last_mut() {
        match &mut last.kind {
            InlineKind::SoftBreak | InlineKind::LineBreak => {}
            InlineKind::Text(text) => {
                let kept = text.trim_end_matches([' ', '\t', '\n', '\r']).len();
                if last.span.range().len() == text.len() {
                    last.span.end -= u32::try_from(text.len() - kept).unwrap_or_default();
                }
                text.truncate(kept);
                if kept > 0 {
                    break;
                }
            }
            _ => break,
        }
        inlines.pop();
    }
    let blank = inlines.iter().take_while(|inline| match &inline.kind {
        InlineKind::SoftBreak | InlineKind::LineBreak => true,
        InlineKind::Text(text) => text.trim_start_matches([' ', '\t', '\n', '\r']).is_empty(),
        _ => false,
    });
    let blank = blank.count();
    inlines.drain(..blank);
    if let Some(first) = inlines.first_mut()
        && let InlineKind::Text(text) = &mut first.kind
    {
        trim_start(text, &mut first.span);
    }
    inlines.append(&mut marks);
    inlines
}

fn trim_start(text: &mut String, span: &mut Span) {
    let kept = text.trim_start_matches([' ', '\t', '\n', '\r']);
    if kept.len() < text.len() {
        let blank = u32::try_from(text.len() - kept.len()).unwrap_or_default();
        // Only text that stands in the source as it is has a byte there for each of its own.
        if span.range().len() == text.len() {
            span.start += blank;
        }
        *text = kept.to_owned();
    }
}

/// The block that inlines standing by themselves are: a paragraph, a figure or a formula; none if there is nothing.
pub(super) fn paragraph(stack: &mut Stack, inlines: Vec<Inline>) -> Option<Block> {
    let mut inlines = trimmed(inlines);
    let (first, last) = (inlines.first()?, inlines.last()?);
    let span = Span {
        end: last.span.end.max(first.span.end),
        ..first.span
    };
    if let [only] = inlines.as_mut_slice() {
        match &mut only.kind {
            // A picture in a table's cell is part of the table, unless it is to be referred to.
            InlineKind::Image(image) if !stack.is_in_cell() || only.attributes.as_ref().is_some_and(|own| own.id.is_some()) => {
                let image = take_image(image);
                let attributes = only.attributes.take().map(|boxed| *boxed).unwrap_or_default();
                return Some(image_figure(stack, image, attributes, span));
            }
            InlineKind::Math(formula) if formula.display => {
                return Some(Block::new(span, BlockKind::Math(formula.clone())));
            }
            _ => {}
        }
    }
    if inlines.iter().all(|inline| matches!(inline.kind, InlineKind::IndexMark(_))) {
        return Some(Block::new(span, BlockKind::IndexMarks(inlines)));
    }
    if let [math, text] = inlines.as_slice()
        && let (InlineKind::Math(formula), InlineKind::Text(braces)) = (&math.kind, &text.kind)
        && let (true, Some(attributes)) = (formula.display, whole_braces(braces))
    {
        return Some(Block {
            span,
            attributes,
            kind: BlockKind::Math(formula.clone()),
        });
    }
    Some(Block::new(span, BlockKind::Paragraph(inlines)))
}

/// The attributes that a text consists of.
fn whole_braces(text: &str) -> Option<Attributes> {
    let text = text.trim();
    let is_braces = text.starts_with('{') && attributes::closing_brace(text) == Some(text.len());
    let braces = is_braces.then(|| attributes::parse(text))?;
    braces.bad.is_empty().then_some(braces.attributes)
}

/// A picture that stands in a paragraph of its own. Its title, or `caption="..."`, is the caption.
fn image_figure(stack: &mut Stack, mut image: Image, mut attributes: Attributes, span: Span) -> Block {
    let named = attributes.pairs.iter().position(|(key, _)| key == "caption");
    let text = named.map_or_else(|| image.title.clone(), |at| attributes.pairs.remove(at).1);
    let caption = if matches!(stack.frames.first().map(|frame| &frame.kind), Some(super::stack::Kind::Line)) || text.is_empty() {
        Vec::new()
    } else {
        image.title.clear();
        let local = stack.place.local(span.start)..stack.place.local(span.end);
        let found = stack.source.get(local.clone()).and_then(|source| source.rfind(&text));
        let at = found.map(|at| local.start + at).ok_or(local);
        markdown::read_line(stack, &text, at)
    };
    let content = FigureContent::Image(image);
    let figure = Figure {
        content,
        caption,
        number: None,
    };
    Block {
        span,
        attributes,
        kind: BlockKind::Figure(figure),
    }
}

/// The image inline that `![alt](source "title")` or `img` is.
pub(super) fn image(source: String, title: String, alt: &[Inline]) -> InlineKind {
    InlineKind::Image(Image {
        source,
        alt: plain_text(alt).trim().to_owned(),
        title,
        width: None,
        asset: None,
    })
}

/// What an HTML `p` is: one paragraph with its attributes, or the blocks that Markdown made in it.
pub(super) fn html_paragraph(mut blocks: Vec<Block>, attributes: Attributes, span: Span) -> Vec<Block> {
    if attributes.is_empty() {
        return blocks;
    }
    if let [only] = blocks.as_mut_slice()
        && only.attributes.is_empty()
        && matches!(only.kind, BlockKind::Paragraph(_) | BlockKind::Figure(_))
    {
        only.attributes = attributes;
        return blocks;
    }
    if blocks.is_empty() && attributes.id.is_none() {
        return blocks;
    }
    vec![Block {
        span,
        attributes,
        kind: BlockKind::Group(blocks),
    }]
}

/// What an HTML `figure` is.
pub(super) fn figure(caption: Vec<Inline>, mut blocks: Vec<Block>, mut attributes: Attributes, span: Span) -> Block {
    let mut caption = caption;
    let mut content = None;
    if let [only] = blocks.as_mut_slice()
        && let BlockKind::Figure(inner) = &mut only.kind
        && let FigureContent::Image(image) = &mut inner.content
    {
        if caption.is_empty() {
            caption = std::mem::take(&mut inner.caption);
        }
        attributes.id = attributes.id.take().or_else(|| only.attributes.id.take());
        attributes.classes.append(&mut only.attributes.classes);
        attributes.pairs.append(&mut only.attributes.pairs);
        content = Some(FigureContent::Image(take_image(image)));
    }
    let content = content.unwrap_or(FigureContent::Blocks(blocks));
    let figure = Figure {
        content,
        caption,
        number: None,
    };
    Block {
        span,
        attributes,
        kind: BlockKind::Figure(figure),
    }
}

fn take_image(image: &mut Image) -> Image {
    let empty = Image {
        source: String::new(),
        alt: String::new(),
        title: String::new(),
        width: None,
        asset: None,
    };
    std::mem::replace(image, empty)
}

/// A quote, or the admonition that it is: `> [!NOTE]`, or `> **Note:** text`.
pub(super) fn quote(kind: Option<AdmonitionKind>, mut blocks: Vec<Block>) -> BlockKind {
    match kind.or_else(|| take_label(&mut blocks)) {
        Some(kind) => BlockKind::Admonition(Admonition { kind, blocks }),
        None => BlockKind::Quote(blocks),
    }
}

/// Takes the label off a quote that begins with `**Note:**`, `**Note**:`, or `**Note**` in a line of its own.
fn take_label(blocks: &mut Vec<Block>) -> Option<AdmonitionKind> {
    let BlockKind::Paragraph(inlines) = &mut blocks.first_mut()?.kind else {
        return None;
    };
    let InlineKind::Strong(content) = &inlines.first()?.kind else {
        return None;
    };
    let text = plain_text(content);
    let word = text.trim().trim_end_matches(':').trim_end();
    let kind = admonition(word)?;
    let has_colon = text.trim().ends_with(':');
    let mut next = inlines.get(1).map(|inline| inline.kind.clone());
    match &mut next {
        None => {}
        Some(InlineKind::SoftBreak | InlineKind::LineBreak) => {}
        Some(_) if has_colon => {}
        Some(InlineKind::Text(text)) if text.trim_start().starts_with(':') => {}
        Some(_) => return None,
    }
    inlines.remove(0);
    if let Some(Inline {
        kind: InlineKind::Text(text),
        span,
        ..
    }) = inlines.first_mut()
        && !has_colon
        && let Some(rest) = text.trim_start().strip_prefix(':')
    {
        let taken = u32::try_from(text.len() - rest.len()).unwrap_or_default();
        span.start = (span.start + taken).min(span.end);
        *text = rest.to_owned();
    }
    let rest = trimmed(std::mem::take(inlines));
    if rest.is_empty() {
        blocks.remove(0);
    } else if let Some(first) = blocks.first_mut() {
        first.kind = BlockKind::Paragraph(rest);
    }
    Some(kind)
}

fn admonition(word: &str) -> Option<AdmonitionKind> {
    Some(match word.to_ascii_lowercase().as_str() {
        "note" | "info" => AdmonitionKind::Note,
        "tip" | "hint" => AdmonitionKind::Tip,
        "important" => AdmonitionKind::Important,
        "warning" => AdmonitionKind::Warning,
        "caution" | "danger" => AdmonitionKind::Caution,
        _ => return None,
    })
}

/// Gives tables their captions, and reports captions and outputs that stand by themselves. What stands in a cell of a pipe
/// table may be the caption of that.
pub(super) fn siblings(stack: &mut Stack, blocks: Vec<Block>, in_cell: bool) -> Vec<Block> {
    let blocks = if in_cell { blocks } else { with_captions(stack, blocks) };
    super::index::attach(blocks)
}

fn with_captions(stack: &mut Stack, blocks: Vec<Block>) -> Vec<Block> {
    let concerned = |block: &Block| match &block.kind {
        BlockKind::Table(_) | BlockKind::Output(_) => true,
        BlockKind::Paragraph(inlines) => is_caption(inlines),
        _ => false,
    };
    if !blocks.iter().any(concerned) {
        return blocks;
    }
    let mut settled: Vec<Block> = Vec::with_capacity(blocks.len());
    let mut waiting: Option<(Vec<Inline>, Attributes)> = None;
    let mut blocks = blocks.into_iter().peekable();
    while let Some(mut block) = blocks.next() {
        if let BlockKind::Table(table) = &mut block.kind {
            take_last_row(table, &mut block.attributes);
            for row in table.body.iter().filter(|row| is_caption_row(row)) {
                let text = row.cells.first().and_then(|cell| cell.blocks.first());
                report_caption(stack, text.map_or(block.span, |text| text.span));
            }
            if let Some((caption, attributes)) = waiting.take() {
                table.caption = caption;
                merge(&mut block.attributes, attributes);
            }
        }
        if matches!(block.kind, BlockKind::Output(_)) && !settled.last().is_some_and(is_listing) {
            report_output(stack, block.span);
        }
        let BlockKind::Paragraph(inlines) = &mut block.kind else {
            settled.push(block);
            continue;
        };
        if !is_caption(inlines) {
            settled.push(block);
            continue;
        }
        let above = settled.last_mut().filter(|block| lacks_caption(block));
        let below = blocks.peek().is_some_and(lacks_caption);
        if above.is_none() && !below {
            report_caption(stack, block.span);
            settled.push(block);
            continue;
        }
        let (caption, attributes) = caption(std::mem::take(inlines));
        match above {
            Some(Block {
                kind: BlockKind::Table(table),
                attributes: own,
                ..
            }) => {
                table.caption = caption;
                merge(own, attributes);
            }
            _ => waiting = Some((caption, attributes)),
        }
    }
    settled
}

fn report_output(stack: &mut Stack, span: Span) {
    let at = stack.place.local(span.start)..stack.place.local(span.end);
    let message = "this output stands below no listing, so nothing prints it";
    if let Some(diagnostic) = stack.report(&codes::STRAY_OUTPUT, first_line(stack.source, at), message) {
        diagnostic.hint("put it directly below the listing that prints it");
    }
}

fn report_caption(stack: &mut Stack, span: Span) {
    let at = stack.place.local(span.start)..stack.place.local(span.end);
    let message = "`Table:` stands directly below or above no table that lacks a caption; it is kept as text";
    stack.report(&codes::STRAY_CAPTION, first_line(stack.source, at), message);
}

/// The part of a range that lies in its first line.
pub(super) fn first_line(source: &str, range: std::ops::Range<usize>) -> std::ops::Range<usize> {
    let text = source.get(range.clone()).unwrap_or_default();
    let length = text.find(['\n', '\r']).unwrap_or(text.len());
    range.start..range.start + length
}

fn is_listing(block: &Block) -> bool {
    matches!(block.kind, BlockKind::Listing(_))
}

/// Whether this is a table without a caption, also without one in its last row.
fn lacks_caption(block: &Block) -> bool {
    match &block.kind {
        BlockKind::Table(table) => table.caption.is_empty() && !table.body.last().is_some_and(is_caption_row),
        _ => false,
    }
}

const CAPTION: &str = "Table:";

fn is_caption(inlines: &[Inline]) -> bool {
    matches!(inlines.first().map(|first| &first.kind), Some(InlineKind::Text(text)) if text.trim_start().starts_with(CAPTION))
}

/// Takes `Table:` and the attributes at the end off a caption.
fn caption(mut inlines: Vec<Inline>) -> (Vec<Inline>, Attributes) {
    if let Some(Inline {
        kind: InlineKind::Text(text),
        span,
        ..
    }) = inlines.first_mut()
        && let Some(rest) = text.trim_start().strip_prefix(CAPTION)
    {
        let taken = u32::try_from(text.len() - rest.len()).unwrap_or_default();
        span.start = (span.start + taken).min(span.end);
        *text = rest.to_owned();
    }
    let mut attributes = Attributes::default();
    if let Some(Inline {
        kind: InlineKind::Text(text),
        span,
        ..
    }) = inlines.last_mut()
        && let Some(open) = text.rfind('{')
        && let Some(found) = text.get(open..).and_then(whole_braces)
    {
        attributes = found;
        span.end -= u32::try_from(text.len() - open)
            .unwrap_or_default()
            .min(span.end - span.start);
        text.truncate(open);
    }
    (trimmed(inlines), attributes)
}

/// In GitHub's tables a line directly below the last row is a row too; with `Table:` in it, it is the caption.
fn take_last_row(table: &mut Table, attributes: &mut Attributes) {
    if !table.caption.is_empty() || !table.body.last().is_some_and(is_caption_row) {
        return;
    }
    let Some(row) = table.body.pop() else { return };
    let cell = row.cells.into_iter().next().and_then(|cell| cell.blocks.into_iter().next());
    if let Some(BlockKind::Paragraph(inlines)) = cell.map(|block| block.kind) {
        let (caption, found) = caption(inlines);
        table.caption = caption;
        merge(attributes, found);
    }
}

fn is_caption_row(row: &Row) -> bool {
    let mut cells = row.cells.iter();
    let first = cells.next().map(|cell| cell.blocks.as_slice());
    let is_caption = matches!(first, Some([Block { kind: BlockKind::Paragraph(inlines), .. }]) if is_caption(inlines));
    is_caption && cells.all(|cell| cell.blocks.is_empty())
}

fn merge(own: &mut Attributes, more: Attributes) {
    own.id = own.id.take().or(more.id);
    own.classes.extend(more.classes);
    own.pairs.extend(more.pairs);
    own.language = own.language.take().or(more.language);
}

/// A table with as many columns as its widest row covers, as far as a grid has columns.
pub(super) fn table(mut table: Table) -> Table {
    let width = |row: &Row| row.cells.iter().map(|cell| usize::from(cell.columns)).sum::<usize>();
    let widest = table.head.iter().chain(&table.body).map(width).max().unwrap_or_default();
    let widest = widest.min(MOST_COLUMNS);
    if table.columns.len() < widest {
        table.columns.resize(widest, Alignment::Natural);
    }
    table
}

/// A pipe table has no sign for cells that name their row. Where the head leaves the first column without a name, what stands
/// in it names the rows: there is nothing else that it could be.
pub(super) fn name_rows(mut table: Table) -> Table {
    let [head] = table.head.as_slice() else {
        return table;
    };
    let Some((corner, names)) = head.cells.split_first() else {
        return table;
    };
    if corner.blocks.is_empty() && names.iter().any(|name| !name.blocks.is_empty()) {
        for row in &mut table.body {
            if let Some(first) = row.cells.first_mut() {
                first.header = !first.blocks.is_empty();
            }
        }
    }
    table
}

/// The text of a heading that its slug is made of: no pictures, and nothing where a line breaks, as on GitHub.
pub(super) fn heading_text(title: &[Inline]) -> String {
    let mut text = String::new();
    push_heading_text(title, &mut text);
    text
}

fn push_heading_text(inlines: &[Inline], text: &mut String) {
    for inline in inlines {
        match &inline.kind {
            InlineKind::SoftBreak | InlineKind::LineBreak | InlineKind::Image(_) => {}
            kind => match kind.content() {
                Some(content) => push_heading_text(content, text),
                None => text.push_str(&plain_text(std::slice::from_ref(inline))),
            },
        }
    }
}

/// Makes an anchor in a heading the heading's own id, so that it is not repeated wherever the title is.
pub(super) fn hoist_anchor(title: &mut Vec<Inline>, attributes: &mut Attributes) {
    if attributes.id.is_some() {
        return;
    }
    let Some(at) = title.iter().position(|inline| matches!(inline.kind, InlineKind::Anchor)) else {
        return;
    };
    attributes.id = title.remove(at).attributes.and_then(|attributes| attributes.id);
    *title = trimmed(std::mem::take(title));
}

/// The inlines of an HTML `code`: its text as code, its links and emphasis around it.
pub(super) fn as_code(inlines: Vec<Inline>) -> Vec<Inline> {
    let mut inlines = inlines;
    for inline in &mut inlines {
        if let Some(content) = inline.kind.content_mut() {
            *content = as_code(std::mem::take(content));
            continue;
        }
        match &mut inline.kind {
            InlineKind::Text(text) => inline.kind = InlineKind::Code(std::mem::take(text)),
            InlineKind::SoftBreak => inline.kind = InlineKind::Code(" ".to_owned()),
            _ => {}
        }
    }
    let mut joined: Vec<Inline> = Vec::with_capacity(inlines.len());
    for inline in inlines {
        if let (
            Some(Inline {
                kind: InlineKind::Code(before),
                span,
                ..
            }),
            InlineKind::Code(text),
        ) = (joined.last_mut(), &inline.kind)
        {
            before.push_str(text);
            span.end = span.end.max(inline.span.end);
        } else {
            joined.push(inline);
        }
    }
    joined
}

/// What an HTML `pre` is.
pub(super) fn preformatted(stack: &Stack, language: Option<String>, inlines: &[Inline], start: usize, span: Span) -> Listing {
    let mut code = String::new();
    push_lines(inlines, &mut code);
    let first = inlines.first().map_or(span.start, |inline| inline.span.start);
    let mut from = stack.place.local(first).max(start);
    if code.starts_with('\n') {
        // The line break after the tag is no part of the code.
        let rest = stack.source.get(from..).unwrap_or_default();
        from += rest.find('\n').map_or(0, |at| at + 1);
    }
    let code = code.strip_prefix('\n').unwrap_or(&code);
    Listing {
        language,
        code: code.strip_suffix('\n').unwrap_or(code).to_owned(),
        code_start: stack.span(from..from).start,
        ..Listing::default()
    }
}

fn push_lines(inlines: &[Inline], code: &mut String) {
    for inline in inlines {
        match &inline.kind {
            InlineKind::SoftBreak | InlineKind::LineBreak => code.push('\n'),
            kind => match kind.content() {
                Some(content) => push_lines(content, code),
                None => code.push_str(&plain_text(std::slice::from_ref(inline))),
            },
        }
    }
}

/// The inlines of blocks that stand where only inlines may be, with a space between blocks.
pub(super) fn inlines_of(blocks: Vec<Block>) -> Vec<Inline> {
    let mut inlines = Vec::new();
    for block in blocks {
        let span = block.span;
        let before = inlines.len();
        match block.kind {
            BlockKind::Paragraph(content) => inlines.extend(content),
            BlockKind::Heading(heading) => inlines.extend(heading.title),
            BlockKind::Listing(listing) => inlines.push(with(Inline::new(span, InlineKind::Code(listing.code)), block.attributes)),
            BlockKind::Output(text) => inlines.push(Inline::new(span, InlineKind::Code(text))),
            BlockKind::Diagram(diagram) => inlines.push(Inline::new(span, InlineKind::Code(diagram.body))),
            BlockKind::Math(formula) => inlines.push(Inline::new(span, InlineKind::Math(formula))),
            BlockKind::Figure(figure) => {
                match figure.content {
                    FigureContent::Image(image) => inlines.push(Inline::new(span, InlineKind::Image(image))),
                    FigureContent::Blocks(blocks) => inlines.extend(inlines_of(blocks)),
                    FigureContent::Drawing(_) => {}
                }
                inlines.extend(figure.caption);
            }
            BlockKind::Table(table) => {
                let rows = table.head.into_iter().chain(table.body);
                let cells = rows.flat_map(|row| row.cells).flat_map(|cell| cell.blocks);
                inlines.extend(inlines_of(cells.collect()));
            }
            BlockKind::Quote(blocks) | BlockKind::Group(blocks) => inlines.extend(inlines_of(blocks)),
            BlockKind::Admonition(admonition) => inlines.extend(inlines_of(admonition.blocks)),
            BlockKind::Section(section) => {
                inlines.extend(section.title);
                inlines.extend(inlines_of(section.blocks));
            }
            BlockKind::List(list) => inlines.extend(inlines_of(list.items.into_iter().flat_map(|item| item.blocks).collect())),
            BlockKind::Definitions(definitions) => {
                for definition in definitions {
                    inlines.extend(definition.terms.into_iter().flatten());
                    inlines.extend(inlines_of(definition.meanings.into_iter().flatten().collect()));
                }
            }
            BlockKind::Details { summary, blocks } => {
                inlines.extend(summary);
                inlines.extend(inlines_of(blocks));
            }
            BlockKind::IndexMarks(marks) => inlines.extend(marks),
            // Made by passes, and not there while a file is read.
            BlockKind::Index(_) | BlockKind::Glossary(_) => {}
            BlockKind::Bibliography(works) => inlines.extend(inlines_of(works.into_iter().flat_map(|work| work.blocks).collect())),
            BlockKind::Rule => {}
        }
        if before > 0 && inlines.len() > before {
            inlines.insert(before, Inline::new(span.slice(0..0), InlineKind::SoftBreak));
        }
    }
    inlines
}
