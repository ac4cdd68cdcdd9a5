"""Random streams: one per person and table, and nothing else matters."""

from helpers.simulate.streams import cycle_stream, person_stream


def test_a_stream_depends_on_seed_person_and_table_only():
    first = person_stream(5, 7, "qs").random(4)
    person_stream(5, 8, "qs").random(100)
    assert (person_stream(5, 7, "qs").random(4) == first).all()


def test_streams_of_other_seeds_persons_and_tables_differ():
    drawn = {
        person_stream(seed, number, table).random()
        for seed in (1, 2)
        for number in (1, 2, 3)
        for table in ("qs", "lb", "ae")
    }
    drawn |= {cycle_stream(seed, cycle).random() for seed in (1, 2) for cycle in (0, 1)}
    assert len(drawn) == 22


def test_the_first_number_of_a_stream_is_the_same_on_every_machine():
    # numpy keeps the bits of SeedSequence and PCG64 from version to version.
    assert person_stream(20210705, 7, "person").integers(0, 2**32) == 7002496
