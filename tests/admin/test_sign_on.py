"""The organisation's own sign-in: it opens accounts that were linked with it, and whatever is amiss opens none."""

from __future__ import annotations

import logging
import re
from base64 import urlsafe_b64encode
from dataclasses import replace
from datetime import timedelta
from html import unescape
from json import dumps

import pytest
from console_browser import Browser
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from openid_provider import CLIENT, SECRET, provider
from pydantic import SecretStr
from sqlalchemy import text

from outreach.app import create_app
from outreach.bootstrap import UnsafeSettings, bootstrap
from outreach.engine import accounts, signing_in
from outreach.engine.openid import OpenIdProvider, PooledWeb
from outreach.engine.refusals import NotAsked
from outreach.settings import Settings, SignOn
from outreach.store import accounts as stored
from outreach.store.actor import OPERATOR

BACK = "http://localhost/sign-in/back"
EMAIL, NAME, PASSWORD = "maya@plan.example", "Maya Ortiz", "brisk otter paints fences"
MAYA = {"sub": "subject-1", "email": EMAIL, "email_verified": True, "amr": ["pwd", "mfa"]}
_GO_ON = re.compile(r'class="btn btn-primary" href="([^"]+)"')


@pytest.fixture(scope="module")
def key():
    return RSAKey.generate_key(2048)


@pytest.fixture
def there(world, key):
    """The provider, which knows Maya; `given` are the settings for it."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with provider(BACK, world.timer.now, key) as twin:
        twin.person = dict(MAYA)
        use(world, twin)
        yield twin


def use(world, twin, **more):
    given = SignOn(issuer=twin.issuer, client_id=CLIENT, client_secret=SecretStr(SECRET), name="County", **more)
    world.deployment = replace(world.deployment, sign_on=OpenIdProvider(given, BACK, world.timer, PooledWeb()))
    world.app = create_app(world.deployment)


def actions(world):
    with world.deployment.read(OPERATOR) as uow:
        return [row.action for row in uow.all(text("SELECT action FROM audit ORDER BY id"))]


def one(world, email=EMAIL):
    with world.deployment.read(OPERATOR) as uow:
        return stored.of_sign_in(uow, email)


def begun(browser, back=""):
    answer = browser.get(f"/sign-in/with?back={back}")
    assert answer.status_code == 303
    return answer.headers["Location"]


def came(world, there, browser=None, **more):
    """Somebody signs in there and comes back; return their browser and what they see."""
    browser = browser or world.browser(role=None)
    return browser, browser.get(there.signs_in(begun(browser), **more))


def invited(world, role="translator", email=EMAIL, name=NAME):
    return accounts.invite(world.deployment, OPERATOR, email, name, role)


def accepted(world, there, role="translator"):
    """An account whose owner took their invitation by the provider."""
    token = invited(world, role)
    browser = world.browser(role=None)
    page = browser.post(f"/invited/{token}/with", f"/invited/{token}").text
    address = unescape(_GO_ON.search(page)[1])
    return browser, browser.get(there.signs_in(address))


def with_password(world, role="translator", email=EMAIL, name=NAME):
    accounts.choose_password(world.deployment, invited(world, role, email, name), PASSWORD, alone=False)
    browser = world.browser(role=None)
    assert browser.post("/sign-in", "/sign-in", sign_in=email, password=PASSWORD).status_code == 303
    return browser


def linked(world, there, browser):
    page = browser.post("/account/identity", "/account").text
    return browser.get(there.signs_in(unescape(_GO_ON.search(page)[1])))


def signed_in(browser: Browser) -> bool:
    return browser.get("/account").status_code == 200


# -- with and without one


def test_without_a_provider_nothing_of_it_is_shown(world):
    token, browser = invited(world), world.browser(role=None)
    for page in ("/sign-in", f"/invited/{token}"):
        assert "/with" not in browser.get(page).text
    assert "Link my account" not in with_password(world, email="b@plan.example", name="Bea").get("/account").text
    for page in ("/sign-in/with", "/sign-in/back?code=1&state=2"):
        assert browser.get(page).status_code == 404


def test_settings_that_would_not_be_safe_are_refused_in_words(monkeypatch):
    issuer = "https://id.county.example"
    with pytest.raises(UnsafeSettings, match="CLIENT_SECRET"):
        bootstrap(Settings(sign_on=SignOn(issuer=issuer, client_id="x")))
    given = {"client_id": "x", "client_secret": SecretStr("y")}
    assert any("https" in said for said in SignOn(issuer="http://id.county.example", **given).problems())
    assert SignOn(issuer=issuer, **given).problems() == []
    monkeypatch.setattr("outreach.settings.find_spec", lambda name: None)
    assert any("extra `sso`" in said for said in SignOn(issuer=issuer, **given).problems())


def test_the_settings_come_from_the_environment(monkeypatch):
    for name, value in {
        "ISSUER": "https://id.example",
        "DOMAINS": "Plan.example, x.example",
        "PROOF": "mfa,hwk",
    }.items():
        monkeypatch.setenv(f"OUTREACH_OIDC_{name}", value)
    found = Settings().sign_on
    assert found.of_domains == {"plan.example", "x.example"}
    assert found.second_factors == {"mfa", "hwk"}


# -- linking


def test_an_invitation_is_taken_without_a_password_and_opens_the_account_from_then_on(world, there):
    _, answer = accepted(world, there)
    assert answer.status_code == 303
    assert (one(world).state, one(world).password) == ("active", None)
    browser, answer = came(world, there)
    assert answer.status_code == 303
    assert signed_in(browser)
    done = actions(world)
    assert "account.linked" in done
    assert "account.proved.provider_twice" in done


@pytest.mark.parametrize(
    "other", [{"email": "eve@plan.example"}, {"email_verified": False}, {"email_verified": "true"}]
)
def test_an_invitation_is_only_for_the_address_that_the_provider_vouches_for(world, there, other):
    there.person |= other
    browser, answer = accepted(world, there)
    assert answer.status_code == 409
    assert "another address" in answer.text
    assert one(world).state == "invited"
    assert not signed_in(browser)


def test_an_account_is_linked_by_its_owner_and_then_needs_no_password(world, there):
    there.person["email"] = "maya.private@home.example"  # who is signed in says themselves who they are there
    assert linked(world, there, with_password(world)).status_code == 303
    browser, answer = came(world, there)
    assert answer.status_code == 303
    assert "Linked" in browser.get("/account").text


def test_one_sign_in_is_linked_with_one_account(world, there):
    linked(world, there, with_password(world))
    answer = linked(world, there, with_password(world, email="b@plan.example", name="Bea"))
    assert answer.status_code == 409
    assert "linked with an account already" in answer.text


def test_who_signed_in_a_while_ago_or_as_somebody_else_meanwhile_links_nothing(world, there):
    browser = with_password(world)
    page = browser.post("/account/identity", "/account").text
    browser.post("/sign-out", "/account")
    answer = browser.get(there.signs_in(unescape(_GO_ON.search(page)[1])))
    assert answer.status_code == 403
    assert "account.linked" not in actions(world)


def test_a_link_is_ended_by_its_owner_unless_it_is_the_only_way_in(world, there):
    browser = with_password(world)
    linked(world, there, browser)
    assert browser.post("/account/identity/remove", "/account").status_code == 303
    assert came(world, there)[1].status_code == 403


def test_whose_second_factor_is_taken_away_is_no_longer_linked(world, there):
    accepted(world, there)
    accounts.reset_second_factor(world.deployment, OPERATOR, one(world).id, accounts.Lost.STOLEN)
    assert came(world, there)[1].status_code == 403
    assert "account.unlinked" in actions(world)


# -- who does not come in


def test_an_address_alone_opens_no_account(world, there):
    with_password(world)
    browser, answer = came(world, there)
    assert answer.status_code == 403
    assert "No account here is linked" in answer.text
    assert not signed_in(browser)
    with world.deployment.read(OPERATOR) as uow:
        assert uow.all(text("SELECT count(*) AS n FROM account"))[0].n == 1  # and none is made


def test_who_was_disabled_does_not_come_in_and_is_told_so(world, there):
    accepted(world, there)
    accounts.disable(world.deployment, OPERATOR, one(world).id)
    browser, answer = came(world, there)
    assert answer.status_code == 403
    assert "disabled" in answer.text
    assert not signed_in(browser)
    assert "account.refused_closed" in actions(world)
    accounts.enable(world.deployment, OPERATOR, one(world).id)
    assert came(world, there)[1].status_code == 303


@pytest.mark.parametrize("other", [{"email": "maya@evil.example"}, {"email_verified": False}, {"email": None}])
def test_only_verified_addresses_of_the_domains_in_the_settings_come_in(world, there, other):
    accepted(world, there)
    use(world, there, domains="plan.example")
    assert came(world, there)[1].status_code == 303
    there.person |= other
    browser, answer = came(world, there)
    assert answer.status_code == 403
    assert "does not vouch" in answer.text
    assert not signed_in(browser)


# -- what was tampered with


SPOILED = {
    "another audience": {"aud": "another-client"},
    "two audiences, for another party": {"aud": [CLIENT, "another"], "azp": "another"},
    "two audiences, for nobody": {"aud": [CLIENT, "another"]},
    "another issuer": {"iss": "https://evil.example"},
    "expired": {"exp": 1_000_000_000},
    "no end": {"exp": None},
    "another nonce": {"nonce": "of another sign-in"},
    "no nonce": {"nonce": None},
    "no subject": {"sub": None},
    "an empty subject": {"sub": ""},
    "a subject of numbers": {"sub": 7},
    "from the future": {"iat": 9_000_000_000},
}


@pytest.mark.parametrize("spoiled", SPOILED.values(), ids=SPOILED.keys())
def test_what_was_said_for_somebody_or_something_else_opens_nothing(world, there, spoiled):
    accepted(world, there)

    def spoil(claims):
        claims |= spoiled
        for name in [name for name, value in claims.items() if value is None]:
            del claims[name]

    there.spoil = spoil
    browser, answer = came(world, there)
    assert answer.status_code == 403
    assert "could not be checked" in answer.text
    assert not signed_in(browser)


def unsigned(claims):
    parts = [{"alg": "none"}, claims]
    return ".".join(urlsafe_b64encode(dumps(part).encode()).rstrip(b"=").decode() for part in parts) + "."


def by_another_key(claims):
    return jwt.encode({"alg": "RS256", "kid": "one"}, claims, RSAKey.generate_key(2048))


def by_the_shared_secret(claims):
    return jwt.encode({"alg": "HS256", "kid": "one"}, claims, OctKey.import_key(SECRET.ljust(32, "x")))


@pytest.mark.parametrize("write", [unsigned, by_another_key, by_the_shared_secret, lambda claims: "no.token.at all"])
def test_what_the_provider_did_not_sign_opens_nothing(world, there, write):
    accepted(world, there)
    there.write = write
    browser, answer = came(world, there)
    assert answer.status_code == 403
    assert not signed_in(browser)


def test_keys_that_changed_are_read_again_and_an_unknown_one_asks_for_them_once_a_minute(world, there):
    accepted(world, there)
    there.key = RSAKey.generate_key(2048)
    world.timer.ahead = timedelta(minutes=2)
    assert came(world, there)[1].status_code == 303
    there.write = by_another_key
    there.asked.clear()
    for _ in range(3):
        assert came(world, there)[1].status_code == 403
    assert there.asked.count("/keys") == 0


def test_an_answer_is_good_once_even_for_who_kept_the_cookie(world, there):
    accepted(world, there)
    browser = world.browser(role=None)
    path = there.signs_in(begun(browser))
    with browser.client.session_transaction(base_url=browser.base) as kept:
        before = dict(kept)
    assert browser.get(path).status_code == 303
    thief = world.browser(role=None)
    with thief.client.session_transaction(base_url=thief.base) as kept:
        kept.update(before)
    assert thief.get(path).status_code == 403
    assert browser.get(path).status_code == 403


def test_an_answer_opens_nothing_in_a_browser_that_did_not_ask_or_asked_long_ago(world, there):
    accepted(world, there)
    path = there.signs_in(begun(world.browser(role=None)))
    victim = world.browser(role=None)
    assert victim.get(path).status_code == 403  # nobody is signed in as somebody else by a link
    begun(victim)
    assert victim.get(path).status_code == 403
    late = world.browser(role=None)
    path = there.signs_in(begun(late))
    world.timer.ahead = timedelta(minutes=11)
    answer = late.get(path)
    assert answer.status_code == 403
    assert "took too long" in answer.text


def test_an_answer_that_names_another_provider_or_none_where_one_has_to_opens_nothing(world, there):
    accepted(world, there)
    assert came(world, there, iss="https://evil.example")[1].status_code == 403
    there.document = {"authorization_response_iss_parameter_supported": True}
    use(world, there)
    assert came(world, there)[1].status_code == 303
    assert came(world, there, iss="")[1].status_code == 403


def test_a_stolen_code_is_worth_nothing_without_what_the_browser_kept(world, there):
    accepted(world, there)
    path = there.signs_in(begun(world.browser(role=None)))
    code = re.search(r"code=([^&]+)", path)[1]
    thief = world.browser(role=None)
    assert thief.get(there.signs_in(begun(thief), code=code)).status_code == 403


def test_who_did_not_sign_in_there_is_told_and_can_go_on(world, there):
    browser = with_password(world)
    browser.post("/sign-out", "/account")
    state = re.search(r"state=([^&]+)", begun(browser))[1]
    answer = browser.get(f"/sign-in/back?error=access_denied&state={state}")
    assert answer.status_code == 403
    assert "You did not sign in at County." in answer.text
    assert "current-password" in answer.text


@pytest.mark.parametrize("document", [{"issuer": "https://evil.example"}, {"token_endpoint": "http://evil.example/x"}])
def test_a_provider_that_cannot_be_trusted_counts_as_away(world, there, document):
    accepted(world, there)
    there.document = document
    use(world, there)
    browser = world.browser(role=None)
    first = browser.get("/sign-in/with")
    answer = first if first.status_code == 503 else browser.get(there.signs_in(first.headers["Location"]))
    assert answer.status_code == 503
    assert "does not answer" in answer.text


def test_while_the_provider_is_away_a_password_still_opens(world, there):
    with_password(world)
    there.away = True
    use(world, there)
    browser = world.browser(role=None)
    answer = browser.get("/sign-in/with")
    assert answer.status_code == 503
    assert "County does not answer" in answer.text
    assert browser.post("/sign-in", "/sign-in", sign_in=EMAIL, password=PASSWORD).status_code == 303


# -- second factors


def test_a_second_factor_there_is_one_here(world, there):
    accepted(world, there, role="coordinator")
    browser, answer = came(world, there)
    assert answer.headers["Location"].endswith("/phones") or answer.headers["Location"].endswith("/loops")
    assert browser.get("/loops").status_code == 200


@pytest.mark.parametrize("methods", [["pwd"], [], None, "mfa", ["MFA"]])
def test_without_a_second_factor_there_ours_is_asked_for(world, there, methods):
    browser = with_password(world, "coordinator")
    secret = signing_in.new_secret()
    linked(world, there, browser)
    code = signing_in.pyotp.TOTP(secret).generate_otp(int(world.timer.now().timestamp()) // 30 - 1)
    signing_in.enrol_codes(world.deployment, OPERATOR, one(world).id, secret, code)
    there.person["amr"] = methods
    there.spoil = lambda claims: claims.pop("amr") if claims["amr"] is None else None
    browser, answer = came(world, there)
    if isinstance(methods, str):
        assert answer.status_code == 403  # no list: nothing of it is believed
        return
    assert answer.headers["Location"].endswith("/sign-in/code")
    assert not signed_in(browser)
    code = signing_in.pyotp.TOTP(secret).generate_otp(int(world.timer.now().timestamp()) // 30)
    assert browser.post("/sign-in/code", "/sign-in/code", code=code).status_code == 303
    assert browser.get("/loops").status_code == 200


def test_who_has_no_second_factor_anywhere_sets_one_up_first(world, there):
    accepted(world, there, role="coordinator")
    there.person["amr"] = ["pwd"]
    browser, answer = came(world, there)
    assert answer.headers["Location"].endswith("/account")
    assert browser.get("/loops").headers["Location"].endswith("/account")


def test_a_class_of_sign_in_may_tell_of_a_second_factor_too(world, there):
    accepted(world, there, role="coordinator")
    use(world, there, proof="urn:county:strong")
    assert came(world, there)[1].headers["Location"].endswith("/account")
    there.person["acr"] = "urn:county:strong"
    assert came(world, there)[0].get("/loops").status_code == 200


# -- leaving


def test_who_came_by_it_is_offered_to_leave_there_too(world, there):
    browser, _ = accepted(world, there)
    page = browser.post("/sign-out", "/account").text
    assert f"{there.issuer}/end_session?client_id={CLIENT}" in page
    assert not signed_in(browser)
    other = with_password(world, email="b@plan.example", name="Bea")
    assert "end_session" not in other.post("/sign-out", "/account").text


def test_nobody_is_led_elsewhere_after_coming_back(world, there):
    accepted(world, there)
    for back in ("https://evil.example", "//evil.example", "/\\evil.example"):
        browser = world.browser(role=None)
        answer = browser.get(there.signs_in(begun(browser, back)))
        assert answer.headers["Location"].startswith("/words") or "evil" not in answer.headers["Location"]


def test_nothing_that_the_provider_knows_of_somebody_is_in_the_trail_or_the_log(world, there, capsys):
    accepted(world, there)
    there.spoil = lambda claims: claims.update(nonce="x")
    came(world, there)
    with world.deployment.read(OPERATOR) as uow:
        trail = repr(uow.all(text("SELECT * FROM audit")))
    said = trail + "".join(capsys.readouterr())
    assert "sign_on.not_vouched" in said
    for word in (EMAIL, "subject-1", SECRET):
        assert word not in said


def test_who_came_by_it_alone_cannot_take_away_the_only_way_in(world, there):
    browser, _ = accepted(world, there)
    answer = browser.post("/account/identity/remove", "/account")
    assert answer.status_code == 409
    assert "only way in" in answer.text
    with pytest.raises(NotAsked):
        accounts.change_password(world.deployment, OPERATOR, one(world).id, "", PASSWORD, 0, alone=True)
