"""The demo's world: a fictional program, its members and visits, brought in through the same doors as real ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

from locales.factory import factory_languages
from outreach.clinics.zones import area_code_zones
from outreach.engine import words
from outreach.engine.configure import configure
from outreach.engine.deployment import Deployment
from outreach.engine.importing import Request, import_members
from outreach.loops import cadence
from outreach.loops.business_days import BusinessCalendar
from outreach.loops.instants import local_date
from outreach.simulation.dice import Dice, pick, roll
from outreach.simulation.fictional import fictional_members
from outreach.simulation.personas import SPEAKS, cast, visit_id
from outreach.simulation.visits_file import VisitLine, bring_in, column_map, write
from outreach.store.actor import Actor

WORLD = Actor("demo", "world")
APPROVER = "demo: the texts of a fictional program"
DRAFTED = "demo: machine drafts, not reviewed"
NO_TRANSLATOR = "demo: no translator"
LANGUAGES: Mapping[str, float] = {
    "en": 0.34, "es": 0.24, "zh-Hans": 0.09, "vi": 0.08, "ru": 0.07, "ht": 0.07, "ar": 0.06, "hmn": 0.05,
}  # fmt: skip

_REVIEWED = ("en", "es")
_HOUSEHOLDS = {1: 14, 2: 1}
_DAYS, _SETTING_OUT = 10, 4  # visits to come, and the first day for those whose members have a part to play
_WEEKS, _PAST_VISITS = 8, 2
_TIMES = ("", "07:30", "08:45", "09:30", "10:15", "11:00", "13:00", "14:30", "15:15", "16:00")
_OFFICE = BusinessCalendar("America/New_York")
_CLINICS = {
    "America/Chicago": "lakeview",
    "America/Denver": "mesa",
    "America/Phoenix": "mesa",
    "America/Los_Angeles": "mesa",
}
_ENDS = (
    (74, "seen"), (13, "no show"), (5, "patient cancelled"), (3, "cancelled"), (2, "left early"), (3, ""),
)  # fmt: skip
_WHYS = ("", "", "ride", "ride", "work", "child care", "sick", "cost", "forgot")


def build(deployment: Deployment, folder: Path, seed: int, members: int = 60) -> None:
    """Configure the demo program, approve its texts visibly, and import its members and visits.

    The last eight weeks have two visits of each member, closed; the next ten days have one to come.
    """
    configure(deployment, WORLD, _program())
    languages = {code: share for code, share in LANGUAGES.items() if code in factory_languages()}
    for language in languages:
        _approve(deployment, language)
    with deployment.read(WORLD) as uow:
        today = local_date(uow.now, _OFFICE.zone)
    folder.mkdir(parents=True, exist_ok=True)
    request, rows = Request(deployment, WORLD), _people(members, seed, today, languages)
    import_members(request, write(folder / "members.csv", rows), column_map())
    bring_in(request, folder, [*_past(rows, seed, today), *_to_come(rows, seed, today)])


def _program() -> str:
    """Return the program file: the standard cadence, but for the steps that the demo has its own of."""
    here, standard = Path(__file__).parent, Path(cadence.__file__).with_name("standard_cadence.toml")
    first, *steps = standard.read_text(encoding="utf-8").split("[[step]]")
    program, own = (here / "demo.toml").read_text(encoding="utf-8"), here / "demo_call.toml"
    others = (f"[[cadence.step]]{step}" for step in steps if 'key = "day_before"' not in step)
    return "".join((program, "\n[cadence]\n", first, *others, own.read_text(encoding="utf-8")))


def _approve(deployment: Deployment, language: str) -> None:
    """Put names under the texts that say how it is: no translator stands behind them (HIP-22)."""
    approver = APPROVER if language in _REVIEWED else DRAFTED
    words.approve(deployment, WORLD, language, approver, reviewed_by="" if language == "en" else NO_TRANSLATOR)


def _people(members: int, seed: int, today: date, languages: Mapping[str, float]) -> list[dict[str, str]]:
    """Return the members file: whoever has a part to play comes first, and can be reached."""
    ids = [f"D-{number:03d}" for number in range(1, members + 1)]
    parts = dict(zip(ids, cast(seed).values(), strict=False))
    speaks = {who: SPEAKS[part] for who, part in parts.items() if SPEAKS.get(part) in languages}
    others = sorted((who for who in ids if who not in speaks), key=lambda who: roll(seed, "speaks", who))
    shares = [(share, code) for code, share in languages.items()]
    # Spread evenly over the shares, not by dice: so every language has its speakers at every seed.
    speaks |= {who: pick((place + 0.5) / len(others), shares) for place, who in enumerate(others)}
    rows = fictional_members(ids, seed, today, languages, households=_HOUSEHOLDS, reachable=parts, speaks=speaks)
    return [row | {"birth_date": _born(Dice(seed, row["member_id"])).isoformat()} for row in rows]


def _born(dice: Dice) -> date:
    """Return an invented birthday: callers are asked for month and day (HIP-10)."""
    return date(1940, 1, 1) + timedelta(days=int(dice.chance("born") * 24_000))


def _to_come(rows: Sequence[Mapping[str, str]], seed: int, today: date) -> Iterator[VisitLine]:
    ahead = range(1, _DAYS + 1)
    days = [day for each in ahead if _OFFICE.is_open(day := today + timedelta(days=each))]
    later = [day for day in days if day >= today + timedelta(days=_SETTING_OUT)]
    for number, row in enumerate(rows, start=1):
        dice, visit = Dice(seed, row["member_id"]), visit_id(number)
        plays = visit in cast(seed)
        day = dice.one_of("day", later if plays else days)
        time = dice.one_of("time", _TIMES[1:] if plays else _TIMES)
        yield VisitLine(visit, row["member_id"], _clinic(row), day.isoformat(), time)


def _past(rows: Sequence[Mapping[str, str]], seed: int, today: date) -> Iterator[VisitLine]:
    days = [day for ago in range(_WEEKS * 7, 0, -1) if _OFFICE.is_open(day := today - timedelta(days=ago))]
    for number, row in enumerate(rows, start=1):
        for nth in range(1, _PAST_VISITS + 1):
            dice = Dice(seed, f"{row['member_id']} past {nth}")
            on, status = dice.one_of("day", days).isoformat(), pick(dice.chance("end"), _ENDS)
            why = dice.one_of("why", _WHYS) if status in ("no show", "patient cancelled") else ""
            visit = f"P-{number:04d}-{nth}"
            yield VisitLine(visit, row["member_id"], _clinic(row), on, dice.one_of("time", _TIMES[1:]), status, why)


def _clinic(row: Mapping[str, str]) -> str:
    """Return the clinic near this member, as far as the number tells."""
    zones = area_code_zones(row["phone"][2:5]) if row["phone"] else ()
    return next((_CLINICS[zone] for zone in sorted(zones) if zone in _CLINICS), "riverside")
