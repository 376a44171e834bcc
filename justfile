# What there is to do; `just` lists it. Needs an environment with `pip install -e '.[test]'`.
_default:
    @just --list

# The tests that run in minutes
test *options:
    python -m pytest {{options}}

# Style, types, SQL
lint:
    ruff check .
    ruff format --check .
    mypy
    sqlfluff lint --disable-progress-bar sql
    figshare-warehouse views check

# The pages that are made from the SQL files, and the tables of settings, which end their pages
docs:
    figshare-warehouse describe --markdown docs/reports
    sed -i.bak '/^| setting | option /,$d' docs/loading.md && rm docs/loading.md.bak
    python -c "from figshare_warehouse.settings import settings_table as t; print(t(), end='')" >> docs/loading.md
    sed -i.bak '/^| setting | default /,$d' docs/citations.md && rm docs/citations.md.bak
    python -c "from figshare_warehouse.settings import datacite_table as t; print(t(), end='')" >> docs/citations.md

# All that must hold before a change lands
ci:
    .ci/run
