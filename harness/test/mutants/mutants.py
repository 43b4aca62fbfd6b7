"""Changes one thing at a time in the sources, and lists the changes that no test sees.

Of each room as many changes as asked for are drawn by the seed. Each is built in a copy of the project, and
the tests that reach its line are run, the quickest first, until one fails; where none does, again under the
sanitizers, as CI runs them: a block that is not freed, or is too short, is seen there alone. What has been found out
is kept in FOLDER and not done again, so that an interrupted run goes on where it was. A change that
makes no difference to anybody is named in the list of equivalents, by the lines before and after it.
"""

import argparse
import filecmp
import json
import os
import random
import shlex
import shutil
import subprocess
import sys
import threading
import time

import reached
import sites

HERE = os.path.dirname(os.path.abspath(__file__))
EQUIVALENTS = os.path.join(HERE, "equivalent.tsv")
BUILD = "build/gcc"
SANITIZED = "build/gcc-sanitize"
FLAGS = ["-std=gnu17", "-D_GNU_SOURCE", "-Iharness", "-Ibuild/gcc/harness", "-I.",
         "-DLEAKLAB_VERSION=\"\"", "-DLEAKLAB_COMMIT=\"\"", "-DLEAKLAB_FLAGS=\"\"",
         "-DCHART_LIBRARY=\"\""]  # fmt: skip
MOST_SURVIVE = 0.10
PASSED, FAILED, ENDED, STILLBORN = "passed", "failed", "ended", "stillborn"
DOES_NOT_END = ", which does not end"


# --- What there is --------------------------------------------------------------------------------


def rooms():
    """{room: its C files}; what lies in harness/ itself is a room too. But no examples: they are installed, and the
    test of that builds README's."""
    found = {}
    for folder, _, names in os.walk("harness"):
        parts = folder.split(os.sep)
        if len(parts) > 1 and parts[1] == "test" or parts[-1] in ("example", "library"):
            continue
        for name in sorted(names):
            if name.endswith(".c"):
                room = parts[1] if len(parts) > 1 else "harness"
                found.setdefault(room, []).append(os.path.join(folder, name))
    return dict(sorted(found.items()))


def drawn(room, files, seed):
    """Its mutants in the order in which they are tried: one of each place, places by chance."""
    chance = random.Random(f"{seed} {room}")
    places = [place for path in sorted(files) for place in sites.sites_of(path, FLAGS)]
    chance.shuffle(places)
    return [chance.choice(place) for place in places]


def equivalents():
    """{(file, line before, line after)}."""
    with open(EQUIVALENTS, encoding="utf-8") as file:
        lines = [line.rstrip("\n").split("\t") for line in file if line.strip() and line[0] != "#"]
    for line in lines:
        if len(line) != 4:
            sys.exit(f"{EQUIVALENTS}: not four columns: {line}")
    return {tuple(line[:3]) for line in lines}


# --- A copy to change -----------------------------------------------------------------------------


class Copy:
    """A copy of the project, with a build of its own."""

    def __init__(self, folder):
        self.folder = folder
        self.not_sanitized = set()  # tests that fail there without any change
        told = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], check=True,
                              capture_output=True, text=True).stdout  # fmt: skip
        names = {name for name in told.split("\n") if os.path.isfile(name)}
        for name in names:  # by content: make then builds anew what differs from the last time
            copied = os.path.join(folder, name)
            if not os.path.exists(copied) or not filecmp.cmp(name, copied, shallow=False):
                os.makedirs(os.path.dirname(copied), exist_ok=True)
                shutil.copy(name, copied)
        for at, _, files in os.walk(folder):
            for name in files:
                path = os.path.relpath(os.path.join(at, name), folder)
                if path.split(os.sep)[0] != "build" and path not in names:
                    os.remove(os.path.join(folder, path))

    def build(self, where, *targets, jobs=1):
        """where: BUILD or SANITIZED; targets: in it, or of the Makefile."""
        words = ["make", "-s", f"-j{jobs}", f"B={where}", f"SANITIZE={'1' if where == SANITIZED else ''}",
                 "WERROR=1", *(["OPTIMIZE=-O1"] if where == SANITIZED else []), *targets]  # fmt: skip
        return subprocess.run(words, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, text=True)  # fmt: skip

    def run(self, where, test, seconds):
        """Runs a test program among processes of its own, which end with it: a mutant may do anything. PASSED,
        FAILED, or ENDED where time or memory ran out, which may be the machine's fault."""
        words = ["choom", "-n", "1000", "--", "unshare", *([] if os.geteuid() == 0 else ["-r"]),
                 "--pid", "--fork", "--kill-child", "--mount-proc",
                 f"{where}/test/test_{test}"]  # fmt: skip
        # cmocka: the first case that fails is the last.
        environment = dict(os.environ, LEAKLAB=f"{where}/leaklab", CMOCKA_TEST_ABORT="1")
        process = subprocess.Popen(words, cwd=self.folder, env=environment,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)  # fmt: skip
        end = time.monotonic() + seconds
        while process.poll() is None:
            if time.monotonic() > end or memory_is_short():
                process.kill()
                process.wait()
                return ENDED
            time.sleep(0.02)
        return PASSED if process.returncode == 0 else FAILED


def memory_is_short():
    with open("/proc/meminfo", encoding="ascii") as file:
        kib = {line.split(":")[0]: int(line.split()[1]) for line in file}
    return kib["MemAvailable"] < kib["MemTotal"] / 10


def limit_of(where, seconds):
    """seconds: it took with counters, which is slower."""
    return (4 if where == SANITIZED else 1) * (20 + 2 * seconds)


def groups(tests):
    """The first alone, then twice as many each time: most mutants die at once, and a make takes a second."""
    begin, size = 0, 1
    while begin < len(tests):
        yield tests[begin : begin + size]
        begin, size = begin + size, 2 * size


def fails_in(copy, where, mutant, tests, reach):
    """Which of the tests, built there, is the first that does not pass, and how: FAILED or ENDED. ("", STILLBORN)
    where the mutant is not built, (None, PASSED) where all pass."""
    path = os.path.join(copy.folder, mutant.path)
    with open(path, encoding="utf-8") as file:
        text = file.read()
    # The small programs beside leaklab have the runtime and its profiles in them, and nothing else.
    programs = "all" if mutant.path.split("/")[1] in ("task", "profile") else f"{where}/leaklab"
    try:
        with open(path, "w", encoding="utf-8") as file:
            file.write(mutant.applied(text))
        for group in groups(tests):
            if copy.build(where, programs, *(f"{where}/test/test_{test}" for test in group)).returncode != 0:
                return "", STILLBORN
            for test in group:
                how = copy.run(where, test, limit_of(where, reach.seconds[test]))
                if how != PASSED:
                    return test, how
        return None, PASSED
    finally:
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)


def outcome_of(copy, mutant, reach):
    """Builds the mutant and runs what reaches it: (how it fared, by which test)."""
    tests = reach.tests_at(mutant.path, mutant.line)
    if not tests:
        return "survived", "no test comes here"
    for where in (BUILD, SANITIZED):
        left = [test for test in tests if where == BUILD or test not in copy.not_sanitized]
        while left:
            test, how = fails_in(copy, where, mutant, left, reach)
            if how == STILLBORN and where == BUILD:
                return "stillborn", ""
            if how in (STILLBORN, PASSED):
                break
            said = test if where == BUILD else f"{test}, sanitized"
            if how == ENDED:
                # On a busy machine any test may run out of time: without the change it has to pass in half of it, now.
                if passes_unchanged(copy, where, test, limit_of(where, reach.seconds[test]) / 2):
                    return "killed", said + DOES_NOT_END
                print(f"{mutant.path}:{mutant.line}: {said} ran out of time, and does so without the change: no "
                      "verdict of it", flush=True)  # fmt: skip
            elif where == BUILD or passes_unchanged(copy, where, test, 2 * limit_of(where, reach.seconds[test])):
                return "killed", said
            else:
                print(f"{where}/test/test_{test} fails without any change: left out", flush=True)
                copy.not_sanitized.add(test)
            left = left[left.index(test) + 1 :]
    return "survived", f"{len(tests)} tests come here"


def passes_unchanged(copy, where, test, seconds):
    """In the sources as they are."""
    built = copy.build(where, f"{where}/leaklab", f"{where}/test/test_{test}")
    return built.returncode == 0 and copy.run(where, test, seconds) == PASSED


# --- The run --------------------------------------------------------------------------------------


class Run:
    def __init__(self, wishes, folder):
        self.wishes, self.folder, self.lock = wishes, folder, threading.Lock()
        self.known, self.equivalent = {}, equivalents()
        self.end = time.monotonic() + 60 * wishes.minutes
        self.kept = os.path.join(folder, "outcomes.ndjson")
        if os.path.exists(self.kept):
            with open(self.kept, encoding="utf-8") as file:
                for line in file:
                    one = json.loads(line)
                    self.known[one["key"]] = one

    def recall(self, mutant, tests):
        """What is known of it. That it survived says nothing of other tests than those of then."""
        one = self.known.get(mutant.key)
        return one if one and (one["how"] != "survived" or one["tests"] == tests) else None

    def learn(self, mutant, how, by, tests):
        one = {"key": mutant.key, "how": how, "by": by, "tests": tests}
        with self.lock:
            self.known[mutant.key] = one
            with open(self.kept, "a", encoding="utf-8") as file:
                file.write(json.dumps(one) + "\n")
        return one

    def is_equivalent(self, mutant):
        return (mutant.path, mutant.was, mutant.now) in self.equivalent

    def rooms(self, left, copies, reach, tests):
        """left: {room: its mutants as drawn}. {room: [(mutant, outcome)]}: the first so many that can be built. The
        room with the fewest is served first, so that all have some when the time is up."""
        done = {room: [] for room in left}

        def work(copy):
            while time.monotonic() < self.end:
                with self.lock:
                    rooms = [room for room in left if left[room] and len(done[room]) < self.wishes.mutants]
                    if not rooms:
                        return
                    room = min(rooms, key=lambda room: len(done[room]))
                    mutant = left[room].pop(0)
                    place = [mutant, None]
                    done[room].append(place)
                if self.is_equivalent(mutant):
                    place[1] = {"how": "equivalent", "by": ""}
                else:
                    place[1] = self.recall(mutant, tests) or self.learn(
                        mutant, *outcome_of(copy, mutant, reach), tests)  # fmt: skip
                with self.lock:
                    if place[1]["how"] == "stillborn":
                        done[room].remove(place)
                    elif place[1]["how"] == "survived":
                        tell(mutant, place[1])

        threads = [threading.Thread(target=work, args=(copy,)) for copy in copies]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return {room: [(mutant, outcome) for mutant, outcome in places if outcome]
                for room, places in done.items()}  # fmt: skip


def tell(mutant, outcome):
    print(f"{mutant.path}:{mutant.line}: {outcome['by']}\n  - {mutant.was}\n  + {mutant.now}", flush=True)


def tell_rooms(results, wishes):
    """The table, and whether few enough survived."""
    print(f"\n{'room':10} {'mutants':>8} {'killed':>8} {'survived':>9} {'equivalent':>11}")
    sums = {}
    for room, done in results.items():
        counts = {how: sum(o["how"] == how for _, o in done) for how in ("killed", "survived", "equivalent")}
        print(f"{room:10} {len(done):8} {counts['killed']:8} {counts['survived']:9} {counts['equivalent']:11}"
              + ("" if len(done) >= wishes.mutants else "  (time was up, or there are no more)"))  # fmt: skip
        for how, count in counts.items():
            sums[how] = sums.get(how, 0) + count
    judged = sums["killed"] + sums["survived"]
    share = sums["survived"] / judged if judged else 1
    endless = sum(o["by"].endswith(DOES_NOT_END) for done in results.values() for _, o in done)
    print(f"{endless} of the {sums['killed']} killed are so because a test did not end in time, and did without them")
    print(f"{sums['survived']} of {judged} survived: {100 * share:.1f} %, seed {wishes.seed}")
    return judged > 0 and share < MOST_SURVIVE


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--folder", required=True, help="for the copies, and what was found out")
    parser.add_argument("--rooms", default="", help="only these, separated by blanks")
    parser.add_argument("--mutants", type=int, default=40, help="of each room")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=60, help="no more are begun after these")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    wishes = parser.parse_args()
    there = rooms()
    chosen = wishes.rooms.split() or list(there)
    for room in chosen:
        if room not in there:
            sys.exit(f"mutants: no room '{room}': {' '.join(there)}")
    os.makedirs(wishes.folder, exist_ok=True)
    copies = [Copy(os.path.abspath(f"{wishes.folder}/{i}")) for i in range(wishes.jobs)]
    drawn_of = {room: drawn(room, there[room], wishes.seed) for room in chosen}  # of what was copied
    reach = reached.Reach(copies[0].folder, wishes.folder, wishes.jobs)
    tests = reached.digest_of([f"harness/test/{name}" for name in os.listdir("harness/test")
                               if name.endswith((".c", ".h", ".sh"))])  # fmt: skip
    for copy in copies:
        built = copy.build(BUILD, "all", jobs=wishes.jobs)
        if built.returncode != 0:
            sys.exit(f"mutants: {shlex.quote(copy.folder)} is not built:\n{built.stderr}")
    reach.judge_failed(lambda test, seconds: passes_unchanged(copies[0], BUILD, test, 2 * limit_of(BUILD, seconds)))
    results = Run(wishes, wishes.folder).rooms(drawn_of, copies, reach, tests)
    sys.exit(0 if tell_rooms(results, wishes) else 1)


if __name__ == "__main__":
    main()
