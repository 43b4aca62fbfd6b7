/* Places of tasks, of objects and of plain C's things, named: who is one group, who is left out, which come first. Planted
 * places, with addresses of this program's own calls. */
#include "test/support.h"

#include "load/places.h"
#include "load/plain_places.h"
#include <stdio.h>
#include <string.h>

/* The address behind a call, and its line. */
static __attribute__((noinline)) const void *here(uint32_t *line, uint32_t of)
{
    const void *address = __builtin_return_address(0);
    *line = of;
    return address;
}

static const char file[] = "harness/test/test_places.c";

/* --- Tasks ---------------------------------------------------------------------------------------- */

static const struct task_site made[] = {{.file = "m.c", .function = "make", .line = 3},
                                        {.file = "m.c", .function = "make", .line = 4},
                                        {.file = "n.c", .function = "other", .line = 3}};

static void add(struct task_places *places, const struct task_site *site, enum wait_reason reason,
                const void *frame, uint64_t count)
{
    places->places[places->length++] = (struct task_place){
        .site = site, .reason = reason, .awake = AWAKE_NOT, .frames = {frame}, .count = count};
}

static void expect_task(const struct parked_group *group, uint64_t count, enum wait_reason reason,
                        uint32_t line, const struct task_site *site)
{
    assert_int_equal(group->count, count);
    assert_int_equal(group->reason, reason);
    assert_int_equal(group->kept_awake, AWAKE_NOT);
    assert_string_equal(group->file, line ? file : "");
    assert_string_equal(group->function, line ? "tasks_of_one_line_are_one_group" : "");
    assert_int_equal(group->line, line);
    assert_string_equal(group->made_file, site->file);
    assert_string_equal(group->made_function, site->function);
    assert_int_equal(group->made_line, site->line);
}

static void tasks_of_one_line_are_one_group(void **state)
{
    (void)state;
    static struct task_places places, less;
    static struct parked parked;
    uint32_t first, second;
    const void *one = here(&first, __LINE__);
    const void *other = here(&second, __LINE__);
    places = (struct task_places){.omitted = 5};
    add(&places, &made[0], WAIT_SELECT, one, 2);
    add(&places, &made[0], WAIT_SELECT, other, 7);
    add(&places, &made[0], WAIT_CHAN_SEND, one, 7);
    add(&places, &made[1], WAIT_SELECT, one, 1);
    add(&places, &made[2], WAIT_SELECT, one, 30);
    add(&places, &made[0], WAIT_SLEEP, NULL, 40);
    add(&places, &made[0], WAIT_SELECT, one, 6);
    places.places[6].frames[1] = other; /* by another caller */
    places_name_tasks(&places, NULL, &parked);
    assert_int_equal(parked.length, 6);
    assert_int_equal(parked.omitted, 5);
    expect_task(&parked.groups[0], 40, WAIT_SLEEP, 0, &made[0]);
    expect_task(&parked.groups[1], 30, WAIT_SELECT, first, &made[2]);
    expect_task(&parked.groups[2], 8, WAIT_SELECT, first, &made[0]);
    expect_task(&parked.groups[3], 7, WAIT_CHAN_SEND, first, &made[0]);
    expect_task(&parked.groups[4], 7, WAIT_SELECT, second, &made[0]);
    expect_task(&parked.groups[5], 1, WAIT_SELECT, first, &made[1]);
    /* Without those of another look, whatever kept them awake then; of as many none is left. */
    less = (struct task_places){0};
    add(&less, &made[2], WAIT_SELECT, one, 10);
    less.places[0].awake = AWAKE_BY_SLEEP;
    add(&less, &made[2], WAIT_SELECT, one, 4);
    add(&less, &made[0], WAIT_SLEEP, NULL, 40);
    add(&less, &made[1], WAIT_SELECT, one, 9);
    places_name_tasks(&places, &less, &parked);
    assert_int_equal(parked.length, 4);
    expect_task(&parked.groups[0], 16, WAIT_SELECT, first, &made[2]);
    expect_task(&parked.groups[3], 7, WAIT_SELECT, second, &made[0]);
}

static void what_keeps_them_awake_tells_groups_apart(void **state)
{
    (void)state;
    static struct task_places places;
    static struct parked parked;
    places = (struct task_places){0};
    add(&places, &made[0], WAIT_SLEEP, NULL, 2);
    add(&places, &made[0], WAIT_SLEEP, NULL, 3);
    places.places[1].awake = AWAKE_BY_SLEEP;
    places_name_tasks(&places, NULL, &parked);
    assert_int_equal(parked.length, 2);
    assert_int_equal(parked.groups[0].kept_awake, AWAKE_BY_SLEEP);
    assert_int_equal(parked.groups[1].kept_awake, AWAKE_NOT);
}

static void tasks_beyond_the_room_are_counted(void **state)
{
    (void)state;
    static struct task_places places;
    static struct parked parked;
    static struct task_site sites[PARKED_GROUPS + 2];
    places = (struct task_places){.omitted = 1};
    for (size_t i = 0; i < PARKED_GROUPS + 2; i++) {
        sites[i] = (struct task_site){.file = "m.c", .function = "f", .line = (int)i};
        add(&places, &sites[i], WAIT_SLEEP, NULL, 10 + i);
    }
    places_name_tasks(&places, NULL, &parked);
    assert_int_equal(parked.length, 16);
    assert_int_equal(parked.omitted, 1 + 26 + 27);
    for (size_t i = 0; i < PARKED_GROUPS; i++)
        assert_int_equal(parked.groups[i].count, 25 - i);
}

/* --- Objects -------------------------------------------------------------------------------------- */

static void objects_are_named_by_the_line_that_made_them(void **state)
{
    (void)state;
    static struct object_places places, less;
    static struct objects objects;
    uint32_t first, second;
    const void *one = here(&first, __LINE__);
    const void *other = here(&second, __LINE__);
    places = (struct object_places){.length = 4,
                                    .places = {{MADE_TIMER, one, 3},
                                               {MADE_CHANNEL, one, 5},
                                               {MADE_CONTEXT, other, 4},
                                               {MADE_CONTEXT, NULL, 1}}};
    static const enum kind kinds[] = {KIND_CHANNELS, KIND_CONTEXTS, KIND_TIMERS, KIND_CONTEXTS};
    const uint32_t lines[] = {first, second, first, 0};
    places_name_objects(&places, NULL, &objects);
    assert_int_equal(objects.length, 4);
    for (size_t i = 0; i < 4; i++) {
        const struct object_group *group = &objects.groups[i];
        assert_int_equal(group->kind, kinds[i]);
        assert_int_equal(group->line, lines[i]);
        assert_string_equal(group->what, "");
        assert_string_equal(group->file, lines[i] ? file : "");
        assert_string_equal(group->function, lines[i] ? __func__ : "");
    }
    less = (struct object_places){
        .length = 3,
        .places = {{MADE_TIMER, one, 1}, {MADE_CHANNEL, one, 5}, {MADE_CONTEXT, one, 4}}};
    places_name_objects(&places, &less, &objects);
    assert_int_equal(objects.length, 3);
    assert_true(objects.groups[0].kind == KIND_CONTEXTS && objects.groups[0].count == 4);
    assert_true(objects.groups[1].kind == KIND_TIMERS && objects.groups[1].count == 2);
    assert_true(objects.groups[2].kind == KIND_CONTEXTS && objects.groups[2].count == 1);
}

/* --- Plain C -------------------------------------------------------------------------------------- */

static void things_of_plain_c_are_named_by_kind_stack_and_state(void **state)
{
    (void)state;
    static struct plain_places places, less;
    static struct objects objects;
    char most[128];
    uint32_t first, second;
    const void *one = here(&first, __LINE__);
    const void *other = here(&second, __LINE__);
    places = (struct plain_places){.length = 5,
                                   .places = {{KIND_HANDLES, 1, "timer, stopped", one, 3},
                                              {KIND_HANDLES, 1, "timer", one, 2},
                                              {KIND_DESCRIPTORS, 2, "", one, 6},
                                              {KIND_DESCRIPTORS, 3, "", other, 7},
                                              {KIND_THREADS, 1, "timer", NULL, 9}}};
    static const struct {
        uint64_t count;
        enum kind kind;
        const char *what;
    } rows[] = {{9, KIND_THREADS, "timer"},
                {7, KIND_DESCRIPTORS, ""},
                {6, KIND_DESCRIPTORS, ""},
                {3, KIND_HANDLES, "timer, stopped"},
                {2, KIND_HANDLES, "timer"}};
    const uint32_t lines[] = {0, second, first, first, first};
    plain_places_name(&places, NULL, &objects);
    assert_int_equal(objects.length, 5);
    for (size_t i = 0; i < 5; i++) {
        const struct object_group *group = &objects.groups[i];
        assert_true(group->count == rows[i].count && group->kind == rows[i].kind);
        assert_string_equal(group->what, rows[i].what);
        assert_int_equal(group->line, lines[i]);
        assert_string_equal(group->file, lines[i] ? file : "");
        assert_string_equal(group->function, lines[i] ? __func__ : "");
    }
    less = (struct plain_places){.length = 4,
                                 .places = {{KIND_HANDLES, 1, "timer", other, 2},
                                            {KIND_HANDLES, 2, "timer, stopped", one, 3},
                                            {KIND_DESCRIPTORS, 3, "", NULL, 5},
                                            {KIND_REQUESTS, 2, "", one, 6}}};
    plain_places_name(&places, &less, &objects);
    assert_int_equal(objects.length, 4);
    assert_true(objects.groups[1].count == 6 && objects.groups[2].count == 3);
    assert_true(objects.groups[3].count == 2 && objects.groups[3].kind == KIND_DESCRIPTORS);
    char due[128];
    snprintf(due, sizeof due, "%s:%u", file, second);
    plain_places_say_most(&places, KIND_DESCRIPTORS, most, sizeof most);
    assert_string_equal(most, due);
    places.places[2].count = 7; /* of two alike the first */
    snprintf(due, sizeof due, "%s:%u", file, first);
    plain_places_say_most(&places, KIND_DESCRIPTORS, most, sizeof most);
    assert_string_equal(most, due);
    plain_places_say_most(&places, KIND_THREADS, most, sizeof most);
    assert_string_equal(most, "");
    plain_places_say_most(&places, KIND_REQUESTS, most, sizeof most);
    assert_string_equal(most, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tasks_of_one_line_are_one_group),
        cmocka_unit_test(what_keeps_them_awake_tells_groups_apart),
        cmocka_unit_test(tasks_beyond_the_room_are_counted),
        cmocka_unit_test(objects_are_named_by_the_line_that_made_them),
        cmocka_unit_test(things_of_plain_c_are_named_by_kind_stack_and_state),
    };
    return cmocka_run_group_tests_name("places", tests, NULL, NULL);
}
