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
        green="#d3edce #b3dfab #b0e2b4 #297431",
        blue="#d2e4f8 #aed0f2 #a8d4f8 #2a68ad",
        pink="#f7d7e8 #efb4d4 #f0b0dc #a8387a",
        orange="#fbdfc2 #f5c592 #f6c078 #985008",
        purple="#e3daf8 #cbbaf0 #c4b0f4 #6540b4",
        cyan="#cdeef0 #a3dfe3 #9ae4dc #13747b",
        red="#f9d6d4 #f2b2af #f4a8a8 #b03434",
    ),
)

CONTRAST = Palette(
    name="manicula-contrast",
    dark=True,
    ground="#000000",
    text="#ffffff",
    dim="#c8c8c8",
    panel="#0c0c0c",
    line="#9a9a9a",
    heading="#ffffff",
    accent="#ffd75f",
    code="#141414",
    sentence="#262626",
    selection="#00409a",
    match="#6a4a00",
    current_match="#8a3a00",
    cursor="#ffff00",
    cursor_text="#000000",
    tints=_tints(
        yellow="#57502b #726c4d #3d381e #f0e442",
        green="#0f270f #354a35 #0a1b0a #5fd38d",
        blue="#27396c #4a5984 #1b284c #7db8ff",
        pink="#46062f #642e50 #310421 #f7a8d8",
        orange="#824a0f #966735 #5b340a #ffb066",
        purple="#46018c #642a9e #310162 #c3a6ff",
        cyan="#09616d #307a84 #06444c #7fe3ea",
        red="#603a3e #795a5d #43292b #ff9a8f",
    ),
)

SAFE = Palette(
    name="manicula-safe",
    dark=True,
    ground="#111317",
    text="#f2efe8",
    dim="#a8a49b",
    panel="#181b20",
    line="#3a3f48",
    heading="#ffffff",
    accent="#f0c060",
    code="#1b1e24",
    sentence="#23272f",
    selection="#2a4f86",
    match="#6b4f00",
    current_match="#8a4a00",
    cursor="#f0e442",
    cursor_text="#111317",
    tints=_tints(
        yellow="#3a2f07 #5a502f #292105 #f0e442",
        green="#16760d #227d19 #0f5309 #5fd38d",
        blue="#1a519a #3f6daa #12396c #7db8ff",
        pink="#7b0e5f #903579 #560a42 #f7a8d8",
        orange="#795c3f #82674c #55402c #ffb066",
        purple="#2d008d #4f299f #200063 #c3a6ff",
        cyan="#616d6b #4e5756 #444c4b #7fe3ea",
        red="#613036 #7a5156 #442226 #ff9a8f",
    ),
)
"""The eight grounds are told apart with any of the three kinds of colour blindness: by hue, else by lightness."""

PALETTES = {palette.name: palette for palette in (DARK, LIGHT, CONTRAST, SAFE)}

_BRIGHT = ("#ffff00", "#00ff00", "#00ffff", "#ff00ff", "#ffffff", "#ff00ff", "#00ffff", "#ff0000")

SIXTEEN = Palette(
    name="manicula-16",
    dark=True,
    ground="#000000",
    text="#c0c0c0",
    dim="#c0c0c0",
    panel="#000000",
    line="#808080",
    heading="#ffffff",
    accent="#ffff00",
    code="#000000",
    sentence="#000000",
    selection="#000080",
    match="#000000",
    current_match="#000000",
    cursor="#ffff00",
    cursor_text="#000000",
    tints={color: Tint("#000000", "#000080", "#000000", bar) for color, bar in zip(COLORS, _BRIGHT, strict=True)},
)
"""For terminals of 16 colours: only these, exactly; highlights are underlined, and letters tell the colours apart."""


def luminance(color: str) -> float:
    """Return the relative luminance of ``#rrggbb`` as WCAG 2.1 defines it, 0 to 1."""
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]  # noqa: PLR2004  # sRGB
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Return the WCAG 2.1 contrast ratio of two colours, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)
