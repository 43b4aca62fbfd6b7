/* Use after drop and double drop. In a debug build (make DEBUG=1) they are told, with the places of
 * make, drop and use; in another the watch costs nothing. */
#include "test/words.h"

#include "task/chan.h"
#include "task/defer.h"

#ifdef TASK_DEBUG

/* Not static: the panics name them. */
struct chan *make_here(size_t capacity);
struct chan *drop_here(struct chan *c);
void use_here(struct chan *c);

__attribute__((noinline)) struct chan *make_here(size_t capacity)
{
    return chan_make(int, capacity);
}

__attribute__((noinline)) struct chan *drop_here(struct chan *c)
{
    chan_drop(c);
    return c;
}

__attribute__((noinline)) void use_here(struct chan *c)
{
    if (chan_len(c))
        chan_recv(c, NULL);
}

#define MISUSE(name, call)                                                                         \
    static void name(void *unused)                                                                 \
    {                                                                                              \
        (void)unused;                                                                              \
        struct chan *c = drop_here(make_here(1));                                                  \
        int value = 1;                                                                             \
        bool ok;                                                                                   \
        (void)value, (void)ok;                                                                     \
        call;                                                                                      \
    }

MISUSE(send_after, chan_send(c, &value))
MISUSE(recv_after, chan_recv(c, &value))
MISUSE(try_send_after, chan_try_send(c, &value))
MISUSE(try_recv_after, chan_try_recv(c, &value, &ok))
MISUSE(send_function_after, (chan_send)(c, &value))
MISUSE(recv_function_after, (chan_recv)(c, &value))
MISUSE(try_send_function_after, (chan_try_send)(c, &value))
MISUSE(try_recv_function_after, (chan_try_recv)(c, &value, &ok))
MISUSE(close_after, chan_close(c))
MISUSE(len_after, chan_len(c))
MISUSE(cap_after, chan_cap(c))
MISUSE(ref_after, chan_ref(c))
MISUSE(select_after, chan_select(on_recv(c, &value)))
MISUSE(try_select_after, chan_try_select(on_send(c, &value)))
MISUSE(drop_twice, chan_drop(c))
MISUSE(use_in_use_here, use_here(c))

static void each_use_after_drop_is_told(void **state)
{
    (void)state;
    static void (*const uses[])(void *) = {send_after,
                                           recv_after,
                                           try_send_after,
                                           try_recv_after,
                                           send_function_after,
                                           recv_function_after,
                                           try_send_function_after,
                                           close_after,
                                           len_after,
                                           cap_after,
                                           ref_after,
                                           select_after,
                                           try_select_after,
                                           try_recv_function_after};
    for (size_t i = 0; i < sizeof uses / sizeof *uses; i++)
        support_expect_panic(uses[i], "use after drop of a channel");
    support_expect_panic(drop_twice, "double drop of a channel");
}

static void the_places_are_named(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "^\tused at .*\n(\t  from .*\n)?\t  from use_here",
        "^\tdropped at .*\n(\t  from .*\n)?\t  from drop_here",
        "^\tmade at .*\n(\t  from .*\n)?\t  from make_here",
    };
    const struct ending *ending = support_ending(use_in_use_here);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        expect_match(ending->words, lines[i]);
    support_expect_stop(drop_twice, "\tdropped again at chan_drop");
}

static void wait_in(void *c)
{
    chan_recv(c, NULL);
}

/* It is still there, since somebody waits in it; but who uses it has no right to. */
static void use_what_only_waiters_keep(void *unused)
{
    (void)unused;
    struct chan *c = make_here(0);
    go(wait_in, c);
    settle();
    drop_here(c);
    chan_close(c);
}

static void what_only_waiters_keep_is_dropped_too(void **state)
{
    (void)state;
    support_expect_panic(use_what_only_waiters_keep, "use after drop of a channel");
}

/* More than is kept: the oldest go, and the last are still told of. */
static void drop_very_many(void *unused)
{
    (void)unused;
    struct chan *last = NULL;
    for (int i = 0; i < 10000; i++)
        last = drop_here(make_here(0));
    chan_drop(last);
}

static void drop_very_large(void *unused)
{
    (void)unused;
    for (int i = 0; i < 100; i++)
        drop_here(make_here(1 << 20));
    chan_drop(drop_here(make_here(0)));
}

static void what_is_kept_is_bounded(void **state)
{
    (void)state;
    support_expect_panic(drop_very_many, "double drop of a channel");
    support_expect_panic(drop_very_large, "double drop of a channel");
}

TASK_TEST(what_is_dropped_is_overwritten_and_kept)
{
    struct chan *c = make_here(2);
    const unsigned char *bytes = (const unsigned char *)c;
    assert_int_equal(*bytes, sizeof(int)); /* what a channel begins with */
    chan_drop(c);
    assert_int_equal(*bytes, 0xDB);
}

#else

TASK_TEST(nothing_is_kept)
{
    for (int i = 0; i < 1000; i++)
        chan_drop(chan_make(int, 1));
}

#endif

TASK_TEST(a_reference_more_is_a_drop_more)
{
    struct chan *c = chan_ref(chan_make(int, 1));
    chan_drop(c);
    chan_send(c, &(int){1});
    assert_int_equal(chan_len(c), 1);
    chan_drop(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#ifdef TASK_DEBUG
        cmocka_unit_test(each_use_after_drop_is_told),
        cmocka_unit_test(the_places_are_named),
        cmocka_unit_test(what_only_waiters_keep_is_dropped_too),
        cmocka_unit_test(what_is_kept_is_bounded),
        cmocka_unit_test(what_is_dropped_is_overwritten_and_kept),
#else
        cmocka_unit_test(nothing_is_kept),
#endif
        cmocka_unit_test(a_reference_more_is_a_drop_more),
    };
    return cmocka_run_group_tests_name("lifetime", tests, NULL, NULL);
}
