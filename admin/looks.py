"""Reading what is personal: a look that is new is noted in the trail, and only that one writes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from admin.access import deployment, looks_anew, signed_in
from outreach.store.unit_of_work import UnitOfWork


@contextmanager
def looking(subject: str, action: str = "viewed") -> Iterator[UnitOfWork]:
    """Read about `subject` (like `task:7`) as the person who is signed in (HIP-14).

    A page that shows something else of the subject has an `action` of its own, which ends in `.viewed`.
    A page that stays open and asks itself again takes no lock. Where there is nothing to see, raise: it is not noted.
    """
    actor = signed_in().actor
    if not looks_anew(f"{action} {subject}"):
        with deployment().read(actor) as uow:
            yield uow
        return
    with deployment().write(actor) as uow:
        uow.narrow()
        yield uow
        uow.audit(action, subject)
        uow.commit()
