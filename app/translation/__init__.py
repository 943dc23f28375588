"""Drafts in another language, made on this machine."""
