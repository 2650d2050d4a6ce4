#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""op-scrape --from: its own CPU time and memory for a day at --step 30s.

The server is tests/history/server.py. For 300 stores only every tenth step is
read (--step 5m), and time and size are multiplied by ten.
"""

import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
PROGRAM = os.path.join(os.environ["B"], "op-scrape")


def measure(folder, stores, step, factor):
    server = subprocess.Popen([sys.executable, os.path.join(HERE, "../history/server.py"), "--stores", str(stores),
                               "--list", os.path.join(folder, "list.json")], stdout=subprocess.PIPE, text=True)
    try:
        url = server.stdout.readline().strip()
        with open(os.path.join(folder, "out"), "w", encoding="utf-8") as out:
            program = subprocess.Popen([PROGRAM, "--prometheus", url, "--pd", "none", "--from", "2026-01-12",
                                        "--to", "2026-01-13", "--step", step], stdout=out, stderr=subprocess.DEVNULL)
            _, status, used = os.wait4(program.pid, 0)
        if status:
            sys.exit(f"op-scrape ended with {status}")
        cpu = used.ru_utime + used.ru_stime
        print(f"{stores:4d} stores: {cpu * factor:6.1f} s of CPU per day at 30s, {used.ru_maxrss / 1024:.0f} MiB, "
              f"{os.path.getsize(out.name) * factor / 1e6:.0f} MB of cycles")
    finally:
        server.kill()
        server.wait()


def main():
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "list.json"), "w", encoding="utf-8") as out:
            subprocess.run([PROGRAM, "--list"], stdout=out, check=True)
        measure(folder, 5, "30s", 1)
        measure(folder, 30, "30s", 1)
        measure(folder, 300, "5m", 10)


if __name__ == "__main__":
    main()
