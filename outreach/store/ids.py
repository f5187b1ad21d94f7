"""Small, dense row ids, known before the insert: sealing binds a value to its row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select, update

from outreach.store.tables import counter

if TYPE_CHECKING:
    from outreach.store.unit_of_work import UnitOfWork

_BLOCK = 1000


class Ids:
    """One deployment-wide sequence, taken from the counter row in blocks; a block lives in one process."""

    def __init__(self) -> None:
        self._free: list[range] = []

    def take(self, uow: UnitOfWork, count: int) -> list[int]:
        """Return `count` ids, ascending, none ever given before.

        A block belongs to the transaction that took it until that commits: were it rolled back, the counter row
        would be too, and the same ids would be given twice.
        """
        taken: list[int] = []
        while len(taken) < count:
            if not uow.id_block:
                uow.id_block = self._reuse() or self._fetch(uow)
            part = uow.id_block[: count - len(taken)]
            uow.id_block = uow.id_block[len(part) :]
            taken.extend(part)
        return taken

    def keep(self, uow: UnitOfWork) -> None:
        """The transaction committed: what is left of its block is free for the next one."""
        if uow.id_block:
            self._free.append(uow.id_block)
            uow.id_block = range(0)

    def forget(self, uow: UnitOfWork) -> None:
        """The transaction rolled back: drop what is left of its block."""
        uow.id_block = range(0)

    def drop(self) -> None:
        """Forget the blocks at hand: the next ids are taken from the database."""
        self._free.clear()

    def _reuse(self) -> range:
        try:
            return self._free.pop()
        except IndexError:  # asking first and popping then would let two threads pop the last one
            return range(0)

    def _fetch(self, uow: UnitOfWork) -> range:
        if uow.dialect == "postgresql":
            # A sequence, because a counter row would be one lock that every writer holds until it commits.
            block = int(uow.execute(select(func.nextval("id_block"))).scalar_one())
            return range(block * _BLOCK, (block + 1) * _BLOCK)
        uow.execute(update(counter).where(counter.c.name == "id").values(next=counter.c.next + _BLOCK))
        end = uow.execute(select(counter.c.next).where(counter.c.name == "id")).scalar_one()
        return range(end - _BLOCK, end)
