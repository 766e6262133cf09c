"""Collect the sentences of the pages into translations/*.po, and write assets/words/*.js from them.

What is translated stays; a sentence that is gone from the pages is dropped, one that is new waits empty.
Called by scripts/words; tests/words reads `sentences` and `compiled`.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[2]
TRANSLATIONS = ROOT / "translations"
CATALOGUES = ROOT / "assets/words"
# How many forms a number has, and which one it takes; assets/ui/words.js counts them in the same order.
TWO_FORMS = "nplurals=2; plural=(n != 1);"
SIX_FORMS = (
    "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);"
)
PLURALS = {"de": TWO_FORMS, "es": TWO_FORMS, "ar": SIX_FORMS}
LANGUAGES = tuple(PLURALS)
PYTHON: dict[str, Any] = {"say": (1,), "say_with": (1,), "say_count": (2, 3)}
JAVASCRIPT: dict[str, Any] = {"inWords": (1,), "countInWords": (2, 3), "heard": (1,), "heardCount": (1, 2)}
WIDTH = 110

Key = str | tuple[str, str]


def sentences() -> dict[Key, list[str]]:
    """Return every sentence of the pages, one or a pair for one and many, and the files it stands in."""
    found: dict[Key, list[str]] = {}
    for path, message in _messages():
        key: Key = message
        places = found.setdefault(key, [])
        if (place := path.relative_to(ROOT).as_posix()) not in places:
            places.append(place)
    return found


def _messages() -> Iterator[tuple[Path, Any]]:
    for path in sorted((ROOT / "tidings/ui").glob("*.py")):
        for _, message, _, _ in extract_from_file("python", path, PYTHON):
            yield path, message
    for path in sorted((ROOT / "assets/ui").glob("*.js*")):
        for _, message, _, _ in extract_from_file("javascript", path, JAVASCRIPT):
            yield path, message


def read(language: str) -> Catalog:
    """Return what is translated so far."""
    path = TRANSLATIONS / f"{language}.po"
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def merged(language: str) -> Catalog:
    """Return a catalogue of exactly the sentences of the pages, with what is translated of them."""
    old, new = read(language), Catalog(locale=language, project="Tidings", fuzzy=False)
    for key, places in sentences().items():
        known = old.get(key[0] if isinstance(key, tuple) else key)
        fits = known is not None and known.pluralizable == isinstance(key, tuple)
        new.add(key, known.string if known and fits else None, [(place, 0) for place in places])
    return new


def compiled(language: str) -> str:
    """Return the script that lays this catalogue on the shelf of a page (assets/ui/words.js)."""
    lines = [
        f"  {_json(_name(message))}: {_json(_said(message))},"
        for message in sorted(read(language), key=_name)
        if message.id and _is_translated(message)
    ]
    head = "// Made by scripts/words from translations/. A script: a page can wait for it before it is seen."
    body = ["globalThis.tidingsWords = {", f'language: "{language}", sentences: {{', *lines, "}};"]
    return "\n".join([head, *body]) + "\n"


def _name(message: Message) -> str:
    return message.id[0] if isinstance(message.id, tuple) else str(message.id)


def _said(message: Message) -> Any:
    return list(message.string) if isinstance(message.string, tuple) else message.string


def _is_translated(message: Message) -> bool:
    said: Any = _said(message)
    return all(said) if isinstance(said, list) else bool(said)  # pyright: ignore[reportUnknownArgumentType]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _write(language: str) -> int:
    catalogue = merged(language)
    with (TRANSLATIONS / f"{language}.po").open("wb") as file:
        file.write(_head(language).encode())
        write_po(file, catalogue, width=WIDTH, omit_header=True, sort_output=True, include_lineno=False)
    (CATALOGUES / f"{language}.js").write_text(compiled(language))
    return sum(not _is_translated(message) for message in catalogue if message.id)


def _head(language: str) -> str:
    """Return the head that programs for translators need, without a date: it would change at every run."""
    facts = (
        f"Language: {language}",
        f"Plural-Forms: {PLURALS[language]}",
        "Content-Type: text/plain; charset=utf-8",
    )
    return "\n".join(['msgid ""', 'msgstr ""', *(f'"{fact}\\n"' for fact in facts)]) + "\n\n"


def main() -> int:
    """Write all catalogues; tell how many sentences wait for a translator."""
    for language in LANGUAGES:
        missing = _write(language)
        print(f"{language}: {len(sentences())} sentences, {missing} not translated")
    return 0


if __name__ == "__main__":
    sys.exit(main())
