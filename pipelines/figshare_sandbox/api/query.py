"""The search language: fields, AND, OR, NOT, quotes and brackets; a space is an OR."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from figshare_sandbox.api.messages import ApiError, unprocessable
from figshare_sandbox.api.searchable import EXACT_FIELDS, TEXT_FIELDS, Searchable
from figshare_sandbox.world.model import canonical

Predicate = Callable[[Searchable], bool]
MIN_LENGTH = 3
_TOKEN = re.compile(r"\s*(?:(?P<bracket>[()])|:(?P<field>[A-Za-z_]+):|\"(?P<phrase>[^\"]*)\"|(?P<word>[^\s()\"]+))")
_OPERATORS = {"AND", "OR", "NOT"}
_DATE_FIELDS = {
    "published_before": ("published_date", True), "published_after": ("published_date", False),
    "modified_before": ("modified_date", True), "modified_after": ("modified_date", False),
}  # fmt: skip
_ALIASES = {"license": "licence", "keyword": "tag", "authors": "author", "tags": "tag", "categories": "category"}


@dataclass(slots=True, frozen=True)
class _Token:
    kind: str
    text: str


def parse(text: str) -> Predicate:
    """Turn a search into a test of one article.

    Raises:
        ApiError: 422 for less than three characters, unbalanced quotes or brackets, unknown fields, idle operators.
    """
    if len(text.strip()) < MIN_LENGTH:
        raise _bad(f"search_for needs at least {MIN_LENGTH} characters")
    return _Parser(_tokens(text)).whole()


def _bad(message: str) -> ApiError:
    return unprocessable(message, "search_for")


def _tokens(text: str) -> list[_Token]:
    made: list[_Token] = []
    position, text = 0, text.rstrip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise _bad("unbalanced quotes")
        kind = str(match.lastgroup)
        value = match[kind]
        made.append(_Token("operator" if kind == "word" and value in _OPERATORS else kind, value))
        position = match.end()
    return made


class _Parser:
    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._at = 0

    def whole(self) -> Predicate:
        test = self._any_of(None)
        if self._at < len(self._tokens):
            raise _bad("unbalanced brackets")
        return test

    def _peek(self) -> _Token:
        return self._tokens[self._at] if self._at < len(self._tokens) else _Token("end", "")

    def _next(self) -> _Token:
        token = self._peek()
        self._at += 1
        return token

    def _any_of(self, field: str | None) -> Predicate:
        tests = [self._all_of(field)]
        while True:
            token = self._peek()
            if token == _Token("operator", "OR"):
                self._next()
            elif token.kind == "end" or token == _Token("bracket", ")"):
                break
            tests.append(self._all_of(field))
        return tests[0] if len(tests) == 1 else lambda s: any(test(s) for test in tests)

    def _all_of(self, field: str | None) -> Predicate:
        tests = [self._negated(field)]
        while True:
            token = self._peek()
            if token == _Token("operator", "AND"):
                self._next()
            elif token != _Token("operator", "NOT"):  # `a NOT b` leaves out what has b
                break
            tests.append(self._negated(field))
        return tests[0] if len(tests) == 1 else lambda s: all(test(s) for test in tests)

    def _negated(self, field: str | None) -> Predicate:
        if self._peek() == _Token("operator", "NOT"):
            self._next()
            test = self._negated(field)
            return lambda s: not test(s)
        return self._primary(field)

    def _primary(self, field: str | None) -> Predicate:
        token = self._next()
        if token == _Token("bracket", "("):
            test = self._any_of(field)
            if self._next() != _Token("bracket", ")"):
                raise _bad("unbalanced brackets")
            return test
        if token.kind == "field":
            return self._field(token.text.lower())
        if token.kind in {"word", "phrase"}:
            return _match(field, token.text)
        raise _bad("unbalanced brackets" if token.kind == "bracket" else "an operator has nothing to work on")

    def _field(self, name: str) -> Predicate:
        name = _ALIASES.get(name, name)
        if name not in TEXT_FIELDS and name not in EXACT_FIELDS and name not in _DATE_FIELDS:
            raise _bad(f"unknown search field :{name}:")
        token = self._peek()
        if token == _Token("bracket", "("):
            return self._primary(name)
        if token.kind == "phrase":
            return _match(name, self._next().text)
        words = []
        while self._peek().kind == "word":
            words.append(self._next().text)
        if not words:
            raise _bad(f":{name}: has no value")
        if name in TEXT_FIELDS:  # any of the words; other fields match what is written as a whole
            tests = [_match(name, word) for word in words]
            return lambda s: any(test(s) for test in tests)
        return _match(name, " ".join(words))


def _match(field: str | None, text: str) -> Predicate:
    if field in _DATE_FIELDS:
        key, before = _DATE_FIELDS[field]
        limit = canonical(text)
        if limit is None:
            raise _bad(f":{field}: needs a date")
        return _dated(key, before, limit)
    if field in EXACT_FIELDS:
        exact = text.strip().lower()
        return lambda s: s.has(field, exact)
    name = field or "search_term"
    return lambda s: s.contains(name, text)


def _dated(key: str, before: bool, limit: str) -> Predicate:
    """`before` leaves its day out, `after` takes it in."""

    def test(record: Searchable) -> bool:
        value = record.date(key)
        return value is not None and (value < limit if before else value >= limit)

    return test
