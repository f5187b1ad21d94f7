"""Every sentence that the console says can be said in another language: no template and no module keeps one bare."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from console_texts import ROOT, bare
from jinja2 import Environment, nodes

ADMIN = ROOT / "admin"
TEMPLATES = ADMIN / "templates" / "admin"
# Files that still say something in English alone; none may be added.
OPEN_TEMPLATES: frozenset[str] = frozenset()
OPEN_MODULES: frozenset[str] = frozenset()
_SAYING = frozenset({"_", "gettext", "ngettext", "N_"})
_SENTENCE = re.compile(r"[^\W\d_]{2,}\W* \W*[^\W\d_]{2,}|^[^\W\d_]{2,}:? $|^,? [^\W\d_]{2,}")
_LABEL = re.compile(r"[A-Z][a-z]+[.:]?")
_NAMES = frozenset({"Outreach", "English", "Safari", "Chrome", "Edge", "Firefox", "Opera", "Ctrl", "Enter", "Esc"})
_TYPES = frozenset({"Args", "Answer", "Code", "Typed", "Writing"})  # of type variables, and classes named ahead
# Not said to a reader: what a browser is told, an address, a rule, a class of the look.
_NOT_SAID = re.compile(
    r"charset=|attachment; filename|\bo-[a-z]|\bbtn|no-store|^default-src|<row:|/<"
    r"|^[A-Z]{2,5}-[0-9]{2}\b|^ (selected|checked)$|^event: |^retry: "
)
# Where a word is meant as it is, in any language: what the store keeps, a mark that no one reads as a word.
_MEANT: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "sharing_words.py": frozenset({"in person"}),  # what the store keeps
        "shell.py": frozenset({'<span class="mark">U+'}),  # a character that cannot be seen, by its number
    }
)
# Raised at who wrote the program, and read in a log: in English.
_FOR_PROGRAMMERS = frozenset({"ValueError", "TypeError", "KeyError", "RuntimeError", "AssertionError", "LookupError"})


def test_no_template_says_a_bare_sentence():
    said = {path.name: bare(path.read_text()) for path in _templates()}
    assert {name: lines for name, lines in said.items() if lines} == {}


def test_no_expression_of_a_template_says_a_bare_sentence():
    said = {path.name: list(_bare_constants(path.read_text())) for path in _templates()}
    assert {name: lines for name, lines in said.items() if lines} == {}


def test_no_module_says_a_bare_sentence():
    said = {path.name: _says_bare_in(path) for path in _modules()}
    assert {name: lines for name, lines in said.items() if lines} == {}


def test_no_sentence_is_marked_inside_another_string():
    """The tool that collects sentences does not look into f-strings: what is marked there is never translated."""
    assert {path.name: found for path in _modules() if (found := _marked_inside(ast.parse(path.read_text())))} == {}


def _marked_inside(tree: ast.AST) -> list[str]:
    strings = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
    calls = [node for string in strings for node in ast.walk(string) if isinstance(node, ast.Call)]
    named = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id in _SAYING]
    return [ast.unparse(call) for call in named if any(isinstance(given, ast.Constant) for given in call.args)]


def test_what_is_no_longer_open_is_off_the_list():
    said = {name for name in OPEN_TEMPLATES if _says_bare(TEMPLATES / name)}
    kept = {name for name in OPEN_MODULES if _says_bare_in(ADMIN / name)}
    assert (said, kept) == (OPEN_TEMPLATES, OPEN_MODULES)


def _templates() -> list[Path]:
    return [path for path in sorted(TEMPLATES.rglob("*.html")) if path.name not in OPEN_TEMPLATES]


def _modules() -> list[Path]:
    return [path for path in sorted(ADMIN.rglob("*.py")) if path.name not in OPEN_MODULES]


def _says_bare_in(path: Path) -> list[str]:
    meant = _MEANT.get(path.name, frozenset())
    return [text for text in _bare_strings(ast.parse(path.read_text())) if text not in meant]


def _says_bare(path: Path) -> bool:
    source = path.read_text()
    return bool(bare(source) or list(_bare_constants(source)))


def _bare_constants(source: str) -> Iterator[str]:
    """Yield the words in expressions of a template that are not said through the reader's language."""
    language = Environment(extensions=["jinja2.ext.i18n"])
    tree = language.parse(source)
    said = {id(one) for call in tree.find_all(nodes.Call) if _says(call) for one in call.find_all(nodes.Const)}
    for one in tree.find_all(nodes.Const):
        if isinstance(one.value, str) and id(one) not in said and _is_sentence(one.value):
            yield one.value


def _says(call: nodes.Call) -> bool:
    return isinstance(call.node, nodes.Name) and call.node.name in _SAYING


def _is_sentence(text: str) -> bool:
    label = _LABEL.fullmatch(text) is not None and text not in _NAMES | _TYPES
    return label or (_SENTENCE.search(text) is not None and _NOT_SAID.search(text) is None)


def _bare_strings(tree: ast.AST) -> Iterator[str]:
    """Yield the words of a module that are not said through the reader's language."""
    for child in ast.iter_child_nodes(tree):
        match child:
            case ast.Expr(value=ast.Constant(value=str())):
                pass  # a docstring
            case ast.Call(func=ast.Name(id=name)) if name in _SAYING | _FOR_PROGRAMMERS:
                for value in child.keywords:
                    yield from _bare_strings(value)
            case ast.Dict(values=values):
                for value in values:
                    yield from _bare_strings(ast.Expression(value))
            case ast.Compare() | ast.pattern():
                pass  # a code
            case ast.Constant(value=str() as text) if _is_sentence(text):
                yield text
            case _:
                yield from _bare_strings(child)
