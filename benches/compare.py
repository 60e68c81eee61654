#!/usr/bin/env python3
"""Compares whole processes: publish against pandoc (EPUB) and against Typst alone on the same pages (PDF).

    pip install pypandoc_binary==1.17 typst==0.15.2
    cargo build --release --bin publish --example typst_source
    benches/compare.py [MANUSCRIPT]

Every figure is the CPU time of the process and its children, user and system, the least of several runs taken in turn,
and the peak of resident memory.
"""

import os
import pathlib
import subprocess
import sys
import tempfile
import tomllib

ROOT = pathlib.Path(__file__).resolve().parent.parent
RUNS = 5


def measure(command, cwd):
    """CPU seconds and peak memory in MB of one run."""
    process = subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{command[0]} failed with {process.returncode}: {' '.join(map(str, command))}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def least(commands, cwd):
    """The commands in turn, several times; the least of each."""
    best = {name: (float("inf"), 0.0) for name in commands}
    for _ in range(RUNS):
        for name, command in commands.items():
            best[name] = min(best[name], measure(command, cwd))
    return best


def show(title, best, base):
    print(title)
    for name, (seconds, memory) in best.items():
        print(f"  {name:<14} {seconds * 1000:8.0f} ms CPU {memory:6.0f} MB   {seconds / best[base][0]:6.2f} × {base}")


def chapters(manuscript):
    settings = tomllib.loads((manuscript / "book.toml").read_text())
    named = settings["book"].get("chapters")
    skip = {"outline.md", "SUMMARY.md"}
    return [str(manuscript / name) for name in named or sorted(path.name for path in manuscript.glob("*.md") if path.name not in skip)]


def main():
    import pypandoc

    manuscript = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "manuscript").resolve()
    publish = str(ROOT / "target/release/publish")
    pandoc = pypandoc.get_pandoc_path()
    with tempfile.TemporaryDirectory() as folder:
        out = ["--manuscript", str(manuscript), "--out", folder, "-q"]
        texts = chapters(manuscript)
        fonts = [f"--epub-embed-font={path}" for path in sorted((ROOT / "fonts").glob("*.woff2"))]
        size = sum(os.path.getsize(path) for path in texts)
        print(f"{len(texts)} chapters, {size / 1000:.0f} kB of Markdown")
        epub = least(
            {
                "publish": [publish, "--format", "epub", *out],
                "pandoc": [pandoc, "-f", "gfm+attributes", "-t", "epub3", "--toc", "--metadata=title:T", *fonts, "-o", f"{folder}/p.epub", *texts],
            },
            folder,
        )
        show("EPUB, with highlighting and embedded fonts", epub, "pandoc")
        source = pathlib.Path(folder) / "typst"
        subprocess.run([str(ROOT / "target/release/examples/typst_source"), str(manuscript), str(source)], check=True)
        typst = (
            "import typst; typst.compile('main.typ', output='out.pdf', root='.', font_paths=['fonts'], ignore_system_fonts=True)"
        )
        pdf = least(
            {
                "publish": [publish, "--edition", "print", *out],
                "typst": [sys.executable, "-c", typst],
            },
            source,
        )
        show("PDF, print edition, the same pages", pdf, "typst")


if __name__ == "__main__":
    main()
