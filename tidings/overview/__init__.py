"""The overview: what an operator sees of the running server, once a second and only while somebody looks.

No page and no rule about who may look comes in here. Called by the house, which registers it at the desk.
"""

from tidings.overview.broadcast import EVERY_S, Overview
from tidings.overview.onlookers import Ask, Onlookers
from tidings.overview.others import Board
from tidings.overview.report import Place
from tidings.overview.reporting import Reporter

__all__ = ["EVERY_S", "Ask", "Board", "Onlookers", "Overview", "Place", "Reporter"]
