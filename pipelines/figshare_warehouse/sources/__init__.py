"""Where data come from: Figshare, over HTTP."""
