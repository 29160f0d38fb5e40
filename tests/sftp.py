"""A small SFTP server for the tests, on the loopback: one of Hadoop's file systems that has a network and a login."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import asyncssh

USER, PASSWORD = "reader", "not-to-be-shown"
REFUSED, GONE = "refused", "gone"
SETTINGS = {
    "fs.sftp.impl": "org.apache.hadoop.fs.sftp.SFTPFileSystem",
    "fs.sftp.user.127.0.0.1": USER,
    f"fs.sftp.password.127.0.0.1.{USER}": PASSWORD,
}


class Login(asyncssh.SSHServer):
    """Lets in who knows the password, and notes the connections."""

    def __init__(self, connections: list[asyncssh.SSHServerConnection]) -> None:
        self.connections = connections

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self.connections.append(conn)

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == (USER, PASSWORD)


class Files(asyncssh.SFTPServer):
    """The files in a folder. `faults` maps paths to what happens when they are opened.

    REFUSED: the file may not be read. GONE: the server ends the connection.
    """

    def __init__(self, channel: asyncssh.SSHServerChannel, root: Path, faults: dict[str, str]) -> None:
        super().__init__(channel, chroot=str(root).encode())
        self.faults = faults

    def open(self, path: bytes, *options: object) -> object:
        fault = self.faults.get(path.decode().removeprefix("/"))
        if fault == GONE:
            self.channel.get_connection().abort()
        if fault:
            raise asyncssh.SFTPPermissionDenied("Permission denied")
        return super().open(path, *options)


@contextmanager
def sftp(root: Path, faults: dict[str, str]) -> Iterator[str]:
    """Serves a folder. Yields its URL."""
    connections: list[asyncssh.SSHServerConnection] = []

    async def listen() -> asyncssh.SSHAcceptor:
        key = asyncssh.generate_private_key("ecdsa-sha2-nistp256")  # Hadoop's client does not know Ed25519
        login, files = partial(Login, connections), partial(Files, root=root, faults=faults)
        return await asyncssh.listen("127.0.0.1", 0, server_factory=login, server_host_keys=[key], sftp_factory=files)

    async def close(server: asyncssh.SSHAcceptor) -> None:
        server.close()
        for connection in connections:  # Hadoop keeps them
            connection.abort()
            await connection.wait_closed()
        await server.wait_closed()

    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(listen(), loop).result()
    yield f"sftp://127.0.0.1:{server.get_port()}"
    asyncio.run_coroutine_threadsafe(close(server), loop).result()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()
