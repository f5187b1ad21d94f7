"""Letters that pass for other letters: what a reply looks like, whatever it is typed with (LAW-22)."""

from __future__ import annotations

import regex

# A letter, and the Latin letter a reader takes it for.
_LATIN = str.maketrans(
    {
        pair[0]: pair[1]
        for alphabet in (
            "аa вb гr ԁd еe һh нh іi їi ӏl јj кk мm оo өo рp ԛq ѕs сc тt уy ѵv ԝw хx ҳx пp ґr",  # Cyrillic
            "αa βb γy δd εe ζz ηn θo ιi κk λl μu νv οo πp ρp σs ςs τt υu χx ωw",  # Greek
            "ցg հh յj ոn ռn սu պp քp օo տs զq",  # Armenian
            "Ꭺa Ᏼb Ꮯc Ꭰd Ꭼe Ꮐg Ꮋh Ꭵi Ꭻj Ꮶk Ꮮl Ꮇm Ꮎo Ꮲp Ꭱr Ꮪs Ꭲt Ꮩv Ꮃw Ꮓz Ꮻo",  # Cherokee
            "ꓐb ꓑp ꓓd ꓔt ꓖg ꓗk ꓙj ꓚc ꓜz ꓝf ꓟm ꓠn ꓡl ꓢs ꓣr ꓦv ꓧh ꓪw ꓫx ꓬy ꓮa ꓰe ꓲi ꓳo ꓴu",  # Lisu
            "ⲁa ⲃb ⲉe ⲏh ⲓi ⲕk ⲙm ⲛn ⲟo ⲣp ⲡp ⲥs ⲧt ⲩy ⲭx",  # Coptic
            "ᴀa ʙb ᴄc ᴅd ᴇe ꜰf ɢg ʜh ɪi ᴊj ᴋk ʟl ᴍm ɴn ᴏo ᴘp ʀr ꜱs ᴛt ᴜu ᴠv ᴡw ʏy ᴢz ɑa ɡg ƨs ƽs ʇt ǝe",  # phonetic
        )
        for pair in alphabet.split()
    }
)
_CYRILLIC = str.maketrans("abcehijkmoprstuxy", "авсеһіјкморгѕтиху")
# Letters in circles and squares, and those flags are made of, are pictures to a computer.
_BOXED = {first + place: chr(ord("a") + place) for first in (0x1F150, 0x1F170, 0x1F1E6) for place in range(26)}
_LEET = str.maketrans("013457$@†€£!|", "oieastsatelil")
_OWN_ALPHABET = regex.compile(r"[\p{Cyrillic}\p{M}]+|[\p{Armenian}\p{M}]+")
_ALL_LATIN = regex.compile(r"[\p{Latin}\p{M}]+")
_WORD = regex.compile(r"[\p{L}\p{M}]+")
_CHUNK = regex.compile(r"\S+")
_LETTER = regex.compile(r"[\p{Latin}\p{Cyrillic}]")
_IN_WORD = regex.compile(r"[0-9$@†€£]|(?<=[\p{L}\p{N}])[!|](?=[\p{L}\p{N}])")
_SPELLED = regex.compile(
    r"(?<![\p{L}\p{M}\p{N}])(?:[\p{L}\p{N}$@†]\p{M}*[^\p{L}\p{M}\p{N}\n]{1,3}){2,}[\p{L}\p{N}]\p{M}*(?![\p{L}\p{M}\p{N}])"
)
_BETWEEN = regex.compile(r"[^\p{L}\p{M}\p{N}$@†]+")
_DOUBLED = regex.compile(r"(.)\1+")
# The alphabets of the languages we have words for; nobody here can tell what a reply in another one asks.
_UNREAD = regex.compile(
    r"[\p{L}--\p{Lm}--\p{Latin}--\p{Cyrillic}--\p{Armenian}--\p{Arabic}--\p{Devanagari}--\p{Gurmukhi}--\p{Thai}--\p{Lao}"
    r"--\p{Khmer}--\p{Han}--\p{Hiragana}--\p{Katakana}--\p{Hangul}]",
    regex.V1,
)


def _one_alphabet(found: regex.Match[str]) -> str:
    word: str = found[0]
    latin, cyrillic = word.translate(_LATIN), word.translate(_CYRILLIC)
    if word == latin or _OWN_ALPHABET.fullmatch(word):
        return word
    mostly_cyrillic = sum(letter != twin for letter, twin in zip(word, latin, strict=True)) * 2 > len(word)
    if mostly_cyrillic and word != cyrillic and _OWN_ALPHABET.fullmatch(cyrillic):
        return cyrillic
    return latin if _ALL_LATIN.fullmatch(latin) else word


def unmixed(text: str) -> str:
    """Return `text` with each word in one alphabet, where its letters were borrowed from several ("stоp")."""
    return text if text.isascii() else str(_WORD.sub(_one_alphabet, text))


def _unleeted(found: regex.Match[str]) -> str:
    chunk: str = found[0]
    return str(_IN_WORD.sub(lambda sign: sign[0].translate(_LEET), chunk)) if _LETTER.search(chunk) else chunk


def unmasked(shown: str) -> str:
    """Return a visible, case-folded text with pictures of letters, digits in words and s p e l l e d words undone."""
    letters = shown.translate(_BOXED)
    whole = _SPELLED.sub(lambda found: _BETWEEN.sub("", found[0]), letters)
    return str(_CHUNK.sub(_unleeted, whole))


def unsigned(shown: str) -> str:
    """Return a visible text with every figure and sign taken for the letter it looks like, wherever it stands."""
    return shown.translate(_BOXED).translate(_LEET)


def likeness(text: str) -> str:
    """Return what is left of a word when only the shapes of its letters count: no spaces, no doubling, one alphabet."""
    latin = "".join(text.split()).translate(_LATIN).replace("l", "i")
    return str(_DOUBLED.sub(r"\1", latin))


def unread(shown: str) -> bool:
    """Return whether a text holds letters of an alphabet that none of our words is written in."""
    return not shown.isascii() and _UNREAD.search(shown) is not None
