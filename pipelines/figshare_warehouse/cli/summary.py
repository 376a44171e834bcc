"""The summary that a refresh prints at its end."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from figshare_warehouse.given_names import Named
    from figshare_warehouse.refresh import Outcome
    from figshare_warehouse.schools import Mapped


def say_summary(outcome: Outcome, warehouse: Path, is_short: bool = False) -> None:
    """Prints what a refresh did; in one line when a program reads it."""
    lines = summary_lines(outcome, warehouse, failures_shown=0 if is_short else 3)
    click.echo(" ".join(lines) if is_short else "\n".join(lines))


def summary_lines(outcome: Outcome, warehouse: Path, failures_shown: int) -> list[str]:
    """Returns the lines of the summary, with up to `failures_shown` failed requests."""
    seconds = (outcome.finished_at or outcome.started_at) - outcome.started_at
    retries = f" ({outcome.retries:,} of them retries)" if outcome.retries else ""
    for_usage = sum(one.requests for kind, one in outcome.requests_by_kind.items() if kind.startswith("usage"))
    usage = f" ({for_usage:,} for usage)" if for_usage else ""
    unchanged = _counted(outcome.articles_unchanged, "was", "were", "unchanged")
    withdrawn = _counted(outcome.articles_withdrawn, "is", "are", "withdrawn")
    lines = [
        f"{warehouse}: {outcome.articles_loaded:,} of {outcome.articles_due:,} articles due were loaded,{unchanged}"
        f"{withdrawn}",
        *([f"and {_and(outcome.entities_loaded)},"] if outcome.entities_loaded else []),
        f"{_requests(outcome.requests)}{usage}{retries}, {seconds.total_seconds():.0f} s.",
    ]
    if outcome.found_institution is not None:
        lines.insert(0, outcome.found_institution)
    if outcome.published is not None:
        lines.append(f"The reports are in {_from_here(outcome.published)}.")
    if outcome.internal is not None:
        lines.append(f"The internal reports are in {_from_here(outcome.internal)}, {who_reads()}.")
    if outcome.usage is not None:
        lines.append(_completeness(**outcome.usage))
    lines += [f"Figshare shows no public article of {name}." for name in outcome.empty_listings]
    lines += [*outcome.found, *outcome.switches, *outcome.findings]
    if outcome.denied:
        lines.append(f"Not asked for, since this token may not see it: {', '.join(outcome.denied)}.")
    if outcome.seen_before_count:
        count = outcome.seen_before_count
        records = "1 internal record was" if count == 1 else f"{count:,} internal records were"
        lines.append(
            f"{records} seen by an older token only, and may be gone: --internal-max-age removes what was not seen for "
            "so long."
        )
    if outcome.failures:
        lines.append(outcome.failure_summary + (":" if failures_shown else "."))
        lines += [f"  {failure['message']}" for failure in outcome.failures[:failures_shown]]
    if outcome.drift:
        lines.append(
            f"{len(outcome.drift):,} kinds of fields differ from what was expected; see `figshare-warehouse status`."
        )
    publishing = of_publishing(outcome.failed_data_tests, outcome.dropped_reports)
    return lines + _mapped(outcome.mapped) + _named(outcome.named) + publishing


def who_reads() -> str:
    """Returns who can read the file of internal reports; Windows has no modes that would keep others from it."""
    return "which others can read where the folder's rights let them" if os.name == "nt" else "which only you can read"


def _completeness(article_count: int, totals_count: int, months_count: int) -> str:
    """What is known of usage, where not all that is due was read."""
    rest = "" if months_count == article_count else " The next refresh reads more."
    known = f"totals of {totals_count:,} and months of {months_count:,} of {article_count:,} articles are known"
    return f"Usage: {known}.{rest}"


def _and(counts: Mapping[str, int]) -> str:
    return " and ".join(f"{count:,} {name}{'' if count == 1 else 's'}" for name, count in counts.items())


def _counted(count: int, one: str, several: str, what: str) -> str:
    return f" {count:,} {one if count == 1 else several} {what}," if count else ""


def _from_here(path: Path) -> Path:
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def _requests(count: int) -> str:
    return "1 request" if count == 1 else f"{count:,} requests"


def _mapped(mapped: Mapped | None) -> list[str]:
    if mapped is None:
        return []
    found = ", ".join(f"{kind} ({count:,})" for kind, count in mapped.found.items())
    more = f"; reports.schools_unmapped has what to check: {found}." if found else "."
    return [f"{mapped.line_count:,} lines of your list of schools were loaded{more}"]


def _named(named: Named | None) -> list[str]:
    if named is None:
        return []
    names = "1 name of a group was" if named.line_count == 1 else f"{named.line_count:,} names of groups were"
    found = ", ".join(f"{kind} ({count:,})" for kind, count in named.found.items())
    return [f"{names} loaded{f'; check: {found}' if found else ''}."]


def of_publishing(failed: Sequence[str], dropped: Sequence[str]) -> list[str]:
    """Returns the lines on data tests that failed and on reports that are not published any more, if any."""
    lines = []
    if dropped:
        lines.append(
            f"No longer published, since no SQL file makes {'it' if len(dropped) == 1 else 'them'}: "
            f"{', '.join(dropped)}. Your reports need --sql-dir."
        )
    if failed:
        lines.append(f"Data tests that failed: {', '.join(failed)}; see `figshare-warehouse check`.")
    return lines


def removed(files: Sequence[Path]) -> str:
    """Returns which files were removed, as part of a sentence; empty where there are none."""
    named = list(map(str, files))
    listed = " and ".join([*([", ".join(named[:-1])] if named[1:] else []), *named[-1:]])
    return f"{listed} {'is' if len(named) == 1 else 'are'} removed" if named else ""


def of_files_left(files: Sequence[Path]) -> list[str]:
    """Returns the line on files of internal reports that were left where they are, if any."""
    if not files:
        return []
    these, them = ("This file is", "it") if len(files) == 1 else ("These files are", "them")
    return [
        f"{these} perhaps another's, or in use; remove {them} yourself where nobody needs {them}: "
        f"{', '.join(map(str, files))}."
    ]
