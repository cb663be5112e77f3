"""Making roles and users."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from django.contrib.auth.models import Group, Permission
from django.db import transaction

from barograph.accounts.models import User
from barograph.accounts.roles import PERMISSIONS, Role


@transaction.atomic
def sync_roles() -> None:
    """Make a group for every role, with exactly its permissions. Safe to repeat."""
    known = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.select_related("content_type")
    }
    for role, names in PERMISSIONS.items():
        group, _made = Group.objects.get_or_create(name=role.value)
        group.permissions.set([known[name] for name in names])
    # Wagtail's first migration makes groups of its own, which could publish and which nobody here uses.
    Group.objects.filter(name__in=["Editors", "Moderators"], user=None).delete()


@transaction.atomic
def add_user(
    *, username: str, roles: Iterable[Role], languages: Iterable[str] = (), email: str = "", password: str | None = None
) -> tuple[User, str]:
    """Make a user with these roles and return it with its password, a fresh one unless given.

    Raises ValueError when the name is taken or a translator has no language.
    """
    roles = list(roles)
    languages = list(languages)
    if User.objects.filter(username=username).exists():
        raise ValueError(f"there is a user “{username}” already; choose another name")
    if Role.TRANSLATOR in roles and not languages:
        raise ValueError(f"“{username}” is to be a translator: name at least one language")
    password = password or new_password()
    user = User(username=username, email=email, languages=languages)
    user.set_password(password)
    user.save()
    user.groups.set(Group.objects.filter(name__in=[role.value for role in roles]))
    return user, password


def new_password() -> str:
    """A password of some 100 bits that can be read over the telephone: five groups of four letters and digits."""
    alphabet = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(alphabet) for _ in range(4)) for _ in range(5))


@transaction.atomic
def renew_password(*, username: str) -> str:
    """Give a user a fresh password and return it; sessions under the old one end. Raises ValueError for nobody."""
    user = User.objects.filter(username=username).first()
    if user is None:
        raise ValueError(f"there is no user “{username}”; “barograph user list” names them")
    password = new_password()
    user.set_password(password)
    user.save(update_fields=["password"])
    return password
