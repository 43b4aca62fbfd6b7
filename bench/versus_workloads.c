#include "bench/versus_workloads.h"

#define SAME(n)                                                                                    \
    {                                                                                              \
        n, n                                                                                       \
    }
#define TIMES                                                                                      \
    {                                                                                              \
        "real_time", "ns/op"                                                                       \
    }
#define PROCESSOR                                                                                  \
    {                                                                                              \
        "cpu_time", "cpu-ns/op"                                                                    \
    }
// clang-format off
const struct versus_workload versus_workloads[] = {
    {"spawn and exit", "ns", SAME("micro/spawn"), TIMES, .fiber = true, .least = 14},
    {"spawn 1,000 that park, wake them all", "ns", SAME("micro/spawn_parked/1000"), TIMES, .fiber = true, .least = 6},
    {"spawn 1,000, wait for all to exit", "ns", SAME("micro/wait_group/wait/1000"), TIMES, .fiber = true},
    {"yield", "ns", SAME("micro/yield"), TIMES, .alone = true, .fiber = true, .least = 7},
    {"ring of 1,000 that yield, hop", "ns", SAME("micro/ring/1000"), TIMES, .alone = true},
    {"unbuffered ping-pong, round trip", "ns", SAME("micro/ping_pong"), TIMES, .fiber = true, .least = 8},
    {"unbuffered one-way, 8 bytes", "ns", SAME("micro/one_way/0"), TIMES, .fiber = true, .least = 8},
    {"unbuffered one-way, 0 bytes", "ns", SAME("micro/item/0"), TIMES, .fiber = true},
    {"unbuffered one-way, 4 bytes", "ns", SAME("micro/item/4"), TIMES, .fiber = true},
    {"unbuffered one-way, 16 bytes", "ns", SAME("micro/item/16"), TIMES, .fiber = true},
    {"unbuffered one-way, 64 bytes", "ns", SAME("micro/item/64"), TIMES, .fiber = true},
    {"unbuffered one-way, 1 KiB", "ns", SAME("micro/item/1024"), TIMES, .fiber = true},
    {"buffered (128) one-way, 8 bytes", "ns", SAME("micro/one_way/128"), TIMES, .fiber = true, .least = 3.5},
    {"buffered (128) one-way, 0 bytes", "ns", SAME("micro/item_buffered/0"), TIMES, .fiber = true},
    {"buffered (128) one-way, 4 bytes", "ns", SAME("micro/item_buffered/4"), TIMES, .fiber = true},
    {"buffered (128) one-way, 16 bytes", "ns", SAME("micro/item_buffered/16"), TIMES, .fiber = true},
    {"buffered (128) one-way, 64 bytes", "ns", SAME("micro/item_buffered/64"), TIMES, .fiber = true},
    {"buffered (128) one-way, 1 KiB", "ns", SAME("micro/item_buffered/1024"), TIMES, .fiber = true},
    {"select, one of two ready", "ns", SAME("micro/select/ready/2"), TIMES, .least = 4},
    {"select, both blocked", "ns", SAME("micro/select/blocked/2"), TIMES, .least = 7},
    {"select, one of 16 ready", "ns", SAME("micro/select/ready/16"), TIMES, .least = 0},
    {"select, all of 16 blocked", "ns", SAME("micro/select/blocked/16"), TIMES, .least = 0},
    {"mutex, free", "ns", SAME("micro/mutex/free"), TIMES, .fiber = true},
    {"mutex, wanted by 2", "ns", SAME("micro/mutex/wanted/2"), TIMES, .alone = true, .fiber = true},
    {"mutex, wanted by 16", "ns", SAME("micro/mutex/wanted/16"), TIMES, .alone = true, .fiber = true},
    {"context, made and cancelled", "ns", SAME("micro/context"), TIMES, .least = 0},
    {"context, one of a tree of 1,000 cancelled", "ns", SAME("micro/context/tree/1000"), TIMES, .least = 0},
    {"timer new + stop, in a tight loop", "ns", SAME("micro/timer/new_stop"), TIMES, .least = 5},
    {"timer new + stop, one each 10 us", "ns", SAME("micro/timer/paced"), TIMES, .least = 0},
    {"timer reset, in a tight loop", "ns", SAME("micro/timer/reset"), TIMES, .least = 0},
    {"100,000 timers due in 10 to 100 ms, CPU", "ns", SAME("micro/timer/due/100000"), PROCESSOR, .once = true, .least = 0},
    {"100,000 sleepers of 10 to 100 ms, CPU", "ns", SAME("micro/sleep/100000"), PROCESSOR, .once = true, .least = 4},
    {"1,000,000 sleepers of 10 to 100 ms, CPU", "ns", SAME("micro/sleep/1000000"), PROCESSOR, .once = true, .least = 0},
    {"100,000 sleepers after as many, CPU", "ns", SAME("micro/sleep_again/100000"), PROCESSOR, .once = true, .least = 4},
    {"1,000,000 parked: make them all", "ns", SAME("micro/park/1000000"), {"real_time", "make-ns/op"}, .once = true,
     .least = 1},
    {"1,000,000 parked: close, all exit", "ns", {"micro/release/1000000", "micro/park/1000000"},
     {"real_time", "release-ns/op"}, .once = true, .least = 4},
    {"1,000,000 parked: first grouped dump", "ns", SAME("micro/dump/first/text/1000000"), {"real_time", "dump-ns/op"},
     .once = true, .least = 4.4},
    {"memory that this dump takes", "B", SAME("micro/dump/first/text/1000000"), {"grown_bytes", "grown-B/op"},
     .once = true, .most = 64 << 20},
    {"RSS and page tables per parked task", "B", SAME("micro/park/1000000"), {"resident_bytes", "resident-B/op"},
     .once = true, .most = 4256},
    {"1,000,000 exited: longest wait of a 1 ms tick", "ms", {"micro/pause/1000000", "micro/park/1000000"},
     {"worst_ms", "pause-ms/op"}, .once = true, .most = 2},
    {"RSS and page tables 2 s after all exited", "B", {"micro/shrink/1000000", "micro/park/1000000"},
     {"left_bytes", "left-B"}, .once = true, .most = 8 << 20},
    {"the same, in Go after debug.FreeOSMemory()", "B", {"micro/shrink/1000000", "micro/park/1000000"},
     {"left_bytes", "freed-B"}, .as = "shrink/1000000/freed_bytes", .once = true, .least = 0},
};
// clang-format on

const size_t versus_workload_count = sizeof versus_workloads / sizeof *versus_workloads;

static int end_of(enum side side)
{
    return side == OURS || side == FIBER ? HERE : THERE;
}

bool versus_has(const struct versus_workload *w, enum side side)
{
    return side == FIBER ? w->fiber : side != GO_TWO || (!w->once && !w->alone);
}

const char *versus_name(const struct versus_workload *w, enum side side)
{
    return w->name[end_of(side)];
}

const char *versus_field(const struct versus_workload *w, enum side side)
{
    return w->field[end_of(side)];
}
