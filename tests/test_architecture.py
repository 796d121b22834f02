"""The house: imports go one way, SQL stays in db/, everything says what it is for."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LEAVES = ("sourcing.errors", "sourcing.model", "sourcing.text")
MODULES = sorted(
    path
    for package in ("sourcing", "connectors", "scoring", "db")
    for path in (ROOT / package).rglob("*.py")
)


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


def may_import(module: str, other: str) -> bool:
    """Whether `module` may import `other`, both ours."""
    package = module.partition(".")[0]
    if module in LEAVES:
        return other in LEAVES
    if package in {"connectors", "scoring", "db"}:
        if other in {"sourcing", "sourcing.__version__"}:
            return package == "connectors"
        return other.partition(".")[0] == package or other.startswith(LEAVES)
    if module.startswith("sourcing.demo"):
        return other.startswith(("sourcing.demo", *LEAVES))
    if module.startswith(("sourcing.cli", "sourcing.__main__")):
        return True
    above = ("sourcing.cli", "sourcing.demo")
    return not other.startswith(
        above if module.startswith("sourcing.web") else (*above, "sourcing.web")
    )


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_go_one_way(path: Path) -> None:
    ours = [
        i for i in imports(path) if i.split(".")[0] in {"sourcing", "connectors", "scoring", "db"}
    ]
    assert [other for other in ours if not may_import(name_of(path), other)] == []


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
