from helpers.displays.summary.wording import count_of, name_some


def test_counts_read_as_words() -> None:
    assert [count_of(n, "death") for n in (0, 1, 2)] == ["no death", "1 death", "2 deaths"]
    assert count_of(2, "person randomised", "persons randomised") == "2 persons randomised"


def test_a_long_list_says_how_many_are_left() -> None:
    assert name_some(["a", "b", "c"], 3) == "a, b, c"
    assert name_some(iter("abcde"), 3) == "a, b, c and 2 more"
