"""Parsing what feeds say and what attackers say, in the worker process."""

import os
import signal
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hostile import rss

from alerter.sources.parser import ParseError, ParserProcess, date


@pytest.fixture(scope="module")
def parser():
    found = ParserProcess()
    found.parse(rss("warm"))
    yield found
    found.close()


def titles(parser, body, content_type=""):
    return [entry.title for entry in parser.parse(body, content_type).entries]


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


def laughing(levels):
    return f'<!DOCTYPE rss [<!ENTITY l0 "lol">{LAUGHS}]><rss><channel><item><title>&l{levels};</title></item></channel></rss>'.encode()


ATTRIBUTES = b" ".join(b'a%d="1"' % number for number in range(100_000))


@pytest.mark.parametrize(
    "hostile",
    [
        pytest.param(b"<rss><channel><item " + ATTRIBUTES + b"></item></channel></rss>", id="quadratic attributes"),
        pytest.param(b"<a>" * 1_000_000, id="depth"),
        pytest.param(laughing(9), id="billion laughs"),
        pytest.param(laughing(5), id="a hundred thousand laughs in 1 KB"),
        pytest.param(
            b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><item><title>&x;</title></item></channel></rss>',
            id="external entity",
        ),
    ],
)
def test_what_is_built_to_exhaust_is_refused_at_once_by_a_worker_that_lives_on(parser, hostile):
    worker = parser._process.pid
    began = time.monotonic()
    with pytest.raises(ParseError, match="exhaust"):
        parser.parse(hostile)
    assert time.monotonic() - began < 2
    assert titles(parser, rss("after")) == ["after"]
    assert parser._process.pid == worker


def test_what_a_check_cannot_judge_is_killed_and_the_next_feed_is_read(parser):
    hostile = b"&<rss><channel><item>" + b"<title>x" * 500_000
    began = time.monotonic()
    with pytest.raises(ParseError, match="takes longer"):
        parser.parse(hostile)
    assert time.monotonic() - began < 6
    began = time.monotonic()
    assert titles(parser, rss("after")) == ["after"]
    assert time.monotonic() - began < 6, "a new worker is quick to start"


@pytest.mark.parametrize(
    "body",
    [
        b'<rss><channel><item><title a="' + b"x" * 4_900_000 + b'">t</title></item></channel></rss>',
        b"<rss>" + b"<!--" * 1_000_000,
        b"<" * 4_000_000,
    ],
)
def test_no_body_takes_more_than_a_limited_memory(parser, body):
    try:
        parser.parse(body)
    except ParseError:
        pass
    assert titles(parser, rss("after")) == ["after"]
    status = Path(f"/proc/{parser._process.pid}/status").read_text(encoding="ascii")
    peak = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
    assert peak < 140_000, "kB"


def test_a_worker_that_is_killed_in_the_middle_is_replaced(parser):
    os.kill(parser._process.pid, signal.SIGKILL)
    with pytest.raises(ParseError):
        parser.parse(rss("lost"))
    assert titles(parser, rss("after")) == ["after"]


def test_closing_under_way_ends_the_wait_and_touches_no_other_file():
    parser = ParserProcess()
    parser.parse(rss("warm"))
    ended = []

    def ask():
        with pytest.raises(ParseError):
            parser.parse(b"&<rss><channel><item>" + b"<title>x" * 500_000)
        ended.append(time.monotonic())

    thread = threading.Thread(target=ask)
    thread.start()
    time.sleep(0.3)
    closed = time.monotonic()
    closers = [threading.Thread(target=parser.close) for _ in range(2)]
    for each in closers:
        each.start()
    parser.close()
    others = [os.open("/dev/null", os.O_RDONLY) for _ in range(20)]
    for each in (thread, *closers):
        each.join()
    assert ended[0] - closed < 2
    for number in others:
        os.close(number)
    with pytest.raises(ParseError, match="closed"):
        parser.parse(rss("late"))


def test_two_threads_that_ask_at_once_both_get_their_own_answer_across_a_kill(parser):
    found = {}

    def ask(name):
        for number in range(20):
            try:
                found[name, number] = titles(parser, rss(f"{name}{number}"))
            except ParseError:
                found[name, number] = None

    threads = [threading.Thread(target=ask, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    os.kill(parser._process.pid, signal.SIGKILL)
    for thread in threads:
        thread.join()
    assert all(answer in (None, [f"{name}{number}"]) for (name, number), answer in found.items())
    assert sum(answer is None for answer in found.values()) <= 2, "a kill costs the answer under way"


@pytest.mark.parametrize(
    "body", [b"/etc/passwd", b"file:///etc/passwd", b"http://127.0.0.1:1/feed", b"", b" \n", b"<html></html>", b"\0" * 100, b"{}"]
)
def test_a_body_that_is_a_path_or_an_address_is_never_opened(parser, body):
    with pytest.raises(ParseError, match="no entries"):
        parser.parse(body)


def test_a_title_is_cut_before_it_can_fill_a_message_or_a_disk(parser):
    (entry,) = parser.parse(rss("x" * 1_000_000)).entries
    assert len(entry.title) == 2000


def test_of_endlessly_many_entries_the_first_are_read(parser):
    assert len(parser.parse(rss(*map(str, range(5000)))).entries) == 500


def test_windows_1251_is_read_whether_it_says_so_or_calls_itself_utf_8(parser):
    text = "Удар по підстанції на Харківщині"
    labelled = rss(text).decode().replace("utf-8", "windows-1251").encode("windows-1251")
    assert titles(parser, rss(text).decode().encode("windows-1251")) == [text]
    assert titles(parser, labelled) == [text]
    assert titles(parser, labelled, "text/xml; charset=utf-8") == [text], "the document knows better than its server"


RDF = """<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://x.example"><title>x</title></channel>
 <item rdf:about="https://x.example/1"><title>Frost</title><link>https://x.example/1</link><dc:date>2026-02-10T08:00:00Z</dc:date></item></rdf:RDF>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title><entry><id>urn:1</id><title type="html">Frost &amp;amp; ice</title>
 <link href="https://x.example/1"/><updated>2026-02-10T10:00:00+02:00</updated><content type="html">&lt;p&gt;Cold&lt;/p&gt;</content></entry></feed>"""


def test_rdf_and_atom_are_read_with_their_dates(parser):
    (rdf,), (atom,) = parser.parse(RDF.encode()).entries, parser.parse(ATOM.encode()).entries
    assert (rdf.title, rdf.url) == ("Frost", "https://x.example/1")
    assert (atom.guid, atom.title, atom.summary, atom.url) == ("urn:1", "Frost & ice", "Cold", "https://x.example/1")
    assert rdf.published == atom.published == datetime(2026, 2, 10, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    "body",
    [
        b"<rss><channel><item><title>one & two</title></item></channel></rss>",
        b"<rss><channel><item><title>one &amp; two</title></item>",
        b"<rss><channel><item><title><![CDATA[one & <b>two</b>]]></title></item></channel></rss>",
        b'\xef\xbb\xbf<?xml version="1.0"?><rss><channel><item><title>one &amp;amp; two</title></item></channel></rss>',
        b"  \n<rss><channel><item><title>one &#38; two\x0b</title></item></channel></rss>",
    ],
)
def test_broken_markup_is_read_as_it_was_meant(parser, body):
    assert titles(parser, body) == ["one & two"]


def test_a_feed_says_how_long_it_keeps(parser):
    body = rss("x").replace(b"<item>", b"<ttl>20</ttl><item>", 1)
    assert parser.parse(body).ttl == timedelta(minutes=20)
    assert parser.parse(body.replace(b"20", b"soon")).ttl is None
    assert parser.parse(rss("x")).ttl is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Tue, 10 Feb 2026 10:00:00 EET", datetime(2026, 2, 10, 8, tzinfo=UTC)),
        ("Tue, 10 Feb 2026 10:00:00 +0300", datetime(2026, 2, 10, 7, tzinfo=UTC)),
        ("Tue, 10 Feb 2026 10:00:00 GMT", datetime(2026, 2, 10, 10, tzinfo=UTC)),
        ("2026-02-10T10:00:00Z", datetime(2026, 2, 10, 10, tzinfo=UTC)),
        ("2026-02-10 10:00:00 +0200", datetime(2026, 2, 10, 8, tzinfo=UTC)),
        ("Вт, 10 лют 2026 10:00:00 +0200", datetime(2026, 2, 10, 8, tzinfo=UTC)),
        ("Вт, 10 фев 2026 10:00:00 +0300", datetime(2026, 2, 10, 7, tzinfo=UTC)),
        ("10 лютого 2026 р., 10:00 EET", datetime(2026, 2, 10, 8, tzinfo=UTC)),
        ("10 лютого 2026", None),
        ("10 февраля 2026, 10:00", None),
        ("2026-02-10T10:00:00", None),
        ("Tue, 10 Feb 2026 10:00:00", None),
        ("yesterday", None),
        ("99 лют 2026 10:00:00 +0200", None),
        ("", None),
    ],
)
def test_a_date_without_a_zone_is_unknown_and_eet_is_two_hours_ahead(text, expected):
    assert date(text) == expected
