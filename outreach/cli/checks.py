"""`outreach check`: what is missing or unsafe, each in words with what to do."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import typer

from outreach.bootstrap import RealTimer, unsafe
from outreach.channels.look.setup import Doors, look_at_setup
from outreach.channels.twilio import TwilioAccount
from outreach.cli import retention
from outreach.cli.opened import deployment
from outreach.engine import pauses, word_status
from outreach.engine.configure import without_state
from outreach.engine.deployment import Deployment
from outreach.engine.handlers import frozen
from outreach.engine.restoring import restoring
from outreach.settings import Settings
from outreach.store import workers
from outreach.store.actor import OPERATOR
from outreach.store.message_versions import SOURCE, WAITING
from outreach.store.migrate import behind
from outreach.store.reads.staffing import unstaffed

Found = Iterator[tuple[bool, str]]  # whether it is unsafe, and the sentence

_STATELESS = (
    "{program} names no state: where neither ZIP nor area code tells where a member lives, the strictest hours of all"
    " states hold (weekdays 10:00 to 18:00, Saturdays 10:00 to 17:00). Add state to its program file."
)
_DISK_FLOOR, _DISK_LOW = 100 * 2**20, 2 * 2**30
_SKEW_NOTED, _SKEW_UNSAFE = 2.0, 30.0
_OVERRIDE = "#rc=5&rp=all"  # five tries, after any failure; Twilio's own is one, after a failed connection alone


def check() -> None:
    """Say what is missing or unsafe, in words; exit code 1 when something is unsafe."""
    settings = Settings()
    found = list(_settings(settings))
    if not any(grave for grave, _ in found):
        with deployment() as opened:
            found += [*_disk(settings, opened), *_carrier(settings), *_database(opened)]
    problems, notes = ([said for grave, said in found if grave is which] for which in (True, False))
    for sentence in problems:
        typer.echo(f"UNSAFE  {sentence}")
    for sentence in notes:
        typer.echo(f"NOTE    {sentence}")
    if problems:
        raise typer.Exit(1)
    typer.echo("OK      Nothing unsafe was found.")


def _settings(settings: Settings) -> Found:
    yield from ((True, problem) for problem in unsafe(settings))
    if not settings.key_file.exists():
        yield True, f"The key file {settings.key_file} does not exist: run `outreach migrate`, or restore yours."
    elif settings.key_file.stat().st_mode & 0o077:
        yield False, f"Others can read the key file {settings.key_file}: run `chmod 600 {settings.key_file}`."


def _disk(settings: Settings, opened: Deployment) -> Found:
    place = (opened.database.file or Path(settings.key_file)).absolute().parent
    if not place.exists():
        return
    free = shutil.disk_usage(place).free
    if free < _DISK_LOW:
        said = f"{free // 2**20:,} MB are free on the disk of {place}: below 100 no webhook is stored. Make room."
        yield free < _DISK_FLOOR, said


def _carrier(settings: Settings) -> Found:
    if not settings.carrier_configured:
        return
    account = TwilioAccount(settings.twilio_account_sid, settings.auth_tokens[0], base_url=settings.twilio_base_url)
    services = TwilioAccount(account.sid, account.secret, base_url=settings.services_url)
    found = look_at_setup(
        account, services if settings.services_url else None, settings.sender_for(""), RealTimer().now,
        timeout=settings.timing.post_timeout,
    )  # fmt: skip
    if found.problem is not None:
        yield True, f"The carrier {found.problem}: look at TWILIO_BASE_URL, the account and the way out of this host."
        return
    if found.skew is not None and abs(found.skew) > _SKEW_NOTED:
        said = f"Our clock and the carrier's differ by {abs(found.skew):.0f} seconds: set this host's by NTP."
        yield abs(found.skew) > _SKEW_UNSAFE, said
    yield from _doors(found.doors, f"{settings.public_url.rstrip('/')}/twilio/sms")


def _doors(doors: Doors | None, ours: str) -> Found:
    if doors is None:
        yield False, f"The carrier does not say where it sends texts: see to it that it is {ours}{_OVERRIDE}"
        return
    if doors.inbound.split("#")[0] != ours:
        said = f"points at {doors.inbound}" if doors.inbound else "points nowhere"
        yield True, f"Our number {said}: no STOP reaches us. Set its inbound URL to {ours}{_OVERRIDE}"
    elif "rc=" not in doors.inbound:
        yield False, f"A webhook that fails is not tried again: set the inbound URL to {ours}{_OVERRIDE} (TWI-22)."
    if not doors.fallback:
        yield False, f"There is no fallback URL: set one, at best on another host; {ours} will do (TWI-22)."


def _database(opened: Deployment) -> Found:
    if not opened.database.ready():
        yield True, "The database cannot be written: run `outreach migrate`, and look at its disk."
        return
    if missing := behind(opened.database.engine):
        yield True, f"{missing} migrations are missing: run `outreach migrate`."
        return
    yield from ((False, note) for note in _sending(opened))
    states = word_status.status(opened, OPERATOR)
    if not states:
        yield False, "No program is configured: run `outreach configure FILE`."
    yield from ((False, note) for state in states for note in _wording(state))
    stateless = without_state(opened, OPERATOR)
    yield from ((False, _STATELESS.format(program=program)) for program in stateless)
    yield from ((False, note) for note in retention.notes(opened))


def _sending(opened: Deployment) -> Iterator[str]:
    now = opened.timer.now()
    with opened.read(OPERATOR) as uow:
        restored, working, left = restoring(uow), workers.every(uow), unstaffed(uow)
    if restored:
        yield "Restore mode: no text leaves before `outreach restore finish` has found everything in order."
    elif frozen(opened, OPERATOR):
        yield "Sends are frozen: `outreach sends unfreeze` releases them."
    for found in pauses.stand(opened, OPERATOR):
        yield f"Sending is paused, {found.pause.name}: put it right, then `outreach sends release {found.pause.name}`."
    if working and all(each.gone(now) for each in working):
        yield "Every worker is gone: nothing is sent, and no reply is swept. Start `outreach worker`."
    for queue, tasks in left:
        yield f"Nobody takes the work of {queue}: {tasks:,} tasks are overdue and nobody has acknowledged one of them."


def _wording(state: word_status.WordsStatus) -> Iterator[str]:
    language, texts = state.language, f"texts in {state.language}"
    if not state.waiting and not state.stale and not state.approved:
        yield f"{state.program} has no {texts}: its members become tasks for a person."
    if waiting := sum(state.steps.get(step, 0) for step in WAITING):
        reviewed = "" if language == SOURCE else " --reviewed-by NAME"
        yield (
            f"{state.program} has {waiting} {texts} that nobody has approved; of {state.unsent} no version is sent."
            f" Run `outreach words approve --language {language} --by NAME{reviewed}`."
        )
    if ended := len(state.waiting) - waiting:
        yield f"{state.program} has {ended} {texts} that were sent back or withdrawn: have them written anew."
    if state.stale:
        yield (
            f"{state.program} has {len(state.stale)} {texts} whose English has changed since; they are not sent"
            f" (COPY-12): {', '.join(state.stale)}. Have them translated anew."
        )
    if not state.reviewed:
        yield f"{state.program} has {texts} that were approved without a qualified translator (HIP-22)."
