#include "outside/texts.h"
#include <search.h>
#include <stdlib.h>
#include <string.h>

/* A program has some hundred; more are no sites. */
enum { SITES_MOST = 65536, LABELS_MOST = 16 };

struct texts {
    struct memory *memory;
    const struct task_layout *layout;
    void *sites, *labels;
    size_t site_count;
    const struct seen_labels *last; /* of most tasks the same as of the one before */
};

struct texts *texts_new(struct memory *memory, const struct task_layout *layout)
{
    struct texts *texts = calloc(1, sizeof *texts);
    if (texts) {
        texts->memory = memory;
        texts->layout = layout;
    }
    return texts;
}

void texts_free(struct texts *texts)
{
    if (!texts)
        return;
    tdestroy(texts->sites, free);
    tdestroy(texts->labels, free);
    free(texts);
}

/* Both begin with their address. */
static int by_address(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* The text that a field of a record points to. */
static void read_text(const struct texts *texts, enum layout_field field, const char *record,
                      char text[LOOK_TEXT])
{
    uint64_t at = layout_number(texts->layout, field, record);
    if (!at || !memory_text(texts->memory, at, text, LOOK_TEXT))
        *text = 0;
}

/* --- Sites ---------------------------------------------------------------------------------------- */

static void read_site(const struct texts *texts, struct seen_site *site)
{
    char record[LAYOUT_RECORD];
    size_t size = layout_end(texts->layout, LAYOUT_SITE_FILE, LAYOUT_SITE_ENTRY);
    if (!memory_read(texts->memory, site->at, record, size))
        return;
    read_text(texts, LAYOUT_SITE_FILE, record, site->file);
    read_text(texts, LAYOUT_SITE_FUNCTION, record, site->function);
    read_text(texts, LAYOUT_SITE_ENTRY, record, site->entry);
    site->line = (int)layout_number(texts->layout, LAYOUT_SITE_LINE, record);
}

const struct seen_site *texts_site(struct texts *texts, uint64_t at)
{
    static const struct seen_site none;
    const struct seen_site *const *found = tfind(&at, &texts->sites, by_address);
    if (found)
        return *found;
    if (texts->site_count == SITES_MOST)
        return &none;
    struct seen_site *site = calloc(1, sizeof *site);
    if (!site)
        return NULL;
    site->at = at;
    read_site(texts, site);
    if (!tsearch(site, &texts->sites, by_address)) {
        free(site);
        return NULL;
    }
    texts->site_count++;
    return site;
}

/* --- Labels ---------------------------------------------------------------------------------------- */

struct pair {
    char key[LOOK_TEXT], value[LOOK_TEXT];
};

static size_t read_chain(const struct texts *texts, uint64_t at, struct pair pairs[LABELS_MOST])
{
    size_t n = 0, size = layout_end(texts->layout, LAYOUT_LABEL_NEXT, LAYOUT_LABEL_VALUE);
    char record[LAYOUT_RECORD];
    for (int links = 0; at && n < LABELS_MOST && links < 2 * LABELS_MOST; links++) {
        if (!memory_read(texts->memory, at, record, size))
            break;
        struct pair *p = &pairs[n];
        read_text(texts, LAYOUT_LABEL_KEY, record, p->key);
        read_text(texts, LAYOUT_LABEL_VALUE, record, p->value);
        at = layout_number(texts->layout, LAYOUT_LABEL_NEXT, record);
        size_t same = 0;
        while (same < n && strcmp(pairs[same].key, p->key))
            same++;
        n += same == n && p->key[0]; /* the first of a key counts */
    }
    return n;
}

static struct seen_labels *labels_new(uint64_t at, const struct pair *pairs, size_t n)
{
    size_t size = 0;
    for (size_t i = 0; i < n; i++)
        size += strlen(pairs[i].key) + strlen(pairs[i].value) + 2;
    struct seen_labels *labels = calloc(1, sizeof *labels + size);
    if (!labels)
        return NULL;
    labels->at = at;
    labels->count = n;
    labels->size = size;
    char *to = labels->text;
    for (size_t i = 0; i < n; i++) {
        to = stpcpy(to, pairs[i].key) + 1;
        to = stpcpy(to, pairs[i].value) + 1;
    }
    for (size_t i = 0; i < size; i++)
        labels->hash = (labels->hash ^ (unsigned char)labels->text[i]) * UINT64_C(0x100000001B3);
    return labels;
}

bool texts_labels(struct texts *texts, uint64_t at, const struct seen_labels **labels)
{
    struct pair pairs[LABELS_MOST];
    *labels = NULL;
    if (!at)
        return true;
    if (!texts->last || texts->last->at != at) {
        struct seen_labels *const *found = tfind(&at, &texts->labels, by_address), *fresh;
        if (!found) {
            fresh = labels_new(at, pairs, read_chain(texts, at, pairs));
            if (!fresh || !(found = tsearch(fresh, &texts->labels, by_address))) {
                free(fresh);
                return false;
            }
        }
        texts->last = *found;
    }
    *labels = texts->last->count ? texts->last : NULL;
    return true;
}
