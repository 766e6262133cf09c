"""Every page can be drawn: what only the build would say is said here, in a second."""

from collections.abc import Callable

import pytest
import reflex as rx

from tidings.ui.app import MORE_PAGES


@pytest.mark.parametrize(
    "page", [page for page, _, _ in MORE_PAGES], ids=[route for _, route, _ in MORE_PAGES]
)
def test_a_page_can_be_drawn(page: Callable[[], rx.Component]) -> None:
    """A value whose type Reflex was not told cannot be looked into, and no page of the site is built then."""
    assert page().render()  # pyright: ignore[reportUnknownMemberType]
