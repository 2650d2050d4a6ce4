# SPDX-License-Identifier: ISC
"""op-check against SQLite itself, on real tables.

oracle.py OP-CHECK SUBJECT-FOLDER SEED [COUNT]: makes random cycles of a
subject, gives them to OP-CHECK, inserts the same observations into the tables
of schema.sql, runs every invariant there, and compares verdicts and messages.
Prints what differs; exit 1 if anything did.
"""
import json
import random
import re
import sqlite3
import subprocess
import sys

WORDS = {"state": ["Up", "Up", "Up", "Down", "Disconnected", "Offline", "Tombstone"],
         "engine": ["tikv", "tikv", "tiflash"], "version": ["8.5.1", "8.5.2"]}
FLAGS = {"stale", "leader", "health", "ok", "initialized", "etcd_leader"}
LISTS = {"kinds": [["store"]], "missing": [[], ["memory_bytes"], ["qps", "raft_lag"]],
         "location_labels": [[], ["zone"], ["zone", "host"]], "voter_location_labels": [[], ["zone"], ["zone", "host"]],
         "unmatched": [[], ["a:1"]], "ambiguous": [[], ["a:1", "b:1"]]}


def value(r, name, kind):
    if name in WORDS:
        return r.choice(WORDS[name])
    if name in FLAGS:
        return r.random() < 0.5
    if name in LISTS:
        return r.choice(LISTS[name])
    if name == "labels":
        return {"zone": r.choice("abc"), "host": "h%d" % r.randrange(5)}
    if kind == "TEXT":
        return "v%d" % r.randrange(3)
    if kind == "INTEGER":
        return r.choice([0, 1, 2, 100, r.randrange(200), r.randrange(10**12)])
    return r.choice([0, 0.5, 1, 50.25, 99.9, 100, 1000, r.random() * 1e4])


def observations(r, tables):
    for kind, columns in tables.items():
        sources = kind == "source"
        for i in range(2 if sources else r.choice([1, 1, 1, 3, 20, 60])):
            likely = r.random()
            record = {"kind": kind}
            for name, declared in columns:
                if name == "id":
                    record["id"] = ("pd", "prometheus")[i] if sources else str(i * 7919 % 1000 + 1)
                elif r.random() < likely:
                    record[name] = value(r, name, declared)
            if sources:
                record.update(ok=True, kinds=[k for k in tables if k != "source"])
                record.pop("incomplete", None)
            yield record


def verdicts(text):
    result = {}
    for record in map(json.loads, text.splitlines()):
        of = result.setdefault(record.get("invariant_name"), {})
        if record["kind"] == "violation":
            of[record["store_id"]] = ("violated", record["message"], record["severity"])
        elif record["kind"] in ("ok", "unknown"):
            of.update((i, (record["kind"], record.get("reason"))) for i in record["store_ids"])
        elif record["kind"] == "check" and not record["complete"]:
            of["incomplete"] = (record["error"], None)
    return result


def asked(db, invariant):
    with open(invariant["file"], encoding="utf-8") as file:
        sql = re.sub(r"\$(\w+)", r":\1", file.read())
    given = dict(invariant["params"], at=1767225600.0, cluster="default")
    cursor = db.execute(sql, {k: v for k, v in given.items() if ":" + k in sql})
    names = [column[0] for column in cursor.description]
    result = {}
    for row in cursor:
        row = dict(zip(names, row))
        key = None if row["store_id"] is None else str(row["store_id"])
        if key in result:
            return {"incomplete": ("store_id %s is returned twice" % ("null" if key is None else key), None)}
        verdict = "unknown" if row["violated"] is None else "violated" if row["violated"] else "ok"
        if verdict == "violated":
            result[key] = (verdict, row["message"], row.get("severity") or invariant["severity"])
        else:
            result[key] = (verdict, row.get("reason") if verdict == "unknown" else None)
    return result


def not_missing(out, invariants, records):
    """Columns that an unknown record names as missing although the row has them."""
    simple = {}
    for invariant in invariants:
        with open(invariant["file"], encoding="utf-8") as file:
            if len(re.findall(r"\bSELECT\b", re.sub(r"--.*", "", file.read()))) == 1 and len(invariant["kinds"]) == 1:
                simple[invariant["name"]] = invariant["kinds"][0]
    rows = {(x["kind"], str(x.get("id"))): x for x in records}
    for record in map(json.loads, out.splitlines()):
        kind = simple.get(record.get("invariant_name"))
        if record["kind"] != "unknown" or not kind:
            continue
        for i in record["store_ids"]:
            row = rows.get((kind, str(i)), {})
            for name in record.get("missing", []):
                if row.get(name) is not None and name != "id":
                    yield "%s %s: %s is not missing" % (record["invariant_name"], i, name)


def column_value(record, name):
    v = record.get(name)
    if isinstance(v, bool):
        return int(v)
    return json.dumps(v, separators=(",", ":")) if isinstance(v, (dict, list)) else v


def compare(check, schema, invariants, seed):
    r = random.Random(seed)
    db = sqlite3.connect(":memory:")
    db.executescript(schema)
    tables = {name: [(c[1], c[2]) for c in db.execute("SELECT * FROM pragma_table_info(?)", (name,))]
              for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()}
    records = list(observations(r, tables))
    r.shuffle(records)
    for record in records:
        columns = [name for name, _ in tables[record["kind"]]]
        db.execute("INSERT INTO %s VALUES (%s)" % (record["kind"], ",".join("?" * len(columns))),
                   [column_value(record, name) for name in columns])
    # op-check has two readers: blanks make it use the strict one, otherwise it uses the fast one
    lines = [json.dumps(x, separators=r.choice([(",", ":"), (",", ":"), (", ", ": ")])) for x in records]
    lines = ['{"kind":"begin","subject":"tikv","at":"2026-01-01T00:00:00Z"}', *lines, '{"kind":"end"}', ""]
    out = subprocess.run([check], input="\n".join(lines).encode(), stdout=subprocess.PIPE, check=True).stdout
    got = verdicts(out.decode())
    differ = 0
    ids = [(x["kind"], str(x.get("id"))) for x in records]
    if len(set(ids)) == len(ids):
        for line in not_missing(out.decode(), invariants, records):
            differ += 1
            print("seed %d: %s" % (seed, line))
    for invariant in invariants:
        want, have = asked(db, invariant), got[invariant["name"]]
        if "incomplete" in want and "incomplete" in have:
            continue  # both report an id that is returned twice, but each the first that it finds
        for key in sorted(set(want) | set(have), key=str):
            if want.get(key) != have.get(key):
                differ += 1
                print("seed %d: %s %s: SQLite %s, op-check %s" % (
                    seed, invariant["name"], key, want.get(key), have.get(key)))
    return differ, sum(map(len, got.values()))


def main():
    check, folder, seed = sys.argv[1], sys.argv[2], int(sys.argv[3])
    count = int(sys.argv[4]) if len(sys.argv) > 4 else 20
    with open(folder + "/schema.sql", encoding="utf-8") as file:
        schema = file.read()
    listed = subprocess.run([check, "--list"], stdout=subprocess.PIPE, check=True).stdout.decode()
    invariants = [json.loads(line) for line in listed.splitlines()]
    differ = compared = 0
    for i in range(count):
        found, seen = compare(check, schema, invariants, seed + i)
        differ += found
        compared += seen
    print("%d verdicts of %d invariants compared, %d differ" % (compared, len(invariants), differ))
    return differ != 0 or compared == 0


sys.exit(main())
