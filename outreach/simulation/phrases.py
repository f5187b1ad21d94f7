"""What simulated members write in their own words, by language; digits are said by everybody."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

Phrases = Mapping[str, Mapping[str, str]]

# Beyond English and Spanish only digits, yes, no, STOP and HELP are understood: a person reads the rest.
PHRASES: Phrases = MappingProxyType(
    {
        "en": {
            "yes": "yes i will be there",
            "stop": "STOP",
            "ride": "I need a ride",
            "worry": "I can't go on anymore",
            "medicine": "can I take 2 pills before the visit?",
            "wrong": "wrong number",
            "question": "where do I park?",
            "spanish": "español",
            "ride after all": "oh wait i need a ride",
        },
        "es": {
            "yes": "si ahi estare",
            "stop": "no mas mensajes",
            "ride": "necesito transporte",
            "worry": "no quiero vivir",
            "medicine": "puedo tomar dos pastillas antes de la cita?",
            "wrong": "numero equivocado",
            "question": "¿dónde me estaciono?",
            "spanish": "español",
            "ride after all": "perdon, necesito transporte",
        },
        "zh-Hans": {
            "yes": "是",
            "stop": "停止",
            "ride": "我没有车，可以派车来接我吗？",
            "worry": "我不想活了",
            "medicine": "看病前可以吃药吗？",
            "wrong": "打错了",
            "question": "诊所入口在哪里？",
        },
        "vi": {
            "yes": "có",
            "stop": "dừng",
            "ride": "Tôi không có xe đi khám.",
            "worry": "Tôi không muốn sống nữa",
            "medicine": "Tôi có thể uống thuốc trước khi khám không?",
            "wrong": "nhầm số",
            "question": "Tôi đậu xe ở đâu?",
        },
        "ru": {
            "yes": "да",
            "stop": "стоп",
            "ride": "Мне не на чем доехать до клиники.",
            "worry": "я не хочу жить",
            "medicine": "Можно ли выпить таблетки до приёма?",
            "wrong": "вы ошиблись номером",
            "question": "Где вход в клинику?",
        },
        "ar": {
            "yes": "نعم",
            "stop": "توقف",
            "ride": "ليس لدي سيارة للوصول إلى العيادة.",
            "worry": "لا أريد أن أعيش",
            "medicine": "هل آخذ الدواء قبل الموعد؟",
            "wrong": "رقم خاطئ",
            "question": "أين مدخل العيادة؟",
        },
        "ht": {
            "yes": "wi",
            "stop": "sispann",
            "ride": "Mwen pa gen machin pou m vini.",
            "worry": "mwen pa vle viv ankò",
            "medicine": "Èske m ka pran medikaman anvan vizit la?",
            "wrong": "move nimewo",
            "question": "Ki kote pòt klinik la ye?",
        },
        "hmn": {
            "yes": "yog",
            "stop": "nres",
            "ride": "Kuv tsis muaj tsheb mus.",
            "worry": "kuv xav tuag",
            "medicine": "Kuv puas noj tau tshuaj ua ntej mus ntsib?",
            "wrong": "yuam kev",
            "question": "Lub qhov rooj nkag nyob qhov twg?",
        },
    }
)
_OWN_DIGITS: Mapping[str, str] = MappingProxyType({"ar": "٠١٢٣٤٥٦٧٨٩", "zh-Hans": "０１２３４５６７８９"})


def said(what: str, language: str) -> str:
    """Return the words for `what` as somebody who writes in `language` would text it; a digit stays one."""
    if what.isdigit():
        return what
    return PHRASES.get(language, PHRASES["en"]).get(what) or PHRASES["en"][what]


def in_own_script(digit: str, language: str) -> str:
    """Return a digit as this language's script has it, or, where it is the usual one, "yes" in its words for 1."""
    if own := _OWN_DIGITS.get(language):
        return own[int(digit)]
    return said("yes", language) if digit == "1" else digit
