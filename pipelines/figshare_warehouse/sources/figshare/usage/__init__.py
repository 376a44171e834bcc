"""Usage statistics: what is asked of the Stats API, and its responses as rows."""
