"""The everyday changes around the hand-written ones: many, small, and mostly features.

Seeded by the project's name, so they are the same each time.
"""

from random import Random

from demo.tables import Change, Project

_EXTRAS = (
    "streaming", "a JSON mode", "pagination", "presets", "a compact view", "async variants",
    "an export", "custom separators", "a dry run", "batching", "named profiles", "aliases",
    "a progress bar",
    "a strict mode", "dark mode", "per-user defaults", "an import wizard", "keyboard shortcuts",
)  # fmt: skip
_FEATURES = (
    ("Add {extra} to {thing}", "Adds {extra}. See the docs for an example."),
    ("{thing}: {extra}", "First version, more to come."),
    ("Support {extra} in {thing}", ""),
    ("feat: {extra} for {thing}", "Closes #{issue}."),
    ("Extend {thing} with {extra}", "Requested in #{issue}. Off by default."),
    ("Make {extra} the default for {thing}", ""),
)
_FIXES = (
    ("Fix {thing} when the input is empty", "Closes #{issue}."),
    ("fix: wrong default in {thing}", ""),
    ("Fix crash in {thing} on Windows paths", "Fixes #{issue}."),
    ("Handle missing keys in {thing}", ""),
    ("Fix typo in the warning of {thing}", ""),
)
_UPKEEP = (
    ("Remove unused code around {thing}", ""),
    ("Add tests for {thing}", ""),
    ("Rename internals of {thing}", "No change in behaviour."),
    ("Format and sort imports in {thing}", ""),
    ("Add type hints to {thing}", ""),
)
_DOCS = (
    ("docs: an example for {thing}", ""),
    ("docs: fix broken links on the page of {thing}", ""),
    ("Explain {extra} in the guide to {thing}", ""),
    ("docs: clearer wording for {thing}", "Thanks to the readers who asked."),
)
_PACKAGES = (
    "httpx", "pydantic", "rich", "pytest", "numpy", "actions/checkout", "ruff", "mypy", "uvicorn",
)  # fmt: skip
#: Who does not spread over everything. The others write features, with some of the rest.
_LOUD = (*[_FEATURES] * 7, _FIXES, _DOCS)
_HABITS = {
    "dario": _LOUD,
    "jonas": _LOUD,
    "priya": (_DOCS,),
    "maren": (_FIXES, _UPKEEP),
    "xiomara": (_UPKEEP,),
    "sunniva": (_UPKEEP,),
}
_USUAL = (_FEATURES, _FEATURES, _FEATURES, _FIXES, _UPKEEP, _DOCS)


def routine(project: Project) -> list[Change]:
    """The project's routine, in no order."""
    random = Random(project.name)  # noqa: S311 - the same numbers each time are the point  # nosec B311
    makers = [who for who, count in project.routine.items() for _ in range(count)]
    return [_one(project, who, number, random) for number, who in enumerate(makers)]


def _one(project: Project, who: str, number: int, random: Random) -> Change:
    day = random.randrange(3, project.born)  # nosec B311
    if who == "dependabot":
        title, body, paths = _bump(random)
        branch = "deps"
    else:
        thing, area = random.choice(project.things)  # nosec B311
        form = random.choice(_HABITS.get(who, _USUAL))  # nosec B311
        title, body = random.choice(form)  # nosec B311
        words = {
            "thing": thing,
            "extra": random.choice(_EXTRAS),  # nosec B311
            "issue": random.randrange(20, 900),  # nosec B311
        }
        title, body = title.format(**words), body.format(**words)
        paths, branch = _paths(project, thing, area, form), f"{area}-{number}"
    direct = random.random() < 0.06 and who == project.merger  # nosec B311
    return Change(
        key=f"routine-{number}",
        repo=project.name,
        by=who,
        day=day,
        title=title[0].upper() + title[1:] if ":" not in title.split(" ")[0] else title,
        paths=paths,
        body=body,
        how="commit" if direct else project.style,
        branch=branch,
    )


def _bump(random: Random) -> tuple[str, str, tuple[str, ...]]:
    package, minor = random.choice(_PACKAGES), random.randrange(1, 40)  # nosec B311
    action = "/" in package
    path = ".github/workflows/tests.yml" if action else "requirements.lock"
    title = f"Bump {package} from 1.{minor}.0 to 1.{minor + 1}.0"
    return title, f"Bumps {package}. Release notes and commits are on its page.", (path,)


def _paths(project: Project, thing: str, area: str, form: object) -> tuple[str, ...]:
    slug = "_".join(thing.lower().replace("-", " ").split()[-2:])
    if form is _DOCS:
        return (f"docs/guides/{slug}.md",)
    code, test = f"{project.package}/{area}/{slug}.py", f"tests/{area}/test_{slug}.py"
    return (code, test) if form is not _FEATURES else (code, f"docs/guides/{slug}.md")
