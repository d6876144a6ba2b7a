"""Whether time grows with the length of the text alone: hostile inputs at a quarter of their length and in full.

    python -m benchmarks.growth

A ratio near 4 is linear; a quadratic step would show as 16. Prints the figures and writes them to docs/performance.md.
"""

from __future__ import annotations

import time

from benchmarks.pages import ROOT, row, write_section
from calmlint.config import Config
from calmlint.engine import Linter

PAGE = ROOT / "docs" / "performance.md"
MEGABYTE = 1_000_000
FACTOR = 4
INPUTS = {
    "100,000 x `not our `": ("reply.txt", "not our ", 100_000),
    "1 MB of `> and` lines": ("reply.txt", "> and\n", MEGABYTE // 6),
    '1 MB of `"`': ("reply.txt", '"', MEGABYTE),
    "1 MB of `{{`": ("reply.txt", "{{", MEGABYTE // 2),
    "1 MB of `<` as HTML": ("reply.html", "<", MEGABYTE),
    "1 MB of `<p>` as HTML": ("reply.html", "<p>", MEGABYTE // 3),
    "1 MB of `[` as Markdown": ("reply.md", "[", MEGABYTE),
    "1 MB of `*a_` as Markdown": ("reply.md", "*a_", MEGABYTE // 3),
    "1 MB of calm sentences": ("reply.txt", "We have sent your new kettle to you today. ", MEGABYTE // 43),
}


def seconds(linter: Linter, path: str, data: bytes) -> float:
    """How long linting takes, in CPU time: other programs do not count."""
    start = time.process_time()
    linter.lint_bytes(path, data)
    return time.process_time() - start


def main() -> None:
    """Measure, print and write."""
    linter = Linter(Config(select=("ALL",)))
    linter.lint_bytes("reply.txt", b"The first text loads what is loaded late.")
    lines = [
        f"`make growth`: each input in full, and at a quarter of its length ({FACTOR}.0 is linear).\n",
        row("input", "times as long as for a quarter", "MB/s"),
        row("---", "--:", "--:"),
    ]
    for name, (path, text, count) in INPUTS.items():
        quarter, full = ((text * length).encode() for length in (count // FACTOR, count))
        before, after = seconds(linter, path, quarter), seconds(linter, path, full)
        lines.append(row(name, f"{after / before:.1f}", f"{len(full) / MEGABYTE / after:.1f}"))
        print(lines[-1], flush=True)
    write_section(PAGE, "hostile input", "\n".join(lines))


if __name__ == "__main__":
    main()
