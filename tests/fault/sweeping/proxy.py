"""A proxy in front of a server that shows each statement before it is passed on, and its answer's arrival."""

import socket
import threading
from collections.abc import Callable

HEADER_BYTES = 4
COM_QUERY = 3


class Proxy:
    """`seen(statement)` is called before a statement is passed on. It returns nothing, or what to call when the server
    has answered; if it raises Stop, the statement never arrives."""

    class Stop(Exception):
        pass

    def __init__(self, server, seen: Callable[[str], Callable[[], None] | None]) -> None:
        self._server_port = server.port
        self._seen = seen
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._sockets: list[socket.socket] = [self._listener]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        for end in self._sockets:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # not connected any more
            end.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._server_port))
            except OSError:
                return
            self._sockets += [client, server]
            _Session(client, server, self._seen)


class _Session:
    def __init__(self, client: socket.socket, server: socket.socket, seen) -> None:
        self._client = client
        self._server = server
        self._seen = seen
        self._answered: Callable[[], None] | None = None
        threading.Thread(target=self._guarded, args=(self._to_server,), daemon=True).start()
        threading.Thread(target=self._guarded, args=(self._to_client,), daemon=True).start()

    def _guarded(self, pump) -> None:
        try:
            pump()
        except (OSError, Proxy.Stop):
            pass  # one end is gone, or is to go
        for end in (self._client, self._server):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def _to_server(self) -> None:
        reader = self._client.makefile("rb")
        while header := reader.read(HEADER_BYTES):
            payload = reader.read(int.from_bytes(header[:3], "little"))
            # Commands begin anew with number 0; what follows in a login or a long packet does not.
            if header[3] == 0 and payload[:1] == bytes([COM_QUERY]):
                self._answered = self._seen(payload[1:].decode("utf-8", "replace"))
            self._server.sendall(header + payload)

    def _to_client(self) -> None:
        while data := self._server.recv(1 << 16):
            if self._answered:
                self._answered()
            self._client.sendall(data)
