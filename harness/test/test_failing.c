/* Saving, and what is made of saved results, while one call of the system or one allocation fails: what is there
 * afterwards is whole, or nothing is, and it is said why (failing.h). */
#include "test/aligned_stand_in.h"
#include "test/failing.h"
#include "test/planted.h"
#include "test/words.h"

#include "page/derived.h"
#include "page/pages.h"
#include "page/verify_results.h"
#include "record/campaign.h"
#include "record/detections_write.h"
#include "record/record.h"
#include "result/folder.h"
#include "result/program.h"
#include "result/save.h"
#include <dirent.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* --- What may fail ------------------------------------------------------------------------------ */

#define NO_MEMORY (errno = ENOMEM, NULL)
#define NOTHING   (errno = EIO, NULL)
#define WRONG     (errno = EIO, -1)

FAILING(void *, NO_MEMORY, malloc, (size_t size), size)
FAILING(void *, NO_MEMORY, calloc, (size_t count, size_t size), count, size)
FAILING(void *, NO_MEMORY, realloc, (void *old, size_t size), old, size)
FAILING(void *, NO_MEMORY, reallocarray, (void *old, size_t count, size_t size), old, count, size)
FAILING(char *, NO_MEMORY, strdup, (const char *text), text)
FAILING(FILE *, NO_MEMORY, open_memstream, (char **text, size_t *size), text, size)
FAILING(int, WRONG, mkdir, (const char *path, mode_t mode), path, mode)
FAILING(char *, NOTHING, mkdtemp, (char *path), path)
FAILING(DIR *, NOTHING, opendir, (const char *path), path)
FAILING(FILE *, NOTHING, fdopen, (int fd, const char *mode), fd, mode)
FAILING(FILE *, NOTHING, fopen, (const char *path, const char *mode), path, mode)
FAILING(int, WRONG, fsync, (int fd), fd)
FAILING(int, WRONG, rename, (const char *from, const char *to), from, to)
FAILING(int, WRONG, renameat2, (int in, const char *from, int at, const char *to, unsigned flags),
        in, from, at, to, flags)
FAILING(int, WRONG, memfd_create, (const char *name, unsigned flags), name, flags)
FAILING(ssize_t, WRONG, write, (int fd, const void *from, size_t size), fd, from, size)
FAILING(ssize_t, WRONG, pwrite, (int fd, const void *from, size_t size, off_t to), fd, from, size,
        to)
FAILING(off_t, WRONG, lseek, (int fd, off_t to, int whence), fd, to, whence)
FAILING(int, EAGAIN, posix_spawnp,
        (pid_t * pid, const char *name, const posix_spawn_file_actions_t *actions,
         const posix_spawnattr_t *attributes, char *const *words, char *const *around),
        pid, name, actions, attributes, words, around)
FAILING(int, ENOMEM, posix_spawn_file_actions_init, (posix_spawn_file_actions_t * actions), actions)

/* These do it, and then say that it went wrong. */
#define FAILING_AFTER(type, fails, name, parameters, ...)                                          \
    type __real_##name parameters;                                                                 \
    type __wrap_##name parameters;                                                                 \
    type __wrap_##name parameters                                                                  \
    {                                                                                              \
        type done = __real_##name(__VA_ARGS__);                                                    \
        return failing_now() ? fails : done;                                                       \
    }

FAILING_AFTER(int, WRONG, fclose, (FILE * file), file)
FAILING_AFTER(int, WRONG, fflush, (FILE * file), file)
FAILING_AFTER(pid_t, WRONG, waitpid, (pid_t pid, int *status, int options), pid, status, options)

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...)
{
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = flags & O_CREAT ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);
    return failing_now() ? WRONG : __real_open(path, flags, mode);
}

#define try_all(tried, making, each, words)                                                        \
    failing_try(&(struct failing){                                                                 \
        .what = (tried), .made = (making), .step = (each), .has_words = (words)})

/* What a file holds, whatever fails; NULL where there is none. */
static char *text_of(const char *path)
{
    long now = failing_off();
    char *text = access(path, F_OK) == 0 ? planted_read(path, NULL) : NULL;
    failing_on(now);
    return text;
}

/* The path of a file that is not there. */
static const char *gone(const char *name)
{
    const char *path = planted_path("%s", name);
    unlink(path);
    return path;
}

/* --- Files of results --------------------------------------------------------------------------- */

static char *a_file(void)
{
    const char *path = gone("file");
    bool done =
        folder_write(planted_path("."), "file", "text", 4, failing_said, sizeof failing_said);
    char *text = text_of(path);
    if (!done && text)
        fail_msg("what could not be written is there");
    return text;
}

/* What was there stays where the new one can not be written. */
static char *another_file(void)
{
    const char *path = planted_path("file");
    long now = failing_off();
    planted_write(path, "old", 3);
    failing_on(now);
    bool done =
        folder_replace(planted_path("."), "file", "new", 3, failing_said, sizeof failing_said);
    char *text = text_of(path);
    assert_string_equal(text, done ? "new" : "old");
    assert_int_not_equal(access(planted_path("file.new"), F_OK), 0);
    if (done)
        return text;
    free(text);
    return NULL;
}

static char *a_folder(void)
{
    char path[FOLDER_PATH], *text = NULL;
    const char *parent = planted_path("parent"), *file = planted_path("parent/made/file");
    unlink(file);
    rmdir(planted_path("parent/made"));
    int entered = folder_enter(parent, failing_said, sizeof failing_said);
    bool begun = entered >= 0 && folder_begin(parent, path, failing_said, sizeof failing_said);
    if (begun && folder_write(path, "file", "text", 4, failing_said, sizeof failing_said) &&
        folder_finish(path, parent, "made", failing_said, sizeof failing_said))
        text = text_of(file);
    else if (begun)
        folder_abandon(path);
    if (entered >= 0)
        folder_leave(entered);
    if (!text && access(file, F_OK) == 0)
        fail_msg("a folder that is not whole has its name");
    return text;
}

static char *names(void)
{
    size_t count;
    char **all = folder_names(planted_path("."), &count, failing_said, sizeof failing_said);
    char *text = all ? strdup(all[count - 1]) : NULL;
    if (all && !text)
        snprintf(failing_said, sizeof failing_said, "no memory");
    folder_names_free(all, all ? count : 0);
    return text;
}

static char *sums(void)
{
    static const char *const one[] = {"file"};
    char *some = folder_sums(planted_path("."), one, 1, failing_said, sizeof failing_said);
    char *none =
        some ? folder_sums(planted_path("."), one, 0, failing_said, sizeof failing_said) : NULL;
    if (none) {
        assert_string_equal(none, "");
        free(none);
        return some;
    }
    free(some);
    return NULL;
}

static void files_are_whole_or_not(void **state)
{
    (void)state;
    assert_true(try_all("a file", a_file, 1, true) > 3);
    assert_true(try_all("another file", another_file, 1, true) > 4);
    assert_true(try_all("a folder", a_folder, 1, true) > 8);
    assert_true(try_all("names", names, 1, true) > 4);
    assert_true(try_all("sums", sums, 1, true) > 8);
}

/* --- Programs ----------------------------------------------------------------------------------- */

static char *what_a_program_says(void)
{
    static const char *const words[] = {"cat", NULL};
    return program_run(words, "/", "some words", failing_said, sizeof failing_said);
}

static char *two_sides(void)
{
    struct aligned aligned;
    char *text = NULL;
    if (!aligned_make(&aligned, "a\nb\n", "a\nc\n"))
        return NULL;
    if (asprintf(&text, "%zu %d", aligned.length, aligned.rows[1].differ) < 0)
        text = NULL;
    aligned_free(&aligned);
    return text;
}

static void programs_say_all_or_nothing(void **state)
{
    (void)state;
    assert_true(try_all("a program", what_a_program_says, 1, true) > 5);
    aligned_for_real = true;
    assert_true(try_all("two sides", two_sides, 1, false) > 10);
    aligned_for_real = false;
}

/* --- Records ------------------------------------------------------------------------------------ */

static char *a_record(void)
{
    static char word[] = "leaklab", *words[] = {word, NULL};
    const char *path = gone("record"), *copied = gone("copy");
    long now = failing_off();
    int copy = open(copied, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    failing_on(now);
    struct record *record = record_open(path, failing_said, sizeof failing_said);
    bool done = record && record_copy_to(record, copy, failing_said, sizeof failing_said);
    if (done)
        record_header(record, &(struct record_header){.argc = 1, .argv = words, .seed = 7});
    if (record) {
        char why[512];
        record_close_line(record, 0);
        bool whole = record_close(record, done ? failing_said : why, 512);
        done = done && whole;
    }
    now = failing_off();
    close(copy);
    char *text = done ? planted_read(copied, NULL) : NULL, *line = text ? strrchr(text, '{') : NULL;
    failing_on(now);
    if (line)
        memmove(text, line, strlen(line) + 1); /* the header says when it was */
    return text;
}

static char *a_record_of_detectors(void)
{
    static char word[] = "detect", *words[] = {word, NULL};
    const char *path = gone("detected");
    struct detections_file *file =
        detections_open(path, NULL, 1, words, failing_said, sizeof failing_said);
    if (!file)
        return NULL;
    detections_detector(file, &(struct detector_said){.name = "sees", .how = "it looks"});
    detections_detection(file, "sees", false,
                         &(struct detection){.id = "a", .family = "f", .title = "t"});
    if (!detections_close(file, failing_said, sizeof failing_said))
        return NULL;
    struct detections *read = detections_read(path, failing_said, sizeof failing_said);
    char *text = NULL;
    if (read) {
        assert_string_equal(read->cut, "");
        if (asprintf(&text, "%s %s %s", read->detectors[0].how, read->all[0].title,
                     read->all[0].family) < 0)
            text = NULL;
    }
    detections_free(read);
    return text;
}

static const char campaign[] =
    "{\"type\": \"campaign\", \"schema\": 1, \"command\": \"bench\", \"design\": {\"sides\": "
    "[{\"name\": \"a\"}, {\"name\": \"b\"}], \"rows\": [\"r\"]}}\n"
    "{\"type\": \"context\", \"side\": 0, \"context\": {\"num_cpus\": 2}}\n"
    "{\"type\": \"context\", \"side\": 1, \"context\": {\"num_cpus\": 4}}\n"
    "{\"type\": \"process\", \"side\": 1, \"build\": 0, \"invocation\": 0, \"noisy\": false, "
    "\"row\": \"r\", \"runs\": [{\"name\": \"r\", \"run_name\": \"r\", \"real_time\": 1}]}\n";

static char *a_campaign(void)
{
    struct campaign read;
    char *text = NULL;
    if (!campaign_read(&read, planted_path("campaign"), failing_said, sizeof failing_said))
        return NULL;
    if (asprintf(&text, "%zu %zu %d", json_array_size(read.contexts),
                 json_array_size(read.processes), read.cut) < 0)
        text = NULL;
    campaign_free(&read);
    return text;
}

/* While a record is written: jansson itself falls over, now and then, where it has no memory to read with. */
static void *json_malloc(size_t size)
{
    return failing_now() ? NULL : __real_malloc(size);
}

static void records_are_whole_or_not(void **state)
{
    (void)state;
    planted_write(planted_path("campaign"), campaign, sizeof campaign - 1);
    json_set_alloc_funcs(json_malloc, free);
    assert_true(try_all("a record", a_record, 1, true) > 20);
    json_set_alloc_funcs(__real_malloc, free);
    assert_true(try_all("a record of detectors", a_record_of_detectors, 1, true) > 15);
    assert_true(try_all("a campaign", a_campaign, 1, true) > 2);
}

/* --- Results ------------------------------------------------------------------------------------ */

static struct summary *summary;

static char *a_saved_result(void)
{
    struct save save = {.files = {planted_path("record"), planted_path("report")},
                        .file_count = 2,
                        .results = planted_path("results"),
                        .machine = "here"};
    long now = failing_off();
    struct ran cleared = *planted_shell("rm -rf results");
    failing_on(now);
    assert_int_equal(cleared.status, 0);
    if (result_save(&save, failing_said, sizeof failing_said))
        return text_of(planted_path("results/%s/SHA256SUMS", save.name));
    now = failing_off();
    if (planted_shell("ls -A results 2>/dev/null")->said[0])
        fail_msg("something is left of a result that was not saved");
    failing_on(now);
    return NULL;
}

static void told(const char *words, void *arg)
{
    (void)arg;
    snprintf(failing_said, sizeof failing_said, "%s", words);
}

/* What is in the folder of a result besides. */
static char *what_is_derived(void)
{
    struct findings findings = {.told = told};
    struct confirmers others = {0};
    struct derived derived;
    char why[600], *text = NULL;
    const char *folder = planted_path("results/%s", summary->name);
    bool done = derived_of(&derived, folder, summary, &others, &findings, why, sizeof why) &&
                derived_write(&derived, folder, why, sizeof why);
    if (!done)
        snprintf(failing_said, sizeof failing_said, "%s", why);
    if (done && !findings.count)
        text = text_of(planted_path("results/%s/" DERIVED_FIGURES "/" DERIVED_SUMS, summary->name));
    derived_free(&derived);
    return text;
}

static char *a_verification(void)
{
    struct verification v = {.findings = {.told = told}};
    if (!verify(planted_path("results"), &v, failing_said, sizeof failing_said) || v.findings.count)
        return NULL;
    assert_int_equal(v.results, 1);
    return strdup(v.not_compared);
}

static char *the_pages(void)
{
    struct findings findings = {.told = told};
    char why[600];
    long now = failing_off();
    planted_shell("rm -rf results/*.* results/pairs results/*/figures");
    failing_on(now);
    bool done = pages_write(planted_path("results"), &findings, why, sizeof why);
    if (!done)
        snprintf(failing_said, sizeof failing_said, "%s", why);
    if (!done || findings.count)
        return NULL;
    now = failing_off();
    char *text = strdup(
        planted_shell("cd results; find . -type f | sort | xargs cat | sha256sum; ls *")->said);
    failing_on(now);
    return text;
}

static void plant(void)
{
    static const char report[] =
        "{\"context\": {\"date\": \"2026-01-31T00:30:00+01:00\", \"num_cpus\": 2}, \"benchmarks\": "
        "["
        "{\"run_name\": \"a/1/real_time\", \"real_time\": 1, \"time_unit\": \"ns\"},"
        "{\"run_name\": \"a/2/real_time\", \"real_time\": 2, \"time_unit\": \"ns\"}]}";
    static const char drawing[] =
        "#!/bin/sh\n[ \"$1\" = --version ] && { echo gnuplot 5; exit; }\n"
        "sed -n 's/^set output \"\\([0-9].*\\)\"/\\1/p' | while read name; do echo '<svg "
        "viewBox=\"0 "
        "0 1 1\"><defs></defs><desc>Produced by GNUPLOT 5 </desc>' >$name; done\n";
    struct planted one = planted_two[0];
    one.runs = 1;
    one.requests = 100;
    planted_record(planted_path("record"), &one, 1);
    planted_write(planted_path("report"), report, sizeof report - 1);
    planted_write(planted_path("gnuplot"), drawing, sizeof drawing - 1);
    assert_int_equal(chmod(planted_path("gnuplot"), 0700), 0);
    char way[4096];
    snprintf(way, sizeof way, "%s:%s", planted_path("."), getenv("PATH"));
    setenv("PATH", way, 1);
}

static void a_result_is_saved_whole_or_not(void **state)
{
    (void)state;
    plant();
    assert_true(try_all("a result", a_saved_result, 5, true) > 100);
    free(a_saved_result());
    size_t count;
    char **results =
        result_list(planted_path("results"), &count, failing_said, sizeof failing_said);
    summary = result_load(planted_path("results"), results[0], failing_said, sizeof failing_said);
    assert_non_null(summary);
    result_list_free(results, count);
    assert_true(try_all("what is derived of it", what_is_derived, 3, true) > 100);
    summary_free(summary);
    assert_true(try_all("its pages", the_pages, 1009, true) > 100);
    free(the_pages());
    assert_true(try_all("holding it to its files", a_verification, 1511, true) > 100);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, planted_folder_make, planted_folder_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(files_are_whole_or_not),
        TEST(programs_say_all_or_nothing),
        TEST(records_are_whole_or_not),
        TEST(a_result_is_saved_whole_or_not),
    };
    return cmocka_run_group_tests_name("failing", tests, NULL, NULL);
}
