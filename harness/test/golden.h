/* Whole outputs as they were once read and found right: harness/test/golden/. `make goldens` writes them anew, after a
 * wanted change: read the difference before it is kept. */
#pragma once

#include "test/words.h"

#include <errno.h>
#include <unistd.h>

/* The text has to be that of harness/test/golden/NAME, to the byte. The test was started in leaklab's own tree. */
#define expect_golden(name, text) golden_expect((name), (text), __FILE__, __LINE__)

static inline void golden_expect(const char *name, const char *text, const char *file, int line)
{
    char path[256], seen[] = "/tmp/leaklab-golden-XXXXXX", command[600];
    bool update = getenv("GOLDEN_UPDATE") != NULL;
    snprintf(path, sizeof path, "harness/test/golden/%s", name);
    FILE *out = update ? fopen(path, "we") : fdopen(mkstemp(seen), "w");
    if (!out) {
        fail_msg("can not write %s: %s", update ? path : seen, strerror(errno));
        return;
    }
    fputs(text, out);
    assert_int_equal(fclose(out), 0);
    if (update)
        return;
    snprintf(command, sizeof command, "diff -u %s %s", path, seen);
    bool differs = system(command) != 0;
    unlink(seen);
    if (differs) {
        print_error(
            "%s:%d: it is not as %s has it: see above; if it is right, `make goldens` writes it\n",
            file, line, path);
        _fail(file, line);
    }
}

/* The text as `sed -E` leaves it with this script, which takes out what is of this machine, build and moment; the caller
 * frees it. */
static inline char *golden_masked(const char *text, const char *script)
{
    char path[] = "/tmp/leaklab-masked-XXXXXX", command[2048];
    FILE *out = fdopen(mkstemp(path), "w");
    fputs(text, out);
    assert_int_equal(fclose(out), 0);
    int length = snprintf(command, sizeof command, "sed -E '%s' %s", script, path);
    assert_in_range(length, 1, sizeof command - 1);
    char *masked = words_of(command, 0);
    unlink(path);
    return masked;
}
