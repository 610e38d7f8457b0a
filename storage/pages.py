"""Pages of the web, fetched once and kept beside the library, byte by byte as they came, in ``NAME.pages/``.

Only http and https are spoken, also after a redirect; size, time and the number of redirects are bounded. What a page
refers to (pictures, styles, scripts) is not fetched, and nothing in it is run.
"""

# ruff: noqa: PLC0415  # imported when first used: the network is seldom needed

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from storage import files, readers
from storage.errors import DocumentError
from storage.visible import one_line

if TYPE_CHECKING:
    from http.client import HTTPResponse
    from urllib.request import OpenerDirector, Request

SCHEMES = ("http://", "https://")
SECONDS = 60.0
"""Time that fetching one page may take."""
REDIRECTS = 10
RETRIEVED = "retrieved"
"""The attribute of a document that says when its page was fetched (UTC)."""

_PATIENCE = 20.0
_PIECE = 1 << 16
_TYPES = {
    "text/html": ".html",
    "application/xhtml+xml": ".xhtml",
    "text/markdown": ".md",
    "text/plain": ".txt",
    "application/pdf": ".pdf",
    "application/epub+zip": ".epub",
}


Progress = Callable[[int, int], object]
"""Told how many bytes came, and how many there will be (0: that is not known)."""


def silent(_done: int, _total: int) -> None:
    """Tell nobody."""


class Page(NamedTuple):
    """A page that was fetched: where it lies, its final address, and the redirects that led there."""

    path: Path
    url: str
    redirects: tuple[str, ...]


def fetch(url: str, into: Path, progress: Progress = silent) -> Page:
    """Fetch a page and keep it in the folder `into`. Raises DocumentError that names the address."""
    import hashlib
    from http.client import HTTPException
    from urllib.error import HTTPError

    redirects: list[str] = []
    ends = time.monotonic() + SECONDS
    try:
        with _opener(redirects, ends).open(_request(url), timeout=_PATIENCE) as answer:
            final, suffix = answer.geturl(), _suffix(answer)
            data = _body(answer, progress, ends)
    except HTTPError as error:
        error.close()
        raise _refused(url, f"the server answers {error.code} {error.reason}") from None
    except (OSError, HTTPException, ValueError) as error:
        raise _refused(url, str(getattr(error, "reason", None) or error) or type(error).__name__) from None
    name = f"{_slug(final)}-{hashlib.sha256(data).hexdigest()[:16]}{suffix}"
    try:
        files.make_folder(into)
        files.replace(into / name, [data])
    except OSError as error:
        raise DocumentError(f"{into / name} cannot be written: {error.strerror}. {files.remedy(error)}") from None
    return Page(into / name, one_line(final), tuple(redirects))


def _request(url: str) -> Request:
    from urllib.parse import quote, urlsplit
    from urllib.request import Request

    parts = urlsplit(url)
    if not url.lower().startswith(SCHEMES) or not parts.hostname:
        raise ValueError("only addresses that begin with http:// or https:// are fetched")
    whole = parts._replace(
        netloc=parts.netloc if parts.netloc.isascii() else parts.netloc.encode("idna").decode(),
        path=quote(parts.path, safe="/%:@!$&'()*+,;=~"),
        query=quote(parts.query, safe="/?%:@!$&'()*+,;=~"),
        fragment="",
    )
    return Request(whole.geturl(), headers={"User-Agent": "Manicula", "Accept-Encoding": "identity"})  # noqa: S310  # checked


def _check_time(ends: float) -> None:
    if time.monotonic() > ends:
        raise ValueError(f"it takes longer than {SECONDS:.0f} seconds")


def _opener(redirects: list[str], ends: float) -> OpenerDirector:
    """Return what speaks http and https and nothing else until `ends`, and puts each redirect into `redirects`."""
    from urllib import request

    class Redirects(request.HTTPRedirectHandler):
        max_redirections = REDIRECTS

        def redirect_request(self, req, fp, code, msg, headers, newurl):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202, PLR0913, PLR0917  # as its base has it
            if not newurl.lower().startswith(SCHEMES) or time.monotonic() > ends:
                fp.close()
                _check_time(ends)
                raise ValueError(f"it redirects to {one_line(newurl)}")
            redirects.append(one_line(newurl))
            return super().redirect_request(req, fp, code, msg, headers, newurl)

    made = request.OpenerDirector()
    for handler in (
        request.ProxyHandler(),
        request.HTTPHandler(),
        request.HTTPSHandler(),
        request.HTTPDefaultErrorHandler(),
        request.HTTPErrorProcessor(),
        Redirects(),
    ):
        made.add_handler(handler)
    return made


def _body(answer: HTTPResponse, progress: Progress, ends: float) -> bytes:
    length = answer.headers.get("Content-Length", "")
    total = int(length) if length.isdecimal() else 0
    if answer.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise ValueError("the server sends it compressed, which was not asked for")
    parts, size = [], 0
    while piece := answer.read1(_PIECE):
        parts.append(piece)
        size += len(piece)
        progress(size, total)
        if max(size, total) > readers.LIMIT:
            raise ValueError(f"it has more than {readers.LIMIT / 1e6:.0f} MB")
        _check_time(ends)
    if size < total:
        raise ValueError("the connection broke off before all of it had come")
    if not size:
        raise ValueError("it is empty")
    return b"".join(parts)


def _suffix(answer: HTTPResponse) -> str:
    """Return how the file is to be called: what the address ends in where it can be read, else by its type."""
    from urllib.parse import urlsplit

    kind = answer.headers.get_content_type()
    ending = Path(urlsplit(answer.geturl()).path).suffix.lower()
    suffix = _TYPES.get(kind, "")
    if ending in readers.SUFFIXES and (not suffix or suffix == ".txt"):
        return ending
    if suffix not in readers.SUFFIXES:
        raise ValueError(f"it is of a kind that Manicula does not read ({one_line(kind)})")
    return suffix


def _slug(url: str) -> str:
    from urllib.parse import unquote, urlsplit

    parts = urlsplit(url)
    last = unquote(parts.path).rstrip("/").rpartition("/")[2]
    return re.sub(r"[^\w.-]+", "-", f"{parts.hostname}-{Path(last).stem}")[:60].strip("-.") or "page"


def _refused(url: str, why: str) -> DocumentError:
    return DocumentError(f"{one_line(url)} cannot be fetched: {one_line(why)}. Check the address and the connection.")
