"""What a check found, as a value.

No check may come in here. Made by the modules beside it and by the command line; printed there.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """What one check found; `advice` says what to change when it is not well. `ms` is how long it took."""

    check: str
    well: bool
    says: str
    advice: str = ""
    ms: float | None = None


class Unwell(Exception):
    """A check found something that makes the checks after it pointless."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.says)
        self.finding = finding
