"""What a reply quotes: `>` lines, attribution lines, header blocks, and the customer's words found in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from calmlint.conversation import Turn
from calmlint.pattern import Pattern
from calmlint.reply import Mark, OffsetMap, SegmentKind, TextBuilder

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ATTRIBUTION_LINES = 4
ATTRIBUTION_LENGTH = 400
HEADER_LINES = 12
LONGEST_HEADER = 24

_LINE = re.compile(r"\S[^\r\n]*")
_MARKERS = Pattern(r">[> \t]*")
_OPENS_ATTRIBUTION = Pattern(
    r"[-\s]*(?:on|am|le|el|il|op|em|den|på|w dniu|dnia|dne|pe|ti|ke|to|su|ma|la|\d{1,4}[-./]\d{1,2}[-./]\d{1,4}"
    r"|\d{4}年|\d{1,2}:\d\d|\w{2,3}\.?,? \d{1,2}|(?:mon|tue|wed|thu|fri|sat|sun|tir|ons|tor|fre|man)\w*[.,]?)(?!\w)",
    re.IGNORECASE,
)
_SAYS = Pattern(
    r"\b(?:wrote|writes|schrieb|geschrieben|a\s+écrit|escribió|ha\s+scritto|schreef|geschreven|escreveu|skrev|napisała?"
    r"|napsala?|kirjoitti|írta|написала?|пишет|yazdı)\b",
    re.IGNORECASE,
)
_ENDS_ATTRIBUTION = Pattern(r"[:：]\s*$|\bwrote\s*-*$", re.IGNORECASE)
_DATED = Pattern(r"\d{4}|\d[:.]\d\d|\d[-./]\d")
_TO_THE_READER = Pattern(
    r"\b(?:you|sie|vous|usted|u|tu|você)\s+(?:wrote|schrieben|avez écrit|escribió)\b", re.IGNORECASE
)
_HEADER = Pattern(
    r"\**(?:(from|von|de|da|van|fra|från|od|lähettäjä|от)|(sent|gesendet|envoyé(?: le| par)?|enviado(?: el)?"
    r"|enviada(?: em)?|inviato|verzonden|sendt|skickat|wysłano|lähetetty|subject|betreff|objet|asunto|oggetto"
    r"|onderwerp|assunto|emne|ämne|temat|aihe|тема)|(?:to|an|à|para|a|aan|til|till|do|vastaanottaja|кому|cc|kopie|date|datum|fecha|data|dato|reply-to"
    r"|importance|attachments))\**[ \t\u00a0]?:",
    re.IGNORECASE,
)
_SEPARATORS = frozenset({
    "original message", "original-nachricht", "ursprüngliche nachricht", "originalnachricht", "message d'origine",
    "message original", "mensaje original", "messaggio originale", "oorspronkelijk bericht", "mensagem original",
    "oprindelig meddelelse", "oprindelig besked", "opprinnelig melding", "ursprungligt meddelande",
    "originalmeddelande", "wiadomość oryginalna", "oryginalna wiadomość", "alkuperäinen viesti", "исходное сообщение",
    "reply message",
    "forwarded message", "forwarded by", "weitergeleitete nachricht", "message transféré", "mensaje reenviado",
    "messaggio inoltrato", "doorgestuurd bericht", "mensagem encaminhada", "videresendt meddelelse",
    "videresendt melding", "vidarebefordrat meddelande", "wiadomość przekazana",
})  # fmt: skip
_FORWARDS = frozenset({
    "begin forwarded message", "anfang der weitergeleiteten nachricht", "début du message réexpédié",
    "inicio del mensaje reenviado", "inizio messaggio inoltrato", "begin doorgestuurd bericht",
})  # fmt: skip
_RULE_CHARACTERS = "-_=*—– \t\u00a0"


class Line(NamedTuple):
    """A line with something on it: its text from the first to the last character that is not white space.

    `indent` counts the white space before it; `after_blank` says that a blank line (or nothing) stands before it.
    `forced` is the kind that the file format states for it, `depth` how many quotes it stands in.
    """

    start: int
    end: int
    indent: int = 0
    after_blank: bool = False
    forced: SegmentKind | None = None
    depth: int = 0
    mark: int = -1


class Quoted(NamedTuple):
    """What a quoted line is: from where its words start, and how deep they are; words at depth 0 are nobody's."""

    start: int
    depth: int


def split_lines(text: str) -> list[Line]:
    """The lines of a text that are not blank."""
    lines: list[Line] = []
    before = 0
    for match in _LINE.finditer(text):
        start, end = match.span()
        end = start + len(match[0].rstrip())
        gap = text[before:start]
        breaks = gap.count("\n") or gap.count("\r")
        indent = len(gap) - 1 - max(gap.rfind("\n"), gap.rfind("\r"))
        lines.append(Line(start, end, indent, after_blank=breaks > 1 or not lines))
        before = end
    return lines


def force(text: str, lines: list[Line], marks: Iterable[Mark], order: Sequence[SegmentKind]) -> list[Line]:
    """The lines cut where marks begin and end, each with the kind its mark states; the first kind in `order` wins."""
    edges: list[tuple[int, int, SegmentKind]] = []
    for mark in marks:
        if mark.kind in order and mark.span.start < mark.span.end:
            edges += ((mark.span.start, 1, mark.kind), (mark.span.end, -1, mark.kind))
    if not edges:
        return lines
    edges.sort(key=lambda edge: edge[:2])
    open_marks = dict.fromkeys(order, 0)
    forced: list[Line] = []
    at = 0
    number = 0

    def pass_edges(limit: int) -> None:
        nonlocal at, number
        while at < len(edges) and edges[at][0] <= limit:
            open_marks[edges[at][2]] += edges[at][1]
            number += edges[at][1] > 0 or edges[at][2] is SegmentKind.LIST
            at += 1

    for line in lines:
        rest = line
        while True:
            pass_edges(rest.start)
            kind = next((kind for kind in order if open_marks[kind] > 0), None)
            depth = open_marks.get(SegmentKind.QUOTE, 0)
            cut = edges[at][0] if at < len(edges) else rest.end
            end = min(cut, rest.end)
            bare = rest.start + len(text[rest.start : end].rstrip())
            forced.append(rest._replace(end=bare, forced=kind, depth=depth, mark=number if kind else -1))
            if end == rest.end:
                break
            end += len(text[end : rest.end]) - len(text[end : rest.end].lstrip())
            rest = rest._replace(start=end, indent=0, after_blank=False)
    return forced


def _is_separator(words: str) -> bool:
    bare = words.strip(_RULE_CHARACTERS + ":>").casefold().replace("’", "'")
    if bare in _FORWARDS:
        return True
    return (bare in _SEPARATORS and words[:2].strip("-_=*—–") == "") or "reply above this line" in bare


def _header_block(text: str, lines: Sequence[Line], at: int) -> int:
    """How many lines from `at` on are a block of mail headers; 0 where they are none."""
    if at >= len(lines):
        return 0
    start, end = lines[at].start, lines[at].end
    if text.find(":", start, min(end, start + LONGEST_HEADER)) < 0:
        return 0
    sender = subject = address = False
    count = headers = 0
    for line in lines[at : at + HEADER_LINES]:
        if line.forced or (count and line.after_blank):
            break
        header = _HEADER.match(text, line.start, line.end)
        goes_on = count and (line.indent or text[line.start] == "<")
        if not header and not goes_on:
            break
        count += 1
        if header:
            headers += 1
            sender = sender or header[1] is not None
            subject = subject or header[2] is not None
        address = address or text.find("@", line.start, line.end) >= 0
    return count if sender and headers > 1 and (subject or address) else 0


def _attribution(text: str, lines: Sequence[Line], at: int) -> tuple[int, bool]:
    """How many lines from `at` on name whom the quote is from (0: none), and whether they surely do."""
    ends = (text[max(line.start, line.end - 5) : line.end] for line in lines[at : at + ATTRIBUTION_LINES])
    if not any(end[-1:] in ":：-" or end.lower() == "wrote" for end in ends):
        return 0, False
    opens = _OPENS_ATTRIBUTION.match(text, lines[at].start, lines[at].end)
    start = lines[at].start
    for count in range(1, ATTRIBUTION_LINES + 1):
        if at + count > len(lines):
            break
        line = lines[at + count - 1]
        if line.end - start > ATTRIBUTION_LENGTH or line.forced or (count > 1 and (line.after_blank or line.depth)):
            break
        if _ENDS_ATTRIBUTION.search(text, max(start, line.end - 12), line.end):
            words = text[start : line.end]
            says = _SAYS.search(words)
            address = "@" in words or "<" in words
            if says and (opens or address):
                sure = address or (_DATED.search(words) is not None and not _TO_THE_READER.search(words))
                return count, sure and any(character.isdigit() or character == "@" for character in words)
            if opens and address and _DATED.search(words) and words.rstrip(" :：").endswith(">"):
                return count, True
            break
        if not opens:
            break
    return 0, False


def mark_quotes(text: str, lines: list[Line]) -> dict[int, Quoted]:
    """Which of the lines (by index) are quoted: `>` lines, stated quotes, attributions, headers and what follows."""
    quoted = _marked_quotes(text, lines)
    top = True  # nothing of the agent's own yet
    level = 0  # how many separators have passed: all that follows one is quoted
    index = 0
    while index < len(lines):
        line = lines[index]
        now = quoted.get(index)
        if now or (line.forced and not level):
            top = top and now is not None
            if now and level:
                quoted[index] = Quoted(now.start, now.depth + level)
            index += 1
            continue
        count, separates = _opens_quote(text, lines, index, quoted, top=top)
        quoted.update((at, Quoted(lines[at].end, 0)) for at in range(index, index + count))
        level += separates
        if not count:
            top = False
            if level:
                quoted[index] = Quoted(line.start, level)
        index += count or 1
    return quoted


def _marked_quotes(text: str, lines: list[Line]) -> dict[int, Quoted]:
    quoted: dict[int, Quoted] = {}
    for index, line in enumerate(lines):
        if line.forced is SegmentKind.QUOTE:
            quoted[index] = Quoted(line.start, line.depth)
        elif line.forced is None and text[line.start] == ">":
            markers = _MARKERS.match(text, line.start, line.end)
            start = markers.end() if markers else line.start
            quoted[index] = Quoted(start, text.count(">", line.start, start))
    return quoted


def _opens_quote(text: str, lines: list[Line], index: int, quoted: dict[int, Quoted], *, top: bool) -> tuple[int, bool]:
    """How many lines at `index` only introduce a quote, and whether all that follows them is quoted."""
    line = lines[index]
    words = text[line.start : min(line.end, line.start + 100)]
    ruled = words[0] in "-_=*—–#"
    if (ruled or words[-1] == ":") and _is_separator(words):
        return 1 + _header_block(text, lines, index + 1), not (top and "above" in words)
    if words[0] in "_-" and not words.strip(_RULE_CHARACTERS) and index + 1 < len(lines):
        headers = _header_block(text, lines, index + 1)
        return (1 + headers, not top) if headers else (0, False)
    above = lines[index - 1] if index and not line.after_blank else None
    headed = above and text.find(":", above.start, above.end) >= 0 and _HEADER.match(text, above.start, above.end)
    if not headed:  # a block begins at its first header
        headers = _header_block(text, lines, index)
        if headers:
            return headers, not top
    count, sure = _attribution(text, lines, index)
    if count and index + count in quoted:
        return count, False
    return (count, not top) if sure else (0, False)


def quoted_words(text: str, offsets: OffsetMap | None = None, marks: tuple[Mark, ...] = ()) -> Turn | None:
    """The customer's turn, found in what a draft quotes: its first level, without markers, headers or attribution.

    `offsets` is the draft's own map, through which the turn's map leads to the file. None where nothing is quoted.
    """
    lines = force(text, split_lines(text), marks, (SegmentKind.QUOTE,))
    builder = TextBuilder(text)
    last: int | None = None
    blank = False
    for index, quote in sorted(mark_quotes(text, lines).items()):
        line = lines[index]
        if quote.depth != 1 or quote.start >= line.end:
            blank = True
            continue
        if last is not None:
            builder.replace(last, quote.start, "\n\n" if blank or line.after_blank else "\n")
        builder.keep(quote.start, line.end)
        last, blank = line.end, False
    words, inner = builder.build()
    if not words:
        return None
    return Turn("customer", words, offsets=inner.through(offsets) if offsets else inner)
