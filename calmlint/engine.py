"""The only place where rules meet replies: Linter reads rules once and lints conversations, bytes and texts."""

from __future__ import annotations

import bisect
from typing import TYPE_CHECKING

from calmlint.config import Config
from calmlint.conversation import CHANNELS, SITUATIONS, Conversation, Turn
from calmlint.finding import Edit, Finding, Fix, LintedReply, Report
from calmlint.pattern import Pattern
from calmlint.reading import Reading
from calmlint.reply import Mark, SegmentKind
from calmlint.rule import UNUSED, load_rules
from calmlint.situation import decide
from calmlint.source import InputError, Source, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from calmlint.finding import Hit, Severity, Situation
    from calmlint.kinds import Kind
    from calmlint.rule import BuiltIn, Rule

# The formats whose comments instruct calmlint, by extension. YAML is read as plain text where a file of it is named.
COMMENTED = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".yaml": "yaml",
    ".yml": "yaml",
}
_EXCERPT = 200
_ESCAPED = Pattern(r"[^\w ,.!?'-]")  # what some format may have to escape


class Linter:
    """Lints replies with the rules and settings of a configuration; rules are read once.

    Raises RuleError for rule files with mistakes.
    """

    def __init__(self, config: Config | None = None) -> None:
        self.config = config or Config()
        self.rules = load_rules(self.config.rules, self.config.company)
        rules: list[Rule | BuiltIn] = [*self.rules.rules.values(), UNUSED]
        self._names = {name for rule in rules for name in (rule.name, rule.code)}
        self._last_selected: tuple[str, list[tuple[Rule, Kind]]] | None = None
        self._profile = self.rules.profiles.get(self.config.profile or "", {})
        self._running = [(rule, self._check(rule)) for rule in self.rules.rules.values()]

    def _check(self, rule: Rule) -> Kind:
        """A rule's check, told the brands that are never shouting where it asks for them."""
        names = (*self.config.brands, *(word for name in self.config.company for word in name.split()))
        if names and rule.kind == "caps":
            from calmlint.kinds.caps import Caps  # noqa: PLC0415 - loaded by now

            assert isinstance(rule.check, Caps)
            return rule.check._replace(brands=names)
        return rule.check

    def lint(self, conversation: Conversation, path: str = "-") -> Report:
        """The findings in a conversation's draft, in order of their place."""
        reading = Reading(self.rules.book, conversation)
        situation = decide(reading, self.rules.cues)
        source = conversation.source or Source(path, conversation.draft.text)
        hits: list[tuple[Rule, Severity, Hit]] = []
        for rule, check in self._selected(source.path):
            due = rule.severity_in(situation.state)
            if due is not None:
                due = self._profile.get(rule.name, due)
            if due is None:
                continue
            severity = self.config.severity_of(rule, due)
            if severity is not None:
                hits += ((rule, severity, hit) for hit in check.find(reading, rule.applies_to, situation))
        stamped = _Stamp(conversation, source, situation, self.config.response_times)
        findings = [stamped.finding(*entry) for entry in _first_in_line(hits, reading)]
        findings.sort(key=lambda finding: (finding.start, finding.code))
        reply = LintedReply(source.path, stamped.line, situation, conversation.id, conversation.name)
        return Report(findings, [reply])

    def lint_bytes(self, path: str, data: bytes) -> Report:
        """The findings in a file's replies; a record that cannot be read is a line of `errors`."""
        from calmlint.loaders import extension, load  # noqa: PLC0415 - a conversation needs no loader

        report = Report(files=1)
        file_format = COMMENTED.get(extension(path))
        for loaded in load(path, data):
            if isinstance(loaded, InputError):
                report.errors.append(str(loaded))
            else:
                report.extend(self._lint_commented(self._told(loaded), path, file_format))
        return report

    def _lint_commented(self, conversation: Conversation, path: str, file_format: str | None) -> Report:
        """The findings in a draft whose file may hold comments that silence some, or state the situation."""
        source = conversation.source
        if source is None or file_format is None:
            return self.lint(conversation, path)
        from calmlint.suppress import directives  # noqa: PLC0415 - most formats have no comments

        if file_format == "yaml":
            conversation = _without_comments(conversation)
        comments = directives(source, file_format)
        stated = conversation._replace(
            situation=conversation.situation or comments.situation,
            channel=conversation.channel or comments.channel,
        )
        report = self.lint(stated, path)
        report.findings = comments.apply(report.findings)
        severity = self.config.severity_of(UNUSED)
        if severity is not None and self.config.selects(UNUSED, source.path):
            unused = comments.unused(report.findings, self._names, self._ran(source.path))
            stamped = (finding._replace(severity=severity) for finding in unused)
            report.findings = sorted((*report.findings, *stamped), key=lambda finding: finding.start)
        return report

    def _ran(self, path: str) -> set[str]:
        """The names and codes of the rules that run on a file."""
        return {name for rule, _ in self._selected(path) for name in (rule.name, rule.code)}

    def _selected(self, path: str) -> list[tuple[Rule, Kind]]:
        """The rules that run on a file; kept, since an archive asks for the same file with each of its replies."""
        if self._last_selected is None or self._last_selected[0] != path:
            running = [(rule, check) for rule, check in self._running if self.config.selects(rule, path)]
            self._last_selected = (path, running)
        return self._last_selected[1]

    def _told(self, conversation: Conversation) -> Conversation:
        """The conversation with what the settings say of it: customer's message, situation and channel."""
        config = self.config
        if config.customer is not None:
            conversation = conversation._replace(turns=(Turn("customer", config.customer), conversation.draft))
        if config.situation or config.channel:
            conversation = conversation._replace(
                situation=config.situation or conversation.situation,
                channel=config.channel or conversation.channel,
            )
        return conversation


def lint_text(
    text: str,
    *,
    customer: str | None = None,
    situation: str | None = None,
    channel: str | None = None,
    config: Config | None = None,
) -> Report:
    """The findings in a reply, read with the customer's message where it is given.

    Raises InputError for a situation or channel that does not exist, and for mistakes in own rules.
    """
    for word, known in ((situation, SITUATIONS), (channel, CHANNELS)):
        if word is not None and word not in known:
            message = f"{word!r} is none of {', '.join(known)}"
            raise InputError(message)
    turns = (Turn("customer", customer), Turn("agent", text)) if customer else (Turn("agent", text),)
    return Linter(config).lint(Conversation(turns, channel=channel, situation=situation))


def _without_comments(conversation: Conversation) -> Conversation:
    """The conversation of a YAML file read as plain text, its comments marked as none of the agent's words."""
    from calmlint.comments import COMMENTS  # noqa: PLC0415 - most formats have no comments

    draft = conversation.draft
    marks = tuple(Mark(span, SegmentKind.CODE) for span in COMMENTS["yaml"](draft.text))
    turns = tuple(turn._replace(marks=marks) if turn is draft else turn for turn in conversation.turns)
    return conversation._replace(turns=turns)


def _by_when(hours: float | None) -> str:
    """The time that an advice names: what the team promises on this channel, where the settings say it."""
    if hours is None:
        return "by Thursday at noon"
    if hours < 1:
        return f"within {round(hours * 60)} minutes"
    return "within the hour" if hours == 1 else f"within {hours:g} hours"


class _Spans:
    """The places of one rule's hits, to ask quickly whether one is near."""

    def __init__(self, spans: list[Span], sentence_ends: list[int]) -> None:
        self._spans = sorted(spans)
        self._starts = [span.start for span in self._spans]
        self._longest = max(span.end - span.start for span in self._spans)
        self._sentence_ends = sentence_ends
        self._sentences = {bisect.bisect_right(sentence_ends, span.start) for span in spans}

    def near(self, span: Span, within: str) -> bool:
        """Whether a hit overlaps the span, or stands in its sentence or in the same reply."""
        if within == "reply":
            return True
        low = bisect.bisect_left(self._starts, span.start - self._longest)
        high = bisect.bisect_left(self._starts, span.end)
        if any(other.overlaps(span) for other in self._spans[low:high]):
            return True
        return within == "sentence" and bisect.bisect_right(self._sentence_ends, span.start) in self._sentences


def _first_in_line(hits: list[tuple[Rule, Severity, Hit]], reading: Reading) -> Iterator[tuple[Rule, Severity, Hit]]:
    """The hits without those that give way to another rule's."""
    by_rule: dict[str, list[Span]] = {}
    for rule, _, hit in hits:
        by_rule.setdefault(rule.name, []).append(hit.span)
    sentence_ends = [end for _, end in reading.draft.tokens.sentence_spans]
    places = {name: _Spans(spans, sentence_ends) for name, spans in by_rule.items()}
    for rule, severity, hit in hits:
        if not any(name in places and places[name].near(hit.span, within) for name, within in rule.yields_to):
            yield rule, severity, hit


class _Stamp:
    """Turns hits into findings: message, severity and the place in the source."""

    def __init__(
        self, conversation: Conversation, source: Source, situation: Situation, response_times: Mapping[str, float]
    ) -> None:
        self._conversation = conversation
        self._by_when = _by_when(response_times.get(conversation.channel or "email"))
        self._source = source
        self._situation = situation
        self._turn = conversation.draft

    @property
    def line(self) -> int:
        """The line of the source at which the draft begins."""
        text = self._turn.text
        start = len(text) - len(text.lstrip()) if text.strip() else 0
        return self._source.position(self._raw(Span(start, start)).start).line

    def finding(self, rule: Rule, severity: Severity, hit: Hit) -> Finding:
        raw = self._raw(hit.span)
        start, end = self._source.position(raw.start), self._source.position(raw.end)
        line_text, line_column = self._source.around(raw.start)
        excerpt = self._turn.text[slice(*hit.span)]
        values = {
            "match": " ".join(excerpt.split())[:_EXCERPT],
            "cues": self._situation.because,
            "by-when": self._by_when,
            "detail": "this",
            **dict(hit.values),
        }
        return Finding(
            rule=rule.name,
            code=rule.code,
            severity=severity if hit.severity is None else min(severity, hit.severity),
            message=rule.message.format_map(values),
            instead=rule.instead.format_map(values),
            path=self._source.path,
            start=start,
            end=end,
            span=hit.span,
            excerpt=excerpt,
            situation=self._situation,
            conversation=self._conversation.id,
            name=self._conversation.name,
            line_text=line_text,
            line_column=line_column,
            demanded=rule.kind in ("require", "order"),
            fix=self._fix(rule, hit, raw),
        )

    def _fix(self, rule: Rule, hit: Hit, raw: Span) -> Fix | None:
        """The safe fix of a hit, where its words stand in the source as they are and need no escape there."""
        offsets = self._turn.offsets
        if hit.replacement is None or _ESCAPED.search(hit.replacement):
            return None
        if offsets is not None and not offsets.is_verbatim(hit.span):
            return None
        start = self._source.start
        edit = Edit(Span(start + raw.start, start + raw.end), hit.replacement)
        return Fix(f"{rule.name}: write {hit.replacement!r}", (edit,), safe=True)

    def _raw(self, span: Span) -> Span:
        return self._turn.offsets.to_raw(span) if self._turn.offsets else span
