/* The machine and the program, as records tell of them: held to what the system's own tools say here. */
#include "test/words.h"

#include "probe/cgroup.h"
#include "probe/machine.h"
#include <fcntl.h>
#include <sched.h>
#include <stdarg.h>
#include <sys/mman.h>
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
    /* Which takes less than there are where these say so. */
    assert_int_equal(machine.cores,
                     atol(first_line("env -u OMP_NUM_THREADS -u OMP_THREAD_LIMIT nproc")));
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

/* --- Planted groups ------------------------------------------------------------------------------- */

/* What stands in which file; NULL: the machine's own. The linker puts this in the place of open(). */
static const char *const (*planted)[2];

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);

int __wrap_open(const char *path, int flags, ...)
{
    va_list more;
    va_start(more, flags);
    mode_t mode = flags & O_CREAT ? va_arg(more, mode_t) : 0;
    va_end(more);
    if (!planted)
        return __real_open(path, flags, mode);
    for (size_t i = 0; planted[i][0]; i++)
        if (!strcmp(planted[i][0], path)) {
            int file = memfd_create("planted", MFD_CLOEXEC);
            ssize_t length = (ssize_t)strlen(planted[i][1]);
            assert_int_equal(pwrite(file, planted[i][1], (size_t)length, 0), length);
            return file;
        }
    return -1;
}

#define V2   "cgroup2 /sys/fs/cgroup cgroup2 rw,nosuid 0 0\n"
#define V1   "cgroup /cg/cpu cgroup rw,cpu,cpuacct 0 0\ncgroup /cg/mem cgroup rw,memory 0 0\n"
#define BOTH "proc /proc proc rw 0 0\n" V1 V2

static void limits_are_read_of_either_version(void **state)
{
    (void)state;
    static const struct {
        const char *files[6][2];
        int64_t bytes;
        double processors;
    } cases[] = {
        {{{"/proc/self/cgroup", "0::/a/b\n"},
          {"/proc/self/mounts", V2},
          {"/sys/fs/cgroup/a/b/memory.max", "1234567\n"},
          {"/sys/fs/cgroup/a/b/cpu.max", "150000 100000\n"}},
         1234567,
         1.5},
        {{{"/proc/self/cgroup", "0::/\n"},
          {"/proc/self/mounts", V2},
          {"/sys/fs/cgroup/memory.max", "max\n"},
          {"/sys/fs/cgroup/cpu.max", "max 100000\n"}},
         -1,
         0},
        {{{"/proc/self/cgroup", "2:memory:/m\n1:cpu,cpuacct:/c\n0::/x\n"},
          {"/proc/self/mounts", BOTH},
          {"/cg/mem/m/memory.limit_in_bytes", "4096\n"},
          {"/cg/cpu/c/cpu.cfs_quota_us", "50000\n"},
          {"/cg/cpu/c/cpu.cfs_period_us", "200000\n"}},
         4096,
         0.25},
        {{{"/proc/self/cgroup", "2:memory:/m\n1:cpu,cpuacct:/c\n"},
          {"/proc/self/mounts", V1},
          {"/cg/mem/m/memory.limit_in_bytes", "9223372036854771712\n"}, /* no limit */
          {"/cg/cpu/c/cpu.cfs_quota_us", "-1\n"},
          {"/cg/cpu/c/cpu.cfs_period_us", "100000\n"}},
         -1,
         0},
        {{{"/proc/self/cgroup", "1:cpu:/c\n"},
          {"/proc/self/mounts", V1},
          {"/cg/cpu/c/cpu.cfs_quota_us", "100000\n"}},
         -1,
         0},
        {{{"/proc/self/cgroup", "0::/a\n"}}, -1, 0}, /* nothing is mounted */
        {{{NULL, NULL}}, -1, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        planted = cases[i].files;
        int64_t bytes = cgroup_memory_limit();
        double processors = cgroup_processors();
        planted = NULL;
        if (bytes != cases[i].bytes || processors != cases[i].processors)
            fail_msg("%zu: %ld bytes, %g processors", i, (long)bytes, processors);
    }
}

static void a_group_is_found_by_its_controller(void **state)
{
    (void)state;
    static const struct {
        const char *groups, *mounts;
        int version;
        const char *controller, *path;
    } cases[] = {
        {"0::/a/b/\n", V2, 2, "memory", "/sys/fs/cgroup/a/b"},
        {"0::/\n", V2, 2, "memory", "/sys/fs/cgroup"},
        {"0::/a\n", V2, 1, "memory", ""},
        {"0::/a\n", V1, 2, "memory", ""},
        {"3:memory:/m\n0::/u\n", BOTH, 2, "cpu", "/sys/fs/cgroup/u"},
        {"3:memory:/m\n2:cpu,cpuacct:/c\n0::/u\n", BOTH, 1, "cpu", "/cg/cpu/c"},
        {"3:memory:/m\n2:cpu,cpuacct:/c\n0::/u\n", BOTH, 1, "cpuacct", "/cg/cpu/c"},
        {"3:memory:/m\n2:cpu,cpuacct:/c\n0::/u\n", BOTH, 1, "memory", "/cg/mem/m"},
        {"2:cpuset:/s\n", "c /s cgroup rw,cpuset 0 0\n", 1, "cpu", ""}, /* a part of a word */
        {"2:net_cpu:/s\n", "c /s cgroup rw,net_cpu 0 0\n", 1, "cpu", ""},
        {"nonsense", V2, 2, "memory", "/sys/fs/cgroup"},
        {"", "short\n" V2, 2, "memory", "/sys/fs/cgroup"},
        {NULL, NULL, 2, "memory", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char path[CGROUP_PATH];
        cgroup_path(cases[i].groups, cases[i].mounts, cases[i].version, cases[i].controller, path);
        assert_string_equal(path, cases[i].path);
    }
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
        cmocka_unit_test(limits_are_read_of_either_version),
        cmocka_unit_test(a_group_is_found_by_its_controller),
        cmocka_unit_test(the_build_and_its_libraries_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
