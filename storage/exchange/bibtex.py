r"""BibTeX, as BibLaTeX writes it: the documents as sources; and back.

Written in UTF-8, with LaTeX's own signs escaped. Read are braces and quotes, ``@string``, ``#``, and the accents of
LaTeX; what a field has of commands beyond that stays as it is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, TextIO
from unicodedata import normalize

from storage.errors import DocumentError
from storage.exchange import csljson, sources
from storage.exchange.parcel import MONTHS, Parcel, empty, line
from storage.visible import one_line

if TYPE_CHECKING:
    from storage.exchange.entry import Collection
    from storage.exchange.sample import Sample
    from storage.model import Document

FIELDS = {
    "container-title": "journaltitle",
    "collection-title": "series",
    "publisher": "publisher",
    "publisher-place": "location",
    "volume": "volume",
    "issue": "number",
    "page": "pages",
    "edition": "edition",
    "genre": "type",
    "abstract": "abstract",
    "note": "note",
    "DOI": "doi",
    "ISBN": "isbn",
    "ISSN": "issn",
    "PMID": "pmid",
    "URL": "url",
    "language": "langid",
}
"""CSL's variables and the fields of BibLaTeX that say the same."""

_ALSO = {
    "journal": "container-title",
    "booktitle": "container-title",
    "address": "publisher-place",
    "language": "language",
}
_TYPES = {
    "article-journal": "article",
    "book": "book",
    "chapter": "incollection",
    "paper-conference": "inproceedings",
    "report": "report",
    "thesis": "thesis",
    "webpage": "online",
    "article-newspaper": "article",
}
_BACK = {kind: name for name, kind in reversed(_TYPES.items())} | {"techreport": "report", "phdthesis": "thesis"}
_PARTS = {"incollection", "inproceedings"}
"""Entries that stand in a book."""
_VERBATIM = {"doi", "file", "url"}
"""Fields in which BibLaTeX takes each sign as it is."""
_ESCAPED = re.compile(r"[\\{}$&#%_~^]")
_SPELLED = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
_ACCENTS = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", '"': "\u0308", "=": "\u0304", ".": "\u0307",
    "u": "\u0306", "v": "\u030c", "H": "\u030b", "c": "\u0327", "k": "\u0328", "r": "\u030a", "d": "\u0323",
}  # fmt: skip
_LETTERS = {
    "ss": "ß", "o": "ø", "O": "Ø", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å", "AA": "Å", "l": "ł", "L": "Ł",
    "i": "i", "j": "j", "textbackslash": "\\", "textasciitilde": "~", "textasciicircum": "^",
}  # fmt: skip
_ACCENT = re.compile(r"\\(?:([`'^~\"=.])\s*|([uvHckrd])(?![A-Za-z])\s*)(?:\{\\?([A-Za-z])\}|\\?([A-Za-z]))")
_LETTER = re.compile(rf"\\({'|'.join(sorted(_LETTERS, key=len, reverse=True))})(?![A-Za-z])(?:\{{\}}|\s+)?")
_ENTRY = re.compile(r"@\s*(\w+)\s*([{(])")
_NEXT = re.compile(rf"^[ \t]*{_ENTRY.pattern}", re.MULTILINE)
_LIMIT = 1 << 20
_ROLES = ("author", *sources.NAMES)


def dump(collection: Collection, out: TextIO) -> None:
    """Write the documents of `collection` to `out`."""
    gap = ""
    documents, keys = collection.documents(), sources.citekeys(collection.library.documents())
    for document, item in zip(documents, sources.items(documents, keys), strict=True):
        out.write(gap + _entry(item, document.paths[-1] if document.paths else ""))
        gap = "\n"
        collection.count += 1


def _entry(item: dict[str, Any], path: str) -> str:
    fields = {"title": item["title"]}
    fields.update({name: _people(item[name]) for name in _ROLES if name in item})
    if "issued" in item:
        fields["date"] = sources.date_of(item["issued"])
    kind = _TYPES.get(item["type"], "misc")
    named = FIELDS | ({"container-title": "booktitle"} if kind in _PARTS else {})
    fields.update({field: item[name] for name, field in named.items() if name in item})
    if _BACK.get(kind, "document") != item["type"]:
        fields["entrysubtype"] = item["type"]
    fields.update({"file": path} if path else {})
    lines = [f"  {name} = {{{value if name in _ROLES else _value(name, value)}}},\n" for name, value in fields.items()]
    return f"@{kind}{{{item['id']},\n{''.join(lines)}}}\n"


def _value(field: str, string: str) -> str:
    """Return what stands in a field; braces and backslashes are escaped also where nothing should be."""
    return one_line(string) if field in _VERBATIM and not re.search(r"[\\{}]", string) else escape(string)


def escape(string: str) -> str:
    """Return foreign text as LaTeX that shows just these characters."""
    return _ESCAPED.sub(lambda match: _SPELLED.get(match[0], f"\\{match[0]}"), one_line(string))


def _people(names: list[dict[str, str]]) -> str:
    return " and ".join(
        f"{{{escape(name['literal'])}}}" if "literal" in name else f"{escape(name['family'])}, {escape(name['given'])}"
        for name in names
    )


def recognises(sample: Sample) -> bool:
    """Tell whether a file begins, comments aside, with an entry."""
    found = _ENTRY.search(sample.text[: 1 << 16]) if sample.suffix in {".bib", ".bibtex", ".txt"} else None
    return found is not None and (sample.suffix != ".txt" or sample.text.lstrip().startswith("@"))


def load(sample: Sample) -> Parcel:
    """Return the documents that a file tells of. Raises DocumentError when there is no entry in it."""
    parcel = empty()
    strings = {month: month for month in MONTHS}
    found = 0
    for kind, key, fields in _entries(sample.text, strings, parcel.problems):
        found += 1
        csljson.add(parcel, _document(kind, key, fields), f"The entry {key}")
    if not found:
        raise DocumentError(f"{sample.path} has no entries in it.")
    return parcel


def _document(kind: str, key: str, fields: dict[str, str]) -> Document:
    names = {**{field: name for name, field in FIELDS.items()}, **_ALSO}
    fields.update(
        {name: re.sub(r"\\?~(?:\{\})?", r"\\textasciitilde{}", fields[name]) for name in _VERBATIM & {*fields}}
    )
    item: dict[str, Any] = {name: plain(fields[field]) for field, name in names.items() if field in fields}
    item.update(id=key, title=plain(fields.get("title", "")), type=_BACK.get(kind, "document"))
    item.update({"type": plain(fields["entrysubtype"])} if "entrysubtype" in fields else {})
    for role in _ROLES:
        if role in fields:
            item[role] = [_person(name) for name in _names(fields[role]) if name.strip()]
    item["issued"] = {"raw": _date(fields)}
    path = plain(fields.get("file", "")).split(";")[0]
    return sources.document(item, (re.sub(r"^[^:]*:(.+):[^:]*$", r"\1", path),) if path else ())


def _date(fields: dict[str, str]) -> str:
    if "date" in fields:
        return plain(fields["date"])
    month = plain(fields.get("month", "")).lower()[:3]
    number = f"-{MONTHS.index(month) + 1:02}" if month in MONTHS else ""
    return f"{plain(fields.get('year', ''))}{number}" if "year" in fields else ""


def _names(people: str) -> Iterator[str]:
    """Yield the names in a list of them; an ``and`` in braces belongs to a name."""
    depth = at = 0
    for match in re.finditer(r"\\.|[{}]|\s+and(?=\s)", people, re.DOTALL):
        depth += (match[0] == "{") - (match[0] == "}")
        if depth == 0 and match[0][0].isspace():
            yield people[at : match.start()]
            at = match.end()
    yield people[at:]


def _person(name: str) -> dict[str, str]:
    if re.fullmatch(r"\{.*\}", name.strip(), re.DOTALL):
        return {"literal": plain(name)}
    return sources.split_name(plain(name))


def plain(string: str) -> str:
    """Return a field as its reader sees it: accents put on, braces and escapes taken off, on one line."""
    string = string.replace("\0", "")
    string = _ACCENT.sub(lambda match: (match[3] or match[4]) + _ACCENTS[match[1] or match[2]], string)
    string = _LETTER.sub(lambda match: f"\0{ord(_LETTERS[match[1]])}\0", string)
    string = re.sub(r"\\([{}$&#%_])", lambda match: f"\0{ord(match[1])}\0", string)
    string = string.replace("{", "").replace("}", "").replace("~", " ")
    string = re.sub("\0(\\d+)\0", lambda match: chr(int(match[1])), string)
    return normalize("NFC", line(string))


def _entries(text: str, strings: dict[str, str], problems: list[str]) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Yield the entries: type, key, fields as they are written.

    After one that does not end no other reaches over the next that begins a line.
    """
    at, counted, number, until = 0, 0, 1, len(text)
    while found := _ENTRY.search(text, at):
        kind, at = found[1].lower(), found.end()
        until = until if until >= at else _following(text, at)
        end = _closing(text, at, "}" if found[2] == "{" else ")", until)
        if end < 0:
            number, counted = number + text.count("\n", counted, at), at
            problems.append(f"The entry in line {number} does not end and was left out.")
            at = until = _following(text, at)
            continue
        body, at = text[found.end() : end], end + 1
        if kind == "string":
            strings.update((name.lower(), value) for name, value in _fields(body, strings))
        elif kind not in {"comment", "preamble"}:
            key, _, rest = body.partition(",")
            yield kind, line(key), {name.lower(): value for name, value in _fields(rest, strings)}


def _following(text: str, at: int) -> int:
    """Return where the next entry begins a line, the end of the text where none does."""
    found = _NEXT.search(text, at)
    return found.start() if found else len(text)


def _closing(text: str, at: int, closing: str, until: int) -> int:
    """Return where the body that begins at `at` ends, -1 where it does not before `until`."""
    depth = 0
    for match in re.compile(r"\\.|[{}()]", re.DOTALL).finditer(text, at, min(until, at + _LIMIT)):
        sign = match[0]
        if sign == closing and depth == 0:
            return match.start()
        depth += (sign == "{") - (sign == "}")
    return -1


_FIELD = re.compile(r"\s*,?\s*([\w:.+-]+)\s*=\s*")
_PART = re.compile(r"\s*(?:#\s*)?(?:(\{)|(\")|([^\s,#{}\"]+))")


def _fields(body: str, strings: dict[str, str]) -> Iterator[tuple[str, str]]:
    at = 0
    while name := _FIELD.match(body, at):
        at, parts = name.end(), []
        while part := _PART.match(body, at):
            at = part.end()
            if part[3]:
                parts.append(strings.get(part[3].lower(), part[3]))
            else:
                end = _closing(body, at, "}", len(body)) if part[1] else _quote(body, at)
                end = end if end >= 0 else len(body)
                parts.append(body[at:end])
                at = end + 1
            if not re.compile(r"\s*#").match(body, at):
                break
        yield name[1], "".join(parts)


def _quote(body: str, at: int) -> int:
    """Return where a value in quotes ends: at a quote that stands in no braces."""
    depth = 0
    for match in re.compile(r"\\.|[{}\"]", re.DOTALL).finditer(body, at):
        if match[0] == '"' and depth == 0:
            return match.start()
        depth += (match[0] == "{") - (match[0] == "}")
    return -1
