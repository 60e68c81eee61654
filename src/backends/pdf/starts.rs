//! From the pages that are set back to the document: where the text of each begins.

use super::origins::{Origin, Source, Standing};
use super::trace::Trace;
use super::world::{BookWorld, file_id};
use crate::backends::page_list::{PageList, PageStart, Place};
use crate::document::walk::{Node, query};
use crate::document::{BlockKind, InlineKind};
use crate::edition::Edition;
use std::collections::{BTreeSet, HashMap};
use typst::World;
use typst::introspection::Tag;
use typst::layout::{Frame, FrameItem};
use typst::model::Numbering;
use typst::syntax::{Span, SyntaxKind, SyntaxNode};
use typst_layout::PagedDocument;

/// A node by its number, and a byte of its text.
type Spot = (usize, usize);

/// The page list of pages that are set. `kept` are the numbers that the nodes of `shown` have in the whole document, where
/// they have others.
pub(super) fn page_list(
    document: &PagedDocument,
    trace: &Trace,
    world: &BookWorld,
    shown: &Edition,
    kept: Option<&[usize]>,
) -> PageList {
    let index = Index::of(trace, world);
    let mut pages = Vec::new();
    let mut heads = BTreeSet::new();
    let (mut last, mut end) = (None, None);
    let mut numbering = None;
    for page in document.pages() {
        let mut found = look(&page.frame, &index, &heads, last);
        heads.extend(found.heads.iter().copied());
        // A figure that floated no further than over the edge of the page is still the first thing on it.
        let kept = found.float.filter(|float| Some(*float) > end);
        found.text = found.text.map(|text| kept.map_or(text, |float| text.min(float)));
        last = found.text.or(last);
        end = found.end.max(end);
        // A blank page before a chapter is counted with those before it, whatever its own settings say.
        let inherited = numbering.filter(|_| found.blank);
        numbering = inherited.or(page.numbering.as_ref());
        if let Some(numbering) = numbering {
            pages.push((label(numbering, page.number), found));
        }
    }
    let nodes = nodes(shown);
    let settle = |(node, offset): Spot| Place::Text {
        node: kept.map_or(node, |kept| kept.get(node).copied().unwrap_or(node)),
        offset: nodes.get(node).map_or(0, |node| word_start(*node, offset)),
    };
    let front = front_matter(&pages, shown);
    places(pages, front, settle)
}

/// What was found on a page.
#[derive(Default)]
struct Found {
    /// The first text in reading order.
    text: Option<Spot>,
    /// The last text in reading order.
    end: Option<Spot>,
    /// The first text or picture of a figure that floats.
    float: Option<Spot>,
    /// The part that opens here.
    part: Option<usize>,
    /// Whether there are lines of the contents.
    contents: bool,
    /// The nodes in table heads that are not repeated here.
    heads: Vec<usize>,
    /// Whether there is nothing at all.
    blank: bool,
    /// All that can be read, as long as nothing of the document was found.
    words: String,
}

/// Gives each page its place. Those that have none take that of the next one.
fn places(pages: Vec<(String, Found)>, front: Front, settle: impl Fn(Spot) -> Place) -> PageList {
    let mut starts = Vec::with_capacity(pages.len());
    let mut next: Option<(Place, Option<Spot>)> = None;
    let before: Vec<Option<Spot>> = pages
        .iter()
        .scan(None, |last, (_, page)| {
            let before = *last;
            *last = page.text.or(*last);
            Some(before)
        })
        .collect();
    for ((at, (label, page)), before) in pages.into_iter().enumerate().zip(before).rev() {
        let spot = page.text.or_else(|| {
            // A page of nothing but a figure begins with it, where that is in order.
            let upto = next.and_then(|(_, spot)| spot);
            page.float
                .filter(|float| Some(*float) > before && upto.is_none_or(|upto| *float < upto))
        });
        let place = match (page.part, spot) {
            (Some(part), _) => Some(Place::Part(part)),
            (None, Some(spot)) => Some(settle(spot)),
            (None, None) if page.contents => Some(Place::Contents),
            (None, None) if front.title == Some(at) => Some(Place::Title),
            (None, None) if front.copyright == Some(at) => Some(Place::Copyright),
            (None, None) => next.map(|(place, _)| place),
        };
        let Some(place) = place else { continue };
        starts.push(PageStart { label, place });
        next = Some((place, spot.or(next.and_then(|(_, spot)| spot))));
    }
    starts.reverse();
    PageList { pages: starts }
}

/// Which pages, counted from 0, are the title page and the copyright page.
#[derive(Default)]
struct Front {
    title: Option<usize>,
    copyright: Option<usize>,
}

/// Finds the pages that are not of the document. The title page is the first one with title and authors: a half title has
/// none. The next with words, before anything else, is the copyright page.
fn front_matter(pages: &[(String, Found)], shown: &Edition) -> Front {
    let settings = &shown.settings;
    let bare = |text: &str| text.split_whitespace().collect::<String>();
    let (title, authors) = (
        bare(&settings.title),
        settings.authors.iter().map(|author| bare(author)).collect::<Vec<_>>(),
    );
    let known = |page: &Found| page.contents || page.part.is_some() || page.text.is_some();
    let front: Vec<String> = pages
        .iter()
        .map(|(_, page)| page)
        .take_while(|page| !known(page))
        .map(|page| bare(&page.words))
        .collect();
    let is_title = |words: &String| words.contains(&title) && authors.iter().all(|author| words.contains(author));
    let Some(at) = front.iter().position(is_title) else {
        return Front::default();
    };
    let behind = front.iter().enumerate().skip(at + 1);
    Front {
        title: Some(at),
        copyright: behind.clone().find(|(_, words)| !words.is_empty()).map(|(at, _)| at),
    }
}

/// A page's number as it is printed.
fn label(numbering: &Numbering, number: u64) -> String {
    let written = match numbering {
        Numbering::Pattern(pattern) => pattern.apply(None, &[number]).ok(),
        Numbering::Func(_) => None,
    };
    written.map_or_else(|| number.to_string(), |label| label.to_string())
}

/// What every literal comes from, by the place that Typst gives its letters.
struct Index<'a> {
    spans: HashMap<Span, &'a [Origin]>,
}

impl<'a> Index<'a> {
    fn of(trace: &'a Trace, world: &BookWorld) -> Self {
        let mut index = Self { spans: HashMap::new() };
        for (path, origins) in trace.origins() {
            if let Some(source) = file_id(path).and_then(|id| world.source(id).ok()) {
                index.add(source.root(), 0, origins);
            }
        }
        index
    }

    /// Looks for the literals and calls below a node that begins at a byte of its file.
    fn add(&mut self, node: &SyntaxNode, start: usize, origins: &'a [Origin]) {
        if matches!(node.kind(), SyntaxKind::Str | SyntaxKind::FuncCall) {
            let from = origins.partition_point(|origin| origin.at < start);
            let to = origins.partition_point(|origin| origin.at <= start);
            if let Some(found) = origins.get(from..to).filter(|found| !found.is_empty()) {
                self.spans.insert(node.span(), found);
            }
        }
        let mut at = start;
        for child in node.children() {
            self.add(child, at, origins);
            at += child.len();
        }
    }

    /// What a letter comes from: its origin and the byte of the source's text.
    fn find(&self, span: Span, offset: usize) -> Option<(Origin, usize)> {
        let origins = self.spans.get(&span)?;
        let after = origins.partition_point(|origin| origin.within <= offset);
        let origin = *origins.get(after.checked_sub(1)?)?;
        Some((origin, origin.offset + offset - origin.within))
    }
}

/// Looks what stands on a page. `heads` are the table heads of earlier pages, and `last` is where the page before begins.
fn look(frame: &Frame, index: &Index<'_>, heads: &BTreeSet<usize>, last: Option<Spot>) -> Found {
    let mut eye = Eye {
        index,
        heads,
        last,
        found: Found {
            blank: true,
            ..Found::default()
        },
    };
    eye.look(frame);
    eye.found
}

/// Looks at a page.
struct Eye<'a> {
    index: &'a Index<'a>,
    heads: &'a BTreeSet<usize>,
    last: Option<Spot>,
    found: Found,
}

impl Eye<'_> {
    fn look(&mut self, frame: &Frame) {
        for (_, item) in frame.items() {
            match item {
                FrameItem::Group(group) => self.look(&group.frame),
                FrameItem::Text(run) => {
                    self.found.blank = false;
                    for glyph in &run.glyphs {
                        self.take(self.index.find(glyph.span.0, usize::from(glyph.span.1)));
                    }
                    if self.last.is_none() {
                        self.found.words.push_str(&run.text);
                    }
                }
                FrameItem::Image(_, _, span) => {
                    self.found.blank = false;
                    self.take(self.index.find(*span, 0));
                }
                // A formula's letters have no place, but the formula has.
                FrameItem::Tag(Tag::Start(element, _)) => self.take(self.index.find(element.span(), 0)),
                FrameItem::Tag(_) | FrameItem::Shape(..) | FrameItem::Link(..) => {}
            }
        }
    }

    fn take(&mut self, found: Option<(Origin, usize)>) {
        let Some((origin, offset)) = found else { return };
        let node = match origin.source {
            Source::Node(node) => node,
            Source::Part(part) => {
                self.found.part = Some(part);
                return;
            }
            Source::Contents => {
                self.found.contents = true;
                return;
            }
        };
        let spot = Some((node, offset)).filter(|spot| Some(*spot) > self.last);
        let first = |slot: Option<Spot>| match (slot, spot) {
            (Some(slot), Some(spot)) => Some(slot.min(spot)),
            (slot, spot) => slot.or(spot),
        };
        let page = &mut self.found;
        match origin.standing {
            Standing::Text => {
                page.text = first(page.text);
                page.end = page.end.max(spot);
            }
            Standing::Head => {
                if !self.heads.contains(&node) {
                    page.text = first(page.text);
                    page.heads.push(node);
                }
            }
            Standing::Float => page.float = first(page.float),
            Standing::Note => {}
        }
    }
}

/// The nodes of an edition by their numbers.
fn nodes(edition: &Edition) -> Vec<Node<'_>> {
    let mut nodes = Vec::new();
    query(&edition.document, |_, node| nodes.push(node));
    nodes
}

/// From where on a node's text stands on the new page with whole words alone.
fn word_start(node: Node<'_>, offset: usize) -> usize {
    let (text, lines) = match node {
        Node::Inline(inline) => match &inline.kind {
            InlineKind::Text(text) | InlineKind::Code(text) => (text, false),
            _ => return 0,
        },
        Node::Block(block) => match &block.kind {
            BlockKind::Listing(listing) => (&listing.code, true),
            BlockKind::Output(text) => (text, true),
            BlockKind::Diagram(diagram) => (&diagram.body, true),
            _ => return 0,
        },
    };
    let start = next_word(text, offset);
    // A line of code begins with its indentation.
    let head = text.get(..start).unwrap_or_default();
    let line = head.rfind('\n').map_or(0, |at| at + 1);
    let blank = head.get(line..).is_some_and(|indent| indent.trim().is_empty());
    if lines && blank { line } else { start }
}

/// The first byte at or behind `offset` at which a word begins.
fn next_word(text: &str, offset: usize) -> usize {
    let mut at = offset.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let (before, after) = (text.get(..at).unwrap_or_default(), text.get(at..).unwrap_or_default());
    let divided = match (before.chars().next_back(), after.chars().next()) {
        (Some(last), Some(first)) => divides_word(last, first),
        _ => false,
    };
    let mut rest = after;
    if divided {
        rest = rest.trim_start_matches(|character: char| !character.is_whitespace());
    }
    text.len() - rest.trim_start().len()
}

/// Whether a word goes on from one letter to the next. Scripts without spaces may end a page behind any letter.
fn divides_word(last: char, first: char) -> bool {
    let joins = |character: char| matches!(character, '-' | '\u{AD}' | '\u{2010}' | '\u{2011}' | '\'' | '\u{2019}');
    let spaced = |character: char| character.is_alphanumeric() && !is_unspaced(character);
    spaced(first) && (spaced(last) || joins(last)) || joins(first) && spaced(last)
}

/// Whether a letter is of a script that sets no spaces between words: Thai to Burmese, Khmer, Chinese and Japanese.
fn is_unspaced(character: char) -> bool {
    matches!(character, '\u{E00}'..='\u{EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}'
        | '\u{2E80}'..='\u{31FF}' | '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{FF66}'..='\u{FF9F}'
        | '\u{20000}'..='\u{3FFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_divided_word_belongs_to_the_page_where_it_starts() {
        let begins = |before: &str, after: &str| {
            let text = format!("{before}{after}");
            text[next_word(&text, before.len())..].to_owned()
        };
        assert_eq!(begins("inter", "preter runs"), "runs");
        assert_eq!(begins("well-", "known names"), "names");
        assert_eq!(begins("the ", "interpreter runs"), "interpreter runs");
        assert_eq!(begins("the", " interpreter"), "interpreter");
        assert_eq!(begins("a stop—", "then more"), "then more");
        assert_eq!(begins("either/", "or this"), "or this");
        assert_eq!(begins("解释", "器运行"), "器运行");
        assert_eq!(begins("the inter", "preter"), "");
    }

    #[test]
    fn a_line_of_code_begins_with_its_indentation() {
        let block = |code: &str| {
            let listing = crate::backends::pdf::sample::listing(code);
            crate::backends::pdf::sample::block(BlockKind::Listing(listing))
        };
        let code = "def f():\n    return 1\n";
        assert_eq!(word_start(Node::Block(&block(code)), 13), 9);
        assert_eq!(word_start(Node::Block(&block(code)), 9), 9);
        assert_eq!(word_start(Node::Block(&block(code)), 15), 20);
    }
}
