"""What the doors of groups and topics take and show: one model per answer.

No row leaves as it is and nothing is decided here. Called by groups.py and topics.py.
"""

from collections.abc import Sequence
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, Field

from tidings.accounts.groups import MOST_ADDED, Counted
from tidings.accounts.tables import User
from tidings.api.bodies import WITHOUT_NUL
from tidings.api.session_views import Moment
from tidings.notifications.drafts import Name as TopicName

LARGEST_PAGE = 200

Limit = Annotated[int, Query(ge=1, le=LARGEST_PAGE)]
After = Annotated[str, Query(max_length=100, pattern=r"^[^\x00]*$")]
GroupName = Annotated[str, Field(min_length=1, max_length=64), WITHOUT_NUL]
People = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=64), WITHOUT_NUL]], Field(max_length=MOST_ADDED)
]


class NewGroup(BaseModel):
    """A group to be made, of the people with these names."""

    name: GroupName
    members: People = []


class RenamedGroup(BaseModel):
    """Another name for a group."""

    name: GroupName


class Names(BaseModel):
    """People to be added, by their names."""

    names: Annotated[People, Field(min_length=1)]


class PublicGroup(BaseModel):
    """A group, and how many are in it."""

    id: str
    name: str
    created_at: Moment
    members: int


class GroupList(BaseModel):
    """Groups by name; `next` is the `after` of the page after this one."""

    groups: list[PublicGroup]
    next: str | None


class PublicMember(BaseModel):
    """A person in a group, or one who follows a topic."""

    id: str
    name: str
    disabled: bool


class MemberList(BaseModel):
    """People by name; `next` is the `after` of the page after this one."""

    members: list[PublicMember]
    next: str | None


class Added(BaseModel):
    """Who was not there before."""

    added: list[str]


class PublicTopic(BaseModel):
    """A topic, how many follow it, and whether you do."""

    topic: TopicName
    followers: int
    following: bool


class TopicList(BaseModel):
    """Topics by name; `next` is the `after` of the page after this one."""

    topics: list[PublicTopic]
    next: str | None


def public(row: Counted) -> PublicGroup:
    """Return what an admin may see of a group."""
    group = row.group
    return PublicGroup(id=group.id, name=group.name, created_at=group.created_at, members=row.members)


def member_list(people: Sequence[User], limit: int) -> MemberList:
    """Return a page of people."""
    members = [
        PublicMember(id=user.id, name=user.name, disabled=user.disabled_at is not None) for user in people
    ]
    return MemberList(members=members, next=people[-1].name if len(people) == limit else None)
