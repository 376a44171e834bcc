"""Which columns of what it reads a query depends on, found in its syntax tree: never too few, perhaps too many."""

from __future__ import annotations

from sqlglot import exp

_ALL = "*"


def used_columns(query: exp.Query) -> dict[str, set[str] | None]:
    """Returns the columns of each relation that a query uses; None for all, where a row is used as a whole.

    A column without its table's name counts for each table that it may be of. What a common table passes on with `*`
    is used where its readers name it.

    Args:
        query: the syntax tree.
    """
    return _Uses(query).found()


class _Uses:
    def __init__(self, query: exp.Query) -> None:
        # Names by source: a relation with its schema, or a common table without one.
        self._names: dict[str, set[str]] = {}
        # What a common table passes on with `*`, by its name.
        self._passed: dict[str, set[str]] = {}
        self._sources: dict[int, dict[str, list[str]]] = {}
        self._is_all = False
        self._query = query

    def found(self) -> dict[str, set[str] | None]:
        nodes = list(self._query.walk())
        common = [node.alias_or_name.lower() for node in nodes if isinstance(node, exp.CTE)]
        # Two common tables of one name, names by a pattern, what is left over, or by order.
        self._is_all = len(set(common)) < len(common) or any(map(_is_by_no_name, nodes))
        for node in nodes:
            if isinstance(node, exp.Table):
                self._add_source(node)
        for node in nodes:
            if isinstance(node, exp.Star):
                self._add_star(node)
            elif isinstance(node, exp.Column):
                self._add_column(node.name.lower(), node.table.lower(), node)
            elif isinstance(node, exp.Join):
                for name in node.args.get("using") or ():
                    self._add_column(name.name.lower(), "", node)
        before = -1
        while before < (before := sum(map(len, self._names.values()))):
            for name, sources in self._passed.items():
                for source in sources:
                    self._names.setdefault(source, set()).update(self._names.get(name, ()))
        return {
            source: None if self._is_all or _ALL in names else names
            for source, names in self._names.items()
            if "." in source
        }

    def _add_source(self, table: exp.Table) -> None:
        name = f"{table.db}.{table.name}".lower().removeprefix(".")
        self._names.setdefault(name, set())
        aliases = self._sources.setdefault(id(table.parent_select), {})
        aliases.setdefault(table.alias_or_name.lower(), []).append(name)
        if table.alias_column_names:
            self._is_all = True

    def _add_column(self, name: str, of: str, node: exp.Expr) -> None:
        select: exp.Expr | None = node.parent_select
        while select is not None:
            for alias, sources in self._sources.get(id(select), {}).items():
                for source in sources:
                    if of in ("", alias):
                        self._names[source].add(name)
                    # The name of a table in place of a column's is its whole row.
                    if not of and name == alias:
                        self._names[source].add(_ALL)
            select = _outer(select)

    def _add_star(self, star: exp.Star) -> None:
        if isinstance(star.parent, exp.Count):
            return
        of = star.parent.table.lower() if isinstance(star.parent, exp.Column) else ""
        select = star.parent_select
        reader = select.parent if isinstance(select, exp.Select) and not _compares_rows(select) else None
        for alias, sources in self._sources.get(id(select), {}).items():
            for source in sources if of in ("", alias) else ():
                if isinstance(reader, exp.CTE):
                    self._passed.setdefault(reader.alias_or_name.lower(), set()).add(source)
                else:
                    self._names[source].add(_ALL)


def _is_by_no_name(node: exp.Expr) -> bool:
    return isinstance(node, exp.Columns | exp.Pivot) or (isinstance(node, exp.Join) and bool(node.method))


def _outer(select: exp.Expr) -> exp.Expr | None:
    """The select whose columns a select can name, too; a common table names those of no other."""
    node = select.parent
    while node is not None and not isinstance(node, exp.Select):
        node = None if isinstance(node, exp.CTE) else node.parent
    return node


def _compares_rows(select: exp.Select) -> bool:
    """Whether what a query returns depends on columns that its readers do not name."""
    group = select.args.get("group")
    return bool(select.args.get("distinct")) or (group is not None and bool(group.args.get("all")))
