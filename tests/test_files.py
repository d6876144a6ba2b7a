"""Which files paths, folders and globs stand for."""

from __future__ import annotations

import inspect
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from calmlint.files import find_files
from calmlint.source import InputError
from tests.conftest import require

EXTENSIONS = {".txt", ".md"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def make(*files: str) -> None:
    for file in files:
        path = Path(file)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")


def find(*paths: str, **options: Any) -> list[str]:  # noqa: ANN401 - handed on
    return [
        str(found) if isinstance(found, InputError) else found.path
        for found in find_files(paths, EXTENSIONS, **options)
    ]


@pytest.mark.usefixtures("folder")
def test_a_folder_stands_for_the_files_that_can_be_read_in_order() -> None:
    make("b.txt", "a/z.md", "a/c/d.txt", "a.txt", "a/logo.png", "UPPER.TXT", ".hidden.txt", ".git/x.txt", ".cache/x.md")
    assert find(".") == ["UPPER.TXT", "a/c/d.txt", "a/z.md", "a.txt", "b.txt"]
    assert find("a") == find("a/") == ["a/c/d.txt", "a/z.md"]
    assert find("./a") == ["./a/c/d.txt", "./a/z.md"]


def test_paths_are_told_as_they_were_written(folder: Path) -> None:
    make("a/b.txt")
    assert find(str(folder)) == [f"{folder}/a/b.txt"]
    os.chdir("a")
    assert find("..") == ["../a/b.txt"]
    assert find("../a/b.txt") == ["../a/b.txt"]


@pytest.mark.usefixtures("folder")
def test_a_file_that_is_named_is_taken_whatever_it_is() -> None:
    make("a.unknown", ".hidden/b.txt", "build/c.txt")
    Path(".gitignore").write_text("build/\n")
    found = list(find_files(["a.unknown", ".hidden/b.txt", "build/c.txt", "-"], EXTENSIONS))
    assert found == [("a.unknown", True), (".hidden/b.txt", True), ("build/c.txt", True), ("-", True)]
    assert list(find_files([".hidden"], EXTENSIONS)) == [(".hidden/b.txt", False)]


@pytest.mark.usefixtures("folder")
def test_each_file_is_found_once() -> None:
    make("a.txt", "b/c.txt")
    Path("link.txt").symlink_to("a.txt")
    assert find("./a.txt", ".", "a.txt", "b", "*.txt", "-", "-") == ["./a.txt", "b/c.txt", "-"]


@pytest.mark.usefixtures("folder")
def test_a_miss_is_told_and_the_others_go_on() -> None:
    make("a.txt", "empty/logo.png")
    Path("gone.txt").symlink_to("nowhere")
    assert find("x.txt", "a.txt", "empty", "*.md", "gone.txt", "", "a.txt/") == [
        "x.txt: no such file; check the name",
        "a.txt",
        "empty: no file to lint in this folder, or all are ignored or excluded; calmlint reads .md .txt",
        "*.md: no file to lint matches this pattern; check it, or name the files",
        "gone.txt: a link that leads to no file; mend or exclude it",
        '"": no such file; check the name',
        "a.txt/: no such file; check the name",
    ]
    assert find(".") == ["a.txt", "gone.txt: a link that leads to no file; mend or exclude it"]


@pytest.mark.usefixtures("folder")
def test_what_cannot_be_read_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    make("a.txt", "b/c.txt", "d.txt")
    scandir, access = os.scandir, os.access

    def refuses(path: str) -> Any:  # noqa: ANN401 - as the function it stands in for
        if path == "b/":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuses)
    monkeypatch.setattr(os, "access", lambda path, mode: path != "d.txt" and access(path, mode))
    assert find("d.txt", ".") == [
        "d.txt: cannot be read; check its rights",
        "a.txt",
        "b/: cannot be read (Permission denied); check its rights, or exclude it",
        "d.txt",
    ]


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("*.txt", ["a.txt", "b[1].txt"]),
        ("*", ["a.txt", "b[1].txt", "c/d.md", "c/e/f.txt", "c/e/g.md"]),
        ("c/*", ["c/d.md", "c/e/f.txt", "c/e/g.md"]),
        ("*/*.md", ["c/d.md"]),
        ("**/*.md", ["c/d.md", "c/e/g.md"]),
        ("**/*.txt", ["a.txt", "b[1].txt", "c/e/f.txt"]),
        ("**", ["a.txt", "b[1].txt", "c/d.md", "c/e/f.txt", "c/e/g.md"]),
        ("c/**/**/[fg].*", ["c/e/f.txt", "c/e/g.md"]),
        ("./**/e/?.txt", ["c/e/f.txt"]),
        ("c/**/e", ["c/e/f.txt", "c/e/g.md"]),
        ("b[1].txt", ["b[1].txt"]),
        ("a.txt/*", ["a.txt/*: no file to lint matches this pattern; check it, or name the files"]),
        ("?/*.png", ["?/*.png: no file to lint matches this pattern; check it, or name the files"]),
    ],
)
def test_globs(pattern: str, found: list[str]) -> None:
    make("a.txt", "b[1].txt", "c/d.md", "c/e/f.txt", "c/e/g.md", "c/x.png", ".h/x.txt", "ignored/x.txt")
    Path(".gitignore").write_text("ignored\n")
    assert find(pattern) == found


def test_an_absolute_glob(folder: Path) -> None:
    make("a/b.txt")
    assert find(f"{folder}/*/b.txt") == [f"{folder}/a/b.txt"]


@pytest.mark.usefixtures("folder")
def test_excluded() -> None:
    make("a.txt", "old/b.txt", "old/c/d.txt", "e/old/f.txt")

    def excluded(path: str) -> bool:
        return path.endswith("old/") or path == "a.txt"

    make("g.txt")
    assert find(".", "a.txt", excluded=excluded) == ["g.txt", "a.txt"]
    assert find("e", excluded=excluded) == [
        "e: no file to lint in this folder, or all are ignored or excluded; calmlint reads .md .txt"
    ]
    assert find("a.txt", excluded=excluded, force_exclude=True) == []
    assert find("old/b.txt", excluded=excluded, force_exclude=True) == ["old/b.txt"]


@pytest.mark.usefixtures("folder")
def test_links_in_circles_end() -> None:
    make("a/b.txt")
    Path("a/loop").symlink_to("..")
    Path("a/other").symlink_to(".")
    Path("self.txt").symlink_to("self.txt")
    assert find(".") == ["a/b.txt", "self.txt: a link that leads to no file; mend or exclude it"]
    assert find("**/*.txt") == ["self.txt: a link that leads to no file; mend or exclude it", "a/b.txt"]
    assert find("a/loop") == ["a/loop/a/b.txt", "a/loop/self.txt: a link that leads to no file; mend or exclude it"]


@pytest.mark.usefixtures("folder")
def test_folders_may_be_deeper_than_calls_may_nest() -> None:
    depth = 300
    make("d/" * depth + "deep.txt")
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack(0)) + 100)
    try:
        assert find("d") == ["d/" * depth + "deep.txt"]
        assert find("**/*.txt") == ["d/" * depth + "deep.txt"]
    finally:
        sys.setrecursionlimit(limit)


@pytest.mark.usefixtures("folder")
def test_gitignore_files_above_and_below_hold() -> None:
    make(".git/HEAD", "a/b/keep.txt", "a/b/drop.txt", "a/b/c/log.txt", "a/up.txt", "a/b/build/x.txt")
    Path(".gitignore").write_text("log.txt\n/a/up.txt\r\nbuild/\n!\n")
    Path("a/b/.gitignore").write_text("\ufeffdrop.txt\n", encoding="utf-8")
    assert find("a/b") == ["a/b/keep.txt"]
    assert find("a") == ["a/b/keep.txt"]
    assert find("a/b/build") == ["a/b/build/x.txt"]
    Path("a/b/c/.gitignore").write_text("!log.txt\n")
    assert find("a/b") == ["a/b/c/log.txt", "a/b/keep.txt"]


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("line", ["!a/**/", "!a/**/  "])
def test_the_folders_below_a_folder_do_not_stand_for_the_folder(line: str) -> None:
    make(".git/HEAD", "a/x.txt", "a/b/y.txt", "c.txt")
    Path(".gitignore").write_text(f"a/\n{line}\n")
    assert find(".") == ["c.txt"]
    Path(".gitignore").write_text(f"a/*\n{line}\n")
    assert find(".") == ["a/b/y.txt", "c.txt"]


@pytest.mark.usefixtures("folder")
def test_a_gitignore_above_the_repository_does_not_hold() -> None:
    make("in/.git/HEAD", "in/a.txt", "in/sub/.git", "in/sub/b.txt", "in/sub/a.txt")
    Path(".gitignore").write_text("a.txt\n")
    assert find("in") == ["in/a.txt", "in/sub/a.txt", "in/sub/b.txt"]
    Path("in/.gitignore").write_text("b.txt\n")
    assert find("in") == ["in/a.txt", "in/sub/a.txt", "in/sub/b.txt"]


GIT = shutil.which("git") or "git"
SOME_LINES = (
    "a b * *.txt /a a/ !a !a/ !*.txt !c.txt /a/* a/b !a/b **/b a/** a/**/d.txt !*/ build/ !build/ /*/b !/a/b/ ?.txt "
    "[cd].txt #x \\#x ! a/*/ /b/c.txt !b/c.txt ** !**/c.txt / a//b **a a** **/ !**/ !/a /** *.t?t !a/**/ a/*/**/ /**/ "
    "!**/**/ !/**/"
)
LINES = st.sampled_from(SOME_LINES.split())
FOLDERS = ["", "a/", "b/", "build/", "a/a/", "a/b/", "b/a/", "b/b/", "build/a/", "a/b/a/", "a/b/build/", "b/b/b/"]
GITIGNORES = st.dictionaries(st.sampled_from(FOLDERS), st.lists(LINES, min_size=1, max_size=5), min_size=1, max_size=4)


@settings(max_examples=25)  # each one starts git
@given(GITIGNORES)
@example({"build/": ["a/", "!a/**/"]})  # a/**/ names the folders below a, not a
@example({"": ["/*/b", "!a/**/"]})
def test_what_git_ignores_is_ignored(gitignores: dict[str, list[str]]) -> None:
    require(shutil.which(GIT) is not None, "git is not installed")
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as place:
        os.chdir(place)
        try:
            make(*(f"{folder}{name}" for folder in FOLDERS for name in ("c.txt", "d.txt")))
            for folder, lines in gitignores.items():
                Path(folder, ".gitignore").write_text("\n".join(lines))
            subprocess.run([GIT, "init", "-q"], check=True)
            every = "\0".join(f"{folder}{name}" for folder in FOLDERS for name in ("c.txt", "d.txt"))
            asked = [GIT, "-c", "core.excludesFile=", "check-ignore", "-z", "--stdin"]
            ignored = subprocess.run(asked, input=every, capture_output=True, text=True, check=False).stdout
            kept = {file for file in every.split("\0") if file not in ignored.split("\0")}
            assert {found for found in find(".") if ": no file" not in found} == kept
            assert {found for found in find("**/*.txt") if ": no file" not in found} == kept
        finally:
            os.chdir(before)


def test_without_a_gitignore_nothing_heavy_is_imported(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    program = (
        "import sys, os, calmlint.files as f; here = os.getcwd(); os.chdir(sys.argv[1]);"
        "print([found.path for found in f.find_files(['.'], {'.txt'})],"
        "[m for m in ('pathspec', 'pathlib', 'fnmatch', 'glob') if m in sys.modules])"
    )
    arguments = [sys.executable, "-S", "-c", program, str(tmp_path)]
    assert subprocess.run(arguments, capture_output=True, text=True, check=True).stdout == "['a.txt'] []\n"
