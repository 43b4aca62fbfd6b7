#include "command/asking.h"
#include "command/command.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { OPTION_OWN = 0x200, OPTION_HEADER, OPTION_CACERT };

static const struct argp_option options[] = {
    {"own", OPTION_OWN, "PATTERN", 0,
     "Frames of yours: a part of a function's name or of a file's path, or a pattern with * as in "
     "a "
     "shell; may be given again (what is neither the language's nor vendored)",
     1},
    {"header", OPTION_HEADER, "TEXT", 0,
     "Sent with each request, like 'Authorization: Bearer x'; may be given again", 1},
    {"cacert", OPTION_CACERT, "FILE", 0, "Certificates to trust, of https:// (the system's)", 1},
    {0},
};

static const char **with_one_more(const char **all, size_t *count, const char *one,
                                  const struct argp_state *state)
{
    const char **more = realloc(all, (*count + 1) * sizeof *more);
    if (!more)
        command_refuse(state, "there is no memory for so many options");
    more[(*count)++] = one;
    return more;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct asking *asking = state->input;
    switch (key) {
    case OPTION_OWN:
        if (!*arg)
            command_refuse(state, "--own '': every name has that in it");
        asking->own.patterns = with_one_more(asking->own.patterns, &asking->own.count, arg, state);
        return 0;
    case OPTION_HEADER:
        if (!strchr(arg, ':') || strpbrk(arg, "\r\n"))
            command_refuse(state, "--header must be like 'Name: value', on one line");
        asking->headers = with_one_more(asking->headers, &asking->header_count, arg, state);
        return 0;
    case OPTION_CACERT:
        if (access(arg, R_OK) != 0)
            command_refuse(state, "--cacert '%s': there is no such file to read", arg);
        asking->ca = arg;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

const struct argp asking_argp = {.options = options, .parser = parse};

struct fetch_how asking_how(const struct asking *asking)
{
    return (struct fetch_how){
        .headers = asking->headers, .header_count = asking->header_count, .ca = asking->ca};
}

void asking_end(struct asking *asking)
{
    free(asking->own.patterns);
    free(asking->headers);
}
