/* Without gnuplot: each figure that can not be drawn is told, and all else is made. */
#include "test/planted.h"

#include <string.h>

/* The same with NAME for the result's name. */
static const char *unnamed(const char *said, const char *name)
{
    static char text[16384];
    size_t length = 0;
    text[0] = 0;
    for (const char *at; (at = strstr(said, name)); said = at + strlen(name))
        length += (size_t)snprintf(text + length, sizeof text - length, "%.*sNAME",
                                   (int)(at - said), said);
    snprintf(text + length, sizeof text - length, "%s", said);
    return text;
}

static void each_figure_that_is_not_drawn_is_told(void **state)
{
    (void)state;
    static const char broken[] =
        "#!/bin/sh\nif [ \"$1\" = --version ]; then echo gnuplot 5.4; exit; fi\n"
        "echo broken >&2\nexit 1\n";
    char name[64];
    planted_record(planted_path("r"), planted_two, 1);
    const struct ran *ran =
        planted_shell("$LAB save --machine m r >said && mkdir bin && ln -s $(command -v sha256sum) "
                      "$(command -v diff) bin && ls results | grep -- -m");
    assert_int_equal(ran->status, 0);
    snprintf(name, sizeof name, "%.*s", (int)strcspn(ran->said, "\n"), ran->said);
    ran = planted_shell("PATH=$PWD/bin $LAB verify");
    assert_string_equal(ran->said, "can not run gnuplot: No such file or directory\n"
                                   "1 of these findings in 1 result\n");
    assert_int_equal(ran->status, 1);
    /* One that draws nothing. */
    planted_write(planted_path("bin/gnuplot"), broken, sizeof broken - 1);
    ran = planted_shell("chmod +x bin/gnuplot; PATH=$PWD/bin $LAB verify");
    assert_string_equal(
        unnamed(ran->said, name),
        "results/NAME: channel_receive-live can not be drawn: gnuplot failed: broken\n"
        "results/NAME: channel_receive-memory can not be drawn: gnuplot failed: broken\n"
        "results/NAME/figures: the figures do not have the sums in SHA256SUMS\n"
        "results/NAME/figures/channel_receive-live.svg is no figure of the result\n"
        "results/NAME/figures/channel_receive-memory.svg is no figure of the result\n"
        "5 of these findings in 1 result\n");
    assert_int_equal(ran->status, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_figure_that_is_not_drawn_is_told, planted_folder_make,
                                        planted_folder_remove),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
