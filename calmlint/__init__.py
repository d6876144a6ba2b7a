"""calmlint: a linter for the tone of outgoing support replies.

What the package exports is loaded when it is first used, so that importing calmlint costs next to nothing.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from calmlint.config import Config
    from calmlint.conversation import Conversation, Turn
    from calmlint.engine import Linter, lint_text
    from calmlint.finding import Finding, Fix, Report, Severity, Situation
    from calmlint.source import InputError, Position, Span

__version__ = "0.1.0"
__all__ = [
    "Config",
    "Conversation",
    "Finding",
    "Fix",
    "InputError",
    "Linter",
    "Position",
    "Report",
    "Severity",
    "Situation",
    "Span",
    "Turn",
    "__version__",
    "lint_text",
]

_MODULES = {
    "Config": "config",
    "Conversation": "conversation",
    "Finding": "finding",
    "Fix": "finding",
    "InputError": "source",
    "Linter": "engine",
    "Position": "source",
    "Report": "finding",
    "Severity": "finding",
    "Situation": "finding",
    "Span": "source",
    "Turn": "conversation",
    "lint_text": "engine",
}


if not TYPE_CHECKING:  # a type checker that saw this would let every misspelt name pass

    def __getattr__(name: str) -> object:
        """Load what is asked for. Raises AttributeError for a name that is not exported."""
        if name not in _MODULES:
            message = f"module {__name__!r} has no attribute {name!r}"
            raise AttributeError(message)
        module = f"{__name__}.{_MODULES[name]}"
        __import__(module)
        value = getattr(sys.modules[module], name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    """The exported names, loaded or not."""
    return sorted({*globals(), *__all__})
