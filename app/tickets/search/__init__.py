"""The search: what an agent asks, the words it is asked in, and the index that answers."""
