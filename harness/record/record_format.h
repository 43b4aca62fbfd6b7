/* What is in a record: newline-delimited JSON, written while the cases run.
 *
 * Every line is one object with a "type", written and flushed as a whole: what is on disk when a
 * run dies is valid up to its last newline, and a reader takes it to there. Times are integers in
 * nanoseconds, sizes integers in bytes, names end in their unit; what is not known is null. A
 * reader passes over types and members that it does not know; a change that it could misread
 * counts RECORD_SCHEMA up.
 *
 * {"type":"header", first and once:
 *    "schema":1 (2 where twins are among the cases), "leaklab":"0.1.0", "commit":.., "time":"2026-01-31T12:00:00Z" (UTC),
 *    "command":["leaklab","run",..] as typed, "seed":1, "cases":20 (that are to come),
 *    "machine":{"processor","architecture","cores","memory_bytes","kernel","governor",
 *       "transparent_huge_pages","address_randomization","cgroup_memory_bytes",
 *       "cgroup_processors"},
 *    "build":{"compiler","flags"}, "libraries":{"libuv":"1.44.2",..},
 *    "environment":{"MALLOC_CONF":..,"GODEBUG":.. (of twins)}, "samples_per_second":10.0}
 * {"type":"source", the text of a sample that is to run, once each: "path","text"}
 * {"type":"start", when a case begins:
 *    "case":0 (counts from 0 in the order of beginning), "id","family","title",
 *    "variant":"leak"|"fix",
 *    "twin":"go", "twin_version":"go1.26.8" (who ran it; neither of them: we did. Its
 *    language has its own stacks and no virtual clock: it heeds neither stack_bytes nor settle_ns),
 *    "repetition":0,
 *    "settings":{"arrivals":"constant"|"poisson","rate_per_second":1000.0 (0: as fast as it goes),
 *       "requests" (0: no limit),"duration_ns" (0: no limit),"warm_up_requests","baseline_ns",
 *       "patience_ns","settle_ns" (at most; 0: as long as anything is due),"seed","stack_bytes","virtual_clock":false,
 *       "samples_per_second":10.0,"memory_limit_bytes":null,"recover_ns" (only where it is not 0; then "twin" is
 *       "recovered", and it is a program of ours),"hibernate_ns" (the same: "hibernated"),
 *       "first_arrival_ns" (when the first request of load was due, since it began)},
 *    "expected":{"parked":{"chan receive":1},"timers":0,"timers_held":0} (of one request; where they are
 *       not 0 also "tasks_held","held_for_ns","contexts","channels","heap_bytes", and of plain C
 *       "handles":{"timer":1} (by libuv's names),"requests_in_flight","queued_bytes","descriptors","threads")}
 * {"type":"sample", one look from outside:
 *    "case", "time_ns" (since the case began), "phase":"load", "phase_ends":false (true: it stood still; in load that is
 *       after its first quarter, probe/apart.h),
 *    "sent","finished","refused" (requests), "tasks" (the sample's; the case's own not among them),
 *    "waiting":{"chan receive":7} (what is not named is 0; the case's own task is among these,
 *    mostly in sleep), "timers","channels","contexts","armed","stacks_used",
 *    "stacks_reserved_bytes", of plain C "handles","requests_in_flight","queued_bytes","descriptors","threads",
 *    "heap":{"allocated_bytes","active_bytes","resident_bytes","retained_bytes"},
 *    "memory":{"rss_bytes","anon_bytes","file_bytes","shared_bytes","page_tables_bytes",
 *       "swapped_bytes","charged_bytes" (to its memory cgroup),"limited_bytes" (what a memory limit is held
 *       against),"exact":false (true: by a walk over all mappings),"mappings":null or
 *       {"stacks_bytes","heap_bytes","program_bytes","files_bytes","shared_bytes"} (of that walk:
 *       what the resident pages belong to, probe/mappings.h)}}
 * {"type":"latencies", in the order in which requests returned, at most 10,000 a line:
 *    "case", "first":0 (number of the first one here), "ns":[73112,..] (from when each was due to its return),
 *    "late_ns":[51020,..] (of that, until it began; not in records of before)}
 * {"type":"latency_quantiles", in their place where a record was made small for keeping: "case", "count" (of those that
 *    returned), "ns", "late_ns", "service_ns": each 1001 quantiles, null where never; the last two not of records of
 *    before. Lateness is of those that returned}
 * {"type":"end", when a case has ended:
 *    "case", "ended":"well"|"not started"|"exit"|"signal"|"too long"|"interrupted", "status":0
 *    (exit status, or the signal's number), "ended_ns" (since the case began), "memory_limit":null or
 *    {"by":who kept it,"killed":whether the case met it}, "words" (what it said last, or null),
 *    "phase" (the last one),
 *    "phase_began_ns":{"load":..} (since the case began), "paused_ns" (of load: it stood still for the look; not in
 *    records of before), "sent","finished","refused",
 *    "timers_gone_ns":null or the virtual time of settle after which nothing was left any more of what load had
 *    held (timers, tasks, contexts, channels),
 *    "counts":{"baseline":{..},"held":{..},"left":{..}} each {"tasks","waiting","timers",
 *       "channels","contexts","heap_bytes"} (null before the case got there; the last two are those of
 *       baseline and what was made since; of plain C also as in a sample),
 *    "parked":[{"count","reason","file","line","function","made_file","made_line",
 *       "made_function","kept_awake":false}], "parked_elsewhere":0,
 *    "verdict":{"as_catalogued":true,"words":..,"wrong":..},
 *    "noise":{"load_average","others","stolen","waited"} (what else the machine did meanwhile, probe/noise.h),
 *    and of a case that ended well: "rehearsed" (requests of the warm-up that were counted alike),
 *    "found":{"task":{"stays" (per request),"constant" (however many),"held" (per request),"held_for_s",
 *       "longer" (the more requests)}} by kind, those that are all 0 left out; "held_bytes_each",
 *    "proven":null (of a twin) or {"refused": why a proof has not answered} or what it says of the tasks that load
 *    has left: {"leaked","by_time" (only time wakes them),"unsure","live","early" (proven before settle)},
 *    "recovered":{"ended" (of tasks that were proven to be leaked),"spinning" (that only their own ticker woke),
 *       "looks","longest_ns","parked":[..]}, where what is proven is made to end,
 *    "hibernated":{"tasks","heap_bytes" (of their copies),"hibernations","awakenings"}, where who is parked for long
 *       hibernates,
 *    "tasks_refused", "passing" (as "parked", of tasks that went in settle),
 *    "objects":[{"count","kind","made_file","made_line","made_function","what" (of plain C: "timer, stopped")}]
 *    and "objects_passing"}
 * {"type":"close", last: "interrupted_by":null or the signal's number}
 *
 * A record without "close" was cut off; a case without "end" was running then.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The newest. A twin's case would pass for one of ours with a reader of the first. */
enum { RECORD_SCHEMA = 2, RECORD_SCHEMA_WITHOUT_TWINS = 1 };

/* What its first line says that is not of the machine. */
struct record_header {
    int argc;
    char **argv; /* the command as typed */
    uint64_t seed;
    size_t cases;
    double samples_per_second;
    bool twins; /* among the cases */
};
