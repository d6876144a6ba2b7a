"""The program `calmlint`. Paths without options are linted at once; everything else goes to the command line.

Reading the options, and the library that does it, takes as long as reading a reply. Where there are none, there
is nothing to read.
"""

from __future__ import annotations

import gc
import os
import sys
from typing import NoReturn

# The names of the commands: a folder that is called like one is written ./rules.
COMMANDS = frozenset({"check", "clean", "config", "new-rule", "rule", "rules", "test"})
# Objects between two looks for garbage: a start makes many that stay; looking after every 700, as usual, slows it.
_GARBAGE = 50_000


def main() -> NoReturn:
    """Run the program and leave with its exit code."""
    gc.set_threshold(_GARBAGE)
    if sys.stdout is None:  # closed by whoever started the program
        sys.stderr.write("calmlint: there is no standard output to write to; redirect it to a file or to /dev/null\n")
        sys.exit(2)
    arguments = sys.argv[1:]
    if are_paths(arguments):
        from calmlint import check, terminal  # noqa: PLC0415 - not needed where click reads the arguments

        sys.exit(terminal.ended(lambda: check.run(check.Options(paths=tuple(arguments)))))
    from calmlint import cli  # noqa: PLC0415 - click is not needed for paths

    cli.main()
    raise AssertionError  # click leaves the program itself


def are_paths(arguments: list[str]) -> bool:
    """Whether the arguments are files and folders that exist, and neither options nor a command."""
    return (
        bool(arguments)
        and arguments[0] not in COMMANDS
        and all(not argument.startswith("-") and os.path.exists(argument) for argument in arguments)
    )
