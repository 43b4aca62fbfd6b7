#include "explain/shape.h"
#include "dumps/reason.h"
#include <ctype.h>
#include <string.h>

enum { NAME = 512, BESIDE = 200 };

static const struct {
    const char *where, *words;
} signs[] = {
#define X(name, where, words) [name] = {where, words},
    FOR_EACH_SIGN(X)
#undef X
};

/* The function's name in small letters, without the path of its package but for the last element. */
static void lower(const char *function, char name[NAME])
{
    size_t length = 0;
    for (; *function && length < NAME - 1; function++)
        name[length++] = (char)tolower((unsigned char)*function);
    name[length] = 0;
}

static bool has_one(const char *name, const char *words)
{
    char word[64];
    while (*words) {
        size_t length = strcspn(words, " ");
        if (length && length < sizeof word) {
            memcpy(word, words, length);
            word[length] = 0;
            if (strstr(name, word))
                return true;
        }
        words += length + (words[length] == ' ');
    }
    return false;
}

/* What a name tells, where it stands. */
static uint64_t told_by(const char *function, char where)
{
    uint64_t found = 0;
    char name[NAME];
    const char *slash = strrchr(function, '/');
    lower(where != 'a' && slash ? slash + 1 : function, name);
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (strchr(signs[i].where, where) && has_one(name, signs[i].words))
            found |= UINT64_C(1) << i;
    return found;
}

static size_t package_length(const char *function)
{
    const char *slash = strrchr(function, '/'), *from = slash ? slash + 1 : function;
    return (size_t)(from - function) + strcspn(from, ".");
}

/* `main.(*T).work.func1` begins with the name of the function that made it. */
static bool is_closure(const char *function, const char *creator)
{
    size_t length = strlen(creator);
    return length && strncmp(function, creator, length) == 0 &&
           strncmp(function + length, ".func", 5) == 0;
}

/* `pkg.(*T)` of a method; 0 of a function. */
static size_t type_length(const char *function)
{
    size_t package = package_length(function);
    const char *end = strchr(function + package, ')');
    return function[package] == '.' && function[package + 1] == '(' && end
               ? (size_t)(end - function) + 1
               : 0;
}

static bool has_type_twice(const struct dump *dump, const struct own *own,
                           const struct dump_group *group)
{
    const char *before = NULL;
    for (uint32_t i = 0; i < group->depth; i++) {
        const struct dump_frame *frame = &dump->frames[group->frames + i];
        const char *function = dump_word_text(dump, frame->function);
        size_t length = type_length(function);
        if (own_kind(own, dump, frame) == FRAME_STANDARD || !length)
            continue;
        if (before && strncmp(before, function, length) == 0 && strcmp(before, function) != 0)
            return true;
        before = function;
    }
    return false;
}

static uint64_t beside(const struct dump *dump, const struct site *sites, size_t length,
                       size_t number)
{
    uint64_t found = 0;
    const struct dump_group *mine = &dump->groups[sites[number].group];
    const char *function = dump_word_text(dump, sites[number].frame.function);
    size_t package = package_length(function);
    enum wait_reason reason = reason_of(dump_word_text(dump, mine->reason));
    for (size_t i = 0; i < length && i < BESIDE; i++) {
        const char *other = dump_word_text(dump, sites[i].frame.function);
        if (i == number || package_length(other) != package || strncmp(other, function, package))
            continue;
        enum wait_reason theirs =
            reason_of(dump_word_text(dump, dump->groups[sites[i].group].reason));
        found |= theirs == WAIT_CHAN_SEND ? UINT64_C(1) << SIGN_BESIDE_SEND : 0;
        found |=
            theirs == WAIT_MUTEX || theirs == WAIT_RW_MUTEX_READ || theirs == WAIT_RW_MUTEX_WRITE
                ? UINT64_C(1) << SIGN_BESIDE_LOCK
                : 0;
        found |= theirs == WAIT_RW_MUTEX_WRITE ? UINT64_C(1) << SIGN_BESIDE_WRITE : 0;
        found |= theirs == WAIT_WAIT_GROUP ? UINT64_C(1) << SIGN_BESIDE_GROUP : 0;
        found |= theirs == WAIT_IO ? UINT64_C(1) << SIGN_BESIDE_IO : 0;
        found |= theirs == reason ? UINT64_C(1) << SIGN_OTHER_FUNCTION : 0;
    }
    return found;
}

uint64_t shape_of(const struct dump *dump, const struct own *own, const struct site *sites,
                  size_t length, size_t number)
{
    const struct site *site = &sites[number];
    const struct dump_group *group = &dump->groups[site->group];
    const char *function = dump_word_text(dump, site->frame.function);
    const char *creator = dump_word_text(dump, group->creator.function);
    uint64_t found = told_by(function, 's') | told_by(creator, 'c');
    if (!*creator && group->depth)
        found |= told_by(
            dump_word_text(dump, dump->frames[group->frames + group->depth - 1].function), 'c');
    for (uint32_t i = 0; i < group->depth; i++)
        found |= told_by(dump_word_text(dump, dump->frames[group->frames + i].function), 'a');
    found |= is_closure(function, creator) ? UINT64_C(1) << SIGN_CLOSURE : 0;
    found |= site->count >= 100 ? UINT64_C(1) << SIGN_MANY : 0;
    found |= site->count <= 3 ? UINT64_C(1) << SIGN_FEW : 0;
    found |= has_type_twice(dump, own, group) ? UINT64_C(1) << SIGN_TWICE : 0;
    return found | beside(dump, sites, length, number);
}
