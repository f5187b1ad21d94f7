"""The demo: one running world that its visitor watches, hurries, halts, stirs, and exchanges for another."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING

from outreach.channels.phones import Mood
from outreach.engine import callbacks
from outreach.engine.deployment import Deployment
from outreach.loops.instants import local_date
from outreach.simulation.clock import TICK, Pace, reach
from outreach.simulation.front import Front
from outreach.simulation.lines import RINGS_FOR, Lines
from outreach.simulation.play import PLAYER
from outreach.simulation.stage import Script, Stage, raise_stage
from outreach.store import claims, sessions
from outreach.store.reads.summary import Summary, summary

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_SLICE = 0.05  # how long a stir or a stop waits at most for a resting clock to notice
_BREATH = 0.001  # at full speed: others get the lock
_ZONE = "America/New_York"


class Demo:
    """What pages and the command line may do with the running world, from any thread.

    `opened` makes the application that `front` then shows of a world which has just been built; `say` is told each new
    day and how the world ended. `pace` may be read at any time; `over` is true when nothing more will happen by itself.
    """

    def __init__(
        self,
        script: Script,
        front: Front,
        seed: int,
        pace: Pace,
        opened: Callable[[Demo], WSGIApplication],
        say: Callable[[str], None],
        endless: bool = False,
    ) -> None:
        self.pace = pace
        self.over = False
        self._script, self._front = script, front
        self._opened, self._say, self._endless = opened, say, endless
        self._turn = threading.Lock()  # held while the world is worked or exchanged
        self._building = threading.Lock()
        self._woken = threading.Event()
        self._stopping = False
        self._step_wanted = False
        self._told = False
        self._day: date | None = None
        self._number = 1
        script.tidy()
        self._stage = raise_stage(script, self._number, seed)
        self._since = script.timer.monotonic()
        self._front.show(opened(self), self._stage.close)

    @property
    def deployment(self) -> Deployment:
        """The deployment of the world that is shown now."""
        return self._stage.deployment

    @property
    def seed(self) -> int:
        """What decides everything that people do in this world."""
        return self._stage.seed

    @property
    def first_day(self) -> date:
        """The day of the first visits."""
        return self._stage.first_day

    @property
    def last_day(self) -> date:
        """The day of the last visits."""
        return self._stage.last_day

    @property
    def lines(self) -> Lines:
        """The telephone lines of the world that is shown now."""
        return self._stage.player.lines

    @property
    def mood(self) -> Mood:
        """How the simulated network behaves."""
        return self._script.temper.mood

    def set_pace(self, pace: Pace) -> None:
        """Go on at another pace, from the instant that is shown."""
        self.pace = pace
        self.stir()

    def step(self) -> None:
        """Go to the next event, and stay paused there."""
        self.pace, self._step_wanted = Pace.PAUSED, True
        self.stir()

    def set_mood(self, mood: Mood) -> None:
        """Let the simulated network behave differently from the next text on; it stays so in the next world."""
        self._script.temper.mood = mood
        self.stir()

    def stir(self) -> None:
        """Work at once: a visitor did something."""
        self._woken.set()

    def stop(self) -> None:
        """Let `play` return; safe in a signal handler, which may not touch a lock."""
        self._stopping = True

    def start_again(self, seed: int | None = None) -> None:
        """Show another world, by default that of the next seed; returns when it is shown. The old one is removed."""
        with self._building:
            self._number += 1
            stage = raise_stage(self._script, self._number, self.seed + 1 if seed is None else seed)
            with self._turn:
                with self.deployment.read(PLAYER) as old, stage.deployment.write(PLAYER) as new:
                    sessions.carried_over(old, new)
                    new.commit()
                self._script.temper.forget()
                self._enter(stage)
                self._front.show(self._opened(self), stage.close)
        self.stir()

    def play(self, once: bool = False) -> None:
        """Play until stopped, or with `once` until the story is over. Whatever goes wrong is raised."""
        while not self._stopping:
            rest = self.tick()
            if self.over and once:
                return
            if self.over and self._endless and self.pace is Pace.FULL_SPEED:
                self.start_again()
            else:
                self._rest(rest)

    def tick(self) -> float:
        """Do what is due, and move the calendar as far as the pace says; return how many seconds to rest."""
        with self._turn:
            began = self._script.timer.monotonic()
            passed, self._since = began - self._since, began
            ahead, pace = self._work(), self.pace
            goal = self._goal(pace, ahead, passed)
            while ahead is not None and pace is self.pace and not self._in_flight():
                if ahead > goal:
                    self._stage.player.turn_to(goal)
                    break
                self._stage.player.turn_to(ahead)
                if self._script.timer.monotonic() - began > TICK:
                    break  # the calendar lags rather than hurries
                ahead = self._work()
            self._tell(ahead)
            spent = self._script.timer.monotonic() - began
            hurries = pace is Pace.FULL_SPEED and ahead is not None and not self._in_flight()
        return _BREATH if hurries else max(_BREATH, TICK - spent)

    def _goal(self, pace: Pace, ahead: datetime | None, passed: float) -> datetime:
        if pace is Pace.PAUSED and self._step_wanted and not self._in_flight():
            self._step_wanted = False
            if ahead is not None:
                return ahead
        return reach(pace, self.deployment.database.now(), passed)

    def _work(self) -> datetime | None:
        """Do all that is due now; return when something is due next."""
        self._name_day()
        self.lines.rings_for = 0.0 if self.pace is Pace.FULL_SPEED else RINGS_FOR
        temper, timer = self._script.temper, self._script.timer
        # At full speed no real second passes between two events, so a receipt comes before the next of them.
        until = float("inf") if self.pace is Pace.FULL_SPEED else timer.monotonic()
        for receipt in temper.take(until):
            callbacks.note_status(
                self.deployment,
                touch_id=receipt.touch,
                attempt=receipt.attempt,
                sid=receipt.sid,
                status=receipt.status,
                error_code=receipt.error_code,
            )
        return self._stage.player.ahead()

    def _in_flight(self) -> bool:
        """Whether a text or a call is on the line, or in doubt: real seconds settle it, and the calendar waits."""
        with self.deployment.read(PLAYER) as uow:
            unsettled = claims.any_in_flight(uow)
        return unsettled or self.lines.busy()

    def _tell(self, ahead: datetime | None) -> None:
        self.over = ahead is None and not self._script.temper.owing and not self._in_flight()
        if self.over and not self._told:
            with self.deployment.read(PLAYER) as uow:
                self._say(in_words(summary(uow)))
        self._told = self.over

    def _name_day(self) -> None:
        day = local_date(self.deployment.database.now(), _ZONE)
        if day != self._day:
            self._day = day
            self._say(f"{day:%a %b %d}")

    def _enter(self, stage: Stage) -> None:
        self._stage = stage
        self.over = self._told = self._step_wanted = False
        self._day = None

    def _rest(self, seconds: float) -> None:
        for _ in range(max(1, round(seconds / _SLICE))):
            if self._stopping or self._woken.wait(min(seconds, _SLICE)):
                break
        self._woken.clear()


def in_words(found: Summary) -> str:
    """Return a summary as a few lines."""
    lines = [
        f"Every loop is closed or owned: {sum(n for _, n in found.closed)} closed, {found.owned} owned by a person,"
    ]
    lines[0] += f" {found.waiting} still waiting, unheld {found.unheld}."
    for title, rows in (
        ("Closed", found.closed),
        ("Open", found.open),
        ("Tasks", found.tasks),
        ("Texts", found.touches),
        ("Refused, by rule", found.refusals),
    ):
        lines.append(f"  {title}: " + (", ".join(f"{words} {count}" for words, count in rows) or "none"))
    return "\n".join(lines)
