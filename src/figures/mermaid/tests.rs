//! Blocks as authors write them: what is drawn, what is said about it, and what is refused.

use super::*;
use crate::figures::promises::{Random, drawn, faults_of, hold_any_label, hold_at_random, refuse, span};

const NAMES: [&str; 12] = [
    "source",
    "\"the `lexer`\"",
    "parser",
    "\"an AST (abstract)\"",
    "is it fresh?",
    "compile the module",
    "code",
    "loop",
    "frame",
    "\"a #quot;GC#quot;\"",
    "allocator",
    "a result that is returned",
];

fn random_flowchart(random: &mut Random) -> String {
    let shapes = [
        ("[", "]"),
        ("(", ")"),
        ("{", "}"),
        ("((", "))"),
        ("([", "])"),
        ("[(", ")]"),
        ("{{", "}}"),
    ];
    let nodes = 2 + random.below(11);
    let mut body = format!("flowchart {}\n", ["TB", "LR", "BT"][random.below(3)]);
    for node in 0..nodes {
        let (open, close) = shapes[random.below(7)];
        body.push_str(&format!("n{node}{open}{}{close}\n", NAMES[random.below(12)]));
    }
    let framed = random.below(3) == 0 && nodes > 4;
    if framed {
        body.push_str("subgraph one [The frame]\nn0 & n1\nend\n");
    }
    for _ in 0..1 + random.below(nodes + 3) {
        let links = [
            "-->",
            "---",
            "-.->",
            "==>",
            "--o",
            "--x",
            "<-->",
            "-->|yes|",
            "-- a longer label -->",
        ];
        let (from, to) = (random.below(nodes), random.below(nodes));
        body.push_str(&format!("n{from} {} n{to}\n", links[random.below(9)]));
    }
    if framed {
        body.push_str(["one --> n2\n", "n3 -->|into| one\n", ""][random.below(3)]);
    }
    body
}

#[test]
fn random_flowcharts_keep_every_promise() {
    hold_at_random("mermaid", 5, random_flowchart);
}

fn random_states(random: &mut Random) -> String {
    let names = ["Created", "Running", "Suspended", "Closed", "Waiting", "Ready", "Failed"];
    let mut body = "stateDiagram-v2\n[*] --> Created\n".to_owned();
    let count = 2 + random.below(6);
    if random.below(3) == 0 {
        body.push_str("state Done {\n[*] --> Inner\nInner --> [*]\n}\nCreated --> Done\n");
    }
    if random.below(3) == 0 {
        body.push_str("state c <<choice>>\nCreated --> c\nc --> Running: yes\nc --> Closed: no\n");
    }
    for _ in 0..1 + random.below(count + 3) {
        let label = ["", ": send(None)", ": an exception that nobody catches"][random.below(3)];
        body.push_str(&format!(
            "{} --> {}{label}\n",
            names[random.below(count)],
            names[random.below(count)]
        ));
    }
    if random.below(2) == 0 {
        body.push_str("note right of Created: a note about it\n");
    }
    body.push_str(["", "Running --> [*]\n"][random.below(2)]);
    body
}

#[test]
fn random_state_diagrams_keep_every_promise() {
    hold_at_random("mermaid", 0, random_states);
}

fn random_classes(random: &mut Random) -> String {
    let names = ["Object", "Sequence", "List", "VeryLongClassNameOfAType", "Mapping", "Dict"];
    let mut body = "classDiagram\n".to_owned();
    let count = 2 + random.below(5);
    for name in names.iter().take(count) {
        for _ in 0..random.below(4) {
            let members = [
                "+int size",
                "-get(key) object",
                "#tp_call(self, args, kwargs)* PyObject",
                "name",
            ];
            body.push_str(&format!("{name} : {}\n", members[random.below(4)]));
        }
    }
    for _ in 0..1 + random.below(count + 1) {
        let relations = ["<|--", "*--", "o--", "-->", "..>", "<|..", "--", "\"1\" --> \"0..*\"", "--|>"];
        let label = ["", "", " : holds"][random.below(3)];
        let (from, to) = (names[random.below(count)], names[random.below(count)]);
        body.push_str(&format!("{from} {} {to}{label}\n", relations[random.below(9)]));
    }
    body
}

#[test]
fn random_class_diagrams_keep_every_promise() {
    hold_at_random("mermaid", 2, random_classes);
}

fn random_sequence(random: &mut Random) -> String {
    let mut body = "sequenceDiagram\n".to_owned();
    let actors = 2 + random.below(3);
    for _ in 0..1 + random.below(6) {
        let arrows = ["->>", "-->>", "-x", "--)", "->"];
        let text = ["run", "a result that is returned to whom it may concern", ""][random.below(3)];
        let (from, to) = (random.below(actors), random.below(actors));
        let line = format!("A{from}{}A{to}: {text}\n", arrows[random.below(5)]);
        body.push_str(&match random.below(6) {
            0 => format!("loop until done\n{line}end\n"),
            1 => format!("alt yes\n{line}else no\n{line}end\n"),
            2 => format!("Note over A{from},A{to}: a note\n{line}"),
            _ => line,
        });
    }
    body
}

#[test]
fn random_sequence_diagrams_keep_every_promise() {
    hold_at_random("mermaid", 0, random_sequence);
}

#[test]
fn any_label_stays_in_its_place() {
    hold_any_label(
        "mermaid",
        &[
            "sequenceDiagram\nA->>B: L\nNote over A: L",
            "stateDiagram-v2\na --> b: L\nb: L\nb --> b: L",
            "classDiagram\nA --> B : L\nnamespace L {\nclass A\n}",
        ],
    );
    let labels = [
        "漢字かな交じり文の長いラベル",
        "العربية",
        "👩‍💻 e\u{301}",
        "a < b & c",
        "wortwortwort",
        "many words ",
    ];
    for (label, (open, close)) in labels.iter().flat_map(|label| {
        let shapes = [("[", "]"), ("(", ")"), ("{", "}"), ("((", "))"), ("[(", ")]"), ("{{", "}}")];
        shapes.map(|shape| (label, shape))
    }) {
        for label in [(*label).to_owned(), label.repeat(25)] {
            let body = format!(
                "graph TD\na{open}\"{label}\"{close} -- {label} --> b{open}\"{label}\"{close}\nb --> a\nsubgraph \"{label}\"\nb\nend"
            );
            assert_eq!(faults_of("mermaid", &body, true), Vec::<String>::new(), "{body}");
        }
    }
}

#[test]
fn what_cannot_be_read_is_reported_and_kept() {
    let lines = |line: fn(usize) -> String| (0..3_000).map(line).collect::<String>();
    let ands: String = (0..3_000).map(|at| format!("n{at} & ")).collect();
    refuse(
        "mermaid",
        &[
            ("", "this Mermaid block is empty"),
            ("%% a comment", "this Mermaid block is empty"),
            ("gantt\ntitle x", "a Mermaid `gantt` is not drawn"),
            ("pie title Pets", "a Mermaid `pie` is not drawn"),
            ("erDiagram\nA ||--o{ B : has", "a Mermaid `erDiagram` is not drawn"),
            ("flowchrat TD\na --> b", "the nearest is `flowchart`"),
            ("a --> b", "`a` is not a kind of Mermaid diagram"),
            ("---\ntitle: x\nflowchart TD\na", "nothing closes this front matter"),
            ("flowchart TD\naccDescr {\nx", "this description cannot be read"),
            ("%%{init: {\nflowchart TD\na", "nothing closes this directive"),
            ("flowchart TD", "this flowchart shows nothing"),
            ("flowchart XY\na", "`XY` is not a direction"),
            (
                "flowchart TD\nsubgraph one\na\nend\none --> a",
                "from a subgraph to itself or to what stands in it",
            ),
            ("flowchart TD\na[\"x\ny\"] --> b{", "nothing closes `{`"),
            ("sequenceDiagram", "this sequence has no messages"),
            (
                "sequenceDiagram\nparticipant A as X\nparticipant B as X\nA->>B: x",
                "two participants are named `X`",
            ),
            ("stateDiagram-v2", "this state diagram shows nothing"),
            (
                "stateDiagram-v2\nstate a {\nb\n}\na --> b",
                "from a composite state to itself or to what stands in it",
            ),
            (
                "stateDiagram-v2\nstate a {\nb\n}\nnote right of a: x",
                "belongs to a composite state",
            ),
            ("classDiagram", "this class diagram has no classes"),
            (
                &("flowchart TD\n".to_owned() + &lines(|at| format!("a{at} --> b\n"))),
                "more than 2000 lines",
            ),
            (
                &("flowchart TD\n".to_owned() + &lines(|at| format!("a{at} --> b; "))),
                "too many nodes or links",
            ),
            (
                &("classDiagram\nclass A {\n".to_owned() + &"+int a\n".repeat(300) + "}"),
                "too many classes, members",
            ),
            (
                &format!("flowchart TD\n{}z --> {}z", "a & ".repeat(3) + &ands, ands),
                "too many nodes or links",
            ),
            (&format!("flowchart TD\na[{}]", "x".repeat(501)), "more than 500 characters"),
        ],
    );
}

fn read_block(body: &str) -> Read {
    let places: Vec<Span> = body.lines().map(|_| span()).collect();
    read(body, &places, span()).unwrap_or_else(|faults| panic!("{body}: {faults:?}"))
}

#[test]
fn title_and_description_are_taken_out_of_the_block() {
    let read =
        read_block("---\ntitle: \"The way\"\nconfig:\n  theme: dark\n---\nflowchart LR\naccDescr {\n  Two\n  steps.\n}\na --> b");
    assert_eq!(read.title.as_deref(), Some("The way"));
    assert_eq!(read.alt.as_deref(), Some("Two steps."));
    let read = read_block("stateDiagram-v2\naccTitle: The #quot;states#quot;\naccDescr: Of a thing\na --> b");
    assert_eq!(read.title.as_deref(), Some("The \"states\""));
    assert_eq!(read.alt.as_deref(), Some("Of a thing"));
    let read = read_block("sequenceDiagram\ntitle A talk\nA->>B: x");
    assert_eq!(read.title.as_deref(), Some("A talk"));
}

#[test]
fn what_only_changes_looks_is_told_once() {
    let read = read_block(
        "flowchart LR\na:::x --> b[fa:fa-car drive]\nstyle a fill:#f9f\nclassDef x fill:#000\nclick a \"https://example.org\"",
    );
    let [(_, message)] = read.looks.as_slice() else { panic!() };
    assert_eq!(
        message,
        "`:::`, `classDef`, `click`, `fa:` and `style` are left out: in a book, the theme decides how a figure looks"
    );
    let (_, messages) = drawn("mermaid", "flowchart LR\na --> b\nstyle a fill:#f9f\nstyle b fill:#f9f");
    assert_eq!(
        messages,
        ["diagram-looks: `style` is left out: in a book, the theme decides how a figure looks"]
    );
}

#[test]
fn a_title_says_where_states_begin_and_end() {
    let title = |body: &str| read_block(&format!("stateDiagram-v2\n{body}")).model.title();
    assert_eq!(title("a --> b\nb --> c"), "The states a, b and c");
    assert_eq!(
        title("state z\n[*] --> a\na --> b\nb --> c\nc --> z\nc --> [*]"),
        "States from a to c"
    );
    assert_eq!(
        title("[*] --> F\nstate F {\na --> b\n}\nF --> c\nF --> d\nc --> [*]\nd --> [*]"),
        "States from F"
    );
}

#[test]
fn a_markdown_string_loses_its_marks() {
    let read = read_block("graph TD\na[\"`**bold** and *italic*`\"] --> b[\"`2 * 3`\"] --> c[\"call `f`\"]");
    let described = read.model.describe();
    assert!(
        described.contains("bold and italic leads to 2 * 3; 2 * 3 leads to call f"),
        "{described}"
    );
}

#[test]
fn a_quoted_text_may_pass_over_lines() {
    let read = read_block("graph TD\na[\"one\n  two\"] --> b");
    assert!(
        read.model.describe().contains("one two leads to b"),
        "{}",
        read.model.describe()
    );
}

#[test]
fn descriptions_say_what_the_lines_say() {
    let described = |body: &str| read_block(body).model.describe();
    assert_eq!(
        described("flowchart LR\na -->|yes| b & c\na -.-> d\nc --- d\nd <--> e\ne --x a\nsubgraph S\na\nend\nS --> e"),
        "A flowchart of 5 steps: a leads to b (yes) and c (yes), and leads by a dashed line to d; S leads to e; c is joined to d; \
         d leads both ways to e; e leads by a line with a cross at its end to a; S holds a."
    );
    assert_eq!(
        described("stateDiagram-v2\n[*] --> A\nA --> B: go\nA --> A\nB --> [*]\nnote right of A: mind\nstate B {\n[*] --> C\n}"),
        "States, and how one follows another: the start leads to A; A leads to itself and B (go), note: mind; the start of B leads \
         to C; B leads to the end; B holds C."
    );
    assert_eq!(
        described("classDiagram\nclass A {\n+int x\n}\nA <|-- B\nB \"1\" o-- \"*\" A : items\nB ..> C"),
        "3 classes: A with +\u{a0}int x; B; C; B derives from A; B has A (items), 1 B, * A; B depends on C."
    );
}

#[test]
fn identical_texts_of_two_nodes_are_two_boxes() {
    let (drawing, messages) = drawn("mermaid", "flowchart LR\na[x] --> b[x]");
    assert_eq!(messages, Vec::<String>::new());
    let boxes = drawing.scene.shapes.iter().filter(|shape| {
        use crate::figures::scene::Ink;
        matches!(shape.ink, Ink::Box { .. })
    });
    assert_eq!(boxes.count(), 2);
}
