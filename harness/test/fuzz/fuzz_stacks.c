/* Any bytes, read as a program's goroutine profile, and compared with the one before. */
#include "test/fuzz/given.h"
#include "watch/stacks.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static struct stacks before;
    struct stacks after;
    struct stack_growth grown[4];
    char why[256];
    if (!stacks_read((const char *)bytes, length, &after, why, sizeof why))
        return 0;
    stacks_grown(&before, &after, grown, 4);
    stacks_free(&before);
    before = after;
    return 0;
}
