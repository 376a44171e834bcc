"""Pages for administrators: what waits for review and how long decisions take, an account, and what needs them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from figshare_warehouse.reports.html import cells
from figshare_warehouse.reports.html.page import Cell, Column, Page, Table, Tile
from figshare_warehouse.reports.html.page_tables import ITEMS_SHOWN, TOP, UNKNOWN_IS_NOT_ZERO, facts
from figshare_warehouse.reports.report import Report, Section, Value

_INTERNAL = "This page names people: it is for administrators, and no part of a site."
_TIMES = "Days and months are UTC, sizes in steps of 1,000."
_TURNAROUND = (
    "Days run from the submission to the decision, of reviews that were approved or rejected in the month. Nine of ten "
    "were decided within the days of the last column."
)


def page_of(report: Report) -> Page:
    """Returns the page of a report for administrators.

    Args:
        report: `reviews`, `account` or `administration`.
    """
    others = {section.name: section for section in report.others}
    make = {"reviews": _reviews, "account": _account, "administration": _administration}[report.name]
    return make(report, others)


def _reviews(report: Report, others: dict[str, Section]) -> Page:
    row = report.headline
    sections = ((_queue(report.rows),), (_months(others["months"]),), (_reviewers(others["reviewers"]),))
    return _page(report, _seen(row["seen_at"], "Reviews"), _review_tiles(row), sections)


def _administration(report: Report, others: dict[str, Section]) -> Page:
    row = report.headline
    tiles = [
        *_review_tiles(row),
        Tile("Drafts", cells.number(row["draft_count"]).text),
        Tile(
            "Accounts",
            cells.number(row["account_count"]).text,
            f"{_text(row['never_deposited_count'])} never deposited",
        ),
        Tile(
            "Storage used up",
            cells.number(row["full_count"]).text,
            f"{_text(row['quota_request_count'])} requests for more wait",
        ),
    ]
    sections = (
        (_queue(report.rows),),
        (_months(others["months"]),),
        (_storage(others["storage"]), _depositors(others["depositors"])),
        (_drafts(others["drafts"]),),
    )
    return _page(report, _seen(row["seen_at"], "Reviews"), tiles, sections)


def _account(report: Report, others: dict[str, Section]) -> Page:
    row = report.headline
    tiles = [
        Tile("Articles", cells.number(row["owned_article_count"]).text, f"{_text(row['owned_draft_count'])} drafts"),
        Tile("Storage used", cells.size(row["used_bytes"]).text, f"of {cells.size(row['quota_bytes']).text}"),
    ]
    known = facts(
        ("Figshare’s id", cells.words(row["account_id"])),
        ("E-mail", cells.words(row["email"])),
        ("ORCID iD", cells.words(row["orcid"], cells.orcid_address(row["orcid"])) if row["orcid"] else None),
        ("Group", cells.words(row["group_name"])),
        ("Last deposited", cells.day(row["last_deposited_at"]) if row["last_deposited_at"] else None),
        ("Full on, at the present pace", cells.day(row["full_on"]) if row["full_on"] else None),
    )
    sections = ((_articles(report.rows),), (_roles(others["roles"]), _days(others["storage"])))
    return _page(report, _seen(row["seen_at"], "The account"), tiles, sections, known)


def _page(
    report: Report,
    as_of: str,
    tiles: list[Tile],
    sections: tuple[tuple[Table, ...], ...],
    known: tuple[tuple[str, Cell], ...] = (),
) -> Page:
    return Page(
        kind=report.name,
        title=report.title,
        period="",
        way=(),
        facts=known,
        as_of=as_of,
        tiles=tuple(tiles),
        overview=(),
        usage=None,
        sections=sections,
        notes=(_INTERNAL, UNKNOWN_IS_NOT_ZERO, _TIMES),
    )


def _review_tiles(row: dict[str, Value]) -> list[Tile]:
    waiting = Tile(
        "Waiting for review",
        cells.number(row["waiting_count"]).text,
        f"{_text(row['unassigned_count'])} with no reviewer",
    )
    longest = Tile("Longest wait", _text(row["longest_waiting_days"]), "days" if row["waiting_count"] else "")
    month = row["decided_month"]
    when = f"days, in {_month_words(month)}, {_text(row['decided_count'])} decided" if isinstance(month, str) else ""
    return [waiting, longest, Tile("Median to a decision", _text(row["median_days"]), when)]


def _queue(section: Section) -> Table:
    rows = _rows(section)
    most = max((row["waiting_days"] or 0 for row in rows), default=0)
    columns = (
        Column("Title"),
        Column("Days waiting", "number", sorted="descending"),
        Column("With", is_lesser=True),
        Column("Round", "number", is_lesser=True),
        Column("Owner"),
        Column("Group", is_lesser=True),
    )
    shown = [
        (
            _titled(row),
            cells.number(row["waiting_days"], most),
            cells.words(row["reviewer_name"], absent="nobody" if row["reviewer_account_id"] is None else cells.UNKNOWN),
            cells.number(row["round"]),
            cells.words(row["owner_name"]),
            cells.words(row["group_name"]),
        )
        for row in rows[:ITEMS_SHOWN]
    ]
    title = f"Waiting for review ({len(rows):,})"
    return _table("queue", title, columns, shown, "Nothing waits for review.", len(rows))


def _months(section: Section) -> Table:
    rows = _rows(section)
    most = max((row["median_days"] or 0 for row in rows), default=0)
    columns = (
        Column("Month", "date", sorted="descending"),
        Column("Decided", "number"),
        Column("Approved", "number", is_lesser=True),
        Column("Median days", "number"),
        Column("Nine of ten", "number"),
    )
    shown = [
        (
            Cell(_month_words(row["month"]), row["month"]),
            cells.number(row["approved_count"] + row["rejected_count"]),
            cells.number(row["approved_count"]),
            _rounded(row["median_days"], most),
            _rounded(row["p90_days"], None),
        )
        for row in rows
    ]
    return Table("turnaround", "How long decisions take", columns, shown, "Nothing was decided yet.", _TURNAROUND)


def _reviewers(section: Section) -> Table:
    rows = _rows(section)
    most = rows[0]["review_count"] if rows else None
    columns = (
        Column("Reviewer"),
        Column("Ended", "number", sorted="descending"),
        Column("Approved", "number"),
        Column("Rejected", "number"),
    )
    shown = [
        (
            cells.words(row["reviewer_name"] or f"Account {row['reviewer_account_id']}"),
            cells.number(row["review_count"], most),
            cells.number(row["approved_count"]),
            cells.number(row["rejected_count"]),
        )
        for row in rows
    ]
    return Table("reviewers", section.title, columns, shown, "Nothing was decided yet.")


def _storage(section: Section) -> Table:
    rows = _rows(section)
    columns = (
        Column("Account"),
        Column("Used", "number"),
        Column("Share of the quota", "number", sorted="descending"),
        Column("Full on", "date"),
    )
    shown = [
        (
            cells.words(row["account_name"] or f"Account {row['account_id']}"),
            cells.size(row["used_bytes"]),
            _ratio(row["used_ratio"]),
            Cell("now", "") if row["is_full"] else cells.day(row["full_on"]),
        )
        for row in rows
    ]
    note = "At the pace of the last 90 days; – where it does not grow, or that is not known."
    return Table("storage", section.title, columns, shown, "No quota is known.", note, len(rows) > TOP)


def _drafts(section: Section) -> Table:
    rows = _rows(section)
    most = max((row["idle_days"] or 0 for row in rows), default=0)
    columns = (
        Column("Title"),
        Column("Days untouched", "number", sorted="descending"),
        Column("Owner"),
        Column("Missing", is_lesser=True),
    )
    shown = [
        (
            _titled(row),
            cells.number(row["idle_days"], most),
            cells.words(row["account_name"]),
            cells.words(row["missing"], absent="nothing"),
        )
        for row in rows[:ITEMS_SHOWN]
    ]
    return _table("drafts", f"Drafts ({len(rows):,})", columns, shown, "There are no drafts.", len(rows))


def _depositors(section: Section) -> Table:
    rows = _rows(section)
    most = rows[0]["account_count"] if rows else None
    columns = (
        Column("School or group"),
        Column("Accounts", "number", sorted="descending"),
        Column("Deposited in a year", "number"),
        Column("Never", "number"),
    )
    shown = [
        (
            cells.words(row["school"], absent="not known"),
            cells.number(row["account_count"], most),
            cells.number(row["active_count"]),
            cells.number(row["never_count"]),
        )
        for row in rows
    ]
    return Table("depositors", section.title, columns, shown, "No account is known.")


def _articles(section: Section) -> Table:
    rows = _rows(section)
    columns = (
        Column("Title"),
        Column("State"),
        Column("Review", is_lesser=True),
        Column("Modified", "date", sorted="descending"),
        Column("Published", "date", is_lesser=True),
    )
    shown = [
        (
            _titled(row),
            cells.words(row["state"]),
            cells.words(row["review_status"]),
            cells.day(row["modified_at"]),
            cells.day(row["published_at"]),
        )
        for row in rows[:ITEMS_SHOWN]
    ]
    return _table("articles", f"Articles ({len(rows):,})", columns, shown, "It owns no articles.", len(rows))


def _roles(section: Section) -> Table:
    columns = (Column("Group", sorted="ascending"), Column("Role"))
    shown = [
        (cells.words(row["group_name"] or f"Group {row['group_id']}"), cells.words(row["role_name"]))
        for row in _rows(section)
    ]
    return Table("roles", "Roles", columns, shown, "No roles are known.")


def _days(section: Section) -> Table:
    rows = _rows(section)
    most = max((row["used_bytes"] or 0 for row in rows), default=0)
    columns = (Column("Day", "date", sorted="descending"), Column("Used", "number"), Column("Quota", "number"))
    shown = []
    for row in rows:
        used = cells.size(row["used_bytes"])
        bar = row["used_bytes"] / most if most and row["used_bytes"] is not None else None
        shown.append((cells.day(row["on_date"]), Cell(used.text, used.sort, bar=bar), cells.size(row["quota_bytes"])))
    return Table("days", "Storage by day", columns, shown, "No storage is known.")


def _table(
    id_: str, title: str, columns: tuple[Column, ...], shown: Sequence[tuple[Cell, ...]], empty: str, count: int
) -> Table:
    return Table(id_, title, columns, shown, empty, "", len(shown) > TOP, count - len(shown))


def _rows(section: Section) -> list[dict[str, Any]]:
    return [dict(zip(section.columns, row, strict=True)) for row in section.rows]


def _titled(row: dict[str, Any]) -> Cell:
    title = str(row["title"] or f"Article {row['article_id']}")
    return Cell(title, title.lower(), cells.web_address(row["url"]))


def _rounded(value: Value, most: Value) -> Cell:
    return cells.number(round(value, 1), most) if isinstance(value, int | float) else cells.number(None)


def _ratio(value: Value) -> Cell:
    share = cells.share(value)
    return Cell(share.text, share.sort, bar=min(value, 1.0)) if isinstance(value, int | float) else share


def _month_words(month: str) -> str:
    return cells.month_words(date.fromisoformat(f"{month}-01"))


def _text(value: Value) -> str:
    return cells.number(value).text


def _seen(value: Value, what: str) -> str:
    return (
        f"{what} as of {cells.long_day(value)}."
        if isinstance(value, date)
        else f"{what}: when it was read is not known."
    )
