"""Taking out what was personal about members and phones whose time is over; what counts and proves stays (LAW-30)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import ColumnElement, Table, bindparam, delete, null, select, text, update

from outreach.loops.consent import Action, suppressed
from outreach.store import consents, import_runs
from outreach.store.batches import chunks, rows_in
from outreach.store.everywhere import places, rows_anywhere
from outreach.store.people import lock_phones
from outreach.store.retention import DECISIONS, Blank, Empty, blank, codes_only
from outreach.store.tables import (
    anchor,
    attempt,
    barrier,
    call,
    consent_event,
    contact_point,
    guest,
    loop,
    loop_event,
    member,
    member_call,
    member_change,
    member_contact,
    metadata,
    name_token,
    number_check,
    own_words,
    program,
    proxy,
    reply,
    sharing_event,
    signal,
    simulated_message,
    task,
    task_note,
    touch,
    trip,
)
from outreach.store.unit_of_work import UnitOfWork

RULE = "LAW-30"


def _emptied(table: Table) -> dict[str, Any]:
    found = {column.name: DECISIONS.get(f"{table.name}.{column.name}") for column in table.columns}
    return {name: decision.to for name, decision in found.items() if isinstance(decision, Empty)}


_EMPTIED = {table: _emptied(table) for table in metadata.tables.values()}


def lock_members(uow: UnitOfWork, member_ids: Collection[int]) -> None:
    """Lock members behind everything they could be reached by: files on their way in, then phones, then loops."""
    _begin(uow)
    linked = rows_in(uow, select(member_contact), member_contact.c.member_id, member_ids)
    lock_phones(uow, {row.contact_point_id for row in linked})
    for table, key in ((loop, loop.c.member_id), (member, member.c.id)):
        rows_in(uow, select(table.c.id).order_by(table.c.id).with_for_update(key_share=True), key, member_ids)


def purge_members(uow: UnitOfWork, member_ids: Collection[int]) -> None:
    """Empty what is personal about locked members and everything that names them; each is noted in the trail."""
    loops = _ids(uow, loop.c.id, loop.c.member_id.in_(member_ids))
    _empty(uow, anchor, _ids(uow, anchor.c.id, anchor.c.member_id.in_(member_ids)))
    _empty(uow, loop, loops)
    _keep_codes(uow, loops)
    for table in (trip, signal):
        _empty(uow, table, _of(uow, table, table.c.loop_id, loops))
    texts, replies, tasks = (_theirs(uow, table, member_ids, loops) for table in (touch, reply, task))
    for table in (call, member_call):
        _empty(uow, table, _theirs(uow, table, member_ids, loops))
    _empty_talk(uow, texts, replies, tasks)
    of_the_phone = (Action.STOP, Action.KEEP, Action.START)
    theirs = consent_event.c.member_id.in_(member_ids) & consent_event.c.action.not_in(of_the_phone)
    uow.execute(delete(consent_event).where(theirs))
    for table in (sharing_event, member_contact, name_token, barrier, member_change, proxy):
        uow.execute(delete(table).where(table.c.member_id.in_(member_ids)))
    _empty(uow, member, member_ids)
    uow.execute(update(member).where(member.c.id.in_(member_ids)).values(purged_at=uow.now))
    for member_id in member_ids:
        uow.audit("member.purged", f"member:{member_id}", RULE)


def set_hold(uow: UnitOfWork, member_id: int, on: bool) -> bool:
    """Put a member on legal hold, or release them; False when there is nothing to change, or nothing to keep."""
    other = (member.c.id == member_id) & (member.c.legal_hold.is_(not on)) & member.c.purged_at.is_(None)
    return uow.execute(update(member).where(other).values(legal_hold=on)).rowcount == 1


def lock_free_phones(uow: UnitOfWork, phone_ids: Collection[int]) -> None:
    """Lock phones that nobody is known to have, behind files on their way in."""
    _begin(uow)
    lock_phones(uow, phone_ids)


def purge_phones(uow: UnitOfWork, phone_ids: Collection[int]) -> None:
    """Empty what locked phones hold: number, words, look-ups, consents. A STOP stays, and is found by the number."""
    ledgers = consents.consents(uow, phone_ids)
    stopped = {phone for phone in phone_ids if suppressed(ledgers.get(phone, ()))}
    numbers = rows_in(uow, select(contact_point.c.id, contact_point.c.number_index), contact_point.c.id, phone_ids)
    texts, replies, tasks = (_of(uow, table, table.c.contact_point_id, phone_ids) for table in (touch, reply, task))
    _empty(uow, call, _of(uow, call, call.c.contact_point_id, phone_ids))
    _empty_talk(uow, texts, replies, tasks)
    for table, key in ((simulated_message, simulated_message.c.to_index), (guest, guest.c.number_index)):
        uow.execute(delete(table).where(key.in_([row.number_index for row in numbers])))
    on_them = consent_event.c.contact_point_id.in_(phone_ids)
    alive = consent_event.c.contact_point_id.in_(stopped) & (consent_event.c.action == Action.STOP)
    uow.execute(delete(consent_event).where(on_them, ~alive))
    uow.execute(delete(number_check).where(number_check.c.contact_point_id.in_(phone_ids)))
    _empty(uow, contact_point, phone_ids)
    back = [{"phone": row.id, "index": row.number_index} for row in numbers if row.id in stopped]
    if back:
        found_again = update(contact_point).where(contact_point.c.id == bindparam("phone"))
        uow.execute(found_again.values(number_index=bindparam("index")), back)
    uow.execute(update(contact_point).where(contact_point.c.id.in_(phone_ids)).values(purged_at=uow.now))
    for phone_id in phone_ids:
        uow.audit("contact_point.purged", f"contact_point:{phone_id}", RULE)


def _begin(uow: UnitOfWork) -> None:
    if uow.dialect == "sqlite":
        uow.execute(text("PRAGMA secure_delete = ON"))
    for row in uow.all(select(program.c.id).order_by(program.c.id)):
        import_runs.wait_for_others(uow, row.id)  # a file may just be naming somebody again


def _empty_talk(uow: UnitOfWork, texts: Collection[int], replies: Collection[int], tasks: Collection[int]) -> None:
    _empty(uow, reply, replies)
    for table in (attempt, own_words):
        _empty(uow, table, texts)
    for part in chunks(texts):
        uow.execute(delete(simulated_message).where(simulated_message.c.touch_id.in_(part)))
    _empty(uow, task, tasks)
    _empty(uow, task_note, _of(uow, task_note, task_note.c.task_id, tasks))


def _empty(uow: UnitOfWork, table: Table, row_ids: Collection[int]) -> None:
    """Put what was decided in the place of what rows of a table hold, archived or not; a touch's go by it."""
    plain = {name: null() if to is None else to for name, to in _EMPTIED[table].items() if not isinstance(to, Blank)}
    made = {name: to for name, to in _EMPTIED[table].items() if isinstance(to, Blank)}
    new = {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in made}
    for part in chunks(sorted(row_ids)):
        rows = [
            {f"new_{name}": blank(uow.keyring, f"{table.name}:{name}", row_id, to) for name, to in made.items()}
            | {"row": row_id}
            for row_id in part
        ]
        for place in places(table):
            key = next(iter(place.primary_key.columns))
            if plain:
                uow.execute(update(place).where(key.in_(part)).values(plain))
            if made:
                uow.execute(update(place).where(key == bindparam("row")).values(new), rows)


def _keep_codes(uow: UnitOfWork, loop_ids: Iterable[int]) -> None:
    events = rows_anywhere(uow, select(loop_event.c.id, loop_event.c.body), loop_event.c.loop_id, loop_ids)
    changed = [{"row": row.id, "codes": codes} for row in events if (codes := codes_only(row.body)) != row.body]
    if changed:
        for place in places(loop_event):
            statement = update(place).where(place.c.id == bindparam("row"))
            uow.execute(statement.values(body=bindparam("codes", type_=place.c.body.type)), changed)


def _theirs(uow: UnitOfWork, table: Table, member_ids: Collection[int], loop_ids: Iterable[int]) -> list[int]:
    """Return the rows that name a member, or no member but a loop of theirs."""
    named = _of(uow, table, table.c.member_id, member_ids)
    query = select(table.c.id).where(table.c.member_id.is_(None))
    return sorted({*named, *(row.id for row in rows_anywhere(uow, query, table.c.loop_id, loop_ids))})


def _of(uow: UnitOfWork, table: Table, column: Any, keys: Collection[int]) -> list[int]:
    return sorted(row.id for row in rows_anywhere(uow, select(table.c.id), column, keys))


def _ids(uow: UnitOfWork, column: Any, which: ColumnElement[bool]) -> list[int]:
    return sorted(row.id for row in uow.all(select(column).where(which)))
