"""The head of a release: who signed it, which release it is, and what may follow what."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta

import pytest

from barograph.trust.chain import CHAIN_FILE, Link
from barograph.trust.head import Head, RefusedReleaseError, check_head, head_files, largest
from barograph.trust.manifest import PUBLIC_KEY_FILE, SIGNATURE_FILE, SUMS_FILE, ManifestError
from barograph.trust.minisign import PublicKey, SigningKey
from barograph.trust.stamp import FIRST, Stamp
from barograph.trust.succession import Succession
from tests.trust.signed import EDITION, FAR, PAGES, SIGNED_ON, followed, link_to, sealed, signed

Keys = tuple[SigningKey, SigningKey, SigningKey]
Files = dict[str, bytes]


def head_of(release: Files) -> Files:
    """What a mirror fetches before anything else."""
    return {path: release[path] for path in (SUMS_FILE, SIGNATURE_FILE, *head_files(release[SUMS_FILE]))}


def accepted(release: Files, key: PublicKey | None, after: Head | None = None, today: date | None = None) -> Head:
    return check_head(head_of(release), key, after=after, today=today).accepted()


def complaints(release: Files, key: PublicKey | None, after: Head | None = None, today: date | None = None) -> str:
    with pytest.raises(RefusedReleaseError) as refused:
        accepted(release, key, after, today)
    return str(refused.value)


def test_a_head_says_which_release_it_is_and_what_came_before(key: SigningKey) -> None:
    first = signed(PAGES, key)
    second = followed(first, {**PAGES, "index.html": b"new"}, key)
    head = accepted(second, key.public)
    assert head.stamp == Stamp(2, EDITION, FAR, hashlib.sha256(first[SUMS_FILE]).hexdigest())
    assert head.chain == (link_to(first, key),)
    assert head.manifest == hashlib.sha256(second[SUMS_FILE]).hexdigest()
    assert set(head.hashes) == {*PAGES, PUBLIC_KEY_FILE, CHAIN_FILE}
    assert head.key == key.public
    assert head_files(second[SUMS_FILE]) == [PUBLIC_KEY_FILE, CHAIN_FILE]


def test_a_release_is_good_up_to_and_with_its_last_day(key: SigningKey) -> None:
    release = signed(PAGES, key, expires=SIGNED_ON)
    accepted(release, key.public, today=SIGNED_ON)
    accepted(release, key.public)
    late = check_head(head_of(release), key.public, today=SIGNED_ON + timedelta(days=1))
    assert [str(problem) for problem in late.problems] == [
        "SHA256SUMS.minisig: expired on 2024-01-29: look for a newer release"
    ]
    assert late.head is not None


def test_any_earlier_key_of_the_line_is_enough_and_a_later_one_is_not(keys: Keys, line: Succession) -> None:
    first, second, third = keys
    release = signed(PAGES, third, keys=line)
    assert len(head_files(release[SUMS_FILE])) == 7
    for trusted in (first.public, second.public, third.public, None):
        assert accepted(release, trusted).key == third.public
    earlier = signed(PAGES, second, keys=line.until(second.public))
    assert accepted(earlier, first.public).key == second.public
    assert "does not follow from it" in complaints(earlier, third.public)
    assert "does not follow from it" in complaints(signed(PAGES, first), second.public)


def test_a_line_of_keys_serves_the_last_of_them_only(keys: Keys, line: Succession) -> None:
    _first, second, third = keys
    assert "not the last of the keys" in complaints(signed(PAGES, second, keys=line), second.public)
    forged = Succession((third.public, second.public), (second.sign(second.public.text, "key=2"),))
    assert "was not signed by the key before it" in complaints(signed(PAGES, second, keys=forged), third.public)


def test_after_a_release_comes_itself_or_one_that_names_it(key: SigningKey) -> None:
    first = signed(PAGES, key)
    second = followed(first, {**PAGES, "index.html": b"second"}, key)
    third = followed(second, {**PAGES, "index.html": b"third"}, key)
    old = accepted(first, key.public)
    for release in (first, second, third):
        accepted(release, key.public, after=old)
    newest = accepted(third, key.public)
    for release in (first, second):
        assert "you have had the later number 3" in complaints(release, key.public, after=newest)


def test_another_past_is_refused(key: SigningKey) -> None:
    ours, other = signed(PAGES, key), signed({**PAGES, "index.html": b"other"}, key)
    have = accepted(ours, key.public)
    assert "another release of number 1" in complaints(other, key.public, after=have)
    assert "it has another past" in complaints(followed(other, PAGES, key), key.public, after=have)
    assert "it has another past" in complaints(signed(PAGES, key, sequence=2), key.public, after=have)


def test_a_renewed_signature_is_taken_and_the_older_one_is_not_taken_again(key: SigningKey) -> None:
    old = signed(PAGES, key, expires=SIGNED_ON)
    renewed = signed(PAGES, key, expires=SIGNED_ON + timedelta(days=1))
    assert old[SUMS_FILE] == renewed[SUMS_FILE]
    accepted(renewed, key.public, after=accepted(old, key.public))
    assert "is older than the one you have had" in complaints(old, key.public, after=accepted(renewed, key.public))


def test_who_had_a_release_of_a_newer_key_takes_none_of_the_older(keys: Keys, line: Succession) -> None:
    first, second, _third = keys
    rotated = signed(PAGES, second, keys=line.until(second.public))
    have = accepted(rotated, first.public)
    link = link_to(rotated, second)
    stolen = signed(PAGES, first, sequence=2, chain=[link])
    assert f"another key than {second.public.number}" in complaints(stolen, first.public, after=have)
    accepted(signed(PAGES, second, sequence=2, chain=[link], keys=line.until(second.public)), None, after=have)


def test_the_chain_must_end_with_the_release_that_the_stamp_names(key: SigningKey) -> None:
    link = Link(4, "a" * 64, EDITION, SIGNED_ON)
    content = {**PAGES, PUBLIC_KEY_FILE: key.public.text}
    for chain, stamp in [
        (b"", Stamp(5, EDITION, FAR, "a" * 64)),
        (f"4 {'a' * 64} {EDITION} 2024-01-29\n".encode(), Stamp(5, EDITION, FAR, FIRST)),
        (f"4 {'a' * 64} {EDITION} 2024-01-29\n".encode(), Stamp(5, EDITION, FAR, "b" * 64)),
    ]:
        release = sealed({**content, CHAIN_FILE: chain}, key, str(stamp))
        assert "does not end with the release that the signature names" in complaints(release, key.public)
    assert "ends with number 4, and this is 4" in complaints(signed(PAGES, key, sequence=4, chain=[link]), key.public)
    broken = sealed({**content, CHAIN_FILE: b"4\n"}, key, str(Stamp(5, EDITION, FAR, FIRST)))
    assert "releases.txt: is not a list of releases: line 1" in complaints(broken, key.public)


def test_a_release_from_before_the_chain_is_refused_in_clear_words(key: SigningKey) -> None:
    old = sealed({**PAGES, PUBLIC_KEY_FILE: key.public.text}, key, "seq=1 edition=2024-01-22")
    said = complaints(old, key.public)
    assert "releases.txt: is missing" in said
    assert "a version before the chain of releases may have made it" in said


def test_each_part_of_the_head_is_needed_and_must_be_the_one_in_the_list(keys: Keys, line: Succession) -> None:
    head = head_of(signed(PAGES, keys[2], keys=line))
    for path in head:
        without = {name: content for name, content in head.items() if name != path}
        assert path in "".join(map(str, check_head(without, keys[0].public).problems))
        if path not in (SUMS_FILE, SIGNATURE_FILE):
            changed = {**head, path: head[path] + b"\n"}
            assert path in {problem.file for problem in check_head(changed, keys[0].public).problems}
    shorter = line.until(keys[1].public)
    assert shorter is not None
    unlisted = {**head_of(signed(PAGES, keys[1])), **shorter.files()}
    assert "is not listed in SHA256SUMS" in str(check_head(unlisted, keys[0].public).problems[0])


def test_a_list_that_is_none_or_has_too_many_keys_is_not_worth_fetching(key: SigningKey) -> None:
    many = sealed({f"keys/{number}": b"" for number in range(201)}, key, "x")
    for sums in (b"", b"nonsense\n", many[SUMS_FILE]):
        with pytest.raises(ManifestError):
            head_files(sums)
    assert largest(SUMS_FILE) == largest(CHAIN_FILE) > largest(PUBLIC_KEY_FILE)
