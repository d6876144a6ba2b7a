"""The places of keys and values in TOML."""

from __future__ import annotations

import json
import tomllib
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from calmlint.toml_places import KeyPath, places

DOCUMENT = '''\
# comment = 1
title = "a # no comment ] \\" = x"
'single quoted'."double \\u0041" = 1
list = [ "one", # ] = "two"
  [1, { deep = 'x' }], """
three = "" 3""", # last
]
inline = { a.b = 1, "c" = [2] }
date = 1979-05-27 07:32:00Z # comment
text = """\\
  [not.a.table]
  key = 1\\""""""
raw = \'\'\'
[nor.this]\'\'\'\'

[ table . "x.y" ]
  indented = true
[[fruit]]
name = "apple"
[[fruit.kind]]
[fruit.kind.more]
x = 1
[[fruit]]
name = "plum"
'''


def leaves(value: object, path: KeyPath = ()) -> list[tuple[KeyPath, object]]:
    if isinstance(value, dict):
        return [(path, value), *(leaf for key, item in value.items() for leaf in leaves(item, (*path, key)))]
    if isinstance(value, list):
        return [(path, value), *(leaf for index, item in enumerate(value) for leaf in leaves(item, (*path, index)))]
    return [(path, value)]


def test_every_key_and_value_has_its_place() -> None:
    found = places(DOCUMENT)

    def at(offset: int) -> tuple[int, int]:
        return DOCUMENT.count("\n", 0, offset) + 1, offset - DOCUMENT.rfind("\n", 0, offset)

    assert {key: at(offset) for key, offset in found.keys.items()} == {
        ("title",): (2, 1),
        ("single quoted",): (3, 1),
        ("single quoted", "double A"): (3, 17),
        ("list",): (4, 1),
        ("list", 1, 1, "deep"): (5, 9),
        ("inline",): (8, 1),
        ("inline", "a"): (8, 12),
        ("inline", "a", "b"): (8, 14),
        ("inline", "c"): (8, 21),
        ("date",): (9, 1),
        ("text",): (10, 1),
        ("raw",): (13, 1),
        ("table",): (16, 3),
        ("table", "x.y"): (16, 11),
        ("table", "x.y", "indented"): (17, 3),
        ("fruit",): (18, 3),
        ("fruit", 0, "name"): (19, 1),
        ("fruit", 0, "kind"): (20, 9),
        ("fruit", 0, "kind", 0, "more"): (21, 13),
        ("fruit", 0, "kind", 0, "more", "x"): (22, 1),
        ("fruit", 1, "name"): (24, 1),
    }
    assert at(found.values["list", 2]) == (5, 24)
    assert at(found.values["list", 1, 1, "deep"]) == (5, 16)
    assert at(found.values["raw",]) == (13, 7)


def test_every_path_of_the_document_is_found() -> None:
    found = places(DOCUMENT)
    paths = {path for path, _ in leaves(tomllib.loads(DOCUMENT)) if path}
    assert paths == {*found.keys, *found.values}


KEY = st.text(st.characters(codec="utf-8", exclude_characters="\x00\x7f"), max_size=4)
VALUES = st.recursive(
    st.booleans() | st.integers(-(2**60), 2**60) | st.text("ab]}'#,=\\\"\n \u20ac", max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEY, inner, max_size=3),
    max_leaves=8,
)


def quoted(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def written(value: Any, gap: str) -> str:  # noqa: ANN401 - whatever TOML holds
    if isinstance(value, dict):
        pairs = (f"{quoted(key)} = {written(item, gap)}" for key, item in value.items())
        return "{ " + ", ".join(pairs) + " }"
    if isinstance(value, list):
        return "[" + "".join(f"{gap}{written(item, gap)},{gap}" for item in value) + "]"
    return quoted(value)


@given(st.dictionaries(KEY, VALUES, max_size=4), st.sampled_from(["", "\n", " # ] } ' \" \n\t"]))
def test_what_stands_at_a_place_is_the_value(document: dict[str, object], gap: str) -> None:
    text = "".join(f"{quoted(key)} = {written(value, gap)}\n" for key, value in document.items())
    loaded = tomllib.loads(text)
    found = places(text)
    assert {path for path, _ in leaves(loaded) if path} == found.values.keys()
    for path, value in leaves(loaded):
        if path:
            assert text.startswith(written(value, gap), found.values[path])
        if path and isinstance(path[-1], str):
            assert text.startswith(quoted(path[-1]), found.keys[path])
