"""What stands inside the sentences of a reply: links, placeholders, inline code and quoted speech."""

from __future__ import annotations

import re

from calmlint.pattern import Pattern
from calmlint.reply import Mark, SegmentKind
from calmlint.source import Span

PLACEHOLDER_LENGTH = 200
SPEECH_LENGTH = 400
FIELD_LENGTH = 60

# Every alternative is a literal or a run of one character, so that no text makes the search slow.
_OPENER = re.compile(
    r"(?P<url>(?:https?|ftp)://|\bwww\.|\bmailto:)|(?P<mail>@)|(?P<braces>[$#%]?\{+)|(?P<square>\[+)|(?P<angle><+)"
    r"|(?P<round>\(\(+)|(?P<percent>%(?=[A-Z]))|(?P<star>\*\|)|(?P<code>`+)",
    re.IGNORECASE,
)
_ADDRESS = Pattern(r"[^\s<>\"“”«»`]{1,2000}")
_DOMAIN = Pattern(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_BRACKETS = {")": "(", "]": "[", "}": "{"}
_ADDRESS_END = ".,;:!?'’*_~|"
_NAME_IN_BRACES = Pattern(r"\{!?[A-Za-z_][\w.:\- ]{0,80}\}")
_CAPITALS_IN_SQUARES = Pattern(r"\[[A-Z][A-Z0-9 _/'’.-]{1,60}\]")
_NAME_IN_ANGLES = Pattern(r"<(?:[A-Z][A-Z0-9_ -]{1,60}|[a-z]+(?:_[a-z]+){1,8})>")
_PERCENT = Pattern(r"%[A-Z][A-Z0-9_]{1,60}%")
_CLOSERS = {"{{": "}}", "{%": "%}", "{#": "#}", "[[": "]]", "<<": ">>", "((": "))", "*|": "|*", "{": "}"}

_SPEECH = re.compile(r"\"+|'+|[“”„«»‹›‘’‚]")
_PAIRS = {"“": "”", "„": "“”", "«": "»", "‹": "›", "‘": "’", "‚": "‘’", "»": "«", "›": "‹", '"': '"', "'": "'"}
_ELIDED = Pattern(r"['’](?:\d\ds?|em|til|tis|twas|cause|cos|round|bout|n)\b", re.IGNORECASE)


def find_atoms(text: str) -> list[Mark]:
    """The links, placeholders and code spans of a text, in order and apart from each other."""
    atoms: list[Mark] = []
    end = 0
    at = 0
    while match := _OPENER.search(text, at):
        at = match.end()
        if match.start() < end:
            continue
        name = match.lastgroup
        if name == "url":
            span, kind = _url(text, match.start(), match.end()), SegmentKind.LINK
        elif name == "mail":
            span, kind = _mail(text, match.start(), end), SegmentKind.LINK
        elif name == "code":
            span, kind = _code(text, match.start(), match.end()), SegmentKind.CODE
        else:
            span, kind = _placeholder(text, match.start(), match.end()), SegmentKind.PLACEHOLDER
        if span:
            atoms.append(Mark(span, kind))
            at = end = span.end
    return atoms


def _url(text: str, start: int, opened: int) -> Span | None:
    match = _ADDRESS.match(text, start)
    if not match:
        return None
    words = match[0].rstrip(_ADDRESS_END)
    while words[-1:] in _BRACKETS and words.count(words[-1]) > words.count(_BRACKETS[words[-1]]):
        words = words.rstrip(words[-1]).rstrip(_ADDRESS_END)
    end = start + len(words)
    return Span(start, end) if end > opened else None


def _mail(text: str, at: int, after: int) -> Span | None:
    start = at
    while start > after and (text[start - 1].isalnum() or text[start - 1] in "._%+-"):
        start -= 1
    domain = _DOMAIN.match(text, at + 1)
    if start == at or not domain:
        return None
    return Span(start, domain.end())


def _code(text: str, start: int, inner: int) -> Span | None:
    ticks = text[start:inner][:3]
    close = text.find(ticks, inner, inner + PLACEHOLDER_LENGTH)
    if close < 0 or len(ticks) != inner - start or "\n" in text[inner:close]:
        return None
    return Span(start, close + len(ticks))


def _placeholder(text: str, start: int, inner: int) -> Span | None:
    for pattern in (_NAME_IN_BRACES, _CAPITALS_IN_SQUARES, _NAME_IN_ANGLES, _PERCENT):
        match = pattern.match(text, inner - 1 if pattern is not _PERCENT else start)
        if match and (inner - start == 1 or text[start] in "[<"):
            link = pattern is _CAPITALS_IN_SQUARES and text[match.end() : match.end() + 1] == "("
            return None if link else Span(*match.span())
    if text[start] in "$#%" and inner - start > 1:
        opener, begin = "{{" if inner - start > 2 else "{", start  # noqa: PLR2004 - one sign and two braces
    else:
        opener, begin = text[inner - 1 : inner + 1], inner - 1
        if opener not in _CLOSERS:
            opener, begin = text[max(start, inner - 2) : inner], max(start, inner - 2)
    closer = _CLOSERS.get(opener)
    if not closer or (opener == "{" and text[start] == "{"):
        return None
    begin += len(opener)
    close = text.find(closer, begin, start + PLACEHOLDER_LENGTH)
    if close <= begin:
        return None
    if opener in ("((", "<<", "[[") and not _is_field(text[begin:close]):
        return None
    inner_opener = text.find(opener, begin + (inner > begin), close)
    if inner_opener >= 0 and opener != "{":
        return None
    end = close + len(closer)
    if opener == "{{" and inner - start > len(opener) and text[end : end + 1] == "}":
        end += 1
    return Span(start if opener == "{{" or text[start] in "$#%" else begin - len(opener), end)


def _is_field(words: str) -> bool:
    """Whether doubled brackets hold the name of a field, not a remark."""
    bare = words.replace("_", "").replace(".", "").replace(" ", "")
    return len(words) <= FIELD_LENGTH and bare.isalnum()


def find_speech(text: str, lines: list[Span], atoms: list[Mark]) -> list[Mark]:
    """The stretches in quotation marks within one paragraph, marks included; the outer ones where they nest."""
    speech: list[Mark] = []
    opened: dict[str, int] = {}
    atom = 0
    first, last = lines[0].start, lines[-1].end
    for match in _SPEECH.finditer(text, first, last):
        at = match.start()
        while atom < len(atoms) and atoms[atom].span.end <= at:
            atom += 1
        if atom < len(atoms) and atoms[atom].span.start <= at:
            continue
        sign = match[0]
        if len(sign) > 1:
            continue
        before = text[at - 1] if at > first else " "
        after = text[at + 1] if at + 1 < last else " "
        opener = _closes(sign, before, after, opened)
        if opener is not None and at - opened[opener] <= SPEECH_LENGTH:
            start = opened[opener]
            opened = {key: value for key, value in opened.items() if value < start}
            while speech and speech[-1].span.start > start:
                speech.pop()
            speech.append(Mark(Span(start, at + 1), SegmentKind.QUOTE))
        elif _may_open(text, at, sign, before, after):
            opened.pop(sign, None)  # the newest stands last
            opened[sign] = at
    return speech


def _closes(sign: str, before: str, after: str, opened: dict[str, int]) -> str | None:
    """The open sign that this one closes, if it may close one."""
    if before.isspace() and sign not in "»”›«‹":
        return None
    if sign in "'’‘" and (after.isalnum() or before.isspace()):
        return None
    if sign == '"' and before in "([{" and after.isalnum():
        return None
    return next((key for key in reversed(opened) if sign in _PAIRS[key]), None)


def _may_open(text: str, at: int, sign: str, before: str, after: str) -> bool:
    if sign not in _PAIRS or after in "\"'" or before.isalnum():
        return False
    if sign in "«‹":  # French sets a space inside
        return True
    if after.isspace():
        return False
    if sign == "'":
        return (before.isspace() or before in "([—–-/") and not _ELIDED.match(text, at)
    return sign not in "»›" or before.isspace()
