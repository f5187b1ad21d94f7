"""The words on the screen for a member: where their life stands, what they prefer, how often they were tried."""

from __future__ import annotations

from conversations.meaning import PartOfDay, Preferences
from outreach.loops.standing import Standing

STANDINGS = {
    Standing.ACTIVE: "Can come",
    Standing.HOSPITALISED: "In hospital",
    Standing.INCARCERATED: "In custody",
    Standing.FACILITY: "In a care facility",
    Standing.DECEASED: "Died",
}
PAUSES = {standing: words for standing, words in STANDINGS.items() if standing.paused}
_PARTS = {
    PartOfDay.MORNING: "mornings",
    PartOfDay.AFTERNOON: "afternoons",
    PartOfDay.EVENING: "evenings",
    PartOfDay.ANY: "any time",
}


def preferred(preferences: Preferences) -> str:
    """Return "Mon, Tue, mornings", or nothing."""
    part = [_PARTS[preferences.part_of_day]] if preferences.part_of_day else []
    said = ", ".join([*(day.capitalize() for day in preferences.days), *part])
    return said[:1].upper() + said[1:]


def tried(count: int, called: bool) -> str:
    """Return "Tried 2 times since last heard, by text and call"."""
    if not count:
        return "Not tried since last heard"
    how = "by call" if called and count == 1 else "by text and call" if called else "by text"
    return f"Tried {count} time{'s' if count > 1 else ''} since last heard, {how}"
