/* Dumps: the cost of asking who is parked where, per task, with N tasks parked alike on a channel.
 *
 * micro/dump/walk/N      counted: one task seen by task_each().
 * micro/dump/FORMAT/N    counted: one task in a whole dump: collected, grouped, names looked up,
 *                        written to /dev/null.
 * micro/dump/first/FORMAT/N  counted: the same in a fresh process, up to a million tasks: the
 *                        symbols are read too. grown_bytes: what the whole dump took at its peak.
 */
#include "profile/dump.h"
#include "bench/fresh.h"
#include "bench/topics.h"
#include "task/chan.h"
#include "task/task.h"
#include "task/time.h"
#include <stdio.h>
#include <sys/resource.h>

static void wait_at_gate(void *gate)
{
    chan_recv(gate, 0);
}

static struct chan *park(int64_t n)
{
    struct chan *gate = chan_make(struct {}, 0);
    for (int64_t i = 0; i < n; i++)
        go(wait_at_gate, gate);
    task_yield(); /* all of them park */
    return gate;
}

static void release(struct chan *gate)
{
    chan_close(gate);
    task_yield();
    chan_drop(gate);
}

static bool count_parked(const struct task_info *task, void *arg)
{
    *(int64_t *)arg += task->state == TASK_PARKED;
    return true;
}

static void walk(struct bench_state *s)
{
    int64_t n = bench_value(s), seen = 0;
    struct chan *gate = park(n);
    while (bench_loop_of(s, n))
        task_each(count_parked, &seen);
    release(gate);
    bench_expect(s, "tasks seen", seen, bench_done(s));
}

static void dump(struct bench_state *s, enum dump_format format)
{
    int64_t n = bench_value(s);
    FILE *out = fopen("/dev/null", "w");
    if (!out) {
        bench_skip(s, "can not open /dev/null");
        return;
    }
    struct chan *gate = park(n);
    int failed = 0;
    while (bench_loop_of(s, n))
        failed |= dump_write(&(struct dump){.format = format}, out);
    release(gate);
    fclose(out);
    bench_expect(s, "errors of the dump", failed, 0);
}

static void dump_summary(struct bench_state *s)
{
    dump(s, DUMP_SUMMARY);
}

static void dump_full(struct bench_state *s)
{
    dump(s, DUMP_FULL);
}

static void dump_json(struct bench_state *s)
{
    dump(s, DUMP_JSON);
}

static void dump_pprof(struct bench_state *s)
{
    dump(s, DUMP_PPROF);
}

static int64_t peak_bytes(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (int64_t)usage.ru_maxrss * 1024;
}

static void first_dump(int64_t n, void *format, struct measured *m)
{
    FILE *out = fopen("/dev/null", "w");
    if (!out) {
        snprintf(m->error, sizeof m->error, "can not open /dev/null");
        return;
    }
    struct chan *gate = park(n);
    int64_t peak = peak_bytes(), start = clock_now();
    int failed = dump_write(&(struct dump){.format = *(enum dump_format *)format}, out);
    m->seconds = (double)(clock_now() - start) / (double)SECOND;
    measured_add(m, "grown_bytes", (double)(peak_bytes() - peak));
    measured_expect(m, "tasks parked", (int64_t)task_count() - 1, n);
    measured_expect(m, "errors of the dump", failed, 0);
    release(gate);
    fclose(out);
}

static void register_first(void)
{
    static enum dump_format formats[] = {DUMP_TEXT, DUMP_SUMMARY, DUMP_JSON, DUMP_PPROF};
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        char name[64];
        snprintf(name, sizeof name, "micro/dump/first/%s", dump_format_name(formats[i]));
        bench_fresh(&(struct fresh){
            .name = name, .work = first_dump, .arg = &formats[i], .first = 1000, .last = 1000000});
    }
}

void register_dump(void)
{
    register_first();
    struct bench *all[] = {
        bench_task("micro/dump/walk", walk),        bench_task("micro/dump/summary", dump_summary),
        bench_task("micro/dump/full", dump_full),   bench_task("micro/dump/json", dump_json),
        bench_task("micro/dump/pprof", dump_pprof),
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        bench_range(all[i], 1000, 100000, 10);
}
