"""What `calmlint check` does: from paths to a report, an exit code, and files that are mended where asked."""

from __future__ import annotations

import importlib
import os
import sys
from typing import TYPE_CHECKING, NamedTuple

from calmlint.config import Config, check_names, describe, find_config, read_config
from calmlint.engine import Linter
from calmlint.files import find_files
from calmlint.finding import Report, Severity
from calmlint.loaders import LOADERS, load
from calmlint.reporters import REPORTERS, Look
from calmlint.rule import UNUSED
from calmlint.source import InputError
from calmlint.terminal import be_lenient, colored, deliver, one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import TextIO

    from calmlint.rule import BuiltIn, Rule

STANDARD_INPUT = "-"
CALM, FOUND, FAILED = 0, 1, 2
_LARGEST = 1024**3  # the loaders say how much of it they take; this is for what never ends, such as a device
_OF_RECORDS = (".json", ".jsonl", ".ndjson", ".mbox")  # they hold what the customer wrote


class Options(NamedTuple):
    """The options of `calmlint check`, as the command line gives them."""

    paths: tuple[str, ...]
    customer: str | None = None
    situation: str | None = None
    channel: str | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    preview: bool | None = None
    profile: str | None = None
    fail_on: str | None = None
    output_format: str | None = None
    output_file: str | None = None
    statistics: bool = False
    quiet: bool = False
    color: bool | None = None
    fix: bool = False
    unsafe_fixes: bool = False
    diff: bool = False
    stdin_filename: str | None = None
    config: str | None = None
    isolated: bool = False

    @property
    def mends(self) -> bool:
        """Whether fixes are carried out, or shown."""
        return self.fix or self.unsafe_fixes or self.diff


def run(options: Options) -> int:
    """Lint what the options name and write the report. The exit code: 0 calm, 1 findings, 2 something was unreadable.

    Raises InputError for options that contradict each other or name what is not there.
    """
    write = _writer(options)
    _refuse_contradictions(options)
    return _Run(options).finish(write)


def settings(path: str) -> str:
    """The settings that apply to a file or folder, as lines of TOML that say where each comes from.

    Raises InputError where the path does not exist, or the settings hold mistakes.
    """
    if not os.path.exists(path):
        message = f"{path}: no such file or folder; check the name"
        raise InputError(message)
    source = find_config(path)
    config = Config() if source is None else read_config(source)
    _check_names(Linter(config))
    return "\n".join(describe(config))


def _check_names(linter: Linter) -> None:
    """Raise InputError for settings that name rules or a profile that do not exist."""
    rules: list[Rule | BuiltIn] = [*linter.rules.rules.values(), UNUSED]
    names, codes = {rule.name for rule in rules}, {rule.code for rule in rules}
    check_names(linter.config, names, codes, {rule.category for rule in rules}, linter.rules.profiles)
    if not any(linter.config.selects(rule) for rule in rules):
        message = "the rules that are selected are all ignored, so none is left to run; leave out --ignore or --select"
        raise InputError(message)


def _writer(options: Options) -> Callable[[Report, TextIO, Look], None]:
    name = "statistics" if options.statistics else options.output_format or "text"
    if name not in REPORTERS:
        from calmlint.nearest import suggestion  # noqa: PLC0415 - only a mistake pays for it

        message = f'--output-format: "{name}" is unknown; {suggestion(name, REPORTERS)}'
        raise InputError(message)
    write: Callable[[Report, TextIO, Look], None] = importlib.import_module(REPORTERS[name]).write
    return write


def _refuse_contradictions(options: Options) -> None:
    standard_input = STANDARD_INPUT in options.paths
    wrong = ""
    if not options.paths:
        wrong = "nothing to lint; name files or folders, or - for standard input"
    elif options.statistics and options.output_format not in {None, "statistics"}:
        wrong = f"--statistics is a format of its own; leave out --output-format {options.output_format}"
    elif options.config is not None and options.isolated:
        wrong = "--isolated takes no settings from files, --config names one; leave one of them out"
    elif options.stdin_filename is not None and not standard_input:
        wrong = "--stdin-filename says what standard input is called, but - is not among the paths"
    elif standard_input and len(options.paths) > 1:
        wrong = "standard input (-) is linted alone; leave out the other paths"
    elif options.customer == STANDARD_INPUT and standard_input:
        wrong = "standard input (-) cannot be both the reply and the --customer message"
    if wrong:
        raise InputError(wrong)


class _Change(NamedTuple):
    """A file that its fixes change, and how many findings they mend."""

    path: str
    before: bytes
    after: bytes
    fixed: int


class _Run:
    """One run: settings and linters are kept by the file they come from, problems are collected as they appear."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.report = Report()
        self.changes: list[_Change] = []
        self.fails = False
        self.fail_on: set[Severity | None] = set()
        self._linters: dict[str | None, Linter | None] = {}
        self._config_of_folder: dict[str, str | None] = {}
        self._customer = _customer(options)

    def finish(self, write: Callable[[Report, TextIO, Look], None]) -> int:
        """Lint everything, then write report and problems. Gives the exit code."""
        inputs = list(self._inputs())
        self._refuse_for(inputs)
        for path, data in self._read(inputs):
            self._lint(path, data)
        sys.stderr.writelines(f"{one_line(problem)}\n" for problem in self.report.errors)
        self._write(write)
        if self.report.errors:
            return FAILED
        return FOUND if self.fails else CALM

    def _inputs(self) -> Iterator[str]:
        """The files to lint, each once."""
        options = self.options
        if options.paths == (STANDARD_INPUT,):
            yield STANDARD_INPUT
            return
        for found in find_files(options.paths, LOADERS, self._excluded):
            if isinstance(found, InputError):
                self._problem(found)
            elif found.named or not self._is_output(found.path):  # the last report in a folder is no reply of it
                yield found.path

    def _refuse_for(self, inputs: list[str]) -> None:
        """Refuse options that do not fit the files found."""
        options = self.options
        wrong = ""
        if options.customer is not None:
            name = options.stdin_filename if inputs == [STANDARD_INPUT] else inputs[0] if inputs else None
            if len(inputs) > 1:
                wrong = f"--customer is the message that one reply answers, but {len(inputs)} files are given"
            elif name is not None and name.lower().endswith(_OF_RECORDS):
                wrong = f"--customer is for a plain reply; {name} says itself what its customers wrote"
        same = next((path for path in (*inputs, options.customer) if path and self._is_output(path)), None)
        if same is not None:
            wrong = (
                f"--output-file {options.output_file} would overwrite {same}, which is to be read; name another file"
            )
        if wrong:
            raise InputError(wrong)

    def _read(self, inputs: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        for path in inputs:
            try:
                yield (
                    (self.options.stdin_filename or path, _standard_input())
                    if path == STANDARD_INPUT
                    else (path, read(path))
                )
            except InputError as error:
                self._problem(error)

    def _is_output(self, path: str) -> bool:
        output = self.options.output_file
        return output is not None and os.path.exists(output) and _same(path, output)

    def _excluded(self, path: str) -> bool:
        """Whether the settings of the folder in which a file or folder stands leave it out."""
        linter = self._linter(os.path.dirname(path.rstrip("/")) or ".")
        return linter is not None and linter.config.excludes(path)

    def _linter(self, path: str) -> Linter | None:
        """The linter with the settings that apply to a path; None where they cannot be read, which is told once."""
        source = self._config_path(path)
        if source not in self._linters:
            self._linters[source] = None
            try:
                linter = Linter(self._override(Config() if source is None else read_config(source)))
                _check_names(linter)
                self._linters[source] = linter
            except InputError as error:
                self._problem(error)
        return self._linters[source]

    def _problem(self, error: InputError) -> None:
        """Note what is wrong, once: several files of settings may have the same mistake above them."""
        self.report.errors += [line for line in str(error).splitlines() if line not in self.report.errors]

    def _config_path(self, path: str) -> str | None:
        options = self.options
        if options.config is not None or options.isolated:
            return options.config
        folder = path if os.path.isdir(path) else os.path.dirname(path)
        if folder not in self._config_of_folder:
            self._config_of_folder[folder] = find_config(folder or ".")
        return self._config_of_folder[folder]

    def _override(self, config: Config) -> Config:
        options = self.options
        return config.override(
            select=options.select,
            ignore=options.ignore,
            extend_select=options.extend_select,
            fail_on=options.fail_on,
            profile=options.profile,
            preview=options.preview,
            situation=options.situation,
            channel=options.channel,
            customer=self._customer,
        )

    def _lint(self, path: str, data: bytes) -> None:
        linter = self._linter(path)
        if linter is None:
            return
        report = linter.lint_bytes(path, data)
        if self.options.mends:
            report = self._mend(linter, path, data, report)
        fail_on = linter.config.fail_on
        self.fail_on.add(fail_on)
        self.fails = self.fails or (fail_on is not None and any(found.severity >= fail_on for found in report.active))
        self.report.extend(report)

    def _mend(self, linter: Linter, path: str, data: bytes, report: Report) -> Report:
        """Carry out the fixes, or note them for `--diff`. The report of what is left."""
        from calmlint.fix import mend, replace_file  # noqa: PLC0415 - imported when fixes are asked for

        mended = mend(path, data, report.findings, unsafe=self.options.unsafe_fixes)
        change = _Change(path, data, mended.data, mended.fixed)
        if not self.options.diff and mended.data != data:
            try:
                if STANDARD_INPUT not in self.options.paths:
                    _refuse_changed(path, data)
                    replace_file(path, mended.data)
            except InputError as error:
                self._problem(error)
                return report
            report = linter.lint_bytes(path, mended.data)
        self.changes.append(change)
        return report

    def _write(self, write: Callable[[Report, TextIO, Look], None]) -> None:
        """Write the diff or the mended standard input, what was fixed, and the report, each where it belongs."""
        options, out = self.options, sys.stdout
        be_lenient(out, "utf-8" if options.output_format == "json" else None)
        if options.mends:
            out = self._write_changes()
        nothing_read = not self.report.files and bool(self.report.errors)  # then the errors say it all
        look = Look(options.color is True, options.quiet or nothing_read, self._lowest())
        if options.output_file is not None:
            import io  # noqa: PLC0415 - only a report in a file needs it

            from calmlint.fix import replace_file  # noqa: PLC0415 - only a report in a file needs it

            text = io.StringIO()
            write(self.report, text, look)
            replace_file(options.output_file, text.getvalue().encode("utf-8", "backslashreplace"))
        elif not options.diff:
            deliver(lambda: write(self.report, out, look._replace(color=colored(out, asked=options.color))))

    def _write_changes(self) -> TextIO:
        """Write what the fixes changed. Gives the stream that is left for the report."""
        from calmlint.fix import difference  # noqa: PLC0415 - imported when fixes are asked for

        options, out = self.options, sys.stdout
        if options.diff:
            shown = [difference(change.path, change.before, change.after) for change in self.changes]
            deliver(lambda: out.writelines(shown))
        elif options.paths == (STANDARD_INPUT,):
            deliver(lambda: sys.stdout.buffer.write(b"".join(change.after for change in self.changes)))
            out = sys.stderr
        if not options.quiet:
            fixed = sum(change.fixed for change in self.changes)
            files = sum(change.fixed > 0 for change in self.changes)
            verb = "would fix" if options.diff else "fixed"
            sys.stderr.write(f"{verb} {fixed} finding{'s' * (fixed != 1)} in {files} file{'s' * (files != 1)}\n")
        return out

    def _lowest(self) -> Severity | None:
        """The lowest severity on which one of the files fails; None where none ever does."""
        given = [severity for severity in self.fail_on if severity is not None]
        return min(given, default=None if self.fail_on else Severity.WARNING)


def read(path: str) -> bytes:
    """The bytes of a file. Raises InputError where it cannot be read, or is too large to be a reply."""
    try:
        with open(path, "rb") as file:
            data = file.read(_LARGEST + 1)
    except OSError as error:
        message = f"{path}: cannot be read: {error.strerror}"
        raise InputError(message) from None
    return _not_too_large(path, data)


def _refuse_changed(path: str, data: bytes) -> None:
    if read(path) != data:
        message = f"{path}: was changed by someone else meanwhile, so its fixes are left out; run calmlint again"
        raise InputError(message)


def _standard_input() -> bytes:
    return _not_too_large("standard input", sys.stdin.buffer.read(_LARGEST + 1))


def _not_too_large(path: str, data: bytes) -> bytes:
    if len(data) > _LARGEST:
        message = f"{path}: is larger than {_LARGEST // 1024**2} MB; split it, or exclude it"
        raise InputError(message)
    return data


def _customer(options: Options) -> str | None:
    """The text of the `--customer` file, read as what its name says it is."""
    path = options.customer
    if path is None:
        return None
    if path.lower().endswith(_OF_RECORDS):
        message = f"--customer {path}: holds whole conversations; lint it as it is, or name a file with one message"
        raise InputError(message)
    data = _standard_input() if path == STANDARD_INPUT else read(path)
    for conversation in load(path, data):
        if isinstance(conversation, InputError):
            raise conversation
        return conversation.draft.text
    message = f"--customer {path}: holds no message"
    raise InputError(message)


def _same(path: str, other: str) -> bool:
    return path != STANDARD_INPUT and os.path.exists(path) and os.path.samefile(path, other)
