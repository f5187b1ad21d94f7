"""Invented names, by the language people speak, in the script they write them in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from outreach.simulation.dice import Dice


@dataclass(frozen=True, slots=True)
class Naming:
    """Given and family names of a language. `family_first` writes them in that order, joined by `between`."""

    given: tuple[str, ...]
    family: tuple[str, ...]
    family_first: bool = False
    between: str = " "

    def one(self, dice: Dice) -> str:
        """Return the name that these dice give."""
        given, family = dice.one_of("given", self.given), dice.one_of("family", self.family)
        return self.between.join((family, given) if self.family_first else (given, family))


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_PLAIN = Naming(
    _words("Alma Bo Cora Dario Edda Flor Gus Hana Ivo June Kai Lena Milo Nia Otis Pia Quin Sam Tess Uma Vito Wren Zoe"),
    _words("Alder Birch Cedar Elmwood Fernley Gale Hazelton Ivyson Juniper Knoll Larkin Marsh North Oakes Pinewood"),
)
_BY_LANGUAGE: Mapping[str, Naming] = MappingProxyType(
    {
        "en": Naming(
            _words("James Mary Walter Denise Marcus Gloria Earl Tanya Howard Joyce Andre Carol Terrence Ruby"),
            _words("Carter Brooks Hayes Whitfield Dawson Pruitt Coleman Barnes Mercer Tate Holloway Greer"),
        ),
        "es": Naming(
            ("Rosa", "José", "María Elena", "Luis", "Carmen", "Ángel", "Guadalupe", "Héctor", "Yolanda", "Ramón"),
            ("Hernández", "Morales", "Castillo", "Rivera", "Ortega", "Núñez", "Delgado", "Fuentes", "Aguilar"),
        ),
        "zh-Hans": Naming(
            ("小明", "丽华", "建国", "秀英", "志强", "美玲", "文杰", "桂芳"),
            ("王", "李", "张", "陈", "林", "黄", "周", "吴"),
            family_first=True,
            between="",
        ),
        "vi": Naming(
            ("Thị Lan", "Văn Hùng", "Thị Mai", "Minh Tuấn", "Thị Hoa", "Quốc Bảo", "Ngọc Ánh", "Đức Long"),
            ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng"),
            family_first=True,
        ),
        # Family names that have one form for women and men.
        "ru": Naming(
            ("Дмитрий", "Ольга", "Сергей", "Наталья", "Виктор", "Людмила", "Павел", "Ирина"),
            ("Шевченко", "Бондаренко", "Левченко", "Мельник", "Коваль", "Дубровских", "Черных"),
        ),
        "ar": Naming(
            ("فاطمة", "أحمد", "مريم", "يوسف", "ليلى", "خالد", "سعاد", "عمر"),
            ("السيد", "حداد", "منصور", "النجار", "قاسم", "الخطيب", "سليمان"),
        ),
        "ht": Naming(
            ("Marie-Claire", "Jean-Robert", "Rose-Laure", "Wilner", "Guerda", "Frantz", "Mirlande", "Emmanuel"),
            ("Joseph", "Pierre", "Baptiste", "Desrosiers", "Toussaint", "Estimé", "Jean-Louis"),
        ),
        "hmn": Naming(
            ("Mai", "Kou", "Pa Nhia", "Tou", "Bao", "Chue", "Yer", "Fue"),
            ("Xiong", "Vang", "Yang", "Thao", "Lor", "Moua", "Her"),
        ),
        "ko": Naming(("지영", "민수", "영희", "현우"), ("김", "박", "이", "최"), family_first=True, between=""),
        "hy": Naming(("Անի", "Արամ", "Նարե", "Տիգրան"), ("Հակոբյան", "Գրիգորյան", "Սարգսյան")),
    }
)


def name_of(language: str, dice: Dice) -> str:
    """Return an invented name of somebody who speaks `language`."""
    return _BY_LANGUAGE.get(language, _PLAIN).one(dice)
