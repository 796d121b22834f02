"""The cost of a query by GitHub's published formula, and the limits of page sizes.

Each connection is one request for every node its ancestors may return; a point is a
hundred requests, at least one. It reads the query and the schema, never the data, so it
computes the cost before a query is sent.
https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    get_named_type,
    value_from_ast_untyped,
)

NODE_LIMIT = 500_000

Composite = GraphQLObjectType | GraphQLInterfaceType


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why GitHub would not run a query: the error's type, place and words."""

    type: str
    path: tuple[str, ...]
    message: str


@dataclass(frozen=True, slots=True)
class Cost:
    """`widths`: the widest page asked for, by the connection's field name."""

    requests: int
    points: int
    nodes: int
    widths: Mapping[str, int]
    refusals: tuple[Refusal, ...] = ()


def measure(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Mapping[str, Any],
) -> Cost:
    """The cost of one operation of a valid document."""
    given = {
        definition.variable.name.value: value_from_ast_untyped(definition.default_value)
        for definition in operation.variable_definitions or ()
        if definition.default_value
    }
    fragments = {
        node.name.value: node
        for node in document.definitions
        if isinstance(node, FragmentDefinitionNode)
    }
    walk = _Walk(schema, fragments, {**given, **variables})
    root = schema.query_type
    assert root  # noqa: S101 - our schema has one  # nosec B101
    walk.below(root, [operation.selection_set], 1, ())
    if walk.nodes > NODE_LIMIT:
        message = (
            f"This query requests up to {walk.nodes:,} possible nodes which exceeds the "
            f"maximum limit of {NODE_LIMIT:,}."
        )
        walk.refusals.append(Refusal("MAX_NODE_LIMIT_EXCEEDED", (), message))
    points = max(1, (walk.requests + 50) // 100)
    return Cost(walk.requests, points, walk.nodes, walk.widths, tuple(walk.refusals))


@dataclass(slots=True)
class _Walk:
    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: Mapping[str, Any]
    requests: int = 0
    nodes: int = 0
    widths: dict[str, int] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)

    def below(
        self, parent: Composite, sets: list[SelectionSetNode], times: int, path: tuple[str, ...]
    ) -> None:
        """Count the selections of `parent`, of which up to `times` exist."""
        chosen: dict[tuple[str, str], tuple[Composite, list[FieldNode]]] = {}
        for selections in sets:
            self._collect(parent, selections, chosen)
        for (key, _), (type_, fields) in chosen.items():
            self._field(type_, fields, times, (*path, key))

    def _field(
        self, parent: Composite, fields: list[FieldNode], times: int, path: tuple[str, ...]
    ) -> None:
        name = fields[0].name.value
        type_ = get_named_type(parent.fields[name].type)
        if not isinstance(type_, Composite):
            return
        if type_.name.endswith("Connection"):
            self.requests += times
            times *= self._width(fields[0], path)
            self.nodes += times
        elif name == "nodes" and parent is self.schema.query_type:
            times *= len(self._argument(fields[0], "ids") or ())
            self.nodes += times
        sets = [node.selection_set for node in fields if node.selection_set]
        self.below(type_, sets, times, path)

    def _width(self, node: FieldNode, path: tuple[str, ...]) -> int:
        name = node.name.value
        given = {end: self._argument(node, end) for end in ("first", "last")}
        bounds = {end: width for end, width in given.items() if isinstance(width, int)}
        if len(bounds) != 1:
            refusal = Refusal(
                "MISSING_PAGINATION_BOUNDARIES", path,
                f"You must provide a `first` or `last` value to properly paginate the "
                f"`{name}` connection.",
            )  # fmt: skip
            self.refusals.append(refusal)
            return 0
        [(end, width)] = bounds.items()
        if not 1 <= width <= 100:
            message = (
                f"Requesting {width} records on the `{name}` connection exceeds the "
                f"`{end}` limit of 100 records."
            )
            self.refusals.append(Refusal("EXCESSIVE_PAGINATION", path, message))
        self.widths[name] = max(width, self.widths.get(name, 0))
        return int(width)

    def _argument(self, node: FieldNode | DirectiveNode, name: str) -> Any:
        value = next((a.value for a in node.arguments or () if a.name.value == name), None)
        return None if value is None else value_from_ast_untyped(value, dict(self.variables))

    def _wanted(self, node: SelectionNode) -> bool:
        text: defaultdict[str, list[Any]] = defaultdict(list)
        for directive in node.directives or ():
            text[directive.name.value].append(self._argument(directive, "if"))
        return not any(text["skip"]) and all(text["include"])

    def _collect(
        self,
        parent: Composite,
        selections: SelectionSetNode,
        chosen: dict[tuple[str, str], tuple[Composite, list[FieldNode]]],
    ) -> None:
        """Fields by response key and type: the same one twice is one connection."""
        for selected in filter(self._wanted, selections.selections):
            node: Any = selected
            if isinstance(node, FieldNode):
                if not node.name.value.startswith("__"):
                    key = (node.alias or node.name).value
                    chosen.setdefault((key, parent.name), (parent, []))[1].append(node)
                continue
            if isinstance(node, FragmentSpreadNode):
                node = self.fragments[node.name.value]
            condition = node.type_condition
            type_ = self.schema.get_type(condition.name.value) if condition else parent
            assert isinstance(type_, Composite)  # noqa: S101 - the document is valid  # nosec B101
            self._collect(type_, node.selection_set, chosen)
