import math

from sample_trial import make_empty, make_sample

from helpers.displays.data_status.form_counts import compute_completeness, count_forms, find_lowest


def test_only_received_and_missed_forms_are_due() -> None:
    view = make_sample()
    counts = {(c.form, c.visit): c for c in count_forms(view, view.total("ITT"))}
    cell = counts["FIM", "M03"]
    assert (cell.received, cell.due, cell.to_come) == (2, 3, 2)
    assert sum(cell.statuses.values()) == 6
    assert (counts["FIM", "M12"].received, counts["FIM", "M12"].due) == (0, 0)


def test_counts_of_the_arms_sum_to_those_of_everybody() -> None:
    view = make_sample()
    *arms, total = view.groups("ITT")
    by_arm = [count_forms(view, group) for group in arms]
    for i, cell in enumerate(count_forms(view, total)):
        for status, n in cell.statuses.items():
            assert n == sum(cells[i].statuses[status] for cells in by_arm)


def test_completeness_is_the_share_of_all_due_forms() -> None:
    view = make_sample()
    # per form: baseline 5 of 6, month 3 2 of 3, month 6 1 of 2
    found = compute_completeness(count_forms(view, view.total("ITT")))
    forms = len(view.trial.forms)
    assert (found["n"], found["total"]) == (8 * forms, 11 * forms)


def test_the_lowest_share_is_the_first_of_equals() -> None:
    view = make_sample()
    lowest = find_lowest(count_forms(view, view.total("ITT")))
    assert lowest is not None
    assert (lowest.form, lowest.visit) == (next(iter(view.trial.forms)), "M06")


def test_with_nothing_due_there_is_no_share() -> None:
    view = make_empty()
    counts = count_forms(view, view.total("ITT"))
    assert math.isnan(compute_completeness(counts)["pct"])
    assert find_lowest(counts) is None
