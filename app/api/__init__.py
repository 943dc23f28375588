"""The marketplace's REST door: JSON in, JSON out, a token instead of a session."""
