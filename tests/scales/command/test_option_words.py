"""Words of the command line become options, or an error in words."""

import pytest

from helpers.scales.command.option_words import build_options
from helpers.scales.command.options import ScoreOptions
from helpers.scales.items.read import ItemsError
from helpers.scales.sf36_norms import SCALES

HEADER = "norms,version,recall,scale,mean,sd,pcs_weight,mcs_weight,source\n"


@pytest.fixture
def norms_file(tmp_path):
    rows = [
        f"{name},{version},four weeks,{scale},50,10,0.1,0.2,invented"
        for name, version in (("aa", "v1"), ("bb", "v2"))
        for scale in SCALES
    ]
    path = tmp_path / "mine.csv"
    path.write_text(HEADER + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_nothing_said_is_the_default():
    assert build_options("nihss") == ScoreOptions()


def test_each_word_reaches_its_option():
    assert build_options("mas", coding="ordinal_0_5").mas_coding == "ordinal_0_5"
    assert build_options("sf36", version="rand").sf36_version == "rand"
    assert build_options("fms", definition="fma_le").fms_definition == "fma_le"


@pytest.mark.parametrize(
    ("instrument", "words", "message"),
    [
        ("nihss", {"coding": "ordinal_0_5"}, "--coding belongs to MAS, not to NIHSS"),
        ("mas", {"version": "v1"}, "--version belongs to SF36"),
        ("fim", {"norms": "us1990"}, "--norms belongs to SF36"),
        ("sf36", {"definition": "fma_ue"}, "--definition belongs to FMA"),
        ("mas", {"coding": "x"}, "none of one_point_five, ordinal_0_5"),
        ("sf36", {"version": "v1", "norms": "us1998"}, "belong to v2"),
        ("fms", {"definition": "total_only"}, "needs minimum"),
        ("nihs", {}, "did you mean 'nihss'"),
    ],
)
def test_a_word_that_does_not_fit_is_refused(instrument, words, message):
    with pytest.raises(ItemsError, match=message):
        build_options(instrument, **words)


def test_norms_come_from_a_file_by_name(norms_file):
    options = build_options("sf36", norms=f"{norms_file}:aa")
    assert (options.sf36_norms.name, options.sf36_version) == ("aa", "v1")
    with pytest.raises(ItemsError, match="choose one of its norms: aa, bb"):
        build_options("sf36", norms=str(norms_file))


def test_built_in_norms_are_named():
    assert build_options("sf36", version="v1", norms="us1990").sf36_norms == "us1990"
