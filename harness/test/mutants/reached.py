"""Which test programs reach which line, and how long each takes. A line that is no code, of a table say, is
reached by who reaches anything in its file.

All is built once with clang's counters, which lie in files that every process of a test shares, so that
what a killed child has run counts too. Kept in FOLDER/reached.json until a source changes.
"""

import glob
import hashlib
import json
import os
import re
import subprocess
import time

BUILD = "build/reach"
COUNTED = ["CC=clang -mllvm -runtime-counter-relocation -Wno-unused-command-line-argument",
           f"B={BUILD}", "OPTIMIZE=-O1 -g",
           "SANITIZERS=-fprofile-instr-generate -fcoverage-mapping"]  # fmt: skip


def digest_of(paths):
    digest = hashlib.sha256()
    for path in sorted(paths):
        with open(path, "rb") as file:
            digest.update(path.encode() + b"\0" + file.read())
    return digest.hexdigest()


def sources():
    every = glob.glob("harness/**/*.[ch]", recursive=True) + glob.glob("harness/*.def")
    return [path for path in every if not path.startswith("harness/test/")]


def tests():
    return sorted(re.sub(r".*/test_|\.c$", "", path) for path in glob.glob("harness/test/test_*.c"))


def reach_of(tree, test):
    """Runs it in `tree`: {file: its lines that were run}, {file: its lines that are code}, seconds, whether it
    passed."""
    program, raw = f"{BUILD}/test/test_{test}", f"{tree}/{BUILD}/raw"
    subprocess.run(["rm", "-rf", raw], check=True)
    environment = dict(os.environ, LEAKLAB=f"{BUILD}/leaklab", LLVM_PROFILE_FILE=f"{raw}/%c%m.profraw")
    start = time.monotonic()
    ran = subprocess.run(["timeout", "-k", "10", "240", program], cwd=tree, env=environment,
                         stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
    seconds = time.monotonic() - start
    merged = f"{raw}/all.profdata"
    profiles = glob.glob(f"{raw}/*.profraw")
    subprocess.run(["llvm-profdata", "merge", "-o", merged, *profiles], check=True)
    told = subprocess.run(
        ["llvm-cov", "export", "--format=lcov", program, "-object", f"{BUILD}/leaklab", "-object",
         f"{BUILD}/harness/profile/example/own_main", "-instr-profile", merged],
        cwd=tree, check=True, capture_output=True, text=True).stdout  # fmt: skip
    lines, code, name = {}, {}, ""
    for line in told.splitlines():
        if line.startswith("SF:"):
            name = os.path.relpath(line[3:], tree) if os.path.isabs(line[3:]) else line[3:]
        elif line.startswith("DA:") and name.startswith("harness/"):
            number = int(line[3:].split(",")[0])
            code.setdefault(name, []).append(number)
            if not line.endswith(",0"):
                lines.setdefault(name, []).append(number)
    return {"lines": lines, "code": code, "seconds": seconds, "passed": ran.returncode == 0}


def comes_to(is_, path, line):
    """Whether the test of which this is known comes to the line."""
    run = is_["lines"].get(path, [])
    return line in run or (bool(run) and line not in is_["code"].get(path, []))


def reached(tree, folder, jobs):
    """{test: what reach_of() says}, of the sources in `tree`, a copy of the project."""
    kept = f"{folder}/reached.json"
    try:
        with open(kept, encoding="utf-8") as file:
            known = json.load(file)
    except (OSError, ValueError):
        known = {}
    base, every = digest_of(sources()), {}
    missing = []
    for test in tests():
        key = digest_of([f"harness/test/test_{test}.c"]) + base
        if known.get(test, {}).get("key") == key:
            every[test] = known[test]
        else:
            missing.append((test, key))
    if missing:
        print(f"which lines the tests reach: {len(missing)} to run", flush=True)
        programs = [f"{BUILD}/test/test_{test}" for test, _ in missing]
        subprocess.run(["make", "-s", f"-j{jobs}", *COUNTED, "all", *programs], cwd=tree, check=True,
                       stdout=subprocess.DEVNULL)  # fmt: skip
    for test, key in missing:
        every[test] = dict(reach_of(tree, test), key=key)
        with open(kept, "w", encoding="utf-8") as file:
            json.dump({**known, **every}, file)
    return every
