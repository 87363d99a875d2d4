"""Feeds and channels as they come: asked only for what changed, and only at their own address."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hostile import Hostile, answer, rss

from alerter.config.files import Feed
from alerter.sources import telegram_preview
from alerter.sources.feeds import FeedState, SourceError, poll_feed, site
from alerter.sources.http import Fetcher
from alerter.sources.parser import ParserProcess
from alerter.sources.schedule import next_due

NOW = datetime(2026, 2, 1, tzinfo=UTC)
NEW = FeedState()
PAGE = (
    '<div class="tgme_widget_message" data-post="grid/7"><div class="tgme_widget_message_text">First<br/>second</div>'
    '<time datetime="2026-02-01T08:00:00+00:00"></time></div>'
)


@pytest.fixture(scope="module")
def server():
    found = Hostile()
    yield found
    found.close()


@pytest.fixture(scope="module")
def parser():
    found = ParserProcess()
    yield found
    found.close()


@pytest.fixture
def poll(server, parser):
    fetcher = Fetcher(frozenset({"127.0.0.1", "localhost"}))

    def ask(page, state=NEW, *, path="/feed", kind="feed"):
        server.pages[path] = page
        feed = Feed(id="x", url=server.url + path, language="en", owner="o", reliability="B", kind=kind)
        if kind == "telegram":
            return telegram_preview.poll_feed(fetcher, feed, state, NOW)
        return poll_feed(fetcher, parser, feed, state, NOW)

    return ask


def test_what_has_not_changed_is_asked_for_with_its_tag_and_brings_nothing(server, poll):
    first = poll(answer(rss("news"), ETag='"1"', Last_Modified="Sat, 31 Jan 2026 00:00:00 GMT"))
    server.seen.clear()
    second = poll(answer(b"", 304), first.state)
    assert [item.title for item in first.items] == ["news"]
    assert second.items == ()
    assert 'If-None-Match: "1"' in server.seen[0][2]
    assert "If-Modified-Since: Sat, 31 Jan 2026 00:00:00 GMT" in server.seen[0][2]
    assert second.state == first.state


def test_a_server_that_ignores_tags_is_read_once(poll):
    first = poll(answer(rss("news")))
    assert poll(answer(rss("news")), first.state).items == ()
    assert [item.title for item in poll(answer(rss("news", "more")), first.state).items] == ["news", "more"]


@pytest.mark.parametrize(
    "page",
    [answer(b"", 500), answer(b"<html>maintenance</html>"), answer(b""), answer(b"  \n"), answer(rss()), answer(rss("x"), 404)],
)
def test_what_is_no_feed_is_a_source_error(poll, page):
    with pytest.raises(SourceError):
        poll(page)


def test_what_is_built_to_exhaust_ends_as_a_source_error(poll):
    attributes = b" ".join(b'a%d="1"' % number for number in range(100_000))
    laughs = b'<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><rss><channel><item><title>&b;</title></item></channel></rss>'
    for body in (b"<a>" * 1_000_000, b"<rss><channel><item " + attributes + b"/></channel></rss>", laughs):
        with pytest.raises(SourceError, match="exhaust"):
            poll(answer(body))


def test_a_body_that_is_a_path_or_an_address_is_not_opened(server, poll):
    server.seen.clear()
    for body in ("/etc/passwd", "file:///etc/passwd", f"{server.url}/secret"):
        with pytest.raises(SourceError, match="no entries"):
            poll(answer(body.encode()))
    assert {path for _, path, _ in server.seen} == {"/feed"}


def test_a_feed_in_windows_1251_with_cyrillic_dates_in_eastern_european_time_is_read(poll):
    page = (
        '<?xml version="1.0" encoding="windows-1251"?><rss><channel><item><title>Мороз і світло</title><guid>1</guid>'
        "<pubDate>Нд, 1 лют 2026 01:30:00 EET</pubDate></item></channel></rss>"
    )
    (item,) = poll(answer(page.encode("windows-1251"))).items
    assert (item.title, item.published) == ("Мороз і світло", datetime(2026, 1, 31, 23, 30, tzinfo=UTC))


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("value", "wait"), [("120", 120), (format_datetime(NOW + timedelta(minutes=5), usegmt=True), 300), ("never", None)]
)
def test_a_server_that_wants_to_be_left_alone_says_for_how_long(poll, status, value, wait):
    with pytest.raises(SourceError) as caught:
        poll(answer(b"", status, Retry_After=value))
    assert caught.value.retry_after == (None if wait is None else timedelta(seconds=wait))


@pytest.mark.parametrize(
    ("headers", "ttl", "wait"),
    [
        ({"Cache_Control": "public, max-age=600"}, None, 10),
        ({"Expires": format_datetime(NOW + timedelta(minutes=15), usegmt=True)}, None, 15),
        ({"Expires": "0"}, None, None),
        ({"Cache_Control": "max-age=60", "Expires": format_datetime(NOW + timedelta(minutes=15), usegmt=True)}, None, 1),
        ({}, 20, 20),
        ({"Cache_Control": "max-age=60"}, 20, 20),
        ({"Cache_Control": "max-age=86400"}, 600, 30),
        ({}, None, None),
    ],
)
def test_a_feed_is_left_alone_as_long_as_it_says_but_half_an_hour_at_most(poll, headers, ttl, wait):
    body = rss("x").replace(b"<item>", b"<ttl>%d</ttl><item>" % ttl, 1) if ttl else rss("x")
    assert poll(answer(body, **headers)).next_in == (wait and timedelta(minutes=wait))


def test_another_site_that_took_over_an_address_is_not_read(server, poll):
    other = f"http://localhost:{server.port}/elsewhere"
    server.pages["/elsewhere"] = answer(rss("buy now"))
    with pytest.raises(SourceError, match="another site, localhost"):
        poll(answer(b"", 301, Location=other))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("www.news.example", "news.example", True),
        ("rss.news.com.ua", "www.news.com.ua", True),
        ("rss.news.com.ua", "rss.others.com.ua", False),
        ("feeds.bbci.co.uk", "evil.co.uk", False),
        ("news.example", "news.example.evil", False),
        ("127.0.0.1", "127.0.0.1", True),
        ("127.0.0.1", "127.0.0.2", False),
    ],
)
def test_hosts_of_one_site_are_told_from_others(one, other, same):
    assert (site(one) == site(other)) is same


def test_an_entry_without_a_date_or_with_one_in_the_future_has_an_unknown_time(poll):
    late = format_datetime(NOW + timedelta(days=2))
    body = rss("undated", "early").replace(
        b"</guid></item></channel>", f"</guid><pubDate>{late}</pubDate></item></channel>".encode()
    )
    assert [item.published for item in poll(answer(body)).items] == [None, None]


def test_an_entry_without_an_identifier_has_its_address_or_its_title_for_one(poll):
    body = b"<rss><channel><item><title>a</title><link>https://x.example/a</link></item><item><title>b</title></item></channel></rss>"
    first, second = poll(answer(body)).items
    assert first.guid == "https://x.example/a"
    assert second.guid
    assert poll(answer(body)).items[1].guid == second.guid


def test_posts_of_a_channel_are_read_with_their_time(poll):
    (post,) = poll(answer(PAGE.encode()), path="/s/grid", kind="telegram").items
    assert (post.title, post.summary, post.url) == ("First", "second", "https://t.me/grid/7")
    assert post.published == datetime(2026, 2, 1, 8, tzinfo=UTC) or post.published is None
    assert poll(answer(b"", 304), path="/s/grid", kind="telegram").items == ()


def test_a_channel_page_without_posts_or_with_anothers_posts_is_a_source_error(poll):
    with pytest.raises(SourceError, match="no posts"):
        poll(answer(b"<html></html>"), path="/s/grid", kind="telegram")
    with pytest.raises(SourceError, match="another channel, grid"):
        poll(answer(PAGE.encode()), path="/s/other", kind="telegram")


def test_a_failing_source_is_asked_again_within_half_an_hour():
    assert next_due(NOW, timedelta(minutes=5), None, 50, 0.5) <= NOW + timedelta(minutes=33)
