use super::*;
use std::fmt::Write as _;

/// A PDF by hand: pages of a size with content, some objects, and what the catalog holds beside them.
struct Pdf {
    pages: Vec<(String, String)>,
    catalog: String,
}

impl Pdf {
    /// Pages of 6 × 9 in, each with a black box at some distance from its edges, in pt: left, bottom, right, top.
    fn with_boxes(count: usize, [left, bottom, right, top]: [f64; 4]) -> Self {
        let content = format!("0 g {left} {bottom} {} {} re f", 432.0 - left - right, 648.0 - bottom - top);
        Self {
            pages: vec![(String::new(), content); count],
            catalog: String::new(),
        }
    }

    fn bytes(&self) -> Vec<u8> {
        let mut objects = vec![format!("<< /Type /Catalog /Pages 2 0 R {} >>", self.catalog)];
        let kids: Vec<String> = (0..self.pages.len()).map(|at| format!("{} 0 R", 3 + 2 * at)).collect();
        objects.push(format!("<< /Type /Pages /Kids [{}] /Count {} >>", kids.join(" "), kids.len()));
        for (at, (extra, content)) in self.pages.iter().enumerate() {
            let size = if extra.contains("MediaBox") {
                ""
            } else {
                "/MediaBox [0 0 432 648]"
            };
            objects.push(format!(
                "<< /Type /Page /Parent 2 0 R {size} /Contents {} 0 R {extra} >>",
                4 + 2 * at
            ));
            objects.push(format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()));
        }
        let mut out = String::from("%PDF-1.7\n");
        let mut offsets = Vec::new();
        for (at, object) in objects.iter().enumerate() {
            offsets.push(out.len());
            let _ = write!(out, "{} 0 obj\n{object}\nendobj\n", at + 1);
        }
        let start = out.len();
        let _ = write!(out, "xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
        for offset in offsets {
            let _ = writeln!(out, "{offset:010} 00000 n ");
        }
        let _ = write!(
            out,
            "trailer << /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n",
            objects.len() + 1
        );
        out.into_bytes()
    }

    fn judged(&self, profile: &str) -> Vec<String> {
        let profile = Profile::built_in(profile).expect("a profile");
        let findings = judge_pdf(self.bytes(), &profile);
        let shown = findings
            .iter()
            .map(|found| format!("{}: {} [{}]", found.rule, found.message, found.places()));
        shown.collect()
    }
}

/// Wide enough for any press.
const WIDE: [f64; 4] = [60.0; 4];

#[test]
fn a_book_that_keeps_all_rules_is_not_refused() {
    for profile in Profile::presses() {
        assert_eq!(Pdf::with_boxes(40, WIDE).judged(profile), [""; 0], "{profile}");
    }
}

#[test]
fn the_number_of_pages_has_limits() {
    let short = Pdf::with_boxes(19, WIDE);
    assert_eq!(
        short.judged("ingramspark"),
        ["pages: the book has 19 pages, and their number must be even []"]
    );
    assert_eq!(short.judged("kdp"), ["pages: the book has 19 pages, and 24 are the least []"]);
}

#[test]
fn a_pdf_may_be_too_large() {
    let profile = Profile::built_in("kdp").expect("a profile");
    let mut findings = Vec::new();
    judge_size(650_000_000, &profile, &mut findings);
    assert_eq!(findings, []);
    judge_size(700_000_000, &profile, &mut findings);
    assert_eq!(findings[0].message, "the file has 700 MB, and 650 MB are the most");
}

#[test]
fn margins_are_measured_at_the_ink_and_the_spine_changes_sides() {
    // 0.3 in at the left: the spine of right-hand pages, the fore edge of left-hand ones.
    let pdf = Pdf::with_boxes(30, [21.6, 60.0, 60.0, 60.0]);
    assert_eq!(
        pdf.judged("kdp"),
        [
            "margins: what is printed comes as near as 0.3 in to the spine, and 0.375 in are the least for 30 pages [pages 1, 3, 5, 7, 9, 11, 13, 15, …]"
        ]
    );
    let low = Pdf::with_boxes(30, [60.0, 14.4, 60.0, 60.0]);
    assert_eq!(
        low.judged("kdp"),
        ["margins: what is printed comes as near as 0.2 in to an outer edge, and 0.25 in are the least [pages 1–30]"]
    );
}

#[test]
fn what_runs_to_the_edge_needs_the_bleed() {
    let mut pdf = Pdf::with_boxes(30, WIDE);
    pdf.pages[2].1 = "0 g 0 0 432 100 re f".to_owned();
    let said = pdf.judged("kdp");
    assert_eq!(
        said,
        ["bleed: something runs to the edge of the page, and the file has no bleed of 0.125 in there [page 3]"]
    );
    // With the bleed at the top, the bottom and outside it is as it has to be.
    for (at, page) in pdf.pages.iter_mut().enumerate() {
        let (left, right) = if at % 2 == 0 { (0, 9) } else { (9, 0) };
        page.0 = format!("/MediaBox [{} -9 {} 657] /TrimBox [0 0 432 648]", -left, 432 + right);
    }
    pdf.pages[2].1 = "0 g 0 -9 441 100 re f".to_owned();
    assert_eq!(pdf.judged("kdp"), [""; 0]);
}

#[test]
fn white_paper_is_not_ink_and_clipped_ink_is_none() {
    let mut pdf = Pdf::with_boxes(30, WIDE);
    pdf.pages[0].1 = "1 g 0 0 432 648 re f 0 g 100 100 50 50 re f".to_owned();
    pdf.pages[1].1 = "100 100 50 50 re W n 0 g 0 0 432 648 re f".to_owned();
    assert_eq!(pdf.judged("kdp"), [""; 0]);
}

#[test]
fn crop_marks_and_sizes_that_differ_are_seen() {
    let mut pdf = Pdf::with_boxes(30, WIDE);
    pdf.pages[4].0 = "/MediaBox [-40 -40 472 688] /TrimBox [0 0 432 648]".to_owned();
    pdf.pages[4].1.push_str(" -30 0 20 0.5 re f");
    pdf.pages[6].0 = "/MediaBox [0 0 400 648]".to_owned();
    let said = pdf.judged("kdp");
    assert!(
        said.iter()
            .any(|line| line.starts_with("trim: ") && line.ends_with("[page 7]")),
        "{said:?}"
    );
    assert!(
        said.iter()
            .any(|line| line.starts_with("marks: ") && line.ends_with("[page 5]")),
        "{said:?}"
    );
}

#[test]
fn fonts_colours_pictures_and_what_else_a_file_holds_are_seen() {
    let mut pdf = Pdf::with_boxes(30, WIDE);
    pdf.pages[0].0 = "/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>".to_owned();
    pdf.pages[1].1.push_str(" 1 0 0 rg 100 100 10 10 re f");
    pdf.pages[2]
        .1
        .push_str(" q 72 0 0 72 100 100 cm BI /W 2 /H 2 /CS /G /BPC 8 ID \u{1}\u{2}\u{3}\u{4} EI Q");
    pdf.pages[3].0 = "/Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] >>]".to_owned();
    pdf.catalog = "/Outlines << /First << /Title (x) >> >>".to_owned();
    let said = pdf.judged("kdp");
    let expected = [
        "fonts: the font Helvetica is not embedded [page 1]",
        "pictures: a picture has 2 pixels an inch at its printed size, and 300 are the least [page 3]",
        "file: the file holds bookmarks, which is not allowed []",
        "file: the file holds annotations, which is not allowed [page 4]",
    ];
    assert_eq!(said, expected);
    let ink = pdf.judged("ingramspark");
    assert!(
        ink.contains(&"colours: colours are rgb, and grey or cmyk is asked for [page 2]".to_owned()),
        "{ink:?}"
    );
}

#[test]
fn no_bytes_at_all_make_it_stumble() {
    let profile = Profile::built_in("kdp").expect("a profile");
    let good = Pdf::with_boxes(3, WIDE).bytes();
    let mut random = 1_u64;
    for _ in 0..300 {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let mut bytes = good.clone();
        let at = (random >> 33) as usize % bytes.len();
        bytes[at] = (random >> 20) as u8;
        if random.is_multiple_of(5) {
            bytes.truncate(at);
        }
        judge_pdf(bytes, &profile);
    }
    assert_eq!(judge_pdf(b"no PDF".to_vec(), &profile).len(), 1);
}
