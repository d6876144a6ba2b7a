"""Pages of docs/ of which a benchmark writes one section, between two comments."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parent.parent


def section(text: str, name: str) -> str:
    """What stands between the comments of a section; empty where there is none."""
    start, end = _comments(name)
    return text.partition(start)[2].partition(end)[0].strip("\n")


def wrapped(name: str, content: str) -> str:
    """A section between its comments."""
    start, end = _comments(name)
    return f"{start}\n{content}\n{end}"


def with_section(text: str, name: str, content: str) -> str:
    """The text of a page with `content` in a section in place of what stood there.

    Raises ValueError where it has no such section.
    """
    start, end = _comments(name)
    before, found, rest = text.partition(start)
    _, ended, after = rest.partition(end)
    if not (found and ended):
        message = f"there is no section {start} ... {end}"
        raise ValueError(message)
    return f"{before}{wrapped(name, content)}{after}"


def write_section(page: Path, name: str, content: str) -> None:
    """Put `content` in a section of a page in place of what stood there. Raises ValueError where it has none."""
    page.write_text(with_section(page.read_text(encoding="utf-8"), name, content), encoding="utf-8")


def _comments(name: str) -> tuple[str, str]:
    return f"<!-- {name}: start -->", f"<!-- {name}: end -->"


def row(*cells: object) -> str:
    """A line of a Markdown table."""
    return f"| {' | '.join(str(cell) for cell in cells)} |"
