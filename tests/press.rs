//! Books for a press: margins that follow from the number of pages, bleed, and what the preflight says of our own files.

mod support;

use publish::press::Profile;
use publish::press::preflight::judge_pdf;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A book of plain text with `[print]` as given.
fn book(print: &str, chapters: usize) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let manuscript = folder.path().join("manuscript");
    std::fs::create_dir(&manuscript).expect("a folder");
    let settings = format!("[book]\ntitle = \"Long\"\nauthors = [\"A\"]\nlanguage = \"en\"\n\n[print]\n{print}\n");
    std::fs::write(manuscript.join("book.toml"), settings).expect("book.toml");
    let paragraph = "A press wants margins that grow, “and so” a long book is set, and counted, and set again. ".repeat(12);
    let page = format!("{paragraph}\n\n```text\nx\n```\n\n");
    for number in 1..=chapters {
        let text = format!("# Chapter of the number {number}\n\n{}", page.repeat(8));
        std::fs::write(manuscript.join(format!("{number:02}-x.md")), text).expect("a chapter");
    }
    folder
}

/// Builds the print edition, and gives what is told and the file's path.
fn build(folder: &Path) -> (String, PathBuf) {
    let output = Command::new(env!("CARGO_BIN_EXE_publish"))
        .args(["--edition", "print"])
        .current_dir(folder)
        .output()
        .expect("the command");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    (said, folder.join("dist/long-print.pdf"))
}

/// The boxes of the first two pages, as pikepdf reads them; `None` without the validators.
fn boxes(pdf: &Path) -> Option<Vec<String>> {
    let script = "import sys, pikepdf
pdf = pikepdf.open(sys.argv[1])
for page in pdf.pages[:2]:
    print([[round(float(x), 1) for x in page[key]] for key in ('/MediaBox', '/TrimBox')])";
    let output = Command::new(support::validators()?.join("bin/python"))
        .args(["-c", script])
        .arg(pdf)
        .output()
        .expect("Python");
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    Some(said.lines().map(str::to_owned).collect())
}

#[test]
fn the_margin_at_the_spine_grows_with_the_pages_until_both_agree() {
    let size = "profile = \"kdp\"\nwidth = \"5in\"\nheight = \"8in\"";
    let folder = book(&format!("{size}\ninside = \"auto\""), 28);
    let (said, pdf) = build(folder.path());
    assert!(!said.contains("preflight"), "{said}");
    let profile = Profile::built_in("kdp").expect("a profile");
    assert_eq!(judge_pdf(std::fs::read(&pdf).expect("the PDF"), &profile), []);
    // With a margin that is right for a shorter book the press would refuse it.
    let folder = book(&format!("{size}\ninside = \"0.4167in\""), 28);
    let (said, _) = build(folder.path());
    let told = "warning[preflight]: what is printed comes as near as";
    assert!(said.contains(told) && said.contains("Set Trim Size"), "{said}");
}

#[test]
fn pages_with_bleed_say_where_they_are_trimmed() {
    let size = "bleed = true\nwidth = \"6in\"\nheight = \"9in\"";
    let folder = book(&format!("profile = \"lulu\"\n{size}"), 6);
    let (said, pdf) = build(folder.path());
    assert!(!said.contains("preflight"), "{said}");
    if let Some(found) = boxes(&pdf) {
        let all_around = "[[0.0, 0.0, 450.0, 666.0], [9.0, 9.0, 441.0, 657.0]]";
        assert_eq!(found, [all_around; 2]);
    }
    let folder = book(&format!("profile = \"kdp\"\n{size}"), 6);
    let (_, pdf) = build(folder.path());
    if let Some(found) = boxes(&pdf) {
        let right = "[[0.0, 0.0, 441.0, 666.0], [0.0, 9.0, 432.0, 657.0]]";
        let left = "[[0.0, 0.0, 441.0, 666.0], [9.0, 9.0, 441.0, 657.0]]";
        assert_eq!(found, [right, left]);
    }
}

#[test]
fn a_profile_may_be_the_books_own_and_an_unknown_one_is_told() {
    let own = "profile = \"house\"

[profiles.house]
name = \"Our press\"
as-of = \"2026-01-02\"

[profiles.house.pages]
most = 4
source = \"letter\"

[profiles.house.sources.letter]
title = \"Their letter\"";
    let (said, _) = build(book(own, 4).path());
    let told = "and 4 are the most\n  hint: Our press, as of 2026-01-02: “Their letter”";
    assert!(said.contains(told), "{said}");
    let folder = book("profile = \"kpd\"", 1);
    let output = Command::new(env!("CARGO_BIN_EXE_publish"))
        .arg("check")
        .current_dir(folder.path())
        .output()
        .expect("the command");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        said.contains("there is no profile `kpd`") && !output.status.success(),
        "{said}"
    );
}

#[test]
fn a_press_gets_the_inks_that_it_takes_and_marks_only_if_it_wants_them() {
    let gradient = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 200 100'><defs><radialGradient id='g'>
        <stop offset='0' stop-color='#ff0' stop-opacity='0.2'/><stop offset='0.5' stop-color='#0f0'/><stop offset='1' stop-color='#00f'/>
        </radialGradient></defs><rect width='200' height='100' fill='url(#g)' stroke='#808'/></svg>";
    let with_picture = |print: &str| {
        let folder = book(print, 6);
        let manuscript = folder.path().join("manuscript");
        std::fs::write(manuscript.join("g.svg"), gradient).expect("a picture");
        let text = "# Pictures\n\n![A gradient from yellow to blue](g.svg)\n\n```python\nx = \"1\"\n```\n";
        std::fs::write(manuscript.join("00-pictures.md"), text).expect("a chapter");
        folder
    };
    let judged = |pdf: &Path| -> Vec<String> {
        let profile = Profile::built_in("ingramspark").expect("a profile");
        let findings = judge_pdf(std::fs::read(pdf).expect("the PDF"), &profile);
        findings
            .iter()
            .map(|found| format!("{} {}", found.rule, found.message))
            .collect()
    };
    for colours in ["", "\ncolours = \"grey\"", "\ncolours = \"cmyk\""] {
        let folder = with_picture(&format!("profile = \"ingramspark\"{colours}"));
        let (said, pdf) = build(folder.path());
        assert!(!said.contains("colours are"), "{said}");
        assert!(!judged(&pdf).iter().any(|finding| finding.starts_with("colours")), "{said}");
    }
    let folder = with_picture("profile = \"ingramspark\"\ncolours = \"rgb\"");
    let (said, _) = build(folder.path());
    assert!(
        said.contains("warning[preflight]: colours are rgb, and grey or cmyk is asked for"),
        "{said}"
    );
    // The same book without a profile, with marks: a press that takes none sees them.
    let folder = with_picture("colours = \"cmyk\"\ncrop-marks = true");
    let (_, pdf) = build(folder.path());
    let found = judged(&pdf);
    assert!(found.iter().any(|finding| finding.starts_with("marks")), "{found:?}");
    assert!(!found.iter().any(|finding| finding.starts_with("colours")), "{found:?}");
    let folder = book("profile = \"kdp\"\ncrop-marks = true\ncolours = \"blue\"", 1);
    let output = Command::new(env!("CARGO_BIN_EXE_publish"))
        .arg("check")
        .current_dir(folder.path())
        .output()
        .expect("the command");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        said.contains("takes no files with crop marks") && said.contains("`blue` is not a way to print colours"),
        "{said}"
    );
}

/// What a reader of barcodes sees on the first page of a PDF; `None` without the validators.
fn barcode(pdf: &Path) -> Option<String> {
    let script = "import sys, pypdfium2, zxingcpp
page = pypdfium2.PdfDocument(sys.argv[1])[0].render(scale=4).to_pil()
print([(code.format.name, code.text) for code in zxingcpp.read_barcodes(page)])";
    let output = Command::new(support::validators()?.join("bin/python"))
        .args(["-c", script])
        .arg(pdf)
        .output()
        .expect("Python");
    Some(String::from_utf8_lossy(&output.stdout).trim().to_owned() + &String::from_utf8_lossy(&output.stderr))
}

fn cover(folder: &Path) -> std::process::Output {
    Command::new(env!("CARGO_BIN_EXE_publish"))
        .args(["--format", "cover,pdf", "--edition", "print"])
        .current_dir(folder)
        .output()
        .expect("the command")
}

#[test]
fn a_cover_wraps_the_pages_of_the_print_edition_and_its_barcode_can_be_read() {
    let folder = book("profile = \"kdp\"\npaper = \"cream\"\nwidth = \"6in\"\nheight = \"9in\"", 20);
    let settings = folder.path().join("manuscript/book.toml");
    let text = std::fs::read_to_string(&settings).expect("book.toml");
    let text = text.replace("language", "identifier = \"978-3-16-148410-0\"\nlanguage");
    std::fs::write(&settings, text).expect("book.toml");
    let output = cover(folder.path());
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    let pages: f64 = said
        .split("-print.pdf")
        .nth(1)
        .and_then(|rest| rest.split(" kB, ").nth(1)?.split(" pages").next()?.parse().ok())
        .expect("the number of pages");
    let pdf = folder.path().join("dist/long-cover.pdf");
    if let Some(found) = boxes(&pdf) {
        // Two sides of 6 in, the spine, and an eighth of an inch around.
        let spine = pages * 0.0025 * 72.0;
        let (width, height) = (432.0 * 2.0 + spine + 18.0, 648.0 + 18.0);
        let expected = format!(
            "[[0.0, 0.0, {width:.1}, {height:.1}], [9.0, 9.0, {:.1}, {:.1}]]",
            width - 9.0,
            height - 9.0
        );
        assert_eq!(found, [expected]);
    }
    if let Some(found) = barcode(&pdf) {
        assert_eq!(found, "[('EAN13', '9783161484100')]");
    }
}

#[test]
fn a_cover_that_cannot_be_made_says_what_is_missing() {
    for (print, told) in [
        (
            "profile = \"lulu\"",
            "`paper = \"0.0025in\"` under [print] is the thickness of a page",
        ),
        (
            "profile = \"kdp\"\npaper = \"blue\"",
            "it is `colour`, `cream`, `white`, or the thickness",
        ),
        (
            "profile = \"ingramspark\"",
            "IngramSpark takes covers in its own template only",
        ),
    ] {
        let folder = book(print, 2);
        let output = cover(folder.path());
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && said.contains(told), "{said}");
        assert!(!folder.path().join("dist").exists(), "{said}");
    }
}
