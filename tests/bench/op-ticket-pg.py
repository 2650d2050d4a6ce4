#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""op-ticket-pg.py FOLDER: measures op-ticket on the PostgreSQL server in FOLDER/pg.

"Row by row" is psql, which sends the same rows in one transaction, a statement
for each, as a program without sets of rows would. Both sides of a comparison
are measured in this run, on one machine.
"""

import asyncio
import json
import os
import shutil
import subprocess
import sys
import threading
import time

WORK = sys.argv[1]
SERVER = os.path.join(WORK, "pg")
START = 1769212800


def show(what, figure, note=""):
    print(f"{what:<62} {figure:>10} {note}", flush=True)


def psql(folder, *statements, database="postgres", file=None):
    words = ["psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-h", folder, "-U", "postgres", "-d", database]
    for statement in statements:
        words += ["-c", statement]
    if file:
        words += ["-f", file]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout


def uri(folder, database="postgres"):
    return f"postgresql:///{database}?host={folder}&user=postgres"


def cycle(n, violations, cluster="c"):
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(START + 30 * n))
    lines = [{"kind": "begin", "stream": "verdicts", "v": 1, "subject": "tikv", "cluster": cluster, "at": at}]
    for i in range(violations):
        lines.append({
            "kind": "violation", "invariant_name": "high_latency", "store_id": str(i), "severity": "warning",
            "message": f"Store {i} P99 latency 341.5ms exceeds threshold 100.0ms",
            "metric_snapshot": {"id": str(i), "state": "Up", "qps": 1834.25, "latency_p99_ms": 341.5, "threshold_ms": 100.0},
        })
    lines += [{"kind": "check", "invariant_name": "high_latency", "complete": True}, {"kind": "end"}]
    return "".join(json.dumps(line) + "\n" for line in lines).encode()


def ingest(db, text):
    began = time.monotonic()
    subprocess.run(["op-ticket", "--db", db, "--db-timeout", "120s", "ingest"], input=text, stderr=subprocess.DEVNULL, check=True)
    return time.monotonic() - began


class Proxy:
    """Delays each way by half a round trip, and counts round trips: what the client sends after it received something."""

    def __init__(self, folder, rtt_s):
        self.folder, self.half_s = folder, rtt_s / 2
        self.trips = 0
        self.turn = "server"
        os.mkdir(folder)
        self.loop = asyncio.new_event_loop()
        ready = threading.Event()
        threading.Thread(target=self.serve, args=(ready,), daemon=True).start()
        ready.wait()

    def serve(self, ready):
        asyncio.set_event_loop(self.loop)
        path = os.path.join(self.folder, ".s.PGSQL.5432")
        self.loop.run_until_complete(asyncio.start_unix_server(self.connected, path))
        ready.set()
        self.loop.run_forever()

    async def connected(self, reader, writer):
        self.trips, self.turn = 0, "server"
        server_reader, server_writer = await asyncio.open_unix_connection(os.path.join(SERVER, ".s.PGSQL.5432"))
        await asyncio.gather(self.forward(reader, server_writer, "client"), self.forward(server_reader, writer, "server"))

    async def forward(self, reader, writer, who):
        while data := await reader.read(1 << 16):
            if who == "client" and self.turn == "server" and data[:1] != b"X":  # X: the client ends the session
                self.trips += 1
            self.turn = who
            self.loop.call_later(self.half_s, writer.write, data)
        self.loop.call_later(self.half_s, writer.close)


def rows(table, ids):
    """The statements that insert these rows, one for each."""
    return psql(SERVER, f"SELECT format('INSERT INTO {table} SELECT * FROM json_populate_record(NULL::{table}, %L);', row_to_json(t))"
                f" FROM {table} AS t WHERE {ids} ORDER BY id")


def row_by_row(folder, name, statements):
    path = os.path.join(WORK, name)
    with open(path, "w", encoding="utf-8") as f:
        f.write("BEGIN;\n" + statements + "COMMIT;\n")
    began = time.monotonic()
    psql(folder, file=path)
    return time.monotonic() - began


def sets(proxy):
    direct, slow = uri(SERVER), uri(proxy.folder)
    best = []
    for cluster in ("a", "b", "c"):
        ingest(direct, cycle(0, 0, cluster))  # a cluster's first cycle takes two round trips more
        best.append(ingest(slow, cycle(1, 1000, cluster)))
    new, new_trips = min(best), proxy.trips - 1
    again = min(ingest(slow, cycle(n, 1000)) for n in (2, 3, 4))
    again_trips = proxy.trips - 1
    tickets, events = rows("tickets", "cluster = 'c'"), rows("ticket_events", "ticket_id > 2000")
    psql(SERVER, "TRUNCATE tickets, ticket_events")
    one_new = row_by_row(proxy.folder, "new.sql", tickets + events)
    update = "".join(
        f"UPDATE tickets SET occurrence_count = occurrence_count + 1, last_seen_at = '2026-01-24T01:00:00.000Z',"
        f" message = 'Store {i} P99 latency 341.5ms exceeds threshold 100.0ms' WHERE id = {i};\n" for i in range(2001, 3001))
    one_again = row_by_row(proxy.folder, "again.sql", update)
    show("1,000 new violations, 2 ms away: sets of rows", f"{new:.3f}", f"s, {new_trips} round trips (at most 3)")
    show("the same row by row", f"{one_new:.3f}", f"s, ratio {one_new / new:.0f} (at least 30)")
    show("1,000 recurring violations, 2 ms away: sets of rows", f"{again:.3f}", f"s, {again_trips} round trips (at most 3)")
    show("the same row by row", f"{one_again:.3f}", f"s, ratio {one_again / again:.0f} (at least 30)")
    for n, violations in enumerate((10, 100, 10000), 10):
        ingest(slow, cycle(n, violations, f"size-{violations}"))  # the cluster's first cycle
        took = ingest(slow, cycle(n + 10, violations, f"size-{violations}"))
        show(f"{violations:,} recurring violations, 2 ms away", f"{took:.3f}", f"s, {proxy.trips - 1} round trips (at most 3)")


def crowd(name, db, rounds=3, pipelines=100):
    """Runs all pipelines at once, with a cycle of 50 violations each. They are new in the first round."""
    for n in range(rounds):
        texts = [cycle(100 + n, 50, f"crowd-{i}") for i in range(pipelines)]
        times, wrong = [0.0] * pipelines, []
        threading.excepthook = lambda got, wrong=wrong: wrong.append(repr(got.exc_value))

        def run(i, texts=texts, times=times):
            times[i] = ingest(db, texts[i])

        threads = [threading.Thread(target=run, args=(i,)) for i in range(pipelines)]
        began = time.monotonic()
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        took = time.monotonic() - began
        if wrong:
            sys.exit(f"{name}: {len(wrong)} of {pipelines} pipelines failed: {wrong[0]}")
        p99 = sorted(times)[int(pipelines * 0.99) - 1]
        show(f"100 pipelines at once, {name}, {'new' if n == 0 else 'recurring'}", f"{pipelines / took:.1f}", f"cycles/s, p99 {p99:.2f} s")


def start_bouncer():
    folder = os.path.join(WORK, "bouncer")
    os.mkdir(folder)
    words = ["pgbouncer", "-q", os.path.join(folder, "ini")]
    if os.getuid() == 0:
        shutil.chown(folder, "nobody")
        words = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", *words]
    with open(os.path.join(folder, "ini"), "w", encoding="ascii") as f:
        f.write(f"[databases]\ncrowd = host={SERVER} dbname=crowd user=postgres\n[pgbouncer]\nlisten_addr =\n"
                f"listen_port = 5432\nunix_socket_dir = {folder}\nauth_type = any\npool_mode = transaction\n"
                f"default_pool_size = 8\nmax_client_conn = 1000\nlogfile = {folder}/log\n")
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(200):
        if subprocess.run(["pg_isready", "-q", "-h", folder, "-d", "crowd"], check=False).returncode == 0:
            return folder, process
        time.sleep(0.05)
    process.kill()
    sys.exit("pgbouncer does not start")


def create(database):
    psql(SERVER, f"CREATE DATABASE {database}")
    subprocess.run(["op-ticket", "--db", uri(SERVER, database), "create"], check=True, stderr=subprocess.DEVNULL)


def start_up():
    linked = subprocess.run(["ldd", shutil.which("op-ticket")], capture_output=True, text=True, check=True).stdout
    times = []
    for _ in range(60):
        began = time.monotonic()
        subprocess.run(["op-ticket", "--version"], stdout=subprocess.DEVNULL, check=True)
        times.append(time.monotonic() - began)
    note = f"ms to start, at best; {len(linked.splitlines())} libraries, {'WITH' if 'libpq' in linked else 'without'} libpq"
    show("op-ticket --version", f"{min(times) * 1000:.1f}", note)


def main():
    subprocess.run(["op-ticket", "--db", uri(SERVER), "create"], check=True, stderr=subprocess.DEVNULL)
    sets(Proxy(os.path.join(WORK, "wire"), 0.002))
    crowd("SQLite", os.path.join(WORK, "crowd.db"))
    create("plain")
    crowd("PostgreSQL", uri(SERVER, "plain"))
    create("crowd")
    if shutil.which("pgbouncer"):
        folder, process = start_bouncer()
        crowd("PostgreSQL behind pgbouncer", uri(folder, "crowd"))
        process.terminate()
        process.wait()
    start_up()


main()
