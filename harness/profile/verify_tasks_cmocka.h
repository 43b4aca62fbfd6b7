/* The assertion as cmocka fixture: for tests that must leave no task behind.
 *
 *     cmocka_unit_test_setup_teardown(my_test, verify_setup, verify_teardown)
 *
 * Include cmocka.h before. The test runs under the virtual clock; the clock is set back after it.
 */
#pragma once

#include "profile/verify_tasks.h"
#include "task/time.h"
#include <stdlib.h>

/* Fails the running test with the dump, where a task of v's is left. */
#define assert_no_tasks(v)                                                                         \
    do {                                                                                           \
        char *left_ = task_verify_none(v);                                                         \
        if (left_) {                                                                               \
            print_error("%s", left_);                                                              \
            free(left_);                                                                           \
            fail_msg("tasks are left");                                                            \
        }                                                                                          \
    } while (0)

struct verify_fixture {
    struct verify verify;
    bool was_virtual;
};

static inline int verify_setup(void **state)
{
    struct verify_fixture *f = (struct verify_fixture *)malloc(sizeof *f);
    if (!f)
        return -1;
    f->verify = verify_begin();
    f->was_virtual = clock_is_virtual();
    clock_set_virtual(true);
    *state = f;
    return 0;
}

/* cmocka reports a teardown that does not return 0 as an error of its test. */
static inline int verify_teardown(void **state)
{
    struct verify_fixture *f = (struct verify_fixture *)*state;
    char *left = task_verify_none(&f->verify);
    bool failed = left != NULL;
    if (failed)
        print_error("%s", left);
    clock_set_virtual(f->was_virtual);
    free(left);
    free(f);
    return failed ? -1 : 0;
}
