/* The pairs' text is source/'s. The controls', which only the page shows, the assembler reads in here; the
 * Makefile makes this file anew when one changes. */
#include "live/live_source.h"
#include "source/source.h"

#define EMBED(symbol, path)                                                                        \
    __asm__(".pushsection .rodata\n" #symbol ":\n\t.incbin \"" path "\"\n\t.byte 0\n.popsection"); \
    extern const char symbol[] __attribute__((visibility("hidden")))

#define CONTROL(id_, ...) EMBED(source_control_##id_, "harness/controls/" #id_ ".c");
#include "controls/controls.def"
#undef CONTROL

static const struct {
    const char *path, *text;
} sources[] = {
#define CONTROL(id_, ...) {"harness/controls/" #id_ ".c", source_control_##id_},
#include "controls/controls.def"
#undef CONTROL
};

const char *live_source_path(const struct pair *pair, enum variant variant)
{
    if (!pair->is_control)
        return source_path(pair, variant);
    return variant == VARIANT_FIX ? sources[pair - controls].path : NULL;
}

const char *live_source_text(const struct pair *pair, enum variant variant)
{
    if (!pair->is_control)
        return source_text(pair, variant);
    return variant == VARIANT_FIX ? sources[pair - controls].text : NULL;
}
