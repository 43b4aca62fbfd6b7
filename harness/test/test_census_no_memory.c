/* No memory while the census is told: whatever allocation fails, a listing is whole, or is not there and says why. */
#include "test/no_memory.h"
#include "test/words.h"

#include "census/listing.h"
#include "census/verify_handles.h"
#include <sys/wait.h>
#include <unistd.h>

static uv_loop_t *loop;
static struct listing listing;

static char *a_listing(void)
{
    char *text = NULL;
    size_t size;
    long now = failing_left;
    failing_left = -1;
    FILE *out = __real_open_memstream(&text, &size);
    failing_left = now;
    errno = 0;
    long told = listing_write(&listing, out);
    int why = errno;
    failing_left = -1;
    fclose(out);
    if (told >= 0)
        return text;
    assert_int_equal(why, ENOMEM);
    free(text);
    return NULL;
}

/* Without the times that JSON has. */
static char *a_listing_without_times(void)
{
    char *text = a_listing();
    static const char *const names[] = {"\"time\":", "_ms\":"};
    for (size_t i = 0; i < 2; i++)
        for (char *at = text; at && (at = strstr(at, names[i]));) {
            at += strlen(names[i]);
            memset(at, '0', strspn(at, " 0123456789"));
        }
    return text;
}

static void a_listing_is_whole_or_not(void **state)
{
    (void)state;
    uv_timer_t timers[2];
    uv_idle_t idle;
    uint32_t since = census_mark();
    for (int i = 0; i < 2; i++)
        uv_timer_init(loop, &timers[i]);
    uv_idle_init(loop, &idle);
    for (int form = 0; form < LISTING_FORMATS; form++) {
        listing = (struct listing){
            .format = (enum listing_format)form, .since = since, .loop = loop, .subject = "a case"};
        assert_true(try_all_kept(listing_format_name(listing.format), a_listing_without_times, 1) >
                    0);
    }
    uv_close((uv_handle_t *)&idle, NULL);
    for (int i = 0; i < 2; i++)
        uv_close((uv_handle_t *)&timers[i], NULL);
    uv_run(loop, UV_RUN_NOWAIT);
}

static void counts_are_whole_or_not_there(void **state)
{
    (void)state;
    uv_timer_t timer;
    struct listing_counts counts;
    struct listing wish = {.since = census_mark(), .loop = loop};
    uv_timer_init(loop, &timer);
    failing_left = 0;
    assert_false(listing_count(&wish, &counts));
    failing_left = -1;
    assert_true(listing_count(&wish, &counts));
    assert_int_equal(counts.of_type[UV_TIMER], 1);
    uv_close((uv_handle_t *)&timer, NULL);
    uv_run(loop, UV_RUN_NOWAIT);
}

/* Silence would say that nothing is left. */
static void without_memory_to_say_what_is_left_it_stops(void **state)
{
    (void)state;
    int status = 0;
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        struct handles_verify before = handles_verify_begin(NULL);
        signal(SIGABRT, SIG_DFL);
        failing_left = 0;
        handles_verify_none(&before);
        _exit(0);
    }
    waitpid(pid, &status, 0);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_listing_is_whole_or_not),
        cmocka_unit_test(counts_are_whole_or_not_there),
        cmocka_unit_test(without_memory_to_say_what_is_left_it_stops),
    };
    loop = uv_default_loop();
    census_start();
    json_set_alloc_funcs(json_malloc, free);
    return cmocka_run_group_tests_name("census_no_memory", tests, NULL, NULL);
}
