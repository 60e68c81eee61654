//! `publish figure`: one described diagram as SVG or PNG, to try a description out.

use super::messages::Messages;
use super::{FigureArgs, Shade};
use publish::assets::{self, Font};
use publish::diag::{Diagnostics, codes, nearest};
use publish::document::walk::{Node, query};
use publish::document::{BlockKind, Document, FigureContent, Part};
use publish::edition::figure_space;
use publish::figures::svg::{Colours, Outlines, Paint};
use publish::figures::{self, Drawing, picture, svg};
use publish::manuscript::{self, Folder, Settings};
use publish::source::{FileId, Sources, Span};
use publish::theme::Theme;
use publish::{Error, release};
use std::io::Read as _;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

/// The pixels of an inch in a PNG: what print asks for.
const RESOLUTION: f32 = 300.0;
/// A larger file is no chapter, in bytes.
const LARGEST: u64 = 16 << 20;

pub(super) fn run(args: &FigureArgs) -> ExitCode {
    // A drawing on standard output is to be a drawing and nothing else.
    let messages = Messages::new(&args.common).aside(args.out.is_none());
    let mut sources = Sources::default();
    let mut diagnostics = Diagnostics::default();
    let drawn = match draw(args, &mut sources, &mut diagnostics) {
        Ok(drawn) => drawn,
        Err(error) => {
            messages.fail(&error);
            return ExitCode::FAILURE;
        }
    };
    let good = messages.weigh(&mut diagnostics, &drawn.settings);
    let written = match drawn.drawing.as_ref().filter(|_| good) {
        Some(drawing) => write(args, drawing, &drawn, &messages).map(|()| true),
        None => Ok(false),
    };
    messages.show(&mut diagnostics, &sources, written.as_ref().err());
    match (written, &drawn.drawing) {
        (Ok(true), Some(drawing)) => {
            show_file(args, drawing, &messages);
            ExitCode::SUCCESS
        }
        _ => ExitCode::FAILURE,
    }
}

/// A figure, and the style of the book that it belongs to.
struct Drawn {
    settings: Settings,
    theme: Theme,
    fonts: Vec<Font>,
    drawing: Option<Arc<Drawing>>,
}

fn draw(args: &FigureArgs, sources: &mut Sources, diagnostics: &mut Diagnostics) -> Result<Drawn, Error> {
    let text = read(&args.file)?;
    let shown = if args.file == Path::new("-") {
        "<stdin>".to_owned()
    } else {
        args.file.to_string_lossy().into_owned()
    };
    let file = sources.add(shown, text.replace("\r\n", "\n"));
    let (mut settings, theme, fonts) = style(args, sources, diagnostics);
    let mut page = figure_space(&settings.print);
    if let Some(width) = args.width {
        page.width = width;
    }
    let mut found = Diagnostics::default();
    let mut document = document(sources, file, &mut found);
    figures::draw(&mut document, &theme, &fonts, page, &mut found);
    let figures = drawings(&document);
    let chosen = choose(&figures, args, Span::new(file, 0..0), diagnostics);
    // What is wrong with the rest of the file is for `publish check` to say.
    found.keep(|diagnostic| {
        let place = diagnostic.span.zip(chosen.map(|(figure, ..)| figure));
        place.is_some_and(|(place, figure)| figure.file == place.file && figure.start <= place.start && place.start <= figure.end)
    });
    diagnostics.append(found);
    // Here a figure is all that was asked for.
    for code in [&codes::BAD_DIAGRAM, &codes::UNKNOWN_DIAGRAM] {
        settings.check.insert(code.name.to_owned(), "error".to_owned());
    }
    Ok(Drawn {
        settings,
        theme,
        fonts,
        drawing: chosen.and_then(|(.., drawing)| drawing.clone()),
    })
}

/// A document with nothing but one Markdown text.
fn document(sources: &Sources, file: FileId, diagnostics: &mut Diagnostics) -> Document {
    let path = sources.get(file).path().to_owned();
    let chapter = manuscript::markdown::read(sources, file, &path, &Settings::default(), diagnostics).chapter;
    Document {
        parts: vec![Part {
            planned: None,
            span: None,
            title: None,
            number: None,
            id: String::new(),
            chapters: vec![chapter],
        }],
    }
}

/// Each figure with its place and its id, in order. A block of Mermaid that cannot be drawn stays a listing.
fn drawings(document: &Document) -> Vec<Found> {
    let mut found = Vec::new();
    query(document, |_, node| {
        let Node::Block(block) = node else { return };
        let drawing = match &block.kind {
            BlockKind::Figure(figure) => match &figure.content {
                FigureContent::Drawing(drawing) => Some(Arc::clone(drawing)),
                FigureContent::Image(_) | FigureContent::Blocks(_) => return,
            },
            BlockKind::Listing(listing) if listing.language.as_deref() == Some("mermaid") => None,
            _ => return,
        };
        found.push((block.span, block.attributes.id.clone(), drawing));
    });
    found
}

/// The text of a file, or of standard input for `-`.
fn read(path: &Path) -> Result<String, Error> {
    let reading = |error: std::io::Error| Error::caused(format!("reading {}", path.display()), error);
    let mut bytes = Vec::new();
    let source: Box<dyn std::io::Read> = if path == Path::new("-") {
        Box::new(std::io::stdin())
    } else {
        Box::new(std::fs::File::open(path).map_err(reading)?)
    };
    // One byte more than there may be tells that there are more.
    source.take(LARGEST + 1).read_to_end(&mut bytes).map_err(reading)?;
    if bytes.len() as u64 > LARGEST {
        let megabytes = LARGEST >> 20;
        return Err(Error::new(format!(
            "reading {}: it has more than {megabytes} MiB, which no chapter has",
            path.display()
        )));
    }
    String::from_utf8(bytes).map_err(|_| Error::new(format!("reading {}: it is not UTF-8", path.display())))
}

/// What the book around the file says of theme, fonts and page; without a book, what is built in.
fn style(args: &FigureArgs, sources: &mut Sources, diagnostics: &mut Diagnostics) -> (Settings, Theme, Vec<Font>) {
    let folder = match &args.common.manuscript {
        Some(path) => Folder::open(path),
        None => Folder::nearest(
            args.file
                .parent()
                .filter(|folder| !folder.as_os_str().is_empty())
                .unwrap_or(Path::new(".")),
        ),
    };
    let Some(folder) = folder else {
        return (Settings::default(), Theme::built_in(), assets::built_in_fonts());
    };
    let settings = folder.read_text("book.toml", sources, diagnostics);
    let settings = settings.map_or_else(Settings::default, |file| {
        manuscript::settings::read(sources, file, diagnostics)
    });
    let theme = assets::read_theme(&folder, sources, diagnostics);
    let fonts = assets::read_fonts(&folder, &theme, diagnostics);
    (settings, theme, fonts)
}

/// One of a file's figures: its place, its id, and the drawing, if it could be drawn.
type Found = (Span, Option<String>, Option<Arc<Drawing>>);

/// The figure that was asked for: the one with the id, else the first.
fn choose<'a>(figures: &'a [Found], args: &FigureArgs, file: Span, diagnostics: &mut Diagnostics) -> Option<&'a Found> {
    let Some(id) = &args.id else {
        if figures.is_empty() {
            diagnostics
                .report(&codes::NO_FIGURE, file, "this text describes no diagram")
                .hint("write one as a block that begins with ```diagram flow");
        }
        return figures.first();
    };
    let found = figures.iter().find(|(_, known, _)| known.as_ref() == Some(id));
    if found.is_none() {
        let known: Vec<&str> = figures.iter().filter_map(|(_, id, _)| id.as_deref()).collect();
        let diagnostic = diagnostics.report(&codes::NO_FIGURE, file, format!("no figure of this text has the id `{id}`"));
        match nearest(id, known.iter().copied()) {
            Some(near) => diagnostic.hint(format!("did you mean `{near}`?")),
            None if known.is_empty() => diagnostic.hint("give it one: ```diagram flow {#fig-way}"),
            None => diagnostic.hint(format!("the ids are {}", known.join(", "))),
        };
    }
    found
}

fn write(args: &FigureArgs, drawing: &Drawing, drawn: &Drawn, messages: &Messages<'_>) -> Result<(), Error> {
    let outlines = args.outlines.then(|| Outlines::new(&drawn.fonts));
    let paint = Paint {
        colours: match args.theme {
            Shade::Light => Colours::Light(&drawn.theme),
            Shade::Dark => Colours::Dark(&drawn.theme),
        },
        outlines: outlines.as_ref(),
    };
    let Some(path) = &args.out else {
        messages.print(&svg::write(drawing, paint));
        messages.print("\n");
        return Ok(());
    };
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    let bytes = match ending.as_deref() {
        Some("png") => picture::png(drawing, paint, &drawn.fonts, RESOLUTION / 72.0)?,
        Some("svg") => (svg::write(drawing, paint) + "\n").into_bytes(),
        _ => {
            return Err(Error::new(format!(
                "writing {}: its name must end in .svg or .png",
                path.display()
            )));
        }
    };
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    release::write(folder, &[(name, &bytes)]).map(|_| ())
}

/// What was drawn, for people.
fn show_file(args: &FigureArgs, drawing: &Drawing, messages: &Messages<'_>) {
    if let Some(path) = args.out.as_ref().filter(|_| !args.common.quiet && !messages.json()) {
        messages.say(&format!(
            "{}  {:.0} × {:.0} pt: {}\n",
            path.display(),
            drawing.width,
            drawing.height,
            drawing.title
        ));
    }
}
