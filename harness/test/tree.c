#include "test/tree.h"
#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- Findings ------------------------------------------------------------------------------------ */

static char findings[65536];

void tree_find(const char *path, int line, const char *format, ...)
{
    char words[TREE_LINE];
    size_t length = strlen(findings);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(words, sizeof words, format, arguments);
    va_end(arguments);
    snprintf(findings + length, sizeof findings - length, "%s:%d: %s\n", path, line, words);
}

void tree_forget_findings(void)
{
    findings[0] = 0;
}

void tree_expect_none(void)
{
    if (findings[0])
        fail_msg("\n%s", findings);
}

void tree_expect_only(const char *words, const char *planted)
{
    bool only = findings[0];
    for (const char *line = findings; *line; line = strchr(line, '\n') + 1) {
        const char *at = strstr(line, words);
        only &= at && at < strchr(line, '\n');
    }
    if (!only)
        fail_msg("for %s, instead of \"%s\" these were found:\n%s", planted, words, findings);
}

/* --- Files --------------------------------------------------------------------------------------- */

size_t tree_each(const char *pattern, void (*check)(const char *path))
{
    glob_t found;
    int failed = glob(pattern, 0, NULL, &found);
    if (failed == GLOB_NOMATCH)
        return 0;
    assert_int_equal(failed, 0);
    for (size_t i = 0; i < found.gl_pathc; i++)
        check(found.gl_pathv[i]);
    size_t count = found.gl_pathc;
    globfree(&found);
    return count;
}

size_t tree_each_source(bool samples, void (*check)(const char *path))
{
    static const char *const patterns[] = {"harness/*.[ch]", "harness/*/*.[ch]",
                                           "harness/*/*/*.[ch]", "bench/*.[ch]", "bench/*.cc"};
    size_t files = 0;
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++)
        files += tree_each(patterns[i], check);
    if (samples)
        files += tree_each("leaks/*/*.[ch]", check) + tree_each("fixes/*/*.[ch]", check);
    return files;
}

char *tree_read(const char *path)
{
    struct stat status = {0};
    FILE *f = fopen(path, "re");
    bool opened = f && fstat(fileno(f), &status) == 0;
    char *text = opened ? calloc(1, (size_t)status.st_size + 1) : NULL;
    bool read = text && fread(text, 1, (size_t)status.st_size, f) == (size_t)status.st_size;
    if (f)
        fclose(f);
    if (!read)
        fail_msg("%s can not be read: %s", path, strerror(errno));
    return text;
}

/* --- A tree of mistakes -------------------------------------------------------------------------- */

static char home[TREE_PATH], planted[] = "/tmp/tree-XXXXXX";

void tree_enter(void)
{
    assert_non_null(getcwd(home, sizeof home));
    snprintf(planted, sizeof planted, "/tmp/tree-XXXXXX");
    assert_non_null(mkdtemp(planted));
    assert_int_equal(chdir(planted), 0);
}

void tree_leave(void)
{
    char command[64];
    assert_int_equal(chdir(home), 0);
    snprintf(command, sizeof command, "rm -r %s", planted);
    assert_int_equal(system(command), 0);
}

void tree_plant(const char *path, const char *text, int times)
{
    char folder[TREE_PATH];
    for (const char *end = path; (end = strchr(end, '/')); end++) {
        snprintf(folder, sizeof folder, "%.*s", (int)(end - path), path);
        if (mkdir(folder, 0777) != 0)
            assert_int_equal(errno, EEXIST);
    }
    FILE *f = fopen(path, "we");
    assert_non_null(f);
    for (int i = 0; i < times; i++)
        fputs(text, f);
    assert_int_equal(fclose(f), 0);
}
