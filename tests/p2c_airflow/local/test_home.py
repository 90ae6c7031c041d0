from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from p2c_airflow.local.errors import LocalStackError
from p2c_airflow.local.home import REPOSITORY, Home, write_private


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_home_is_in_the_repository_unless_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("P2C_LOCAL_HOME", raising=False)
    assert Home.default().path == REPOSITORY / ".local"
    monkeypatch.setenv("P2C_LOCAL_HOME", str(tmp_path))
    assert Home.default().path == tmp_path


def test_secrets_are_kept_between_starts(home: Home) -> None:
    assert home.prepare() == home.prepare()


def test_two_homes_share_no_secret(tmp_path: Path) -> None:
    first, second = Home(tmp_path / "a").prepare(), Home(tmp_path / "b").prepare()
    assert not set(vars(first).values()) & set(vars(second).values())


def test_secrets_and_logins_are_readable_by_their_owner_alone(home: Home) -> None:
    home.prepare()
    assert mode(home.path) == 0o700
    assert [mode(path) for path in (home.path / "secrets.json", home.passwords_file)] == [0o600, 0o600]


def test_the_login_is_the_one_that_airflow_reads(home: Home) -> None:
    password = home.prepare().admin_password
    assert json.loads(home.passwords_file.read_text()) == {"admin": password}


def test_secrets_do_not_show_when_printed(home: Home) -> None:
    secrets = home.prepare()
    assert secrets.client_secret not in repr(secrets)


def test_writing_a_private_file_takes_rights_away_from_one_that_others_could_read(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    path.write_text("{}")
    path.chmod(0o644)
    write_private(path, "[]")
    assert (mode(path), path.read_text()) == (0o600, "[]")


def test_a_private_file_is_replaced_whole_so_that_no_reader_finds_half_of_it(tmp_path: Path) -> None:
    path = tmp_path / "running.json"
    write_private(path, "old")
    with path.open() as opened_before:
        write_private(path, "new")
        assert (opened_before.read(), path.read_text()) == ("old", "new")
    assert list(tmp_path.iterdir()) == [path]


def test_a_home_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LocalStackError, match=r"file/home cannot be written: .* P2C_LOCAL_HOME"):
        Home(tmp_path / "file" / "home").prepare()


def test_a_second_command_in_the_same_home_is_refused(home: Home) -> None:
    with (
        home.locked(),
        pytest.raises(LocalStackError, match="Another make demo, start or stop is at work"),
        home.locked(),
    ):
        pass


def test_the_home_is_free_again_after_a_command(home: Home) -> None:
    for _ in range(2):
        with home.locked():
            assert home.path.is_dir()
