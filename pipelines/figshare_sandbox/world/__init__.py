"""The world that the sandbox serves: its articles, people, groups and usage, and what happens to them."""
