# SPDX-License-Identifier: ISC
"""A second reader of verdict streams: as strict as op(7) requires, and simple instead of fast.

cycles(data) reads bytes. It returns the cycles that are whole, each a list of
records from begin to end, and how often the stream was torn.
"""

import datetime
import json
import re

LINE_MAX = 1 << 20
DEPTH_MAX = 64
NAME_MAX = 256
SUBJECT = re.compile("[a-z0-9_-]{1,64}")
TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,43})?(Z|\+00:00)", re.ASCII)
DURATION_MAX_S = 100 * 365.25 * 86400


class Bad(Exception):
    """Why a cycle is torn."""


def expect(good, why):
    if not good:
        raise Bad(why)


def unique(pairs):
    value = dict(pairs)
    expect(len(value) == len(pairs), "a key twice")
    return value


def constant(name):
    raise Bad(name)


def check_value(value, depth=0):
    if isinstance(value, str):
        expect("\0" not in value, "U+0000")
        value.encode()  # fails for lone surrogates
    elif isinstance(value, float):
        expect(abs(value) != float("inf"), "out of range")
    elif isinstance(value, int):
        float(value)  # fails out of range
    elif isinstance(value, (dict, list)):
        expect(depth < DEPTH_MAX, "nested too deeply")
        for one in value:
            check_value(one, depth + 1)
            if isinstance(value, dict):
                check_value(value[one], depth + 1)


def parse(line):
    """The object of a line, or Bad."""
    try:
        value = json.loads(line.decode(), object_pairs_hook=unique, parse_constant=constant)
        check_value(value)
    except (ValueError, OverflowError, RecursionError) as e:
        raise Bad(e) from e
    expect(isinstance(value, dict), "no object")
    expect(isinstance(value.get("kind"), str), "no kind")
    return value


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def is_integer(value):
    return isinstance(value, int) and not isinstance(value, bool)


def text_or_null(record, *keys):
    for key in keys:
        expect(record.get(key) is None or isinstance(record[key], str), key)


def is_name(value):
    return isinstance(value, str) and 0 < len(value.encode()) <= NAME_MAX


def is_time(value):
    match = isinstance(value, str) and TIME.fullmatch(value)
    if not match or value < "1970":
        return False
    try:
        datetime.datetime.strptime(match[1], "%Y-%m-%dT%H:%M:%S")
    except ValueError:
        return False
    return match[1][-2:] < "60"


def check_begin(begin):
    expect(begin.get("stream", "verdicts") == "verdicts", "stream")
    expect(is_integer(begin.get("v", 1)) and begin.get("v", 1) == 1, "v")
    expect(is_time(begin.get("at")), "at")
    subject = begin.get("subject", "tikv")
    expect(isinstance(subject, str) and SUBJECT.fullmatch(subject), "subject")
    expect(is_name(begin.get("cluster", "default")), "cluster")
    expect(begin.get("cluster_id") is None or is_name(begin["cluster_id"]), "cluster_id")


def check_violation(record):
    text_or_null(record, "store_id", "message", "doc", "link")
    expect(record.get("severity") in (None, "info", "warning", "critical"), "severity")
    for key in ("grace_s", "flap_window_s"):
        value = record.get(key)
        expect(value is None or (is_number(value) and 0 <= value <= DURATION_MAX_S), key)
    count = record.get("flap_count")
    expect(count is None or (is_number(count) and 0 <= count <= 1e9 and count == int(count)), "flap_count")
    expect(record.get("metric_snapshot") is None or isinstance(record["metric_snapshot"], dict), "metric_snapshot")
    return [record.get("store_id")]


def check_list(record):
    ids = record.get("store_ids")
    expect(isinstance(ids, list) and all(i is None or isinstance(i, str) for i in ids), "store_ids")
    if record["kind"] == "unknown":
        text_or_null(record, "reason")
        missing = record.get("missing")
        missing = [] if missing is None else missing
        expect(isinstance(missing, list) and all(isinstance(m, str) for m in missing), "missing")
    return ids


class Cycle:
    """A cycle, as far as it has been read."""

    def __init__(self, begin):
        check_begin(begin)
        self.records = [begin]
        self.keys = set()
        self.checked = set()

    def add(self, record):
        self.records.append(record)
        if record["kind"] not in ("violation", "ok", "unknown", "check"):
            return
        name = record.get("invariant_name")
        expect(isinstance(name, str) and name and ":" not in name, "invariant_name")
        expect(name != "cluster_id_changed", "op-ticket's own invariant")
        if record["kind"] == "check":
            expect(isinstance(record.get("complete"), bool), "complete")
            text_or_null(record, "error")
            expect(name not in self.checked, "a check twice")
            self.checked.add(name)
            return
        for store_id in check_violation(record) if record["kind"] == "violation" else check_list(record):
            expect((name, store_id) not in self.keys, "a key twice")
            self.keys.add((name, store_id))

    def end(self, record):
        count = record.get("records", len(self.records) - 1)
        expect(is_integer(count) and count == len(self.records) - 1, "the count")
        self.records.append(record)


def take(line):
    """Returns the record of a line and None, or None and what is wrong with it."""
    try:
        expect(line.endswith(b"\n"), "cut")
        expect(len(line) - 1 <= LINE_MAX, "too long")
        return parse(line), None
    except Bad as e:
        return None, e


def cycles(data):
    whole, torn = [], 0
    cycle = None  # the one that is being read
    outside = True  # neither in a cycle nor in the rest of a torn one
    strayed = False  # a record outside was counted already
    for line in re.findall(rb"[^\n]*\n|[^\n]+", data):
        if len(line) <= LINE_MAX and not line.strip(b" \t\r\n"):
            continue
        record, bad = take(line)
        kind = record["kind"] if record else None
        try:
            if kind == "begin":
                torn += cycle is not None
                cycle, outside, strayed = None, False, False
                cycle = Cycle(record)
            elif cycle is None and outside:
                torn += not strayed
                strayed = True
            elif cycle is None:
                outside = kind == "end"
            elif kind == "end":
                ended, cycle, outside = cycle, None, True
                ended.end(record)
                whole.append(ended.records)
            else:
                expect(record, bad)
                cycle.add(record)
        except Bad:
            torn += 1
            cycle = None
    return whole, torn + (cycle is not None)
