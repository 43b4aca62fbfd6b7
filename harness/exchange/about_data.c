#include "exchange/about_data.h"
#include "probe/printable.h"
#include "record/built.h"
#include "result/about.h"
#include "result/stream.h"
#include <stdlib.h>

json_t *data_keywords(void)
{
    static const char *const words[] = {"task leak", "goroutine leak", "memory leak",
                                        "coroutine", "libuv",          "C"};
    json_t *array = json_array();
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        array = built_and(array, json_string(words[i]));
    return array;
}

char *data_origin_words(const json_t *header)
{
    struct stream_text held;
    const char *version = json_string_value(json_object_get(header, "leaklab"));
    char *machine = about_machine(header), *command = about_command(header);
    FILE *out = stream_open(&held);
    if (out) {
        fputs("leaklab ", out);
        printable_write(out, version ? version : "unknown");
        fputs(" on ", out);
        printable_write(out, stream_piece(out, machine));
        if (*stream_piece(out, command)) {
            fputs(", by `", out);
            printable_write(out, command);
            fputs("`", out);
        }
    }
    free(machine);
    free(command);
    return stream_close(out, &held);
}
