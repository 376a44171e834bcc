"""The parts of a synthetic article: its files, tags, funding, dates and custom fields."""

from __future__ import annotations

from datetime import datetime
from random import Random
from typing import Any

from figshare_sandbox.world import texts
from figshare_sandbox.world.model import Json, stamp
from figshare_sandbox.world.vocabulary import CUSTOM_FIELDS, LICENSES

_CC_BY_SHORT = LICENSES[0] | {"name": "CC BY"}
_BIG = 2**31


class PartsMaker:
    """Draws the parts of articles from one random generator; shared things (funding, licences) are shared objects."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self._file_id = 40_000_000
        self._funding_id = 23_000_000
        self._material_id = 400_000
        self._shared_funding = [self._linked_funding() for _ in range(60)]

    def files(self, count: int, slot: int | None = None) -> list[Json]:
        """`count` files. Place 10 has a link-only one, 16 one of 95 GB, 17 the same name twice."""
        rng = self.rng
        made: list[Json] = []
        for position in range(count):
            self._file_id += 1 + int(rng.random() * 3)
            number = self._file_id
            extension, mimetype = texts.FILE_EXTENSIONS[int(rng.random() ** 1.5 * len(texts.FILE_EXTENSIONS))]
            stem = texts.FILE_STEMS[int(rng.random() * len(texts.FILE_STEMS))]
            link = slot == 10 or rng.random() < 0.01
            md5 = "" if link else f"{rng.getrandbits(128):032x}"
            size = 0 if link else int(rng.lognormvariate(12.5, 2.5)) + 1
            if slot == 16 and position == 0:
                size = 95 * 10**9
            elif rng.random() < 0.002:
                size = _BIG + size
            host = "data.example.org" if link else "ndownloader.figshare.example/files"
            record: Json = {
                "id": number, "name": stem if link else f"{stem}_{position}.{extension}", "size": size,
                "is_link_only": link, "download_url": f"https://{host}/{number}",
                "supplied_md5": "" if rng.random() < 0.1 else md5, "computed_md5": md5,
            }  # fmt: skip
            if rng.random() < 0.8:
                record["mimetype"] = "undefined" if link else mimetype
            made.append(record)
        if slot == 17 or (count > 1 and rng.random() < 0.01):
            while len(made) < 2:
                made += self.files(1)
            made[1]["name"] = made[0]["name"]
        return made

    def tags(self, count: int, slot: int | None = None) -> list[str]:
        """`count` tags; place 24 has commas, markup and an exact duplicate."""
        rng = self.rng
        if slot == 24:
            return ["climate", *texts.ODD_TAGS, "climate"]
        made = rng.sample(texts.TAGS, min(count, len(texts.TAGS)))
        made += [f"keyword {n}" for n in range(len(made), count)]
        if made and rng.random() < 0.04:
            made[-1] = rng.choice([made[0], *texts.ODD_TAGS])
        return made

    def _linked_funding(self) -> Json:
        self._funding_id += 3
        rng = self.rng
        code = f"NRC/{rng.choice('ABEGH')}{rng.randrange(10**5):05}/1" if rng.random() < 0.9 else ""
        return {
            "id": self._funding_id, "title": f"{rng.choice(texts.TOPICS).capitalize()} in {rng.choice(texts.PLACES)}",
            "grant_code": code, "funder_name": rng.choice(texts.FUNDERS), "is_user_defined": 0,
            "url": f"https://app.dimensions.ai/details/grant/grant.{self._funding_id}",
        }  # fmt: skip

    def funding_list(self, count: int) -> list[Json]:
        """Grants, most of them shared with other articles, some typed in by hand (no funder, no url)."""
        rng = self.rng
        made: dict[int, Json] = {}
        while len(made) < count:
            grant = self._shared_funding[int(len(self._shared_funding) * rng.random() ** 2)]
            if rng.random() < 0.35:
                self._funding_id += 3
                grant = {
                    "id": self._funding_id, "title": f"{rng.choice(texts.FUNDERS)} (grant {self._funding_id % 9973})",
                    "grant_code": "", "funder_name": None, "is_user_defined": 1,
                }  # fmt: skip
            made[grant["id"]] = grant
        return list(made.values())

    def references(self) -> list[str]:
        """Links to what the article refers to; most have none."""
        if self.rng.random() < 0.65:
            return []
        return [
            f"https://doi.org/10.5072/ref.{self.rng.randrange(10**6)}" for _ in range(self.rng.choice([1, 1, 1, 2, 3]))
        ]

    def related_materials(self, references: list[str]) -> list[Json]:
        """The newer form of the references, with a relation each, sometimes one more."""
        made = []
        for place, link in enumerate(references):
            self._material_id += 3
            made.append({
                "id": self._material_id, "identifier": link.removeprefix("https://doi.org/"), "title": "",
                "relation": "References" if place == 0 else "IsSupplementTo", "identifier_type": "DOI",
                "is_linkout": place > 0, "link": link,
            })  # fmt: skip
        return made

    def license(self, slot: int | None = None) -> Json:
        """A licence; `CC BY` and `CC BY 4.0` are names of the same value."""
        chance = self.rng.random()
        if slot == 33 or (slot != 34 and chance < 0.2):
            return _CC_BY_SHORT
        if slot == 34 or chance < 0.65:
            return LICENSES[0]
        return LICENSES[1 + int(self.rng.random() * (len(LICENSES) - 1))]

    def description(self, slot: int | None = None) -> str:
        """An abstract in HTML; empty at place 42, with a script at 48."""
        if slot == 42:
            return ""
        rng = self.rng
        text = " ".join(rng.sample(texts.SENTENCES, 1 + int(rng.random() * 4)))
        start = f"{rng.choice(texts.KINDS)} on {rng.choice(texts.TOPICS)} from {rng.choice(texts.METHODS)}."
        extra = "<script>document.title='x'</script>" if slot == 48 else ""
        return f"<p>{start}</p><p>{text}</p>{extra}" if rng.random() < 0.8 else f"{start} {text}<br>{extra}"

    def timeline(self, posted: datetime, first: datetime, slot: int | None = None) -> Json:
        """The dates of an item's life; keys and forms vary, at place 29 there are none."""
        rng = self.rng
        if slot == 29 or rng.random() < 0.001:
            return {}
        made: Json = {"posted": stamp(posted)[:-1], "firstOnline": stamp(first)[:-1]}
        chance = rng.random()
        if slot == 30 or chance < 0.05:
            made["firstOnline"] = first.date().isoformat()
        elif slot == 31 or chance < 0.08:
            made = {
                "posted": stamp(posted),
                "firstOnline": stamp(first),
                "publisherPublication": first.date().isoformat(),
            }
        elif chance < 0.09:
            made |= {"submission": stamp(first)[:-1], "revision": stamp(posted)[:-1]}
        elif chance < 0.095:
            made["publisherAcceptance"] = first.date().isoformat()
        return made

    def custom_fields(self, slot: int | None = None) -> list[Json]:
        """The institution's own fields: the same field is a list in one record and a string in the next."""
        rng = self.rng
        if slot not in {30, 31} and rng.random() < 0.8:
            return []
        chosen = texts.METHODS[: 1 + int(rng.random() * 3)]
        methods: Any = list(chosen) if slot == 30 or (slot != 31 and rng.random() < 0.5) else chosen[0]
        values: list[Any] = [
            rng.choice(texts.PLACES), methods, "library@northfield.example",
            f"20{10 + int(rng.random() * 16)}-01-01", "" if rng.random() < 0.5 else "https://project.example.org",
            "=1+1",
        ]  # fmt: skip
        return [
            {
                "name": f["name"], "value": value, "field_type": f["field_type"], "settings": {}, "order": f["order"],
                "is_mandatory": f["is_mandatory"],
            }
            for f, value in zip(CUSTOM_FIELDS, values, strict=True)
        ]  # fmt: skip
