#include "command/again.h"
#include "command/command.h"
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { WORDS_MOST = 256, OWN_WORDS = 5 }; /* "leaklab run", --seed N, --json FILE */

/* What is measured, and nothing that is written or looked for. `twin` would run a program of this tree. */
static const char *const with_value[] = {
    "rate",  "duration", "arrivals", "repeat",    "samples",      "variant", "requests",
    "stack", "patience", "settle",   "hibernate", "memory-limit", NULL};
static const char *const replaced[] = {"json", "seed", NULL};
static const char value_characters[] =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._/";

/* An option of this list; *length: of its name, behind the dashes. */
static bool is_among(const char *word, const char *const *names, size_t *length)
{
    *length = strncmp(word, "--", 2) ? 0 : strcspn(word + 2, "=");
    for (; *length && *names; names++)
        if (strlen(*names) == *length && strncmp(word + 2, *names, *length) == 0)
            return true;
    return false;
}

static bool is_plain(const char *value)
{
    return *value && strspn(value, value_characters) == strlen(value);
}

/* The words that are taken, into argv; how many. 0: *why is the word that is not. */
static int take_words(const json_t *words, const char **argv, const char **why)
{
    int count = 0;
    size_t length;
    for (size_t i = 2; i < json_array_size(words); i++) {
        const char *word = json_string_value(json_array_get(words, i));
        const char *next = json_string_value(json_array_get(words, i + 1));
        bool is_value = is_among(word, with_value, &length), is_own = false;
        if (!is_value)
            is_own = is_among(word, replaced, &length);
        bool in_next = (is_value || is_own) && !word[2 + length];
        const char *value = in_next ? next : is_value ? word + 3 + length : word;
        *why = word;
        if (!is_own && (!value || !is_plain(value)))
            return 0;
        if (!is_own)
            argv[count++] = word;
        if (!is_own && in_next)
            argv[count++] = next;
        i += in_next;
    }
    *why = NULL;
    return count;
}

static bool is_run(const json_t *words)
{
    const char *program = json_string_value(json_array_get(words, 0));
    const char *command = json_string_value(json_array_get(words, 1));
    size_t i;
    json_t *word;
    json_array_foreach(words, i, word)
    {
        if (!json_is_string(word))
            return false;
    }
    return program && command && strcmp(program, "leaklab") == 0 && strcmp(command, "run") == 0 &&
           json_array_size(words) <= WORDS_MOST;
}

int again(const struct summary *published, const char *file)
{
    static char name[] = "leaklab run";
    const json_t *words = json_object_get(published->about, "command");
    const char *argv[WORDS_MOST + OWN_WORDS + 1] = {name}, *why = NULL;
    char seed[32];
    if (!is_run(words)) {
        command_say("confirm", "it was not measured by `leaklab run`: run its command by hand");
        return AGAIN_REFUSED;
    }
    int count = 1 + take_words(words, argv + 1, &why);
    if (why) {
        command_say("confirm",
                    "its command has '%s', which is not taken from a result: run it by hand", why);
        return AGAIN_REFUSED;
    }
    snprintf(seed, sizeof seed, "%" PRId64, (int64_t)time(NULL));
    const char *own[] = {"--seed", seed, "--json", file};
    memcpy(argv + count, own, sizeof own);
    return command_run.run(count + 4, (char **)argv);
}
