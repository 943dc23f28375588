"""The queue: its tabs, filters and saved views, and what is done to many tickets at once."""
