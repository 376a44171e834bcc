"""The SQL files of the views: where they are, and their opening comments.

A file holds one `select` and opens with a comment of this form:

    -- One row per … .
    -- More of the same paragraph: what is counted and how, what NULL means, what it is for.
    --
    -- Another paragraph, where one helps.
    --
    -- key: institution_id, article_id
    -- columns:
    --   article_id: What a value means.
    --   title: What a value means, continued
    --     in a line that is indented further.

Columns that `sql/fields.md` describes need no text here (`figshare_warehouse.models.column_texts`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

STAGING, INTERMEDIATE, OPERATIONS, REPORTS = SCHEMAS = ("staging", "intermediate", "operations", "reports")
"""The folders of views in `sql`, which are also the names of their schemas; a folder in them is a subject."""

REPORT_SCHEMAS = (REPORTS, OPERATIONS)
"""The schemas of reports, which are published: of what was loaded, and of how the loading went."""

INTERNAL_STAGING, INTERNAL = INTERNAL_SCHEMAS = ("internal_staging", "internal")
"""The folders of views over personal data, likewise; no other view reads them."""

LOADED_INTERNAL = "figshare_internal"
"""The schema of the loaded tables of personal data."""

TESTS = "tests"
"""The folder that holds data tests: queries of the same form that return the rows that fail them."""

GENERATED = frozenset({"reports.article_custom_fields_wide", "reports.article_main_wide"})
"""Views without a file, made by `figshare_warehouse.models.custom_fields`."""

PUBLISHED = frozenset({"reports.about", "reports.published_reports"})
"""Tables that only the published file has: `figshare_warehouse.models.about`."""

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_KEY = re.compile(r"key: (?P<columns>[a-z][a-z0-9_]*(?:, [a-z][a-z0-9_]*)*)")
_COLUMN = re.compile(r"  (?P<name>[a-z][a-z0-9_]*):(?:\s+(?P<text>\S.*))?")
_CONTINUATION = re.compile(r" {3,}(?P<text>\S.*)")


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Something wrong in a SQL file.

    Attributes:
        file: the file, from the `sql` folder on: `sql/reports/articles/articles.sql`.
        line: the line, from 1.
        message: what is wrong, in a sentence without a full stop.
    """

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


@dataclass(frozen=True, slots=True)
class ColumnNote:
    """The description of one output column, and the line it is on."""

    name: str
    description: str
    line: int


@dataclass(frozen=True, slots=True)
class Key:
    """The columns that identify a row, and the line that says so."""

    columns: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class SqlFile:
    """One file as read.

    Attributes:
        schema: the folder of `sql` that it is in.
        name: its name without `.sql`; the view's name.
        file: how problems name it.
        text: its whole text.
        paragraphs: what its opening comment says before `columns:`, one string per paragraph.
        notes: the column descriptions, in order.
        key: the columns that identify a row; None when the file does not say.
        subject: the folder that it lies in; empty for the user's.
    """

    schema: str
    name: str
    file: str
    text: str
    paragraphs: tuple[str, ...]
    notes: tuple[ColumnNote, ...]
    key: Key | None = None
    subject: str = ""

    @property
    def relation(self) -> str:
        """The view's name with its schema."""
        return f"{self.schema}.{self.name}"

    @property
    def is_report(self) -> bool:
        """Whether it is one of those that are published, into the file of reports or the internal one."""
        return self.schema in (*REPORT_SCHEMAS, INTERNAL)


@dataclass(frozen=True, slots=True)
class View:
    """One view, as its file describes it.

    Attributes:
        schema: one of SCHEMAS or INTERNAL_SCHEMAS.
        name: its name in the schema.
        file: where it is from, `sql/reports/articles/articles.sql`.
        text: the file's text.
        paragraphs: what one row is, what is counted and how, what it is for.
        columns: column → description, in the file's order.
        depends_on: the relations it reads, `figshare.articles` or `intermediate.int_articles`, in alphabetical order.
        key: the columns that identify a row; empty when the file does not say.
        subject: the folder that its file lies in; empty for the user's.
    """

    schema: str
    name: str
    file: str
    text: str
    paragraphs: tuple[str, ...]
    columns: dict[str, str]
    depends_on: tuple[str, ...]
    key: tuple[str, ...] = ()
    subject: str = ""

    @property
    def relation(self) -> str:
        """The name with its schema."""
        return f"{self.schema}.{self.name}"

    @property
    def is_report(self) -> bool:
        """Whether it is one of those that are published, into the file of reports or the internal one."""
        return self.schema in (*REPORT_SCHEMAS, INTERNAL)

    @property
    def place(self) -> tuple[int, str]:
        """Its place where views are listed: reports first, by name."""
        return -(*INTERNAL_SCHEMAS, *SCHEMAS).index(self.schema), self.name

    @property
    def grain(self) -> str:
        """What one row is: the first sentence of the description."""
        return re.split(r"(?<=\.)\s", self.description, maxsplit=1)[0]

    @property
    def description(self) -> str:
        """The whole description, paragraphs separated by empty lines."""
        return "\n\n".join(self.paragraphs)


def sql_folder() -> Path:
    """Returns the `sql` folder: inside the package when installed, beside it in a checkout."""
    # Joined first: for a package without `__init__.py`, `files` does not return a path, only its children are paths.
    installed = Path(str(files("figshare_warehouse") / "sql"))
    return installed if installed.is_dir() else Path(__file__).resolve().parents[3] / "sql"


def read_files(
    folder: Path, user_folder: Path | None = None, schemas: Sequence[str] = SCHEMAS
) -> tuple[list[SqlFile], list[Problem]]:
    """Reads every view's file below a `sql` folder, and the user's reports.

    Args:
        folder: holds a folder per schema, with the files in it or in folders of subjects; any may be missing.
        user_folder: holds the user's reports, `*.sql` in the folder itself; None for none.
        schemas: the schemas to read.

    Returns:
        The files that could be read, by schema and name, the user's last, and what is wrong with their names and
        comments.
    """
    found: list[SqlFile] = []
    problems: list[Problem] = []
    taken = {relation.partition(".")[2] for relation in GENERATED | PUBLISHED}

    def read(path: Path, schema: str, file: str, subject: str) -> None:
        sql, wrong = _read_file(path, schema, file, subject)
        problems.extend(wrong)
        if not sql:
            return
        # A report is found by its name alone, whatever its schema and folder.
        name, kind = (sql.name, "report") if sql.is_report else (sql.relation, "view")
        if name in taken:
            problems.append(Problem(file, 1, f"there is a {kind} `{name}` already: choose another name"))
            return
        taken.add(name)
        found.append(sql)

    for schema in schemas:
        for path in sorted((folder / schema).rglob("*.sql"), key=lambda path: path.name):
            read(path, schema, path.relative_to(folder.parent).as_posix(), path.parent.name)
    if user_folder is None:
        return found, problems
    if not user_folder.is_dir():
        return found, [*problems, Problem(str(user_folder), 1, "there is no such folder of SQL files")]
    for path in sorted(user_folder.glob("*.sql")):
        read(path, REPORTS, f"{user_folder.name}/{path.name}", "")
    return found, problems


def _read_file(path: Path, schema: str, file: str, subject: str) -> tuple[SqlFile | None, list[Problem]]:
    if not _NAME.fullmatch(path.stem):
        return None, [Problem(file, 1, "the file's name is not lower-case letters, digits and `_`")]
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        return None, [Problem(file, 1, f"the file cannot be read: {error.strerror or error}")]
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        return None, [Problem(file, line, "the file cannot be read: it is not UTF-8")]
    comment = read_comment(text)
    problems = [Problem(file, line, message) for line, message in comment.wrong]
    return SqlFile(schema, path.stem, file, text, comment.paragraphs, comment.notes, comment.key, subject), problems


@dataclass(frozen=True, slots=True)
class Comment:
    """A file's opening comment, taken apart.

    Attributes:
        paragraphs: what it says before `key:` and `columns:`.
        key: the columns that identify a row; None when it does not say.
        notes: the column descriptions.
        wrong: what is wrong, as (line, message).
    """

    paragraphs: tuple[str, ...]
    key: Key | None
    notes: tuple[ColumnNote, ...]
    wrong: tuple[tuple[int, str], ...]


def read_comment(text: str) -> Comment:
    """Parses a file's opening comment.

    Args:
        text: the file's text.
    """
    prose: list[str] = []
    key: Key | None = None
    notes: list[ColumnNote] = []
    wrong: list[tuple[int, str]] = []
    in_columns = False
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.startswith("--"):
            break
        said = line[2:].removeprefix(" ").rstrip()
        if not in_columns and said.startswith("key:"):
            if found := _KEY.fullmatch(said):
                key = Key(tuple(found["columns"].split(", ")), number)
            else:
                wrong.append((number, "a key is written as `key: column, column`"))
        elif not in_columns:
            in_columns = said == "columns:"
            if not in_columns:
                prose.append(said)
        elif column := _COLUMN.fullmatch(said):
            if any(note.name == column["name"] for note in notes):
                wrong.append((number, f"column `{column['name']}` is described twice"))
            notes.append(ColumnNote(column["name"], column["text"] or "", number))
        elif notes and (more := _CONTINUATION.fullmatch(said)):
            last = notes[-1]
            notes[-1] = ColumnNote(last.name, f"{last.description} {more['text']}".strip(), last.line)
        elif said:
            wrong.append((number, "this line is neither `  name: description` nor the continuation of one"))
    paragraphs = tuple(paragraph for part in "\n".join(prose).split("\n\n") if (paragraph := " ".join(part.split())))
    if not paragraphs:
        wrong.append((1, "the opening comment does not say what one row is"))
    wrong += [(note.line, f"column `{note.name}` has no description") for note in notes if not note.description]
    return Comment(paragraphs, key, tuple(notes), tuple(wrong))
