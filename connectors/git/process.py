"""Runs git as a child process that cannot prompt, run configured commands or use up the machine.

Each child has its own process group, which is killed as a whole, limits of memory and processor
time, and an environment without tokens. It does not know commits or the origin of a repository.
"""

import contextlib
import ctypes
import functools
import os
import re
import resource
import secrets
import select
import shutil
import signal
import subprocess  # nosec B404
import tempfile
import time
from collections.abc import Callable, Generator, Iterator, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from connectors.git.failures import describe
from sourcing.core.errors import ConfigError, SourceError
from sourcing.core.text import clean_line

#: `rev-parse --path-format` and `--diff-merges=first-parent` came with this version.
MINIMUM = (2, 31)

_CHUNK = 1 << 18
#: Seconds between two looks at the clock while git prints nothing.
_POLL = 0.25
#: Bytes that git may run ahead of the reader on another core (/proc/sys/fs/pipe-max-size).
_PIPE = 1 << 20
#: Bytes; a disk with less counts as full.
_ROOM = 1_000_000
#: Bytes of private memory: of a git that reads, and of one that receives a pack.
_READING_MEMORY, _FETCHING_MEMORY = 1 << 30, 4 << 30
#: Bytes of one file: larger packs are not received.
_LARGEST_FILE = 32 << 30
#: Processor seconds that git may use without printing anything: a commit of a million files takes
#: about two. Wall-clock seconds where the processor time is unknown or the disk is slow.
_SILENT_CPU, _SILENT_WALL = 4.0, 300.0

#: The user's configuration of the network. Other GIT_* variables (GIT_DIR inside a hook) mislead.
_KEPT = ("GIT_SSL_", "GIT_SSH", "GIT_HTTP_", "GIT_PROXY", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM",
         "GIT_CONFIG_NOSYSTEM", "GIT_EXEC_PATH")  # fmt: skip
#: Names of variables that hold secrets git does not need. Agents and helpers find theirs by path.
_SECRET = re.compile(r"TOKEN|SECRET|PASSWORD|PASSWD|API_?KEY|PRIVATE_?KEY|(?:^|_)PAT(?:_|$)", re.I)
_SSH = "ssh -oBatchMode=yes -oConnectTimeout=30 -oServerAliveInterval=30"
_SETTINGS = (
    "safe.directory=*",  # reading a history runs nothing that its owner wrote
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "log.showSignature=false",
    "gc.autoDetach=false",  # no process continues after the command returns
    "maintenance.autoDetach=false",
)
_NETWORK_SETTINGS = (
    "http.lowSpeedLimit=1000",  # less than 1 kB/s for two minutes is a stall
    "http.lowSpeedTime=120",
    "http.followRedirects=false",  # a redirect may lead into a private network
    # Old histories have harmless faults, and nothing of them is checked out.
    "fetch.fsckObjects=false",
    "transfer.fsckObjects=false",
)
_LIBC = ctypes.CDLL(None)
_PR_SET_PDEATHSIG = 1  # prctl(2), Linux


class TimeUpError(Exception):
    """The run's time is over, or its end was requested."""


@dataclass(frozen=True, slots=True)
class Git:
    """Git in one repository; without `git_dir`, outside of any."""

    git_dir: Path | None = None
    #: Values that no child may find in its environment.
    secrets: frozenset[str] = field(default=frozenset(), repr=False)

    def run(
        self,
        *args: str,
        late: Callable[[], bool] | None = None,
        protocol: str = "",
        settings: tuple[str, ...] = (),
    ) -> str:
        """Return what git prints, or raise a SourceError with git's reason.

        With `protocol` ("https", "ssh", …) git may use the network by this protocol alone.
        """
        with self._start(args, protocol, settings) as (process, errors):
            try:
                output = b"".join(_chunks(process, late, measured=not protocol))
            except TimeUpError:
                raise SourceError(
                    f"git {args[0]} did not finish within this run's time; allow more minutes"
                ) from None
            self._check(args[0], process, errors)
        return output.decode("utf-8", "replace").strip()

    def try_run(self, *args: str) -> str | None:
        """Return what git prints, or None if it fails."""
        try:
            return self.run(*args)
        except SourceError:
            return None

    def read(self, *args: str, late: Callable[[], bool]) -> Generator[bytes, None, None]:
        """Yield the output in chunks. Raises TimeUpError as soon as the time is up."""
        with self._start(args) as (process, errors):
            yield from _chunks(process, late, measured=True)
            self._check(args[0], process, errors)

    @contextlib.contextmanager
    def _start(
        self, args: tuple[str, ...], protocol: str = "", settings: tuple[str, ...] = ()
    ) -> Iterator[tuple[subprocess.Popen[bytes], IO[bytes]]]:
        command = ["git", "--no-pager"]
        for setting in (*_SETTINGS, *(_NETWORK_SETTINGS if protocol else ()), *settings):
            command += ["-c", setting]
        if self.git_dir is not None:
            command.append(f"--git-dir={self.git_dir}")
        memory = _FETCHING_MEMORY if protocol else _READING_MEMORY
        with _error_file() as errors:
            try:
                process = subprocess.Popen(  # nosec B603
                    [*command, *args],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=errors,
                    pipesize=_PIPE,
                    env=self._environment(protocol),
                    start_new_session=True,  # no terminal to prompt on; helpers are in the group
                    preexec_fn=functools.partial(_limit, memory),  # noqa: PLW1509 - two system calls
                )
            except FileNotFoundError:
                raise ConfigError("git is not installed, or not on PATH; install it") from None
            except (OSError, ValueError, subprocess.SubprocessError) as error:
                reason = clean_line(str(error), 200)
                raise SourceError(f"git could not be started: {reason}") from None
            with process:
                try:
                    yield process, errors
                finally:
                    _kill(process)

    def _check(self, name: str, process: subprocess.Popen[bytes], errors: IO[bytes]) -> None:
        if process.wait():
            # Git does not always report a full disk.
            full = self.git_dir and shutil.disk_usage(self.git_dir).free < _ROOM
            reason = describe(errors)
            raise SourceError(f"git {name}: {'the disk is full; ' if full else ''}{reason}")

    def _environment(self, protocol: str) -> dict[str, str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if (not name.startswith("GIT_") or name.startswith(_KEPT))
            and not _SECRET.search(name)
            and value not in self.secrets
        }
        if protocol == "ssh" and not _has_ssh_command(kept.keys()):
            kept["GIT_SSH_COMMAND"] = _SSH
        return kept | {
            "LC_ALL": "C",
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_ASKPASS": "false",
            "GIT_NO_REPLACE_OBJECTS": "1",
            "GIT_GRAFT_FILE": os.devnull,  # a graft may form a cycle
            # No lazy fetch while reading. Git before 2.39.4 ignores this variable, so the list of
            # protocols holds one that no configuration can name.
            "GIT_NO_LAZY_FETCH": "1",
            "GIT_ALLOW_PROTOCOL": protocol or f"x{secrets.token_hex(8)}",
        }


@functools.cache
def require_git() -> None:
    """Raise a ConfigError if git is missing or too old."""
    output = Git().run("version")
    version = re.search(r"(\d+)\.(\d+)", output)
    if version is None or (int(version[1]), int(version[2])) < MINIMUM:
        wanted = ".".join(map(str, MINIMUM))
        raise ConfigError(f"{output or 'this git'} is too old; install git {wanted} or newer")


def _has_ssh_command(variables: Set[str]) -> bool:
    """True if the user chose how git reaches ssh: git-config(1), core.sshCommand."""
    if variables & {"GIT_SSH", "GIT_SSH_COMMAND"}:
        return True
    return Git().try_run("config", "--get", "core.sshCommand") is not None


def _limit(memory: int) -> None:
    """In the child: bound its memory, and end it when the crawler ends."""
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
        resource.setrlimit(resource.RLIMIT_FSIZE, (_LARGEST_FILE, _LARGEST_FILE))
    with contextlib.suppress(AttributeError):
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _chunks(
    process: subprocess.Popen[bytes], late: Callable[[], bool] | None, *, measured: bool
) -> Iterator[bytes]:
    """The output as it comes. `measured`: it may not compute for long without printing."""
    if process.stdout is None:  # Popen was called with a pipe
        raise SourceError("git has no output")
    fd = process.stdout.fileno()
    began, used = time.monotonic(), 0.0
    while True:
        ready = select.select([fd], [], [], _POLL)[0]
        if late is not None and late():
            raise TimeUpError
        if ready:
            chunk = os.read(fd, _CHUNK)
            if not chunk:
                return
            yield chunk
            began, used = time.monotonic(), cpu_seconds(process.pid) if measured else 0.0
        elif measured and (
            cpu_seconds(process.pid) - used > _SILENT_CPU or time.monotonic() - began > _SILENT_WALL
        ):
            raise SourceError(
                "git was stopped: one commit needs more processor time than a source may use;"
                " it may list an extreme number of files"
            )


def cpu_seconds(pid: int) -> float:
    """Processor seconds that a process has used; 0 where the system does not show it (proc(5))."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End git and its helpers. Nothing to do if git has ended."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@contextlib.contextmanager
def _error_file() -> Iterator[IO[bytes]]:
    """A file for git's error output. A pipe could fill up and block git."""
    try:
        file = tempfile.TemporaryFile()  # noqa: SIM115 - closed below
    except OSError as error:
        raise SourceError(f"git: no room for its error output ({error.strerror})") from error
    with file:
        yield file
