"""The errors that reach a reader: each names the file concerned and says what to do.

Everything raised on purpose derives from :class:`ManiculaError`; its text is one or two whole sentences, shown as they
are on the status line and on standard error.
"""

from __future__ import annotations


class ManiculaError(Exception):
    """Something the reader has to know; ``str(error)`` is the sentence to show."""


class UsageError(ManiculaError):
    """What was asked cannot be understood: an unknown document, a bad query, a range outside the text."""


class DocumentError(ManiculaError):
    """One document cannot be read; the rest of the work goes on."""


class LockedError(DocumentError):
    """The document called `name` is locked with a password, and none, or another one, was given."""

    def __init__(self, sentence: str, name: str = "") -> None:
        super().__init__(sentence)
        self.name = name


class LibraryError(ManiculaError):
    """The library file cannot be used at all, or cannot be written."""
