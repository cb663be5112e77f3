"""A release goes to another host by rsync over ssh: a real sshd, which lets rsync in and no shell."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from barograph.base.release_folders import KEPT
from barograph.base.release_settings import Target
from barograph.release.targets import rsync
from barograph.release.targets.outcome import TargetError, Uploaded
from barograph.release.targets.reaching import reach
from barograph.release.targets.uploading import upload
from barograph.trust.minisign import SigningKey
from barograph.trust.verify import verify_release
from tests.release.targets.small_releases import FIRST, SECOND, contents, is_visible, make_release
from tests.release.targets.ssh_host import SshHost, ssh_host


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SshHost]:
    with ssh_host(tmp_path_factory.mktemp("host")) as running:
        yield running


@pytest.fixture
def web(host: SshHost, tmp_path: Path) -> Path:
    """A folder on the host, of this test's own."""
    folder = host.served / tmp_path.name
    folder.mkdir()
    return folder


def visible(folder: Path) -> dict[str, bytes]:
    return {path: content for path, content in contents(folder).items() if is_visible(path)}


def test_a_release_gets_a_folder_of_its_own_and_the_link_is_swapped(
    host: SshHost, web: Path, first: Path, second: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "be_BY.UTF-8")
    shown: list[object] = []
    sent = upload(
        host.target(web), first, lambda things: [shown.append(thing) or thing for thing in things], folder=web
    )
    assert sent == Uploaded(len(contents(first)), sum(map(len, contents(first).values())))
    assert contents(web / "current") == contents(first)
    assert len(shown) == len(contents(first))
    sent = upload(host.target(web), second, folder=web)
    same = {path for path, content in contents(first).items() if contents(second).get(path) == content}
    assert sent.files == len(contents(second)) - len(same)
    assert (web / "current").readlink() == Path(second.name)
    assert contents(web / "current") == contents(second)
    for path in same:
        assert (web / first.name / path).samefile(web / second.name / path)
    told = (host.keys / "environment").read_text()
    assert "be_BY" not in told


def test_the_old_release_is_served_until_the_new_one_was_compared(
    host: SshHost, web: Path, first: Path, second: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload(host.target(web), first, folder=web)
    compare = rsync._compare

    def damaged(*arguments: object) -> None:
        (web / second.name / "en/index.html").write_text("a bad disk")
        compare(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(rsync, "_compare", damaged)
    with pytest.raises(TargetError, match=r"not the release: en/index\.html differs"):
        upload(host.target(web), second, folder=web)
    assert contents(web / "current") == contents(first)
    monkeypatch.undo()
    upload(host.target(web), second, folder=web)
    assert contents(web / "current") == contents(second)


def test_old_releases_are_thrown_away_and_nothing_else(host: SshHost, web: Path, second: Path) -> None:
    for number in range(10, 10 + KEPT + 1):
        (web / f"{number:06d}-aaaaaaaaaaaa/en").mkdir(parents=True)
    (web / "mine").mkdir()
    upload(host.target(web), second, folder=web)
    kept = {f"{number:06d}-aaaaaaaaaaaa" for number in range(12, 10 + KEPT + 1)}
    assert {path.name for path in web.iterdir()} == {second.name, "current", "mine", *kept}


def test_a_plain_folder_is_written_over_in_an_order_in_which_no_page_leads_to_what_has_not_come(
    host: SshHost, web: Path, first: Path, second: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (web / ".htaccess").write_text("the host's")
    target = host.target(web, link=False)
    upload(target, first, folder=web)
    assert visible(web) == contents(first)
    seen = []
    send = rsync._send

    def watched(*arguments: object) -> Uploaded:
        sent = send(*arguments)  # type: ignore[arg-type]
        seen.append({path for path, content in contents(second).items() if visible(web).get(path) == content})
        return sent

    monkeypatch.setattr(rsync, "_send", watched)
    sent = upload(target, second, folder=web)
    new = [sorted(now - before) for before, now in pairwise(seen)]
    assert "assets/style.222.css" in seen[0]
    assert "en/economy/new/index.html" not in seen[0]
    assert new == [
        ["en/economy/new/index.html"],
        ["en/economy/old/index.html"],
        ["en/feed.atom", "en/index.html", "releases.txt"],
        ["SHA256SUMS", "SHA256SUMS.minisig"],
    ]
    assert visible(web) == contents(second)
    assert (web / ".htaccess").read_text() == "the host's"
    same = {path for path, content in contents(first).items() if contents(second).get(path) == content}
    assert sent.files == len(contents(second)) - len(same)


def test_a_plain_folder_with_other_people_s_files_is_refused(host: SshHost, web: Path, first: Path) -> None:
    (web / "holiday.jpg").write_text("sea")
    with pytest.raises(TargetError, match=r"holds other files \(holiday\.jpg\)"):
        upload(host.target(web, link=False), first, folder=web)
    assert (web / "holiday.jpg").read_text() == "sea"


def test_a_reader_meets_a_whole_release_at_every_moment(
    host: SshHost, web: Path, key: SigningKey, tmp_path: Path
) -> None:
    """The link is looked at without a pause while releases arrive."""
    releases = [make_release(tmp_path / "release", number, {"n.txt": f"{number}"}, key) for number in (1, 2)]
    upload(host.target(web), releases[0], folder=web)
    problems: list[str] = []
    ended = threading.Event()

    def read() -> None:
        while not ended.wait(0.002):
            current = (web / "current").resolve()
            problems.extend(map(str, verify_release(current) if current.is_dir() else ["current leads nowhere"]))

    reader = threading.Thread(target=read)
    reader.start()
    upload(host.target(web), releases[1], folder=web)
    ended.set()
    reader.join()
    assert problems == []


def change(target: Target, **settings: object) -> Target:
    return target.model_copy(update=settings)


def test_what_is_wrong_is_said_in_plain_words(host: SshHost, web: Path, first: Path) -> None:
    right = host.target(web)
    (web / "unknown").write_text("")
    table = [
        (change(right, known_hosts=Path("unknown")), "key is unknown here"),
        (change(right, ssh_key=host.keys / "stranger"), "does not let this key in"),
        (change(right, ssh_key=Path("nowhere")), "there is no ssh key"),
        (change(right, to=f"{right.to}/missing"), "folder is not there"),
        (change(right, port=9), "does not answer"),
    ]
    for target, words in table:
        with pytest.raises(TargetError, match=words):
            reach(target, web)
    with pytest.raises(TargetError, match="folder is not there"):
        upload(change(right, to=f"{right.to}/missing"), first, folder=web)
    reach(right, web)


def test_the_file_of_known_hosts_may_have_any_name(host: SshHost, web: Path) -> None:
    named = web / "my hosts, 100% known"
    named.write_bytes((host.keys / "known_hosts").read_bytes())
    reach(change(host.target(web), known_hosts=named), web)


def test_without_rsync_it_is_said_what_to_install(
    host: SshHost, web: Path, first: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(web))
    with pytest.raises(TargetError, match="apt install rsync"):
        upload(host.target(web), first, folder=web)


def test_a_key_that_others_can_read_is_no_key(host: SshHost, web: Path) -> None:
    key = web / "key"
    key.write_bytes((host.keys / "id").read_bytes())
    key.chmod(0o644)
    with pytest.raises(TargetError, match="others on this machine can read"):
        reach(change(host.target(web), ssh_key=key), web)


def test_the_releases_differ_in_what_these_tests_look_at() -> None:
    assert SECOND.keys() - FIRST.keys()
