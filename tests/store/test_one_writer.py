"""Within a process writers of SQLite take turns: first come, first served, and nobody waits for ever."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from outreach.store.one_writer import NoTurn, OneWriter, one_writer

PATIENCE = 5.0


def waiting(writer: OneWriter) -> int:
    return len(writer._waiting)


def test_writers_are_served_in_the_order_in_which_they_came() -> None:
    writer, served = OneWriter(PATIENCE), list[int]()

    def write(number: int) -> None:
        with writer:
            served.append(number)

    threads = [threading.Thread(target=write, args=[number]) for number in range(8)]
    with writer:
        for number, thread in enumerate(threads):
            thread.start()
            while waiting(writer) <= number:
                pass
    for thread in threads:
        thread.join(PATIENCE)
    assert served == list(range(8))


def test_who_has_just_written_waits_behind_whoever_came_meanwhile() -> None:
    writer, served = OneWriter(PATIENCE), list[str]()

    def reply() -> None:
        with writer:
            served.append("reply")

    with writer:
        thread = threading.Thread(target=reply)
        thread.start()
        while not waiting(writer):
            pass
    with writer:
        served.append("backlog")
    thread.join(PATIENCE)
    assert served == ["reply", "backlog"]


def test_nobody_waits_longer_than_they_can_and_the_next_is_not_kept_waiting() -> None:
    writer = OneWriter(0.01)
    with writer, pytest.raises(NoTurn), writer:
        pass
    with writer:
        assert waiting(writer) == 0


def test_a_writer_that_fails_hands_on() -> None:
    writer = OneWriter(0.01)
    with pytest.raises(ZeroDivisionError), writer:
        raise ZeroDivisionError
    with writer:
        pass


def test_a_file_has_one_writer_however_often_a_process_opens_it(tmp_path: Path) -> None:
    first = one_writer(tmp_path / "outreach.db", PATIENCE)
    assert one_writer(tmp_path / "." / "outreach.db", PATIENCE) is first
    assert one_writer(tmp_path / "another.db", PATIENCE) is not first
