"""The language of a member, however the clinic's system spells it, becomes one BCP 47 code."""

from __future__ import annotations

from functools import cache

from locales.languages import languages
from outreach.clinics.cells import BadCell

# Beside its code and its names: ISO 639-2, other English names, regional forms. Plain "Chinese" is missing on purpose,
# for it does not say which script the member reads.
_ALSO = {
    "en": "eng en-us",
    "es": "spa castilian es-us es-mx es-419",
    "zh-Hans": "zh-cn zh-sg cmn mandarin simplified-chinese chinese-simplified",
    "zh-Hant": "zh-tw zh-hk yue cantonese traditional-chinese chinese-traditional",
    "vi": "vie",
    "ko": "kor",
    "tl": "tgl fil filipino pilipino",
    "ru": "rus",
    "ar": "ara",
    "fa": "fas per persian dari",
    "hy": "hye arm",
    "ht": "hat haitian creole kreyol",
    "pt": "por pt-br",
    "fr": "fra fre",
    "hi": "hin",
    "pa": "pan panjabi",
    "km": "khm cambodian",
    "lo": "laotian",
    "th": "tha",
    "uk": "ukr",
    "ja": "jpn",
    "pl": "pol",
    "so": "som",
}


def language_code(text: str) -> str:
    """Return the code of a language that members may choose; raises BadCell for any other word."""
    code = _spellings().get(_plain(text))
    if code is None:
        raise BadCell("The language is not one we know: write a code such as en, es or zh-Hans, or empty the cell.")
    return code


@cache
def _spellings() -> dict[str, str]:
    return {
        _plain(spelling): language.code
        for language in languages().values()
        for spelling in (
            language.code,
            language.own_name,
            language.english_name,
            *_ALSO.get(language.code, "").split(),
        )
    }


def _plain(text: str) -> str:
    return "-".join(text.replace("_", "-").casefold().split())
