"""A git crawl end to end (read, parse, classify, store, score) beside git's own reading.

Runs on a repository that it makes, or on BENCH_REPO. Times are of whole processes, best of
three; memory is the peak of the crawling process.
"""

from __future__ import annotations

import importlib.util
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

COMMITS, ROUNDS = 4000, 3

_WORDS = re.findall(
    r"\w+",
    "fix hang leak race retry timeout cache block scheduler worker batch token prompt model metric"
    " trace log test flaky build wheel image deploy config schema loader shard because",
)


def main() -> None:
    """Measure and print a table in Markdown."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        repo = Path(os.environ.get("BENCH_REPO") or made(folder / "repo"))
        commits = int(output("git", "--git-dir", str(repo), "rev-list", "--count", "HEAD"))
        (folder / "sources.toml").write_text(f'sources = ["git:{repo}"]\n')
        log = ["git", "--git-dir", str(repo), "log", "--raw", "--no-renames"]
        command = [sys.executable, "-m", "sourcing", "crawl"]
        read = min(timed(log, folder)[0] for _ in range(ROUNDS))
        peer = _perceval(repo, folder)
        first, second, idle = [], [], timed([*command[:-1], "--help"], folder)[0]
        for _ in range(ROUNDS):
            for leftover in folder.glob("sourcing.db*"):
                leftover.unlink()
            first.append(timed(command, folder))
            second.append(timed(command, folder)[0])
    crawl, peak = min(first)[0], max(memory for _, memory, _ in first)
    print(f"| {commits:,} commits | seconds | commits a second | of git log | peak MB |")
    print("|---|--:|--:|--:|--:|")
    print(f"| git log --raw --no-renames | {read:.2f} | {commits / read:,.0f} | 1.0 | |")
    if peer:
        print(f"| Perceval, its git backend, not stored | {peer:.2f} | {commits / peer:,.0f}"
              f" | {peer / read:.1f} | |")  # fmt: skip
    else:
        print("| Perceval: not installed (pip install -e '.[bench]') | | | | |")
    print(
        f"| sourcing crawl, first night | {crawl:.2f} | {commits / crawl:,.0f}"
        f" | {crawl / read:.1f} | {peak:.0f} |"
    )
    print(f"| sourcing crawl, nothing new | {min(second):.2f} | | | |")
    print(f"| sourcing --help | {idle:.2f} | | | |")


_PEER = """
import sys
from perceval.backends.core.git import Git
print(sum(1 for _ in Git(sys.argv[1], sys.argv[2]).fetch()))
"""


def _perceval(repo: Path, folder: Path) -> float | None:
    """Seconds that Perceval needs to read the same commits; None where it is not installed."""
    if not importlib.util.find_spec("perceval"):
        return None
    command = [sys.executable, "-c", _PEER, str(repo), str(folder / "mirror")]
    return min(timed(command, folder)[0] for _ in range(ROUNDS))


def timed(command: list[str], folder: Path) -> tuple[float, float, float]:
    """Seconds, peak memory in MB, and seconds of the processor, of one process."""
    env = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    began = time.perf_counter()
    child = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=env
    )
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - began
    assert status == 0, command
    unit = 1024**2 if sys.platform == "darwin" else 1024
    return seconds, usage.ru_maxrss / unit, usage.ru_utime + usage.ru_stime


def output(*command: str) -> str:
    """The output of a command."""
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def made(path: Path, commits: int = COMMITS, writers: int = 97, seed: int = 1) -> Path:
    """A repository of squash-merged changes with messages and paths of usual length."""
    subprocess.run(["git", "init", "--quiet", "--bare", str(path)], check=True)
    git = ["git", "--git-dir", str(path)]
    with subprocess.Popen([*git, "fast-import", "--quiet"], stdin=subprocess.PIPE) as taking:
        assert taking.stdin
        for commit in _commits(commits, writers, random.Random(seed)):
            taking.stdin.write(commit)
    assert taking.returncode == 0
    subprocess.run([*git, "symbolic-ref", "HEAD", "refs/heads/main"], check=True)
    return path


def _commits(commits: int, writers: int, chance: random.Random) -> Iterator[bytes]:
    """As git fast-import reads them; they end in November 2026, half an hour apart."""
    for number in range(1, commits + 1):
        who, when = f"Writer {number % writers} Lee", 1_794_600_000 - 1800 * (commits - number)
        title = " ".join(chance.choices(_WORDS, k=6)) + f" (#{number})"
        body = "\n".join(
            " ".join(chance.choices(_WORDS, k=12)) for _ in range(chance.randint(0, 14))
        )
        message = f"{title}\n\n{body}\n".encode()
        by = f"{who} <w{number % writers}@writers.example> {when} +0000".encode()
        lines = [b"commit refs/heads/main", b"author " + by, b"committer " + by]
        lines += [b"data %d" % len(message), message]
        for _ in range(chance.randint(1, 9)):
            file = f"{chance.choice(['src', 'tests', 'docs', 'ci'])}/f{chance.randrange(400)}.py"
            lines.append(
                b"M 100644 inline %s\ndata 4\n%04d" % (file.encode(), chance.randrange(9999))
            )
        yield b"\n".join([*lines, b""])


if __name__ == "__main__":
    main()
