//! References read, described and drawn.

use crate::figures::promises::{Random, drawn, hold_any_label, hold_at_random, refuse};

fn random_refs(random: &mut Random) -> String {
    let objects = 1 + random.below(7);
    let words = [
        "list",
        "dict, refcount ≥ 1",
        "int 7",
        "`function` f",
        "tuple, hash cached",
        "cell",
    ];
    let mut body = String::new();
    for at in 0..objects {
        if random.below(4) > 0 {
            body.push_str(&format!("O{at} = {}\n", words[random.below(6)]));
        }
    }
    let names = random.below(5);
    if names > 0 {
        let list: Vec<String> = (0..names).map(|at| format!("name{at}")).collect();
        body.push_str(&format!("Names: {}\n", list.join(", ")));
        for at in 0..names {
            let arrow = if random.below(6) == 0 { "⇢" } else { "→" };
            body.push_str(&format!("name{at} {arrow} O{}\n", random.below(objects)));
        }
    }
    if random.below(3) == 0 {
        body.push_str(&format!("Frame inner: x, self\nx → O{}\n", random.below(objects)));
    }
    // An object must be known before it can have slots.
    body.push_str("O0 → end\n");
    body.push_str("end → O0\n");
    for slot in 0..random.below(8) {
        let form = [format!("[{slot}]"), format!(".attribute{slot}"), format!("[\"key {slot}\"]")];
        body.push_str(&format!("O0{} → O{}\n", form[random.below(3)], random.below(objects)));
    }
    body
}

#[test]
fn random_references_keep_every_promise() {
    hold_at_random("refs", 0, random_refs);
}

#[test]
fn any_label_stays_in_its_place() {
    hold_any_label(
        "refs",
        &[
            "Names: L, b\nb → X\nX = L, L\nX[0] → Y\nX[L] → X\nY = L",
            "Names: a\na → L\nFrame L: x",
        ],
    );
}

#[test]
fn what_cannot_be_read_is_reported_and_kept() {
    let lines = |line: fn(usize) -> String| (0..3_000).map(line).collect::<String>();
    refuse(
        "refs",
        &[
            ("", "nothing refers to anything"),
            ("Names: a", "nothing refers to anything"),
            ("alone", "neither names nor an object nor an arrow"),
            ("Names: a, a\na → L", "the name `a` stands here twice"),
            ("Names: a\nNames: b\na → L", "`Names` stands here a second time"),
            ("Names: a,\na → L", "a name is missing"),
            ("Names: a\na → L\na → M", "`a` refers to something already"),
            ("Names: a\na → L\nL[0] → 1\nL[0] → 2", "`L[0]` refers to something already"),
            ("Names: count\ncuont → L", "the nearest is `count`"),
            ("Names: a\na → list\nlst[0] → 1", "the nearest is `list`"),
            ("Names: a, b\na → b", "`b` is a name, and not an object"),
            ("Names: a\na → L\nL = list\nL = list", "described a second time"),
            ("Names: a\na → L → M", "several arrows"),
            ("Names: a\na →", "a name is missing"),
            (
                "Names: a\na → L\nL = list, refcount 2",
                "has refcount 2, but one reference leads to it",
            ),
            ("Names: a\na ⇢ L\nL = list, refcount 1", "no reference leads to it"),
            ("Names: a\na → L\nL = list, refcount some", "`refcount some` cannot be read"),
            ("Frame f: x\nFrame g: x\nx → L", "expected `f.x` or `g.x`"),
            ("Frame : x\nx → L", "has no name"),
            ("Names: a\na → `L", "a backtick opens code"),
            (&lines(|at| format!("O → o{at}\n")), "more than 600 references"),
            (&lines(|at| format!("o{at} = int\n")), "more than 250 objects"),
            (&lines(|at| format!("Frame f{at}: a, b, c, d\n")), "names and slots"),
        ],
    );
}

#[test]
fn references_are_counted_unless_some_are_not_drawn() {
    for count in [
        "refcount 2",
        "refcount 1 + the argument",
        "refcount ≥ 9",
        "refcount >= 9",
        "refcounted",
    ] {
        let (_, messages) = drawn("refs", &format!("Names: a, b, w\na → L\nb → L\nw ⇢ L\nL = list, {count}"));
        assert!(messages.is_empty(), "{count}: {messages:?}");
    }
}

#[test]
fn all_is_said_in_words() {
    let body = "Names: a\nFrame f: a, x\nNames.a → L\nf.a → L\nx ⇢ L[0]\nL = list, refcount 2\nL[0] → L.other\nL → 7";
    let (drawing, messages) = drawn("refs", body);
    assert!(messages.is_empty(), "{messages:?}");
    assert_eq!(drawing.title, "What a and x refer to");
    assert_eq!(
        drawing.description,
        "Names and objects: the names are a; the names of f are a and x; L is list, refcount 2; a of Names refers to L; \
         a of f refers to L; x refers weakly to L[0]; L[0] refers to L.other; L refers to 7."
    );
}
