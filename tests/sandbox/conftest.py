from __future__ import annotations

from collections.abc import Iterator

import pytest

from figshare_sandbox import Sandbox
from tests.sandbox.sandbox_client import TODAY, Client


@pytest.fixture(scope="session")
def shared() -> Iterator[Client]:
    """A sandbox that no test changes."""
    with Sandbox(items=200, seed=1, today=TODAY) as sandbox:
        client = Client(sandbox)
        yield client
        client.session.close()


@pytest.fixture
def client() -> Iterator[Client]:
    """A sandbox of its own for a test that changes it."""
    with Sandbox(items=60, seed=2, today=TODAY, record_bodies=True) as sandbox:
        client = Client(sandbox)
        yield client
        client.session.close()
