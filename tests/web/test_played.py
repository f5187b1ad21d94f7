"""The carrier fetches recordings by a signed address that ends, and that says nothing of anybody."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from console_world import World
from recorded import record, speaks_armenian, tone, wav

from conversations.calls.turn import HangUp, Line, Turn
from outreach.channels.voice.doors import Doors
from outreach.channels.voice.twiml import document
from outreach.engine import recordings
from outreach.engine.calendars import set_calendar
from outreach.engine.played import source
from outreach.engine.recording_links import url_of
from outreach.store.actor import OPERATOR
from outreach.store.seal import Keyring


@pytest.fixture
def recording(world: World) -> int:
    """A recording that calls play."""
    (waiting,) = record(world.deployment, speaks_armenian(world.deployment), "voice_menu")
    recordings.approve(world.deployment, OPERATOR, waiting, "Lee Park")
    return waiting


def path(world: World, recording: int) -> str:
    return urlsplit(url_of(world.deployment, recording, world.timer.now())).path


def get(world: World, address: str, **headers: str):
    return world.app.test_client().get(address, headers=headers)


def test_a_recording_is_fetched_as_a_wav_that_may_be_kept_while_its_address_lives(world, recording):
    answer = get(world, path(world, recording))
    assert (answer.status_code, answer.content_type) == (200, "audio/wav")
    assert answer.data[:4] == b"RIFF"
    assert int(answer.headers["Content-Length"]) == len(answer.data) == 44 + 2 * 3_200
    kept = re.fullmatch(r"private, max-age=(\d+), immutable", answer.headers["Cache-Control"])
    assert kept is not None
    assert 3_600 < int(kept[1]) <= 7_200
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_what_a_call_says_to_play_is_there_to_be_fetched(world, recording):
    program = speaks_armenian(world.deployment)
    with world.deployment.read(OPERATOR) as uow:
        found = source(uow, program, lambda each: url_of(world.deployment, each, world.timer.now()))
    menu = Turn(2, "hy", (Line("voice_menu", "hy", {}),), HangUp())
    said = document(menu, Doors(lambda number: "https://x", played=found)).decode()
    (address,) = re.findall(r"<Play>(.*?)</Play>", said)
    assert get(world, urlsplit(address).path).data[:4] == b"RIFF"


def test_what_the_carrier_has_is_not_sent_again(world, recording):
    address = path(world, recording)
    tag = get(world, address).headers["ETag"]
    again = get(world, address, **{"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")


def test_an_address_is_the_same_for_an_hour_and_lives_for_one_at_least(world, recording):
    at = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
    first = url_of(world.deployment, recording, at)
    assert first == url_of(world.deployment, recording, at + timedelta(minutes=59))
    assert first != url_of(world.deployment, recording, at + timedelta(minutes=60))
    address = path(world, recording)
    world.timer.ahead = timedelta(minutes=59)
    assert get(world, address).status_code == 200
    world.timer.ahead = timedelta(hours=2)
    assert get(world, address).status_code == 404
    assert get(world, path(world, recording)).status_code == 200


def test_a_warped_calendar_makes_no_address_immortal(world, recording):
    address = path(world, recording)
    set_calendar(world.deployment, datetime(2020, 1, 1, tzinfo=UTC))
    world.timer.ahead = timedelta(hours=2)
    assert get(world, address).status_code == 404


def test_the_address_says_nothing_of_anybody(world, recording):
    address = url_of(world.deployment, recording, world.timer.now())
    assert re.fullmatch(rf"http://[^/]+/twilio/recording/{recording}-\d{{10}}-[0-9a-f]{{32}}\.wav", address)


def test_a_forged_address_opens_nothing(world, recording):
    token = path(world, recording).rpartition("/")[2].removesuffix(".wav")
    number, ends, code = token.split("-")
    forged = [
        f"{recording + 1}-{ends}-{code}",
        f"{number}-{int(ends) + 3600}-{code}",
        f"{number}-{ends}-{'0' * 32}",
        f"{number}-{ends}-{code.upper()}",
        f"0{number}-{ends}-{code}",
        f"{number}-{ends}-{code}0",
        f"{number}-{ends}",
        f"{number}-99999999999-{code}",
        f"{number}-999999999999999999999999-{code}",
        f"{'9' * 40}-{ends}-{code}",
        "x", "%00", "١-١-" + "0" * 32, "../" + token, "'; DROP TABLE recording; --",
    ]  # fmt: skip
    for each in forged:
        assert get(world, f"/twilio/recording/{each}.wav").status_code in (400, 404), each
    assert get(world, f"/twilio/recording/{token}").status_code == 404
    assert get(world, f"/twilio/recording/{token}.mp3").status_code == 404


def test_another_deployments_signature_is_worth_nothing(world, recording):
    address = path(world, recording)
    world.deployment.database.keyring._index_key = Keyring.fresh()._index_key
    assert get(world, address).status_code == 404


def test_what_waits_or_was_taken_out_is_not_heard_and_what_was_superseded_ends_its_call(world, recording):
    program = speaks_armenian(world.deployment)
    (draft,) = record(world.deployment, program, "voice_keys")
    (better,) = record(world.deployment, program, "voice_menu", sound=wav(tone(500)))
    assert get(world, path(world, draft)).status_code == 404
    recordings.approve(world.deployment, OPERATOR, better, "Lee Park")
    assert [get(world, path(world, each)).status_code for each in (recording, better)] == [200, 200]
    recordings.retire(world.deployment, OPERATOR, better, "Lee Park")
    assert get(world, path(world, better)).status_code == 404
    assert get(world, path(world, 999_999)).status_code == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_is_changed_there(world, recording, method):
    assert world.app.test_client().open(path(world, recording), method=method).status_code == 405


def test_a_carrier_that_asks_only_for_the_head_gets_it(world, recording):
    answer = world.app.test_client().head(path(world, recording))
    assert (answer.status_code, answer.data) == (200, b"")


def test_it_is_fetched_where_a_carrier_is_configured_too(carried):
    (waiting,) = record(carried.deployment, speaks_armenian(carried.deployment), "voice_menu")
    recordings.approve(carried.deployment, OPERATOR, waiting, "Lee Park")
    address = url_of(carried.deployment, waiting, carried.timer.now())
    assert address.startswith("https://care.example.org/twilio/recording/")
    assert get(carried, urlsplit(address).path).status_code == 200
