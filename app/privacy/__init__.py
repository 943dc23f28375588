"""Keeps buyers' addresses sealed and contact data out of sight."""
