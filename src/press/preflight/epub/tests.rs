use super::*;
use crate::press::Profile;
use crate::press::store::Weight;
use std::io::{Cursor, Write as _};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// A book by hand, good for every store, to be spoilt by one change at a time.
#[derive(Clone)]
struct Made {
    files: Vec<(String, Vec<u8>)>,
}

const CONTAINER: &str = r#"<container><rootfiles><rootfile full-path="OEBPS/content.opf"/></rootfiles></container>"#;
const PACKAGE: &str = r#"<?xml version="1.0"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="identifier">urn:isbn:9783161484100</dc:identifier><meta name="cover" content="cover-image"/></metadata>
<manifest><item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="cover" href="cover.xhtml" media-type="application/xhtml+xml"/>
<item id="one" href="one.xhtml" media-type="application/xhtml+xml"/>
<item id="cover-image" href="images/cover.png" media-type="image/png" properties="cover-image"/>
<item id="font" href="fonts/a.otf" media-type="font/otf"/></manifest>
<spine><itemref idref="cover"/><itemref idref="nav"/><itemref idref="one"/></spine></package>"#;
const NAVIGATION: &str = r#"<html><head><title>Contents</title></head><body><nav epub:type="toc"><ol><li><a href="one.xhtml">One</a>
<ol><li><a href="one.xhtml#a">A</a></li></ol></li></ol></nav>
<nav epub:type="landmarks"><ol><li><a epub:type="toc" href="nav.xhtml#toc">Contents</a></li></ol></nav></body></html>"#;
const COVER: &str = r#"<html><head><title>Cover</title></head><body><img src="images/cover.png" alt="Cover"/></body></html>"#;

impl Made {
    fn new() -> Self {
        let page = "<html><head><title>One</title></head><body><h1>One</h1><p>Text.</p></body></html>";
        let files: [(&str, Vec<u8>); 7] = [
            ("META-INF/container.xml", CONTAINER.into()),
            ("OEBPS/content.opf", PACKAGE.into()),
            ("OEBPS/nav.xhtml", NAVIGATION.into()),
            ("OEBPS/cover.xhtml", COVER.into()),
            ("OEBPS/one.xhtml", page.into()),
            ("OEBPS/images/cover.png", png(1000, 1600, png::ColorType::Grayscale, 0)),
            ("OEBPS/fonts/a.otf", b"OTTO".to_vec()),
        ];
        Self {
            files: files.into_iter().map(|(name, bytes)| (name.to_owned(), bytes)).collect(),
        }
    }

    /// The same with another text in the body of its page.
    fn with_text(self, text: &str) -> Self {
        let page = format!("<html><head><title>One</title></head><body><h1>One</h1>{text}</body></html>");
        self.with("OEBPS/one.xhtml", page)
    }

    /// The same with a file more, or another one.
    fn with(mut self, name: &str, bytes: impl Into<Vec<u8>>) -> Self {
        self.files.retain(|(known, _)| known != name);
        self.files.push((name.to_owned(), bytes.into()));
        self
    }

    /// The same with a text of a file changed.
    fn changed(mut self, name: &str, from: &str, to: &str) -> Self {
        let (_, bytes) = self.files.iter_mut().find(|(known, _)| known == name).expect("a file");
        let text = String::from_utf8(bytes.clone()).expect("text");
        assert!(text.contains(from), "{from}");
        *bytes = text.replace(from, to).into();
        self
    }

    /// The same with a file in the manifest.
    fn with_item(self, path: &str, media_type: &str, bytes: impl Into<Vec<u8>>) -> Self {
        let item = format!(
            "<item id=\"i-{}\" href=\"{path}\" media-type=\"{media_type}\"/></manifest>",
            path.len()
        );
        let made = self.changed("OEBPS/content.opf", "</manifest>", &item);
        made.with(&format!("OEBPS/{path}"), bytes)
    }

    fn bytes(&self) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        for (name, bytes) in &self.files {
            zip.start_file(name.as_str(), options).expect("a file");
            zip.write_all(bytes).expect("a file");
        }
        zip.finish().expect("an archive").into_inner()
    }

    fn judged(&self, profile: &str) -> Vec<String> {
        let store = Profile::built_in(profile).expect("a profile").epub.expect("a store");
        let findings = Book::read(&self.bytes()).judge(&store);
        let shown = findings.iter().map(|found| {
            let weight = found.weight.name();
            format!("{} {weight}: {} [{}]", found.rule, found.message, found.places())
        });
        shown.collect()
    }
}

/// A picture of one value.
fn png(width: u32, height: u32, colours: png::ColorType, value: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(colours);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().expect("a PNG");
    let data = vec![value; width as usize * height as usize * colours.samples()];
    writer.write_image_data(&data).expect("a PNG");
    writer.finish().expect("a PNG");
    bytes
}

/// A WebP without a pixel to see, as far as its head goes.
fn webp() -> Vec<u8> {
    b"RIFF\x1a\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x09\0\0\x09\0\0".to_vec()
}

#[test]
fn a_good_book_is_taken_everywhere() {
    for profile in Profile::stores() {
        assert_eq!(Made::new().judged(profile), [""; 0], "{profile}");
    }
}

#[test]
fn pictures_are_judged_by_format_size_and_transparency() {
    let large = Made::new().with_item("images/large.png", "image/png", png(2400, 2400, png::ColorType::Grayscale, 9));
    assert_eq!(
        large.judged("apple"),
        ["picture-pixels refused: 2400 × 2400 pixels are 5.76 million, and 5.6 million are the most [OEBPS/images/large.png]"]
    );
    let middling = Made::new().with_item("images/m.png", "image/png", png(2100, 2100, png::ColorType::Grayscale, 9));
    assert_eq!(
        middling.judged("apple"),
        ["picture-pixels advised: 2100 × 2100 pixels are 4.41 million, and 4 million are the most [OEBPS/images/m.png]"]
    );
    let modern = Made::new().with_item("images/a.webp", "image/webp", webp());
    let told = "picture-formats lost: pictures are webp, and bmp, gif, jpeg, png or svg is asked for [OEBPS/images/a.webp]";
    assert_eq!(modern.judged("kdp"), [told]);
    assert_eq!(modern.judged("kobo"), [""; 0]);
    let glass = png(9, 9, png::ColorType::GrayscaleAlpha, 100);
    let glass = Made::new().with_item("images/glass.png", "image/png", glass);
    let told = "transparency lost: the page shows through these pictures [OEBPS/images/glass.png]";
    assert_eq!(glass.judged("kdp"), [told]);
    // A place for transparency that nothing makes use of is not transparent.
    let clear = png(9, 9, png::ColorType::GrayscaleAlpha, 255);
    let clear = Made::new().with_item("images/glass.png", "image/png", clear);
    assert_eq!(clear.judged("kdp"), [""; 0]);
}

/// A JPEG of one pixel with so many colours, as far as its head goes.
fn jpeg(colours: u8) -> Vec<u8> {
    let mut bytes = vec![0xFF, 0xD8, 0xFF, 0xC0, 0, 8 + 3 * colours, 8, 0, 1, 0, 1, colours];
    for colour in 1..=colours {
        bytes.extend([colour, 0x11, 0]);
    }
    bytes.extend([0xFF, 0xDA, 0, 6 + 2 * colours, colours]);
    for colour in 1..=colours {
        bytes.extend([colour, 0]);
    }
    bytes.extend([0, 63, 0, 0xFF, 0xD9]);
    bytes
}

#[test]
fn pictures_in_the_inks_of_a_press_are_not_taken() {
    let told = "the colours of pictures are cmyk, and grey or rgb is asked for [OEBPS/images/a.jpg]";
    let inks = Made::new().with_item("images/a.jpg", "image/jpeg", jpeg(4));
    assert_eq!(inks.judged("apple"), [format!("picture-colours refused: {told}")]);
    let screen = Made::new().with_item("images/a.jpg", "image/jpeg", jpeg(3));
    assert_eq!(screen.judged("apple"), [""; 0]);
}

#[test]
fn a_file_may_be_too_large() {
    let store = Profile::built_in("apple").expect("a profile").epub.expect("a store");
    let mut book = Book::read(&Made::new().bytes());
    book.size = 1_500_000_000;
    let shown = |book: &Book| -> Vec<String> {
        let findings = book.judge(&store);
        findings
            .iter()
            .map(|found| format!("{}: {}", found.weight.name(), found.message))
            .collect()
    };
    assert_eq!(shown(&book), ["advised: the file has 1500 MB, and 1000 MB are the most"]);
    book.size = 2_500_000_000;
    // What is refused is not advised against too.
    assert_eq!(shown(&book), ["refused: the file has 2500 MB, and 2000 MB are the most"]);
}

#[test]
fn the_cover_is_judged_by_its_picture_and_its_page() {
    let small = Made::new().with("OEBPS/images/cover.png", png(500, 500, png::ColorType::Grayscale, 0));
    assert_eq!(
        small.judged("google"),
        ["cover-pixels refused: the cover has 500 × 500 pixels, and 640 on each side are the least [OEBPS/images/cover.png]"]
    );
    assert_eq!(
        small.judged("kdp"),
        [
            "cover-pixels advised: the cover has 500 × 500 pixels, and 625 × 1000 are the least [OEBPS/images/cover.png]",
            "cover-proportion advised: the cover is 500 × 500 pixels, 1.00 times as high as wide, and 1.6 is best [OEBPS/images/cover.png]",
        ]
    );
    let bare = Made::new()
        .changed("OEBPS/content.opf", " properties=\"cover-image\"", "")
        .changed("OEBPS/content.opf", "<meta name=\"cover\" content=\"cover-image\"/>", "");
    assert_eq!(
        bare.judged("google"),
        ["cover refused: no picture is named as the cover: an item of the manifest with the property `cover-image` []"]
    );
    let wrapped = r#"<a href="one.xhtml"><svg><image xlink:href="images/cover.png"/></svg></a>"#;
    let wrapped = Made::new()
        .changed("OEBPS/cover.xhtml", "<img src=\"images/cover.png\" alt=\"Cover\"/>", wrapped)
        .changed("OEBPS/content.opf", "<meta name=\"cover\" content=\"cover-image\"/>", "");
    assert_eq!(
        wrapped.judged("kobo"),
        [
            "cover-page lost: the cover stands in SVG; an `<img>` is asked for [OEBPS/cover.xhtml]",
            "cover-name advised: the package does not name the cover by `<meta name=\"cover\">` too []",
            "cover-links advised: there are links on the cover's page [OEBPS/cover.xhtml]",
        ]
    );
    assert_eq!(
        wrapped.judged("apple"),
        ["svg-images advised: pictures stand in SVG; `<img>` is asked for [OEBPS/cover.xhtml]"]
    );
    let crowded = Made::new().changed("OEBPS/cover.xhtml", "<body>", "<body><p>Buy me.</p>");
    assert_eq!(
        crowded.judged("kobo"),
        ["cover-page lost: there is more than the cover on its page [OEBPS/cover.xhtml]"]
    );
}

#[test]
fn kindle_says_what_it_does_not_show() {
    let text = r#"<p>a<script src="a.js"></script></p><script type="application/ld+json">{}</script><form></form>
        <table><tr><td><table><tr><td>x</td></tr></table></td></tr></table><svg viewBox="0 0 9 9"><text>x</text></svg><img src="images/cover.png"/>"#;
    assert_eq!(
        Made::new().with_text(text).judged("kdp"),
        [
            "alternatives advised: pictures have no `alt`, not even an empty one, so nobody knows whether they say something [OEBPS/one.xhtml]",
            "elements lost: `<form>` stands here [OEBPS/one.xhtml]",
            "elements lost: `<script>` stands here [OEBPS/one.xhtml]",
            "nested-tables lost: a table stands in another table [OEBPS/one.xhtml]",
            "svg-text lost: there are letters in SVG, which are not shown; outlines of letters are [OEBPS/one.xhtml]",
        ]
    );
    let data = Made::new().with_text("<script type=\"application/ld+json\">{}</script><table/><table/>");
    assert_eq!(data.judged("kdp"), [""; 0]);
    let halves = Made::new().with_text("<svg viewBox=\"0 0 10.5 9\"><svg/></svg>");
    let told = "an SVG has no `viewBox` of four whole numbers that begins at 0, 0 [OEBPS/one.xhtml]";
    assert_eq!(halves.judged("kdp"), [format!("svg-view-box lost: {told}")]);
    let many = "<svg viewBox=\"0 0 1 1\"></svg>".repeat(26);
    assert_eq!(
        Made::new().with_text(&many).judged("kdp"),
        ["svg-count advised: 26 pictures are SVG, and 25 are the most []"]
    );
    let font = Made::new().with("OEBPS/fonts/a.otf", b"wOF2".to_vec());
    let told = "fonts are woff2, and otf or ttf is asked for [OEBPS/fonts/a.otf]";
    assert_eq!(font.judged("kdp"), [format!("font-formats lost: {told}")]);
}

#[test]
fn contents_are_to_be_reached_and_no_deeper_than_they_are_shown() {
    let deep = "<a href=\"one.xhtml#a\">A</a><ol><li><a href=\"one.xhtml#b\">B</a></li></ol>";
    let deep = Made::new().changed("OEBPS/nav.xhtml", "<a href=\"one.xhtml#a\">A</a>", deep);
    let told = "contents-depth lost: the contents have 3 levels, and 2 are shown; what lies deeper is not";
    assert_eq!(deep.judged("kdp"), [format!("{told} [OEBPS/nav.xhtml]")]);
    // The NCX is what is shown, where there is one.
    let flat = "<ncx><navMap><navPoint><content src=\"one.xhtml\"/></navPoint></navMap></ncx>";
    assert_eq!(
        deep.with_item("toc.ncx", "application/x-dtbncx+xml", flat).judged("kdp"),
        [""; 0]
    );
    let lost = Made::new().changed("OEBPS/nav.xhtml", "epub:type=\"toc\" href", "href");
    assert_eq!(
        lost.judged("kdp"),
        ["contents-page lost: neither the landmarks nor the guide lead to a page with the contents []"]
    );
    let aside = Made::new().changed("OEBPS/content.opf", "<itemref idref=\"nav\"/>", "");
    assert_eq!(
        aside.judged("kdp"),
        ["contents-page lost: this page has the contents, and is not in the reading order [OEBPS/nav.xhtml]"]
    );
}

#[test]
fn what_is_encrypted_is_not_taken_and_obfuscated_fonts_are() {
    let data = |algorithm: &str, uri: &str| {
        format!(
            "<encryption><enc:EncryptedData><enc:EncryptionMethod Algorithm=\"{algorithm}\"/><enc:CipherData>\
             <enc:CipherReference URI=\"{uri}\"/></enc:CipherData></enc:EncryptedData></encryption>"
        )
    };
    let closed = data("http://www.w3.org/2001/04/xmlenc#aes128-cbc", "OEBPS/one.xhtml");
    assert_eq!(
        Made::new().with("META-INF/encryption.xml", closed).judged("kdp"),
        ["encryption refused: files are encrypted, or tell of rights [OEBPS/one.xhtml]"]
    );
    let font = data("http://www.idpf.org/2008/embedding", "OEBPS/fonts/a.otf");
    let font = Made::new()
        .with("META-INF/encryption.xml", font)
        .with("OEBPS/fonts/a.otf", b"xxxxxxxx".to_vec());
    assert_eq!(font.judged("kdp"), [""; 0]);
}

#[test]
fn kobo_and_google_have_wishes_of_their_own() {
    let made = Made::new()
        .changed("OEBPS/content.opf", "urn:isbn:9783161484100", "urn:uuid:1")
        .with_text("<p style=\"color: red\">x</p>")
        .with_item("images/ü 1.png", "image/png", png(1, 1, png::ColorType::Grayscale, 0));
    assert_eq!(
        made.judged("kobo"),
        [
            "inline-styles advised: elements have styles in attributes; a style sheet is asked for [OEBPS/one.xhtml]",
            "file-names advised: names of files have other characters than letters without accents, digits, hyphens, underscores and full stops [OEBPS/images/ü 1.png]",
            "isbn advised: the book is not identified by its ISBN; without one the file's name has to have it []",
        ]
    );
    let heavy = Made::new().with_text(&"<p>Text that goes on.</p>".repeat(450_000));
    assert_eq!(
        heavy.judged("kobo"),
        ["document-size advised: with its pictures a page has 11.3 MB, and 10 MB are the most [OEBPS/one.xhtml]"]
    );
    let svg = "<svg width=\"4000px\" height=\"30%\"></svg>";
    assert_eq!(
        Made::new().with_text(svg).judged("google"),
        ["svg-size lost: an SVG is 4000 pixels wide or high, and 3200 are the most [OEBPS/one.xhtml]"]
    );
    let alone = Made::new().with_item("page.svg", "image/svg+xml", "<svg></svg>").changed(
        "OEBPS/content.opf",
        "</spine>",
        "<itemref idref=\"i-8\"/></spine>",
    );
    let told =
        "svg-pages advised: this SVG is in the reading order by itself; an XHTML page around it is asked for [OEBPS/page.svg]";
    assert_eq!(alone.judged("kobo"), [told]);
}

#[test]
fn an_archive_that_swells_is_not_unpacked() {
    let bomb = Made::new().with("OEBPS/one.xhtml", vec![b' '; 70 * 1024 * 1024]);
    assert!(bomb.bytes().len() < 200_000);
    let told = "file refused: this was not looked at: unpacked it has more than 64 MiB, or there is too much of its kind";
    assert_eq!(bomb.judged("apple"), [format!("{told} [OEBPS/one.xhtml]")]);
}

#[test]
fn a_name_that_leads_out_of_the_archive_leads_nowhere() {
    let made = Made::new()
        .with_item("../../../etc/passwd", "application/xhtml+xml", "x")
        .with_text("<img src=\"../../../../etc/passwd\" alt=\"\"/>");
    assert_eq!(made.judged("apple"), [""; 0]);
}

#[test]
fn no_bytes_at_all_make_it_stumble() {
    let stores: Vec<Store> = Profile::stores()
        .into_iter()
        .filter_map(|name| Profile::built_in(name)?.epub)
        .collect();
    let small = Made::new()
        .with_item("images/a.jpg", "image/jpeg", jpeg(4))
        .with_item("images/ab.webp", "image/webp", webp())
        .with_item(
            "toc.ncx",
            "application/x-dtbncx+xml",
            "<ncx><navMap><navPoint/></navMap></ncx>",
        )
        .with("OEBPS/images/cover.png", png(9, 9, png::ColorType::Rgba, 7))
        .with("META-INF/encryption.xml", "<EncryptedData/><CipherReference URI=\"a\"/>");
    let mut random = 1_u64;
    let mut next = |below: usize| {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) as usize % below.max(1)
    };
    for round in 0..600 {
        let mut made = small.clone();
        // The files themselves, and then the archive around them.
        if round % 2 == 0 {
            let place = next(made.files.len());
            let bytes = &mut made.files[place].1;
            for _ in 0..=next(8) {
                let at = next(bytes.len());
                bytes[at] = next(256) as u8;
            }
            bytes.truncate(next(2 * bytes.len()));
        }
        let mut bytes = made.bytes();
        if round % 2 == 1 {
            for _ in 0..=next(4) {
                let at = next(bytes.len());
                bytes[at] = next(256) as u8;
            }
            if round % 5 == 0 {
                bytes.truncate(next(bytes.len()));
            }
        }
        let book = Book::read(&bytes);
        for store in &stores {
            book.judge(store);
        }
    }
    let nothing = Book::read(b"no EPUB").judge(&stores[0]);
    assert_eq!(nothing.len(), 1);
    assert_eq!(nothing[0].weight, Weight::Refused);
}
