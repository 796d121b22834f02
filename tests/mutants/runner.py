"""Runs tests against mutants, each in a child process of one that has imported the libraries.

First it records which tests reach which line of the targets. A mutant then runs the tests of its
lines, fastest first, until one fails. Tests that start processes of their own do not see mutants.
"""

from __future__ import annotations

import contextlib
import importlib.abc
import importlib.util
import json
import os
import signal
import sys
import time
import traceback
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import CodeType, FrameType, ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
#: The last error of a child that is none of its tests.
LOG = ROOT / "build" / "mutants-error.txt"
#: The exit status of a child that could not run its tests.
_BROKEN = 99
#: A mutant whose tests run longer than this many times their normal time is killed (a loop).
PATIENCE, LEAST_SECONDS = 8, 60
#: Tests that are run against one mutant at most.
MOST_TESTS = 60

_OPTIONS = ("-q", "-x", "-p", "no:cacheprovider", "-p", "no:xdist", "--no-header", "--tb=no",
            "-W", "ignore::pytest.PytestAssertRewriteWarning")  # fmt: skip


@dataclass(slots=True)
class Reached:
    """Which tests reach which lines, and how long each takes in seconds."""

    lines: dict[str, dict[int, list[str]]] = field(default_factory=dict)  # file -> line -> tests
    seconds: dict[str, float] = field(default_factory=dict)

    def tests(self, file: str, first: int, last: int) -> list[str]:
        """The tests that reach one of the lines, fastest first."""
        at = self.lines.get(file, {})
        found = {test for line in range(first, max(first, last) + 1) for test in at.get(line, ())}
        return sorted(found, key=lambda test: (self.seconds.get(test, 0.0), test))


class _Recorder:
    """A pytest plugin that notes the lines of some files that each test reaches."""

    def __init__(self, files: Sequence[str]) -> None:
        self.files = {str(ROOT / name): name for name in files}
        self.hit: dict[str, set[int]] = defaultdict(set)
        self.found = Reached()

    def _call(self, frame: FrameType, event: str, arg: object) -> Callable[..., Any] | None:
        file = frame.f_code.co_filename
        if file not in self.files:
            return None
        hit = self.hit[file]
        hit.add(frame.f_lineno)

        def line(frame: FrameType, event: str, arg: object) -> Callable[..., Any]:
            hit.add(frame.f_lineno)
            return line

        return line

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Any:
        self.hit.clear()
        started = time.monotonic()
        sys.settrace(self._call)
        try:
            return (yield)
        finally:
            sys.settrace(None)
            self.found.seconds[item.nodeid] = time.monotonic() - started
            for file, lines in self.hit.items():
                at = self.found.lines.setdefault(self.files[file], {})
                for number in lines:
                    at.setdefault(number, []).append(item.nodeid)


def record(tests: Sequence[str], files: Sequence[str], to: Path) -> Reached:
    """Run the tests once and note what they reach; each file of tests in its own process."""
    known = Reached()
    for test in tests:
        part = to.with_suffix(f".{Path(test).stem}.json")
        if not part.exists():
            _in_child(partial(_record_one, test, files, part), 3600.0)
        if part.exists():
            data = json.loads(part.read_text())
            known.seconds |= data["seconds"]
            for file, lines in data["lines"].items():
                at = known.lines.setdefault(file, {})
                for number, reached in lines.items():
                    at.setdefault(int(number), []).extend(reached)
    return known


def _record_one(test: str, files: Sequence[str], to: Path) -> int:
    recorder = _Recorder(files)
    status = pytest.main([*(o for o in _OPTIONS if o != "-x"), test], plugins=[recorder])
    to.parent.mkdir(parents=True, exist_ok=True)
    found = recorder.found
    to.write_text(json.dumps({"seconds": found.seconds, "lines": found.lines}))
    return int(status)


def survives(module: str, source: str, tests: Sequence[str], seconds: float) -> bool:
    """True if all of these tests pass with the module's changed source."""
    limit = max(LEAST_SECONDS, PATIENCE * seconds)
    return _in_child(partial(_run, module, source, tests), limit) == 0


def _run(module: str, source: str, tests: Sequence[str]) -> int:
    sys.meta_path.insert(0, _Changed(module, source))
    return int(pytest.main([*_OPTIONS, *tests]))


def _in_child(work: Callable[[], int], seconds: float) -> int:
    """The result of `work` in a child process, which is silent; -1 if it takes too long."""
    child = os.fork()
    if not child:
        os.setsid()
        null = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(null, stream)
        status = _BROKEN
        try:
            status = work()
        except BaseException:  # the child must not go on with its parent's work
            LOG.parent.mkdir(exist_ok=True)
            LOG.write_text(traceback.format_exc())
        os._exit(status)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            if (code := os.waitstatus_to_exitcode(status)) == _BROKEN:
                raise RuntimeError(LOG.read_text())
            return code
        time.sleep(0.02)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return -1


class _Changed(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Imports one module from a changed source."""

    def __init__(self, module: str, source: str) -> None:
        self._module, self._source = module, source

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The changed module, under its file's name."""
        if fullname != self._module:
            return None
        file = ROOT / (fullname.replace(".", "/") + ".py")
        spec = importlib.util.spec_from_loader(fullname, self, origin=str(file))
        if spec:
            spec.has_location = True
        return spec

    def get_source(self, fullname: str) -> str:
        """The changed source."""
        return self._source

    def get_code(self, fullname: str) -> CodeType:
        """The changed source, compiled."""
        return compile(self._source, str(ROOT / (fullname.replace(".", "/") + ".py")), "exec")


def preload(names: Mapping[str, Sequence[str]]) -> None:
    """Import libraries before the first child starts, but no module of the project."""
    for name in names.get("libraries", ()):
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
