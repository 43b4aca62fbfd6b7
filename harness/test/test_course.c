/* How the course of what there is is read, part by part: a leak from what fills up, comes down or ends, at the bounds. */
#include "test/support.h"

#include "probe/course.h"
#include <stdlib.h>

static struct leg leg;
static struct leg *const load = &leg;

/* "0*8 50": each part's least; most: the same, but where "/" gives it. After the last part there are `all`. */
static void read_course(const char *text, int64_t all)
{
    int part = 0;
    for (const char *at = text; part < LEG_PARTS;) {
        char *end;
        int64_t least = strtol(at, &end, 10), most = least;
        long times = *end == '*' ? strtol(end + 1, &end, 10) : 1;
        most = *end == '/' ? strtol(end + 1, &end, 10) : most;
        for (long i = 0; i < times; i++, part++) {
            load->least[part][KIND_TASKS] = load->least[part][KIND_HEAP] = least;
            load->most[part][KIND_TASKS] = load->most[part][KIND_HEAP] = most;
        }
        at = end;
    }
    load->all[KIND_TASKS] = load->all[KIND_HEAP] = all;
}

static void a_course_tells_a_leak_from_what_fills_up(void **state)
{
    (void)state;
    static const struct {
        const char *least;
        int64_t all;
        double events, stays, before;
        enum course course, of_bytes;
    } cases[] = {
        {"0 10 20 30 40 50 60 70 80 90 100 110 120 130 140 150", 160, 160, 1, 0, COURSE_ON,
         COURSE_ON},
        /* All at once, and then nothing for more than half of all requests, or for half of load alone. */
        {"0*4 100*12", 100, 100, 0.625, 0, COURSE_LEVEL, COURSE_LEVEL},
        {"0*4 100*12", 100, 1, 0.625, 0, COURSE_LEVEL, COURSE_JUMPED}, /* a byte is no event */
        {"0*4 100*12", 100, 100, 0.625, 79, COURSE_LEVEL, COURSE_LEVEL},
        {"0*4 100*12", 100, 100, 0.625, 80, COURSE_JUMPED, COURSE_JUMPED},
        {"0*4 80*12", 80, 80, 1, 160, COURSE_ON, COURSE_ON}, /* half of it is elsewhere */
        {"0*4 81*12", 81, 81, 1, 160, COURSE_JUMPED, COURSE_JUMPED},
        {"0*4 60*4 90*8", 100, 100, 0.625, 160, COURSE_ON,
         COURSE_ON}, /* nine tenths, in two steps */
        {"0*4 60*4 91*8", 100, 100, 0.625, 160, COURSE_JUMPED, COURSE_JUMPED},
        {"0*4 60*12", 91, 91, 0.6, 160, COURSE_JUMPED,
         COURSE_JUMPED}, /* the last step behind the last part */
        /* Little by little, and then for longer than it ever paused. */
        {"0 20 40 60 80 100*11", 100, 100, 0.625, 160, COURSE_LEVEL, COURSE_LEVEL},
        {"0 25 50 75 75 75 100*10", 100, 100, 0.625, 160, COURSE_LEVEL, COURSE_LEVEL},
        {"0 25 50 75 75 75 75 100*9", 100, 100, 0.625, 160, COURSE_SLOWING, COURSE_SLOWING},
        /* Of too few nothing is said: seven should have come. */
        {"0 2 4 6 8 10*11", 10, 10, 0.0625, 160, COURSE_ON, COURSE_ON},
        {"0 2 4 6 8 11*11", 11, 11, 0.07, 160, COURSE_LEVEL, COURSE_LEVEL},
        /* It comes down to where it began, from as high as it is. */
        {"0 10 20 30 0 10 20 30 0 10 20 30 0 10 20 30", 30, 30, 0.2, 160, COURSE_LEVEL,
         COURSE_LEVEL},
        {"0 10 20 30 1 10 20 30 1 10 20 30 1 10 20 30", 30, 30, 0.2, 160, COURSE_ON, COURSE_ON},
        {"0 10 20 30 0 10 20 30 0 10 20 30 0 10 20 30", 31, 30, 0.2, 160, COURSE_ON, COURSE_ON},
        {"0 10 20 30/31 0 10 20 30 0 10 20 30 0 10 20 30", 31, 31, 0.2, 160, COURSE_LEVEL,
         COURSE_LEVEL},
        {"0 2 4 6 8 2 4 6 8 2 4 6 0 2 4 6", 6, 8, 0.05, 160, COURSE_LEVEL, COURSE_LEVEL},
        {"5 10 20 35 5 10 20 35 5 10 20 35 5 10 20 35", 35, 30, 0.2, 160, COURSE_LEVEL,
         COURSE_LEVEL},
        {"10 0*15", 100, 100, 1.24375, 160, COURSE_JUMPED,
         COURSE_JUMPED}, /* all behind the last part */
        {"0 1 2 3 4 5 6 7 0 1 2 3 4 5 6 7", 7, 7, 0.05, 160, COURSE_ON, COURSE_ON},
        {"0 1 2 3 4 5 6 7 0 1 2 3 4 5 6 8/9", 7, 8, 0.05, 160, COURSE_ON, COURSE_ON},
        /* Half as much in the second half, by more than chance. */
        {"0 20 40 60 80 100 120 140 141 151 161 171 181 191 201 210", 210, 210, 1.3, 160,
         COURSE_SLOWING, COURSE_SLOWING},
        {"0 10 20 30 40 50 60 70 71 76 81 86 91 96 101 105", 105, 105, 0.65, 160, COURSE_ON,
         COURSE_ON},
        {"0 20 40 60 80 100 120 140 145 150 155 160 165 170 175 180", 180, 180, 1.125, 160,
         COURSE_SLOWING, COURSE_SLOWING},
        {"0 20 40 60 80 100 120 140 150 160 170 180 190 200 210 220", 220, 220, 1.375, 160,
         COURSE_ON, COURSE_ON},
        {"0 2 4 6 8 10 12 14 14 15 15 16 16 17 17 18", 18, 18, 0.1, 160, COURSE_ON, COURSE_ON},
        {"0 20 40 60 80 100 120 140 145 150 155 160 165 170 175 180", 180, 180, 0, 160, COURSE_ON,
         COURSE_ON}, /* nothing stays */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        load->requests = 160;
        load->late_requests = 10;
        read_course(cases[i].least, cases[i].all);
        enum course of_tasks = course_of(load, KIND_TASKS, cases[i].events, cases[i].stays,
                                         cases[i].before),
                    of_bytes = course_of(load, KIND_HEAP, cases[i].events, cases[i].stays,
                                         cases[i].before);
        if (of_tasks != cases[i].course || of_bytes != cases[i].of_bytes)
            fail_msg("%zu, %s: %d, of bytes %d", i, cases[i].least, of_tasks, of_bytes);
        load->late_requests = 0; /* it does not tell */
        assert_int_equal(course_of(load, KIND_TASKS, cases[i].events, cases[i].stays, 0),
                         COURSE_ON);
    }
}

static void early_is_what_came_in_the_first_half(void **state)
{
    (void)state;
    load->late_requests = 1;
    read_course("0*3 5*13", 5);
    assert_true(course_is_early(load, KIND_TASKS));
    read_course("0*8 5*8", 5);
    assert_true(course_is_early(load, KIND_TASKS));
    read_course("0*9 5*7", 5);
    assert_false(course_is_early(load, KIND_TASKS));
    read_course("0*9 5*6 0", 0);
    assert_true(course_is_early(load, KIND_TASKS));
    load->least[3][KIND_TASKS] = INT64_MAX; /* a part that is not told apart */
    assert_false(course_is_early(load, KIND_TASKS));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_course_tells_a_leak_from_what_fills_up),
        cmocka_unit_test(early_is_what_came_in_the_first_half),
    };
    return cmocka_run_group_tests_name("course", tests, NULL, NULL);
}
