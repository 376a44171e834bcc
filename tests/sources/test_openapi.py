"""What a refresh asks, and every kind of the sandbox's answers, against Figshare's own OpenAPI descriptions.

Real answers break that description in places. Where the sandbox breaks it in the same way the deviation is listed here
with its reason, and a deviation that no longer occurs fails as well, so that the list stays true.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import orjson
import pytest
import requests

jsonschema = pytest.importorskip("jsonschema")

from figshare_sandbox import Sandbox  # noqa: E402 - after what it may be skipped for
from tests.support import Refreshed  # noqa: E402

SHARED = Path(__file__).parents[3] / "shared" / "figshare-api"
V2, V3 = SHARED / "openapi-v2.0.json", SHARED / "openapi-v3.0.json"
pytestmark = pytest.mark.skipif(not V2.exists() or not V3.exists(), reason="../shared/figshare-api is not here")

TEXT, NUMBER, OBJECT = "is not of type 'string'", "is not of type 'integer'", "is not of type 'object'"
#: Field (without places in lists, a review's item as the article it is) and kind of deviation -> why.
ALLOWED: dict[tuple[str, str], str] = {
    ("", "'files' is a required property"): "embargoed items may lack their files",
    ("", OBJECT): "reviews and comments are lists, described as one by mistake",
    ("", "'ip_name' is a required property"): "missing unless an embargo option is of an IP range, as its prose says",
    ("assigned_to", NUMBER): "null while nobody has taken up a review",
    ("authors", "'first_name' is a required property"): "only newer answers have it",
    ("authors", "'last_name' is a required property"): "only newer answers have it",
    ("authors.orcid_id", TEXT): "null for some authors, empty for most",
    ("custom_fields.value", OBJECT): "a string or a list of strings, never an object",
    ("embargo_date", TEXT): "null without an embargo",
    ("embargo_type", "None is not one of ['article', 'file']"): "null for some items without an embargo",
    ("embargo_type", TEXT): "null for some items without an embargo",
    ("funding", TEXT): "null or empty without funding",
    ("funding_list", "'url' is a required property"): "missing where a grant was typed in by hand",
    ("funding_list.funder_name", TEXT): "null where a grant was typed in by hand",
    ("group_id", NUMBER): "null in searches and details of items in no group",
    ("project_id", NUMBER): "null in searches for items in no project",
    ("published_date", TEXT): "null for drafts",
    ("resource_doi", TEXT): "null in details of items without a resource",
    ("resource_title", TEXT): "null in details of items without a resource",
    ("review_date", TEXT): "null until a review is decided",
}


def responses(sandbox: Sandbox) -> Iterator[tuple[str, str, str, Any]]:
    """Method, path of the description, what was asked, and the response."""
    session = requests.Session()
    token = {"Authorization": f"token {sandbox.token}"}
    own = f"institution={sandbox.institution_id}"
    ids = sandbox.world.public_ids(everywhere=True)

    def get(described: str, path: str) -> tuple[str, str, str, Any]:
        answer = session.get(sandbox.api_url + path, headers=token if path.startswith("/account") else {})
        assert answer.status_code == 200, (path, answer.text)
        return "get", described, path, answer.json()

    def post(path: str, body: Any) -> tuple[str, str, str, Any]:
        answer = session.post(sandbox.api_url + path, json=body)
        assert answer.status_code == 200, (path, answer.text)
        return "post", path, path, answer.json()

    yield get("/articles", f"/articles?{own}&page_size=1000")
    yield get("/articles", "/articles?page_size=1000&order=modified_date&order_direction=asc")
    yield post("/articles/search", {"page_size": 1000})
    yield post("/articles/search", {"search_for": "data OR survey", "limit": 1000})
    for number in ids:
        yield get("/articles/{article_id}", f"/articles/{number}")
        yield get("/articles/{article_id}/files", f"/articles/{number}/files?page_size=1000")
        yield get("/articles/{article_id}/versions", f"/articles/{number}/versions")
    many = [n for n in ids if sandbox.world.items[n].versions]
    for number in many:
        yield get("/articles/{article_id}/versions/{version_id}", f"/articles/{number}/versions/1")
        yield get("/articles/{article_id}/versions/{version_id}/files", f"/articles/{number}/versions/1/files")
    for kind, name in (("collections", "collection_id"), ("projects", "project_id")):
        yield get(f"/{kind}", f"/{kind}?page_size=1000")
        yield post(f"/{kind}/search", {"page_size": 1000})
        for number in getattr(sandbox.world, kind):
            yield get(f"/{kind}/{{{name}}}", f"/{kind}/{number}")
            yield get(f"/{kind}/{{{name}}}/articles", f"/{kind}/{number}/articles")
    for number in sandbox.world.collections:
        yield get("/collections/{collection_id}/versions", f"/collections/{number}/versions")
        yield get("/collections/{collection_id}/versions/{version_id}", f"/collections/{number}/versions/1")
    for path in ("/categories", "/licenses", "/item_types", "/account", "/account/institution"):
        yield get(path, path)
    for path in ("groups", "articles", "accounts", "custom_fields"):
        yield get(f"/account/institution/{path}", f"/account/institution/{path}?page_size=1000")
    yield get("/account/institution/reviews", "/account/institution/reviews?limit=1000")
    for review in sandbox.world.reviews:
        described = "/account/institution/review/{curation_id}"
        yield get(described, f"/account/institution/review/{review['id']}")
        comments = f"/account/institution/review/{review['id']}/comments?limit=1000"
        yield get(f"{described}/comments", comments)
    for path in ("roles", "embargo_options"):
        yield get(f"/account/institution/{path}", f"/account/institution/{path}")
    for account in sandbox.world.accounts[:9]:
        for path in ("accounts", "users", "roles"):
            described = f"/account/institution/{path}/{{account_id}}"
            yield get(described, f"/account/institution/{path}/{account['id']}")
    yield get("/account/articles", "/account/articles?page_size=1000")
    for number in sandbox.world.administration.article_ids():
        yield get("/account/articles/{article_id}", f"/account/articles/{number}")
        yield get("/account/articles/{article_id}/files", f"/account/articles/{number}/files")


#: The same for version 3: what is the same as in version 2, and what the description of July 2026 does not have.
ALLOWED_V3: dict[tuple[str, str], str] = {
    ("", "'files' is a required property"): "embargoed items may lack their files",
    ("group_id", NUMBER): "null in details of items in no group (`nullable`, which the validator does not know)",
    ("embargo_date", TEXT): "null without an embargo",
    ("embargo_type", "None is not one of ['article', 'file']"): "null for some items without an embargo",
    ("embargo_type", TEXT): "null for some items without an embargo",
    ("resource_doi", TEXT): "null in details of items without a resource",
    ("resource_title", TEXT): "null in details of items without a resource",
    ("published_date", TEXT): "null for drafts",
}


def responses_v3(sandbox: Sandbox) -> Iterator[tuple[str, str, str, Any]]:
    """As `responses`, of version 3."""
    session = requests.Session()
    token = {"Authorization": f"token {sandbox.token}"}
    api_url = sandbox.api_url.replace("/v2", "/v3")
    world = sandbox.world
    own = f"institution={sandbox.institution_id}"

    def get(described: str, path: str) -> tuple[str, str, str, Any]:
        answer = session.get(api_url + path, headers=token if re.match("/account|/item_types", path) else {})
        assert answer.status_code == 200, (path, answer.text)
        return "get", described, path, answer.json()

    yield get("/items", f"/items?{own}&page_size=1000")
    yield get("/items", "/items?order=posted_date&order_direction=asc&limit=1000")
    for body in ({"limit": 1000}, {"institution": sandbox.institution_id, "published_since": "2020-01-01"}):
        answer = session.post(f"{api_url}/items/search", json=body)
        assert answer.status_code == 200, answer.text
        yield "post", "/items/search", str(body), answer.json()
    for number in world.public_ids():
        yield get("/items/{item_id}", f"/items/{number}")
        yield get("/items/{item_id}/files", f"/items/{number}/files?page_size=1000")
        yield get("/items/{item_id}/versions", f"/items/{number}/versions")
    for number in (n for n in world.public_ids() if world.items[n].versions):
        yield get("/items/{item_id}/versions/{version_id}", f"/items/{number}/versions/1")
    for kind, name in (("collections", "collection_id"), ("projects", "project_id")):
        for shelf in getattr(world, kind).values():
            if shelf.institution in world.switched:
                yield get(f"/{kind}/{{{name}}}", f"/{kind}/{shelf.id}")
                yield get(f"/{kind}/{{{name}}}/items", f"/{kind}/{shelf.id}/items")
    for path in (
        "/categories",
        "/licences",
        "/item_types",
        "/account",
        "/account/institution",
        "/account/items/fields",
    ):
        yield get(path, path)
    for path in ("", "/groups", "/items", "/accounts"):
        yield get(f"/account/institution{path}", f"/account/institution{path}?page_size=1000")
    yield get("/account/items", "/account/items?page_size=1000")
    for number in world.administration.article_ids():
        yield get("/account/items/{item_id}", f"/account/items/{number}")
    described = "/account/items/fields/configuration/{item_type_id}"
    yield get(described, "/account/items/fields/configuration/3")


def deviations(file: Path, answers: Iterator[tuple[str, str, str, Any]]) -> dict[tuple[str, str], str]:
    """Field and kind of each deviation from a description, with what was asked."""
    description = orjson.loads(file.read_bytes())
    validators: dict[tuple[str, str], Any] = {}
    found: dict[tuple[str, str], str] = {}
    for method, described, asked, content in answers:
        if (method, described) not in validators:
            answer = description["paths"][described][method]["responses"]["200"]
            schema = answer["content"]["application/json"]["schema"]
            whole = {"components": description["components"], "allOf": [schema]}
            validators[method, described] = jsonschema.Draft4Validator(whole)
        for error in validators[method, described].iter_errors(content):
            field = ".".join(str(p) for p in error.absolute_path if not isinstance(p, int))
            field = "" if field == "item" else field.removeprefix("item.")
            kind = re.sub(r"^.*? is", "is", error.message) if error.validator == "type" else error.message
            found.setdefault((field, kind), asked)
    return found


def check(found: dict[tuple[str, str], str], allowed: dict[tuple[str, str], str]) -> None:
    unexpected = {deviation: asked for deviation, asked in found.items() if deviation not in allowed}
    assert not unexpected, chr(10).join(map(repr, sorted(unexpected.items())))
    assert not {deviation for deviation in allowed if deviation not in found}


def test_answers_follow_the_description() -> None:
    with Sandbox(items=200, seed=3, today=date(2026, 6, 30)) as sandbox:
        check(deviations(V2, responses(sandbox)), ALLOWED)


def test_answers_of_version_3_follow_its_description() -> None:
    with Sandbox(items=200, seed=3, today=date(2026, 6, 30)) as sandbox:
        sandbox.world.switch()
        check(deviations(V3, responses_v3(sandbox)), ALLOWED_V3)


def test_collections_and_projects_with_fields_follow_the_description_of_version_2() -> None:
    with Sandbox(items=200, seed=3, today=date(2026, 6, 30)) as sandbox:
        sandbox.world.switch(after="fields")
        answers = (
            (
                "get",
                f"/{kind}/{{{kind[:-1]}_id}}",
                str(number),
                requests.get(f"{sandbox.api_url}/{kind}/{number}").json(),
            )
            for kind in ("collections", "projects")
            for number, shelf in getattr(sandbox.world, kind).items()
            if shelf.institution in sandbox.world.switched
        )
        found = deviations(V2, answers)
    # What is in `fields` is suppressed on top: the prose says so of private ones, and the schema requires it all.
    assert {kind for _, kind in found if "is a required property" not in kind} == set()


@pytest.mark.slow
@pytest.mark.parametrize("version", ["v2", "v3"])
def test_every_request_is_valid_by_the_description_of_its_version(
    refreshed: Refreshed, tmp_path: Path, version: str
) -> None:
    description = orjson.loads((V3 if version == "v3" else V2).read_bytes())
    components = description["components"]
    with Sandbox(items=1100, seed=3, today=date(2026, 6, 30), record_bodies=True) as sandbox:
        if version == "v3":
            sandbox.world.switch()
        sandbox.world.items_cursor_supported = False
        assert refreshed(sandbox, tmp_path / "warehouse.duckdb", searches={"data": "data"}).outcome == "done"
        exchanges = [exchange for exchange in sandbox.requests if exchange.path.startswith(f"/{version}/")]
    items, item = ("/items", "{item_id}") if version == "v3" else ("/articles", "{article_id}")
    seen = set()
    for exchange in exchanges:
        path = re.sub(r"(?<=/)[0-9]+", item, exchange.path.removeprefix(f"/{version}"), count=1)
        operation = description["paths"][path][exchange.method.lower()]
        seen.add(path)
        allowed = {one["name"]: one["schema"] for one in operation.get("parameters", ()) if one["in"] == "query"}
        for name, value in exchange.query.items():
            schema = {"components": components, "allOf": [allowed[name]]}
            jsonschema.validate(int(value) if value.isdecimal() else value, schema)
        if exchange.method == "POST":
            schema = operation["requestBody"]["content"]["application/json"]["schema"]
            jsonschema.validate(orjson.loads(exchange.body), {"components": components, "allOf": [schema]})
    lists = {"/account/items/fields", "/item_types"} if version == "v3" else {"/account/institution/custom_fields"}
    assert {items, f"{items}/search", f"{items}/{item}", f"{items}/{item}/files", *lists} <= seen
