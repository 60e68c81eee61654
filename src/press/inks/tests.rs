use super::*;
use crate::press::Finish;
use lopdf::{Stream, dictionary};

/// A page that draws with the colours of a screen: `content`, with the names that Typst gives to its spaces.
fn page(content: &str, picture: Option<Stream>) -> Vec<u8> {
    let mut document = Document::with_version("1.7");
    let profile = |count: i64| Stream::new(dictionary! { "N" => count }, vec![0; 8]);
    let colour = document.add_object(profile(3));
    let grey = document.add_object(profile(1));
    let mut resources = dictionary! { "ColorSpace" => dictionary! {
        "c0" => vec!["ICCBased".into(), colour.into()],
        "c1" => vec!["ICCBased".into(), grey.into()],
    } };
    if let Some(mut picture) = picture {
        picture.dict.set("ColorSpace", vec!["ICCBased".into(), Object::from(colour)]);
        let picture = document.add_object(picture);
        resources.set("XObject", dictionary! { "x0" => picture });
    }
    let content = document.add_object(Stream::new(Dictionary::new(), content.as_bytes().to_vec()));
    let pages = document.new_object_id();
    let page = document.add_object(dictionary! {
        "Type" => "Page", "Parent" => pages, "Contents" => content, "Resources" => resources,
        "MediaBox" => vec![0.into(), 0.into(), 450.into(), 666.into()],
        "TrimBox" => vec![9.into(), 9.into(), 441.into(), 657.into()],
        "BleedBox" => vec![0.into(), 0.into(), 450.into(), 666.into()],
    });
    document.set_object(
        pages,
        dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 },
    );
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
    document.trailer.set("Root", catalog);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).expect("a PDF");
    bytes
}

/// What the page draws with.
fn drawn(bytes: &[u8], finish: &Finish) -> (String, Document) {
    let bytes = finish.apply(bytes.to_vec()).expect("a finished PDF");
    let document = Document::load_mem(&bytes).expect("a PDF");
    let page = document.page_iter().next().expect("a page");
    let content = document.get_page_content(page);
    (String::from_utf8(content).expect("operators"), document)
}

fn separated(content: &str, separation: Separation) -> String {
    let finish = Finish {
        separation: Some(separation),
        marks: false,
    };
    drawn(&page(content, None), &finish).0.replace('\n', " ").trim().to_owned()
}

#[test]
fn text_of_the_themes_colour_is_printed_in_solid_black() {
    let separation = |inks| Separation {
        black: Some([26, 26, 26]),
        ..Separation::new(inks)
    };
    let text = "/c0 cs 0.101961 0.101961 0.101961 scn 0 0 9 9 re f";
    assert_eq!(separated(text, separation(Inks::Cmyk)), "0 0 0 1 k 0 0 9 9 re f");
    assert_eq!(separated(text, separation(Inks::Grey)), "0 g 0 0 9 9 re f");
}

#[test]
fn grey_needs_one_plate_and_colours_need_no_more_ink_than_dries() {
    let grey = separated("/c1 cs 0.5 scn 0 0 9 9 re f", Separation::new(Inks::Cmyk));
    assert_eq!(grey, "0 0 0 0.5 k 0 0 9 9 re f");
    let red = separated("/c0 CS 1 0 0 SCN 0 0 m 9 9 l S", Separation::new(Inks::Cmyk));
    assert_eq!(red, "0 1 1 0 K 0 0 m 9 9 l S");
    let [cyan, magenta, yellow, black] = cmyk([0.0, 0.0, 0.2]);
    assert!(cyan + magenta + yellow + black <= MOST_INK + 0.001);
}

#[test]
fn a_colour_that_the_theme_mixes_is_printed_so() {
    let mut separation = Separation::new(Inks::Cmyk);
    separation.mixed.insert([31, 86, 115], [0.8, 0.3, 0.0, 0.45]);
    let accent = separated("/c0 cs 0.121569 0.337255 0.450980 scn 0 0 9 9 re f", separation);
    assert_eq!(accent, "0.8 0.3 0 0.45 k 0 0 9 9 re f");
}

#[test]
fn grey_is_as_light_as_the_colour_was() {
    // Of equal strength, green is much lighter than blue.
    assert!(grey([0.0, 1.0, 0.0]) > 0.8 && grey([0.0, 0.0, 1.0]) < 0.35);
    assert!((grey([0.4, 0.4, 0.4]) - 0.4).abs() < 0.001);
}

#[test]
fn saved_states_come_back_with_their_space() {
    let nested = separated(
        "/c0 cs 1 0 0 scn q /c1 cs 1 scn 0 0 9 9 re f Q 0 1 0 scn 0 0 1 1 re f",
        Separation::new(Inks::Cmyk),
    );
    assert_eq!(nested, "0 1 1 0 k q 0 0 0 0 k 0 0 9 9 re f Q 1 0 1 0 k 0 0 1 1 re f");
}

#[test]
fn no_space_of_a_screen_stays_in_the_file_and_pictures_are_turned() {
    let picture = Stream::new(
        dictionary! { "Subtype" => "Image", "Width" => 2, "Height" => 1, "BitsPerComponent" => 8 },
        vec![255, 0, 0, 255, 255, 255],
    );
    let finish = Finish {
        separation: Some(Separation::new(Inks::Cmyk)),
        marks: false,
    };
    let (_, document) = drawn(&page("/x0 Do", Some(picture)), &finish);
    let pictures: Vec<&Stream> = document
        .objects
        .values()
        .filter_map(|object| object.as_stream().ok())
        .filter(|stream| stream.dict.has(b"Width"))
        .collect();
    assert_eq!(pictures.len(), 1);
    let pixels = pictures.first().expect("a picture").get_plain_content().expect("pixels");
    assert_eq!(pixels, [0, 255, 255, 0, 0, 0, 0, 0]);
    let profiles = document.objects.values().filter_map(|object| object.as_stream().ok());
    assert_eq!(
        profiles
            .filter(|stream| stream.dict.has(b"N") && !stream.dict.has(b"First"))
            .count(),
        0
    );
}

#[test]
fn crop_marks_stand_outside_of_the_bleed_and_the_boxes_stay() {
    let finish = Finish {
        separation: None,
        marks: true,
    };
    let (content, document) = drawn(&page("0 g 9 9 1 1 re f", None), &finish);
    let page = document.page_iter().next().expect("a page");
    let page = document.get_dictionary(page).expect("a page");
    let sides = |key: &[u8]| -> Vec<f32> {
        let sides = page.get(key).and_then(Object::as_array).expect("a box");
        sides.iter().map(|side| side.as_float().expect("a number")).collect()
    };
    assert_eq!(sides(b"TrimBox"), [9.0, 9.0, 441.0, 657.0]);
    assert_eq!(sides(b"BleedBox"), [0.0, 0.0, 450.0, 666.0]);
    assert_eq!(sides(b"MediaBox"), [-21.0, -21.0, 471.0, 687.0]);
    // Every line of a mark begins at the bleed's edge and goes on in the direction away from the page.
    let marks: Vec<Vec<f32>> = content
        .lines()
        .filter(|line| line.ends_with("l S"))
        .map(|line| line.split_whitespace().filter_map(|word| word.parse().ok()).collect())
        .collect();
    assert_eq!(marks.len(), 8);
    for mark in marks {
        let [x, y, ..] = mark[..] else { panic!("{mark:?}") };
        let outside = x <= 0.0 || x >= 450.0 || y <= 0.0 || y >= 666.0;
        assert!(outside, "{mark:?}");
    }
}
