"""Words on the screen."""

from __future__ import annotations


def test_pages_open(world):
    browser = world.browser("approver")
    p = world.row("SELECT id FROM program").id
    for path in ("/words", "/words?channel=calls", "/words/for-me", "/words/languages", "/words/gaps", f"/words/{p}/es/reminder", f"/words/{p}/en/reminder", f"/words/{p}/es/reminder?withdraw=ask",f"/words/{p}/es/file",f"/words/{p}/es.po"):
        answer = browser.get(path)
        assert answer.status_code == 200, (path, answer.text)
