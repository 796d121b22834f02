"""Expected errors, grouped by the action that the user can take.

    SourcingError               one line for the user, never a traceback
    ├── ConfigError             correct the config or the command line   exit 2
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
    """Base of all errors that the user sees as one line."""

    status = 1


class ConfigError(SourcingError):
    """The config or the command line is wrong; the message says where and how to correct it."""

    status = 2


class SourceError(SourcingError):
    """One Source could not be read now; the next night tries again."""


class ParseError(SourceError):
    """The answer of a Source cannot be parsed."""


class ClockError(SourceError):
    """The clocks of this machine and of a source differ; work that depends on dates must wait."""


class GoneError(SourceError):
    """A Source no longer exists (deleted, moved, HTTP 410)."""


class StoreError(SourcingError):
    """The database cannot be opened, read or written."""

    status = 3


class LockedError(SourcingError):
    """Another crawl uses the same database."""

    status = 4


class DraftError(SourcingError):
    """The stored data allow no honest draft; the message says why."""
