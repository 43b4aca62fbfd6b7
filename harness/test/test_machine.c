/* The machine and the program, as records tell of them: held to what the system's own tools say here. */
#include "test/words.h"

#include "probe/cgroup.h"
#include "probe/machine.h"
#include <sched.h>
#include <unistd.h>

/* What a command prints first, without its newline. */
static const char *first_line(const char *command)
{
    static char line[512];
    char *text = words_of(command, 0);
    snprintf(line, sizeof line, "%.*s", (int)strcspn(text, "\n"), text);
    free(text);
    return line;
}

static void the_machine_is_what_the_system_says(void **state)
{
    (void)state;
    struct machine machine = {0};
    machine_look(&machine);
    assert_string_equal(machine.architecture, first_line("uname -m"));
    assert_string_equal(machine.kernel, first_line("uname -sr"));
    assert_int_equal(machine.cores, atol(first_line("nproc")));
    assert_int_equal(machine.memory_bytes,
                     atoll(first_line("echo $(($(getconf _PHYS_PAGES) * $(getconf PAGESIZE)))")));
    assert_string_equal(machine.address_randomization,
                        first_line("cat /proc/sys/kernel/randomize_va_space 2>/dev/null || true"));
    assert_string_equal(
        machine.governor,
        first_line(
            "cat /sys/devices/system/cpu/cpu0/cpufreq/scaling_governor 2>/dev/null || true"));
    assert_string_equal(
        machine.transparent_huge_pages,
        first_line("sed 's/.*\\[\\(.*\\)\\].*/\\1/' "
                   "/sys/kernel/mm/transparent_hugepage/enabled 2>/dev/null || true"));
    const char *model = first_line("sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1");
    assert_string_equal(machine.processor, *model ? model : "unknown");
}

static void cores_are_those_that_it_may_use(void **state)
{
    (void)state;
    struct machine machine = {0};
    cpu_set_t all, one;
    assert_int_equal(sched_getaffinity(0, sizeof all, &all), 0);
    CPU_ZERO(&one);
    for (int i = 0; i < CPU_SETSIZE && !CPU_COUNT(&one); i++)
        if (CPU_ISSET(i, &all))
            CPU_SET(i, &one);
    assert_int_equal(sched_setaffinity(0, sizeof one, &one), 0);
    machine_look(&machine);
    assert_int_equal(machine.cores, 1);
    assert_int_equal(sched_setaffinity(0, sizeof all, &all), 0);
}

static void limits_are_those_of_the_own_group(void **state)
{
    (void)state;
    char path[CGROUP_PATH], command[CGROUP_PATH + 128];
    cgroup_own(2, "memory", path);
    if (!*path || access(path, R_OK) != 0)
        support_skip("no control groups of version 2 are here");
    struct machine machine = {0};
    machine_look(&machine);
    snprintf(command, sizeof command, "cat %s/memory.max 2>/dev/null || echo max", path);
    const char *limit = first_line(command);
    if (strcmp(limit, "max") != 0)
        assert_int_equal(machine.cgroup_memory_bytes, atoll(limit));
    snprintf(command, sizeof command, "cat %s/cpu.max 2>/dev/null || echo max 100000", path);
    double quota, period;
    if (sscanf(first_line(command), "%lf %lf", &quota, &period) == 2)
        assert_true(machine.cgroup_processors == quota / period);
}

static void the_build_and_its_libraries_are_told(void **state)
{
    (void)state;
    struct build build = build_of_this();
    assert_string_equal(build.version, LEAKLAB_VERSION);
#ifdef __clang__
    expect_match(build.compiler, "^clang [0-9]");
#else
    expect_match(build.compiler, "^gcc [0-9]");
#endif
    expect_match(build.flags, "^-std=gnu17 ");
    expect_match(build.commit, "^([0-9a-f]+(-dirty)?|unknown)$");
    static const char *const names[] = {"libc", "libuv", "jemalloc", "gsl", "jansson", "elfutils"};
    const struct library *library = machine_libraries();
    for (size_t i = 0; i < sizeof names / sizeof *names; i++, library++) {
        assert_string_equal(library->name, names[i]);
        if (library->version)
            expect_match(library->version, "^[0-9]+[.0-9]*");
        else
            assert_string_equal(library->name, "jemalloc");
    }
    assert_null(library->name);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_machine_is_what_the_system_says),
        cmocka_unit_test(cores_are_those_that_it_may_use),
        cmocka_unit_test(limits_are_those_of_the_own_group),
        cmocka_unit_test(the_build_and_its_libraries_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
