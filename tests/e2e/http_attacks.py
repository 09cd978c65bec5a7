#!/usr/bin/env python3
"""Attacks a running worker's HTTP server and looks at its memory.

    http_attacks.py --port 6066 --pid 4711 [--host 127.0.0.1] [--flat-mib 8]

Each attack passes when /health/live answers within a second while it goes on and afterwards, the
answers are the ones a sound server gives, and the process has not grown by more than --flat-mib.
Ends with 0 when all pass, else 1. Needs nothing but Python 3.
"""

import argparse
import contextlib
import socket
import sys
import time

HEALTH_SECONDS = 1.0
MIB = 1 << 20


class Target:
    def __init__(self, host, port, pid):
        self.host, self.port, self.pid = host, port, pid

    def connect(self, timeout=10.0):
        return socket.create_connection((self.host, self.port), timeout=timeout)

    def rss(self):
        with open(f"/proc/{self.pid}/status", encoding="ascii") as status:
            for line in status:
                if line.startswith("VmRSS:"):
                    return int(line.split()[1]) * 1024
        raise RuntimeError("no VmRSS")

    def request(self, head, timeout=10.0):
        """All that comes until the server closes or has sent its Content-Length."""
        with self.connect(timeout) as s:
            with contextlib.suppress(ConnectionError):
                s.sendall(head)
            return read_response(s)

    def health(self):
        """Seconds that /health/live took."""
        start = time.monotonic()
        answer = self.request(get("/health/live"), timeout=HEALTH_SECONDS)
        if not answer.startswith(b"HTTP/1.1 200 "):
            raise AssertionError(f"health answered {answer[:40]!r}")
        return time.monotonic() - start


def get(path, headers=""):
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n".encode()


def read_response(s, has_body=True):
    data = b""
    with contextlib.suppress(ConnectionError):
        while chunk := s.recv(65536):
            data += chunk
            head, end, body = data.partition(b"\r\n\r\n")
            if end and len(body) >= (content_length(head) if has_body else 0):
                break
    return data


def content_length(head):
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


def status(answer):
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.1 ") else 0


def expect(answer, *allowed):
    if status(answer) not in allowed:
        raise AssertionError(f"expected {allowed}, got {answer[:60]!r}")


def flood(s, chunk, total):
    """Sends until all is sent or the server has had enough; says how much went out."""
    sent = 0
    try:
        while sent < total:
            s.sendall(chunk)
            sent += len(chunk)
    except OSError:
        pass
    return sent


def endless_line(t):
    with t.connect() as s:
        s.sendall(b"GET /")
        return f"{flood(s, b'a' * 65536, 200 * MIB) / MIB:.1f} MiB taken"


def million_headers(t):
    with t.connect() as s:
        s.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n")
        block = b"".join(b"X-%04d: b\r\n" % i for i in range(1000))
        return f"{flood(s, block, len(block) * 1000) / MIB:.1f} MiB taken"


def chunked_body(t):
    with t.connect() as s:
        s.sendall(b"POST /nowhere HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
        chunk = b"10000\r\n" + b"a" * 65536 + b"\r\n"
        sent = flood(s, chunk, 200 * MIB)
    answer = t.request(b"POST /nowhere HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n")
    expect(answer, 413, 405)
    return f"{sent / MIB:.1f} MiB taken, answered {status(answer)}"


def many_ranges(t):
    ranges = ",".join(["0-"] * 300)
    answer = t.request(get("/metrics", f"Range: bytes={ranges}\r\n"))
    expect(answer, 416, 400)
    return f"answered {status(answer)}"


def half_open(t, count=64):
    held = []
    try:
        for _ in range(count):
            held.append(t.connect())
            held[-1].sendall(b"GET /health/live HTTP/1.1\r\nHost: loc")
        slowest = max(t.health() for _ in range(20))
        for s in held:  # each trickles on: a deadline per read would never end
            with contextlib.suppress(OSError):
                s.sendall(b"a")
        slowest = max([slowest] + [t.health() for _ in range(20)])
        if slowest > HEALTH_SECONDS:
            raise AssertionError(f"health took {slowest:.2f} s")
        return f"{count} held, health within {slowest * 1000:.0f} ms"
    finally:
        for s in held:
            s.close()


def many_half_open(t):
    return half_open(t, 600)


def slow_readers(t, count=64):
    """Ask for much and read nothing of it."""
    held = []
    try:
        for _ in range(count):
            s = socket.socket()
            s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            s.settimeout(2)
            s.connect((t.host, t.port))
            held.append(s)
            with contextlib.suppress(OSError):
                s.sendall(get("/metrics") * 100)
        slowest = max(t.health() for _ in range(20))
        return f"{count} held, health within {slowest * 1000:.0f} ms"
    finally:
        for s in held:
            s.close()


def pipelining(t, count=1000):
    with t.connect() as s:
        s.sendall(get("/health/live") * (count - 1) + get("/health/live", "Connection: close\r\n"))
        data = b""
        while chunk := s.recv(65536):
            data += chunk
    answers = data.count(b"HTTP/1.1 200 ")
    if answers != count:
        raise AssertionError(f"{answers} of {count} answered")
    return f"{answers} answered"


def head_request(t):
    with t.connect() as s:
        s.sendall(b"HEAD /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        answer = read_response(s, has_body=False)
    expect(answer, 200)
    if not answer.endswith(b"\r\n\r\n"):
        raise AssertionError("HEAD got a body")
    return "no body"


def bad_targets(t):
    for path in ("/%00", "/%ff", "/%c3%28", "/%", "/%0d%0aX:%20y", "/" + "a" * 9000, "/../../etc/passwd"):
        expect(t.request(get(path)), 400, 404, 414)
    for line in (b"\xff\xfe\x00", b"GET", b"GET / HTTP/9.9", b"\x16\x03\x01\x02\x00"):
        expect(t.request(line + b"\r\nHost: localhost\r\n\r\n"), 400)
    return "all refused"


def foreign_host(t):
    answer = t.request(b"GET /config HTTP/1.1\r\nHost: rebound.example\r\n\r\n")
    expect(answer, 421, 403)
    return f"answered {status(answer)}"


def forged_and_doubled(t):
    expect(t.request(get("/", "Host: other\r\n")), 400)
    expect(t.request(get("/", "Bad Name: x\r\n")), 400)
    expect(t.request(get("/", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n")), 413)
    expect(t.request(b"DELETE / HTTP/1.1\r\nHost: localhost\r\n\r\n"), 405)
    return "all refused"


def connection_churn(t, count=2000):
    for _ in range(count):
        t.connect().close()
    return f"{count} opened and closed"


ATTACKS = [
    ("request line without end", endless_line),
    ("a million headers", million_headers),
    ("chunked body of 200 MB", chunked_body),
    ("300 ranges", many_ranges),
    ("64 half-open connections", half_open),
    ("600 half-open connections", many_half_open),
    ("64 clients that do not read", slow_readers),
    ("1000 requests at once", pipelining),
    ("HEAD", head_request),
    ("targets that are none", bad_targets),
    ("a foreign Host", foreign_host),
    ("forged and doubled headers", forged_and_doubled),
    ("connections without a word", connection_churn),
]


def run(target, attack, flat):
    before = target.rss()
    try:
        said = attack(target)
        health = target.health()
    except (AssertionError, OSError) as e:
        return False, f"{type(e).__name__}: {e}", 0
    grown = target.rss() - before
    if grown > flat:
        return False, f"{said}; grew", grown
    return True, f"{said}; health {health * 1000:.0f} ms", grown


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--pid", type=int, required=True)
    parser.add_argument("--flat-mib", type=float, default=8)
    options = parser.parse_args()
    target = Target(options.host, options.port, options.pid)
    target.health()
    start, failed = target.rss(), 0
    for name, attack in ATTACKS:
        good, said, grown = run(target, attack, options.flat_mib * MIB)
        failed += not good
        print(f"{'ok  ' if good else 'FAIL'}  {name:<28}  {grown / MIB:+6.1f} MiB  {said}", flush=True)
    grown = target.rss() - start
    print(f"memory {start / MIB:.1f} MiB before, {(start + grown) / MIB:.1f} MiB after; {failed} failed")
    return 1 if failed or grown > options.flat_mib * MIB else 0


if __name__ == "__main__":
    sys.exit(main())
