"""What Lighthouse says of the sign-in and of every page, as a phone on a slow line and as a desktop.

The looking is done by lighthouse.mjs in node. Called by the command.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.figures import Figures
from benchmarks.page.site import Site
from benchmarks.workshop import ROOT, node_packages
from tests.browser.sights import every_page

HERE = Path(__file__).parent
FORMS = ("mobile", "desktop")
PATIENCE_S = 120
LOOKS = 3  # it may lose its browser, and says so; a score is never looked at twice


def score(site: Site, figures: Figures, forms: tuple[str, ...] = FORMS) -> None:
    """Look at each page once in each form."""
    place = node_packages("page", HERE)
    source = Path(shutil.copy(HERE / "lighthouse.mjs", place))
    for form in forms:
        for path, person in (("/login", None), *((sight.path, site.usual) for sight in every_page())):
            with site.visitor(person) as visitor:
                port = int(visitor.devtools_address.rpartition(":")[2])
                told = _look(source, {"port": port, "form": form, "addresses": [site.server.url + path]})
            scores = {name.replace("-", "_"): float(value) for name, value in told["scores"].items()}
            figures.note(
                f"{form} {path}",
                **scores,
                **{name: value for name, value in told["times"].items() if value is not None},
            )
            figures.facts[f"{form} {path}"] = "; ".join(told["findings"]) or "nothing"


def _look(source: Path, asked: dict[str, Any]) -> dict[str, Any]:
    """Return what Lighthouse tells of one page.

    Raises:
        RuntimeError: it came to no score, however often it was asked.
    """
    for _ in range(LOOKS):
        done = subprocess.run(
            ["node", str(source), json.dumps(asked)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE_S,
        )
        if done.returncode == 0:
            return dict(json.loads(done.stdout))
        print(f"Lighthouse came to no score: {done.stderr}", file=sys.stderr, flush=True)
    raise RuntimeError(f"Lighthouse has no score for {asked['addresses']}, asked {LOOKS} times.")
