use crate::figures::Drawing;
use crate::figures::promises::{NAMES, Random, drawn, hold_any_label, hold_at_random, refuse};
use crate::figures::scene::{Fill, Ink, Part};

fn random_lanes(random: &mut Random) -> String {
    let count = 1 + random.below(5);
    let states = 1 + random.below(5);
    let first = random.below(16);
    let name = |at: usize| NAMES[(first + at) % 16];
    let words = ["run", "wait for the lock", "`sleep`", "I/O", "ready"];
    let mut body = String::new();
    let mut end = 0;
    for lane in 0..count {
        let mut time = random.below(4);
        let mut stays = Vec::new();
        for _ in 0..1 + random.below(6) {
            let from = time + random.below(2) * random.below(4);
            time = from + 1 + random.below(9);
            stays.push(format!("{} {from}-{time}", words[random.below(states)]));
        }
        end = end.max(time);
        body.push_str(&format!("{}: {}\n", name(lane), stays.join(", ")));
    }
    for _ in 0..random.below(5) {
        let (from, to) = (random.below(count), random.below(count));
        let text = [
            "",
            ": drop request",
            ": `notify()` and go on",
            ": a text that is long enough for two lines",
        ][random.below(4)];
        if from != to {
            body.push_str(&format!(
                "At {}: {} → {}{text}\n",
                random.below(end + 1),
                name(from),
                name(to)
            ));
        }
    }
    body.push_str(["", "Unit: ms\n"][random.below(2)]);
    body
}

#[test]
fn random_lanes_keep_every_promise() {
    hold_at_random("lanes", 0, random_lanes);
}

#[test]
fn any_label_stays_in_its_place() {
    hold_any_label(
        "lanes",
        &[
            "b: L 0-5, s 5-9\nc: s 1-2\nAt 5: b → c: L",
            "L: L 0-5\nc: d 1-2\nAt 1: c → L: L\nUnit: ms",
        ],
    );
}

#[test]
fn what_cannot_be_read_is_reported_and_kept() {
    let many = |count: usize, line: fn(usize) -> String| (0..count).map(line).collect::<String>();
    refuse(
        "lanes",
        &[
            ("", "no lanes"),
            ("Exclusive: run", "no state `run`"),
            ("what is this", "no name and states"),
            (": run 0-5", "has no name"),
            ("a: run", "not a state with its times"),
            ("a: run 5", "not a state with its times"),
            ("a: run x-y", "not a state with its times"),
            ("a: 0-5", "not a state with its times"),
            ("a: run 5-5", "does not end after"),
            ("a: run 5-3", "does not end after"),
            ("a: run 0-5, wait 3-8", "`run 0-5` and `wait 3-8` overlap"),
            ("a: run 0-5\na: run 6-8", "a second time"),
            ("a: run 0-5\nUnit:", "`Unit:`"),
            (
                "Thread 1: run 0-5\nThread 2: wait 0-5\nAt 5: Thread 1 → Thred 2: x",
                "the nearest is `Thread 2`",
            ),
            ("a: run 0-5\nAt 5: a → b: x", "no lane `b`"),
            ("a: run 0-5\nAt 5: a → a: x", "its own lane"),
            ("a: run 0-5\nb: run 5-6\nAt noon: a → b: x", "`noon` is not a time"),
            ("a: run 0-5\nb: run 5-6\nAt 5: a → b → a: x", "one arrow"),
            ("a: run 0-5\nb: run 5-6\nAt 5: a → b:", "nothing follows"),
            ("a: run 0-5\nExclusive: wait", "no state `wait`"),
            ("a: run 0-5\nExclusive: run, run", "named twice"),
            (
                "Thread 1: run 0-5\nThread 2: run 3-8\nExclusive: run",
                "`Thread 1` and `Thread 2` are both in `run` from 3 to 5",
            ),
            (&many(17, |at| format!("{at}: a 0-1\n")), "more than 16 lanes"),
            (&many(7, |at| format!("{at}: s{at} 0-1\n")), "more than 6 different states"),
            (
                &format!("a: {}", many(201, |at| format!("s {at}-{},", at + 1)).trim_end_matches(',')),
                "more than 200 bars",
            ),
            (
                &format!("a: r 0-9\nb: r 0-9\n{}", many(41, |at| format!("At {at}: a → b\n"))),
                "more than 40 messages",
            ),
        ],
    );
}

/// The bars of a lane in which a word stands, and their fills.
fn bars(drawing: &Drawing, word: &str) -> Vec<(f64, f64, Fill)> {
    let shapes = &drawing.scene.shapes;
    let with_word = shapes.iter().filter_map(|shape| match (&shape.ink, shape.part) {
        (Ink::Text { line, .. }, Part::Node(node)) if line.spans[0].text == word => Some(node),
        _ => None,
    });
    let nodes: Vec<usize> = with_word.collect();
    let areas = shapes.iter().filter_map(|shape| match (&shape.ink, shape.part) {
        (Ink::Box { area, fill, .. }, Part::Node(node)) if nodes.contains(&node) => Some((area.x, area.width, *fill)),
        _ => None,
    });
    areas.collect()
}

#[test]
fn bars_are_to_scale_and_a_state_looks_the_same_everywhere() {
    let (drawing, _) = drawn("lanes", "a: run 0-10, wait 10-20\nb: wait 0-5, run 5-20");
    let run = bars(&drawing, "run");
    assert_eq!(run.len(), 2);
    assert_eq!(run[0].2, run[1].2);
    assert!((run[1].1 / run[0].1 - 1.5).abs() < 0.02, "{run:?}");
    assert!(run[0].2 != bars(&drawing, "wait")[0].2);
}

#[test]
fn what_no_bar_has_room_for_stands_below() {
    let (drawing, _) = drawn("lanes", "a: a very short moment 0-1, run 1-100\nb: run 0-100");
    let texts = drawing
        .scene
        .shapes
        .iter()
        .filter_map(|shape| match (&shape.ink, shape.part) {
            (Ink::Text { line, .. }, Part::EdgeLabel) => Some(line.spans[0].text.as_str()),
            _ => None,
        });
    assert_eq!(texts.filter(|text| *text == "a very short moment").count(), 1);
}

#[test]
fn one_after_the_other_is_exclusive() {
    let (drawing, messages) = drawn(
        "lanes",
        "Thread 1: wait 5 to 10.5, run 0-5\nThread 2: wait 0–5, run 5-10.5\nAt 5: Thread 1 → Thread 2: drop: request\nExclusive: run\nUnit: ms",
    );
    assert!(messages.is_empty(), "{messages:?}");
    assert_eq!(
        drawing.description,
        "What is in which state from 0 to 10.5 ms. Thread 1: run from 0 to 5, wait from 5 to 10.5; Thread 2: wait from 0 to 5, \
         run from 5 to 10.5; at 5, Thread 1 to Thread 2: drop: request. Never are two in run at once."
    );
}
