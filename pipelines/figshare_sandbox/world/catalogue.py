"""What belongs to the articles: collections, projects, accounts and curation reviews."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from figshare_sandbox.world import texts
from figshare_sandbox.world.model import Item, Json
from figshare_sandbox.world.people import orcid
from figshare_sandbox.world.vocabulary import CUSTOM_FIELDS, INSTITUTION_ID, INSTITUTION_NAME, PORTAL, TOP_GROUP_ID

ACCOUNT_ID = 4_000_000
REVIEW_STATES = ("pending", "approved", "rejected", "closed")


@dataclass(slots=True)
class Shelf:
    """A collection or a project: its full record, its articles and whose it is.

    Attributes:
        id: Its id.
        detail: Its full record.
        articles: The ids of its articles, withdrawn ones included.
        institution: The id of its institution, 0 for none.
        group_id: The group it lies in.
        versions: How many versions it has.
        state: `public` or `withdrawn`.
        touched: When it was last changed, where its record does not say.
    """

    id: int
    detail: Json
    articles: list[int] = field(default_factory=list)
    institution: int = INSTITUTION_ID
    group_id: int | None = None
    versions: int = 1
    state: str = "public"
    touched: str | None = None


def collections(rng: Random, items: list[Item]) -> list[Shelf]:
    """A few collections of the institution, one of no institution; of public articles, withdrawn ones included."""
    made = []
    for n in range(min(3 + len(items) // 100, 200) if items else 0):
        number = 6_000_000 + 7 * n
        chosen = rng.sample(items, min(len(items), 2 + int(rng.random() * 12)))
        first = max((i.detail.get("published_date") or "" for i in chosen), default="") or "2020-01-01T00:00:00Z"
        own = n % 5 != 4
        versions = 3 if n == 1 else 1
        group = TOP_GROUP_ID if own else None
        categories = [c for i in chosen for c in i.detail.get("categories") or ()][:2]
        detail: Json = {
            "id": number, "title": f"{rng.choice(texts.TOPICS).capitalize()}: a collection",
            "doi": f"10.5072/c.{number}.v{versions}" if n != 2 else "",
            "handle": "" if n != 2 else f"99999.1/c{number}",
            "url": f"https://api.figshare.example/v2/collections/{number}",
            "timeline": {"posted": first[:-1], "firstOnline": first[:-1]}, "published_date": first,
            "funding": [], "resource_id": "", "resource_doi": "", "resource_title": "", "resource_link": "",
            "resource_version": 0, "version": versions, "description": f"<p>{rng.choice(texts.SENTENCES)}</p>",
            "categories": categories, "references": [], "related_materials": [], "tags": rng.sample(texts.TAGS, 3),
            "keywords": [], "authors": (chosen[0].detail.get("authors") or [])[:3],
            "institution_id": INSTITUTION_ID if own else 0, "group_id": group or 0, "articles_count": 0, "public": True,
            "citation": f"{INSTITUTION_NAME} ({first[:4]}). Collection {number}.", "custom_fields": [],
            "modified_date": first, "created_date": first,
        }  # fmt: skip
        detail["keywords"] = detail["tags"]
        made.append(Shelf(number, detail, [i.id for i in chosen], INSTITUTION_ID if own else 0, group, versions))
    return made


def projects(rng: Random, items: list[Item]) -> list[Shelf]:
    """A few projects; an article belongs to one at most."""
    made = []
    free = list(items)
    rng.shuffle(free)
    for n in range(min(2 + len(items) // 200, 100) if items else 0):
        number = 160_000 + 11 * n
        chosen = [free.pop() for _ in range(min(len(free), 1 + int(rng.random() * 8)))]
        for item in chosen:
            item.project_id = number
        first = max((i.detail.get("published_date") or "" for i in chosen), default="") or "2020-01-01T00:00:00Z"
        title = f"Project on {rng.choice(texts.TOPICS)}"
        detail: Json = {
            "url": f"https://api.figshare.example/v2/projects/{number}", "id": number, "title": title,
            "created_date": first, "modified_date": first, "published_date": first, "funding": "", "funding_list": [],
            "description": rng.choice(texts.SENTENCES), "custom_fields": [],
            "collaborators": [{"name": "Maria Lindqvist", "role_name": "Owner", "user_id": 9_000_000 + n}],
            "figshare_url": f"https://{PORTAL}.figshare.example/projects/{title.replace(' ', '_')}/{number}",
        }  # fmt: skip
        made.append(Shelf(number, detail, [i.id for i in chosen], INSTITUTION_ID, TOP_GROUP_ID))
    return made


def accounts(rng: Random, count: int) -> list[Json]:
    """Accounts as `/account/institution/accounts` lists them; the first is the administrator's."""
    made = []
    for n in range(count):
        number = ACCOUNT_ID + n
        first, last = rng.choice(texts.FIRST_NAMES), rng.choice(texts.LAST_NAMES)
        made.append({
            "id": number, "first_name": first, "last_name": last, "institution_id": INSTITUTION_ID,
            "email": f"user{n}@northfield.example", "active": int(n % 9 != 8), "institution_user_id": f"nf{n:05}",
            "quota": 10**9 * (20 if n % 7 else 200), "used_quota": int(rng.random() * 10**9), "user_id": 9_000_000 + n,
            "orcid_id": orcid(number) if rng.random() < 0.27 else "",
            "symplectic_user_id": f"nf{n:05}" if n % 2 else "",
        })  # fmt: skip
    return made


def reviews(rng: Random, items: list[Item]) -> list[Json]:
    """Curation reviews: drafts wait, public articles were approved, a few were rejected, closed or sent back."""
    made: list[Json] = []
    number = 700_000
    own = [i for i in items if i.institution == INSTITUTION_ID]
    for n, item in enumerate(own):
        if item.state != "draft" and n % 4:
            continue
        number += 3
        created = item.detail.get("created_date") or item.detail.get("published_date") or "2020-01-01T00:00:00Z"
        decision = "rejected" if n % 20 == 0 else "closed" if n % 28 == 4 else "approved"
        state = "pending" if item.state == "draft" else decision
        decided = item.detail.get("published_date") or created
        made.append({
            "id": number, "group_id": item.detail.get("group_id") or TOP_GROUP_ID, "account_id": item.account_id,
            "assigned_to": ACCOUNT_ID if n % 3 else None, "article_id": item.id,
            "version": 0 if state == "pending" else 1,
            "comments_count": int(rng.random() * 4), "status": state, "created_date": created,
            "modified_date": decided, "request_number": 1 + n % 2,
            "resolution_comment": "" if n % 5 else "Add a README",
            "review_date": None if state == "pending" else decided.removesuffix("Z"),
        })  # fmt: skip
    return made


def short_custom_fields() -> list[Json]:
    """The list behind `/account/institution/custom_fields`."""
    return [f | {"settings": {}} for f in CUSTOM_FIELDS]
