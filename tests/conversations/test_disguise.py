"""STOP in any disguise is an opt-out or goes to a person, and is never passed over (LAW-22, LAW-23, invariant I2)."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.meaning import Safety
from conversations.screens import screen
from locales.lexicon import lexicons

HEARD = {Safety.OPT_OUT, Safety.REVIEW}
WORDS = sorted({term for words in lexicons().values() for term in words.opt_out + words.visit_cancel})
ONE_WORD = [word for word in WORDS if " " not in word and "-" not in word and len(word) > 2]

CLEAR = [
    "ЅТОР",
    "ST0P",
    "S.T.O.P",
    "s t o p",
    "s-t-o-p",
    "s_t_o_p",
    "s/t/o/p",
    "S  T  O  P",
    "(S)(T)(O)(P)",
    "⒮⒯⒪⒫",
    "stоp",
    "ѕtop",
    "ѕтоп",
    "cтоп",
    "стоp",
    "στοπ",
    "𝗦𝗧𝗢𝗣",
    "𝓢𝓽𝓸𝓹",
    "𝚂𝚃𝙾𝙿",
    "ⓢⓣⓞⓟ",
    "🅂🅃🄾🄿",
    "🆂🆃🅾🅿",
    "🅢🅣🅞🅟",
    "🇸🇹🇴🇵",
    "ꜱᴛᴏᴘ",
    "ᏚᎢᎾᏢ",
    "ꓢꓔꓳꓑ",
    "ＳＴＯＰ",
    "S͎T͎O͎P",
    "s̷t̷o̷p̷",
    "ŝţöṗ",
    "St0p!!",
    "5top",
    "$top",
    "s†op",
    "57op",
    "S\u200bT\u200bO\u200bP",
    "\u202eSTOP\u202c",
    "sotp",
    "stp",
    "st0p texting me",
    "s t o p texting me",
    "please s t o p",
    "QU1T",
    "C A N C E L",
    "с т о п",
    "п.р.е.к.р.а.т.и.т.е",
    "停 止",
    "退·订",
    "중 지",
    "توقـف",
    "หยุ ด",
    "d ừ n g",
    "🛑",
    "🛑🛑🛑",
    "🖕 thanks",
]


@pytest.mark.parametrize("text", CLEAR)
def test_law_22_a_disguise_a_reader_sees_through_hides_nothing(text: str) -> None:
    assert Safety.OPT_OUT in screen(text).safety


DOUBTFUL = [
    "st op",
    "s top",
    "sto p please",
    "stopp",
    "sstop",
    "stoop",
    "estop",
    "tsop",
    "sop",
    "stpp",
    "cance1",
    "unsuscribe",
    "qiut",
    "pararr",
    "отписатся",
    "रोकेंं",
    "🛑 at the corner",
    "אתם תפסיקו",
    "გთხოვთ შეწყვიტოთ",
    "አቁም",
    "நிறுத்து",
    "σταματήστε",
]


@pytest.mark.parametrize("text", DOUBTFUL)
def test_law_23_a_doubtful_one_goes_to_a_person(text: str) -> None:
    assert screen(text).safety & HEARD


@pytest.mark.parametrize("text", ["h e l p", "H.E.L.P", "ℍ𝔼𝕃ℙ", "ayud4"])
def test_help_is_heard_in_a_disguise_too(text: str) -> None:
    assert Safety.HELP in screen(text).safety


@pytest.mark.parametrize("text", ["I wаnt to diе", "su1cide", "k1ll myself", "s u i c i d e", "ѕuісіdе", "𝗸𝗶𝗹𝗹 𝗺𝘆𝘀𝗲𝗹𝗳"])
def test_cri_03_danger_is_heard_in_a_disguise_too(text: str) -> None:
    assert Safety.EMERGENCY in screen(text).safety


@pytest.mark.parametrize("text", ["s t a r t", "st4rt", "🇸🇹🇦🇷🇹"])
def test_i2_a_restart_in_disguise_is_none(text: str) -> None:
    assert Safety.OPT_IN not in screen(text).safety


@pytest.mark.parametrize(
    "text",
    [
        "ok",
        "1",
        "5",
        "0",
        "2 pm",
        "5pm",
        "at 3:00pm",
        "B12",
        "covid19",
        "yes!!",
        "🇺🇸 yes",
        "U.S.",
        "đúng",
        "да",
        "A 1",
        "i c u",
    ],
)
def test_ordinary_signs_and_figures_are_no_disguise(text: str) -> None:
    assert not screen(text).safety & HEARD


# What hides a letter and shows nothing, and what may stand between two.
INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u202a\u202e\u2066\u2069\ufe0f\u034f\u115f\u3164\u180e\u0000"
BETWEEN = [" ", ".", "-", "_", "*", "/", "·", "  ", ", ", *INVISIBLE]
TWINS = {
    "a": "аɑᴀ@4",
    "b": "ʙᏴ",
    "c": "сᴄᏟ",
    "d": "ԁᴅ",
    "e": "еᴇ3",
    "h": "һʜ",
    "i": "іɪ1",
    "j": "јᴊ",
    "k": "ᴋК",
    "l": "ӏʟ1",
    "m": "ᴍᎷ",
    "n": "ɴոп"[:2],
    "o": "оοᴏ0օ",
    "p": "рᴘρ",
    "q": "ԛզ",
    "r": "ʀᎡ",
    "s": "ѕꜱ5$",
    "t": "тᴛτ7",
    "u": "ᴜս",
    "v": "ѵᴠ",
    "w": "ԝᴡ",
    "x": "хχ",
    "y": "уʏ",
    "z": "ᴢᏃ",
}
WRAPS = ["{}", "{}!!", "¡{}!", "please {}", "{} thanks", "por favor {}", "请{}", " \n{} \n", "{} 🙏", '"{}"']


@st.composite
def disguises(draw: st.DrawFn, words: list[str]) -> str:
    """Draw a word that stops texts, with twins for letters, things between them, another case, and courtesy around."""
    letters = []
    for letter in draw(st.sampled_from(words)):
        twins = TWINS.get(letter, "")
        letters.append(draw(st.sampled_from(twins)) if twins and draw(st.integers(0, 3)) == 0 else letter)
    cased = [letter.upper() if draw(st.booleans()) else letter for letter in letters]
    text = cased[0] + "".join(
        (
            draw(st.sampled_from(BETWEEN))
            if draw(st.integers(0, 3)) == 0 and not unicodedata.combining(letter[0])
            else ""
        )
        + letter
        for letter in cased[1:]
    )
    return draw(st.sampled_from(WRAPS)).format(text)


@given(disguises(ONE_WORD))
def test_law_22_no_disguise_of_any_word_passes_unseen(text: str) -> None:
    assert screen(text).safety & HEARD


@given(st.sampled_from(WORDS), st.lists(st.sampled_from(INVISIBLE), max_size=9), st.randoms(use_true_random=False))
def test_law_22_what_does_not_show_hides_nothing(word: str, hidden: list[str], random: object) -> None:
    letters = list(word)
    for character in hidden:
        letters.insert(random.randint(0, len(letters)), character)  # type: ignore[attr-defined]
    assert Safety.OPT_OUT in screen("".join(letters)).safety


@given(st.sampled_from(ONE_WORD), st.sampled_from([" ", ".", "-", "*", ". ", " - "]))
def test_law_22_a_word_spelled_out_is_seen_in_every_alphabet(word: str, between: str) -> None:
    assert screen(between.join(word)).safety & HEARD
