"""The report reference: a Markdown page per subject, and an index to find the right report."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from figshare_warehouse import tables
from figshare_warehouse.errors import FigshareWarehouseError
from figshare_warehouse.models.column_texts import read_fields
from figshare_warehouse.models.data_tests import KEYS, KEYS_TEXT
from figshare_warehouse.models.dictionary import Described, describe_all, origin_words
from figshare_warehouse.models.macros import columns_of, read_macros, read_rules
from figshare_warehouse.models.sqlfiles import (
    INTERNAL,
    INTERNAL_SCHEMAS,
    LOADED_INTERNAL,
    REPORT_SCHEMAS,
    SCHEMAS,
    TESTS,
    read_files,
    sql_folder,
)
from figshare_warehouse.models.views import EVERY, View
from figshare_warehouse.outputs import Kind, folder_place, refuse_foreign

OPTION = "--markdown"
INDEX, QUESTIONS = "README.md", "questions.md"
_PERIODS, _PERIODS_ANCHOR = "Reports for a point in time or a period", "reports-for-a-point-in-time-or-a-period"
_MARK = "<!-- Written by `figshare-warehouse describe --markdown`. Change the files in `sql`, not this page. -->"


@dataclass(frozen=True, slots=True)
class Question:
    """A question, the report or macro that answers it, and the query."""

    question: str
    report: str
    sql: str


@dataclass(frozen=True, slots=True)
class Subject:
    """One page of the reference.

    Attributes:
        name: the folder of the reports' files, and the page's name without `.md`.
        title: its heading.
        text: its first sentences.
        uses: report → when to use it, in the page's order.
    """

    name: str
    title: str
    text: str
    uses: Mapping[str, str]


def subjects(described: Sequence[Described]) -> list[Subject]:
    """Returns the subjects of `sql/subjects.toml`, and the user's reports as the last.

    Args:
        described: the reports, and any other views.
    """
    read = _subjects()
    reports = [item.view for item in described if item.view.is_report]
    uses: dict[str, str] = read["uses"]
    for view in reports:
        uses.setdefault(view.name, "")
    of = {view.name: view.subject for view in reports}
    listed = [(name, one["title"], one["text"].strip()) for name, one in read["subjects"].items()]
    listed.append(("", "Your reports", "Reports from your folder (`--sql-dir`)."))
    found = [
        Subject(name or "others", title, text, {report: use for report, use in uses.items() if of.get(report) == name})
        for name, title, text in listed
    ]
    return [subject for subject in found if subject.uses]


def macro_columns(views: Iterable[View]) -> dict[str, dict[str, str]]:
    """Returns the columns of each table macro and what they mean; none where they are all those of a report.

    Args:
        views: the reports, whose texts theirs are where their files say nothing else.
    """
    texts: dict[str, Mapping[str, str]] = {view.relation: view.columns for view in views}
    fields, _ = read_fields(sql_folder())
    macros = read_macros()
    return {macro.name: columns_of(macro, texts, fields, macros) for macro in macros}


def uses_of() -> dict[str, str]:
    """Returns what each report is for, by `sql/subjects.toml`."""
    return dict(_subjects()["uses"])


def _subjects() -> dict[str, dict[str, Any]]:
    with (sql_folder() / "subjects.toml").open("rb") as file:
        return tomllib.load(file)


def write_reference(folder: Path, user_folder: Path | None = None, may_overwrite: bool = False) -> list[Path]:
    """Writes the pages into a folder, and removes earlier ones that are not written any more.

    Args:
        folder: made when it is not there.
        user_folder: a folder of the user's reports, which get a page; None for none.
        may_overwrite: whether files are replaced that are not earlier pages.

    Returns:
        The pages, the index first.

    Raises:
        UsageError: a file would be replaced that is not an earlier page.
        FigshareWarehouseError: the folder or a page cannot be written.
    """
    folder_place(folder, OPTION)
    pages = reference_pages(folder, user_folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in pages:
            refuse_foreign(folder / name, PAGE, OPTION, may_overwrite)
        for name, text in pages.items():
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
        for path in folder.glob("*.md"):
            if path.name not in pages and PAGE.is_ours(path):
                path.unlink()
    except OSError as error:
        raise FigshareWarehouseError(f"{folder} cannot be written: {error.strerror or error}.") from error
    return [folder / name for name in pages]


def reference_pages(folder: Path, user_folder: Path | None = None) -> dict[str, str]:
    """Returns the text of each page by its name, the index first.

    Args:
        folder: where they go, for links to the SQL files.
        user_folder: a folder of the user's reports; None for none.
    """
    described = describe_all(user_folder)
    reports = {item.view.name: item for item in described if item.view.is_report}
    parts = subjects(described)
    pages = {
        INDEX: _index(parts, reports),
        QUESTIONS: _questions_page({name: part.name for part in parts for name in part.uses}),
    }
    for subject in parts:
        pages[f"{subject.name}.md"] = _subject_page(subject, reports, folder)
    pages["tables.md"] = _tables_page()
    pages["data-tests.md"] = _data_tests_page(folder)
    pages["lineage.md"] = _lineage_page(described, folder)
    return {name: "\n".join([_MARK, "", *lines, ""]) for name, lines in pages.items()}


def _is_page(path: Path) -> bool:
    return path.read_text(encoding="utf-8", errors="replace").startswith(_MARK)


PAGE = Kind("a page of the report reference", _is_page)


def questions() -> list[Question]:
    """Returns the questions of `sql/questions.toml`, in order."""
    with (sql_folder() / "questions.toml").open("rb") as file:
        read = tomllib.load(file)["questions"]
    return [Question(one["question"], one["report"], one["sql"].strip()) for one in read]


def _questions_page(pages: Mapping[str, str]) -> list[str]:
    """The questions; `pages` are report → its page."""
    lines = [
        "# Thirty questions",
        "",
        "Each with the report that answers it. Run a query in any DuckDB client, or with `figshare-warehouse sql`. Put",
        "in your own days, names and ids.",
        "",
        f"[All reports]({INDEX})",
    ]
    for number, one in enumerate(questions(), start=1):
        place = f"{pages[one.report]}.md#{one.report}" if one.report in pages else f"{INDEX}#{_PERIODS_ANCHOR}"
        lines += [
            "",
            f"## {number}. {one.question}",
            "",
            f"[{one.report}]({place})",
            "",
            "```sql",
            f"{one.sql};",
            "```",
        ]
    return lines


def _index(parts: Sequence[Subject], reports: Mapping[str, Described]) -> list[str]:
    lines = [
        "# Find the right report",
        "",
        "Open a report with `select * from reports.NAME`, one of [Operations](operations.md) with",
        "`select * from operations.NAME`, one of [Internal](internal.md), in its own file, with",
        "`select * from internal.NAME`. Its page says what each column means.",
        "",
        f"Begin with [thirty questions]({QUESTIONS}), each with the report and the query. Or find reports by words",
        "in their names, columns and texts: `figshare-warehouse describe WORD`.",
    ]
    for subject in parts:
        lines += [
            "",
            f"## [{subject.title}]({subject.name}.md)",
            "",
            "| report | use it to | one row per |",
            "|---|---|---|",
        ]
        for name, use in subject.uses.items():
            grain = _cell(reports[name].view.grain.removeprefix("One row per "))
            lines.append(f"| [{name}]({subject.name}.md#{name}) | {_start_lower(use)} | {grain} |")
    lines += ["", f"## {_PERIODS}", "", "| call | what it returns |", "|---|---|"]
    for macro in read_macros():
        call = f"`select * from reports.{macro.name}({', '.join(macro.parameters)})`"
        lines.append(f"| {call} | {_cell(macro.description.replace(' parameters: ', ' Parameter: '))} |")
    for name, columns in macro_columns([item.view for item in reports.values()]).items():
        if columns:
            lines += ["", f"The columns of `{name}`:", "", "| column | meaning |", "|---|---|"]
            lines += [f"| {column} | {_cell(meaning)} |" for column, meaning in columns.items()]
    return [
        *lines,
        "",
        "## Behind the reports",
        "",
        "- [Tables as loaded](tables.md): the schema `figshare` of the warehouse.",
        "- [Data tests](data-tests.md): what must hold between reports.",
        "- [Lineage](lineage.md): which view reads which.",
    ]


def _start_lower(text: str) -> str:
    return text[:1].lower() + text[1:].removesuffix(".")


def _subject_page(subject: Subject, reports: Mapping[str, Described], folder: Path) -> list[str]:
    lines = [f"# {subject.title}", "", subject.text, "", f"[All reports]({INDEX})"]
    for name, use in subject.uses.items():
        item = reports[name]
        lines += ["", f"## {name}", ""]
        lines += [f"**{use}** {item.view.paragraphs[0]}" if use else item.view.paragraphs[0]]
        for paragraph in item.view.paragraphs[1:]:
            lines += ["", paragraph]
        if item.view.key:
            lines += ["", f"Key: {', '.join(f'`{name}`' for name in item.view.key)}."]
        lines += ["", "| column | type | meaning | from |", "|---|---|---|---|"]
        for column, meaning in item.view.columns.items():
            origin = origin_words(item.origins[column]) if column in item.origins else ""
            lines.append(f"| {column} | {item.types.get(column, '')} | {_cell(meaning)} | {origin} |")
        reads = f"Reads {', '.join(item.view.depends_on)}." if item.view.depends_on else ""
        lines += ["", f"{_file_link(item.view.file, folder)} {reads}".strip()]
    return lines


def _file_link(file: str, folder: Path) -> str:
    """A link to a SQL file of ours where the pages are in the same checkout; else its name."""
    if not file:
        return "Made from the custom fields that exist."
    checkout = sql_folder().parent
    if not file.startswith("sql/") or not folder.resolve().is_relative_to(checkout):
        return f"SQL: `{file}`."
    return f"[SQL]({Path(os.path.relpath(checkout / file, folder.resolve())).as_posix()})."


def _tables_page() -> list[str]:
    lines = [
        "# Tables as loaded",
        "",
        "The schema `figshare` of the warehouse (not of the published file). Names and values are Figshare's. The last",
        "column is the field of Figshare's response; it is empty where the value is made by a refresh. Those of the",
        "schema `datacite`, likewise, are what DataCite says: see [Citations](../citations.md).",
        "",
        "Those of the schema `figshare_internal`, at the end, are personal data:",
        "see [Internal records](../internal.md).",
    ]
    for table in (*tables.TABLES.values(), *tables.INTERNAL_TABLES.values()):
        lines += ["", f"## {table.title}", "", table.description]
        if table.key:
            lines += ["", f"Key: {', '.join(f'`{name}`' for name in table.key)}."]
        lines += ["", "| column | type | meaning | field |", "|---|---|---|---|"]
        for column in table.columns:
            type_ = tables.DUCKDB_TYPES[column.type]
            lines.append(f"| {column.name} | {type_} | {_cell(column.description)} | {column.source} |")
    return lines


def _data_tests_page(folder: Path) -> list[str]:
    lines = [
        "# Data tests",
        "",
        "`figshare-warehouse check` runs them, and so does each refresh at its end. A test fails when it returns rows.",
        "",
        "| test | what must hold |",
        "|---|---|",
    ]
    lines.append(f"| {KEYS} | {KEYS_TEXT} |")
    files, _ = read_files(sql_folder(), schemas=(TESTS,))
    for file in files:
        lines.append(f"| {_named_link(file.name, file.file, folder)} | {_cell(' '.join(file.paragraphs))} |")
    return lines


def _named_link(name: str, file: str, folder: Path) -> str:
    link = _file_link(file, folder)
    return link.replace("[SQL]", f"[{name}]").removesuffix(".") if link.startswith("[") else name


def _lineage_page(described: Sequence[Described], folder: Path) -> list[str]:
    lines = ["# Lineage", "", "The views that reports are made of; each file describes its columns."]
    for schema in EVERY:
        if schema in (*REPORT_SCHEMAS, INTERNAL):
            continue
        lines += ["", f"## {schema.replace('_', ' ').capitalize()}", "", "| view | one row is |", "|---|---|"]
        for item in described:
            if item.view.schema == schema:
                link = _named_link(item.view.name, item.view.file, folder)
                lines.append(f"| {link} | {_cell(item.view.grain)} |")
    lines += [
        "",
        "## Rules of cleaning",
        "",
        "Scalar macros of the schema `staging`, each rule stands once.",
    ]
    lines += ["", "| rule | what it returns |", "|---|---|"]
    for rule in sorted(read_rules(), key=lambda rule: rule.name):
        link = _named_link(f"{rule.name}({', '.join(rule.parameters)})", rule.file, folder)
        lines.append(f"| {link} | {_cell(rule.description.partition(' parameters: ')[0])} |")
    return [*lines, "", "## What reads what", "", *_graph(described)]


def _graph(described: Sequence[Described]) -> Iterator[str]:
    groups: Mapping[str, set[str]] = {
        schema: set() for schema in (*tables.PUBLIC_SCHEMAS, *SCHEMAS, LOADED_INTERNAL, *INTERNAL_SCHEMAS)
    }
    for item in described:
        for relation in (item.view.relation, *item.view.depends_on):
            schema, _, name = relation.partition(".")
            groups[schema].add(name)
    yield "```mermaid"
    yield "flowchart LR"
    for schema, names in groups.items():
        yield f"    subgraph {schema}"
        for name in sorted(names):
            yield f"        {schema}__{name}[{name}]"
        yield "    end"
    for item in sorted(described, key=lambda item: item.view.relation):
        for relation in item.view.depends_on:
            yield f"    {relation} --> {item.view.relation}".replace(".", "__")
    yield "```"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
