"""Articles that are followed by themselves: which they are, by id, DOI or address."""

from __future__ import annotations

import duckdb

from figshare_warehouse.article_references import ArticleReference, article_reference
from figshare_warehouse.errors import FigshareWarehouseError
from figshare_warehouse.refresh.run import Run
from figshare_warehouse.reports.text import quoted
from figshare_warehouse.settings import FigshareSettings
from figshare_warehouse.sources.figshare.lookups import article_with_doi
from figshare_warehouse.sources.http.errors import RequestError
from figshare_warehouse.warehouse import store


def known_articles(
    connection: duckdb.DuckDBPyConnection, settings: FigshareSettings
) -> tuple[list[int], list[ArticleReference]]:
    """Returns the ids of the articles that the settings name, and the references whose id is not known.

    Args:
        connection: the warehouse: what it holds is known by its DOI.
        settings: their `articles`.
    """
    references = [article_reference(text, "--article") for text in settings.articles or ()]
    dois = [one.doi for one in references if not one.is_certain]
    held = (
        {row["doi"]: row["article_id"] for row in store.ask(connection, "articles_by_doi", dois=dois)} if dois else {}
    )
    ids: dict[int, None] = {}
    unknown: dict[str | None, ArticleReference] = {}
    for one in references:
        id_ = one.article_id if one.is_certain else held.get(one.doi)
        if id_ is None:
            unknown[one.doi] = one
        else:
            ids[id_] = None
    return list(ids), list(unknown.values())


def find_articles(run: Run) -> None:
    """Finds the articles that are followed by themselves; asks for those of which only the DOI is known.

    Raises:
        FigshareWarehouseError: the warehouse cannot be asked.
    """
    ids, unknown = known_articles(run.connection, run.settings)
    if unknown and not run.is_stopped:
        run.step("Looking for articles by their DOIs")
    for reference in unknown:
        doi = reference.doi or ""
        try:
            found = article_with_doi(run.client, reference, run.versions)
        except RequestError as error:
            run.note_failure(error)
            continue
        except FigshareWarehouseError:
            break
        if found is None:
            run.note_finding(f"Figshare shows no public article with the DOI {doi}.")
            continue
        id_, title = found
        ids.append(id_)
        run.outcome.found.append(f"{doi} is article {id_}, {quoted(title)}.")
    run.article_ids = list(dict.fromkeys(ids))
