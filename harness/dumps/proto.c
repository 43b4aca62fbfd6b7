#include "dumps/proto.h"
#include "dumps/reading.h"
#include "dumps/reason.h"
#include "profile/pprof.pb-c.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct reading {
    const Pprof__Profile *profile;
    Pprof__Location **locations; /* by id */
    Pprof__Function **functions;
    struct dump *dump;
    size_t strays; /* locations and functions that are not there */
};

/* Every message here begins with its base, and then its id. */
static int by_id(const void *a, const void *b)
{
    const Pprof__Location *left = *(Pprof__Location *const *)a,
                          *right = *(Pprof__Location *const *)b;
    return (left->id > right->id) - (left->id < right->id);
}

static int functions_by_id(const void *a, const void *b)
{
    const Pprof__Function *left = *(Pprof__Function *const *)a,
                          *right = *(Pprof__Function *const *)b;
    return (left->id > right->id) - (left->id < right->id);
}

static const Pprof__Location *location(struct reading *r, uint64_t id)
{
    Pprof__Location key = {.id = id}, *wanted = &key;
    Pprof__Location **found =
        r->profile->n_location
            ? bsearch(&wanted, r->locations, r->profile->n_location, sizeof wanted, by_id)
            : NULL;
    r->strays += !found;
    return found ? *found : NULL;
}

static const Pprof__Function *function(struct reading *r, uint64_t id)
{
    Pprof__Function key = {.id = id}, *wanted = &key;
    Pprof__Function **found =
        r->profile->n_function
            ? bsearch(&wanted, r->functions, r->profile->n_function, sizeof wanted, functions_by_id)
            : NULL;
    r->strays += !found;
    return found ? *found : NULL;
}

static const char *text(const Pprof__Profile *profile, int64_t number)
{
    return number > 0 && (uint64_t)number < profile->n_string_table ? profile->string_table[number]
                                                                    : "";
}

static uint32_t word(struct reading *r, int64_t number)
{
    const char *words = text(r->profile, number);
    return dump_word(r->dump, words, strlen(words));
}

static void add_location(struct reading *r, struct draft *draft, const Pprof__Location *at)
{
    char address[24];
    if (!at->n_line) {
        int length = snprintf(address, sizeof address, "0x%llx", (unsigned long long)at->address);
        draft_frame(draft)->function = dump_word(r->dump, address, (size_t)length);
    }
    for (size_t i = 0; i < at->n_line; i++) { /* innermost inlined function first */
        const Pprof__Function *f = function(r, at->line[i]->function_id);
        struct dump_frame *frame = draft_frame(draft);
        if (!f)
            continue;
        frame->function = word(r, f->name);
        frame->file = word(r, f->filename);
        frame->line = at->line[i]->line > 0 && at->line[i]->line <= INT32_MAX
                          ? (uint32_t)at->line[i]->line
                          : 0;
    }
}

/* leaklab says by labels what it knows; another's labels are kept as they are. */
static void add_labels(struct reading *r, struct draft *draft, const Pprof__Sample *sample)
{
    char *labels = NULL;
    size_t length = 0;
    FILE *out = sample->n_label ? open_memstream(&labels, &length) : NULL;
    for (size_t i = 0; out && i < sample->n_label; i++) {
        const char *key = text(r->profile, sample->label[i]->key);
        const char *value = text(r->profile, sample->label[i]->str);
        if (strcmp(key, "reason") == 0)
            draft->group.reason = word(r, sample->label[i]->str);
        else if (strcmp(key, "created_by") == 0)
            text_place(r->dump, (struct piece){value, value + strlen(value)},
                       &draft->group.creator);
        else if (strcmp(key, "proof") == 0)
            draft->group.flags |= strcmp(value, "leaked") == 0 ? DUMP_LEAKED : 0;
        else if (*value)
            fprintf(out, "%s\"%s\":\"%s\"", ftell(out) ? ", " : "{", key, value);
        else
            fprintf(out, "%s\"%s\":%lld", ftell(out) ? ", " : "{", key,
                    (long long)sample->label[i]->num);
    }
    if (out) {
        fputs(ftell(out) ? "}" : "", out);
        fclose(out);
        draft->group.labels = dump_word(r->dump, labels, length);
    }
    free(labels);
}

static void add_sample(struct reading *r, const Pprof__Sample *sample, struct draft *draft)
{
    if (!sample->n_value || sample->value[0] <= 0)
        return;
    draft_begin(draft, sample->value[0] > UINT32_MAX ? UINT32_MAX : (uint64_t)sample->value[0]);
    for (size_t i = 0; i < sample->n_location_id; i++) {
        const Pprof__Location *at = location(r, sample->location_id[i]);
        if (at)
            add_location(r, draft, at);
    }
    add_labels(r, draft, sample);
    reason_add(r->dump, draft);
}

/* What it counts; a heap's profile or a processor's is no use here. */
static bool is_of_tasks(const Pprof__Profile *profile, char *error, size_t size)
{
    const char *type = profile->n_sample_type ? text(profile, profile->sample_type[0]->type) : "";
    if (strncmp(type, "goroutine", 9) == 0 || strcmp(type, "task") == 0)
        return true;
    if (*type)
        snprintf(error, size, "it is a profile of '%s', not of tasks", type);
    else
        snprintf(error, size, "it is no profile, or one that says nothing");
    return false;
}

bool proto_read(const void *bytes, size_t length, struct dump *dump, char *error, size_t size)
{
    Pprof__Profile *profile = pprof__profile__unpack(NULL, length, bytes);
    struct draft draft;
    bool ok = profile;
    if (!ok)
        snprintf(error, size, "it is no profile.proto that can be read");
    if (ok && (ok = is_of_tasks(profile, error, size))) {
        struct reading r = {profile, profile->location, profile->function, dump, 0};
        dump_begin(dump, "a pprof profile");
        dump->time = profile->time_nanos;
        if (profile->n_location)
            qsort(r.locations, profile->n_location, sizeof *r.locations, by_id);
        if (profile->n_function)
            qsort(r.functions, profile->n_function, sizeof *r.functions, functions_by_id);
        for (size_t i = 0; i < profile->n_sample; i++)
            add_sample(&r, profile->sample[i], &draft);
        if (r.strays)
            dump_remark(dump, 0, "%zu frames are named by numbers that it does not have", r.strays);
        dump_end(dump);
    }
    if (profile)
        pprof__profile__free_unpacked(profile, NULL);
    return ok;
}
