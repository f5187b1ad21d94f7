"""Invented members are believable, harmless, and the same every time."""

from __future__ import annotations

import csv
from collections import Counter
from io import StringIO
from itertools import islice

import phonenumbers
import pytest
from clinic_files import TODAY, members

from outreach.clinics.column_map import MemberColumns
from outreach.clinics.members_file import MemberRow
from outreach.clinics.zones import area_code_zones, zip_zones
from outreach.simulation.fictional import area_codes, fictional_members


@pytest.fixture(scope="module")
def people() -> list[dict[str, str]]:
    return list(fictional_members(map(str, range(10_000)), 7, TODAY))


def test_the_same_seed_gives_the_same_people(people):
    again = fictional_members(map(str, range(100)), 7, TODAY)
    assert list(again) == people[:100]
    assert next(fictional_members(["0"], 8, TODAY)) != people[0]


def test_hip_19_every_number_is_fictional_and_yet_valid(people):
    phones = {row["phone"] for row in people if row["phone"]}
    assert all(phone[5:10] == "55501" for phone in phones)
    assert all(phonenumbers.is_valid_number(phonenumbers.parse(phone)) for phone in islice(phones, 500))


def test_a_number_comes_round_again_only_when_all_have_been_used():
    assert len(area_codes()) > 350


def test_the_proportions_are_believable(people):
    shared = Counter(row["phone"] for row in people if row["phone"])
    assert 0.17 < sum(count for count in shared.values() if count > 1) / len(people) < 0.23
    assert max(shared.values()) <= 4
    assert 0.02 < sum(not row["phone"] for row in people) / len(people) < 0.04
    assert 0.045 < sum(bool(row["phone"]) and not row["consent_class"] for row in people) / len(people) < 0.075
    languages = Counter(row["language"] for row in people)
    assert languages["en"] > languages["es"] > 2_000 > sum(languages.values()) - languages["en"] - languages["es"]


def test_the_languages_can_be_chosen():
    rows = fictional_members(map(str, range(50)), 7, TODAY, {"so": 1.0})
    assert {row["language"] for row in rows} == {"so"}


def test_a_zip_lies_where_the_number_does(people):
    pairs = [(row["zip"], row["phone"]) for row in people if row["zip"] and row["phone"]]
    assert len(pairs) > 5_000
    assert all(set(zip_zones(zip_code)) & set(area_code_zones(phone[2:5])) for zip_code, phone in pairs)


def test_the_members_file_takes_every_one_of_them(people):
    text = StringIO()
    writer = csv.DictWriter(text, MemberColumns().header())
    writer.writeheader()
    writer.writerows(people)
    found = members(text.getvalue().encode())
    assert len(found) == len(people)
    assert all(isinstance(record, MemberRow) for record in found)
