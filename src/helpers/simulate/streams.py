"""One random stream per participant and table, so that nothing drawn elsewhere can move either."""

import numpy as np

# The place in this list is part of the key: append, never reorder.
_TABLES = (
    *("person", "conduct", "events", "ae", "qs", "lb", "vs", "ex", "cm", "dv", "qry", "rand"),
    *("dm", "ie", "sv", "ds", "mh", "ho", "doses", "words"),
)
_KEYS = {name: place for place, name in enumerate(_TABLES)}
_PERSON, _CYCLE = 0, 1


def person_stream(seed: int, number: int, table: str) -> np.random.Generator:
    """Give the stream of one participant for one table, whatever else is drawn."""
    return _stream(seed, (_PERSON, number, _KEYS[table]))


def cycle_stream(seed: int, cycle: int) -> np.random.Generator:
    """Give the stream that plans one cycle of enrolment (62 consented, 48 randomised)."""
    return _stream(seed, (_CYCLE, cycle))


def _stream(seed: int, key: tuple[int, ...]) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=key)))
