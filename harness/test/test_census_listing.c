/* The census in each of its forms, whole: of handles, requests and descriptors that are made here. */
#include "test/golden.h"
#include "test/words.h"

#include "census/census.h"
#include "census/closable.h"
#include "census/listing.h"
#include "proof/cause.h"
#include <pthread.h>
#include <semaphore.h>
#include <sys/socket.h>
#include <unistd.h>

static uv_loop_t loop;
static uv_timer_t timers[5];
static uv_async_t async;
static uv_pipe_t stream;
static uv_write_t writes[2];
static int ends[2], pair[2];

/* Its lines have the numbers of no other file's, so that this one may change. */
#line 100 "harness/test/made_here.c"
__attribute__((noinline)) static void make_timers(int from, int to)
{
    for (int i = from; i < to; i++) {
        uv_timer_init(&loop, &timers[i]);
        loop.time += 1500; /* milliseconds */
    }
}

static void on_time(uv_timer_t *timer)
{
    (void)timer;
}

__attribute__((noinline)) static void make_all(void)
{
    uv_async_init(&loop, &async, NULL);
    make_timers(0, 4);
    make_timers(4, 5);
    uv_timer_start(&timers[0], on_time, 5, 0);
    uv_timer_start(&timers[1], on_time, 5, 0);
    uv_unref((uv_handle_t *)&timers[1]);
    uv_pipe_init(&loop, &stream, 0);
    if (pipe(ends) != 0 || socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0)
        fail();
    uv_pipe_open(&stream, pair[0]);
}

/* Until it does not fit into the socket any more: what is left waits. */
__attribute__((noinline)) static void write_much(void)
{
    static char bytes[1 << 20];
    uv_buf_t buffer = uv_buf_init(bytes, sizeof bytes);
    uv_write(&writes[0], (uv_stream_t *)&stream, &buffer, 1, NULL);
    buffer.len = 1000;
    uv_write(&writes[1], (uv_stream_t *)&stream, &buffer, 1, NULL);
}
#line 61 "harness/test/test_census_listing.c"

/* What a clock tells, and how many bytes a socket takes, is chance: 0. */
static void mask(char *text)
{
    static const char *const words[] = {"_ms\":", "\"time\":", "\"queued_bytes\":", NULL};
    for (const char *const *word = words; *word; word++)
        for (char *at = text; (at = strstr(at, *word));) {
            at += strlen(*word);
            size_t digits = strspn(at, "0123456789");
            *at = '0';
            memmove(at + 1, at + digits, strlen(at + digits) + 1);
        }
    for (char *at = text; (at = strstr(at, "the first 0.00"));) {
        at += strlen("the first 0.00");
        *at = '0';
    }
}

static void every_form(void **state)
{
    (void)state;
    static const enum listing_format formats[] = {LISTING_SUMMARY, LISTING_JSON, LISTING_FOLDED,
                                                  LISTING_SVG};
    char *text, *all;
    size_t size, all_size;
    FILE *said = open_memstream(&all, &all_size);
    uint32_t since = census_mark();
    uv_loop_init(&loop);
    loop.time = 1000;
    make_all();
    for (int subject = 0; subject < 2; subject++)
        for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
            struct listing listing = {.format = formats[i],
                                      .since = since,
                                      .loop = &loop,
                                      .except = (uv_handle_t *)&async,
                                      .callers = "harness/test/test_census"};
            if (subject) {
                listing.subject = "a subject";
                listing.served = 12;
            }
            FILE *out = open_memstream(&text, &size);
            assert_int_equal(listing_write(&listing, out), 10);
            fclose(out);
            mask(text);
            fprintf(said, "=== %s%s\n%s", listing_format_name(formats[i]),
                    subject ? ", of a subject" : "", text);
            free(text);
        }
    write_much();
    FILE *out = open_memstream(&text, &size);
    struct listing listing = {.since = since, .loop = &loop, .callers = "harness/test/test_census"};
    struct listing_counts counts;
    assert_int_equal(listing_write(&listing, out), 13);
    fclose(out);
    expect_match(text, "^7 handles, 2 requests in flight, 4 descriptors and 0 threads are open$");
    free(text);
    assert_true(listing_count(&listing, &counts));
    assert_int_equal(counts.of_kind[CENSUS_HANDLE], 7);
    assert_int_equal(counts.of_kind[CENSUS_REQUEST], 2);
    assert_int_equal(counts.of_kind[CENSUS_DESCRIPTOR], 4);
    assert_int_equal(counts.of_kind[CENSUS_THREAD], 0);
    assert_int_equal(counts.of_type[UV_TIMER], 5);
    assert_int_equal(counts.of_type[UV_NAMED_PIPE], 1);
    assert_int_equal(counts.of_type[UV_ASYNC], 1);
    assert_int_equal(counts.queued, stream.write_queue_size);
    fclose(said);
    expect_golden("census.txt", all);
    free(all);
}

/* --- Where a thread stands --------------------------------------------------------------------------- */

static sem_t begun, go_on;

static void *wait_for_word(void *unused)
{
    (void)unused;
    sem_post(&begun);
    sem_wait(&go_on);
    return NULL;
}

/* pprof packs its texts; test_profile_pprof reads such a profile whole. The words are looked for in all of it: none of them is in
 * the name of a function here. */
static void a_profile_says_where_one_waits(void **state)
{
    (void)state;
    pthread_t id;
    char path[] = "/tmp/leaklab-census-XXXXXX", command[64];
    uint32_t since = census_mark();
    sem_init(&begun, 0, 0);
    sem_init(&go_on, 0, 0);
    assert_int_equal(pthread_create(&id, NULL, wait_for_word, NULL), 0);
    sem_wait(&begun); /* one that has not begun stands nowhere yet */
    FILE *out = fdopen(mkstemp(path), "w");
    struct listing listing = {.format = LISTING_PPROF, .since = since};
    assert_int_equal(listing_write(&listing, out), 1);
    fclose(out);
    sem_post(&go_on);
    pthread_join(id, NULL);
    snprintf(command, sizeof command, "zcat %s | tr -cs 'a-z' '\\n' | sort -u", path);
    char *words = words_of(command, 0);
    expect_match(words, "^kind$");
    expect_match(words, "^thread$");
    expect_match(words, "^state$");
    expect_match(words, "^running$");
    expect_match(words, "^stands$");
    free(words);
    unlink(path);
}

/* --- What is proven ---------------------------------------------------------------------------------- */

int static_word;

static void verdicts_have_words(void **state)
{
    (void)state;
    static uv_handle_t one, active;
    static const struct {
        bool is_thread;
        uint64_t count;
        enum plain_verdict verdict;
        uint64_t cause;
        const char *word, *said;
    } all[] = {
        {false, 1, PLAIN_PROVEN, 0, "proven", "proven: nobody can close it, but by uv_walk()"},
        {false, 2, PLAIN_PROVEN, 0, "proven", "proven: nobody can close them, but by uv_walk()"},
        {false, 1, PLAIN_LIVE, 0, "live", "live: the loop may call back with it"},
        {false, 2, PLAIN_LIVE, 0, "live", "live: the loop may call back with them"},
        {false, 1, PLAIN_UNKNOWN, 0, "unknown",
         "not known who can close it: in no block of the heap"},
        {false, 2, PLAIN_UNKNOWN, 0, "unknown",
         "not known who can close them: in no block of the heap"},
        {true, 1, PLAIN_PROVEN, 0, "proven",
         "proven: nobody can wake it: what it waits for is reached from nowhere else"},
        {true, 2, PLAIN_PROVEN, 0, "proven",
         "proven: nobody can wake them: what they wait for is reached from nowhere else"},
        {true, 1, PLAIN_UNKNOWN, 0, "unknown",
         "not known whether anybody wakes it: it waits for no word of memory"},
        {true, 2, PLAIN_UNKNOWN, 0, "unknown",
         "not known whether anybody wakes them: they wait for no word of memory"},
        {false, 1, PLAIN_REACHABLE, CAUSE_IO, "reachable",
         "live: reachable from a request in flight"},
        {false, 2, PLAIN_REACHABLE, CAUSE_HANDLE, "reachable",
         "live: reachable from the loop (the first of them)"},
        {true, 1, PLAIN_REACHABLE, CAUSE_THREAD, "reachable",
         "what it waits for is reachable from a thread's stack, or its own data"},
        {true, 2, PLAIN_REACHABLE, CAUSE_MAPPED, "reachable",
         "what it waits for is reachable from memory that the program has mapped for itself (the "
         "first of them)"},
        {false, 1, PLAIN_REACHABLE, CAUSE_PROGRAM, "reachable",
         "live: reachable from the stack of the thread that asks"},
        {false, 1, PLAIN_REACHABLE, CAUSE_KEPT, "reachable", "live: reachable from task_keep()"},
        {false, 1, PLAIN_REACHABLE, CAUSE_UNKNOWN, "reachable",
         "live: reachable from what is live"},
        {false, 1, PLAIN_REACHABLE, (uintptr_t)&active, "reachable",
         "live: reachable from an active timer handle"},
        {false, 1, PLAIN_REACHABLE, (uintptr_t)&static_word, "reachable",
         "live: reachable from static data static_word+0x0"},
    };
    struct plain_thing things[] = {{.handle = &one, .type = UV_IDLE, .verdict = PLAIN_PROVEN},
                                   {.handle = &active, .type = UV_TIMER, .verdict = PLAIN_LIVE}};
    struct closable closable = {.question = {.things = things, .things_length = 2}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        char said[768];
        struct plain_thing thing = {.handle = all[i].is_thread ? NULL : &one,
                                    .verdict = all[i].verdict,
                                    .cause = all[i].cause};
        closable_say(&closable, &thing, all[i].count, said, sizeof said);
        assert_string_equal(said, all[i].said);
        assert_string_equal(closable_word(&thing), all[i].word);
    }
    char said[768] = "something";
    closable_say(&closable, NULL, 1, said, sizeof said);
    assert_string_equal(said, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_form),
        cmocka_unit_test(a_profile_says_where_one_waits),
        cmocka_unit_test(verdicts_have_words),
    };
    census_start();
    return cmocka_run_group_tests_name("census: listing", tests, NULL, NULL);
}
