"""Writes docs/lane.md, the appointment lane in plain words, from its scenarios: `python tests/lane_page.py`."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent / "loops"))

from lane_scenarios import FOLDER, Scenario, cells, matrix_files, read, scenarios

from outreach.loops.advance import advance
from outreach.loops.loop import Stage
from outreach.loops.tasks import RULES, Priority, TaskKind

_ORDER = list(Stage)
PAGE = Path(__file__).parent.parent / "docs" / "lane.md"
Row = dict[str, Any]

INTRODUCTION = """\
# The appointment lane

A loop is one promise: that somebody knows how this visit ended. It stays open, and somebody or something always holds
it, until there is evidence. This page shows what becomes of a loop, whatever happens to it. It is made from the
scenarios in `tests/loops/scenarios`, which every change of the lane must pass, by `python tests/lane_page.py`.

Words in *italics* are names that the product uses: of a task, of a text that is sent, of a signal to the clinic. Times
are those of the example: a visit in New York on Tuesday 2027-03-16 at 14:30, over by 15:30.
"""

STAGES = {
    Stage.SCHEDULED: (
        "The visit stands; the member has not said whether they come.",
        "the next text, then the wait for an outcome",
        "the member's",
    ),
    Stage.CONFIRMED: (
        "The member said that they come.",
        "the text of the day, then the wait for an outcome",
        "the member's, on the day",
    ),
    Stage.UNREACHED: (
        "Texts and calls were tried often enough, and nobody was heard.",
        "the wait for an outcome; a new phone, a consent or a word of the member begins anew",
        "the clinic's",
    ),
    Stage.WANTS_CHANGE: (
        "The member wants another time.",
        "*reschedule*",
        "the schedulers'",
    ),
    Stage.CANNOT_COME: (
        "The member will not be there.",
        "*reschedule*, and what eases the reason",
        "the schedulers'",
    ),
    Stage.ARRIVED: (
        "The member is at the clinic.",
        "the wait for an outcome",
        "the clinic's",
    ),
    Stage.GOING_HOME: (
        "The visit took place; a booked ride still has to bring the member home.",
        "the wait until they are home, at most four hours after the visit, or *stranded*",
        "the ride's",
    ),
    Stage.OUTCOME_MISSING: (
        "Three business days after the visit nobody has said how it ended. That is never a no-show.",
        "*find_outcome*",
        "the clinic liaison's",
    ),
    Stage.NOT_KEPT: (
        "The visit did not take place, for whatever reason.",
        "*reschedule*, until there is a new visit or a reason for none",
        "the schedulers'",
    ),
    Stage.CLOSED: (
        "There is evidence, or a person gave a reason.",
        "nothing; late evidence or another day at the clinic opens it again",
        "nobody's",
    ),
}
FILES = {
    "clinic": "The clinic",
    "member_words": "The member's words",
    "rides": "The ride",
    "staff": "People at work",
    "carrier": "Phones, carrier, gate and clock",
    "calls": "Calls",
}
_DUE = {
    Priority.STAT: "15 minutes",
    Priority.ASAP: "1 office hour",
    Priority.URGENT: "4 office hours",
    Priority.ROUTINE: "2 business days",
}
_GROUPS = {
    "work_of_the_old_date": "the work of the old date",
    "ride_work": "the search for a ride",
    "work_before_the_visit": "the work before a visit",
    "work_of_a_visit_to_come": "the work for a visit to come",
    "call_and_ride_work": "the call and the search for a ride",
}
_SAYS = {
    "ehr": "the clinic's record",
    "clinic_staff": "the clinic's staff",
    "ride_vendor": "the ride's driver",
    "claim": "a claim",
    "member": "the member",
    "inferred": "silence",
}
_STANDS = {"hospitalised": "in hospital", "facility": "in a facility", "active": "back", "deceased": "dead"}
_RESULTS = {"outcome": "outcome", "source": "on the word of", "reason": "reason", "closed": "because of"}


def plain(word: str) -> str:
    """Return a name of the product as words."""
    return word.replace("_", " ")


def effect(words: str) -> str:
    """Return an effect as a part of a sentence."""
    kind, _, rest = words.partition(" ")
    match kind:
        case "task":
            return _task(*rest.split(" due "))
        case "close":
            group, _, why = rest.partition(": ")
            return f"closes {_GROUPS.get(group, f'*{group}*')} ({plain(why)})"
        case "await":
            what, _, until = rest.partition(" ")
            return f"waits for {_awaited(what)} until {until}"
        case "stop":
            return f"waits no more for {_awaited(rest.removeprefix('awaiting '))}"
        case "answer":
            return f"texts *{rest}*"
        case _:
            return _tell(*rest.split())


def _task(kind: str, due: str | None = None) -> str:
    rule = RULES[TaskKind(kind)]
    return f"opens *{kind}* for {plain(rule.queue)}, due {'on ' + due if due else 'in ' + _DUE[rule.priority]}"


def _awaited(what: str) -> str:
    return {"outcome": "the outcome", "home": "the member to be home"}[what]


def _tell(signal: str, *more: str) -> str:
    plans = {"reschedule": "to be rescheduled", "none": "no new visit"}
    said = [plans.get(word, plain(word)) for word in more]
    return f"tells the clinic: *{signal}*" + (f" ({', '.join(said)})" if said else "")


def _ride(words: str | Row) -> str:
    if isinstance(words, str):
        return f"ride: {words}"
    legs = [f"{name} {plain(words[key])}" for key, name in (("there", "there"), ("home", "home")) if key in words]
    return f"ride: {', '.join(legs)}" + (", told anew" if words.get("revision", 1) > 1 else "")


def state(words: Row) -> Iterator[str]:
    """Yield what differs of a loop, in words; what is undone with a stage goes without saying."""
    if words.get("stage", "none") != "none":
        yield f"**{plain(words['stage'])}**"
    for name, told in _RESULTS.items():
        if words.get(name, "none") != "none":
            yield f"{told}: {_SAYS.get(words[name], plain(words[name]))}"
    if "barriers" in words:
        yield f"barrier: {', '.join(map(plain, words['barriers']))}"
    if "preferences" in words:
        wished = [*words["preferences"].get("days", ()), words["preferences"].get("part_of_day", "")]
        yield f"prefers {' '.join(filter(None, wished))}"
    if "ride" in words:
        yield _ride(words["ride"])
    if words.get("tried"):
        yield f"tried in vain: {words['tried']}"


def _setting(given: Row) -> Iterator[str]:
    if "tier" in given:
        yield f"risk tier {given['tier']}"
    if "standing" in given:
        yield f"the member is {_STANDS.get(given['standing'], given['standing'])}"
    if "misses" in given:
        yield "the visit before was missed"
    if given.get("clashes"):
        yield "another visit at that time"
    if "escalate_after" in given:
        yield "a person calls after one question"
    if given.get("off_the_calendar"):
        yield "off the clinic's calendar"
    if "visit" in given and " " not in given["visit"]:
        yield "a visit without a time"


def given(scenario: Scenario) -> str:
    """Return where a scenario starts."""
    return "; ".join([*state(scenario.given), *_setting(scenario.given)])


def then(scenario: Scenario) -> str:
    """Return what a scenario's last event led to; nothing is a dash."""
    return "; ".join([*state(scenario.then), *map(effect, scenario.effects)]) or "-"


_WHEN = {
    "opened": lambda row: "the loop is opened",
    "moved": lambda row: f"the clinic moves the visit, {row['moved']}",
    "cancelled": lambda row: "the clinic takes the visit off its calendar",
    "heard": lambda row: _heard(row),
    "delivered": lambda row: f"the text *{row['delivered']}* was delivered",
    "refused": lambda row: f"{'an answer' if 'answers' in row else 'a text'} is refused for good ({row['refused']})",
    "failed": lambda row: f"the carrier could not deliver ({row['failed']})",
    "unresolved": lambda row: "nobody knows whether a text left",
    "deadline": lambda row: f"the wait ends: no {row['deadline'].replace('home', 'word that they are home')}",
    "reported": lambda row: f"{_SAYS[row['by']]} says: {plain(row['reported'])}",
    "arrival": lambda row: "the clinic says that the member is there",
    "booked": lambda row: f"a {_ride(row['booked']).replace(': ', ' is booked: ')}",
    "trip": lambda row: f"the broker says of the {row['trip']} trip: {plain(row['is'])}{_pickup(row)}",
    "resolved": lambda row: f"*{row['resolved']}* is finished: {plain(row['as'])}",
    "linked": lambda row: "a new visit takes over",
    "follows": lambda row: f"this visit follows one that was not kept ({row['follows']})",
    "suppressed": lambda row: f"the phone may not be texted any more ({row['suppressed']})",
    "staff_closed": lambda row: f"a person ends the loop: {plain(row['staff_closed'])}",
    "stands": lambda row: f"the member is {_STANDS.get(row['stands'], row['stands'])}{_again(row)}",
    "reachable": lambda row: "there is a new way to the member",
    "escalated": lambda row: f"*{row['escalated']}* is late: {row['to']}",
}


def _heard(row: Row) -> str:
    intents = [row["heard"]] if isinstance(row["heard"], str) else row["heard"]
    wished = list(state({"preferences": row["preferences"]})) if "preferences" in row else []
    answering = [f"in answer to *{row['prompt']}*"] if "prompt" in row else []
    unclear = [f"after {row['repeats']} unclear answers"] if row.get("repeats") else []
    instead = ["in place of what they answered before"] if row.get("corrects") else []
    said = f"the member says: {' and '.join(map(plain, intents))}"
    return "; ".join([said, *answering, *wished, *unclear, *instead])


def _pickup(row: Row) -> str:
    return f", pickup {row['pickup'].split()[1]}" if "pickup" in row else ""


def _again(row: Row) -> str:
    return f"; look again on {row['look_again']}" if "look_again" in row else ""


def when(row: Row) -> str:
    """Return what happened, in words."""
    (happened,) = [word for word in _WHEN if word in row]
    why = f"; because: {plain(row['why'])}" if "why" in row else ""
    return f"{row['at']}: {_WHEN[happened](row)}{why}"


# In order: of several things said at once, the first names the arrow.
_HEARD = {
    "visit_completed": "seen",
    "visit_not_completed": "not seen",
    "reschedule_request": "another time",
    "decline": "cannot come",
    "arrived": "is there",
    "running_late": "yes",
    "on_my_way": "yes",
    "confirm": "yes",
}
_RESOLVED = {
    "confirmed": "yes",
    "wants_change": "another time",
    "cannot_come": "cannot come",
    "no_answer": "nobody reached",
    "new_visit": "new visit",
    "no_new_visit": "no new visit",
    "kept": "seen",
    "cannot_be_known": "cannot be known",
    "this_one_is_off": "double-booked",
    "done": "home",
    "not_possible": "home",
    "reached": "heard again",
}
_PLAIN_LABELS = {
    "moved": "another day",
    "cancelled": "clinic cancels",
    "arrival": "is there",
    "linked": "new visit",
    "staff_closed": "ended by a person",
    "stands": "died",
    "reachable": "heard again",
    "opened": "died",
    "call": "nobody reached",
}


def label(row: Row) -> str:
    """Return the short name of an event for the picture."""
    for word, name in _PLAIN_LABELS.items():
        if word in row:
            return name
    if "heard" in row:
        said = next((name for intent, name in _HEARD.items() if intent in row["heard"]), "heard again")
        return "home" if row.get("prompt") == "got_home" else said
    if "reported" in row:
        return "seen" if row["reported"].startswith("kept") else "not seen"
    if "trip" in row:
        return "is there" if row["trip"] == "outbound" else "home"
    if "deadline" in row:
        return "no outcome in time" if row["deadline"] == "outcome" else "home"
    return _RESOLVED.get(row["as"], "not seen")


def _arrows() -> dict[tuple[Stage, str], set[Stage]]:
    """Return where each event leads from where, by playing every cell of the matrix."""
    found: dict[tuple[Stage, str], set[Stage]] = defaultdict(set)
    for cell in scenarios():
        if cell.matrix:
            (happening,) = cell.events
            to = advance(cell.loop, happening.event).loop.stage
            if to is not cell.loop.stage:
                name = label(happening.words)
                # A word that is heard anew first wakes a loop that nobody could reach.
                found[to, "heard again" if to is Stage.SCHEDULED and "heard" in happening.words else name].add(
                    cell.loop.stage
                )
    return found


def picture() -> list[str]:
    """Return the diagram; an event that leads to one place from most open stages is drawn once."""
    lines = ["```mermaid", "stateDiagram-v2", '    state "any open stage" as any_open', "    [*] --> scheduled: opened"]
    single: dict[tuple[Stage, Stage], list[str]] = defaultdict(list)
    common: dict[Stage, list[str]] = defaultdict(list)
    for (to, name), sources in sorted(_arrows().items()):
        opened = sources - {Stage.CLOSED}
        if len(opened) >= 5:
            common[to].append(name)
            sources = sources & {Stage.CLOSED}
        for stage in sorted(sources):
            single[stage, to].append(name)
    lines += [f"    any_open --> {to}: {', '.join(names)}" for to, names in common.items()]
    lines += [f"    {start} --> {to}: {', '.join(names)}" for (start, to), names in sorted(single.items())]
    return [*lines, "    closed --> [*]", "```"]


def _stage_table() -> list[str]:
    rows = [f"| {plain(stage)} | {' | '.join(STAGES[stage])} |" for stage in Stage]
    return ["| stage | what it means | what holds it | whose move |", "|---|---|---|---|", *rows]


def themed(path: Path, table: str) -> Iterator[tuple[str, list[Row]]]:
    """Yield a file's themes, which are its comments after the first, with their rows in order."""
    rows = iter(read(path)[table])
    theme, found = "", []
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        if line.startswith("# "):
            if found:
                yield theme, found
            theme, found = line[2:].rstrip("."), []
        elif line == f"[[{table}]]":
            found.append(next(rows))
    yield theme, found


def _among(stages: list[Stage]) -> str:
    if len(stages) == len(Stage):
        return "any"
    if len(stages) == len(Stage) - 1:
        (other,) = set(Stage) - set(stages)
        return f"any but {plain(other)}"
    return ", ".join(map(plain, stages))


def _results(file: str, row: Row) -> list[tuple[list[Stage], str]]:
    """Return what an event leads to, stages with equal results together, in the order of the stages."""
    found: dict[str, list[Scenario]] = defaultdict(list)
    for cell in sorted(cells(file, row), key=lambda cell: _ORDER.index(cell.loop.stage)):
        found["; ".join([*state(cell.then | {"stage": "none"}), *map(effect, cell.effects)])].append(cell)
    return [result for rest, alike in found.items() for result in _by_stage(rest, alike)]


def _by_stage(rest: str, alike: list[Scenario]) -> Iterator[tuple[list[Stage], str]]:
    ends = {cell.after.stage for cell in alike}
    if len(ends) == 1 and any(cell.after.stage is not cell.loop.stage for cell in alike):
        (end,) = ends
        yield [cell.loop.stage for cell in alike], f"**{plain(end)}**" + (f"; {rest}" if rest else "")
        return
    moved: dict[Stage | None, list[Stage]] = defaultdict(list)
    for cell in alike:
        moved[None if cell.after.stage is cell.loop.stage else cell.after.stage].append(cell.loop.stage)
    for end, starts in moved.items():
        yield starts, "; ".join(filter(None, [f"**{plain(end)}**" if end else "", rest])) or "-"


def _event_rows(file: str, row: Row) -> Iterator[str]:
    what = row["what"]
    if more := "; ".join([*state(row.get("given", {})), *_setting(row.get("given", {}))]):
        what += f" ({more})"
    for starts, result in sorted(_results(file, row), key=lambda found: found[1] == "-"):
        yield f"| {what} | {_among(starts)} | {result} |"
        what = ""


def _matrix() -> Iterator[str]:
    for path in sorted(matrix_files(), key=lambda path: list(FILES).index(path.stem)):
        yield from (f"## {FILES[path.stem]}", "")
        for theme, rows in themed(path, "event"):
            yield from (f"### {theme}", "", "| what happens | stage | what comes of it |", "|---|---|---|")
            for row in rows:
                yield from _event_rows(path.stem, row)
            yield ""


def _stories() -> Iterator[str]:
    told = {(story.file, story.name): story for story in scenarios() if not story.matrix}
    yield from ("## Stories", "")
    for path in sorted(FOLDER.glob("*.toml")):
        for theme, rows in themed(path, "scenario"):
            yield from (f"### {theme}", "")
            for row in rows:
                story = told[path.stem, row["name"]]
                yield from (f"* **{story.name}**", f"  * given {given(story)}")
                yield from (f"  * when {when(happening.words)}" for happening in story.events)
                yield f"  * then {then(story).replace('-', 'nothing') if then(story) == '-' else then(story)}"
            yield ""


def page() -> str:
    """Return the whole page."""
    lines = [INTRODUCTION, "## The stages", "", *picture(), "", *_stage_table(), "", *_matrix(), *_stories()]
    return "\n".join(lines).rstrip() + "\n"


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
