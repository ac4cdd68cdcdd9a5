from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_trial import ADEX, ADSL, make_empty, make_sample, without_arm

from helpers.displays.flow.node import Node, check_sums, describe_node, split_by
from helpers.displays.flow.tree import Flow, build_flow, label_criteria
from helpers.displays.results import Key


def counts(flow: Flow) -> dict[tuple[str, str, str, str], int]:
    return {
        (node.key.arm, node.key.parameter, node.key.visit, node.key.category): node.n
        for node in flow.walk()
    }


def test_assessed_divide_into_randomised_excluded_and_in_screening() -> None:
    found = counts(build_flow(make_sample()))
    assert found["Total", "ENROLMENT", "", ""] == 8
    assert found["Total", "ENROLMENT", "", "RANDOMISED"] == 6
    assert found["Total", "ENROLMENT", "", "EXCLUDED"] == 1
    assert found["Total", "ENROLMENT", "", "EXCLUDED:IN05"] == 1
    assert found["Total", "ENROLMENT", "", "IN_SCREENING"] == 1


def test_a_reason_of_exclusion_says_how_its_criterion_failed() -> None:
    # the criterion of inclusion is what a participant lacked, that of exclusion what one had
    trial = make_sample().trial.model_copy(
        update={"criteria": {"INCL1": "NIHSS 5 or more", "EXCL1": "cancer", "Q1": "consent"}}
    )
    assert label_criteria(trial) == {
        "INCL1": "INCL1 not met: NIHSS 5 or more",
        "EXCL1": "EXCL1 present: cancer",
        "Q1": "Q1 failed: consent",
        "OTHER": "Another reason",
    }


def test_allocated_divide_into_those_who_received_a_dose_and_those_who_did_not() -> None:
    found = counts(build_flow(make_sample()))
    assert found["IT", "ALLOCATION", "", ""] == 2
    assert found["IT", "ALLOCATION", "DOSE1", "GIVEN"] == 1
    assert found["IT", "ALLOCATION", "DOSE1", "NOT_GIVEN:PENDING"] == 1
    assert found["IT", "ALLOCATION", "DOSE2", "NOT_GIVEN:NOT_DUE"] == 1
    assert found["IV", "ALLOCATION", "DOSE2", "NOT_GIVEN:CANCELLED"] == 1


def test_an_arm_without_a_planned_dose_shows_who_received_one_all_the_same() -> None:
    adsl = ADSL.assign(DOSES=ADSL["DOSES"].mask(ADSL["USUBJID"] == "S5", 1))
    found = counts(build_flow(make_sample(adsl=adsl)))
    assert found["CTL", "ALLOCATION", "", "NO_DOSE"] == 1
    assert found["CTL", "ALLOCATION", "", "DOSED"] == 1


def test_who_was_lost_is_one_of_those_who_discontinued() -> None:
    found = counts(build_flow(make_sample()))
    assert found["IV", "FOLLOW_UP", "", "DISCONTINUED"] == 1
    assert found["IV", "FOLLOW_UP", "", "LOST_TO_FOLLOW_UP"] == 1
    assert found["CTL", "FOLLOW_UP", "", "DISCONTINUED"] == 1
    assert found["CTL", "FOLLOW_UP", "", "LOST_TO_FOLLOW_UP"] == 0
    assert found["CTL", "FOLLOW_UP", "", "DISCONTINUED:DEATH"] == 1
    assert found["CTL", "VISIT", "M03", "SEEN"] == 1
    assert found["CTL", "VISIT", "M03", "NOT_SEEN"] == 1


def test_analysis_sets_are_counted_as_randomised() -> None:
    found = counts(build_flow(make_sample()))
    assert found["IT", "ANALYSIS.SAF", "", "IN"] == 1
    assert found["IT", "ANALYSIS.SAF", "", "OUT"] == 1
    assert found["IV", "ANALYSIS.PP", "", "IN"] == 1


def test_a_set_that_no_analysis_rests_on_is_no_box() -> None:
    view = make_sample()
    interim = view.interim.model_copy(update={"pp_sensitivity": False})
    found = counts(build_flow(replace(view, interim=interim)))
    assert ("IV", "ANALYSIS.SAF", "", "IN") in found
    assert not [place for place in found if "ANALYSIS.PP" in place]


def test_an_open_flow_has_one_column_and_knows_no_dose_and_no_arm() -> None:
    flow = build_flow(make_sample("open"))
    assert [group.label for group, _ in flow.stages] == ["Total"]
    assert {node.key.parameter.partition(".")[0] for node in flow.walk()} == {
        *("ENROLMENT", "FOLLOW_UP", "VISIT", "ANALYSIS")
    }


@pytest.mark.parametrize("audience", ["open", "closed_unmasked"])
def test_a_trial_before_its_first_person_flows_with_zeros(audience: str) -> None:
    flow = build_flow(make_empty(audience))
    assert {node.n for node in flow.walk()} == {0}
    check_sums(list(flow.walk()))


def test_an_empty_arm_keeps_its_boxes() -> None:
    flow = build_flow(without_arm("IT"))
    assert [nodes[0].n for _, nodes in flow.stages] == [2, 0, 2]


@settings(derandomize=True, deadline=None, max_examples=25)
@given(st.data())
def test_every_split_adds_up_whatever_the_statuses(data: st.DataObject) -> None:
    def draw(*values: str | None) -> list[str | None]:
        size = len(ADSL)
        return data.draw(st.lists(st.sampled_from(values), min_size=size, max_size=size))

    adsl = ADSL.assign(
        ITTFL=draw("Y", "N"),
        TRT01P=draw("IV", "IT", "CTL"),
        SCRFFL="N",
        D1STAT=draw("GIVEN", "PENDING", "CANCELLED", "LEFT", None),
        D2STAT=draw("GIVEN", "NOT_DUE", "PENDING", None),
        EOSSTT=draw("ONGOING", "COMPLETED", "DISCONTINUED"),
        EOSREAS=draw("DEATH", "LOST_TO_FOLLOW_UP", "OTHER", "UNHEARD_OF", None),
        SAFFL=draw("Y", "N"),
    )
    flow = build_flow(make_sample(adsl=adsl))
    check_sums(list(flow.walk()))
    assert sum(nodes[0].n for _, nodes in flow.stages) == flow.enrolment.splits[0][0].n


def test_a_flow_that_loses_persons_is_refused() -> None:
    key = Key("ITT", "IV", "ALLOCATION")
    node = Node("Allocated", key, 3, ((Node("in", key, 1), Node("out", key, 1)),))
    with pytest.raises(ValueError, match="Allocated: its parts do not add up to 3"):
        check_sums([node])


def test_reasons_follow_the_order_of_their_labels_and_unknown_ones_stand_last() -> None:
    node = split_by("Excluded", Key(), pd.Series(["b", "z", "a", "b"]), {"a": "first", "b": "next"})
    assert [(part.label, part.n) for part in node.splits[0]] == [
        ("first", 1),
        ("next", 2),
        ("Z", 1),
    ]


def test_a_tree_reads_as_a_sentence() -> None:
    flow = build_flow(make_sample())
    allocation = flow.stages[0][1][0]
    assert describe_node(allocation) == (
        "Allocated to Intravenous 2: received dose 1 2 (route as allocated 2, another route "
        "recorded 0, route not recorded 0; received dose 2 1 (route as allocated 1, "
        "another route recorded 0, route not recorded 0), no dose 2 1 (cancelled 1)), no dose 1 0"
    )


def test_a_trial_without_single_doses_shows_who_was_allocated_and_no_more() -> None:
    adsl = ADSL.drop(columns=["DOSES", "D1STAT", "D2STAT"])
    flow = build_flow(make_sample(adsl=adsl))
    assert describe_node(flow.stages[0][1][0]) == "Allocated to Intravenous 2"


def test_received_doses_divide_by_route_given_against_route_allocated() -> None:
    crossed = (ADEX["USUBJID"] == "S1") & (ADEX["DOSENUM"] == 2)
    lacking = (ADEX["USUBJID"] == "S2") & (ADEX["DOSENUM"] == 1)
    category = ADEX["ROUTECAT"].mask(crossed, "OTHER").mask(lacking, "UNKNOWN")
    flow = build_flow(make_sample(adex=ADEX.assign(ROUTECAT=category)))
    found = counts(flow)
    routes = ("ROUTE_ALLOCATED", "ROUTE_OTHER", "ROUTE_UNKNOWN")
    assert [found["IV", "ALLOCATION", "DOSE1", route] for route in routes] == [1, 0, 1]
    assert [found["IV", "ALLOCATION", "DOSE2", route] for route in routes] == [0, 1, 0]
    drawn = {node.key.category for node in flow.walk() if node.drawn and node.key.arm == "IV"}
    assert "ROUTE_UNKNOWN" in drawn
    drawn = {node.key.category for node in flow.walk() if node.drawn and node.key.arm == "IT"}
    assert "ROUTE_UNKNOWN" not in drawn


def test_a_dose_in_an_arm_without_one_stands_with_its_route() -> None:
    adsl = ADSL.assign(DOSES=ADSL["DOSES"].mask(ADSL["USUBJID"] == "S5", 1))
    dose = ADEX[ADEX["USUBJID"] == "S3"].assign(USUBJID="S5", ROUTECAT="OTHER")
    found = counts(build_flow(make_sample(adsl=adsl, adex=pd.concat([ADEX, dose]))))
    assert found["CTL", "ALLOCATION", "", "DOSED:INTRATHECAL"] == 1
