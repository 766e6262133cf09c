"""The journal: one line for everything worth knowing while the server runs, and no secret in any of them.

No business rule may come in here. `set_up` is called by the composition root; `request_id` is set by the
shield, `connection_id` by the endpoint.
"""

from tidings.journal.marks import connection_id, request_id
from tidings.journal.redaction import redacted
from tidings.journal.setup import set_up

__all__ = ["connection_id", "redacted", "request_id", "set_up"]
