/* What leaked tasks keep alive: what nobody else reaches, each once, and as many for each request. */
#include "test/judging.h"

#include "probe/kept.h"
#include "record/kept_json.h"
#include "task/chan.h"
#include <malloc.h>
#include <stdlib.h>

enum { JOB = 1000 };

struct job {
    struct chan *news;
    struct job *next;
    char text[JOB];
};

static struct job *known; /* by who is alive */

static void nothing(struct ctx *request)
{
    (void)request;
}

static void wait_in_vain(void *c)
{
    chan_recv(c, NULL);
}

static void leak_channel(struct ctx *request)
{
    (void)request;
    go(wait_in_vain, chan_make(int, 0));
}

/* Both wait for the same. */
static void leak_shared(struct ctx *request)
{
    struct chan *news = chan_make(int, 0);
    (void)request;
    go(wait_in_vain, news);
    go(wait_in_vain, chan_ref(news));
}

static void wait_with(void *arg)
{
    struct job *job = arg;
    chan_recv(job->news, NULL);
    job->text[0] = 1;
}

/* Two blocks: the one leads to the other. */
static void leak_job(struct ctx *request)
{
    struct job *job = calloc(1, sizeof *job);
    (void)request;
    job->news = chan_make(int, 0);
    job->next = calloc(1, sizeof *job);
    go(wait_with, job);
}

/* Its text is in a list of somebody's who is alive, too; the channel is not. */
struct named {
    struct chan *news;
    struct job *text;
};

static void wait_named(void *arg)
{
    struct named *named = arg;
    chan_recv(named->news, NULL);
    named->text->text[0] = 1;
}

static void leak_named(struct ctx *request)
{
    struct job *text = calloc(1, sizeof *text);
    struct named *named = calloc(1, sizeof *named);
    (void)request;
    text->next = known;
    known = text;
    named->text = text;
    named->news = chan_make(int, 0);
    go(wait_named, named);
}

/* Nobody reaches it, and no task is left: it is lost, and no task keeps it. */
static void lose(struct ctx *request)
{
    void *volatile hidden = malloc(JOB);
    (void)request;
    *(volatile char *)hidden = 1;
    hidden = NULL;
}

static const struct pair pairs[] = {
    {.id = "channel", .entry = {leak_channel, nothing}, ONE_RECEIVER},
    {.id = "shared", .entry = {leak_shared, nothing}, LEAVES(.parked = {[WAIT_CHAN_RECEIVE] = 2})},
    {.id = "job", .entry = {leak_job, nothing}, ONE_RECEIVER},
    {.id = "named", .entry = {leak_named, nothing}, ONE_RECEIVER},
    {.id = "lost", .entry = {lose, nothing}, LEAVES(.heap = JOB)},
};

static struct kept kept_by(const char *id, enum variant variant)
{
    struct outcome outcome = run_one(id, variant);
    struct kept kept = outcome.gauges->progress.kept;
    struct proven proven = outcome.gauges->progress.proven;
    outcome_free(&outcome); /* first: nothing behind a skip runs */
    if (proven.refused[0])
        support_skip("%s", proven.refused);
    return kept;
}

/* Of a request. */
static void expect_kept(const char *id, int64_t tasks, int64_t channels, int64_t blocks)
{
    struct kept kept = kept_by(id, VARIANT_LEAK);
    assert_int_equal(kept.requests, REQUESTS);
    assert_int_equal(kept.tasks, tasks * REQUESTS);
    assert_int_equal(kept.channels, channels * REQUESTS);
    assert_int_equal(kept.contexts, 0);
    assert_int_equal(kept.timers, 0);
    assert_int_equal(kept.blocks, blocks * REQUESTS);
    assert_int_equal(kept.heap % REQUESTS, 0);
    assert_true(kept.stacks >= 4096 * tasks * REQUESTS);
}

static void a_task_keeps_its_channel(void **state)
{
    (void)state;
    expect_kept("channel", 1, 1, 0);
}

static void what_two_keep_is_counted_once(void **state)
{
    (void)state;
    expect_kept("shared", 2, 1, 0);
}

static void what_they_lead_to_is_kept_too(void **state)
{
    (void)state;
    expect_kept("job", 1, 1, 2);
    struct kept with = kept_by("job", VARIANT_LEAK), without = kept_by("channel", VARIANT_LEAK);
    void *as_large = malloc(sizeof(struct job));
    int64_t size = (int64_t)malloc_usable_size(as_large);
    free(as_large);
    assert_int_equal(with.heap - without.heap, 2 * size * REQUESTS);
}

static void what_somebody_alive_reaches_is_not(void **state)
{
    (void)state;
    expect_kept("named", 1, 1, 1);
}

static void what_is_lost_is_kept_by_nobody(void **state)
{
    (void)state;
    char text[KEPT_TEXT];
    struct kept lost = kept_by("lost", VARIANT_LEAK), clean = kept_by("channel", VARIANT_FIX);
    assert_string_equal(kept_text(text, &lost), "");
    assert_int_equal(lost.heap, 0);
    assert_string_equal(kept_text(text, &clean), "");
    assert_int_equal(clean.heap, 0);
}

static void it_is_said_of_one_request(void **state)
{
    (void)state;
    char text[KEPT_TEXT];
    struct kept kept = {.requests = 10,
                        .tasks = 10,
                        .channels = 20,
                        .contexts = 10,
                        .blocks = 5,
                        .heap = 5120,
                        .stacks = 40960};
    assert_string_equal(kept_text(text, &kept),
                        "1 task, 2 channels, 1 context, 0.500 blocks, 4,608 bytes");
    kept.requests = 0;
    assert_string_equal(kept_text(text, &kept), "");
}

static void it_is_read_as_it_was_written(void **state)
{
    (void)state;
    struct taker taker = {{0}};
    const struct kept kept = {10, 10, 20, -1, 2, 5, 5120, 40960}, none = {0};
    json_t *json = kept_json(&kept), *null = kept_json(&none);
    struct kept again = kept_of_json(&taker, json), empty = kept_of_json(&taker, null);
    assert_memory_equal(&again, &kept, sizeof kept);
    assert_memory_equal(&empty, &none, sizeof none);
    assert_false(take_failed(&taker));
    json_object_set_new(json, "channels", json_string("many"));
    kept_of_json(&taker, json);
    assert_true(take_failed(&taker));
    json_decref(json);
    json_decref(null);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_task_keeps_its_channel),
        cmocka_unit_test(what_two_keep_is_counted_once),
        cmocka_unit_test(what_they_lead_to_is_kept_too),
        cmocka_unit_test(what_somebody_alive_reaches_is_not),
        cmocka_unit_test(what_is_lost_is_kept_by_nobody),
        cmocka_unit_test(it_is_said_of_one_request),
        cmocka_unit_test(it_is_read_as_it_was_written),
    };
    JUDGING_BEGIN(argc, argv);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
