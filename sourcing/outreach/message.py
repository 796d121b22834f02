"""A message taken apart: its sentences, quoted words, numbers and links, and what they may rest on.

It reads and compares words; what follows from a difference is for `checks` to say.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from sourcing.core.text import fold

#: The line under which the source and the way to object stand.
NOTICE = "\n--\n"

_URL = re.compile(r"https?://[^\s<>\"'”)\]]+[^\s<>\"'”)\].,;:!?]")
_QUOTED = re.compile(r'"([^"\n]*)"|“([^”\n]*)”|„([^“”\n]*)[“”]|«([^»\n]*)»')
#: Each figure with its decimals; a sign or unit says nothing about whether it was ever written.
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_SENTENCE = re.compile(r"(?<=[.!?])[\"”»)]*\s+")
_ABOUT = re.compile(r"\b(?:you|your|yours|you're|you've|you'd|yourself)\b", re.IGNORECASE)
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_DATE = re.compile(
    rf"\b(?:(?P<iso>\d{{4}}-\d\d-\d\d)|(?:(?P<day>\d{{1,2}})\.? )?(?P<month>{'|'.join(_MONTHS)})"
    r",? (?P<year>\d{4}))\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_][\w'’-]*")


def text_hash(subject: str, body: str) -> str:
    """A hash of a draft's text, equal for texts that differ only in spaces at line ends."""
    plain = "\n".join(line.rstrip() for line in f"{subject}\n{body}".strip().splitlines())
    return hashlib.sha256(plain.encode("utf-8", "replace")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class CitedWork:
    """The cited work as it is stored: all that may be said of it."""

    kind: str
    title: str
    place: str
    number: int | None
    at: str
    url: str
    texts: tuple[str, ...] = ()
    part: str = "author"
    writers: int = 1
    withdrawn: bool = False


@dataclass(frozen=True)
class Message:
    """A message to somebody, the work it cites, and the sender's own words it may use.

    `ours` are the texts of the opening and the config; `problems` those of them that say what is
    hard here; `called` how the person is known; `first` how the greeting calls them.
    """

    subject: str
    body: str
    called: tuple[str, ...]
    work: CitedWork
    ours: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    first: str = ""
    sender: tuple[str, str] = ("", "")
    facts: dict[str, str] = field(default_factory=dict)
    short: bool = False

    @cached_property
    def words(self) -> str:
        """What stands before the notice."""
        return self.body.partition(NOTICE)[0].strip()

    @cached_property
    def notice(self) -> str:
        """What stands below the line."""
        return self.body.partition(NOTICE)[2].strip()

    @cached_property
    def links(self) -> list[str]:
        """Every web address before the notice; a short note has no room but for the notice's."""
        return [url for url in _URL.findall(self.words) if url != self.facts.get("notice_url")]

    @cached_property
    def quoted(self) -> list[str]:
        """Words in quotation marks."""
        found = ("".join(groups) for groups in _QUOTED.findall(self.words))
        return [words for words in found if words]

    @cached_property
    def unquoted(self) -> str:
        """The message without quoted words and addresses: what the sender says."""
        return _QUOTED.sub(" ", _URL.sub(" ", self.words))

    @cached_property
    def sayings(self) -> list[str]:
        """The sentences the sender says, without greeting, signature and what is only ours."""
        return [s for s in _sentences(self.unquoted) if not self._is_frame(s)]

    @cached_property
    def about_you(self) -> list[str]:
        """The sentences that say something of the person or the person's work."""
        ground = {fold(self.work.place), fold(self.work.place.rpartition("/")[2])} - {""}
        return [
            s
            for s in self.sayings
            if not self._is_ours(s)
            and (_ABOUT.search(s) or any(name in fold(s) for name in ground))
        ]

    @cached_property
    def stated(self) -> str:
        """All of what is stored about the cited work, as one text."""
        g = self.work
        number = f"#{g.number}" if g.number else ""
        return "\n".join([g.title, g.place, number, g.url, *g.texts])

    @cached_property
    def _our_words(self) -> str:
        return fold(" ".join(self.ours))

    def _is_ours(self, sentence: str) -> bool:
        return bool(fold(sentence)) and fold(sentence) in self._our_words

    def _is_frame(self, sentence: str) -> bool:
        said = fold(sentence)
        names = {fold(name) for name in (*self.called, self.first)} - {""}
        greeting = len(sentence.split()) <= 6 and any(map(said.endswith, names))
        return not said or said == fold(self.sender[0]) or greeting

    # -- what has nothing to rest on ----------------------------------------------------------

    def unproven_quotes(self) -> list[str]:
        """Quoted words that stand neither in the cited work nor in the opening."""
        stored = _plain(self.stated) + "\n" + _plain(" ".join(self.ours))
        return [words for words in self.quoted if _plain(words.rstrip("….")) not in stored]

    def unproven_numbers(self) -> list[str]:
        """Figures, in the whole message, that nothing stored holds."""
        known = set(_NUMBER.findall(self.stated)) | set(_NUMBER.findall(" ".join(self.ours)))
        year, month, day = self.work.at[:10].split("-")
        known |= {year, month, day, day.lstrip("0"), month.lstrip("0")}
        said = _NUMBER.findall(_URL.sub(" ", f"{self.subject}\n{self.words}"))
        return [number for number in dict.fromkeys(said) if number not in known]

    def wrong_dates(self) -> list[str]:
        """Dates that are said and are not the day of the cited work."""
        ours = " ".join(self.ours)
        return [
            found[0]
            for found in _DATE.finditer(self.unquoted)
            if not _same_day(found, self.work.at) and found[0] not in ours
        ]

    def unproven_words(self, sentence: str, neutral: re.Pattern[str]) -> list[str]:
        """Words of a sentence that neither what is stored nor plain speech explains."""
        known = {_stem(w) for w in _WORD.findall(f"{self.stated} {' '.join(self.ours)}")}
        known |= {_stem(w) for name in (*self.called, self.first) for w in _WORD.findall(name)}
        said = (w for w in _WORD.findall(_DATE.sub(" ", sentence)) if len(w) > 2)
        return [w for w in said if not neutral.fullmatch(w.lower()) and _stem(w) not in known]

    # -- the swap -----------------------------------------------------------------------------

    def swapped(self, other: Message) -> Message:
        """This message with the other's name and project put in place of its own."""
        mine, theirs = self.work, other.work
        pairs = [
            (mine.url, theirs.url),
            (mine.place, theirs.place),
            (mine.place.rpartition("/")[2], theirs.place.rpartition("/")[2]),
            (f"#{mine.number}", f"#{theirs.number}"),
            *zip(self.called, other.called, strict=False),
            (self.first, other.first),
        ]
        body = self.body
        for old, new in pairs:
            body = body.replace(old, new) if old and old != "#None" else body
        for found in _DATE.finditer(body):
            if _same_day(found, mine.at):
                body = body.replace(found[0], theirs.at[:10])
        return replace(
            self, body=body, work=theirs, called=other.called, first=other.first, subject=""
        )

    def fingerprint(self) -> set[tuple[str, ...]]:
        """Runs of words in what is said of the person and the work, quotations included."""
        said = _URL.sub(" ", self.words)
        for ours in sorted(self.ours, key=len, reverse=True):
            said = said.replace(ours, " ") if len(ours.split()) > 2 else said
        places = (self.work.place, self.work.place.rpartition("/")[2])
        telling = [
            line
            for line in said.splitlines()
            if _ABOUT.search(line) or _QUOTED.search(line) or any(p and p in line for p in places)
        ]
        words = [fold(w) for line in telling for w in line.split()]
        return {tuple(words[i : i + 3]) for i in range(max(len(words) - 2, 0))}


def _sentences(text: str) -> Iterator[str]:
    for line in text.splitlines():
        yield from filter(None, (part.strip() for part in _SENTENCE.split(line)))


def _plain(text: str) -> str:
    """Text as quotations are compared: letter for letter but for line ends and kinds of marks."""
    text = unicodedata.normalize("NFC", text).replace("’", "'").replace("‘", "'")
    return " ".join(re.sub(r"[\"“”„«»]", "'", text).split())


def _same_day(found: re.Match[str], at: str) -> bool:
    if found["iso"]:
        return found["iso"] == at[:10]
    month = _MONTHS.index(found["month"].lower()) + 1
    same = (found["year"], f"{month:02}") == (at[:4], at[5:7])
    return same and (found["day"] is None or int(found["day"]) == int(at[8:10]))


def _stem(word: str) -> str:
    """A word without the commonest endings of English, so that "freed" is found in "frees"."""
    word = fold(word)
    for ending in ("ings", "ing", "ers", "ies", "ied", "ed", "es", "er", "ly", "s", "e", "y"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word.removesuffix(ending)
    return word


def common(texts: Sequence[str], others: Sequence[str], *plain: re.Pattern[str]) -> set[str]:
    """Telling words that both hold, by their stems; `plain` are words that tell nothing."""

    def telling(found: Sequence[str]) -> set[str]:
        words = (w for w in _WORD.findall(" ".join(found)) if len(w) > 3)
        return {_stem(w) for w in words if not any(p.fullmatch(w.lower()) for p in plain)}

    return telling(texts) & telling(others)
