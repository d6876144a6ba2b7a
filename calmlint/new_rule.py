"""A first version of a rule file, which passes `calmlint test` and is ready to be filled in."""

from __future__ import annotations

import re
from pathlib import Path

from calmlint.rule import shipped_folder
from calmlint.rulecompile import read_folder
from calmlint.source import InputError

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_CODE = re.compile(r"[A-Z]{3}[0-9]{3}")
_FIRST_OWN_NUMBER = 900  # shipped rules stay below it

_SKELETON = """\
# What each key means: `calmlint rule calm-down` shows a finished rule, docs/writing-rules.md explains them all.
name: {name}
code: {code}
kind: phrase
severity: warning
message: '"{{match}}" ...: say here what these words do to the customer.'
why: |
  Say here why a customer minds, in one or two sentences.
instead: Say here what to write instead, as a sentence that can be sent.
phrases:
  - words of {words}
examples:
  - flags: Here stand the >>words of {words}<< to be found.
  - passes: Here stands a sentence that looks like it and is fine.
"""


def write(name: str, *, folder: str = ".", code: str | None = None, category: str = "custom") -> str:
    """Write the file and give its path. Raises InputError for a bad or taken name or code; nothing is overwritten."""
    if not _NAME.fullmatch(name):
        message = f'"{name}" cannot name a rule; use small letters, digits and single hyphens, such as "no-cheers"'
        raise InputError(message)
    if not _NAME.fullmatch(category):
        message = f'"{category}" cannot name a category; use small letters, digits and single hyphens'
        raise InputError(message)
    if code is not None and not _CODE.fullmatch(code):
        message = f'"{code}" is no code; use three capitals and three digits, such as "{_letters(category)}900"'
        raise InputError(message)
    taken = _taken(folder)
    for word in (name, code):
        if word in taken:
            message = f'"{word}" is taken by {taken[word]}; choose another'
            raise InputError(message)
    path = Path(folder, category, f"{name}.yaml")
    text = _SKELETON.format(name=name, code=code or _free_code(category, taken), words=name.replace("-", " "))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        message = f"{path}: is there already; choose another name, or edit it"
        raise InputError(message) from None
    except OSError as error:
        message = f"{path}: cannot be written: {error.strerror}"
        raise InputError(message) from None
    return str(path)


def _taken(folder: str) -> dict[str, str]:
    """Names and codes in use, and the file of each. Raises RuleError where the folder's files have mistakes."""
    shipped = Path(shipped_folder()).resolve()
    own = Path(folder).resolve()
    apart = not own.is_relative_to(shipped) and not shipped.is_relative_to(own)
    rules = read_folder([str(shipped), folder] if apart else [str(shipped)]).rules
    return {word: rule.place.path for rule in rules for word in (rule.name, rule.code)}


def _free_code(category: str, taken: dict[str, str]) -> str:
    letters = _letters(category)
    return next(code for number in range(_FIRST_OWN_NUMBER, 1000) if (code := f"{letters}{number}") not in taken)


def _letters(category: str) -> str:
    return (re.sub(r"[^a-z]", "", category) + "xxx")[:3].upper()
