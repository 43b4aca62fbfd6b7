#include "dumps/own.h"
#include <fnmatch.h>
#include <string.h>

/* The first elements of the import paths of Go's standard library. */
static const char standard_library[] =
    " archive arena bufio bytes cmp compress container context crypto database debug embed "
    "encoding "
    "errors expvar flag fmt go hash html image index internal io iter log maps math mime net os "
    "path "
    "plugin reflect regexp runtime slices sort strconv strings structs sync syscall testing text "
    "time unicode unique unsafe vendor weak _cgo_topofstack panic ";

/* Modules that are nobody's program. */
static const char *const libraries[] = {"golang.org/x/",     "google.golang.org/",
                                        "gopkg.in/",         "go.uber.org/",
                                        "go.opencensus.io/", "go.opentelemetry.io/"};

static const char *const vendored[] = {"/vendor/", "/pkg/mod/", "/Godeps/_workspace/", "@v"};

static const char *const java[] = {"java.", "jdk.", "javax.", "sun.", "com.sun."};

static const char *const c_runtime[] = {"__libc_start_main", "start_thread", "clone", "clone3",
                                        "_start"};

static bool begins_with_one(const char *text, const char *const *list, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (strncmp(text, list[i], strlen(list[i])) == 0)
            return true;
    return false;
}

/* Whether the first element of its path is one of the standard library's. */
static bool is_standard(const char *function)
{
    char word[64];
    size_t length = strcspn(function, "./");
    if (length == 0 || length > sizeof word - 3 || function[length] == 0)
        return strcmp(function, "panic") == 0;
    word[0] = ' ';
    memcpy(word + 1, function, length);
    word[length + 1] = ' ';
    word[length + 2] = 0;
    return strstr(standard_library, word) != NULL;
}

static bool is_named(const struct own *own, const char *function, const char *file)
{
    for (size_t i = 0; i < own->count; i++) {
        const char *pattern = own->patterns[i];
        bool is_pattern = strpbrk(pattern, "*?[") != NULL;
        if (is_pattern ? fnmatch(pattern, function, 0) == 0 || fnmatch(pattern, file, 0) == 0
                       : strstr(function, pattern) || strstr(file, pattern))
            return true;
    }
    return false;
}

enum frame_kind own_kind(const struct own *own, const struct dump *dump,
                         const struct dump_frame *frame)
{
    const char *function = dump_word_text(dump, frame->function),
               *file = dump_word_text(dump, frame->file);
    if (own->count && is_named(own, function, file))
        return FRAME_OWN;
    if (is_standard(function) || begins_with_one(function, java, sizeof java / sizeof *java))
        return FRAME_STANDARD;
    for (size_t i = 0; i < sizeof c_runtime / sizeof *c_runtime; i++)
        if (strcmp(function, c_runtime[i]) == 0)
            return FRAME_STANDARD;
    bool is_elsewhere =
        own->count || begins_with_one(function, libraries, sizeof libraries / sizeof *libraries);
    for (size_t i = 0; i < sizeof vendored / sizeof *vendored; i++)
        is_elsewhere |= strstr(file, vendored[i]) || strstr(function, vendored[i]);
    return is_elsewhere || !*function ? FRAME_VENDORED : FRAME_OWN;
}

uint32_t own_frame(const struct own *own, const struct dump *dump, const struct dump_group *group)
{
    uint32_t best = group->depth ? group->depth - 1 : 0;
    enum frame_kind best_kind = FRAME_STANDARD;
    for (uint32_t i = 0; i < group->depth && best_kind != FRAME_OWN; i++) {
        enum frame_kind kind = own_kind(own, dump, &dump->frames[group->frames + i]);
        if (kind > best_kind) {
            best_kind = kind;
            best = i;
        }
    }
    return best;
}
