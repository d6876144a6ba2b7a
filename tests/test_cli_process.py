"""The command line as a process: exit codes, pipes, signals, terminals."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import HOUSE, ROOT, require

if TYPE_CHECKING:
    from pathlib import Path

FOUND = b'reply.txt:3:8: error told-to-calm (HSE001) "calm down" tells the customer how to feel.\n'
COMMAND = [sys.executable, "-m", "calmlint", "--config", "house.toml", "--select", "told-to-calm"]


@pytest.fixture
def reply(tmp_path: Path) -> Path:
    path = tmp_path / "reply.txt"
    path.write_text("Hi Ann,\n\nPlease calm down and read our policy.\n", encoding="utf-8")
    path.with_name("house.toml").write_text(f"rules = ['{HOUSE}']\n", encoding="utf-8")
    return path


def environment(**changes: str) -> dict[str, str]:
    plain = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "FORCE_COLOR", "TERM"}}
    return {**plain, "PYTHONPATH": str(ROOT), "TERM": "xterm", **changes}


def run(reply: Path, *args: str, **changes: str) -> subprocess.CompletedProcess[bytes]:
    command = [*COMMAND, *args]
    return subprocess.run(command, cwd=reply.parent, env=environment(**changes), capture_output=True, check=False)


def test_exit_codes_and_streams(reply: Path) -> None:
    concise = ("--output-format", "concise")
    found = run(reply, *concise, "reply.txt")
    assert (found.returncode, found.stdout, found.stderr) == (1, FOUND, b"")
    unread = run(reply, *concise, "missing.txt", "reply.txt")
    assert (unread.returncode, unread.stdout) == (2, FOUND)
    assert unread.stderr.startswith(b"missing.txt: ")
    reply.write_text("It is refunded.\n", encoding="utf-8")
    assert run(reply, *concise, "reply.txt").returncode == 0


def test_a_reader_that_goes_away_is_no_error(reply: Path) -> None:
    reply.write_text("Please calm down. " * 2_000, encoding="utf-8")
    command = [*COMMAND, "--output-format", "concise", "reply.txt"]
    with subprocess.Popen(
        command, cwd=reply.parent, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith(b"reply.txt:1:8: error told-to-calm")
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 1


def test_a_reader_that_goes_away_is_no_error_of_other_commands(reply: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "calmlint", "rules"]
    done = subprocess.run(
        command, cwd=reply.parent, env=environment(), stdout=writing, stderr=subprocess.PIPE, check=False
    )
    os.close(writing)
    assert done.stderr == b""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for one process")
def test_ctrl_c_ends_without_a_traceback(reply: Path) -> None:
    pipe = reply.with_name("pipe.txt")
    os.mkfifo(pipe)
    command = [*COMMAND, "pipe.txt"]
    options: dict[str, Any] = {"cwd": reply.parent, "env": environment()}
    with (
        subprocess.Popen(command, **options, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process,
        pipe.open("wb"),  # opens once the process reads, which then waits for content
    ):
        process.send_signal(signal.SIGINT)
        out, errors = process.communicate()
    assert (process.returncode, out) == (130, b"")
    assert errors.strip() == b""


def on_a_terminal(reply: Path, *args: str, **changes: str) -> bytes:
    """What a run writes to a terminal."""
    pty = pytest.importorskip("pty", reason="pseudo-terminals need a Unix")
    ours, theirs = pty.openpty()
    command = [*COMMAND, *args, "reply.txt"]
    subprocess.run(command, cwd=reply.parent, env=environment(**changes), stdout=theirs, check=False)
    os.close(theirs)
    shown = b""
    try:
        while block := os.read(ours, 4096):
            shown += block
    except OSError:  # Linux says so when all has been read
        pass
    finally:
        os.close(ours)
    return shown


RED = b"\x1b[1;31merror\x1b[0m"


@pytest.mark.parametrize(
    ("args", "changes", "colored"),
    [
        pytest.param((), {}, True, id="a terminal has colors"),
        pytest.param((), {"NO_COLOR": "1"}, False, id="NO_COLOR"),
        pytest.param((), {"NO_COLOR": ""}, True, id="NO_COLOR that is empty does not count"),
        pytest.param((), {"TERM": "dumb"}, False, id="a dumb terminal"),
        pytest.param(("--no-color",), {"FORCE_COLOR": "1"}, False, id="the option beats FORCE_COLOR"),
        pytest.param(("--color",), {"NO_COLOR": "1"}, True, id="the option beats NO_COLOR"),
    ],
)
def test_colors_on_a_terminal(reply: Path, args: tuple[str, ...], changes: dict[str, str], *, colored: bool) -> None:
    shown = on_a_terminal(reply, *args, **changes)
    assert b"told-to-calm" in shown
    assert (RED in shown) is colored
    assert (b"\x1b" in shown) is colored


@pytest.mark.parametrize(
    ("args", "changes", "colored"),
    [
        pytest.param((), {}, False, id="a pipe has none"),
        pytest.param((), {"FORCE_COLOR": "1"}, True, id="FORCE_COLOR"),
        pytest.param((), {"FORCE_COLOR": "0"}, False, id="FORCE_COLOR=0"),
        pytest.param((), {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False, id="NO_COLOR beats FORCE_COLOR"),
        pytest.param(("--color",), {}, True, id="the option"),
    ],
)
def test_colors_in_a_pipe(reply: Path, args: tuple[str, ...], changes: dict[str, str], *, colored: bool) -> None:
    assert (b"\x1b" in run(reply, *args, "reply.txt", **changes).stdout) is colored


def test_a_terminal_that_lacks_a_character_gets_its_escape(reply: Path) -> None:
    reply.write_text("Bitte, Jürgen 😀, calm down.\n", encoding="utf-8")
    done = run(reply, "reply.txt", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert done.returncode == 1
    assert rb"    Bitte, J\xfcrgen \U0001f600, calm down." in done.stdout


def test_json_is_utf_8_whatever_the_terminal_knows(reply: Path) -> None:
    reply.write_text("Jürgen, calm down.\n", encoding="utf-8")
    reply = reply.rename(reply.with_name("jürgen.txt"))
    done = run(reply, "--output-format", "json", "jürgen.txt", PYTHONIOENCODING="latin-1", PYTHONUTF8="1")
    assert '"path": "jürgen.txt"' in done.stdout.decode("utf-8")


def test_a_file_name_that_is_no_text_is_shown_all_the_same(reply: Path) -> None:
    odd = os.fsencode(reply.parent) + b"/o\xffdd.txt"
    try:
        os.rename(reply, odd)  # noqa: PTH104 - the name is bytes
    except OSError:
        pytest.skip("this file system takes only names that are text")
    require(os.path.exists(odd), "the file was not renamed")  # noqa: PTH110 - the name is bytes
    command: list[str | bytes] = [*COMMAND, "--output-format", "concise", b"o\xffdd.txt"]
    done = subprocess.run(command, cwd=reply.parent, env=environment(), capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (1, b"")
    assert done.stdout.startswith(rb"o\udcffdd.txt:3:8: error told-to-calm")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="only Linux has a device that is always full")  # noqa: PTH110
def test_a_full_disk_is_told_in_one_line(reply: Path) -> None:
    with open("/dev/full", "wb") as full:  # noqa: PTH123 - a device
        done = subprocess.run(
            [sys.executable, "-m", "calmlint", reply.name],
            cwd=reply.parent,
            env=environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert (done.returncode, done.stderr.count(b"\n")) == (2, 1)
    assert b"cannot be written" in done.stderr


def test_a_closed_output_is_told_in_one_line(reply: Path) -> None:
    done = subprocess.run(
        ["sh", "-c", f'exec "{sys.executable}" -m calmlint {reply.name} >&-'],  # noqa: S607 - the shell that all have
        cwd=reply.parent,
        env=environment(),
        capture_output=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr == b"calmlint: there is no standard output to write to; redirect it to a file or to /dev/null\n"
