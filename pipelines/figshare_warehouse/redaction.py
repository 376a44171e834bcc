"""Redaction of secrets: whole, in part, and in the forms in which they are sent or quoted."""

from __future__ import annotations

import json
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

MARK = "***"
SHORTEST_RUN = 8
"""Length of the shortest part of a secret that is redacted."""


class Redactor:
    """Replaces secrets in a text by a mark.

    Redact before shortening a text: less than eight characters of a secret are not recognized.

    Args:
        secrets: the secrets; empty ones are skipped.
    """

    def __init__(self, secrets: Iterable[str | None]) -> None:
        forms = {form for secret in secrets if secret for form in _forms(secret)}
        self._runs = frozenset(
            form[at : at + SHORTEST_RUN] for form in forms for at in range(len(form) - SHORTEST_RUN + 1)
        )
        # Longest first: one may be part of another.
        self._short = sorted((form for form in forms if len(form) < SHORTEST_RUN), key=len, reverse=True)

    def __call__(self, text: str) -> str:
        """Returns the text with a mark for each secret, and for each run of eight or more characters of one."""
        if self._runs:
            text = self._without_runs(text)
        for secret in self._short:
            text = text.replace(secret, MARK)
        return text

    def _without_runs(self, text: str) -> str:
        shown: list[str] = []
        until = 0
        for at in range(len(text) - SHORTEST_RUN + 1):
            if text[at : at + SHORTEST_RUN] in self._runs:
                if at >= until:
                    shown += text[until:at], MARK
                until = at + SHORTEST_RUN
        return "".join([*shown, text[until:]])


def _forms(secret: str) -> set[str]:
    """A secret as it is, in JSON, and in a URL."""
    quoted = {quote(secret, safe=""), quote(secret), quote_plus(secret)}
    in_json = {json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}
    return {secret, *in_json, *quoted, *map(_lower_escapes, quoted)}


def _lower_escapes(quoted: str) -> str:
    first, *others = quoted.split("%")
    return "%".join([first, *(other[:2].lower() + other[2:] for other in others)])
