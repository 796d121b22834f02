"""Everything that may go wrong on purpose, grouped by what the user can do about it.

    SourcingError               one line for the user, never a traceback
    ├── ConfigError             mend the config or the command line    exit 2
    ├── SourceError             one Source failed; the others go on    exit 1
    │   ├── ParseError          it answered something unreadable
    │   ├── ClockError          this machine's clock is wrong
    │   └── GoneError           it is not there any more               exit 0 once known
    ├── StoreError              the database cannot be used            exit 3
    ├── LockedError             another crawl holds the lock           exit 4
    └── DraftError              no honest draft can be made            exit 1

Foreign exceptions are translated where they enter. Only the command line and the pages catch these.
"""


class SourcingError(Exception):
    """Base of all errors that are told to the user in one line."""

    status = 1


class ConfigError(SourcingError):
    """The config or the command line is wrong; says where, and what to write instead."""

    status = 2


class SourceError(SourcingError):
    """One Source could not be read now; the next night tries again."""


class ParseError(SourceError):
    """A Source answered something that cannot be read."""


class ClockError(SourceError):
    """This machine's clock is not what a Source's is; what depends on dates must wait."""


class GoneError(SourceError):
    """A Source is not there any more (moved away, deleted, 410)."""


class StoreError(SourcingError):
    """The database cannot be opened, read or written."""

    status = 3


class LockedError(SourcingError):
    """Another crawl is at work on the same database."""

    status = 4


class DraftError(SourcingError):
    """No honest draft can be made of what is stored; says why."""
