"""A release goes to S3-compatible storage: what is sent, in which order, and what happens when it breaks off."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer
from pydantic import SecretStr

from barograph.base.release_settings import Target
from barograph.release.targets.outcome import TargetError, Uploaded
from barograph.release.targets.reaching import reach
from barograph.release.targets.s3 import Bucket, _client
from barograph.release.targets.uploading import upload
from barograph.trust.manifest import SIGNATURE_FILE, SUMS_FILE
from barograph.trust.minisign import SigningKey
from tests.release.targets.small_releases import FIRST, SECOND, contents, is_visible, links_of, make_release

SECRET = "a secret that nobody may read"


@pytest.fixture(scope="module")
def storage() -> Iterator[str]:
    """The address of a storage of our own."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    yield "http://{}:{}".format(*server.get_host_and_port())
    server.stop()


@pytest.fixture
def client(storage: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Whoever looks into the storage; it is empty."""
    # A session reads the description of the service from files, which takes longer than an upload here.
    session = boto3.session.Session()
    monkeypatch.setattr(boto3.session, "Session", lambda: session)
    for name in ("AWS_PROFILE", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.delenv(name, raising=False)
    made = session.client(
        "s3", endpoint_url=storage, region_name="us-east-1", aws_access_key_id="k", aws_secret_access_key="s"
    )
    made.create_bucket(Bucket="site")
    yield made
    for entry in made.list_objects_v2(Bucket="site").get("Contents", []):
        made.delete_object(Bucket="site", Key=entry["Key"])
    made.delete_bucket(Bucket="site")
    made.close()


def bucket(storage: str, to: str = "site/public", **settings: Any) -> Target:
    given = {"region": "us-east-1", "access_key": "barograph", "secret_key": SecretStr(SECRET)} | settings
    return Target(name="bucket", kind="s3", to=to, endpoint=storage, **given)


@pytest.fixture
def target(client: Any, storage: str) -> Target:
    """A part of an empty bucket."""
    assert "Contents" not in client.list_objects_v2(Bucket="site")
    return bucket(storage)


def objects(client: Any, prefix: str = "public/") -> dict[str, bytes]:
    """What readers can get."""
    found = client.list_objects_v2(Bucket="site", Prefix=prefix).get("Contents", [])
    read = {entry["Key"]: client.get_object(Bucket="site", Key=entry["Key"])["Body"].read() for entry in found}
    return {path: content for key, content in read.items() if is_visible(path := key.removeprefix(prefix))}


class Watch:
    """Follows every change of a bucket, and may let it fail once."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, there: dict[str, bytes], fails_at: int = 0) -> None:
        self.there, self.known, self.fails_at = dict(there), set(there), fails_at
        self.changes: list[str] = []
        self.lock = threading.Lock()
        put, delete = Bucket.put, Bucket.delete

        def watched_put(bucket: Bucket, path: str, content: bytes) -> None:
            with self.lock:
                self._count(path)
                put(bucket, path, content)
                self.there[path] = content
                self.look()

        def watched_delete(bucket: Bucket, path: str) -> None:
            with self.lock:
                self._count(f"-{path}")
                delete(bucket, path)
                del self.there[path]
                self.look()

        monkeypatch.setattr(Bucket, "put", watched_put)
        monkeypatch.setattr(Bucket, "delete", watched_delete)

    def _count(self, change: str) -> None:
        if self.fails_at == len(self.changes) + 1:
            self.fails_at = 0
            raise OSError("the line went dead")
        self.changes.append(change)

    def look(self) -> None:
        """Everything that a reader can get to from a page that was there before is there."""
        found, new = set(), {path for path in self.known & set(self.there) if path.endswith((".html", ".atom"))}
        while new:
            path = new.pop()
            assert path in self.there, f"after {self.changes[-1]} a page leads to {path}, which is not there"
            found.add(path)
            if path.endswith((".html", ".atom")):
                new |= links_of(self.there[path]) - found


def test_a_release_is_in_the_bucket_to_the_byte(client: Any, target: Target, first: Path) -> None:
    shown: list[Any] = []

    def show(things: Any) -> Any:
        shown.extend(things)
        return things

    sent = upload(target, first, show, folder=first)
    assert objects(client) == contents(first)
    assert sent == Uploaded(len(shown), sum(map(len, contents(first).values())))
    head = client.head_object(Bucket="site", Key="public/en/index.html")
    assert (head["ContentType"], head["CacheControl"]) == ("text/html; charset=utf-8", "public, max-age=60")
    assert "immutable" in client.head_object(Bucket="site", Key="public/assets/style.111.css")["CacheControl"]
    assert client.head_object(Bucket="site", Key="public/SHA256SUMS")["ContentType"].startswith("text/plain")


def test_only_what_changed_is_sent(target: Target, first: Path, second: Path) -> None:
    upload(target, first, folder=first)
    assert upload(target, first, folder=first) == Uploaded(0, 0)
    same = {path for path, content in contents(first).items() if contents(second).get(path) == content}
    assert upload(target, second, folder=first).files == len(contents(second).keys() - same)


def test_no_page_ever_leads_to_what_is_not_there_and_the_signature_comes_last(
    target: Target, first: Path, second: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload(target, first, folder=first)
    watch = Watch(monkeypatch, contents(first))
    upload(target, second, folder=first)
    sent = [change for change in watch.changes if not change.startswith("-")]
    assert sent[-2:] == [SUMS_FILE, SIGNATURE_FILE]
    assert watch.changes[len(sent) :] == ["-en/economy/withdrawn/index.html", "-pictures/gone.webp"]


def test_styles_stay_for_one_release_more_and_a_picture_of_somebody_does_not(
    client: Any, target: Target, first: Path, second: Path, third: Path
) -> None:
    upload(target, first, folder=first)
    upload(target, second, folder=first)
    assert objects(client) == contents(second) | {"assets/style.111.css": b"a {}"}
    upload(target, third, folder=first)
    assert objects(client) == contents(third)


@pytest.mark.parametrize("at", [4, 8, 11])
def test_an_upload_that_broke_off_left_no_loose_ends_and_is_resumed(
    client: Any, target: Target, first: Path, second: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    upload(target, first, folder=first)
    watch = Watch(monkeypatch, contents(first), fails_at=at)
    with pytest.raises(OSError, match="dead"):
        upload(target, second, folder=first)
    arrived = len(watch.changes)
    upload(target, second, folder=first)
    assert len(watch.changes) == len(set(watch.changes)), "something was sent twice"
    assert arrived < len(watch.changes)
    assert {path for path in objects(client) if not path.startswith("assets/style.111")} == set(contents(second))


def test_what_an_upload_that_broke_off_had_sent_is_taken_back_when_the_next_release_is_another(
    client: Any, target: Target, key: SigningKey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two, same_as_one = (
        make_release(tmp_path, number, {"index.html": text, "zz.html": text}, key)
        for number, text in ((1, "one"), (2, "two"), (3, "one"))
    )
    upload(target, one, folder=tmp_path)
    with monkeypatch.context() as patch:
        watch = Watch(patch, contents(one), fails_at=4)
        with pytest.raises(OSError, match="dead"):
            upload(target, two, folder=tmp_path)
        assert {"index.html", "zz.html"} <= set(watch.changes)
    upload(target, same_as_one, folder=tmp_path)
    assert objects(client) == contents(same_as_one)


def test_storage_that_tells_no_hashes_gets_everything_each_time(
    client: Any, storage: str, first: Path, second: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = Bucket.objects
    monkeypatch.setattr(Bucket, "objects", lambda bucket: dict.fromkeys(told(bucket), "opaque-3"))
    upload(bucket(storage), first, folder=first)
    assert upload(bucket(storage), second, folder=first).files == len(contents(second))
    assert objects(client).items() >= contents(second).items()


def test_other_people_s_objects_are_not_touched(
    client: Any, storage: str, target: Target, first: Path, second: Path
) -> None:
    client.put_object(Bucket="site", Key="holiday.jpg", Body=b"sea")
    with pytest.raises(TargetError, match="holds 1 other objects"):
        upload(bucket(storage, "site"), first, folder=first)
    for release in (first, second):
        upload(target, release, folder=first)
    assert objects(client, "")["holiday.jpg"] == b"sea"


def test_a_damaged_release_does_not_travel(client: Any, target: Target, first: Path) -> None:
    (first / "en/index.html").write_text("forged")
    with pytest.raises(TargetError, match=r"damaged \(en/index.html: was changed"):
        upload(target, first, folder=first)
    assert objects(client) == {}


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"to": "no-such-bucket"}, "no such bucket"),
        ({"storage": "http://127.0.0.1:9"}, "cannot be reached"),
        ({"secret_key": None, "secret_key_file": Path("nowhere")}, "secret cannot be read"),
    ],
)
def test_what_is_wrong_is_said_in_plain_words_without_the_secret(
    storage: str, first: Path, settings: dict[str, Any], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0)
    target = bucket(**({"storage": storage} | settings))
    for attempt in (lambda: upload(target, first, folder=first), lambda: reach(target, first)):
        with pytest.raises(TargetError, match=words) as caught:
            attempt()
        assert SECRET not in str(caught.value)


def test_a_secret_can_come_from_a_file_of_the_site(target: Target, first: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("from a file\n")
    target = target.model_copy(update={"secret_key": None, "secret_key_file": Path("secret")})
    assert upload(target, first, folder=tmp_path).files == len(contents(first))
    reach(target, tmp_path)


def test_without_boto3_it_is_said_what_to_install(target: Target, first: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)
    with pytest.raises(TargetError, match=r"barograph\[s3\]"):
        upload(target, first, folder=first)


def test_the_storage_is_not_told_which_machine_this_is(storage: str, tmp_path: Path) -> None:
    client = _client(bucket(storage), tmp_path)
    assert client.meta.config.user_agent.startswith("Barograph Botocore/")
    assert "ython" not in client.meta.config.user_agent
    client.close()


def test_the_releases_of_these_tests_add_change_and_take_away() -> None:
    assert FIRST.keys() - SECOND.keys()
    assert SECOND.keys() - FIRST.keys()
