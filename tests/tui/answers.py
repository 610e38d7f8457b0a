"""What a command answered, taken apart."""

from __future__ import annotations

import json
from typing import Any


def lines(answer: tuple[int, str, str]) -> list[list[str]]:
    """Return the cells of each line of a command that had nothing to complain of."""
    status, out, err = answer
    assert (status, err) == (0, "")
    return [line.split("\t") for line in out.splitlines()]


def loaded(answer: tuple[int, str, str]) -> Any:  # whatever the JSON holds
    """Return what a command wrote as JSON."""
    assert answer[0] == 0, answer
    return json.loads(answer[1])
