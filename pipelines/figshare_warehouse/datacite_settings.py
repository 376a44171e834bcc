"""The settings of section `sources.datacite`: each is declared once, like those of Figshare."""

from __future__ import annotations

from dataclasses import dataclass, fields

from figshare_warehouse.setting import MOST_DAYS, Limit, Setting, declare

API_URL = "https://api.datacite.org"
HANDLES_URL = "https://doi.org/api/handles"


@dataclass
class DataciteSettings:
    """Whom to ask about DOIs, as whom, and how fast."""

    api_url: str | None = declare(
        None,
        "Base address of DataCite's REST API.",
        shown_default="DataCite's own with Figshare's own API; with another one, DataCite is not asked",
    )
    handles_url: str | None = declare(
        None,
        "Base address of the handle service, which knows each registered DOI.",
        shown_default="that of doi.org",
    )
    mailto: str | None = declare(
        None,
        "An e-mail address that DataCite is given with each request, in the User-Agent: it then allows twice as many.",
    )
    requests_per_second: float = declare(
        1.0,
        "Pace; 0 for no pacing. DataCite allows 500 requests in five minutes, 1,000 with `mailto`.",
        limit=Limit(0, 1000),
    )
    list_max_age: str = declare(
        "30d",
        "Read all DOIs of a prefix again when that was longer ago; in between only what changed.",
        limit=Limit(1, MOST_DAYS, is_age=True),
    )
    doi_max_age: str = declare(
        "7d",
        "Ask again for DOIs that are asked for by name: those of a prefix that has far more of others.",
        limit=Limit(1, MOST_DAYS, is_age=True),
    )


DATACITE_SETTINGS: dict[str, Setting] = {one.name: one.metadata["setting"] for one in fields(DataciteSettings)}
