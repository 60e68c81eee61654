//! What an author can rely on: text arrives as typed, lines and columns fit, the same book gives the same bytes.

use super::*;
use super::sample::*;

/// Writes the sample where a person can look at it, when asked.
#[test]
fn the_sample_is_set_without_a_message() {
    let edition = edition();
    for kind in [PdfEdition::Print, PdfEdition::Screen] {
        let mut diagnostics = Diagnostics::default();
        if let Some(folder) = std::env::var_os("PUBLISH_SAMPLE") {
            for (path, text) in typst_source(&edition, kind) {
                let path = std::path::Path::new(&folder).join(kind.name()).join(path.trim_start_matches('/'));
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(path, text).unwrap();
            }
        }
        let output = export(&edition, kind, &mut diagnostics);
        let messages: Vec<_> = diagnostics.iter().map(|diagnostic| diagnostic.message.clone()).collect();
        assert_eq!(messages, Vec::<String>::new());
        let output = output.unwrap();
        assert!(output.pages.unwrap() > 10);
        if let Some(folder) = std::env::var_os("PUBLISH_SAMPLE") {
            std::fs::write(std::path::Path::new(&folder).join(format!("{}.pdf", kind.name())), output.bytes).unwrap();
        }
    }
}
