"""What the rules say about themselves: for the terminal, for programs, and for the pages in `docs/`."""

from __future__ import annotations

import json
import os
import re
import textwrap
from typing import TYPE_CHECKING, Any

from calmlint import schemas
from calmlint.config import find_config, read_config
from calmlint.nearest import suggestion
from calmlint.rule import shipped_folder
from calmlint.rulecompile import read_folder
from calmlint.source import InputError
from calmlint.terminal import excerpt

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from calmlint.ruledoc import ConditionDoc, Example, RuleDoc

ARTICLES = (
    "Five steps to soothe an unhappy customer",
    "Appeasing upset customers",
    "Turning an angry customer into a loyal one",
    "The best way to deal with an upset customer",
    "Keeping customers happy",
)
_PHRASES_SHOWN = 3
_EXAMPLES_SHOWN = 8
_WIDTH = 96
_WHERE = {
    "overlap": "in the same words",
    "before": "before it",
    "after": "after it",
    "sentence": "in the same sentence",
    "next": "in the next sentence",
    "near": "in this or the next sentence",
    "previous": "in the sentence before",
    "reply": "anywhere in the reply",
    "customer": "in the customer's message",
}
_VERDICTS = {"flags": "Flagged", "passes": "Fine", "known-miss": "Known to be missed"}


def rules_here() -> list[RuleDoc]:
    """The shipped rules and those that the settings of the current folder add, in the order of codes."""
    source = find_config(".")
    own = read_config(source).rules if source is not None else ()
    rules = read_folder([shipped_folder(), *map(os.fspath, own)]).rules
    return sorted(rules, key=lambda rule: rule.code)


def listing(rules: Sequence[RuleDoc], form: str) -> str:
    """All rules, one a line with code, name, severity and message, or as a JSON list."""
    if form == "json":
        return _pretty([_data(rule) for rule in rules])
    name = max((len(rule.name) for rule in rules), default=0)
    rows = (f"{rule.code}  {rule.name:<{name}}  {_standing(rule):<7}  {_sentence(rule)}" for rule in rules)
    return "".join(f"{row}\n" for row in rows)


def find(rules: Sequence[RuleDoc], name: str) -> RuleDoc:
    """The rule with this name or code, in any case. Raises InputError, with the nearest known one, for any other."""
    for rule in rules:
        if name.lower() in {rule.name, rule.code.lower()}:
            return rule
    known = [rule.code if name.isupper() else rule.name for rule in rules]
    message = f'there is no rule "{name}"; {suggestion(name, known)}'
    raise InputError(message)


def explanation(rule: RuleDoc, form: str) -> str:
    """Everything a rule file says, for people or as JSON."""
    if form == "json":
        return _pretty(_data(rule))
    return "\n\n".join(_blocks(rule)) + "\n"


def _blocks(rule: RuleDoc) -> Iterator[str]:
    yield f"{rule.name} ({rule.code})\n{_facts(rule)}"
    yield _indented("Message", [_sentence(rule)])
    yield _indented("Why", [rule.why])
    yield _indented("Instead", [rule.instead])
    if rule.advice:
        yield _indented("From", [f'"{ARTICLES[number]}"' for number in rule.advice])
    if rule.severities:
        yield _indented("By situation", [f"{state}: {severity}" for state, severity in rule.severities.items()])
    for verdict, title in _VERDICTS.items():
        examples = _examples(rule, verdict)
        if examples:
            yield f"{title}\n" + "\n\n".join(textwrap.indent(shown, "  ") for shown in examples)
    for condition in exceptions(rule):
        texts = [*_few(_phrases(condition)), f"such as: {condition.example}" if condition.example else ""]
        yield _indented(f"Except {_WHERE[condition.where]}: {condition.because or 'this'}", texts)


def _indented(title: str, texts: Iterable[str]) -> str:
    paragraphs = (textwrap.fill(" ".join(text.split()), _WIDTH - 2) for text in texts if text)
    return f"{title}\n" + "\n".join(textwrap.indent(paragraph, "  ") for paragraph in paragraphs)


def _facts(rule: RuleDoc) -> str:
    facts = [_standing(rule), rule.category, f"kind {rule.kind}", f"reads {', '.join(rule.applies_to)}"]
    if rule.preview:
        facts.append("on trial: runs with --preview")
    if rule.yields_to:
        facts.append(f"gives way to {', '.join(other.rule for other in rule.yields_to)}")
    return " · ".join(facts)


def _standing(rule: RuleDoc) -> str:
    return rule.severity if rule.enabled else "off"


def _sentence(rule: RuleDoc) -> str:
    """The message on one line, as it reads for the first text that the rule flags."""
    found = (example.text[slice(*span)] for example in rule.examples for span in example.spans if span.start < span.end)
    match = " ".join(next(found, "{match}").split())
    return " ".join(rule.message.replace(" ({cues})", "").split()).replace("{match}", match)


def exceptions(rule: RuleDoc) -> list[ConditionDoc]:
    """Each entry of `unless` once, in the order of the file."""
    found = {condition.place: condition for pattern in rule.patterns for condition in pattern.unless}
    found |= {condition.place: condition for condition in rule.settings.get("unless", ())}
    return [found[place] for place in sorted(found)]


def _phrases(condition: ConditionDoc) -> list[str]:
    named = [f"wording of {condition.signal.value}"] if condition.signal else []  # a signal, or another rule
    return [*(phrase.value for phrase in condition.phrases), *named]


def _examples(rule: RuleDoc, verdict: str) -> list[str]:
    """The examples of a verdict: a page of them, but every known miss."""
    shown = [_shown(example) for example in rule.examples if example.verdict == verdict]
    more = len(shown) - _EXAMPLES_SHOWN
    if verdict == "known-miss" or more <= 1:
        return shown
    return [*shown[:_EXAMPLES_SHOWN], f"(and {more} more in its file)"]


def _few(phrases: list[str]) -> list[str]:
    """The first phrases, and how many more the rule's file holds: hundreds of them tell a reader nothing."""
    more = len(phrases) - _PHRASES_SHOWN
    return phrases if more <= 1 else [*phrases[:_PHRASES_SHOWN], f"and {more} more"]


def _shown(example: Example) -> str:
    """An example with its context, and a caret beneath each span that is found in it."""
    lines = [f"({key}: {value})" for key, value in _context(example).items()]
    start = 0
    for line in example.text.split("\n"):
        lines.append(line)
        for span in example.spans:
            if start <= span.start <= start + len(line):
                end = min(span.end, start + len(line))
                marked = excerpt(line, type(span)(span.start - start, end - start), len(line) * 2 + 1)
                lines.append(" " * marked.column + "^" * marked.width)
        start += len(line) + 1
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def _context(example: Example) -> dict[str, str]:
    given = {"customer": example.customer, "situation": example.situation, "channel": example.channel}
    return {key: " ".join(value.split()) for key, value in given.items() if value}


def _data(rule: RuleDoc) -> dict[str, Any]:
    """A rule as JSON values."""
    return {
        "name": rule.name,
        "code": rule.code,
        "category": rule.category,
        "kind": rule.kind,
        "severity": rule.severity,
        "severities": rule.severities,
        "enabled": rule.enabled,
        "preview": rule.preview,
        "applies_to": list(rule.applies_to),
        "yields_to": [other.rule for other in rule.yields_to],
        "message": " ".join(rule.message.split()),
        "why": rule.why,
        "instead": rule.instead,
        "advice": [{"number": number, "title": ARTICLES[number]} for number in rule.advice],
        "examples": [
            {"verdict": example.verdict, "text": example.text, "spans": [list(span) for span in example.spans]}
            | _context(example)
            for example in rule.examples
        ],
        "exceptions": [
            {
                "phrases": [phrase.value for phrase in condition.phrases],
                "signal": condition.signal.value if condition.signal else None,
                "where": condition.where,
                "because": condition.because,
                "example": condition.example,
            }
            for condition in exceptions(rule)
        ],
    }


def generated() -> dict[str, str]:
    """The files in `docs/` that are made from the rules and the code: path from the repository's root -> text."""
    rules = sorted(read_folder([shipped_folder()]).rules, key=lambda rule: rule.code)
    return {
        "docs/rules.md": rules_page(rules),
        "docs/report-v1.schema.json": _pretty(schemas.report()),
        "docs/rule.schema.json": _pretty(schemas.rule_file()),
    }


def _pretty(value: Any) -> str:  # noqa: ANN401 - anything that JSON holds
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def rules_page(rules: Sequence[RuleDoc]) -> str:
    """The page `docs/rules.md`: a table of the rules, then each in full."""
    rows = [
        f"| [{rule.name}](#{rule.name}) | {rule.code} | {_standing(rule)} | {_plain(_sentence(rule))} |"
        for rule in rules
    ]
    parts = [
        "# The rules",
        "<!-- Generated from the rule files: `make generated` writes it anew. -->",
        f"calmlint has {len(rules)} rules. `calmlint rule NAME` shows each of them in the terminal.",
        "\n".join(["| Rule | Code | Severity | What it tells the agent |", "|---|---|---|---|", *rows]),
        *(_section(rule) for rule in rules),
    ]
    return "\n\n".join(parts) + "\n"


def _section(rule: RuleDoc) -> str:
    parts = [
        f"## {rule.name}",
        f"`{rule.code}` · {_facts(rule)}",
        rule.why,
        f"**Instead:** {_plain(rule.instead)}",
    ]
    if rule.severities:
        states = ", ".join(f"{state}: {severity}" for state, severity in rule.severities.items())
        parts.append(f"**By situation:** {states}.")
    for verdict, title in _VERDICTS.items():
        examples = _examples(rule, verdict)
        if examples:
            fence = "```"
            parts.append(f"**{title}:**\n\n{fence}text\n" + "\n\n".join(examples) + f"\n{fence}")
    if exceptions(rule):
        parts.append("**Except:**\n\n" + "\n".join(_entry(condition) for condition in exceptions(rule)))
    if rule.advice:
        parts.append("**From:** " + "; ".join(f"“{ARTICLES[number]}”" for number in rule.advice) + ".")
    return "\n\n".join(part.strip() for part in parts)


def _entry(condition: ConditionDoc) -> str:
    phrases = _phrases(condition)
    few = _few(phrases)
    words = ", ".join(f"`{phrase}`" if phrase in phrases else phrase for phrase in few)
    example = f", as in *{_plain(condition.example)}*" if condition.example else ""
    return f"- {condition.because or 'words'} ({_WHERE[condition.where]}): {words}{example}"


def _plain(text: str) -> str:
    """Text on one line without Markdown marks, so that it stands in a page as it is written."""
    return re.sub(r"([\\*_`<>\[\]|])", r"\\\1", " ".join(text.split()))
