"""Topics, page `/topics`, for everybody: what one can follow. Admins also see who does, and may add people.

No rule about topics. Added to the app by `tidings.ui.app`.
"""

from typing import Any

import reflex as rx

from tidings.ui.door import AdminOnly, Door
from tidings.ui.forms import DoorButton, ModalCloser, ModalOpener, modal
from tidings.ui.icons import icon
from tidings.ui.manage import answered, listing, manage_page, nothing, search_box, tag, thing
from tidings.ui.picking import people_in
from tidings.ui.pieces import javascript
from tidings.ui.words import say, say_count

DOOR = Door("allTopics", "/api/v1/topics", "topics", "after")


def topics_page() -> rx.Component:
    """Draw the page."""
    return manage_page(
        say("Topics"),
        say("Follow what you want to hear about. What is sent to you by name comes anyway."),
        DOOR,
        search_box(DOOR, say("Find a topic")),
        answered(DOOR, _list()),
    )


def _list() -> rx.Component:
    topics = DOOR.items("topics", list[dict[str, Any]])
    none = rx.cond(
        DOOR.asked("search"),
        nothing("rss", say("No topic has such a name"), say("Try fewer letters.")),
        nothing("rss", say("No topics yet"), say("One appears when somebody sends to it.")),
    )
    return listing(DOOR, topics, _topic, none)


def _topic(row: Any) -> rx.Component:
    topic = row["topic"].to(str)
    door = "/api/v1/topics/" + javascript("encoded", "addresses.js").call(topic).to(str)
    return thing(
        rx.el.span(icon("rss"), class_name="thing-sign"),
        rx.el.div(
            rx.el.p(
                rx.el.span(topic, class_name="thing-name", dir="auto"),
                rx.cond(row["following"], tag(say("You follow it"), "tag-accent")),
                class_name="thing-head",
            ),
            rx.el.p(
                rx.el.span(say_count(row["followers"], "{count} follower", "{count} followers")),
                class_name="thing-facts tabular",
            ),
            class_name="thing-text",
        ),
        actions=rx.fragment(
            AdminOnly.create(_followers(topic, door + "/followers")), _following(row, topic, door + "/follow")
        ),
        key=topic,
        custom_attrs={"data-testid": "topic", "data-topic": topic},
    )


def _following(row: Any, topic: Any, door: Any) -> rx.Component:
    named = {"topic": topic}
    return rx.cond(
        row["following"],
        DoorButton.create(
            say("Unfollow"),
            door=door,
            verb="DELETE",
            done=say("You no longer follow {topic}.", **named),
            class_name="button",
            custom_attrs={"aria-label": say("Unfollow {topic}", **named)},
        ),
        DoorButton.create(
            say("Follow"),
            door=door,
            verb="PUT",
            done=say("You follow {topic}.", **named),
            class_name="button button-solid",
            custom_attrs={"aria-label": say("Follow {topic}", **named)},
        ),
    )


def _followers(topic: Any, door: Any) -> rx.Component:
    return modal(
        ModalOpener.create(say("Followers"), class_name="button button-quiet"),
        say("Who follows {topic}", topic=topic),
        people_in(door),
        rx.el.div(ModalCloser.create(say("Close"), class_name="button"), class_name="modal-buttons"),
    )
