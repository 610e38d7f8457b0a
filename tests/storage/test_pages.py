"""Pages of the web, from a server of our own."""

import hashlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from storage import forgetting, pages, readers
from storage.errors import DocumentError
from storage.exchange import export
from storage.library import Library
from tui.cli import main

PAGE = b"<title>A page</title><h1>Heading</h1><p>Some <a href='/x'>words</a>.</p>"


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        answer = self.server.answers.get(self.path)  # type: ignore[attr-defined]
        if answer is None:
            self.send_error(404)
            return
        status, headers, body = answer
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def site(monkeypatch):
    """Answers by path, and the address of the server that gives them."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.answers = {}  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server.answers, f"http://127.0.0.1:{server.server_port}"  # type: ignore[attr-defined]
    server.shutdown()
    thread.join()
    server.server_close()


def html(body=PAGE, **more):
    return 200, {"Content-Type": "text/html", **more}, body


def to(address):
    return 302, {"Location": address}, b""


def refused(address, folder) -> str:
    with pytest.raises(DocumentError) as caught:
        pages.fetch(address, folder)
    assert str(caught.value).startswith(address)
    assert not folder.exists()
    return str(caught.value)


def test_a_page_is_kept_as_it_came_with_where_it_led(site, tmp_path):
    answers, base = site
    answers.update({"/old": to("/new"), "/new": to(f"{base}/a/The%20Page.html?x=1"), "/a/The%20Page.html?x=1": html()})
    page = pages.fetch(f"{base}/old", tmp_path / "pages")
    assert page.url == f"{base}/a/The%20Page.html?x=1"
    assert page.redirects == (f"{base}/new", page.url)
    assert page.path.read_bytes() == PAGE
    assert page.path.name == f"127.0.0.1-The-Page-{hashlib.sha256(PAGE).hexdigest()[:16]}.html"
    assert page.path.stat().st_mode & 0o077 == 0


def test_what_cannot_be_fetched_is_told(site, tmp_path, monkeypatch):
    answers, base = site
    folder = tmp_path / "pages"
    answers.update(
        {
            "/round": to("/round"),
            "/file": to("file:///etc/passwd"),
            "/ftp": to("ftp://127.0.0.1/x"),
            "/picture": (200, {"Content-Type": "image/png", "Content-Length": "99999999999"}, b"x"),
            "/gzip": html(**{"Content-Encoding": "gzip"}),
            "/short": html(**{"Content-Length": "1000"}),
            "/empty": html(b""),
            "/lie": html(**{"Content-Length": "99999999999"}),
        }
    )
    assert "answers 404" in refused(f"{base}/gone", folder)
    assert "infinite loop" in refused(f"{base}/round", folder)
    assert "Redirection to url 'file:///etc/passwd'" in refused(f"{base}/file", folder)
    assert "redirects to ftp:" in refused(f"{base}/ftp", folder)
    assert "image/png" in refused(f"{base}/picture", folder)
    assert "compressed" in refused(f"{base}/gzip", folder)
    assert "broke off" in refused(f"{base}/short", folder)
    assert "empty" in refused(f"{base}/empty", folder)
    assert "67 MB" in refused(f"{base}/lie", folder)
    answers["/large"] = html(PAGE * 10)
    monkeypatch.setattr(readers, "LIMIT", 100)
    assert "more than 0 MB" in refused(f"{base}/large", folder)
    monkeypatch.setattr(readers, "LIMIT", 1_000)
    monkeypatch.setattr(pages, "SECONDS", -1.0)
    answers["/slow"] = html()
    assert "takes longer" in refused(f"{base}/slow", folder)
    assert "takes longer" in refused(f"{base}/round", folder)


@pytest.mark.parametrize(
    "address", ["file:///etc/passwd", "ftp://example.org/x", "http://", "https://[", "http://127.0.0.1:1/x", "data:,x"]
)
def test_only_the_web_is_fetched(address, tmp_path):
    refused(address, tmp_path / "pages")


def test_a_page_in_the_library_tells_where_it_is_from_and_can_be_forgotten(site, tmp_path):
    answers, base = site
    answers["/p"] = html()
    with Library.open(tmp_path / "library.json", state=tmp_path / "state") as library:
        document, new, page = library.add_page(f"{base}/p")
        assert new
        assert page.path.parent == tmp_path / "library.pages"
        assert (document.title, document.source) == ("A page", f"{base}/p")
        assert document.attributes[pages.RETRIEVED] == document.added
        library.annotate(document.uuid, [(0, 7)], text=library.text(document))
        export(library, "", "markdown", str(tmp_path / "out.md"))
        exported = (tmp_path / "out.md").read_text()
        assert f"{base}/p · retrieved {document.added} · SHA-256 {hashlib.sha256(PAGE).hexdigest()}" in exported
        again, new, _ = library.add_page(f"{base}/p")
        assert (again.uuid, new) == (document.uuid, False)
        removed = forgetting.forget(library, forgetting.plan(library, document.uuid), lambda *_: None)
        assert page.path in {one.place for one in removed}
        assert not page.path.exists()


def test_a_page_without_text_is_not_kept(site, tmp_path):
    answers, base = site
    answers["/p"] = html(b"<script>x()</script>")
    with Library.open(tmp_path / "library.json", state=tmp_path / "state") as library:
        with pytest.raises(DocumentError):
            library.add_page(f"{base}/p")
        assert list(library.pages.iterdir()) == []


def test_the_shell_adds_a_page_and_says_where_it_led(site, places, capsys):
    answers, base = site
    answers.update({"/old": to("/new"), "/new": html()})
    assert main(["add", f"{base}/old", f"{base}/gone"]) == 1
    out, err = capsys.readouterr()
    assert out == f"Redirected to {base}/new\nAdded {base}/old as 1.\n"
    assert "answers 404" in err
    assert (places.library.parent / "library.pages").is_dir()


def test_a_page_that_another_document_has_stays(site, tmp_path):
    answers, base = site
    answers.update({"/p": html(), "/q": html(PAGE + b"<p>More.</p>")})
    with Library.open(tmp_path / "library.json", state=tmp_path / "state") as library:
        document, _, _ = library.add_page(f"{base}/p")
        _, _, other = library.add_page(f"{base}/q")
        forgetting.forget(library, forgetting.plan(library, document.uuid), lambda *_: None)
        assert list(library.pages.iterdir()) == [other.path]
