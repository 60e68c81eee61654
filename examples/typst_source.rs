//! Writes a book as Typst source into a folder, so that Typst's own command line can set the same pages:
//! `cargo run --example typst_source -- MANUSCRIPT FOLDER`.

use publish::backends::pdf;
use publish::diag::Diagnostics;
use publish::edition::Edition;
use publish::manuscript::settings::PdfEdition;
use publish::manuscript::{self, Folder};
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args_os().skip(1).map(PathBuf::from);
    let (manuscript, target) = args
        .next()
        .zip(args.next())
        .ok_or("name the manuscript and the folder to write")?;
    let folder = Folder::open(&manuscript).ok_or("there is no book.toml in the manuscript")?;
    let mut diagnostics = Diagnostics::default();
    let edition = Edition::bind(manuscript::read(folder, &mut diagnostics), None, &mut diagnostics);
    for (name, text) in pdf::typst_source(&edition, PdfEdition::Print) {
        let path = target.join(name.trim_start_matches('/'));
        std::fs::create_dir_all(path.parent().unwrap_or(&target))?;
        std::fs::write(path, text)?;
    }
    for font in &edition.assets.fonts {
        std::fs::create_dir_all(target.join("fonts"))?;
        std::fs::write(target.join("fonts").join(&font.name), font.data.bytes())?;
    }
    Ok(())
}
