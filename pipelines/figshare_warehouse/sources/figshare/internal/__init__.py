"""What only a token may see, as Figshare's records; kinds of these requests begin with `internal_`."""
