//! `empty-alt`: the description of a picture says what it shows.

use crate::diag::{Diagnostics, codes};
use crate::document::inline::plain_text;
use crate::document::walk::{Node, query};
use crate::document::{BlockKind, Document, FigureContent, Image, InlineKind};
use crate::source::Span;

/// Words that say that there is a picture, and no more.
const GENERIC: &[&str] = &[
    "image",
    "picture",
    "figure",
    "screenshot",
    "photo",
    "photograph",
    "diagram",
    "graphic",
    "illustration",
    "drawing",
    "chart",
    "img",
    "pic",
    "fig",
    "alt",
    "alt text",
    "description",
    "untitled",
    "placeholder",
    "bild",
    "abbildung",
    "grafik",
    "foto",
    "diagramm",
    "zeichnung",
    "illustration",
    "schéma",
    "graphique",
    "dessin",
    "capture",
];

/// Reports each description that is the file's name, a word for pictures of any kind, or the caption once more.
pub(super) fn empty_alt(document: &Document, diagnostics: &mut Diagnostics) {
    query(document, |_, node| match node {
        Node::Block(block) => {
            if let BlockKind::Figure(figure) = &block.kind
                && let FigureContent::Image(image) = &figure.content
            {
                judge(image, &plain_text(&figure.caption), block.span, diagnostics);
            }
        }
        Node::Inline(inline) => {
            if let InlineKind::Image(image) = &inline.kind {
                judge(image, "", inline.span, diagnostics);
            }
        }
    });
}

fn judge(image: &Image, caption: &str, span: Span, diagnostics: &mut Diagnostics) {
    let alt = image.alt.trim();
    let message = if alt.is_empty() {
        // Told already, in every build.
        return;
    } else if is_file_name(alt, &image.source) {
        format!("`{alt}` is the name of the picture's file, not a description")
    } else if is_generic(alt) {
        format!("`{alt}` says that there is a picture, and not what it shows")
    } else if words(alt) == words(caption) {
        "the description repeats the caption, so who listens hears it twice and learns no more of the picture".to_owned()
    } else {
        return;
    };
    diagnostics
        .report(&codes::EMPTY_ALT, span, message)
        .hint("say in the brackets what a reader who cannot see the picture has to know of it");
}

/// Whether a description is a file's name as it is, with its ending or without. A single plain word, written large, may
/// be meant.
fn is_file_name(alt: &str, source: &str) -> bool {
    let name = source.rsplit('/').next().unwrap_or_default();
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let lower = alt.to_lowercase();
    let ends = [".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg"];
    alt == name || alt == stem || alt == source || (!alt.contains(' ') && ends.iter().any(|ending| lower.ends_with(ending)))
}

/// Whether a description is a word for pictures, with a number or without.
fn is_generic(alt: &str) -> bool {
    let folded = alt.to_lowercase();
    let is_number = |character: char| !character.is_alphabetic();
    GENERIC.contains(&folded.trim_end_matches(is_number).trim_start_matches(is_number))
}

fn words(text: &str) -> Vec<String> {
    let words = text.split(|character: char| !character.is_alphanumeric());
    words.filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}
