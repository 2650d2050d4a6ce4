#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""replay.py [OPTION...] TAPE...: an HTTP server that gives recorded answers.

A tape is NDJSON, one answer per line: {"path": "/pd/api/v1/stores", "status": 200,
"type": "application/json; charset=UTF-8", "body": "..."}. Status and type have
those defaults, body may be JSON itself, and headers may be an object. A path
with a query matches only that query, one without matches any. A member "query"
must be part of the decoded query string, so that a tape can answer PromQL. The
first line that matches is the answer; without a match it is PD's 404. A tape
that has changed is read again. Prints its URL, then serves until it is killed.

  --log FILE         a line for each request: its path, and Authorization if any
  --delay SECONDS    before every answer
  --clock SECONDS    how far the Date header is ahead; "none": no Date header
  --hang PATH        never answer paths that begin with it
  --log-header NAME  adds that header to the lines of --log
  --limit N          answer more than N requests at once with 429 and Retry-After
  --refuse-first SECONDS  answer each path and query once with 503 and that Retry-After
  --tls CERT KEY     HTTPS; with --ca FILE a client certificate is required
"""

import argparse
import email.utils
import http.server
import json
import os
import sys
import threading
import time
import urllib.parse


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, request, client_address):
        pass

    def tape(self):
        """The lines of all tapes, as they are now."""
        with self.lock:
            state = [(s.st_ino, s.st_mtime_ns, s.st_size) for s in map(os.stat, self.options.tape)]
            if state != self.state:
                self.lines = []
                for name in self.options.tape:
                    with open(name, encoding="utf-8") as tape:
                        self.lines += [json.loads(line) for line in tape if line.strip()]
                self.state = state
            return self.lines


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body are two writes, and the second would wait 40 ms

    def do_GET(self):
        options = self.server.options
        if options.log:
            with self.server.lock, open(options.log, "a", encoding="utf-8") as log:
                print(self.path, *(self.headers.get(name, "") for name in ["Authorization"] + options.log_header), file=log)
        if options.hang and self.path.startswith(options.hang):
            time.sleep(60)
            return
        if options.refuse_first is not None and self.is_first():
            self.reply({"status": 503, "headers": {"Retry-After": options.refuse_first}, "body": "no time"})
            return
        if options.limit and not self.server.places.acquire(blocking=False):
            self.reply({"status": 429, "headers": {"Retry-After": "0"}, "body": {"status": "error", "error": "too many requests"}})
            return
        time.sleep(options.delay)
        if options.limit:
            self.server.places.release()
        self.reply(self.find())

    def is_first(self):
        with self.server.lock:
            first = self.path not in self.server.asked
            self.server.asked.add(self.path)
        return first

    def reply(self, line):
        options = self.server.options
        body = line["body"]
        if not isinstance(body, str):
            body = json.dumps(body)
        body = body.encode("utf-8", "surrogateescape")
        self.send_response_only(line.get("status", 200))
        self.send_header("Content-Type", line.get("type", "application/json; charset=UTF-8"))
        if options.clock != "none":
            self.send_header("Date", email.utils.formatdate(time.time() + float(options.clock), usegmt=True))
        for name, value in line.get("headers", {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def find(self):
        path, _, query = self.path.partition("?")
        query = urllib.parse.unquote_plus(query)
        for line in self.server.tape():
            if line["path"] in (path, self.path) and line.get("query", "") in query:
                return line
        return {"status": 404, "type": "text/plain; charset=utf-8", "body": "404 page not found\n"}

    def log_message(self, *_):
        pass


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tape", nargs="*")
    parser.add_argument("--log")
    parser.add_argument("--delay", type=float, default=0.0)
    parser.add_argument("--clock", default="0")
    parser.add_argument("--hang")
    parser.add_argument("--log-header", action="append", default=[])
    parser.add_argument("--limit", type=int, default=0)
    parser.add_argument("--refuse-first")
    parser.add_argument("--tls", nargs=2)
    parser.add_argument("--ca")
    options = parser.parse_args()
    server = Server(("127.0.0.1", 0), Handler)
    server.options = options
    server.lock = threading.Lock()
    server.places = threading.BoundedSemaphore(options.limit or 1)
    server.asked = set()
    server.state = None
    server.tape()  # a broken tape fails at once
    scheme = "http"
    if options.tls:
        import ssl  # here, because it takes longer to load than all the rest

        scheme = "https"
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*options.tls)
        if options.ca:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(options.ca)
        # the handshake belongs to the connection's thread, not to accept()
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    print(f"{scheme}://localhost:{server.server_port}" if options.tls else f"{scheme}://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    sys.exit(main())
