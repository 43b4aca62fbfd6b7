#include "bench/words.h"
#include <stdio.h>
#include <stdlib.h>

char *words_typed(int argc, char **argv)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    for (int i = 0; out && i < argc; i++)
        fprintf(out, "%s%s", i ? " " : "", argv[i]);
    if (out && fclose(out) == 0)
        return text;
    free(text);
    return NULL;
}
