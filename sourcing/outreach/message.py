"""Parses a message into sentences, quotations, numbers and links, and compares them with stored
facts.

`checks` decides about the differences.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from sourcing.core.text import fold
from sourcing.outreach.answers import AnsweredProblem

#: The line above the notice, which names the source and the way to object.
NOTICE = "\n--\n"

_URL = re.compile(r"https?://[^\s<>\"'”)\]]+[^\s<>\"'”)\].,;:!?]", re.IGNORECASE)
#: Other spellings of a link: another scheme, `www.`, a bare host with a common ending.
_OTHER_LINK = re.compile(
    r"(?:h[tx]{2}ps?|ftp)\s?:\s?[/\\]{1,2}\s?\S+|\bwww\.\S+|"
    r"(?<![\w@./-])(?:[\w-]+\.)+(?:com|org|net|io|dev|ai|co|app|me|ly|gg|info|biz|xyz|eu|de|uk|us|"
    r"ru|cn|jp|fr|nl|ch|at|it|es|pl|in|br|ca|au|tech|cloud|online|site|shop|link|page|jobs|example|"
    r"test)\b(?!\()(?:[:/?#][^\s<>\"”)\]]*)?",
    re.IGNORECASE,
)
_QUOTED = re.compile(r'"([^"\n]*)"|“([^”\n]*)”|„([^“”\n]*)[“”]|«([^»\n]*)»')
#: Each figure with its decimals, without sign and unit.
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
WORD = re.compile(r"[^\W\d_][\w'’-]*")


def text_hash(subject: str, body: str) -> str:
    """A hash of a draft's text, equal for texts that differ only in spaces at line ends."""
    plain = "\n".join(line.rstrip() for line in f"{subject}\n{body}".strip().splitlines())
    return hashlib.sha256(plain.encode("utf-8", "replace")).hexdigest()[:16]


#: Invisible characters: a link can hide behind them.
_INVISIBLE: dict[int, str | None] = dict.fromkeys([0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF])
_INVISIBLE |= {0x3002: ".", 0xFF61: ".", 0x2024: "."}  # other full stops


@dataclass(frozen=True, slots=True)
class CitedWork:
    """The stored cited work: a message may state nothing else about it."""

    kind: str
    title: str
    place: str
    number: int | None
    at: str
    url: str
    texts: tuple[str, ...] = ()
    #: Remarks that the person wrote in its discussion.
    remarks: tuple[str, ...] = ()
    part: str = "author"
    writers: int = 1
    assisted: bool = False  # written with a coding agent
    withdrawn: bool = False


@dataclass(frozen=True)
class Message:
    """A message to a person, the work it cites, and the sender's own words it may use.

    `ours` are the texts of the opening and the config, `called` the names of the person, `first`
    the name in the greeting.
    """

    subject: str
    body: str
    called: tuple[str, ...]
    work: CitedWork
    ours: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    #: The sentences in which a message words each problem.
    worded: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: True if the problems are an opening's, and not one text about everything.
    specific: bool = True
    #: The fit of the cited work with each related problem.
    answers: Mapping[str, AnsweredProblem] = field(default_factory=dict)
    first: str = ""
    sender: tuple[str, str] = ("", "")
    facts: dict[str, str] = field(default_factory=dict)
    short: bool = False

    @cached_property
    def words(self) -> str:
        """The text before the notice."""
        return self.body.partition(NOTICE)[0].strip()

    @cached_property
    def notice(self) -> str:
        """The notice."""
        return self.body.partition(NOTICE)[2].strip()

    @cached_property
    def links(self) -> list[str]:
        """Every link before the notice, in any spelling; the notice's own link does not count."""
        text = unicodedata.normalize("NFKC", self.words).translate(_INVISIBLE)
        found = [url for url in _URL.findall(text) if url != self.facts.get("notice_url")]
        ours = " ".join(self.ours).casefold()
        other = (spelt.rstrip(".,;:!?") for spelt in _OTHER_LINK.findall(_URL.sub(" ", text)))
        return found + [spelt for spelt in other if spelt.casefold() not in ours]

    @cached_property
    def quoted(self) -> list[str]:
        """Words in quotation marks."""
        found = ("".join(groups) for groups in _QUOTED.findall(self.words))
        return [words for words in found if words]

    @cached_property
    def unquoted(self) -> str:
        """The sender's own words: the message without quotations and links."""
        return _QUOTED.sub(" ", _URL.sub(" ", self.words))

    @cached_property
    def sayings(self) -> list[str]:
        """The sender's sentences, without greeting and signature."""
        return [s for s in _sentences(self.unquoted) if not self._is_frame(s)]

    @cached_property
    def about_you(self) -> list[str]:
        """The sentences about the person or the person's work."""
        ground = {fold(self.work.place), fold(self.work.place.rpartition("/")[2])} - {""}
        return [
            s
            for s in self.sayings
            if not self._is_ours(s)
            and (_ABOUT.search(s) or any(name in fold(s) for name in ground))
        ]

    @cached_property
    def stated(self) -> str:
        """The stored texts of the cited work, as one text."""
        g = self.work
        number = f"#{g.number}" if g.number else ""
        return "\n".join([g.title, g.place, number, g.url, *g.texts])

    @cached_property
    def _our_words(self) -> str:
        return fold(" ".join(self.ours))

    def _is_ours(self, sentence: str) -> bool:
        return bool(fold(sentence)) and fold(sentence) in self._our_words

    def _is_frame(self, sentence: str) -> bool:
        statement = fold(sentence)
        names = {fold(name) for name in (*self.called, self.first)} - {""}
        greeting = len(sentence.split()) <= 6 and any(map(statement.endswith, names))
        return statement in {"", "hello", fold(self.sender[0])} or greeting

    # -- unproven claims ----------------------------------------------------------

    def unproven_quotes(self) -> list[str]:
        """Quotations that are not in the cited work and not in the opening."""
        stored = _plain(self.stated) + "\n" + _plain(" ".join(self.ours))
        return [words for words in self.quoted if _plain(words.rstrip("….")) not in stored]

    def unproven_numbers(self) -> list[str]:
        """Figures of the message that no stored text contains."""
        known = set(_NUMBER.findall(self.stated)) | set(_NUMBER.findall(" ".join(self.ours)))
        year, month, day = self.work.at[:10].split("-")
        known |= {year, month, day, day.lstrip("0"), month.lstrip("0")}
        statement = _NUMBER.findall(_URL.sub(" ", f"{self.subject}\n{self.words}"))
        return [number for number in dict.fromkeys(statement) if number not in known]

    def wrong_dates(self) -> list[str]:
        """Dates other than the day of the cited work."""
        ours = " ".join(self.ours)
        return [
            found[0]
            for found in _DATE.finditer(self.unquoted)
            if not _same_day(found, self.work.at) and found[0] not in ours
        ]

    def unproven_words(self, sentence: str, neutral: re.Pattern[str]) -> list[str]:
        """Words of a sentence that are not stored and not common."""
        known = {stem(w) for w in WORD.findall(f"{self.stated} {' '.join(self.ours)}")}
        known |= {stem(w) for name in (*self.called, self.first) for w in WORD.findall(name)}
        statement = (w for w in WORD.findall(_DATE.sub(" ", sentence)) if len(w) > 2)
        return [w for w in statement if not neutral.fullmatch(w.lower()) and stem(w) not in known]

    @cached_property
    def folded(self) -> str:
        """The stored facts about the cited work, for comparison."""
        return fold(self.stated)

    @cached_property
    def telling_quotes(self) -> tuple[str, ...]:
        """Quotations of more than two words, for comparison."""
        return tuple(fold(q) for q in self.quoted if len(q.split()) > 2)

    # -- the swap -----------------------------------------------------------------------------

    def swapped(self, other: Message) -> Message:
        """This message with the name and project of the other one."""
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
        """Runs of three words in the sentences about the person and the work, with quotations."""
        statement = _URL.sub(" ", self.words)
        for ours in sorted(self.ours, key=len, reverse=True):
            statement = statement.replace(ours, " ") if len(ours.split()) > 2 else statement
        places = (self.work.place, self.work.place.rpartition("/")[2])
        telling = [
            line
            for line in statement.splitlines()
            if _ABOUT.search(line) or _QUOTED.search(line) or any(p and p in line for p in places)
        ]
        words = [fold(w) for line in telling for w in line.split()]
        return {tuple(words[i : i + 3]) for i in range(max(len(words) - 2, 0))}


def _sentences(text: str) -> Iterator[str]:
    for line in text.splitlines():
        yield from filter(None, (part.strip() for part in _SENTENCE.split(line)))


def _plain(text: str) -> str:
    """Text for the comparison of quotations: only line ends and quotation marks are normalised."""
    text = unicodedata.normalize("NFC", text).replace("’", "'").replace("‘", "'")
    return " ".join(re.sub(r"[\"“”„«»]", "'", text).split())


def _same_day(found: re.Match[str], at: str) -> bool:
    if found["iso"]:
        return found["iso"] == at[:10]
    month = _MONTHS.index(found["month"].lower()) + 1
    same = (found["year"], f"{month:02}") == (at[:4], at[5:7])
    return same and (found["day"] is None or int(found["day"]) == int(at[8:10]))


def stem(word: str) -> str:
    """A word without the most common English endings, so that "freed" matches "frees"."""
    word = fold(word)
    for ending in ("ings", "ing", "ers", "ies", "ied", "ed", "es", "er", "ly", "s", "e", "y"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word.removesuffix(ending)
    return word
