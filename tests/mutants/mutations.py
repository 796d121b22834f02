"""Finds the mutants of a module: one changed operation each, in Python or in its SQL.

It does not run them. A mutant is named by its function and its change, not by its line, so that
equivalent.toml stays valid when lines move.
"""

from __future__ import annotations

import ast
import copy
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

_FLIPPED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.GtE, ast.GtE: ast.Lt,
    ast.Gt: ast.LtE, ast.LtE: ast.Gt, ast.In: ast.NotIn, ast.NotIn: ast.In,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
_SETS: dict[type[ast.operator], type[ast.operator]] = {
    ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr, ast.Sub: ast.BitOr
}  # fmt: skip
#: Changes of SQL: an expression and its replacement. BETWEEN ... AND is no condition.
_SQL = (
    (re.compile(r"(?<!\w)AND NOT (?=\w)"), "AND "),
    (re.compile(r"(?<!\w)NOT EXISTS\b"), "EXISTS"),
    (re.compile(r"(?<!NOT )\bIN \("), "NOT IN ("),
    (re.compile(r"\bNOT IN \("), "IN ("),
    (re.compile(r"(?<!\w)AND (?=\w)(?!NOT )"), "OR "),
    (re.compile(r"(?<!\w)OR (?=\w)(?!REPLACE|IGNORE|ABORT|FAIL)"), "AND "),
    (re.compile(r"(?<=[\w)]) = (?=['?:\w(])"), " <> "),
    (re.compile(r" <> "), " = "),
    (re.compile(r" >= "), " < "),
    (re.compile(r" <= "), " > "),
    (re.compile(r"\bIS NOT NULL\b"), "IS NULL"),
)
_IS_SQL = re.compile(r"\b(?:SELECT|DELETE|UPDATE|INSERT|WHERE|AND|EXISTS|FROM)\b")
_BETWEEN = re.compile(r"BETWEEN [^A-Z]*\Z")


@dataclass(frozen=True, slots=True)
class Mutant:
    """One changed operation of a module."""

    name: str  # "function: change", with a number if the change occurs more often
    line: int
    end: int  # last line of the changed node
    source: str  # the whole module with the change


def mutants(source: str) -> list[Mutant]:
    """All mutants of a module's source, in the order of its nodes."""
    tree = ast.parse(source)
    found: list[Mutant] = []
    names: Counter[str] = Counter()
    for path, function in _places(tree):
        for change, replaced in _changes(_at(tree, path)):
            name = f"{function}: {change}"
            names[name] += 1
            if names[name] > 1:
                name += f" ({names[name]})"
            node = _at(tree, path)
            other = _with(tree, path, replaced)
            found.append(Mutant(name, _first(tree, path), _last(node), ast.unparse(other)))
    return found


#: The way to a node: names of fields, and places in lists.
_Path = tuple[tuple[str, int | None], ...]


def _places(
    tree: ast.AST, path: _Path = (), function: str = "module"
) -> Iterator[tuple[_Path, str]]:
    """The way to each node, with the function that holds it. Docstrings and types are left out."""
    for field, value in ast.iter_fields(tree):
        if field in ("annotation", "returns", "decorator_list", "type_params"):
            continue
        items = list(enumerate(value)) if isinstance(value, list) else [(None, value)]
        for place, item in items:
            if not isinstance(item, ast.AST) or _is_docstring(item):
                continue
            inside = item.name if isinstance(item, ast.FunctionDef | ast.ClassDef) else function
            here = (*path, (field, place))
            yield here, inside
            yield from _places(item, here, inside)


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _at(tree: ast.AST, path: _Path) -> ast.AST:
    for field, place in path:
        value = getattr(tree, field)
        tree = value if place is None else value[place]
    return tree


def _with(tree: ast.Module, path: _Path, replaced: ast.AST) -> ast.Module:
    """A copy of the tree with another node at the end of the path."""
    other = copy.deepcopy(tree)
    parent = _at(other, path[:-1])
    field, place = path[-1]
    if place is None:
        setattr(parent, field, replaced)
    else:
        getattr(parent, field)[place] = replaced
    return ast.fix_missing_locations(other)


def _first(tree: ast.AST, path: _Path) -> int:
    """The line of the node; a node without a line has that of its parent."""
    while not hasattr(node := _at(tree, path), "lineno"):
        path = path[:-1]
    return int(node.lineno)


def _last(node: ast.AST) -> int:
    return int(getattr(node, "end_lineno", 0) or 0)


def _changes(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """The changes of one node: a short description and the new node."""
    for new in _replacements(node):
        yield f"{_short(node)} -> {_short(new)}", new
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        for text, before, after in _sql(node.value):
            yield (
                f"SQL {before.strip()} -> {after.strip()} in “{_around(text, node.value)}”",
                (ast.Constant(text)),
            )


def _replacements(node: ast.AST) -> Iterator[ast.AST]:
    new = copy.deepcopy(node)
    if isinstance(new, ast.BoolOp):
        new.op = ast.Or() if isinstance(new.op, ast.And) else ast.And()
        yield new
    elif isinstance(new, ast.Compare) and len(new.ops) == 1 and type(new.ops[0]) in _FLIPPED:
        new.ops = [_FLIPPED[type(new.ops[0])]()]
        yield new
    elif isinstance(new, ast.UnaryOp) and isinstance(new.op, ast.Not):
        yield new.operand
    elif isinstance(new, ast.BinOp) and type(new.op) in _SETS:
        new.op = _SETS[type(new.op)]()
        yield new
    elif isinstance(new, ast.AugAssign) and type(new.op) in _SETS:
        yield ast.Pass()
    elif isinstance(new, ast.If):
        new.test = ast.Constant(False)
        yield new
    elif isinstance(new, ast.comprehension) and new.ifs:
        new.ifs = []
        yield new
    elif isinstance(new, ast.Constant) and isinstance(new.value, bool):
        new.value = not new.value
        yield new
    elif isinstance(new, ast.Expr) and isinstance(new.value, ast.Call):
        yield ast.Pass()


def _short(node: ast.AST) -> str:
    if isinstance(node, ast.If):
        return f"if {ast.unparse(node.test)}"[:90]
    return " ".join(ast.unparse(node).split())[:90]


def _sql(text: str) -> Iterator[tuple[str, str, str]]:
    if not _IS_SQL.search(text):
        return
    for pattern, after in _SQL:
        for found in pattern.finditer(text):
            if found[0].startswith("AND") and _BETWEEN.search(text[: found.start()]):
                continue
            yield text[: found.start()] + after + text[found.end() :], found[0], after


def _around(text: str, before: str) -> str:
    """The words around the place where two texts differ."""
    pairs = zip(text, before, strict=False)
    place = next((n for n, (a, b) in enumerate(pairs) if a != b), 0)
    return " ".join(before[max(0, place - 24) : place + 36].split())
