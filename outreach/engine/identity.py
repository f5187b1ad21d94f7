"""What tells people of one id apart, kept sealed on the member: sex, birth dates, and the language in the file."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date
from typing import Self


@dataclass(frozen=True, slots=True)
class Identity:
    """`born` is the first and last day the person may have been born; `language` is what a members file said last."""

    sex: str | None = None
    born: tuple[str, str] | None = None
    language: str | None = None

    @classmethod
    def read(cls, text: str | None) -> Self:
        """Return what `text` holds; nothing is known without one."""
        found = json.loads(text) if text else {}
        return cls(found.get("sex"), tuple(found["born"]) if found.get("born") else None, found.get("language"))

    @classmethod
    def of_age(cls, sex: str | None, age: int | None, on: date) -> Self:
        """Return what a visit says: an age on a day leaves one year for the birthday."""
        if age is None:
            return cls(sex)
        earliest = _years_before(on, age + 1)
        return cls(sex, (earliest.isoformat(), _years_before(on, age).isoformat()))

    @classmethod
    def of_birth(cls, sex: str | None, born: date | None, language: str | None) -> Self:
        """Return what a members file says."""
        return cls(sex, (born.isoformat(), born.isoformat()) if born else None, language)

    @property
    def birthday(self) -> str | None:
        """Month and day of birth as MMDD, where it is known to the day: the one thing a caller is asked (HIP-10)."""
        return self.born[0][5:7] + self.born[0][8:10] if self.born and self.born[0] == self.born[1] else None

    def joined(self, other: Identity) -> Identity | None:
        """Return what both say together; None when they cannot be one person."""
        if self.sex and other.sex and self.sex != other.sex:
            return None
        born = self.born or other.born
        if self.born and other.born:
            born = max(self.born[0], other.born[0]), min(self.born[1], other.born[1])
            if born[0] > born[1]:
                return None
        return replace(self, sex=self.sex or other.sex, born=born, language=other.language or self.language)

    def text(self) -> str | None:
        """Return the stored form; None when nothing is known."""
        said = {"sex": self.sex, "born": self.born, "language": self.language}
        known = {name: value for name, value in said.items() if value is not None}
        return json.dumps(known) if known else None


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)
