/* Two texts beside each other, without `diff`: a process for each page, or for each pair of the catalog, would take its
 * time. Its allocation fails as others do (failing.h). The linker puts it in the place of aligned_make(). */
#pragma once

#include "test/failing.h"

#include "source/aligned.h"

static bool aligned_for_real;
bool __real_aligned_make(struct aligned *aligned, const char *left, const char *right);
bool __wrap_aligned_make(struct aligned *aligned, const char *left, const char *right);
bool __wrap_aligned_make(struct aligned *aligned, const char *left, const char *right)
{
    if (aligned_for_real)
        return __real_aligned_make(aligned, left, right);
    *aligned = (struct aligned){0};
    return !failing_now();
}
