"""Figshare's own lists: item types, licences, categories, and the institution's groups and custom fields."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

INSTITUTION_ID = 990
INSTITUTION_NAME = "University of Northfield"
PORTAL = "northfield"
OTHER_INSTITUTION_ID = 991
OTHER_PORTAL = "southmoor"
TOP_GROUP_ID = 31000

# The mapping of the OpenAPI description of July 2026; 4 and 10 are not in use.
ITEM_TYPES: dict[int, str] = {
    1: "figure", 2: "media", 3: "dataset", 5: "poster", 6: "journal contribution", 7: "presentation", 8: "thesis",
    9: "software", 11: "online resource", 12: "preprint", 13: "book", 14: "conference contribution", 15: "chapter",
    16: "peer review", 17: "educational resource", 18: "report", 19: "standard", 20: "composition", 21: "funding",
    22: "physical object", 23: "data management plan", 24: "workflow", 25: "monograph", 26: "performance", 27: "event",
    28: "service", 29: "model",
}  # fmt: skip

LICENSES: list[Json] = [
    {"value": 1, "name": "CC BY 4.0", "url": "https://creativecommons.org/licenses/by/4.0/"},
    {"value": 2, "name": "CC0", "url": "https://creativecommons.org/publicdomain/zero/1.0/"},
    {"value": 3, "name": "MIT", "url": "https://opensource.org/licenses/MIT"},
    {"value": 4, "name": "GPL", "url": "https://www.gnu.org/licenses/gpl-3.0.html"},
    {"value": 5, "name": "GPL 2.0+", "url": "https://www.gnu.org/licenses/gpl-2.0.html"},
    {"value": 6, "name": "Apache 2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0.html"},
    {"value": 12, "name": "CC BY-NC 4.0", "url": "https://creativecommons.org/licenses/by-nc/4.0/"},
    {"value": 21, "name": "CC BY-NC-ND 4.0", "url": "https://creativecommons.org/licenses/by-nc-nd/4.0/"},
    {"value": 94, "name": "In Copyright", "url": "http://rightsstatements.org/vocab/InC/1.0/"},
]

_DIVISIONS = (
    "Biological sciences:Ecology,Genetics,Microbiology,Zoology|Environmental sciences:Climate change,Soil sciences,"
    "Pollution|Engineering:Civil engineering,Materials engineering,Transport|Information and computing sciences:"
    "Machine learning,Software engineering,Data management|Health sciences:Public health,Nursing,Sports science|"
    "Chemical sciences:Physical chemistry,Analytical chemistry|Physical sciences:Condensed matter,Quantum physics|"
    "Human society:Sociology,Political science,Human geography|History and heritage:Archaeology,Historical studies|"
    "Economics:Applied economics,Econometrics|Education:Education systems,Specialist studies"
)
_LEAVES = ("theory", "methods", "applications", "policy", "not elsewhere classified")


def item_types() -> list[Json]:
    """The list behind `/item_types`."""
    return [
        {
            "id": number,
            "name": name.capitalize(),
            "string_id": name.replace(" ", "_"),
            "icon": name.split()[0],
            "public_description": f"Items of the type {name}.",
            "is_selectable": number not in {21, 22},
            "url_name": name.replace(" ", "_"),
        }
        for number, name in ITEM_TYPES.items()
    ]


def categories() -> list[Json]:
    """The list behind `/categories`: a taxonomy of three levels, and an older flat one that shares some titles."""
    listed: list[Json] = []
    flat: list[str] = []
    number = 24000
    for d, division in enumerate(_DIVISIONS.split("|"), start=30):
        top_title, fields = division.split(":")
        number += 3
        top, top_path = number, f"/{number}"
        listed.append(_category(top, top_title, 0, top_path, f"{d}", True))
        flat.append(top_title)
        for g, field in enumerate(fields.split(","), start=1):
            number += 3
            group, group_path = number, f"{top_path}/{number}"
            listed.append(_category(group, field, top, group_path, f"{d}{g:02}", True))
            flat.append(field)
            for leaf, suffix in enumerate(_LEAVES, start=1):
                number += 3
                path, source = f"{group_path}/{number}", f"{d}{g:02}{leaf:02}"
                listed.append(_category(number, f"{field} {suffix}", group, path, source, False))
    # The older taxonomy has no paths and no source ids; its titles recur under other ids.
    listed += [_category(n, title, 0, "", "", False, taxonomy=10) for n, title in enumerate(flat, start=1)]
    return listed


def _category(
    number: int, title: str, parent: int, path: str, source: str, children: bool, taxonomy: int = 100
) -> Json:
    return {
        "is_selectable": not children, "has_children": children, "id": number, "title": title, "parent_id": parent,
        "path": path, "source_id": source, "taxonomy_id": taxonomy,
    }  # fmt: skip


def groups() -> list[Json]:
    """The institution's groups: itself on top, faculties, schools; flat, as the API lists them."""
    names = {
        "Faculty of Science": ["School of Biology", "School of Chemistry", "School of Physics", "Mathematics"],
        "Faculty of Engineering": ["School of Civil Engineering", "School of Computing", "Energy Institute"],
        "Faculty of Medicine": ["School of Public Health", "School of Nursing"],
        "Faculty of Arts & Humanities": ["School of History", "School of Languages", "Music; Drama, and Dance"],
        "Faculty of Social Sciences": ["Business School", "School of Education", "School of Law"],
        "Library": [],
        "Graduate School": ["Doctoral Theses"],
    }  # fmt: skip
    listed = [_group(TOP_GROUP_ID, INSTITUTION_NAME, 0, "")]
    number = TOP_GROUP_ID
    for faculty, schools in names.items():
        number += 7
        parent = number
        listed.append(_group(parent, faculty, TOP_GROUP_ID, f"FAC{parent}"))
        for school in schools:
            number += 7
            listed.append(_group(number, school, parent, "" if number % 2 else f"SCH{number}"))
    return listed


def _group(number: int, name: str, parent: int, resource: str) -> Json:
    return {
        "id": number, "name": name, "parent_id": parent, "resource_id": resource,
        "association_criteria": "" if parent == 0 else f"department={name}", "upload_access": "All Users",
    }  # fmt: skip


#: Custom fields of the institution. `Methods` is a list in one record and a string in the next, as at Figshare.
CUSTOM_FIELDS: list[Json] = [
    {"id": 501, "name": "Geographic coverage", "field_type": "text", "order": 1, "is_mandatory": False},
    {"id": 502, "name": "Methods", "field_type": "dropdown", "order": 2, "is_mandatory": False},
    {"id": 503, "name": "Contact e-mail", "field_type": "email", "order": 3, "is_mandatory": True},
    {"id": 504, "name": "Data collected from", "field_type": "date", "order": 4, "is_mandatory": False},
    {"id": 505, "name": "Project website", "field_type": "url", "order": 5, "is_mandatory": False},
    {"id": 506, "name": "Notes; internal, \"other\"", "field_type": "textarea", "order": 6, "is_mandatory": False},
]  # fmt: skip
