"""What a reply asks for, against what the customer has already given."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from calmlint.finding import Hit, Severity
from calmlint.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from calmlint.finding import Situation
    from calmlint.reading import Reading
    from calmlint.reply import SegmentKind


class Detail(NamedTuple):
    """Something a customer may have given: what to call it, and the shape by which it is known, if it has one.

    A detail without a shape is given where the signal `gives-...` stands in a customer's turn.
    """

    words: str
    shape: Pattern | None = None


_DETAILS = {
    "email": Detail("their e-mail address", Pattern(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")),
    "order": Detail(
        "the number",
        Pattern(
            r"(?:\b(?:order|booking|reservation|ticket|case|ref|reference|invoice|account|acct|policy|claim|tracking|"
            r"parcel|number|no|id|nr|pnr|awb|transaction|consignment|application|complaint)\b[ .:#-]{0,3}"
            r"(?:(?:number|no|id|is|ref|nr)\b[ .:#]{0,3}){0,2}"
            r"#?(?=[A-Z-]*\d)[A-Z0-9][\w-]{3,30})"
            r"|(?<!\w)#\d{4,}\b"
            r"|\b[A-Z]{1,5}-?\d[A-Z0-9-]{3,}\b|\b\d{3,}-[A-Z0-9-]{1,}\b|\b\d{8,20}\b",
            re.IGNORECASE,
        ),
    ),
    "phone": Detail(
        "their phone number",
        Pattern(r"(?<![\w.-])(?:\+\d{1,3}[ -]?|0)\(?\d{2,5}\)?[ -]?\d{3}[ -]?\d{2,4}(?!\w)"),
    ),
    "address": Detail(
        "their address",
        Pattern(
            r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b"  # a British postcode
            r"|\b\d{1,4}[A-Za-z]?,? (?:[A-Z][\w'\u2019]+ ){1,3}"
            r"(?:Street|St|Road|Rd|Lane|Ln|Avenue|Ave|Row|Close|Drive|Way|Court|Place|Quay|Terrace|Crescent|Gardens|Park|Square|Hill|Grove|Boulevard|Blvd)\b"
            r"|\b(?:zip|postcode|pincode|pin code|eircode|post code)\b[ :]{0,2}(?:is )?[A-Z]?\d[A-Z\d -]{3,8}\b",
        ),
    ),
    "name": Detail(
        "their name",
        Pattern(
            r"\b(?:I['\u2019]m|I am|[Tt]his is) [A-Z][a-z]+ [A-Z][a-z]+"
            r"|(?:\bmy name is|\bname:|\bregards,?\s|\bthanks,?\s{1,3}|\bcheers,?\s)\s{0,3}[A-Z][a-z]+",
        ),
    ),
    "photo": Detail("a photo"),
    "device": Detail("their device or version"),
    "date": Detail("the date"),
    "place": Detail("the place"),
    "issue": Detail("an account of what is wrong"),
}
_TOLD = 12  # so many words with a failure in them tell what the matter is


class Thread(NamedTuple):
    """Hits where the draft asks for a detail that stands in a customer's turn.

    The signal `asks-<detail>` finds the question; what is given is known by its shape (order, email, phone,
    address, name) or by the signal `gives-<detail>`. Details of `hints` are less certain and give hints alone.
    """

    details: tuple[str, ...]
    hints: tuple[str, ...] = ()

    def find(self, reading: Reading, kinds: frozenset[SegmentKind], situation: Situation) -> Iterator[Hit]:
        """Each question for something given."""
        del kinds
        if not reading.customers:
            return
        hits: list[Hit] = []
        for name in self.details:
            asked = reading.draft.signal(f"asks-{name}")
            if asked and _is_given(name, reading, situation):
                detail = _DETAILS[name].words
                severity = Severity.INFO if name in self.hints else None
                hits += [Hit(reading.draft.span(match), (("detail", detail),), severity=severity) for match in asked]
        last = -1
        for hit in sorted(hits, key=lambda hit: hit.span):
            if hit.span.start >= last:
                yield hit
                last = hit.span.end


def _is_given(name: str, reading: Reading, situation: Situation) -> bool:
    if name == "issue":
        words = max(len(turn.reply.text.split()) for turn in reading.customers)
        return situation.state in ("upset", "problem") and len(situation.cues) > 0 and words >= _TOLD
    shape = _DETAILS[name].shape
    if shape:
        return any(shape.search(turn.reply.text) for turn in reading.customers)
    return any(turn.signal(f"gives-{name}") for turn in reading.customers)
