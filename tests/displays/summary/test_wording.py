from helpers.displays.summary.wording import count_of


def test_counts_read_as_words() -> None:
    assert [count_of(n, "death") for n in (0, 1, 2)] == ["no death", "1 death", "2 deaths"]
    assert count_of(2, "person randomised", "persons randomised") == "2 persons randomised"
