"""Wiring: themes, the reading screen, and keys handed on one by one in the order in which they were typed."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from textual import events
from textual.driver import Driver
from textual.screen import Screen
from textual.theme import Theme

from storage import config
from storage.config import Config
from storage.errors import LockedError, ManiculaError
from storage.library import Library
from tui import arrival, ownthemes, prepaint
from tui.presets import keymap_of
from tui.reading.paint import Styles
from tui.screens.pager import Pager
from tui.screens.reader import ReaderScreen
from tui.session import Session
from tui.terminal import tell_apart
from tui.themes import PALETTES, SIXTEEN, Palette
from tui.thrift import forget_shown, thrifty
from tui.veil import PATIENCE, Veiled, driver

if TYPE_CHECKING:
    from rich.console import RenderableType


def textual_theme(palette: Palette) -> Theme:
    """Return a palette as Textual's own screens need it."""
    return Theme(
        name=palette.name,
        primary=palette.accent,
        secondary=palette.tints["blue"].bar,
        foreground=palette.text,
        background=palette.ground,
        surface=palette.panel,
        panel=palette.panel,
        dark=palette.dark,
        variables={"line": palette.line},
    )


class ManiculaApp(Veiled):
    """The application. Keys for the reading screen never wait in a widget's queue: see `on_event`.

    `keeps`: what the screen shows when the reader leaves is drawn once more, for the next start.
    """

    TITLE = "Manicula"
    CSS_PATH = "app.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS = []  # noqa: RUF012  # Textual's own class variable

    def __init__(self, session: Session, settings: Config, *, keeps: bool = False) -> None:
        super().__init__()
        self.session = session
        self.config = settings
        self._keeps = keeps
        if settings.only_mine:
            session.people.only_mine = True
            session.reload()
        self.keymap = keymap_of(settings)
        self.palettes = {name: ownthemes.palette(name) for name in dict.fromkeys([*PALETTES, settings.theme]) if name}
        if self.console.color_system == "standard":
            self.palettes[SIXTEEN.name] = SIXTEEN
        for palette in self.palettes.values():
            self.register_theme(textual_theme(palette))
        self.theme = SIXTEEN.name if SIXTEEN.name in self.palettes else settings.theme or ownthemes.palette("").name

    def styles_of(self, palette: Palette) -> Styles:
        """Return the styles of a palette for this terminal."""
        mono = bool(os.environ.get("NO_COLOR")) or self.no_color or palette is SIXTEEN
        return Styles(palette, mono=mono, ascii_only=self.config.ascii)

    def on_mount(self) -> None:
        """Leave in order when the system asks for it: place saved, locks free, terminal restored."""
        self.set_timer(PATIENCE, self.ready_anyway)
        for name in ("SIGTERM", "SIGHUP"):
            with suppress(
                AttributeError, NotImplementedError, ValueError, RuntimeError
            ):  # not on every system or thread
                asyncio.get_running_loop().add_signal_handler(getattr(signal, name), self.leave)

    def leave(self) -> None:
        """Save the place and exit; what is typed or clicked from now on is for nobody here."""
        self._early = []
        for screen in self.screen_stack:
            if isinstance(screen, ReaderScreen):
                screen.settle()
        if self._keeps:
            self._keeps = False
            self.call_later(self._leave_frame)
        else:
            self.exit(0)

    def exit(self, result: int | None = None, return_code: int = 0, message: RenderableType | None = None) -> None:
        """Exit; what is still being read is given up, or the shell would wait for it."""
        if apart := sys.modules.get("storage.readers.apart"):
            apart.stop()
        super().exit(result, return_code, message)

    async def _leave_frame(self) -> None:
        from tui import keeping  # noqa: PLC0415  # imported when first used

        with suppress(ManiculaError):
            self.config = config.load()
            if keeping.as_opened(self.session, only_mine=self.config.only_mine):
                await self.draw_next(self._reader())
        self.exit(0)

    def get_driver_class(self) -> type[Driver]:
        """Return the system's driver, which writes no more than it has to."""
        return thrifty(driver() or super().get_driver_class())

    def get_default_screen(self) -> Screen[None]:
        """Return the reading screen; pushing it over Textual's empty one would draw twice."""
        return self._reader()

    def _reader(self) -> ReaderScreen:
        styles = self.styles_of(self.palettes[self.theme])
        return ReaderScreen(self.session, styles, self.keymap, self.config)

    async def on_event(self, event: events.Event) -> None:
        """Give the screen its keys directly, each wholly done before the next goes to whatever screen there is then."""
        if isinstance(event, events.Resize):
            forget_shown(self._driver)
        if isinstance(event, (events.InputEvent, events.Paste)) and not event.is_forwarded and self.early(event):
            return
        if isinstance(event, events.Key) and not event.is_forwarded and isinstance(self.screen, (ReaderScreen, Pager)):
            await self.screen.take_key(event)
        elif isinstance(event, events.Paste) and not event.is_forwarded and isinstance(self.screen, ReaderScreen):
            self.screen.paste(event.text)
        else:
            await super().on_event(event)

    def switch_theme(self) -> str:
        """Take the next theme, also for the next time; return its name."""
        order = list(self.palettes)
        palette = self.palettes[order[(order.index(self.theme) + 1) % len(order)]]
        self.theme = palette.name
        if palette is not SIXTEEN:
            config.save("theme", palette.name)
        for screen in self.screen_stack:
            if isinstance(screen, ReaderScreen):
                screen.wear(self.styles_of(palette))
        return palette.name


def _arrive(session: Session, paths: Sequence[str]) -> None:
    try:
        arrival.arrive(session, paths)
    except LockedError:
        from tui.shell.password import unlocked  # noqa: PLC0415  # few files are locked

        unlocked(lambda: arrival.arrive(session, paths))


def run(paths: Sequence[str], library_path: Path | None = None, *, goto: str | None = None) -> int:
    """Open the screen and return its exit code. Raises ManiculaError before anything is drawn."""
    settings = config.load()
    tell_apart()
    with Library.open(library_path, gradual=True) as library:
        session = Session(library)
        session.news = session.told()
        library.fold_elsewhere()
        if goto is None:
            _arrive(session, paths)
        else:
            arrival.go_to(session, goto)
        app = ManiculaApp(session, settings, keeps=settings.prepaint and prepaint.possible())
        code = app.run()
    from tui import keeping  # noqa: PLC0415  # imported when first used

    keeping.keep(app, library, session, paths)
    return app.return_code or 0 if code is None else code
