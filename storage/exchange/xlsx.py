"""XLSX: three sheets, annotations, codebook, and how often each document has each tag; nothing in them is a formula.

Cells are written as text or numbers, never guessed. Excel's bounds (32,767 UTF-16 units in a cell, 1,048,576 rows,
16,384 columns) are kept: a cell that is cut says so, rows go on in a further sheet, columns too many are told in the
last. https://support.microsoft.com/office/1672b34d-7043-467e-8e27-269d656771c3
"""

# ruff: noqa: PLC0415  # imported when first used

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, TextIO

from storage.exchange.csvfile import COLUMNS, row
from storage.exchange.destination import archived
from storage.visible import in_xml

if TYPE_CHECKING:
    from storage.exchange.entry import Collection

LONGEST = 32_767
"""UTF-16 units in a cell."""
ROWS = 1_048_576
WIDEST = 16_384

_NUMBERS = {COLUMNS.index("start"), COLUMNS.index("end")}
_WIDTHS = {
    "document": 28,
    "section": 20,
    "place": 14,
    "quote": 60,
    "note": 40,
    "tags": 24,
    "description": 60,
    "memo": 60,
}
_ROOM = 40
"""Units that are kept for saying how much of a cell was cut."""


def dump(collection: Collection, out: TextIO) -> None:
    """Write `collection` to what lies beneath `out`. Raises UsageError where that takes text alone."""
    import tempfile
    from traceback import clear_frames

    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    # its parts lie in a folder of their own, which goes also where it breaks off
    with archived(out) as target, tempfile.TemporaryDirectory(prefix="manicula-", ignore_cleanup_errors=True) as parts:
        options = {"constant_memory": True, "strings_to_urls": False, "tmpdir": parts}
        try:
            with xlsxwriter.Workbook(target, options) as book:
                _fill(book, collection)
        except FileCreateError as error:
            said: BaseException = error.args[0]
            for one in (error, said):
                clear_frames(one.__traceback__)  # an archive in them that is not closed closes while it still can
            raise said from None


def _fill(book: Any, collection: Collection) -> None:  # noqa: ANN401  # of a library
    from datetime import UTC, datetime

    book.set_properties({"title": "Annotations", "created": datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)})
    used: Counter[str] = Counter()
    having: dict[str, Counter[str]] = {}
    sheet = Sheet(book, "annotations", COLUMNS)
    for entry in collection:
        cells: list[object] = list(row(entry))
        for at in _NUMBERS:
            cells[at] = int(str(cells[at])) if cells[at] else ""
        sheet.put(cells)
        used.update(entry.tags)
        having.setdefault(entry.document.uuid, Counter()).update(entry.tags)
    _codebook(book, collection, used)
    _crossed(book, collection, sorted(used), having)


def _codebook(book: Any, collection: Collection, used: Counter[str]) -> None:  # noqa: ANN401  # of a library
    library = collection.library
    memos: dict[str, list[str]] = {}
    for one in library.memos():
        memos.setdefault(one.about, []).append(one.note)
    sheet = Sheet(book, "codebook", ("tag", "annotations", "color", "key", "description", "memo"))
    for tag in library.tags():
        memo = "\n\n".join(memos.get(f"tag:{tag.uuid}", ()))
        sheet.put([tag.path, used[tag.path], tag.color, tag.key, tag.description, memo])


def _crossed(book: Any, collection: Collection, tags: Sequence[str], having: dict[str, Counter[str]]) -> None:  # noqa: ANN401  # of a library
    """Write how often each document has each tag."""
    shown = tags[: WIDEST - 4]
    more = [f"{len(tags) - len(shown)} more tags do not fit"] if len(shown) < len(tags) else []
    sheet = Sheet(book, "documents x tags", ("document", "authors", "date", *shown, *more))
    for document in collection.documents():
        counts = having.get(document.uuid, Counter[str]())
        sheet.put([document.title, "; ".join(document.authors), document.date, *(counts[tag] for tag in shown)])


class Sheet:
    """A sheet with a head, which goes on in another when it is full."""

    def __init__(self, book: Any, name: str, columns: Sequence[str]) -> None:  # noqa: ANN401  # of a library
        self._book = book
        self._name = name
        self._columns = columns
        self._number = 0
        self._bold = book.add_format({"bold": True})
        self._wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self._begin()

    def put(self, cells: Iterable[object]) -> None:
        """Write a row: strings as text, integers as numbers."""
        if self._row == ROWS:
            self._begin()
        for at, cell in enumerate(cells):
            if isinstance(cell, int):
                self._sheet.write_number(self._row, at, cell)
            elif cell:
                self._sheet.write_string(self._row, at, fitting(str(cell)), self._wrapped)
        self._row += 1

    def _begin(self) -> None:
        self._number += 1
        name = self._name if self._number == 1 else f"{self._name} {self._number}"
        self._sheet = self._book.add_worksheet(name)
        self._sheet.freeze_panes(1, 1)
        for at, column in enumerate(self._columns):
            self._sheet.set_column(at, at, _WIDTHS.get(column, 12))
            self._sheet.write_string(0, at, fitting(column), self._bold)
        self._row = 1


def fitting(string: str) -> str:
    """Return `string` as a cell can hold it; where it is cut, the end of it says by how many characters."""
    string = in_xml(string)
    if len(string) <= LONGEST // 2 or _units(string) <= LONGEST:
        return string
    kept = string.encode("utf-16-le")[: 2 * (LONGEST - _ROOM)].decode("utf-16-le", errors="ignore")
    return f"{kept} … [{len(string) - len(kept)} more characters]"


def _units(string: str) -> int:
    return len(string.encode("utf-16-le")) // 2
