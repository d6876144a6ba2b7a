"""Template fields that nobody filled in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from calmlint.finding import Hit
from calmlint.kinds.stretches import Stretches
from calmlint.pattern import Pattern as Expression
from calmlint.reply import SegmentKind
from calmlint.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from calmlint.finding import Situation
    from calmlint.reading import Pattern, Reading

# Blanks to be filled by hand. Every alternative is anchored at a literal and bounded.
_BLANK = Expression(
    r"(?<!\w)_{2,}(?:[/.-]_{2,}){1,2}(?!\w)"  # __/__/____
    r"|(?<![\w_])_{3,9}(?![\w_])"  # a longer one is a ruled line
    r"|(?<!\w)[Xx]{2}(?:[:/.-][Xx]{2,4}){1,2}(?!\w)"  # XX:XX, xx/xx/xxxx
    r"|(?<!\w)[Dd][Dd]([/.-])[Mm][Mm]\1[Yy]{2,4}(?!\w)|(?<!\w)(?:HH|hh):(?:MM|mm)(?!\w)"
    r"|(?<![\w$£€])[$£€](?:[Xx]{2,}(?:[.,][Xx]{2})?|_{2,}|\[\s*\])(?!\w)"
    r"|\((?:please )?(?:insert|fill in)[ _][\w /'\u2019.-]{2,40}\)"
    r"|[\[<](?:please )?(?:insert|enter|add|your|fill in|customer|agent|type)[ _][\w /'\u2019.-]{2,40}[\]>]"
    r"|\[(?:first ?name|last ?name|surname|customer|client|user ?name|name|agent|order|ticket|case|product|item|date|"
    r"time|amount|link|company|number|city|email|e-mail|phone|title|reason|issue|address|"
    r"tracking)[\w #/'’.-]{0,30}\](?!\()"
    r"|(?<!\w)(?:FIXME|CUSTOMER_?NAME|FIRST_?NAME|LAST_?NAME|ORDER_?(?:ID|NUMBER|NO))(?!\w)"
    r"|\b(?:number|order|ticket|case|ref|no\.?|invoice|claim)(?: is)?:? #{3,30}(?![\w#])|@@[A-Z_]{2,30}@@"
    r"|<(?:first|last|full|customer|client|agent|order|ticket|your)[ _-](?:name|number|id|date|ref)>",
    re.IGNORECASE,
)
_HOLLOW = Expression(  # a greeting whose field came out empty, or as a programmer's word for nothing
    r"(?:(?<=\n)|\A)[ \t]*(?P<words>(?:Hi|Hello|Hey|Dear|Good (?:morning|afternoon|evening|day)|Greetings)"
    r"(?: (?:Mr|Mrs|Ms|Miss|Dr|Sir|Madam)\.?)?(?:[ \t]+[,!:]|[ \t]+(?:null|undefined|None|nil|NaN|N/A|NULL|\(null\)"
    r"|\[object Object\]"
    r"|X{3,}|user|customer name|first ?name|firstname|test)[ \t]*[,!.:]))",
)
_NOTHING = Expression(
    r"(?<![\w.])(?:\(null\)|\[object Object\])(?![\w.(])"
    r"|\b(?:[Oo]rder|[Nn]umber|[Cc]ode|[Rr]eference|[Tt]icket|[Aa]mount|[Dd]ate|[Nn]ame|[Tt]otal)(?: is)?[ :#]{1,3}"
    r"(?:null|undefined|NaN|nil|None)\b"
)
_CONTROL = Expression(r"\{%|<%|\{\{[#/^>]|%\{|\{#|\$\{[#/]")
_TALK = Expression(  # the field is talked about, not left over
    r"(?:\b(?:type|types|typed|typing|write|put|insert|replace|paste|fill in|called|named|field|fields|"
    r"placeholder|placeholders|variable|tag|tags|token|syntax|merge|instead of|format|form|follow|follows|style|"
    r"pattern)\W{1,3}(?:\w+\W{1,2}){0,2})\Z",
    re.IGNORECASE,
)
_TALK_AFTER = Expression(
    r"\W{0,3}(?:\w+\W{1,2}){0,4}(?:variable|placeholder|syntax|tag|format|in the (?:code|css|html|template))\b",
    re.IGNORECASE,
)
# Each pattern finds something only where one of its signs stands, in lower case.
_BLANK_SIGNS = (
    *("__", "xx", "dd/", "dd-", "dd.", "hh:", "[", "(insert", "(fill", "(please", "fixme", "##", "@@"),
    *("customername", "customer_name", "firstname", "first_name", "lastname", "last_name"),
    *("order_", "orderid", "ordernumber", "orderno"),
    *("<please", "<insert", "<enter", "<add", "<your", "<fill", "<customer", "<client", "<agent", "<type", "<first"),
    *("<last", "<full", "<order", "<ticket"),
)
_NOTHING_SIGNS = ("null", "undefined", "nan", "nil", "none", "[object")
_HOLLOW_SIGNS = (
    *(" ,", " !", " :", "\t,", "\t!", "\t:", "xxx", "n/a", "user", "name", "test"),
    *_NOTHING_SIGNS,
)
_CONTROL_SIGNS = ("{%", "<%", "{{", "%{", "{#", "${")
_LOOK_BACK = 60
_SKIPPED = frozenset({SegmentKind.CODE, SegmentKind.QUOTE})


class Placeholder(NamedTuple):
    """Hits on every template field or blank, and on the patterns of one that came out empty (`Hello ,`, `Dear null`).

    Silent in a template as such (it has control tags), where the customer writes of fields too, and where the reply
    explains one.
    """

    patterns: tuple[Pattern, ...] = ()

    def find(self, reading: Reading, kinds: frozenset[SegmentKind], situation: Situation) -> Iterator[Hit]:
        """Each field, in order."""
        del situation
        draft = reading.draft
        text = draft.reply.text
        fields = [mark.span for mark in draft.reply.inline if mark.kind == SegmentKind.PLACEHOLDER]
        if self._is_template(reading):
            return
        hidden = Stretches(draft.reply, _SKIPPED)
        spans = fields + [draft.span(match) for match in draft.hits(self.patterns, kinds)]
        lower = text.lower()
        for pattern, signs in ((_BLANK, _BLANK_SIGNS), (_NOTHING, _NOTHING_SIGNS)):
            for segment in draft.reply.segments if _any_of(signs, lower) else ():
                if segment.kind in kinds or segment.kind == SegmentKind.SIGNATURE:
                    spans += [Span(*match.span()) for match in pattern.finditer(text, *segment.span)]
        if _any_of(_HOLLOW_SIGNS, lower):
            spans += [Span(*match.span("words")) for match in _HOLLOW.finditer(text)]
        end = 0
        for span in sorted(spans):
            if span.start < end or hidden.touch(span):
                continue
            if _TALK.search(text[max(0, span.start - _LOOK_BACK) : span.start]) or _in_link(text, span):
                continue
            if _TALK_AFTER.match(text[span.end : span.end + _LOOK_BACK]):
                continue
            end = span.end
            yield Hit(span)

    def _is_template(self, reading: Reading) -> bool:
        if reading.customer:
            return any(mark.kind == SegmentKind.PLACEHOLDER for mark in reading.customer.reply.inline)
        text = reading.draft.reply.text
        return _any_of(_CONTROL_SIGNS, text) and bool(_CONTROL.search(text))


def _any_of(signs: tuple[str, ...], text: str) -> bool:
    """Whether one of the signs stands in the text; few texts have one, and those alone are worth a pattern."""
    return any(sign in text for sign in signs)


def _in_link(text: str, span: Span) -> bool:
    """Whether a field is part of an address: `[rules]({base}/rules)`."""
    return text[span.end : span.end + 1] == "/" or text[max(0, span.start - 1) : span.start] in ("/", "=")
