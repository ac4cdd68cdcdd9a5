import pytest
from cheap_call import cheap


def test_memory_that_is_given_back_was_taken_all_the_same():
    before = bytearray(b"x") * (200 << 20)  # an older peak hides nothing
    del before
    with pytest.raises(AssertionError), cheap(seconds=60, mebibytes=50):
        len(bytearray(b"x") * (100 << 20))


def test_what_was_held_before_does_not_count():
    held = bytearray(b"x") * (100 << 20)
    with cheap(seconds=60, mebibytes=50):
        assert held


def test_seconds_of_the_processor_count():
    with pytest.raises(AssertionError), cheap(seconds=0, mebibytes=50):
        sum(range(10_000))
