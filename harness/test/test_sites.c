/* The places that panics name are those of the callers, with every compiler and its flags: the functions
 * here are not static, so that they are called by their names, and each does one thing. */
#include "test/words.h"

#include "task/chan.h"
#include "task/chan_until.h"

#define PLACE(name, what)                                                                          \
    void name(struct chan *c);                                                                     \
    __attribute__((noinline)) void name(struct chan *c)                                            \
    {                                                                                              \
        int value = 1;                                                                             \
        (void)value;                                                                               \
        what;                                                                                      \
        __asm__ volatile(""); /* what is called is not left by a jump */                           \
    }

PLACE(send_here, chan_send(c, &value))
PLACE(send_function_here, (chan_send)(c, &value))
PLACE(try_send_here, chan_try_send(c, &value))
PLACE(select_here, chan_select(on_recv(NULL, NULL), on_send(c, &value)))
PLACE(try_select_here, chan_try_select(on_send(c, &value)))
PLACE(close_here, chan_close(c))
PLACE(send_less_here, chan_send(c, (char *)&value))
PLACE(recv_less_here, chan_recv(c, (char *)&value))
PLACE(try_recv_less_here, chan_try_recv(c, (char *)&value, NULL))
PLACE(recv_until_less_here, chan_recv_until(c, (char *)&value, 0))
PLACE(send_until_less_here, chan_send_until(c, (char *)&value, 0))
PLACE(select_less_here, chan_select(on_recv(c, (char *)&value)))

struct chan *make_here(void);
__attribute__((noinline)) struct chan *make_here(void)
{
    struct chan *c = chan_make(int, 0);
    __asm__ volatile("" : "+r"(c));
    return c;
}

/* --- On a closed channel, and one that is closed while the task is parked ------------------------- */

static void (*place)(struct chan *);

static void use_closed(void *unused)
{
    (void)unused;
    struct chan *c = make_here();
    close_here(c);
    place(c);
}

static void use_open(void *unused)
{
    (void)unused;
    place(make_here());
}

static void call_place(void *c)
{
    place(c);
}

static void close_under(void *unused)
{
    (void)unused;
    struct chan *c = make_here();
    go(call_place, c);
    settle();
    close_here(c);
    settle();
}

static void expect_place(void (*body)(void *), void (*here)(struct chan *), const char *words)
{
    place = here;
    support_expect_stop(body, words);
}

static void a_send_on_a_closed_channel_is_where_it_is_written(void **state)
{
    (void)state;
    expect_place(use_closed, send_here, "\tsent at send_here+");
    expect_place(use_closed, send_function_here, "\tsent at send_function_here+");
    expect_place(use_closed, try_send_here, "\tsent at try_send_here+");
    expect_place(use_closed, select_here, "\tsent at select_here+");
    expect_place(use_closed, try_select_here, "\tsent at try_select_here+");
    expect_place(use_closed, send_here, "\tclosed at close_here+");
    expect_place(use_closed, send_here, "\tmade at make_here+");
    expect_place(use_closed, close_here, "\tclosed again at close_here+");
    expect_place(use_closed, close_here, "\tclosed first at close_here+");
}

static void so_is_one_that_was_parked(void **state)
{
    (void)state;
    expect_place(close_under, send_here, "\tsent at send_here+");
    expect_place(close_under, send_function_here, "\tsent at send_function_here+");
    expect_place(close_under, select_here, "\tsent at select_here+");
    expect_place(close_under, send_here, "\tclosed at close_here+");
}

static void so_is_a_wrong_size(void **state)
{
    (void)state;
    expect_place(use_open, send_less_here, "\tsent at send_less_here+");
    expect_place(use_open, recv_less_here, "\treceived at recv_less_here+");
    expect_place(use_open, try_recv_less_here, "\treceived at try_recv_less_here+");
    expect_place(use_open, recv_until_less_here, "\treceived at recv_until_less_here+");
    expect_place(use_open, send_until_less_here, "\tsent at send_until_less_here+");
    expect_place(use_open, select_less_here, "\treceived at select_less_here+");
}

/* The chain of frames in the panic has the caller, too. */
static void the_frames_lead_to_the_caller(void **state)
{
    (void)state;
    place = send_here;
    const struct ending *ending = support_ending(close_under);
    expect_match(ending->words, "^\tsend_here\\+");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_send_on_a_closed_channel_is_where_it_is_written),
        cmocka_unit_test(so_is_one_that_was_parked),
        cmocka_unit_test(so_is_a_wrong_size),
        cmocka_unit_test(the_frames_lead_to_the_caller),
    };
    return cmocka_run_group_tests_name("sites", tests, NULL, NULL);
}
