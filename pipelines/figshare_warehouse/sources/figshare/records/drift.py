"""Schema drift: how records differ from the declared tables. It is collected and reported, never fatal."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

_JSON_NAMES = {str: "string", bool: "boolean", int: "number", float: "number", list: "array", dict: "object"}


@dataclass(slots=True)
class Drift:
    """Collects how records differ from the contract.

    Attributes:
        found: (table, field, problem) → [example, article id, how often].
    """

    found: dict[tuple[str, str, str], list[Any]] = field(default_factory=dict)

    def note(self, table: str, name: str, problem: str, value: Any, article_id: int | None) -> None:
        """Notes one difference; the value itself is not kept, only its JSON type."""
        entry = self.found.setdefault((table, name, problem), [_json_name(value), article_id, 0])
        entry[2] += 1

    def rows(self, refresh_id: str) -> list[dict[str, Any]]:
        """Returns the differences as rows of the table `schema_drift`."""
        return [
            {
                "refresh_id": refresh_id,
                "table_name": table,
                "field": name,
                "problem": problem,
                "example": example,
                "article_id": article_id,
                "found_count": count,
            }
            for (table, name, problem), (example, article_id, count) in self.found.items()
        ]


def _json_name(value: Any) -> str:
    return "null" if value is None else _JSON_NAMES.get(type(value), type(value).__name__)
