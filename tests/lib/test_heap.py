"""What a process keeps from its start is not looked through for garbage again."""

import gc

from app.lib.heap import settle


def test_what_is_alive_at_the_start_is_never_looked_at_again() -> None:
    kept = [[]]
    try:
        settle()
        assert gc.get_freeze_count() > 0
        assert not any(one is kept for one in gc.get_objects())
    finally:
        gc.unfreeze()
