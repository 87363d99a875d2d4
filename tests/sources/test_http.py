"""Fetching and parsing under attack, over real sockets."""

import gzip
import http.server
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest

from alerter.config.files import Feed
from alerter.sources import telegram_preview
from alerter.sources.feeds import FeedState, SourceError, poll_feed
from alerter.sources.http import Fetcher, FetchError
from alerter.sources.parser import ParseError, ParserProcess, date
from alerter.sources.schedule import next_due

NOW = datetime(2026, 2, 1, tzinfo=UTC)
RSS = '<?xml version="1.0"?><rss version="2.0"><channel><item><title>{}</title><link>https://x.example/1</link></item></channel></rss>'


@pytest.fixture(scope="module")
def server():
    class Handler(http.server.BaseHTTPRequestHandler):
        def log_message(self, *args):
            pass

        def do_GET(self):
            try:
                self.answer()
            except OSError:
                pass

        def answer(self):
            if self.path == "/header-drip":
                for letter in b"HTTP/1.1 200 OK\r\nX: " + b"y" * 200:
                    self.wfile.write(bytes([letter]))
                    time.sleep(0.1)
            elif self.path == "/body-drip":
                self.start(200, {"Content-Length": "1000"})
                for _ in range(100):
                    self.wfile.write(b"x")
                    time.sleep(0.1)
            elif self.path == "/bomb":
                self.start(200, {"Content-Encoding": "gzip"})
                self.wfile.write(gzip.compress(b"\0" * 300_000_000, 1))
            elif self.path == "/loop":
                self.start(302, {"Location": "/loop"})
            elif self.path == "/file":
                self.start(302, {"Location": "file:///etc/passwd"})
            elif self.path == "/500":
                self.start(500, {"Retry-After": "120"})
            elif self.path == "/html":
                self.start(200, {})
                self.wfile.write(b"<html><body>maintenance</body></html>")
            elif self.path == "/cached":
                same = self.headers.get("If-None-Match") == '"1"'
                self.start(304 if same else 200, {"ETag": '"1"', "Cache-Control": "max-age=600"})
                if not same:
                    self.wfile.write(RSS.format("news").encode())
            else:
                self.start(200, {})

        def start(self, status, headers):
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()

    found = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.daemon_threads = True
    threading.Thread(target=found.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{found.server_port}"
    found.shutdown()
    found.server_close()


@pytest.fixture(scope="module")
def parser():
    found = ParserProcess()
    yield found
    found.close()


def feed(url):
    return Feed(id="x", url=url, language="en", owner="o", reliability="B")


@pytest.fixture
def fetcher():
    return Fetcher(frozenset({"127.0.0.1"}))


@pytest.mark.parametrize("path", ["/header-drip", "/body-drip"])
def test_a_drip_ends_at_the_deadline(server, fetcher, path):
    began = time.monotonic()
    with pytest.raises(FetchError, match="deadline"):
        fetcher.fetch(server + path, deadline=1)
    assert time.monotonic() - began < 3


def test_a_bomb_ends_at_the_size_limit(server, fetcher):
    with pytest.raises(FetchError, match="larger"):
        fetcher.fetch(server + "/bomb")


def test_an_endless_redirect_ends(server, fetcher):
    with pytest.raises(FetchError, match="redirects"):
        fetcher.fetch(server + "/loop")


def test_a_redirect_never_leads_to_a_file(server, fetcher):
    with pytest.raises(FetchError, match="http"):
        fetcher.fetch(server + "/file")


@pytest.mark.parametrize("host", ["127.0.0.1", "2130706433", "0x7f000001", "127.1", "0", "localhost", "[::ffff:127.0.0.1]"])
def test_no_spelling_of_a_private_address_is_fetched(server, host):
    with pytest.raises(FetchError):
        Fetcher().fetch(f"http://{host}:{server.rsplit(':', 1)[1]}/html", deadline=3)


@pytest.mark.parametrize("path", ["/500", "/html", "/nothing"])
def test_what_is_no_feed_is_a_source_error(server, fetcher, parser, path):
    with pytest.raises(SourceError):
        poll_feed(fetcher, parser, feed(server + path), FeedState(), NOW)


def test_a_server_that_wants_to_be_left_alone_is(server, fetcher, parser):
    with pytest.raises(SourceError) as caught:
        poll_feed(fetcher, parser, feed(server + "/500"), FeedState(), NOW)
    assert caught.value.retry_after == timedelta(seconds=120)


def test_an_unchanged_feed_brings_nothing(server, fetcher, parser):
    first = poll_feed(fetcher, parser, feed(server + "/cached"), FeedState(), NOW)
    second = poll_feed(fetcher, parser, feed(server + "/cached"), first.state, NOW)
    assert [item.title for item in first.items] == ["news"]
    assert second.items == ()
    assert first.next_in == timedelta(minutes=10)


@pytest.mark.parametrize("body", [b"/etc/passwd", b"http://127.0.0.1:1/feed", b"", b"<html></html>"])
def test_a_body_that_is_a_path_or_an_address_is_never_opened(parser, body):
    with pytest.raises(ParseError, match="no entries"):
        parser.parse(body)


def test_quadratic_attributes_are_killed_and_the_next_feed_is_read(parser):
    hostile = b"<rss><channel><item " + b" ".join(b'a%d="1"' % n for n in range(100_000)) + b"></item></channel></rss>"
    with pytest.raises(ParseError, match="takes longer"):
        parser.parse(hostile)
    assert parser.parse(RSS.format("after").encode())[0].title == "after"


def test_windows_1251_that_calls_itself_utf_8_is_read(parser):
    assert parser.parse(RSS.format("Удар по підстанції").encode("windows-1251"))[0].title == "Удар по підстанції"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Tue, 10 Feb 2026 10:00:00 EET", datetime(2026, 2, 10, 8, tzinfo=UTC)),
        ("Tue, 10 Feb 2026 10:00:00 +0300", datetime(2026, 2, 10, 7, tzinfo=UTC)),
        ("2026-02-10T10:00:00Z", datetime(2026, 2, 10, 10, tzinfo=UTC)),
        ("10 лютого 2026", None),
        ("2026-02-10T10:00:00", None),
        ("", None),
    ],
)
def test_a_date_without_a_zone_is_unknown_and_eet_is_two_hours_ahead(text, expected):
    assert date(text) == expected


def test_a_channel_page_without_posts_is_a_source_error(server, fetcher):
    with pytest.raises(SourceError, match="no posts"):
        telegram_preview.poll_feed(fetcher, feed(server + "/html"), FeedState(), NOW)


def test_posts_of_a_channel_are_read_with_their_time():
    page = (
        '<div class="tgme_widget_message" data-post="grid/7"><div class="tgme_widget_message_text">First<br/>second</div>'
        '<time datetime="2026-02-01T08:00:00+00:00"></time></div>'
    )
    (post,) = telegram_preview.posts(page)
    assert (post.title, post.summary, post.url) == ("First", "second", "https://t.me/grid/7")
    assert post.published == datetime(2026, 2, 1, 8, tzinfo=UTC)


def test_a_failing_source_is_asked_again_within_half_an_hour():
    assert next_due(NOW, timedelta(minutes=5), None, 50, 0.5) <= NOW + timedelta(minutes=33)
