//! What holds for every reply, with the cases of `tests/replies` as seeds: nothing panics, files have plain names, what was
//! written reads as what it is, and to take it for a reply changes nothing.

use super::*;
use crate::manuscript::{self, Folder};
use std::path::PathBuf;

/// Numbers without luck: the same on every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % end.max(1)
    }
}

/// A book of the cases, with its reply.
struct Case {
    name: String,
    manuscript: Manuscript,
    files: BTreeMap<String, String>,
    reply: Vec<u8>,
}

fn cases() -> Vec<Case> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/replies");
    let mut folders: Vec<PathBuf> = std::fs::read_dir(root)
        .expect("the cases")
        .flatten()
        .map(|entry| entry.path())
        .collect();
    folders.sort();
    let case = |path: PathBuf| {
        let folder = Folder::open(&path.join("book")).expect("a book");
        let files = folder.markdown_files().into_iter();
        let files = files.map(|name| {
            (
                name.clone(),
                String::from_utf8(folder.read_bytes(&name).expect("a file")).expect("text"),
            )
        });
        let files = files.collect();
        Case {
            name: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            manuscript: manuscript::read(folder, &mut Diagnostics::default()),
            files,
            reply: std::fs::read(path.join("reply.md")).expect("a reply"),
        }
    };
    folders.into_iter().map(case).collect()
}

impl Case {
    /// The plan, with what was said.
    fn plan(&mut self, text: &str, files: &BTreeMap<String, String>, force: bool) -> Option<(Plan, Diagnostics)> {
        let file = self.manuscript.sources.add("reply.md", text);
        let request = Request {
            force,
            tails: Some(Tails::Keep),
            date: "2026-01-02".to_owned(),
            hash: "sha256:00".to_owned(),
            ..Request::default()
        };
        let mut diagnostics = Diagnostics::default();
        let plan = plan(&self.manuscript, files, file, &request, &mut diagnostics);
        for found in diagnostics.iter() {
            let span = found.span.map_or(0..0, Span::range);
            assert!(
                text.get(span).is_some(),
                "{}: no place in the reply: {}",
                self.name,
                found.message
            );
        }
        plan.map(|plan| (plan, diagnostics))
    }

    /// No line of prose is lost in silence: it is in a file, or a message names it.
    fn keeps(&self, text: &str, plan: &Plan, diagnostics: &Diagnostics) {
        let mut written: String = plan.files.iter().map(|file| file.text.as_str()).collect();
        plan.same
            .iter()
            .filter_map(|path| self.files.get(path))
            .for_each(|text| written.push_str(text));
        let mut told: Vec<(usize, usize)> = Vec::new();
        for found in diagnostics.iter() {
            let words: Vec<usize> = found.message.split([' ', ',']).filter_map(|word| word.parse().ok()).collect();
            let line = found
                .span
                .map(|span| self.manuscript.sources.position(span).line)
                .unwrap_or_default();
            told.push((line, line));
            told.extend(words.windows(2).map(|pair| (pair[0], pair[1])));
            told.extend(words.iter().map(|line| (*line, *line)));
        }
        for (at, line) in text.lines().enumerate() {
            let line = line.trim().trim_start_matches(['#', '>', ' ', '-']);
            // The title before the text, where both are on one line, is the outline's.
            let line = line.split_once("** - ").map_or(line, |(_, text)| text);
            let plain = line.len() > 60 && line.is_ascii() && !line.contains("``");
            let told = told.iter().any(|(first, last)| (*first..=*last).contains(&(at + 1)));
            assert!(
                !plain || told || written.contains(line),
                "{}: line {} is lost: {line}\n--- the reply:\n{text}",
                self.name,
                at + 1
            );
        }
    }

    /// Everything that holds for a reply.
    fn holds(&mut self, text: &str) {
        let files = self.files.clone();
        let Some((plan, diagnostics)) = self.plan(text, &files, true) else {
            return;
        };
        self.keeps(text, &plan, &diagnostics);
        for planned in plan.files {
            assert!(
                !planned.path.contains(['/', '\\', ':']) && !planned.path.starts_with('.'),
                "{}",
                planned.path
            );
            assert!(planned.path.ends_with(".md"), "{}", planned.path);
            let mut after = files.clone();
            after.insert(planned.path.clone(), planned.text.clone());
            let again = self
                .plan(&planned.text, &after, true)
                .map(|(plan, _)| plan.files)
                .unwrap_or_default();
            if let Some(other) = again.first() {
                let show = similar::TextDiff::from_lines(planned.text.as_str(), other.text.as_str());
                let shown = show.unified_diff().context_radius(3).to_string();
                panic!(
                    "{}: {} is another when it is ingested again:\n{shown}\n--- the reply:\n{text}",
                    self.name, planned.path
                );
            }
        }
    }
}

/// A reply with something done to it that copying, cutting and models do.
fn mutated(text: &str, numbers: &mut Numbers) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for _ in 0..=numbers.below(3) {
        if lines.is_empty() {
            break;
        }
        let at = numbers.below(lines.len());
        let other = numbers.below(lines.len());
        match numbers.below(9) {
            0 => lines.truncate(at),
            1 => lines.insert(at, lines[other].clone()),
            2 => drop(lines.remove(at)),
            3 => lines.swap(at, other),
            4 => lines[at] = format!("    {}", lines[at]),
            5 => {
                const STRANGE: [&str; 12] = [
                    "```",
                    "```markdown",
                    "````",
                    "``startpython",
                    "``endpython",
                    "---",
                    "~~~",
                    "#",
                    "```python",
                    "> quote",
                    "- **1.1. What Flour Is**",
                    "## Key Takeaways",
                ];
                lines.insert(at, STRANGE[numbers.below(STRANGE.len())].to_owned());
            }
            6 => {
                let fences: Vec<usize> = (0..lines.len()).filter(|at| lines[*at].contains("``")).collect();
                if !fences.is_empty() {
                    let at = fences[numbers.below(fences.len())];
                    drop(lines.remove(at));
                }
            }
            7 => {
                let start = at.min(other);
                let piece: Vec<String> = lines[start..at.max(other)].to_vec();
                lines.splice(start..start, piece);
            }
            _ => {
                let letters: Vec<char> = lines[at].chars().collect();
                lines[at] = letters.iter().take(numbers.below(letters.len() + 1)).collect();
            }
        }
    }
    lines.join("\n") + "\n"
}

#[test]
fn every_case_holds_and_so_do_its_mutations() {
    for mut case in cases() {
        let Ok(text) = decode(&case.reply) else { continue };
        case.holds(&text);
        let mut numbers = Numbers(case.name.bytes().map(u64::from).sum());
        for _ in 0..60 {
            let text = mutated(&text, &mut numbers);
            case.holds(&text);
        }
    }
}

#[test]
fn any_bytes_are_read() {
    let mut case = cases().remove(0);
    let mut numbers = Numbers(7);
    const PIECES: [&str; 14] = [
        "```",
        "``",
        "startpython",
        "endpython",
        "#",
        " ",
        "\n",
        "\n\n",
        "2.1. Wild Yeast",
        "**",
        "~~~~",
        "---",
        "é",
        "{#x}",
    ];
    for _ in 0..400 {
        let length = numbers.below(60);
        let text: String = (0..length).map(|_| PIECES[numbers.below(PIECES.len())]).collect();
        case.holds(&text);
        let bytes: Vec<u8> = (0..length).map(|_| u8::try_from(numbers.below(256)).unwrap_or(0)).collect();
        if let Ok(text) = decode(&bytes) {
            case.holds(&text);
        }
    }
}

#[test]
fn large_replies_cost_no_more_than_their_size() {
    let mut case = cases().remove(0);
    for piece in [
        "```\n",
        "``startpython\n",
        "``endpython\n",
        "## 2.1. Wild Yeast\n\nx\n\n",
        "## X\n\ny\n\n",
        "````\n```\n~~~\n",
        "**2.2. Keeping a Starter**\n",
        "a `\n",
        "\\#\\#\\# ",
        "> - ",
        "```markdown\n## 2.1. Wild Yeast\n```\n```python\n",
    ] {
        let text = piece.repeat(200_000 / piece.len());
        let files = case.files.clone();
        drop(case.plan(&text, &files, true));
    }
}
