"""Where in a TOML file each key and value stands, which the standard library's reader does not tell."""

from __future__ import annotations

import re
import tomllib
from typing import NamedTuple

KeyPath = tuple[str | int, ...]  # ("tool", "calmlint", "select", 0)

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_KEY_PART = re.compile(r"""[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'""")
_STRING = re.compile(
    r'''"""(?:[^"\\]|\\.|"(?!""))*"{3,5}'''  # closed by the last three of up to five quotation marks
    r"""|'''(?:[^']|'(?!''))*'{3,5}"""
    r"""|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'""",
    re.DOTALL,
)
_SCALAR = re.compile(r"[^,\]}#\r\n]*")


class Places(NamedTuple):
    """The offset at which each key, and each value, first stands; items of arrays count from 0."""

    keys: dict[KeyPath, int]
    values: dict[KeyPath, int]


def places(text: str) -> Places:
    """Where the keys and values of a TOML document stand. The document must be one that tomllib reads."""
    walk = _Walk(text)
    walk.document()
    return Places(walk.keys, walk.values)


class _Walk:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.keys: dict[KeyPath, int] = {}
        self.values: dict[KeyPath, int] = {}
        self.lengths: dict[KeyPath, int] = {}  # how many [[tables]] of a name have begun

    def document(self) -> None:
        table: KeyPath = ()
        while self.skip(_BLANK) < len(self.text):
            if self.text[self.at] == "[":
                table = self.header()
            else:
                self.pair(table)

    def skip(self, pattern: re.Pattern[str]) -> int:
        match = pattern.match(self.text, self.at)
        self.at = match.end() if match else self.at
        return self.at

    def header(self) -> KeyPath:
        array = self.text.startswith("[[", self.at)
        self.at += 2 if array else 1
        path = self.key((), to_last_table=True)
        if array:
            number = self.lengths.get(path, 0)
            self.lengths[path] = number + 1
            path = (*path, number)
            self.values.setdefault(path, self.keys[path[:-1]])
        self.at += 2 if array else 1
        return path

    def key(self, path: KeyPath, *, to_last_table: bool = False) -> KeyPath:
        """Walk over a dotted key; gives its full path."""
        while True:
            self.skip(_SPACE)
            start = self.at
            part = self.text[start : self.skip(_KEY_PART)]
            if part[0] in "\"'":
                part = next(iter(tomllib.loads(f"{part} = 0")))
            if to_last_table and path in self.lengths:  # [a.b] after [[a]] stands in the last table of a
                path = (*path, self.lengths[path] - 1)
            path = (*path, part)
            self.keys.setdefault(path, start)
            self.skip(_SPACE)
            if not self.text.startswith(".", self.at):
                return path
            self.at += 1

    def pair(self, table: KeyPath) -> None:
        path = self.key(table)
        self.at += 1  # the equals sign
        self.skip(_SPACE)
        self.value(path)

    def value(self, path: KeyPath) -> None:
        self.values.setdefault(path, self.at)
        opening = self.text[self.at]
        if opening == "[":
            self.array(path)
        elif opening == "{":
            self.inline_table(path)
        elif opening in "\"'":
            self.skip(_STRING)
        else:
            self.skip(_SCALAR)

    def array(self, path: KeyPath) -> None:
        self.at += 1
        number = 0
        while self.text[self.skip(_BLANK)] != "]":
            if self.text[self.at] == ",":
                self.at += 1
                continue
            self.value((*path, number))
            number += 1
        self.at += 1

    def inline_table(self, path: KeyPath) -> None:
        self.at += 1
        while self.text[self.skip(_BLANK)] != "}":
            if self.text[self.at] == ",":
                self.at += 1
                continue
            self.pair(path)
        self.at += 1
