# SPDX-License-Identifier: ISC
"""What the processes of a cluster export to Prometheus, as functions of time.

A Timeline holds the series of one cluster: each a function of the time (in
seconds, 0 is when its faults begin) that gives a value, or None where the
series is not scraped. encode() turns them into samples, once. write() sends
these to a real Prometheus by remote write, without those that are lost, and with
the staleness markers that Prometheus itself would have written.
"""
import bisect
import collections
import functools
import struct
import urllib.request

HISTORY = 26 * 3600  # before the faults begin
STALE = struct.pack("<Q", 0x7FF0000000000002)
BEFORE, COARSE, STEP = 1200, 240, 15  # every COARSE seconds until BEFORE the faults, then every STEP


def grid(end, before):
    return list(range(-HISTORY, -before, COARSE)) + list(range(-before, end + 1, STEP))


def ramp(rate, begin=0, stop=None):
    """Grows by rate a second, from begin to stop."""
    return lambda t: rate * max(0, min(t, stop if stop is not None else t) - begin)


# The samples from begin on and before end are lost, except those with kept(t). how: "marker"
# writes a staleness marker at begin, as if the scrape had failed; "silent" writes nothing.
Loss = collections.namedtuple("Loss", "how begin end kept", defaults=(lambda t: False,))


class Process:
    """A process that is scraped as an instance, with the times of its starts."""

    def __init__(self, job, instance, starts=(-HISTORY - 86400,)):
        self.job, self.instance, self.starts = job, instance, sorted(starts)
        self.started = functools.lru_cache(None)(self.began)

    def began(self, t):
        at = bisect.bisect_right(self.starts, t)
        return self.starts[at - 1] if at else None


class Timeline:
    def __init__(self, zero, end):
        self.zero, self.end, self.before = zero, end, BEFORE
        self.series = []  # (labels, function, process)

    def add(self, process, name, function, /, **labels):
        labels.update(__name__=name, job=process.job, instance=process.instance)
        self.series.append((labels, function, process))

    def gauge(self, process, name, function, /, **labels):
        self.add(process, name, function if callable(function) else lambda t: function, **labels)

    def counter(self, process, name, total, /, rare=False, **labels):
        """total(t): the count since the beginning; a process counts from its start."""
        def value(t):
            start = process.started(t)
            if start is None:
                return None
            count = int(total(t) - total(start) + 1e-6)
            return None if rare and count < 1 else count
        self.add(process, name, value, **labels)

    def histogram(self, process, name, threshold, total, slow, /, **labels):
        """Half of the observations made while it is slow are above the threshold, all others below.

        total(t): the observations until t; slow(t): those of them that were made while it was slow.
        """
        total, slow = (functools.lru_cache(None)(f) for f in (total, slow))
        for le, slow_part in (("%g" % (threshold / 10), 0), ("%g" % threshold, 0),
                              ("%g" % (threshold * 10), 0.5), ("+Inf", 0.5)):
            self.counter(process, name + "_bucket",
                         lambda t, part=slow_part: total(t) - slow(t) * (0.5 - part), le=le, **labels)
        self.counter(process, name + "_count", total, **labels)

    def encode(self):
        """[(labels, samples)] of its series: for each time of its grid a sample, a marker or b""."""
        times = grid(self.end, self.before)
        tails = [b"\x10" + varint(int((self.zero + t) * 1000)) for t in times]
        heads = [b"\x12" + bytes([9 + len(tail)]) + b"\x09" for tail in tails]
        pack = struct.Struct("<d").pack
        self.times, self.markers = times, [head + STALE + tail for head, tail in zip(heads, tails)]
        self.encoded = []
        for labels, function, process in self.series:
            out, there = [], False
            for i, t in enumerate(times):
                value = None if process.started(t) is None else function(t)
                out.append(heads[i] + pack(value) + tails[i] if value is not None
                           else self.markers[i] if there else b"")
                there = value is not None
            self.encoded.append((labels, out))
        self.series = []
        return self

    def left(self, samples, loss):
        """The samples of a series that the loss leaves."""
        if not loss:
            return b"".join(samples)
        begin, end = (bisect.bisect_left(self.times, t) for t in (loss.begin, loss.end))
        away = [s if loss.kept(t) else b"" for t, s in zip(self.times[begin:end], samples[begin:end])]
        there = begin > 0 and samples[begin - 1] not in (b"", self.markers[begin - 1])
        if loss.how == "marker" and there and begin < end:
            away[0] = self.markers[begin]
        return b"".join(samples[:begin] + away + samples[end:])


def varint(n):
    out = bytearray()
    while n > 127:
        out.append(n & 127 | 128)
        n >>= 7
    out.append(n)
    return bytes(out)


def field(number, data):
    return varint(number << 3 | 2) + varint(len(data)) + data


def snappy(data):
    """A snappy block that holds the data uncompressed."""
    return varint(len(data)) + b"\xfc" + struct.pack("<I", len(data) - 1) + data


def post(url, data):
    request = urllib.request.Request(url + "/api/v1/write", snappy(data), {
        "Content-Encoding": "snappy", "Content-Type": "application/x-protobuf",
        "X-Prometheus-Remote-Write-Version": "0.1.0"})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=120) as answer:
        answer.read()


def write(timeline, url, name, lost, more=None):
    """Writes everything to the Prometheus at url, as the cluster of that name, with more labels.

    lost(labels): what that series loses, a Loss or None.
    """
    batch, size = [], 0
    for labels, samples in timeline.encoded:
        rest = timeline.left(samples, lost(labels))
        if not rest:
            continue
        named = {**labels, "tidb_cluster": name, **(more or {})}
        batch.append(field(1, b"".join(field(1, field(1, k.encode()) + field(2, v.encode()))
                                       for k, v in sorted(named.items())) + rest))
        size += len(batch[-1])
        if size > 4 << 20:
            post(url, b"".join(batch))
            batch, size = [], 0
    if batch:
        post(url, b"".join(batch))
