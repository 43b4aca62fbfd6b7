#include "census/twice.h"
#include "profile/symbol.h"
#include <inttypes.h>
#include <stdio.h>

static void say_place(const char *words, uint32_t stack)
{
    const void *const *frames;
    const struct symbol *place = stacks_frames(stack, &frames) ? symbol_of_return(frames[0]) : NULL;
    if (place && place->file)
        fprintf(stderr, "    %s at %s:%d in %s\n", words, place->file, place->line,
                place->function ? place->function : "?");
    else if (place)
        fprintf(stderr, "    %s at %s+0x%" PRIxPTR "\n", words, place->module, place->offset);
}

void twice_say(const struct record *record, uint32_t here)
{
    fprintf(stderr, "fatal error: a %s handle is closed again, while it is closing\n",
            uv_handle_type_name((uv_handle_type)record->type));
    say_place("closed again", here);
    say_place("closed first", record->closed);
    say_place("made", record->made);
}
