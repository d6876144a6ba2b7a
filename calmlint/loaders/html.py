"""HTML: what a reader sees, laid out in lines as a browser does; quotes, code and signatures are marked."""

from __future__ import annotations

import collections
import html
import re
from typing import TYPE_CHECKING, NamedTuple

from calmlint.conversation import Conversation, Turn
from calmlint.loaders.markup import Closing, Data, Opening, tokens
from calmlint.loaders.plain import with_quoted
from calmlint.reply import Mark, OffsetMap, SegmentKind, TextBuilder
from calmlint.source import Span, decode

if TYPE_CHECKING:
    from collections.abc import Iterator

_REFERENCE = re.compile(r"&(?:#[xX][0-9A-Fa-f]{1,8}+|#[0-9]{1,8}+|[A-Za-z][A-Za-z0-9]{1,31}+);?")
_PIECE = re.compile(rf"[ \t\r\n\f]++|\xa0|{_REFERENCE.pattern}|&?[^ \t\r\n\f\xa0&]++|&")
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}
)
_PARAGRAPHS = frozenset(
    {"blockquote", "dl", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "ol", "p", "pre", "table", "ul"}
)
_LINES = frozenset(
    {
        "address",
        "article",
        "aside",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "div",
        "dt",
        "fieldset",
        "figcaption",
        "footer",
        "form",
        "header",
        "html",
        "legend",
        "li",
        "main",
        "nav",
        "section",
        "summary",
        "tbody",
        "tfoot",
        "thead",
        "tr",
    }
)
_CODE = frozenset({"code", "kbd", "pre", "samp", "tt"})
_CLOSED_BY_NEXT = frozenset({"dd", "dt", "li", "option", "td", "th", "tr"})
_HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all|visibility\s*:\s*hidden", re.IGNORECASE)
_NO_BORDER = re.compile(r"border(?:-left)?\s*:\s*(?:none|0)", re.IGNORECASE)
_QUOTE_CLASSES = frozenset(
    {
        "gmail_quote",
        "gmail_quote_container",
        "moz-cite-prefix",
        "OutlookMessageHeader",
        "protonmail_quote",
        "tutanota_quote",
        "yahoo_quoted",
        "zmail_extra",
    }
)
_QUOTE_IDS = frozenset({"OLK_SRC_BODY_SECTION", "isForwardContent", "isReplyContent"})
# Outlook does not wrap what it quotes: everything after these is quoted.
_QUOTE_FOLLOWS = frozenset({"appendonsend", "divRplyFwdMsg"})
_SIGNATURE_CLASSES = frozenset({"gmail_signature", "gmail_signature_prefix", "moz-signature"})
_SIGNATURE_IDS = frozenset({"AppleMailSignature", "Signature", "ms-outlook-mobile-signature"})


def load(path: str, data: bytes) -> Iterator[Conversation]:
    """The one conversation of an HTML file. Raises InputError where the bytes are not text."""
    source = decode(path, data)
    shown = seen(source.text)
    draft = Turn("agent", shown.text, marks=shown.marks, offsets=shown.offsets)
    yield Conversation(with_quoted(draft, shown.cited), source=source)


class Seen(NamedTuple):
    """What a reader of a document sees: the text, its map to the document, and its marks.

    `cited` marks each level of quoted words alone, without the lines that introduce them.
    """

    text: str
    offsets: OffsetMap
    marks: tuple[Mark, ...] = ()
    cited: tuple[Mark, ...] = ()


def seen(text: str) -> Seen:
    """The text that a reader of an HTML document sees."""
    page = _Page(text)
    for token in tokens(text):
        if isinstance(token, Data):
            page.write(token)
        elif isinstance(token, Opening):
            page.open(token)
        elif isinstance(token, Closing):
            page.close(token)
    return page.finish()


class _Element(NamedTuple):
    """An open element: whether it hides its text, keeps white space or cites somebody, and the mark it makes."""

    name: str
    hides: bool = False
    keeps_space: bool = False
    cites: bool = False
    kind: SegmentKind | None = None


class _Page:
    """The lines of a page while its tokens are read once, front to back."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._builder = TextBuilder(text)
        self._open: list[_Element] = []
        self._open_names: collections.Counter[str] = collections.Counter()
        self._hidden = self._preformatted = 0
        self._depth: collections.Counter[SegmentKind] = collections.Counter()
        self._mark_start: dict[SegmentKind, int | None] = {}
        self._marks: list[Mark] = []
        self._cites: list[int | None] = []  # where the text of each open citation starts
        self._cited: list[Mark] = []
        self._space: Span | None = None  # white space that becomes one space when text follows on the line
        self._breaks = 0  # line ends that must stand before the next text
        self._at_end = 0  # line ends that the text so far ends with
        self._bullet = False  # whether a list marker must stand before the next text

    def open(self, token: Opening) -> None:
        """Take a start tag."""
        name, attributes = token.name, token.attributes
        if self._open and (
            (name in _CLOSED_BY_NEXT and self._open[-1].name == name)
            or (self._open[-1].name == "p" and name in _PARAGRAPHS | _LINES)
        ):
            self._pop()
        if name == "br":
            self._line_end(token.start, token.end)
            return
        self._break(name, token.start)
        cites = _cites(name, attributes)
        kind = SegmentKind.QUOTE if cites else _kind(name, attributes)
        element = _Element(name, _is_hidden(name, attributes), name == "pre", cites, kind)
        if attributes.get("id", "").removeprefix("x_") in _QUOTE_FOLLOWS:
            self._begin(SegmentKind.QUOTE)  # never ended, so it lasts to the end of the page
        if name in _VOID:
            return
        self._open.append(element)
        self._open_names[name] += 1
        self._hidden += element.hides
        self._preformatted += element.keeps_space
        if element.cites:
            self._cites.append(None)
        if element.kind:
            self._begin(element.kind)
        if name == "li" and not self._hidden:
            self._bullet = True

    def close(self, token: Closing) -> None:
        """Take an end tag; one that closes nothing is passed over."""
        if token.name == "br":
            self._line_end(token.start, token.end)
            return
        if not self._open_names[token.name]:
            return
        while self._pop() != token.name:
            pass
        self._break(token.name, token.start)

    def write(self, data: Data) -> None:
        """Take text: white space collapses, character references are replaced."""
        if self._hidden:
            return
        for found in _PIECE.finditer(self._text, data.start, data.end):
            start, end, piece = found.start(), found.end(), found[0]
            first = piece[0]
            if first in " \t\r\n\f" and not self._preformatted:
                self._space = self._space or Span(start, end)
            elif first == "\xa0":
                self._emit(start, end, " ")
            elif first == "&" and _REFERENCE.fullmatch(piece):
                shown = html.unescape(piece).replace("\xa0", " ")
                if shown:
                    self._emit(start, end, None if shown == piece else shown)
            else:
                self._emit(start, end, None)

    def finish(self) -> Seen:
        """The text, its map and its marks."""
        while self._open:
            self._pop()
        for kind in list(self._mark_start):
            self._end(kind)
        return Seen(*self._builder.build(), tuple(sorted(self._marks)), tuple(sorted(self._cited)))

    def _break(self, name: str, at: int) -> None:
        if self._hidden:
            return
        if name in _PARAGRAPHS:
            # A list inside a list item starts on the next line, without a blank one.
            nested = name in {"ol", "ul"} and self._open_names["li"]
            self._breaks = max(self._breaks, 1 if nested else 2)
        elif name in _LINES:
            self._breaks = max(self._breaks, 1)
        elif name in {"td", "th"}:
            self._space = self._space or Span(at, at)

    def _line_end(self, start: int, end: int) -> None:
        if self._hidden:
            return
        self._before_text(start)
        self._builder.replace(start, end, "\n")
        self._at_end += 1

    def _before_text(self, at: int) -> None:
        """Write the line ends or the space that are due before what stands at `at`."""
        space, breaks, bullet = self._space, self._breaks, self._bullet
        self._space, self._breaks, self._bullet = None, 0, False
        if self._builder.length and breaks:
            self._builder.insert(at, "\n" * max(breaks - self._at_end, 0))
            self._at_end = max(breaks, self._at_end)
        elif self._builder.length and space and not self._at_end:
            if self._text[space.start : space.end] == " ":
                self._builder.keep(space.start, space.end)
            else:
                self._builder.replace(space.start, space.end, " ")
        if bullet:
            self._builder.insert(at, "- ")
            self._at_end = 0

    def _emit(self, start: int, end: int, shown: str | None) -> None:
        """Write source[start:end], or `shown` in its place."""
        self._before_text(start)
        for kind, begun in self._mark_start.items():
            if begun is None:
                self._mark_start[kind] = self._builder.length
        for level in range(len(self._cites) - 1, -1, -1):
            if self._cites[level] is not None:
                break  # and so are those around it
            self._cites[level] = self._builder.length
        if shown is None:
            self._builder.keep(start, end)
            written = self._text[start:end]
        else:
            self._builder.replace(start, end, shown)
            written = shown
        bare = written.rstrip("\r\n")
        self._at_end = written.count("\n", len(bare)) + (0 if bare else self._at_end)

    def _begin(self, kind: SegmentKind) -> None:
        self._depth[kind] += 1
        self._mark_start.setdefault(kind, None)

    def _end(self, kind: SegmentKind) -> None:
        start = self._mark_start.pop(kind)
        if start is not None:
            self._marks.append(Mark(Span(start, self._builder.length), kind))

    def _pop(self) -> str:
        element = self._open.pop()
        self._open_names[element.name] -= 1
        self._hidden -= element.hides
        self._preformatted -= element.keeps_space
        if element.cites:
            start = self._cites.pop()
            if start is not None:
                self._cited.append(Mark(Span(start, self._builder.length), SegmentKind.QUOTE))
        if element.kind:
            self._depth[element.kind] -= 1
            if not self._depth[element.kind]:
                self._end(element.kind)
        return element.name


def _is_hidden(name: str, attributes: dict[str, str]) -> bool:
    return name == "template" or "hidden" in attributes or bool(_HIDDEN.search(attributes.get("style", "")))


def _cites(name: str, attributes: dict[str, str]) -> bool:
    """Whether an element holds somebody's words; a blockquote without a border only indents."""
    return name == "blockquote" and not _NO_BORDER.search(attributes.get("style", ""))


def _kind(name: str, attributes: dict[str, str]) -> SegmentKind | None:
    """The kind of segment that an element makes of its content."""
    classes = {one.removeprefix("x_") for one in attributes.get("class", "").split()}
    identity = attributes.get("id", "").removeprefix("x_")
    if name in _CODE:
        return SegmentKind.CODE
    if classes & _QUOTE_CLASSES or identity in _QUOTE_IDS:
        return SegmentKind.QUOTE
    if classes & _SIGNATURE_CLASSES or identity in _SIGNATURE_IDS or "data-smartmail" in attributes:
        return SegmentKind.SIGNATURE
    return None
