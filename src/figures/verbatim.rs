//! Drawings made of characters: set as they were typed, in the font of code, no line broken, scaled to the measure.
//!
//! A block of code without a language is most often what a program printed, and stays a listing. It is a drawing if its
//! characters join one another: boxes, arrows from line to line, lines that lead up or down. On the page it becomes a
//! scene of text; on a screen, where the reader sets the size, it stays text that scrolls.

use super::Space;
use super::kinds::Laid;
use super::language::{Label, Run};
use super::look::PAD;
use super::scene::{Area, Fill, Ink, Part, Place, Point, Scene, Stroke, Tone};
use super::text::{SMALLEST, Style, Typesetter};

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
    if lines.iter().any(|line| is_console(line)) || is_table(&lines) || is_excerpt(&lines) {
        return false;
    }
    let count = |holds: fn(&str) -> bool| lines.iter().filter(|line| holds(line)).count();
    let corners = |line: &str| line.contains(['┌', '┐', '└', '┘', '╭', '╮', '╰', '╯', '╔', '╗', '╚', '╝']);
    if count(corners) > 1 || count(is_ruler) > 1 || has_branches(&lines) {
        return true;
    }
    let (connectors, arrows) = (count(is_connector), count(has_arrow));
    let between = lines.first().is_some_and(|line| !is_connector(line)) && connectors < lines.len();
    // A caret alone points at a fault in what a compiler prints; with a drawn arrow, it is the head of another.
    let risen = arrows > 0 && lines.iter().skip(1).any(|line| *line == "^");
    (connectors > 0 && between) || risen || 2 * arrows > lines.len() || (announced && count(is_led) + connectors > 0)
}

/// What is typed at a prompt, what an error or a tool of the command line prints, and what a version control system draws of
/// its history.
fn is_console(line: &str) -> bool {
    let prompts = [
        ">>> ",
        "... ",
        "$ ",
        "% ",
        "* ",
        "Traceback ",
        "Usage: ",
        "usage: ",
        "error: ",
        "error[",
        "warning: ",
    ];
    let marks = ["Traceback (most recent", ": error: ", ": warning: ", " in set (", "%--"];
    let commit = line
        .trim_start_matches(['|', ' '])
        .strip_prefix("* ")
        .and_then(|rest| rest.split(' ').next());
    prompts.iter().any(|prompt| line.starts_with(prompt))
        || marks.iter().any(|mark| line.contains(mark))
        || commit.is_some_and(|name| name.len() >= 7 && name.chars().all(|character| character.is_ascii_hexdigit()))
        // The place that a compiler names: `--> src/main.rs:4:20`.
        || line
            .strip_prefix("--> ")
            .is_some_and(|place| place.contains(':') && place.ends_with(|last: char| last.is_ascii_digit()))
}

/// Lines of a source with their numbers, and below one of them what a compiler points at.
fn is_excerpt(lines: &[&str]) -> bool {
    lines.windows(2).any(|pair| {
        let [source, below] = pair else { return false };
        let number = source.split_once('|').map(|(number, _)| number.trim());
        number.is_some_and(|number| !number.is_empty() && number.chars().all(|digit| digit.is_ascii_digit()))
            && below.starts_with('|')
            && below.contains(['^', '~'])
    })
}

/// A line of a box: `+-----+----+`. One that begins with a dash only divides what is above it from what is below.
fn is_ruler(line: &str) -> bool {
    line.contains("+--") && line.contains("--+") && !line.starts_with('-')
}

/// Rows between rules that are all alike, the heavy head of a table that a program printed, or a table in Markdown.
fn is_table(lines: &[&str]) -> bool {
    if lines.iter().any(|line| line.contains(['┡', '╇', '┩', '╞', '╪', '╡'])) {
        return true;
    }
    if let [head, rule, ..] = lines
        && head.contains('|')
        && rule.contains(['|', '+'])
        && rule.contains("--")
        && !rule.starts_with('+')
        && rule.chars().all(|character| matches!(character, '|' | '-' | '+' | ':' | ' '))
    {
        return lines.iter().all(|line| line.contains(['|', '+']));
    }
    let rules: Vec<&&str> = lines.iter().filter(|line| is_rule(line)).collect();
    let alike = rules.windows(2).all(|pair| shape(pair[0]) == shape(pair[1]));
    let rows = lines
        .iter()
        .filter(|line| line.starts_with(['|', '│', '║', '┃']) && line.ends_with(['|', '│', '║', '┃']))
        .count();
    let columns = rules.first().map_or(0, |rule| shape(rule).len());
    rules.len() > 2 && alike && columns > 2 && rules.len() + rows == lines.len()
}

/// A line of a table that is nothing but dashes and the corners between them.
fn is_rule(line: &str) -> bool {
    line.starts_with(is_corner) && line.chars().all(|character| is_corner(character) || is_dash(character))
}

fn is_dash(character: char) -> bool {
    matches!(character, '-' | '=' | '─' | '━' | '═')
}

fn is_corner(character: char) -> bool {
    character == '+' || matches!(character, '\u{250C}'..='\u{254B}' | '\u{2552}'..='\u{2570}')
}

/// Where a rule's corners are, in characters.
fn shape(rule: &str) -> Vec<usize> {
    let corners = rule.chars().enumerate().filter(|(_, character)| is_corner(*character));
    corners.map(|(at, _)| at).collect()
}

/// Whether lines such as `/ \` lead to branches of something. The large letters of a banner have such lines too, between
/// others without a word.
fn has_branches(lines: &[&str]) -> bool {
    let is_branch = |line: &str| line.chars().all(|character| matches!(character, '/' | '\\' | ' '));
    let stroke = |character: char| "/\\_|()'`,.<> ".contains(character);
    lines
        .iter()
        .any(|line| is_branch(line) && line.contains('/') && line.contains('\\'))
        && lines.iter().all(|line| is_branch(line) || !line.chars().all(stroke))
}

/// A line that only leads from the one above to the one below. A caret alone points at a fault in what a compiler prints.
fn is_connector(line: &str) -> bool {
    line.contains(['|', '│', '┃', '║', '▼', '▲', '↓', '↑'])
        && line.chars().all(|character| {
            matches!(character, ' ' | '-' | '+' | '<' | '>' | 'v' | 'V' | '^' | '/' | '\\' | '|')
                || matches!(character, '▼' | '▲' | '↓' | '↑' | '\u{2500}'..='\u{257F}')
        })
}

/// A line that leads to the right or to the left, or to a corner, along what is drawn. A single `→` may be part of a text:
/// of a rule, of a conversion, of a type. Two are a chain.
fn has_arrow(line: &str) -> bool {
    let drawn = ["-->", "<--", "──", "►", "◄", "=>>"].iter().any(|arrow| line.contains(arrow));
    let corner = line.ends_with("--+") && !line.starts_with('+');
    ((drawn || corner) && !line.contains("<!--") && line != "-->") || line.matches(['→', '←']).count() > 1
}

/// A line that leads anywhere, be it in a text.
fn is_led(line: &str) -> bool {
    has_arrow(line) || line.contains(['→', '←'])
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

    /// The files of a folder of `tests/drawings`: name and text.
    fn files(folder: &str) -> Vec<(String, String)> {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/drawings")
            .join(folder);
        let mut found: Vec<(String, String)> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .map(|path| (path.display().to_string(), std::fs::read_to_string(&path).unwrap()))
            .collect();
        found.sort();
        assert!(found.len() > 5);
        found
    }

    #[test]
    fn what_tools_print_is_no_drawing_and_what_authors_draw_is_one() {
        for (name, output) in files("printed") {
            assert!(!is_drawing(&output, false), "{name}");
        }
        for (name, drawing) in files("drawn") {
            assert!(is_drawing(&drawing, false), "{name}");
        }
    }
}
