"""A Figshare with people of names that nobody else has, and a warehouse that was loaded from it with all internal."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from figshare_sandbox import Sandbox
from figshare_warehouse.configuration import resolve_settings
from figshare_warehouse.refresh import Outcome, load
from tests.support import TODAY, Quiet

INTERNAL: dict[str, Any] = {"internal": True, "account": True}
ACCOUNTS: dict[str, Any] = {"internal": True, "without": ["articles", "reviews"]}
"""What is about accounts only."""

SECRETS = ("Quizzaciously", "Zephyranthes", "quizz.zephyr", "UNIQUEPERSON77")
"""What only one account holds: names, e-mail address, the institution's id of the person."""

DRAFT_SECRETS = ("Xylotomous", "Yttriferous", "Wyvernlike", "Ploughshared")
"""What only drafts and reviews hold: titles of a draft and of a next version, a comment and a decision."""


def make_recognizable(sandbox: Sandbox) -> int:
    """Makes the second account one that can be found in any file by its bytes; returns its id."""
    account_id = int(sandbox.world.accounts[1]["id"])
    first, last, email, user = SECRETS
    fields = {"first_name": first, "last_name": last, "email": f"{email}@northfield.example"}
    administration = sandbox.world.administration
    administration.edit_account(account_id, **fields, institution_user_id=user)
    title, next_title, comment, decision = DRAFT_SECRETS
    draft = administration.create_draft(account_id, title=f"{title} beetles", description=f"<p>{title}</p>")
    administration.edit_draft(sandbox.world.public_ids()[0], title=f"{next_title} sands", tags=[next_title])
    curation = administration.curation
    curation.comment(curation.open(draft, assigned_to=account_id), f"{comment} remarks")
    curation.decide(curation.open(draft, assigned_to=account_id), "rejected", f"{decision} decision")
    return account_id


def loaded_at(
    moment: datetime, sandbox: Sandbox, warehouse: Path, confirm: bool = False, ticks: bool = False, **options: Any
) -> Outcome:
    """Loads as of a time, which stands still unless it `ticks`."""
    passed = itertools.count()

    def clock() -> datetime:
        return moment + timedelta(milliseconds=next(passed) if ticks else 0)

    given = {
        "institution": sandbox.institution_id,
        "api_url": sandbox.api_url,
        "stats_url": sandbox.stats_url,
        "token": sandbox.token,
        "requests_per_second": 0.0,
        "retry_wait_seconds": 0.01,
        "usage": ["none"],
    }
    return load(resolve_settings({**given, **options}), warehouse, Quiet(), confirm, clock=clock)


@pytest.fixture
def people() -> Iterator[Sandbox]:
    """A Figshare of few articles and forty accounts."""
    with Sandbox(items=5, today=TODAY) as sandbox:
        yield sandbox


@pytest.fixture
def warehouse(begun: Callable[[Path], Path], tmp_path: Path) -> Path:
    """A warehouse that nothing was loaded into yet."""
    return begun(tmp_path / "w.duckdb")


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory, _refreshed: Callable[..., Outcome]) -> Path:
    """The folder of a warehouse with internal records that was published; do not change it."""
    folder = tmp_path_factory.mktemp("internal")
    with Sandbox(items=30, today=TODAY) as sandbox:
        make_recognizable(sandbox)
        outcome = _refreshed(sandbox, folder / "w.duckdb", publish=True, **INTERNAL)
        assert outcome.outcome == "done"
        assert outcome.internal == folder / "w_reports_internal.duckdb"
    return folder
