#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""mutated.py [--seed N] [--cases N] OP-TICKET

Damages streams of verdicts in random ways, and gives them to op-ticket. Its
database must be the same as after the cycles that strict.py finds whole, written
out again; and its status must show whether any was torn. Prints the seed, and
the first cases that differ, with their input.
"""

import argparse
import json
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import types

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from compare import World  # noqa: E402
from strict import cycles  # noqa: E402

START = 1767225600000  # 2026-01-01
TEXTS = ["", "1", "2", "é", "a:b", "\u202e", "x" * 257, "x" * 256, "é" * 128, "cluster_id_changed", "ok", "end",
         "begin", "check", "violation", "unknown", "store", "critical", "warning", "fatal", "down", "slow"]
RAW = [b"null", b"true", b"false", b"0", b"-0", b"1", b"1.0", b"-1", b"1e3", b"1E+2", b"0.5", b"1e999", b"-1e999", b"01", b"1.",
       b".5", b"+1", b"NaN", b"Infinity", b"1e-400", b"9007199254740993", b"3155760000", b"3155760001", b"1000000000",
       b"1000000001", b"9" * 308, b"9" * 310, b"9" * 5000, b'""', b'"\\u0000"', b'"\\ud800"', b'"\\udc00\\ud800"', b'"\\ud834\\udd1e"',
       b'"\\u0041"', b'"\\/"', b'"\\x41"', b'"\t"', b'"\\t"', b'"\xff"', b'"\xc0\x80"', b'"\xed\xa0\x80"', b'"\xf4\x90\x80\x80"', b'"\xef\xbb\xbf"', b"{}", b"[]",
       b"[[]]", b'["1"]', b"[null]", b"[1]", b'[null,"1"]', b'{"a":1,"a":2}', b'{"a":1,"\\u0061":2}', b'{"a":{"a":1}}',
       b"[" * 62 + b"]" * 62, b"[" * 63 + b"]" * 63, b"[" * 64 + b"]" * 64, b"[" * 3000 + b"]" * 3000, b'{"":""}', b"[1,]", b"{,}",
       b"// x", b"'a'", b"\xef\xbb\xbf1"]
TIMES = ["1970-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "2026-02-29T00:00:00Z", "2024-02-29T00:00:00Z", "2026-01-01T24:00:00Z",
         "2026-01-01T23:59:60Z", "2026-01-02T00:00:00+00:00", "2026-01-02T00:00:00-00:00", "2026-01-02T00:00:00+01:00",
         "2026-01-02T00:00:00", "2026-01-02t00:00:00z", "2026-01-02 00:00:00Z", "2026-01-02T00:00:00.Z",
         "2026-01-02T00:00:00.5Z", "2026-01-02T00:00:00.123456789Z", "2026-01-02T00:00:00,5Z", "2026-1-2T00:00:00Z",
         "+026-01-02T00:00:00Z", "2026-01-02T00:00:00.123\u0660Z", "9999-12-31T23:59:59.999Z"]
LINES = [b"", b" \t", b"\r", b"{}", b"[]", b"null", b'{"kind":"other","x":[1,2]}', b'{"kind":"begin"}', b'{"kind":"end"}',
         b'{"kind":"end","records":0}', b'{"kind":7}', b'{"kind":"x","kind":"end"}', b'{"kind":"end","kind":"end"}',
         b'{"kind":"\\u0065nd"}', b'{"x":1,"kind":"end"}', b'{"kind":"end","records":null}', b'{"kind":"end"} x', b'{"kind":"other"',
         b'{"kind":"begin","at":"2026-01-03T00:00:00Z"}', b"\xef\xbb\xbf", b"\x00", b"#", b'{"kind":"ok","invariant_name":"down","store_ids":["77"]}',
         b'{"kind":"store_ids"}', b'{"Kind":"end"}', b' {"kind":"end"}', b'{ "kind" : "end" }\r']
KEYS = ["kind", "stream", "v", "subject", "cluster", "cluster_id", "at", "invariant_name", "store_id", "store_ids", "severity",
        "message", "grace_s", "flap_count", "flap_window_s", "metric_snapshot", "doc", "link", "reason", "missing", "complete",
        "error", "evaluated", "records", "", "é", "other"]


def other_value(r, key):
    if key == "at" and r.random() < 0.8:
        return json.dumps(r.choice(TIMES)).encode()
    if r.random() < 0.5:
        return json.dumps(r.choice(TEXTS), ensure_ascii=r.random() < 0.5).encode()
    return r.choice(RAW)


def escaped(r, text):
    """The JSON of a text, with needless escapes."""
    out = "".join("\\u%04x" % ord(c) if ord(c) < 0x10000 and r.random() < 0.2 else json.dumps(c)[1:-1] for c in text)
    return b'"' + out.encode() + b'"'


def mutate_members(r, line):
    """The record with members changed, added, doubled, removed, renamed or shuffled; or only written differently."""
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):  # damaged before: no JSON any more, or too deep for Python
        return line
    if not isinstance(record, dict):
        return line
    members = [[escaped(r, k) if r.random() < 0.05 else json.dumps(k).encode(), k, json.dumps(v).encode()]
               for k, v in record.items()]
    for m in members:
        if isinstance(record[m[1]], str) and r.random() < 0.05:
            m[2] = escaped(r, record[m[1]])
    for _ in range(r.choice([0, 1, 1, 2])):
        what = r.choice(["change", "change", "change", "add", "double", "remove", "rename", "shuffle"])
        if what == "add" or not members:
            key = r.choice(KEYS)
            members.append([json.dumps(key).encode(), key, other_value(r, key)])
            continue
        m = r.choice(members)
        if what == "change":
            m[2] = other_value(r, m[1])
        elif what == "double":
            members.append([escaped(r, m[1]) if r.random() < 0.3 else m[0], m[1], r.choice([m[2], other_value(r, m[1])])])
        elif what == "remove":
            members.remove(m)
        elif what == "rename":
            m[0] = json.dumps(r.choice(KEYS)).encode()
        else:
            r.shuffle(members)
    blank = r.choice([b"", b"", b" ", b"\t", b"\r"])
    return b"{" + (b"," + blank).join(k + blank + b":" + v for k, _, v in members) + b"}" + blank


def mutate_bytes(r, line):
    at = r.randrange(len(line) + 1)
    what = r.randrange(5)
    if what == 0:
        return line[:at] + bytes([r.randrange(256)]) + line[at + 1:]
    if what == 1:
        return line[:at] + line[at + r.choice([1, 1, 2, 9]):]
    if what == 2:
        return line[:at] + r.choice([b'"', b"{", b"}", b"[", b"]", b",", b":", b"\\", b"\n", b"\r", b" ", b"\0", b"\x1b", b"\xc3"]) + line[at:]
    if what == 3:
        return line[:at]
    return line[:at] + line[at:at + r.choice([1, 5, 30])] + line[at:]


def mutate_lines(r, lines):
    at = r.randrange(len(lines) + 1)
    what = r.randrange(7)
    if what == 0:
        lines.insert(at, r.choice(LINES))
    elif what == 1:
        del lines[at:at + r.choice([1, 1, 3])]
    elif what == 2:
        lines[at:at] = lines[at:at + r.choice([1, 4])]
    elif what == 3 and len(lines) > 1:
        a, b = r.randrange(len(lines)), r.randrange(len(lines))
        lines[a], lines[b] = lines[b], lines[a]
    elif what == 4:
        lines[at:at] = [r.choice([b"", b" ", b"\t\r"])]
    elif what == 5:
        pad = r.choice([(1 << 20) - 24, (1 << 20) - 23, 1 << 20]) - 5
        lines.insert(at, b'{"kind":"other","x":"' + b"y" * pad + b'"}')
    elif lines:
        at = r.randrange(len(lines))
        lines[at:at + 2] = [b"".join(lines[at:at + 2])]


def damaged(r):
    world = World(r, START, False)
    world.model = types.SimpleNamespace(tickets=[])
    lines = [line.encode() for _ in range(r.randint(1, 6)) for line in world.next_cycle()["lines"]]
    for _ in range(r.choice([0, 1, 1, 2, 3, 6])):
        if not lines:
            break
        if r.random() < 0.25:
            mutate_lines(r, lines)
            continue
        at = r.randrange(len(lines))
        if r.random() < 0.4:  # begin and end are rare, and matter most
            at = r.choice([i for i, line in enumerate(lines) if b'"begin"' in line or b'"end"' in line] or [at])
        lines[at] = r.choice([mutate_members, mutate_members, mutate_bytes])(r, lines[at])
    data = b"\n".join(lines) + b"\n"
    if r.random() < 0.05:
        data = data.replace(b"\n", b"\r\n")
    if r.random() < 0.05:
        data = data[:r.randrange(len(data))]
    return data


def clean(whole):
    """The cycles, written from their values, without members that op-ticket ignores."""
    out = []
    for cycle in whole:
        for record in cycle:
            if record["kind"] == "end":
                record = {"kind": "end"}
            out.append(json.dumps({k: v for k, v in record.items() if k in KEYS}))
    return "".join(line + "\n" for line in out).encode()


def ingest(program, db, data):
    got = subprocess.run([program, "--db", db, "ingest"], input=data, capture_output=True, check=False)
    return got.returncode, got.stderr.decode(errors="replace")


def plain(column, value):
    """A cell as it is compared: JSON by its value, digests and random ids only by whether they are null."""
    if column in ("digest", "unknown_digest", "ledger_id"):
        return value is None
    if column in ("metric_snapshot", "missing") and value is not None:
        return json.dumps(json.loads(value), sort_keys=True)
    return value


def content(db):
    if not os.path.exists(db):
        return {}
    out = {}
    with sqlite3.connect(f"file:{db}?mode=ro", uri=True) as c:
        for (table,) in c.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'op_store'").fetchall():
            rows = c.execute(f"SELECT * FROM {table}")
            columns = [d[0] for d in rows.description]
            out[table] = sorted(repr([plain(*cell) for cell in zip(columns, row)]) for row in rows)
    c.close()
    return {table: rows for table, rows in out.items() if rows}


def judge(program, data, folder):
    """What op-ticket did wrong with the data, or None."""
    whole, torn = cycles(data)
    given = os.path.join(folder, "given.db")
    wanted = os.path.join(folder, "wanted.db")
    status, said = ingest(program, given, data)
    status_wanted, _ = ingest(program, wanted, clean(whole)) if whole else (65, "")
    places = [(c[0].get("subject", "tikv"), c[0].get("cluster", "default"), c[0]["at"]) for c in whole]
    refused = {65} if len(set(places)) < len(places) else set()  # one of two with the same time but other content
    allowed = {65} if torn else {status_wanted} | refused
    got, want = content(given), content(wanted)
    for db in (given, wanted):
        for name in (db, db + "-lock", db + "-journal"):
            if os.path.exists(name):
                os.unlink(name)
    if status not in allowed:
        return f"status {status}, expected {allowed}, {torn} torn, {len(whole)} whole: {said.strip()[-300:]}"
    for table in sorted({*got, *want}):
        extra = set(got.get(table, [])) ^ set(want.get(table, []))
        if extra:
            return f"{table}: {sorted(extra)[:2]} ({torn} torn, {len(whole)} whole): {said.strip()[-300:]}"
    return None


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    args.add_argument("--cases", type=int, default=150)
    args.add_argument("program")
    args = args.parse_args()
    bad = whole = torn = 0
    with tempfile.TemporaryDirectory() as folder:
        for case in range(args.cases):
            data = damaged(random.Random(f"{args.seed} {case}"))
            found = cycles(data)
            whole += len(found[0])
            torn += found[1]
            wrong = judge(args.program, data, folder)
            if wrong:
                bad += 1
            if wrong and bad <= 5:
                print(f"case {case}: {wrong}")
                print("\n".join(repr(line[:2000]) for line in data.split(b"\n")))
    print(f"seed {args.seed}: {args.cases} streams, {whole} whole cycles, {torn} torn, {bad} bad")
    return bad != 0 or not whole or not torn


if __name__ == "__main__":
    sys.exit(main())
