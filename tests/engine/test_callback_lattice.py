"""I11: the callbacks of one message end the same in any order, however often each of them comes."""

from __future__ import annotations

from itertools import chain, product

from scene import ANA, Scene

from outreach.loops.lattice import rank
from outreach.store import tables as t

WORDS = ("queued", "sending", "sent", "undelivered", "delivered")
START = "accepted"


def moves(scene: Scene, touch: int) -> dict[tuple[str, str], str]:
    """Where each word takes each status that can be reached: what the engine does, written down once."""
    found: dict[tuple[str, str], str] = {}
    todo = [START]
    while todo:
        status = todo.pop()
        for word in WORDS:
            scene.change(t.touch, touch, carrier_status=status, carrier_rank=rank(status))
            scene.call_back(touch, word, code=30004 if word == "undelivered" else None)
            found[status, word] = scene.row(t.touch, t.touch.c.id == touch).carrier_status
            if (found[status, word], WORDS[0]) not in found and found[status, word] not in todo:
                todo.append(found[status, word])
    return found


def test_all_sequences_of_up_to_five_callbacks_end_as_once_in_order(scene: Scene) -> None:
    loop = scene.visit(scene.member(ANA))
    scene.settle()
    table = moves(scene, scene.touch(loop, "welcome").id)
    sequences = list(chain.from_iterable(product(WORDS, repeat=length) for length in range(1, 6)))
    assert len(sequences) == 3_905
    for sequence in sequences:
        status = START
        for word in sequence:
            status = table[status, word]
        assert status == max(sequence, key=rank)
