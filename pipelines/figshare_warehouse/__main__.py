"""`python -m figshare_warehouse`: the same as the command `figshare-warehouse`."""

from figshare_warehouse.cli import main

main()
