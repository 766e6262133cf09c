"""What a start refuses before it changes anything."""

import re
import socket
from pathlib import Path

import pytest

from tidings.startup import StartRefused
from tidings.startup.checks import check_data_dir, check_node, open_listener

HERE = "127.0.0.1"


def test_a_data_directory_is_made_when_it_is_missing(tmp_path: Path) -> None:
    check_data_dir(tmp_path / "new" / "data")
    assert not list((tmp_path / "new" / "data").iterdir())


def test_a_data_directory_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StartRefused, match=r"^TIDINGS_DATA_DIR=.*/file/data cannot be written to: .*\.$"):
        check_data_dir(tmp_path / "file" / "data")


def test_a_port_is_taken_once() -> None:
    with open_listener(HERE, 0) as first:
        port = first.getsockname()[1]
        with pytest.raises(StartRefused, match=f"^Port {port} is in use; .* TIDINGS_PORT"):
            open_listener(HERE, port)


def test_a_port_whose_owner_would_share_it_is_refused_too() -> None:
    with socket.socket() as sharing:
        sharing.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        sharing.bind((HERE, 0))
        sharing.listen()
        with pytest.raises(StartRefused, match="is in use"):
            open_listener(HERE, sharing.getsockname()[1])


def test_a_port_that_is_open_on_every_address_is_refused_on_one() -> None:
    with open_listener("0.0.0.0", 0) as everywhere:
        everywhere.listen()
        with pytest.raises(StartRefused, match="is in use"):
            open_listener(HERE, everywhere.getsockname()[1])


def test_nobody_is_let_in_before_there_is_somebody_to_answer() -> None:
    with open_listener(HERE, 0) as listener:
        place = listener.getsockname()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(place)
        listener.listen()
        socket.create_connection(place).close()


def test_a_port_is_free_again_right_after_its_connections_were_cut() -> None:
    listener = open_listener(HERE, 0)
    listener.listen()
    port = listener.getsockname()[1]
    with socket.create_connection((HERE, port)):
        listener.accept()[0].close()  # we close first: our side stays in TIME_WAIT
        listener.close()
    open_listener(HERE, port).close()


@pytest.mark.parametrize("host", ["192.0.2.1", "no such host"])
def test_a_host_that_is_not_ours_is_refused_by_name(host: str) -> None:
    with pytest.raises(StartRefused, match=f"^TIDINGS_HOST={re.escape(host)} is not an address"):
        open_listener(host, 0)


def test_a_missing_node_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StartRefused, match=r"^Node is missing"):
        check_node(str(tmp_path))


def fake_node(folder: Path, says: str) -> str:
    node = folder / "node"
    node.write_text(f"#!/bin/sh\necho {says}\n")
    node.chmod(0o755)
    return str(folder)


@pytest.mark.parametrize("version", ["v20.20.2", "v22.21.9", "nothing"])
def test_a_node_that_is_too_old_is_refused(tmp_path: Path, version: str) -> None:
    with pytest.raises(StartRefused, match=r"too old to build the pages: they need 22\.22 or newer"):
        check_node(fake_node(tmp_path, version))


@pytest.mark.parametrize("version", ["v22.22.0", "v24.19.0", "v100.0.0"])
def test_a_newer_node_will_do(tmp_path: Path, version: str) -> None:
    check_node(fake_node(tmp_path, version))
