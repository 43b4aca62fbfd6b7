/* What can be seen of tasks from outside: task_each(), the wait reasons' words, shared counters. */
#include "test/support.h"

#include "task/chan.h"
#include "task/defer.h"
#include "task/inspect.h"
#include "task/mutex.h"
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { SEEN = 16 };

struct seen {
    struct task_info infos[SEEN];
    int count, limit;
};

static bool look(const struct task_info *info, void *arg)
{
    struct seen *s = arg;
    assert_true(s->count < SEEN);
    s->infos[s->count++] = *info;
    return s->count != s->limit;
}

static struct seen look_at_all(void)
{
    struct seen seen = {0};
    task_each(look, &seen);
    return seen;
}

static void wait_receive(void *arg)
{
    chan_recv(arg, NULL);
}

static void wait_select(void *arg)
{
    chan_select(on_recv(arg, NULL), on_recv(NULL, NULL), on_send(NULL, NULL));
}

static void wait_lock(void *arg)
{
    mutex_lock(arg);
    mutex_unlock(arg);
}

TASK_TEST(task_each_goes_from_old_to_new_until_told_to_stop)
{
    struct chan *c = chan_make(int, 0);
    defer(chan_drop, c);
    for (int i = 0; i < 4; i++)
        go(wait_receive, c);
    chan_select(on_recv(c, NULL), on_send(c, &(int){1})); /* one of them ends, in the middle too */
    settle();
    struct seen all = look_at_all();
    assert_int_equal(all.count, 4);
    for (int i = 1; i < all.count; i++)
        assert_true(all.infos[i].id > all.infos[i - 1].id);
    struct seen two = {.limit = 2};
    task_each(look, &two);
    assert_int_equal(two.count, 2);
    chan_close(c);
}

TASK_TEST(a_task_tells_who_it_is)
{
    struct chan *c = chan_make(int, 0);
    defer(chan_drop, c);
    task_label("request", "7");
    uint64_t id = go(wait_receive, c);
    int line = __LINE__ - 1;
    struct task_info ready = look_at_all().infos[1];
    assert_int_equal(ready.state, TASK_READY);
    assert_int_equal(ready.reason, WAIT_NONE);
    int64_t since = clock_now();
    settle();
    task_sleep(HOUR);
    struct task_info me = look_at_all().infos[0], info = look_at_all().infos[1];
    assert_int_equal(me.state, TASK_RUNNING);
    assert_int_equal(me.id, task_id());
    assert_int_equal(me.parent, 0);
    assert_int_equal(info.id, id);
    assert_int_equal(info.parent, me.id);
    assert_int_equal(info.state, TASK_PARKED);
    assert_int_equal(info.reason, WAIT_CHAN_RECEIVE);
    assert_ptr_equal(info.object, c);
    assert_int_equal(info.since, since);
    assert_int_equal(info.parks, 1);
    assert_true(info.entry == wait_receive);
    assert_string_equal(info.site->entry, "wait_receive");
    assert_string_equal(info.site->function, __func__);
    assert_int_equal(info.site->line, line);
    assert_non_null(strstr(info.site->file, "test_inspect.c"));
    assert_string_equal(info.labels->key, "request");
    assert_string_equal(info.labels->value, "7");
    chan_close(c);
}

TASK_TEST(a_parked_frame_lies_in_its_stack_and_leads_to_its_caller)
{
    struct chan *c = chan_make(int, 0);
    defer(chan_drop, c);
    go(wait_receive, c);
    settle();
    struct task_info info = look_at_all().infos[1];
    assert_true(info.stack_low < info.stack_high);
    const void *const *frame = info.frame;
    bool found = false;
    while ((const char *)frame >= info.stack_low && (const char *)(frame + 2) <= info.stack_high) {
        const char *back = frame[1];
        found |= back > (const char *)wait_receive && back < (const char *)wait_receive + 200;
        if ((const void *const *)frame[0] <= frame)
            break;
        frame = frame[0];
    }
    assert_true(found);
    chan_close(c);
}

TASK_TEST(a_select_shows_its_cases_and_a_lock_itself)
{
    struct chan *c = chan_make(int, 0);
    defer(chan_drop, c);
    struct mutex m = {0};
    mutex_lock(&m);
    go(wait_select, c);
    go(wait_lock, &m);
    settle();
    struct seen all = look_at_all();
    assert_int_equal(all.infos[1].reason, WAIT_SELECT);
    assert_int_equal(all.infos[1].cases, 3);
    const struct chan_case *cases = all.infos[1].object;
    assert_ptr_equal(cases[0].chan, c);
    assert_null(cases[1].chan);
    assert_int_equal(all.infos[2].reason, WAIT_MUTEX);
    assert_ptr_equal(all.infos[2].object, &m);
    assert_int_equal(all.infos[2].cases, 0);
    mutex_unlock(&m);
    chan_close(c);
    settle();
}

static void wait_reasons_have_go_s_words(void **state)
{
    (void)state;
    static const char *const words[WAIT_REASONS] = {
        [WAIT_CHAN_RECEIVE] = "chan receive",
        [WAIT_CHAN_SEND] = "chan send",
        [WAIT_CHAN_RECEIVE_NIL] = "chan receive (nil chan)",
        [WAIT_CHAN_SEND_NIL] = "chan send (nil chan)",
        [WAIT_SELECT] = "select",
        [WAIT_SELECT_NO_CASES] = "select (no cases)",
        [WAIT_SLEEP] = "sleep",
        [WAIT_WAIT_GROUP] = "sync.WaitGroup.Wait",
        [WAIT_MUTEX] = "sync.Mutex.Lock",
        [WAIT_RW_MUTEX_READ] = "sync.RWMutex.RLock",
        [WAIT_RW_MUTEX_WRITE] = "sync.RWMutex.Lock",
        [WAIT_COND] = "sync.Cond.Wait",
        [WAIT_IO] = "IO wait",
        [WAIT_SEMAPHORE] = "semacquire",
        [WAIT_NO_END] = "leaked, can not be ended",
    };
    for (int reason = WAIT_NONE + 1; reason < WAIT_REASONS; reason++)
        assert_string_equal(wait_reason_text((enum wait_reason)reason), words[reason]);
}

static void park_three(void *shared)
{
    struct chan *c = chan_make(int, 0);
    const volatile struct task_stats *page = shared;
    for (int i = 0; i < 3; i++)
        go(wait_receive, c);
    settle();
    assert_int_equal(page->live, 4);
    assert_int_equal(page->waiting[WAIT_CHAN_RECEIVE], 3);
    assert_int_equal(page->channels, 1);
    chan_close(c);
    settle();
    chan_drop(c);
    assert_int_equal(page->waiting[WAIT_CHAN_RECEIVE], 0);
    assert_int_equal(page->channels, 0);
    assert_int_equal(page->live, 1);
}

static void share_counters(void *unused)
{
    (void)unused;
    struct chan *before = chan_make(int, 0);
    int fd = memfd_create("counters", 0);
    assert_true(fd >= 0);
    assert_int_equal(ftruncate(fd, TASK_STATS_PAGE), 0);
    const struct task_stats *page = mmap(NULL, TASK_STATS_PAGE, PROT_READ, MAP_SHARED, fd, 0);
    assert_true(page != MAP_FAILED);
    assert_int_equal(task_stats_share(fd), 0);
    assert_int_equal(page->channels, 1); /* counts so far move along */
    chan_drop(before);
    assert_int_equal(page->channels, 0);
    assert_int_equal(task_run(park_three, (void *)page), 0);
    assert_int_equal(page->live, 0);
    assert_int_equal(page->spawned, 4);
    assert_int_equal(page->finished, 4);
    assert_int_equal(task_stats_share(-1), -1);
    assert_int_equal(page->spawned, task_stats.spawned);
}

static void counters_can_be_seen_from_outside(void **state)
{
    (void)state;
    support_run_outside(share_counters);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(task_each_goes_from_old_to_new_until_told_to_stop),
        cmocka_unit_test(a_task_tells_who_it_is),
        cmocka_unit_test(a_parked_frame_lies_in_its_stack_and_leads_to_its_caller),
        cmocka_unit_test(a_select_shows_its_cases_and_a_lock_itself),
        cmocka_unit_test(wait_reasons_have_go_s_words),
        cmocka_unit_test(counters_can_be_seen_from_outside),
    };
    return cmocka_run_group_tests_name("inspection", tests, NULL, NULL);
}
