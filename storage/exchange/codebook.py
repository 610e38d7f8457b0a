"""The codebook as REFI-QDA has it (`.qdc`, standard 1.5): tags as codes with colours and descriptions; and back.

A tag beneath another is a code inside it. A slash in the name of a foreign code becomes a division slash, since a path
is joined with slashes. Keys, groups and memos have no place there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, TextIO
from xml.sax.saxutils import escape, quoteattr

from storage.errors import DocumentError
from storage.exchange.parcel import Parcel, clean, empty, line
from storage.model import Tag
from storage.visible import visible

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from storage.exchange.entry import Collection
    from storage.exchange.sample import Sample

SPACE = "urn:QDA-XML:codebook:1.0"

SHADES = {
    "yellow": "#FFD700",
    "green": "#2E8B57",
    "blue": "#1E90FF",
    "pink": "#FF69B4",
    "orange": "#FF8C00",
    "purple": "#8A2BE2",
    "cyan": "#00CED1",
    "red": "#DC143C",
}
"""The colours of tags as other programs show them; of a foreign colour the nearest of these is taken."""

_SLASH, _DIVISION_SLASH = "/", "\N{DIVISION SLASH}"


def dump(collection: Collection, out: TextIO) -> None:
    """Write the whole codebook to `out`, with LF line ends."""
    tags = collection.library.tags()
    out.write(f'<?xml version="1.0" encoding="UTF-8"?>\n<CodeBook xmlns="{SPACE}" origin="Manicula">\n')
    out.write("<Codes>\n" if tags else "<Codes/>\n")
    out.writelines(codes(tags, _opening))
    collection.count += len(tags)
    out.write("</Codes>\n</CodeBook>\n" if tags else "</CodeBook>\n")


def codes(tags: Iterable[Tag], opening: Callable[[Tag, str], str]) -> Iterator[str]:
    """Yield the codes that tags are, those beneath another inside it; `opening` is told a tag and its name there."""
    open_paths: list[str] = []
    for tag in sorted(tags, key=lambda one: one.path.split("/")):
        while open_paths and not tag.path.startswith(f"{open_paths[-1]}/"):
            open_paths.pop()
            yield "</Code>\n"
        yield opening(tag, tag.path.removeprefix(f"{open_paths[-1]}/") if open_paths else tag.path)
        open_paths.append(tag.path)
    yield "</Code>\n" * len(open_paths)


def _opening(tag: Tag, name: str) -> str:
    color = f' color="{SHADES[tag.color]}"' if tag.color in SHADES else ""
    code = f'<Code guid="{tag.uuid.upper()}" name={quoteattr(visible(name))} isCodable="true"{color}>\n'
    return code + (f"<Description>{escape(visible(tag.description))}</Description>\n" if tag.description else "")


def recognises(sample: Sample) -> bool:
    """Tell whether a file is XML of the codebook's namespace."""
    return SPACE.encode() in sample.data[: 1 << 16]


def load(sample: Sample) -> Parcel:
    """Return the tags of a codebook. Raises DocumentError when it is none, or has a document type or entities."""
    root = parsed(sample.data, sample.path)
    if root.tag != f"{{{SPACE}}}CodeBook":
        raise DocumentError(f"{sample.path} is no codebook of REFI-QDA.")
    parcel = empty()
    codes = root.find(f"{{{SPACE}}}Codes")
    for path, code in walk(codes if codes is not None else (), SPACE):
        if path:
            parcel.tags.append(tag_of(code, path, SPACE))
        else:
            parcel.problems.append(f"A code without a name ({line(code.get('guid'))}) was left out.")
    if sets := len(root.findall(f"{{{SPACE}}}Sets/{{{SPACE}}}Set")):
        parcel.problems.append(
            f"{'1 set of codes was' if sets == 1 else f'{sets} sets of codes were'} left out: only projects keep them."
        )
    return parcel


def parsed(data: bytes, name: object) -> Element:
    """Return the root of XML that is called `name`. Raises DocumentError when it is broken, or has a document type."""
    from xml.etree.ElementTree import ParseError  # noqa: PLC0415  # imported when first used

    import defusedxml  # noqa: PLC0415  # the same
    from defusedxml.ElementTree import fromstring  # noqa: PLC0415  # the same

    try:
        root: Element = fromstring(data, forbid_dtd=True)
    except defusedxml.DefusedXmlException:
        raise DocumentError(f"{name} declares a document type or entities, which nothing here needs.") from None
    except (ParseError, ValueError, LookupError) as error:
        raise DocumentError(f"{name} is no whole XML: {error}.") from error
    return root


def walk(codes: Sequence[Element] | Element, space: str) -> Iterator[tuple[str, Element]]:
    """Yield each code with its path, those above first; the path of one without a name, or beneath one, is empty."""
    waiting = [("", code) for code in reversed(codes) if code.tag == f"{{{space}}}Code"]
    while waiting:
        above, code = waiting.pop()
        name = line(code.get("name")).replace(_SLASH, _DIVISION_SLASH)
        path = f"{above}/{name}" if above and name else name
        yield path, code
        waiting += [(path, each) for each in reversed(code) if each.tag == f"{{{space}}}Code"]


def tag_of(code: Element, path: str, space: str) -> Tag:
    """Return the tag that a code is."""
    said = code.find(f"{{{space}}}Description")
    description = line(clean(said.text)) if said is not None else ""
    return Tag(line(code.get("guid")).strip("{}"), path, nearest(line(code.get("color"))), description)


def nearest(color: str) -> str:
    """Return the name of the colour that is most like ``#RRGGBB`` or ``#RGB``; empty for what is none."""
    digits = color.removeprefix("#")
    digits = "".join(2 * digit for digit in digits) if len(digits) == 3 else digits  # noqa: PLR2004  # #RGB
    try:
        wanted = bytes.fromhex(digits)
    except ValueError:
        return ""
    if len(wanted) != 3:  # noqa: PLR2004  # red, green, blue
        return ""
    return min(SHADES, key=lambda name: _distance(bytes.fromhex(SHADES[name][1:]), wanted))


def _distance(one: bytes, other: bytes) -> int:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))
