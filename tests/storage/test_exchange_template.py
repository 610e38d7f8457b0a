"""Templates: what they see, that the examples say what they should, and that none does harm."""

from __future__ import annotations

import io
from typing import Any

import pytest
from markdown_it import MarkdownIt

from storage import exchange
from storage.errors import DocumentError, UsageError
from storage.exchange import template
from storage.text import Page
from tests.storage.exchange_library import Desk, opened, text_of
from tests.storage.importing import exported, written

HARMFUL = "<b>\\input{x} & # _x_ \x1b[31m"


@pytest.fixture
def desk(tmp_path):
    with opened(tmp_path, Desk) as made:
        desk: Any = made
        text = text_of("One", ("heading", "Part"), ("paragraph", "Alpha beta. Gamma."))
        desk.one = desk.receive(
            "one.txt",
            type(text)(text.string, text.blocks, sections=text.sections, meta=text.meta, pages=[Page(0, "xii")]),
        )
        desk.alpha = desk.mark(desk.one, "Alpha beta", tags=["t/a"], note=f"{HARMFUL}\nWhy?", color="red")
        desk.page = desk.mark(desk.one, "", note="on the whole")
        yield desk


@pytest.fixture
def filled(desk, tmp_path):
    """Return what a template with this source makes of the library."""

    def fill(source: str, name: str = "mine.txt.jinja") -> str:
        return exported(desk.library, f"template:{written(tmp_path, name, source)}")

    return fill


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "{% for one in documents %}{{ one.title }} {{ one.key }} {{ one.year }}{% endfor %}",
            "One writer2019one 2019",
        ),
        (
            "{% for one in annotations %}{{ one.quote }}|{{ one.place }}|{{ one.color }};{% endfor %}",
            "||;Alpha beta|p. xii|red;",
        ),
        ("{{ annotations[1].citation }}", "“Alpha beta” [@writer2019one, p. xii]"),
        ("{{ annotations[1].sections | last }} {{ annotations[1].document.title }}", "Part One"),
        ("{{ tags[0].path }} {{ tags[0].count }}", "t/a 1"),
        ("{{ annotations[1].note | latex }}", "<b>\\textbackslash{}input\\{x\\} \\& \\# \\_x\\_ ␛[31m Why?"),
        ("{{ annotations[1].note | markdown }}", "\\<b>\\\\input{x} & \\# \\_x\\_ ␛\\[31m\\\nWhy?"),
        ("{% for one in annotations %}\n  {% if one.quote %}\nx\n  {% endif %}\n{% endfor %}\n", "x\n"),
    ],
)
def test_a_template_sees_documents_annotations_and_tags(filled, source, expected):
    assert filled(source) == expected


def test_text_is_escaped_by_itself_in_html(filled):
    source = "{{ annotations[1].note }}"
    assert filled(source, "x.html.jinja").startswith("&lt;b&gt;")
    assert filled(source).startswith("<b>")


def test_what_it_fills_in_is_counted_and_the_same_each_time(desk):
    out, again = io.StringIO(), io.StringIO()
    result = exchange.export(desk.library, "", "template:literature", out)
    exchange.export(desk.library, "", "template:literature", again)
    assert (result.count, dict(result.lacks)) == (2, {})
    assert out.getvalue() == again.getvalue()


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("x\n{{ nothing.here }}", "line 2: 'nothing' is undefined"),
        ("\n\n{% for %}", "line 3: "),
        ("{{ annotations[0].quotation }}", "line 1: .*no attribute 'quotation'"),
        ("{{ ''.__class__.__mro__ }}", "line 1: .*unsafe"),
        ("{{ documents.append(1) }}", "line 1: .*unsafe"),
        ("{% include '/etc/passwd' %}", "no loader"),
        ("{{ 'a' * 10 ** 11 }}", "memory"),
        ("{{ 1 / 0 }}", "line 1: division by zero"),
    ],
)
def test_what_is_wrong_with_a_template_is_told_with_its_line(filled, source, said):
    with pytest.raises(DocumentError, match=rf"(?s)^The template .*mine\.txt\.jinja.*{said}"):
        filled(source)


def test_a_template_that_goes_on_and_on_is_ended(filled, monkeypatch):
    short = template._CODE.replace("apart.set_bounds()", "apart.SECONDS = 1; apart.set_bounds()")
    monkeypatch.setattr(template, "_CODE", short)
    with pytest.raises(DocumentError, match="takes too long"):
        filled("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}")


def test_a_template_that_writes_too_much_is_ended(filled, monkeypatch):
    monkeypatch.setattr(template, "OUTPUT", 100_000)
    with pytest.raises(DocumentError, match="writes too much"):
        filled("{% for a in range(99999) %}abc{% endfor %}")


def test_nothing_is_written_where_a_template_fails(desk, tmp_path):
    broken = written(tmp_path, "x.md.jinja", "before {{ nothing }}")
    with pytest.raises(DocumentError):
        exchange.export(desk.library, "", f"template:{broken}", str(tmp_path / "x.md"))
    assert not (tmp_path / "x.md").exists()


def test_a_template_is_named_by_file_or_by_what_it_is_called(tmp_path, monkeypatch):
    monkeypatch.setenv("MANICULA_CONFIG", str(tmp_path / "config.toml"))
    assert {template.named(name).suffix for name in ("literature", "quotes", "bytag")} == {".md", ".tex", ".html"}
    assert template.own() == []
    (tmp_path / "templates").mkdir()
    mine = written(tmp_path / "templates", "literature.org.jinja", "mine")
    assert (template.named("literature").suffix, [one.name for one in template.own()]) == (
        ".org",
        ["template:literature"],
    )
    assert template.named(str(mine)).module == str(mine)
    with pytest.raises(UsageError, match="one of bytag, literature, quotes"):
        template.named("nothing")


def test_a_file_that_is_no_template_is_refused(tmp_path, desk):
    odd = written(tmp_path, "odd.jinja", b"\xff\xfe")
    with pytest.raises(DocumentError, match="not in UTF-8"):
        exported(desk.library, f"template:{odd}")


def test_the_examples_say_what_they_should(desk):
    note = exported(desk.library, "template:literature")
    html = MarkdownIt("commonmark").render(note)
    head = "<h1>One</h1>\n<p>A. Writer · 2019 · @writer2019one</p>\n<h2>Part</h2>\n<ul>\n<li>"
    assert html.startswith(f"{head}Alpha beta [@writer2019one, p. xii]")
    assert "&lt;b&gt;" in html
    assert html.count("Why?") == 2
    assert "Open questions" in html
    quotes = exported(desk.library, "template:quotes")
    assert "\\section{One}\n\\blockquote[\\cite[p. xii]{writer2019one}]{Alpha beta}\n" in quotes
    assert "\\input" not in quotes.replace("\\textbackslash{}input", "")
    page = exported(desk.library, "template:bytag")
    assert "<h2>t/a (1)</h2>\n<blockquote>Alpha beta</blockquote>" in page
    assert "<b>" not in page


def test_a_template_that_is_given_up_before_it_has_read_everything_is_told_all_the_same(filled, desk):
    desk.library.edit(desk.alpha.uuid, note="long " * 100_000)
    with pytest.raises(DocumentError, match="line 3: "):
        filled("\n\n{% for %}")
