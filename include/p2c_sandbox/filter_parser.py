"""`$filter` read into an expression, checked against the entity type and against what each system's OData allows.

Sources: OASIS OData 4.0 URL conventions 5.1.1; Microsoft docs: Filter rows using OData (Dataverse); Open Data Protocol
(finance and operations).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from p2c_sandbox import filter_functions
from p2c_sandbox.expressions import (
    Arithmetic,
    Comparison,
    Conjunction,
    Constant,
    Expression,
    Negation,
    Wildcard,
    comparable,
    wildcard_pattern,
)
from p2c_sandbox.literals import Kind, QueryError, Token, shortened, tokens
from p2c_sandbox.query_scope import Scope

MAXIMUM_DEPTH = 60

_COMPARISONS = ("eq", "ne", "gt", "ge", "lt", "le")
_NOT_OFFERED = ("in", "has")
_SUMS = ("add", "sub")
_PRODUCTS = ("mul", "div", "divby", "mod")
_EDM_NAMES: Mapping[Kind, str] = {
    "string": "Edm.String",
    "number": "Edm.Decimal",
    "boolean": "Edm.Boolean",
    "datetime": "Edm.DateTimeOffset",
    "guid": "Edm.Guid",
    "enum": "Edm.Enum",
    "array": "Collection",
}


def parse_expression(text: str, scope: Scope) -> Expression:
    """The expression of a `$filter`. QueryError says what is wrong with it."""
    parser = _Parser(text, scope)
    found = parser.disjunction()
    parser.expect("end", "")
    if found.kind != "boolean":
        raise QueryError(f"The $filter expression '{shortened(text)}' must evaluate to a single boolean value.")
    return found


class _Parser:
    def __init__(self, text: str, scope: Scope, depth: int = 0) -> None:
        self._text, self._scope = text, scope
        self._tokens = list(tokens(text))
        self._index = 0
        self._depth = depth

    def disjunction(self) -> Expression:
        return self._chain("or", self._conjunction)

    def _conjunction(self) -> Expression:
        return self._chain("and", self._negation)

    def _chain(self, word: str, part: Callable[[], Expression]) -> Expression:
        parts = [part()]
        while self._accept("name", word):
            parts.append(part())
        if len(parts) == 1:
            return parts[0]
        for each in parts:
            _require_boolean(each, word)
        return Conjunction(tuple(parts), every=word == "and")

    def _negation(self) -> Expression:
        if not self._accept("name", "not"):
            return self._comparison()
        with _Nesting(self):
            operand = self._negation()
        _require_boolean(operand, "not")
        return Negation(operand)

    def _comparison(self) -> Expression:
        left = self._sum()
        word = self._current.text
        if self._current.kind == "name" and word in _NOT_OFFERED:
            raise QueryError(f"The operator '{word}' is not supported; use a chain of 'eq' joined by 'or'.")
        if self._current.kind != "name" or word not in _COMPARISONS:
            return left
        self._advance()
        return self._compared(word, left, self._sum())

    def _sum(self) -> Expression:
        return self._arithmetic(_SUMS, lambda: self._arithmetic(_PRODUCTS, self._operand))

    def _arithmetic(self, words: tuple[str, ...], part: Callable[[], Expression]) -> Expression:
        left = part()
        while self._current.kind == "name" and self._current.text in words:
            if self._scope.dialect == "dataverse":
                raise QueryError(f"The operator '{self._current.text}' is not supported in $filter.")
            word, right = self._advance().text, part()
            if {left.kind, right.kind} - {"number", "null"}:
                raise QueryError(f"The operator '{word}' needs numbers on both sides.")
            left = Arithmetic(word, left, right)
        return left

    def _operand(self) -> Expression:
        token = self._advance()
        if token.kind == "symbol" and token.text == "(":
            with _Nesting(self):
                inner = self.disjunction()
            self.expect("symbol", ")")
            return inner
        if token.kind == "name":
            return self._named(token)
        if token.kind in ("symbol", "end"):
            raise self._error(token)
        return self._literal(token)

    def _named(self, token: Token) -> Expression:
        if token.text.startswith("@"):
            return self._alias(token)
        if self._accept("symbol", "("):
            return self._function(token.text)
        names = [token.text]
        while self._accept("symbol", "/"):
            names.append(self.expect("name").text)
        if self._current.text == "(":
            raise QueryError(f"'{'/'.join(names)}' is not supported: lambda operators are not offered here.")
        return self._scope.path(names)

    def _alias(self, token: Token) -> Expression:
        if token.text not in self._scope.aliases:
            raise QueryError(f"The parameter alias '{token.text}' has no value in the URL.")
        inner = _Parser(self._scope.aliases[token.text], self._scope, self._depth)
        with _Nesting(inner):
            found = inner._operand()
        inner.expect("end", "")
        return found

    def _function(self, name: str) -> Expression:
        arguments: list[tuple[str, Expression]] = []
        while not self._accept("symbol", ")"):
            if arguments:
                self.expect("symbol", ",")
            arguments.append(self._argument())
        return filter_functions.call(name, arguments, self._scope)

    def _argument(self) -> tuple[str, Expression]:
        following = self._tokens[self._index + 1] if self._index + 1 < len(self._tokens) else self._current
        if self._current.kind == "name" and following.text == "=":
            name = self._advance().text
            self._advance()
            return name, self._operand()
        with _Nesting(self):
            return "", self.disjunction()

    def _literal(self, token: Token) -> Constant:
        if token.kind != "enum":
            return Constant(comparable(token.value, token.kind), token.kind)
        return Constant(_enum_member(token, self._scope), "enum")

    def _compared(self, word: str, left: Expression, right: Expression) -> Expression:
        left, right = _as_guid(left, right), _as_guid(right, left)
        kinds = {left.kind, right.kind} - {"null"}
        if len(kinds) > 1:
            raise QueryError(_incompatible(word, left, right))
        if self._scope.dialect == "dataverse":
            return Comparison(word, left, right)
        if "enum" in kinds and word not in ("eq", "ne"):
            raise QueryError(f"The operator '{word}' is not supported on enumerations; only eq and ne are.")
        return _wildcard(word, left, right) or Comparison(word, left, right)

    @property
    def _current(self) -> Token:
        return self._tokens[self._index]

    def _advance(self) -> Token:
        token = self._current
        self._index = min(self._index + 1, len(self._tokens) - 1)
        return token

    def _accept(self, kind: Kind, text: str) -> bool:
        found = self._current.kind == kind and self._current.text == text
        if found:
            self._advance()
        return found

    def expect(self, kind: Kind, text: str | None = None) -> Token:
        token = self._current
        if token.kind != kind or (text is not None and token.text != text):
            raise self._error(token)
        return self._advance()

    def _error(self, token: Token) -> QueryError:
        return QueryError(f"Syntax error at position {token.position} in '{shortened(self._text)}'.")


class _Nesting:
    """Bounds how deep expressions nest, so that a hostile one cannot exhaust the stack."""

    def __init__(self, parser: _Parser) -> None:
        self._parser = parser

    def __enter__(self) -> None:
        self._parser._depth += 1
        if self._parser._depth > MAXIMUM_DEPTH:
            raise QueryError(f"The $filter expression nests deeper than {MAXIMUM_DEPTH} levels.")

    def __exit__(self, *_: object) -> None:
        self._parser._depth -= 1


def _require_boolean(expression: Expression, word: str) -> None:
    if expression.kind != "boolean":
        raise QueryError(f"The operator '{word}' needs boolean expressions on its sides.")


def _enum_member(token: Token, scope: Scope) -> str:
    type_name, member = token.value
    name = type_name.removeprefix(f"{scope.model.namespace}.")
    declared = scope.model.enums.get(name)
    if declared is None or member not in declared.members:
        raise QueryError(f"The string '{shortened(token.text)}' is not a valid enumeration type constant.")
    return str(member)


def _as_guid(operand: Expression, other: Expression) -> Expression:
    """Dataverse takes an identifier in quotes as well."""
    if isinstance(operand, Constant) and operand.kind == "string" and other.kind == "guid":
        return Constant(operand.value, "guid")
    return operand


def _incompatible(word: str, left: Expression, right: Expression) -> str:
    operators = {"eq": "Equal", "ne": "NotEqual", "gt": "GreaterThan", "ge": "GreaterThanOrEqual"}
    operators |= {"lt": "LessThan", "le": "LessThanOrEqual"}
    names = [_EDM_NAMES.get(operand.kind, operand.kind) for operand in (left, right)]
    return (
        f"A binary operator with incompatible types was detected. Found operand types '{names[0]}' and "
        f"'{names[1]}' for operator kind '{operators[word]}'."
    )


def _wildcard(word: str, left: Expression, right: Expression) -> Wildcard | None:
    if word not in ("eq", "ne") or not isinstance(right, Constant) or "*" not in str(right.value):
        return None
    return Wildcard(left, wildcard_pattern(right.value, {"*": ".*"}), negated=word == "ne")
