"""Desks to start with: the demo desk, and big synthetic ones for benchmarks."""
