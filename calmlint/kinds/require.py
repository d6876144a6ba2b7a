"""Something that should be there and is not: an apology, a next step, a word of when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from calmlint.finding import Hit, Severity
from calmlint.kinds.place import place_in
from calmlint.reading import Condition

if TYPE_CHECKING:
    from collections.abc import Iterator

    from calmlint.finding import Situation
    from calmlint.phrase.automaton import Match
    from calmlint.reading import Reading
    from calmlint.reply import SegmentKind

Reach = Literal["sentence", "near", "reply"]
Place = Literal["greeting", "signature", "trigger"]


class Require(NamedTuple):
    """Hits where none of the signals in `needs` stands within `reach`.

    With a `trigger` (a signal of the draft) each of its matches makes the demand; without one the situation alone
    does, once, where something speaks for it. `place` says where the finding belongs: after the greeting, before the
    signature or at the trigger. A signal of `earlier` in an earlier turn of the agent meets the demand too: nobody
    need say sorry in every turn. Without every condition of `loud_when`, or with one of `hint_when`, the finding is a
    hint alone; in both, `where: customer` means any of the customer's turns. In the situations of `loud_in`, and
    in one that was stated, `loud_when` is not asked.
    """

    needs: tuple[str, ...]
    trigger: str = ""
    reach: Reach = "reply"
    place: Place = "greeting"
    earlier: tuple[str, ...] = ()
    unless: tuple[Condition, ...] = ()
    when: tuple[Condition, ...] = ()
    loud_when: tuple[Condition, ...] = ()
    loud_in: tuple[str, ...] = ()
    hint_when: tuple[Condition, ...] = ()

    def find(self, reading: Reading, kinds: frozenset[SegmentKind], situation: Situation) -> Iterator[Hit]:
        """At most one hit: the first demand that is not met."""
        del kinds
        draft = reading.draft
        if not draft.readable or not (self.trigger or situation.cues):
            return
        demands: list[Match | None] = list(draft.signal(self.trigger)) if self.trigger else [None]
        conditions = [Condition(None, name, self.reach) for name in self.needs]
        for demand in demands:
            met = any(draft.holds(condition, demand) for condition in conditions)
            if met and self.reach == "reply":
                return
            if met or any(_holds(reading, condition, demand) for condition in self.unless):
                continue
            if not all(_holds(reading, condition, demand) for condition in self.when):
                continue
            if any(turn.signal(name) for name in self.earlier for turn in reading.earlier):
                return
            stated = reading.conversation.situation is not None or situation.state in self.loud_in
            loud = stated or all(_holds(reading, condition, demand) for condition in self.loud_when)
            mild = not loud or any(_holds(reading, condition, demand) for condition in self.hint_when)
            span = draft.span(demand) if demand and self.place == "trigger" else place_in(draft.reply, self.place)
            yield Hit(span, severity=Severity.INFO if mild else None)
            return


def _holds(reading: Reading, condition: Condition, demand: Match | None) -> bool:
    if condition.where == "customer":
        return any(turn.matches_of(condition) for turn in reading.customers)
    return reading.draft.holds(condition, demand)
