"""The house: imports go one way, SQL stays in db/, everything says what it is for."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("sourcing", "connectors", "scoring", "db", "demo")
#: Packages of `sourcing` that the command line and the pages use, and that use neither.
BELOW_WEB = tuple(
    f"sourcing.{name}"
    for name in ("core", "pipeline", "identity", "shortlist", "outreach", "people", "privacy")
)
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            assert node.module
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def within(module: str, *packages: str) -> bool:
    return any(module == package or module.startswith(package + ".") for package in packages)


#: What a module may import besides its own top-level package; the first entry that holds it rules.
ALLOWED = (
    ("sourcing.core", ("sourcing.core",)),
    ("sourcing.cli", PACKAGES),
    ("sourcing.__main__", PACKAGES),
    ("sourcing.web", ("sourcing", "connectors", "scoring", "db")),
    ("sourcing", ("sourcing", "connectors", "scoring", "db")),
    ("connectors", ("connectors", "sourcing.core", "sourcing.__version__")),
    ("scoring", ("scoring", "sourcing.core")),
    ("db", ("db", "sourcing.core")),
    ("demo.cli", PACKAGES),
    ("demo", ("demo", "sourcing.core")),
)


def may_import(module: str, other: str) -> bool:
    """Whether `module` may import `other`, both ours."""
    if within(module, "connectors") and other == "sourcing":
        return True  # for its version
    allowed = next(rule for holder, rule in ALLOWED if within(module, holder))
    above = within(other, "sourcing.cli") and not within(module, "sourcing.cli", "demo.cli")
    above = above or (within(other, "sourcing.web") and within(module, *BELOW_WEB))
    return within(other, *allowed) and not (above and not within(module, "sourcing.__main__"))


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_go_one_way(path: Path) -> None:
    ours = [i for i in imports(path) if i.split(".")[0] in PACKAGES]
    assert [other for other in ours if not may_import(name_of(path), other)] == []


#: Modules of the command line and the pages that still read the database without a service.
DIRECT_READERS = (
    "sourcing.cli.crawl.backup",
    "sourcing.cli.outreach",
    "sourcing.cli.privacy",
    "sourcing.cli.serve",
    "sourcing.web.pages.drafts",
    "sourcing.web.sessions",
)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_commands_and_pages_use_services(path: Path) -> None:
    """They take only `Store` and record types from `db`; each query is behind a service."""
    module = name_of(path)
    if within(module, "sourcing.cli", "sourcing.web") and not within(module, *DIRECT_READERS):
        queries = {name_of(other) for other in MODULES if other.parent.parent.name == "db"}
        used = queries.intersection(imports(path))
        assert [other for other in sorted(used) if not uses_types_only(path, other)] == []


def uses_types_only(path: Path, module: str) -> bool:
    """True if the file imports only classes from this module."""
    nodes = [n for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.ImportFrom)]
    names = [alias.name for node in nodes if node.module == module for alias in node.names]
    return bool(names) and all(name[:1].isupper() for name in names)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_sql_stays_in_db(path: Path) -> None:
    if name_of(path).split(".")[0] == "db":
        return
    tree = ast.parse(path.read_text())
    docstrings = {
        node.body[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    statements = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node not in docstrings
        and node.value.lstrip().startswith(
            ("SELECT ", "INSERT ", "UPDATE ", "DELETE ", "CREATE TABLE")
        )
    ]
    assert statements == []


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_each_module_says_what_it_is_for_and_stays_readable(path: Path) -> None:
    text = path.read_text()
    assert ast.get_docstring(ast.parse(text))
    assert text.count("\n") <= 330


def test_a_cycle_free_house() -> None:
    edges = {
        name_of(p): set(imports(p)) & {name_of(q) for q in MODULES} - {name_of(p)} for p in MODULES
    }
    done: set[str] = set()

    def visit(module: str, above: tuple[str, ...]) -> None:
        assert module not in above, " -> ".join((*above, module))
        if module not in done:
            for other in edges[module]:
                if not module.startswith(other + "."):
                    visit(other, (*above, module))
            done.add(module)

    for module in edges:
        visit(module, ())


#: Modules that may use a word that is also the name of a source, with the reason.
SOURCE_NAME_EXCEPTIONS = {
    "connectors._accounts": "the one scheme of account keys, shared by two connectors",
    "connectors._bots": "names of machine accounts",
    "db.privacy.identifiers": "hosts with pages of many people",
    "connectors._placeholders": "names that are no person's",
    "sourcing.discovery.choose": "free-text keys of Project-URL",
    "sourcing.discovery.links": "schemes of version control in lock files",
    "sourcing.core.addresses": "the user name in the addresses of SSH remotes",
    "sourcing.privacy.address_detector": "the user name in the addresses of SSH remotes",
    "sourcing.privacy.exclusion_import": "column headings of other programs' exports",
    "db.migrations": "names of former migrations",
}
SOURCES = tuple(
    path.name for path in (ROOT / "connectors").iterdir() if (path / "declaration.py").exists()
)
#: A source's name as a word of its own: host names such as NAME.com are no match.
SOURCE_NAME = re.compile(rf"(?<![\w./-])({'|'.join(SOURCES)})(?![\w-]|\.\w)")


def source_names_in(path: Path) -> Iterator[tuple[int, str]]:
    """(line, name) for each source named in a string, an attribute or an import."""
    tree = ast.parse(path.read_text())
    documentation = {
        node.body[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if node not in documentation and (match := SOURCE_NAME.search(node.value)):
                yield node.lineno, match[1]
        elif isinstance(node, ast.Attribute) and node.attr in SOURCES:
            yield node.lineno, node.attr
    for module in imports(path):
        parts = module.split(".")
        if parts[0] == "connectors" and parts[1:] and parts[1] in SOURCES:
            yield 0, parts[1]


@pytest.mark.parametrize("path", [p for p in MODULES if "demo" not in p.parts], ids=name_of)
def test_only_its_own_package_knows_the_name_of_a_source(path: Path) -> None:
    module = name_of(path)
    if module in SOURCE_NAME_EXCEPTIONS or "lexicon" in module:
        return
    own = module.split(".")[1] if module.startswith("connectors.") else ""
    if own in SOURCES:
        # A parser knows hosts and paths of the web; it may not know other sources. A declaration
        # names the source that it falls back to.
        others = [name for name in SOURCES if name != own]
        assert not any(within(i, *(f"connectors.{name}" for name in others)) for i in imports(path))
        if path.name != "declaration.py":
            assert not re.search(rf"[\"'](?:{'|'.join(others)}):", path.read_text())
        return
    assert list(source_names_in(path)) == []


@pytest.mark.parametrize(
    "path",
    [p for folder in ("web", "templates") for p in (ROOT / "sourcing" / folder).rglob("*.*")
     if p.suffix in {".html", ".j2", ".js"}],
    ids=lambda path: path.name,
)  # fmt: skip
def test_no_page_knows_the_name_of_a_source(path: Path) -> None:
    assert SOURCE_NAME.findall(path.read_text()) == []
