"""`make screenshots`: the README's pictures, taken of the running demo, so that they show today's program."""

from __future__ import annotations

import shutil
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

from demo_stage import Shown, shown
from playwright.sync_api import sync_playwright
from sqlalchemy import text

from outreach.store.actor import OPERATOR

PICTURES = Path(__file__).parent.parent / "docs" / "pictures"
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
# The newest conversation with a reply of the member's, in a language that runs the other way if there is one.
_CONVERSATION = text(
    "SELECT task.id FROM task JOIN reply ON reply.id = task.reply_id JOIN member ON member.id = task.member_id"
    " WHERE task.state = 'open' AND task.kind NOT IN ('crisis', 'safety_review')"
    " ORDER BY task.kind = 'answer_member' DESC, member.language = 'ar' DESC, task.id DESC LIMIT 1"
)
_PROGRAM = text("SELECT id FROM program ORDER BY id LIMIT 1")
_MEMBER = text(
    "SELECT member.id FROM member JOIN loop ON loop.member_id = member.id GROUP BY member.id"
    " ORDER BY count(*) DESC, member.id LIMIT 1"
)
# Each page of whom it is for, so that the side shows what they see.
_PAGES = (
    ("huddle", "supervisor", "/huddle"),
    ("reports", "supervisor", "/reports"),
    ("cadence", "program_staff", "/cadences/{program}"),
    ("cadence-preview", "program_staff", "/cadences/{program}/preview?of=month"),
    ("words", "program_staff", "/words?program={program}"),
    ("settings", "program_staff", "/settings/{program}"),
    ("member", "coordinator", "/members/{member}"),
    ("audit", "privacy_officer", "/audit"),
)
_RIDE = text("SELECT loop_id AS id FROM trip GROUP BY loop_id ORDER BY max(id) DESC LIMIT 1")


def main() -> None:
    """Play the demo to the fourth day, take the pictures, play to the end, take the last."""
    browser_path = next(
        path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))
    )
    with tempfile.TemporaryDirectory() as folder, shown(Path(folder), members=60) as demo, sync_playwright() as running:
        chromium = running.chromium.launch(executable_path=browser_path, args=["--headless", "--no-sandbox"])
        noon = demo.now + timedelta(days=3, hours=3)
        demo.play_until(lambda: demo.now >= noon and None not in (_found(demo, _CONVERSATION), _found(demo, _RIDE)))
        conversation, ride = _id(demo, _CONVERSATION), _id(demo, _RIDE)
        wide = _signed_in(chromium, demo, WIDE, "light")
        dark = _signed_in(chromium, demo, WIDE, "dark")
        phone = _signed_in(chromium, demo, PHONE, "light")
        _take(wide, demo, "/phones", "phones")
        _take_call(phone, demo)
        _take(wide, demo, f"/tasks/{conversation}", "conversation")
        _take(wide, demo, f"/loops/{ride}", "loop")
        _take(dark, demo, f"/tasks/{conversation}", "conversation-dark")
        _take(phone, demo, f"/tasks/{conversation}", "conversation-phone")
        named = {"program": _id(demo, _PROGRAM), "member": _id(demo, _MEMBER)}
        for name, role, path in _PAGES:
            _take(_signed_in(chromium, demo, WIDE, "light", role), demo, path.format(**named), name)
        _take(_signed_in(chromium, demo, WIDE, "light", locale="es-US"), demo, f"/tasks/{conversation}", "spanish")
        demo.play_until(lambda: False)
        _take(wide, demo, "/demo/summary", "summary")
        chromium.close()


def _signed_in(
    chromium: Any, demo: Shown, viewport: dict[str, int], scheme: str, role: str = "coordinator", locale: str = "en-US"
) -> Any:
    context = chromium.new_context(viewport=viewport, color_scheme=scheme, reduced_motion="reduce", locale=locale)
    page = context.new_page()
    page.goto(demo.link(role=role))
    return page


def _take(page: Any, demo: Shown, path: str, name: str) -> None:
    page.goto(demo.url + path)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=str(PICTURES / f"{name}.png"))
    print(f"docs/pictures/{name}.png")  # noqa: T201 - a command that says what it made


def _take_call(page: Any, demo: Shown) -> None:
    """Call the program from a phone that is at hand, and show what is heard."""
    page.goto(demo.url + "/phones")
    page.locator(".o-call-ring button").first.click()
    called = page.locator(".o-phone:has(.o-call)").first
    called.wait_for()
    called.screenshot(path=str(PICTURES / "call.png"))
    print("docs/pictures/call.png")  # noqa: T201 - a command that says what it made
    page.locator(".o-call-no").first.click()


def _id(demo: Shown, query: Any) -> int:
    found = _found(demo, query)
    assert found is not None, query
    return found


def _found(demo: Shown, query: Any) -> int | None:
    with demo.demo.deployment.read(OPERATOR) as uow:
        return uow.execute(query).scalar_one_or_none()


if __name__ == "__main__":
    main()
