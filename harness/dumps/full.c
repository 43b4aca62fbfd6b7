/* Go's debug=2, as panics, SIGQUIT and goleak print it, too:
 *
 *     goroutine 18 gp=0xc000082540 m=nil [chan receive (scan), 45 minutes, locked to thread]:
 *     main.work(0xc0000a4000, ...)
 *     <TAB>/src/main.go:12 +0x44
 *     created by main.open in goroutine 1
 *     <TAB>/src/main.go:31 +0x90
 */
#include "dumps/full.h"
#include <string.h>

/* What stands between the lines of a dump, and is none. */
static const char *const chatter[] = {
    "goroutine running on other thread",
    "goroutine in C code",
    "...additional frames elided",
    "[originating from goroutine",
    "panic: ",
    "fatal error: ",
    "SIGQUIT: ",
    "SIGABRT: ",
    "PC=",
    "[signal ",
    "exit status ",
    "```",
    "~~~",
    "-----",
};

static bool is_chatter(const struct piece *line)
{
    for (size_t i = 0; i < sizeof chatter / sizeof *chatter; i++)
        if (piece_begins(line, chatter[i]))
            return true;
    if (line->end - line->at == 1 && *line->at == ']')
        return true; /* goleak's last word */
    return piece_begins(line, "...") && piece_ends(line, "...");
}

static const char *find(const struct piece *line, const char *words)
{
    return memmem(line->at, (size_t)(line->end - line->at), words, strlen(words));
}

/* --- The head --------------------------------------------------------------------------------- */

/* Between two commas behind the wait reason. */
static void take_condition(struct text_reader *r, struct piece word)
{
    struct dump_group *g = &r->draft.group;
    struct piece rest = word = piece_trimmed(word);
    uint64_t minutes;
    if (piece_take_number(&rest, &minutes)) {
        g->minutes_least = g->minutes_most = (int64_t)minutes;
        piece_take_words(&rest, " minutes");
    }
    if (piece_begins(&word, "locked to thread"))
        g->flags |= DUMP_LOCKED;
    if (find(&word, "(scan)"))
        g->flags |= DUMP_SCAN;
}

static bool take_mark(struct piece *state, const char *mark)
{
    const char *at = find(state, mark);
    if (!at || at + strlen(mark) != state->end)
        return false;
    state->end = at;
    return true;
}

/* What stands within the brackets. */
static void take_state(struct text_reader *r, struct piece state)
{
    struct dump_group *g = &r->draft.group;
    const char *labels = find(&state, " labels:{"), *comma;
    if (labels) {
        struct piece text = {labels + strlen(" labels:"), state.end};
        g->labels = dump_word(&r->dump, text.at, (size_t)(text.end - text.at));
        state.end = labels;
    }
    struct piece reason = state;
    if ((comma = find(&state, ", "))) {
        reason.end = comma;
        for (struct piece rest = {comma + 2, state.end}; rest.at < rest.end;) {
            const char *next = find(&rest, ", ");
            take_condition(r, (struct piece){rest.at, next ? next : rest.end});
            rest.at = next ? next + 2 : rest.end;
        }
    }
    if (take_mark(&reason, " (scan)"))
        g->flags |= DUMP_SCAN;
    if (take_mark(&reason, " (leaked)"))
        g->flags |= DUMP_LEAKED;
    g->reason = dump_word(&r->dump, reason.at, (size_t)(reason.end - reason.at));
}

static void begin_task(struct text_reader *r, uint64_t number)
{
    if (number == 1 && r->in_dump && r->has_first)
        r->end_dump(r); /* once more: another dump of the same log */
    r->has_first |= number == 1;
    text_begin_draft(r, "Go's stacks, debug=2", 1);
    r->in_task = true;
    r->task = number;
    if (number > r->dump.newest)
        r->dump.newest = number;
}

/* `goroutine 18 [..]:`, and `[Goroutine 18 in state chan receive, with main.work on top of the stack:`. */
static enum form take_head(struct text_reader *r, struct piece line, bool last)
{
    uint64_t number;
    const char *bracket;
    piece_take_words(&line, "[");
    bool by_goleak = piece_take_words(&line, "Goroutine ");
    if ((!by_goleak && !piece_take_words(&line, "goroutine ")) ||
        !piece_take_number(&line, &number))
        return FORM_NONE;
    if (by_goleak) {
        const char *with = find(&line, ", with ");
        if (!piece_take_words(&line, " in state ") || !with)
            return FORM_NONE;
        begin_task(r, number);
        take_state(r, (struct piece){line.at, with});
        return FORM_TAKEN;
    }
    bracket = find(&line, "[");
    bool ends = piece_ends(&line, "]:") || piece_ends(&line, "]");
    if (!bracket || !ends)
        return !ends && !last && (bracket || line.at == line.end || *line.at == ' ') ? FORM_OPEN
                                                                                     : FORM_NONE;
    if (r->in_task && r->task == number && !r->draft.group.depth && r->draft.group.reason) {
        take_state(r, (struct piece){bracket + 1, line.end - (piece_ends(&line, ":") ? 2 : 1)});
        return FORM_TAKEN; /* goleak has said so already */
    }
    begin_task(r, number);
    take_state(r, (struct piece){bracket + 1, line.end - (piece_ends(&line, ":") ? 2 : 1)});
    return FORM_TAKEN;
}

/* --- Frames ----------------------------------------------------------------------------------- */

/* `main.(*T).work(0x1, {0x2, ...})`: the name ends where its arguments begin. NULL: no such line. */
static const char *name_end(const struct piece *line)
{
    int depth = 0;
    const char *at = line->end;
    if (!piece_ends(line, ")"))
        return NULL;
    while (at > line->at) {
        at--;
        depth += *at == ')' ? 1 : *at == '(' ? -1 : 0;
        if (!depth)
            break;
    }
    if (depth || at == line->at)
        return NULL;
    return memchr(line->at, ' ', (size_t)(at - line->at)) ? NULL : at;
}

/* Its frame, which still has no place. */
static struct dump_frame *take_function(struct text_reader *r, const struct piece *line)
{
    const char *end = name_end(line);
    if (!end)
        return NULL;
    struct dump_frame *frame = draft_frame(&r->draft);
    frame->function = dump_word(&r->dump, line->at, (size_t)(end - line->at));
    r->in_creator = false;
    return frame;
}

/* `main.work(...) main.go:12`, in one line. */
static bool take_both(struct text_reader *r, struct piece line)
{
    struct dump_frame place = {0};
    const char *end = memrchr(line.at, ')', (size_t)(line.end - line.at));
    if (!end || end + 1 >= line.end || (end[1] != ' ' && end[1] != '\t'))
        return false;
    struct piece function = {line.at, end + 1},
                 rest = piece_trimmed((struct piece){end + 1, line.end});
    const char *offset = find(&rest, " +0x");
    rest.end = offset ? offset : rest.end;
    if (!name_end(&function) || !text_place(&r->dump, rest, &place) || !place.line)
        return false;
    struct dump_frame *frame = take_function(r, &function);
    frame->file = place.file;
    frame->line = place.line;
    return true;
}

static bool take_creator(struct text_reader *r, struct piece line)
{
    if (!piece_take_words(&line, "created by "))
        return false;
    const char *in = find(&line, " in goroutine ");
    struct piece name = piece_trimmed((struct piece){line.at, in ? in : line.end});
    r->draft.group.creator =
        (struct dump_frame){.function = dump_word(&r->dump, name.at, (size_t)(name.end - name.at))};
    r->in_creator = true;
    return true;
}

/* `/src/main.go:12 +0x44 fp=0x1 sp=0x2 pc=0x3` */
static bool take_place(struct text_reader *r, struct piece line)
{
    struct draft *d = &r->draft;
    struct dump_frame *frame = r->in_creator    ? &d->group.creator
                               : d->group.depth ? &d->frames[d->group.depth - 1]
                                                : NULL;
    const char *offset = find(&line, " +0x"), *registers = find(&line, " fp=0x");
    if (registers && (!offset || registers < offset))
        offset = registers;
    if (offset)
        line.end = offset;
    line = piece_trimmed(line);
    struct dump_frame place = {0};
    if (!frame || !text_place(&r->dump, line, &place))
        return false;
    if (frame->file)
        return d->group.flags & DUMP_CUT; /* of a frame beyond those that are kept */
    frame->file = place.file;
    frame->line = place.line;
    return true;
}

/* What the next line may go on with: an open parenthesis, a path without its line. */
static bool is_open(const struct text_reader *r, const struct piece *line)
{
    bool has_blank = memchr(line->at, ' ', (size_t)(line->end - line->at)) != NULL;
    const char *parenthesis = find(line, "(");
    if (parenthesis && !piece_ends(line, ")") &&
        !memchr(line->at, ' ', (size_t)(parenthesis - line->at)))
        return true;
    return !has_blank && find(line, "/") && (r->in_creator || r->draft.group.depth);
}

enum form full_line(struct text_reader *r, struct piece line, bool last)
{
    enum form form = take_head(r, line, last);
    if (form != FORM_NONE)
        return form;
    if (piece_begins(&line, "runtime stack:")) {
        text_end_draft(r);
        r->is_skipping = true;
        return FORM_TAKEN;
    }
    if (piece_begins(&line, "SIGQUIT: ") && r->in_dump)
        r->end_dump(r); /* another one follows */
    if (is_chatter(&line)) {
        if (r->in_task && piece_begins(&line, "...") && find(&line, "elided"))
            r->draft.group.flags |= DUMP_CUT;
        return FORM_TAKEN;
    }
    if (!r->in_task)
        return FORM_NONE;
    if (take_creator(r, line) || take_place(r, line) || take_function(r, &line) ||
        take_both(r, line))
        return FORM_TAKEN;
    return !last && is_open(r, &line) ? FORM_OPEN : FORM_NONE;
}
