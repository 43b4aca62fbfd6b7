/* `leaklab forecast`: when a service of so much memory dies at so many requests, by a saved result. */
#include "command/quantity.h"
#include "command/results.h"
#include "probe/figures.h"
#include "result/counted.h"
#include "result/forecast_pair.h"
#include "result/phrase.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { OPTION_RATE = 0x100, OPTION_MEMORY };

struct forecast_wish {
    struct result_choice choice;
    const struct pair *pair;
    double rate;
    const char *rate_typed;
    uint64_t memory;
};

static const struct argp_option options[] = {
    {"rate", OPTION_RATE, "R", 0, "Requests a second, or 60/min, 5/h", 0},
    {"memory", OPTION_MEMORY, "SIZE", 0, "What the service may use: 256M, 2G", 0},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct forecast_wish *wish = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &wish->choice;
        return 0;
    case OPTION_RATE:
        if (!quantity_rate(arg, &wish->rate) || wish->rate <= 0)
            command_refuse(state, "--rate '%s': must be like 1000, 1000/s, 60/min or 5/h", arg);
        wish->rate_typed = arg;
        return 0;
    case OPTION_MEMORY:
        if (!quantity_size(arg, &wish->memory))
            command_refuse(state, "--memory '%s': " QUANTITY_SIZE, arg);
        return 0;
    case ARGP_KEY_ARG:
        if (wish->pair)
            command_refuse(state, "one id at a time, not also '%s'", arg);
        wish->pair = command_pair(state, arg);
        return 0;
    case ARGP_KEY_NO_ARGS:
        command_refuse(state, "which pair? (leaklab list shows them all)");
    case ARGP_KEY_SUCCESS:
        if (wish->rate <= 0 || wish->memory == 0)
            command_refuse(state, "needs --rate and --memory, as in --rate 1000/min --memory 512M");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child children[] = {{&result_argp, 0, NULL, 0}, {0}};
static const struct argp argp = {
    .options = options,
    .parser = parse,
    .args_doc = "ID",
    .doc =
        "Says when a service that had this leak, or its fix, would run out of memory, from a "
        "saved result: its memory before load, as far as the kernel can not take it back, and its "
        "growth a request, resident set and page tables, with the interval of the measurement.",
    .children = children,
};

/* What memory does not tell of: most processes may have this many descriptors, where nobody has raised it. */
static void say_descriptors(const struct forecast_wish *wish, const struct measured *measured,
                            const struct forecast *forecast)
{
    static const double most = 1024;
    char each[PHRASE], requests[FIGURE], span[FIGURE];
    double rate =
        counted_left(COUNTED_DESCRIPTORS, measured) / summary_figure(measured, requests, NULL);
    double seconds = most / rate / wish->rate;
    if (!(rate >= 0.001) || seconds >= forecast->seconds)
        return;
    printf("      before that, by its descriptors: at %s a request the usual 1,024 of a process "
           "(`ulimit -n`) are open after %s requests, %s\n",
           phrase_number(each, rate, NULL), figure_count(requests, llround(most / rate)),
           figure_span(span, seconds));
}

static bool say(const struct forecast_wish *wish, const struct measured_pair *pair,
                enum variant variant, const char *name)
{
    struct forecast forecast = forecast_of(pair, variant, wish->rate, (double)wish->memory);
    char *words = forecast_words(&forecast);
    char requests[FIGURE], start[FIGURE], bytes[PHRASE];
    if (!words)
        return false;
    printf("%-4s  %s\n", name, words);
    free(words);
    if (forecast.fate != FATE_DIES && forecast.fate != FATE_MAY_LEVEL)
        return true;
    printf("      that is %s requests of %s bytes on top of %s",
           figure_rounded(requests, forecast.requests),
           phrase_number(bytes, forecast.per_request, &pair->variants[variant].bytes_per_request),
           figure_bytes(start, forecast.start));
    if (forecast.reach > 1)
        printf("; measured were %s, the rest goes on their line",
               figure_rounded(requests, forecast.requests / forecast.reach));
    putchar('\n');
    say_descriptors(wish, &pair->variants[variant], &forecast);
    return true;
}

static int run(int argc, char **argv)
{
    struct forecast_wish wish = {.rate = 0};
    char memory[FIGURE];
    command_parse(&argp, argc, argv, &wish);
    struct summary *summary = result_with(&wish.choice, wish.pair, "forecast");
    if (!summary)
        return EXIT_FAILED;
    const struct measured_pair *pair = summary_pair(summary, wish.pair->id);
    printf("%s with %s at %s%s, by %s:\n", pair->id, figure_bytes(memory, (double)wish.memory),
           wish.rate_typed, strchr(wish.rate_typed, '/') ? "" : "/s", summary->name);
    static const char *const series[] = {OUTCOME_RECOVERED, OUTCOME_HIBERNATED};
    bool done = say(&wish, pair, VARIANT_LEAK, variant_name(VARIANT_LEAK)) &&
                say(&wish, pair, VARIANT_FIX, variant_name(VARIANT_FIX));
    for (size_t i = 0; done && i < sizeof series / sizeof *series; i++) {
        const struct measured_pair *same = summary_series(summary, pair, series[i]);
        done = !same || say(&wish, same, VARIANT_LEAK, series[i]);
    }
    if (!done)
        command_say("forecast", "no memory for the words");
    summary_free(summary);
    return done ? EXIT_AS_CATALOGUED : EXIT_FAILED;
}

const struct command command_forecast = {
    .name = "forecast",
    .summary = "Say when a service with this leak runs out of memory",
    .argp = &argp,
    .run = run,
};
