"""Which files to lint: what the paths, folders and globs of a command line stand for."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, NamedTuple

from calmlint.source import InputError

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Collection, Iterator, Sequence

STANDARD_INPUT = "-"


class FoundFile(NamedTuple):
    """A file to lint, its path as the user wrote it, with "/"; "-" is standard input.

    `named` says that it was named itself, so that it is to be read whatever its extension is.
    """

    path: str
    named: bool


def find_files(
    paths: Sequence[str],
    extensions: Collection[str],
    excluded: Callable[[str], bool] | None = None,
    *,
    force_exclude: bool = False,
) -> Iterator[FoundFile | InputError]:
    """The files that paths, folders, globs and "-" stand for, each once, in a fixed order; an InputError for a miss.

    In folders and globs, only files with one of the `extensions` (".md"), neither hidden, nor ignored by a .gitignore,
    nor `excluded` (asked with "/" after a folder). A file that is named itself is always taken, unless it is excluded
    and `force_exclude` is set.
    """
    search = _Search({extension.lower() for extension in extensions}, excluded or (lambda _: False))
    for path in paths:
        if path == STANDARD_INPUT:
            yield from search.once(path, named=True)
        elif os.path.isdir(path):
            yield from search.folder(path)
        elif os.path.exists(path):
            if force_exclude and search.excluded(path):
                continue
            if os.access(path, os.R_OK):
                yield from search.once(path, named=True)
            else:
                yield InputError(f"{path}: cannot be read; check its rights")
        elif os.path.lexists(path):
            yield from search.once(path, named=True)
        elif any(mark in path for mark in "*?["):
            yield from search.glob(path)
        else:
            yield InputError(f"{path or chr(34) * 2}: no such file; check the name")


class _Search:
    def __init__(self, extensions: Collection[str], excluded: Callable[[str], bool]) -> None:
        self.extensions = extensions
        self.excluded = excluded
        self.ignores = _GitIgnores()
        self.seen: set[str] = set()

    def once(self, path: str, *, named: bool = False) -> Iterator[FoundFile | InputError]:
        file = path if path == STANDARD_INPUT else os.path.realpath(path)
        if file in self.seen:
            return
        self.seen.add(file)
        if path == STANDARD_INPUT or os.path.exists(path):
            yield FoundFile(path.replace(os.sep, "/"), named)
        else:
            yield InputError(f"{path}: a link that leads to no file; mend or exclude it")

    def folder(self, path: str) -> Iterator[FoundFile | InputError]:
        """The files of a folder that was named, even if it is itself ignored."""
        start = "" if path == "." else path.replace(os.sep, "/").rstrip("/") + "/"
        nothing = True
        for found in self.tree(start, self.ignores.top(os.path.abspath(path))):
            nothing = False
            yield from self.once(found) if isinstance(found, str) else [found]
        if nothing:
            yield InputError(
                f"{path}: no file to lint in this folder, or all are ignored or excluded; "
                f"calmlint reads {' '.join(sorted(self.extensions))}"
            )

    def glob(self, pattern: str) -> Iterator[FoundFile | InputError]:
        """The files that a pattern matches, and those in the folders that it matches."""
        parts = [part for part in pattern.replace(os.sep, "/").split("/") if part not in {"", "."}]
        fixed = next(i for i, part in enumerate(parts) if any(mark in part for mark in "*?["))
        start = "/" * pattern.startswith("/") + "".join(f"{part}/" for part in parts[:fixed])
        nothing = True
        for found in self.matches(start, parts[fixed:], self.ignores.top(os.path.abspath(start or "."))):
            nothing = False
            yield from self.once(found) if isinstance(found, str) else [found]
        if nothing:
            yield InputError(f"{pattern}: no file to lint matches this pattern; check it, or name the files")

    def matches(self, place: str, parts: list[str], top: str) -> Iterator[str | InputError]:
        from fnmatch import fnmatchcase  # noqa: PLC0415 - only a glob that no shell expanded pays for it

        part, rest = parts[0], parts[1:]
        if part == "**":
            while rest and rest[0] == "**":
                rest = rest[1:]
            for folder in [place, *self.folders(place, top)] if rest else []:
                yield from self.matches(folder, rest, self.ignores.top_in(folder, top))
            yield from self.tree(place, top) if not rest else ()
            return
        if not os.path.isdir(place or "."):
            return
        for found in self.listed(place, top):
            if isinstance(found, InputError):
                yield found
            elif not fnmatchcase(os.path.basename(found.rstrip("/")), part):
                continue
            elif not found.endswith("/"):
                yield from [] if rest else [found]
            elif rest:
                yield from self.matches(found, rest, self.ignores.top_in(found, top))
            else:
                yield from self.tree(found, self.ignores.top_in(found, top))

    def folders(self, place: str, top: str) -> Iterator[str]:
        waiting = [(place, top)]
        while waiting:
            place, top = waiting.pop()
            for found in self.listed(place, top):
                if isinstance(found, str) and found.endswith("/"):
                    yield found
                    waiting.append((found, self.ignores.top_in(found, top)))

    def tree(self, place: str, top: str) -> Iterator[str | InputError]:
        """The paths of the files below a folder, in the order of their names; links to folders are not followed."""
        waiting: list[Iterator[str | InputError]] = [iter([place])]  # no recursion, so that no depth is too deep
        tops = [top]
        while waiting:
            found = next(waiting[-1], None)
            if found is None:
                waiting.pop()
                tops.pop()
            elif isinstance(found, str) and (found == place or found.endswith("/")):
                tops.append(self.ignores.top_in(found, tops[-1]) if found != place else top)
                waiting.append(iter(self.listed(found, tops[-1])))
            else:
                yield found

    def listed(self, place: str, top: str) -> list[str | InputError]:
        """What a folder holds that is to be linted: files, folders (with "/" at the end), and what is broken."""
        listed: list[str | InputError] = []
        try:
            with os.scandir(place or ".") as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError as error:
            return [InputError(f"{place}: cannot be read ({error.strerror}); check its rights, or exclude it")]
        for entry in entries:
            is_folder = entry.is_dir(follow_symlinks=False)
            path = place + entry.name + "/" * is_folder
            if (
                entry.name.startswith(".")
                or not (is_folder or os.path.splitext(entry.name)[1].lower() in self.extensions)
                or self.ignores.ignores(os.path.abspath(path), top, is_folder=is_folder)
                or self.excluded(path)
            ):
                continue
            if is_folder or entry.is_file(follow_symlinks=False) or (entry.is_symlink() and not os.path.isdir(path)):
                listed.append(path)
        return listed


class _GitIgnores:
    """What the .gitignore files say, each read once."""

    def __init__(self) -> None:
        self.read: dict[str, Sequence[tuple[bool, re.Pattern[str]]]] = {}

    def top(self, folder: str) -> str:
        """The folder from which the .gitignore files down to `folder` hold: that of its repository.

        `folder` itself where there is none, or where the repository ignores it: it was named all the same.
        """
        above = [folder]
        while not os.path.lexists(os.path.join(above[-1], ".git")):
            parent = os.path.dirname(above[-1])
            if parent == above[-1]:
                return folder
            above.append(parent)
        ignored = any(self.ignores(place, above[-1], is_folder=True) for place in above[:-1])
        return folder if ignored else above[-1]

    def top_in(self, folder: str, top: str) -> str:
        """`top`, or the folder where it is a repository of its own, which knows only its own .gitignore files."""
        return os.path.abspath(folder) if os.path.lexists(folder + ".git") else top

    def ignores(self, path: str, top: str, *, is_folder: bool) -> bool:
        """Whether a file or folder is ignored, by the .gitignore nearest to it that says anything about it."""
        folder = path
        while folder != top:
            folder = os.path.dirname(folder)
            inside = path[len(folder) :].replace(os.sep, "/").lstrip("/") + "/" * is_folder
            for ignores, regex in self.lines(folder):
                if _matches(regex, inside):
                    return ignores
        return False

    def lines(self, folder: str) -> Sequence[tuple[bool, re.Pattern[str]]]:
        if folder not in self.read:
            self.read[folder] = _lines(os.path.join(folder, ".gitignore"))
        return self.read[folder]


def _lines(path: str) -> Sequence[tuple[bool, re.Pattern[str]]]:
    """What the lines of a .gitignore say, and of which paths; the last line, which has the last word, first."""
    try:
        with open(path, encoding="utf-8-sig", errors="surrogateescape", newline="\n") as file:
            lines = [line.removesuffix("\n").removesuffix("\r") for line in file]
    except OSError:
        return ()
    from pathspec import GitIgnoreSpec, RegexPattern  # noqa: PLC0415 - only a .gitignore pays for it

    said: list[tuple[bool, re.Pattern[str]]] = []
    for line in reversed(lines):
        with contextlib.suppress(ValueError):  # git passes over a line that is no pattern
            said += [
                (pattern.include, pattern.regex)
                for pattern in GitIgnoreSpec.from_lines([_as_the_library_means_it(line)]).patterns
                if isinstance(pattern, RegexPattern) and pattern.regex is not None and pattern.include is not None
            ]
    return said


def _as_the_library_means_it(line: str) -> str:
    """The line as both read it alike: to git alone, `a/**/` are the folders below `a` and not `a` itself."""
    bare = line.rstrip(" ")
    return f"{bare}*/" if bare.endswith("/**/") else line


def _matches(regex: re.Pattern[str], path: str) -> bool:
    """Whether a line names the path itself.

    The library's own check takes in all below a folder that a line names. In git that folder is never entered, and
    a line that takes it back in does not take in what it holds.
    """
    if "ps_d" not in regex.groupindex:  # the library's mark for the "/" that ends a folder's name
        return regex.search(path.rstrip("/")) is not None
    return any(found.start("ps_d") in {-1, len(path) - 1} for found in regex.finditer(path))
