/* What is kept of a hibernated stack: as small as it can be, and the same when it is unpacked. */
#include "test/support.h"

#include "task/hibernate_copy.h"
#include "task/hibernate_step.h"
#include "task/sched.h"
#include <stdlib.h>
#include <string.h>

enum { WORDS = 200, STACK = 65536 };

/* Places in the program, as two calls that park would be: each case has its own. */
static char calls[16][64];

/* A part of a stack that begins at `start`; its record is near its end. */
static struct live_part part_at(const uint64_t *low, uintptr_t start, const void *pc)
{
    return (struct live_part){.low = low,
                              .words = WORDS,
                              .record = start + STACK - 256,
                              .start = start,
                              .size = STACK,
                              .pc = pc};
}

/* Constants, and pointers into a stack of its own that begins at start. */
static void fill(uint64_t words[WORDS], uintptr_t start)
{
    for (size_t i = 0; i < WORDS; i++)
        words[i] = i % 5 == 0 ? start + 16 * i : 1000000007 * (i + 1);
    words[5] = start;          /* its first byte */
    words[10] = start + STACK; /* behind its last: no pointer of its own */
    words[15] = start + STACK - 1;
}

static void expect_unpacked(const struct copy *c, const struct live_part *part)
{
    uint64_t unpacked[WORDS];
    assert_int_equal(c->words, part->words);
    copy_unpack(c, part->record, unpacked);
    assert_memory_equal(unpacked, part->low, part->words * sizeof *unpacked);
}

static void give_up(struct copy *c)
{
    copy_leave_form(c);
    free(c);
}

/* The first is the form, and of one that only stands elsewhere nothing but the length is kept. */
static void like_parts_differ_in_nothing(void **state)
{
    (void)state;
    uint64_t one[WORDS], other[WORDS];
    uintptr_t here = 0x700000000000, there = 0x7100dead0000;
    fill(one, here);
    fill(other, there);
    other[10] = one[10]; /* is not moved: it points to no place of this stack */
    struct live_part first = part_at(one, here, calls[0]), second = part_at(other, there, calls[0]);
    uint64_t changes = task_forms.changes;
    struct copy *a = copy_make(&first), *b = copy_make(&second);
    assert_int_equal(task_forms.changes, changes + 1);
    assert_true(a->form && a->form == b->form);
    assert_int_equal(task_forms.all[a->form].users, 2);
    for (int i = 0; i < 2; i++) {
        const struct copy *c = i ? b : a;
        assert_int_equal(c->bytes[0], COPY_RUN - 1);
        assert_int_equal(c->bytes[1], WORDS - COPY_RUN - 1);
    }
    expect_unpacked(a, &first);
    expect_unpacked(b, &second);
    uint16_t form = a->form;
    give_up(a);
    expect_unpacked(b, &second); /* the form stays for the other */
    give_up(b);
    assert_int_equal(task_forms.all[form].users, 0);
}

/* Two calls that have the same place among the forms: who comes first has it, until its copies are gone. */
static void a_form_in_use_is_nobody_else_s(void **state)
{
    (void)state;
    uint64_t words[WORDS], fewer[WORDS];
    uintptr_t here = 0x700000000000;
    fill(words, here);
    fill(fewer, here);
    fewer[3] = 12345;
    struct live_part first = part_at(words, here, calls[2]);
    struct live_part second = part_at(fewer, here, calls[2] + 1); /* one further, one word less */
    second.words--;
    struct copy *a = copy_make(&first), *b = copy_make(&second);
    assert_true(a->form);
    assert_int_equal(b->form, 0);
    expect_unpacked(a, &first);
    expect_unpacked(b, &second);
    uint16_t form = a->form;
    give_up(a);
    give_up(b);
    b = copy_make(&second);
    assert_int_equal(b->form, form);
    assert_int_equal(b->bytes[0], COPY_RUN - 1);
    assert_ptr_equal(task_forms.all[form].pc, second.pc);
    assert_int_equal(task_forms.all[form].words, second.words);
    expect_unpacked(b, &second);
    give_up(b);
}

/* --- Words that differ -------------------------------------------------------------------------------- */

/* How many bytes the step of a word has, where it alone is other than in the form. */
static size_t step_for(uint64_t distance)
{
    uint64_t one[WORDS], other[WORDS];
    uintptr_t here = 0x700000000000;
    fill(one, here);
    memcpy(other, one, sizeof other);
    other[7] += distance;
    struct live_part first = part_at(one, here, calls[4]), second = part_at(other, here, calls[4]);
    struct copy *a = copy_make(&first), *b = copy_make(&second);
    expect_unpacked(b, &second);
    assert_int_equal(b->bytes[0], 6); /* seven words as expected */
    assert_true(b->bytes[1] >= COPY_A_WORD);
    size_t n = copy_distance_size(b->bytes[1]);
    assert_int_equal(copy_distance(b->bytes + 2, n), (int64_t)distance);
    assert_int_equal(b->bytes[2 + n], COPY_RUN - 1);
    give_up(a);
    give_up(b);
    return n;
}

static void a_distance_has_as_few_bytes_as_hold_it(void **state)
{
    (void)state;
    static const struct {
        int64_t distance;
        size_t bytes;
    } distances[] = {{1, 1},
                     {127, 1},
                     {-1, 1},
                     {-128, 1},
                     {128, 2},
                     {-129, 2},
                     {32767, 2},
                     {32768, 3},
                     {-32769, 3},
                     {1 << 23, 4},
                     {-(INT64_C(1) << 39) - 1, 6}, /* the other way code may lie nearer */
                     {-(INT64_C(1) << 55), 7}};
    for (size_t i = 0; i < sizeof distances / sizeof *distances; i++)
        assert_int_equal(step_for((uint64_t)distances[i].distance), distances[i].bytes);
}

/* A word as far off as the last one needs no distance. */
static void what_moved_together_is_said_once(void **state)
{
    (void)state;
    uint64_t one[WORDS], other[WORDS];
    uintptr_t here = 0x700000000000;
    fill(one, here);
    memcpy(other, one, sizeof other);
    for (size_t i = 0; i < 4; i++)
        other[i] += 0x123456;
    struct live_part first = part_at(one, here, calls[6]), second = part_at(other, here, calls[6]);
    struct copy *a = copy_make(&first), *b = copy_make(&second);
    expect_unpacked(b, &second);
    assert_int_equal(b->bytes[0], COPY_A_WORD | COPY_FROM_EXPECTED << COPY_FROM_SHIFT | 3);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(b->bytes[4 + i], COPY_A_WORD | COPY_FROM_MOVED << COPY_FROM_SHIFT);
    assert_int_equal(b->bytes[7], COPY_RUN - 1);
    give_up(a);
    give_up(b);
}

/* Without a form what is near the record or the code is counted from there, and nothing is as expected but 0. */
static void without_a_form_words_are_counted_from_what_is_near(void **state)
{
    (void)state;
    uint64_t words[WORDS] = {0}, taken[WORDS] = {0};
    uintptr_t here = 0x700000000000;
    struct live_part first = part_at(taken, here, calls[8]),
                     part = part_at(words, here, calls[8] + 1);
    part.words--;
    words[2] = part.record - 100;
    words[3] = (uintptr_t)sched_start + 1000;
    words[4] = 77;
    struct copy *a = copy_make(&first), *b = copy_make(&part);
    assert_int_equal(b->form, 0);
    static const uint8_t steps[] = {1,
                                    COPY_A_WORD | COPY_FROM_RECORD << COPY_FROM_SHIFT | 1,
                                    (uint8_t)-100,
                                    COPY_A_WORD | COPY_FROM_CODE << COPY_FROM_SHIFT | 2,
                                    1000 & 0xFF,
                                    1000 >> 8,
                                    COPY_A_WORD | COPY_FROM_EXPECTED << COPY_FROM_SHIFT | 1,
                                    77,
                                    COPY_RUN - 1,
                                    WORDS - 1 - 5 - COPY_RUN - 1};
    assert_memory_equal(b->bytes, steps, sizeof steps);
    expect_unpacked(b, &part);
    give_up(a);
    give_up(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(like_parts_differ_in_nothing),
        cmocka_unit_test(a_form_in_use_is_nobody_else_s),
        cmocka_unit_test(a_distance_has_as_few_bytes_as_hold_it),
        cmocka_unit_test(what_moved_together_is_said_once),
        cmocka_unit_test(without_a_form_words_are_counted_from_what_is_near),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
