"""The beginning of a large Markdown file, read long before the whole of it.

A text of a few hundred rows is there in the time that a key press may take; the whole is then read while the reader
looks at it. The offsets are the same in both.
"""

from __future__ import annotations

import re

from storage.readers import encoding, frontmatter, markdown
from storage.text import Text

SIZE = 32_768
"""Characters that a preview has at least; a file of less than four times that has none."""

_HEADING = re.compile(r"\n\n(?=#{1,6} )")
_REFERENCE = re.compile(r"^ {0,3}\[[^\]\n]+\]:.*$", re.MULTILINE)


def preview(data: bytes, name: str) -> Text | None:
    """Return the text up to a heading after `SIZE` characters of `data`, the bytes of a Markdown file called `name`.

    None where that would save nothing, or where no heading is surely one. The text has no `file_hash`: it is to be
    shown, not to be recorded. Raises DocumentError as reading the whole does.
    """
    if len(data) < 4 * SIZE:
        return None
    string, _ = encoding.decode(data, name)
    meta, body = frontmatter.split(string)
    cut = _HEADING.search(body, SIZE)
    if cut is None or cut.start() > 2 * SIZE:
        return None
    references = "\n".join(_REFERENCE.findall(body, cut.end()))
    return markdown.beginning(body[: cut.start()], references, meta, name)
