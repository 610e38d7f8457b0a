"""Keys to commands: a pure state machine for counts, sequences and commands that wait for one more key.

The machine holds only what was typed and not yet used; which scope is in force is told with every key.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from storage.errors import UsageError
from tui.commands import BY_ID, COMMANDS, INHERITS, Command, scopes_of

LARGEST_COUNT = 99_999
_HIDING = frozenset({"select.other_end"})
"""Commands whose keys may mean something else in the scope around theirs."""
_ALIASES = {"escape": "esc", "return": "enter", "shift+space": "space"}


class Run(NamedTuple):
    """A command to run: `times` is 0 where no count was typed, `argument` the key that the command needed."""

    command: Command
    times: int = 0
    argument: str = ""


class Waiting(NamedTuple):
    """More keys are needed; `typed` is what to show meanwhile."""

    typed: str


class Unknown(NamedTuple):
    """No command has these keys."""

    typed: str


Result = Run | Waiting | Unknown


def key_name(key: str, character: str | None) -> str:
    """Return our name of a pressed key: the character if it is printable and no space, else its name."""
    if character is not None and character.isprintable() and character != " " and len(character) == 1:
        return character
    return _ALIASES.get(key, key)


class Keymap:
    """The sequences of every scope, with a reader's own keys in place of the defaults.

    Raises UsageError for an unknown command id, a key that two commands of one scope share, or a sequence that a
    shorter one hides.
    """

    def __init__(self, overrides: Mapping[str, Iterable[str]] | None = None) -> None:
        chosen = {command.id: tuple(command.keys) for command in COMMANDS}
        for name, keys in (overrides or {}).items():
            if name not in BY_ID:
                raise UsageError(f"There is no command “{name}” to give keys to; `manicula config` lists them.")
            chosen[name] = tuple(keys)
        self.keys = chosen
        self._own: dict[str, dict[tuple[str, ...], str]] = {}
        for command in COMMANDS:
            table = self._own.setdefault(command.scope, {})
            for sequence in chosen[command.id]:
                typed = tuple(sequence.split(" "))
                if typed in table:
                    raise UsageError(f"The key “{sequence}” is given to both {table[typed]} and {command.id}.")
                table[typed] = command.id
        self._refuse_shadows()
        self._tables = {scope: self._merged(scope) for scope in INHERITS}
        self._prefixes = {
            scope: {typed[:n] for typed in table for n in range(1, len(typed))} for scope, table in self._tables.items()
        }
        for scope, table in self._tables.items():
            for hidden in self._prefixes[scope] & set(table):
                raise UsageError(f"The key “{' '.join(hidden)}” of {table[hidden]} hides longer sequences in {scope}.")

    def _refuse_shadows(self) -> None:
        """Refuse a key that a wider scope gives to another command: only the other end may hide one."""
        for scope, own in self._own.items():
            for wider in scopes_of(scope)[1:]:
                for typed in set(own) & set(self._own.get(wider, {})):
                    if own[typed] not in _HIDING:
                        hidden = self._own[wider][typed]
                        raise UsageError(f"The key “{' '.join(typed)}” of {own[typed]} hides that of {hidden}.")

    def _merged(self, scope: str) -> dict[tuple[str, ...], str]:
        table: dict[tuple[str, ...], str] = {}
        for name in reversed(scopes_of(scope)):
            table.update(self._own.get(name, {}))
        return table

    def lookup(self, scope: str, typed: tuple[str, ...]) -> str | None:
        """Return the id of the command that `typed` runs in `scope`."""
        return self._tables[scope].get(typed)

    def is_prefix(self, scope: str, typed: tuple[str, ...]) -> bool:
        """Tell whether `typed` begins a longer sequence in `scope`."""
        return typed in self._prefixes[scope]

    def continuations(self, scope: str, typed: tuple[str, ...]) -> list[tuple[tuple[str, ...], str]]:
        """Return what can follow `typed` in `scope`: the keys left, and the id of the command that they run."""
        size = len(typed)
        table = self._tables[scope]
        return sorted((keys[size:], name) for keys, name in table.items() if len(keys) > size and keys[:size] == typed)

    def first_key(self, command_id: str) -> str:
        """Return the first key of a command, empty where it has none."""
        keys = self.keys[command_id]
        return keys[0] if keys else ""


class Machine:
    """What was typed and not yet used: a count, the start of a sequence, a command that waits for its argument."""

    def __init__(self, keymap: Keymap) -> None:
        self.keymap = keymap
        self.reset()

    def reset(self) -> None:
        """Forget what was typed."""
        self._count = ""
        self._typed: tuple[str, ...] = ()
        self._waiting: Command | None = None

    @property
    def typed(self) -> tuple[str, ...]:
        """The start of a sequence that was typed, without a count."""
        return self._typed

    @property
    def waiting(self) -> Command | None:
        """The command that waits for one more key."""
        return self._waiting

    def wait_for(self, command: Command) -> None:
        """Wait for the argument of a command that was chosen by its name."""
        self.reset()
        self._waiting = command

    @property
    def pending(self) -> str:
        """What was typed and waits for more."""
        name = self.keymap.first_key(self._waiting.id) if self._waiting else ""
        return self._count + name + "".join(self._typed)

    def feed(self, scope: str, key: str) -> Result:
        """Take one key in `scope`; esc forgets what was typed."""
        if key == "esc" and self.pending:
            self.reset()
            return Unknown("")
        if self._waiting is not None:
            return self._finish(self._waiting, key)
        if not self._typed and key.isdigit() and len(key) == 1 and (self._count or key != "0"):
            self._count = str(min(int(self._count + key), LARGEST_COUNT))
            return Waiting(self.pending)
        return self._extend(scope, (*self._typed, key))

    def _extend(self, scope: str, typed: tuple[str, ...]) -> Result:
        name = self.keymap.lookup(scope, typed)
        if name is not None:
            command = BY_ID[name]
            if command.needs:
                self._typed, self._waiting = (), command
                return Waiting(self.pending)
            return self._finish(command, "")
        if self.keymap.is_prefix(scope, typed):
            self._typed = typed
            return Waiting(self.pending)
        shown = self._count + "".join(typed)
        self.reset()
        return Unknown(shown)

    def _finish(self, command: Command, argument: str) -> Result:
        count = int(self._count or 0)
        self.reset()
        return Run(command, count, argument)
