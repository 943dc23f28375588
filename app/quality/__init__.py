"""Whether vendors keep their word: scorecards, standards, what buyers say of the service."""
