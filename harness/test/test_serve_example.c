/* The sample that exports its count of tasks, on the virtual clock: the leak is warned of, the fix is not, and
 * the file says how many there are. */
#include "test/support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int sample_main(int argc, char **argv);
#define main sample_main
#include "serve/example/exports.c" // NOLINT(bugprone-suspicious-include): its main() is what is tested
#undef main

static char path[] = "/tmp/leaklab-exports-XXXXXX";

static bool leaks;

static void serve_for_four_minutes(void *unused)
{
    (void)unused;
    clock_set_virtual(true);
    arguments[0] = path;
    arguments[1] = leaks ? path : NULL;
    go(serve, NULL);
    task_sleep(4 * MINUTE + SECOND); /* the fourth is over */
    _exit(0);
}

/* How often it warns in that time; the last count that it exported. */
static size_t warnings(size_t *count)
{
    static const char begin[] = "tasks grow: ";
    char line[64];
    size_t lines = 0;
    const struct ending *ending = support_ending(serve_for_four_minutes);
    assert_int_equal(ending->status, 0);
    for (const char *at = ending->words; (at = strstr(at, begin)); at += sizeof begin)
        lines++;
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    assert_non_null(fgets(line, sizeof line, file));
    assert_string_equal(line, "# TYPE program_tasks gauge\n");
    assert_int_equal(fscanf(file, "program_tasks %zu\n", count), 1);
    fclose(file);
    return lines;
}

static void the_leak_is_warned_of_and_the_fix_is_not(void **state)
{
    (void)state;
    size_t count;
    int file = mkstemp(path);
    assert_true(file >= 0);
    close(file);
    leaks = true;
    assert_int_equal(warnings(&count), 3); /* of four minutes the first has none before it */
    assert_in_range(count, 2390, 2410);
    leaks = false;
    assert_int_equal(warnings(&count), 0);
    assert_in_range(count, 3, 6);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_leak_is_warned_of_and_the_fix_is_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
