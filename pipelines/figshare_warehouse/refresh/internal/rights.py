"""What the token may see: found out by asking, kept for a while, and found out again with another token."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import Any

import duckdb

from figshare_warehouse.errors import FigshareWarehouseError
from figshare_warehouse.refresh.run import Run
from figshare_warehouse.sources.figshare.client import FigshareClient
from figshare_warehouse.sources.figshare.internal.accounts import own_account
from figshare_warehouse.sources.figshare.records.arrow import computed_rows
from figshare_warehouse.sources.http.errors import DeniedError, RequestError
from figshare_warehouse.tables.internal import READINGS, RIGHTS
from figshare_warehouse.warehouse import store

logger = logging.getLogger("figshare_warehouse")

DENIED_DAYS = 30
"""So long a part that a token may not see is not asked for again with the same token."""

INSTITUTION = "institution"
"""The part with the lookups that need an administrator's token: the institution, its groups and fields."""


class InvalidTokenError(FigshareWarehouseError):
    """Figshare refuses the token for everything: it has expired, was revoked, or is incomplete."""


def token_mark(connection: duckdb.DuckDBPyConnection, client: FigshareClient) -> str:
    """Returns what tells one token from another: a salt of this warehouse, and a hash made with it."""
    known = store.ask(connection, "internal/salt")
    salt = known[0]["salt"] if known else secrets.token_hex(8)
    return f"{salt}:{client.token_mark(salt)}"


def denied_parts(
    connection: duckdb.DuckDBPyConnection, client: FigshareClient, now: datetime
) -> dict[str, dict[str, Any]]:
    """Returns the parts that are not asked for, since this token was refused them: part → row of `rights`.

    Args:
        connection: the warehouse.
        client: has the token.
        now: the time (UTC).
    """
    if not store.has_internal(connection):
        return {}
    since = now - timedelta(days=DENIED_DAYS)
    rows = store.ask(connection, "internal/rights_denied", token_mark=token_mark(connection, client), since=since)
    return {row["part"]: row for row in rows}


def note_institution_denied(run: Run, error: DeniedError) -> None:
    """Notes that the token may not see its institution and groups, as an ordinary one may not.

    Raises:
        FigshareWarehouseError: nothing more can be asked.
    """
    with suppress(InvalidTokenError):
        Rights(run).note_denied(INSTITUTION, error)


class Rights:
    """The rights of the token of one refresh.

    Attributes:
        token_mark: what tells this token from others.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self.token_mark = token_mark(run.connection, run.client)
        self._denied = denied_parts(run.connection, run.client, run.started_at)
        self._before = {row["part"]: row for row in run.ask("internal/rights_of_token", token_mark=self.token_mark)}
        self._is_valid: bool | None = None

    def is_denied(self, part: str) -> bool:
        """Whether a part is not asked for, since the token was refused it some days ago; that is said."""
        row = self._denied.get(part)
        if row is None:
            return False
        again = row["asked_at"] + timedelta(days=DENIED_DAYS)
        self._run.outcome.denied.append(f"{part} ({row['status']}; asked again on {again:%Y-%m-%d})")
        return True

    def note_valid(self) -> None:
        """Notes that Figshare takes the token."""
        self._is_valid = True

    @contextmanager
    def found_out(self, part: str) -> Iterator[None]:
        """Notes whether the token may see a part, and any other failure of a request within the block.

        Raises:
            InvalidTokenError: Figshare refuses the token for everything, which is said.
            FigshareWarehouseError: nothing more can be asked, or the warehouse cannot be written.
        """
        try:
            yield
        except DeniedError as error:
            self.note_denied(part, error)
        except RequestError as error:
            self._run.note_failure(error)
        else:
            self._note_allowed(part)

    def note_denied(self, part: str, error: DeniedError) -> None:
        """Notes that the token may not see a part; errors as `found_out`."""
        run = self._run
        if not self._is_taken():
            sentence = (
                f"Figshare refuses the token ({error.status}): it has expired, was revoked or is incomplete. Nothing "
                "internal was read; what was loaded before stays. Create a new one, and set it as "
                "sources.figshare.token."
            )
            run.note_finding(sentence)
            run.is_token_refused = True
            raise InvalidTokenError(sentence)
        now = run.now()
        before = self._before.get(part)
        is_same = before is not None and before["allowed_at"] is None
        row = {
            "part": part,
            "token_mark": self.token_mark,
            "status": error.status,
            "denied_at": before["denied_at"] if before and is_same else now,
            "asked_at": now,
            "refresh_id": run.refresh_id,
        }
        run.keep(RIGHTS, [computed_rows(RIGHTS, [row])])
        run.note_finding(
            f"This token may not see the {part} ({error.status} for {error.path}): they are not read, and what was "
            f"loaded before stays. They are asked for again with another token, or after {DENIED_DAYS} days; --without "
            "leaves them out."
        )

    def note_read(self, part: str, record_count: int) -> None:
        """Notes that a list was read to its end."""
        run = self._run
        row = {
            "part": part,
            "record_count": record_count,
            "token_mark": self.token_mark,
            "completed_at": run.now(),
            "refresh_id": run.refresh_id,
        }
        run.keep(READINGS, [computed_rows(READINGS, [row])])

    def _note_allowed(self, part: str) -> None:
        self._is_valid = True
        before = self._before.get(part)
        if before is not None and before["allowed_at"] is None:
            now = self._run.now()
            row = {**before, "asked_at": now, "allowed_at": now, "refresh_id": self._run.refresh_id}
            self._run.keep(RIGHTS, [computed_rows(RIGHTS, [row])])

    def _is_taken(self) -> bool:
        """Whether Figshare takes the token at all: every account may see itself."""
        if self._is_valid is None:
            try:
                own_account(self._run.client)
            except DeniedError:
                self._is_valid = False
            except RequestError:
                # It is not known: a refusal is taken for what it says.
                return True
            else:
                self._is_valid = True
        return self._is_valid
