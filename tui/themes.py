"""The colours of each shipped theme, chosen together; the view, the cards and Textual's own screens all take them here.

Pure: colours are ``#rrggbb`` strings. `contrast` is the WCAG 2.1 contrast ratio, so that a test can hold every pair of
text and ground to 4.5:1.
"""

from __future__ import annotations

from typing import NamedTuple

from storage.model import COLORS

LETTERS = dict(zip(COLORS, "YGBPOUCR", strict=True))
"""The margin letter of each highlight colour, so that they are told apart without colour."""


class Tint(NamedTuple):
    """One highlight colour: its ground, a step stronger under the caret, as second tone of an overlap, and its bar."""

    ground: str
    strong: str
    overlap: str
    bar: str


class Palette(NamedTuple):
    """All colours of one theme."""

    name: str
    dark: bool
    ground: str
    text: str
    dim: str
    panel: str
    line: str
    heading: str
    accent: str
    code: str
    sentence: str
    selection: str
    match: str
    current_match: str
    cursor: str
    cursor_text: str
    tints: dict[str, Tint]


def _tints(**by_color: str) -> dict[str, Tint]:
    return {color: Tint(*values.split()) for color, values in by_color.items()}


DARK = Palette(
    name="manicula-dark",
    dark=True,
    ground="#15171b",
    text="#dcd8cf",
    dim="#8f8b82",
    panel="#1b1e23",
    line="#31353d",
    heading="#f4f0e6",
    accent="#d9a860",
    code="#1c2026",
    sentence="#20242b",
    selection="#2f4d73",
    match="#5c4a10",
    current_match="#6b5300",
    cursor="#d9a860",
    cursor_text="#15171b",
    tints=_tints(
        yellow="#3f3912 #575019 #4d4a08 #d8c24a",
        green="#1f3b24 #2b5232 #124a2a #6fbf73",
        blue="#1c3552 #264870 #0f4168 #6ea8e0",
        pink="#47243c #623253 #571f4a #e083b8",
        orange="#48301a #624224 #5c3610 #e59a50",
        purple="#372a54 #4c3b73 #412a6c #a98be6",
        cyan="#143c40 #1c5459 #0a4c4c #58bcc2",
        red="#4a2326 #673135 #5e1a20 #e57373",
    ),
)

LIGHT = Palette(
    name="manicula-light",
    dark=False,
    ground="#fbf9f4",
    text="#26241f",
    dim="#686358",
    panel="#f1eee6",
    line="#d5d0c4",
    heading="#0f0e0c",
    accent="#8a4f00",
    code="#efebe1",
    sentence="#f1ede2",
    selection="#b9d4f2",
    match="#ffd76a",
    current_match="#ffb92e",
    cursor="#8a4f00",
    cursor_text="#fbf9f4",
    tints=_tints(
        yellow="#f8ecab #f0dc74 #eadf60 #786400",
        green="#d3edce #b3dfab #b0e2b4 #2c7a34",
        blue="#d2e4f8 #aed0f2 #a8d4f8 #2a68ad",
        pink="#f7d7e8 #efb4d4 #f0b0dc #a8387a",
        orange="#fbdfc2 #f5c592 #f6c078 #985008",
        purple="#e3daf8 #cbbaf0 #c4b0f4 #6540b4",
        cyan="#cdeef0 #a3dfe3 #9ae4dc #13747b",
        red="#f9d6d4 #f2b2af #f4a8a8 #b03434",
    ),
)

PALETTES = {palette.name: palette for palette in (DARK, LIGHT)}


def luminance(color: str) -> float:
    """Return the relative luminance of ``#rrggbb`` as WCAG 2.1 defines it, 0 to 1."""
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]  # noqa: PLR2004  # sRGB
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Return the WCAG 2.1 contrast ratio of two colours, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)
