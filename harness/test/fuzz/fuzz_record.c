/* Any bytes, read as a record. */
#include "record/recorded.h"
#include "test/fuzz/given.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    char why[256];
    struct recorded *recorded = recorded_read(given_as_file(bytes, length), why, sizeof why);
    if (recorded)
        recorded_free(recorded);
    return 0;
}
