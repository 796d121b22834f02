"""GraphQL as GitHub speaks it: checked against the schema, priced, then run.

`prepare` returns the cost of a query or the reason for its refusal, before any counting;
`Prepared.run` gives the body of the answer. HTTP and limits are server.py's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    SelectionSetNode,
    build_schema,
    execute_sync,
    get_operation_ast,
    parse,
    validate,
    value_from_ast_untyped,
)

from demo.github.cost import Cost, measure
from demo.github.forge import Forge
from demo.github.lookup import Root
from demo.github.paging import Failed

_NOTHING = Cost(0, 0, 0, {})


@cache
def schema() -> GraphQLSchema:
    """The schema of this forge."""
    return build_schema(Path(__file__).with_name("schema.graphql").read_text())


@dataclass(frozen=True, slots=True)
class Prepared:
    """A valid query, or the `errors` of an invalid one. `name`: of its operation."""

    name: str
    cost: Cost
    errors: tuple[dict[str, Any], ...] = ()
    document: DocumentNode | None = None
    dry: bool = False

    def run(
        self, forge: Forge, variables: Mapping[str, Any], rate_limit: Mapping[str, Any]
    ) -> dict[str, Any]:
        """The body of the answer: data, and one error for each field that failed."""
        if self.errors or self.document is None:
            return {"errors": list(self.errors)}
        rate = {**rate_limit, "cost": self.cost.points, "nodeCount": self.cost.nodes}
        result = execute_sync(
            schema(),
            self.document,
            root_value=Root(forge).query(rate),
            variable_values=dict(variables),
            operation_name=self.name or None,
        )
        assert isinstance(result, ExecutionResult)  # noqa: S101 - nothing here is deferred  # nosec B101
        failed = [_shaped(error) for error in result.errors or ()]
        return {"data": result.data, **({"errors": failed} if failed else {})}


def cost(query: str, variables: Mapping[str, Any] | None = None) -> Cost:
    """The cost of a query; an invalid query costs nothing."""
    return prepare(query, variables or {}, None).cost


def prepare(query: str, variables: Mapping[str, Any], operation: str | None) -> Prepared:
    """Check a query and price it."""
    document, errors = _checked(query)
    chosen = get_operation_ast(document, operation) if document else None
    name = chosen.name.value if chosen and chosen.name else ""
    if errors or document is None or chosen is None:
        unnamed = {"message": "An operation name is required"}
        return Prepared(name, _NOTHING, errors or (unnamed,))
    price = measure(schema(), document, chosen, variables)
    if price.refusals:
        refused = tuple(
            {"type": r.type, "path": list(r.path), "message": r.message} for r in price.refusals
        )
        return Prepared(name, price, refused)
    rates = [node for node in chosen.selection_set.selections if _is_dry(node, variables)]
    if rates:
        document = _only(document, chosen, rates)
    return Prepared(name, price, (), document, dry=bool(rates))


@lru_cache(maxsize=256)
def _checked(query: str) -> tuple[DocumentNode | None, tuple[dict[str, Any], ...]]:
    try:
        document = parse(query)
    except GraphQLError as error:
        return None, (_shaped(error),)
    return document, tuple(map(_shaped, validate(schema(), document)))


def _shaped(error: GraphQLError) -> dict[str, Any]:
    """An error as GitHub writes it: the type stands beside the message."""
    cause = error.original_error
    locations = [{"line": at.line, "column": at.column} for at in error.locations or ()]
    return {
        **({"type": cause.type} if isinstance(cause, Failed) else {}),
        **({"path": error.path} if error.path else {}),
        "locations": locations,
        "message": error.message,
    }


def _is_dry(node: object, variables: Mapping[str, Any]) -> bool:
    """Whether this is rateLimit(dryRun: true), which prices the query without running it."""
    if not isinstance(node, FieldNode) or node.name.value != "rateLimit":
        return False
    return any(
        value_from_ast_untyped(a.value, dict(variables)) is True for a in node.arguments or ()
    )


def _only(
    document: DocumentNode, operation: OperationDefinitionNode, nodes: list[Any]
) -> DocumentNode:
    """The document with nothing but these fields in its operation."""
    cut = OperationDefinitionNode(
        operation=operation.operation,
        name=operation.name,
        variable_definitions=operation.variable_definitions,
        directives=operation.directives,
        selection_set=SelectionSetNode(selections=tuple(nodes)),
    )
    rest = [cut if node is operation else node for node in document.definitions]
    return DocumentNode(definitions=tuple(rest))
