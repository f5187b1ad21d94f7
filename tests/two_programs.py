"""A deployment of two programs, with visits in each: what stands in one must not be seen from the other."""

from __future__ import annotations

from console_browser import Browser
from console_world import Visit, World
from sqlalchemy import text, update

from outreach.engine.configure import configure
from outreach.engine.words import approve
from outreach.store import tables as t
from outreach.store.actor import OPERATOR, Actor, Scope
from outreach.store.unit_of_work import UnitOfWork

HARBOR = """
[program]
key = "harbor"
name = "HarborCare"
phone = "800-555-0170"
sender = "+12025550170"
zone = "America/Chicago"
state = "IL"
languages = ["en", "es"]

[program.ride]
broker = "LakeRide"
phone = "800-555-0172"

[[clinic]]
key = "pier"
name = "Canary Pier Clinic"
zone = "America/Chicago"
sensitivity = "ordinary"

[[clinic]]
key = "dock"
name = "Dock Street Clinic"
zone = "America/Chicago"
sensitivity = "ordinary"
"""


def add_harbor(world: World) -> None:
    """Configure the second program, with its clinics `pier` and `dock`, and approve its words."""
    configure(world.deployment, OPERATOR, HARBOR)
    approve(world.deployment, OPERATOR, "en", "A reader")
    approve(world.deployment, OPERATOR, "es", "A reader", reviewed_by="A translator")


def person_of(world: World, *, programs: tuple[str, ...] = (), clinics: tuple[str, ...] = ()) -> Actor:
    """Return a person who works for these programs and clinics, by their keys, and for no other."""
    return Actor("person", "Noor Aziz", scope=scope(world, programs=programs, clinics=clinics))


def scope(world: World, *, programs: tuple[str, ...] = (), clinics: tuple[str, ...] = ()) -> Scope:
    """Return the scope of these programs and clinics."""
    with world.deployment.read(OPERATOR) as uow:
        chosen = frozenset(_ids(uow, "SELECT id FROM program WHERE key = :key", programs))
        single = frozenset(_ids(uow, "SELECT id FROM clinic WHERE key = :key", clinics))
        around = frozenset(_ids(uow, "SELECT program_id FROM clinic WHERE key = :key", clinics))
    return Scope(chosen, single, around)


def _ids(uow: UnitOfWork, query: str, keys: tuple[str, ...]) -> list[int]:
    return [int(uow.execute(text(query).bindparams(key=key)).scalar_one()) for key in keys]


def canaries(world: World) -> tuple[Visit, Visit]:
    """Return a visit of each program, around which everything happened that leaves rows, the same in both."""
    ours, theirs = world.visit("Rosa Hernández"), world.visit("Canary Member", clinic="pier")
    world.remind()
    world.hear(ours, "I don't have a ride")
    world.hear(theirs, "I don't have a ride, canary words")
    world.settle()
    return ours, theirs


def browser_within(world: World, role: str, part: Scope | None, name: str = "Noor Aziz") -> Browser:
    """A browser in which a person of a part of the organisation is signed in."""
    browser = world.browser(role, name)
    if part is not None:
        give_part(world, role, part, name)
    return browser


def give_part(world: World, role: str, part: Scope, name: str) -> None:
    """Let whoever is signed in under a name be somebody of a part of the organisation."""
    with world.deployment.write(OPERATOR) as uow:
        account = uow.next_id()
        key = f"{name.lower()} {account}"
        row = {"id": account, "sign_in": key, "name": name, "name_key": key, "role": role, "state": "active"}
        uow.insert(t.account, [row | {"created_at": uow.now, "created_by": "somebody"}])
        uow.insert(t.account_program, [{"account_id": account, "program_id": each} for each in part.programs])
        uow.insert(t.account_clinic, [{"account_id": account, "clinic_id": each} for each in part.clinics])
        uow.execute(update(t.session).where(t.session.c.name == name).values(account_id=account))
        uow.commit()
