/* The proof of plain C: which handles nobody can close; and above all where a pointer may lie that somebody has, so that
 * nothing is proven. */
#include "test/plain_proof.h"

/* --- Proven -------------------------------------------------------------------------------------------------- */

STEP void lose_one(void *unused)
{
    (void)unused;
    struct session *session = make();
    uv_timer_start(&session->timer, ring, 1000, 0);
    uv_timer_stop(&session->timer);
}

static void a_stopped_timer_that_nobody_has_is_proven(void **state)
{
    (void)state;
    deeply(lose_one, NULL);
    expect_proven();
}

STEP void lose_two_of_each_other(void *unused)
{
    (void)unused;
    struct session *one = make(), *other = make();
    one->next = other;
    other->next = one;
}

static void two_that_have_nobody_but_each_other_are_proven(void **state)
{
    (void)state;
    deeply(lose_two_of_each_other, NULL);
    expect_proven();
}

/* --- Where a pointer may lie --------------------------------------------------------------------------------- */

static struct session *volatile global;

STEP void keep_in_static_data(void *unused)
{
    (void)unused;
    global = make();
}

static void in_static_data(void **state)
{
    (void)state;
    deeply(keep_in_static_data, NULL);
    expect_reachable(REACHABLE "static data global");
    global = NULL;
    expect_proven();
}

static void on_the_stack(void **state)
{
    (void)state;
    struct session *volatile session = make();
    expect_reachable(REACHABLE);
    assert_non_null(session);
}

/* It lies there itself. */
static void itself_in_static_data(void **state)
{
    (void)state;
    static uv_timer_t timer;
    uv_timer_init(loop, &timer);
    expect_reachable(REACHABLE "static data (itself_in_static_data.)?timer");
}

static void itself_on_the_stack(void **state)
{
    (void)state;
    uv_timer_t timer;
    uv_timer_init(loop, &timer);
    timer.data = NULL;
    expect_reachable("not known who can close it");
    uv_close((uv_handle_t *)&timer, NULL);
    uv_run(loop, UV_RUN_DEFAULT);
}

/* To the middle of the block, and no pointer to the handle nor to the block's start. */
static char *volatile middle;

STEP void keep_the_middle(void *unused)
{
    (void)unused;
    middle = (char *)&make()->more + 3;
}

static void by_its_middle(void **state)
{
    (void)state;
    deeply(keep_the_middle, NULL);
    expect_reachable(REACHABLE "static data middle");
    middle = NULL;
}

static _Thread_local struct session *volatile own;

STEP void keep_in_thread_data(void *unused)
{
    (void)unused;
    own = make();
}

static void in_thread_local_data(void **state)
{
    (void)state;
    deeply(keep_in_thread_data, NULL);
    expect_reachable(REACHABLE);
    own = NULL;
}

STEP void keep_under_a_key(void *key)
{
    pthread_setspecific(*(pthread_key_t *)key, make());
}

static void under_a_key(void **state)
{
    (void)state;
    pthread_key_t key;
    pthread_key_create(&key, NULL);
    deeply(keep_under_a_key, &key);
    expect_reachable(REACHABLE);
    pthread_setspecific(key, NULL); /* else its place in the record keeps it */
    pthread_key_delete(key);
}

STEP void keep_mapped(void *page)
{
    *(void **)page = make();
}

static void in_memory_that_is_mapped(void **state)
{
    (void)state;
    void **page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    deeply(keep_mapped, page);
    expect_reachable(REACHABLE "memory that the program has mapped");
    munmap(page, 4096);
}

STEP void keep_by_the_loop(void *unused)
{
    (void)unused;
    loop->data = make();
}

static void as_the_loop_s_data(void **state)
{
    (void)state;
    deeply(keep_by_the_loop, NULL);
    expect_reachable(REACHABLE);
    loop->data = NULL;
}

/* The other loop is known by the census, and so is taken apart, too. Nobody has it: who will run it is not asked. */
STEP void keep_by_another_loop(void *unused)
{
    (void)unused;
    struct {
        uv_loop_t loop;
        uv_timer_t timer;
    } *other = calloc(1, sizeof *other);
    uv_loop_init(&other->loop);
    uv_timer_init(&other->loop, &other->timer);
    other->loop.data = make();
}

static void as_another_loop_s_data(void **state)
{
    (void)state;
    deeply(keep_by_another_loop, NULL);
    char *text = listed();
    expect_no_words(text, "proven");
    free(text);
}

/* --- By what the loop calls back with ------------------------------------------------------------------------ */

STEP void keep_by_an_active_handle(void *unused)
{
    (void)unused;
    struct session *active = make();
    active->next = make();
    uv_timer_start(&active->timer, ring, 1000000, 0);
}

static void by_an_active_handle(void **state)
{
    (void)state;
    deeply(keep_by_an_active_handle, NULL);
    char *text = listed();
    expect_words(text, "live: the loop may call back with it");
    expect_words(text, "live: reachable from an active timer handle");
    expect_no_words(text, "proven");
    free(text);
}

/* By two blocks more, and by the data alone. */
STEP void keep_by_the_data_of_another(void *unused)
{
    (void)unused;
    struct session *active = make(), **between = calloc(1, 3000);
    *between = make();
    active->timer.data = between;
    uv_timer_start(&active->timer, ring, 1000000, 0);
}

static void free_what_is_between(uv_handle_t *handle, void *unused)
{
    (void)unused;
    if (uv_is_active(handle)) {
        free(handle->data);
        handle->data = (char *)handle - offsetof(struct session, timer);
    }
}

static void by_the_data_of_an_active_handle(void **state)
{
    (void)state;
    deeply(keep_by_the_data_of_another, NULL);
    char *text = listed();
    expect_words(text, "live: reachable from an active timer handle");
    expect_no_words(text, "proven");
    free(text);
    uv_walk(loop, free_what_is_between, NULL);
}

static void on_work(uv_work_t *work)
{
    (void)work;
}

static void on_worked(uv_work_t *work, int status)
{
    (void)status;
    free(work);
}

STEP void keep_by_a_request(void *unused)
{
    (void)unused;
    uv_work_t *work = calloc(1, sizeof *work);
    work->data = make();
    uv_queue_work(loop, work, on_work, on_worked);
}

static void by_a_request_in_flight(void **state)
{
    (void)state;
    deeply(keep_by_a_request, NULL);
    expect_reachable(REACHABLE "a request in flight");
    uv_run(loop, UV_RUN_DEFAULT);
}

static void on_async(uv_async_t *async)
{
    (void)async;
}

STEP void keep_by_an_async(void *unused)
{
    (void)unused;
    uv_async_t *async = calloc(1, sizeof *async);
    uv_async_init(loop, async, on_async);
    async->data = async;
    *(void **)&async->u.reserved[1] = make();
}

/* Any thread may send. */
static void by_an_async(void **state)
{
    (void)state;
    deeply(keep_by_an_async, NULL);
    char *text = listed();
    expect_words(text, "live: reachable from an active async handle");
    expect_no_words(text, "proven");
    free(text);
}

/* --- Other threads ------------------------------------------------------------------------------------------- */

static atomic_int told;      /* 1: it has it; 2: it may end */
static sem_t holder_may_end; /* in static data: so the thread is one that somebody may wake */

STEP void hold_it(void)
{
    struct session *volatile held = make();
    atomic_store(&told, 1);
    sem_wait(&holder_may_end);
    memset((void *)&held, 0, sizeof held);
}

static void *hold(void *unused)
{
    hold_it();
    return unused;
}

static void on_another_thread_s_stack(void **state)
{
    (void)state;
    pthread_t thread;
    atomic_store(&told, 0);
    sem_init(&holder_may_end, 0, 0);
    pthread_create(&thread, NULL, hold, NULL);
    while (!atomic_load(&told))
        sched_yield();
    char *text = listed();
    expect_words(text, "live: reachable from a thread's stack, or its own data");
    expect_no_words(text, "proven");
    free(text);
    sem_post(&holder_may_end);
    pthread_join(thread, NULL);
}

#if defined(__x86_64__)
/* In a register alone, and in its upper half: the loop has no memory of its own. */
static void *hold_in_a_register(void *unused)
{
    struct session *session = make();
    atomic_int *at = &told;
    __asm__ volatile("movl $1, (%1)\n"
                     "1: pause\n"
                     "cmpl $2, (%1)\n"
                     "jne 1b\n"
                     : "+r"(session)
                     : "r"(at)
                     : "memory", "cc");
    return unused;
}

static void in_another_thread_s_register(void **state)
{
    (void)state;
    pthread_t thread;
    atomic_store(&told, 0);
    pthread_create(&thread, NULL, hold_in_a_register, NULL);
    while (!atomic_load(&told))
        sched_yield();
    char *text = listed();
    expect_words(text, "live: reachable from a thread's stack, or its own data");
    expect_no_words(text, "proven");
    free(text);
    atomic_store(&told, 2);
    pthread_join(thread, NULL);
}
#else
static void in_another_thread_s_register(void **state)
{
    (void)state;
    skip();
}
#endif

/* --- What is not asked --------------------------------------------------------------------------------------- */

STEP void free_an_open_one(void *unused)
{
    (void)unused;
    struct session *session = make();
    memset(&session->timer, 0xDB, sizeof session->timer);
}

static void a_list_that_is_broken_is_told(void **state)
{
    (void)state;
    uv_loop_t *before = loop;
    static uv_loop_t broken;
    uv_loop_init(&broken);
    loop = &broken;
    deeply(lose_one, NULL);
    deeply(free_an_open_one, NULL);
    char *text = listed();
    expect_words(text, "nothing is proven: a loop's list of handles is broken");
    expect_words(text, "1 timer handle, freed without uv_close()");
    free(text);
    loop = before;
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup(name, clean)
    const struct CMUnitTest tests[] = {
        CASE(a_stopped_timer_that_nobody_has_is_proven),
        CASE(two_that_have_nobody_but_each_other_are_proven),
        CASE(in_static_data),
        CASE(on_the_stack),
        CASE(itself_in_static_data),
        CASE(itself_on_the_stack),
        CASE(by_its_middle),
        CASE(in_thread_local_data),
        CASE(under_a_key),
        CASE(in_memory_that_is_mapped),
        CASE(as_the_loop_s_data),
        CASE(as_another_loop_s_data),
        CASE(by_an_active_handle),
        CASE(by_the_data_of_an_active_handle),
        CASE(by_a_request_in_flight),
        CASE(by_an_async),
        CASE(on_another_thread_s_stack),
        CASE(in_another_thread_s_register),
        CASE(a_list_that_is_broken_is_told),
    };
#undef CASE
    return cmocka_run_group_tests_name("proof of plain C", tests, begin, end);
}
