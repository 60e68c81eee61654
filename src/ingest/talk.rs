//! What of a reply is talk and not text, wherever it stands: what a model thought aloud, and what its user said.

use super::fences;
use super::reply::Line;

/// Words alone on a line that say who speaks, in lower case.
const USER: &[&str] = &["you", "user", "human", "you said", "me", "prompt"];
const MODEL: &[&str] = &[
    "ai",
    "assistant",
    "chatgpt",
    "chatgpt said",
    "claude",
    "claude said",
    "copilot",
    "copilot said",
    "deepseek",
    "gemini",
    "gemini said",
    "gpt",
    "model",
    "response",
];

/// Parts the lines into those of the reply and ranges of lines that are talk.
pub(super) fn set_aside(lines: Vec<Line>) -> (Vec<Line>, Vec<std::ops::Range<usize>>) {
    let mut gone = thoughts(&lines);
    gone.extend(turns(&lines));
    gone.sort_by_key(|range| range.start);
    gone.dedup_by(|next, last| {
        let touches = next.start <= last.end;
        last.end = if touches { last.end.max(next.end) } else { last.end };
        touches
    });
    if gone.is_empty() {
        return (lines, Vec::new());
    }
    let place = |range: &std::ops::Range<usize>| {
        let at = |at: usize| lines.get(at).map_or(0..0, |line| line.at.clone());
        at(range.start).start..at(range.end.saturating_sub(1)).end
    };
    let places = gone.iter().map(place).collect();
    let mut next = gone.iter().peekable();
    let mut kept = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        while next.peek().is_some_and(|range| range.end <= at) {
            next.next();
        }
        if next.peek().is_none_or(|range| at < range.start) {
            kept.push(line.clone());
        } else if kept.last().is_some_and(|last: &Line| !last.is_blank()) {
            // What stands on both sides are two paragraphs.
            let text = String::new();
            kept.push(Line { text, ..line.clone() });
        }
    }
    (kept, places)
}

/// From `<think>` to `</think>`, as several models show it. One without an end would take the whole reply, and stays.
fn thoughts(lines: &[Line]) -> Vec<std::ops::Range<usize>> {
    let mut found = Vec::new();
    let mut open = None;
    for (at, line) in lines.iter().enumerate() {
        let text = line.text.trim().to_ascii_lowercase();
        let opens = ["<think>", "<thinking>", "<reasoning>"]
            .iter()
            .any(|tag| text.starts_with(tag));
        let closes = ["</think>", "</thinking>", "</reasoning>"]
            .iter()
            .any(|tag| text.ends_with(tag));
        if opens && open.is_none() {
            open = Some(at);
        }
        if let Some(start) = open.filter(|_| closes) {
            found.push(start..at + 1);
            open = None;
        }
    }
    found
}

/// What a user said between two replies, where both are named; and the names.
fn turns(lines: &[Line]) -> Vec<std::ops::Range<usize>> {
    let speakers: Vec<(usize, bool)> = (0..lines.len()).filter_map(|at| Some((at, speaker(lines, at)?))).collect();
    if !(speakers.iter().any(|(_, user)| *user) && speakers.iter().any(|(_, user)| !*user)) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (number, (at, user)) in speakers.iter().enumerate() {
        let next = speakers.get(number + 1).map(|(at, _)| *at);
        match (user, next) {
            (true, Some(next)) => found.push(*at..next),
            // The last word was the user's, which is short; more is no word of a user.
            (true, None) if lines.len() - at < 8 => found.push(*at..lines.len()),
            _ => found.push(*at..at + 1),
        }
    }
    found
}

/// Whether a line names the one who speaks, and that is the user.
fn speaker(lines: &[Line], at: usize) -> Option<bool> {
    let line = lines.get(at)?;
    let blank = |at: Option<usize>| at.and_then(|at| lines.get(at)).is_none_or(Line::is_blank);
    if line.text.len() > 40 || fences::read(line).is_some() || !blank(at.checked_sub(1)) {
        return None;
    }
    let name = line
        .text
        .trim()
        .trim_matches(['#', '*', '_', ':', ' ', '[', ']'])
        .to_lowercase();
    match name.as_str() {
        name if USER.contains(&name) => Some(true),
        name if MODEL.contains(&name) => Some(false),
        _ => None,
    }
}
