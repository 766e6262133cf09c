"""Writes docs/reference anew: `python -m tidings.reference`, or scripts/reference.

No argument and no choice. The test of this room calls `files` and compares.
"""

from pathlib import Path

from tidings.reference import codes, commands, routes, variables

PLACE = Path(__file__).parents[2] / "docs/reference"
NOTE = "<!-- Written by scripts/reference from the code. Changes made here are lost. -->\n"


def files() -> dict[Path, str]:
    """Return each page and what belongs onto it."""
    pages = {
        "settings.md": variables.page(),
        "close-codes.md": codes.page(),
        "command-line.md": commands.page(),
        "http.md": routes.page(),
    }
    return {PLACE / name: NOTE + "\n" + text for name, text in pages.items()}


def main() -> None:
    """Write them."""
    PLACE.mkdir(parents=True, exist_ok=True)
    for path, text in files().items():
        path.write_text(text)


if __name__ == "__main__":
    main()
