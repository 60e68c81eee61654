//! Drawings made of characters: set as they were typed, in the font of code, no line broken, scaled to the measure.
//!
//! A block of code without a language is most often what a program printed, and stays a listing. It is a drawing if its
//! characters join one another: boxes, arrows from line to line, lines that lead up or down. On the page it becomes a
//! scene of text; on a screen, where the reader sets the size, it stays text that scrolls.

use super::Space;
use super::kinds::Laid;
use super::language::{Label, Run};
use super::scene::{Area, Fill, Ink, Part, Place, Point, Scene, Stroke, Tone};
use super::text::{SMALLEST, Style, Typesetter};
use crate::figures::look::PAD;

/// From line to line, in em: so that box-drawing characters of one line meet those of the next.
const LEADING: f64 = 1.2;

/// No drawing has more lines: no page could show it.
const MOST_LINES: usize = 100;
/// No drawing has longer lines, in characters.
const LONGEST: usize = 200;

/// Whether code without a language is a drawing. `announced` is whether a line above it says so.
pub(super) fn is_drawing(code: &str, announced: bool) -> bool {
    let lines: Vec<&str> = code.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if lines.len() < 2 || lines.len() > MOST_LINES || lines.iter().any(|line| line.len() > 4 * LONGEST) {
        return false;
    }
    if lines.iter().any(|line| is_console(line)) || is_table(&lines) {
        return false;
    }
    let corners = |line: &&&str| line.contains(['┌', '┐', '└', '┘', '╭', '╮', '╰', '╯', '╔', '╗', '╚', '╝']);
    let rulers = lines.iter().filter(|line| is_ruler(line)).count();
    if lines.iter().filter(corners).count() > 1 || rulers > 1 {
        return true;
    }
    let connectors = lines.iter().filter(|line| is_connector(line)).count();
    let arrows = lines.iter().filter(|line| has_arrow(line)).count();
    let between = lines.first().is_some_and(|line| !is_connector(line)) && connectors < lines.len();
    (connectors > 0 && between) || 2 * arrows > lines.len() || (announced && arrows + connectors > 0)
}

/// What is typed at a prompt, what an error prints, and what a version control system draws of its history.
fn is_console(line: &str) -> bool {
    [">>> ", "... ", "$ ", "% ", "* ", "Traceback "]
        .iter()
        .any(|prompt| line.starts_with(prompt))
}

/// A line of a box: `+-----+----+`.
fn is_ruler(line: &str) -> bool {
    line.contains("+--") && line.contains("--+")
}

/// Rows between rulers that are all alike, or the heavy head of a table that a program printed.
fn is_table(lines: &[&str]) -> bool {
    if lines.iter().any(|line| line.contains(['┡', '╇', '┩', '╞', '╪', '╡'])) {
        return true;
    }
    let rulers: Vec<&&str> = lines.iter().filter(|line| line.starts_with('+') && is_ruler(line)).collect();
    let alike = rulers.windows(2).all(|pair| shape(pair[0]) == shape(pair[1]));
    let rows = lines
        .iter()
        .filter(|line| line.starts_with('|') && line.ends_with('|'))
        .count();
    let columns = rulers.first().map_or(0, |ruler| ruler.matches('+').count());
    rulers.len() > 2 && alike && columns > 2 && rulers.len() + rows == lines.len()
}

/// Where a ruler's corners are.
fn shape(ruler: &str) -> Vec<usize> {
    ruler.match_indices('+').map(|(at, _)| at).collect()
}

/// A line that only leads from the one above to the one below. A caret alone points at a fault in what a compiler prints.
fn is_connector(line: &str) -> bool {
    line.contains(['|', '│', '┃', '║', '▼', '▲', '↓', '↑'])
        && line.chars().all(|character| {
            matches!(character, ' ' | '-' | '+' | '<' | '>' | 'v' | 'V' | '^' | '/' | '\\' | '|')
                || matches!(character, '▼' | '▲' | '↓' | '↑' | '\u{2500}'..='\u{257F}')
        })
}

/// A line that leads to the right or to the left.
fn has_arrow(line: &str) -> bool {
    ["-->", "<--", "──", "→", "←", "►", "◄", "=>>"]
        .iter()
        .any(|arrow| line.contains(arrow))
}

/// How a drawing of characters looks on the page: as large as `size`, or smaller if a line is longer than the measure.
/// With `framed` it stands in a dashed frame: what was to be a figure, and may be of any length, of which only the
/// beginning is shown.
pub(super) fn lay_out(code: &str, framed: bool, typesetter: &Typesetter, size: f64, space: Space) -> Laid {
    let pad = if framed { PAD } else { 0.0 };
    let room = Space {
        width: space.width - 2.0 * pad,
        height: space.height - 2.0 * pad,
    };
    let natural = set(code, typesetter, size.max(SMALLEST));
    let factor = room.factor(&natural).min(1.0);
    // Set anew rather than scaled, since no text is set smaller than is readable.
    let smaller = (size.max(SMALLEST) * factor).max(SMALLEST);
    let mut scene = if factor < 1.0 {
        set(code, typesetter, smaller)
    } else {
        natural
    };
    let left = room.factor(&scene);
    let dense = left < 0.9999;
    if dense {
        scene.scale(left);
    }
    if framed {
        scene = frame(scene, pad);
    }
    Laid { scene, dense }
}

/// A drawing of characters in words: that it is one, and what is written in it.
pub(super) fn describe(code: &str) -> String {
    let is_word = |word: &&str| word.chars().any(char::is_alphanumeric) && !word.chars().all(|character| character == 'v');
    let lines: Vec<String> = code
        .lines()
        .map(|line| {
            line.split_whitespace()
                .map(strip)
                .filter(is_word)
                .collect::<Vec<_>>()
                .join(" ")
        })
        .filter(|line| !line.is_empty())
        .collect();
    match lines.as_slice() {
        [] => "A drawing made of characters.".to_owned(),
        lines => format!("A drawing made of characters, in which is written: {}.", lines.join("; ")),
    }
}

/// A word without the lines that touch it.
fn strip(word: &str) -> &str {
    word.trim_matches(|character| matches!(character, '|' | '+' | '-' | '<' | '>' | '\u{2500}'..='\u{257F}'))
}

fn set(code: &str, typesetter: &Typesetter, size: f64) -> Scene {
    // Code is set smaller than its style by a fixed part, which is taken out here.
    let style = Style::plain(size);
    let mut scene = Scene::default();
    let mut y = 0.0;
    let space = typesetter.set(&code_label("0"), style, f64::INFINITY).width;
    let lines = code.trim_end().lines();
    let more = lines.clone().nth(MOST_LINES).is_some();
    for line in lines.take(MOST_LINES).chain(more.then_some("…")) {
        let text: String = line.trim_end().replace('\t', "    ").chars().take(LONGEST).collect();
        let indent = text.len() - text.trim_start().len();
        let set = typesetter.set_verbatim(text.trim_start(), style);
        let area = Area {
            x: indent as f64 * space,
            y,
            width: set.width,
            height: LEADING * size,
        };
        scene.width = scene.width.max(area.right());
        y += area.height;
        scene.push_text(Part::Node(0), &set, area, Place::Left, Tone::Text);
    }
    scene.height = y;
    let whole = Area {
        x: 0.0,
        y: 0.0,
        width: scene.width,
        height: scene.height,
    };
    let ground = Ink::Box {
        area: whole,
        radius: 0.0,
        fill: Fill::Page,
        stroke: None,
    };
    scene.shapes.insert(
        0,
        super::scene::Shape {
            part: Part::Node(0),
            ink: ground,
        },
    );
    scene
}

fn code_label(text: &str) -> Label {
    Label {
        runs: vec![Run {
            text: text.to_owned(),
            code: true,
        }],
    }
}

fn frame(mut scene: Scene, pad: f64) -> Scene {
    scene.shift(pad, pad);
    scene.width += 2.0 * pad;
    scene.height += 2.0 * pad;
    let (right, bottom) = (scene.width - 0.5, scene.height - 0.5);
    let corners = [(0.5, 0.5), (right, 0.5), (right, bottom), (0.5, bottom), (0.5, 0.5)];
    let line = Ink::Line {
        points: corners.map(|(x, y)| Point::new(x, y)).to_vec(),
        radius: 0.0,
        stroke: Stroke {
            dashed: true,
            ..Stroke::LINE
        },
    };
    scene.push(Part::Mark, line);
    scene
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_programs_print_is_no_drawing() {
        for output in [
            "Hello\nworld",
            ">>> x = 1\n>>> y -> 2\n  |\n  v",
            "f(x) -> int\ng(y) -> str",
            "+----+------+\n| id | name |\n+----+------+\n| 1  | a    |\n+----+------+",
            "┏━━━━┳━━━━┓\n┃ id ┃ n  ┃\n┡━━━━╇━━━━┩\n│ 1  │ a  │\n└────┴────┘",
            "Traceback (most recent call last):\n  File \"a.py\", line 1\n    f(\n     ^\nSyntaxError: '(' was never closed",
            "  2           0 RESUME                   0\n  3           2 LOAD_FAST                0 (x)",
            "a b c\n1 2 3",
            "  f(x\n   ^\nSyntaxError: '(' was never closed",
            "* 1f3a merge\n|\\\n| * 77aa fix\n|/\n* 0000 start",
            " id | name\n----+------\n 1  | a\n 2  | b",
        ] {
            assert!(!is_drawing(output, false), "{output}");
        }
    }

    #[test]
    fn what_joins_its_lines_is_a_drawing() {
        for drawing in [
            "Source code\n    |\n    v\nBytecode",
            "┌──────┐\n│ heap │\n└──────┘",
            "+-------+     +------+\n| names | --> | list |\n+-------+     +------+",
            "x ──► [1, 2]\ny ──► [1, 2]",
            "main()\n  ↓\nrun()",
        ] {
            assert!(is_drawing(drawing, false), "{drawing}");
        }
        assert!(!is_drawing("a\nb → c\nd\ne", false));
        assert!(is_drawing("a\nb → c\nd\ne", true));
    }
}
