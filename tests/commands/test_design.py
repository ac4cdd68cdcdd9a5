"""`interim design`: the printed numbers of the plan, other designs, a page, clear refusals."""

import pytest
from program import PARAMS, call

# of the plan of the interim analyses, section 4.2 and 4.3, by true rate
CONTINUOUS = [0.002, 0.012, 0.066, 0.175, 0.329, 0.661, 0.884, 0.975]
THREE_LOOKS = [0.000, 0.006, 0.046, 0.139, 0.283, 0.623, 0.867, 0.970]
EXPECTED_N = [15.98, 15.86, 15.35, 14.41, 13.13, 10.09, 7.31, 5.30]
BAYESIAN = [None, 2, 2, 3, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5]
COMPANION = [None, 2, 2, 2, 3, 3, 3, 3, 3, 4, 4, 4, 4, 4, 5, 5]


def design(*words: object):
    return call("design", "--params", PARAMS, *words)


def test_the_planned_design_and_one_with_three_looks_have_the_printed_numbers(tmp_path):
    page = tmp_path / "rules <1>.html"
    ended = design("--looks", "4,8,16", "--trials", "2000", "--out", page, "--json")
    assert ended.code == 0, ended.err
    planned, other = ended.json["designs"]
    assert (planned["name"], planned["looks"], other["looks"]) == ("A", "continuous", [4, 8, 16])
    assert (planned["alert_at"], planned["bound"]) == (BAYESIAN, COMPANION)
    assert other["alert_at"] == [n if i in (4, 8, 16) else None for i, n in enumerate(BAYESIAN, 1)]
    assert [round(row["p_alert"], 3) for row in planned["rates"]] == CONTINUOUS
    assert [round(row["expected_n"], 2) for row in planned["rates"]] == EXPECTED_N
    assert [round(row["p_alert"], 3) for row in other["rates"]] == THREE_LOOKS
    for row in (*planned["rates"], *other["rates"]):
        se = (row["p_alert"] * (1 - row["p_alert"]) / 2000) ** 0.5
        assert abs(row["p_alert_simulated"] - row["p_alert"]) <= 4.5 * se
    text = page.read_text(encoding="utf-8")
    assert ended.json["page"] == str(page)
    for said in (
        "T-D-1",
        "F-D-1",
        "T-D-2",
        "F-D-2",
        "T-D-3",
        "DESIGN",
        "0.661",
        "0.623",
        "at 4, 8, 16",
        "a related death",
    ):
        assert said in text
    assert "`" not in text.split("</style>")[1]
    assert "<script" not in text
    assert "src=" not in text
    assert "Checked with 2,000 simulated arms for each design and rate" in text


def test_the_terminal_shows_every_design_and_the_same_call_the_same_page(tmp_path):
    words = ("--prior", "1,9", "--cut", "0.9", "--cut", "0.95", "--trials", "0")
    ended = design(*words, "--out", tmp_path / "a.html")
    assert ended.code == 0, ended.err
    assert "A  Beta(0.3, 1.7), alert where Pr(rate > 0.15) >= 0.9, 16 per arm" in ended.out
    assert "C  Beta(1, 9), alert where Pr(rate > 0.15) >= 0.95" in ended.out
    assert ended.out.count("(as planned)") == 1
    assert "Checked with" not in ended.out
    assert design(*words, "--out", tmp_path / "b.html").code == 0
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.html", "b.html"]


def test_large_and_small_arms_stand_side_by_side():
    ended = design("--per-arm", "1", "--per-arm", "60", "--trials", "0", "--json")
    assert ended.code == 0, ended.err
    sizes = [one["per_arm"] for one in ended.json["designs"]]
    assert sizes == [16, 1, 60]
    assert ended.json["designs"][1]["alert_at"] == [None]
    assert ended.json["designs"][2]["alert_at"][:16] == BAYESIAN


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--prior", "0.3;1.7"), "--prior: found '0.3;1.7', allowed: two positive numbers A,B"),
        (("--prior", "nan,1"), "--prior: found 'nan,1'"),
        (("--cut", "abc"), "--cut: found abc, allowed: above 0 and below 1"),
        (("--cut", "nan"), "--cut: found nan, allowed"),
        (("--per-arm", "16.5"), "--per-arm: found 16.5, allowed: whole numbers 1 to 500"),
        (("--trials", "many"), "--trials: found many, allowed: whole numbers 0 to 1000000"),
        (("--looks", "\u0664"), "--looks: found '\u0664', allowed"),
        (("--p-star", "15"), "--p-star: found 15, allowed: above 0 and below 1"),
        (("--cut", "1"), "--cut: found 1, allowed: above 0 and below 1"),
        (("--per-arm", "501"), "--per-arm: found 501, allowed: whole numbers 1 to 500"),
        (("--looks", "8,4"), "--looks: found '8,4', allowed: continuous, or rising numbers"),
        (("--looks", "20"), "--looks: an arm of 16 participants does not reach 20"),
        (("--looks", "4,8,99"), "--looks: an arm of 16 participants does not reach 99"),
        (("--p0", "0"), "--p0: found 0, allowed"),
        (("--arms", "0"), "--arms: found 0, allowed: whole numbers 1 to 20"),
        (("--trials", "-1"), "--trials: found -1, allowed: whole numbers 0 to 1000000"),
        (("--out", "rules.pdf"), "--out: found 'rules.pdf', allowed: a file that ends in .html"),
        (("ia33",), "did you mean 'ia3'"),
        (
            ("--cut", "0.8", "--cut", "0.85", "--cut", "0.95", "--prior", "1,9", "--prior", "1,4"),
            "7 designs with the planned one, allowed: 5",
        ),
    ],
)
def test_what_cannot_be_used_is_refused_in_one_line(words, says):
    ended = design(*words)
    assert (ended.code, ended.out) == (2, "")
    assert says in ended.err
    assert ended.err.count("\n") == 1
    assert "Traceback" not in ended.err


def test_a_refusal_is_an_object_too_and_a_page_that_cannot_be_written_fails(tmp_path):
    refused = design("--cut", "2", "--json")
    assert refused.code == refused.json["exit_code"] == 2
    assert refused.json["designs"] == []
    failed = design("--trials", "0", "--out", tmp_path / "none" / "rules.html")
    assert failed.code == 1
    assert "cannot be written" in failed.err
