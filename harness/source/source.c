/* The assembler reads the files in: a sample that is not where the catalog says stops the build
 * with its path. The Makefile makes this file anew when a sample changes. */
#include "source/source.h"

#define EMBED(symbol, path)                                                                        \
    __asm__(".pushsection .rodata\n" #symbol ":\n\t.incbin \"" path "\"\n\t.byte 0\n.popsection"); \
    extern const char symbol[] __attribute__((visibility("hidden")))

#define PAIR(family_, id_, title_, ...)                                                            \
    EMBED(source_leak_##id_, "leaks/" #family_ "/" #id_ ".c");                                     \
    EMBED(source_fix_##id_, "fixes/" #family_ "/" #id_ ".c");
#define ON_LOOP  PAIR
#define THREADED PAIR
#include "catalog.def"
#undef PAIR

struct source {
    const char *path, *text;
};

/* In the catalog's order. */
static const struct source sources[][VARIANTS] = {
#define PAIR(family_, id_, title_, ...)                                                            \
    {                                                                                              \
        [VARIANT_LEAK] = {"leaks/" #family_ "/" #id_ ".c", source_leak_##id_},                     \
        [VARIANT_FIX] = {"fixes/" #family_ "/" #id_ ".c", source_fix_##id_},                       \
    },
#include "catalog.def"
#undef PAIR
};

static const struct source *source_of(const struct pair *pair, enum variant variant)
{
    static const struct source none;
    if (pair < catalog || pair >= catalog + catalog_length)
        return &none;
    return &sources[pair - catalog][variant];
}

const char *source_path(const struct pair *pair, enum variant variant)
{
    return source_of(pair, variant)->path;
}

const char *source_text(const struct pair *pair, enum variant variant)
{
    return source_of(pair, variant)->text;
}
