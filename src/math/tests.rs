use super::{Formula, mathml, read, typst};

fn formula(latex: &str, display: bool) -> Formula {
    let tree = read::read(latex).unwrap_or_else(|message| panic!("{latex}: {message}"));
    Formula {
        latex: latex.to_string(),
        display,
        tree: Some(Box::new(tree)),
    }
}

/// The MathML without the `math` element and its row.
fn inner(latex: &str, display: bool) -> String {
    let whole = mathml(&formula(latex, display)).expect("a tree");
    let start = whole.find("<mrow>").expect("a row") + "<mrow>".len();
    whole[start..]
        .trim_end_matches("</math>")
        .trim_end_matches("</mrow>")
        .to_string()
}

#[test]
fn a_sum_has_its_limits_above_and_below_only_in_a_line_of_its_own() {
    assert!(inner(r"\sum_{i=0}^n i", true).starts_with("<munderover><mo movablelimits=\"false\">∑</mo>"));
    assert!(inner(r"\sum_{i=0}^n i", false).starts_with("<msubsup><mo movablelimits=\"false\">∑</mo>"));
}

#[test]
fn a_minus_without_a_left_side_is_a_prefix() {
    assert!(inner("x=-1", false).contains("<mo form=\"prefix\">−</mo><mn>1</mn>"));
    assert!(inner("x-1", false).contains("<mo stretchy=\"false\">−</mo><mn>1</mn>"));
}

#[test]
fn primes_belong_to_the_letter_before_them() {
    let primed = "<msup><mi>f</mi><mo stretchy=\"false\" lspace=\"0\" rspace=\"0\">″</mo></msup>";
    assert_eq!(inner("f''", false), primed);
    assert!(inner("f'_i", false).starts_with("<msubsup><mi>f</mi><mi>i</mi>"));
}

#[test]
fn rows_without_an_environment_are_read_as_on_github() {
    assert!(inner(r"a &= b \\ &= c", true).starts_with("<mtable displaystyle=\"true\"><mtr>"));
}

#[test]
fn what_cannot_be_read_says_why() {
    assert_eq!(read::read(r"\foo{x}").unwrap_err(), r"the command `\foo` is not known");
    assert!(read::read(&"x".repeat(20_000)).is_err());
    // Deep formulas must be refused before anything that recurses runs out of stack; test threads have 2 MiB.
    for (open, close) in [
        (r"\left(", r"\right)"),
        (r"\begin{matrix}", r"\end{matrix}"),
        (r"\frac1", "1"),
        (r"x_\hat", "y"),
        ("x^{", "}"),
        ("{", "}"),
    ] {
        let count = 15_000 / (open.len() + close.len());
        for count in [count, 400] {
            assert!(read::read(&(open.repeat(count) + &close.repeat(count))).is_err(), "{open}");
            assert!(read::read(&open.repeat(count)).is_err(), "{open}");
        }
    }
}

#[test]
fn what_an_author_types_never_becomes_typst_code() {
    let code = typst(&formula(r#"\text{"); #panic() \\ [$x$] (}"#, false)).expect("a tree");
    let parsed = ::typst::syntax::parse_code(&code);
    assert!(parsed.errors_and_warnings().0.is_empty(), "{code}");
    assert_eq!(
        outside_strings(&code),
        r#"math.equation(block: false, alt: "", ([]+""+symbol("")+""))"#,
        "{code}"
    );
}

/// The code with every string literal emptied.
fn outside_strings(code: &str) -> String {
    let mut out = String::new();
    let mut chars = code.chars();
    let mut inside = false;
    while let Some(c) = chars.next() {
        match c {
            '\\' if inside => {
                chars.next();
            }
            '"' => {
                inside = !inside;
                out.push(c);
            }
            c if !inside => out.push(c),
            _ => {}
        }
    }
    out
}

#[test]
fn any_text_is_read_or_refused_and_what_is_read_is_sound_in_both_outputs() {
    let pieces = [
        r"\frac",
        "{",
        "}",
        "x",
        "^",
        "_",
        r"\sqrt",
        "[3]",
        r"\left(",
        r"\right)",
        r"\begin{matrix}",
        r"\end{matrix}",
        "&",
        r"\\",
        r"\text{",
        "\"",
        "'",
        "é",
        "→",
        r"\hat",
        r"\sum",
        "1",
        ".",
        "=",
        "-",
        r"\not",
        r"\mathbb",
        r"\operatorname*",
        r"\",
        "%",
        "#1",
        "$",
        r"\def\a",
        r"\a",
        r"\newcommand",
        " ",
        "<",
        r"\middle|",
        r"\color{red}",
        r"\hspace{1em}",
        r"\underbrace",
        r"\tag",
        r"\displaystyle",
        r"\begin{array}{l|c}",
        r"\end{array}",
        r"\big",
        r"\char",
        r"\hline",
        r"\mathop",
        "\u{0}",
        "\n",
        r"\let",
        r"\limits",
    ];
    let mut seed = 11_u32;
    let mut next = |below: usize| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 8) as usize % below
    };
    let mut read_count = 0;
    for _ in 0..20_000 {
        let latex: String = (0..next(14)).map(|_| pieces[next(pieces.len())]).collect();
        let Ok(tree) = read::read(&latex) else { continue };
        read_count += 1;
        let formula = Formula {
            latex: latex.clone(),
            display: true,
            tree: Some(Box::new(tree)),
        };
        let xml = mathml(&formula).expect("a tree");
        roxmltree::Document::parse(&xml).unwrap_or_else(|error| panic!("{latex:?}: {error}: {xml}"));
        let code = typst(&formula).expect("a tree");
        assert!(
            ::typst::syntax::parse_code(&code).errors_and_warnings().0.is_empty(),
            "{latex:?}: {code}"
        );
    }
    assert!(read_count > 1000, "{read_count}");
}
