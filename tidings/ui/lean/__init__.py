"""What is left out of the built pages as no page uses it: most of Radix' styles, and Reflex's own socket.

No component and no page may come in here: rxconfig.py imports it while Reflex still reads its settings.
"""

from tidings.ui.lean.plugin import LeanPages

__all__ = ["LeanPages"]
