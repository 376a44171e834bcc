"""Where usage comes from: countries and cities, in the proportions of real usage (US 54 %, UK 13 %)."""

from __future__ import annotations

from collections import Counter
from random import Random

#: A pattern of places repeats after this many events; slices of it are counted at C speed.
PERIOD = 4096


def _split(text: str) -> list[str]:
    return text.split("|")


# Weights per thousand events. Figshare uses both spellings of the unknown country.
_MAIN = {
    "United States": (520, "New York,Los Angeles,Chicago,Houston,Ashburn,Boston,Seattle,San Francisco,Austin,Denver,"
                      "Miami,Atlanta,Dallas,Philadelphia,San Diego,Portland,Phoenix,Columbus,Madison,Ann Arbor"),
    "United Kingdom": (130, "London,Manchester,Leeds,Edinburgh,Glasgow,Bristol,Cambridge,Oxford,Sheffield,York,Cardiff,"
                       "Belfast,Nottingham,Southampton"),
    "Germany": (45, "Berlin,Munich,Frankfurt,Hamburg,Cologne,Leipzig,Dresden,Bonn,Göttingen,Heidelberg,Mainz,Jena"),
    "China": (40, "Beijing,Shanghai,Guangzhou,Wuhan,Nanjing,Chengdu,Hangzhou,Xi'an,Fuzhou,Harbin,Tianjin"),
    "Australia": (25, "Melbourne,Sydney,Brisbane,Perth,Adelaide,Canberra"),
    "France": (22, "Paris,Lyon,Montpellier,Toulouse,Grenoble"),
    "Canada": (20, "Toronto,Vancouver,Montréal,Ottawa,Calgary"),
    "India": (20, "Bengaluru,New Delhi,Mumbai,Chennai,Pune,Hyderabad"),
    "Netherlands": (15, "Amsterdam,Utrecht,Delft,Wageningen"),
    "Japan": (12, "Tokyo,Osaka,Kyoto,Sendai"),
    "Spain": (10, "Madrid,Barcelona,Seville,Valencia"),
    "Brazil": (10, "São Paulo,Rio de Janeiro,Campinas"),
    "Italy": (10, "Rome,Milan,Bologna"),
    "Ireland": (8, "Dublin,Cork"),
    "Sweden": (7, "Stockholm,Uppsala,Lund"),
    "South Korea": (6, "Seoul,Daejeon"),
    "Unknown": (5, ""),
    "Unkown": (4, ""),
}  # fmt: skip
_REST = _split(
    "Afghanistan|Albania|Algeria|Andorra|Angola|Antigua and Barbuda|Argentina|Armenia|Aruba|Austria|Azerbaijan|"
    "Bahamas|Bahrain|Bangladesh|Barbados|Belarus|Belgium|Belize|Benin|Bermuda|Bhutan|Bolivia|"
    "Bosnia and Herzegovina|Botswana|Brunei|Bulgaria|Burkina Faso|Burundi|Cambodia|Cameroon|Cape Verde|"
    "Cayman Islands|Central African Republic|Chad|Chile|Colombia|Comoros|Congo|Cook Islands|Costa Rica|Croatia|"
    "Cuba|Curaçao|Cyprus|Czechia|Côte d'Ivoire|Denmark|Djibouti|Dominica|Dominican Republic|Ecuador|Egypt|"
    "El Salvador|Equatorial Guinea|Eritrea|Estonia|Eswatini|Ethiopia|Falkland Islands|Faroe Islands|Fiji|Finland|"
    "French Guiana|French Polynesia|Gabon|Gambia|Georgia|Ghana|Gibraltar|Greece|Greenland|Grenada|Guadeloupe|"
    "Guam|Guatemala|Guernsey|Guinea|Guinea-Bissau|Guyana|Haiti|Honduras|Hong Kong|Hungary|Iceland|Indonesia|Iran|"
    "Iraq|Isle of Man|Israel|Jamaica|Jersey|Jordan|Kazakhstan|Kenya|Kiribati|Kosovo|Kuwait|Kyrgyzstan|Laos|"
    "Latvia|Lebanon|Lesotho|Liberia|Libya|Liechtenstein|Lithuania|Luxembourg|Macao|Madagascar|Malawi|Malaysia|"
    "Maldives|Mali|Malta|Martinique|Mauritania|Mauritius|Mexico|Moldova|Monaco|Mongolia|Montenegro|Morocco|"
    "Mozambique|Myanmar|Namibia|Nepal|New Caledonia|New Zealand|Nicaragua|Niger|Nigeria|North Macedonia|Norway|"
    "Oman|Pakistan|Palau|Palestine|Panama|Papua New Guinea|Paraguay|Peru|Philippines|Poland|Portugal|Puerto Rico|"
    "Qatar|Romania|Russia|Rwanda|Réunion|Samoa|San Marino|Saudi Arabia|Senegal|Serbia|Seychelles|Sierra Leone|"
    "Singapore|Slovakia|Slovenia|Solomon Islands|Somalia|South Africa|South Sudan|Sri Lanka|Sudan|Suriname|"
    "Switzerland|Syria|Taiwan|Tajikistan|Tanzania|Thailand|Timor-Leste|Togo|Tonga|Trinidad and Tobago|Tunisia|"
    "Turkmenistan|Türkiye|Uganda|Ukraine|United Arab Emirates|Uruguay|Uzbekistan|Vanuatu|Venezuela|Vietnam|Yemen|"
    "Zambia|Zimbabwe"
)


def _weighted() -> list[tuple[str, str, float]]:
    places: list[tuple[str, str, float]] = []
    for country, (weight, listed) in _MAIN.items():
        cities = [c for c in listed.split(",") if c]
        shares = [1 / (n + 2) for n in range(len(cities))] + [0.15 if cities else 1.0]
        for city, share in zip([*cities, "Unknown"], shares, strict=True):
            places.append((country, city, weight * share / sum(shares)))
    rest = (1000 - sum(weight for weight, _ in _MAIN.values())) / len(_REST)
    places += [(country, "Unknown", rest) for country in _REST]
    return places


PLACES: list[tuple[str, str]] = [(country, city) for country, city, _ in _weighted()]


def pattern(rng: Random) -> list[int]:
    """A shuffled pattern of `PERIOD` places, each at least once, given twice so that slices may run over the end."""
    weights = [w for _, _, w in _weighted()]
    made = list(range(len(PLACES)))
    made += rng.choices(range(len(PLACES)), weights, k=PERIOD - len(made))
    rng.shuffle(made)
    return made * 2


def count_range(places: list[int], offset: int, first: int, last: int) -> Counter[int]:
    """How often each place occurs from event `first` (included) to `last` (excluded), reading from `offset`."""
    rounds, rest = divmod(last - first, PERIOD)
    start = (offset + first) % PERIOD
    counted = Counter(places[start : start + rest])
    if rounds:
        for place, n in Counter(places[:PERIOD]).items():
            counted[place] += n * rounds
    return counted
