"""A server over a bare socket that misbehaves by path, and counts what reached it."""

import contextlib
import gzip
import socket
import threading
import time
import zlib
from functools import cache

RSS = '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>x</title>{}</channel></rss>'
ITEM = "<item><title>{0}</title><link>https://x.example/{1}</link><guid>{1}</guid></item>"


def rss(*titles):
    return RSS.format("".join(ITEM.format(title, number) for number, title in enumerate(titles, 1))).encode()


@cache
def bomb(megabytes=300):
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join(packer.compress(bytes(1_000_000)) for _ in range(megabytes)) + packer.flush()


class Hostile:
    """`pages` maps a path to bytes (a whole HTTP answer), or to a function that talks to the connection itself."""

    def __init__(self, host="127.0.0.1", backlog=200):
        self.seen, self.pages = [], {}
        self.dripping = 0
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._socket = socket.create_server((host, 0), family=family, backlog=backlog)
        self.port = self._socket.getsockname()[1]
        self.url = f"http://{f'[{host}]' if ':' in host else host}:{self.port}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        self._socket.close()

    def _accept(self):
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        with contextlib.suppress(OSError), connection:
            head = b""
            while b"\r\n\r\n" not in head:
                head += connection.recv(65536) or b"\r\n\r\n"
            if not head.strip():
                return
            path = head.split()[1].decode()
            self.seen.append((time.monotonic(), path, head.decode("latin-1")))
            page = (
                self.pages.get(path)
                or getattr(self, path.strip("/").partition("?")[0].replace("-", "_"), None)
                or answer(b"", 404)
            )
            if isinstance(page, bytes):
                connection.sendall(page)
            else:
                page(connection)

    def kept(self, connection):
        """Answer, and keep the connection for one request more."""
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine")
        self._serve(connection)

    def tired(self, connection):
        """Answer, and close the connection only when the next request comes."""
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine")
        connection.recv(65536)

    def header_drip(self, connection):
        self._drip(connection, b"HTTP/1.1 200 OK\r\nX: " + b"y" * 2000)

    def body_drip(self, connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n")
        self._drip(connection, b"x" * 2000)

    def chunked_drip(self, connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        self._drip(connection, b"1\r\nx\r\n" * 400, 6)

    def _drip(self, connection, data, step=1):
        self.dripping += 1
        try:
            for place in range(0, len(data), step):
                connection.sendall(data[place : place + step])
                time.sleep(0.1)
        finally:
            self.dripping -= 1

    def silence(self, connection):
        time.sleep(60)

    def endless(self, connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            connection.sendall(b"x" * 65536)

    def headers(self, connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        while True:
            connection.sendall(b"X-%d: y\r\n" % time.monotonic_ns() * 100)

    def bomb(self, connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb()) + bomb())

    def nested(self, connection):
        body = gzip.compress(bomb())
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip, gzip\r\nContent-Length: %d\r\n\r\n" % len(body) + body)

    def loop(self, connection):
        connection.sendall(answer(b"", 302, Location="/loop"))

    def longer(self, connection):
        connection.sendall(answer(b"", 302, Location=f"/longer?{time.monotonic_ns()}"))

    def broken(self, connection):
        connection.sendall(answer(b"oops", 500))

    def html(self, connection):
        connection.sendall(answer(b"<html><body><h1>Maintenance</h1></body></html>"))

    def reset(self, connection):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")


def answer(body, status=200, **headers):
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status} X\r\n{lines}Connection: close\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
