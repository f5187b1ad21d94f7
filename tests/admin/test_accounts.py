"""Who may come in: accounts, passwords, second factors, sessions; nobody by a password alone, nobody for ever."""

from __future__ import annotations

import re
from datetime import timedelta

import pyotp
import pytest
from argon2 import PasswordHasher
from sqlalchemy import text
from two_programs import browser_within, scope

from admin.roles import Right, Role, needs_proof
from outreach.engine import accounts, passwords, retention, signing_in
from outreach.engine.refusals import NotAsked
from outreach.store import accounts as stored
from outreach.store.actor import OPERATOR

EMAIL, NAME, PASSWORD = "maya@plan.example", "Maya Ortiz", "brisk otter paints fences"
ADMIN = "root@plan.example"
WHY = "Two charts were mixed up, and the clinic waits."


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Argon2 as it is, but for its cost."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", hasher)
    monkeypatch.setattr(passwords, "_DECOY", hasher.hash("nobody"))


def invited(world, role="coordinator", email=EMAIL, name=NAME):
    return accounts.invite(world.deployment, OPERATOR, email, name, role)


def account(world, role="coordinator", email=EMAIL, name=NAME, password=PASSWORD):
    accounts.choose_password(world.deployment, invited(world, role, email, name), password, alone=False)
    return one(world, email)


def one(world, email=EMAIL):
    with world.deployment.read(OPERATOR) as uow:
        return stored.of_sign_in(uow, email)


def enrolled(world, **given):
    """An account with an authenticator app; return it with the app's secret and its recovery codes."""
    found, secret = account(world, **given), signing_in.new_secret()
    codes = signing_in.enrol_codes(world.deployment, OPERATOR, found.id, secret, shown(world, secret, steps=-1))
    return one(world, found.sign_in), secret, codes


def shown(world, secret, steps=0):
    return pyotp.TOTP(secret).generate_otp(int(world.timer.now().timestamp()) // 30 + steps)


def came(world, password=PASSWORD, email=EMAIL, browser=None):
    browser = browser or world.browser(role=None)
    return browser, browser.post("/sign-in", "/sign-in", sign_in=email, password=password)


def in_by_code(world, secret, **given):
    browser, answer = came(world, **given)
    assert answer.headers["Location"].endswith("/sign-in/code")
    return browser, browser.post("/sign-in/code", "/sign-in/code", code=shown(world, secret))


def actions(world):
    with world.deployment.read(OPERATOR) as uow:
        return [row.action for row in uow.all(text("SELECT action FROM audit ORDER BY id"))]


# -- the first account


def test_before_there_is_an_account_the_page_says_how_the_first_is_made(world):
    page = world.browser(role=None).get("/sign-in").text
    assert "outreach admin create" in page
    assert "current-password" not in page
    account(world)
    page = world.browser(role=None).get("/sign-in").text
    assert "outreach admin create" not in page
    assert "current-password" in page


def test_an_invitation_lets_its_owner_choose_a_password_once(world):
    token = invited(world)
    browser = world.browser(role=None)
    assert NAME in browser.get(f"/invited/{token}").text
    assert browser.post(f"/invited/{token}", f"/invited/{token}", password=PASSWORD, again="other").status_code == 409
    assert browser.post(f"/invited/{token}", f"/invited/{token}", password=PASSWORD, again=PASSWORD).status_code == 303
    assert browser.get(f"/invited/{token}").status_code == 404
    assert one(world).state == "active"


def test_looking_at_an_invitation_does_not_use_it_up(world):
    token = invited(world)
    for _ in range(3):
        assert world.browser(role=None).get(f"/invited/{token}").status_code == 200


def test_an_invitation_expires_after_three_days(world):
    token = invited(world)
    world.timer.ahead = timedelta(hours=73)
    assert world.browser(role=None).get(f"/invited/{token}").status_code == 404


@pytest.mark.parametrize(("email", "name"), [("MAYA@plan.example ", "Another"), ("other@plan.example", "maya  ORTIZ")])
def test_an_address_and_a_name_are_one_persons_however_they_are_typed(world, email, name):
    invited(world)
    with pytest.raises(NotAsked, match="already"):
        invited(world, email=email, name=name)


@pytest.mark.parametrize("email", ["", "maya", "a b@c.de", "<x>@y.example", "maya@plan", "m@x.example, n@x.example"])
def test_what_is_no_address_is_refused(world, email):
    with pytest.raises(NotAsked, match="email"):
        invited(world, email=email)


# -- passwords


@pytest.mark.parametrize(
    "password",
    ["short", "password1", "12345678", "qwertyuiop", "outreach2026", "mayaortiz1", "maya@plan.example", "x" * 257],
)
def test_a_password_that_anybody_would_try_is_refused(world, password):
    with pytest.raises(NotAsked):
        accounts.choose_password(world.deployment, invited(world), password, alone=False)


@pytest.mark.parametrize("password", ["brisk otter", "ÄöÜ ßpace  keep", "y" * 20 + " otter fences " + "z" * 200])
def test_a_long_or_unusual_password_is_taken_as_it_is(world, password):
    account(world, password=password)
    assert came(world, password)[1].status_code == 303
    assert came(world, password + "x")[1].status_code == 403


def test_without_a_second_factor_a_password_has_to_be_longer(world):
    with pytest.raises(NotAsked, match="15"):
        accounts.choose_password(world.deployment, invited(world, "translator"), "brisk otter", alone=True)


def test_a_password_is_stored_as_argon2id_and_again_when_its_cost_rises(world, monkeypatch):
    account(world)
    weak = one(world).password
    assert weak.startswith("$argon2id$")
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    came(world)
    assert one(world).password != weak


# -- coming in


def test_a_wrong_password_and_an_unknown_address_are_answered_alike(world, monkeypatch):
    account(world)
    looked = []
    real = passwords.fits
    monkeypatch.setattr(passwords, "fits", lambda password, kept: looked.append(kept is None) or real(password, kept))
    wrong, unknown = came(world, "nothing like it")[1], came(world, email="nobody@plan.example")[1]
    assert wrong.status_code == unknown.status_code == 403
    differing = [re.sub(r'value="[^"]*"|data-options="[^"]*"', "", answer.text) for answer in (wrong, unknown)]
    assert differing[0] == differing[1]
    assert looked == [False, True]  # both took the time of one look


def test_a_role_that_sees_people_sets_up_a_second_factor_before_anything_else(world):
    account(world)
    browser, answer = came(world)
    assert answer.headers["Location"] == "/account"
    for path in ("/tasks", "/loops", "/"):
        assert browser.get(path).status_code in (303, 200)
    assert browser.get("/tasks").headers["Location"] == "/account"
    page = browser.get("/account").text
    secret = re.search(r'o-secret"><bdi dir="ltr">([A-Z2-7]+)<', page)[1]
    wrong = browser.post("/account/codes", "/account", code="000000")
    assert wrong.status_code == 409
    codes = browser.post("/account/codes", "/account", code=shown(world, secret))
    assert len(re.findall(r"<li>[a-z2-9]{5}-[a-z2-9]{5}</li>", codes.text)) == 10
    assert browser.get("/tasks").status_code == 200


def test_every_page_is_closed_to_who_has_no_second_factor_yet(world):
    account(world, role="supervisor")
    browser, _ = came(world)
    for rule in world.app.url_map.iter_rules():
        view = world.app.view_functions[rule.endpoint]
        if "GET" in rule.methods and not rule.arguments and getattr(view, "needs", None) not in (None, Right.SIGNED_IN):
            assert browser.get(rule.rule).headers.get("Location") == "/account", rule.rule


def test_a_password_alone_signs_nobody_in_who_has_a_second_factor(world):
    _, secret, _ = enrolled(world)
    browser, answer = came(world)
    assert answer.headers["Location"].endswith("/sign-in/code")
    assert browser.get("/tasks").status_code == 401
    assert browser.get("/account").status_code == 401
    assert browser.post("/sign-in/code", "/sign-in/code", code="123456").status_code == 403
    assert browser.post("/sign-in/code", "/sign-in/code", code=shown(world, secret)).status_code == 303
    assert browser.get("/tasks").status_code == 200


def test_a_one_time_code_is_good_once_and_for_a_short_time(world):
    _, secret, _ = enrolled(world)
    code = shown(world, secret)
    assert in_by_code(world, secret)[1].status_code == 303
    browser, _ = came(world)
    assert browser.post("/sign-in/code", "/sign-in/code", code=code).status_code == 403
    world.timer.ahead = timedelta(seconds=90)
    assert browser.post("/sign-in/code", "/sign-in/code", code=code).status_code == 403
    assert browser.post("/sign-in/code", "/sign-in/code", code=shown(world, secret)).status_code == 303


def test_a_recovery_code_is_good_once_however_it_is_typed(world):
    _, _, codes = enrolled(world)
    browser, _ = came(world)
    typed = f"  {codes[0].upper().replace('-', ' ')} "
    assert browser.post("/sign-in/code", "/sign-in/code", code=typed).status_code == 303
    again, _ = came(world)
    assert again.post("/sign-in/code", "/sign-in/code", code=codes[0]).status_code == 403
    assert one(world).codes == 9


def test_half_way_lasts_five_minutes(world):
    enrolled(world)
    browser, _ = came(world)
    world.timer.ahead = timedelta(minutes=6)
    assert browser.get("/sign-in/code").status_code == 303
    assert world.browser(role=None).get("/sign-in/code").status_code == 303


def test_whoever_guesses_waits_longer_each_time_and_never_longer_than_a_quarter_of_an_hour(world):
    account(world)
    for _ in range(6):
        assert came(world, "wrong guess again")[1].status_code == 403
    assert came(world)[1].status_code == 403  # the right one waits as well, and is answered alike
    assert one(world).failures == 5  # what is not looked at is not counted
    world.timer.ahead = timedelta(minutes=16)
    assert came(world)[1].status_code == 303
    assert one(world).failures == 0


def test_one_network_has_thirty_wrong_tries_in_a_quarter_of_an_hour(world):
    account(world)
    browser = world.browser(role=None)
    for number in range(30):
        assert came(world, email=f"nobody{number}@plan.example", browser=browser)[1].status_code == 403
    assert came(world, browser=browser)[1].status_code == 429


def test_a_new_session_has_nothing_of_what_the_browser_carried(world):
    _, secret, _ = enrolled(world, email="b@plan.example", name="Bea")
    browser, _ = in_by_code(world, secret, email="b@plan.example")
    with browser.client.session_transaction(base_url=browser.base) as kept:
        first = kept["token"]
    other, _ = came(world, email="b@plan.example", browser=browser)
    with other.client.session_transaction(base_url=other.base) as kept:
        assert "token" not in kept
        assert kept.get("half")
    assert first


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_nobody_is_led_elsewhere_after_signing_in(world, back):
    account(world, role="translator")
    browser = world.browser(role=None)
    answer = browser.post("/sign-in", "/sign-in", sign_in=EMAIL, password=PASSWORD, back=back)
    assert answer.headers["Location"].startswith("/")
    assert "evil" not in answer.headers["Location"]


@pytest.mark.parametrize("role", list(Role))
def test_everybody_lands_on_a_page_that_they_may_see(world, role):
    _, secret, _ = enrolled(world, role=role)
    browser, answer = in_by_code(world, secret)
    assert browser.get(answer.headers["Location"]).status_code == 200


def test_a_role_without_anything_grave_needs_no_second_factor():
    assert {role for role in Role if not needs_proof(role)} == {Role.TRANSLATOR}


# -- sessions


def test_where_one_is_signed_in_can_be_seen_and_ended(world):
    _, secret, _ = enrolled(world)
    here, _ = in_by_code(world, secret)
    world.timer.ahead = timedelta(minutes=1)
    there, _ = in_by_code(world, secret)
    page = here.get("/account").text
    ends = re.findall(r"/account/sessions/\d+/end", page)
    assert len(ends) == 1
    assert here.post(ends[0], "/account").status_code == 303
    assert there.get("/tasks").status_code == 401
    assert here.get("/tasks").status_code == 200


def test_nobody_ends_the_session_of_somebody_else(world):
    _, secret, _ = enrolled(world)
    _, other, _ = enrolled(world, email="b@plan.example", name="Bea")
    mine, _ = in_by_code(world, secret)
    theirs, _ = in_by_code(world, other, email="b@plan.example")
    number = world.row("SELECT max(id) AS id FROM session").id
    assert mine.post(f"/account/sessions/{number}/end", "/account").status_code == 409
    assert theirs.get("/tasks").status_code == 200


def test_a_cookie_that_was_signed_out_is_worth_nothing(world):
    _, secret, _ = enrolled(world)
    browser, _ = in_by_code(world, secret)
    with browser.client.session_transaction(base_url=browser.base) as kept:
        stolen = kept["token"]
    assert browser.post("/sign-out", "/tasks").status_code == 200
    thief = world.browser(role=None)
    with thief.client.session_transaction(base_url=thief.base) as kept:
        kept["token"] = stolen
    assert thief.get("/tasks").status_code == 401


@pytest.mark.parametrize("what", ["disable", "role", "password", "sessions", "factor"])
def test_what_changes_an_account_ends_its_sessions_at_once(world, what):
    found, secret, _ = enrolled(world)
    browser, _ = in_by_code(world, secret)
    assert browser.get("/tasks").status_code == 200
    deployment = world.deployment
    match what:
        case "disable":
            accounts.disable(deployment, OPERATOR, found.id)
        case "role":
            accounts.set_role(deployment, OPERATOR, found.id, "supervisor", (), ())
        case "password":
            link = accounts.new_link(deployment, OPERATOR, found.id)
            accounts.choose_password(deployment, link, "quiet harbour seven kites", alone=False)
        case "sessions":
            accounts.end_sessions(deployment, OPERATOR, found.id)
        case "factor":
            accounts.reset_second_factor(deployment, OPERATOR, found.id, accounts.Lost.STOLEN)
    assert browser.get("/tasks").status_code == 401


def test_a_new_password_skips_no_second_factor(world):
    found, _, _ = enrolled(world)
    link = accounts.new_link(world.deployment, OPERATOR, found.id)
    accounts.choose_password(world.deployment, link, "quiet harbour seven kites", alone=False)
    _, answer = came(world, "quiet harbour seven kites")
    assert answer.headers["Location"].endswith("/sign-in/code")


def test_a_disabled_account_comes_in_by_nothing_it_has(world):
    found, secret, codes = enrolled(world)
    half, _ = came(world)
    accounts.disable(world.deployment, OPERATOR, found.id)
    assert half.post("/sign-in/code", "/sign-in/code", code=shown(world, secret)).status_code == 403
    assert half.post("/sign-in/code", "/sign-in/code", code=codes[0]).status_code == 403
    assert came(world)[1].status_code == 403
    with pytest.raises(NotAsked, match="disabled"):
        accounts.new_link(world.deployment, OPERATOR, found.id)


def test_ones_own_password_is_changed_by_who_knows_the_old_one(world):
    _, secret, _ = enrolled(world)
    here, _ = in_by_code(world, secret)
    new = "quiet harbour seven kites"
    assert here.post("/account/password", "/account", old="wrong one", password=new).status_code == 409
    assert here.post("/account/password", "/account", old=PASSWORD, password="password").status_code == 409
    assert here.post("/account/password", "/account", old=PASSWORD, password=new).status_code == 303
    assert here.get("/tasks").status_code == 200
    assert came(world)[1].status_code == 403
    assert came(world, new)[1].status_code == 303


def test_a_live_page_is_no_sign_of_somebody_being_there(world):
    _, secret, _ = enrolled(world)
    browser, _ = in_by_code(world, secret)
    for minutes in (5, 10, 14):
        world.timer.ahead = timedelta(minutes=minutes)
        browser.client.get("/tasks", base_url=browser.base, headers={"Outreach-Live": "1"})
    world.timer.ahead = timedelta(minutes=16)
    assert browser.get("/tasks").status_code == 401


# -- administrators


def test_an_administrator_invites_and_never_chooses_a_password(world):
    browser = world.browser("administrator")
    page = browser.post("/people", "/people", name="New Person", sign_in="new@plan.example", role="coordinator").text
    link = re.search(r"/invited/[\w-]+", page)[0]
    assert world.browser(role=None).get(link).status_code == 200
    assert "New Person" in browser.get("/people").text
    assert 'name="password"' not in browser.get(f"/people/{one(world, 'new@plan.example').id}").text


def test_an_administrator_sees_no_member(world):
    visit, browser = world.visit("Canary Name"), world.browser("administrator")
    for path in (f"/members/{visit.member}", f"/loops/{visit.loop}", "/tasks", f"/loops/{visit.loop}/evidence"):
        answer = browser.get(path)
        assert answer.status_code == 403
        assert "Canary" not in answer.text


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_only_administrators_see_or_change_accounts(world, role):
    found, browser = account(world), world.browser(role)
    assert browser.get("/people").status_code == 403
    assert browser.get(f"/people/{found.id}").status_code == 403


def test_nobody_changes_their_own_rights(world):
    found, secret, _ = enrolled(world, role="administrator", email=ADMIN, name="Rae Root")
    browser, _ = in_by_code(world, secret, email=ADMIN)
    for what in ("disable", "role", "factor"):
        answer = browser.post(f"/people/{found.id}/{what}", f"/people/{found.id}", role="supervisor", why="broken")
        assert answer.status_code == 409, what
    assert one(world, ADMIN).role == "administrator"


def test_what_is_done_to_accounts_is_in_the_trail_without_addresses(world):
    found, _, _ = enrolled(world)
    accounts.disable(world.deployment, OPERATOR, found.id)
    done = actions(world)
    assert {"account.invited", "account.password", "account.one_time_codes", "account.disabled"} <= set(done)
    with world.deployment.read(OPERATOR) as uow:
        assert not [row for row in uow.all(text("SELECT actor, action, object FROM audit")) if EMAIL in str(row)]


# -- breaking the glass


def test_members_are_seen_without_the_right_for_half_an_hour_and_a_reason(world):
    visit, browser = world.visit("Rosa Hernández"), world.browser("privacy_officer", "Pia Prüf")
    assert browser.get(f"/members/{visit.member}").status_code == 403
    assert browser.post("/glass", "/glass", purpose="", words=WHY).status_code == 409
    assert browser.post("/glass", "/glass", purpose="incident", words="because").status_code == 409
    assert browser.post("/glass", "/glass", purpose="incident", words=WHY).status_code == 303
    page = browser.get(f"/members/{visit.member}")
    assert "Rosa Hernández" in page.text
    assert "without the right" in page.text
    world.timer.ahead = timedelta(minutes=14)
    assert browser.get(f"/members/{visit.member}").status_code == 200
    world.timer.ahead = timedelta(minutes=28)
    browser.get("/account")
    world.timer.ahead = timedelta(minutes=31)
    assert browser.get(f"/members/{visit.member}").status_code == 403
    done = actions(world)
    assert done.index("glass.broken") < done.index("viewed", done.index("glass.broken"))


def test_seeing_is_not_doing(world):
    visit, browser = world.visit(), world.browser("privacy_officer")
    browser.post("/glass", "/glass", purpose="incident", words=WHY)
    assert browser.post(f"/loops/{visit.loop}/close", "/account").status_code == 403


@pytest.mark.parametrize("role", ["coordinator", "program_staff", "translator", "clinic_viewer"])
def test_nobody_else_breaks_the_glass(world, role):
    assert world.browser(role).get("/glass").status_code == 403


def test_supervisors_and_privacy_officers_see_who_broke_the_glass_and_why(world):
    officer = world.browser("privacy_officer", "Pia Prüf")
    officer.post("/glass", "/glass", purpose="incident", words=WHY)
    officer.post("/glass/close", "/account")
    world.browser("administrator", "Rae Root").post("/glass", "/account", purpose="technical_support", words=WHY)
    for role in ("supervisor", "privacy_officer"):
        page = world.browser(role).get("/glass/broken").text
        assert page.index("Rae Root") < page.index("Repair of the system") < page.index("Pia Prüf")
        assert page.index("An incident") < page.index(WHY, page.index("Pia")) < page.index("ended at")
    assert world.browser("coordinator").get("/glass/broken").status_code == 403
    assert actions(world).count("glass.viewed") == 2


def test_what_was_said_for_a_broken_glass_is_not_in_the_trail_and_not_told_to_a_part(world):
    world.browser("privacy_officer", "Pia Prüf").post("/glass", "/glass", purpose="incident", words=WHY)
    with world.deployment.read(OPERATOR) as uow:
        assert WHY not in repr(uow.all(text("SELECT * FROM audit")))
        assert WHY not in repr(uow.all(text("SELECT * FROM glass_note")))
    ours = scope(world, programs=("carelink",))
    page = browser_within(world, "supervisor", ours).get("/glass/broken").text
    assert "Pia Prüf" in page
    assert WHY not in page


# -- what a review tried


def test_an_older_invitation_opens_nothing_once_a_password_is_chosen(world):
    first = invited(world)
    with world.deployment.read(OPERATOR) as uow:
        found = stored.of_sign_in(uow, EMAIL)
    second = accounts.new_link(world.deployment, OPERATOR, found.id)
    accounts.choose_password(world.deployment, second, PASSWORD, alone=False)
    assert world.browser(role=None).get(f"/invited/{first}").status_code == 404


def test_a_link_from_before_an_account_was_disabled_opens_nothing_after_it_is_enabled(world):
    found = account(world)
    link = accounts.new_link(world.deployment, OPERATOR, found.id)
    accounts.disable(world.deployment, OPERATOR, found.id)
    accounts.enable(world.deployment, OPERATOR, found.id)
    assert world.browser(role=None).get(f"/invited/{link}").status_code == 404


def test_who_is_disabled_while_they_choose_a_password_stays_out(world, monkeypatch):
    found = account(world)
    link = accounts.new_link(world.deployment, OPERATOR, found.id)
    slow = passwords.kept

    def meanwhile(password):
        with world.deployment.write(OPERATOR) as uow:
            stored.change(uow, found.id, {"state": stored.DISABLED})
            uow.commit()
        return slow(password)

    monkeypatch.setattr(passwords, "kept", meanwhile)
    with pytest.raises(NotAsked, match="used"):
        accounts.choose_password(world.deployment, link, "another otter paints", alone=False)
    assert one(world).state == stored.DISABLED


def test_whoever_guesses_the_password_at_an_open_browser_waits_as_at_the_door(world):
    account(world, role="translator")
    browser, _ = came(world)
    for _ in range(6):
        form = {"old": "a wrong guess", "password": "another otter paints fences"}
        assert browser.post("/account/password", "/account", **form).status_code == 409
    assert one(world).failures == 5
    form = {"old": PASSWORD, "password": "another otter paints fences"}
    assert browser.post("/account/password", "/account", **form).status_code == 409


def test_an_invitation_for_a_program_that_is_not_there_is_refused_and_not_for_everything(world):
    root = world.browser("administrator", "Rae Root")
    form = {"sign_in": EMAIL, "name": NAME, "role": "coordinator"}
    for part in ({"programs": "999999"}, {"clinics": "x"}):
        assert root.post("/people", "/people", **form, **part).status_code == 409
    assert one(world) is None


def test_forty_colleagues_behind_one_address_do_not_lock_each_other_out(world):
    for number in range(20):
        account(world, "translator", f"c{number}@plan.example", f"Colleague {number}")
    for number in range(20):
        for _ in range(2):
            assert came(world, "mistyped again", f"c{number}@plan.example")[1].status_code == 403
        assert came(world, email=f"c{number}@plan.example")[1].status_code == 303


def test_coming_in_gives_back_ones_own_wrong_tries_alone(world):
    account(world, "translator")
    for number in range(29):
        came(world, email=f"nobody{number}@plan.example")
    assert came(world)[1].status_code == 303
    came(world, email="nobody29@plan.example")
    assert came(world)[1].status_code == 429


def test_who_has_a_part_of_the_organisation_holds_and_releases_nothing_for_everybody(world):
    ours = scope(world, programs=("carelink",))
    for role in ("supervisor", "program_staff"):
        browser = browser_within(world, role, ours, f"Noor {role}")
        page = browser.get("/loops").text
        assert "Hold sending" not in page
        for path in ("freeze", "unfreeze", "release"):
            assert browser.post(f"/sends/{path}", "/account").status_code == 403
    assert "Hold sending" in world.browser("supervisor").get("/loops").text


def test_from_where_staff_were_signed_in_is_forgotten_with_the_rest(world):
    world.browser("supervisor")
    world.timer.ahead = timedelta(days=365 * 10 + 4)
    world.browser("coordinator", "Late Comer")
    assert retention.purge(world.deployment, OPERATOR).sessions == 1
    with world.deployment.read(OPERATOR) as uow:
        assert [row.name for row in uow.all(text("SELECT name FROM session"))] == ["Late Comer"]
    assert actions(world).count("session.purged") == 1


# -- forms


def test_no_form_of_the_console_is_taken_without_its_token(world):
    browser = world.browser("administrator")
    for rule in world.app.url_map.iter_rules():
        needs = getattr(world.app.view_functions[rule.endpoint], "needs", "a door for machines")
        if "POST" in rule.methods and needs != "a door for machines":
            path = re.sub(r"<[^>]*any\(([a-z]+)[^>]*>", r"\1", rule.rule)
            path = re.sub(r"<[^>]+>", "1", path)
            assert browser.client.post(path, data={}, base_url=browser.base).status_code == 400, path


def test_a_page_that_was_asked_for_is_shown_after_both_factors(world):
    _, secret, _ = enrolled(world)
    browser = world.browser(role=None)
    page = browser.get("/loops?show=unheld")
    assert page.status_code == 401
    assert 'name="back" value="/loops?show=unheld"' in page.text
    browser.post("/sign-in", "/loops?show=unheld", sign_in=EMAIL, password=PASSWORD, back="/loops?show=unheld")
    answer = browser.post("/sign-in/code", "/sign-in/code", code=shown(world, secret))
    assert answer.headers["Location"] == "/loops?show=unheld"


def test_a_link_that_was_made_before_there_was_a_carrier_signs_nobody_in_beside_one(carried):
    answer = carried.browser(role=None).get(carried.sign_in_link())
    assert answer.status_code == 401
    assert "token" not in answer.headers.get("Set-Cookie", "")


def test_the_language_that_somebody_chose_comes_with_their_account(world):
    _, secret, _ = enrolled(world)
    here, _ = in_by_code(world, secret)
    assert '<html lang="en"' in here.get("/account").text
    assert here.post("/language", "/account", language="es").status_code == 303
    world.timer.ahead = timedelta(minutes=1)
    there, _ = in_by_code(world, secret)
    assert '<html lang="es"' in there.get("/account").text
    assert here.post("/language", "/account", language="tlh").status_code == 400


def test_a_page_that_asks_itself_again_writes_nothing_about_the_session(world):
    _, secret, _ = enrolled(world)
    browser, _ = in_by_code(world, secret)
    browser.get("/tasks")
    before = world.row("SELECT seen_at FROM session").seen_at
    world.timer.ahead = timedelta(minutes=5)
    browser.client.get("/tasks", base_url=browser.base, headers={"Outreach-Live": "1"})
    assert world.row("SELECT seen_at FROM session").seen_at == before
    browser.get("/tasks")
    assert world.row("SELECT seen_at FROM session").seen_at > before
