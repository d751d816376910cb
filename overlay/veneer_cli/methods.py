"""Add the methods of a generated client to a program: a namespace is a group, a method a command."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import TYPE_CHECKING

from veneer_cli.offers import Offer, offers, said
from veneer_cli.tree import Command, Group, group

if TYPE_CHECKING:
    from veneer_cli.parameters import Action
    from veneer_cli.service import Service

__all__ = ["add_methods"]


def add_methods(home: Group, service: Service, taken: Collection[str]) -> None:
    """Add the methods of an API as commands to a program or group, whose own names are `taken`."""
    groups = {"": home}
    for name, (about, listed) in offers(service, taken).items():
        inner = _home(groups, name, said(about), service)
        for offer in listed:
            inner.add(Command(offer.name, said(offer.summary), partial(_action, service, offer)))


def _action(service: Service, offer: Offer) -> Action:
    from veneer_cli.derived import action

    return action(service, offer)


def _home(groups: dict[str, Group], name: str, about: str, service: Service) -> Group:
    """Return the group of a namespace, created within its parents' groups (`chat.completions`)."""
    if name not in groups:
        holder, _, own = name.rpartition(".")
        groups[name] = group(own, about or f"{own.capitalize()}.", service)
        _home(groups, holder, "", service).add(groups[name])
    return groups[name]
