/* The meter around a running case: what it looks at and when, the page that both share, and how a look is written down. */
#include "test/loaded.h"

#include "load/child.h"
#include "load/lab.h"
#include "probe/heap.h"
#include "probe/outcome.h"
#include "record/record_json.h"
#include "task/defer.h"
#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* --- What one request does ------------------------------------------------------------------ */

/* Someone asks the case how it is while its requests pile up. */
static void asked_for_a_summary(struct ctx *request)
{
    static int number;
    int never; /* without it gcc takes its end for that of some_never_return(), which is the same */
    (void)request;
    enum { WARM_UP = 10, ASKED_AT = 30 };
    if (++number <= WARM_UP)
        return;
    if (number == WARM_UP + ASKED_AT)
        kill(getpid(), SIGUSR1);
    chan_recv(NULL, &never);
}

static const struct pair pairs[] = {
    {.id = "some", .entry = {some_never_return, some_never_return}},
    {.id = "asked", .entry = {asked_for_a_summary, asked_for_a_summary}},
};

static const struct pair *pair_called(const char *id)
{
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (!strcmp(pairs[i].id, id))
            return &pairs[i];
    return NULL;
}

/* --- The meter ------------------------------------------------------------------------------ */

enum { SUMMARY_SIZE = 4096 };

struct seen {
    size_t began, looked, ended, phase_ends[PHASES];
};

static void on_began(const struct outcome *outcome, void *arg)
{
    (void)outcome;
    ((struct seen *)arg)->began++;
}

/* As ps and top tell it. */
static void expect_child_called(const char *name)
{
    char path[64], comm[32];
    int pid;
    FILE *children = fopen("/proc/thread-self/children", "re");
    assert_non_null(children);
    assert_int_equal(fscanf(children, "%d", &pid), 1);
    fclose(children);
    snprintf(path, sizeof path, "/proc/%d/comm", pid);
    FILE *f = fopen(path, "re");
    assert_non_null(f);
    assert_int_equal(fscanf(f, "%31s", comm), 1);
    fclose(f);
    assert_string_equal(comm, name);
}

static void on_looked(const struct outcome *outcome, const struct sample *sample, void *arg)
{
    struct seen *seen = arg;
    if (sample->phase_ends) /* it stands still */
        expect_child_called(outcome->pair->id);
    assert_ptr_equal(sample, &outcome->samples[outcome->sample_count - 1]);
    seen->looked++;
    seen->phase_ends[sample->phase] += sample->phase_ends;
}

static void on_ended(const struct outcome *outcome, void *arg)
{
    assert_int_equal(outcome->ending.how, ENDED_WELL);
    ((struct seen *)arg)->ended++;
}

static void each_phase_is_looked_at_standing_still(void **state)
{
    (void)state;
    struct seen seen = {0};
    struct settings settings = settings_default(); /* the real clock */
    settings.baseline = 20 * MILLISECOND;
    settings.warm_up = 10;
    settings.requests = 100;
    settings.rate = 0;
    settings.looks_per_second = 100;
    struct outcome outcome = outcome_of(pair_called("some"), VARIANT_FIX, &settings);
    struct lab_plan plan = {.cases = &outcome,
                            .length = 1,
                            .at_once = 1,
                            .observer = {on_began, on_looked, on_ended, NULL, &seen}};
    assert_int_equal(lab_run(&plan), 0);
    assert_int_equal(seen.began, 1);
    assert_int_equal(seen.ended, 1);
    assert_int_equal(seen.looked, outcome.sample_count);
    assert_int_equal(seen.phase_ends[PHASE_BASELINE], 1);
    assert_int_equal(seen.phase_ends[PHASE_DRAIN], 1);
    assert_int_equal(seen.phase_ends[PHASE_SETTLE], 1);
    const struct sample *before = outcome_phase_end(&outcome, PHASE_BASELINE);
    const struct sample *after = outcome_phase_end(&outcome, PHASE_DRAIN);
    assert_int_equal(before->counts.tasks, 0);
    assert_int_equal(after->counts.tasks, 40);
    assert_int_equal(after->counts.waiting[WAIT_CHAN_RECEIVE_NIL], 40);
    assert_true(after->memory.exact && before->memory.exact);
    int64_t growth;
    assert_true(outcome_rss_growth(&outcome, &growth));
    assert_int_equal(growth, after->memory.rss - before->memory.rss);
    /* Forty parked tasks, each with a page of its own at the least. All that is resident may have grown by less: some
     * stacks were there before, and pages of files the kernel may have taken back. */
    assert_true(after->memory.mappings.stacks + after->memory.swapped >=
                40 * sysconf(_SC_PAGESIZE));
    outcome_free(&outcome);
}

static void on_heard(const char *said, size_t length, void *arg)
{
    char *heard = arg;
    assert_true(strlen(heard) + length < SUMMARY_SIZE);
    strncat(heard, said, length);
}

/* The summary comes while the case goes on; nothing that is counted changes. */
static void a_running_case_tells_on_signal_who_is_where(void **state)
{
    (void)state;
    char heard[SUMMARY_SIZE] = "";
    struct settings settings = virtually();
    settings.requests = 50;
    struct outcome outcome = outcome_of(pair_called("asked"), VARIANT_FIX, &settings);
    struct lab_plan plan = {.cases = &outcome,
                            .length = 1,
                            .at_once = 1,
                            .observer = {.heard = on_heard, .arg = heard}};
    assert_int_equal(lab_run(&plan), 0);
    assert_int_equal(outcome.ending.how, ENDED_WELL);
    if (!strstr(heard, "tasks parked in chan receive (nil chan) at harness/test/test_meter.c:"))
        fail_msg("%s", heard);
    assert_string_equal(outcome.ending.said, heard);
    assert_int_equal(outcome.gauges->progress.sent, 50);
    assert_int_equal(outcome_tasks_left(&outcome), 50);
    outcome_free(&outcome);
}

static void the_memory_of_a_process_is_seen_until_it_ends(void **state)
{
    (void)state;
    int hold[2];
    assert_int_equal(pipe(hold), 0);
    pid_t child = fork();
    if (child == 0) {
        char end;
        close(hold[1]);
        _exit(read(hold[0], &end, 1) != 0);
    }
    struct memory_watch watch;
    struct memory memory;
    assert_true(memory_watch_start(&watch, child));
    assert_true(memory_look(&watch, false, &memory));
    assert_false(memory.exact);
    const struct mappings *found = &memory.mappings; /* nothing without a walk */
    assert_true(found->stacks == -1 && found->heap == -1 && found->program == -1 &&
                found->files == -1 && found->shared == -1);
    assert_true(memory.charged == -1);
    assert_true(memory.rss > 0 && memory.anon > 0 && memory.page_tables > 0);
    assert_int_equal(memory.rss, memory.anon + memory.file + memory.shared);
    assert_true(memory_look(&watch, true, &memory));
    assert_true(memory.exact);
    close(hold[1]);
    siginfo_t zombie;
    assert_int_equal(waitid(P_PID, (id_t)child, &zombie, WEXITED | WNOWAIT), 0);
    assert_false(memory_look(&watch, false, &memory));
    assert_int_equal(memory.rss, -1);
    waitpid(child, NULL, 0);
    assert_false(memory_look(&watch, false, &memory));
    memory_watch_end(&watch);
    assert_false(memory_watch_start(&watch, child));
    close(hold[0]);
}

/* More than are asked about at a time; what is not mapped is none. */
static void resident_pages_are_counted(void **state)
{
    (void)state;
    enum { PAGES = 600 };
    static const int touched[] = {0, 255, 256, 511, 599};
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    char *area = mmap(NULL, (PAGES + 1) * page, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    assert_true(area != MAP_FAILED);
    madvise(area, PAGES * page, MADV_NOHUGEPAGE);
    assert_int_equal(memory_resident_between(area, area + PAGES * page), 0);
    for (size_t i = 0; i < 5; i++)
        area[(size_t)touched[i] * page] = 1;
    assert_int_equal(memory_resident_between(area, area + PAGES * page), 5 * page);
    assert_int_equal(memory_resident_between(area + 9, area + 511 * page + 1), 4 * page);
    assert_int_equal(memory_resident_between(area + page, area + 511 * page), 2 * page);
    assert_int_equal(memory_resident_between(area + 5, area + 6), page);
    assert_int_equal(memory_resident_between(area, area), 0);
    munmap(area, (PAGES + 1) * page);
    assert_int_equal(memory_resident_between(area, area + PAGES * page), 0);
}

static void the_heap_is_counted_to_the_byte(void **state)
{
    (void)state;
    if (!heap_is_known()) {
        assert_int_equal(heap_allocated(), -1);
        return;
    }
    int64_t before = heap_allocated();
    void *volatile held = malloc(1000);
    assert_int_equal(heap_allocated() - before, 1024); /* jemalloc's size class */
    free(held);
    assert_int_equal(heap_allocated(), before);
}

/* --- The shared block ----------------------------------------------------------------------- */

static void latencies_pass_through_the_ring_in_their_order(void **state)
{
    (void)state;
    static struct latencies ring;
    static const size_t parts[] = {0, 1, 511, LATENCY_RING, LATENCY_RING - 1, 3, LATENCY_RING / 2,
                                   0};
    struct latency *all = NULL;
    size_t length = 0, put = 0;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        for (size_t n = 0; n < parts[i]; n++, put++)
            assert_true(latencies_put(&ring, (struct latency){(int64_t)put, (int64_t)(put * put)}));
        assert_true(latencies_take(&ring, &all, &length));
        assert_int_equal(length, put);
    }
    for (size_t n = 0; n < length; n++) {
        assert_int_equal(all[n].late, n);
        assert_int_equal(all[n].service, n * n);
    }
    free(all);
}

static void a_full_ring_takes_no_more_and_loses_none(void **state)
{
    (void)state;
    static struct latencies ring;
    struct latency *all = NULL;
    size_t length = 0;
    for (int64_t n = 0; n < LATENCY_RING; n++)
        assert_true(latencies_put(&ring, (struct latency){n, 0}));
    assert_false(latencies_put(&ring, (struct latency){-1, 0}));
    assert_true(latencies_take(&ring, &all, &length));
    assert_int_equal(length, LATENCY_RING);
    assert_int_equal(all[LATENCY_RING - 1].late, LATENCY_RING - 1);
    assert_true(latencies_put(&ring, (struct latency){7, 0}));
    ring.written += 10 * LATENCY_RING; /* a case that has written nonsense over it */
    assert_true(latencies_take(&ring, &all, &length));
    assert_int_equal(length, LATENCY_RING);
    free(all);
}

static void a_block_that_is_none_is_refused(void **state)
{
    (void)state;
    int fd, ends[2];
    struct settings settings = virtually();
    struct gauges *g = gauges_make(&settings, &fd);
    g->settings.layout = GAUGES_LAYOUT + 1;
    assert_null(gauges_open(fd));
    assert_int_equal(errno, EPROTO);
    g->settings.layout = GAUGES_LAYOUT;
    gauges_free(g);
    assert_int_equal(ftruncate(fd, 100), 0);
    assert_null(gauges_open(fd));
    close(fd);
    assert_int_equal(pipe(ends), 0);
    assert_null(gauges_open(ends[0]));
    close(ends[0]);
    close(ends[1]);
}

/* --- The record's lines --------------------------------------------------------------------- */

static void a_record_takes_text_that_is_no_utf8(void **state)
{
    (void)state;
    struct settings settings = virtually();
    struct outcome outcome = outcome_of(&pairs[0], VARIANT_FIX, &settings);
    struct verdict verdict = {.kind = VERDICT_DIED, .words = "DIED: \xff\xfe"};
    outcome.ending = (struct case_ending){.how = ENDED_EXIT, .status = 3, .words = "\xc3("};
    json_t *line = record_json_end(4, &outcome, &verdict);
    assert_non_null(line);
    assert_string_equal(json_string_value(json_object_get(line, "ended")), "exit");
    assert_int_equal(json_integer_value(json_object_get(line, "status")), 3);
    assert_string_equal(json_string_value(json_object_get(line, "words")), "(not UTF-8)");
    assert_true(json_is_null(json_object_get(json_object_get(line, "counts"), "left")));
    json_decref(line);
}

static void a_sample_says_what_it_does_not_know(void **state)
{
    (void)state;
    const struct sample sample = {.phase = PHASE_LOAD,
                                  .counts.waiting = {[WAIT_SELECT] = 3},
                                  .heap = {-1, -1, -1, -1},
                                  .memory = {.rss = 4096, .anon = -1}};
    json_t *line = record_json_sample(2, &sample);
    assert_non_null(line);
    json_t *waiting = json_object_get(line, "waiting");
    assert_int_equal(json_object_size(waiting), 1);
    assert_int_equal(json_integer_value(json_object_get(waiting, "select")), 3);
    json_t *heap = json_object_get(line, "heap"), *memory = json_object_get(line, "memory");
    assert_true(json_is_null(json_object_get(heap, "allocated_bytes")));
    assert_true(json_is_null(json_object_get(memory, "anon_bytes")));
    assert_int_equal(json_integer_value(json_object_get(memory, "rss_bytes")), 4096);
    json_decref(line);
}

int main(int argc, char **argv)
{
    if (argc == 4 && !strcmp(argv[1], "case"))
        child_run(pair_called(argv[2]), strcmp(argv[3], "leak") ? VARIANT_FIX : VARIANT_LEAK);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_phase_is_looked_at_standing_still),
        cmocka_unit_test(a_running_case_tells_on_signal_who_is_where),
        cmocka_unit_test(the_memory_of_a_process_is_seen_until_it_ends),
        cmocka_unit_test(resident_pages_are_counted),
        cmocka_unit_test(the_heap_is_counted_to_the_byte),
        cmocka_unit_test(latencies_pass_through_the_ring_in_their_order),
        cmocka_unit_test(a_full_ring_takes_no_more_and_loses_none),
        cmocka_unit_test(a_block_that_is_none_is_refused),
        cmocka_unit_test(a_record_takes_text_that_is_no_utf8),
        cmocka_unit_test(a_sample_says_what_it_does_not_know),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
