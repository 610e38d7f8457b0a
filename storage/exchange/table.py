"""THE table of formats: what each is called, what writes and reads it, and what of an annotation it carries.

A format is a row of `FORMATS` and a module with ``dump(collection, out)``, and, where it can come in,
``recognises(sample)`` and ``load(sample)``. The module is imported when it is used.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TextIO

from storage.errors import DocumentError, UsageError
from storage.exchange.aspects import ALL, ASPECTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from types import ModuleType

    from storage.exchange.entry import Collection
    from storage.exchange.parcel import Parcel
    from storage.exchange.sample import Sample
    from storage.model import Document


class Format(NamedTuple):
    """One format. `carries` are the words of `ASPECTS` that it has a place for; `reads` and `writes` are directions.

    `unit` is what it is a list of. An `archive` is no text: it is written to a file alone. Of one with `notes` a folder
    of notes can be brought up to date. A `single` one is about one document; where its text is written too, `beside` is
    the suffix of that file. `field` is that of an annotation which keeps what the format alone says.
    """

    name: str
    suffix: str
    module: str
    description: str
    carries: frozenset[str]
    reads: bool = False
    writes: bool = True
    unit: str = "annotation"
    archive: bool = False
    notes: bool = False
    single: bool = False
    beside: str = ""
    field: str = ""

    @property
    def streams(self) -> bool:
        """Whether it is one text for whatever is asked for, so that it can go anywhere."""
        return not self.archive and not self.single

    def dump(self, collection: Collection, out: TextIO) -> None:
        """Write `collection` to `out`, which must take UTF-8 and must not translate line ends."""
        self._module().dump(collection, out)

    def dump_beside(self, collection: Collection, out: TextIO) -> None:
        """Write the text that belongs beside the file of the one document of `collection`."""
        self._module().beside(collection, out)

    def recognises(self, sample: Sample) -> bool:
        """Tell whether a file is of this format."""
        return bool(self._module().recognises(sample))

    def load(self, sample: Sample) -> Parcel:
        """Return what a file of this format holds. Raises DocumentError when it holds nothing that can be read."""
        parcel: Parcel = self._module().load(sample)
        return parcel

    def part(self, name: str) -> Any:  # noqa: ANN401  # whatever its module has under that name
        """Return what its module has under `name`."""
        return getattr(self._module(), name)

    def front(self, document: Document, tags: Iterable[str]) -> str:
        """Return what a note on `document` begins with, before anything that can be brought up to date."""
        front = getattr(self._module(), "front", None)
        return str(front(document, tags)) if front else ""

    def lacks(self, met: Mapping[str, int]) -> dict[str, int]:
        """Return what of `met` it has no place for."""
        return {name: met[name] for name in ASPECTS if met.get(name) and name not in self.carries}

    def _module(self) -> ModuleType:
        return import_module(f"storage.exchange.{self.module}")


_NONE: frozenset[str] = frozenset()
_COMMON = frozenset({"notes", "tags", "colours", "page notes", "orphans"})

FORMATS = {
    one.name: one
    for one in (
        Format(
            "markdown",
            ".md",
            "markdown",
            "to read: by document and section, with tags and notes",
            _COMMON | {"pieces", "memos"},
            reads=True,
            notes=True,
        ),
        Format(
            "html",
            ".html",
            "htmlfile",
            "to read anywhere: the whole text with its marks, notes in the margin, filter and search",
            _COMMON | {"pieces", "fields", "relations", "replies", "memos"},
        ),
        Format("json", ".json", "jsonfile", "to compute with: everything, as schema.json says", ALL, reads=True),
        Format("jsonl", ".jsonl", "jsonlines", "the same, a record a line, for large libraries", ALL, reads=True),
        Format("csv", ".csv", "csvfile", "for a spreadsheet: one row per annotation", _COMMON | {"pieces"}, reads=True),
        Format(
            "epub",
            ".annotation",
            "epubset",
            "annotation sets of EPUB, a draft of the W3C, for reading programs",
            ALL - {"alternatives", "memos", "bookmarks"},
            reads=True,
            single=True,
        ),
        Format(
            "w3c",
            ".jsonld",
            "webannotation",
            "Web Annotations, for other programs of the web",
            ALL - {"alternatives", "memos", "bookmarks"},
            reads=True,
        ),
        Format(
            "hypothesis",
            ".json",
            "hypothesis",
            "what the client of Hypothesis exports and imports",
            frozenset({"notes", "tags", "page notes", "pieces", "replies"}),
            reads=True,
            field="hypothesis",
        ),
        Format(
            "xlsx",
            ".xlsx",
            "xlsx",
            "a workbook: annotations, codebook, documents and tags",
            _COMMON | {"pieces"},
            archive=True,
        ),
        Format(
            "docx", ".docx", "docx", "for Word: by tag, each passage in its context", _COMMON | {"pieces"}, archive=True
        ),
        Format("excel", ".csv", "excel", "the same as a spreadsheet in Europe opens it", _COMMON | {"pieces"}),
        Format(
            "readwise",
            ".csv",
            "readwise",
            "what Readwise imports and exports",
            frozenset({"notes", "tags"}),
            reads=True,
            field="location",
        ),
        Format(
            "obsidian",
            ".md",
            "obsidian",
            "notes for Obsidian: properties, callouts, block ids, nested tags",
            _COMMON - {"colours"} | {"pieces"},
            notes=True,
        ),
        Format("org", ".org", "orgmode", "for Emacs, as org-noter has it", _COMMON | {"pieces", "memos"}, notes=True),
        Format("text", ".txt", "plaintext", "to read, without any marks", _COMMON | {"pieces", "memos"}),
        Format("anki", ".tsv", "anki", "cards for Anki", _COMMON - {"colours"} | {"pieces"}),
        Format(
            "kindle",
            ".txt",
            "kindle",
            "a Kindle's My Clippings",
            frozenset({"notes", "page notes"}),
            reads=True,
            writes=False,
        ),
        Format(
            "koreader",
            ".json",
            "koreader",
            "what KOReader exports as JSON, and its sidecars (`metadata.*.lua`)",
            frozenset({"notes", "colours", "fields", "page notes"}),
            reads=True,
            writes=False,
        ),
        Format(
            "calibre",
            ".calibre_annotation_collection",
            "calibre",
            "a collection of calibre's annotations",
            frozenset({"notes", "colours", "fields"}),
            reads=True,
            writes=False,
        ),
        Format(
            "labelstudio",
            ".json",
            "labelstudio",
            "tasks with texts and labels, for Label Studio",
            frozenset({"notes", "tags", "pieces"}),
        ),
        Format("matrix", ".csv", "matrix", "documents and tags, 0 and 1, for statistics", frozenset({"tags"})),
        Format(
            "brat",
            ".ann",
            "brat",
            "standoff for brat, and each text beside it (`.txt`)",
            frozenset({"notes", "tags", "pieces", "fields", "relations"}),
            reads=True,
            single=True,
            beside=".txt",
        ),
        Format(
            "doccano",
            ".jsonl",
            "doccano",
            "texts with labels and relations, for doccano",
            frozenset({"tags", "relations"}),
            reads=True,
        ),
        Format(
            "qdpx",
            ".qdpx",
            "project",
            "a whole project, for programs of REFI-QDA",
            frozenset({"notes", "tags", "page notes", "pieces", "relations", "replies", "memos"}),
            reads=True,
            archive=True,
            field="qdpx",
        ),
        Format("qdc", ".qdc", "codebook", "the codebook, for programs of REFI-QDA", _NONE, reads=True, unit="tag"),
        Format("bibtex", ".bib", "bibtex", "the documents as sources, for LaTeX", _NONE, reads=True, unit="source"),
        Format(
            "csl",
            ".json",
            "csljson",
            "the documents as sources, for citation processors",
            _NONE,
            reads=True,
            unit="source",
        ),
    )
}

WRITABLE = {name: one for name, one in FORMATS.items() if one.writes}
READABLE = {name: one for name, one in FORMATS.items() if one.reads}


def named(name: str) -> Format:
    """Return the format to read that is called `name`. Raises UsageError when there is none."""
    if name not in READABLE:
        raise UsageError(f"There is no format “{name}” to import; there are {', '.join(READABLE)}.")
    return READABLE[name]


def recognised(sample: Sample) -> Format:
    """Return the format of a file, told by its content. Raises DocumentError when it is none that can be imported."""
    found = next((one for one in READABLE.values() if one.recognises(sample)), None)
    if found is None and not sample.data.strip():
        raise DocumentError(f"{sample.path} is empty.")
    if found is None:
        broken = sample.first_line.lstrip().startswith(("{", "[")) and sample.json is None and sample.flaw
        flaw = f" It is no whole JSON: {sample.flaw}." if broken else ""
        raise DocumentError(
            f"{sample.path} is of no format that can be imported: there are {', '.join(READABLE)}.{flaw}"
        )
    return found


def guess_format(destination: str) -> str:
    """Return the name of the format whose suffix `destination` has, Markdown when it has none of them."""
    suffix = Path(destination).suffix.lower()
    return next((one.name for one in WRITABLE.values() if one.suffix == suffix), "markdown")


def table_of_formats() -> str:
    """Return the Markdown table of all formats that the README shows."""
    rows = ["| `--format` | file | what it is | out | in | has no place for |", "|---|---|---|---|---|---|"]
    for name, one in FORMATS.items():
        lacks = ", ".join(word for word in ASPECTS if word not in one.carries) if one.carries else "annotations"
        out, back = ("yes" if way else "" for way in (one.writes, one.reads))
        rows.append(f"| `{name}` | `{one.suffix}` | {one.description} | {out} | {back} | {lacks} |")
    return "\n".join(rows)
