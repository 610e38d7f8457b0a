"""PDF files, written here line by line so that it is known what stands where."""

from collections.abc import Callable, Mapping, Sequence

Placed = tuple[float, float, float, str]
"""Where a line of text stands (from the left, from the bottom), the size of its font, and the text."""

Box = tuple[float, float, float, float]
"""Left, bottom, right, top."""

Add = Callable[[str | bytes], int]

WIDTH, HEIGHT = 595.0, 842.0


def pdf(  # noqa: PLR0913  # a file has many sides
    pages: Sequence[Sequence[Placed]],
    *,
    info: Mapping[str, str] | None = None,
    outline: Sequence[tuple[str, int, float]] = (),
    labels: str = "",
    marks: Mapping[int, Sequence[str]] | None = None,
    pictures: Mapping[int, Sequence[Box]] | None = None,
) -> bytes:
    """Return a PDF of pages; `outline` are title, page and height, `labels` the source of a page label tree.

    `marks` are the sources of the annotations of pages (from 0), `pictures` where a red picture stands on them.
    """
    objects: list[bytes] = []

    def add(source: str | bytes) -> int:
        objects.append(source if isinstance(source, bytes) else _bytes(source))
        return len(objects)

    catalog, tree, font = (
        add(""),
        add(""),
        add("<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"),
    )
    marks, pictures = marks or {}, pictures or {}
    resources = f"/Font<</F {font} 0 R>>" + (f"/XObject<</I {add(RED)} 0 R>>" if pictures else "")
    kids = [
        _page(add, (*map(drawn, pictures.get(number, ())), shown(lines)), tree, resources, marks.get(number, ()))
        for number, lines in enumerate(pages)
    ]
    objects[tree - 1] = f"<</Type/Pages/Count {len(kids)}/Kids[{' '.join(f'{kid} 0 R' for kid in kids)}]>>".encode()
    extra = f"/Outlines {_outline(add, objects, outline, kids)} 0 R" if outline else ""
    extra += f"/PageLabels<</Nums[{labels}]>>" if labels else ""
    objects[catalog - 1] = f"<</Type/Catalog/Pages {tree} 0 R{extra}>>".encode()
    trailer = f"/Root {catalog} 0 R"
    if info:
        trailer += (
            f"/Info {add('<<' + ''.join(f'/{key}({_escaped(value)})' for key, value in info.items()) + '>>')} 0 R"
        )
    return file_of(objects, trailer)


def over(boxes: Sequence[Box], *, kind: str = "Highlight", **said: str) -> str:
    """Return the source of an annotation over `boxes` (left, bottom, right, top)."""
    rect = (*map(min, *([box[:2] for box in boxes] * 2)), *map(max, *([box[2:] for box in boxes] * 2)))
    points = " ".join(f"{a} {d} {c} {d} {a} {b} {c} {b}" for a, b, c, d in boxes)
    quads = f"/QuadPoints[{points}]" if kind != "Text" else ""
    words = "".join(f"/{key}({_escaped(value)})" for key, value in said.items() if key != "C")
    color = f"/C[{said['C']}]" if "C" in said else ""
    return f"<</Type/Annot/Subtype/{kind}/F 4/Rect[{' '.join(map(str, rect))}]{quads}{words}{color}>>"


RED = (
    b"<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceRGB/BitsPerComponent 8/Length 3>>stream\n"
    b"\xff\x00\x00\nendstream"
)
"""The source of a picture of one red pixel."""


def drawn(box: Box) -> str:
    """Return the source that draws the picture ``/I`` in a box."""
    left, bottom, right, top = box
    return f"q {right - left} 0 0 {top - bottom} {left} {bottom} cm /I Do Q"


def shown(lines: Sequence[Placed]) -> str:
    """Return the source that shows lines of text."""
    return "\n".join(f"BT /F {size} Tf 1 0 0 1 {x} {y} Tm ({_escaped(text)}) Tj ET" for x, y, size, text in lines)


def stream(source: str | bytes, entries: str = "") -> bytes:
    """Return the source of a stream with further entries in its dictionary."""
    content = source if isinstance(source, bytes) else _bytes(source)
    return f"<</Length {len(content)}{entries}>>stream\n".encode() + content + b"\nendstream"


def _page(add: Add, content: Sequence[str], tree: int, resources: str, marks: Sequence[str]) -> int:
    contents = add(stream("\n".join(content)))
    annotations = " ".join(f"{add(mark)} 0 R" for mark in marks)
    return add(
        f"<</Type/Page/Parent {tree} 0 R/MediaBox[0 0 {WIDTH} {HEIGHT}]/Contents {contents} 0 R/Annots[{annotations}]"
        f"/Resources<<{resources}>>>>"
    )


def _outline(add: Add, objects: list[bytes], outline: Sequence[tuple[str, int, float]], kids: Sequence[int]) -> int:
    root = add("")
    first = len(objects) + 1
    for number, (title, page, top) in enumerate(outline):
        following = f"/Next {first + number + 1} 0 R" if number + 1 < len(outline) else ""
        add(f"<</Title({_escaped(title)})/Parent {root} 0 R/Dest[{kids[page]} 0 R/XYZ 0 {top} 0]{following}>>")
    objects[root - 1] = f"<</Type/Outlines/First {first} 0 R/Last {len(objects)} 0 R/Count {len(outline)}>>".encode()
    return root


def _bytes(source: str) -> bytes:
    """Return a string in the encoding of the font; the controls that it has no place for as what they are."""
    try:
        return source.encode("cp1252")
    except UnicodeEncodeError:
        return source.encode("latin-1")


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def file_of(objects: Sequence[bytes], trailer: str) -> bytes:
    made = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, source in enumerate(objects, 1):
        offsets.append(len(made))
        made += b"%d 0 obj\n" % number + source + b"\nendobj\n"
    at = len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    made += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return bytes(made + f"trailer\n<</Size {len(objects) + 1}{trailer}>>\nstartxref\n{at}\n%%EOF\n".encode())


def set_lines(lines: Sequence[str], *, x: float = 72, top: float = 720, size: float = 11) -> list[Placed]:
    """Return lines of running text below each other."""
    return [(x, top - number * 14, size, line) for number, line in enumerate(lines)]
