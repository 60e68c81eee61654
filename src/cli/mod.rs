//! The command line: what was asked. Only this module prints.

mod build;
mod check;
mod figure;
mod ingest;
mod list;
mod man;
mod messages;
mod new;
mod preflight;
mod prompt;
mod release;
mod status;
mod test;
mod verify;
mod version;

use clap::{Args, CommandFactory as _, Parser, Subcommand, ValueEnum};
use publish::manuscript::settings::PdfEdition;
use std::path::PathBuf;
use std::process::ExitCode;

/// Compiles a manuscript of Markdown chapters into an EPUB and a PDF.
#[derive(Debug, Parser)]
#[command(
    name = "publish",
    version,
    long_version = version::LONG.as_str(),
    about,
    subcommand_negates_reqs = true,
    args_conflicts_with_subcommands = true
)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    build: BuildArgs,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Build the book (this is what happens without a command)
    Build(BuildArgs),
    /// Say what is wrong with the manuscript, without building it
    Check(CheckArgs),
    /// Run the listings that are marked `run`, and compare what they print with the book
    Test(TestArgs),
    /// Print the brief of a chapter, or of the whole book, for whoever is to write it
    Prompt(PromptArgs),
    /// Take a reply, a model's or a co-author's, into the manuscript
    Ingest(IngestArgs),
    /// Say what is written, missing, failing and stale, chapter by chapter
    Status(StatusArgs),
    /// Draw a described diagram of a Markdown file as SVG or PNG, to try it out
    Figure(FigureArgs),
    /// Say what a press would refuse in a PDF, or a store in an EPUB, whoever made it
    ///
    /// The exit code is 1 where something is refused or lost. What stores only advise is told and leaves it 0. What EPUBCheck
    /// says of an EPUB is not repeated.
    Preflight(PreflightArgs),
    /// Attach the book to the GitHub release of a tag
    Release(ReleaseArgs),
    /// Build the book anew and compare: a file, or all files of the release of a tag
    ///
    /// A file is held against what the manuscript makes now, the release of a tag against what the tag's manuscript makes. The
    /// first part that differs is named. The exit code is 0 where all is the same, 1 where something differs, and 2 where it
    /// could not be tried. Nothing is written.
    Verify(VerifyArgs),
    /// List the books below a folder, for whoever keeps several in one repository
    ///
    /// A book is a folder with book.toml. Hidden folders and those named dist, node_modules, target, template, templates and
    /// tests are passed over, unless they are the FOLDER; links to folders are not followed. The exit code is 1, and no list
    /// is printed, where a book.toml has an error or there is no book.
    List(ListArgs),
    /// Make a small book that builds at once
    New {
        /// The folder to make
        dir: PathBuf,
    },
    /// Print the document tree as JSON
    Tree(CommonArgs),
    /// Print completions for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual as a page for `man`
    ///
    /// `publish man | man -l -` shows it at once.
    Man(ManArgs),
}

/// What every command that reads a manuscript understands.
#[derive(Debug, Clone, Args)]
struct CommonArgs {
    /// The folder with book.toml [default: ./manuscript, or the nearest folder above with book.toml]
    #[arg(long, value_name = "DIR")]
    manuscript: Option<PathBuf>,
    /// Take warnings for errors
    #[arg(long)]
    strict: bool,
    /// How messages are written: for people to standard error; for programs to standard output
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    message_format: MessageFormat,
    /// Whether messages are coloured
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    color: Color,
    /// Say nothing but errors
    #[arg(short, long, conflicts_with = "verbose")]
    quiet: bool,
    /// Say also what each stage took
    #[arg(short, long)]
    verbose: bool,
}

#[derive(Debug, Args)]
struct BuildArgs {
    /// What to build; may be repeated or separated by commas [default: all]
    #[arg(long, value_name = "FORMAT", value_delimiter = ',')]
    format: Vec<Format>,
    /// Which PDFs [default: those that book.toml lists]
    #[arg(long, value_name = "EDITION", value_delimiter = ',')]
    edition: Vec<Edition>,
    /// Where the books go
    #[arg(long, value_name = "DIR", default_value = "dist")]
    out: PathBuf,
    /// A draft of some chapters: numbers, ranges and file names, such as `1,3-5,introduction`
    #[arg(long, value_name = "CHAPTERS", value_parser = publish::edition::Selection::parse)]
    chapters: Option<publish::edition::Selection>,
    /// The sample that book.toml defines, and nothing else
    #[arg(long, conflicts_with = "chapters")]
    sample: bool,
    #[command(flatten)]
    common: CommonArgs,
}

#[derive(Debug, Args)]
struct CheckArgs {
    /// Say what a code means, why it matters and how to mend it; without a code, list all
    #[arg(long, value_name = "CODE", num_args = 0..=1, default_missing_value = "list")]
    explain: Option<String>,
    /// How messages are written; the same as `--message-format`
    ///
    /// With `json`, each line of standard output is an object: "code" (a name that --explain knows, or null for what is no
    /// fault of the manuscript), "severity" ("error", "warning" or "note"), "message", "hints" (a list of sentences), and
    /// "place", which is null or has "file", "line" and "column" (from 1, columns in characters), "end_line" and
    /// "end_column" (behind the last character), "start" and "end" (bytes of the file). Fields may join these, and none
    /// leaves. With --explain, the objects are codes.
    #[arg(long, value_name = "FORMAT", conflicts_with = "message_format")]
    format: Option<MessageFormat>,
    #[command(flatten)]
    common: CommonArgs,
}

#[derive(Debug, Args)]
struct TestArgs {
    /// Run the listings with these ids only; may be repeated or separated by commas
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    only: Vec<String>,
    /// Write what listings print into their output blocks
    #[arg(long)]
    update: bool,
    /// Run them without asking
    #[arg(short, long)]
    yes: bool,
    /// How many listings run at once [default: as many as there are processors]
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..=256))]
    jobs: Option<u16>,
    /// Write the results as JUnit XML too
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    #[command(flatten)]
    common: CommonArgs,
}

#[derive(Debug, Args)]
struct PreflightArgs {
    /// The PDF of the inside of a book, or an EPUB
    file: PathBuf,
    /// The press: plain, kdp, ingramspark or lulu; or the store: apple, google, kdp or kobo. May be repeated or separated by
    /// commas [default: for an EPUB all stores]
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    profile: Vec<String>,
    #[command(flatten)]
    common: CommonArgs,
}

#[derive(Debug, Args)]
struct ReleaseArgs {
    /// The tag, which has to be in the repository
    tag: String,
    /// Take what is in the folder of the books, without checking and building
    #[arg(long)]
    no_build: bool,
    /// Leave the release a draft
    #[arg(long)]
    draft: bool,
    /// Mark it as a prerelease
    #[arg(long)]
    prerelease: bool,
    /// Replace files of the release that differ
    #[arg(long)]
    replace: bool,
    /// Say what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,
    /// The release's text [default: the section of the tag in CHANGELOG.md]
    #[arg(long, value_name = "FILE")]
    notes_file: Option<PathBuf>,
    /// Let GitHub write the release's text
    #[arg(long, conflicts_with = "notes_file")]
    generate_notes: bool,
    /// The repository [default: GITHUB_REPOSITORY, or that of the remote `origin`]
    #[arg(long, value_name = "OWNER/NAME")]
    repo: Option<String>,
    /// Where the books are; with --no-build there may be several such folders
    #[arg(long, value_name = "DIR", default_value = "dist")]
    out: Vec<PathBuf>,
    /// Another file to attach; may be repeated
    #[arg(long, value_name = "FILE")]
    attach: Vec<PathBuf>,
    #[command(flatten)]
    common: CommonArgs,
}

#[derive(Debug, Args)]
struct VerifyArgs {
    /// An EPUB or a PDF, by the name it was built under; or a tag
    #[arg(value_name = "FILE|TAG")]
    what: String,
    /// The repository of the release [default: GITHUB_REPOSITORY, or that of the remote `origin`]
    #[arg(long, value_name = "OWNER/NAME")]
    repo: Option<String>,
    #[command(flatten)]
    common: CommonArgs,
}

#[derive(Debug, Args)]
struct ListArgs {
    /// Where to look
    #[arg(default_value = ".")]
    folder: PathBuf,
    /// Print an array on one line, as a workflow's matrix takes it
    ///
    /// In order of path, each book is an object: "path" (its folder from the working folder, with `/` on every system, for
    /// --manuscript), "name" (what the names of its files begin with) and "title". Fields may join these, and none leaves.
    #[arg(long)]
    json: bool,
    /// How messages are written; to standard error in any case
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    message_format: MessageFormat,
    /// Whether messages are coloured
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    color: Color,
    /// Say nothing but errors
    #[arg(short, long)]
    quiet: bool,
}

#[derive(Debug, Args)]
struct ManArgs {
    /// Write the pages of all commands into a folder, such as `share/man/man1`
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct PromptArgs {
    /// The chapter, by number, title or file name; `3.2` is one section of it
    chapter: Option<String>,
    /// The brief of the whole book
    #[arg(long, conflicts_with = "chapter")]
    master: bool,
    /// Put the chapter's present text into the brief
    #[arg(long, requires = "chapter")]
    text: bool,
    /// Print a built-in template, to be changed and kept in `prompts/` of the manuscript [default: chapter]
    #[arg(long, value_name = "NAME", num_args = 0..=1, default_missing_value = "", value_parser = parse_template, conflicts_with_all = ["text", "chapter"])]
    template: Option<String>,
    /// Where it goes [default: standard output]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    common: CommonArgs,
}

/// The name of a template, with or without its ending; nothing for the one that goes with the brief.
fn parse_template(name: &str) -> Result<String, String> {
    let name = name.trim_end_matches(".md");
    if name.is_empty() || publish::prompt::template::built_in(name).is_some() {
        return Ok(name.to_owned());
    }
    let names: Vec<&str> = publish::prompt::template::names().collect();
    Err(format!("the templates are {}", names.join(", ")))
}

#[derive(Debug, Args)]
struct IngestArgs {
    /// The reply, as it was copied; `-` is standard input
    reply: PathBuf,
    /// The chapter it is for, by number, title or file, where its headings do not say; of other chapters nothing is taken
    #[arg(long, value_name = "CHAPTER")]
    chapter: Option<String>,
    /// Replace text that differs; the old file is kept beside the new one
    #[arg(long)]
    force: bool,
    /// Write nothing, and show what would change
    #[arg(long)]
    dry_run: bool,
    /// Who or what wrote it, for the ledger in the chapter's front matter [default: `by` in [ingest] of book.toml]
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// The day it comes in [default: today]
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = publish::manuscript::settings::parse_day)]
    date: Option<String>,
    /// What becomes of exercises, reflections and the like that the outline does not have
    #[arg(long, value_name = "WHAT")]
    tails: Option<Tails>,
    #[command(flatten)]
    common: CommonArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Tails {
    /// They stay, at the end of the chapter
    Keep,
    /// They are left out
    Strip,
}

#[derive(Debug, Args)]
struct StatusArgs {
    /// Say where the text of each chapter came from, as stores ask it of what machines helped to write
    #[arg(long)]
    disclosure: bool,
    /// How it is written
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: StatusFormat,
    #[command(flatten)]
    common: CommonArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum StatusFormat {
    /// A table
    Human,
    /// One object
    Json,
}

#[derive(Debug, Args)]
struct FigureArgs {
    /// The Markdown file; `-` is standard input
    file: PathBuf,
    /// The figure's id, such as `fig-way` [default: the first figure]
    #[arg(long)]
    id: Option<String>,
    /// Where it goes: a name that ends in .svg or .png [default: SVG on standard output]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// The measure it is laid out for, such as `12cm` [default: that of the book's page]
    #[arg(long, value_parser = parse_length)]
    width: Option<f64>,
    /// In the colours of which page
    #[arg(long, value_name = "THEME", default_value = "light")]
    theme: Shade,
    /// Letters as outlines, for readers that show no text in SVG
    #[arg(long)]
    outlines: bool,
    #[command(flatten)]
    common: CommonArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Shade {
    Light,
    Dark,
}

fn parse_length(text: &str) -> Result<f64, String> {
    let length = publish::manuscript::settings::length(text).filter(|length| *length >= 36.0);
    length.ok_or_else(|| "expected at least half an inch, as a number with a unit: `12cm`, `4.5in`, `320pt`".to_owned())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// An EPUB 3.3
    Epub,
    /// PDFs, by default of all editions
    Pdf,
    /// The cover that wraps the printed book, with a spine as wide as its pages are thick
    Cover,
    /// EPUB and PDFs
    All,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Edition {
    /// For the press
    Print,
    /// For reading on a screen, accessible
    Screen,
}

impl From<Edition> for PdfEdition {
    fn from(edition: Edition) -> Self {
        match edition {
            Edition::Print => Self::Print,
            Edition::Screen => Self::Screen,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum MessageFormat {
    /// With the line, a mark under the place, and hints
    Human,
    /// One object a line
    Json,
    /// One document of SARIF 2.1.0
    Sarif,
    /// Annotations of GitHub Actions
    Github,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Color {
    Auto,
    Always,
    Never,
}

/// Runs the command that was typed. The code is 0 when done, 1 when the manuscript has errors or the build failed, and 2
/// when the command line is wrong.
pub(crate) fn run() -> ExitCode {
    let cli = Cli::parse();
    match cli.command {
        None => build::run(&cli.build),
        Some(Command::Build(args)) => build::run(&args),
        Some(Command::Check(args)) => check::run(&args),
        Some(Command::Test(args)) => test::run(&args),
        Some(Command::Prompt(args)) => prompt::run(&args),
        Some(Command::Ingest(args)) => ingest::run(&args),
        Some(Command::Status(args)) => status::run(&args),
        Some(Command::Figure(args)) => figure::run(&args),
        Some(Command::Preflight(args)) => preflight::run(&args),
        Some(Command::Tree(args)) => check::tree(&args),
        Some(Command::Release(args)) => release::run(&args),
        Some(Command::Verify(args)) => verify::run(&args),
        Some(Command::List(args)) => list::run(&args),
        Some(Command::Man(args)) => man::run(&args),
        Some(Command::New { dir }) => new::run(&dir),
        Some(Command::Completions { shell }) => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "publish", &mut script);
            // A reader that stopped reading has what it wants.
            let _ = std::io::Write::write_all(&mut std::io::stdout(), &script);
            ExitCode::SUCCESS
        }
    }
}
