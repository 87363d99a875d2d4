"""Fetching under attack, over real sockets."""

import socket
import threading
import time
from pathlib import Path

import pytest
from hostile import Hostile, answer, bomb

from alerter.sources.http import Fetcher, FetchError, host_of


@pytest.fixture(scope="module")
def server():
    found = Hostile()
    found.pages["/fine"] = answer(b"fine")
    yield found
    found.close()


@pytest.fixture
def fetcher():
    return Fetcher(frozenset({"127.0.0.1"}))


@pytest.mark.parametrize("path", ["/header-drip", "/body-drip", "/chunked-drip", "/silence", "/endless", "/headers"])
def test_no_answer_holds_a_fetch_beyond_its_deadline(server, fetcher, path):
    began = time.monotonic()
    with pytest.raises(FetchError, match=r"deadline|larger|Error"):
        fetcher.fetch(server.url + path, deadline=1)
    assert time.monotonic() - began < 3


def test_the_deadline_also_holds_on_a_connection_that_is_used_again(server, fetcher):
    assert fetcher.fetch(server.url + "/kept").body == b"fine"
    with pytest.raises(FetchError, match="deadline"):
        fetcher.fetch(server.url + "/body-drip", deadline=0.5)
    assert fetcher.fetch(server.url + "/fine").body == b"fine", "and the next fetch is whole"


def test_a_kept_connection_that_the_server_closed_meanwhile_fails_no_fetch(server, fetcher):
    assert fetcher.fetch(server.url + "/tired").body == b"fine"
    assert fetcher.fetch(server.url + "/fine").body == b"fine"
    assert fetcher.fetch(server.url + "/tired").body == b"fine"
    assert fetcher.fetch(server.url + "/fine", data={"a": "b"}).body == b"fine"


def test_a_server_that_closes_every_connection_fails_the_fetch(server, fetcher):
    assert fetcher.fetch(server.url + "/tired").body == b"fine"
    with pytest.raises(FetchError, match="ConnectionError"):
        fetcher.fetch(server.url + "/reset")


def test_the_deadline_covers_a_tls_handshake_that_never_ends(fetcher):
    listener = socket.create_server(("127.0.0.1", 0))
    held = []
    threading.Thread(target=lambda: held.append(listener.accept()), daemon=True).start()
    began = time.monotonic()
    with pytest.raises(FetchError):
        fetcher.fetch(f"https://127.0.0.1:{listener.getsockname()[1]}/", deadline=1)
    assert time.monotonic() - began < 3
    listener.close()
    for connection, _ in held:
        connection.close()


@pytest.mark.parametrize("path", ["/bomb", "/nested"])
def test_a_bomb_ends_at_the_size_limit_and_fills_no_memory(server, fetcher, path):
    bomb()  # packed now, not while the fetch waits
    before = resident()
    with pytest.raises(FetchError, match="larger"):
        fetcher.fetch(server.url + path)
    assert resident() - before < 60, "MB, of 300 that it would unfold to"


def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6


@pytest.mark.parametrize("path", ["/loop", "/longer"])
def test_an_endless_redirect_ends(server, fetcher, path):
    server.seen.clear()
    with pytest.raises(FetchError, match="redirects"):
        fetcher.fetch(server.url + path)
    assert len(server.seen) <= 7


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://127.0.0.1:70/", "data:text/xml,x", "javascript:1"]
)
def test_a_redirect_leads_to_the_web_or_nowhere(server, fetcher, target):
    server.pages["/away"] = answer(b"", 302, Location=target)
    with pytest.raises(FetchError, match=r"http or https|no web address"):
        fetcher.fetch(server.url + "/away")


SPELLINGS = [
    "http://127.0.0.1:{port}/secret",
    "http://2130706433:{port}/secret",
    "http://0x7f000001:{port}/secret",
    "http://0x7f.0.0.1:{port}/secret",
    "http://0177.0.0.1:{port}/secret",
    "http://127.1:{port}/secret",
    "http://127.0.1:{port}/secret",
    "http://0:{port}/secret",
    "http://0.0.0.0:{port}/secret",
    "http://127.127.127.127:{port}/secret",
    "http://[::ffff:127.0.0.1]:{port}/secret",
    "http://[::ffff:7f00:1]:{port}/secret",
    "http://news.example@127.0.0.1:{port}/secret",
    "http://localhost:x@127.0.0.1:{port}/secret",
    "//127.0.0.1:{port}/secret",
    "HTTP://127.0.0.1:{port}/secret",
    "http://127.0.0.1.:{port}/secret",
    "http://①②⑦.0.0.1:{port}/secret",
    "http://localhost\\@127.0.0.1:{port}/secret",
]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_no_redirect_reaches_a_private_address_in_any_spelling(server, spelling):
    server.seen.clear()
    target = spelling.format(port=server.port)
    server.pages["/inward"] = answer(b"", 302, Location=target).replace(target.encode("latin-1", "replace"), target.encode())
    outside = Fetcher(frozenset({"localhost"}))
    with pytest.raises(FetchError):
        outside.fetch(f"http://localhost:{server.port}/inward", deadline=3)
    assert [path for _, path, _ in server.seen] == ["/inward"], "no request was made inside"


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "10.0.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "[fe80::1]",
        "[fc00::1]",
        "224.0.0.1",
    ],
)
def test_a_private_address_is_fetched_only_when_the_configuration_names_it(server, host):
    began = time.monotonic()
    with pytest.raises(FetchError):
        Fetcher().fetch(f"http://{host}:{server.port}/fine", deadline=1)
    assert time.monotonic() - began < 3


def test_a_name_that_answers_with_a_private_address_the_second_time_is_not_followed(server, monkeypatch):
    answers = iter([("93.184.215.14", 1), ("127.0.0.1", server.port)])
    real = socket.getaddrinfo

    def rebinding(host, port, *rest, **more):
        if host != "news.example":
            return real(host, port, *rest, **more)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", next(answers))]

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    assert socket.getaddrinfo("news.example", 80)[0][4][0] == "93.184.215.14", "the first answer looks harmless"
    server.seen.clear()
    with pytest.raises(FetchError, match="private network"):
        Fetcher().fetch(f"http://news.example:{server.port}/secret", deadline=3)
    assert not server.seen


def test_a_private_peer_is_refused_before_tls_begins():
    listener = socket.create_server(("127.0.0.1", 0))
    heard = []

    def listen():
        connection, _ = listener.accept()
        heard.append(connection.recv(100))

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    with pytest.raises(FetchError, match="private network"):
        Fetcher().fetch(f"https://127.0.0.1:{listener.getsockname()[1]}/")
    thread.join(3)
    assert heard == [b""]
    listener.close()


def test_proxies_of_the_environment_are_not_used(server, fetcher, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    assert fetcher.fetch(server.url + "/fine").body == b"fine"


@pytest.mark.parametrize(
    ("url", "host"), [("http://A.example:80/x", "a.example"), ("http://u:p@b.example/", "b.example"), ("http://[::1]:8/", "::1")]
)
def test_the_host_is_the_one_that_is_asked(url, host):
    assert host_of(url) == host


def test_many_large_bodies_at_once_are_read_a_few_at_a_time(server, fetcher):
    server.pages["/big"] = answer(b"x" * 4_900_000)
    before, peak = resident(), [0.0]
    threads = [threading.Thread(target=lambda: fetcher.fetch(server.url + "/big"), daemon=True) for _ in range(40)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        peak[0] = max(peak[0], resident())
        time.sleep(0.005)
    assert peak[0] - before < 150, "MB; 40 bodies at once would take 200 and their copies as much again"


def test_a_server_that_hangs_up_says_so(server, fetcher):
    with pytest.raises(FetchError):
        fetcher.fetch(server.url + "/reset")
