/* Orders to a case of the live page, and its answers: in their order, in pieces of any size, and none where nobody
 * waits any more. The case is the other end of a pair of sockets. */
#include "test/support.h"

#include "live/live_questions.h"
#include "task/loop.h"
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* --- Both ends ---------------------------------------------------------------------------------------- */

static struct {
    uv_loop_t loop;
    uv_pipe_t pipe;
    int other; /* the case's end */
    struct live_questions questions;
} ends;

/* What was told, as a line: "1=text 2=-". */
static char told[4096];

static void begin(void)
{
    int fds[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    assert_int_equal(uv_loop_init(&ends.loop), 0);
    assert_int_equal(uv_pipe_init(&ends.loop, &ends.pipe, 0), 0);
    assert_int_equal(uv_pipe_open(&ends.pipe, fds[0]), 0);
    ends.other = fds[1];
    live_questions_start(&ends.questions);
    told[0] = 0;
}

static void end(void)
{
    live_questions_end(&ends.questions);
    assert_int_equal(ends.questions.count, 0);
    assert_null(ends.questions.first);
    uv_close((uv_handle_t *)&ends.pipe, NULL);
    uv_run(&ends.loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&ends.loop), 0);
    close(ends.other);
}

static void answered(void *arg, const char *text, size_t length)
{
    size_t at = strlen(told);
    snprintf(told + at, sizeof told - at, "%s=%.*s ", (const char *)arg, text ? (int)length : 1,
             text ? text : "-");
}

static bool ask(enum live_order order, const char *who)
{
    return live_questions_ask(&ends.questions, (uv_stream_t *)&ends.pipe, order, answered,
                              (void *)who);
}

/* What the case would send. Returns how many bytes. */
static size_t answer(char *to, const char *text)
{
    struct live_answer head = {.order = LIVE_PROFILE_JSON, .length = strlen(text)};
    memcpy(to, &head, sizeof head);
    memcpy(to + sizeof head, text, head.length);
    return sizeof head + head.length;
}

static void take(const char *text)
{
    char bytes[256];
    assert_true(live_questions_take(&ends.questions, bytes, answer(bytes, text)));
}

static void expect_told(const char *words)
{
    assert_string_equal(told, words);
    told[0] = 0;
}

/* --- Answers ------------------------------------------------------------------------------------------ */

TASK_TEST(each_is_told_in_its_turn)
{
    char orders[8];
    begin();
    assert_true(ask(LIVE_PROFILE_JSON, "1") && ask(LIVE_STOP, "2") && ask(LIVE_PROFILE_FULL, "3"));
    assert_int_equal(read(ends.other, orders, sizeof orders), 3);
    assert_memory_equal(orders, "JS2", 3);
    assert_int_equal(ends.questions.count, 3);
    take("one");
    take("");
    expect_told("1=one 2=- ");
    assert_int_equal(ends.questions.count, 1);
    assert_true(ask(LIVE_PROFILE_JSON, "4"));
    take("three");
    take("four");
    expect_told("3=three 4=four ");
    take("nobody asked");
    expect_told("");
    assert_true(ask(LIVE_PROFILE_JSON, "5"));
    take("five");
    expect_told("5=five ");
    end();
}

/* One byte at a time; two in one piece; and cut anywhere. */
TASK_TEST(pieces_may_be_of_any_size)
{
    char bytes[256];
    begin();
    for (int i = 0; i < 4; i++)
        assert_true(ask(LIVE_PROFILE_JSON, "x"));
    size_t length = answer(bytes, "slowly");
    for (size_t i = 0; i < length; i++) {
        expect_told("");
        assert_true(live_questions_take(&ends.questions, bytes + i, 1));
    }
    expect_told("x=slowly ");
    length += answer(bytes + length, "at once");
    for (size_t cut = 1; cut < length; cut++) {
        assert_true(ask(LIVE_PROFILE_JSON, "y") && ask(LIVE_PROFILE_JSON, "z"));
        assert_true(live_questions_take(&ends.questions, bytes, cut));
        assert_true(live_questions_take(&ends.questions, bytes + cut, length - cut));
        assert_int_equal(ends.questions.count, 3);
    }
    assert_non_null(strstr(told, "x=slowly y=at once z=slowly y=at once "));
    end();
}

/* --- Nobody waits ------------------------------------------------------------------------------------- */

TASK_TEST(who_is_forgotten_keeps_its_place)
{
    static const char one[] = "1", two[] = "2";
    begin();
    assert_true(ask(LIVE_PROFILE_JSON, one) && ask(LIVE_PROFILE_JSON, two) &&
                ask(LIVE_PROFILE_JSON, one));
    live_questions_forget(&ends.questions, one);
    assert_int_equal(ends.questions.count, 3);
    take("a");
    take("b");
    take("c");
    expect_told("2=b ");
    end();
}

TASK_TEST(who_waits_too_long_is_told_once)
{
    begin();
    assert_true(ask(LIVE_PROFILE_JSON, "1") && ask(LIVE_STOP, "2") && ask(LIVE_PROFILE_JSON, "3"));
    live_questions_give_up(&ends.questions,
                           0); /* no longer than that: it is the same turn of the loop */
    expect_told("");
    live_questions_give_up(&ends.questions, -1);
    expect_told("1=- 3=- "); /* a stop may take long */
    live_questions_give_up(&ends.questions, -1);
    expect_told("");
    assert_int_equal(ends.questions.count, 3);
    take("late");
    take("stopped");
    expect_told("2=stopped ");
    end();
}

TASK_TEST(at_the_end_all_are_told)
{
    char bytes[256];
    begin();
    assert_true(ask(LIVE_STOP, "1") && ask(LIVE_PROFILE_JSON, "2"));
    assert_true(live_questions_take(&ends.questions, bytes, answer(bytes, "half of it") - 5));
    live_questions_end(&ends.questions);
    expect_told("1=- 2=- ");
    assert_true(ask(LIVE_PROFILE_JSON, "3"));
    take("whole"); /* nothing of the half is left */
    expect_told("3=whole ");
    end();
}

TASK_TEST(no_more_wait_than_may)
{
    char orders[2 * LIVE_QUESTIONS_MOST];
    begin();
    for (int i = 0; i < LIVE_QUESTIONS_MOST; i++)
        assert_true(ask(LIVE_PROFILE_JSON, "x"));
    assert_false(ask(LIVE_PROFILE_JSON, "y"));
    assert_int_equal(read(ends.other, orders, sizeof orders), LIVE_QUESTIONS_MOST);
    take("");
    assert_true(ask(LIVE_PROFILE_JSON, "y"));
    end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_is_told_in_its_turn),
        cmocka_unit_test(pieces_may_be_of_any_size),
        cmocka_unit_test(who_is_forgotten_keeps_its_place),
        cmocka_unit_test(who_waits_too_long_is_told_once),
        cmocka_unit_test(at_the_end_all_are_told),
        cmocka_unit_test(no_more_wait_than_may),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
