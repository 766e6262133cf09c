"""From a command to a listening server: look first, build the pages when they changed, hand over.

Neither Reflex nor a table may be imported here: `prepare` and `serve` are given. Called by __main__.py.
"""

from tidings.startup.refusal import StartRefused
from tidings.startup.sequence import start

__all__ = ["StartRefused", "start"]
