# SPDX-License-Identifier: ISC
"""What the processes of a cluster tell Prometheus, as functions of time.

A Timeline holds the series of one cluster: each a function of the time (in
seconds, 0 is when its faults begin) that gives a value, or None where the
series is not scraped. write() puts them into a real Prometheus by remote
write, with the staleness markers that Prometheus itself would have written.
"""
import bisect
import struct
import urllib.request

HISTORY = 26 * 3600  # before the faults begin
STALE = struct.pack("<Q", 0x7FF0000000000002)
BEFORE, COARSE, STEP = 1200, 240, 15  # every COARSE seconds until BEFORE the faults, then every STEP


def grid(end, before):
    return list(range(-HISTORY, -before, COARSE)) + list(range(-before, end + 1, STEP))


def ramp(rate, begin=0, stop=None):
    """What grows by rate a second from begin to stop, or, with a function of the time, by its steps."""
    return lambda t: rate * max(0, min(t, stop if stop is not None else t) - begin)


class Process:
    """A process that is scraped as an instance: it knows when it started last."""

    def __init__(self, job, instance, starts=(-HISTORY - 86400,)):
        self.job, self.instance, self.starts = job, instance, sorted(starts)

    def started(self, t):
        at = bisect.bisect_right(self.starts, t)
        return self.starts[at - 1] if at else None


class Timeline:
    def __init__(self, name, zero, end):
        self.name, self.zero, self.end, self.before = name, zero, end, BEFORE
        self.series = []  # (labels, function, process)

    def add(self, process, name, function, /, **labels):
        labels.update(__name__=name, job=process.job, instance=process.instance, tidb_cluster=self.name)
        self.series.append((labels, function, process))

    def gauge(self, process, name, function, /, **labels):
        self.add(process, name, function if callable(function) else lambda t: function, **labels)

    def counter(self, process, name, total, /, rare=False, **labels):
        """total(t): what was counted since the beginning; a process counts from its start."""
        def value(t):
            start = process.started(t)
            if start is None:
                return None
            count = int(total(t) - total(start) + 1e-6)
            return None if rare and count < 1 else count
        self.add(process, name, value, **labels)

    def histogram(self, process, name, threshold, total, slow, /, **labels):
        """Half of what is observed while slow(t) lies above the threshold, else all below it.

        slow: how many seconds until t were slow, as a part of total's observations.
        """
        for le, slow_part in (("%g" % (threshold / 10), 0), ("%g" % threshold, 0),
                              ("%g" % (threshold * 10), 0.5), ("+Inf", 0.5)):
            self.counter(process, name + "_bucket",
                         lambda t, part=slow_part: total(t) - slow(t) * (0.5 - part), le=le, **labels)
        self.counter(process, name + "_count", total, **labels)

    def samples(self, lost):
        """(labels, [(time, value or None for a marker)]) of each series.

        lost(labels, t): "marker" where it is not scraped, "silent" where nobody writes, or "".
        """
        times = grid(self.end, self.before)
        for labels, function, process in self.series:
            out, there = [], False
            for t in times:
                why = lost(labels, t)
                if why == "silent":
                    continue
                value = None if why or process.started(t) is None else function(t)
                if value is not None:
                    out.append((t, value))
                elif there:
                    out.append((t, None))
                there = value is not None
            if out:
                yield labels, out


def varint(n):
    out = bytearray()
    while n > 127:
        out.append(n & 127 | 128)
        n >>= 7
    out.append(n)
    return bytes(out)


def field(number, data):
    return varint(number << 3 | 2) + varint(len(data)) + data


def encode(labels, samples, zero, tails):
    body = b"".join(field(1, field(1, k.encode()) + field(2, v.encode()))
                    for k, v in sorted(labels.items()))
    parts = [body]
    for t, value in samples:
        tail = tails.get(t)
        if tail is None:
            tail = tails[t] = b"\x10" + varint(int((zero + t) * 1000))
        parts.append(b"\x12" + bytes([9 + len(tail)]) + b"\x09"
                     + (STALE if value is None else struct.pack("<d", value)) + tail)
    return field(1, b"".join(parts))


def snappy(data):
    """A block of snappy that holds data as it is."""
    return varint(len(data)) + b"\xfc" + struct.pack("<I", len(data) - 1) + data


def post(url, data):
    request = urllib.request.Request(url + "/api/v1/write", snappy(data), {
        "Content-Encoding": "snappy", "Content-Type": "application/x-protobuf",
        "X-Prometheus-Remote-Write-Version": "0.1.0"})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=120) as answer:
        answer.read()


def write(timeline, url, lost, name=None, more=None):
    """All of it to the Prometheus at url; name instead of its own, with more labels."""
    tails, batch, size = {}, [], 0
    for labels, samples in timeline.samples(lost):
        labels = {**labels, **({"tidb_cluster": name} if name else {}), **(more or {})}
        batch.append(encode(labels, samples, timeline.zero, tails))
        size += len(batch[-1])
        if size > 4 << 20:
            post(url, b"".join(batch))
            batch, size = [], 0
    if batch:
        post(url, b"".join(batch))
