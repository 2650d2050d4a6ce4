# SPDX-License-Identifier: ISC
"""Runs the programs: a Prometheus, simulated clusters, and op-scrape at any time of a timeline."""
import atexit
import http.client
import http.server
import json
import os
import resource
import signal
import socketserver
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
B = os.path.abspath(os.environ.get("B", os.path.join(HERE, "../../build")))
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
STARTED = []
ENVIRONMENT = {k: v for k, v in os.environ.items() if not k.startswith(("OP_", "PD_", "PROMETHEUS_"))}


def start(*command, log=None):
    out = open(log, "ab") if log else subprocess.DEVNULL
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
    STARTED.append(child)
    return child


def stop_all():
    for child in reversed(STARTED):
        child.kill()
        child.wait()
    STARTED.clear()


def be_worker():
    """Run first in a process of a pool, which must not end what its parent started."""
    STARTED.clear()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def used():
    """CPU seconds of this process and of its children that have ended."""
    stop_all()
    usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in usage)


atexit.register(stop_all)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))


def get(url, data=None, timeout=30):
    with OPENER.open(urllib.request.Request(url, data=data), timeout=timeout) as answer:
        return answer.read().decode()


def until(what, condition, seconds=180):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            value = condition()
        except OSError:
            value = None
        if value:
            return value
        time.sleep(0.05)
    raise RuntimeError("waited in vain for " + what)


def free_port():
    with socketserver.TCPServer(("127.0.0.1", 0), None) as server:
        return server.server_address[1]


def simulate(folder, *options):
    ready = os.path.join(folder, "sim-%d.json" % len(STARTED))
    start(B + "/sim/op-sim", "--with-parent", "--ready", ready, *options)
    until("the simulator", lambda: os.path.exists(ready))
    with open(ready) as f:
        sim = json.load(f)
    return sim


def command(sim, *texts):
    for text in texts:
        said = get(sim["control"], text.encode()).strip()
        if said != "ok":
            raise RuntimeError("%s: %s" % (text, said))
        if text == "pd all start":
            until("an election", lambda: get(sim["pd"][0] + "/pd/api/v1/stores"))


def prometheus(folder):
    """A Prometheus that accepts remote writes of any time, and scrapes nothing."""
    port = free_port()
    config = os.path.join(folder, "prometheus.yml")
    with open(config, "w") as f:
        f.write("global: {scrape_interval: 15s}\n")
    start("prometheus", "--config.file=" + config, "--storage.tsdb.path=" + os.path.join(folder, "tsdb"),
          "--storage.tsdb.min-block-duration=100h", "--storage.tsdb.max-block-duration=100h",
          "--web.enable-remote-write-receiver", "--web.listen-address=127.0.0.1:%d" % port,
          log=os.path.join(folder, "prometheus.log"))
    url = "http://127.0.0.1:%d" % port
    until("Prometheus", lambda: get(url + "/-/ready"))
    return url


class Past(socketserver.ThreadingMixIn, http.server.HTTPServer):
    """A server that answers as Prometheus would have at a time, with timestamps of now.

    at: that time, or None if Prometheus is dead. partial: it returns half of its
    data. failing: the queries of one column fail. names: instance -> its name in answers.
    """
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, upstream, names):
        super().__init__(("127.0.0.1", 0), Handler)
        self.upstream, self.names, self.at, self.partial, self.failing = upstream, names, 0, False, False
        self.url = "http://127.0.0.1:%d" % self.server_address[1]
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, request, client_address):
        """The client has gone."""

    def answer(self, query, upstream):
        upstream.request("POST", "/api/v1/query", urllib.parse.urlencode({"query": query, "time": "%.3f" % self.at}),
                         {"Content-Type": "application/x-www-form-urlencoded"})
        answer = upstream.getresponse()
        text = answer.read().decode()
        if answer.status != 200:
            return answer.status, text.encode()
        for name, called in self.names.items():
            text = text.replace('"%s"' % name, '"%s"' % called)
        body = json.loads(text)
        result = body["data"]["result"]
        now = time.time()
        for series in result:
            series["value"][0] += now - self.at
        if self.partial:
            body["data"]["result"] = result[::2]
            if int(self.at) % 2:
                body["isPartial"] = True
            else:
                body["warnings"] = ["receive series from 10.1.1.7:10901: code = Unavailable"]
        return 200, json.dumps(body).encode()


class Handler(http.server.BaseHTTPRequestHandler):
    """Each connection has one of its own to Prometheus."""
    protocol_version = "HTTP/1.1"

    def setup(self):
        super().setup()
        self.upstream = http.client.HTTPConnection(urllib.parse.urlsplit(self.server.upstream).netloc, timeout=30)

    def finish(self):
        self.upstream.close()
        super().finish()

    def log_message(self, *_):
        pass

    def do_POST(self):
        length = int(self.headers.get("Content-Length", 0))
        self.reply(urllib.parse.parse_qs(self.rfile.read(length).decode()))

    def do_GET(self):
        self.reply(urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query))

    def reply(self, parameters):
        query = parameters.get("query", [""])[0]
        if self.server.at is None:
            self.close_connection = True
            return
        if self.server.failing and "tikv_scheduler_l0_avg" in query:
            code, body = 422, b'{"status":"error","errorType":"execution","error":"no"}'
        else:
            code, body = self.server.answer(query, self.upstream)
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def run(*argv, text=None, good=(0,)):
    done = subprocess.run(argv, input=text, capture_output=True, text=True, timeout=600,
                          env={**ENVIRONMENT, "PATH": B + ":" + os.environ["PATH"]})
    if done.returncode not in good:
        raise RuntimeError("%s: %d: %s" % (argv[0], done.returncode, done.stderr.strip()[:500]))
    return done.stdout


def stamp(t):
    return time.strftime("%Y-%m-%dT%H:%M:%S.", time.gmtime(t)) + "%03dZ" % (t * 1000 % 1000)


def scrape(pd, prometheus_url, name, at, edit=None, timeout="120s"):
    """A cycle of that time, as lines; edit(record) may change each record."""
    text = run("op-scrape", "--timeout", timeout, "--pd", pd, "--prometheus", prometheus_url,
               "--match", 'tidb_cluster="%s"' % name, good=(0, 69))
    lines = []
    for line in text.splitlines():
        record = json.loads(line)
        if record["kind"] == "begin":
            record["at"] = stamp(at)
        elif edit and record["kind"] not in ("end",):
            edit(record)
        lines.append(json.dumps(record))
    return "\n".join(lines) + "\n"


def invariants():
    return [json.loads(line) for line in run("op-check", "-s", "tikv", "--list").splitlines()]
