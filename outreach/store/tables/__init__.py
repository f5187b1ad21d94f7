"""Every table, by noun."""

from outreach.store.tables.absences import absence
from outreach.store.tables.accounts import (
    account,
    account_clinic,
    account_program,
    glass_note,
    identity,
    passkey,
    recovery_code,
    session,
)
from outreach.store.tables.archive import ARCHIVED
from outreach.store.tables.around_member import barrier, member_change, proxy
from outreach.store.tables.base import metadata
from outreach.store.tables.calls import call
from outreach.store.tables.deployment import bucket, calendar, counter, guest, link, rate_wait, switch, worker
from outreach.store.tables.evidence import audit, checkpoint, import_run
from outreach.store.tables.finding import name_token
from outreach.store.tables.huddles import huddle
from outreach.store.tables.loops import anchor, loop, loop_event, trip
from outreach.store.tables.member_calls import member_call
from outreach.store.tables.members import (
    consent_event,
    contact_point,
    member,
    member_contact,
    number_check,
    sharing_event,
)
from outreach.store.tables.presence import presence
from outreach.store.tables.programs import cadence, cadence_draft, clinic, message_version, program
from outreach.store.tables.recordings import recording
from outreach.store.tables.replies import correction, reply
from outreach.store.tables.settings import replanning, setting_version
from outreach.store.tables.simulated import simulated_message
from outreach.store.tables.touches import (
    attempt,
    callback,
    own_words,
    parked_callback,
    prompt,
    sent_tally,
    touch,
)
from outreach.store.tables.word_requests import word_request
from outreach.store.tables.work import awaited, signal, task, task_note

__all__ = [
    "ARCHIVED",
    "absence",
    "account",
    "account_clinic",
    "account_program",
    "anchor",
    "attempt",
    "audit",
    "awaited",
    "barrier",
    "bucket",
    "cadence",
    "cadence_draft",
    "calendar",
    "call",
    "callback",
    "checkpoint",
    "clinic",
    "consent_event",
    "contact_point",
    "correction",
    "counter",
    "glass_note",
    "guest",
    "huddle",
    "identity",
    "import_run",
    "link",
    "loop",
    "loop_event",
    "member",
    "member_call",
    "member_change",
    "member_contact",
    "message_version",
    "metadata",
    "name_token",
    "number_check",
    "own_words",
    "parked_callback",
    "passkey",
    "presence",
    "program",
    "prompt",
    "proxy",
    "rate_wait",
    "recording",
    "recovery_code",
    "replanning",
    "reply",
    "sent_tally",
    "session",
    "setting_version",
    "sharing_event",
    "signal",
    "simulated_message",
    "switch",
    "task",
    "task_note",
    "touch",
    "trip",
    "word_request",
    "worker",
]
