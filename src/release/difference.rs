//! Where two books that should be the same differ first, in the words of whoever made them.
//!
//! Gets the bytes of two files; gives nothing where they are equal. An EPUB is looked at entry by entry, its text line by line
//! (OCF 3.3, section 4.2); a PDF page by page, and then object by object (ISO 32000-2, section 7.3).

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

use lopdf::{Dictionary, Document, Object, ObjectId};
use std::collections::BTreeSet;
use std::io::{Cursor, Read as _};

/// How many characters of a line are shown before and after the place where it differs.
const SHOWN: usize = 40;

/// The most bytes of one entry of an EPUB that are looked at.
const LARGEST_ENTRY: u64 = 1 << 30;

/// The package document, in which a book says what made it.
const PACKAGE: &str = "OEBPS/content.opf";

/// Where `found` differs from `expected` first, as a clause; nothing where they are equal.
pub fn first(found: &[u8], expected: &[u8]) -> Option<String> {
    if found == expected {
        return None;
    }
    let special = match expected {
        [b'P', b'K', ..] => of_archives(found, expected),
        [b'%', b'P', b'D', b'F', ..] => of_documents(found, expected),
        _ => None,
    };
    Some(special.unwrap_or_else(|| {
        let at = found.iter().zip(expected).take_while(|(one, other)| one == other).count();
        format!("all parts are equal, but they are written in another way, from byte {at} on")
    }))
}

/// What a file says of who made it: [`provenance::identification`](crate::provenance::identification).
pub fn identification(bytes: &[u8]) -> Option<String> {
    if bytes.starts_with(b"PK") {
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).ok()?;
        let package = String::from_utf8(entry(&mut archive, PACKAGE)?).ok()?;
        let (_, rest) = package.split_once("<meta name=\"generator\" content=\"")?;
        return rest.split('"').next().map(str::to_owned);
    }
    let document = Document::load_mem(bytes).ok()?;
    let creator = information(&document)?.get(b"Creator").ok()?;
    lopdf::decode_text_string(creator).ok()
}

type Archive<'a> = zip::ZipArchive<Cursor<&'a [u8]>>;

fn of_archives(found: &[u8], expected: &[u8]) -> Option<String> {
    let Ok(mut found) = zip::ZipArchive::new(Cursor::new(found)) else {
        return Some("it is no whole archive".to_owned());
    };
    let mut expected = zip::ZipArchive::new(Cursor::new(expected)).ok()?;
    let names = |archive: &Archive<'_>| -> Vec<String> {
        let names = archive.file_names().filter_map(Result::ok);
        names.map(std::borrow::Cow::into_owned).collect()
    };
    let (there, wanted) = (names(&found), names(&expected));
    if let Some(name) = wanted.iter().find(|name| !there.contains(name)) {
        return Some(format!("the entry {name} is not in it"));
    }
    if let Some(name) = there.iter().find(|name| !wanted.contains(name)) {
        return Some(format!("it has the entry {name}, which the book has not"));
    }
    // What made a book is told apart, and every book says it in its package.
    let (last, others): (Vec<&String>, Vec<&String>) = wanted.iter().partition(|name| *name == PACKAGE);
    for name in others.into_iter().chain(last) {
        let (one, other) = (entry(&mut found, name), entry(&mut expected, name)?);
        let Some(one) = one else {
            return Some(format!("the entry {name} is damaged"));
        };
        if one != other {
            return Some(of_entries(name, &one, &other));
        }
    }
    (there != wanted).then(|| "its entries are in another order".to_owned())
}

fn entry(archive: &mut Archive<'_>, name: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let file = archive.by_name(name).ok()?;
    file.take(LARGEST_ENTRY).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

fn of_entries(name: &str, found: &[u8], expected: &[u8]) -> String {
    let (Ok(one), Ok(other)) = (std::str::from_utf8(found), std::str::from_utf8(expected)) else {
        return format!(
            "{name} has {} bytes, and the book's has {}, or others",
            found.len(),
            expected.len()
        );
    };
    let lines = one.lines().zip(other.lines()).position(|(one, other)| one != other);
    let at = lines.unwrap_or_else(|| one.lines().count().min(other.lines().count()));
    let line = |text: &str| text.lines().nth(at).unwrap_or_default().to_owned();
    let (one, other) = (line(one), line(other));
    let same = one.chars().zip(other.chars()).take_while(|(one, other)| one == other).count();
    let part = |line: &str| {
        line.chars()
            .skip(same.saturating_sub(SHOWN))
            .take(2 * SHOWN)
            .collect::<String>()
    };
    format!(
        "{name}, line {}: `{}`, where the book has `{}`",
        at + 1,
        part(&one),
        part(&other)
    )
}

fn of_documents(found: &[u8], expected: &[u8]) -> Option<String> {
    let Ok(found) = Document::load_mem(found) else {
        return Some("it is no whole PDF".to_owned());
    };
    let expected = Document::load_mem(expected).ok()?;
    let (there, wanted) = (found.get_pages(), expected.get_pages());
    if there.len() != wanted.len() {
        return Some(format!("it has {} pages, and the book has {}", there.len(), wanted.len()));
    }
    for (number, (one, other)) in there.iter().map(|(number, page)| (number, (page, wanted.get(number)))) {
        let content = |document: &Document, page: ObjectId| document.get_page_content(page);
        let other = *other?;
        if content(&found, *one) != content(&expected, other) {
            return Some(format!("page {number} of {}: what is drawn on it", wanted.len()));
        }
    }
    of_objects(&found, &expected)
}

fn of_objects(found: &Document, expected: &Document) -> Option<String> {
    let ids: BTreeSet<&ObjectId> = found.objects.keys().chain(expected.objects.keys()).collect();
    // What made a book is told apart, and every book says it in its information and its metadata.
    let mut late = None;
    for id in ids {
        let (one, other) = (found.objects.get(id), expected.objects.get(id));
        if one == other {
            continue;
        }
        let what = other.or(one).map_or("an object", |object| kind(object, expected, *id));
        let told = match (one, other) {
            (None, _) => format!("object {} is not in it: {what}", id.0),
            (_, None) => format!("it has an object that the book has not, {}: {what}", id.0),
            _ => format!("object {}: {what}", id.0),
        };
        if !matches!(what, "what the document says of itself" | "metadata") {
            return Some(told);
        }
        late = late.or(Some(told));
    }
    late
}

/// What an object is, for people.
fn kind(object: &Object, document: &Document, id: ObjectId) -> &'static str {
    let own = document.trailer.get(b"Info").and_then(Object::as_reference).ok();
    if own == Some(id) {
        return "what the document says of itself";
    }
    let dictionary = match object {
        Object::Stream(stream) => &stream.dict,
        Object::Dictionary(dictionary) => dictionary,
        _ => return "a list or a value",
    };
    let name = |key: &[u8]| dictionary.get(key).and_then(Object::as_name).unwrap_or_default();
    match (name(b"Type"), name(b"Subtype")) {
        (b"Metadata", _) => "metadata",
        (b"Catalog", _) => "the document's catalog",
        (b"Page" | b"Pages", _) => "a page's size or resources",
        (b"Font" | b"FontDescriptor" | b"CMap", _) => "a font",
        (_, b"Image") => "a picture",
        (_, b"Link") | (b"Annot", _) => "a link",
        (b"StructElem" | b"StructTreeRoot", _) => "the structure for those who do not see",
        (b"Outlines", _) => "the bookmarks",
        _ if dictionary.has(b"Length1") || dictionary.has(b"Subtype") => "a font's file",
        _ => "an object without a type",
    }
}

fn information(document: &Document) -> Option<&Dictionary> {
    let id = document.trailer.get(b"Info").and_then(Object::as_reference).ok()?;
    document.get_dictionary(id).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    fn archive(entries: &[(&str, &str)]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in entries {
            let options = zip::write::SimpleFileOptions::default();
            writer.start_file(*name, options).expect("an entry");
            writer.write_all(text.as_bytes()).expect("its text");
        }
        writer.finish().expect("an archive").into_inner()
    }

    #[test]
    fn an_epub_differs_in_an_entry_and_a_line() {
        let package = "<package>\n<meta name=\"generator\" content=\"publish 1, manuscript a\"/>";
        let book = archive(&[("mimetype", "x"), (PACKAGE, package), ("OEBPS/a.xhtml", "one\ntwo\n")]);
        let told = |entries: &[(&str, &str)]| first(&archive(entries), &book).expect("a difference");
        assert_eq!(first(&book, &book), None);
        assert_eq!(identification(&book).as_deref(), Some("publish 1, manuscript a"));
        let other = package.replace("a\"", "b\"");
        assert_eq!(
            told(&[("mimetype", "x"), (PACKAGE, &other), ("OEBPS/a.xhtml", "one\ntoo\n")]),
            "OEBPS/a.xhtml, line 2: `too`, where the book has `two`"
        );
        let only_made = told(&[("mimetype", "x"), (PACKAGE, &other), ("OEBPS/a.xhtml", "one\ntwo\n")]);
        assert!(only_made.starts_with("OEBPS/content.opf, line 2: `"), "{only_made}");
        assert_eq!(
            told(&[("mimetype", "x"), (PACKAGE, package)]),
            "the entry OEBPS/a.xhtml is not in it"
        );
        let more = [
            ("mimetype", "x"),
            (PACKAGE, package),
            ("OEBPS/a.xhtml", "one\ntwo\n"),
            ("b", ""),
        ];
        assert_eq!(told(&more), "it has the entry b, which the book has not");
        let order = [("mimetype", "x"), ("OEBPS/a.xhtml", "one\ntwo\n"), (PACKAGE, package)];
        assert_eq!(told(&order), "its entries are in another order");
        assert_eq!(first(b"PK", &book).as_deref(), Some("it is no whole archive"));
        assert_eq!(first(&[], &book).as_deref(), Some("it is no whole archive"));
    }
}
