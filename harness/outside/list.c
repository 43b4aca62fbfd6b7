#include "outside/list.h"
#include "outside/notes.h"
#include "outside/place.h"
#include "probe/printable.h"
#include "profile/shown.h"
#include "task/time.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* What is said of each task of a group. */
struct row {
    char *where, *made, *labels;
    char *tail; /* all of them, in their columns */
};

struct list {
    const struct target *target;
    const struct look *look;
    struct row *rows;       /* a group each */
    int state, where, made; /* widths */
    FILE *out;
};

/* --- Rows ----------------------------------------------------------------------------------------------- */

typedef void writer(const struct list *list, const struct seen_group *group, FILE *out);

static void write_where(const struct list *list, const struct seen_group *group, FILE *out)
{
    place_write(place_of(list->target, group), out);
    if (group->is_broken)
        fputs(" (the stack can not be walked to its end)", out);
}

static void write_made(const struct list *list, const struct seen_group *group, FILE *out)
{
    (void)list;
    place_write_site(group->site, out);
}

static void write_labels(const struct list *list, const struct seen_group *group, FILE *out)
{
    (void)list;
    notes_write_labels(group->labels, out);
}

/* New text, and how many columns the widest so far takes. */
static char *cell(const struct list *list, const struct seen_group *group, writer *write,
                  int *widest)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        return NULL;
    write(list, group, out);
    if (fclose(out)) {
        free(text);
        return NULL;
    }
    char *clean = printable_text(text);
    free(text);
    int columns = clean ? (int)printable_columns(clean) : 0;
    *widest = columns > *widest ? columns : *widest;
    return clean;
}

static void pad(const char *text, int width, FILE *out)
{
    int columns = (int)printable_columns(text);
    fprintf(out, "%s%*s", text, width > columns ? width - columns : 0, "");
}

/* Once the widths are known. */
static bool join(const struct list *list, struct row *row)
{
    size_t size;
    FILE *out = open_memstream(&row->tail, &size);
    if (!out)
        return false;
    pad(row->where, list->where, out);
    fputs("  ", out);
    if (row->labels[0]) {
        pad(row->made, list->made, out);
        fputs("  ", out);
    }
    fputs(row->labels[0] ? row->labels : row->made, out);
    return fclose(out) == 0;
}

static bool make_rows(struct list *list)
{
    int ignored = 0;
    list->state = (int)strlen("STATE");
    list->where = (int)strlen("WHERE");
    list->made = (int)strlen("MADE AT");
    list->rows = calloc(list->look->group_count + 1, sizeof *list->rows);
    for (size_t i = 0; list->rows && i < list->look->group_count; i++) {
        const struct seen_group *g = &list->look->groups[i];
        struct row *row = &list->rows[i];
        int state = (int)strlen(place_state(g));
        list->state = state > list->state ? state : list->state;
        row->where = cell(list, g, write_where, &list->where);
        row->made = cell(list, g, write_made, &list->made);
        row->labels = cell(list, g, write_labels, &ignored);
        if (!row->where || !row->made || !row->labels)
            return false;
    }
    for (size_t i = 0; list->rows && i < list->look->group_count; i++)
        if (!join(list, &list->rows[i]))
            return false;
    return list->rows;
}

static void free_rows(struct list *list)
{
    for (size_t i = 0; list->rows && i < list->look->group_count; i++) {
        free(list->rows[i].where);
        free(list->rows[i].made);
        free(list->rows[i].labels);
        free(list->rows[i].tail);
    }
    free(list->rows);
}

/* first: the id, or how many; minutes: in words. */
static void write_line(const struct list *list, const char *first, const char *state,
                       const char *minutes, const char *tail)
{
    fprintf(list->out, "%9s  %-*s  %9s  %s\n", first, list->state, state, minutes, tail);
}

/* --- Lines ---------------------------------------------------------------------------------------------- */

static int64_t minutes(const struct list *list, uint8_t state, int64_t since)
{
    int64_t whole = shown_minutes((enum task_state)state, since, list->look->now);
    return whole > 0 ? whole : 0;
}

static void write_groups(const struct list *list)
{
    char count[32], age[64];
    for (size_t i = 0; i < list->look->group_count; i++) {
        const struct seen_group *g = &list->look->groups[i];
        int64_t least = minutes(list, g->state, g->since_max);
        int64_t most = minutes(list, g->state, g->since_min);
        if (least == most)
            snprintf(age, sizeof age, "%" PRId64, most);
        else
            snprintf(age, sizeof age, "%" PRId64 "-%" PRId64, least, most);
        write_line(list, shown_number(g->count, count), place_state(g),
                   g->state == TASK_PARKED ? age : "", list->rows[i].tail);
    }
}

static const struct look *sorted;

static int by_id(const void *a, const void *b)
{
    uint64_t x = sorted->tasks[*(const uint32_t *)a].id, y = sorted->tasks[*(const uint32_t *)b].id;
    return (x > y) - (x < y);
}

/* The numbers of the tasks, oldest first. To be freed. */
static uint32_t *order(const struct look *look)
{
    uint32_t *numbers = malloc((look->length + 1) * sizeof *numbers);
    for (uint32_t i = 0; numbers && i < look->length; i++)
        numbers[i] = i;
    sorted = look;
    if (numbers)
        qsort(numbers, look->length, sizeof *numbers, by_id);
    return numbers;
}

static bool write_tasks(const struct list *list)
{
    char id[32], age[32];
    uint32_t *numbers = order(list->look);
    for (size_t i = 0; numbers && i < list->look->length; i++) {
        const struct seen_task *t = &list->look->tasks[numbers[i]];
        snprintf(id, sizeof id, "%" PRIu64 "%s", t->id, t->has_changed ? "*" : "");
        snprintf(age, sizeof age, "%" PRId64, minutes(list, t->state, t->since));
        write_line(list, id, place_state(&list->look->groups[t->group]),
                   t->state == TASK_PARKED ? age : "", list->rows[t->group].tail);
    }
    free(numbers);
    return numbers;
}

bool list_write(const struct target *target, const struct look *look, bool all, FILE *out)
{
    struct list list = {.target = target, .look = look, .out = out};
    struct row head = {(char *)"WHERE", (char *)"MADE AT", (char *)"LABELS", NULL};
    bool done = make_rows(&list) && join(&list, &head);
    notes_write_head(target, look, out);
    if (done && look->length) {
        write_line(&list, all ? "TASK" : "TASKS", "STATE", "MINUTES", head.tail);
        if (all)
            done = write_tasks(&list);
        else
            write_groups(&list);
        if (all && look->changed)
            fputs("*: changed while looked at\n", out);
    }
    notes_write(target, look, out);
    free_rows(&list);
    free(head.tail);
    return done && !ferror(out);
}
