"""A scraper: asks a real server for its numbers and reads them with Prometheus' own parser.

No assertion comes in here. Used by the tests beside it.
"""

from collections.abc import Mapping
from typing import Any

import httpx
from prometheus_client.parser import text_string_to_metric_families

from tests.live.site import Site


class Numbers:
    """What one scrape said."""

    def __init__(self, text: str) -> None:
        self.families: list[Any] = list(text_string_to_metric_families(text))
        self.samples: list[Any] = [sample for family in self.families for sample in family.samples]

    def names(self) -> set[str]:
        return {sample.name for sample in self.samples}

    def declared(self) -> set[str]:
        """Name everything that a query may ask for, also what has no label's value yet."""
        names = self.names()
        for family in self.families:
            endings = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count")}
            names |= {family.name + ending for ending in endings.get(family.type, ("",))}
        return names

    def of(self, name: str, /, **labels: str) -> float:
        """Return the sum of all samples of this name with these labels."""
        return sum(each.value for each in self.samples if each.name == name and _has(each.labels, labels))


def _has(found: Mapping[str, str], wanted: Mapping[str, str]) -> bool:
    return all(found.get(label) == value for label, value in wanted.items())


async def scrape(site: Site, **headers: str) -> Numbers:
    """Ask as Prometheus does."""
    async with httpx.AsyncClient(trust_env=False) as http:
        answer = await http.get(f"http://127.0.0.1:{site.port}/metrics", headers=headers)
    assert answer.status_code == 200, answer.text
    return Numbers(answer.text)
