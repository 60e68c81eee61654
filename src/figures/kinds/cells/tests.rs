//! Cells read, described and drawn.

use super::*;
use crate::figures::Space;
use crate::figures::promises::{NAMES, Random, described, drawn, hold_any_label, hold_at_random, hold_when_narrow, refuse, span};
use crate::figures::scene::{Ink, Part};

fn model(body: &str) -> Cells {
    read(&described(body), span()).unwrap()
}

fn random_cells(random: &mut Random) -> String {
    let mut body = ["", "", "Index: 0\n", "Edges: 0\n", "Index: -3 by 8\nEdges: 100\n"][random.below(5)].to_owned();
    let (named, short) = (random.below(3) > 0, random.below(2) == 0);
    let rows = 1 + random.below(5);
    let mut counts = Vec::new();
    for row in 0..rows {
        let count = 1 + random.below(if short { 20 } else { 6 });
        let cells: Vec<String> = (0..count)
            .map(|at| {
                let name = if short {
                    ["a", "*b*", "", "7f"][at % 4]
                } else {
                    NAMES[random.below(16)]
                };
                format!("{name}{}", ["", "", "", " ×3"][random.below(4)])
            })
            .collect();
        let name = if named { format!("row {row}: ") } else { "| ".to_owned() };
        body.push_str(&format!("{name}{} |\n", cells.join(" | ")));
        counts.push(count);
    }
    if !named || body.contains("Index") {
        return body;
    }
    for _ in 0..random.below(4) {
        let row = random.below(rows);
        let next = if row + 1 < rows { row + random.below(2) } else { row };
        let (a, b) = (random.below(counts[row]), random.below(counts[next]));
        if (row, a) != (next, b) && random.below(2) == 0 && !body.contains("×3") {
            body.push_str(&format!("row {row}[{a}] → row {next}[{b}]\n"));
        } else if rows == 1 {
            let (before, behind) = (NAMES[random.below(16)], NAMES[random.below(16)]);
            body.push_str(&format!("{before} ⇢ row 0[{a}]\nrow 0[{a}] → {behind}\n"));
        }
    }
    body.push_str(["", "Index: 0\n", "Edges: 0\n"][random.below(3)]);
    body
}

#[test]
fn random_cells_keep_every_promise() {
    hold_at_random("cells", 2, random_cells);
}

#[test]
fn the_gallery_is_readable_on_a_narrow_screen() {
    hold_when_narrow("cells");
}

#[test]
fn any_label_stays_in_its_place() {
    hold_any_label("cells", &["Index: 0\nx: L | L ×3 | c\nL → x[0]\nx[2] → L", "L | b\nc | L"]);
}

#[test]
fn what_cannot_be_read_is_reported_and_kept() {
    let many = "a | b\n".repeat(61);
    let wide = "a | ".repeat(300);
    let full = format!("{}a\n", "a | ".repeat(250)).repeat(5);
    refuse(
        "cells",
        &[
            ("", "no cells here"),
            ("text", "neither a name nor"),
            ("Before:", "this row has no cells"),
            ("Before: ", "this row has no cells"),
            ("a | b ×0", "`×0` is not the width"),
            ("a | b ×many", "`×many` is not the width"),
            ("a | b ×999", "is not the width"),
            ("a | `b", "a backtick opens"),
            ("Index: one\na | b", "expected `Index: 0`"),
            ("Edges: 0 by 0\na | b", "expected `Edges: 0`"),
            ("Index: 0\nIndex: 0\nIndex: 0\na | b", "more than two lines number"),
            ("a | b\nx → y", "no end of this arrow is a cell"),
            ("r: a | b\nx → r[2]", "has no column 2; expected a column from 0 to 1"),
            ("Index: 8 by 8\nr: a | b\nx → r[9]", "expected a column from 8 to 16"),
            ("r: a | b\nx → r[-9223372036854775808]", "no end of this arrow"),
            ("row: a | b\nx → rov[1]", "the nearest is `row`"),
            ("a | b\nx → r[1]", "rows with names"),
            ("r: a | b\nr[0] → r[0]", "to itself"),
            ("r: a | b\n → r[0]", "nothing at one end"),
            ("r: a | b\nr[0] → r[1] → r[0]", "more than one arrow"),
            ("r: a | b\ns: c\nt: d | e\nr[0] → t[0]", "leads over a row"),
            (
                "r: | a |\ns: | c |\nt: | d |\nr[0] → s[0]\ns[0] → t[0]\nx → s[0]",
                "no room for a name",
            ),
            (&many, "more than 60 rows"),
            (&wide, "more than 256 columns"),
            (&full, "1000 cells"),
        ],
    );
}

#[test]
fn code_protects_a_bar_and_a_bar_at_the_end_is_left_out() {
    let cells = model("or: `a | b` | *c* | 8 × 8 | d ×2 |");
    let row = &cells.rows[0];
    let labels: Vec<String> = row.cells.iter().map(|cell| cell.label.plain()).collect();
    assert_eq!(labels, ["a | b", "c", "8 × 8", "d"]);
    assert!(row.cells[1].strong);
    assert_eq!((row.cells[3].column, row.cells[3].width), (3, 2));
    assert_eq!(
        cells.describe(),
        "A row of cells. or: a | b; c, emphasised; 8 × 8; d, 2 wide."
    );
}

#[test]
fn an_arrow_counts_as_the_index_does() {
    let cells = model("Index: -2\nr: a | b ×2 | c\nx → r[0]");
    assert_eq!(cells.arrows[0].to, End::Cell(0, 1));
    assert!(cells.describe().ends_with("x points to r[-1]."));
}

#[test]
fn a_long_row_is_folded_and_its_numbers_go_on() {
    let body = format!("Index: 0\nbytes: {}", vec!["ff"; 32].join(" | "));
    let (drawing, _) = drawn("cells", &body);
    let narrow = drawing.narrow.expect("a layout for narrow screens");
    assert!(Space::NARROW.holds(&narrow));
    let tops = narrow.shapes.iter().filter_map(|shape| match (&shape.ink, shape.part) {
        (Ink::Box { area, .. }, Part::Node(_)) => Some(area.y.to_bits()),
        _ => None,
    });
    assert!(tops.collect::<std::collections::BTreeSet<_>>().len() > 1);
    let mut numbers = narrow.shapes.iter().filter_map(|shape| match &shape.ink {
        Ink::Text { line, .. } => line.spans.first().map(|span| span.text.as_str()),
        _ => None,
    });
    assert!(numbers.any(|number| number == "28"));
}

#[test]
fn the_largest_figure_is_drawn() {
    let body = format!("r: {}\n", vec!["a"; 199].join(" | ")).repeat(5);
    assert!(drawn("cells", &body).0.verbatim.is_none());
}
