"""How a reply signs off: "Kind regards," and its like, names and posts, phones' own lines and legal footers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calmlint.pattern import Pattern
from calmlint.sentence import EMOJI, skip_emoji, word_set
from calmlint.source import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from calmlint.quotation import Line
    from calmlint.reply import Mark

SIGNATURE_LINES = 14
SIGN_OFF_LENGTH = 60
NAME_LENGTH = 80
NAME_WORDS = 6
SIGN_OFF_WORDS = 4
MOST_SAYINGS = 3  # lines of a signature that are whole sentences, such as a motto

# What a phrase such as "with my very best regards again, and thanks" is made of.
_WARMTH = word_set("my our very kind kindest warm warmest best many sincere all")
_REGARDS = word_set("regards wishes rgds thanks thx gratitude")
_MORE = ("again", "so much", "very much", "in advance", "kindly", "all")
_SIGN_OFFS = frozenset({
    "best", "all the best", "all my best", "cheers", "sincerely", "warmly", "cordially", "faithfully", "respectfully",
    "gratefully", "appreciatively", "yours", "yours sincerely", "yours faithfully", "yours truly", "yours respectfully",
    "yours ever", "sincerely yours", "very truly yours", "truly yours", "faithfully yours", "respectfully yours",
    "take care", "stay safe", "be well", "have a nice day", "have a great day", "have a good day", "have a lovely day",
    "have a wonderful day", "have a good one", "have a great one", "have a great weekend", "have a lovely weekend",
    "have a good evening", "talk soon", "speak soon", "until then", "until soon", "see you soon", "love", "xoxo",
    "signed",
    "ta", "onwards", "mit freundlichen grüßen", "mit besten grüßen", "mit herzlichen grüßen", "mit lieben grüßen",
    "viele grüße", "beste grüße", "liebe grüße", "freundliche grüße", "herzliche grüße", "schöne grüße", "gruß",
    "grüße",
    "mfg", "vg", "lg", "cordialement", "bien cordialement", "bien à vous", "bien à toi", "salutations",
    "meilleures salutations", "amicalement", "saludos", "un saludo", "saludos cordiales", "un cordial saludo",
    "atentamente", "atenciosamente", "abraço", "abraços", "cumprimentos", "saluti", "cordiali saluti",
    "distinti saluti",
    "groet", "groeten", "groetjes", "vriendelijke groet", "vriendelijke groeten", "hartelijke groet",
    "hartelijke groeten",
    "met vriendelijke groet", "met vriendelijke groeten", "met hartelijke groet", "mvg", "hilsen", "venlig hilsen",
    "med venlig hilsen", "vennlig hilsen", "med vennlig hilsen", "hälsningar", "vänliga hälsningar", "bästa hälsningar",
    "med vänlig hälsning", "med vänliga hälsningar", "vänlig hälsning", "mvh", "kh", "vh", "pozdrawiam", "z poważaniem",
    "s pozdravem", "terveisin", "ystävällisin terveisin", "с уважением",
})  # fmt: skip
_DEVICES = (
    "sent from my ", "sent from mail ", "sent from outlook", "sent from yahoo", "sent from a ", "sent via ",
    "sent with ",
    "get outlook for", "gesendet von ", "von meinem ", "envoyé de ", "envoyé depuis ", "envoyé à partir",
    "enviado desde ",
    "enviado do ", "enviado de ", "inviato da ", "verzonden vanaf ", "verzonden met ", "verzonden van ", "sendt fra ",
    "skickat från ", "wysłane z ", "lähetetty ",
)  # fmt: skip
_LEGAL_WORDS = (
    "confiden",
    "disclaimer",
    "privileged",
    "intended",
    "registered",
    "environment",
    "vertraulich",
    "enthält",
)
_LEGAL = Pattern(
    r"\W*(?:(?:legal )?disclaimer\b|confidentiality (?:notice|note)|privileged (?:and|&) confidential"
    r"|vertraulichkeitshinweis"
    r"|(?:this|the information (?:contained )?in this|the contents? of this) (?:e-?mail|message|communication)\b"
    r"[^.]{0,120}\b(?:confidential|intended|privileged)|please consider the environment"
    r"|registered (?:in|office|company)\b|diese e-?mail enthält|ce (?:message|courriel)[^.]{0,60}confidentiel"
    r"|este (?:mensaje|correo)[^.]{0,60}confidencial|if you are not the intended recipient)"
)
_FOOTERS = (
    "to unsubscribe", "unsubscribe", "you are receiving this", "you're receiving this", "you received this",
    "view this",
    "view in", "manage your", "manage preferences", "©", "copyright", "company no", "company number", "company reg",
    "vat no", "vat number", "vat reg", "ust-id", "amtsgericht", "geschäftsführer", "all rights reserved", "follow us",
    "find us", "connect with us", "rate this", "rate my", "rate our", "how did we", "how did i", "download our app",
    "ref:",
    "ref #", "ticket #", "ticket:", "case #", "case:", "tel ", "tel.", "tel:", "phone:", "mobile:", "fax:", "fax ",
    "mail:",
    "email:", "e-mail:", "web:", "t:", "e:", "w:", "m:", "p:",
)  # fmt: skip
_FOOTER_MARKS = "*_[#-–—|•> "
_DELIMITERS = ("--", "—", "__")
_POSTSCRIPT = ("ps:", "ps ", "ps.", "p.s", "ps -", "ps–", "(ps", "(p.s", "p. s.", "*ps", "**ps")
# Words of a sentence, which no name and no address holds.
_PLAIN_WORDS = word_set(
    "i i'm i've i'll we we're we've we'll you you're you'll your it it's is are was were has have had will would can"
    " could"
    " should please sorry not don't this that these if but because let get see do does did be been thank thanks apology"
    " apologies apologise apologize apologising apologizing no never must calm stop"
)
_WORD_MARKS = '.,!?:;()"“”*_'
_JOINING = word_set(
    "at of from the and de van der den von la le for & team support on behalf in y e et und du da di"
    " desk crew care service services bookings reception health office billing sales helpdesk returns refunds shop"
    " store"
    " department dept line department staff"
)
_CAPITALISED = r"[A-Z][\w'’]{0,20}"
_MONOGRAM = Pattern(
    rf"(?:(?<=\s)|(?<=[.!?…)\]{EMOJI}])|^)"
    rf"(?:\^ ?[A-Za-z]{{1,12}}\d?|[-–—~*/∞]{{1,2}} ?(?:[A-Z]{{1,3}}|{_CAPITALISED}(?: [A-Z][\w'’.]{{0,20}}){{0,3}})"
    rf"(?:,? (?:at|from|@) (?:the )?{_CAPITALISED}(?: {_CAPITALISED}){{0,2}})?(?:, [+(]?\d[\d ()+-]{{4,20}})?)[.!]?$"
)
_TEAM = Pattern(r"(?:Team|The|Your) [A-Z][\w'’&.-]{1,20}(?: [A-Z][\w'’&.-]{1,20}){0,3}[.!]?$")
_TAIL = 90


def find_signature(text: str, lines: Sequence[Line], atoms: Sequence[Mark]) -> Span | None:
    """Where a reply signs off, to its end or its postscript; `lines` are the agent's own, after the greeting."""
    bottom = len(lines)
    for index in range(len(lines) - 1, max(len(lines) - SIGNATURE_LINES, 0), -1):
        if lines[index].after_blank and _begins(text, lines[index], _POSTSCRIPT):
            bottom = index
    footer = next((index for index in range(1, bottom) if _starts_footer(text, lines, index, bottom)), bottom)
    if not footer:
        return None
    fields = {mark.span.start for mark in atoms}
    start = _signing_line(text, lines, footer, fields)
    if start is None:
        start = _bare_name(text, lines, footer, fields)
    begin = lines[start].start if start is not None and start < bottom else None
    above = start if start is not None else footer
    if above > 0:
        tail = _tail(text, lines[above - 1], {mark.span.end for mark in atoms})
        begin = tail if tail is not None and (tail > lines[0].start or above > 1) else begin
    if begin is None and footer < bottom:
        begin = lines[footer].start
    return Span(begin, lines[bottom - 1].end) if begin is not None else None


def _starts_footer(text: str, lines: Sequence[Line], index: int, bottom: int) -> bool:
    """Whether a delimiter, a phone's own line or a legal text begins here."""
    line = lines[index]
    words = text[line.start : min(line.end, line.start + 300)]
    if words in _DELIMITERS or words.strip("-_*— ") == "":
        return bottom - index <= SIGNATURE_LINES and _is_card(text, lines[index + 1 : bottom], words)
    lower = words.lower()
    if line.end - line.start <= SIGN_OFF_LENGTH and lower.startswith(("sent", *_DEVICES)):
        known = lower.startswith(_DEVICES) or (lower.startswith("sent from ") and words[10:11].isupper())
        return known and ("excuse" in lower or not _is_plain(words[len("sent from ") :]))
    return line.after_blank and _is_legal(lower)


def _begins(text: str, line: Line, phrases: tuple[str, ...]) -> bool:
    return text[line.start : min(line.end, line.start + 40)].lower().replace("’", "'").startswith(phrases)


def _is_legal(lower: str) -> bool:
    return any(word in lower for word in _LEGAL_WORDS) and _LEGAL.match(lower) is not None


def _is_footer(text: str, line: Line) -> bool:
    words = text[line.start : min(line.end, line.start + 300)].lower().replace("’", "'")
    return words.lstrip(_FOOTER_MARKS).startswith(_FOOTERS) or _is_legal(words)


def _is_plain(words: str) -> bool:
    """Whether a sentence speaks: it holds a word like "we" or "please"."""
    return any(
        word != "IT" and word.casefold().replace("’", "'") in _PLAIN_WORDS
        for word in (part.strip(_WORD_MARKS) for part in words.split())
    )


def _is_card(text: str, lines: Sequence[Line], rule: str) -> bool:
    """Whether the lines after a rule are a sender's card, and the rule no mere divider."""
    legal = next((at for at, line in enumerate(lines) if _is_legal(text[line.start : line.end].lower())), len(lines))
    sayings = sum(not _is_name_like(text, line, set()) for line in lines[:legal])
    if rule in _DELIMITERS:
        return sayings < MOST_SAYINGS
    if rule[0] in "_—":
        return bool(lines) and not sayings
    return bool(lines) and all(_is_footer(text, line) for line in lines[:legal])


def _signing_line(text: str, lines: Sequence[Line], footer: int, fields: set[int]) -> int | None:
    """The line of the sign-off, where nothing but names and the like follows it."""
    for index in range(footer - 1, max(footer - SIGNATURE_LINES, 0) - 1, -1):
        line = lines[index]
        words = text[line.start : line.end]
        names = footer - 1 - index
        apart = line.after_blank or index == 0 or text[lines[index - 1].end - 1] in ".!?,…)" or words[-1] == ","
        if apart and len(words) <= SIGN_OFF_LENGTH:
            known = is_sign_off(words)
            if known and (index or names):
                twice = index > 0 and is_sign_off(text[lines[index - 1].start : lines[index - 1].end][:SIGN_OFF_LENGTH])
                return index - twice
            short = words[-1] == "," and len(words.split()) <= SIGN_OFF_WORDS and not _is_plain(words)
            if short and names and index and line.after_blank:
                return index
        if not _is_name_like(text, line, fields):
            return None
    return None


def is_sign_off(words: str) -> bool:
    """Whether the words close a letter, such as "Kind regards," or "Best, Sam"."""
    rest = _after_sign_off(words)
    return rest is not None and (not rest or _is_name(rest))


def _after_sign_off(words: str) -> str | None:
    """What follows the words that close a letter, without marks and emoji; None where they do not close one."""
    if len(words) > NAME_LENGTH:
        return None
    parts = words.split()
    bare = [part.strip(".,!:;–—-").lower() for part in parts]
    count = _regards(bare)
    if not count:
        count = next((size for size in range(min(len(bare), 5), 0, -1) if " ".join(bare[:size]) in _SIGN_OFFS), 0)
    if not count:
        return None
    rest = " ".join(parts[count:]).lstrip(" ,.!–—-~^").rstrip(" .,!")
    if rest.startswith("from "):
        rest = rest.removeprefix("from ").removeprefix("us all").removeprefix("all of us").strip()
        rest = rest.removeprefix("at ").removeprefix("in ").removeprefix("the ")
    return rest[skip_emoji(rest, 0, len(rest)) :]


def _regards(bare: list[str]) -> int:
    """How many words say "(with) (kind) regards (again) (and thanks)"; 0 where they say something else."""
    at = 1 if bare[:1] == ["with"] else 0
    while at < len(bare) and bare[at] in _WARMTH:
        at += 1
    if bare[at : at + 1] and bare[at] in _REGARDS:
        at += 1
    elif bare[at : at + 2] in (["thank", "you"], ["thank", "u"]):
        at += 2
    else:
        return 0
    for more in _MORE:
        if " ".join(bare[at : at + 2]).startswith(more):
            at += len(more.split())
            break
    joined = at + 1 if bare[at : at + 1] in (["&"], ["and"]) else at
    again = _regards(bare[joined:]) if joined < len(bare) else 0
    return joined + again if again else at


def _is_name(words: str) -> bool:
    """Whether every word is capitalised, as in "Owen Teague" or "Freya at Saltwater Roasters"."""
    parts = words.replace(",", " ").split()
    if not parts or len(parts) > NAME_WORDS or _is_plain(words) or words[-1] in ".!?:;,":
        return False
    if sum(len(part) > 3 and part.isupper() for part in parts) > 1:  # noqa: PLR2004 - shouting, not initials
        return False
    return parts[0][0].isupper() and all(
        (part[0].isupper() and not any(character.isdigit() for character in part)) or part.casefold() in _JOINING
        for part in parts
    )


def _is_name_like(text: str, line: Line, fields: set[int]) -> bool:
    """Whether a line may stand in a signature: a name, a post, a company, an address, a number, a template's field."""
    if line.start in fields or _is_footer(text, line):
        return line.end - line.start <= 2 * NAME_LENGTH
    if line.end - line.start > NAME_LENGTH or text[line.end - 1] in "?:":
        return False
    words = text[line.start : line.end]
    return not _is_plain(words)


def _bare_name(text: str, lines: Sequence[Line], footer: int, fields: set[int]) -> int | None:
    """The first line of a name, or name and post, that closes the reply without a sign-off."""
    found: int | None = None
    for index in range(footer - 1, max(footer - SIGNATURE_LINES, 1) - 1, -1):
        line = lines[index]
        words = text[line.start : line.end]
        above = lines[index - 1]
        ends = text[above.end - 1]
        dashed = words.lstrip("-–—~^*/∞ ")
        closes = ends == "," and above.after_blank and above.end - above.start <= SIGN_OFF_LENGTH
        if (
            closes
            and words.lstrip("(")[:1].isupper()
            and len(words.split()) <= NAME_WORDS
            and _is_name_like(text, line, fields)
        ):
            return index
        if _is_name(dashed) and ends != ":" and (line.after_blank or ends in ".!?,…)" or not ends.isascii()):
            found = index
            if line.after_blank:
                break
        elif not _is_name_like(text, line, fields) or line.after_blank:
            break
    return found


def _tail(text: str, line: Line, links: set[int]) -> int | None:
    """Where a sign-off within the last line begins: "^JL", "- Sam", "Team Acme.", "Thanks, Sam"."""
    begin = max(line.start, line.end - _TAIL)
    tail = text[begin : line.end]
    marked = any(sign in tail for sign in "^~∞–—*/") or " -" in tail or ".-" in tail or tail[0] == "-"
    match = _MONOGRAM.search(text, begin, line.end) if marked else None
    if match:
        name = match[0].strip("-–—~*/∞ .!")
        bare = text[line.start : match.start()].rstrip()
        before = bare[-1:]
        closed = before in tuple(".!?…)") or line.start + len(bare) in links or not before.isascii()
        if closed or match[0][0] == "^" or (name.isupper() and before) or (not before and match[0][0] in "-–—~∞"):
            return match.start()
    for at in range(begin, line.end - 1):
        if text[at + 1].isspace() and (text[at] in ".!?…)" or not text[at].isascii()):
            words = text[at + 1 : line.end].lstrip()
            team = words.startswith(("Team ", "The ", "Your ")) and _TEAM.match(words)
            if team or (is_sign_off(words) and _after_sign_off(words)):
                return line.end - len(words)
    return None
