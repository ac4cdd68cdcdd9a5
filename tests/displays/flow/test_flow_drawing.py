from helpers.displays.flow.drawing import (
    GAP,
    LEADING,
    PADDING,
    list_texts,
    measure_box,
    spread_columns,
    wrap_text,
)
from helpers.displays.flow.node import Node
from helpers.displays.results import Key

LEFT = Node("No dose 1", Key(), 1, ((Node("Cancelled", Key(), 1),),))
HIDDEN = Node("not seen", Key(), 1, drawn=False)
NONE = Node("No dose 2", Key(), 0, ((Node("Cancelled", Key(), 0),),))


def test_a_box_lists_its_parts_and_theirs_one_step_to_the_right() -> None:
    texts = list_texts(Node("Allocated", Key(), 2, ((LEFT, NONE, HIDDEN),)), 200)
    assert [(text.label, text.number, text.level) for text in texts] == [
        ("Allocated", "2", 0),
        ("No dose 1", "1", 0),
        ("Cancelled", "1", 1),
        ("No dose 2", "0", 0),
    ]


def test_a_long_reason_takes_the_lines_it_needs_and_its_number_stands_on_the_last() -> None:
    texts = wrap_text("one two three four five six", "17", 0, 80)
    assert len(texts) > 1
    assert [text.number for text in texts] == [*([""] * (len(texts) - 1)), "17"]
    assert " ".join(text.label for text in texts) == "one two three four five six"


def test_a_box_grows_with_its_lines() -> None:
    texts = list_texts(LEFT, 200)
    assert measure_box(texts) == 2 * PADDING + 2 * LEADING


def test_columns_stand_side_by_side_around_the_middle() -> None:
    lefts = spread_columns(3, 100, 500)
    assert lefts[1] - lefts[0] == 100 + GAP
    assert lefts[1] + 50 == 250
