/* Checks over the tree of sources: what they find, and small trees with planted mistakes, in which each
 * check is seen to find its own. Paths are from the folder that the test runs in. */
#pragma once

#include "test/support.h"

enum { TREE_PATH = 512, TREE_LINE = 1024 };

/* Adds a finding: `path:line: words`. */
void tree_find(const char *path, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

void tree_forget_findings(void);

/* Fails the case with all findings, where there are any. */
void tree_expect_none(void);

/* Fails it unless there is a finding, and each has these words. planted is for the message. */
void tree_expect_only(const char *words, const char *planted);

/* Each file of a glob pattern, in the order of the alphabet. Returns how many there are. */
size_t tree_each(const char *pattern, void (*check)(const char *path));

/* Each C source and header of harness/ and bench/, and of the samples where these are wanted. */
size_t tree_each_source(bool samples, void (*check)(const char *path));

/* The whole file, to be freed; the case fails where there is none. */
char *tree_read(const char *path);

/* Goes to a new, empty folder; and back, without it. */
void tree_enter(void);
void tree_leave(void);

/* Writes a file `times` times the text long, and the folders above it. */
void tree_plant(const char *path, const char *text, int times);
