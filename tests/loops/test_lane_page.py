"""The page about the lane says what the scenarios say."""

from __future__ import annotations

import re

import lane_page
from lane_scenarios import scenarios

from outreach.loops.loop import Stage


def test_the_page_about_the_lane_is_the_one_that_its_scenarios_make() -> None:
    assert lane_page.PAGE.read_text(encoding="utf-8") == lane_page.page(), "run python tests/lane_page.py"


def test_every_stage_is_explained_and_drawn() -> None:
    assert set(lane_page.STAGES) == set(Stage)
    drawn = {word for line in lane_page.picture() for word in re.findall(r"[a-z_]+", line)}
    assert {str(stage) for stage in Stage} <= drawn


def test_every_story_is_told() -> None:
    page = lane_page.page()
    assert [story.name for story in scenarios() if not story.matrix and f"* **{story.name}**" not in page] == []


def test_every_event_of_the_matrix_is_in_a_table() -> None:
    page = lane_page.page()
    missing = {cell.name.rpartition(": ")[0] for cell in scenarios() if cell.matrix}
    assert {what for what in missing if f"| {what}" not in page} == set()
