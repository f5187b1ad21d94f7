"""What `roles.toml` says is what the door does: every page and act, asked by every role (HIP-16)."""

from __future__ import annotations

import role_page

from admin.roles import Role, rights


def test_docs_say_who_may_open_and_do_what_today(world):
    assert set(role_page.HEADS) == set(Role)
    assert role_page.PAGE.read_text(encoding="utf-8") == role_page.page(world.app), "run python tests/role_page.py"


def test_the_door_lets_each_role_in_where_the_matrix_says_so_and_nowhere_else(world):
    world.app.config["WTF_CSRF_ENABLED"] = False
    browsers = {role: world.browser(role, f"Somebody of {role}") for role in Role}
    shut = opened = 0
    for path, method, needs in role_page.asked(world.app):
        address = _address(world.app, path, method)
        for role, browser in browsers.items():
            may = needs in rights()[role]
            if may and (method == "POST" or path == "/demo/wait"):
                continue  # what it then does is other tests' business
            status = browser.client.open(address, method=method, base_url=browser.base).status_code
            assert (status == 403) is not may, (method, address, role, status)
            assert status in (200, 303, 400, 403, 404), (method, address, role, status)
            shut, opened = shut + (not may), opened + may
    assert shut > 300
    assert opened > 50


def _address(app, path, method):
    """Return an address of rows that are not there: who may come in is told first, what is there after."""
    rules = [rule for rule in app.url_map.iter_rules() if method in rule.methods]
    rule = next(rule for rule in rules if role_page.shape(rule.rule) == path)
    chosen = {"language": "es", "key": "reminder"}
    values = {}
    for name in rule.arguments:
        converter = rule._converters[name]
        options = getattr(converter, "items", None)
        values[name] = 999_999 if _is_row(rule, name) else next(iter(options)) if options else chosen.get(name, "x")
    with app.test_request_context():
        return app.url_map.bind("localhost").build(rule.endpoint, values, method=method)


def _is_row(rule, name):
    return f"<row:{name}>" in rule.rule
