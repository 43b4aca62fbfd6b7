/* Tests that look for words in what a dump says, and for tools that may be missing. */
#pragma once

#include "test/support.h"

#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define expect_words(text, part)    words_expect((text), (part), true, __FILE__, __LINE__)
#define expect_no_words(text, part) words_expect((text), (part), false, __FILE__, __LINE__)
/* A POSIX extended regular expression, over lines: ^ and $ match at each. */
#define expect_match(text, pattern) words_match((text), (pattern), __FILE__, __LINE__)

static inline void words_expect(const char *text, const char *part, bool is_there, const char *file,
                                int line)
{
    if (!text || !strstr(text, part) == is_there) {
        print_error("%s:%d: \"%s\" should %sbe in:\n%s\n", file, line, part, is_there ? "" : "not ",
                    text ? text : "(nothing)");
        _fail(file, line);
    }
}

static inline void words_match(const char *text, const char *pattern, const char *file, int line)
{
    regex_t regex;
    if (regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB | REG_NEWLINE)) {
        print_error("%s:%d: not a regular expression: %s\n", file, line, pattern);
        _fail(file, line);
    }
    int missing = regexec(&regex, text, 0, NULL, 0);
    regfree(&regex);
    if (missing) {
        print_error("%s:%d: nothing matches \"%s\" in:\n%s\n", file, line, pattern, text);
        _fail(file, line);
    }
}

/* Skips the running test, with the reason, where a command can not be run. */
static inline void words_need(const char *command, const char *what)
{
    char quiet[512];
    snprintf(quiet, sizeof quiet, "%s >/dev/null 2>&1", command);
    if (system(quiet) != 0) {
        support_skip("%s is not installed", what);
    }
}

/* What a command prints, its errors too; to be freed. Its exit status must be the one given. */
static inline char *words_of(const char *command, int status)
{
    char *text = NULL, block[4096];
    size_t size, n;
    FILE *in = popen(command, "re"), *out = open_memstream(&text, &size);
    assert_non_null(in);
    assert_non_null(out);
    while ((n = fread(block, 1, sizeof block, in)) > 0)
        fwrite(block, 1, n, out);
    fclose(out);
    int ended = pclose(in);
    if (ended != status << 8)
        fail_msg("`%s` ended with status %#x instead of %d:\n%s", command, ended, status, text);
    return text;
}
