/* Use after drop and double drop. In a debug build (make DEBUG=1) they are told, with the places of
 * make, drop and use; in another the watch costs nothing. */
#include "test/words.h"

#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/time.h"
#include "task/timer.h"

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

#define MISUSE_OF_CTX(name, call)                                                                  \
    static void name(void *unused)                                                                 \
    {                                                                                              \
        (void)unused;                                                                              \
        struct ctx *c = ctx_with_cancel(ctx_background());                                         \
        int64_t when;                                                                              \
        (void)when;                                                                                \
        ctx_drop(c);                                                                               \
        (void)(call);                                                                              \
    }

MISUSE_OF_CTX(err_after, ctx_err(c))
MISUSE_OF_CTX(done_after, ctx_done(c))
MISUSE_OF_CTX(cancel_after, (ctx_cancel(c), 0))
MISUSE_OF_CTX(cancel_cause_after, (ctx_cancel_cause(c, "late"), 0))
MISUSE_OF_CTX(ctx_ref_after, ctx_ref(c))
MISUSE_OF_CTX(child_after, ctx_with_cancel(c))
MISUSE_OF_CTX(timeout_after, ctx_with_timeout(c, SECOND))
MISUSE_OF_CTX(value_after, ctx_value(c, &when))
MISUSE_OF_CTX(deadline_after, ctx_deadline(c, &when))
MISUSE_OF_CTX(cause_after, ctx_cause(c))
MISUSE_OF_CTX(drop_ctx_twice, (ctx_drop(c), 0))

static void each_use_of_a_dropped_context_is_told(void **state)
{
    (void)state;
    static void (*const uses[])(void *) = {
        err_after,   done_after,    cancel_after, cancel_cause_after, ctx_ref_after,
        child_after, timeout_after, value_after,  deadline_after,     cause_after};
    for (size_t i = 0; i < sizeof uses / sizeof *uses; i++)
        support_expect_panic(uses[i], "use after drop of a context");
    support_expect_panic(drop_ctx_twice, "double drop of a context");
}

static void do_nothing(void *unused)
{
    (void)unused;
}

/* It is dropped while the clock still has it, and once it has been stopped. */
#define MISUSE_OF_TIMER(name, call)                                                                \
    static void name##_of_armed(void *unused)                                                      \
    {                                                                                              \
        (void)unused;                                                                              \
        struct timer *t = timer_new(SECOND);                                                       \
        timer_drop(t);                                                                             \
        (void)(call);                                                                              \
    }                                                                                              \
    static void name##_of_stopped(void *unused)                                                    \
    {                                                                                              \
        (void)unused;                                                                              \
        struct timer *t = timer_new(SECOND);                                                       \
        timer_stop(t);                                                                             \
        timer_drop(t);                                                                             \
        (void)(call);                                                                              \
    }                                                                                              \
    static void name##_of_calling(void *unused)                                                    \
    {                                                                                              \
        (void)unused;                                                                              \
        struct timer *t = timer_func(SECOND, do_nothing, NULL);                                    \
        timer_stop(t);                                                                             \
        timer_drop(t);                                                                             \
        (void)(call);                                                                              \
    }                                                                                              \
    static void name##_is_told(const char *words)                                                  \
    {                                                                                              \
        support_expect_panic(name##_of_armed, words);                                              \
        support_expect_panic(name##_of_stopped, words);                                            \
        support_expect_panic(name##_of_calling, words);                                            \
    }

MISUSE_OF_TIMER(stop, timer_stop(t))
MISUSE_OF_TIMER(reset, timer_reset(t, SECOND))
MISUSE_OF_TIMER(chan_of, timer_chan(t))
MISUSE_OF_TIMER(drop, (timer_drop(t), 0))

#define MISUSE_OF_TICKER(name, call)                                                               \
    static void name(void *unused)                                                                 \
    {                                                                                              \
        (void)unused;                                                                              \
        struct ticker *t = ticker_new(SECOND);                                                     \
        ticker_stop(t);                                                                            \
        ticker_drop(t);                                                                            \
        call;                                                                                      \
    }

MISUSE_OF_TICKER(stop_ticker, ticker_stop(t))
MISUSE_OF_TICKER(reset_ticker, ticker_reset(t, SECOND))
MISUSE_OF_TICKER(chan_of_ticker, ticker_chan(t))
MISUSE_OF_TICKER(drop_ticker, ticker_drop(t))

static void each_use_of_a_dropped_timer_is_told(void **state)
{
    (void)state;
    stop_is_told("use after drop of a timer");
    reset_is_told("use after drop of a timer");
    chan_of_is_told("use after drop of a timer");
    drop_is_told("double drop of a timer");
    support_expect_panic(stop_ticker, "use after drop of a ticker");
    support_expect_panic(reset_ticker, "use after drop of a ticker");
    support_expect_panic(chan_of_ticker, "use after drop of a ticker");
    support_expect_panic(drop_ticker, "double drop of a ticker");
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
        cmocka_unit_test(each_use_of_a_dropped_context_is_told),
        cmocka_unit_test(each_use_of_a_dropped_timer_is_told),
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
