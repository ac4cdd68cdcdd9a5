"""Scoring against a plain numpy expression of the same validation and sums, in one run."""

import time
import tracemalloc
from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers.scales.registry import Instrument, build_instruments
from helpers.scales.sf36_norms import SCALES, builtin_norms
from helpers.scales.sf36_recoding import CODES, SCALE_ITEMS, highest_answer, item_points

MANY = 1_000_000
FEW = 48 * 4
LIMITS = {"NIHSS": 2.0, "SF36": 3.0}
HIGHEST_RATIO = 3.0

Matrix = NDArray[np.int64]


def run() -> None:
    """Print seconds and peak memory for a million forms, the ratio to plain numpy, 48 x 4 forms."""
    print(
        f"{'instrument':<12}{'forms':>10}{'seconds':>10}{'numpy':>10}{'ratio':>8}{'MiB':>8}"
        f"{'48x4 ms':>10}"
    )
    for qscat, instrument in build_instruments().items():
        frame = make_forms(instrument, MANY)
        ours = best_of(3, lambda frame=frame, score=instrument.score: score(frame))
        plain = best_of(3, lambda frame=frame, qscat=qscat: PLAIN[qscat](frame))
        few = make_forms(instrument, FEW)
        small = best_of(10, lambda few=few, score=instrument.score: score(few))
        ratio = ours / plain
        peak = peak_mib(lambda frame=frame, score=instrument.score: score(frame))
        fine = (
            ratio <= HIGHEST_RATIO
            and ours <= LIMITS.get(qscat, 3.0)
            and small <= 0.02
            and peak <= 2048
        )
        print(
            f"{qscat:<12}{MANY:>10,}{ours:>10.2f}{plain:>10.2f}{ratio:>8.2f}{peak:>8.0f}"
            f"{1000 * small:>10.1f}{'' if fine else '  SLOW'}"
        )


def best_of(times: int, call: Callable[[], object]) -> float:
    """Shortest of several runs, seconds."""
    spent = []
    for _ in range(times):
        start = time.perf_counter()
        call()
        spent.append(time.perf_counter() - start)
    return min(spent)


def peak_mib(call: Callable[[], object]) -> float:
    """Most memory that a call holds at once beyond what was there, MiB."""
    tracemalloc.start()
    call()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / 2**20


def make_forms(instrument: Instrument, n_forms: int) -> pd.DataFrame:
    """Complete forms with whole numbers drawn at random (text in the MAS), no special codes."""
    draw = np.random.default_rng(20_260)
    if instrument.qscat == "MAS":
        return pd.DataFrame({i.code: draw.choice(i.allowed, n_forms) for i in instrument.items})
    lowest = 1 if instrument.qscat == "FIM" else 0
    answers = {
        item.code: [int(raw) for raw in item.allowed if raw.isdigit() and int(raw) >= lowest]
        for item in instrument.items
    }
    return pd.DataFrame({code: draw.choice(legal, n_forms) for code, legal in answers.items()})


def plain_nihss(frame: pd.DataFrame) -> list[object]:
    """Range check with UN, total, available sum, counts, attainable maximum, motor, coma."""
    values = frame.to_numpy()
    highest = np.array([3, 2, 2, 2, 3, 3, 4, 4, 4, 4, 2, 2, 3, 2, 2])
    may_be_un = np.isin(np.arange(15), [6, 7, 8, 9, 10, 13])
    legal = (values >= 0) & (values <= highest)
    untestable = (values == 9) & may_be_un
    missing = ~legal & ~untestable
    available = np.where(legal, values, 0).sum(axis=1)
    n_missing = missing.sum(axis=1)
    total = np.where(n_missing == 0, available, np.nan)
    motor = np.where(legal[:, 6:10], values[:, 6:10], 0).sum(axis=1)
    coma = (values[:, 0] == 3) & ((values[:, 11] != 2) | (values[:, 12] != 3))
    names = np.array(["none", "minor", "moderate", "moderate_to_severe", "severe"], dtype=object)
    severity = names[np.searchsorted([1, 5, 16, 21], available, side="right")]
    attainable = 42 - np.where(untestable, highest, 0).sum(axis=1)
    return [total, available, n_missing, untestable.sum(axis=1), attainable, motor, coma, severity]


def plain_fim(frame: pd.DataFrame) -> list[object]:
    """Range check with 0 scored as 1, nine sums, two counts."""
    values = frame.to_numpy()
    special = values == 0
    legal = (values >= 0) & (values <= 7)
    points = np.where(special, 1, np.where(legal, values, 0))
    parts = [(0, 6), (6, 8), (8, 11), (11, 13), (13, 15), (15, 18), (0, 13), (13, 18), (0, 18)]
    sums = [
        np.where(legal[:, a:b].all(axis=1), points[:, a:b].sum(axis=1), np.nan) for a, b in parts
    ]
    return [*sums, special.sum(axis=1), (~legal).sum(axis=1)]


def plain_mas(frame: pd.DataFrame) -> list[object]:
    """Text to rank by comparison, means in both codings, worst grade."""
    text = frame.to_numpy()
    rank = np.full(text.shape, -1)
    for code, grade in enumerate(["0", "1", "1+", "2", "3", "4"]):
        rank[text == grade] = code
    rated = rank >= 0
    results: list[object] = []
    for numbers in ([0, 1, 1.5, 2, 3, 4], [0, 1, 2, 3, 4, 5]):
        points = np.where(rated, np.array(numbers)[rank], 0)
        for part in (slice(0, 3), slice(3, 6), slice(0, 6)):
            count = rated[:, part].sum(axis=1)
            mean = points[:, part].sum(axis=1) / np.maximum(count, 1)
            results.append(np.where(count >= 2, mean, np.nan))
    return [*results, rank.max(axis=1), rated.sum(axis=1)]


def plain_fma(frame: pd.DataFrame) -> list[object]:
    """Range check with reflex items 0 or 2, both gates, ten sums."""
    values = frame.to_numpy()
    reflex = np.isin(np.arange(50), [0, 1, 33, 34])
    legal = (values >= 0) & (values <= 2) & ~(reflex & (values == 1))
    points = np.where(legal, values, 0)
    violations = np.zeros(len(values), dtype=int)
    for gated, first, last in ((17, 14, 17), (46, 44, 46)):
        closed = ~(values[:, first:last] == 2).all(axis=1)
        violations += closed & (points[:, gated] > 0)
        points[closed, gated] = 0
        legal[closed, gated] = True
    parts = [(0, 18), (18, 23), (23, 30), (30, 33), (0, 33), (18, 30), (33, 47), (47, 50), (33, 50)]
    sums = [
        np.where(legal[:, a:b].all(axis=1), points[:, a:b].sum(axis=1), np.nan)
        for a, b in [*parts, (0, 50)]
    ]
    return [*sums, violations, (~legal).sum(axis=1)]


def plain_sf36(frame: pd.DataFrame) -> list[object]:
    """Range check, recoding by table, half-scale rule, T scores and components of version 2."""
    values = frame.to_numpy()
    highest = np.array([highest_answer(code, "v2") for code in CODES])
    legal = (values >= 1) & (values <= highest)
    answer = np.where(legal, values, 0)
    points = item_points("v2")
    norms = builtin_norms()["us1998"]
    scores: list[NDArray[np.float64]] = []
    for scale in SCALES:
        columns = [CODES.index(code) for code in SCALE_ITEMS[scale]]
        recoded = [np.array([0.0, *points[CODES[c]]])[answer[:, c]] for c in columns]
        count = legal[:, columns].sum(axis=1)
        mean = np.sum(recoded, axis=0) / np.maximum(count, 1)
        scores.append(np.where(2 * count >= len(columns), mean, np.nan))
    z = [(s - m) / d for s, m, d in zip(scores, norms.mean, norms.sd, strict=True)]
    parts = [
        50 + 10 * sum(a * b for a, b in zip(z, weights, strict=True))
        for weights in (norms.pcs_weight, norms.mcs_weight)
    ]
    return [*scores, *(50 + 10 * value for value in z), *parts]


PLAIN: dict[str, Callable[[pd.DataFrame], list[object]]] = {
    "NIHSS": plain_nihss,
    "FIM": plain_fim,
    "MAS": plain_mas,
    "FMA": plain_fma,
    "SF36": plain_sf36,
}

if __name__ == "__main__":
    run()
