/* `served_plain ID leak|fix REQUESTS [close|handles]`: serves them, and ends. Pairs of plain C, libuv and nothing else, for those
 * who look at a program from outside: the sanitizers, Valgrind; and for what libuv itself says of its loop. */
#include "detect/serve_plain.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* clang-format off */
#define PAIR(...)
#define ON_LOOP(family_, id_, ...)  void leak_##id_(uv_loop_t *loop); void fix_##id_(uv_loop_t *loop);
#define THREADED(family_, id_, ...) void leak_##id_(void); void fix_##id_(void);
#include "catalog.def"
#undef ON_LOOP
#undef THREADED

static const struct pair pairs[] = {
#define ENTERED(entry_, id_)        {.id = #id_, .entry_ = {leak_##id_, fix_##id_}},
#define ON_LOOP(family_, id_, ...)  ENTERED(on_loop, id_)
#define THREADED(family_, id_, ...) ENTERED(threaded, id_)
#include "catalog.def"
};
/* clang-format on */

static const struct pair *find(const char *id)
{
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (strcmp(pairs[i].id, id) == 0)
            return &pairs[i];
    return NULL;
}

static void say(uv_loop_t *loop, const char *what)
{
    if (strcmp(what, "close") == 0) {
        int failed = uv_loop_close(loop);
        printf("uv_loop_close: %s\n", failed ? uv_err_name(failed) : "0");
    } else if (strcmp(what, "handles") == 0) {
        puts("uv_print_all_handles:");
        uv_print_all_handles(loop, stdout);
    }
}

/* Where it is linked in. */
void __lsan_do_leak_check(void) __attribute__((weak)); /* NOLINT(bugprone-reserved-identifier) */

int main(int argc, char **argv)
{
    static uv_loop_t loop;
    const struct pair *pair = argc == 4 || argc == 5 ? find(argv[1]) : NULL;
    if (!pair) {
        fprintf(stderr, "usage: served_plain ID leak|fix REQUESTS [close|handles] (`leaklab "
                        "detect` starts it)\n");
        return 2;
    }
    int failed = serve_plain_open(&loop);
    if (failed) {
        fprintf(stderr, "served_plain: no loop can be had: %s\n", uv_strerror(failed));
        return 2;
    }
    enum variant variant = strcmp(argv[2], "leak") == 0 ? VARIANT_LEAK : VARIANT_FIX;
    serve_plain(&loop, pair, variant, strtoull(argv[3], NULL, 10));
    say(&loop, argc == 5 ? argv[4] : "");
    fflush(NULL);
    /* Not by exit(): there libuv waits for its thread pool, which in one of the leaks never ends. */
    if (__lsan_do_leak_check)
        __lsan_do_leak_check();
    _exit(0);
}
