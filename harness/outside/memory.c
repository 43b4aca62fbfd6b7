#include "outside/memory.h"
#include <string.h>

bool memory_text(struct memory *memory, uint64_t at, char *text, size_t size)
{
    enum { STEP = 64 }; /* never over the end of a page */
    size_t n = 0;
    bool by_bytes = false; /* near the end of what is there */
    while (n + 1 < size) {
        size_t step = by_bytes ? 1 : STEP - at % STEP;
        step = step < size - 1 - n ? step : size - 1 - n;
        if (!memory_read(memory, at, text + n, step)) {
            if (by_bytes || step == 1)
                break;
            by_bytes = true;
            continue;
        }
        size_t length = strnlen(text + n, step);
        n += length;
        at += step;
        if (length < step)
            return true;
    }
    text[n] = 0;
    return n > 0;
}
