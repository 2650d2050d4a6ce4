# SPDX-License-Identifier: ISC
"""Random documents through lib/base/json_read and through jq.

differential.py ECHO [COUNT [SEED]]: ECHO is the json_cases unit, which writes
anew what lib/base/json_read read. Documents that are valid must come out of both as the
same values; of documents with damage, what lib/base/json_read accepts jq must accept as
well, with the same value. (The other way round does not hold: jq takes NaN,
01 and duplicate keys.) Prints what differs; exit 1 if anything did.
"""
import json
import random
import subprocess
import sys

CHARACTERS = list("ab z\"\\/\b\f\n\r\t{}[]:,0") + ["\u0001", "\u007f", "é", "ш", "\u2028",
              "\u202e", "\ufffd", "\uffff", "𝄞", "\U0010ffff"]


def text(r):
    return "".join(r.choice(CHARACTERS) for _ in range(r.choice([0, 1, 3, 8, 40])))


def number(r):
    return r.choice([
        lambda: r.randint(-9, 9), lambda: r.randint(-2**53, 2**53), lambda: r.random(),
        lambda: r.uniform(-1, 1) * 10.0 ** r.randint(-300, 300), lambda: round(r.uniform(0, 1e6), 2),
        lambda: float(r.randint(0, 10**17)), lambda: 5e-324, lambda: 1.7976931348623157e308])()


def value(r, depth):
    kind = r.random()
    if depth > 5 or kind < 0.5:
        return r.choice([lambda: text(r), lambda: number(r), lambda: number(r), lambda: True,
                         lambda: False, lambda: None])()
    if kind < 0.75:
        return [value(r, depth + 1) for _ in range(r.choice([0, 1, 2, 5]))]
    return {text(r): value(r, depth + 1) for _ in range(r.choice([0, 1, 2, 5]))}


def blanks(r):
    return r.choice(["", "", "", " ", "\t", "  \r"])


def write(r, v):
    """As JSON, in one of the many ways that it can be written."""
    if isinstance(v, dict):
        inner = ",".join(blanks(r) + write(r, k) + blanks(r) + ":" + blanks(r) + write(r, x)
                         for k, x in v.items())
        return "{" + inner + blanks(r) + "}"
    if isinstance(v, list):
        return "[" + ",".join(blanks(r) + write(r, x) + blanks(r) for x in v) + blanks(r) + "]"
    if isinstance(v, str):
        return json.dumps(v, ensure_ascii=r.random() < 0.5)
    if isinstance(v, float):
        return r.choice([repr, lambda x: "%.17g" % x, lambda x: "%.17E" % x])(v)
    return json.dumps(v)


def damage(r, line):
    data = bytearray(line.encode())
    for _ in range(r.choice([1, 1, 2, 3])):
        at = r.randrange(len(data) + 1)
        what = r.random()
        if what < 0.4:
            data[at:at + r.choice([1, 1, 2])] = b""
        elif what < 0.7:
            data[at:at] = r.choice([b",", b"]", b"}", b"\"", b"0", b".", b"e", b"-", b"\\", b"u", b"[", b"{", b":", b" "])
        elif at < len(data):
            data[at] = r.choice(b" !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEF[\\]^_`abcdefnrtu{|}~")
    line = bytes(data).replace(b"\n", b"").decode("utf-8", "ignore")
    return line or "0"


def run(command, lines):
    out = subprocess.run(command, input="".join(x + "\n" for x in lines).encode(),
                         stdout=subprocess.PIPE, check=True).stdout.decode("utf-8")
    out = out.split("\n")[:-1]
    if len(out) != len(lines):
        sys.exit("%s: %d lines for %d" % (command[0], len(out), len(lines)))
    return out


def value_of(line):
    """Each number as a double: jq 1.7 writes a large integer with all its digits."""
    return json.loads(line, parse_int=float)


def same(a, b):
    if isinstance(a, float) and isinstance(b, float):
        # jq 1.6 writes 17 digits, which may end in another one for the same double
        return a == b or abs(a - b) <= abs(a) * 1e-15
    if type(a) is not type(b):
        return False
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[k], b[k]) for k in a)
    if isinstance(a, list):
        return len(a) == len(b) and all(map(same, a, b))
    return a == b


def main():
    echo, count = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 2000
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else random.randrange(2**32)
    r = random.Random(seed)
    valid = [blanks(r) + write(r, value(r, 0)) + blanks(r) for _ in range(count)]
    lines = valid + [damage(r, r.choice(valid)) for _ in range(count)]
    ours = run([echo, "-e"], lines)
    # fromjson, line by line: a parse error ends that line alone
    # (and in ASCII: jq -R breaks a character at the edge of its buffer)
    theirs = run(["jq", "-c", "try [fromjson] catch \"refused\""], [json.dumps(x) for x in lines])
    failed = accepted = 0
    for i, line in enumerate(lines):
        took, jq_took = ours[i] != "refused", theirs[i] != "\"refused\""
        accepted += took and i >= count
        good = took if i < count else True
        if took:
            good = jq_took and same(value_of(ours[i]), value_of(theirs[i])[0])
        if not good:
            failed += 1
            print("seed %d: %r\n  lib/base/json_read %s\n  jq       %s" % (seed, line, ours[i], theirs[i]))
    print("seed %d: %d documents, %d of %d damaged ones still good, %d differ" % (seed, 2 * count, accepted, count, failed))
    return failed != 0


sys.exit(main())
