//! Tags one after another, from XHTML, SVG, the package document and the NCX alike.
//!
//! A browser's tokenizer reads them, since it takes any bytes, in time that grows as they do; whether they are well-formed is for
//! EPUBCheck to say.

use html5gum::{StartTag, Token, Tokenizer};

/// What a tag does.
#[derive(Debug)]
pub(super) enum Piece {
    /// An element begins.
    Start(Tag),
    /// An element ends; its name without a prefix.
    End(String),
    /// Text that is more than white space.
    Text(String),
}

/// An element's beginning.
#[derive(Debug)]
pub(super) struct Tag {
    /// Its name in small letters, without a prefix.
    pub(super) name: String,
    /// Whether it ends at once: `<br/>`.
    pub(super) closed: bool,
    tag: StartTag<()>,
}

impl Tag {
    /// The value of an attribute, by its name in small letters.
    pub(super) fn get(&self, name: &str) -> Option<String> {
        let value = self.tag.attributes.get(name.as_bytes())?;
        Some(String::from_utf8_lossy(value).into_owned())
    }

    /// The words of an attribute's value.
    pub(super) fn words(&self, name: &str) -> Vec<String> {
        let value = self.get(name).unwrap_or_default();
        value.split_ascii_whitespace().map(str::to_owned).collect()
    }
}

/// The pieces of a file.
pub(super) fn pieces(bytes: &[u8]) -> impl Iterator<Item = Piece> {
    Tokenizer::new(bytes).filter_map(|token| {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) => Some(Piece::Start(Tag {
                name: local(&tag.name),
                closed: tag.self_closing,
                tag,
            })),
            Token::EndTag(tag) => Some(Piece::End(local(&tag.name))),
            Token::String(text) if !text.trim_ascii().is_empty() => Some(Piece::Text(String::from_utf8_lossy(&text).into_owned())),
            Token::String(_) | Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => None,
        }
    })
}

/// A name without its prefix: `svg` of `svg:svg`.
fn local(name: &[u8]) -> String {
    let name = String::from_utf8_lossy(name);
    name.rsplit(':').next().unwrap_or_default().to_owned()
}
