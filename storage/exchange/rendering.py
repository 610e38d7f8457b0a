"""The child that fills a template in: it reads records, writes text, and can do nothing else.

It is run by `storage.exchange.template`, with that module's bounds on time, memory and what is written. Standard input
is a line of JSON (source, html) and then a record a line; standard output is the text. What went wrong is one line of
JSON on standard error, with exit code 1.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from storage.exchange import bibtex, markdown, orgmode
from storage.visible import one_line, visible

NAME = "<template>"
"""What Jinja calls a template without a file."""

FILTERS: dict[str, Callable[[Any], str]] = {
    "markdown": lambda value: "\\\n".join(map(markdown.escape, str(value).split("\n"))),
    "latex": lambda value: bibtex.escape(str(value)),
    "org": lambda value: orgmode.guarded(str(value)),
    "line": lambda value: one_line(str(value)),
}
"""What escapes foreign text for a format; that of HTML is Jinja's own, and is on by itself in HTML."""


def main(output: int) -> None:
    """Fill the template in and leave; at most `output` bytes are written."""
    with suppress(ImportError):  # a system without them has none of these bounds
        import resource  # noqa: PLC0415  # the same

        resource.setrlimit(resource.RLIMIT_FSIZE, (output, output))
    head = json.loads(sys.stdin.buffer.readline())
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")  # type: ignore[union-attr]  # a file
    try:
        _fill(head)
        sys.stdout.flush()
    except MemoryError:
        _leave("it takes too much memory", 0)
    except OSError:
        _leave("it writes too much", 0)
    except RecursionError:
        _leave("it is nested too deeply", 0)
    except TemplateSyntaxError as error:
        _leave(str(error.message), error.lineno)
    except Exception as error:  # noqa: BLE001  # a template may raise anything; it is told
        said = str(error.message if isinstance(error, TemplateError) and error.message else error)
        _leave(said or type(error).__name__, _line(error))
    os._exit(0)


def _fill(head: dict[str, Any]) -> None:
    environment = ImmutableSandboxedEnvironment(
        autoescape=head["html"],
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
    )
    environment.filters.update(FILTERS)
    sys.stdout.writelines(map(visible, environment.from_string(head["source"]).generate(**_records())))


def _records() -> dict[str, Any]:
    """Return what a template knows: documents with their annotations, all annotations, tags."""
    documents: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    tags: list[dict[str, Any]] = []
    for line in sys.stdin.buffer:
        ((kind, record),) = json.loads(line).items()
        if kind == "document":
            documents.append({**record, "annotations": []})
        elif kind == "tag":
            tags.append(record)
        else:
            record["document"] = documents[-1]
            documents[-1]["annotations"].append(record)
            annotations.append(record)
    return {"documents": documents, "annotations": annotations, "tags": tags}


def _line(error: BaseException) -> int:
    """Return the line of the template in which an error was raised, 0 where it cannot be told."""
    line, trace = 0, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == NAME:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _leave(said: str, line: int) -> None:
    sys.stderr.write(json.dumps({"said": one_line(said)[:500], "line": line}))
    sys.stderr.flush()
    os._exit(1)
