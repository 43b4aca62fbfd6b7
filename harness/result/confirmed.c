#include "result/confirmed.h"
#include "result/about.h"
#include "result/folder.h"
#include "result/result.h"
#include "result/stream.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- From the folder ------------------------------------------------------------------------ */

static bool has_confirmation(const char *results, const char *name)
{
    char path[FOLDER_PATH];
    snprintf(path, sizeof path, "%.800s/%.96s/" RESULT_CONFIRMATION, results, name);
    return access(path, F_OK) == 0;
}

bool confirmers_load(struct confirmers *others, const char *results, char *why, size_t size)
{
    size_t count;
    char **names = result_list(results, &count, why, size), ignored[512];
    *others = (struct confirmers){names ? calloc(count + 1, sizeof *others->all) : NULL, 0};
    if (names && !others->all)
        snprintf(why, size, "no memory for the results");
    for (size_t i = 0; names && others->all && i < count; i++) {
        struct summary *one = has_confirmation(results, names[i])
                                  ? result_load(results, names[i], ignored, sizeof ignored)
                                  : NULL;
        if (one)
            others->all[others->count++] = one;
    }
    result_list_free(names, names ? count : 0);
    return others->all;
}

void confirmers_free(struct confirmers *others)
{
    for (size_t i = 0; i < others->count; i++)
        summary_free(others->all[i]);
    free(others->all);
    *others = (struct confirmers){0};
}

/* --- Of one result -------------------------------------------------------------------------- */

struct confirmed_by *confirmed_by(const struct confirmers *others, const char *name,
                                  const char *pair, size_t *count)
{
    struct confirmed_by *by = calloc(others->count + 1, sizeof *by);
    *count = 0;
    for (size_t i = 0; by && i < others->count; i++) {
        const struct confirmation *one = others->all[i]->confirmation;
        if (!one || strcmp(one->of, name) != 0)
            continue;
        struct confirm_counts counts = confirm_counts(one, pair);
        if (counts.rows)
            by[(*count)++] = (struct confirmed_by){others->all[i], counts};
    }
    return by;
}

static size_t holding(const struct confirmed_by *by, size_t count)
{
    size_t hold = 0;
    for (size_t i = 0; i < count; i++)
        hold += confirm_holds(&by[i].counts);
    return hold;
}

const char *confirmed_words(char text[CONFIRMED_WORDS_SIZE], const struct confirmed_by *by,
                            size_t count)
{
    size_t hold = holding(by, count);
    if (!count)
        snprintf(text, CONFIRMED_WORDS_SIZE, "not confirmed yet");
    else if (hold < count)
        snprintf(text, CONFIRMED_WORDS_SIZE, "confirmed by %zu of %zu that measured it again", hold,
                 count);
    else
        snprintf(text, CONFIRMED_WORDS_SIZE, "confirmed %zu time%s", hold, hold == 1 ? "" : "s");
    return text;
}

static void say(FILE *out, const struct confirmed_by *by, size_t count, bool holds)
{
    const char *separator = holds ? "Confirmed by " : "Not confirmed by ";
    bool any = false;
    for (size_t i = 0; i < count; i++) {
        char text[CONFIRM_COUNTS], *machine;
        if (confirm_holds(&by[i].counts) != holds)
            continue;
        machine = about_machine(by[i].by->about);
        fprintf(out, "%s%s (%s, on %s)", separator, by[i].by->name,
                confirm_counts_text(text, &by[i].counts), stream_piece(out, machine));
        separator = ", ";
        any = true;
        free(machine);
    }
    fputs(any ? ". " : "", out);
}

char *confirmed_sentence(const struct confirmers *others, const char *name, const char *pair)
{
    size_t count;
    struct stream_text held;
    FILE *out = stream_open(&held);
    struct confirmed_by *by = out ? confirmed_by(others, name, pair, &count) : NULL;
    if (out && !by)
        stream_fail(out);
    for (int holds = 1; by && holds >= 0; holds--)
        say(out, by, count, holds);
    free(by);
    char *text = stream_close(out, &held);
    size_t length = text ? strlen(text) : 0;
    if (length)
        text[length - 1] = 0; /* the last blank */
    return text;
}
