"""HTTP: pace, retries, budget, connections, responses and errors; nothing about any API."""
