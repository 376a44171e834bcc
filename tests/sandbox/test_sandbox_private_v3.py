"""Version 3 of the API for those who have a token: articles in every state, and reviews."""

from __future__ import annotations

from tests.sandbox.sandbox_client import Client
from tests.sandbox.test_sandbox_administration import get


def test_private_items_and_reviews(client: Client) -> None:
    sandbox = client.sandbox
    world = sandbox.world
    number = world.administration.create_draft(world.accounts[0]["id"], title="On version 3")
    review = world.administration.curation.open(number)

    def found(path: str, token: str = sandbox.token) -> tuple[int, object]:
        url = sandbox.api_url.replace("/v2", "/v3") + path
        answer = client.session.get(url, headers={"Authorization": f"token {token}"}, timeout=30)
        return answer.status_code, answer.json()

    assert found(f"/account/items/{number}")[0] == 403
    world.switch()
    assert get(client, f"/account/articles/{number}").status_code == 404
    status, detail = found(f"/account/items/{number}")
    assert status == 200
    assert isinstance(detail, dict)
    assert detail["fields"]["title"] == "On version 3"
    assert (detail["account_id"], detail["curation_status"]) == (world.accounts[0]["id"], "pending")
    assert found(f"/account/items/{number}", sandbox.account_token)[0] == 404
    _, own = found("/account/items?page_size=1000")
    assert isinstance(own, list)
    assert number in {record["id"] for record in own}
    _, reviews = found(f"/account/institution/reviews?item_id={number}")
    assert isinstance(reviews, list)
    assert [(one["id"], one["item_id"], "article_id" in one) for one in reviews] == [(review, number, False)]
    assert found("/account/institution/reviews", sandbox.account_token)[0] == 403
