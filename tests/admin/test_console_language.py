"""The console speaks the reader's language; a sentence that nobody translated stays English."""

from __future__ import annotations

from admin.language import gettext, ngettext, speaks


def test_a_reader_is_spoken_to_as_their_browser_asks(world):
    for asked, spoken in (("es-MX,es;q=0.9,en;q=0.5", "es"), ("hy, fr;q=0.9", "en"), ("", "en")):
        with world.app.test_request_context("/loops", headers={"Accept-Language": asked}):
            assert speaks() == spoken


def test_what_nobody_translated_is_said_in_english(world):
    with world.app.test_request_context("/loops", headers={"Accept-Language": "es"}):
        assert gettext("My work") == "Mi trabajo"
        assert gettext("A sentence of this test, %(name)s", name="Ada") == "A sentence of this test, Ada"
        assert ngettext("%(num)d cat", "%(num)d cats", 2) == "2 cats"


def test_outside_of_a_request_it_is_english():
    assert speaks() == "en"
    assert gettext("My work") == "My work"


def test_a_language_without_a_catalogue_is_not_offered(world):
    with world.app.test_request_context("/loops", headers={"Accept-Language": "vi"}):
        assert speaks() == "en"
    assert "Tiếng Việt" not in world.browser(role=None).get("/sign-in").text
