"""``python -m tests.look [CHROMIUM]``: use the exported page in headless Chromium as a reader does, and picture it.

Needs Playwright (``pip install playwright``) and a Chromium, its own or the program named. Checks that search and
filter find what they should, that nothing is wider than a phone, and that no script of a note runs; then writes
``screenshots/html-export.png``.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests import shoot

HOSTILE = "<script>document.title = 'run'</script><img src=x onerror=\"document.title = 'run'\">"
PHONE = 390


def _export(home: Path) -> Path:
    from storage import exchange  # noqa: PLC0415  # after the variables that isolate it are set
    from storage.library import Library  # noqa: PLC0415  # the same

    seeds = Path(shutil.copytree(shoot.ROOT / "seeds", home / "seeds"))
    shoot.fill(home / "library.json", seeds)
    with Library.open(home / "library.json") as library:
        library.rename_me("Reader")
        article, tour = library.documents()
        exchange.export(library, "", "html", str(home / "article.html"), documents=[article])
        library.annotate(tour.uuid, [], note=HOSTILE, text=library.text(tour))
        exchange.export(library, "", "html", str(home / "all.html"))
    return home


def _used(page: Any) -> None:
    told = page.locator("output")
    assert told.inner_text() == "9 of 9 annotations", told.inner_text()
    page.click('button[data-tag="source"]')
    assert page.locator(".n:visible").count() == len([one for one in shoot.HIGHLIGHTS if "source" in str(one.tags)])
    shared = page.locator("mark", has_text="the provisional President of Guido")
    assert "c-green" in shared.get_attribute("class"), shared.get_attribute("class")
    page.check("input[type=checkbox]")
    assert told.inner_text().startswith("2 of "), told.inner_text()
    page.uncheck("input[type=checkbox]")
    page.click('button[data-tag="source"]')
    page.keyboard.press("/")
    page.keyboard.type("NICOLAS maduro on the night")
    page.wait_for_timeout(500)
    assert told.inner_text().startswith("1 of "), told.inner_text()
    assert page.evaluate("CSS.highlights.get('found').size") == 1
    page.keyboard.press("Escape")
    page.set_viewport_size({"width": PHONE, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE


def _unharmed(page: Any) -> None:
    assert page.title() == "Annotations"
    page.evaluate(f"() => document.body.insertAdjacentHTML('beforeend', {HOSTILE!r})")
    page.evaluate(
        "() => { const one = document.createElement('script'); one.textContent = \"document.title = 'run'\";"
        " document.body.append(one); }"
    )
    page.wait_for_timeout(200)
    assert page.title() == "Annotations"


def main(words: Sequence[str]) -> int:
    """Use the page, then picture it."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  # only here

    with tempfile.TemporaryDirectory(prefix="manicula-look-") as made:
        home = Path(made)
        os.environ.update(MANICULA_STATE=str(home / "state"), MANICULA_CONFIG=str(home / "config.toml"))
        _export(home)
        with sync_playwright() as playwright:
            program = {"executable_path": words[0]} if words else {}
            browser = playwright.chromium.launch(args=["--no-sandbox"], **program)
            page = browser.new_page(viewport={"width": 1280, "height": 860})
            wrong: list[str] = []
            page.on("pageerror", lambda error: wrong.append(str(error)))
            page.goto(f"file://{home}/all.html")
            _used(page)
            _unharmed(page)
            page.set_viewport_size({"width": 1280, "height": 860})
            page.goto(f"file://{home}/article.html")
            page.click('button[data-tag="source"]')
            page.locator("mark:not(.off)").first.scroll_into_view_if_needed()
            page.screenshot(path=shoot.ROOT / "screenshots" / "html-export.png")
            browser.close()
    assert not wrong, wrong
    sys.stdout.write("search, filter, phone and policy hold\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
