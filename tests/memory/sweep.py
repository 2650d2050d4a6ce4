#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""sweep.py PRELOAD SEED EVERY STATUSES KIND INPUT COMMAND...: runs COMMAND with failing allocations.

INPUT is a file for its stdin. In each run another allocation fails, or all from
that one on: every EVERYth of the first 500, from a random one on; then some up to
the last one, with random strides; and each of the last 30, because a program
closes only once. SEED determines the choices.

Each run must end as COMMAND does undisturbed, or with one of STATUSES (separated
by commas) and exactly one line of its own on stderr; never by a signal. KIND is
what may be on stdout. same: what COMMAND prints undisturbed, or nothing if it
fails. cycles: whole cycles. any: anything. The word @NEW@ in COMMAND becomes a
path that no other run uses, @COPY:FILE@ that of a copy of FILE. Prints what went
wrong; the last line has the number of runs.
"""
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile

FIRST = 500
LAST = 30
RUNS = 120  # beyond those, with EVERY 1


def whole(out):
    """Does it consist of whole cycles, none or more?"""
    ends = [line[9:12] for line in out.splitlines(True) if line.endswith("\n") and line.startswith(('{"kind":"begin"', '{"kind":"end"'))]
    return (not out or out.endswith("\n")) and ends == ["beg", "end"] * (len(ends) // 2) and (not out or ends)


class Sweep:
    def __init__(self, preload, statuses, kind, given, command, folder):
        self.preload, self.statuses, self.kind = preload, statuses, kind
        self.given, self.command, self.folder = given, command, folder
        self.runs = self.bad = 0
        self.undisturbed = None

    def words(self):
        fresh = os.path.join(self.folder, "new%d" % self.runs)
        for word in self.command:
            if word.startswith("@COPY:"):
                shutil.copy(word[6:-1], fresh)
                word = fresh
            yield word.replace("@NEW@", fresh)

    def run(self, **environment):
        self.runs += 1
        with open(self.given, "rb") as given:
            return subprocess.run(
                list(self.words()), stdin=given, capture_output=True, timeout=120,
                env={**os.environ, "LD_PRELOAD": self.preload, **environment})

    def judge(self, number, span):
        run = self.run(FAIL_MALLOC=str(number), FAIL_MALLOC_FOR=str(span))
        said = run.stderr.decode(errors="replace")
        wrong = None
        usual = self.undisturbed.returncode
        if run.returncode not in self.statuses | {usual}:
            wrong = "status %d" % run.returncode
        elif run.returncode != usual and len(re.findall("^op-[a-z]+: ", said, re.M)) != 1:
            wrong = "not one line of its own on stderr"
        elif self.kind == "same" and run.stdout != (self.undisturbed.stdout if run.returncode == usual else b""):
            wrong = "other output"
        elif self.kind == "cycles" and not whole(run.stdout.decode(errors="replace")):
            wrong = "half a cycle on stdout"
        if wrong:
            self.bad += 1
            if self.bad < 20:
                print("allocation %d, %d of them: %s: %s" % (number, span, wrong, said.strip()[:300]))


def main():
    preload, seed, every, statuses, kind, given, *command = sys.argv[1:]
    r = random.Random(int(seed))
    every = int(every)
    with tempfile.TemporaryDirectory() as folder:
        sweep = Sweep(preload, {int(s) for s in statuses.split(",")}, kind, given, command, folder)
        sweep.undisturbed = sweep.run(FAIL_MALLOC_COUNT="yes")
        said = sweep.undisturbed.stderr.decode()
        if sweep.undisturbed.returncode not in (0, 1):
            print("undisturbed: status %d: %s" % (sweep.undisturbed.returncode, said))
            return 1
        total = int(said.splitlines()[-1].removeprefix("allocations: "))
        number = r.randint(1, every)
        while number <= total - LAST:
            sweep.judge(number, r.choice([1, 1000000]))
            number += every if number < FIRST else r.randint(1, max(1, 2 * every * (total - FIRST) // RUNS))
        for number in range(max(1, total - LAST + 1), total + 1):
            sweep.judge(number, r.choice([1, 1000000]))
        print("%d runs, %d allocations, seed %s, %d bad" % (sweep.runs, total, seed, sweep.bad))
    return sweep.bad != 0


if __name__ == "__main__":
    sys.exit(main())
