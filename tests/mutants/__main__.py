"""Prints which mutants survive. Exit status 1 if one does that equivalent.toml does not name."""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import time
import tomllib
from pathlib import Path
from typing import Any

from tests.mutants.mutations import Mutant, mutants
from tests.mutants.runner import MOST_TESTS, ROOT, Reached, preload, record, survives

HERE = Path(__file__).parent
BUILD = ROOT / "build" / "mutants"


def main() -> int:
    """Run the mutants of all targets, or of those named."""
    options = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    options.add_argument("modules", nargs="*", metavar="MODULE", help="such as db.privacy.traces")
    options.add_argument("--sample", type=int, default=0, help="this many mutants of each module")
    options.add_argument("--tests", type=int, default=MOST_TESTS, help="at most, for each mutant")
    options.add_argument("--only", default="", help="mutants with this text in their name")
    options.add_argument("--keep-coverage", action="store_true", help="as recorded before")
    wanted = options.parse_args()
    targets: dict[str, Any] = tomllib.loads((HERE / "targets.toml").read_text())
    equivalent: dict[str, dict[str, str]] = tomllib.loads((HERE / "equivalent.toml").read_text())
    if not wanted.keep_coverage:
        shutil.rmtree(BUILD, ignore_errors=True)
    preload(targets)
    modules = {name: tests for name, tests in targets["modules"].items()
               if not wanted.modules or name in wanted.modules}  # fmt: skip
    tests = sorted({test for listed in modules.values() for test in listed})
    files = [_file(name) for name in targets["modules"]]
    reached = record([f"tests/{test}.py" for test in tests], files, BUILD / "reached")
    left = 0
    for name, listed in modules.items():
        every = [
            one for one in mutants((ROOT / _file(name)).read_text()) if wanted.only in one.name
        ]
        if wanted.sample:
            every = random.Random(name).sample(every, min(wanted.sample, len(every)))
        left += _report(name, listed, every, reached, equivalent.get(name, {}), wanted.tests)
    return 1 if left else 0


def _file(module: str) -> str:
    return module.replace(".", "/") + ".py"


def _report(
    module: str,
    listed: list[str],
    every: list[Mutant],
    reached: Reached,
    equivalent: dict[str, str],
    most: int,
) -> int:
    """Run the mutants of one module; how many survive and are not equivalent."""
    started, killed, left, named = time.monotonic(), 0, 0, 0
    wanted = tuple(f"tests/{test}.py" for test in listed)
    for mutant in every:
        if mutant.name in equivalent:
            named += 1
            continue
        tests = reached.tests(_file(module), mutant.line, mutant.end)
        tests = [test for test in tests if test.startswith(wanted)][:most]
        seconds = sum(reached.seconds[test] for test in tests)
        if tests and not survives(module, mutant.source, tests, seconds):
            killed += 1
            continue
        left += 1
        why = f"{len(tests)} tests pass" if tests else "no test reaches it"
        print(f"{_file(module)}:{mutant.line} survives ({why}): {mutant.name}", flush=True)
    took = time.monotonic() - started
    print(
        f"{module}: {killed} killed, {left} survive, {named} equivalent, {took:.0f} s", flush=True
    )
    return left


if __name__ == "__main__":
    sys.exit(main())
