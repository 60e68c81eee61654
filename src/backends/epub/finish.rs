//! The one place that puts right what `epub-builder` 0.8.3 gets wrong.
//!
//! `epub-builder` lays out the archive and compresses the pages; then this pass goes over its bytes once, copies what is
//! right as it is, compressed, and replaces or adds the rest:
//!
//! - `content.opf` is replaced. `epub-builder` gives the first language and the first author the same id, puts every
//!   language in one, knows no subtitle and no role but its own, no identifier but a UUID, no manifest `properties` but
//!   the cover's (so EPUBCheck reports OPF-014 for every page with SVG or MathML), no `xml:lang`, no place in the spine for
//!   the contents, dates without a publication date of today, and it writes an EPUB 2 `<guide>` in any case.
//! - `nav.xhtml` is replaced. Its landmarks lack what the spine lacks, its list numbers what is numbered already, it
//!   says no language and nothing of ARIA's roles.
//! - `toc.ncx` is replaced. It lacks `dtb:uid`, which must equal the package's identifier, and claims a depth of 1 whatever
//!   its depth is.
//! - Pictures and fonts are added. `epub-builder` would deflate PNG and JPEG, which costs more time than all the rest
//!   and saves nothing; they are stored.
//!
//! What remains of `epub-builder`'s own: `mimetype`, first and stored; the container; Apple's display options, without
//! which old Apple readers ignore embedded fonts; the pages; the style sheet.

use super::package::Package;
use crate::Error;
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

/// The folder of the publication in the archive; `epub-builder` gives it.
const ROOT: &str = "OEBPS/";

/// The finished archive.
pub(super) fn archive(package: &Package<'_>) -> Result<Vec<u8>, Error> {
    let failed = |error: zip::result::ZipError| Error::caused("finishing the EPUB", error);
    let built = package.build()?;
    let stored: usize = package.resources().map(|resource| resource.bytes.len()).sum();
    let mut source = ZipArchive::new(Cursor::new(built.as_slice())).map_err(failed)?;
    let mut target = Archive::with_capacity(built.len() + stored + 64 * 1024);
    for at in 0..source.len() {
        let entry = source.by_index_raw(at).map_err(failed)?;
        let replaced = matches!(
            entry.name().map_err(failed)?.strip_prefix(ROOT),
            Some("content.opf" | "nav.xhtml" | "toc.ncx")
        );
        if !replaced {
            target.zip.raw_copy_file(entry).map_err(failed)?;
        }
    }
    target.add("content.opf", package.document().as_bytes(), CompressionMethod::Deflated)?;
    target.add("nav.xhtml", package.navigation().as_bytes(), CompressionMethod::Deflated)?;
    target.add("toc.ncx", package.ncx().as_bytes(), CompressionMethod::Deflated)?;
    for resource in package.resources() {
        let method = match resource.media_type {
            "image/svg+xml" | "font/otf" | "font/ttf" => CompressionMethod::Deflated,
            _ => CompressionMethod::Stored,
        };
        target.add(resource.file, resource.bytes, method)?;
    }
    Ok(target.zip.finish().map_err(failed)?.into_inner())
}

struct Archive {
    zip: ZipWriter<Cursor<Vec<u8>>>,
}

impl Archive {
    fn with_capacity(capacity: usize) -> Self {
        Self {
            zip: ZipWriter::new(Cursor::new(Vec::with_capacity(capacity))),
        }
    }

    /// Adds a file to the publication, dated like `epub-builder`'s own so that no build differs from another.
    fn add(&mut self, name: &str, bytes: &[u8], method: CompressionMethod) -> Result<(), Error> {
        let options = SimpleFileOptions::default()
            .compression_method(method)
            .last_modified_time(DateTime::default());
        let failed = |error| Error::caused(format!("adding {name} to the EPUB"), error);
        self.zip
            .start_file(format!("{ROOT}{name}"), options)
            .map_err(|error| failed(std::io::Error::from(error)))?;
        self.zip.write_all(bytes).map_err(failed)
    }
}
