from __future__ import annotations

from datetime import date
from typing import Any

import requests

from figshare_sandbox import Sandbox

TODAY = date(2026, 6, 30)


class Client:
    """A plain client of one sandbox: relative paths in, answers out."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.session = requests.Session()

    def get(self, path: str, *, cursor: str | None = None, token: bool = False, **query: Any) -> requests.Response:
        headers = {"X-Cursor": cursor} if cursor else {}
        if token:
            headers["Authorization"] = f"token {self.sandbox.token}"
        return self.session.get(self.sandbox.api_url + path, params=query, headers=headers, timeout=30)

    def search(self, text: str | None = None, *, cursor: str | None = None, **body: Any) -> requests.Response:
        if text is not None:
            body["search_for"] = text
        headers = {"X-Cursor": cursor} if cursor else {}
        return self.session.post(self.sandbox.api_url + "/articles/search", json=body, headers=headers, timeout=30)

    def found(self, text: str | None = None, **body: Any) -> set[int]:
        answer = self.search(text, limit=1000, **body)
        assert answer.status_code == 200, answer.text
        return {record["id"] for record in answer.json()}

    def stats(self, path: str, *, auth: bool = False, **query: Any) -> requests.Response:
        credentials = (self.sandbox.stats_username, self.sandbox.stats_password) if auth else None
        return self.session.get(self.sandbox.stats_url + path, params=query, auth=credentials, timeout=30)
