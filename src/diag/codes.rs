//! Every code a diagnostic can have, with its severity and the reason for it.

use super::Severity;

/// A kind of diagnostic.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// The name in messages: `figure-without-alt`.
    pub name: &'static str,
    /// The weight when nothing changes it.
    pub severity: Severity,
    /// What it means and why it matters, for `publish check --explain`.
    pub reason: &'static str,
}

/// Declares the codes and the list of all of them.
macro_rules! codes {
    ($($constant:ident $name:literal $severity:ident $reason:literal)*) => {
        $(#[doc = $reason] pub static $constant: Code = Code { name: $name, severity: Severity::$severity, reason: $reason };)*
        /// All codes, in the order of the stages that report them.
        pub static ALL: &[&Code] = &[$(&$constant),*];
    };
}

codes! {
    // Reading files and book.toml.
    NO_MANUSCRIPT "no-manuscript" Error "There is no folder with a book.toml where one was looked for."
    UNREADABLE "unreadable" Error "A file could not be read: it is absent, locked, or not a file."
    NOT_UTF8 "not-utf8" Error "A manuscript file is not UTF-8. Guessing another encoding would print wrong letters."
    TOO_LARGE "too-large" Error "A file is larger than any chapter of any book; it is most likely not one."
    EMPTY_FILE "empty-file" Warning "A chapter's file has no text, so the chapter would be a blank page."
    EMPTY_BOOK "empty-book" Error "The manuscript has no chapter with text."
    SETTINGS_SYNTAX "settings-syntax" Error "book.toml or theme.toml is not valid TOML, or a value has the wrong type."
    UNKNOWN_KEY "unknown-key" Error "A key that means nothing is most often a misspelt one, and would be ignored in silence."
    MISSING_KEY "missing-key" Error "A key that every book needs is absent."
    BAD_VALUE "bad-value" Error "A value is outside what the key allows."
    NO_PAGE_LIST "no-page-list" Error "The EPUB is to list the pages of the print edition, which is not made, or which cannot be set."
    MISSING_CHAPTER "missing-chapter" Error "book.toml lists a chapter that is not there."
    UNWRITTEN_CHAPTER "unwritten-chapter" Note "The outline names chapters that have no file yet; the book is built without them."
    UNLISTED_CHAPTER "unlisted-chapter" Warning "A Markdown file stands in the manuscript but no outline or list names it, so it is left out."
    OUTSIDE_MANUSCRIPT "outside-manuscript" Error "A path leads out of the manuscript's folder. Nothing outside of it is read."

    // The outline.
    OUTLINE_SYNTAX "outline-syntax" Warning "A line of the outline could not be read as a part, a chapter or a section."
    OUTLINE_NUMBER "outline-number" Warning "The outline's own number disagrees with the position, which is what counts."
    OUTLINE_DUPLICATE "outline-duplicate" Warning "The outline has two chapters of one title, or two sections of one title side by side, so that nobody can tell which one is meant."
    OUTLINE_MISSING "outline-missing" Warning "The outline promises a section that the chapter does not have: it is still to be written, or the outline has changed its mind."
    OUTLINE_EXTRA "outline-extra" Warning "A chapter has a section that the outline does not promise. Where the outline names the sections or subsections, it names all of them."
    OUTLINE_RENAMED "outline-renamed" Warning "A heading stands where the outline promises one of another name; readers of the outline, and links that were made from it, look for that name."
    OUTLINE_ORDER "outline-order" Warning "A section stands in another place than in the outline: before or after another one, below another section, or in another chapter."
    OUTLINE_LEVEL "outline-level" Warning "A section of the outline is a subsection in the chapter, or a subsection of the outline is a section there."
    OUTLINE_TWICE "outline-twice" Warning "A section that the outline promises once stands in the chapter twice."
    OUTLINE_SPELLING "outline-spelling" Warning "A heading differs from the outline's in case, hyphen, apostrophe or `&` only."
    STALE_HEADING "stale-heading" Warning "A heading is an old title that [errata] of book.toml has corrected in the outline."
    OUTLINE_ERRATUM "outline-erratum" Warning "An erratum's new title is not in the outline, or its old one still is."

    // The bibliography.
    BAD_BIBLIOGRAPHY "bad-bibliography" Error "A file of the bibliography, or of its style, could not be read, or two of its works have the same key."
    UNDATED_REFERENCE "undated-reference" Note "The style of citations leaves out the date of a work, as some do for web pages that do not say when they were read."
    UNKNOWN_CITATION "unknown-citation" Error "A citation names a work that the bibliography does not have, so there is nothing to print."

    // Markdown.
    NOT_SUPPORTED "not-supported" Warning "A notation of another tool that the dialect does not have; the text is kept as typed."
    UNKNOWN_HTML "unknown-html" Warning "An HTML element without a counterpart in a book: its text is kept, the element is not."
    ACTIVE_HTML "active-html" Warning "Scripts, styles, event attributes and embedded frames do not belong in a book and are left out."
    UNCLOSED_HTML "unclosed-html" Warning "An HTML element is not closed where its parent ends, a closing tag closes nothing, or a declaration has no end."
    UNCLOSED_FENCE "unclosed-fence" Warning "A code fence runs to the end of its container because no line closes it."
    BAD_ATTRIBUTES "bad-attributes" Warning "The text in braces is not a list of `#id`, `.class`, `key=\"value\"` and known words."
    FRONT_MATTER "front-matter" Warning "A key of a chapter's front matter is unknown or has a value it cannot have."
    TOO_DEEP "too-deep" Error "Quotes, lists or elements are nested deeper than a page could show; what lies deeper is kept as flat text."
    STRAY_CAPTION "stray-caption" Warning "A `Table:` line without a table directly above or below it captions nothing."
    STRAY_OUTPUT "stray-output" Warning "An `output` block stands without a listing directly above it."
    UNKNOWN_VARIABLE "unknown-variable" Error "`{{name}}` is not a key of [variables] in book.toml."
    BAD_INDEX_MARK "bad-index-mark" Warning "An entry of an `index` comment could not be read, so the index does not have it."
    BAD_ONLY "bad-only" Warning "An `only` comment names no output, or has no `end` in what it stands in; or an `end` closes nothing."
    BAD_INCLUDE "bad-include" Error "A file that is to be included is not there, leads out of the manuscript or includes itself, or it has no such lines."
    BAD_MATH "bad-math" Warning "A formula could not be read as LaTeX mathematics; it is shown as typed."
    CONTROL_CHARACTER "control-character" Warning "A control character has no place in a book's text and is not allowed in XML; it is left out."

    // Comments that allow messages.
    SUPPRESSION_WITHOUT_REASON "suppression-without-reason" Warning "An `allow` comment without a reason allows nothing: who reads it later has to know why the message does not matter."
    UNKNOWN_SUPPRESSION "unknown-suppression" Warning "An `allow` comment names no code, or one that does not exist."
    FORBIDDEN_SUPPRESSION "forbidden-suppression" Warning "An `allow` comment names an error, which would leave the book wrong, or a message about such comments."
    UNUSED_SUPPRESSION "unused-suppression" Warning "An `allow` comment silences nothing: what it is about has been mended, or stands elsewhere."

    // Sections, references and notes.
    DUPLICATE_ID "duplicate-id" Error "Two things of a chapter have the same id, or two chapters do and a link does not say which."
    DEAD_LINK "dead-link" Warning "A link leads nowhere; its text is kept."
    UNKNOWN_REFERENCE "unknown-reference" Error "`[](#id)` names nothing in the book, so there is no number to print."
    UNKNOWN_TERM "unknown-term" Warning "A link names a term that the glossary does not have; its text is kept."
    REPEATED_TERM "repeated-term" Warning "The glossary has a term twice, and links lead to the first of the two."
    UNDEFINED_NOTE "undefined-note" Warning "A footnote is referred to but not written; the mark is kept as text."
    UNUSED_NOTE "unused-note" Warning "A footnote is written but nothing refers to it, so it is not printed."
    EMPTY_HEADING "empty-heading" Warning "A heading without text would be an empty line in the contents, so it is left out."
    HEADING_SKIP "heading-skip" Note "A heading is more than one level below the one above it; it is set one level below."

    // Pictures, figures and glyphs.
    MISSING_IMAGE "missing-image" Error "The image file is not in the manuscript."
    UNKNOWN_IMAGE "unknown-image" Error "The file is not a PNG, JPEG, GIF, WebP or SVG picture."
    REMOTE_IMAGE "remote-image" Warning "The image is on the network, which is never read; its description stands in its place."
    FIGURE_WITHOUT_ALT "figure-without-alt" Warning "A picture without a description says nothing to a reader who cannot see it."
    UNKNOWN_DIAGRAM "unknown-diagram" Warning "No diagram kind has this name; the description stands in the figure's place."
    BAD_DIAGRAM "bad-diagram" Warning "A line of a described diagram could not be read; the description stands in the figure's place."
    DOUBTFUL_DIAGRAM "doubtful-diagram" Warning "A line of a described diagram can be read in two ways; it is drawn by the rules, which may not be what is meant."
    DENSE_DIAGRAM "dense-diagram" Warning "A figure is too wide for the page at a readable size."
    DIAGRAM_LOOKS "diagram-looks" Note "A Mermaid diagram looks different in a book: the theme decides on colours, and frames stand side by side."
    NO_FIGURE "no-figure" Error "There is no described diagram where one was to be drawn, or none with this id."
    BAD_FONT "bad-font" Error "A font file cannot be read, or the theme names a family that no font has."
    MISSING_GLYPH "missing-glyph" Warning "No embedded font has this character, so it would print as an empty box."

    // What `publish check` alone reports.
    FENCE_WITHOUT_LANGUAGE "fence-without-language" Warning "A code fence does not name its language, so it is set in one colour and no reader or tool can tell what it is; `text` names plain text."
    PARAGRAPH_COUNT "paragraph-count" Warning "A section of the outline has fewer or more paragraphs of narrative than [contract] of book.toml asks for. Paragraphs of the section and of its subsections count; lists, code, tables, figures, captions, quotes, admonitions and lead-ins that end in a colon do not, nor does a picture or a formula alone."
    MISSING_TAKEAWAYS "missing-takeaways" Warning "A chapter does not end with the section of its takeaways, by which readers see what they should have learned."
    MISPLACED_TAKEAWAYS "misplaced-takeaways" Warning "The section of the takeaways is not the last of its chapter, or is a subsection."
    TAKEAWAYS_COUNT "takeaways-count" Warning "The takeaways of a chapter are not one list of bullets with as many points as [contract] of book.toml asks for."
    REPEATED_HEADING "repeated-heading" Warning "Two headings side by side have one title, or a section repeats the title of what it belongs to, so that readers of the contents cannot tell them apart."
    STALE_CHAPTER "stale-chapter" Warning "The outline asks for something else of a chapter than it did when its text came in, as `outline` in the front matter says."
    DEAD_SEE "dead-see" Warning "An entry of the index sends readers to another one that the index does not have."
    UNUSED_REFERENCE "unused-reference" Note "A work of the bibliography is cited nowhere, so no reader finds it in the book."
    UNUSED_TERM "unused-term" Note "No link leads to a term of the glossary, while links lead to others: readers who meet the term in the text are not told that it is explained."
    TYPED_REFERENCE "typed-reference" Warning "A chapter, section, figure, listing or table is referred to by a number typed by hand, which is wrong as soon as something is put before it."
    WIDE_CODE "wide-code" Warning "A listing or an output has lines that are wider than the printed page, so the page breaks them where they end, with a mark."
    WIDE_TABLE "wide-table" Warning "The longest words of a table's columns do not fit beside one another, so words are broken in the middle."
    COARSE_PICTURE "coarse-picture" Warning "A picture has fewer pixels than a press needs at the width at which it is printed, so it will look blurred on paper."
    SCROLLING_FIGURE "scrolling-figure" Note "A figure is too wide for a narrow screen (320 px) with readable text, so readers on a phone have to scroll it sideways."
    EMPTY_ALT "empty-alt" Warning "A picture's description is the name of its file, a word for any picture, or its caption once more, so it tells a reader who cannot see the picture nothing."
    UNFINISHED_TEXT "unfinished-text" Note "A mark such as `TODO:` or words such as lorem ipsum stand in the text where something is still to be written."
    STRAY_BRACES "stray-braces" Warning "Double braces in the text look like a variable but hold no name, so they are printed as they are."
    UNUSED_VARIABLE "unused-variable" Note "A key of [variables] is used nowhere in the text: it is not needed, or a place still has its value typed by hand."

    // Writing briefs.
    BAD_TEMPLATE "bad-template" Error "A template in `prompts/` cannot be read, or asks for something that a brief does not have."

    // Running listings.
    NO_RUNNER "no-runner" Error "book.toml names no program that runs listings of this language, or that program is not on this machine."
    UNKNOWN_SETUP "unknown-setup" Error "`setup` names no listing, one of another language, or listings go round in a circle."
    BAD_VERSIONS "bad-versions" Error "`versions` is no list of conditions such as `>=3.12,<4`, or the runner does not say which version it is."
    LISTING_OUTPUT "listing-output" Error "A listing prints something else than the `output` block below it shows, so the book would be wrong."
    LISTING_FAILED "listing-failed" Error "A listing ends with an error that `raises` does not name, or without the one that it names."
    LISTING_LIMIT "listing-limit" Error "A listing took too long, printed too much, started too many processes or killed those that watch it."

    // Taking replies in.
    REPLY_NO_MATCH "reply-no-match" Error "No heading of the reply is one of the outline, so nobody can say where its text belongs."
    REPLY_WOULD_OVERWRITE "reply-would-overwrite" Error "The chapter's file has other text in that place; it is replaced only when that is asked for."
    REPLY_TRUNCATED "reply-truncated" Warning "The reply was cut off: its text ends in a block that nothing closes, so something may be missing."
    REPLY_LEFT_OUT "reply-left-out" Note "Lines of the reply around the manuscript's text, such as a plan, are no part of it."
    REPLY_TAIL "reply-tail" Note "What follows a chapter and is not in the outline, such as exercises or a question to the author, is left out."
    REPLY_HEADING "reply-heading" Warning "A heading of the reply is not the outline's, but its number agrees and its title nearly does, so it is taken for that."
    REPLY_SPELLING "reply-spelling" Note "A heading of the reply differs from the outline's in form, typography or number only; the outline's is written."
    REPLY_EXTRA "reply-extra" Warning "A heading of the reply stands beside the sections of the outline and is none of them; its text is kept as a section."
    REPLY_MISSING "reply-missing" Warning "A chapter's reply lacks sections that the outline has."
    REPLY_ORDER "reply-order" Warning "The reply has sections in another order than the outline; they are put into the outline's order."
    REPLY_REPEATED "reply-repeated" Warning "The reply has a section twice, as models do that begin anew after they were cut off."
    REPLY_UNPLACED "reply-unplaced" Warning "Text of the reply could not be placed in any chapter."
    REPLY_CODE "reply-code" Warning "A listing of the reply is not closed, or a marker closes nothing; where it ends is a guess to be looked at."
    REVIEW_LAPSED "review-lapsed" Note "New text came into a chapter that somebody had reviewed, so the review no longer covers it."

    // What the backends find.
    TYPST "typst" Error "Typst could not set a page; the message is its own, the place is the manuscript's."
    PREFLIGHT "preflight" Warning "The press that `[print] profile` names would refuse the print PDF, or a store of `[epub] stores` the EPUB, or show it otherwise than meant; the message says by which rule."
    LINE_IN_MARGIN "line-in-margin" Warning "Something on a page of the PDF is wider than the text, or too high, and cannot be broken, so that it reaches into the margin; a press may cut it off."
    SHORT_PAGE "short-page" Note "A page of the PDF is less than a third full although its chapter goes on, because something that stays on one page did not fit below."
    NOT_PDF_UA "not-pdf-ua" Warning "The screen PDF breaks a rule of PDF/UA-1 or PDF/A-2a, so it is written without claiming them."
}

/// What is told of comments that allow messages.
pub(super) static OF_SUPPRESSIONS: &[&Code] = &[
    &SUPPRESSION_WITHOUT_REASON,
    &UNKNOWN_SUPPRESSION,
    &FORBIDDEN_SUPPRESSION,
    &UNUSED_SUPPRESSION,
];

/// What `publish check` alone reports: rules about how a book is written, which a build need not repeat each time.
pub static OF_CHECK: &[&Code] = &[
    &FENCE_WITHOUT_LANGUAGE,
    &PARAGRAPH_COUNT,
    &MISSING_TAKEAWAYS,
    &MISPLACED_TAKEAWAYS,
    &TAKEAWAYS_COUNT,
    &REPEATED_HEADING,
    &STALE_CHAPTER,
    &DEAD_SEE,
    &UNUSED_REFERENCE,
    &UNUSED_TERM,
    &TYPED_REFERENCE,
    &WIDE_CODE,
    &WIDE_TABLE,
    &COARSE_PICTURE,
    &SCROLLING_FIGURE,
    &EMPTY_ALT,
    &UNFINISHED_TEXT,
    &STRAY_BRACES,
    &UNUSED_VARIABLE,
];

/// The code with this name.
pub fn find(name: &str) -> Option<&'static Code> {
    ALL.iter().copied().find(|code| code.name == name)
}
