"""Keys are replaced without losing a reader, whenever it is interrupted, and the old ones open nothing afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import count

import pytest
from django.utils import timezone

from barograph.newsletter import rotation
from barograph.newsletter.key_file import from_json, to_json
from barograph.newsletter.keys import SenderKeys
from barograph.newsletter.limits import asked_index, may_ask
from barograph.newsletter.models import Asked, Budget, SignUp, Subscriber
from barograph.newsletter.readers import open_reader
from barograph.newsletter.rotation import Steps, rotate_keys
from barograph.trust.sealing import SealError
from barograph.trust.sender_keys import SenderPublicKeys
from barograph.trust.tokens import read_token
from tests.newsletter.subscribers import TODAY, addresses, make_sign_up, make_subscribers, sealed

pytestmark = pytest.mark.django_db(databases=["subscribers"])


class PowerCutError(Exception):
    """What a test pulls the plug with."""


@dataclass
class Machine:
    """What survives a power cut: the key file and what the edge has; and a plug that is pulled at the nth step."""

    file: bytes
    edge: SenderPublicKeys
    emptied: list[SenderKeys] = field(default_factory=list)
    fails_at: int = 1_000_000
    steps_done: Iterator[int] = field(default_factory=count)

    def step(self) -> None:
        """Before something durable happens."""
        if next(self.steps_done) == self.fails_at:
            raise PowerCutError

    def write(self, keys: SenderKeys) -> None:
        self.step()
        self.file = to_json(keys)
        self.step()

    def publish(self, keys: SenderKeys) -> None:
        self.step()
        self.edge = keys.public

    def empty(self, keys: SenderKeys) -> None:
        self.step()
        self.emptied.append(keys)

    def rotate(self, keep_days: int = 0) -> tuple[SenderKeys, int]:
        steps = Steps(self.write, self.publish, self.empty)
        return rotate_keys(from_json(self.file), steps, today=TODAY, keep_days=keep_days)


@pytest.fixture
def keys() -> SenderKeys:
    return SenderKeys.make()


@pytest.fixture
def machine(keys: SenderKeys) -> Machine:
    return Machine(to_json(keys), keys.public)


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch, machine: Machine) -> None:
    """Batches of three, with a step before and after each table's part of them."""
    update = rotation._update

    def steps(*given: object) -> None:
        machine.step()
        update(*given)
        machine.step()

    monkeypatch.setattr(rotation, "BATCH", 3)
    monkeypatch.setattr(rotation, "_update", steps)


def test_every_reader_is_there_under_new_keys_and_none_under_the_old(keys: SenderKeys, machine: Machine) -> None:
    readers = make_subscribers(keys, 20)
    make_sign_up(keys, "waiting@example.org")
    before = {row.pk: open_reader(keys.row_keys, row.pk, row.sealed) for row in Subscriber.objects.all()}
    new, unreadable = machine.rotate()
    assert unreadable == 0
    assert addresses(new) == sorted(readers)
    assert addresses(new, SignUp) == ["waiting@example.org"]
    assert {row.pk: open_reader(new.row_keys, row.pk, row.sealed) for row in Subscriber.objects.all()} == before
    assert to_json(from_json(machine.file)) == to_json(new)
    for row in Subscriber.objects.all():
        with pytest.raises(SealError):
            open_reader(keys.row_keys, row.pk, row.sealed)


def test_what_opened_before_the_rotation_is_not_in_the_file_after_it(keys: SenderKeys, machine: Machine) -> None:
    make_subscribers(keys, 3)
    new, _ = machine.rotate()
    assert new.old_row_keys is None
    assert new.row_keys.generation == keys.row_keys.generation + 1
    for number in (1, 0):
        with pytest.raises(KeyError):
            new.rows_of(number)
    sealed_before = keys.public.sealing.seal(b"drop", b"context")
    with pytest.raises(SealError, match="another key"):
        new.open_drop(sealed_before, b"context")


def test_links_in_old_mails_go_on_working_after_many_rotations(keys: SenderKeys, machine: Machine) -> None:
    make_subscribers(keys, 1)
    subscriber = Subscriber.objects.get()
    token = open_reader(keys.row_keys, subscriber.pk, subscriber.sealed).token
    for _ in range(3):
        new, _unreadable = machine.rotate()
    assert read_token(token, machine.edge.tokens, today=TODAY).number == subscriber.pk.bytes
    row = Subscriber.objects.get()
    assert open_reader(new.row_keys, row.pk, row.sealed).token == token
    assert new.messages == keys.messages


def test_the_box_is_emptied_while_its_old_key_is_there(keys: SenderKeys, machine: Machine) -> None:
    sealed_before = keys.public.sealing.seal(b"drop", b"context")
    machine.rotate()
    (then,) = machine.emptied
    assert then.open_drop(sealed_before, b"context") == b"drop"


def test_an_edge_elsewhere_has_some_days_to_get_the_new_key(keys: SenderKeys, machine: Machine) -> None:
    new, _ = machine.rotate(keep_days=5)
    assert new.open_drop(keys.public.sealing.seal(b"drop", b"context"), b"context") == b"drop"
    assert new.older_until == date(2024, 1, 27)
    assert machine.edge.sealing == new.sealing[0].public
    again, _ = machine.rotate()
    assert (len(again.sealing), again.older_until) == (1, None)


def test_limits_of_known_addresses_stay_and_no_other_index_does(keys: SenderKeys, machine: Machine) -> None:
    make_sign_up(keys, "waiting@example.org")
    Asked.objects.create(index=keys.row_keys.index("stranger@example.org"), generation=1, day=TODAY)
    for domain in (b"", keys.row_keys.index("domain example.org")):
        Budget.objects.create(hour=timezone.now(), domain=domain, used=7)
    new, _ = machine.rotate()
    assert not may_ask([asked_index(new.row_keys.index("waiting@example.org"), "subscribe")], TODAY)
    assert Asked.objects.count() == 1
    assert [bytes(budget.domain) for budget in Budget.objects.all()] == [b""]


def test_a_row_that_nobody_can_open_is_counted_and_left(keys: SenderKeys, machine: Machine) -> None:
    readers = make_subscribers(keys, 2)
    row = sealed(keys, Subscriber.objects.all()[0].pk, "lost@example.org", SenderKeys.make().row_keys)
    Subscriber.objects.filter(pk=row.pop("id")).update(**row)
    new, unreadable = machine.rotate()
    assert unreadable == 1
    assert Subscriber.objects.filter(generation=1).count() == 1
    assert addresses_of_generation(new) == {readers[0], readers[1]} & addresses_of_generation(new)


def addresses_of_generation(keys: SenderKeys) -> set[str]:
    """Of the rows that the present keys open."""
    rows = Subscriber.objects.filter(generation=keys.row_keys.generation)
    return {open_reader(keys.row_keys, row.pk, row.sealed).address for row in rows}


@pytest.mark.django_db(databases=["subscribers"], transaction=True)
@pytest.mark.usefixtures("small_batches")
def test_a_power_cut_between_any_two_steps_loses_nothing(keys: SenderKeys, machine: Machine) -> None:
    readers = sorted(make_subscribers(keys, 7))
    make_sign_up(keys, "waiting@example.org")
    cuts = 0
    for step in range(200):
        machine.fails_at, machine.steps_done = step, count()
        try:
            machine.rotate()
        except PowerCutError:
            cuts += 1
            there = from_json(machine.file)
            # Between the runs everything can be read and found with what the key file holds.
            assert addresses(there) == readers
            assert addresses(there, SignUp) == ["waiting@example.org"]
            machine.fails_at = 1_000_000
            done, unreadable = machine.rotate()
            assert unreadable == 0
            assert addresses(done) == readers
            assert (done.old_row_keys, len(done.sealing)) == (None, 1)
            assert machine.edge == done.public
            assert Asked.objects.count() == 1
        else:
            break
    assert cuts > 12


@pytest.mark.usefixtures("small_batches")
def test_an_interrupted_rotation_goes_on_with_the_keys_it_had_made(keys: SenderKeys, machine: Machine) -> None:
    make_subscribers(keys, 7)
    machine.fails_at = 4
    with pytest.raises(PowerCutError):
        machine.rotate()
    half = from_json(machine.file)
    assert half.old_row_keys is not None
    machine.fails_at = 1_000_000
    done, _ = machine.rotate()
    assert to_json(done) == to_json(replace(half, old_row_keys=None, sealing=half.sealing[:1]))
