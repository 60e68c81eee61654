use crate::figures::promises::{NAMES, Random, drawn, hold_any_label, hold_at_random, refuse};
use crate::figures::scene::{Ink, Part, Scene};

fn random_sequence(random: &mut Random) -> String {
    let actors = 1 + random.below(6);
    let first = random.below(16);
    let name = |at: usize| NAMES[(first + at) % 16];
    let mut body = String::new();
    let mut depth = 0;
    let texts = [
        "",
        ": text",
        ": `call()` and wait",
        ": a text that goes on for so long that it must be broken into lines",
    ];
    body.push_str(&format!("{} → {}: begin\n", name(0), name(random.below(actors))));
    for _ in 0..2 + random.below(9) {
        let (from, to) = (name(random.below(actors)), name(random.below(actors)));
        match random.below(9) {
            0 if depth < 3 => {
                let word = ["Loop until it is done", "If it is fresh", "Optional", "Group `Loader`"][random.below(4)];
                body.push_str(&format!("{word}:\n"));
                depth += 1;
            }
            1 if depth > 0 => {
                body.push_str(&format!("{from} → {to}\nEnd\n"));
                depth -= 1;
                continue;
            }
            2 => body.push_str(&format!("Note {from}, {to}{}\n", texts[1 + random.below(3)])),
            3 => body.push_str(&format!("Note {from}{}\n", texts[1 + random.below(3)])),
            _ => {}
        }
        let arrow = ["→", "⇢"][random.below(2)];
        body.push_str(&format!("{from} {arrow} {to}{}\n", texts[random.below(4)]));
    }
    body.push_str(&"End\n".repeat(depth));
    body
}

#[test]
fn random_sequences_keep_every_promise() {
    hold_at_random("sequence", 0, random_sequence);
}

#[test]
fn any_label_stays_in_its_place() {
    hold_any_label(
        "sequence",
        &[
            "b → c: L\nNote b: L\nOptional L:\n c → c: L\nEnd",
            "L → b: x\nb ⇢ L",
            "a → b\nNote a, b: L\nIf L:\na → b: L\nElse L:\nb → a\nEnd",
        ],
    );
}

#[test]
fn what_cannot_be_read_is_reported_and_kept() {
    let lines = |line: fn(usize) -> String| (0..30_000).map(line).collect::<String>();
    refuse(
        "sequence",
        &[
            ("", "no messages"),
            ("Actors: a", "no messages"),
            ("Actors: a, b, a\na → b", "`a` is named twice"),
            ("Actors: a,, b\na → b", "a name is missing"),
            ("Actors: a\nActors: a\na → a", "a second time"),
            ("a → b\nActors: a, b", "behind a message"),
            ("Actors: Server, Browser\nServer → Browsr: x", "the nearest is `Browser`"),
            ("Actors: a\na → completely other", "does not name `completely other`"),
            ("what is this", "no arrow"),
            ("a → b → c: x", "more than one arrow"),
            ("a → b:", "nothing follows the colon"),
            ("→ b: x", "no name"),
            ("a → : x", "no name"),
            ("a → `b: x", "a backtick opens code"),
            ("1. a → b\n3. b → a", "number 3; expected 2"),
            ("1. a → b\nb → a", "no number"),
            ("a → b\n2. b → a", "the first has none"),
            ("a → b\nNote a:", "says nothing"),
            ("a → b\nNote : x", "no name"),
            ("a → b\nEnd", "closes nothing"),
            ("a → b\nElse:", "no `If`"),
            ("Loop:\na → b\nElse:\na → b\nEnd", "no `If`"),
            ("a → b\nLoop x:\nEnd", "nothing happens in the block"),
            ("If x:\nElse:\na → b\nEnd", "nothing happens before"),
            ("If x:\na → b\nElse:\nEnd", "nothing happens in the block"),
            ("Loop x:\na → b", "`Loop` is not closed"),
            (
                &format!("{}a → b{}", "Loop:\n".repeat(7), "\nEnd".repeat(7)),
                "stands in 6 others",
            ),
            (&format!("a → b: {}", "x".repeat(501)), "more than 500 characters"),
            (&lines(|at| format!("a → b: {at}\n")), "more than 160"),
            (
                &(0..30).map(|at| format!("a → {at}\n")).collect::<String>(),
                "more than 24 actors",
            ),
        ],
    );
}

/// The lines of the actors that meet a note or a label of another place.
fn interrupted(scene: &Scene) -> bool {
    let lines = scene.shapes.iter().filter_map(|shape| match (&shape.ink, shape.part) {
        (Ink::Line { points, .. }, Part::Mark) => points.first().zip(points.last()),
        _ => None,
    });
    lines.clone().all(|(top, bottom)| {
        scene.shapes.iter().all(|shape| match (&shape.ink, shape.part) {
            (Ink::Box { area, .. }, Part::Node(_)) => {
                let beside = top.x <= area.x || top.x >= area.right() || top.x != bottom.x;
                beside || bottom.y <= area.y + 0.01 || top.y >= area.bottom() - 0.01
            }
            _ => true,
        })
    })
}

#[test]
fn no_line_of_an_actor_runs_through_a_note() {
    for seed in 0..60 {
        let body = random_sequence(&mut Random(seed));
        let (drawing, _) = drawn("sequence", &body);
        assert!(interrupted(&drawing.scene), "{body}");
        assert!(drawing.narrow.is_none_or(|narrow| interrupted(&narrow)), "{body}");
    }
}

#[test]
fn the_description_tells_all_in_order() {
    let (drawing, _) = drawn(
        "sequence",
        "1. Browser → Server: run\nLoop until it is done:\n2. Server ⇢ Browser: output: 42\nNote Server: `busy`\nEnd\n3. Server → Server",
    );
    assert_eq!(drawing.title, "Messages between Browser and Server");
    assert_eq!(
        drawing.description,
        "A sequence of messages between Browser and Server: 1. Browser sends to Server: run; loop until it is done: \
         2. Server answers to Browser: output: 42; a note at Server: busy; end of the loop block; 3. Server sends to itself."
    );
}

#[test]
fn the_text_of_a_message_may_hold_colons_arrows_and_words_of_the_notation() {
    let (drawing, messages) = drawn(
        "sequence",
        "Note → Loop: a → b: c\nNote Loop: x → y\nLoop `a → b`:\nLoop → Note\nEnd",
    );
    assert!(messages.is_empty(), "{messages:?}");
    assert!(
        drawing
            .description
            .contains("Note sends to Loop: a → b: c; a note at Loop: x → y")
    );
    assert!(drawing.description.contains("loop a → b: Loop sends to Note; end"));
}

#[test]
fn actors_stand_in_the_order_of_their_declaration() {
    let columns = |body: &str| -> Vec<String> {
        let (drawing, _) = drawn("sequence", body);
        let mut found: Vec<(f64, String)> = Vec::new();
        for shape in &drawing.scene.shapes {
            if let (Ink::Text { at, line, .. }, Part::Node(_)) = (&shape.ink, shape.part) {
                found.push((at.x, line.spans[0].text.clone()));
            }
        }
        found.sort_by(|a, b| a.0.total_cmp(&b.0));
        found.into_iter().map(|(_, name)| name).collect()
    };
    assert_eq!(columns("c → b\nb → a"), ["c", "b", "a"]);
    assert_eq!(columns("Actors: a, b, c\nc → b\nb → a"), ["a", "b", "c"]);
}
