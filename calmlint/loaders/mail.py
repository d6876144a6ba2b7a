"""Mail: the subject and the text of a message are the reply; what it quotes is the customer's turn."""

from __future__ import annotations

import re
from email.utils import getaddresses, parsedate_to_datetime
from typing import TYPE_CHECKING, NamedTuple

from calmlint.conversation import Conversation, Turn
from calmlint.loaders import html, mime, transfer
from calmlint.loaders.plain import with_quoted
from calmlint.reply import Mark, OffsetMap, SegmentKind
from calmlint.source import BYTE_ORDER_MARKS, InputError, Source, Span, decode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

# What mail programs put before the subject of an answer or a forward; such a subject is not the agent's.
_ANSWER = re.compile(
    r"\s*(?:\[[^\]]{0,60}\]\s*)?(?:re|fwd?|aw|antw|wg|sv|vs|vb|ang|tr|rv|rif|ref|res|enc|odp|pd|ynt|ilt|回复|转发|答复)"
    r"\s*(?:\[\d{1,3}\])?\s*[:\uff1a]",
    re.IGNORECASE,
)
_NUL_OR_NO_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f]")


class _Body(NamedTuple):
    """One text of a message: clean text, its map to the file, what `html.seen` marks, and whether it was HTML."""

    text: str
    offsets: OffsetMap
    marks: tuple[Mark, ...] = ()
    cited: tuple[Mark, ...] = ()
    is_html: bool = False


def load(path: str, data: bytes) -> Iterator[Conversation]:
    """The one conversation of a mail message. Raises InputError where it holds no text."""
    yield read(source_of(path, data))


def source_of(path: str, data: bytes, *, first_line: int = 1, start: int = 0) -> Source:
    """A message as a Source; bytes that are not UTF-8 become surrogate escapes, so that any charset survives."""
    mark, encoding = next(((m, e) for m, e in BYTE_ORDER_MARKS if data.startswith(m)), (b"", "utf-8"))
    if encoding != "utf-8":
        return decode(path, data)
    text = data[len(mark) :].decode("utf-8", "surrogateescape")
    return Source(path, text, byte_order_mark=mark, first_line=first_line, start=start)


def read(source: Source, *, name: str | None = None, stripped: transfer.Mapped | None = None) -> Conversation:
    """The conversation of one message.

    `name` says which message of an archive it is; it then has its Message-ID as id. `stripped` is the message
    without what its archive added, mapped to the source. Raises InputError where there is no text.
    """
    text, outer = stripped or (source.text, None)
    message = mime.parse(text)
    if not message.headers and _NUL_OR_NO_TEXT.search(text):
        raise _error(source, "no mail message; exclude it, or save the message as .eml again")
    broken: list[mime.Part] = []
    bodies = _bodies(message, source, broken)
    if not any(body.text.strip() for body in bodies):
        if broken:
            reason = (
                "the parts of this message cannot be found (broken MIME boundary); save it from the mail program again"
            )
        else:
            reason = "no text to lint in this message, only headers or attachments; put the reply in its body"
        raise _error(source, reason)
    whole = _with_subject(message, bodies)
    offsets = whole.offsets.through(outer) if outer else whole.offsets
    draft = Turn("agent", whole.text, _date(message), whole.marks, offsets)
    return Conversation(
        with_quoted(draft, whole.cited),
        id=message.header("message-id").strip("<>") or None if name else None,
        channel="email",
        customer_name=_customer_name(message),
        name=name,
        source=source,
    )


def _error(source: Source, reason: str) -> InputError:
    return InputError(f"{source.path}:{source.first_line}:1: {reason}")


def _bodies(part: mime.Part, source: Source, broken: list[mime.Part]) -> list[_Body]:
    """The texts of a part that a reader is shown; broken parts are added to `broken`."""
    if part.is_broken:
        broken.append(part)
    if part.is_attachment or not part.parts:
        return [] if part.is_attachment else _leaf(part, source)
    inside = (_bodies(child, source, broken) for child in part.parts)
    if part.content_type == "multipart/alternative":
        return _alternative(inside)
    if part.content_type == "multipart/related":
        return next((bodies for bodies in inside if bodies), [])
    bodies = [body for child in inside for body in child if body.text.strip()]
    direct = {child.content_type for child in part.parts if not child.is_attachment}
    if {"text/plain", "text/html"} <= direct and any(not body.is_html for body in bodies):
        # The same text twice, from programs that send alternatives as a mixed message.
        return [body for body in bodies if not body.is_html]
    return bodies


def _alternative(choices: Iterable[list[_Body]]) -> list[_Body]:
    """The first choice that is plain text, else the first with any text; those after it are not read."""
    first: list[_Body] = []
    for bodies in choices:
        if any(body.text.strip() for body in bodies):
            if not any(body.is_html for body in bodies):
                return bodies
            first = first or bodies
    return first


def _leaf(part: mime.Part, source: Source) -> list[_Body]:
    if part.content_type not in {"text/plain", "text/html"}:
        return []
    charset = part.parameter("charset") if source.encoding == "utf-8" else None
    text, offsets = transfer.decoded(part.text, part.body, part.encoding, charset)
    if part.content_type == "text/html":
        shown = html.seen(text)
        return [_Body(shown.text, shown.offsets.through(offsets), shown.marks, shown.cited, is_html=True)]
    if (part.parameter("format") or "").lower() == "flowed":
        delete_space = (part.parameter("delsp") or "").lower() == "yes"
        text, unfolded = transfer.flowed(text, delete_space=delete_space)
        offsets = unfolded.through(offsets)
    return [_Body(text, offsets)]


def _with_subject(message: mime.Part, bodies: Sequence[_Body]) -> _Body:
    """The subject that the agent wrote, and the bodies, each after a blank line."""
    parts: list[transfer.Mapped] = []
    marks: list[Mark] = []
    cited: list[Mark] = []
    length = 0
    subject = _subject(message)
    if subject:
        parts += [subject, transfer.inserted("\n\n", subject[1].to_raw(Span(0, len(subject[0]))).end)]
        marks.append(Mark(Span(0, len(subject[0])), SegmentKind.SUBJECT))
        length = len(subject[0]) + 2
    for number, body in enumerate(bodies):
        if number:
            parts.append(transfer.inserted("\n\n", parts[-1][1].to_raw(Span(0, parts[-1][1].length)).end))
            length += 2
        marks += _moved(body.marks, length)
        cited += _moved(body.cited, length)
        parts.append((body.text, body.offsets))
        length += len(body.text)
    words, offsets = transfer.joined(parts)
    return _Body(words, offsets, tuple(marks), tuple(cited))


def _moved(marks: Iterable[Mark], by: int) -> Iterator[Mark]:
    return (Mark(Span(span.start + by, span.end + by), kind) for span, kind in marks)


def _subject(message: mime.Part) -> transfer.Mapped | None:
    span = message.headers.get("subject")
    if not span:
        return None
    value = message.text[span.start : span.end]
    start = span.start + len(value) - len(value.lstrip())
    subject = transfer.header_text(message.text, Span(start, max(start, span.start + len(value.rstrip()))))
    return None if not subject[0].strip() or _ANSWER.match(subject[0]) else subject


def _date(message: mime.Part) -> str | None:
    try:
        return parsedate_to_datetime(message.header("date")).isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _customer_name(message: mime.Part) -> str | None:
    """The display name of the only recipient."""
    recipients = [(name, address) for name, address in getaddresses([message.header("to")]) if name or address]
    if len(recipients) != 1:
        return None
    name, address = recipients[0]
    name = transfer.header_text(name, Span(0, len(name)))[0]
    name = name.strip().strip("'\"")
    return name if name and "@" not in name and name != address and name.isprintable() else None
