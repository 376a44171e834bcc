"""HTTP: pace, retries, budget, connections, responses and errors; nothing of any one API."""
