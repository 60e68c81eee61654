//! Flowcharts, statement by statement.

use super::links::Tip;
use super::*;
use crate::figures::promises::span;

fn chart(body: &str) -> Chart {
    parsed(body).unwrap_or_else(|faults| panic!("{body}: {faults:?}"))
}

fn parsed(body: &str) -> Result<Chart, Vec<Fault>> {
    let lines: Vec<Line> = body
        .lines()
        .map(|text| Line {
            text: text.trim(),
            indent: 0,
            span: span(),
        })
        .collect();
    let first = Line {
        text: "LR",
        indent: 0,
        span: span(),
    };
    parse(first, &lines, &mut Looks::default())
}

/// A link as text: its ends' labels, its label and its line.
fn links(chart: &Chart) -> Vec<String> {
    let name = |end: End| match end {
        End::Node(node) => chart.nodes[node].label.plain(),
        End::Frame(frame) => format!("<{}>", chart.frames[frame].label.plain()),
    };
    let tip = |tip: Tip| match tip {
        Tip::None => "",
        Tip::Arrow => ">",
        Tip::Circle => "o",
        Tip::Cross => "x",
    };
    let shown = chart.links.iter().map(|link| {
        let label = link.label.as_ref().map(Label::plain).unwrap_or_default();
        let line = match link.stroke {
            Weight::Usual => "-",
            Weight::Dashed => ".",
            Weight::Thick => "=",
            Weight::Hidden => "~",
        };
        format!(
            "{} {}{line}{label}{line}{} {}",
            name(link.from),
            tip(link.tail),
            tip(link.head),
            name(link.to)
        )
    });
    shown.collect()
}

#[test]
fn every_form_of_link_is_read() {
    for (typed, read) in [
        ("a-->b", "a --> b"),
        ("a --- b", "a -- b"),
        ("a ------> b", "a --> b"),
        ("a -.-> b", "a ..> b"),
        ("a -.- b", "a .. b"),
        ("a -...-> b", "a ..> b"),
        ("a ==> b", "a ==> b"),
        ("a === b", "a == b"),
        ("a --o b", "a --o b"),
        ("a --x b", "a --x b"),
        ("a <--> b", "a >--> b"),
        ("a o--o b", "a o--o b"),
        ("a x--x b", "a x--x b"),
        ("a <-.-> b", "a >..> b"),
        ("a -->|yes, it is| b", "a -yes, it is-> b"),
        ("a --> |\"quoted | bar\"| b", ""),
        ("a -- yes --> b", "a -yes-> b"),
        ("a --yes--> b", "a -yes-> b"),
        ("a -- no --- b", "a -no- b"),
        ("a == thick ==> b", "a =thick=> b"),
        ("a -. dotted .-> b", "a .dotted.> b"),
        ("a -- \"a -- b\" --> b", "a -a -- b-> b"),
        ("a e1@--> b", "a --> b"),
        ("a ~~~ b", "a ~~ b"),
        ("a-b.c --> b_2", "a-b.c --> b_2"),
    ] {
        match parsed(typed) {
            Ok(chart) => assert_eq!(links(&chart), [read], "{typed}"),
            Err(faults) => assert_eq!(read, "", "{typed}: {faults:?}"),
        }
    }
}

#[test]
fn chains_ampersands_and_semicolons() {
    let chart = chart("a & b --> c -->|x| d; d --> a\nd");
    assert_eq!(links(&chart), ["a --> c", "b --> c", "c -x-> d", "d --> a"]);
    assert_eq!(chart.nodes.len(), 4);
}

#[test]
fn every_shape_is_read_and_a_name_is_described_once() {
    let typed = "a[box] --> b(rounded)\nb --> c{Is it; so?}\nc --> d((circle))\nd --> e([stadium]) --> f[[routine]]\n\
        f --> g[(base)] --> h>flag] --> i{{hexagon}} --> j[/lean/] --> k[\\lean/] --> l(((twice)))\n\
        m[\"a (quoted) #quot;text#quot;\"] --> n@{ shape: cyl, label: \"Disk\" }\na --> m:::red";
    let chart = chart(typed);
    let shown: Vec<(String, Shape)> = chart.nodes.iter().map(|node| (node.label.plain(), node.shape)).collect();
    let expected = [
        ("box", Shape::Box),
        ("rounded", Shape::Rounded),
        ("Is it; so?", Shape::Decision),
        ("circle", Shape::Circle),
        ("stadium", Shape::Rounded),
        ("routine", Shape::Box),
        ("base", Shape::Cylinder),
        ("flag", Shape::Box),
        ("hexagon", Shape::Decision),
        ("lean", Shape::Box),
        ("lean", Shape::Box),
        ("twice", Shape::Circle),
        ("a (quoted) \"text\"", Shape::Box),
        ("Disk", Shape::Cylinder),
    ];
    assert_eq!(shown, expected.map(|(label, shape)| (label.to_owned(), shape)));
}

#[test]
fn subgraphs_hold_what_they_name_and_may_end_links() {
    let chart = chart("subgraph one [The first]\ndirection TB\na --> b\nend\nsubgraph two\nc\nend\none --> two\nb --> c");
    assert_eq!(links(&chart), ["a --> b", "<The first> --> <two>", "b --> c"]);
    let frames: Vec<Option<usize>> = chart.nodes.iter().map(|node| node.frame).collect();
    assert_eq!(frames, [Some(0), Some(0), Some(1)]);
}

#[test]
fn a_subgraph_in_another_has_both_names() {
    let chart = chart("subgraph one\na --> b\nsubgraph two\nb --> c\nend\nc\nend");
    let names: Vec<String> = chart.frames.iter().map(|frame| frame.label.plain()).collect();
    assert_eq!(names, ["one", "one › two"]);
    let frames: Vec<Option<usize>> = chart.nodes.iter().map(|node| node.frame).collect();
    assert_eq!(frames, [Some(0), Some(1), Some(1)]);
}

#[test]
fn what_is_outside_is_named() {
    for (body, message) in [
        ("a -> b", "`-> b` is not a link"),
        ("a -->", "a node is missing at the end"),
        ("a --> b c", "`c` is not a link"),
        ("a[text --> b", "nothing closes `[`"),
        ("a[\"text] --> b", "nothing closes this quoted text"),
        ("a -- text b", "has no end"),
        ("a -->|text b", "nothing closes the label"),
        ("end", "closes nothing"),
        ("subgraph x\na", "nothing closes this subgraph"),
        ("subgraph x\nsubgraph y\nend", "nothing closes this subgraph"),
        (
            "subgraph a\nsubgraph b\nsubgraph c\nsubgraph d\nsubgraph e\nx\nend\nend\nend\nend\nend",
            "more than 3 others",
        ),
        ("a@{ shape: bolt }", "the shape `bolt` is not drawn"),
        ("a@{ img: \"x.png\" }", "the attribute `img`"),
    ] {
        let faults = parsed(body).err().unwrap_or_default();
        assert!(
            faults.iter().any(|fault| fault.message.contains(message)),
            "{body}: {faults:?}"
        );
    }
}
