"""A ticket's clocks: what is due when, what was promised, and how the desk says it."""
