"""Every signal of CRI-02 is heard, in every language, with a slip of the finger in it too (CRI-02, CRI-03)."""

from __future__ import annotations

import pytest
import regex
from together import each

from conversations.meaning import Safety
from conversations.screens import screen
from locales.lexicon import lexicons

HEARD = {Safety.EMERGENCY, Safety.ABUSE, Safety.REVIEW}
# The table of CRI-02 as it stands, by category.
CRI_02 = {
    "C1": "kill myself; suicide; end my life; want to die; don't want to live; hurt myself; cut myself; matarme; "
    "suicidio; quitarme la vida; no quiero vivir; hacerme daño; 自杀; 自殺; 不想活; tự tử; muốn chết; 자살; 죽고 싶; "
    "magpakamatay; gusto ko nang mamatay; убить себя; самоубийство; не хочу жить; вбити себе; самогубство; "
    "انتحار; أقتل نفسي; خودکشی; touye tèt mwen; me matar; suicídio; me tuer; ինքնասպանություն; txov tus kheej; "
    "tua kuv tus kheej; ធ្វើអត្តឃាត; आत्महत्या; मरना चाहता; ਖੁਦਕੁਸ਼ੀ; ຂ້າໂຕຕາຍ; ฆ่าตัวตาย; "
    "อยากตาย; 死にたい; zabić się; samobójstwo; is dilo",
    "C2": "chest pain; can't breathe; stroke; unconscious; seizure; heavy bleeding; water broke; "
    "overdose; baby not moving",
    "C3": "he hit me; afraid at home; threat; abuse; hostage",
    "C4": "kill him; kill her; kill them; shoot",
    "C5": "hurting my child; my mother is hit",
    "C6": "overdose; fentanyl; took too many",
    "C7": "can't go on; tired of everything; help me; help please; emergency; 911",
}
SIGNALS = [(group, signal) for group, signals in CRI_02.items() for signal in signals.split("; ")]


@pytest.mark.parametrize(("group", "signal"), SIGNALS, ids=[f"CRI-02-{group}-{signal}" for group, signal in SIGNALS])
def test_cri_02_a_signal_is_heard_for_what_it_is(group: str, signal: str) -> None:
    expected = Safety.ABUSE if group in ("C3", "C5") else Safety.EMERGENCY
    for text in (signal, signal.upper(), f"{signal}!!", f"please, {signal} now", f"I am not sure but {signal}"):
        assert expected in screen(text).safety, text


@pytest.mark.parametrize("code", sorted(lexicons()))
def test_cri_02_every_language_has_words_for_every_category(code: str) -> None:
    words = lexicons()[code]
    assert set(words.crisis) == {"C1", "C2", "C4", "C6", "C7"}
    assert set(words.abuse) == {"C3", "C5"}


# CRI-03: "edit distance 1 for words of six letters and more"; where a letter is a syllable there is no such word.
SYLLABLES = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}]")
TRIPLE = regex.compile(r"(.)\1\1")
TERMS = [
    term.rstrip("*")
    for words in lexicons().values()
    if words.fold
    for groups in (words.crisis, words.abuse)
    for terms in groups.values()
    for term in terms
    if not SYLLABLES.search(term)
]


def slips(word: str) -> list[str]:
    """Return the word with a letter left out, one doubled, two changed places, and a wrong one."""
    middle = len(word) // 2
    head, tail = word[:middle], word[middle:]
    return [head + tail[1:], head + tail[0] + tail, head[:-1] + tail[0] + head[-1] + tail[1:], head + "x" + tail[1:]]


LONG = [(term, word) for term in dict.fromkeys(TERMS) for word in term.split() if len(word) >= 7 and word.isalpha()]


@each(LONG)
def test_cri_03_a_slip_in_a_long_word_does_not_hide_it(term: str, word: str) -> None:
    typed = [slip for slip in slips(word) if not TRIPLE.search(slip)]  # a stretched word is unstretched first
    missed = [slip for slip in typed if not screen(term.replace(word, slip)).safety & HEARD]
    assert not missed


@pytest.mark.parametrize(
    ("group", "term"), [("C1", "suicide"), ("C2", "unconscious"), ("C6", "overdose"), ("C7", "ambulance")]
)
@pytest.mark.parametrize("stop", ["STOP", "unsubscribe", "stop texting me", "不要再发短信"])
def test_cri_01_a_crisis_and_an_opt_out_are_both_heard(group: str, term: str, stop: str) -> None:
    for text in (f"{term}. {stop}", f"{stop}, {term}"):
        assert Safety.EMERGENCY in screen(text).safety, group
        assert screen(text).safety & {Safety.OPT_OUT, Safety.REVIEW}, text
