"""Processes of their own, for tests that kill them.

Each is born of a server that has imported everything and runs one thread. A fork of the tests' own
process would inherit locks that other threads hold, and could wait for them for ever.
"""

from multiprocessing import get_context

_server = get_context("forkserver")
_server.set_forkserver_preload(["tests.relay.victim", "tests.deadlines.worker"])
Process = _server.Process
