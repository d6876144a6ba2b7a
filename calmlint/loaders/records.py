"""Conversation records (.json, .jsonl): turns with their role, each text mapped to its JSON string in the file."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple

from calmlint.conversation import CHANNELS, SITUATIONS, Conversation, Turn
from calmlint.loaders import MEBIBYTE, SIZE_LIMIT, extension
from calmlint.loaders.json_places import places, string
from calmlint.loaders.plain import with_quoted
from calmlint.source import InputError, Source, Span, decode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from calmlint.conversation import Role
    from calmlint.loaders.json_places import Path

_LINE = re.compile(rb"([^\r\n]*+)(\r\n|\n|\r|\Z)")
_ROLES: dict[object, Role] = {"customer": "customer", "agent": "agent"}
_SHAPE = 'a record is {"turns": [{"role": "agent", "text": "..."}]}'


class _RecordError(Exception):
    """What is wrong in a record, at a place in it."""

    def __init__(self, place: Path, reason: str) -> None:
        super().__init__(reason)
        self.place = place
        self.reason = reason


class _Record(NamedTuple):
    """One record as JSON gives it, where it stands in its source, and where its values do."""

    source: Source
    at: Path
    value: object
    places: dict[Path, Span]


def load(path: str, data: bytes) -> Iterator[Conversation | InputError]:
    """A conversation or an InputError for each record, in order. Raises InputError for what is no record at all."""
    if extension(path) == ".json":
        yield from _document(decode(path, data))
    else:
        yield from _lines(path, data)


def _document(source: Source) -> Iterator[Conversation | InputError]:
    value = _parsed(source)
    records = value if isinstance(value, list) else [value]
    if records and not any(isinstance(record, dict) and "turns" in record for record in records):
        message = f"{source.path}:1:1: no conversation record, nor a list of them: {_SHAPE}; exclude other JSON files"
        raise InputError(message)
    found = places(source.text)
    for number, record in enumerate(records):
        at: Path = (number,) if isinstance(value, list) else ()
        yield _conversation(_Record(source, at, record, found))


def _lines(path: str, data: bytes) -> Iterator[Conversation | InputError]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        message = f"{path}:1:1: JSON Lines are UTF-8, this file is UTF-16 or UTF-32; save it as UTF-8"
        raise InputError(message)
    line, offset = 1, 0
    for found in _LINE.finditer(data.removeprefix(b"\xef\xbb\xbf")):
        if found[1].strip():
            yield _line(path, found[1], line, offset)
        line += 1
        offset += len(found[0].decode("utf-8", "replace"))


def _line(path: str, data: bytes, line: int, offset: int) -> Conversation | InputError:
    if len(data) > SIZE_LIMIT:
        return InputError(
            f"{path}:{line}:1: a record larger than {SIZE_LIMIT // MEBIBYTE} MiB; take it out of the file"
        )
    try:
        source = decode(path, data, first_line=line, start=offset)
        value = _parsed(source)
    except InputError as error:
        return error
    return _conversation(_Record(source, (), value, places(source.text)))


def _parsed(source: Source) -> object:
    try:
        return json.loads(source.text)
    except json.JSONDecodeError as error:
        reason = f"not JSON: {error.msg[0].lower()}{error.msg[1:]}; correct it or exclude the file"
        raise _error(source, error.pos, reason) from None
    except RecursionError:
        raise _error(source, 0, "JSON nested too deeply to be a conversation record; exclude it") from None
    except ValueError:
        raise _error(source, 0, "JSON with a number too long to read; exclude it or write the number as text") from None


def _error(source: Source, offset: int, reason: str) -> InputError:
    line, column = source.position(offset)
    return InputError(f"{source.path}:{line}:{column}: {reason}")


def _conversation(record: _Record) -> Conversation | InputError:
    try:
        return _checked(record)
    except _RecordError as wrong:
        place = record.at + wrong.place
        known = place
        while known not in record.places:
            known = known[:-1]
        where = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in place).lstrip(".")
        return _error(record.source, record.places[known].start, f"{where or 'record'}: {wrong.reason}")


def _checked(record: _Record) -> Conversation:
    value = record.value
    if not isinstance(value, dict):
        raise _RecordError((), f"not an object; {_SHAPE}")
    listed = value.get("turns")
    if not isinstance(listed, list):
        raise _RecordError(("turns",), f"not a list; {_SHAPE}" if "turns" in value else f"missing; {_SHAPE}")
    turns = tuple(_turn(record, number, turn) for number, turn in enumerate(listed))
    if not any(turn.role == "agent" for turn in turns):
        raise _RecordError(
            ("turns",), "no turn of an agent, so there is no reply to lint; give it a turn with role agent"
        )
    channel = _text(value, "channel")
    if channel is not None and channel not in CHANNELS:
        raise _RecordError(("channel",), f"{_shown(channel)} is none of {', '.join(CHANNELS)}")
    situation = _text(value, "situation")
    if situation is not None and situation not in SITUATIONS:
        raise _RecordError(("situation",), f"{_shown(situation)} is none of {', '.join(SITUATIONS)}")
    identity = value.get("id")
    if len(turns) == 1:
        turns = with_quoted(turns[0])
    return Conversation(
        turns,
        id=str(identity) if isinstance(identity, int) else _text(value, "id"),
        channel=channel,
        customer_name=_text(value, "customer_name"),
        situation=situation,
        name=f"[{record.at[0]}]" if record.at else None,
        source=record.source,
    )


def _turn(record: _Record, number: int, turn: object) -> Turn:
    here: Path = ("turns", number)
    if not isinstance(turn, dict):
        raise _RecordError(here, f"not an object; {_SHAPE}")
    said = turn.get("role")
    role = _ROLES.get(said) if isinstance(said, str) else None
    if not role:
        reason = (
            f"{_shown(said)} is neither customer nor agent; use one of these"
            if "role" in turn
            else "missing; use customer or agent"
        )
        raise _RecordError((*here, "role"), reason)
    if not isinstance(turn.get("text"), str):
        raise _RecordError(
            (*here, "text"), "not text; give what was written" if "text" in turn else "missing; give what was written"
        )
    at = _text(turn, "at", here)
    text, offsets = string(record.source.text, record.places[(*record.at, *here, "text")])
    return Turn(role, text, at, offsets=offsets)


def _text(value: dict[str, object], key: str, here: Path = ()) -> str | None:
    """The text under an optional key."""
    found = value.get(key)
    if found is None or isinstance(found, str):
        return found or None
    raise _RecordError((*here, key), f"{_shown(found)} is not text; write it in quotation marks")


def _shown(value: object) -> str:
    """A value in one short line of a message."""
    shown = f"'{value}'" if isinstance(value, str) else json.dumps(value)
    longest = 40
    return (
        ascii(shown)[1:-1] if not shown.isprintable() else shown if len(shown) <= longest else shown[:longest] + "..."
    )
