"""JSON Schemas of what calmlint writes and reads, for editors and for programs that take its report."""

from __future__ import annotations

import re
import sys
import typing
from typing import Any

from calmlint.conversation import SITUATIONS
from calmlint.finding import Severity
from calmlint.kinds import KINDS, kind_class, settings_of
from calmlint.reading import MARKS, WHERE
from calmlint.reply import SegmentKind
from calmlint.rulefile import SEVERITIES

Schema = dict[str, Any]
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_WORD: Schema = {"type": "string", "minLength": 1}
_NAME_OR_NULL: Schema = {"type": ["string", "null"]}
_FROM_ONE: Schema = {"type": "integer", "minimum": 1}
_YIELDS: Schema = {"enum": ["overlap", "sentence", "reply"], "default": "overlap"}
_FROM_ZERO: Schema = {"type": "integer", "minimum": 0}


def report() -> Schema:
    """The JSON report, version 1. Keys may be added to it, never removed or changed."""
    finding = _object(
        {
            "rule": _WORD | {"description": "The rule's name."},
            "code": _WORD | {"description": "The rule's code."},
            "severity": {"enum": [severity.label for severity in sorted(Severity, reverse=True)]},
            "message": _WORD | {"description": "What the wording does to the customer."},
            "instead": {"type": "string", "description": "What to write instead; empty where the rule has no advice."},
            "path": _WORD | {"description": "The file, as it was named."},
            "conversation": _NAME_OR_NULL | {"description": "The id of the record, where the file holds several."},
            "line": _FROM_ONE | {"description": "The line in the file."},
            "column": _FROM_ONE | {"description": "The column in that line, in code points."},
            "end_line": _FROM_ONE,
            "end_column": _FROM_ONE | {"description": "The column after the last character."},
            "span": {
                "type": "array",
                "items": _FROM_ZERO,
                "minItems": 2,
                "maxItems": 2,
                "description": "Start and end in the reply's text, in code points; equal where words are missing.",
            },
            "excerpt": {"type": "string", "description": "The reply's text in that span."},
            "situation": _situation(),
            "fix": {"oneOf": [{"type": "null"}, _fix()]},
            "suppressed": _NAME_OR_NULL
            | {"description": "The reason in the comment that silences the finding, else null."},
        }
    )
    reply = _object(
        {
            "path": _WORD,
            "conversation": _NAME_OR_NULL,
            "name": _NAME_OR_NULL | {"description": "Which text of its file this is, such as macros[3]."},
            "line": _FROM_ONE | {"description": "The line in the file on which the reply begins."},
            "situation": _situation(),
        }
    )
    counts = ["files", "conversations", *(severity.label for severity in sorted(Severity, reverse=True))]
    whole = _object(
        {
            "version": {"const": 1},
            "tool": _object({"name": {"const": "calmlint"}, "version": _WORD}),
            "findings": {"type": "array", "items": finding},
            "replies": {"type": "array", "items": reply, "description": "Every reply that was linted."},
            "skipped": {
                "type": "array",
                "items": _object({"rule": _WORD, "reason": _WORD}),
                "description": "Rules that could not run.",
            },
            "summary": _object(dict.fromkeys(counts, _FROM_ZERO))
            | {"description": "Counts by severity leave suppressed findings out."},
        }
    )
    return {"$schema": _DIALECT, "title": "The report of calmlint, version 1", **whole}


def _object(properties: Schema) -> Schema:
    """An object with all of these keys; others may come with later releases."""
    return {"type": "object", "required": list(properties), "properties": properties, "additionalProperties": True}


def _situation() -> Schema:
    return _object(
        {
            "state": {"enum": list(SITUATIONS)},
            "cues": {"type": "array", "items": {"type": "string"}, "description": "The words on which it was decided."},
        }
    )


def _fix() -> Schema:
    edit = _object({"start": _FROM_ZERO, "end": _FROM_ZERO, "text": {"type": "string"}})
    edits = {
        "type": "array",
        "minItems": 1,
        "items": edit,
        "description": "Edits of the file's decoded text, in code points from 0, without a byte order mark.",
    }
    return _object(
        {
            "title": _WORD,
            "safe": {"type": "boolean", "description": "Whether it changes form alone, never what is said."},
            "edits": edits,
        }
    )


def rule_file() -> Schema:
    """A rule file: the keys of every rule, and those of each kind, taken from the kind's own class."""
    properties: Schema = {
        "name": _WORD | {"description": "The rule's name, which is the file's."},
        "code": {"type": "string", "pattern": "^[A-Z]{3}[0-9]{3}$"},
        "kind": {"enum": list(KINDS), "default": "phrase"},
        "severity": {"enum": list(SEVERITIES), "default": "warning"},
        "severities": {
            "type": "object",
            "propertyNames": {"enum": list(SITUATIONS)},
            "additionalProperties": {"enum": [*SEVERITIES, "off"]},
            "description": "Another severity in some situations; off is silence.",
        },
        "enabled": {"type": "boolean", "default": True},
        "preview": {"type": "boolean", "default": False},
        "advice": _list({"enum": [0, 1, 2, 3, 4]}) | {"description": "The articles that the advice comes from."},
        "message": _WORD | {"description": "One calm sentence for the agent; {match} is the wording found."},
        "why": _WORD,
        "instead": _WORD | {"description": "What to write instead, as a sentence that can be sent."},
        "applies-to": _list({"enum": [kind.value for kind in SegmentKind]}),
        "yields-to": _list({"oneOf": [_WORD, _keys({"rule": _WORD, "within": _YIELDS}, "rule")]}),
        "patterns": _list(_keys(_pattern(), "phrases")),
        **_pattern(),
        "examples": _list(_example()) | {"minItems": 2},
    }
    of_kinds: list[Schema] = []
    for kind in KINDS:
        own = {key.replace("_", "-"): _setting(kind, hint) for key, hint in settings_of(kind).items()}
        own = {key: setting for key, setting in own.items() if key not in properties}
        if own:
            is_kind: Schema = {"properties": {"kind": {"const": kind}}, "required": ["kind"]}
            of_kinds.append({"if": is_kind, "then": {"properties": own}})
    return {
        "$schema": _DIALECT,
        "title": "A rule of calmlint",
        "type": "object",
        "required": ["code", "message", "why", "instead", "examples"],
        "properties": properties,
        "allOf": of_kinds,
        "unevaluatedProperties": False,
    }


def _list(of: Schema) -> Schema:
    return {"type": "array", "items": of}


def _keys(properties: Schema, *required: str) -> Schema:
    """An object with no other keys than these."""
    return {"type": "object", "required": list(required), "properties": properties, "additionalProperties": False}


def _condition() -> Schema:
    return _keys(
        {
            "phrase": _WORD,
            "phrases": _list(_WORD),
            "signal": _WORD,
            "rule": _WORD,
            "where": {"enum": list(WHERE), "default": "overlap"},
            "within": _FROM_ZERO,
            "because": _WORD,
            "example": _WORD,
        }
    )


def _pattern() -> Schema:
    return {
        "phrases": _list(_WORD),
        "unless": _list(_condition()),
        "when": _list(_condition()),
        "silent-when": _list({"enum": list(MARKS)}),
    }


def _example() -> Schema:
    context: Schema = {"customer": _WORD, "situation": {"enum": list(SITUATIONS)}, "channel": _WORD}
    return {"oneOf": [_keys({verdict: _WORD, **context}, verdict) for verdict in ("flags", "passes", "known-miss")]}


def _setting(kind: str, hint: str) -> Schema:
    """What a key of a kind takes, from the type that its class declares."""
    if "Condition" in hint:
        return _list(_condition())
    if hint.startswith("tuple"):
        return _list(_WORD)
    if hint == "int":
        return {"type": "integer"}
    module = sys.modules[kind_class(kind).__module__]
    values = typing.get_args(getattr(module, hint, None)) or re.findall(r'"([\w-]+)"', hint)
    return {"enum": list(values)} if values else {"type": "string"}
