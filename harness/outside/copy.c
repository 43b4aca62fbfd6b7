#include "outside/copy.h"
#include "task/hibernate_step.h"
#include <stdlib.h>
#include <string.h>

enum { PAGE_LEAST = 4096 };

struct form_seen {
    uint64_t record, start, size, words;
    uint64_t values[COPY_WORDS_MOST];
};

struct forms_seen {
    struct memory *memory;
    const struct task_layout *layout;
    uint64_t at;
    struct form_seen *all[COPY_FORMS + 1]; /* NULL: not read yet */
};

/* --- Forms ---------------------------------------------------------------------------------------- */

struct forms_seen *forms_new(struct memory *memory, const struct task_layout *layout)
{
    struct forms_seen *forms = calloc(1, sizeof *forms);
    if (forms)
        *forms = (struct forms_seen){.memory = memory, .layout = layout};
    return forms;
}

void forms_forget(struct forms_seen *forms, uint64_t at)
{
    for (size_t i = 0; i <= COPY_FORMS; i++) {
        free(forms->all[i]);
        forms->all[i] = NULL;
    }
    forms->at = at;
}

void forms_free(struct forms_seen *forms)
{
    if (forms)
        forms_forget(forms, 0);
    free(forms);
}

static bool read_form(const struct forms_seen *forms, uint64_t at, struct form_seen *form)
{
    char head[LAYOUT_RECORD];
    const struct task_layout *l = forms->layout;
    if (!memory_read(forms->memory, at, head, layout_end(l, LAYOUT_FORM_RECORD, LAYOUT_FORM_WORDS)))
        return false;
    form->record = layout_number(l, LAYOUT_FORM_RECORD, head);
    form->start = layout_number(l, LAYOUT_FORM_START, head);
    form->size = layout_number(l, LAYOUT_FORM_SIZE, head);
    form->words = layout_number(l, LAYOUT_FORM_WORDS, head);
    return form->words && form->words <= COPY_WORDS_MOST &&
           memory_read(forms->memory, at + l->form_values, form->values,
                       form->words * sizeof *form->values);
}

static const struct form_seen *form_of(struct forms_seen *forms, uint64_t number)
{
    if (!forms->at || number > COPY_FORMS)
        return NULL;
    struct form_seen *form = forms->all[number];
    if (form)
        return form;
    form = malloc(sizeof *form);
    if (!form || !read_form(forms, forms->at + number * forms->layout->form_size, form)) {
        free(form);
        return NULL;
    }
    return forms->all[number] = form;
}

/* --- Steps ---------------------------------------------------------------------------------------- */

size_t packed_first(uint64_t at)
{
    size_t in_page = PAGE_LEAST - at % PAGE_LEAST;
    return in_page < COPY_AT_ONCE ? in_page : COPY_AT_ONCE;
}

/* Whether so many bytes of it are there, once more is read where it has to be. */
static bool have(struct packed *p, const struct forms_seen *forms, size_t bytes)
{
    while (p->length < bytes) {
        size_t n = packed_first(p->at + p->length);
        n = n < COPY_BYTES_MOST - p->length ? n : COPY_BYTES_MOST - p->length;
        if (!n || !memory_read(forms->memory, p->at + p->length, p->bytes + p->length, n))
            return false;
        p->length += n;
    }
    return true;
}

static uint64_t expected(const struct form_seen *form, size_t i, uint64_t record)
{
    return form ? copy_moved(form->values[i], form->start, form->size, form->record, record) : 0;
}

static bool unpack(struct packed *p, const struct forms_seen *forms, const struct form_seen *form)
{
    size_t at = forms->layout->copy_size;
    uint64_t moved = 0;
    for (size_t i = 0; i < p->words;) {
        if (!have(p, forms, at + 1))
            return false;
        uint8_t step = p->bytes[at++];
        if (step < COPY_A_WORD) {
            if (step >= p->words - i)
                return false;
            for (size_t end = i + step + 1; i < end; i++)
                p->all[i] = expected(form, i, p->record);
            continue;
        }
        size_t n = copy_distance_size(step);
        if (n > sizeof(uint64_t) || !have(p, forms, at + n))
            return false;
        uint64_t distance = copy_distance(p->bytes + at, n);
        uint64_t here = expected(form, i, p->record),
                 from[COPY_FROMS] = {here, here + moved, p->record, (uintptr_t)forms->layout->code};
        if (copy_from(step) == COPY_FROM_EXPECTED)
            moved = distance;
        at += n;
        p->all[i++] = from[copy_from(step)] + distance;
    }
    return true;
}

bool packed_open(struct packed *p, struct forms_seen *forms)
{
    const struct task_layout *l = forms->layout;
    if (!have(p, forms, l->copy_size))
        return false;
    uint64_t number = layout_number(l, LAYOUT_COPY_FORM, p->bytes);
    const struct form_seen *form = number ? form_of(forms, number) : NULL;
    p->words = layout_number(l, LAYOUT_COPY_WORDS, p->bytes);
    if (!p->words || p->words > COPY_WORDS_MOST || (number && (!form || form->words < p->words)))
        return false;
    return unpack(p, forms, form);
}
