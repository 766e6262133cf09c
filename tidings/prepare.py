"""Make a database ready to be used: bring it up to date, and see that somebody can sign in.

No server may come in here. Called before serving, by `python -m tidings serve` and by `reflex run` alike.
"""

from tidings.accounts import users
from tidings.accounts.passwords import Hasher
from tidings.accounts.refusals import PasswordRefused
from tidings.clock import SystemClock
from tidings.database import Database, DatabaseRefused, DatabaseUnavailable
from tidings.database.migrate import migrate
from tidings.settings import Settings, SettingsRefused

_prepared: set[str] = set()


def consider_prepared(database_url: str) -> None:
    """Leave it to the process that started this one."""
    _prepared.add(database_url)


def prepare(settings: Settings) -> None:
    """Migrate and create the first admin, once a process; a generated password is printed, and nowhere else.

    Raises `DatabaseRefused` or `SettingsRefused` with one sentence.
    """
    if settings.database_url in _prepared:
        return
    if not settings.secret_keys:  # made or refused here, before a worker needs it
        raise SettingsRefused("TIDINGS_SECRET_KEY holds no key.")
    _prepare(settings)
    consider_prepared(settings.database_url)


def _prepare(settings: Settings) -> None:
    migrate(settings.database_url)
    database = Database(settings.database_url)
    hasher = Hasher()
    given = settings.admin_password.get_secret_value() if settings.admin_password else None
    try:
        made = database.write_now(
            lambda session: users.first_admin(session, hasher, given, SystemClock().now()),
        )
    except PasswordRefused as refused:
        raise SettingsRefused(f"TIDINGS_ADMIN_PASSWORD cannot be used: {refused}") from None
    except DatabaseUnavailable as away:
        raise DatabaseRefused(f"Nobody could be looked for in the database: {away}") from away
    finally:
        hasher.close()
        database.close_now()
    if made is not None and made[1] is not None:
        print(
            f"\n  Sign in as   {made[0].name}\n  password     {made[1]}\n  (shown only this once)\n",
            flush=True,
        )
