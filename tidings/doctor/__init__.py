"""The doctor: uses a site as a browser does, and says what stands in the way and what to change.

No database and no room of the server may come in here: all it knows is an address and somebody's session.
Called by the command line.
"""

from tidings.doctor.examination import Examination
from tidings.doctor.finding import Finding

__all__ = ["Examination", "Finding"]
