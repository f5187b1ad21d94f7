"""What becomes of every column when a member's time is over (LAW-30): kept, emptied, or gone with its row.

The list is closed: a column without a decision here fails the build. `docs/retention.md` says the same in words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Any

from outreach.store.seal import Keyring
from outreach.store.tables import ARCHIVED
from outreach.store.types import Sealed


class Why(StrEnum):
    """Why a column stays."""

    NOBODY = "it is about no member"
    TOMBSTONE = "ids, times, codes and hashes: counts and evidence stay true, and name nobody"
    PROOF = "the audit chain must verify"


class Blank(Enum):
    """What is made anew for each row, where NULL or a constant will not do."""

    SEALED = "an empty text, sealed for its place"
    UNFOUND = "an index that nobody's id or number gives"
    UNNAMED = "an id of our own in place of the clinic's"
    CODES = "what happened in codes, without words, phones or trip numbers"


@dataclass(frozen=True, slots=True)
class Keep:
    """It stays as it is."""

    why: Why


@dataclass(frozen=True, slots=True)
class Empty:
    """The row stays, and this is put in the place of what was there."""

    to: str | int | list[Any] | dict[str, Any] | Blank | None = None


@dataclass(frozen=True, slots=True)
class Delete:
    """The row goes. `but` names the rows that do not."""

    but: str = ""


Decision = Keep | Empty | Delete


def _each(table: str, decision: Decision, columns: str) -> dict[str, Decision]:
    return {f"{table}.{column}": decision for column in columns.split()}


def _kept(why: Why, **tables: str) -> dict[str, Decision]:
    return {
        name: found for table, columns in tables.items() for name, found in _each(table, Keep(why), columns).items()
    }


_STOPS = Delete(but="the STOP of an opted-out phone stays for ever; a phone's own entries stay while it is used")

_DECIDED: dict[str, Decision] = {
    **_kept(
        Why.NOBODY,
        bucket="key level at closed_until turn",
        rate_wait="queue sender until",
        worker="name host pid version started_at seen_at queues decided sent lag",
        calendar="id at",
        counter="name next",
        sent_tally="program_id words sender hour sent",
        switch="name on actor changed_at code",
        link="id token_hash purpose subject expires_at used_at",
        account=(
            "id sign_in name name_key role state password one_time one_time_step language failures wait_until"
            " created_at created_by"
        ),
        account_program="account_id program_id",
        huddle="id program_id clinic_id at kept_by who_was_there figures decisions",
        account_clinic="account_id clinic_id",
        identity="id account_id issuer subject linked_at used_at",
        glass_note="id who at words",
        recovery_code="id account_id code_hash used_at",
        passkey="id account_id credential public_key signed name created_at used_at",
        session=("id token_hash account_id name role proved created_at seen_at ended_at address browser open_until"),
        program=(
            "id key name phone sender zone languages hours caps office ride cadence_version state double_opt_in voice"
            " service_levels"
        ),
        setting_version="id program_id thing version at actor settings",
        replanning="id program_id clinic_id why asked_at actor loops done last_loop finished_at",
        clinic="id program_id key name zone place sensitivity webhook_url webhook_secret office listed",
        cadence="id program_id version steps escalate_after published_at published_by written_by",
        cadence_draft=(
            "id program_id based_on version steps escalate_after authors changed_at asked_at ended_at published_as"
        ),
        message_version=(
            "id program_id key language version body state translator translated_at reviewer reviewed_at approver"
            " approved_at source_hash author written_at carried back_english ended_by ended_at remark"
        ),
        word_request=("id program_id language key work asked_of asked_by asked_at due_on ended_at ended_by outcome"),
        recording=(
            "id program_id language key variant version state revision source_hash sha256 millis recorded_by"
            " recorded_at approver approved_at retired_by retired_at audio"
        ),
        absence="person until cover",
        import_run="id program_id at actor counts",
    ),
    **_kept(
        Why.PROOF,
        audit="id at actor action object rule reason mac seq hash prev",
        checkpoint="seq at hash signature",
    ),
    **_kept(
        Why.TOMBSTONE,
        member="id program_id language zone_source legal_hold purged_at",
        contact_point="id purged_at",
        anchor=(
            "id kind program_id clinic_id member_id version day wall_time zone starts_at promised_at cancelled"
            " sensitivity"
        ),
        loop=(
            "id version program_id member_id anchor_id parent_id lane stage outcome source reason barriers ride_need"
            " ride_revision tried called closed opened_at closed_at held_by next_at"
        ),
        loop_event="id loop_id kind at actor consumed_at effects",
        trip="id loop_id leg broker status will_call current recorded_by recorded_at",
        touch=(
            "id loop_id member_id program_id contact_point_id anchor_version step channel nth reply_id words category"
            " queue of_a_booked_ride sender exempt planned_for due_at useful_until answers_at state carrier_status"
            " carrier_rank error_code rule attempts looks claimed_by lease_until sid sent_at heard retries author"
            " call_outcome"
        ),
        attempt=(
            "touch_id fencing contact_point_id proactive claimed_at started_at language message_version_id body_sha256"
            " outcome rule consent_id error_code failed_sid"
        ),
        own_words="touch_id language vouched agreed written_at",
        prompt=(
            "id contact_point_id loop_id touch_id anchor_version key language options state opened_at alone_until"
            " expires_at ended_at repeats"
        ),
        call=(
            "id sid direction touch_id fencing program_id contact_point_id member_id loop_id anchor_version language"
            " turn status sequence answered_by keys refusal voicemail started_at answered_at ended_at seconds outcome"
            " recording_seconds"
        ),
        callback="id touch_id fencing sid status error_code received_at",
        parked_callback="id touch_id fencing sid status error_code received_at why matched_at",
        reply=(
            "id sid contact_point_id loop_id member_id prompt_id call_id media_count provider_word received_at found_at"
            " safety read_from read_with read_at intents reason"
        ),
        correction="id reply_id intents reason actor at",
        task=(
            "id program_id loop_id member_id contact_point_id clinic_id reply_id kind owner_queue owner_person priority"
            " opened_at acknowledge_by due_at manager_at escalation escalate_at acknowledged_at snoozed_until blocker"
            " state resolution reason resolved_by resolved_at"
        ),
        task_note="id task_id at actor what before",
        presence="contact_point_id person seen_at done_at",
        member_call="id contact_point_id member_id loop_id at actor outcome interpreter",
        awaited="id loop_id kind prompt_id deadline state ended_at",
        signal=(
            "id loop_id clinic_id kind version occurred_at state due_at attempts lease_until give_up_at delivered_at"
            " acted_at acted_by last_status"
        ),
    ),
    **_each("member", Empty(), "name about contact_rule review_at"),
    **_each("member", Empty([]), "zones states"),
    "member.external_id": Empty(Blank.SEALED),
    "member.external_index": Empty(Blank.UNFOUND),
    "member.standing": Empty("active"),
    "member.tier": Empty(1),
    "contact_point.number": Empty(Blank.SEALED),
    "contact_point.number_index": Empty(Blank.UNFOUND),  # not where the phone is opted out
    "contact_point.state": Empty("unverified"),
    **_each("contact_point", Empty(), "verified_at quiet_until line_asked_at"),
    "anchor.external_id": Empty(Blank.UNNAMED),
    "loop.preferences": Empty({}),
    "loop_event.body": Empty(Blank.CODES),
    **_each("trip", Empty(""), "trip_id service"),
    **_each("trip", Empty(), "pickup_from pickup_until phone needs cancellation"),
    "attempt.body": Empty(Blank.SEALED),
    "own_words.body": Empty(Blank.SEALED),
    **_each("call", Empty(), "state document recording"),  # the carrier keeps the recording itself
    "reply.body": Empty(Blank.SEALED),
    "reply.screened": Empty(),
    "reply.trail": Empty(),
    "reply.media": Empty(),
    **_each("task", Empty(), "about note"),
    "task_note.note": Empty(),
    "member_call.note": Empty(),
    "signal.body": Empty({}),
    **_each("guest", Delete(), "number_index"),
    **_each("barrier", Delete(), "id member_id reason source at actor ended_at ended_by"),
    **_each("member_change", Delete(), "id member_id fact before after source at actor"),
    **_each("proxy", Delete(), "id member_id name relation may_hear evidence at actor ended_at ended_by"),
    **_each("member_contact", Delete(), "member_id contact_point_id"),
    **_each("name_token", Delete(), "token member_id"),
    **_each("number_check", Delete(), "id contact_point_id at since answer source"),
    **_each("simulated_message", Delete(), "id touch_id fencing to_index body_sha256 at"),
    **_each(
        "consent_event",
        _STOPS,
        "id contact_point_id member_id action channel category consent_class at received_at source text_version"
        " language rule evidence collector organisation party expires_at prior_id",
    ),
    **_each(
        "sharing_event",
        Delete(),
        "id member_id information recipient workflow action at source collector rule evidence",
    ),
}

# A row is purged wherever it lies by then.
_ARCHIVED = {
    f"{archive.name}.{column.name}": _DECIDED.get(f"{live.name}.{column.name}", Keep(Why.TOMBSTONE))
    for live, archive in ARCHIVED.items()
    for column in archive.columns
}
DECISIONS: Mapping[str, Decision] = _DECIDED | _ARCHIVED

# Of what an event holds: codes stay, and what was said, wished, or agreed with a broker goes.
EVENT_CODES = frozenset(
    [
        "again",
        "answers",
        "at",
        "awaited",
        "code",
        "confidence",
        "corrects",
        "instead",
        "intents",
        "kind",
        "language",
        "leg",
        "level",
        "materially",
        "meaning",
        "needs_ride",
        "of_a_ride",
        "outcome",
        "prompt",
        "reason",
        "repeats",
        "reply",
        "resolution",
        "review_at",
        "rule",
        "safety",
        "source",
        "standing",
        "status",
        "step",
        "trips",
        "will_call",
    ]
)
EVENT_WORDS = frozenset(["because", "phone", "pickup_from", "pickup_until", "preferences", "trip_id"])


def codes_only(body: Any) -> Any:
    """Return an event's stored body with its codes alone; a name that nobody decided about goes."""
    match body:
        case dict():
            return {name: codes_only(value) for name, value in body.items() if name in EVENT_CODES}
        case list():
            return [codes_only(value) for value in body]
    return body


def blank(keyring: Keyring, place: str, row: int, to: Blank) -> Sealed | bytes | str:
    """Return what is put at `place` ("table:column") of a row; the bodies of events are not made but cut down."""
    match to:
        case Blank.SEALED:
            return keyring.seal(place, row, "")
        case Blank.UNFOUND:
            return keyring.index("purged", f"{place}:{row}")
        case Blank.UNNAMED | Blank.CODES:
            return f"purged:{row}"
