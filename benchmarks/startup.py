"""How long a first answer takes: calmlint beside Python alone and beside `import click`, run in turn.

    python -m benchmarks.startup

Prints medians as multiples of `python -c "import click"` and writes them to docs/performance.md.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from benchmarks.pages import ROOT, row, write_section

ROUNDS = 15
PAGE = ROOT / "docs" / "performance.md"
YARDSTICK = 'python -c "import click"'


def commands() -> dict[str, list[str]]:
    """The programs to compare, by the command a user types."""
    script = Path(sys.executable).with_name("calmlint")
    calmlint = [str(script)] if script.exists() else [sys.executable, "-m", "calmlint"]
    return {
        "python -c pass": [sys.executable, "-c", "pass"],
        YARDSTICK: [sys.executable, "-c", "import click"],
        "calmlint examples/late-parcel.txt": [*calmlint, "examples/late-parcel.txt"],
        "calmlint examples/": [*calmlint, "examples/"],
    }


def seconds(command: list[str]) -> float:
    """How long one run takes. Raises RuntimeError where it fails (exit 1 only says that there are findings)."""
    # As after an installation: with the byte code that Python keeps, which this variable would forbid.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    taken = time.perf_counter() - start
    if done.returncode not in {0, 1} or "Traceback" in done.stderr:
        message = f"{' '.join(command)} failed: {done.stderr.strip()}"
        raise RuntimeError(message)
    return taken


def main() -> None:
    """Measure, print and write."""
    programs = commands()
    taken: dict[str, list[float]] = {name: [] for name in programs}
    for number in range(ROUNDS + 1):
        for name, command in programs.items():
            spent = seconds(command)
            if number:  # the first round only warms the file cache
                taken[name].append(spent)
    yardstick = median(taken[YARDSTICK])
    lines = [
        f"`make speed`: {ROUNDS} runs of each command in turn (Python {platform.python_version()}, warm file cache).\n",
        row("command", f"times `{YARDSTICK}`"),
        row("---", "--:"),
        *(row(f"`{name}`", f"{median(times) / yardstick:.2f}") for name, times in taken.items()),
    ]
    write_section(PAGE, "start-up", "\n".join(lines))
    print("\n".join(lines))


if __name__ == "__main__":
    main()
