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

# The pages that are made from the SQL files
docs:
    figshare-warehouse describe --markdown docs/reports

# All that must hold before a change lands
ci:
    .ci/run
