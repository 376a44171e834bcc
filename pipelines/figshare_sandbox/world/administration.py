"""What only accounts see, and what happens there: drafts, reviews, accounts, roles, and the rights of tokens."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

import orjson

from figshare_sandbox.world import texts
from figshare_sandbox.world.curation import Curation
from figshare_sandbox.world.model import Item, Json, parse_stamp, stamp
from figshare_sandbox.world.vocabulary import INSTITUTION_ID, TOP_GROUP_ID

if TYPE_CHECKING:
    from figshare_sandbox.world.generate import Maker
    from figshare_sandbox.world.world import World

ROLES: list[Json] = [
    {"id": 1, "name": "User", "category": "group", "description": "May deposit in the group."},
    {"id": 2, "name": "Administrator", "category": "group", "description": "Administers the group."},
    {"id": 3, "name": "Reviewer", "category": "group", "description": "Reviews what is submitted to the group."},
    {"id": 4, "name": "Institutional Reporter", "category": "institution", "description": "May read the statistics."},
]
EMBARGO_OPTIONS: list[Json] = [
    {"id": 364, "type": "logged_in"},
    {"id": 365, "type": "ip_range", "ip_name": "Campus network"},
    {"id": 366, "type": "administrator"},
]


class Administration:
    """The half of the world that needs a token. All methods may be called from any thread.

    Attributes:
        administrators: Ids of the accounts whose tokens see the whole institution.
        denied: Parts below `/account/institution` that are refused to everyone: `accounts`, `articles`, `reviews` …;
            `article` stands for the private details of articles that are not the token's.
        roles: The institution's roles.
        embargo_options: The institution's embargo options.
        roles_of: Roles by account, then by group.
        curation: The reviews and their comments.
    """

    def __init__(
        self, world: World, seed: int, change: Callable[[], AbstractContextManager[str]],
        put: Callable[[Item, Json, str | None], None], maker: Maker,
    ) -> None:  # fmt: skip
        self._world = world
        self._change = change
        self._put = put
        self._maker = maker
        rng = Random(f"administration/{seed}")
        self.administrators = {world.accounts[0]["id"]}
        self.denied: set[str] = set()
        self.roles = [dict(role) for role in ROLES]
        self.embargo_options = [dict(option) for option in EMBARGO_OPTIONS]
        groups = [group["id"] for group in world.groups] or [TOP_GROUP_ID]
        self._details = {
            account["id"]: self._account_detail(rng, n, groups) for n, account in enumerate(world.accounts)
        }
        self.roles_of: dict[int, dict[int, set[int]]] = {}
        for n, account in enumerate(world.accounts):
            own = {self._details[account["id"]]["group_id"]: {1, 3} if n % 8 == 1 else {1}}
            self.roles_of[account["id"]] = {TOP_GROUP_ID: {1, 2}} if n == 0 else own
        if not world.from_records:
            self._begin_versions(rng)
        self.curation = Curation(world, rng, change, self.publish)

    def _account_detail(self, rng: Random, number: int, groups: list[int]) -> Json:
        """What only the detail of an account has; its dates are without Z, as documented."""
        made = datetime(2018, 1, 1) + timedelta(seconds=int(rng.random() * 6 * 365 * 86_400))
        return {
            "group_id": TOP_GROUP_ID if number == 0 else rng.choice(groups),
            "created_date": stamp(made)[:-1],
            "modified_date": stamp(made + timedelta(days=int(rng.random() * 300)))[:-1],
            "pending_quota_request": rng.random() < 0.05, "maximum_file_size": 5 * 10**9,
        }  # fmt: skip

    def _begin_versions(self, rng: Random) -> None:
        """Next versions that wait, of some public articles."""
        noon = datetime.combine(self._world.today, datetime.min.time())
        for n, item in enumerate(self._own()):
            if item.state == "public" and n % 23 == 7:
                modified = parse_stamp(self._world.modified(item)) or noon
                moment = modified + timedelta(seconds=int((noon - modified).total_seconds() * rng.random()))
                item.draft = self._next_version(item) | {
                    "title": f"{item.detail['title']} (revised)",
                    "description": f"<p>{rng.choice(texts.SENTENCES)}</p>",
                    "modified_date": stamp(max(modified, moment)),
                }  # fmt: skip

    def _next_version(self, item: Item) -> Json:
        return item.detail | {"version": (item.detail.get("version") or 1) + 1, "status": "draft"}

    def _own(self) -> list[Item]:
        return [item for item in self._world.items.values() if item.institution == INSTITUTION_ID]

    # Accounts

    def _account(self, account_id: int) -> Json:
        return next(account for account in self._world.accounts if account["id"] == account_id)

    def account(self, account_id: int) -> Json | None:
        """The full record of an account; None for one that is not there."""
        for account in self._world.accounts:
            if account["id"] == account_id:
                used = account["used_quota"]
                quotas = {"used_quota_private": used // 3, "used_quota_public": used - used // 3}
                return account | quotas | self._details[account_id]
        return None

    def user(self, account_id: int) -> Json | None:
        """The public person behind an account; its id is not the account's."""
        account = self.account(account_id)
        if account is None:
            return None
        name = f"{account['first_name']} {account['last_name']}"
        return {
            "id": account["user_id"], "first_name": account["first_name"], "last_name": account["last_name"],
            "name": name, "is_active": bool(account["active"]), "url_name": name.replace(" ", "_"), "is_public": True,
            "job_title": "", "orcid_id": account["orcid_id"],
        }  # fmt: skip

    def create_account(self, **fields: Any) -> int:
        """Create an account; returns its id. Any field of the light record or of the detail may be given."""
        world = self._world
        with self._change() as now:
            number = max([account["id"] for account in world.accounts], default=4_000_000) + 1
            n = number - 4_000_000
            account: Json = {
                "id": number, "first_name": "New", "last_name": f"Account {n}", "institution_id": INSTITUTION_ID,
                "email": f"user{n}@northfield.example", "active": 1, "institution_user_id": f"nf{n:05}",
                "quota": 20 * 10**9, "used_quota": 0, "user_id": 9_000_000 + n, "orcid_id": "",
                "symplectic_user_id": "",
            }  # fmt: skip
            world.accounts.append(account | {k: v for k, v in fields.items() if k in account})
            detail: Json = {
                "group_id": TOP_GROUP_ID, "created_date": now[:-1], "modified_date": now[:-1],
                "pending_quota_request": False, "maximum_file_size": 5 * 10**9,
            }  # fmt: skip
            self._details[number] = detail | {k: v for k, v in fields.items() if k in detail}
            self.roles_of[number] = {self._details[number]["group_id"]: {1}}
        return number

    def edit_account(self, account_id: int, **fields: Any) -> int:
        """Change any fields of an account (`active`, `email`, `used_quota`, `group_id` …) and its modified date."""
        with self._change() as now:
            account, detail = self._account(account_id), self._details[account_id]
            # Records are replaced, never written into: a response may still hold them.
            self._world.accounts[self._world.accounts.index(account)] = account | {
                k: v for k, v in fields.items() if k in account
            }
            self._details[account_id] = detail | {"modified_date": now[:-1]} | {
                k: v for k, v in fields.items() if k in detail
            }  # fmt: skip
        return account_id

    def leave(self, account_id: int) -> int:
        """Remove an account from the institution: gone from the list, 404 for its detail; its articles stay."""
        with self._change():
            self._world.accounts.remove(self._account(account_id))
            self.roles_of.pop(account_id, None)
        return account_id

    def give_role(self, account_id: int, group_id: int, role_id: int) -> None:
        """Give an account a role in a group."""
        with self._change():
            self.roles_of.setdefault(account_id, {}).setdefault(group_id, set()).add(role_id)

    def take_role(self, account_id: int, group_id: int, role_id: int) -> None:
        """Take a role in a group from an account."""
        with self._change():
            self.roles_of[account_id][group_id].discard(role_id)

    def roles_by_group(self, account_id: int) -> dict[str, list[Json]] | None:
        """What `/account/institution/roles/{account_id}` answers; None for an account that is not there."""
        if self.account(account_id) is None:
            return None
        known = {role["id"]: {k: role[k] for k in ("id", "name", "category")} for role in self.roles}
        held = self.roles_of.get(account_id, {})
        return {str(group): [known[n] for n in sorted(roles)] for group, roles in sorted(held.items()) if roles}

    # Drafts

    def create_draft(self, account_id: int | None = None, group_id: int | None = None, **fields: Any) -> int:
        """Create an article that is not published; returns its id."""
        world = self._world
        with self._change() as now:
            item = self._maker.article(datetime.fromisoformat(now.removesuffix("Z")), "draft")
            item.detail |= {"created_date": now, "modified_date": now, "doi": ""} | fields
            if group_id is not None:
                item.detail["group_id"] = group_id
            if account_id is not None:
                item.account_id = account_id
            world.items[item.id] = item
        return item.id

    def edit_draft(self, article_id: int, **fields: Any) -> int:
        """Change the working copy; of a public article only that of the next version, which waits from then on."""
        with self._change() as now:
            item = self._world.items[article_id]
            if item.state in ("draft", "withdrawn"):
                self._put(item, fields, now)
            else:
                item.draft = (item.draft or self._next_version(item)) | fields | {"modified_date": now}
        return article_id

    def publish(self, article_id: int) -> int:
        """Publish a draft, or the next version that waits."""
        world = self._world
        item = world.items[article_id]
        if item.draft is not None and item.state == "public":
            with world.lock:
                waiting, item.draft = item.draft, None
                published = item.detail
                world.new_version(article_id)
                kept = {k: v for k, v in waiting.items() if v != published.get(k) and k not in _OF_A_VERSION}
                self._put(item, kept, item.touched)
        elif item.state != "public":
            with world.lock:
                if item.state == "embargoed":
                    item.state = "draft"
                    item.detail = item.detail | {"is_embargoed": False, "embargo_type": None, "embargo_title": ""}
                world.republish(article_id)
        return article_id

    def unpublish(self, article_id: int) -> int:
        """Take a public article back; its working copy stays."""
        with self._world.lock:
            item = self._world.items[article_id]
            if item.draft is not None:
                item.detail, item.draft = item.draft, None
            return self._world.withdraw(article_id)

    def discard(self, article_id: int) -> int:
        """Delete a draft for good, or throw away the next version that waits."""
        with self._change():
            item = self._world.items[article_id]
            if item.state == "draft":
                del self._world.items[article_id]
            item.draft = None
        return article_id

    def embargo(self, article_id: int, until: str) -> int:
        """Publish a draft under an embargo of the whole article: nothing of it is public until then."""
        with self._change() as now:
            item = self._world.items[article_id]
            item.state = "embargoed"
            fields: Json = {
                "is_embargoed": True, "embargo_type": "article", "embargo_date": until,
                "embargo_title": "Under embargo", "status": "public", "published_date": None,
            }  # fmt: skip
            self._put(item, fields, now)
        return article_id

    def reassign(self, article_id: int, account_id: int) -> int:
        """Give an article to another account."""
        with self._change() as now:
            item = self._world.items[article_id]
            item.account_id = account_id
            if item.draft is not None:
                item.draft = item.draft | {"modified_date": now}
            self._put(item, {}, now)
        return article_id

    # What is true

    def curation_status(self, article_id: int) -> str:
        """The status of an article's newest review; empty where there is none."""
        return self.curation.status_of(article_id)

    def article_ids(self, account_id: int | None = None) -> list[int]:
        """Ids of the institution's articles in every state, or those of one account."""
        with self._world.lock:
            return sorted(i.id for i in self._own() if account_id is None or i.account_id == account_id)

    def working_copy(self, article_id: int) -> Json:
        """The detail of an article's working copy with all its files, as a separate copy."""
        with self._world.lock:
            copied: Json = orjson.loads(orjson.dumps(self._world.items[article_id].working_copy.detail))
            return copied

    def expected_counts(self) -> dict[str, int]:
        """How many rows a faithful copy of what an administrator sees has."""
        with self._world.lock:
            details = [item.working_copy.detail for item in self._own()]
            return {
                "accounts": len(self._world.accounts),
                "articles": len(details),
                "article_authors": sum(len(d.get("authors") or ()) for d in details),
                "reviews": len(self._world.reviews),
                "review_comments": sum(len(c) for c in self.curation.comments.values()),
                "roles": len(self.roles),
                "account_roles": sum(len(r) for held in self.roles_of.values() for r in held.values()),
                "embargo_options": len(self.embargo_options),
            }


#: What a new version gets when it is published.
_OF_A_VERSION = ("version", "status", "published_date", "modified_date", "timeline", "doi", "size")
