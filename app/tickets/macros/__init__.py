"""Prepared answers: the phrasebook's and each vendor's own, and how their slots are filled."""
