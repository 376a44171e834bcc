"""Reviews: what is submitted, who looks at it, the comments on it, and how it ends."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING

from figshare_sandbox.world import texts
from figshare_sandbox.world.model import Item, Json, parse_stamp, stamp
from figshare_sandbox.world.vocabulary import TOP_GROUP_ID

if TYPE_CHECKING:
    from figshare_sandbox.world.world import World


class Curation:
    """The reviews of the institution. All methods may be called from any thread.

    Attributes:
        comments: The comments of each review, oldest first.
    """

    def __init__(
        self, world: World, rng: Random, change: Callable[[], AbstractContextManager[str]],
        publish: Callable[[int], int],
    ) -> None:  # fmt: skip
        self._world = world
        self._change = change
        self._publish = publish
        self._submitted: dict[int, Json] = {}
        self._last_comment = 1_200_000
        self.comments: dict[int, list[Json]] = {}
        for review in world.reviews:
            self.comments[review["id"]] = self._made_comments(rng, review)

    def _made_comments(self, rng: Random, review: Json) -> list[Json]:
        """As many comments as the review has, the last of which is the decision where there was one."""
        count = review["comments_count"]
        first, last = parse_stamp(review["created_date"]), parse_stamp(review["modified_date"])
        if not count or first is None or last is None:
            return []
        made = []
        for n in range(1, count + 1):
            is_decision = n == count and review["status"] != "pending"
            moment = first + timedelta(seconds=int((last - first).total_seconds() * n / count))
            text = review["resolution_comment"] if is_decision else rng.choice(texts.SENTENCES)
            account = review["assigned_to"] or self._world.accounts[0]["id"]
            author = account if is_decision or rng.random() < 0.6 else review["account_id"]
            made.append(self._comment(author, review["status"] if is_decision else "comment", text, stamp(moment)))
        return made

    def _comment(self, account_id: int, kind: str, text: str, now: str) -> Json:
        self._last_comment += 1
        return {
            "id": self._last_comment, "account_id": account_id, "type": kind, "text": text, "created_date": now,
            "modified_date": now,
        }  # fmt: skip

    # What happens

    def open(self, article_id: int, assigned_to: int | None = None, group_id: int | None = None) -> int:
        """Submit an article's working copy; returns the review's id. Submitted again, it is the next request."""
        world = self._world
        with self._change() as now:
            item = world.items[article_id]
            number = max((review["id"] for review in world.reviews), default=700_000) + 3
            rounds = [review["request_number"] for review in world.reviews if review["article_id"] == article_id]
            detail = item.working_copy.detail
            self._submitted[number] = detail
            self.comments[number] = []
            world.reviews.append({
                "id": number, "group_id": group_id or detail.get("group_id") or TOP_GROUP_ID,
                "account_id": item.account_id, "assigned_to": assigned_to, "article_id": article_id,
                "version": detail.get("version") or 0, "comments_count": 0, "status": "pending", "created_date": now,
                "modified_date": now, "request_number": max(rounds, default=0) + 1, "resolution_comment": "",
                "review_date": None,
            })  # fmt: skip
        return number

    def assign(self, review_id: int, account_id: int | None) -> int:
        """Give a review to a reviewer, or to none."""
        with self._change() as now:
            self._set(review_id, assigned_to=account_id, modified_date=now)
        return review_id

    def comment(self, review_id: int, text: str, account_id: int | None = None, kind: str = "comment") -> int:
        """Write a comment; returns its id."""
        with self._change() as now:
            return self._write(review_id, text, account_id, kind, now)

    def edit_comment(self, review_id: int, comment_id: int, text: str) -> int:
        """Change the text of a comment; the review's modified date moves on with the comment's."""
        with self._change() as now:
            self.comments[review_id] = [
                one | {"text": text, "modified_date": now} if one["id"] == comment_id else one
                for one in self.comments[review_id]
            ]
            self._set(review_id, modified_date=now)
        return comment_id

    def decide(self, review_id: int, status: str, text: str = "", account_id: int | None = None) -> int:
        """End a review: `approved` publishes the article, `rejected` and `closed` do not."""
        if status not in ("approved", "rejected", "closed"):
            raise ValueError(f"no review ends with {status!r}")
        with self._change() as now:
            self._write(review_id, text, account_id, status, now)
            self._set(review_id, status=status, resolution_comment=text, review_date=now.removesuffix("Z"))
            article = self.review(review_id)["article_id"]
        if status == "approved" and article in self._world.items:
            self._publish(article)
        return review_id

    def close(self, review_id: int, text: str = "") -> int:
        """End a review without a decision."""
        return self.decide(review_id, "closed", text)

    def reopen(self, review_id: int) -> int:
        """Open the same review again: it waits as the next request, and its decision is only in its comments."""
        with self._change() as now:
            number = self.review(review_id)["request_number"] + 1
            self._set(review_id, status="pending", review_date=None, resolution_comment="", request_number=number,
                      modified_date=now)  # fmt: skip
        return review_id

    def remove(self, review_id: int) -> int:
        """Take a review away, as with an article that is deleted."""
        with self._change():
            self._world.reviews.remove(self.review(review_id))
            self.comments.pop(review_id, None)
        return review_id

    def _write(self, review_id: int, text: str, account_id: int | None, kind: str, now: str) -> int:
        review = self.review(review_id)
        author = account_id or review["assigned_to"] or self._world.accounts[0]["id"]
        written = self._comment(author, kind, text, now)
        self.comments[review_id] = [*self.comments[review_id], written]
        self._set(review_id, comments_count=len(self.comments[review_id]), modified_date=now)
        return int(written["id"])

    def _set(self, review_id: int, **fields: object) -> None:
        review = self.review(review_id)
        # Replaced, never written into: a response may still hold it.
        self._world.reviews[self._world.reviews.index(review)] = review | fields

    # What is true

    def review(self, review_id: int) -> Json:
        """One review.

        Raises:
            KeyError: there is none of this id.
        """
        for review in self._world.reviews:
            if review["id"] == review_id:
                return review
        raise KeyError(review_id)

    def submitted(self, review: Json) -> Json | None:
        """The article as it was submitted; None where it was deleted."""
        item: Item | None = self._world.items.get(review["article_id"])
        return self._submitted.get(review["id"]) or (item.detail if item else None)

    def status_of(self, article_id: int) -> str:
        """The status of an article's newest review; empty where there is none."""
        found = [review for review in self._world.reviews if review["article_id"] == article_id]
        return str(max(found, key=lambda r: r["id"])["status"]) if found else ""
