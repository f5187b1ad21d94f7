"""The simulated phones keep what they are sent, as a carrier would."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from outreach.channels.carrier import Accepted, CannotLook, Carrier, GivenBack, InDoubt, Lookout
from outreach.channels.look.phones import PhonesLookout
from outreach.channels.phones import MemoryNetwork, Network
from outreach.channels.send.phones import Phones

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


class FullDisk(MemoryNetwork):
    def accept(self, messages):
        raise OSError("no space for +12025550123")

    def listed(self, to, since):
        raise OSError("no space for +12025550123")


@pytest.fixture
def network() -> Network:
    return MemoryNetwork(lambda: NOON)


def test_what_is_posted_is_delivered_and_can_be_found(network, outgoing):
    carrier: Carrier = Phones(network, lambda: 0.0)
    lookout: Lookout = PhonesLookout(network)
    results = list(carrier.post([outgoing(1), outgoing(2, to="+12025550199")]))
    found = lookout.sent_to("+12025550123", NOON)
    assert [type(result) for result in results] == [Accepted, Accepted]
    assert {result.status for result in results} == {"delivered"}
    assert [(listed.sid, listed.body_sha256) for listed in found] == [
        (results[0].sid, sha256(outgoing().body.encode()).hexdigest())
    ]
    assert lookout.sent_to("+12025550123", NOON + timedelta(seconds=1)) == []


def test_phones_never_drop_a_duplicate(network, outgoing):
    results = [*Phones(network, lambda: 0.0).post([outgoing()]), *Phones(network, lambda: 0.0).post([outgoing()])]
    assert len({result.sid for result in results}) == len(network.accepted) == 2


def test_an_old_claim_is_given_back_and_the_rest_go_out(network, outgoing):
    results = list(Phones(network, lambda: 10.0).post([outgoing(1, not_after=9.0), outgoing(2, not_after=10.0)]))
    assert [type(result) for result in results] == [GivenBack, Accepted]
    assert [message.touch for message, _ in network.accepted] == [2]


def test_a_network_that_fails_leaves_doubt_and_cannot_be_looked_at(outgoing):
    broken = FullDisk(lambda: NOON)
    assert list(Phones(broken, lambda: 0.0).post([outgoing()])) == [InDoubt(7, 2, "OSError")]
    with pytest.raises(CannotLook, match=r"^OSError$"):
        PhonesLookout(broken).sent_to("+12025550123", NOON)
