//! LaTeX that the parser does not know, in words that it knows.

/// Puts what the parser does not know into words that it knows, and leaves out what numbers and names equations: a book's
/// numbers are the compiler's.
pub(super) fn prepare(latex: &str) -> Result<String, String> {
    let latex = &with_fractions(&without_eqnarray(latex))?;
    let mut out = String::with_capacity(latex.len());
    let mut rest = latex.as_str();
    while let Some(at) = rest.find('\\') {
        let (before, command) = rest.split_at(at);
        out.push_str(before);
        let length = command.bytes().skip(1).take_while(u8::is_ascii_alphabetic).count();
        let (name, after) = command.split_at_checked(1 + length.max(1)).unwrap_or((command, ""));
        rest = after;
        match name {
            r"\operatorname" if after.starts_with('*') => {
                out.push_str(r"\mathop");
                rest = after.get(1..).unwrap_or_default();
            }
            // The parser takes what stands here for a number of one byte a digit.
            r"\begin" if after.starts_with("{alignat") || after.starts_with("{alignedat") => {
                let count = after.split('{').nth(2).unwrap_or_default();
                if !count.starts_with(|c: char| c.is_ascii_digit()) {
                    return Err("`alignat` needs the number of its columns".to_string());
                }
                out.push_str(name);
            }
            r"\href" => rest = after_group(after),
            r"\mod" => out.push_str(r"\quad\text{mod}\,"),
            r"\argmax" => out.push_str(r"\mathop{argmax}"),
            r"\argmin" => out.push_str(r"\mathop{argmin}"),
            r"\nonumber" | r"\notag" | r"\boxed" => out.push(' '),
            r"\label" | r"\tag" => rest = after_group(after),
            // The parser does not survive all that these can do, and a formula has no other to define anything for.
            r"\char" | r"\def" | r"\edef" | r"\gdef" | r"\xdef" | r"\let" | r"\futurelet" | r"\newcommand" | r"\renewcommand"
            | r"\providecommand" => return Err(format!("`{name}` is not for formulas in a book")),
            name => out.push_str(synonym(name).unwrap_or(name)),
        }
    }
    out.push_str(rest);
    Ok(out)
}

/// What follows a `{group}` without braces in it.
fn after_group(text: &str) -> &str {
    match text.trim_start_matches('*').strip_prefix('{') {
        Some(group) => group.split_once('}').map_or("", |(_, after)| after),
        None => text,
    }
}

/// What stands for a command of another package, or of plain TeX.
fn synonym(name: &str) -> Option<&'static str> {
    Some(match name {
        r"\bm" | r"\pmb" => r"\boldsymbol",
        r"\mathscr" => r"\mathcal",
        r"\Bbb" => r"\mathbb",
        r"\mbox" | r"\hbox" => r"\text",
        r"\bcancel" | r"\xcancel" => r"\cancel",
        r"\llbracket" => "⟦",
        r"\rrbracket" => "⟧",
        r"\varlimsup" => r"\limsup",
        r"\varliminf" => r"\liminf",
        // What only moves or hides room.
        r"\smash" | r"\strut" | r"\mathstrut" => " ",
        _ => return None,
    })
}

/// Writes `a &=& b` of an `eqnarray` as `a &= b`, in an environment that is known.
fn without_eqnarray(latex: &str) -> String {
    if !latex.contains("{eqnarray") {
        return latex.to_owned();
    }
    let latex = latex.replace("{eqnarray}", "{eqnarray*}");
    let mut out = String::with_capacity(latex.len());
    let (mut inside, mut depth, mut marks) = (false, 0_usize, 0_usize);
    let mut rest = latex.as_str();
    while !rest.is_empty() {
        let (token, after) = rest.split_at(token(rest));
        rest = after;
        if [r"\begin", r"\end"].contains(&token)
            && let Some(after) = rest.strip_prefix("{eqnarray*}")
        {
            (rest, inside, marks) = (after, token == r"\begin", 0);
            out.push_str(token);
            out.push_str("{aligned}");
            continue;
        }
        match token {
            "{" | r"\begin" => depth += 1,
            "}" | r"\end" => depth = depth.saturating_sub(1),
            r"\\" if depth == 0 => marks = 0,
            "&" if depth == 0 => marks += 1,
            _ => {}
        }
        out.push_str(if inside && token == "&" && marks == 2 { " " } else { token });
    }
    out
}

/// A group of a formula, up to where it is read.
#[derive(Default)]
struct Group {
    /// The cells that are read.
    done: String,
    /// What follows them.
    text: String,
    /// What stands above that, and the command that says so.
    above: Option<(String, &'static str)>,
}

impl Group {
    fn end_cell(&mut self) {
        let text = std::mem::take(&mut self.text);
        self.done.push_str(&match self.above.take() {
            Some((above, r"\over")) => format!("{{\\frac{{{above}}}{{{text}}}}}"),
            Some((above, r"\choose")) => format!("{{\\binom{{{above}}}{{{text}}}}}"),
            Some((above, _)) => format!("{{\\substack{{{above}\\\\{text}}}}}"),
            None => text,
        });
    }

    fn close(mut self) -> String {
        self.end_cell();
        self.done
    }
}

/// Writes `{a \over b}` as `\frac{a}{b}`, and `\choose` and `\atop` likewise (The TeXbook, chapter 17): each takes all that
/// stands before it and behind it in its group, its cell, or between its delimiters.
fn with_fractions(latex: &str) -> Result<String, String> {
    if ![r"\over", r"\choose", r"\atop"].iter().any(|command| latex.contains(command)) {
        return Ok(latex.to_owned());
    }
    let mut groups: Vec<Group> = Vec::new();
    let mut group = Group::default();
    let mut rest = latex;
    while !rest.is_empty() {
        let (token, after) = rest.split_at(token(rest));
        rest = after;
        match token {
            r"\over" | r"\choose" | r"\atop" if group.above.is_some() => {
                return Err(format!("a second `{token}` in a group needs braces"));
            }
            r"\over" => group.above = Some((std::mem::take(&mut group.text), r"\over")),
            r"\choose" => group.above = Some((std::mem::take(&mut group.text), r"\choose")),
            r"\atop" => group.above = Some((std::mem::take(&mut group.text), r"\atop")),
            "{" | r"\left" | r"\begin" => {
                let (opener, after) = rest.split_at(match token {
                    r"\left" => self::token(rest),
                    r"\begin" => environment(rest),
                    _ => 0,
                });
                rest = after;
                group.text.push_str(token);
                group.text.push_str(opener);
                groups.push(std::mem::take(&mut group));
            }
            "}" | r"\right" | r"\end" => {
                let outer = groups.pop().unwrap_or_default();
                let inner = std::mem::replace(&mut group, outer).close();
                group.text.push_str(&inner);
                group.text.push_str(token);
            }
            "&" | r"\\" => {
                group.end_cell();
                group.done.push_str(token);
            }
            token => group.text.push_str(token),
        }
    }
    while let Some(outer) = groups.pop() {
        let inner = std::mem::replace(&mut group, outer).close();
        group.text.push_str(&inner);
    }
    Ok(group.close())
}

/// How long the command or the character is that a text begins with, in bytes.
fn token(text: &str) -> usize {
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (Some('\\'), Some(next)) if next.is_ascii_alphabetic() => {
            1 + text.bytes().skip(1).take_while(u8::is_ascii_alphabetic).count()
        }
        (Some('\\'), Some(next)) => 1 + next.len_utf8(),
        (first, _) => first.map_or(0, char::len_utf8),
    }
}

/// How long the name of an environment is that a text begins with, and what it says of its columns, in bytes.
fn environment(text: &str) -> usize {
    let group = |text: &str| match text.strip_prefix('{') {
        Some(inside) => inside.find('}').map_or(0, |end| end + 2),
        None => 0,
    };
    let name = group(text);
    let (shown, after) = text.split_at(name);
    let columns = ["{array}", "{alignat}", "{alignat*}", "{alignedat}", "{subarray}"].contains(&shown);
    name + if columns { group(after) } else { 0 }
}
