"""What a carrier's error means for the phone: one function for both paths, answer and callback (TWI-33)."""

from __future__ import annotations

from outreach.loops.consent import EVERY_CATEGORY, Action, ConsentEvent
from outreach.loops.failures import FailureClass, failure_class
from outreach.store import people
from outreach.store.unit_of_work import UnitOfWork


def act_on_error(uow: UnitOfWork, phone: int, code: int) -> None:
    """Suppress or mark a locked phone as the error table says; whoever calls tells the loop."""
    match failure_class(code):
        case FailureClass.SUPPRESSION:
            # 21610 is not always a STOP (TWI-32), but without another word it is treated as one: fail closed.
            stop = ConsentEvent(Action.STOP, None, uow.now, None, "sms", EVERY_CATEGORY)
            people.note_consent(uow, phone, stop, "provider_sync", f"CARRIER-{code}", "carrier answer")
        case FailureClass.PERMANENT:
            people.set_state(uow, phone, "landline" if code in (21614, 21635, 30006) else "invalid")
        case FailureClass.TEMPORARY | FailureClass.CONFIGURATION:
            return
