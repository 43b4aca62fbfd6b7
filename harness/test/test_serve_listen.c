/* Where `leaklab serve` listens: words for it, what they are refused for, and how the address is told. */
#include "test/port.h"
#include "test/words.h"

#include "serve/listen.h"
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static void an_address_is_told_as_in_a_url(void **state)
{
    (void)state;
    static const struct {
        const char *words, *told;
    } good[] = {
        {"127.0.0.1:0", "^127\\.0\\.0\\.1:[0-9]+$"},
        {"127.0.0.3:00000", "^127\\.0\\.0\\.3:[1-9][0-9]*$"},
        {"localhost:0", "^(127\\.0\\.0\\.1|\\[::1\\]):[0-9]+$"},
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct listening at;
        char error[256] = "";
        if (listen_on(good[i].words, &at, error, sizeof error) != LISTEN_OK)
            fail_msg("%s: %s", good[i].words, error);
        expect_match(at.name, good[i].told);
        assert_true(at.loopback);
        assert_true(fcntl(at.socket, F_GETFL) & O_NONBLOCK);
        assert_true(fcntl(at.socket, F_GETFD) & FD_CLOEXEC);
        assert_string_equal(error, "");
        close(at.socket);
    }
}

static void what_is_not_loopback_is_known(void **state)
{
    (void)state;
    struct listening at;
    char error[256];
    assert_int_equal(listen_on("0.0.0.0:0", &at, error, sizeof error), LISTEN_OK);
    assert_false(at.loopback);
    expect_match(at.name, "^0\\.0\\.0\\.0:[1-9][0-9]*$");
    close(at.socket);
    if (listen_on("[::1]:0", &at, error, sizeof error) != LISTEN_OK)
        return; /* a machine without IPv6 */
    assert_true(at.loopback);
    expect_match(at.name, "^\\[::1\\]:[1-9][0-9]*$");
    close(at.socket);
    assert_int_equal(listen_on("[::]:0", &at, error, sizeof error), LISTEN_OK);
    assert_false(at.loopback);
    close(at.socket);
}

static void wrong_words_are_refused(void **state)
{
    (void)state;
    static const char form[] = "must be like 127.0.0.1:8080 or [::1]:8080";
    char longest[300];
    memset(longest, 'a', sizeof longest);
    memcpy(longest + 256, ":1", 3);
    const struct {
        const char *words, *error;
    } wrong[] = {
        {"", form},
        {":8080", form},
        {"8080", form},
        {"127.0.0.1", form},
        {"127.0.0.1:", form},
        {"127.0.0.1:123456", form},
        {"127.0.0.1:80x", form},
        {"127.0.0.1:-1", form},
        {"127.0.0.1: 80", form},
        {"::1:8080", form},
        {"[]:8080", form},
        {longest, form},
        {"127.0.0.1:65536", "'127.0.0.1:65536' is no address to listen on: Servname not supported"},
        {"127.0.0.1:99999", "is no address to listen on: Servname not supported"},
        {"300.0.0.1:80", "'300.0.0.1:80' is no address to listen on: "},
        {"[127.0.0.1:80", "is no address to listen on: "},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct listening at;
        char error[512] = "";
        if (listen_on(wrong[i].words, &at, error, sizeof error) != LISTEN_WORDS_WRONG)
            fail_msg("'%s' is taken", wrong[i].words);
        expect_words(error, wrong[i].error);
    }
}

/* Another program can not have the port too. */
static void what_can_not_be_says_what_to_do(void **state)
{
    (void)state;
    struct listening first, second;
    char error[256], words[64];
    int kept = keep_port(words);
    assert_int_equal(listen_on(words, &first, error, sizeof error), LISTEN_OK);
    assert_string_equal(first.name, words);
    assert_int_equal(listen_on(words, &second, error, sizeof error), LISTEN_NOT_POSSIBLE);
    assert_true(second.socket < 0);
    expect_match(error,
                 "^can not listen on 127\\.0\\.0\\.1:[0-9]+: Address already in use; another "
                 "program listens there: choose another port, or 0 for a free one$");
    close(first.socket);
    assert_int_equal(listen_on(words, &second, error, sizeof error), LISTEN_OK);
    assert_string_equal(second.name, words);
    close(second.socket);
    close(kept);
    assert_int_equal(listen_on("192.0.2.1:0", &second, error, sizeof error), LISTEN_NOT_POSSIBLE);
    expect_words(error, "Cannot assign requested address; this machine has no such address: `ip "
                        "address` lists those it has");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_is_told_as_in_a_url),
        cmocka_unit_test(what_is_not_loopback_is_known),
        cmocka_unit_test(wrong_words_are_refused),
        cmocka_unit_test(what_can_not_be_says_what_to_do),
    };
    return cmocka_run_group_tests_name("serve: listening", tests, NULL, NULL);
}
