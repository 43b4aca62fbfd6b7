#include "bench/versus_workloads.h"

#define SAME(n)                                                                                    \
    {                                                                                              \
        n, n                                                                                       \
    }
#define TIMES                                                                                      \
    {                                                                                              \
        "real_time", "ns/op"                                                                       \
    }
// clang-format off
const struct versus_workload versus_workloads[] = {
    {"spawn and exit", "ns", SAME("micro/spawn"), TIMES, .least = 14},
    {"spawn 1,000 that park, wake them all", "ns", SAME("micro/spawn_parked/1000"), TIMES,
     .least = 6},
    {"spawn 1,000, wait for all to exit", "ns", SAME("micro/wait_group/wait/1000"), TIMES, .least = 0},
    {"yield", "ns", SAME("micro/yield"), TIMES, .least = 7},
    {"ring of 1,000 that yield, hop", "ns", SAME("micro/ring/1000"), TIMES, .least = 0},
    {"unbuffered ping-pong, round trip", "ns", SAME("micro/ping_pong"), TIMES, .least = 8},
    {"unbuffered one-way, item", "ns", SAME("micro/one_way/0"), TIMES, .least = 8},
    {"buffered (128) one-way, item", "ns", SAME("micro/one_way/128"), TIMES, .least = 3.5},
    {"select, one of two ready", "ns", SAME("micro/select/ready/2"), TIMES, .least = 4},
    {"select, both blocked", "ns", SAME("micro/select/blocked/2"), TIMES, .least = 7},
    {"timer new + stop", "ns", SAME("micro/timer/new_stop"), TIMES, .least = 5},
    {"100,000 sleepers of 10 to 100 ms, CPU", "ns", SAME("micro/sleep/100000"),
     {"cpu_time", "cpu-ns/op"}, .once = true, .least = 4},
    {"1,000,000 sleepers of 10 to 100 ms, CPU", "ns", SAME("micro/sleep/1000000"),
     {"cpu_time", "cpu-ns/op"}, .once = true, .least = 0},
    {"100,000 sleepers after as many, CPU", "ns", SAME("micro/sleep_again/100000"),
     {"cpu_time", "cpu-ns/op"}, .once = true, .least = 4},
    {"1,000,000 parked: make them all", "ns", SAME("micro/park/1000000"),
     {"real_time", "make-ns/op"}, .once = true, .least = 1},
    {"1,000,000 parked: close, all exit", "ns", {"micro/release/1000000", "micro/park/1000000"},
     {"real_time", "release-ns/op"}, .once = true, .least = 4},
    {"1,000,000 parked: first grouped dump", "ns", SAME("micro/dump/first/text/1000000"),
     {"real_time", "dump-ns/op"}, .once = true, .least = 4.4},
    {"memory that this dump takes", "B", SAME("micro/dump/first/text/1000000"),
     {"grown_bytes", "grown-B/op"}, .once = true, .most = 64 << 20},
    {"RSS per parked task", "B", SAME("micro/park/1000000"), {"resident_bytes", "resident-B/op"},
     .once = true, .most = 4256},
    {"1,000,000 exited: longest wait of a 1 ms tick", "ms",
     {"micro/pause/1000000", "micro/park/1000000"}, {"worst_ms", "pause-ms/op"}, .once = true,
     .most = 2},
    {"RSS once all have exited, of the start", "x",
     {"micro/shrink/1000000", "micro/park/1000000"}, {"left_of_start", "left/before"},
     .once = true, .most = 1.05},
};
// clang-format on

const size_t versus_workload_count = sizeof versus_workloads / sizeof *versus_workloads;
