//! The package document, the container and what is encrypted: what the archive says of itself.

use super::archive::{Archive, resolve};
use super::markup::{Piece, Tag, pieces};
use std::collections::{BTreeMap, BTreeSet};

/// The most items of a manifest, and of a reading order, that are looked at; no book has a tenth of that.
const MOST_ITEMS: usize = 100_000;

/// What a package says.
#[derive(Debug, Default)]
pub(super) struct Package {
    /// The files of the manifest: path and item.
    pub(super) items: BTreeMap<String, Item>,
    /// The pages in reading order.
    pub(super) spine: Vec<String>,
    /// The identifiers.
    pub(super) identifiers: Vec<String>,
    /// The types of the references of the guide, with where they lead.
    pub(super) guide: BTreeMap<String, String>,
    /// The picture that `<meta name="cover">` names.
    pub(super) named_cover: Option<String>,
    /// The picture that has the property `cover-image`.
    pub(super) cover_image: Option<String>,
    /// The navigation document.
    pub(super) navigation: Option<String>,
    /// The NCX.
    pub(super) ncx: Option<String>,
}

/// An item of the manifest.
#[derive(Debug, Default)]
pub(super) struct Item {
    /// `media-type`
    pub(super) media_type: String,
}

/// Reads the package that the container names first; `None` where there is none.
pub(super) fn read(archive: &mut Archive<'_>) -> Option<Package> {
    let container = archive.read("META-INF/container.xml").ok()?;
    let path = pieces(&container).find_map(|piece| match piece {
        Piece::Start(tag) if tag.name == "rootfile" => tag.get("full-path"),
        _ => None,
    })?;
    let text = archive.read(&path).ok()?;
    Some(parse(&path, &text))
}

fn parse(path: &str, text: &[u8]) -> Package {
    let mut package = Package::default();
    let mut ids: BTreeMap<String, String> = BTreeMap::new();
    let (mut spine, mut cover, mut in_identifier) = (Vec::new(), None, false);
    for piece in pieces(text) {
        match piece {
            Piece::Start(tag) => {
                in_identifier = tag.name == "identifier" && !tag.closed;
                match tag.name.as_str() {
                    "item" => item(&mut package, &mut ids, path, &tag),
                    "itemref" if spine.len() < MOST_ITEMS => spine.extend(tag.get("idref")),
                    "meta" if tag.get("name").as_deref() == Some("cover") => cover = tag.get("content"),
                    "reference" => {
                        let target = tag.get("href").and_then(|href| resolve(path, &href));
                        if let (Some(kind), Some(target)) = (tag.get("type"), target) {
                            package.guide.insert(kind, target);
                        }
                    }
                    _ => {}
                }
            }
            Piece::End(_) => in_identifier = false,
            Piece::Text(text) if in_identifier => package.identifiers.push(text.trim().to_owned()),
            Piece::Text(_) => {}
        }
    }
    package.spine = spine.iter().filter_map(|id| ids.get(id).cloned()).collect();
    package.named_cover = cover.and_then(|id| ids.get(&id).cloned());
    package
}

fn item(package: &mut Package, ids: &mut BTreeMap<String, String>, path: &str, tag: &Tag) {
    let target = tag.get("href").and_then(|href| resolve(path, &href));
    let Some(target) = target.filter(|_| package.items.len() < MOST_ITEMS) else {
        return;
    };
    let media_type = tag.get("media-type").unwrap_or_default();
    let properties = tag.words("properties");
    let has = |name: &str| properties.iter().any(|property| property == name);
    if has("cover-image") {
        package.cover_image = Some(target.clone());
    }
    if has("nav") {
        package.navigation = Some(target.clone());
    }
    if media_type == "application/x-dtbncx+xml" {
        package.ncx = Some(target.clone());
    }
    if let Some(id) = tag.get("id") {
        ids.insert(id, target.clone());
    }
    package.items.insert(target, Item { media_type });
}

/// What is encrypted.
#[derive(Debug, Default)]
pub(super) struct Encrypted {
    /// Files that nobody can read without a key.
    pub(super) closed: BTreeSet<String>,
    /// Fonts that are only made unfit for use elsewhere (EPUB 3.3, section 4.4).
    pub(super) obfuscated: BTreeSet<String>,
}

/// The marks that systems of rights leave in an archive.
const RIGHTS: [&str; 4] = [
    "META-INF/rights.xml",
    "META-INF/sinf.xml",
    "META-INF/license.lcpl",
    "META-INF/com.apple.sinf.xml",
];

/// Reads what the archive says to be encrypted, and the marks of rights that it carries.
pub(super) fn encrypted(archive: &mut Archive<'_>) -> Encrypted {
    let mut found = Encrypted::default();
    for name in RIGHTS {
        if archive.has(name) {
            found.closed.insert(name.to_owned());
        }
    }
    let text = archive.read("META-INF/encryption.xml").unwrap_or_default();
    let mut obfuscated = false;
    for piece in pieces(&text) {
        let Piece::Start(tag) = piece else { continue };
        match tag.name.as_str() {
            "encrypteddata" => obfuscated = false,
            // The key of what is encrypted has a method of its own, which is none of these.
            "encryptionmethod" => obfuscated |= is_obfuscation(&tag.get("algorithm").unwrap_or_default()),
            "cipherreference" => {
                let uri = tag.get("uri").unwrap_or_default();
                if let Some(path) = resolve("", &uri) {
                    let list = if obfuscated {
                        &mut found.obfuscated
                    } else {
                        &mut found.closed
                    };
                    list.insert(path);
                }
            }
            _ => {}
        }
    }
    found
}

fn is_obfuscation(algorithm: &str) -> bool {
    matches!(
        algorithm,
        "http://www.idpf.org/2008/embedding" | "http://ns.adobe.com/pdf/enc#RC"
    )
}
