"""Dragoman: a support desk for marketplaces. `app.factory` makes one; see docs/architecture.md."""
