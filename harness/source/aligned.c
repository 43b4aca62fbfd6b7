#include "source/aligned.h"
#include "source/code.h"
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* --- What diff says ------------------------------------------------------------------------- */

static int file_of(const char *text)
{
    int fd = memfd_create("sample", 0); /* inherited by diff */
    size_t size = strlen(text);
    if (fd >= 0 && write(fd, text, size) != (ssize_t)size) {
        close(fd);
        return -1;
    }
    return fd;
}

/* Of a process that writes into `out`, whether it came to its end as diff does. */
static bool spawn(char *const *words, int out)
{
    posix_spawn_file_actions_t actions;
    pid_t pid;
    int status;
    if (posix_spawn_file_actions_init(&actions) != 0)
        return false;
    posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    int failed = posix_spawnp(&pid, words[0], &actions, NULL, words, environ);
    posix_spawn_file_actions_destroy(&actions);
    while (!failed && waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return false;
    return !failed && WIFEXITED(status) && WEXITSTATUS(status) <= 1;
}

static char *text_of(int fd)
{
    off_t length = lseek(fd, 0, SEEK_END);
    char *text = length < 0 ? NULL : malloc((size_t)length + 1);
    if (!text)
        return NULL;
    text[length] = 0;
    if (pread(fd, text, (size_t)length, 0) == length)
        return text;
    free(text);
    return NULL;
}

/* A sign a line: '-' for one of the old text, '+' for one of the new one, ' ' for one of both. The caller frees
 * them; NULL where diff does not run. */
static char *diff(int old, int new)
{
    char left[32], right[32];
    char *words[] = {"diff",
                     "-d",
                     "--old-line-format=-",
                     "--new-line-format=+",
                     "--unchanged-line-format= ",
                     left,
                     right,
                     NULL};
    snprintf(left, sizeof left, "/dev/fd/%d", old);
    snprintf(right, sizeof right, "/dev/fd/%d", new);
    int out = memfd_create("signs", MFD_CLOEXEC);
    char *signs = out >= 0 && spawn(words, out) ? text_of(out) : NULL;
    if (out >= 0)
        close(out);
    return signs;
}

/* By their code alone. */
static char *compare(const char *left, const char *right)
{
    char *old_code = code_of(left), *new_code = code_of(right);
    int old = old_code ? file_of(old_code) : -1, new = new_code ? file_of(new_code) : -1;
    char *signs = old >= 0 && new >= 0 ? diff(old, new) : NULL;
    if (old >= 0)
        close(old);
    if (new >= 0)
        close(new);
    free(old_code);
    free(new_code);
    return signs;
}

/* --- Rows ----------------------------------------------------------------------------------- */

/* One of the texts while it is read, and its code beside it, which has as many lines. */
struct side {
    char *line, *code;
};

struct view {
    struct side sides[2];
    struct aligned_row *rows;
    size_t length, capacity;
};

static char *take_line(char **at)
{
    char *line = *at;
    size_t length = strcspn(line, "\n");
    *at = line + length + (line[length] == '\n');
    line[length] = 0;
    return line;
}

static bool add_row(struct view *view, bool left, bool right, bool differ)
{
    if (view->length == view->capacity) {
        size_t capacity = view->capacity ? 2 * view->capacity : 64;
        struct aligned_row *more = realloc(view->rows, capacity * sizeof *more);
        if (!more)
            return false;
        view->rows = more;
        view->capacity = capacity;
    }
    struct aligned_row *row = &view->rows[view->length++];
    *row = (struct aligned_row){.differ = differ};
    for (int side = 0; side < 2; side++)
        if (side ? right : left) {
            row->line[side] = take_line(&view->sides[side].line);
            take_line(&view->sides[side].code);
        }
    return true;
}

/* Whether the next line is not code. */
static bool is_bare(const struct side *side)
{
    return *side->code == '\n' || !*side->code;
}

/* A changed block: its lines of code beside each other, in order, and likewise what is none. */
static bool add_block(struct view *view, size_t old, size_t new)
{
    bool done = true;
    while (done && (old || new)) {
        bool bare_left = old && is_bare(&view->sides[0]),
             bare_right = new &&is_bare(&view->sides[1]);
        bool bare = bare_left || bare_right;
        bool left = bare ? bare_left : old > 0, right = bare ? bare_right : new > 0;
        done = add_row(view, left, right, !bare);
        old -= left;
        new -= right;
    }
    return done;
}

static bool align(struct view *view, const char *signs)
{
    bool done = true;
    while (done && *signs) {
        size_t same = strspn(signs, " "), changed = strspn(signs + same, "-+"), old = 0;
        for (size_t i = 0; done && i < same; i++)
            done = add_row(view, true, true, false);
        for (size_t i = 0; i < changed; i++)
            old += signs[same + i] == '-';
        done = done && add_block(view, old, changed - old);
        signs += same + changed;
    }
    return done;
}

bool aligned_make(struct aligned *aligned, const char *left, const char *right)
{
    *aligned = (struct aligned){.text = {strdup(left), strdup(right)}};
    char *code[2] = {code_of(left), code_of(right)}, *signs = compare(left, right);
    struct view view = {.sides = {{aligned->text[0], code[0]}, {aligned->text[1], code[1]}}};
    bool done =
        signs && aligned->text[0] && aligned->text[1] && code[0] && code[1] && align(&view, signs);
    aligned->rows = view.rows;
    aligned->length = view.length;
    free(code[0]);
    free(code[1]);
    free(signs);
    if (!done)
        aligned_free(aligned);
    return done;
}

void aligned_free(struct aligned *aligned)
{
    free(aligned->rows);
    free(aligned->text[0]);
    free(aligned->text[1]);
    *aligned = (struct aligned){0};
}
