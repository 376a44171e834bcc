"""References to an article: every form that people have, and what is none."""

import pytest

from figshare_warehouse.article_references import article_reference
from figshare_warehouse.errors import UsageError

ID = 14763051


@pytest.mark.parametrize(
    ("text", "article_id", "doi"),
    [
        (f" {ID} ", ID, None),
        (f"10.6084/m9.figshare.{ID}.v12", ID, f"10.6084/m9.figshare.{ID}"),
        (f"https://doi.org/10.6084/M9.Figshare.{ID}", ID, f"10.6084/m9.figshare.{ID}"),
        (f"doi: 10.17028/rd.lboro.{ID}.v1", ID, f"10.17028/rd.lboro.{ID}"),
        (f"dx.doi.org/10.25392/leicester.data.{ID}.v3/", ID, f"10.25392/leicester.data.{ID}"),
        # Its end is no id: a figure, a number that begins with 0, a collection.
        ("10.1371/journal.pone.0008619.g004", None, "10.1371/journal.pone.0008619.g004"),
        ("10.1371/journal.pone.0008619", None, "10.1371/journal.pone.0008619"),
        (f"10.6084/m9.figshare.c.{ID}.v1", None, f"10.6084/m9.figshare.c.{ID}"),
        ("https://doi.org/10.1000%2Fvery(odd)<doi>;2-v", None, "10.1000/very(odd)<doi>;2-v"),
        (f"https://figshare.com/articles/dataset/Test_data_for_the_Pooch_library/{ID}", ID, None),
        (f"https://repository.lboro.ac.uk/articles/journal_contribution/A_title/{ID}/2?file=1#x", ID, None),
        (f"lboro.figshare.com/articles/dataset/2020/{ID}", ID, None),
        (f"http://figshare.com/articles/A_title/{ID}/1/", ID, None),
        (f"https://api.figshare.com/v2/articles/{ID}", ID, None),
        (f"https://api.figshare.com/v2/articles/{ID}/versions/2", ID, None),
        (f"http://127.0.0.1:8000/v2/articles/{ID}/files", ID, None),
        (f"https://figshare.com/ndownloader/articles/{ID}/versions/1", ID, None),
        (f"https://api.figshare.com/v3/items/{ID}", ID, None),
    ],
)
def test_references(text: str, article_id: int | None, doi: str | None) -> None:
    found = article_reference(text)
    assert (found.article_id, found.doi) == (article_id, doi)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "0",
            "-5",
            "1e5",
            "9" * 19,
            "lboro",
            "10.6084",
            "10.6084/",
            "https://",
            "https://[",
            "ftp://a.b/articles/5",
        ),
        *("https://figshare.com", "https://figshare.com/articles/dataset/Title", "https://doi.org/"),
        f"https://figshare.com/collections/Title/{ID}",
        f"https://figshare.com/authors/Ada/{ID}",
    ],
)
def test_what_is_none(text: str) -> None:
    with pytest.raises(UsageError, match="--article takes an article's id, DOI or URL, not "):
        article_reference(text, "--article")


def test_a_doi_is_compared_without_version_and_case() -> None:
    reference = article_reference(f"10.6084/m9.figshare.{ID}.v2")
    assert reference.is_doi(f"10.6084/M9.figshare.{ID}.v1")
    assert not reference.is_doi(f"10.6084/m9.figshare.{ID}1")
    assert not reference.is_doi(None)
    assert not article_reference(str(ID)).is_doi("")
