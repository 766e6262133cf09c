"""The neighbours: other processes of this installation, on this host and others, reached through Redis.

No table, no socket of a browser and no truth may come in here: Redis says "look", the database says what.
Called by the composition root alone.
"""

from tidings.neighbours.attempts import SharedAttempts
from tidings.neighbours.board import Board
from tidings.neighbours.gate import Bounds, Gate
from tidings.neighbours.line import Line, RedisAway
from tidings.neighbours.places import Place, SharedPlaces
from tidings.neighbours.ring import Ring
from tidings.neighbours.street import Street

__all__ = [
    "Board",
    "Bounds",
    "Gate",
    "Line",
    "Place",
    "RedisAway",
    "Ring",
    "SharedAttempts",
    "SharedPlaces",
    "Street",
]
