"""The overview: what an operator sees of the running server, once a second and only while somebody looks.

No page and no rule about who may look comes in here. Called by the house, which registers it at the desk.
"""

from tidings.overview.broadcast import EVERY_S, Overview
from tidings.overview.onlookers import Ask, Onlookers

__all__ = ["EVERY_S", "Ask", "Onlookers", "Overview"]
