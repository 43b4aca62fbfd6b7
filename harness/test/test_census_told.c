/* The census, where what it tells of is odd: what main() made, programs without lines, many stacks, calls that fail. */
#include "test/words.h"

#include "census/listing.h"
#include "census/verify_handles.h"
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

static uv_loop_t *loop;

static void close_now(void *handle)
{
    uv_close(handle, NULL);
    uv_run(loop, UV_RUN_NOWAIT);
}

struct found {
    uint32_t since;
    enum census_kind kind;
    size_t count, most; /* most: where it ends; 0: nowhere */
    struct census_entry last;
};

static bool find(const struct census_entry *entry, void *arg)
{
    struct found *found = arg;
    if (entry->mark < found->since || entry->kind != found->kind)
        return true;
    found->last = *entry;
    return ++found->count != found->most;
}

static struct found found_since(uint32_t since, enum census_kind kind, size_t most)
{
    struct found found = {.since = since, .kind = kind, .most = most};
    census_each(find, &found);
    return found;
}

static char *listed(const struct listing *listing)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    assert_true(listing_write(listing, out) >= 0);
    fclose(out);
    return text;
}

/* --- Who made it ------------------------------------------------------------------------------ */

static void what_main_made_is_told_up_to_main(void **state)
{
    (void)state;
    char *text = listed(&(struct listing){.since = 0, .loop = loop});
    expect_match(text, "^1 timer handle, stopped$\n^    made at "
                       "harness/test/test_census_told.c:[0-9]+ in main$\n*$");
    expect_no_words(text, "called");
    free(text);
}

static void forms_have_names(void **state)
{
    (void)state;
    assert_string_equal(listing_format_name(LISTING_SUMMARY), "summary");
    for (int form = 0; form < LISTING_FORMATS; form++)
        assert_int_equal(listing_format_called(listing_format_name((enum listing_format)form)),
                         form);
    assert_int_equal(listing_format_called("html"), LISTING_FORMATS);
}

enum { DEPTH = 6, STACKS = 1 << (2 * DEPTH - 2) };
static uv_timer_t timers[STACKS];

typedef void step(int way, int depth);
static step *const steps[4];
static volatile int last; /* keeps them apart: no two are the same function */

/* Two bits of `way` a call: each way is a stack of its own. */
#define STEP(n)                                                                                    \
    __attribute__((noinline)) static void step_##n(int way, int depth)                             \
    {                                                                                              \
        if (depth == DEPTH)                                                                        \
            uv_timer_init(loop, &timers[way]);                                                     \
        else                                                                                       \
            steps[way >> (2 * depth) & 3](way, depth + 1);                                         \
        last = n;                                                                                  \
    }
STEP(0)
STEP(1)
STEP(2)
STEP(3)
static step *const steps[4] = {step_0, step_1, step_2, step_3};

struct seen_stacks {
    uint32_t since;
    const void *frames[STACKS][DEPTH];
    bool seen[1 << 16];
    size_t distinct;
};

static bool see(const struct census_entry *entry, void *arg)
{
    struct seen_stacks *s = arg;
    size_t way = (size_t)((const uv_timer_t *)entry->object - timers);
    if (entry->kind != CENSUS_HANDLE || entry->mark < s->since || way >= STACKS)
        return true;
    assert_in_range(entry->stack, 1, sizeof s->seen - 1);
    s->distinct += !s->seen[entry->stack];
    s->seen[entry->stack] = true;
    assert_true(entry->depth > DEPTH);
    for (int i = 0; i < DEPTH; i++) {
        if (s->frames[way][i]) /* it is what it was */
            assert_ptr_equal(s->frames[way][i], entry->frames[i]);
        s->frames[way][i] = entry->frames[i];
    }
    return true;
}

static void each_way_has_its_stack_however_many_there_are(void **state)
{
    (void)state;
    static struct seen_stacks seen;
    seen.since = census_mark();
    uint32_t since = 0;
    for (int i = 0; i <= STACKS; i++) {
        int way = i % STACKS;
        if (i == STACKS) { /* the first once more: its stack is known */
            close_now(&timers[0]);
            since = census_mark();
        }
        step_0(way, 0);
        if (way == STACKS / 8)
            census_each(see, &seen);
    }
    seen.distinct = 0;
    memset(seen.seen, 0, sizeof seen.seen);
    census_each(see, &seen);
    assert_int_equal(seen.distinct, STACKS);
    assert_true(seen.seen[found_since(since, CENSUS_HANDLE, 0).last.stack]);
    for (int way = 0; way < STACKS; way++)
        uv_close((uv_handle_t *)&timers[way], NULL);
    char *text = listed(&(struct listing){.since = seen.since, .loop = loop});
    expect_words(text, "\n1 timer handle, closing\n");
    free(text);
    uv_run(loop, UV_RUN_NOWAIT);
    assert_int_equal(found_since(seen.since, CENSUS_HANDLE, 0).count, 0);
}

/* --- Descriptors ------------------------------------------------------------------------------ */

static void a_descriptor_is_told_by_what_it_is(void **state)
{
    (void)state;
    uint32_t since = census_mark();
    static const char *const kinds[] = {"file", "folder", "device", "event"};
    int from[] = {open("/proc/self/exe", O_RDONLY | O_CLOEXEC), open("/", O_RDONLY | O_CLOEXEC),
                  open("/dev/null", O_RDONLY | O_CLOEXEC), epoll_create1(EPOLL_CLOEXEC)};
    int made[4];
    for (int i = 0; i < 4; i++) {
        made[i] = dup(from[i]);
        struct found found = found_since(since, CENSUS_DESCRIPTOR, 0);
        assert_int_equal(found.count, i + 1);
        assert_string_equal(found.last.descriptor, kinds[i]);
    }
    assert_int_equal(found_since(since, CENSUS_DESCRIPTOR, 2).count, 2); /* and no more */
    for (int i = 0; i < 4; i++) {
        close(made[i]);
        close(from[i]);
    }
    assert_int_equal(found_since(since, CENSUS_DESCRIPTOR, 0).count, 0);
}

static void connection_pair(uv_tcp_t ends[2])
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    int listens = socket(AF_INET, SOCK_STREAM, 0), connects = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(listens, (struct sockaddr *)&at, size), 0);
    assert_int_equal(listen(listens, 1), 0);
    assert_int_equal(getsockname(listens, (struct sockaddr *)&at, &size), 0);
    assert_int_equal(connect(connects, (struct sockaddr *)&at, size), 0);
    int accepted = accept(listens, NULL, NULL);
    close(listens);
    uv_tcp_init(loop, &ends[0]);
    uv_tcp_init(loop, &ends[1]);
    assert_int_equal(uv_tcp_open(&ends[0], connects), 0);
    assert_int_equal(uv_tcp_open(&ends[1], accepted), 0);
}

static void on_shut_down(uv_shutdown_t *request, int status)
{
    (void)request, (void)status;
}

/* One that is not done, since the other side is still to be told, leaves it open. */
static void a_reset_closes_or_it_does_not(void **state)
{
    (void)state;
    uv_tcp_t ends[2];
    uv_shutdown_t request;
    uint32_t since = census_mark();
    connection_pair(ends);
    assert_int_equal(uv_shutdown(&request, (uv_stream_t *)&ends[0], on_shut_down), 0);
    assert_int_equal(uv_tcp_close_reset(&ends[0], NULL), UV_EINVAL);
    struct found found = found_since(since, CENSUS_HANDLE, 0);
    assert_int_equal(found.count, 2);
    assert_false(found.last.closing);
    found = found_since(since, CENSUS_HANDLE, 1);
    assert_false(found.last.closing);
    assert_int_equal(uv_tcp_close_reset(&ends[1], NULL), 0);
    assert_true(found_since(since, CENSUS_HANDLE, 0).last.closing !=
                found_since(since, CENSUS_HANDLE, 1).last.closing);
    uv_run(loop, UV_RUN_NOWAIT);
    found = found_since(since, CENSUS_HANDLE, 0);
    assert_int_equal(found.count, 1);
    assert_ptr_equal(found.last.object, &ends[0]);
    close_now(&ends[0]);
    assert_int_equal(found_since(since, CENSUS_HANDLE, 0).count, 0);
    assert_int_equal(found_since(since, CENSUS_DESCRIPTOR, 0).count, 0);
}

/* --- Threads ---------------------------------------------------------------------------------- */

static sem_t go_on;

static void *wait_for_word(void *unused)
{
    (void)unused;
    sem_wait(&go_on);
    return NULL;
}

static void a_thread_may_be_detached_from_the_beginning(void **state)
{
    (void)state;
    uint32_t since = census_mark();
    uint64_t threads = census_counts.threads;
    pthread_t id;
    pthread_attr_t attributes;
    sem_init(&go_on, 0, 0);
    pthread_attr_init(&attributes);
    assert_int_equal(pthread_create(&id, &attributes, wait_for_word, NULL), 0);
    assert_false(found_since(since, CENSUS_THREAD, 0).last.detached);
    sem_post(&go_on);
    pthread_join(id, NULL);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    assert_int_equal(pthread_create(&id, &attributes, wait_for_word, NULL), 0);
    struct found found = found_since(since, CENSUS_THREAD, 0);
    assert_int_equal(found.count, 1);
    assert_true(found.last.detached);
    sem_post(&go_on);
    while (__atomic_load_n(&census_counts.threads, __ATOMIC_ACQUIRE) != threads)
        sched_yield();
    assert_int_equal(found_since(since, CENSUS_THREAD, 0).count, 0);
    pthread_attr_destroy(&attributes);
}

static void a_thread_that_can_not_be_made_is_none(void **state)
{
    (void)state;
    uint32_t since = census_mark();
    uint64_t threads = census_counts.threads;
    pthread_t id;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    assert_int_equal(pthread_attr_setstacksize(&attributes, (size_t)1 << 50), 0);
    assert_int_not_equal(pthread_create(&id, &attributes, wait_for_word, NULL), 0);
    pthread_attr_destroy(&attributes);
    assert_int_equal(census_counts.threads, threads);
    assert_int_equal(found_since(since, CENSUS_THREAD, 0).count, 0);
}

static int ran;

static void run_once(void *unused)
{
    (void)unused;
    ran++;
}

/* As a program does that begins its census late. */
static int run_threads_before(void)
{
    uv_thread_t id;
    uv_thread_options_t options = {.flags = UV_THREAD_NO_FLAGS};
    return uv_thread_create(&id, run_once, NULL) || uv_thread_join(&id) ||
           uv_thread_create_ex(&id, &options, run_once, NULL) || uv_thread_join(&id);
}

static void threads_from_before_it_began_ran_as_ever(void **state)
{
    (void)state;
    assert_int_equal(ran, 2);
}

/* --- The assertion ---------------------------------------------------------------------------- */

static void what_is_left_is_told_of_any_loop(void **state)
{
    (void)state;
    uv_timer_t timer;
    struct handles_verify before = handles_verify_begin(NULL);
    assert_null(handles_verify_none(&before));
    uv_timer_init(loop, &timer);
    char *left = handles_verify_none(&before);
    expect_words(left, "1 timer handle, stopped\n");
    free(left);
    close_now(&timer);
    assert_null(handles_verify_none(&before));
}

/* Of a library that was not linked with the census. */
static void requests_that_nobody_knows_are_counted(void **state)
{
    (void)state;
    struct handles_verify before = handles_verify_begin(loop);
    loop->active_reqs.count++;
    char *left = handles_verify_none(&before);
    expect_match(left, "^1 more request in flight, made by nobody that is known$");
    free(left);
    loop->active_reqs.count++;
    left = handles_verify_none(&before);
    expect_match(left, "^2 more requests in flight, made by nobody that is known$");
    free(left);
    loop->active_reqs.count -= 2;
    assert_null(handles_verify_none(&before));
}

/* --- Without lines ---------------------------------------------------------------------------- */

void made_by_a_name(uv_timer_t *timer);
__attribute__((noinline)) void made_by_a_name(uv_timer_t *timer)
{
    uv_timer_init(loop, timer);
    ran++;
}

__attribute__((noinline)) static void made_by_none(uv_timer_t *timer)
{
    uv_timer_init(loop, timer);
    ran++;
}

/* What a program does that was stripped: it closes twice what one of them made. */
static int be_stripped(void)
{
    static uv_timer_t named, unnamed;
    made_by_a_name(&named);
    made_by_none(&unnamed);
    if (listing_write(&(struct listing){.loop = loop}, stderr) < 0)
        return 1;
    uv_close((uv_handle_t *)&unnamed, NULL);
    uv_close((uv_handle_t *)&unnamed, NULL);
    return 2; /* libuv has stopped it */
}

static void of_a_stripped_program_modules_and_offsets_are_told(void **state)
{
    (void)state;
    words_need("command -v strip", "strip (binutils)");
    if (support_is_instrumented())
        support_skip("the checkers do not run what was stripped");
    char *said = words_of("f=$(mktemp /tmp/tmp.XXXXXX) && strip -o $f /proc/$PPID/exe && chmod +x "
                          "$f && $f as-stripped 2>&1; "
                          "s=$?; rm -f $f; [ $s -eq 134 ]",
                          0);
    expect_match(said, "^    made in made_by_a_name$");
    expect_match(said, "^    made at /tmp/tmp.*\\+0x[0-9a-f]+$");
    expect_match(said, "^    closed again at /tmp/tmp.*\\+0x[0-9a-f]+$");
    free(said);
}

int main(int argc, char **argv)
{
    static uv_timer_t timer;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_main_made_is_told_up_to_main),
        cmocka_unit_test(forms_have_names),
        cmocka_unit_test(each_way_has_its_stack_however_many_there_are),
        cmocka_unit_test(a_descriptor_is_told_by_what_it_is),
        cmocka_unit_test(a_reset_closes_or_it_does_not),
        cmocka_unit_test(a_thread_may_be_detached_from_the_beginning),
        cmocka_unit_test(a_thread_that_can_not_be_made_is_none),
        cmocka_unit_test(threads_from_before_it_began_ran_as_ever),
        cmocka_unit_test(what_is_left_is_told_of_any_loop),
        cmocka_unit_test(requests_that_nobody_knows_are_counted),
        cmocka_unit_test(of_a_stripped_program_modules_and_offsets_are_told),
    };
    loop = uv_default_loop();
    if (run_threads_before())
        return 1;
    census_start();
    if (argc == 2 && !strcmp(argv[1], "as-stripped"))
        return be_stripped();
    uv_timer_init(loop, &timer);
    return cmocka_run_group_tests_name("census_told", tests, NULL, NULL);
}
