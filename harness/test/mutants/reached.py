"""Which test programs reach which line, and how long each takes. A line that is no code, of a table say, is
reached by who reaches anything in its file.

All is built once with clang's counters, which lie in files that every process of a test shares, so that
what a killed child has run counts too. That takes a while, and is not done again because a source has changed: kept in
FOLDER/reached.json, with the sources as they were in FOLDER/then, through which a line of today is found again.
Who reaches a new line is guessed from the line before it, and who reaches a new file from those beside it. Only tests that are new, or are written anew, are run.
"""

import concurrent.futures
import difflib
import glob
import hashlib
import json
import os
import re
import shutil
import subprocess
import time

BUILD = "build/reach"
COUNTED = ["CC=clang -mllvm -runtime-counter-relocation -Wno-unused-command-line-argument",
           f"B={BUILD}", "OPTIMIZE=-O1 -g",
           "SANITIZERS=-fprofile-instr-generate -fcoverage-mapping"]  # fmt: skip
BESIDE = [f"{BUILD}/{name}" for name in ("leaklab", "harness/profile/example/own_main", "served", "served_plain")]
LONGEST = 240  # seconds for a test; one that is ended then is judged by what it reached


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


def lines_of(path):
    with open(path, encoding="utf-8") as file:
        return file.read().split("\n")


def measured(tree, test):
    """Runs it in `tree`: {file: its lines that were run}, {file: its lines that are code}, seconds, whether it
    passed."""
    program, raw = f"{BUILD}/test/test_{test}", f"{tree}/{BUILD}/raw/{test}"
    shutil.rmtree(raw, ignore_errors=True)
    environment = dict(os.environ, LEAKLAB=f"{BUILD}/leaklab", LLVM_PROFILE_FILE=f"{raw}/%c%m.profraw")
    start = time.monotonic()
    ran = subprocess.run(["timeout", "-k", "10", str(LONGEST), program], cwd=tree, env=environment,
                         stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
    seconds = time.monotonic() - start
    merged = f"{raw}/all.profdata"
    profiles = glob.glob(f"{raw}/*.profraw")
    lines, code, name = {}, {}, ""
    if profiles:  # else it runs programs of others alone
        subprocess.run(["llvm-profdata", "merge", "-o", merged, *profiles], check=True)
        told = subprocess.run(
            ["llvm-cov", "export", "--format=lcov", "-j", "1", program, *(f"-object={name}" for name in BESIDE),
             "-instr-profile", merged], cwd=tree, check=True, capture_output=True, text=True).stdout  # fmt: skip
        for line in told.splitlines():
            if line.startswith("SF:"):
                name = os.path.relpath(line[3:], tree) if os.path.isabs(line[3:]) else line[3:]
            elif line.startswith("DA:") and name.startswith("harness/"):
                number = int(line[3:].split(",")[0])
                code.setdefault(name, []).append(number)
                if not line.endswith(",0"):
                    lines.setdefault(name, []).append(number)
    shutil.rmtree(raw, ignore_errors=True)
    return {"lines": lines, "code": {name: code[name] for name in lines}, "seconds": seconds,
            "passed": ran.returncode == 0}  # fmt: skip


class Reach:
    """What each test reaches; seconds[test]: how long it took."""

    def __init__(self, tree, folder, jobs):
        """tree: a copy of the project, to build and run in; folder: what is kept."""
        self.then, self.kept = f"{folder}/then", f"{folder}/reached.json"
        try:
            with open(self.kept, encoding="utf-8") as file:
                self.known = json.load(file)
        except (OSError, ValueError):
            self.known = {}
        keys = {test: digest_of([f"harness/test/test_{test}.c"]) for test in tests()}
        missing = [test for test, key in keys.items() if self.known.get(test, {}).get("key") != key]
        if missing:
            self.measure(tree, missing, keys, jobs)
        self.known = {test: self.known[test] for test in keys}  # those that still are there
        self.seconds = {test: known["seconds"] for test, known in self.known.items()}
        self.moved = {}  # of a file: {line today: line then}

    def measure(self, tree, missing, keys, jobs):
        print(f"which lines the tests reach: {len(missing)} to run", flush=True)
        programs = [f"{BUILD}/test/test_{test}" for test in missing]
        subprocess.run(["make", "-s", f"-j{jobs}", *COUNTED, "all", *BESIDE, *programs], cwd=tree, check=True,
                       stdout=subprocess.DEVNULL)  # fmt: skip
        now = digest_of(sources())
        for path in sources():
            kept = f"{self.then}/{now}/{path}"
            os.makedirs(os.path.dirname(kept), exist_ok=True)
            shutil.copy(path, kept)
        with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
            begun = {pool.submit(measured, tree, test): test for test in missing}
            for ended in concurrent.futures.as_completed(begun):
                self.known[begun[ended]] = dict(ended.result(), key=keys[begun[ended]], sources=now)
                self.keep()

    def keep(self):
        with open(f"{self.kept}.new", "w", encoding="utf-8") as file:
            json.dump(self.known, file)
        os.replace(f"{self.kept}.new", self.kept)

    def judge_failed(self, passes):
        """Of tests that failed while they were measured: passes(test, seconds) tells whether they do without
        counters. Those that do not are left out."""
        for test, known in self.known.items():
            if not known["passed"] and "left_out" not in known:
                known["left_out"] = not passes(test, known["seconds"])
                if known["left_out"]:
                    print(f"test_{test} fails without any change: left out", flush=True)
                self.keep()

    def line_then(self, sources_then, path, line):
        """Of a line of today: the same line in those sources, or where it is new the nearest before it; 0: none."""
        old, place = f"{self.then}/{sources_then}/{path}", (sources_then, path)
        if place not in self.moved:
            before, after = lines_of(old) if os.path.exists(old) else [], lines_of(path)
            self.moved[place] = {}
            for a, b, size in difflib.SequenceMatcher(None, before, after, False).get_matching_blocks():
                self.moved[place].update({b + i + 1: a + i + 1 for i in range(size)})
        moved = self.moved[place]
        while line > 0 and line not in moved:
            line -= 1
        return moved.get(line, 0)

    def tests_at(self, path, line):
        """The tests that come to the line, the quickest first."""
        found = []
        for test, known in self.known.items():
            if known.get("left_out"):
                continue
            run, code = known["lines"].get(path, []), known["code"].get(path, [])
            then = self.line_then(known["sources"], path, line)
            is_new = not os.path.exists(f"{self.then}/{known['sources']}/{path}")
            beside = is_new and any(os.path.dirname(path) == os.path.dirname(other) for other in known["lines"])
            if beside or run and (then in run or then not in code):
                found.append(test)
        return sorted(found, key=lambda test: self.seconds[test])
