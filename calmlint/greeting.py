"""How a reply greets its reader: "Hi Tom," and its like in the larger languages of Europe, and "@handle"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from calmlint.pattern import Pattern
from calmlint.sentence import skip_emoji, word_set
from calmlint.signature import is_sign_off
from calmlint.source import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from calmlint.quotation import Line
    from calmlint.reply import Mark

GREETING_WITHIN = 8  # lines from the top in which a greeting is looked for
ADDRESS_WORDS = 7  # words in "Dear Mr and Mrs van der Berg,"
LONGEST_HEADING = 60  # columns of a line that may stand above the greeting, such as "Attn: Ms Lind"

# The longer before the shorter that they begin with.
_GREETINGS = (
    "hi there", "hi again", "hello there", "hello again", "hey there", "hey again", "hiya", "heya", "hi", "hello",
    "hey",
    "howdy", "g'day", "greetings", "ahoy", "aloha", "namaste", "namaskar", "salaam", "salam", "assalamu alaikum",
    "shalom",
    "merhaba", "vanakkam", "kia ora", "good morning", "good afternoon", "good evening", "good day",
    "to whom it may concern", "hallo", "guten tag", "guten morgen", "guten abend", "moin", "servus", "grüezi",
    "grüß gott",
    "bonjour", "bonsoir", "salut", "hola", "buenos días", "buenas tardes", "buenas noches", "ciao", "buongiorno",
    "buonasera", "salve", "olá", "oi", "bom dia", "boa tarde", "boa noite", "hejsan", "hej", "hei", "god morgon",
    "god morgen", "god dag", "god kväll", "god aften", "goedemorgen", "goedemiddag", "goedenavond", "goedendag",
    "dzień dobry", "cześć", "witam", "dobrý den", "ahoj", "здравствуйте",
)  # fmt: skip
_ALONE_NO_GREETING = frozenset({"greetings", "oi", "salve"})  # unless a name or a comma follows
_ADDRESSES = (
    "dearest", "dear", "sehr geehrter", "sehr geehrtes", "sehr geehrte", "lieber", "liebes", "liebe", "werter", "werte",
    "chers", "chères", "cher", "chère", "estimados", "estimadas", "estimado", "estimada", "queridos", "querido",
    "querida",
    "gentili", "gentile", "egregio", "caro", "cara", "prezados", "prezado", "prezada", "kære", "bästa", "kjære",
    "geachte",
    "beste", "szanowny", "szanowna", "szanowni", "drogi", "droga", "уважаемый", "уважаемая", "уважаемые",
)  # fmt: skip
_OPENING_WORDS = frozenset(phrase.split()[0] for phrase in (*_GREETINGS, *_ADDRESSES))
# Words of an address that are written small.
_ADDRESSEES = word_set(
    "there all again both everyone everybody folks guys team friend friends guest guests customer customers sir"
    " madam ma'am"
    " mate buddy valued & / und et y e en och og van der den de da di del la le von zu bin al el mr mrs ms miss dr"
    " prof herr"
    " frau damen herren monsieur madame señor señora signor signora senhor senhora meneer mevrouw reviewer user member"
    " traveller traveler"
)
_BETWEEN_NAMES = frozenset({"i", "and", "or"})
_NO_NAMES = word_set(
    "sorry unfortunately yes no note update important okay ok hooray congratulations congrats great perfect absolutely"
    " understood apologies indeed sure wow good done noted welcome subject internal draft"
)
_NEVER_NAMES = word_set(
    "we we're we've we'll i i'm i've i'll you you're your our the a an this that these it it's is are was thanks thank"
    " sorry please my so just in on at for with from to if as no not yes what how when where why who good great glad"
    " happy have has can could would will do does let apologies unfortunately kindly here there's here's after before"
    " me us"
)

_HANDLES = Pattern(r"(?:\.?@\w{1,50}[,:]?[ \t\u00a0]+)*(?:\.?@\w{1,50}(?![\w.@-])[,:!]?)")
_FIRST_WORD = Pattern(r"[^\W\d_]{1,20}(?:'\w{1,10})?")
_TOKEN = Pattern(r"@?[^\W_][\w.'’/-]*|[&/]")
_CLOSE = Pattern(r"[ \t\u00a0]*[,!:;.…–—-]?[,!]*")
_BARE_NAME = Pattern(r"(?:[^\W\d_][\w'’-]*\.? ){0,2}[^\W\d_][\w'’-]{0,30} ?[,:!]$")
_CALLED = Pattern(r"[ \t\u00a0]+([A-Z][\w'’-]{1,30})[,!:]+(?=\s|$)")  # the name in "Hi, Chris!"
_TITLES = word_set("mr. mrs. ms. dr. prof. st. sr. sra. hr. fr. mme. rev.")


def find_greeting(text: str, lines: Sequence[Line], atoms: Sequence[Mark]) -> Span | None:
    """Where a reply greets the reader, up to the comma or the like; `lines` are those that are the agent's own."""
    for line in lines[:GREETING_WITHIN]:
        start = line.start
        handles = _HANDLES.match(text, start, line.end) if line is lines[0] else None
        end = handles.end() if handles else start
        begin = end
        while begin < line.end and text[begin].isspace():
            begin += 1
        if handles or line.after_blank or line is lines[0]:
            greeted = _greeting_end(text, begin, line.end, atoms)
            if greeted > begin:
                return Span(start, greeted)
            if handles:
                return Span(start, end)
        if line is lines[0] and len(lines) > 1 and _BARE_NAME.match(text, start, line.end):
            words = text[start : line.end]
            plain = {word.rstrip(",:! ").casefold() for word in words.split()}
            known = is_sign_off(words) or plain & _NO_NAMES or plain & _NEVER_NAMES
            if not known and all(word[0].isupper() for word in words.split() if word[0].isalpha()):
                return Span(start, line.end)
        if line.end - line.start > LONGEST_HEADING and not any(a.span.start == line.start for a in atoms[:1]):
            break
    return None


def _greeting_end(text: str, start: int, limit: int, atoms: Sequence[Mark]) -> int:
    """The end of the greeting that begins at `start`; `start` itself where there is none."""
    end = start
    for _ in range(3):
        begin = end
        while begin < limit and text[begin].isspace():
            begin += 1
        greets = _opening(text, begin, limit, _GREETINGS)
        opening = greets or _opening(text, begin, limit, _ADDRESSES)
        if not opening:
            break
        name_end, closed, named = _addressee_end(text, begin + len(opening), limit, atoms)
        if not named and (not greets or (not closed and (end > start or greets in _ALONE_NO_GREETING))):
            break
        end = name_end
        if greets and not named and text[end - 1] == ",":
            called = _CALLED.match(text, end, limit)
            if called and called[1].casefold() not in _NEVER_NAMES:
                end = called.end()
    return end


def _opening(text: str, start: int, limit: int, phrases: tuple[str, ...]) -> str:
    """Which of the phrases begins the text; an empty string where none does."""
    first = _FIRST_WORD.match(text, start, limit)
    if not first or first[0].lower() not in _OPENING_WORDS:
        return ""
    head = text[start : min(limit, start + 30)].lower().replace("’", "'")
    for phrase in phrases:
        after = text[start + len(phrase) : start + len(phrase) + 1]
        if head.startswith(phrase) and not (after.isalnum() or after in ("'", "’", "-", "_")):
            return phrase
    return ""


def _addressee_end(text: str, start: int, limit: int, atoms: Sequence[Mark]) -> tuple[int, bool, bool]:
    """Where the words after "Hi" that name the reader end, whether a mark or the line's end closes them, and if any."""
    at = start
    named = False
    unsure: int | None = None  # where a word in small letters stands, which is a name only if a comma follows
    for _ in range(ADDRESS_WORDS):
        word = at
        while word < limit and text[word] in " \t\u00a0*_":
            word += 1
        field = next((mark.span for mark in atoms if mark.span.start <= word < mark.span.end), None)
        if field:
            at, named = min(field.end, limit), True
            continue
        token = _TOKEN.match(text, word, limit)
        kind = _addressee(token[0].rstrip(".")) if token else None
        if not token or not kind or (kind == "unsure" and unsure is not None):
            break
        named = named or kind == "name"
        unsure = at if kind == "unsure" else unsure
        at = token.end()
        if token[0].endswith(".") and not _is_title(token[0]):
            at -= 1
            break
    close = _CLOSE.match(text, at, limit)
    end = close.end() if close and close[0].strip() else at
    end = skip_emoji(text, end, limit)
    if text[at:end].strip()[:1] in tuple("-–—") and not text[end : end + 1].isspace():
        end = at
    closed = end > at or at >= limit
    if unsure is not None and not closed:
        return unsure, False, unsure > start
    return end, closed, named or unsure is not None


def _addressee(word: str) -> Literal["name", "joining", "unsure"] | None:
    """What a word after "Hi" is: (part of) a name, a word that joins names, perhaps a name; None: the text begins."""
    bare = word.replace("’", "'").casefold()
    if bare in _NEVER_NAMES:
        return None
    if bare in _ADDRESSEES or bare in _BETWEEN_NAMES:
        return "joining" if bare in _BETWEEN_NAMES else "name"
    return "name" if word[0].isupper() or word[0].isdigit() or word[0] == "@" else "unsure"


def _is_title(word: str) -> bool:
    return len(word) == len("J.") or word.casefold() in _TITLES
