#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""trips.py FOLDER SOCKET-FOLDER: a proxy in front of the PostgreSQL in FOLDER.

Forwards everything, and counts the round trips of each client, which are the
Sync messages that it sends. When a connection ends, prints a line with its
count. Runs until it is killed.
"""

import os
import socket
import sys
import threading


def pump(source, sink):
    while data := source.recv(65536):
        sink.sendall(data)
    try:
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def serve(client, path):
    server = socket.socket(socket.AF_UNIX)
    server.connect(path)
    threading.Thread(target=pump, args=(server, client), daemon=True).start()
    held, started, count = b"", False, 0
    while data := client.recv(65536):
        server.sendall(data)
        held += data
        while len(held) >= 5:
            head = 0 if not started else 1
            size = int.from_bytes(held[head : head + 4], "big") + head
            if len(held) < size:
                break
            count += started and held[:1] == b"S"
            started = True
            held = held[size:]
    server.close()
    print(count, flush=True)


def main():
    folder, own = sys.argv[1:]
    name = ".s.PGSQL.5432"
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(os.path.join(own, name))
    listener.listen()
    while True:
        client, _ = listener.accept()
        threading.Thread(target=serve, args=(client, os.path.join(folder, name)), daemon=True).start()


main()
