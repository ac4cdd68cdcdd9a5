"""What an instrument asks and how it is scored, in words."""

import pytest

from helpers.scales.command.describe import describe_instrument
from helpers.scales.command.options import ScoreOptions
from helpers.scales.items.read import ItemsError
from helpers.scales.registry import build_instruments


@pytest.mark.parametrize("form", build_instruments().values(), ids=lambda form: form.name)
def test_every_item_parameter_and_the_rule_are_named(form):
    text = describe_instrument(form.name)
    for item in form.items:
        assert f"  {item.code} " in text
        assert item.label in text
    for parameter in form.parameters:
        assert parameter.paramcd in text
    assert form.rule in text
    assert text.endswith("\n")


def test_the_description_follows_the_options():
    assert "ranks 0-5" in describe_instrument("mas", options=ScoreOptions(mas_coding="ordinal_0_5"))
    rand = describe_instrument("sf36", options=ScoreOptions(sf36_version="rand"))
    assert "RAND 36-Item" in rand
    assert "SF36PCS" not in rand


def test_norms_are_listed_with_their_source():
    text = describe_instrument("sf36")
    assert "us1998_one_week" in text
    assert "one public source only" in text


def test_an_unknown_instrument_is_an_error():
    with pytest.raises(ItemsError):
        describe_instrument("barthel")
