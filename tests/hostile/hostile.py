#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""hostile.py [-v] [MODE...]: servers that misbehave, and how op-scrape reacts to them.

Each mode is a server on a raw socket. op-scrape ($B/op-scrape) gets its URL as
both PD and Prometheus. It must exit with status 69 after one whole cycle, in
which both sources have ok:false and an error, and nothing is made up. It may
use 1.5 s of CPU and 64 MiB. If the server never ends its answer, op-scrape must
end within its timeout plus a second, not counting the time for which no
processor was free. Prints what is wrong, and exits 1 if anything is.
`hostile.py --list` lists the modes; `hostile.py --serve MODE` serves one.
"""

import json
import os
import re
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import zlib

TIMEOUT_S = 1  # for servers that never end their answer; the others get AMPLE_S, for busy machines
AMPLE_S = 60
CPU_S = 1.5  # most CPU time that op-scrape may use; it needs a fraction of that
SLOW_BYTES = 250000  # size of an answer of slow(); those of a scrape together stay below its limit
RSS_KIB = 64 << 10
STORE = (
    '{"store":{"id":1,"address":"a:20160","state_name":"Up"},'
    '"status":{"capacity":"1GiB","available":"1GiB","used_size":"1GiB"}}'
)
STORES = '{"count":1,"stores":[' + STORE + "]}"


def head(extra="", status="200 OK", kind="application/json"):
    return f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n{extra}\r\n".encode()


def answer(body, **kwargs):
    if isinstance(body, str):
        body = body.encode()
    return head(f"Content-Length: {len(body)}\r\nConnection: close\r\n", **kwargs) + body


def chunk(data):
    return b"%x\r\n" % len(data) + data + b"\r\n"


MODES = {}
LOCK = threading.Lock()


def mode(function):
    MODES[function.__name__.replace("_", "-")] = function
    return function


def forever(connection, data, pause=0.0):
    """Sends the data again and again, until the peer closes the connection."""
    while True:
        connection.sendall(data)
        if pause:
            time.sleep(pause)


def fixed(name, make, says):
    """A mode that sends what make() gives and closes."""
    made = []

    def serve(connection, _request):
        with LOCK:
            if not made:
                made.append(make())
        connection.sendall(made[0])

    serve.says = says
    MODES[name] = serve


@mode
def silence(connection, _request):
    time.sleep(30)


silence.says = "timed out"


@mode
def close_at_once(connection, _request):
    pass


close_at_once.says = "closed without an answer"


@mode
def reset(connection, _request):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


reset.says = "broke off"


@mode
def slow_headers(connection, _request):
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    forever(connection, b"X-A: b\r\n", 0.05)


slow_headers.says = "timed out"


@mode
def slow_status(connection, _request):
    for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}":
        connection.sendall(bytes([byte]))
        time.sleep(0.2)


slow_status.says = "timed out"


@mode
def slow_body(connection, _request):
    connection.sendall(head("Content-Length: 100000\r\n"))
    forever(connection, b" ", 0.02)


slow_body.says = "timed out"


@mode
def slow_chunks(connection, _request):
    connection.sendall(head("Transfer-Encoding: chunked\r\n"))
    forever(connection, chunk(b" "), 0.02)


slow_chunks.says = "timed out"


@mode
def endless_length(connection, _request):
    connection.sendall(head("Content-Length: 9000000000000000000\r\n"))
    forever(connection, b" " * 65536)


endless_length.says = "larger than"


@mode
def endless_chunked(connection, _request):
    connection.sendall(head("Transfer-Encoding: chunked\r\n"))
    forever(connection, chunk(b" " * 65536))


endless_chunked.says = "larger than"


@mode
def endless_close(connection, _request):
    connection.sendall(head("Connection: close\r\n"))
    forever(connection, b" " * 65536)


endless_close.says = "larger than"


@mode
def endless_error(connection, _request):
    connection.sendall(head(status="500 Oops", kind="text/plain"))
    forever(connection, b"no " * 20000)


endless_error.says = "larger than"


def bomb():
    squeeze = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join(squeeze.compress(b" " * (1 << 20)) for _ in range(64)) + squeeze.flush()


@mode
def header_flood(connection, _request):
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    number = 0
    while True:
        number += 1
        connection.sendall(b"".join(b"X-%d-%d: y\r\n" % (number, i) for i in range(1000)))


header_flood.says = "headers are larger"


@mode
def header_endless(connection, _request):
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
    forever(connection, b"x" * 65536)


header_endless.says = "header"


@mode
def trailer_flood(connection, _request):
    connection.sendall(head("Transfer-Encoding: chunked\r\n") + chunk(STORES.encode()) + b"0\r\n")
    forever(connection, b"X-Trailer: y\r\n" * 1000)


trailer_flood.says = "headers are larger"


@mode
def continue_flood(connection, _request):
    forever(connection, b"HTTP/1.1 100 Continue\r\n\r\n" * 100)


continue_flood.says = "headers are larger"


@mode
def chunk_extension(connection, _request):
    connection.sendall(head("Transfer-Encoding: chunked\r\n") + b"5;")
    forever(connection, b"x" * 65536, 0.01)


chunk_extension.says = "timed out"


@mode
def cut_length(connection, _request):
    connection.sendall(head(f"Content-Length: {len(STORES) + 10}\r\n") + STORES.encode())


cut_length.says = "cut short"


@mode
def cut_chunk(connection, _request):
    connection.sendall(head("Transfer-Encoding: chunked\r\n") + chunk(STORES.encode()))


cut_chunk.says = "cut short"


@mode
def redirect_elsewhere(connection, request):
    """Redirects to this same server: a client that follows gets a good answer."""
    if b"/elsewhere" in request:
        connection.sendall(answer(STORES))
        return
    host, port = connection.getsockname()
    connection.sendall(head(f"Location: http://{host}:{port}/elsewhere\r\nContent-Length: 0\r\n", status="302 Found"))


redirect_elsewhere.says = "redirects are not followed"

fixed("gzip-bomb", lambda: head("Content-Encoding: gzip\r\nConnection: close\r\n") + bomb(), "the answer is compressed")
fixed("transfer-gzip-bomb", lambda: head("Transfer-Encoding: gzip, chunked\r\n") + chunk(bomb()) + b"0\r\n\r\n", "")
fixed("redirect-file", lambda: head("Location: file:///etc/passwd\r\nContent-Length: 0\r\n", status="301 Moved"), "redirects")
fixed("cut-close", lambda: head("Connection: close\r\n") + STORES[: len(STORES) // 2].encode(), "JSON")
fixed("http09", lambda: STORES.encode(), "")
fixed("garbage", lambda: os.urandom(4096).replace(b"HTTP", b"http"), "")
fixed("bad-status", lambda: b"HTTP/1.1 OK\r\n\r\n", "")
fixed("bad-length", lambda: head("Content-Length: -5\r\n") + STORES.encode(), "")
fixed("two-lengths", lambda: head("Content-Length: 5\r\nContent-Length: 7\r\n") + b"[1,2,3]", "")
fixed("login-page", lambda: answer("<!DOCTYPE html><html><body>Please log in</body></html>", kind="text/html"), "JSON expected (text/html)")
fixed("error-page", lambda: answer("<html>" + "x" * 5000, status="502 Bad Gateway", kind="text/html"), "HTTP 502")
fixed("no-content", lambda: head(status="204 No Content"), "HTTP 204")
fixed("partial", lambda: answer(STORES, status="206 Partial Content"), "HTTP 206")
fixed("unauthorized", lambda: answer("no", status="401 Unauthorized", kind="text/plain"), "HTTP 401: no")
fixed("rate-limit", lambda: answer("rate limit exceeded", status="429 Too Many Requests", kind="text/plain"), "HTTP 429: rate limit")
fixed("escapes", lambda: answer("\x1b[31mred\x07", status="500 Oops", kind="text/plain"), "HTTP 500: \\x1b[31mred\\x07")
fixed("empty", lambda: answer(""), "JSON")
fixed("depth-bomb", lambda: answer("[" * 100000), "JSON")
fixed("depth-bomb-closed", lambda: answer('{"a":' * 100000 + "1" + "}" * 100000), "JSON")
fixed("trailing", lambda: answer(STORES + " x"), "JSON")
fixed("two-values", lambda: answer(STORES + STORES), "JSON")
fixed("crowd", lambda: answer('{"status":"success","data":{"resultType":"vector","result":[' + ",".join(
    '{"metric":{"instance":"i%d:1"},"value":[%d,"1"]}' % (i, time.time()) for i in range(40000)) + ']}}'), "")


def slow(name, series):
    """A mode with a long answer that is expensive to read, and whose error is at its very end."""

    def make():
        rows, size = [], 0
        while size < SLOW_BYTES:
            rows.append(series(len(rows)))
            size += len(rows[-1]) + 1
        return answer('{"status":"success","data":{"resultType":"vector","result":[' + ",".join(rows) + ",1]}}")

    fixed(name, make, "JSON")


slow("slow-names", lambda i: '{"metric":{"instance":"%d"},"value":[1,"1"]}' % i)
slow("slow-digits", lambda i: '{"metric":{"instance":"i%d:1"},"value":[1,"%s.%s"]}' % (i, "9" * 300, "1" * 300))
slow("slow-escapes", lambda i: '{"metric":{"instance":"%s%d"},"value":[1,"1"]}' % ("\\u00e9" * 40, i))
slow("slow-keys", lambda i: '{"metric":{%s},"value":[1,"1"]}' % ",".join('"k%d":""' % k for k in range(20000)))
slow("slow-depth", lambda i: '{"metric":{},"x":' + "[" * 60 + "]" * 60 + ',"value":[1,"1"]}')
slow("slow-spaces", lambda i: '{"metric":{},' + " \n" * 20000 + '"value":[1,"1"]}')

fixed("null", lambda: answer("null"), "JSON")
fixed("number", lambda: answer("12"), "JSON")
fixed("list", lambda: answer("[]"), "JSON")
fixed("empty-object", lambda: answer("{}"), "JSON")
fixed("null-stores", lambda: answer('{"count":0,"stores":null,"members":null,"status":"success","data":null}'), "JSON")
fixed("object-stores", lambda: answer('{"count":1,"stores":{},"members":{},"status":"success","data":[]}'), "JSON")
fixed("number-stores", lambda: answer('{"count":1,"stores":[1],"members":[1],"status":"success","data":{"resultType":"vector","result":[1]}}'), "JSON")
fixed("nameless-stores", lambda: answer('{"stores":[{}],"members":[{}],"status":"success","data":{"resultType":"vector","result":[{}]}}'), "JSON")
fixed("wrong-id", lambda: answer('{"stores":[{"store":{"id":"1"}}],"members":[{"member_id":-1}]}'), "JSON")
fixed("huge-id", lambda: answer('{"stores":[{"store":{"id":18446744073709551616}}],"members":[{"member_id":1e3}]}'), "JSON")
fixed("twice", lambda: answer('{"stores":[' + STORE + "," + STORE + "]}"), "JSON")
fixed("matrix", lambda: answer('{"status":"success","data":{"resultType":"matrix","result":[]}}'), "JSON")
fixed("scalar", lambda: answer('{"status":"success","data":{"resultType":"scalar","result":[1,"1"]}}'), "JSON")
fixed("status-error", lambda: answer('{"status":"error","errorType":"bad_data","error":"no"}'), "")
fixed("huge-string", lambda: answer('{"stores":[{"store":{"id":1,"address":"' + "x" * 10000000 + '"}}]}'), "larger than")
fixed("big-string", lambda: answer('{"stores":[{"store":{"id":1,"address":"' + "x" * 7000000 + '"}}]}'), "")
fixed("many-stores", lambda: answer('{"stores":[' + ",".join('{"store":{"id":%d}}' % i for i in range(1, 300000)) + "],1}"), "")
fixed("invalid-utf8", lambda: answer(b'{"stores":[{"store":{"id":1,"address":"\xff\xfe"}}]}'), "JSON")
fixed("lone-surrogate", lambda: answer('{"stores":[{"store":{"id":1,"address":"\\ud800"}}]}'), "JSON")
fixed("nul", lambda: answer('{"stores":[{"store":{"id":1,"address":"a\\u0000b"}}]}'), "JSON")
fixed("duplicate-key", lambda: answer('{"stores":[{"store":{"id":1,"id":2}}]}'), "JSON")
fixed("not-a-number", lambda: answer('{"stores":[{"store":{"id":NaN}}]}'), "JSON")
fixed("beyond-double", lambda: answer('{"stores":[],"x":1e999}'), "JSON")
fixed("comment", lambda: answer('{"stores":[]/* none */}'), "JSON")


class Server:
    def __init__(self, name):
        self.serve = MODES[name]
        self.socket = socket.socket()
        self.socket.bind(("127.0.0.1", 0))
        self.socket.listen(256)
        self.url = "http://127.0.0.1:%d" % self.socket.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self.handle, args=(connection,), daemon=True).start()

    def handle(self, connection):
        try:
            request = b""
            while b"\r\n\r\n" not in request:
                data = connection.recv(65536)
                if not data:
                    return
                request += data
            self.serve(connection, request)
        except OSError:
            pass
        finally:
            connection.close()


def waited(task):
    """Seconds for which the task was ready to run, but waited for a processor."""
    try:
        with open(f"/proc/{task}/schedstat", encoding="ascii") as file:
            return int(file.read().split()[1]) / 1e9
    except OSError:
        return 0.0


def run(url, timeout):
    """Runs op-scrape. Returns status, stdout, stderr, seconds without waits for a processor, and resource usage."""
    program = os.path.join(os.environ.get("B", "build"), "op-scrape")
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        begin, before = time.monotonic(), waited("thread-self")
        child = subprocess.Popen(
            [program, "--pd", url, "--prometheus", url, "--timeout", f"{timeout}s"],
            stdin=subprocess.DEVNULL, stdout=out, stderr=err,
        )
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        seconds = time.monotonic() - begin - waited(child.pid) - (waited("thread-self") - before)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        return child.returncode, out.read(), err.read(), seconds, usage


def complaints(name):
    # the server gets a process of its own: the peak memory of a child begins with its parent's
    server = subprocess.Popen([sys.executable, __file__, "--serve", name], stdout=subprocess.PIPE, text=True)
    waits = MODES[name].says == "timed out"
    sanitized = "-" in os.path.basename(os.environ.get("B", "build"))
    limit = TIMEOUT_S + (5 if sanitized else 1) if waits else float("inf")
    url = server.stdout.readline().strip()
    for _ in range(5):  # again, in case the machine stalled
        status, out, err, seconds, usage = run(url, TIMEOUT_S if waits else AMPLE_S)
        if seconds <= limit:
            break
    server.kill()
    server.wait()
    rss, cpu = usage.ru_maxrss, usage.ru_utime + usage.ru_stime
    if status != 69:
        yield f"status {status}"
    # a line for each source, and nothing in it that a terminal would obey
    if not re.fullmatch(rb"op-scrape: pd: [^\x00-\x1f\x7f]{1,4096}\nop-scrape: prometheus: [^\x00-\x1f\x7f]{1,4096}\n", err):
        yield f"stderr: {err!r}"
    if seconds > limit:
        yield f"{seconds:.2f} s"
    if rss > RSS_KIB and not sanitized:
        yield f"{rss} KiB"
    if cpu > CPU_S and not sanitized:
        yield f"{cpu:.2f} s of a processor"
    if "-v" in sys.argv:
        print(f"{name}: {seconds:.2f} s, {cpu:.2f} s of a processor, {rss} KiB", file=sys.stderr)
    try:
        records = [json.loads(line) for line in out.decode().splitlines()]
    except ValueError:
        yield f"not NDJSON: {out!r}"
        return
    if [r["kind"] for r in records] != ["begin", "source", "source", "end"] or records[-1]["records"] != 2:
        yield f"not a cycle of two sources: {out!r}"
        return
    if "cluster_id" in records[0]:
        yield "begin has a cluster_id"
    for record in records[1:3]:
        if record["ok"] is not False or not record.get("error"):
            yield f"not a failed source: {record}"
        elif len(record["error"]) > 1000:
            yield f"an error of {len(record['error'])} characters"
    says = MODES[name].says
    if says and not any(says in r.get("error", "") for r in records[1:3]):
        yield f"no error contains {says!r}: {records[1]['error']!r} {records[2]['error']!r}"


def main():
    names = [a for a in sys.argv[1:] if a != "-v"] or list(MODES)
    if names == ["--list"]:
        print("\n".join(MODES))
        return 0
    if names[0] == "--serve":
        print(Server(names[1]).url, flush=True)
        threading.Event().wait()
    bad = 0
    for name in names:
        for what in complaints(name):
            bad += 1
            print(f"{name}: {what}")
    return bad > 0


if __name__ == "__main__":
    sys.exit(main())
