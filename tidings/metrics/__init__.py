"""The numbers of the running server as Prometheus text (`GET /metrics`).

No measuring happens here: rooms keep their tallies, this writes them down when somebody asks. Called by the
house.
"""

from tidings.metrics.page import Metrics
from tidings.metrics.siblings import Siblings

__all__ = ["Metrics", "Siblings"]
