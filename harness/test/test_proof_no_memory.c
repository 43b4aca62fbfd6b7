/* Looks that get no memory: each refuses and says so, and blames nobody; whatever it had it gives back, to the byte. The
 * linker puts what is here in the place of the proof's own pages. */
#include "test/failing.h"
#include "test/proof_cases.h"

#include "proof/end.h"
#include "proof/heap_map.h"
#include "proof/malloc.h"
#include "proof/pages.h"
#include "proof/plain.h"

static size_t held; /* bytes of pages that are not given back, of all but the map of the heap */

void *__real_pages_get(size_t size);
void *__wrap_pages_get(size_t size);
void __real_pages_put(void *pages, size_t size);
void __wrap_pages_put(void *pages, size_t size);

void *__wrap_pages_get(size_t size)
{
    void *pages = failing_now() ? NULL : __real_pages_get(size);
    held += pages && size != sizeof(struct region) ? size : 0;
    return pages;
}

void __wrap_pages_put(void *pages, size_t size)
{
    held -= pages ? size : 0;
    __real_pages_put(pages, size);
}

static void sleep_an_hour(void *unused)
{
    (void)unused;
    task_sleep(HOUR);
}

/* Two that nobody can wake, one that a time will, one that its channel's other holder may. */
STEP leave_some(struct chan **kept)
{
    go(receive, chan_make(int, 0));
    go(receive, chan_make(int, 0));
    go(sleep_an_hour, NULL);
    *kept = leave_receiver();
}

/* Does it with the first page that is asked for failing, then the second, until it does without. Returns how many. */
static long each_fails(bool (*does)(void))
{
    long number = 0;
    for (bool more = true; more; number++) {
        size_t before = held;
        failing_did = false;
        failing_left = number;
        bool done = does();
        failing_left = -1;
        more = failing_did;
        assert_int_equal(done, !failing_did);
        assert_int_equal(held, before);
    }
    return number - 1;
}

static bool looks(void)
{
    struct task_leaks leaks;
    bool done = task_leaks(&leaks);
    if (done) {
        assert_int_equal(leaks.leaked, 2);
        return true;
    }
    assert_string_equal(leaks.refused, "no memory to look with");
    assert_true(leaks.live == leaks.tasks && leaks.tasks == task_count());
    assert_true(leaks.leaked + leaks.by_time + leaks.unsure == 0);
    return false;
}

static bool looks_at_what_is_kept(void)
{
    struct proof_kept kept;
    struct proof *p = proof_take_kept(&kept);
    bool done = p && !proof_counts(p)->refused;
    assert_true(done || (kept.blocks == 0 && kept.bytes == 0));
    proof_free(p);
    return done;
}

static bool ends(void)
{
    struct task_leaks leaks;
    size_t ended = task_end_leaked(&leaks, NULL, NULL);
    if (!leaks.refused) {
        assert_int_equal(ended, 2);
        return true;
    }
    assert_int_equal(ended, 0);
    assert_int_equal(leaks.tasks, task_count());
    assert_true(!strcmp(leaks.refused, "no memory to look with") ||
                !strcmp(leaks.refused, "no memory to end with"));
    return false;
}

TASK_TEST(a_look_without_memory_refuses_and_gives_all_back)
{
    struct chan *kept = NULL;
    leave_some(&kept);
    proof_wipe_stack();
    settle();
    assert_true(each_fails(looks) >= 7);
    assert_true(each_fails(looks_at_what_is_kept) >= 7);
    assert_true(each_fails(ends) >= 8);
    settle();
    assert_int_equal(task_count(), 3);
    chan_close(kept);
    chan_drop(kept);
    task_sleep(2 * HOUR);
}

/* The list of them grows by the page. */
LEAKING_TASK_TEST(what_can_not_be_kept_is_told)
{
    enum { MANY = 1500 };
    static int all[MANY];
    size_t refused = 0, before = held;
    for (int i = 0; i < MANY; i++) {
        failing_left = 0;
        bool kept = task_keep(&all[i]);
        failing_left = -1;
        refused += !kept;
        assert_true(kept || task_keep(&all[i]));
    }
    assert_in_range(refused, 1, 3);
    assert_in_range(held - before, 0, MANY * 2 * sizeof(void *));
    for (int i = 0; i < MANY; i++)
        assert_true(task_unkeep(&all[i]));
    assert_false(task_unkeep(&all[0]));
}

static bool asks_of_plain_c(void)
{
    struct plain_question question;
    if (!plain_begin(&question, 100, 1, 1))
        return false;
    const char *refused = plain_prove(&question);
    plain_end(&question);
    assert_true(!refused || !strcmp(refused, "no memory to look with"));
    return !refused;
}

static void a_question_of_plain_c_without_memory_is_refused(void **state)
{
    (void)state;
    assert_true(each_fails(asks_of_plain_c) >= 5);
}

/* From then on there may be a block that nobody knows of. */
LEAKING_TASK_TEST(a_heap_that_is_not_mapped_proves_nothing)
{
    struct task_leaks leaks;
    failing_left = 0;
    void *(*volatile allocate)(size_t) = malloc; /* of which the compiler knows nothing */
    void *large[8]; /* each more than a region, so that most begin in a new one */
    for (size_t i = 0; i < 8; i++)
        large[i] = allocate(70 << 20);
    failing_left = -1;
    assert_true(failing_did);
    assert_false(task_leaks(&leaks));
    assert_string_equal(leaks.refused, "there was no memory to note where heap blocks begin");
    for (size_t i = 0; i < 8; i++)
        free(large[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_look_without_memory_refuses_and_gives_all_back),
        cmocka_unit_test(what_can_not_be_kept_is_told),
        cmocka_unit_test(a_question_of_plain_c_without_memory_is_refused),
        cmocka_unit_test(a_heap_that_is_not_mapped_proves_nothing),
    };
    return cmocka_run_group_tests_name("proof: no memory", tests, NULL, NULL);
}
