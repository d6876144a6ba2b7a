"""The examples in rule files, run: each flags exactly what it marks, each phrase and exception earns its place."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from calmlint.config import Config
from calmlint.conversation import Conversation, Turn
from calmlint.engine import Linter
from calmlint.phrase.build import Builder
from calmlint.phrase.tokens import Spelling, Tokeniser
from calmlint.reading import Book, Pattern, Reading, TurnReading
from calmlint.reply import SegmentKind
from calmlint.rule import shipped_folder
from calmlint.rulecompile import language_of, read_folder
from calmlint.situation import decide
from calmlint.source import InputError, Span
from calmlint.terminal import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import TextIO

    from calmlint.rule import Rule
    from calmlint.rulecompile import Folder
    from calmlint.ruledoc import ConditionDoc, Example, Place, RuleDoc

_EVERY_SEGMENT = frozenset(SegmentKind)


class Failure(NamedTuple):
    """What is wrong with a rule file, and where."""

    place: Place
    problem: str

    def __str__(self) -> str:
        return f"{self.place}: {one_line(self.problem)}"


class Tested(NamedTuple):
    """How many rules and examples were run, what failed, in the order of the files, and what is still missed."""

    rules: int
    examples: int
    failures: list[Failure]
    misses: int


def run(folder: str, out: TextIO) -> int:
    """Test the rules of a folder and write the failures, one a line, and a summary. The exit code: 0, or 1 on failures.

    Raises InputError where the folder holds no rules, or rule files that cannot be read.
    """
    tested = test(folder)
    out.writelines(f"{failure}\n" for failure in tested.failures)
    counts = ((tested.rules, "rule"), (tested.examples, "example"), (len(tested.failures), "failure"))
    summary = [f"{number} {word}{'s' * (number != 1)}" for number, word in counts]
    if tested.misses:
        summary.append(f"{tested.misses} known miss{'es' * (tested.misses != 1)}")
    out.write(", ".join(summary) + "\n")
    return 1 if tested.failures else 0


def test(folder: str) -> Tested:
    """Run the examples of the rules in a folder, which may use the word classes and signals of the shipped ones."""
    if not Path(folder).is_dir():
        message = f"{folder}: no such folder; name the folder that holds your rules"
        raise InputError(message)
    shipped = shipped_folder()
    inside = _below(folder, shipped)
    content = read_folder([shipped] if inside else [shipped, folder])
    docs = [doc for doc in content.rules if _below(doc.place.path, folder)]
    if not docs:
        message = f"{folder}: holds no rules; `calmlint new-rule NAME --dir {folder}` writes one"
        raise InputError(message)
    bench = Bench(Linter(Config(select=("ALL",), preview=True, rules=() if inside else (Path(folder),))))
    examples = [(doc, example) for doc in docs for example in doc.examples]
    told = [bench.example(doc, example) for doc, example in examples]
    told += [bench.exception(doc, entry) for doc in docs for entry in exceptions(doc)]
    failures = [failure for failure in told if failure is not None]
    failures += _unused_phrases(content, docs)
    misses = sum(example.verdict == "known-miss" and not bench.found(doc, example) for doc, example in examples)
    return Tested(len(docs), len(examples), sorted(failures), misses)


def exceptions(doc: RuleDoc) -> list[ConditionDoc]:
    """The entries of a rule's `unless` that have an example to run; one about the customer has no reply to show it."""
    entries = {entry.place: entry for pattern in doc.patterns for entry in pattern.unless}
    return [entry for entry in entries.values() if entry.example and entry.where != "customer"]


def _below(path: str, folder: str) -> bool:
    return Path(path).resolve().is_relative_to(Path(folder).resolve())


class Bench:
    """Runs single texts past single rules."""

    def __init__(self, linter: Linter) -> None:
        self._linter = linter
        self._set = linter.rules

    def example(self, doc: RuleDoc, example: Example) -> Failure | None:
        """What is wrong with an example of a rule; one that is a known miss may go either way."""
        found = self.found(doc, example)
        wanted = _quoted(example.text, example.spans)
        if example.verdict == "passes" and found:
            return Failure(example.place, f"{doc.name} flags {_quoted(example.text, found)}, which should pass")
        if example.verdict == "flags" and not found:
            return Failure(example.place, f"{doc.name} does not flag {wanted}")
        if example.verdict == "flags" and example.spans and sorted(found) != sorted(example.spans):
            return Failure(example.place, f"{doc.name} flags {_quoted(example.text, found)}, not {wanted}")
        return None

    def found(self, doc: RuleDoc, example: Example) -> list[Span]:
        """Where the rule speaks up, with all other rules there to go first."""
        findings = self._linter.lint(_conversation(example)).active
        return [finding.span for finding in findings if finding.rule == doc.name]

    def exception(self, doc: RuleDoc, entry: ConditionDoc) -> Failure | None:
        """What is wrong with an entry of `unless`: its example is flagged all the same, or would not be without it."""
        rule = self._set.rules[doc.name]
        reading = Reading(self._set.book, Conversation((Turn("agent", entry.example),)))
        if self._hits(rule, reading):
            problem = f"{doc.name} flags the example of this exception: {one_line(entry.example)}"
        elif not self._hits(_without(rule, doc, entry.place), reading):
            problem = f"this exception silences nothing: without it {doc.name} does not flag its example either"
        else:
            return None
        return Failure(entry.place, problem)

    def _hits(self, rule: Rule, reading: Reading) -> list[Span]:
        situation = decide(reading, self._set.cues)
        return [hit.span for hit in rule.check.find(reading, rule.applies_to, situation)]


def _conversation(example: Example) -> Conversation:
    customer = (Turn("customer", example.customer),) if example.customer else ()
    return Conversation((*customer, Turn("agent", example.text)), channel=example.channel, situation=example.situation)


def _quoted(text: str, spans: Iterable[Span]) -> str:
    words = [
        f'"{one_line(text[span.start : span.end])}"'
        if span.start < span.end
        else f"the place before {text[span.start : span.start + 20]!r}"
        for span in spans
    ]
    return ", ".join(words) or f'"{one_line(text)}"'


def _without(rule: Rule, doc: RuleDoc, place: Place) -> Rule:
    """The rule with one exception taken out of all its patterns, which stand in the order of the file."""
    check: Any = rule.check  # a rule file with phrases has a kind with patterns
    kept = tuple(
        pattern._replace(
            unless=tuple(
                condition
                for condition, entry in zip(pattern.unless, written.unless, strict=True)
                if entry.place != place
            )
        )
        for pattern, written in zip(check.patterns, doc.patterns, strict=True)
    )
    return rule._replace(check=check._replace(patterns=kept))


def _unused_phrases(content: Folder, docs: list[RuleDoc]) -> Iterator[Failure]:
    """The phrases that stand in none of the texts their rule is to flag."""
    language, builder = language_of(content), Builder()
    sets = {
        phrase: builder.add_set(language.variants_of(phrase.value))
        for doc in docs
        for pattern in doc.patterns
        for phrase in pattern.phrases
    }
    automaton = builder.build()
    tokeniser = Tokeniser(Spelling(language.variants), automaton.vocabulary)
    book = Book(automaton, tokeniser, {}, frozenset(), frozenset())
    for doc in docs:
        flagged = [
            TurnReading(book, Turn("agent", example.text)) for example in doc.examples if example.verdict == "flags"
        ]
        for phrase in (phrase for pattern in doc.patterns for phrase in pattern.phrases):
            alone = (Pattern(sets[phrase], silent_when=frozenset()),)
            if not any(reading.hits(alone, _EVERY_SEGMENT) for reading in flagged):
                yield Failure(
                    phrase.place, f'no example fires "{phrase.value}"; add one that flags, or delete the phrase'
                )
