/* The proof of plain C: which threads nobody can wake, and what only such a thread has. */
#include "test/plain_proof.h"

/* --- Threads that wait --------------------------------------------------------------------------------------- */

struct desk {
    pthread_mutex_t lock;
    pthread_cond_t told;
    sem_t bell;
    bool over;
    struct session *session;
    struct desk *other; /* whose pointer is in no other's hands */
};

static struct desk *make_desk(void)
{
    struct desk *desk = calloc(1, sizeof *desk);
    pthread_mutex_init(&desk->lock, NULL);
    pthread_cond_init(&desk->told, NULL);
    sem_init(&desk->bell, 0, 0);
    return desk;
}

static void *wait_at(void *arg)
{
    struct desk *desk = arg;
    pthread_mutex_lock(&desk->lock);
    while (!desk->over)
        pthread_cond_wait(&desk->told, &desk->lock);
    pthread_mutex_unlock(&desk->lock);
    free(desk);
    return NULL;
}

static void *wait_for_the_bell(void *arg)
{
    struct desk *desk = arg;
    while (sem_wait(&desk->bell) != 0)
        continue;
    free(desk);
    return NULL;
}

static struct desk *volatile known_desk;

/* Detached, as nobody is going to join them; they end with the program. */
STEP void begin_at(struct desk *desk, void *(*wait)(void *))
{
    pthread_t thread;
    threads++;
    pthread_create(&thread, NULL, wait, desk);
    pthread_detach(thread);
}

struct seen {
    int waiting;
    bool is_hidden;
};

static bool see(const struct census_entry *entry, void *arg)
{
    struct seen *seen = arg;
    char path[64], line[64];
    if (entry->kind != CENSUS_THREAD || entry->mark < since || !entry->number)
        return true;
    snprintf(path, sizeof path, "/proc/self/task/%d/syscall", entry->number);
    FILE *in = fopen(path, "r");
    seen->is_hidden |= !in;
    seen->waiting += in && fgets(line, sizeof line, in) && atoi(line) == SYS_futex;
    if (in)
        fclose(in);
    return true;
}

/* Until all that were made here wait for a futex: /proc says so. */
static void wait_until_they_sleep(void)
{
    struct seen seen;
    do {
        seen = (struct seen){0};
        sched_yield();
        census_each(see, &seen);
        if (seen.is_hidden)
            support_skip("/proc/self/task/N/syscall can not be read here");
    } while (seen.waiting < threads);
}

#define NOBODY_WAKES                                                                               \
    "proven: nobody can wake (it|them): what (it waits|they wait) for is reached from nowhere "    \
    "else"

STEP void begin_one_alone(void *wait)
{
    begin_at(make_desk(), *(void *(**)(void *))wait);
}

static void a_thread_on_a_condition_that_nobody_has_is_proven(void **state)
{
    (void)state;
    deeply(begin_one_alone, &(void *(*)(void *)){wait_at});
    deeply(begin_one_alone, &(void *(*)(void *)){wait_for_the_bell});
    wait_until_they_sleep();
    char *text = listed();
    expect_match(text, NOBODY_WAKES);
    expect_no_words(text, "what it waits for is reachable");
    free(text);
}

STEP void begin_two_of_each_other(void *unused)
{
    (void)unused;
    struct desk *two[] = {make_desk(), make_desk()};
    two[0]->other = two[1];
    two[1]->other = two[0];
    for (int i = 0; i < 2; i++)
        begin_at(two[i], wait_at);
}

static void two_that_only_could_wake_each_other_are_proven(void **state)
{
    (void)state;
    deeply(begin_two_of_each_other, NULL);
    wait_until_they_sleep();
    char *text = listed();
    expect_match(text, NOBODY_WAKES);
    expect_no_words(text, "what it waits for is reachable");
    expect_no_words(text, "not known");
    free(text);
}

/* A handle that only such a thread has is nobody's either. */
STEP void begin_with_a_handle(void *unused)
{
    (void)unused;
    struct desk *desk = make_desk();
    desk->session = make();
    begin_at(desk, wait_at);
}

static void what_only_such_a_thread_has_is_proven(void **state)
{
    (void)state;
    deeply(begin_with_a_handle, NULL);
    wait_until_they_sleep();
    char *text = listed();
    expect_match(text, NOBODY_WAKES);
    expect_match(text, PROVEN);
    free(text);
}

STEP void begin_with_a_known_desk(void *unused)
{
    (void)unused;
    known_desk = make_desk();
    known_desk->other = make_desk();
    known_desk->other->session = make();
    begin_at(known_desk, wait_at);
    begin_at(known_desk->other, wait_for_the_bell);
}

static void tell(struct desk *desk)
{
    pthread_mutex_lock(&desk->lock);
    desk->over = true;
    pthread_cond_signal(&desk->told);
    pthread_mutex_unlock(&desk->lock);
}

/* The one by static data, the other by what the first could tell. */
static void a_thread_that_somebody_may_wake_is_not(void **state)
{
    (void)state;
    deeply(begin_with_a_known_desk, NULL);
    wait_until_they_sleep();
    char *text = listed();
    expect_match(text, "what it waits for is reachable from static data known_desk");
    expect_no_words(text, "proven");
    free(text);
    struct desk *other = known_desk->other;
    tell(known_desk); /* each desk is gone as soon as its thread has been woken */
    sem_post(&other->bell);
    known_desk = NULL;
}

static void *wait_a_day(void *arg)
{
    struct desk *desk = arg;
    struct timespec then;
    clock_gettime(CLOCK_REALTIME, &then);
    then.tv_sec += 24 * 3600;
    pthread_mutex_lock(&desk->lock);
    while (!desk->over)
        pthread_cond_timedwait(&desk->told, &desk->lock, &then);
    pthread_mutex_unlock(&desk->lock);
    return NULL;
}

/* Its time will come, and so does its stack. */
static void one_that_waits_until_tomorrow_is_not(void **state)
{
    (void)state;
    deeply(begin_one_alone, &(void *(*)(void *)){wait_a_day});
    wait_until_they_sleep();
    char *text = listed();
    expect_match(text, "not known whether anybody wakes it");
    free(text);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup(name, clean)
    const struct CMUnitTest tests[] = {
        CASE(a_thread_on_a_condition_that_nobody_has_is_proven),
        CASE(two_that_only_could_wake_each_other_are_proven),
        CASE(what_only_such_a_thread_has_is_proven),
        CASE(a_thread_that_somebody_may_wake_is_not),
        CASE(one_that_waits_until_tomorrow_is_not),
    };
#undef CASE
    return cmocka_run_group_tests_name("proof of threads of plain C", tests, begin, end);
}
