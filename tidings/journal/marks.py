"""What a line of the journal is about: which request, and which connection.

No line is written here. Set by the shield and by the endpoint, each in the task that serves it, so that
whatever logs in that task, or in one it started, carries the marks.
"""

from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="")
connection_id: ContextVar[str] = ContextVar("connection_id", default="")
