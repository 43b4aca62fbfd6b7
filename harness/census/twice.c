#include "census/twice.h"
#include "profile/symbol.h"
#include <inttypes.h>
#include <stdio.h>

static void say_place(const char *words, const void *return_address)
{
    const struct symbol *place = return_address ? symbol_of_return(return_address) : NULL;
    if (place && place->file)
        fprintf(stderr, "    %s at %s:%d in %s\n", words, place->file, place->line,
                place->function ? place->function : "?");
    else if (place)
        fprintf(stderr, "    %s at %s+0x%" PRIxPTR "\n", words, place->module, place->offset);
}

void twice_say(const struct record *record, const void *first, const void *here)
{
    const void *const *frames;
    size_t depth = stacks_frames(record->made, &frames);
    fprintf(stderr, "fatal error: a %s handle is closed again, while it is closing\n",
            uv_handle_type_name((uv_handle_type)record->type));
    say_place("closed again", here);
    say_place("closed first", first);
    say_place("made", depth ? frames[0] : NULL);
}
