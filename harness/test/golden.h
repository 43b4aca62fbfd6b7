/* Texts that are compared whole with how they were once looked at and found right: harness/test/golden/NAME. GOLDEN_UPDATE=1
 * writes them (`make goldens`), after a wanted change: read what has changed before it is kept. */
#pragma once

#include "test/support.h"

#include <stdio.h>
#include <stdlib.h>

static inline void expect_golden(const char *name, const char *text)
{
    char path[128];
    static char golden[65536];
    snprintf(path, sizeof path, "harness/test/golden/%s", name);
    FILE *file = fopen(path, getenv("GOLDEN_UPDATE") ? "w+e" : "re");
    if (!file)
        fail_msg("can not open %s", path);
    if (getenv("GOLDEN_UPDATE")) {
        fputs(text, file);
        rewind(file);
    }
    golden[fread(golden, 1, sizeof golden - 1, file)] = 0;
    fclose(file);
    assert_string_equal(text, golden);
}
