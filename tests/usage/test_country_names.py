"""Names of countries as services, the UN and older lists have them: the right code or none, never another one."""

from __future__ import annotations

import pycountry
import pytest

from figshare_warehouse.sources.figshare.usage.rows import country_code

USUAL = {
    "AX": "Åland|Aland Islands",
    "AE": "United Arab Emirates|UAE",
    "AG": "Antigua & Barbuda",
    "AS": "American Samoa|Samoa (American)",
    "BA": "Bosnia & Herzegovina|Bosnia-Herzegovina",
    "BL": "St. Barthélemy|Saint Barthelemy|St Barthelemy",
    "BN": "Brunei|Brunei Darussalam",
    "BO": "Bolivia|Bolivia (Plurinational State of)",
    "BQ": "Caribbean Netherlands|Bonaire, Sint Eustatius, and Saba",
    "BS": "The Bahamas|Bahamas, The",
    "CC": "Cocos [Keeling] Islands|Cocos (Keeling) Islands",
    "CD": "DR Congo|Congo - Kinshasa|Congo [DRC]|Congo (Kinshasa)|Congo, The Democratic Republic of the|Dem. Rep. Congo"
    "|Congo, Dem. Rep.|Democratic Republic of Congo|Zaire",
    "CG": "Congo|Congo Republic|Congo - Brazzaville|Republic of the Congo|Congo, Rep.|Congo [Republic]",
    "CI": "Cote D'Ivoire|Côte d’Ivoire|CÔTE D`IVOIRE|Cote d Ivoire|Ivory Coast",
    "CV": "Cape Verde|Cabo Verde",
    "CW": "Curacao|Curaçao",
    "CZ": "Czech Republic|Czechia|Czechia (Czech Republic)",
    "DM": "Dominica",
    "DO": "Dominican Republic",
    "FK": "Falkland Islands|Falkland Islands (Malvinas)|Falkland Islands [Islas Malvinas]",
    "FM": "Micronesia|Micronesia, Federated States of|Federated States of Micronesia",
    "FO": "Faroe Islands|Faeroe Islands",
    "GB": "UK|Great Britain|United Kingdom of Great Britain and Northern Ireland|Ireland, Northern",
    "GM": "The Gambia|Gambia, The",
    "GN": "Guinea",
    "GQ": "Equatorial Guinea|Guinea, Equatorial",
    "GS": "South Georgia & South Sandwich Islands|South Georgia and the South Sandwich Islands",
    "GW": "Guinea-Bissau|Guinea Bissau",
    "HK": "Hong Kong|Hong Kong SAR|Hong Kong SAR China|China, Hong Kong Special Administrative Region",
    "HM": "Heard & McDonald Islands",
    "IE": "Ireland|Republic of Ireland",
    "IR": "Iran|Iran, Islamic Republic of|Iran (Islamic Republic of)",
    "KN": "St. Kitts & Nevis|St Kitts and Nevis",
    "KP": "North Korea|Korea, North|Korea, Democratic People's Republic of|Korea, Democratic People’s Republic of",
    "KR": "South Korea|Korea, South|Korea (South)|Korea, Republic of|Republic of Korea|Korea, Rep.",
    "LA": "Laos|Lao People's Democratic Republic|Lao PDR",
    "LC": "St. Lucia",
    "MD": "Moldova|Republic of Moldova|Moldova, Republic of",
    "MF": "Saint Martin|St. Martin|Saint Martin (French part)",
    "MK": "Macedonia|North Macedonia|Macedonia [FYROM]|The former Yugoslav Republic of Macedonia",
    "MM": "Myanmar (Burma)|Myanmar [Burma]|Burma|Myanmar",
    "MO": "Macau|Macao SAR|Macau SAR China|Macao SAR China",
    "NE": "Niger",
    "NL": "The Netherlands|Netherlands (Kingdom of the)",
    "PM": "St. Pierre & Miquelon",
    "PN": "Pitcairn Islands|Pitcairn",
    "PS": "Palestine|Palestinian Territories|Palestinian Territory, Occupied|State of Palestine",
    "RE": "Reunion|La Réunion|Réunion",
    "RU": "Russia|Russian Federation",
    "SH": "St. Helena",
    "SJ": "Svalbard & Jan Mayen",
    "SS": "South Sudan",
    "ST": "Sao Tome & Principe|São Tomé and Príncipe",
    "SX": "Sint Maarten|Saint Martin (Dutch part)",
    "SY": "Syria|Syrian Arab Republic",
    "SZ": "Swaziland|Eswatini (Swaziland)",
    "TL": "East Timor|Timor-Leste",
    "TR": "Turkey|Türkiye|Turkiye|TURKEY",
    "TT": "Trinidad & Tobago|Trinidad and Tobago",
    "TW": "Taiwan|Taiwan, Province of China",
    "TZ": "Tanzania|Tanzania, United Republic of",
    "US": "United States|USA|U.S.A.|United States of America|the  united states ",
    "VA": "Vatican City|Holy See (Vatican City State)|Holy See",
    "VC": "St. Vincent & Grenadines|Saint Vincent and the Grenadines",
    "VE": "Venezuela|Venezuela, Bolivarian Republic of",
    "VG": "British Virgin Islands|Virgin Islands, British|Virgin Islands (British)",
    "VI": "U.S. Virgin Islands|Virgin Islands, U.S.|US Virgin Islands",
    "VN": "Vietnam|Viet Nam",
    "WF": "Wallis & Futuna",
    "WS": "Samoa",
    "XK": "Kosovo",
}


def test_names_in_use_have_their_codes() -> None:
    names = [(name, code) for code, spelt in USUAL.items() for name in spelt.split("|")]
    assert len(names) > 150
    assert [(name, country_code(name), code) for name, code in names if country_code(name) != code] == []


def test_each_name_of_the_standard_has_its_code() -> None:
    for country in pycountry.countries:
        for field in ("name", "official_name", "common_name"):
            if name := getattr(country, field, None):
                assert country_code(name) == country.alpha_2, name
                assert country_code(name.upper()) == country.alpha_2, name


@pytest.mark.parametrize(
    "name",
    [
        # Codes are no names; NA is not available more often than Namibia.
        *("NA", "N/A", "DE", "DEU", "276"),
        # Several countries, or none any more.
        *("Korea", "Virgin Islands", "Netherlands Antilles", "Netherlands (Antilles)", "Serbia and Montenegro", "USSR"),
        *("Republic of China", "China (Somewhere)", "France (Germany)", "Northern Cyprus"),
        *("Unknown", "(other)", "(none)", "(not set)", "", "Europe", "Asia/Pacific Region", "Anonymous Proxy"),
    ],
)
def test_what_is_no_one_country_has_no_code(name: str) -> None:
    assert country_code(name) is None
