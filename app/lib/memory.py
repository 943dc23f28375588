"""How the process gives memory back. Knows the C library and nothing of the desk."""

import ctypes

_MMAP_THRESHOLD = -3  # M_MMAP_THRESHOLD of malloc.h
_BIG = 1_000_000  # bytes


def give_big_blocks_back() -> None:
    """Let every big block go back to the system when it is freed.

    Left alone, glibc keeps such blocks after the first one, to be quicker: a process that once read
    a mail of 25 MB would keep several times as much. Other C libraries have no such switch.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_MMAP_THRESHOLD, _BIG)
