//! What a style of the Citation Style Language makes of citations, as inlines.

#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use super::quotes::{nest, straight};
use crate::document::{Attributes, Citation, CitationItem, Inline, InlineKind, Link, Locator, SMALL_CAPITALS, Target};
use crate::manuscript::bibliography::Bibliography;
use crate::source::Span;
use hayagriva::citationberg::taxonomy::Locator as Label;
use hayagriva::citationberg::{
    CitationFormat, Display, FontStyle, FontVariant, FontWeight, IndependentStyle, Locale, LocaleCode, StyleCategory, StyleClass,
    TextDecoration, VerticalAlign,
};
use hayagriva::{
    BibliographyDriver, BibliographyRequest, CitationItem as Item, CitationRequest, CitePurpose, ElemChild, ElemChildren, ElemMeta,
    Entry as Data, Formatted, LocatorPayload, Rendered, SpecificLocator,
};
use std::collections::BTreeMap;

/// All citations of a book, formatted, and the bibliography.
pub(super) struct Output {
    /// What each citation becomes.
    pub(super) citations: Vec<Cited>,
    /// The entries of the bibliography, in the order of the style.
    pub(super) works: Vec<Entry>,
    /// Whether citations are numbers.
    pub(super) numeric: bool,
}

/// What a citation becomes.
pub(super) struct Cited {
    /// What stands in the line.
    pub(super) text: Vec<Inline>,
    /// The text of a footnote behind it, in styles for such.
    pub(super) note: Option<Vec<Inline>>,
}

/// An entry of the bibliography.
pub(super) struct Entry {
    pub(super) key: String,
    /// Where its key stands.
    pub(super) span: Span,
    pub(super) label: Vec<Inline>,
    pub(super) text: Vec<Inline>,
}

/// Formats citations in the order given. The error says why it cannot be done, as a clause.
pub(super) fn format(
    citations: &[&Citation],
    bibliography: &Bibliography,
    language: &str,
    ids: &BTreeMap<String, Target>,
) -> Result<Output, String> {
    let empty = || Output {
        citations: Vec::new(),
        works: Vec::new(),
        numeric: false,
    };
    let Some(style) = &bibliography.style else {
        return Ok(empty());
    };
    if citations.is_empty() {
        return Ok(empty());
    }
    let entries: BTreeMap<&str, Data> = bibliography
        .references
        .iter()
        .filter(|reference| reference.cited)
        .map(|reference| (reference.key.as_str(), with_straight_quotes(&reference.entry)))
        .collect();
    let render = || render(citations, &entries, style, language);
    // A style or a work that the library was not made for may make it give up.
    let rendered = std::panic::catch_unwind(std::panic::AssertUnwindSafe(render));
    let rendered = rendered.map_err(|_| "the citations cannot be set in this style: the formatter gave up on them".to_owned())?;
    // Without a bibliography there is nothing to lead to.
    let nowhere = BTreeMap::new();
    let targets = if rendered.bibliography.is_some() { ids } else { &nowhere };
    let mut shown = rendered.citations.iter();
    let mut next = |citation: &Citation| {
        let shown = shown.next().map(|shown| one(citation, &shown.citation, targets));
        shown.unwrap_or_default()
    };
    let numeric = is_numeric(style);
    let mut settled = Vec::with_capacity(citations.len());
    for citation in citations {
        let mut first = next(citation);
        // A number keeps to its author, and a pair of them stays together; more may go on in the next line.
        if numeric && citation.items.len() <= LONGEST_RUN {
            keep_numbers(&mut first);
        }
        settled.push(if !is_for_notes(style) {
            Cited { text: first, note: None }
        } else {
            let text = if citation.in_text { next(citation) } else { Vec::new() };
            Cited { text, note: Some(first) }
        });
    }
    let works = rendered
        .bibliography
        .map(|bibliography| bibliography.items)
        .unwrap_or_default();
    let places: BTreeMap<&str, Span> = bibliography
        .references
        .iter()
        .map(|reference| (reference.key.as_str(), reference.span))
        .collect();
    let works = works.into_iter().filter_map(|item| {
        let span = places.get(item.key.as_str()).copied()?;
        let label = item.first_field.map(|label| inlines(std::slice::from_ref(&label), span));
        Some(Entry {
            span,
            label: trimmed(label.unwrap_or_default()),
            text: trimmed(inlines(&item.content.0, span)),
            key: item.key,
        })
    });
    Ok(Output {
        citations: settled,
        works: works.collect(),
        numeric,
    })
}

/// How many numbers in a row no line ends between.
const LONGEST_RUN: usize = 2;

/// Makes the blanks before numbers in brackets such that no line ends there.
fn keep_numbers(content: &mut [Inline]) {
    let mut texts = Vec::new();
    gather_texts(content, &mut texts);
    let begins_number = |text: &str| {
        let number = text.strip_prefix(['[', '(']);
        number.is_some_and(|number| number.starts_with(|sign: char| sign.is_ascii_digit()))
    };
    for at in 0..texts.len() {
        let next_begins = texts.get(at + 1).is_some_and(|next| begins_number(next));
        let Some(text) = texts.get_mut(at) else { continue };
        let mut kept = String::with_capacity(text.len());
        let mut signs = text.chars();
        while let Some(sign) = signs.next() {
            let rest = signs.as_str();
            let before_number = if rest.is_empty() { next_begins } else { begins_number(rest) };
            kept.push(if sign == ' ' && before_number { '\u{a0}' } else { sign });
        }
        **text = kept;
    }
}

/// Makes the blanks behind initials such that no line ends there.
fn keep_initials(names: &mut [Inline]) {
    let mut texts = Vec::new();
    gather_texts(names, &mut texts);
    for text in texts {
        let mut kept = String::with_capacity(text.len());
        for sign in text.chars() {
            let mut behind = kept.chars().rev();
            let is_initial = behind.next() == Some('.')
                && behind.next().is_some_and(char::is_uppercase)
                && behind.next().is_none_or(|before| before.is_whitespace() || before == '-');
            kept.push(if sign == ' ' && is_initial { '\u{a0}' } else { sign });
        }
        *text = kept;
    }
}

/// The texts of some inlines in order, wherever they are.
fn gather_texts<'a>(inlines: &'a mut [Inline], texts: &mut Vec<&'a mut String>) {
    for inline in inlines {
        match &mut inline.kind {
            InlineKind::Text(text) => texts.push(text),
            kind => gather_texts(kind.content_mut().map(Vec::as_mut_slice).unwrap_or_default(), texts),
        }
    }
}

/// A work whose titles have straight quotation marks. The formatter would take the mark at the end of a title for its own; how
/// marks within marks look in the language of the book is settled later, as everywhere.
fn with_straight_quotes(entry: &Data) -> Data {
    let mut entry = entry.clone();
    if let Some(title) = entry.title() {
        let mut title = title.clone();
        let short = title.short.iter_mut().flat_map(|short| &mut short.0);
        for chunk in title.value.0.iter_mut().chain(short) {
            chunk.value = straight(&chunk.value);
        }
        entry.set_title(title);
    }
    entry
}

fn is_for_notes(style: &IndependentStyle) -> bool {
    style.settings.class == StyleClass::Note
}

fn is_numeric(style: &IndependentStyle) -> bool {
    let numeric = |category: &StyleCategory| {
        matches!(
            category,
            StyleCategory::CitationFormat {
                format: CitationFormat::Numeric
            }
        )
    };
    style.info.category.iter().any(numeric)
}

fn render(citations: &[&Citation], entries: &BTreeMap<&str, Data>, style: &IndependentStyle, language: &str) -> Rendered {
    let locales: Vec<Locale> = hayagriva::archive::locales();
    let locale = Some(LocaleCode(language.to_owned()));
    let mut driver = BibliographyDriver::new();
    for (at, citation) in citations.iter().enumerate() {
        let request = |purpose: Option<CitePurpose>| {
            let items = citation.items.iter().filter_map(|item| {
                let entry = entries.get(item.key.as_str())?;
                Some(Item::new(
                    entry,
                    item.locator.as_ref().and_then(locator),
                    None,
                    false,
                    purpose,
                ))
            });
            CitationRequest::new(items.collect(), style, locale.clone(), &locales, Some(at + 1))
        };
        if is_for_notes(style) {
            driver.citation(request(None));
            // Behind the note, or the note would take the work for one that was cited just now.
            if citation.in_text {
                driver.citation(request(Some(CitePurpose::Author)));
            }
        } else {
            driver.citation(request(citation.in_text.then_some(CitePurpose::Prose)));
        }
    }
    driver.finish(BibliographyRequest::new(style, locale, &locales))
}

fn locator(locator: &Locator) -> Option<SpecificLocator<'_>> {
    let label: Label = locator.label.parse().ok()?;
    Some(SpecificLocator(label, LocatorPayload::Str(&locator.value)))
}

/// One citation as inlines: each work a link, with what the author put before and behind it.
fn one(citation: &Citation, shown: &ElemChildren, targets: &BTreeMap<String, Target>) -> Vec<Inline> {
    let Some(span) = citation.items.first().map(|item| item.span) else {
        return Vec::new();
    };
    let mut out = Vec::new();
    for child in &shown.0 {
        let item = match child {
            ElemChild::Elem(elem) => match elem.meta {
                Some(ElemMeta::Entry(at)) => citation.items.get(at).map(|item| (item, elem)),
                _ => None,
            },
            _ => None,
        };
        match item {
            Some((item, elem)) => push_item(item, &elem.children, targets, &mut out),
            None => out.append(&mut inlines(std::slice::from_ref(child), span)),
        }
    }
    out
}

fn push_item(item: &CitationItem, shown: &ElemChildren, targets: &BTreeMap<String, Target>, out: &mut Vec<Inline>) {
    let mut content = Vec::new();
    if item.without_author {
        let mut kept = shown.clone();
        if take_names(&mut kept) {
            content = without_comma(inlines(&kept.0, item.span));
        }
    }
    if content.is_empty() {
        content = inlines(&shown.0, item.span);
    }
    if !item.prefix.is_empty() {
        out.push(Inline::text(item.span, format!("{} ", item.prefix)));
    }
    match targets.get(&item.key) {
        Some(target) if !content.is_empty() => out.push(link(content, target.clone(), item.span)),
        Some(_) | None => out.extend(content),
    }
    if !item.suffix.is_empty() {
        out.push(Inline::text(item.span, item.suffix.clone()));
    }
}

fn link(content: Vec<Inline>, target: Target, span: Span) -> Inline {
    let title = String::new();
    Inline::new(span, InlineKind::Link(Link { content, target, title }))
}

/// Takes out the names that a citation begins with. False if it shows none, as one that is a number.
fn take_names(children: &mut ElemChildren) -> bool {
    let is_names = |child: &ElemChild| matches!(child, ElemChild::Elem(elem) if matches!(elem.meta, Some(ElemMeta::Names(_))));
    if let Some(at) = children.0.iter().position(is_names) {
        children.0.remove(at);
        return true;
    }
    children.0.iter_mut().any(|child| match child {
        ElemChild::Elem(elem) => take_names(&mut elem.children),
        ElemChild::Text(_) | ElemChild::Markup(_) | ElemChild::Link { .. } | ElemChild::Transparent { .. } => false,
    })
}

/// What is left of a citation without the comma that stood behind its names.
fn without_comma(mut content: Vec<Inline>) -> Vec<Inline> {
    if let Some(Inline {
        kind: InlineKind::Text(text),
        ..
    }) = content.first_mut()
    {
        *text = text.trim_start_matches([' ', ',', ';', ':', '\u{a0}']).to_owned();
        if text.is_empty() {
            content.remove(0);
        }
    }
    content
}

/// A line without the full stop at its end.
pub(super) fn without_stop(mut line: Vec<Inline>) -> Vec<Inline> {
    if let Some(InlineKind::Text(text)) = line.last_mut().map(|last| &mut last.kind) {
        let kept = text.strip_suffix('.').unwrap_or(text).to_owned();
        *text = kept;
    }
    line
}

/// Elements as inlines: what is italic is emphasis, addresses are links.
fn inlines(children: &[ElemChild], span: Span) -> Vec<Inline> {
    let mut out = Vec::new();
    push(children, span, &mut out);
    out
}

fn push(children: &[ElemChild], span: Span, out: &mut Vec<Inline>) {
    for child in children {
        match child {
            ElemChild::Text(text) => push_inline(styled(text, span), out),
            ElemChild::Elem(elem) => {
                let apart = matches!(elem.display, Some(Display::Block | Display::Indent)) && !out.is_empty();
                if apart {
                    push_inline(Inline::text(span, " "), out);
                }
                let mut within = inlines(&elem.children.0, span);
                if matches!(elem.meta, Some(ElemMeta::Names(_))) {
                    keep_initials(&mut within);
                }
                within.into_iter().for_each(|inline| push_inline(inline, out));
            }
            // A formula within a title, in dollars.
            ElemChild::Markup(markup) => push_inline(Inline::text(span, markup.trim_matches('$')), out),
            ElemChild::Link { text, url } => {
                let content = vec![styled(text, span)];
                // `doi:` stays with what it announces.
                if let Some(InlineKind::Text(before)) = out.last_mut().map(|last| &mut last.kind)
                    && before.to_lowercase().ends_with("doi: ")
                {
                    before.pop();
                    before.push('\u{a0}');
                }
                push_inline(link(content, Target::Unresolved(url.clone()), span), out);
            }
            // Only places that are no text make these, and none are asked for.
            ElemChild::Transparent { .. } => {}
        }
    }
}

/// Adds an inline; text goes on from the text before it.
fn push_inline(inline: Inline, out: &mut Vec<Inline>) {
    if let (InlineKind::Text(text), Some(last)) = (&inline.kind, out.last_mut())
        && let InlineKind::Text(before) = &mut last.kind
    {
        let blank = before.ends_with(' ') && text.starts_with(' ');
        before.push_str(text.get(usize::from(blank)..).unwrap_or_default());
        return;
    }
    out.push(inline);
}

fn styled(formatted: &Formatted, span: Span) -> Inline {
    let formatting = &formatted.formatting;
    let mut inline = Inline::text(span, straight(&formatted.text.replace("  ", " ")));
    let with_class = |inline: Inline, class: &str| {
        let mut span_of = Inline::new(span, InlineKind::Span(vec![inline]));
        span_of.attributes = Some(Box::new(Attributes {
            classes: vec![class.to_owned()],
            ..Attributes::default()
        }));
        span_of
    };
    if formatting.font_variant == FontVariant::SmallCaps {
        inline = with_class(inline, SMALL_CAPITALS);
    }
    if formatting.text_decoration == TextDecoration::Underline {
        inline = with_class(inline, "underline");
    }
    if formatting.font_style == FontStyle::Italic {
        inline = Inline::new(span, InlineKind::Emphasis(vec![inline]));
    }
    if formatting.font_weight == FontWeight::Bold {
        inline = Inline::new(span, InlineKind::Strong(vec![inline]));
    }
    match formatting.vertical_align {
        VerticalAlign::Sup => Inline::new(span, InlineKind::Superscript(vec![inline])),
        VerticalAlign::Sub => Inline::new(span, InlineKind::Subscript(vec![inline])),
        VerticalAlign::Baseline | VerticalAlign::None => inline,
    }
}

/// A line without blanks at its beginning and end, its quotation marks nested.
fn trimmed(mut line: Vec<Inline>) -> Vec<Inline> {
    nest(&mut line);
    if let Some(InlineKind::Text(text)) = line.first_mut().map(|first| &mut first.kind) {
        *text = text.trim_start().to_owned();
    }
    if let Some(InlineKind::Text(text)) = line.last_mut().map(|last| &mut last.kind) {
        *text = text.trim_end().to_owned();
    }
    line.retain(|inline| !matches!(&inline.kind, InlineKind::Text(text) if text.is_empty()));
    line
}
