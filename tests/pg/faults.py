#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""faults.py CASE FOLDER [MORE]: op-ticket while the PostgreSQL in FOLDER fails in some way.

FOLDER holds the socket. Whatever fails, a cycle that is sent until it is taken
counts once: in the end each ticket was seen as often as there were cycles, and
the ids of tickets and events have no gaps. Prints what was done; exits 1 if a
promise was broken. The server must be the caller's own: some cases kill it.
"""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

PATIENCE_S = 240  # for a busy machine
UNKNOWN = "outcome unknown: "  # op-ticket's words if the answer to COMMIT did not come


class Broken(Exception):
    pass


def check(condition, what):
    if not condition:
        raise Broken(what)


def psql(folder, *statements):
    words = ["psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-h", folder, "-U", "postgres", "-d", "postgres"]
    for statement in statements:
        words += ["-c", statement]
    return subprocess.run(words, capture_output=True, text=True, check=True, timeout=PATIENCE_S).stdout.strip()


def logged(folder):
    """The SQLSTATEs of the errors in the server's log, whose log_line_prefix is %e:"""
    with open(os.path.join(folder, "log"), encoding="utf-8", errors="replace") as f:
        return re.findall(r"^(\w{5}):(?:ERROR|FATAL):", f.read(), re.MULTILINE)


def uri(*folders, more=""):
    return f"postgresql:///postgres?host={','.join(folders)}&user=postgres{more}"


class Store:
    """op-ticket on one database."""

    def __init__(self, db, *args):
        self.db = db
        self.args = args

    def run(self, *args, stdin="", timeout="30s"):
        words = ["op-ticket", "--db", self.db, "--db-timeout", timeout, *args, *self.args]
        return subprocess.run(words, input=stdin, capture_output=True, text=True, check=False, timeout=PATIENCE_S)

    def ingest(self, text, timeout="30s"):
        return self.run("ingest", stdin=text, timeout=timeout)

    def times_out(self, text, there):
        """Ingests with longer and longer deadlines, as a busy machine needs, until one passes where there() is true."""
        for timeout in "500ms", "2s", "10s", "60s":
            got = self.ingest(text, timeout)
            check(got.returncode == 75, f"status {got.returncode}: {got.stderr}")
            if there(got):
                return got
        raise Broken(f"not even a minute was enough: {got.stderr}")

    def until_taken(self, text, timeout="30s"):
        """Sends the cycle until it is taken; returns how often. Only status 75 may precede 0."""
        deadline = time.monotonic() + PATIENCE_S
        for tries in range(1, 1000):
            got = self.ingest(text, timeout)
            if got.returncode == 0:
                return tries
            check(got.returncode == 75, f"status {got.returncode}: {got.stderr}")
            check(time.monotonic() < deadline, f"not taken in {PATIENCE_S} s: {got.stderr}")
            time.sleep(0.05)
        raise Broken("sent 1,000 times")

    def lines(self, *args):
        got = self.run(*args)
        check(got.returncode == 0, f"{args}: status {got.returncode}: {got.stderr}")
        return [json.loads(line) for line in got.stdout.splitlines()]


def cycle(n, cluster="c", stores=("always",)):
    """Cycle n, a minute after the last: lasting violations, and one of its own that is gone in the next cycle."""
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(1769212800 + 60 * n))
    lines = [{"kind": "begin", "stream": "verdicts", "v": 1, "subject": "tikv", "cluster": cluster, "at": at}]
    for store in (*stores, f"own-{n}"):
        lines.append({"kind": "violation", "invariant_name": "down", "store_id": store, "message": f"{store} é\n"})
    lines.append({"kind": "ok", "invariant_name": "down", "store_ids": [f"own-{n - 1}"]})
    lines.append({"kind": "unknown", "invariant_name": "slow", "store_ids": [str(n % 3)], "missing": ["x"]})
    lines.append({"kind": "violation", "invariant_name": "late", "store_id": str(n % 2), "grace_s": 86400})
    lines += [{"kind": "check", "invariant_name": i, "complete": True} for i in ("down", "slow", "late")]
    lines.append({"kind": "end", "records": len(lines) - 1})
    return "".join(json.dumps(line) + "\n" for line in lines)


def verify(store, cycles):
    """cycles: how many cycles each cluster had."""
    tickets = store.lines("list", "--ndjson")
    seen = {t["cluster"]: t["occurrence_count"] for t in tickets if t["store_id"] == "always"}
    check(seen == cycles, f"counted {seen}, taken {cycles}")
    wanted = sum(cycles.values()) + len(cycles)
    check(sorted(t["id"] for t in tickets) == list(range(1, wanted + 1)), f"ids: {wanted} tickets, {len(tickets)} there")
    events = store.lines("events", "--ndjson")
    check([e["id"] for e in events] == list(range(1, len(events) + 1)), "the ids of events have gaps")
    created = sorted(e["ticket_id"] for e in events if e["event"] == "created")
    check(created == list(range(1, wanted + 1)), "a ticket was created twice, or never")
    resolved = [e["ticket_id"] for e in events if e["event"] == "resolved"]
    check(len(resolved) == len(set(resolved)) == sum(cycles.values()) - len(cycles), "resolved twice, or never")
    print(f"{sum(cycles.values())} cycles, {wanted} tickets, {len(events)} events: each once, no gaps")


class Proxy:
    """Between op-ticket and the server: forwards `limit` bytes, in both directions, then cuts or stalls."""

    def __init__(self, server):
        self.server = os.path.join(server, ".s.PGSQL.5432")
        self.folder = tempfile.mkdtemp(prefix="cut.")
        self.limit = None
        self.hold = False
        self.held = threading.Event()
        self.passed = 0
        self.lock = threading.Lock()
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(os.path.join(self.folder, ".s.PGSQL.5432"))
        self.listener.listen(64)
        threading.Thread(target=self.accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.close()
        shutil.rmtree(self.folder)

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX)
            server.connect(self.server)
            with self.lock:
                self.passed = 0
            for one, other in (client, server), (server, client):
                threading.Thread(target=self.forward, args=(one, other), daemon=True).start()

    def allowed(self, n):
        with self.lock:
            if self.limit is not None:
                n = min(n, self.limit - self.passed)
            self.passed += n
            return n

    def forward(self, source, target):
        try:
            while data := source.recv(65536):
                n = self.allowed(len(data))
                target.sendall(data[:n])
                if n < len(data):
                    if self.hold:
                        self.held.set()
                    while self.hold and source.recv(65536):
                        pass  # silent until this side closes
                    break
        except OSError:
            pass
        for s in source, target:
            try:
                s.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


def cut(folder, every=None):
    """Cuts after N bytes, at about 110 places; FIRST:LAST cuts after each byte from FIRST to LAST - 1."""
    direct = Store(uri(folder))
    n, unseen, cuts = 2, 0, 0
    with Proxy(folder) as proxy:
        through = Store(uri(proxy.folder))
        for first in 0, 1:
            check(through.ingest(cycle(first)).returncode == 0, "nothing is cut yet")
        size = proxy.passed
        stride = max(1, size // 110)
        # at different places each time
        limits = [limit + (limit // stride + 2) % stride for limit in range(0, size, stride)]
        if every:
            begin, end = every.split(":")
            limits = range(int(begin), min(int(end), size))
        for limit in limits:
            proxy.limit = limit
            got = through.ingest(cycle(n))
            check(got.returncode in (0, 75), f"cut after {proxy.limit}: status {got.returncode}: {got.stderr}")
            cuts += got.returncode == 75
            again = direct.ingest(cycle(n))
            check(again.returncode == 0, f"cut after {proxy.limit}: again: {again.stderr}")
            if got.returncode == 75 and "Taken before" in again.stderr:
                unseen += 1
                check(UNKNOWN in got.stderr, f"the message does not mention that it may be done: {got.stderr}")
            n += 1
    print(f"{cuts} cuts within {size} bytes, {unseen} had been committed")
    check(cuts > len(limits) * 3 // 4, "hardly anything was cut")
    check(unseen or every, "no answer to a COMMIT was cut")
    verify(direct, {"c": n})


def silence(folder):
    """The connection goes silent: op-ticket ends at its deadline, and closing it ends the session, so that the next cycle can be taken."""
    direct = Store(uri(folder))
    with Proxy(folder) as proxy:
        through = Store(uri(proxy.folder))
        check(through.ingest(cycle(0)).returncode == 0, "nothing is held yet")
        size = proxy.passed
        proxy.hold = True
        for part in range(6):
            proxy.limit = size * part // 6
            proxy.held.clear()
            through.times_out(cycle(1 + part), lambda _: proxy.held.is_set())
            direct.until_taken(cycle(1 + part))
    verify(direct, {"c": 7})


AT_COMMIT = "CREATE CONSTRAINT TRIGGER dies AFTER {0} ON {1} DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION die()"
AT_ONCE = "CREATE TRIGGER dies BEFORE {0} ON {1} FOR EACH STATEMENT EXECUTE FUNCTION die()"


def terminate(folder):
    """The server terminates the session at each statement that writes, and at COMMIT."""
    store = Store(uri(folder))
    psql(
        folder,
        "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(9); RETURN NULL; END $$",
    )
    check(store.ingest(cycle(0)).returncode == 0, "nothing dies yet")
    n = 1
    places = [(AT_ONCE, op, table) for table, ops in (
        ("tickets", ("INSERT", "UPDATE")), ("op_ids", ("UPDATE",)), ("ticket_events", ("INSERT",)),
        ("pending", ("INSERT",)), ("cycles", ("INSERT", "UPDATE")), ("checks", ("INSERT",)),
        ("unknown", ("INSERT", "DELETE")),
    ) for op in ops]
    places += [(AT_COMMIT, "INSERT", "ticket_events"), (AT_COMMIT, "UPDATE", "cycles")]
    died = 0
    for how, op, table in places:
        psql(folder, how.format(op, table))
        got = store.ingest(cycle(n))
        psql(folder, f"DROP TRIGGER dies ON {table}")
        if got.returncode == 0:
            check(op != "INSERT", f"{op} {table}: nothing was inserted")
        else:
            died += 1
            check(got.returncode == 75, f"{op} {table}: status {got.returncode}: {got.stderr}")
            store.until_taken(cycle(n))
        n += 1
    check(died >= 8, f"only {died} of {len(places)} statements were met")
    check(logged(folder).count("57P01") == died, "some failed without being terminated")
    print(f"{died} of {len(places)} statements")
    verify(store, {"c": n})


def load(store, clusters, cycles, meanwhile=None, timeout="30s"):
    """A thread per cluster sends each cycle until it is taken: at least `cycles`, and until meanwhile() ends."""
    done, wrong, tries, counts = threading.Event(), [], [], {}

    def feed(cluster):
        n = 0
        try:
            while n < cycles or not done.is_set():
                tries.append(store.until_taken(cycle(n, cluster), timeout))
                n += 1
        except Exception as e:  # the thread would end unnoticed
            wrong.append(repr(e))
        counts[cluster] = n

    threads = [threading.Thread(target=feed, args=(f"c{i}",)) for i in range(clusters)]
    for t in threads:
        t.start()
    try:
        if meanwhile:
            meanwhile(lambda: any(t.is_alive() for t in threads))
    finally:
        done.set()
        for t in threads:
            t.join()
    check(not wrong, f"{len(wrong)} failed: {wrong[:1]}")
    print(f"{len(tries)} cycles, sent {sum(tries)} times")
    return counts


def alive(folder):
    """Does it accept connections? 1 or 2 of pg_isready: no."""
    status = subprocess.run(["pg_isready", "-q", "-h", folder], check=False, timeout=PATIENCE_S).returncode
    check(status in (0, 1, 2), f"pg_isready: status {status}")
    return status == 0


def kill9(folder):
    """SIGKILL ends a process of the server, which restarts all of it."""
    store = Store(uri(folder))
    kills = []

    def meanwhile(going):
        deadline = time.monotonic() + PATIENCE_S
        while going() and len(kills) < 4 and time.monotonic() < deadline:
            time.sleep(0.2)
            try:
                pid = psql(folder, "SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'op-ticket%' LIMIT 1")
                if pid:
                    os.kill(int(pid), signal.SIGKILL)
                    kills.append(pid)
            except (ProcessLookupError, subprocess.CalledProcessError):
                pass  # it has ended already, or the server is restarting

    cycles = load(store, 6, 12, meanwhile)
    check(len(kills) == 4, f"{len(kills)} sessions were killed in {PATIENCE_S} s, not 4")
    verify(store, cycles)


def promote(folder, standby):
    """The server dies, and its synchronous standby takes over."""
    psql(folder, "ALTER SYSTEM SET synchronous_standby_names = '*'", "SELECT pg_reload_conf()")
    deadline = time.monotonic() + PATIENCE_S
    while psql(folder, "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'") != "1":
        check(time.monotonic() < deadline, "no standby came")
        time.sleep(0.1)
    store = Store(uri(folder, standby))
    with open(os.path.join(folder, "pid"), encoding="ascii") as f:
        server = int(f.read())

    def meanwhile(_):
        time.sleep(1)
        os.kill(server, signal.SIGQUIT)  # at once, without informing the standby
        psql(standby, "SELECT pg_promote()")
        print("promoted")

    cycles = load(store, 4, 15, meanwhile, "3s")
    check(not alive(folder), "the first server is still there")
    verify(Store(uri(standby)), cycles)


def unsynced(folder):
    """COMMIT waits for a standby that never comes: it ends at the deadline, with the outcome unknown."""
    store = Store(uri(folder))
    check(store.ingest(cycle(0)).returncode == 0, "nothing waits yet")
    psql(folder, "ALTER SYSTEM SET synchronous_standby_names = 'nobody'", "SELECT pg_reload_conf()")
    got = store.times_out(cycle(1), lambda got: UNKNOWN in got.stderr)
    print(got.stderr.strip())
    psql(folder, "SET synchronous_commit = local", "ALTER SYSTEM RESET synchronous_standby_names", "SELECT pg_reload_conf()")
    again = store.ingest(cycle(1))
    check(again.returncode == 0 and "Taken before" in again.stderr, f"again: {again.stderr}")
    verify(store, {"c": 2})


def at_once(jobs):
    results = [None] * len(jobs)

    def run(i):
        results[i] = jobs[i]()

    threads = [threading.Thread(target=run, args=(i,)) for i in range(len(jobs))]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    return results


def first(folder):
    """Several first cycles of a cluster at once."""
    store = Store(uri(folder))
    for round_ in range(8):
        name = f"c{round_}"
        got = at_once([lambda: store.ingest(cycle(0, name))] * 6)
        check(all(g.returncode == 0 for g in got), f"{[(g.returncode, g.stderr) for g in got]}")
        taken = sum("Taken before" not in g.stderr for g in got)
        check(taken == 1, f"{taken} of the same cycle were taken")
    verify(store, {f"c{i}": 1 for i in range(8)})
    # at different times: each is taken, unless a later one came first
    got = at_once([lambda n=n: store.ingest(cycle(n, "d")) for n in range(6)])
    check({g.returncode for g in got} <= {0, 65}, f"{[(g.returncode, g.stderr) for g in got]}")
    count = next(t["occurrence_count"] for t in store.lines("list", "--cluster", "d") if t["store_id"] == "always")
    check(count == sum(g.returncode == 0 for g in got), "the count is not that of the cycles taken")


def hold(folder):
    """A hold races the cycle that would resolve: one comes first, and neither undoes the other."""
    store = Store(uri(folder))
    held = 0
    for n in range(0, 40, 2):
        # own-N opens, and is gone in the next cycle
        check(store.ingest(cycle(n, "h")).returncode == 0, "not taken")
        ticket = next(t["id"] for t in store.lines("list", "--open") if t["store_id"] == f"own-{n}")
        by_hand, cleared = at_once([lambda: store.run("hold", str(ticket)), lambda: store.ingest(cycle(n + 1, "h"))])
        check(cleared.returncode == 0, cleared.stderr)
        now = store.lines("show", str(ticket))[0]
        if by_hand.returncode == 0:
            held += 1
            check(now["status"] == "open" and now["held"], f"a held ticket is {now['status']}")
        else:
            check(by_hand.returncode == 1 and now["status"] == "resolved", f"{by_hand.stderr}: {now['status']}")
        events = [e["event"] for e in now["events"]]
        check(events in (["created", "held"], ["created", "resolved"]), f"{events}")
    print(f"20 rounds, the hold was first in {held}")


def follow(folder):
    """16 writers, and a reader that follows the ledger: it misses no event, and gets them in order."""
    store = Store(uri(folder))
    store.until_taken(cycle(0, "c0"))
    words = ["op-ticket", "--db", store.db, "events", "--follow", "--after", "0", "--ndjson"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as follower:
        ids = []
        reader = threading.Thread(target=lambda: ids.extend(json.loads(line)["id"] for line in follower.stdout))
        reader.start()
        try:
            cycles = load(store, 16, 8)
            verify(store, cycles)
            last = store.lines("events", "--ndjson")[-1]["id"]
            deadline = time.monotonic() + PATIENCE_S
            while (not ids or ids[-1] < last) and time.monotonic() < deadline:
                time.sleep(0.1)
        finally:
            follower.terminate()
            reader.join()
    check(ids == list(range(1, last + 1)), f"of {last} events {len(set(ids))} came, in order: {ids == sorted(ids)}")
    print(f"{len(ids)} events followed")


def full(folder):
    """The disk is full: 75, nothing half done, and the data can be read. The tables are on a small tablespace."""
    store = Store(uri(folder))
    n = 0
    for n in range(1, 400):
        got = store.ingest(cycle(n, stores=("always", *(f"{n}.{i}." + "x" * 400 for i in range(400)))))
        if got.returncode:
            break
    check(got.returncode == 75, f"status {got.returncode} after {n} cycles: {got.stderr}")
    check("53100" in logged(folder), f"it was not the disk: {got.stderr}")
    print(f"full after {n} cycles: {got.stderr.strip()[:200]}")
    tickets = [t for t in store.lines("list", "--ndjson") if t["store_id"] == "always"]
    check(len(tickets) == 1 and tickets[0]["occurrence_count"] == n - 1, "earlier cycles are not intact")
    check(store.run("status").returncode in (0, 1), "status fails")


def bouncer(folder):
    """pgbouncer gives each transaction another session: everything works, and no session keeps state."""
    store = Store(uri(folder))
    cycles = load(store, 10, 6)
    verify(store, cycles)
    before = store.lines("export")
    rehearsed = store.run("ingest", "--dry-run", stdin=cycle(6, "c0"))
    check(rehearsed.returncode == 0 and "own-6" in rehearsed.stdout, rehearsed.stderr)
    check(store.lines("export") == before, "a dry run has changed something")
    hold(folder)


CASES = {f.__name__: f for f in (cut, silence, terminate, kill9, promote, unsynced, first, hold, follow, full, bouncer)}


def main():
    folders = sys.argv[2:]
    try:
        made = Store(uri(folders[0])).run("create")
        check(made.returncode == 0, made.stderr)
        CASES[sys.argv[1]](*folders)
    except Broken as e:
        print(f"{sys.argv[1]}: {re.sub(r'[^ -~]+', ' ', str(e))}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
