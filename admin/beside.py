"""What whoever talks with a member has to know first, as it stands beside a conversation and a loop."""

from __future__ import annotations

from admin import around_words, loop_words
from admin.language import gettext as _
from outreach.loops.around_member import Fact, Interpreter, known
from outreach.store import around_member
from outreach.store.unit_of_work import UnitOfWork


def spoken_with(uow: UnitOfWork, member_id: int) -> list[tuple[str, str]]:
    """Return it as (label, words), with nothing where all is plain; the caller audits the view."""
    said = known(around_member.changes(uow, member_id))
    needs = Interpreter(said.get(Fact.INTERPRETER, Interpreter.NONE))
    found = [(_("Speaks"), around_words.language(said[Fact.SPOKEN]))] if Fact.SPOKEN in said else []
    if needs is not Interpreter.NONE:
        found.append((_("Interpreter"), around_words.INTERPRETERS[needs]))
    still = [each.reason for each in around_member.barriers(uow, member_id) if each.ended_at is None]
    if still:
        found.append((_("In the way"), ", ".join(loop_words.reason(each) for each in still)))
    return found
