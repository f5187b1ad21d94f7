"""The phones that ring in a world: a visitor may pick up first, then its own member does, and nobody twice."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from conversations.calls.answered_by import AnsweredBy
from outreach.engine.deployment import Deployment
from outreach.engine.identity import Identity
from outreach.simulation import callees, exchange
from outreach.simulation.callees import Takes, Wish
from outreach.simulation.earpiece import Heard, Then
from outreach.store.actor import Actor
from outreach.store.reads.on_the_line import OnTheLine, birth_dates, calls_of_ours, calls_of_theirs

RINGS_FOR = 12.0  # seconds that a visitor has to pick up before the member does
FORGOTTEN = 60.0  # seconds after which a visitor who touched nothing has hung up
SECONDS_A_TURN = 9
_MOST_TURNS = 40
_WRONG_DAY = {"0101": "0202"}
_EXCHANGE = Actor("carrier", "simulated-phones")


@dataclass(slots=True)
class Lines:
    """The calls of one world, by sid: since when each rings, and when a visitor who took it last did something.

    In real seconds, and in memory: the calls themselves stand in the database.
    """

    deployment: Deployment
    seed: int
    rings_for: float = 0.0
    ringing: dict[str, float] = field(default_factory=dict)
    visitors: dict[str, float] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, sid: str) -> bool:
        """Whether a call is the caller's to answer: the first who asks has it."""
        with self.lock:
            first = sid not in self.taken
            self.taken.add(sid)
        return first

    def touched(self, sid: str) -> None:
        """Note that a visitor has this call, and just did something with it."""
        self.visitors[sid] = self.deployment.timer.monotonic()

    def busy(self) -> bool:
        """Whether a phone rings or is talked on: the calendar waits for it."""
        with self.deployment.read(_EXCHANGE) as uow:
            theirs = calls_of_theirs(uow) if self.visitors else []
            return bool(calls_of_ours(uow)) or any(call.sid in self.visitors for call in theirs)

    def answer(self) -> int:
        """Let members take the calls that rang long enough, and end those that a visitor forgot; return how many."""
        with self.deployment.read(_EXCHANGE) as uow:
            ours = calls_of_ours(uow)
            theirs = [call for call in calls_of_theirs(uow) if call.sid in self.visitors] if self.visitors else []
        now = self.deployment.timer.monotonic()
        done = 0
        for call in [*ours, *theirs]:
            if call.sid in self.visitors:
                done += self._forgotten(call, now)
            elif now - self.ringing.setdefault(call.sid, now) >= self.rings_for and self.take(call.sid):
                self._play(call)
                done += 1
        return done

    def _forgotten(self, call: OnTheLine, now: float) -> int:
        if now - self.visitors[call.sid] < FORGOTTEN:
            return 0
        del self.visitors[call.sid]
        exchange.hang_up(self.deployment, call, int(FORGOTTEN))
        return 1

    def _play(self, call: OnTheLine) -> None:
        how = callees.takes(self.seed, call)
        if how in callees.NOT_TAKEN:
            exchange.refuse(self.deployment, call, *callees.NOT_TAKEN[how])
            return
        heard, by = exchange.pick_up(self.deployment, call, callees.BY[how]), callees.BY[how]
        turns = 1 if by is AnsweredBy.MACHINE_END else self._talk(call, heard, how)
        exchange.hang_up(self.deployment, call, turns * SECONDS_A_TURN)

    def _talk(self, call: OnTheLine, heard: Heard, how: Takes) -> int:
        """Press the keys of a wish until the call is over, or whoever has it hangs up; return how many turns."""
        wants = callees.wish(self.seed, call)
        keys = ["1", *wants.keys] if how is Takes.UNCLEAR else list(wants.keys)
        for turn in range(1, _MOST_TURNS):
            if heard.then is Then.HANG_UP or (wants.leaves and not keys):
                return turn
            heard = exchange.press(self.deployment, call, heard, self._key(call, heard, wants, keys))
        return _MOST_TURNS

    def _key(self, call: OnTheLine, heard: Heard, wants: Wish, keys: list[str]) -> str:
        if heard.digits > 1:
            return self._birthday(call, wants)
        return keys.pop(0) if keys else ""

    def _birthday(self, call: OnTheLine, wants: Wish) -> str:
        with self.deployment.read(_EXCHANGE) as uow:
            known = [Identity.read(about).birthday for about in birth_dates(uow, [call.phone]).get(call.phone, [])]
        right = next((birthday for birthday in known if birthday), "0101")
        return right if wants.knows else _WRONG_DAY.get(right, "0101")
