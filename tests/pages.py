"""The pages of the documentation: what they show is run, and what they list is generated.

    python -m tests.pages [--check]

Writes the outputs that the pages show, and the generated pages, anew; `--check` only says what is out of date.

In a page, a `console` block holds commands after `$ ` and their output, in which a line `...` stands for any lines.
A `python` block is a script; a `text` block straight after it holds its output. A block whose info string names a
file, such as `toml calmlint.toml`, is written to that file first. All blocks of a page share a folder, which starts
with a copy of `examples/`.
"""

from __future__ import annotations

import dataclasses
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.pages import row, with_section
from calmlint.rule import load_rules, read_rule_files
from calmlint.source import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
_BLOCK = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<body>.*?)^```$", re.DOTALL | re.MULTILINE)
_SECONDS = 60


@dataclasses.dataclass(frozen=True)
class Block:
    """A fenced block: its language, the file it names, its text, and where that text stands in the page."""

    language: str
    file: str
    body: str
    start: int
    end: int


def blocks(text: str) -> Iterator[Block]:
    """The fenced blocks of a page, in order."""
    for match in _BLOCK.finditer(text):
        language, _, file = match["info"].strip().partition(" ")
        yield Block(language, file.strip(), match["body"], *match.span("body"))


@dataclasses.dataclass(frozen=True)
class Shown:
    """A command or a script of a page, the output shown, the output it has, and where the shown one stands."""

    command: str
    shown: str
    real: str
    start: int
    end: int

    @property
    def agrees(self) -> bool:
        """Whether the shown output is the real one; a line `...` in it stands for any lines."""
        pattern = "".join(
            r"(?:.*\n)*?" if line.strip() == "..." else re.escape(line) for line in self.shown.splitlines(keepends=True)
        )
        return not self.crashed and re.fullmatch(pattern, self.real) is not None

    @property
    def crashed(self) -> bool:
        """Whether what ran ended with a traceback."""
        return "Traceback (most recent call last)" in self.real


def run(text: str) -> list[Shown]:
    """Run everything that a page shows."""
    shown: list[Shown] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name, "work")
        shutil.copytree(ROOT / "examples", folder / "examples")
        shell = _Shell(folder, _environment(Path(name)))
        script: Block | None = None
        for block in blocks(text):
            if script and block.language == "text":
                shown.append(Shown(script.body, block.body, shell.python(script.body), block.start, block.end))
                script = None
                continue
            if script:
                shown.append(Shown(script.body, "", shell.python(script.body), script.end, script.end))
            script = block if block.language == "python" else None
            if block.file:
                target = folder / block.file
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(block.body, encoding="utf-8")
            elif block.language == "console":
                shown += _console(block, shell)
        if script:
            shown.append(Shown(script.body, "", shell.python(script.body), script.end, script.end))
    return shown


def _console(block: Block, shell: _Shell) -> Iterator[Shown]:
    commands = [match.start() for match in re.finditer(r"^\$ ", block.body, re.MULTILINE)]
    for start, end in zip(commands, [*commands[1:], len(block.body)], strict=True):
        line, _, output = block.body[start:end].partition("\n")
        at = block.start + end
        yield Shown(line[2:], output, shell.run(line[2:]), at - len(output), at)


@dataclasses.dataclass
class _Shell:
    """Runs commands in a folder and remembers how the last one ended."""

    folder: Path
    environment: dict[str, str]
    status: int = 0

    def run(self, command: str) -> str:
        return self._output(["/bin/sh", "-c", command.replace("$?", str(self.status))])

    def python(self, script: str) -> str:
        return self._output([sys.executable, "-c", script])

    def _output(self, command: list[str]) -> str:
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            timeout=_SECONDS,
            check=False,
        )
        self.status = done.returncode
        return done.stdout if done.stdout.endswith("\n") or not done.stdout else f"{done.stdout}\n"


def _environment(folder: Path) -> dict[str, str]:
    """Where `calmlint` and `python` are those under test, and no settings of the user's own are used."""
    programs = folder / "bin"
    programs.mkdir()
    for name, arguments in {"calmlint": "-m calmlint", "python": ""}.items():
        program = programs / name
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" {arguments} "$@"\n', encoding="utf-8")
        program.chmod(0o755)
    return {
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "PYTHONUTF8": "1",
        "HOME": str(folder),
        "CALMLINT_CACHE": os.environ.get("CALMLINT_CACHE", str(folder / "cache")),
    }


def refreshed(text: str) -> str:
    """The page with real outputs in place of those that do not agree; a crash is never taken over."""
    for shown in reversed(run(text)):
        if not shown.agrees and not shown.crashed:
            text = f"{text[: shown.start]}{shown.real}{text[shown.end :]}"
    return text


def rule_table() -> str:
    """The rules in one line each, for the README."""
    lines = [row("rule", "code", "severity", "why"), row("---", "---", "---", "---")]
    for rule in sorted(read_rule_files(ROOT / "rules"), key=lambda rule: rule.code):
        why = " ".join(rule.why.split()).partition(". ")[0].removesuffix(".")
        lines.append(row(f"[{rule.name}](docs/rules.md#{rule.name})", rule.code, rule.severity, f"{why}."))
    return "\n".join(lines)


def generated() -> dict[Path, str]:
    """The text that every page should have, without the outputs it shows."""
    from calmlint.catalogue import generated as catalogue  # noqa: PLC0415 - loads every rule

    pages = {ROOT / path: text for path, text in catalogue().items()}
    readme = ROOT / "README.md"
    pages[readme] = with_section(readme.read_text(encoding="utf-8"), "rules", rule_table())
    return pages


def main() -> None:
    """Write or check every page."""
    check = "--check" in sys.argv[1:]
    load_rules()  # a mistake in a rule must not end up in the pages
    old: list[str] = []
    wanted = generated()
    for page in dict.fromkeys([*wanted, *PAGES]):
        present = page.read_text(encoding="utf-8") if page.exists() else ""
        text = wanted.get(page, present)
        if page.suffix == ".md" and not check:
            text = refreshed(text)
        if text != present:
            old.append(str(page.relative_to(ROOT)))
            if not check:
                page.write_text(text, encoding="utf-8")
    if check and old:
        sys.exit(f"out of date: {', '.join(old)}; run make generated")
    sys.stdout.write(f"written: {', '.join(old)}\n" if old else "all pages are up to date\n")


if __name__ == "__main__":
    try:
        main()
    except InputError as mistake:
        sys.exit(str(mistake))
