"""Is the loopback GitHub's schema a true part of GitHub's, and are our queries valid on both?

    python -m tests.check_github_schema PUBLISHED_schema.graphql [QUERY.graphql ...]

Every query of the connector is checked, and those of the files given. One line per mismatch,
exit 1 if there is any. The published schema is that of the npm package
@octokit/graphql-schema; it is not kept here. pytest does not collect this file.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLError,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    build_schema,
    parse,
    print_ast,
    validate,
)

from connectors.github.api import queries

SUBSET = Path(__file__).parents[1] / "demo/github/schema.graphql"

Composite = GraphQLObjectType | GraphQLInterfaceType


def main(published_path: str, *more: str) -> int:
    # GitHub's own file breaks rules (fields defined twice, deprecated against their interface).
    published = build_schema(Path(published_path).read_text(), assume_valid=True)
    subset = build_schema(SUBSET.read_text())
    wrong = [*mismatches(subset, published)]
    texts = samples() | {path: Path(path).read_text() for path in more}
    for name, text in texts.items():
        wrong += invalid(name, text, subset, "the loopback schema")
        wrong += invalid(name, text, published, "the published schema")
    said = wrong or [f"{len(texts)} queries and the loopback schema agree with GitHub's"]
    sys.stdout.write("".join(f"{line}\n" for line in said))
    return 1 if wrong else 0


def samples() -> dict[str, str]:
    """One text of each kind of query that the connector puts."""
    return {
        "pulls": queries.pulls(25)[0],
        "pulls_bare": queries.pulls(1, bare=True)[0],
        "pulls_wide": queries.pulls(49)[0],
        "closed": queries.closed(24)[0],
        "numbers": queries.numbers()[0],
        "completed": queries.pulls_by_number(("o", "n"), [1, 2])[0],
        "probe": queries.probe([("o", "n"), ("o", "m")])[0],
        "authors": queries.authors(("o", "n"), ["0" * 40])[0],
        "profiles": queries.profiles(["a", "b"])[0],
        "discussions": queries.discussions([("o", "n", 1)])[0],
    }


def mismatches(subset: GraphQLSchema, published: GraphQLSchema) -> Iterator[str]:
    """All that the subset says and GitHub does not."""
    for name, ours in subset.type_map.items():
        theirs = published.type_map.get(name)
        if theirs is None:
            yield f"{name}: GitHub has no such type"
        elif type(ours) is not type(theirs):
            yield f"{name}: {type(ours).__name__}, GitHub's is {type(theirs).__name__}"
        elif not name.startswith("__"):
            yield from _in_type(ours, theirs)


def _in_type(ours: GraphQLNamedType, theirs: GraphQLNamedType) -> Iterator[str]:
    if isinstance(ours, GraphQLEnumType) and isinstance(theirs, GraphQLEnumType):
        for value in sorted(ours.values.keys() ^ theirs.values.keys()):
            yield f"{ours.name}.{value}: {'missing' if value in theirs.values else 'not GitHub’s'}"
    elif isinstance(ours, GraphQLInputObjectType) and isinstance(theirs, GraphQLInputObjectType):
        yield from _inputs(ours.name, ours.fields, theirs.fields)
    elif isinstance(ours, Composite) and isinstance(theirs, Composite):
        known = {interface.name for interface in theirs.interfaces}
        for interface in ours.interfaces:
            if interface.name not in known:
                yield f"{ours.name}: GitHub's is no {interface.name}"
        yield from _fields(ours, theirs)


def _fields(ours: Composite, theirs: Composite) -> Iterator[str]:
    for name, field in ours.fields.items():
        place = f"{ours.name}.{name}"
        if name not in theirs.fields:
            yield f"{place}: GitHub has no such field"
            continue
        published = theirs.fields[name]
        if str(field.type) != str(published.type):
            yield f"{place}: {field.type}, GitHub's is {published.type}"
        if published.deprecation_reason:
            yield f"{place}: deprecated by GitHub: {published.deprecation_reason}"
        yield from _inputs(place, field.args, published.args)


def _inputs(place: str, ours: dict, theirs: dict) -> Iterator[str]:  # type: ignore[type-arg]  # arguments or input fields
    for name, value in ours.items():
        if name not in theirs:
            yield f"{place}({name}): GitHub takes no such argument"
        elif str(value.type) != str(theirs[name].type):
            yield f"{place}({name}): {value.type}, GitHub's is {theirs[name].type}"
        elif _default(value) != _default(theirs[name]):
            yield f"{place}({name}) = {_default(value)}, GitHub's {_default(theirs[name])}"
    for name, value in theirs.items():
        if name not in ours and str(value.type).endswith("!") and _default(value) is None:
            yield f"{place}({name}): missing, and GitHub demands it"


def _default(value: GraphQLArgument | GraphQLInputField) -> str | None:
    """A default as the schema's text writes it."""
    node = value.ast_node.default_value if value.ast_node else None
    return print_ast(node) if node else None


def invalid(path: str, text: str, schema: GraphQLSchema, name: str) -> list[str]:
    """What is wrong with a query under one schema."""
    try:
        errors = validate(schema, parse(text))
    except GraphQLError as error:
        errors = [error]
    lines = [error.locations[0].line if error.locations else 0 for error in errors]
    return [f"{path}:{n}: {e.message} ({name})" for n, e in zip(lines, errors, strict=True)]


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
