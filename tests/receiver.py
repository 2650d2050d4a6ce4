#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""receiver.py FOLDER: an HTTP server that receives notifications.

Writes its URL to FOLDER/url, and each request that it accepts, as a line of
JSON, to FOLDER/taken. FOLDER/answer, if it exists, holds the status to answer
with (by default 200), and FOLDER/delay the seconds to wait before.
"""
import http.server
import json
import os
import sys
import time

folder = sys.argv[1]


def setting(name, default):
    try:
        with open(os.path.join(folder, name), encoding="ascii") as file:
            return type(default)(file.read())
    except (FileNotFoundError, ValueError):
        return default


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        time.sleep(setting("delay", 0.0))
        status = setting("answer", 200)
        if 200 <= status < 300:
            taken = {"path": self.path, "key": self.headers["Idempotency-Key"],
                     "type": self.headers["Content-Type"],
                     "authorization": self.headers["Authorization"], "body": body}
            with open(os.path.join(folder, "taken"), "a", encoding="utf-8") as file:
                file.write(json.dumps(taken) + "\n")
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
with open(os.path.join(folder, "url.new"), "w", encoding="ascii") as out:
    out.write(f"http://127.0.0.1:{server.server_port}")
os.rename(os.path.join(folder, "url.new"), os.path.join(folder, "url"))
server.serve_forever()
