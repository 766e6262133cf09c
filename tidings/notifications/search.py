"""Find notifications by their words: SQLite's FTS5 and PostgreSQL's full text behind one condition.

No rule about who may see what comes in here: a condition only narrows a question about one's own deliveries.
Called by inbox.py. The index has one row however many people get it. PostgreSQL keeps it by itself; SQLite
numbers what is to be indexed, whoever writes it, and findable.py sees to the words.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, column, func, or_, select, table
from sqlalchemy.orm import Session

from tidings.database.dialect import engine_of
from tidings.notifications.tables import contents, deliveries

MOST_TERMS = 20  # nobody types more, and each costs a look into the index
FEW = 500  # up to so many matches are looked up; more are met while walking the inbox anyway

MARKS = re.compile("[\u0300-\u036f]")  # accents: who types "cafe" means "café", too
BETWEEN = re.compile(r"[\x00-/:-@\[-`{-\x7f]+")  # ASCII that is neither a letter nor a digit
# Scripts without spaces between words: there a word of the index is a whole sentence.
UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u30ff\u3400-\u9fff\uf900-\ufaff]")

numbers = table("content_numbers", column("number"), column("content_id"))
words = table("content_words", column("rowid"), column("content_words"))


@dataclass(frozen=True)
class Search:
    """What somebody looks for. Every term must be there; a term's words in a row, its last one begun.

    `literal` are terms that have no words (an emoji, a `%`) or whose words nobody separates.
    """

    terms: tuple[tuple[str, ...], ...]
    literal: tuple[str, ...]


def read_search(text: str) -> Search:
    """Read what was typed. There is no syntax, so there are no mistakes."""
    terms: list[tuple[str, ...]] = []
    literal: list[str] = []
    for typed in text.split()[:MOST_TERMS]:
        spoken = tuple(BETWEEN.sub(" ", _plain(typed)).split())
        if spoken and any(letter.isalnum() for letter in typed) and not UNSPACED.search(typed):
            terms.append(spoken)
        else:
            literal.append(typed.replace("\0", ""))
    return Search(tuple(terms), tuple(literal))


def is_of_a_model(name: str | None, kind: str, _parents: Any) -> bool:
    """Tell Alembic what belongs to a model; the index of words has none, the databases keep it themselves."""
    return kind not in ("table", "index") or not (name or "").startswith(("content_", "contents_words"))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", MARKS.sub("", unicodedata.normalize("NFD", text)))


def matching(session: Session, text: str) -> list[ColumnElement[bool]]:
    """Return the conditions under which a delivery, joined with its content, matches what was typed."""
    search = read_search(text)
    conditions = [_literally(term) for term in search.literal]
    if search.terms:
        conditions.append(_in_words(session, search))
    return conditions


def _in_words(session: Session, search: Search) -> ColumnElement[bool]:
    """Look the few up by their ids; of many the inbox is walked, and the first page comes soon."""
    engine = engine_of(session)
    matches = _in_sqlite(search) if engine == "sqlite" else _in_postgresql(search)
    some = select(contents.c.id, contents.c.notification_id).where(matches).limit(FEW + 1)
    found = session.execute(some).all()
    if len(found) > FEW:
        return matches  # the walk reads the contents anyway
    which = deliveries.c.notification_id.in_([row.notification_id for row in found])
    return which & deliveries.c.content_id.in_([row.id for row in found])


def _in_sqlite(search: Search) -> ColumnElement[bool]:
    typed = " AND ".join(f'"{" ".join(term)}"*' for term in search.terms)
    matched = words.join(numbers, numbers.c.number == words.c.rowid)
    ids = select(numbers.c.content_id).select_from(matched)
    return contents.c.id.in_(ids.where(words.c.content_words.op("MATCH")(typed)))


def _in_postgresql(search: Search) -> ColumnElement[bool]:
    typed = " & ".join("(" + " <-> ".join(f"'{word}'" for word in term) + ":*)" for term in search.terms)
    said = func.words_of(contents.c.title, contents.c.body)
    return said.op("@@")(func.to_tsquery("simple", typed))


def _literally(term: str) -> ColumnElement[bool]:
    text = term.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    return or_(*(part.ilike(f"%{text}%", escape="\\") for part in (contents.c.title, contents.c.body)))
