/* Sizes of elements: what is sent or received by a pointer to another size is refused, in words that
 * name both sizes and the sites. A pointer that says no size is taken as it is. */
#include "test/words.h"

#include "task/chan.h"
#include "task/chan_until.h"
#include "task/defer.h"

struct pair {
    int32_t a, b;
};

/* What this file is about is decided when it is compiled. */
_Static_assert(chan_size_of(&(struct pair){1, 2}) == 8, "a compound literal has its size");
_Static_assert(chan_size_of(&(int16_t){0}) == 2, "a word has its size");
_Static_assert(chan_size_of((const char *)"") == 1, "a pointer to constants too");
_Static_assert(chan_size_of(NULL) == 0, "NULL says nothing");
_Static_assert(chan_size_of(0) == 0, "nor does a plain zero");
_Static_assert(chan_size_of((void *)1) == 0, "nor a pointer to void");
_Static_assert(chan_size_of((const volatile void *)1) == 0, "however qualified");
_Static_assert(chan_size_of((struct {} *)0) == 0, "nor one to nothing");

/* --- Refused --------------------------------------------------------------------------------------- */

static void recv_into_less(void *unused)
{
    (void)unused;
    struct chan *c = chan_make(struct pair, 1);
    struct {
        int32_t got, guard;
    } v = {0, 7};
    chan_send(c, &(struct pair){1, 2});
    chan_recv(c, &v.got);
    note("guard %d", v.guard);
}

static void send_from_less(void *unused)
{
    (void)unused;
    chan_send(chan_make(struct pair, 1), &(int32_t){1});
}

static void send_more(void *unused)
{
    (void)unused;
    chan_send(chan_make(int32_t, 1), &(struct pair){1, 2});
}

static void send_more_than_nothing(void *unused)
{
    (void)unused;
    chan_send(chan_make(struct {}, 1), &(int32_t){1});
}

static void send_null(void *unused)
{
    (void)unused;
    chan_send(chan_make(int32_t, 1), NULL);
}

static void try_recv_into_less(void *unused)
{
    (void)unused;
    int32_t got;
    chan_try_recv(chan_make(struct pair, 1), &got, NULL);
}

static void try_send_from_less(void *unused)
{
    (void)unused;
    chan_try_send(chan_make(struct pair, 1), &(int32_t){1});
}

static void recv_until_into_less(void *unused)
{
    (void)unused;
    int32_t got;
    chan_recv_until(chan_make(struct pair, 1), &got, 0);
}

static void send_until_from_less(void *unused)
{
    (void)unused;
    chan_send_until(chan_make(struct pair, 1), &(int32_t){1}, 0);
}

static void select_into_less(void *unused)
{
    (void)unused;
    int32_t got;
    chan_select(on_recv(chan_make(int32_t, 0), &got), on_recv(chan_make(struct pair, 0), &got));
}

static void select_ok_into_less(void *unused)
{
    (void)unused;
    int32_t got;
    bool ok;
    chan_try_select(on_recv_ok(chan_make(struct pair, 0), &got, &ok));
}

static void select_from_less(void *unused)
{
    (void)unused;
    chan_select(on_send(chan_make(struct pair, 0), &(int32_t){1}));
}

static void select_from_null(void *unused)
{
    (void)unused;
    chan_select(on_send(chan_make(struct pair, 0), NULL));
}

static void a_wrong_size_is_refused_by_name(void **state)
{
    (void)state;
    static const char less[] = "receive of 4 bytes on a channel whose elements have 8";
    static const char from_less[] = "send of 4 bytes on a channel whose elements have 8";
    support_expect_panic(recv_into_less, less);
    support_expect_panic(try_recv_into_less, less);
    support_expect_panic(recv_until_into_less, less);
    support_expect_panic(select_into_less, less);
    support_expect_panic(select_ok_into_less, less);
    support_expect_panic(send_from_less, from_less);
    support_expect_panic(try_send_from_less, from_less);
    support_expect_panic(send_until_from_less, from_less);
    support_expect_panic(select_from_less, from_less);
    support_expect_panic(send_more, "send of 8 bytes on a channel whose elements have 4");
    support_expect_panic(send_more_than_nothing,
                         "send of 4 bytes on a channel whose elements have 0");
    support_expect_panic(send_null, "send of NULL on a channel whose elements have 4 bytes");
    support_expect_panic(select_from_null, "send of NULL on a channel whose elements have 8 bytes");
}

static void a_refusal_names_its_sites(void **state)
{
    (void)state;
    support_expect_stop(recv_into_less, "\treceived at ");
    support_expect_stop(recv_into_less, "\tmade at ");
    support_expect_stop(send_from_less, "\tsent at ");
    support_expect_stop(select_into_less, "\treceived at ");
}

/* --- Taken ----------------------------------------------------------------------------------------- */

TASK_TEST(the_right_size_is_taken_whatever_the_type)
{
    struct chan *c = chan_make(struct pair, 1);
    defer(chan_drop, c);
    const struct pair sent = {1, 2};
    int32_t got[2], expected[2] = {1, 2};
    chan_send(c, &sent);
    assert_true(chan_recv(c, &got)); /* the whole array */
    assert_memory_equal(got, expected, sizeof expected);
}

TASK_TEST(a_pointer_without_a_size_is_taken_as_it_is)
{
    struct chan *c = chan_make(struct pair, 1);
    defer(chan_drop, c);
    struct pair pair = {3, 4}, got = {0};
    void *from = &pair, *into = &got;
    for (int turn = 0; turn < 2; turn++) {
        chan_send(c, from);
        assert_true(chan_recv(c, into));
        assert_int_equal(got.b, 4);
        assert_true(chan_try_send(c, from));
        assert_true(chan_try_recv(c, 0, 0));
        got.b = 0;
        assert_int_equal(chan_select(on_send(c, from)), 0);
        assert_int_equal(chan_select(on_recv(c, into)), 0);
        assert_int_equal(got.b, 4);
    }
}

static void echo(void *c)
{
    struct pair pair;
    (chan_recv)(c, &pair);
    pair.a++;
    (chan_send)(c, &pair);
}

TASK_TEST(the_functions_themselves_can_be_called)
{
    struct chan *c = chan_make(struct pair, 0), *buffered = chan_make(int, 1);
    defer(chan_drop, c);
    defer(chan_drop, buffered);
    void (*send)(struct chan *, const void *) = chan_send;
    bool (*recv)(struct chan *, void *) = chan_recv;
    bool (*try_send)(struct chan *, const void *) = chan_try_send;
    bool (*try_recv)(struct chan *, void *, bool *) = &chan_try_recv;
    struct pair pair = {5, 6};
    bool ok;
    go(echo, c);
    send(c, &pair);
    assert_true(recv(c, &pair));
    assert_int_equal(pair.a, 6);
    assert_true(try_send(buffered, &(int){7}));
    assert_false(try_send(buffered, &(int){8}));
    int value = 0;
    assert_true(try_recv(buffered, &value, &ok));
    assert_true(ok);
    assert_int_equal(value, 7);
    assert_false(try_recv(buffered, &value, &ok));
    assert_false(ok);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wrong_size_is_refused_by_name),
        cmocka_unit_test(a_refusal_names_its_sites),
        cmocka_unit_test(the_right_size_is_taken_whatever_the_type),
        cmocka_unit_test(a_pointer_without_a_size_is_taken_as_it_is),
        cmocka_unit_test(the_functions_themselves_can_be_called),
    };
    return cmocka_run_group_tests_name("sizes of elements", tests, NULL, NULL);
}
