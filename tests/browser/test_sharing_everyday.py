"""The everyday journeys once more, with the connection in a worker as in everybody's browser."""

from tests.browser.test_arriving import *  # noqa: F403
from tests.browser.test_marks import *  # noqa: F403

SHARES = True
