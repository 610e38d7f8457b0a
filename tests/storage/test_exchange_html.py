"""HTML: the text is the text, whatever is marked in it, and nothing foreign is markup."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from hashlib import sha256
from html import unescape
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from storage.exchange import htmlfile
from storage.exchange.htmltext import Page, marks
from storage.model import Annotation, Range
from storage.text import Block, Span, Text
from storage.visible import visible
from tests.storage.exchange_library import Desk, opened, text_of
from tests.storage.importing import exported

HOSTILE = "</script><script>alert(1)</script> \"' onclick=x <img src=x onerror=alert(1)> &lt; \u202e]]>"
ALLOWED = set(
    re.findall(
        r"\w+",
        "html head meta title style body main article header h1 h2 h3 p div aside mark em a sup span hr pre blockquote"
        " strong code s br nav input label output button script dl dt dd",
    )
)


@pytest.fixture
def desk(tmp_path):
    with opened(tmp_path, Desk) as made:
        desk: Any = made
        text = text_of(f"One {HOSTILE}", ("heading", "Part"), ("paragraph", "Alpha beta. Gamma."), ("quote", HOSTILE))
        desk.one = desk.receive("one.txt", text)
        desk.alpha = desk.mark(desk.one, "Alpha beta", tags=["t/a", "t/b"], note=HOSTILE, color="red")
        desk.beta = desk.mark(desk.one, "beta. Gamma", fields={HOSTILE: HOSTILE})
        desk.page = desk.mark(desk.one, "", note=f"{HOSTILE}\n\nsecond")
        desk.lost = desk.mark(desk.one, "Gamma", state="orphan", note="lost")
        desk.plain = desk.mark(desk.one, HOSTILE)
        yield desk


def test_it_is_one_page_with_every_annotation_and_nothing_foreign(desk):
    tree = LexborHTMLParser(exported(desk.library, "html"))
    assert {node.tag for node in tree.css("*")} <= ALLOWED
    assert not [node for node in tree.css("*") if any(name.startswith("on") for name in node.attributes)]
    assert len(tree.css("script")) == 2
    assert {node.id for node in tree.css("aside")} == {
        f"n-{one.uuid}" for one in (desk.alpha, desk.beta, desk.page, desk.lost)
    }
    texts = {node.id: node.text() for node in tree.css("aside")}
    assert visible(HOSTILE) in texts[f"n-{desk.alpha.uuid}"]
    assert "#t/a #t/b" in texts[f"n-{desk.alpha.uuid}"]
    assert "orphan" in texts[f"n-{desk.lost.uuid}"]
    whole = [node for node in tree.css("mark") if "several" in (node.attributes["class"] or "")]
    assert [node.text() for node in whole] == ["beta"]
    both = {f"a-{desk.alpha.uuid}", f"a-{desk.beta.uuid}"}
    assert set((whole[0].attributes["data-a"] or "").split()) == both
    assert whole[0].attributes["data-c"] == "yellow red"
    assert {node.id for node in tree.css("mark") if node.id} == {*both, f"a-{desk.plain.uuid}"}
    data = json.loads(tree.css("#tags")[0].text())
    assert data[desk.alpha.uuid] == ["t/a", "t/b"]
    assert [node.text() for node in tree.css("nav button")] == ["t 1", "t/a 1", "t/b 1"]


def test_only_the_style_and_the_script_that_are_ours_are_allowed(desk):
    page = exported(desk.library, "html")
    (policy,) = map(unescape, re.findall(r'Content-Security-Policy" content="([^"]*)"', page))
    assert "default-src 'none'" in policy
    for name, rule in (("style", "style-src"), ("script", "script-src")):
        (content,) = re.findall(rf"<{name}>(.*?)</{name}>", page, re.DOTALL)
        hashed = b64encode(sha256(content.encode()).digest()).decode()
        assert f"{rule} 'sha256-{hashed}'" in policy
    assert "http" not in re.sub(r'http-equiv="', "", page.split("<body>")[0])


def test_a_document_that_cannot_be_read_still_says_what_was_noted(desk):
    desk.lose_texts()
    tree = LexborHTMLParser(exported(desk.library, "html"))
    assert len(tree.css("aside")) == 5
    assert "Alpha beta" in tree.css(f"[id='n-{desk.alpha.uuid}'] .q")[0].text()


LINES = st.lists(st.text("ab <&>\"'\n-é\U0001f98a", min_size=1, max_size=12), min_size=1, max_size=5)
ENDS = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 30)), max_size=6)


@given(LINES, ENDS, ENDS, st.sampled_from(["paragraph", "code", "item"]))
def test_tags_taken_off_the_text_is_left_and_each_mark_covers_its_passage(lines, ranges, inline, kind):
    string, blocks = "", []
    for each in lines:
        blocks.append(Block(len(string), len(string) + len(each), kind))
        string += each + "\n"
    string = string[:-1]
    found = [
        Annotation(str(n), "d", ranges=(Range(at, min(at + size, len(string))),))
        for n, (at, size) in enumerate(ranges)
        if at < len(string)
    ]
    spans = sorted(
        Span(max(at, block.start), min(at + size, block.end), "strong") for at, size in inline for block in blocks
    )
    text = Text(string, blocks, [span for span in spans if span.start < span.end])
    written = "\n".join(html for html, _ in Page(text, marks([(one, "red") for one in found]), "d").blocks())
    assert unescape(re.sub(r"<[^>]*>", "", written)) == string
    for one in found:
        covered = "".join(
            re.findall(rf'<mark[^>]* data-a="(?:[^"]* )?a-{one.uuid}(?: [^"]*)?"[^>]*>(.*?)</mark>', written, re.DOTALL)
        )
        passage = string[one.start : one.end]
        assert "".join(unescape(re.sub(r"<[^>]*>", "", covered)).split()) == "".join(passage.split())


def test_counts_of_tags_include_those_beneath():
    assert htmlfile._counts([["a/b", "a/c"], ["a"]]) == {"a": 2, "a/b": 1, "a/c": 1}
