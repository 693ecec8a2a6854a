from __future__ import annotations

import os
from pathlib import Path
from unittest.mock import patch
from zoneinfo import available_timezones

import pytest

from aureole.kernel.errors import Refused
from config.addresses import BadAddress, FileStoreAddress, parse_database, parse_mail_in, parse_mail_out
from config.env import Environment, _is_zone, read
from config.root_keys import FileKey, KmsKey, TransitKey


def read_with(home: Path, **variables: str) -> Environment:
    return read({"AUREOLE_HOME": str(home), **variables})


def test_an_empty_environment_means_the_embedded_server(tmp_path: Path) -> None:
    here = read_with(tmp_path)
    assert here.database is None and here.keys_database is None and here.needs_embedded_server
    assert here.root_key_file == tmp_path / "secrets" / "root_key"
    assert here.files.folder == tmp_path / "files"
    assert here.proxies == ()
    assert here.workspace == "Aureole" and here.mailbox == "support@localhost" and not here.debug


def test_a_misspelt_variable_is_named_and_the_right_one_suggested(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refusal:
        read_with(tmp_path, AUREOLE_BASEURL="http://x")
    assert refusal.value.code == "settings.unknown"
    assert "AUREOLE_BASEURL" in refusal.value.sentence and "AUREOLE_BASE_URL?" in refusal.value.sentence


def test_a_prefix_too_many_is_seen_through(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"Did you mean DATABASE_URL\?"):
        read_with(tmp_path, AUREOLE_DATABASE_URL="postgresql://h/n")


def test_a_variable_like_no_other_lists_the_known_ones_but_no_internal_one(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refusal:
        read_with(tmp_path, AUREOLE_QQQQQQQQQQQ="1")
    assert "DATABASE_URL" in refusal.value.sentence and "AUREOLE_AS_OWNER" not in refusal.value.sentence


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AUREOLE_DEBUG", "perhaps"),
        ("AUREOLE_PROXIES", "127.0.0.1, 10.0.0.0/8"),
        ("AUREOLE_RECEIVER_COUNTRIES", "mail"),
        ("AUREOLE_RECEIVER_COUNTRIES", "mail=Norway"),
        ("AUREOLE_FILES_URL", "file://relative/folder"),
        ("AUREOLE_FILES_URL", "ftp:///folder"),
        ("AUREOLE_FILES_URL", "s3://"),
        ("AUREOLE_FILES_URL", "s3://UPPER/prefix"),
        ("AUREOLE_FILES_URL", "s3://key:secret@bucket/prefix"),
        ("AUREOLE_FILES_URL", "s3://bucket?endpoint=ftp://host"),
        ("AUREOLE_FILES_URL", "s3://bucket?zone=eu"),
        ("AUREOLE_BASE_URL", "desk.example.org"),
        ("AUREOLE_BASE_URL", "https://desk.example.org/path"),
        ("AUREOLE_TIME_ZONE", "Europe"),
        ("AUREOLE_TIME_ZONE", "Mars/Base"),
        ("AUREOLE_TIME_ZONE", "../zoneinfo/UTC"),
        ("AUREOLE_TIME_ZONE", "posix/Europe/Berlin"),
        ("AUREOLE_MAILBOX", "support"),
        ("AUREOLE_MAIL_DOMAIN", "exa mple.org"),
        ("EMAIL_URL", "smtp://mail.example.org?tls=perhaps"),
        ("IMAP_URL", "pop3://mail.example.org"),
        ("DATABASE_URL", "mysql://h/n"),
        ("DATABASE_URL", "postgresql://h:99999999/n"),
    ],
)
def test_a_bad_value_is_refused_and_its_variable_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(Refused) as refusal:
        read_with(tmp_path, **{name: value})
    assert refusal.value.code == "settings.bad" and name in refusal.value.sentence


def test_every_time_zone_there_is_is_taken_without_opening_all_at_each_start(tmp_path: Path) -> None:
    zones = available_timezones()
    with patch.object(os, "walk", side_effect=AssertionError("all of them were looked through")):
        assert read_with(tmp_path, AUREOLE_TIME_ZONE="Europe/Berlin").time_zone == "Europe/Berlin"
    assert [zone for zone in zones if not _is_zone(zone)] == []


def test_a_bucket_is_named_by_an_address_of_its_own(tmp_path: Path) -> None:
    url = "s3://sealed-files/desk/eu?region=eu-central-1&endpoint=https://s3.example.org/"
    here = read_with(tmp_path, AUREOLE_FILES_URL=url)
    assert here.files == FileStoreAddress(
        bucket="sealed-files", prefix="desk/eu", region="eu-central-1", endpoint="https://s3.example.org"
    )
    assert here.aws_key is None


def test_the_key_to_a_bucket_may_come_from_files_and_is_whole(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("s3cret\n")
    given = {"AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY_FILE": str(tmp_path / "secret")}
    assert read_with(tmp_path, **given).aws_key == ("id", "s3cret")
    assert read_with(tmp_path, **given, AWS_SESSION_TOKEN="temporary").aws_key is None
    with pytest.raises(Refused, match="go together"):
        read_with(tmp_path, AWS_ACCESS_KEY_ID="id")


def test_a_refused_secret_is_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refusal:
        read_with(tmp_path, DATABASE_URL="postgresql://u:hunter2@h/n?sslmode=sometimes")
    assert "hunter2" not in refusal.value.sentence and "verify-full" in refusal.value.sentence


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "url").write_text("postgresql://u:p@h:5433/n\n")
    here = read_with(tmp_path, DATABASE_URL_FILE=str(tmp_path / "url"))
    assert here.database is not None and here.database.port == "5433"


def test_a_secret_given_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="both set"):
        read_with(tmp_path, AUREOLE_SECRET_KEY="a", AUREOLE_SECRET_KEY_FILE="/b")


def test_a_secret_file_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="EMAIL_URL_FILE"):
        read_with(tmp_path, EMAIL_URL_FILE=str(tmp_path / "absent"))


def test_the_secret_key_kept_in_the_home_is_used(tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "secret_key").write_text("kept\n")
    assert read_with(tmp_path).secret_key == "kept"
    assert read_with(tmp_path, AUREOLE_SECRET_KEY="given").secret_key == "given"


def test_the_mail_domain_follows_the_mailbox_then_the_address(tmp_path: Path) -> None:
    assert read_with(tmp_path, AUREOLE_MAILBOX="help@shop.example").mail_domain == "shop.example"
    assert (
        read_with(tmp_path, AUREOLE_BASE_URL="https://desk.shop.example/").mailbox
        == "support@desk.shop.example"
    )


def test_a_database_url_is_read_in_full() -> None:
    address = parse_database("postgresql://us%40er:p%2Fw@db.example:6543/na%20me?sslmode=verify-full")
    assert (address.user, address.password, address.name) == ("us@er", "p/w", "na me")
    assert address.as_django()["HOST"] == "db.example"
    assert address.as_django()["OPTIONS"] == {"sslmode": "verify-full"}


@pytest.mark.parametrize(
    "url", ["postgresql://u@/n?host=/var/run/a%20b", "postgresql://u@%2Fvar%2Frun%2Fa%20b/n"]
)  # fmt: skip
def test_a_socket_folder_is_a_host(url: str) -> None:
    assert parse_database(url).host == "/var/run/a b"


def test_a_database_url_without_a_name_is_refused() -> None:
    with pytest.raises(BadAddress, match="name of the database"):
        parse_database("postgresql://u@h/")


def test_mail_servers_default_to_encryption() -> None:
    assert (parse_mail_out("smtp://mx.example").tls, parse_mail_out("smtp://mx.example").port) == (
        "starttls",
        587,
    )
    assert parse_mail_out("smtps://u:p@mx.example").port == 465
    assert parse_mail_out("smtp://mx.example:2525?tls=off").tls == "off"
    assert parse_mail_in("imaps://u:p@mx.example/Support").folder == "Support"
    assert parse_mail_in("imaps://u:p@mx.example").folder == "INBOX"


def test_the_root_key_is_a_file_of_the_home_unless_a_setting_names_another(tmp_path: Path) -> None:
    kms = "awskms:///1234abcd-12ab-34cd-56ef-1234567890ab?region=eu-central-1"
    here = read_with(tmp_path, AUREOLE_ROOT_KEY_URL=kms, AUREOLE_FORMER_ROOT_KEY_URLS="file:///a/k file:///b")
    assert here.root_key_file is None and isinstance(here.root_keys.present, KmsKey)
    assert [key.path for key in here.root_keys.former if isinstance(key, FileKey)] == [
        Path("/a/k"),
        Path("/b"),
    ]
    assert read_with(tmp_path, AUREOLE_ROOT_KEY_FILE="/k").root_key_file == Path("/k")
    arn = "awskms:///arn:aws:kms:eu-west-1:111122223333:key/1234abcd"
    present = read_with(tmp_path, AUREOLE_ROOT_KEY_URL=arn).root_keys.present
    assert isinstance(present, KmsKey) and present.region == "eu-west-1"


def test_a_transit_key_takes_its_token_from_a_secret(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("hvs.secret\n")
    url = "transit+https://vault.example:8200/team/transit/aureole?namespace=eu"
    here = read_with(tmp_path, AUREOLE_ROOT_KEY_URL=url, AUREOLE_ROOT_KEY_TOKEN_FILE=str(tmp_path / "token"))
    present = here.root_keys.present
    assert isinstance(present, TransitKey) and present.token == "hvs.secret"
    assert (present.server, present.mount, present.key, present.namespace) == (
        "https://vault.example:8200", "team/transit", "aureole", "eu",
    )  # fmt: skip
    assert "hvs.secret" not in repr(present) + repr(here)


@pytest.mark.parametrize(
    "url",
    [
        "file://k", "file:///folder/", "/k", "kms:///k", "awskms:///k", "awskms:///alias/k?region=eu-central-1",
        "awskms:///k?region=europe", "awskms:///k?region=eu-central-1&x=1",
        "awskms:///k?region=eu-central-1&endpoint=http://kms.example",
        "transit+http://vault.example/transit/k", "transit+https://vault.example/k", "transit+https:///transit/k",
        "transit+https://token@vault.example/transit/k", "vault+https://vault.example/transit/k",
    ],
)  # fmt: skip
def test_a_root_key_that_cannot_be_meant_is_refused(tmp_path: Path, url: str) -> None:
    for name in ("AUREOLE_ROOT_KEY_URL", "AUREOLE_FORMER_ROOT_KEY_URLS"):
        with pytest.raises(Refused, match=name):
            read_with(tmp_path, **{name: url})


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"AUREOLE_ROOT_KEY_URL": "file:///k", "AUREOLE_ROOT_KEY_FILE": "/k"}, "both set"),
        (
            {"AUREOLE_ROOT_KEY_URL": "file:///k", "AUREOLE_FORMER_ROOT_KEY_URLS": "file:///k"},
            "present root key",
        ),
        ({"AUREOLE_ROOT_KEY_TOKEN": "t"}, "AUREOLE_ROOT_KEY_TOKEN"),
        ({"AUREOLE_FORMER_ROOT_KEY_TOKEN": "t"}, "AUREOLE_FORMER_ROOT_KEY_TOKEN"),
        ({"AUREOLE_ROOT_KEY_URL": "transit+https://v/t/k"}, "AUREOLE_ROOT_KEY_TOKEN"),
        ({"AUREOLE_FORMER_ROOT_KEY_URLS": "transit+https://v/t/k"}, "AUREOLE_FORMER_ROOT_KEY_TOKEN"),
        ({"AUREOLE_ROOTKEY_URL": "file:///k"}, r"AUREOLE_ROOT_KEY_URL\?"),
    ],
)
def test_settings_of_the_root_key_that_contradict_each_other_stop_the_start(
    tmp_path: Path, variables: dict[str, str], named: str
) -> None:
    with pytest.raises(Refused, match=named):
        read_with(tmp_path, **variables)
