/* Tasks that wait for I/O and for semaphores, as dumps tell them. */
#include "test/looking.h"

#include "profile/dump.h"
#include "task/ctx.h"
#include "task/io.h"
#include "task/semaphore.h"

__attribute__((noinline)) static void read_from_peer(void *io)
{
    char text[8];
    io_read(ctx_background(), io, text, sizeof text);
}

__attribute__((noinline)) static void read_in_full(void *io)
{
    char text[8];
    io_read_full(ctx_background(), io, text, sizeof text);
}

static void fill(void *io)
{
    static char much[1 << 20];
    io_write(ctx_background(), io, much, sizeof much);
}

static void take_two(void *semaphore)
{
    semaphore_acquire(ctx_background(), semaphore, 2);
}

static char *dump_as(enum dump_format format)
{
    char *text = dump_text(&(struct dump){.format = format, .filter = is_parked});
    assert_non_null(text);
    return text;
}

LEAKING_TASK_TEST(who_waits_for_a_peer_is_told_with_its_connection)
{
    struct io *ends[2], *full[2];
    assert_int_equal(io_pair(ends), 0);
    assert_int_equal(io_pair(full), 0);
    go(read_from_peer, ends[0]);
    go(fill, full[1]);
    settle();
    look(is_parked);
    const struct waited *w = waited_by(read_from_peer);
    assert_int_equal(w->state.kind, OBJECT_CONNECTION);
    assert_int_equal(w->state.connection.readers, 1);
    assert_int_equal(w->state.connection.references, 2);
    look_away();
    char *text = summary();
    expect_match(text, "^1 task parked in IO wait at .*read_from_peer");
    expect_words(text, "; the connection has one reader, no writer and 2 references\n");
    expect_words(text, "; the connection has no reader, one writer and 2 references\n");
    free(text);
    text = dump_as(DUMP_FULL);
    expect_match(text, "^goroutine 2 \\[IO wait\\]:\nread_from_peer\\(");
    free(text);
    text = dump_as(DUMP_JSON);
    expect_words(text, "\"reason\":\"IO wait\"");
    expect_words(text, "\"readers\":1,\"writers\":0,\"references\":2");
    free(text);
}

LEAKING_TASK_TEST(the_caller_is_named_also_where_a_call_makes_others)
{
    struct io *ends[2];
    assert_int_equal(io_pair(ends), 0);
    go(read_in_full, ends[0]);
    settle();
    char *text = dump_as(DUMP_FULL);
    expect_match(text, "^goroutine 2 \\[IO wait\\]:\nread_in_full\\(");
    free(text);
}

LEAKING_TASK_TEST(who_waits_for_a_semaphore_is_told_with_what_is_taken)
{
    static struct semaphore slots = {.size = 4};
    assert_true(semaphore_try_acquire(&slots, 3));
    go(take_two, &slots);
    settle();
    char *text = summary();
    expect_match(text, "^1 task parked in semacquire at .*take_two");
    expect_words(text, "; the semaphore has 3 of 4 taken\n");
    free(text);
    text = dump_as(DUMP_FULL);
    expect_match(text, "^goroutine 2 \\[semacquire\\]:\ntake_two\\(");
    free(text);
    text = dump_as(DUMP_JSON);
    expect_words(text, "\"taken\":3,\"size\":4");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_waits_for_a_peer_is_told_with_its_connection),
        cmocka_unit_test(the_caller_is_named_also_where_a_call_makes_others),
        cmocka_unit_test(who_waits_for_a_semaphore_is_told_with_what_is_taken),
    };
    return cmocka_run_group_tests_name("profile: I/O and semaphores", tests, NULL, NULL);
}
