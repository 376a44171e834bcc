"""Usage statistics: requests to the Stats API, and its responses as rows."""
