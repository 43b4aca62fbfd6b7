#include "result/stream.h"
#include <stdlib.h>
#include <string.h>

FILE *stream_open(struct stream_text *holder)
{
    *holder = (struct stream_text){NULL, 0};
    return open_memstream(&holder->text, &holder->size);
}

/* No text has a NUL in it, so one marks where a piece is missing: a stream has no other mark of ours. */
void stream_fail(FILE *out)
{
    putc(0, out);
}

char *stream_close(FILE *out, struct stream_text *holder)
{
    if (out && fclose(out) == 0 && strlen(holder->text) == holder->size)
        return holder->text;
    free(holder->text);
    return NULL;
}

const char *stream_piece(FILE *out, const char *piece)
{
    if (piece)
        return piece;
    stream_fail(out);
    return "";
}
