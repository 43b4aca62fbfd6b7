#include "outside/layout.h"
#include "task/wait_reason.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { PAGE_LEAST = 4096, COPY_HEAD_MOST = 16 };

static size_t end_of(const struct task_layout *layout, enum layout_field field)
{
    return (size_t)layout->field[field].at + layout->field[field].size;
}

/* What is said of those who hibernate. */
static bool sleepers_are_sound(const struct task_layout *l)
{
    return l->entry_size <= LAYOUT_RECORD && l->entry_size >= end_of(l, LAYOUT_SLEEPERS_BASE) &&
           l->entry_size >= end_of(l, LAYOUT_SLEEPERS_END) &&
           l->entry_size >= end_of(l, LAYOUT_SLEEPERS_OF) && l->copy_size <= COPY_HEAD_MOST &&
           l->copy_size >= end_of(l, LAYOUT_COPY_FORM) &&
           l->copy_size >= end_of(l, LAYOUT_COPY_WORDS) && l->form_values < l->form_size &&
           l->field[LAYOUT_SLEEPER_COPIES].size == TASK_LAYOUT_PLACES * sizeof(uint64_t);
}

static bool is_sound(const struct task_layout *layout)
{
    for (size_t i = 0; i < LAYOUT_FIELDS; i++)
        if (!layout->field[i].size || layout->field[i].at + layout->field[i].size > LAYOUT_RECORD)
            return false;
    for (size_t i = 0; i < TASK_LAYOUT_PLACES; i++)
        if (layout->record_below[i] < layout->task_size || layout->record_below[i] > PAGE_LEAST / 2)
            return false;
    return sleepers_are_sound(layout) && layout->reasons && layout->task_size &&
           layout->task_size <= LAYOUT_RECORD && layout->case_size &&
           layout->case_size <= LAYOUT_RECORD && layout->owner_size &&
           layout->owner_size <= LAYOUT_RECORD && layout->slab_below <= PAGE_LEAST / 2;
}

bool layout_read(struct memory *memory, uint64_t at, struct task_layout *layout,
                 char why[LAYOUT_WHY])
{
    struct task_layout *l = layout;
    if (!memory_read(memory, at, l, offsetof(struct task_layout, word) + sizeof l->word)) {
        snprintf(why, LAYOUT_WHY,
                 "its table of the runtime's layout, at %#" PRIx64 ", can not be read", at);
        return false;
    }
    if (memcmp(l->magic, TASK_LAYOUT_MAGIC, sizeof TASK_LAYOUT_MAGIC)) {
        snprintf(why, LAYOUT_WHY, "what should be its table of the runtime's layout is none");
        return false;
    }
    if (l->version != TASK_LAYOUT_VERSION) {
        snprintf(why, LAYOUT_WHY,
                 "it has runtime layout %" PRIu32
                 ", this program reads %d: use the leaklab that came with its runtime",
                 l->version, TASK_LAYOUT_VERSION);
        return false;
    }
    if (l->word != sizeof(uint64_t) || l->size != sizeof *l) {
        snprintf(why, LAYOUT_WHY, "its table of the runtime's layout is of another machine");
        return false;
    }
    if (!memory_read(memory, at, l, sizeof *l) || l->fields != LAYOUT_FIELDS || !is_sound(l)) {
        snprintf(why, LAYOUT_WHY, "its table of the runtime's layout is broken");
        return false;
    }
    return true;
}

uint64_t layout_number(const struct task_layout *layout, enum layout_field field,
                       const void *record)
{
    const char *at = (const char *)record + layout->field[field].at;
    uint64_t eight = 0;
    uint32_t four;
    uint16_t two;
    switch (layout->field[field].size) {
    case 1:
        return *(const uint8_t *)at;
    case 2:
        memcpy(&two, at, sizeof two);
        return two;
    case 4:
        memcpy(&four, at, sizeof four);
        return four;
    case 8:
        memcpy(&eight, at, sizeof eight);
        return eight;
    default:
        return 0;
    }
}

size_t layout_end(const struct task_layout *layout, enum layout_field first, enum layout_field last)
{
    size_t end = 0;
    for (enum layout_field i = first; i <= last; i++) {
        size_t here = (size_t)layout->field[i].at + layout->field[i].size;
        end = here > end ? here : end;
    }
    return end;
}
