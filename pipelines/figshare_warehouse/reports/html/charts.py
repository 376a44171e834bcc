"""The charts of a page: their specifications by Altair, the scripts that draw them, and the map's classes.

The specifications refer to data by name (`months`, `countries`, `world`) and are the same on every page; the page has
the data.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import altair as alt
import pycountry

ASSETS = Path(__file__).parent / "assets"
LEVELS = 5
"""Number of the map's classes with usage; class 0 is a country without any."""

_IMPORT = re.compile(r"^import \{([^}]*)\} from 'vega-util';\n", re.MULTILINE)
_EXPORT = re.compile(r"^export \{ expression as expressionInterpreter \};\n", re.MULTILINE)
_SOURCE_MAP = re.compile(r"^//# sourceMappingURL=.*$", re.MULTILINE)
_ANTARCTICA = "010"
# `<` could end the script element or begin a comment; the separators end a line in older JavaScript.
_NOT_IN_SCRIPT = re.compile("[<>&\u2028\u2029]")


def months_chart(counter: str) -> dict[str, Any]:
    """Returns a bar chart of one counter by month, in Vega-Lite, over the data `months`.

    Args:
        counter: `views` or `downloads`, a field of the data.
    """
    chart = (
        alt.Chart(alt.NamedData(name="months"))
        .transform_filter(f"isValid(datum.{counter})")
        .mark_bar(binSpacing=0.5, color=f"var(--{counter})", cornerRadiusEnd=1)
        .encode(
            x=alt.X("utcyearmonth(month):T", title=None, axis=_time_axis()),
            y=alt.Y(
                f"{counter}:Q",
                title=None,
                axis=alt.Axis(tickCount=4, tickMinStep=1, format="~s", labelExpr="datum.value ? datum.label : '0'"),
            ),
            opacity=alt.condition("datum.is_complete", alt.value(1), alt.value(0.45)),
        )
    )
    return _described(chart)


def world_chart() -> dict[str, Any]:
    """Returns a map of the world, in Vega-Lite: the data `countries` put on the shapes `world` by ISO code.

    The parameter `measure` says by which class (0 to `LEVELS`) a country is filled: that of `views` or `downloads`.
    """
    world = alt.NamedData(name="world", format=alt.TopoDataFormat(type="topojson", feature="countries"))
    countries = alt.NamedData(name="countries")
    fields = ["country", "views", "downloads", "views_level", "downloads_level"]
    levels = list(range(LEVELS + 1))
    chart = (
        alt.Chart(world)
        .transform_filter(f"datum.id != '{_ANTARCTICA}'")
        .transform_lookup(lookup="id", from_=alt.LookupData(data=countries, key="id", fields=fields))
        .transform_calculate(level="datum[measure + '_level'] || 0")
        .mark_geoshape(stroke="var(--surface)", strokeWidth=0.5)
        .encode(
            color=alt.Color(
                "level:O",
                scale=alt.Scale(domain=levels, range=[f"var(--level-{level})" for level in levels]),
                legend=None,
            )
        )
        .project("equalEarth")
        .add_params(alt.param(name="measure", value="downloads"))
    )
    return _described(chart)


def script() -> str:
    """Returns one script with everything that draws the charts except the data; the same for every page.

    It defines `vega`, `vegaLite`, `vegaInterpreter` and `CHARTS`: descriptions by name, and the shapes of countries.
    """
    vega, lite = (_asset(name) for name in ("vega.min.js", "vega-lite.min.js"))
    interpreter, imports = _IMPORT.subn(r"const {\1} = vega;\n", _asset("vega-interpreter.js"))
    interpreter, exports = _EXPORT.subn("return { expressionInterpreter: expression };\n", interpreter)
    assert (imports, exports) == (1, 1), "vega-interpreter.js is written differently now"
    charts = {
        "views": months_chart("views"),
        "downloads": months_chart("downloads"),
        "world": world_chart(),
        "shapes": json.loads(_asset("countries-110m.json")),
    }
    parts = (
        vega,
        lite,
        f"const vegaInterpreter = (function () {{\n{interpreter}}})();",
        f"const CHARTS = {data(charts)};",
    )
    return _SOURCE_MAP.sub("", "\n".join(parts))


def data(value: Any) -> str:
    """Returns a value as JSON that is inert within a script element, whatever texts it holds."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return _NOT_IN_SCRIPT.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def country_id(code: str | None) -> str | None:
    """Returns the id of a country's shape, its ISO 3166-1 numeric code.

    Args:
        code: its ISO 3166-1 alpha-2 code.
    """
    country = pycountry.countries.get(alpha_2=code) if code else None
    return str(country.numeric) if country else None


@cache
def shape_ids() -> frozenset[str]:
    """Returns the ids of the countries on the map."""
    shapes = json.loads(_asset("countries-110m.json"))["objects"]["countries"]["geometries"]
    return frozenset(shape["id"] for shape in shapes if "id" in shape and shape["id"] != _ANTARCTICA)


def steps(values: Sequence[int]) -> list[int]:
    """Returns the lower bounds of the map's classes, ascending: round numbers, each about as many times the one before.

    Args:
        values: figures of the countries; those of 0 are in no class.

    Returns:
        At most `LEVELS` bounds, the first 1; none when no country has any usage.
    """
    most = max(values, default=0)
    if most < 1:
        return []
    # Usage spans powers of ten: with even steps almost all countries would be in the lowest class.
    return sorted({_round_number(int(most ** (place / LEVELS))) for place in range(LEVELS)})


def level(value: int | None, bounds: Sequence[int]) -> int:
    """Returns the class of a figure, from 1; 0 when there is none or it is not known."""
    return sum(value >= bound for bound in bounds) if value else 0


def _round_number(value: int) -> int:
    """The largest of 1, 2, 5, 10, 20, 50 … up to the value."""
    power = int(10 ** (len(str(value)) - 1))
    return max(round_ for round_ in (power, 2 * power, 5 * power) if round_ <= value)


def _time_axis() -> alt.Axis:
    return alt.Axis(format="%Y", tickCount="year", labelOverlap=True, grid=False)


def _described(chart: alt.Chart) -> dict[str, Any]:
    ink, line, font = "var(--quiet)", "var(--line)", "system-ui, sans-serif"
    axis: dict[str, Any] = {
        "labelColor": ink,
        "labelFont": font,
        "labelFontSize": 12,
        "tickColor": line,
        "gridColor": line,
        "domainColor": line,
    }
    configured = chart.configure(
        background="transparent", view=alt.ViewConfig(stroke=None), axis=alt.AxisConfig(**axis), aria=False
    )
    described: dict[str, Any] = configured.to_dict()
    # A page does not need the schema's address.
    return {name: value for name, value in described.items() if name != "$schema"}


def _asset(name: str) -> str:
    return (ASSETS / name).read_text(encoding="utf-8")
