use crate::figures::Drawing;
use crate::figures::promises::{NAMES, Random, drawn, hold_any_label, hold_at_random, refuse};
use crate::figures::scene::{Ink, Part};

fn random_timeline(random: &mut Random) -> String {
    let mut body = String::new();
    let count = 2 + random.below(14);
    let calendar = random.below(3) > 0;
    let mut when = 1 + random.below(20);
    let date = |months: usize, detail: usize| match (calendar, detail) {
        (false, _) => format!("{months} ms"),
        (true, 0) => format!("{}", 1990 + months / 12),
        (true, 1) => format!("{}-{:02}", 1990 + months / 12, 1 + months % 12),
        (true, _) => format!("{}-{:02}-{:02}", 1990 + months / 12, 1 + months % 12, 1 + months % 28),
    };
    for at in 0..count {
        when += random.below(30) * random.below(4);
        let text = ["", " and a longer text, which says what happened then and why it matters"][random.below(2)];
        let end = match random.below(4) {
            0 => format!(" to {}", date(when + 1 + random.below(90), 1)),
            _ => String::new(),
        };
        let begin = date(when, if end.is_empty() { random.below(3) } else { 1 });
        body.push_str(&format!("{begin}{end}: {at} {}{text}\n", NAMES[random.below(16)]));
    }
    body
}

#[test]
fn random_timelines_keep_every_promise() {
    hold_at_random("timeline", 0, random_timeline);
}

#[test]
fn any_label_stays_in_its_place() {
    hold_any_label("timeline", &["1991: L\n1992 to 2000: L\n2001: L", "0 ms: a\n5–7 ms: L"]);
}

#[test]
fn what_cannot_be_read_is_reported_and_kept() {
    let many: String = (0..90).map(|at| format!("{at} ms: event\n")).collect();
    refuse(
        "timeline",
        &[
            ("", "no events"),
            ("1991: one", "one event only"),
            ("what is this", "no date and text"),
            ("1991:", "no date and text"),
            ("soon: Python 4", "`soon` is not a date"),
            ("1991-13: a\n1992: b", "`1991-13` is not a date"),
            ("1991-02-30: a\n1992: b", "`1991-02-30` is not a date"),
            ("1900-02-29: a\n1992: b", "`1900-02-29` is not a date"),
            ("91: a\n1992-01: b", "`1992-01` is a date among numbers"),
            ("1992-01: a\n5 ms: b", "`5 ms` is a number among dates"),
            ("2020 to 2008: a\n1992: b", "`2008` is not later than `2020`"),
            ("2020 to 2020: a\n1992: b", "not later"),
            ("0 ms: a\n5 s: b", "has the unit `s`, and the first has the unit `ms`"),
            ("0 ms to 5 s: a\n7 s: b", "has the unit `ms`"),
            ("0 ms: a\n5: b", "has no unit"),
            ("1991: `a\n1992: b", "a backtick opens code"),
            ("1991: a\n1991: a", "a second time"),
            ("1991: a\nTitle: b", "a head stands behind"),
            (&many, "more than 80 events"),
        ],
    );
}

#[test]
fn dates_are_sorted_and_said() {
    let (drawing, messages) = drawn(
        "timeline",
        "2008-12 to 2020-01: 2 and 3: side by side\n1991: first\n2000-10-16: `2.0`",
    );
    assert!(messages.is_empty(), "{messages:?}");
    assert_eq!(drawing.title, "Timeline from 1991 to 2020-01");
    assert_eq!(
        drawing.description,
        "A timeline. 1991: first; 2000-10-16: 2.0; from 2008-12 to 2020-01: 2 and 3: side by side."
    );
    let (drawing, _) = drawn("timeline", "0 ms: start\n5–7.5 ms: parse\n8 ms to 9 ms: run");
    assert_eq!(
        drawing.description,
        "A timeline. 0 ms: start; from 5 to 7.5 ms: parse; from 8 to 9 ms: run."
    );
}

#[test]
fn spans_at_once_are_rows_with_their_dates() {
    let (drawing, _) = drawn(
        "timeline",
        "2019-10 to 2024-10: 3.8\n2020-10 to 2025-10: 3.9\n2021-10 to 2026-10: 3.10",
    );
    let bars: Vec<f64> = drawing
        .scene
        .shapes
        .iter()
        .filter_map(|shape| match (&shape.ink, shape.part) {
            (Ink::Box { area, .. }, Part::Node(_)) => Some(area.width),
            _ => None,
        })
        .collect();
    assert_eq!(bars.len(), 3);
    assert!(bars.iter().all(|width| (width - bars[0]).abs() < 0.1), "{bars:?}");
    assert!(drawing.scene.height < 90.0);
}

/// The centres of the points on the axis, and whether the axis is dashed.
fn axis(drawing: &Drawing) -> (Vec<(f64, f64)>, bool) {
    let mut points = Vec::new();
    let mut dashes = false;
    for shape in &drawing.scene.shapes {
        match (&shape.ink, shape.part) {
            (Ink::Box { area, .. }, Part::Node(_)) => points.push((area.centre().x, area.centre().y)),
            (Ink::Line { stroke, .. }, Part::Mark) => dashes |= stroke.dashed,
            _ => {}
        }
    }
    points.sort_by(|a, b| (a.0 + a.1).total_cmp(&(b.0 + b.1)));
    (points, dashes)
}

#[test]
fn a_scale_is_kept_where_it_is_readable_and_given_up_openly() {
    let long = "a text that is too long for a label at an axis across the page, since it takes many lines there";
    let (points, dashed) = axis(&drawn("timeline", &format!("1990: {long}\n2000: {long}\n2020: {long}")).0);
    assert!(!dashed);
    let ratio = (points[2].1 - points[1].1) / (points[1].1 - points[0].1);
    assert!((ratio - 2.0).abs() < 0.01, "{points:?}");
    let days: String = (1..9).map(|day| format!("2020-01-0{day}: {long}\n")).collect();
    let (_, dashed) = axis(&drawn("timeline", &format!("1900: a\n1950: b\n1980: c\n{days}")).0);
    assert!(dashed);
}

#[test]
fn short_labels_stand_at_an_axis_across_the_page() {
    let (points, _) = axis(&drawn("timeline", "1991: first\n1994: 1.0\n2000: 2.0\n2008: 3.0").0);
    assert!(points.windows(2).all(|pair| pair[0].1 == pair[1].1));
}
