"""What the core says in codes and sentences of its own is marked for translation, all of it."""

from __future__ import annotations

from together import each

from admin.core_codes import CODES, LANGUAGES
from admin.core_words import FAILURES, NEXT_ACTIONS, REASONS_TO_TELL
from admin.roles import Role
from conversations.meaning import Reason
from locales.languages import languages
from outreach.engine.tasks import QUEUES
from outreach.loops import failures, sharing
from outreach.loops.consent import Category, Channel, Organisation, Party
from outreach.loops.loop import Closed, Stage
from outreach.loops.outcomes import Outcome, Source
from outreach.loops.sharing import Information, Recipient, Workflow
from outreach.loops.tasks import RULES

_CODES = (Stage, Closed, Outcome, Source, Reason, Information, Recipient, Workflow, Category, Channel, Organisation)


@each([*_CODES, Party, Role, list(QUEUES)])
def test_every_code_that_is_shown_as_words_can_be_translated(codes):
    assert {str(code).replace("_", " ") for code in codes} - CODES == set()


def test_every_name_of_a_language_can_be_translated():
    assert {language.english_name for language in languages().values()} == LANGUAGES


def test_every_meaning_of_an_error_of_the_carriers_can_be_translated():
    assert {failure.meaning for failure in failures.table().values()} == FAILURES


def test_every_reason_to_tell_somebody_something_can_be_translated():
    assert set(sharing.DEFAULTS.values()) == REASONS_TO_TELL


def test_every_next_action_of_a_task_can_be_translated():
    assert {rule.next_action for rule in RULES.values()} == NEXT_ACTIONS
