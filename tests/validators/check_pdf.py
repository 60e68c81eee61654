"""Checks a PDF's structure with pikepdf: check_pdf.py FILE print|screen TITLE LANGUAGE WIDTH HEIGHT (pt)."""

import sys

import pikepdf

FAULTS = []


def expect(condition, fault):
    if not condition:
        FAULTS.append(fault)


def fonts(resources, seen):
    """Every font of a page's resources, and of the forms inside it."""
    for font in (resources.get("/Font") or {}).values():
        yield font
    for form in (resources.get("/XObject") or {}).values():
        inner = form.get("/Resources")
        if inner is not None and form.objgen not in seen:
            seen.add(form.objgen)
            yield from fonts(inner, seen)


def is_embedded(font):
    for descendant in font.get("/DescendantFonts") or [font]:
        if descendant.get("/Subtype") == "/Type3":
            return True
        descriptor = descendant.get("/FontDescriptor") or {}
        return any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3"))
    return False


def main(path, kind, title, language, width, height):
    pdf = pikepdf.open(path)
    root = pdf.Root
    expect(len(pdf.pages) > 0, "no pages")

    links = 0
    seen = set()
    names = set()
    for number, page in enumerate(pdf.pages, 1):
        box = [float(side) for side in page.mediabox]
        size = (box[2] - box[0], box[3] - box[1])
        expect(abs(size[0] - width) < 0.1 and abs(size[1] - height) < 0.1, f"page {number} is {size}")
        links += sum(1 for note in page.get("/Annots") or [] if note.get("/Subtype") == "/Link")
        for font in fonts(page.get("/Resources") or {}, seen):
            names.add(str(font.get("/BaseFont")))
            expect(is_embedded(font), f"the font {font.get('/BaseFont')} on page {number} is not embedded")
    expect(names, "no fonts at all")

    with pdf.open_metadata() as metadata:
        expect(metadata.get("dc:title") == title, f"the title is {metadata.get('dc:title')!r}")
    expect(str(root.get("/Lang", "")) == language, f"the language is {root.get('/Lang')}")
    expect("/PageLabels" in root, "no page labels")
    if kind == "screen":
        expect(bool((root.get("/MarkInfo") or {}).get("/Marked", False)), "not tagged")
        expect("/StructTreeRoot" in root, "no structure tree")
        expect(bool((root.get("/ViewerPreferences") or {}).get("/DisplayDocTitle", False)), "the window shows no title")
        with pdf.open_outline() as outline:
            expect(len(outline.root) > 0, "no bookmarks")
        expect(links > 0, "no links")
    else:
        with pdf.open_outline() as outline:
            expect(len(outline.root) == 0, "bookmarks, which printers refuse")
        expect(links == 0, f"{links} links, which printers refuse")
        expect("/Encrypt" not in pdf.trailer, "encrypted")


if __name__ == "__main__":
    path, kind, title, language, width, height = sys.argv[1:]
    main(path, kind, title, language, float(width), float(height))
    if FAULTS:
        print("\n".join(FAULTS[:20]))
        sys.exit(1)
