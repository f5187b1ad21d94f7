"""There is a new way to a member, or an old one is open again: their open visits plan what was refused before."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from outreach.engine.decide import decide
from outreach.loops.consent import Category, Channel, ConsentEvent, granted, suppressed, wrong_number
from outreach.loops.events import Reachable, Suppressed
from outreach.loops.tasks import TaskKind
from outreach.store import events, loops, programs, tasks, touches, work
from outreach.store.people import StoredMember
from outreach.store.unit_of_work import UnitOfWork

# Why a touch was refused that a consent, a START, a number or another wish may change. The gate asks again, always.
_MAY_CHANGE = (
    "LAW-01", "LAW-05", "LAW-08", "LAW-19", "LAW-26", "LAW-36", "LAW-37", "LAW-39", "TWI-33", "TWI-34", "TWI-37",
    "HIP-06", "CRI-07",
)  # fmt: skip


def reached(
    uow: UnitOfWork, member_ids: Collection[int], ends: Collection[TaskKind] = (), *, anew: bool = True
) -> None:
    """Let the open loops of members, whose phones are locked, plan again, with what was refused and is still of use.

    Open tasks of the kinds in `ends` are done. With `anew` what was tried in vain no longer counts (CARE-01).
    """
    open_loops = [loop_id for _, loop_id in loops.open_of_members(uow, sorted(member_ids))]
    loops.lock(uow, open_loops)
    if events.waiting(uow, open_loops):
        decide(uow, open_loops)  # a refusal that nobody has heard of yet would open its task behind our back
    touches.bring_back(uow, open_loops, _MAY_CHANGE)
    work.close_tasks(uow, tasks.open_of_members(uow, member_ids, ends), "done")
    if anew:
        events.append(uow, [(loop_id, Reachable(uow.now)) for loop_id in open_loops])
    decide(uow, open_loops)


def handed_over(uow: UnitOfWork, member: int) -> None:
    """Nothing more may be texted about a member's visits: each that is open belongs to a person from now on."""
    open_loops = [loop_id for _, loop_id in loops.open_of_members(uow, [member])]
    loops.lock(uow, open_loops)
    events.append(uow, [(loop_id, Suppressed(uow.now, "LAW-01")) for loop_id in open_loops])
    decide(uow, open_loops)


def ask_where_none(uow: UnitOfWork, member: StoredMember, ledger: Sequence[ConsentEvent]) -> None:
    """Open the task to ask for consent to texts on a phone that has none; nobody asks where the phone is opted out."""
    agreed = granted(ledger, member.id, Channel.SMS, Category.APPOINTMENT)
    over = agreed is None or (agreed.expires_at is not None and agreed.expires_at <= uow.now)
    wanted = (over or wrong_number(ledger, member.id)) and not suppressed(ledger)
    if not wanted or tasks.open_of_members(uow, [member.id], (TaskKind.GET_CONSENT,)):
        return
    program = programs.programs(uow, [member.program])[member.program]
    bound = next((loop_id for _, loop_id in loops.open_of_members(uow, [member.id])), None)
    clock = program.clock(TaskKind.GET_CONSENT, uow.now)
    about = {"program_id": member.program, "member_id": member.id, "loop_id": bound}
    work.open_task(uow, [work.task_row(uow, TaskKind.GET_CONSENT, clock, **about)])
