"""One line about a change for somebody without code, out of its title's own words.

The verb is told in the past, code is left out, hard words are said plainly or explained in
brackets (plain.toml). Where a title is mostly code, the title of the issue it closed stands for it,
or only the kind of work: it says less rather than something wrong, and never a number or a name
that its author did not write.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from scoring.verbs import vocabulary
from sourcing.core.model import Kind, Work

#: Longest line, in characters, and how many hard words are explained in it.
LIMIT, _GLOSSES = 150, 2

_NUMBER = re.compile(r"\s*(?:[-–] )?[(\[]?(?<!\w)(?:[Ii]ssue )?(?:#\d+|[A-Z]{2,}-\d+)\b[)\]]?:?")
_COUNT = re.compile(r"^\d+ - ")
_TAGS = re.compile(r"^(?:[&@][\w-]+[,:]?\s|[^\w`\"'(]*\[[^\]]*\]\s*:?|[^\w`\"'(\[]+|:\w+:)\s*")
_PREFIX = re.compile(
    r"(?i)^\(?(?:bug[ -](?=fix))?([A-Za-z]+)(?:/[A-Za-z]+)?\)?(?:\(([^)]*)\))?!?:"
    r"(?:\s+|(?<=fix:|eat:)(?=\w))"
)
_BRACKETS = re.compile(r"\s*[(\[{][^()\[\]{}]*[)\]}]")
#: Where code went and left a hole: "when is passed", "if the is empty".
_HOLE = re.compile(
    r"\b(?:the|an?|when|if|to|of|in|by|with|from|for) "
    r"(?:is|are|was|were|has|and|or|of|in|by|when|if|while|does|for|from|with)\b",
    re.IGNORECASE,
)
#: "BUG: pool.lease: fix a crash": a second place before the deed.
_AREA = re.compile(r"(?!\d)([\w./-]{2,40}): (?=([A-Za-z-]+)\s)")
#: Signs that compare: the number behind is as little prose as they are.
_COMPARES = re.compile(r"[<>=!]=?|==")
_EDGES = re.compile(r"^([\"'(]*)(.*?)([\"').,;:!?]*)$", re.DOTALL)
_BACKTICKS = re.compile(r"`+([^`]*)`+")
#: Code by its looks: joined by signs, a capital inside, a flag, a call, a path, a file.
_CODE = re.compile(
    r"--?\w|.*(?:[_=<>{}\[\]@#$\\|~^*]|::|\(\)|\w/\w.*/|\w\.[A-Za-z_]|/\w)|/|"
    r".*[a-z][A-Z]|[A-Z]{2,}[a-z]{2,}[A-Z]|[a-z]+\d+[a-z]+\d*$|[0-9a-f]{7,}$"
)
_PLACE = re.compile(r"[a-z]{3,}(?:[ -][a-z]+)*")
_MERGE = re.compile(r"merge (?:pull request|branch|remote)", re.IGNORECASE)
_PLAIN = re.compile(r"[A-Z]?[a-z]+\Z|[A-Z]+s?\Z")
_FAILURE = re.compile(r"(?:\w+\.)*[A-Z]\w*(?:Error|Exception)s?$")
_NAME = re.compile(r"-{0,2}[A-Za-z_][\w./-]{1,29}\Z")
_ARTICLE = re.compile(r"\ba (?=(?!u[sn]i|use|eu|one)[aeiou])", re.IGNORECASE)
_DENIED = re.compile(r"(?:do not|don['’]t|never) ([a-z]{3,}\b.*)", re.IGNORECASE)
_AND = {"and", "or", "&", "/", ",", "+"}
#: Work on how the software is made, by which it behaves as before.
_WAYS = {"testing", "delivery", "tooling", "docs", "chore"}
#: Prefixes after which the program behaves otherwise than before.
_CHANGES = {"fix", "feat", "feature", "perf", "bug", "bugfix", "hotfix"}


def plain(title: str, work: Work, form: Kind = "merged_pr", closes: Sequence[str] = ()) -> str:
    """The line: lower case, no full stop."""
    if form in ("post", "talk"):
        return f"{'wrote' if form == 'post' else 'spoke on'} “{title}”"
    said = _line(title, work)
    if said is None:
        issue = next((issue for issue in closes if _readable(issue)), None)
        scope = _stripped(title)[2]
        where = f", in {scope}" if _PLACE.fullmatch(scope) else ""
        said = vocabulary()["kinds"][work] + (f", for the report “{issue}”" if issue else where)
    return f"reviewed: {said}" if form == "review" else said


def _line(title: str, work: Work) -> str | None:
    """The title in plain words, or None where too little of it is no code."""
    text, prefix, scope = _stripped(title)
    if _MERGE.match(text):
        return None
    marked = _marked(text)
    tokens = _without_code(marked)
    cut = tokens is not None and len(tokens) < len(marked)
    if tokens is None or len(tokens) < 2 or (cut and _is_torn(tokens)):
        return None
    said = _opened(tokens, prefix, scope, work)
    said = _glossed(_article(_said(said)))
    said = _ARTICLE.sub("an ", said).replace(" :", ":").strip(" .,;:-–—")
    return _shortened(said)


def _is_torn(tokens: list[str]) -> bool:
    """Whether what is left without code says no more, or something else."""
    left, last = " ".join(tokens), tokens[-1].lower()
    table = vocabulary()
    telling = last in table["says"] or last in table["words"]["counted"] or "“" in left
    return _HOLE.search(left) is not None or (len(tokens) == 2 and not telling)


def _stripped(title: str) -> tuple[str, str, str]:
    """The title without numbers, tags, prefix and brackets; its prefix and scope."""
    text = _NUMBER.sub("", title.strip())
    while (rest := _TAGS.sub("", text)) != text:
        text = rest
    prefix = scope = ""
    if found := _PREFIX.match(text):
        prefix, scope = found[1].lower(), found[2] or ""
        text = text[found.end() :]
    if (found := _AREA.match(text)) and found[2].lower() in vocabulary()["deeds"]:
        scope, text = scope or found[1], text[found.end() :]
    text = _BRACKETS.sub("", _COUNT.sub("", text))
    return text.strip(" :-–—"), prefix, scope


def _readable(issue: str) -> bool:
    """Whether a title may be quoted as it is."""
    return len(issue.split()) > 2 and not any(code for _, code in _marked(_stripped(issue)[0]))


def _marked(text: str) -> list[tuple[str, bool]]:
    """The words, each with whether it is code."""
    tokens = []
    for word in _BACKTICKS.sub(lambda found: _fenced(found[1]), text).split():
        bare = _EDGES.sub(r"\2", word.replace("\x00", " "))
        if _FAILURE.match(bare):
            tokens.append((word.replace(bare, "error"), False))
        else:
            compared = bool(tokens) and _COMPARES.fullmatch(tokens[-1][0]) is not None
            tokens.append((word, "\x00" in word or compared or _is_code(bare)))
    return tokens


def _fenced(code: str) -> str:
    """What stands in backticks: a plain word is a word, all else is one piece of code."""
    return code if re.fullmatch(r"[a-z]+|[A-Z][a-z]+", code) else "\x00" + "\x00".join(code.split())


def _is_code(word: str) -> bool:
    names = vocabulary()["words"]["names"]
    parts = re.split(r"[/-]", word)
    if word in names or all(part in names or _PLAIN.match(part) for part in parts):
        return False
    return _CODE.match(word) is not None


def _without_code(marked: list[tuple[str, bool]]) -> list[str] | None:
    """The words with code left out; None where too little is left.

    Before a noun it goes alone ("the `abc` option"), after a preposition with it ("in abc.py").
    What a verb is about is named in quotes, once; a clause that needs more of it goes as a whole.
    """
    kept: list[str] = []
    named = cut = False
    for run in _runs(marked):
        if not run.code:
            cut = cut and run.words[0].lower() not in vocabulary()["words"]["clauses"]
            kept += [] if cut else run.words
        elif cut or run.modifies or _drop_place(kept):
            continue
        elif not named and (name := run.name):
            kept.append(f"“{name}”" + run.words[0][-1] * (run.words[0][-1] in ":,;"))
            named = True
        elif _names_a_noun(kept):
            continue
        elif not (cut := _drop_clause(kept)):
            return None
    words = vocabulary()["words"]
    while (
        len(kept) < len(marked)
        and kept
        and kept[-1].lower() in words["joins"] | words["places"] | words["articles"]
    ):
        kept.pop()
    return kept


class _Run(NamedTuple):
    """Words, or pieces of code that stand together; `modifies`: a noun follows."""

    words: list[str]
    code: bool
    modifies: bool

    @property
    def name(self) -> str | None:
        """The piece of code, if it is one short name."""
        bare = _EDGES.sub(r"\2", self.words[0]).strip("\x00")
        return bare if len(self.words) == 1 and _NAME.match(bare) else None


def _runs(marked: list[tuple[str, bool]]) -> Iterator[_Run]:
    """One run a word; "a_b, c_d and e_f" are one."""
    words = vocabulary()["words"]
    small = words["places"] | words["joins"]
    pending: list[str] = []
    for at, (word, code) in enumerate(marked):
        follows, more = marked[at + 1] if at + 1 < len(marked) else ("", False)
        if code:
            pending.append(word)
            noun = follows and word[-1] not in ".,;:" and follows.lower() not in small
            if not more and not (follows in _AND and marked[at + 2 : at + 3] and marked[at + 2][1]):
                yield _Run(pending, code=True, modifies=bool(noun and follows[0].isalnum()))
                pending = []
        elif not (pending and word in _AND):
            yield _Run([word], code=False, modifies=False)


def _names_a_noun(kept: list[str]) -> bool:
    """Whether code only names what was just said ("the flags --a and --b")."""
    last = kept[-1].lower() if kept else ""
    acts = last.endswith("ing") or last in vocabulary()["deeds"] or "to" in kept[-2:-1]
    return len(kept) > 1 and not acts


def _drop_place(kept: list[str]) -> bool:
    """Take back "in the", if that is what stands before."""
    words = vocabulary()["words"]
    at = len(kept)
    while at and kept[at - 1].lower() in words["articles"]:
        at -= 1
    if at and kept[at - 1].lower() in words["places"]:
        del kept[at - 1 :]
        return True
    return False


def _drop_clause(kept: list[str]) -> bool:
    """Take back the clause that was begun."""
    words = vocabulary()["words"]
    for at in range(len(kept) - 1, 1, -1):
        if kept[at].lower() in words["joins"] | words["places"]:
            del kept[at:]
            return True
    return False


def _opened(tokens: list[str], prefix: str, scope: str, work: Work) -> str:
    """The title with its verb in the past, or after what it is."""
    words = vocabulary()
    who = scope if scope in words["words"]["actors"] else "software"
    if (denied := _DENIED.match(" ".join(tokens))) and work not in _WAYS:
        return f"made the {who} not {denied[1]}"
    at = 1 if tokens[0].lower().endswith("ly") and len(tokens) > 2 else 0
    verb, rest = tokens[at].lower(), _too(tokens[at + 1 :])
    how = f"{tokens[0].lower()} " if at else ""
    after = tokens[at + 1].lower() if at + 1 < len(tokens) else ""
    loose = words["verbs"]["loose"]
    noun = after in words["words"]["places"] and verb.endswith("s")
    sure = after.endswith("s") or after in words["words"]["articles"]
    if not noun and work not in _WAYS and (does := words["does"].get(verb)):
        if sure or does in words["verbs"]["behaves"]:
            return f"made the {who} {how}{does} {' '.join(tokens[at + 1 :])}"
    elif not noun and verb in words["past"] and not (verb in loose and prefix in _CHANGES):
        return f"{how}{words['past'][verb]} {rest}"
    head = words["prefixes"].get(prefix) or words["kinds"][work]
    first = tokens[0]
    if first[:1].isupper() and first[1:].islower():
        tokens = [first.lower(), *tokens[1:]]
    return f"{head}: {' '.join(tokens)}"


def _too(tokens: list[str]) -> str:
    """A second deed is told in the past as the first is: "and add safeguards"."""
    words = vocabulary()
    done = set(words["verbs"]["done"]) - set(words["verbs"]["nouns"])
    told = [
        words["past"][word] if before == "and" and word in done else word
        for before, word in pairwise(["", *tokens])
    ]
    return " ".join(told)


def _said(line: str) -> str:
    """Hard words as everybody says them."""
    pattern, says = _pattern("says")
    return pattern.sub(lambda found: says[found[0].lower()], line)


def _glossed(line: str) -> str:
    """Hard words explained where they first stand."""
    pattern, glosses = _pattern("glosses")
    told: list[str] = []

    def explain(found: re.Match[str]) -> str:
        gloss = glosses[found[0].lower()]
        if len(told) == _GLOSSES or gloss in told:
            return found[0]
        told.append(gloss)
        return f"{found[0]} ({gloss})"

    return pattern.sub(explain, line)


@lru_cache(maxsize=2)
def _pattern(table: str) -> tuple[re.Pattern[str], dict[str, str]]:
    entries: dict[str, str] = vocabulary()[table]
    longest = sorted(entries, key=lambda entry: (-len(entry), entry))
    joined = "|".join(map(re.escape, longest))
    return re.compile(rf"(?<![\w./-])(?:{joined})(?![\w/-])", re.IGNORECASE), entries


def _article(line: str) -> str:
    """`fixed crash when` is said as `fixed a crash when`."""
    words = vocabulary()["words"]
    counted = "|".join(sorted(words["counted"], key=len, reverse=True))
    small = "|".join(sorted(words["places"] | words["joins"] - {"and", "or"}))
    return re.sub(rf"^(\w+ed|made sure) ({counted})(?= (?:{small})\b|$)", r"\1 a \2", line)


def _shortened(line: str) -> str:
    if len(line) <= LIMIT:
        return line
    return line[: LIMIT - 1].rpartition(" ")[0].rstrip(" ,;:(") + "…"
