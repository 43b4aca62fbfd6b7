/* Sockets: addresses, listening, accepting, connecting, over loopback and unix sockets. */
#include "test/io_ends.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ADDRESS = 128 };

static struct io *listen_at(const char *network, const char *address, char at[ADDRESS])
{
    struct io *listener = NULL;
    assert_int_equal(io_listen(network, address, &listener), 0);
    assert_int_equal(io_address(listener, at, ADDRESS), 0);
    return listener;
}

/* Serves one connection: answers what it reads until the other side ends. */
static void echo(void *arg)
{
    struct io *io = arg;
    defer(io_drop, io);
    char text[256];
    for (ssize_t n; (n = io_read(never(), io, text, sizeof text)) > 0;)
        assert_int_equal(io_write(never(), io, text, (size_t)n), n);
}

/* Until the listener is closed. */
static void serve(void *arg)
{
    struct io *listener = arg, *connection;
    int failed;
    while ((failed = io_accept(never(), listener, &connection)) == 0)
        go(echo, connection);
    note("%s", strerrorname_np(-failed));
}

static void ask(const char *network, const char *address, const char *question)
{
    struct io *io = NULL;
    char answer[64] = "";
    assert_int_equal(io_connect(never(), network, address, &io), 0);
    defer(io_drop, io);
    write_text(io, question);
    assert_int_equal(io_read_full(never(), io, answer, strlen(question)), strlen(question));
    assert_string_equal(answer, question);
}

static void a_question_is_answered(const char *network, const char *address)
{
    char at[ADDRESS];
    struct io *listener = listen_at(network, address, at);
    defer(io_drop, listener);
    go(serve, listener);
    for (int i = 0; i < 3; i++)
        ask(network, at, "how are you");
    io_close(listener);
    while (task_count() > 1)
        task_sleep(1);
    expect_notes("EBADF");
}

TASK_TEST(over_tcp)
{
    a_question_is_answered("tcp", "127.0.0.1:0");
}

TASK_TEST(over_tcp_of_version_6)
{
    char at[ADDRESS];
    struct io *listener = NULL;
    if (io_listen("tcp", "[::1]:0", &listener) == -EADDRNOTAVAIL)
        return; /* this machine has none */
    io_address(listener, at, sizeof at);
    assert_ptr_equal(strstr(at, "[::1]:"), at);
    io_drop(listener);
    a_question_is_answered("tcp", "[::1]:0");
}

TASK_TEST(over_a_unix_socket_whose_file_goes_with_it)
{
    char folder[] = "/tmp/test_io-XXXXXX", path[64];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/socket", folder);
    a_question_is_answered("unix", path);
    assert_int_equal(access(path, F_OK), -1);
    assert_int_equal(rmdir(folder), 0);
}

TASK_TEST(over_a_unix_socket_without_a_file)
{
    char name[64];
    snprintf(name, sizeof name, "@test_io-%d", getpid());
    a_question_is_answered("unix", name);
}

/* --- Addresses -------------------------------------------------------------------------------------- */

TASK_TEST(addresses_are_text_as_it_was_given)
{
    char at[ADDRESS], other[ADDRESS], little[4];
    struct io *listener = listen_at("tcp", "127.0.0.1:0", at), *here = NULL, *there = NULL;
    defer(io_drop, listener);
    assert_ptr_equal(strstr(at, "127.0.0.1:"), at);
    assert_int_equal(io_connect(never(), "tcp", strchr(at, ':'), &here), 0); /* ":PORT" is here */
    defer(io_drop, here);
    assert_int_equal(io_accept(never(), listener, &there), 0);
    defer(io_drop, there);
    assert_int_equal(io_peer_address(here, other, sizeof other), 0);
    assert_string_equal(other, at);
    assert_int_equal(io_address(here, at, sizeof at), 0);
    assert_int_equal(io_peer_address(there, other, sizeof other), 0);
    assert_string_equal(other, at);
    assert_int_equal(io_address(here, little, sizeof little), -ENOSPC);
    assert_int_equal(io_peer_address(listener, at, sizeof at), -ENOTCONN);
}

TASK_TEST(a_pair_has_no_name)
{
    struct io *ends[2];
    char at[ADDRESS];
    open_both(ends, io_pair);
    defer(drop_both, ends);
    assert_int_equal(io_address(ends[0], at, sizeof at), 0);
    assert_string_equal(at, "");
}

TASK_TEST(what_is_no_address_is_an_error)
{
    static const char *const wrong[][2] = {
        {"tcp", ""},
        {"tcp", "127.0.0.1"},
        {"tcp", "127.0.0.1:"},
        {"tcp", "1.2.3:80"},
        {"tcp", "localhost:80"},
        {"tcp", "127.0.0.1:65536"},
        {"tcp", "[::1:80"},
        {"tcp", "[127.0.0.1]:1"},
        {"tcp", "127.0.0.1:+80"},
        {"tcp", "::1:80"},
        {"unix", ""},
        {"tcp", "[]:80"},
        {"tcp", "127.0.0.1:8x"},
    };
    struct io *io = NULL;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_int_equal(io_listen(wrong[i][0], wrong[i][1], &io), -EINVAL);
        assert_int_equal(io_connect(never(), wrong[i][0], wrong[i][1], &io), -EINVAL);
    }
    char longer[ADDRESS + 1];
    memset(longer, 'x', ADDRESS);
    longer[ADDRESS] = 0;
    assert_int_equal(io_listen("unix", longer, &io), -ENAMETOOLONG);
    assert_int_equal(io_listen("tcp", longer, &io), -EINVAL);
    assert_int_equal(io_listen("udp", "127.0.0.1:0", &io), -EPROTONOSUPPORT);
    assert_int_equal(io_listen(NULL, NULL, &io), -EINVAL);
    assert_null(io);
}

/* --- Who is not there, or leaves ---------------------------------------------------------------------- */

TASK_TEST(an_address_in_use_is_refused)
{
    char at[ADDRESS];
    struct io *listener = listen_at("tcp", "127.0.0.1:0", at), *second = NULL;
    defer(io_drop, listener);
    assert_int_equal(io_listen("tcp", at, &second), -EADDRINUSE);
    assert_null(second);
}

TASK_TEST(where_nobody_listens_a_connection_is_refused)
{
    char at[ADDRESS];
    struct io *none = NULL, *reserved = NULL;
    int fd = socket(AF_INET, SOCK_STREAM, 0); /* bound, so that the port is nobody else's */
    assert_int_equal(bind(fd, (struct sockaddr *)&(struct sockaddr_storage){.ss_family = AF_INET},
                          sizeof(struct sockaddr_storage)),
                     0);
    assert_int_equal(io_open(fd, &reserved), 0);
    defer(io_drop, reserved);
    assert_int_equal(io_address(reserved, at, sizeof at), 0);
    assert_int_equal(io_connect(never(), "tcp", strchr(at, ':'), &none), -ECONNREFUSED);
    assert_int_equal(io_connect(never(), "unix", "/tmp/there-is-no-such-socket", &none), -ENOENT);
    assert_null(none);
}

TASK_TEST(a_reset_is_an_error)
{
    char at[ADDRESS], text[8] = "";
    struct io *listener = listen_at("tcp", "127.0.0.1:0", at), *here = NULL, *there = NULL;
    defer(io_drop, listener);
    assert_int_equal(io_connect(never(), "tcp", at, &here), 0);
    defer(io_drop, here);
    assert_int_equal(io_accept(never(), listener, &there), 0);
    defer(io_drop, there);
    struct linger at_once = {.l_onoff = 1};
    assert_int_equal(setsockopt(io_fd(there), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once), 0);
    struct reader r = {never(), here, 63};
    go(read_and_say, &r);
    settle();
    io_close(there);
    while (task_count() > 1)
        task_sleep(1);
    expect_notes("ECONNRESET");
    assert_int_equal(io_write(never(), here, text, 1), -EPIPE);
}

TASK_TEST(half_a_connection_can_end)
{
    char at[ADDRESS], answer[8] = "";
    struct io *listener = listen_at("tcp", "127.0.0.1:0", at), *io = NULL;
    defer(io_drop, listener);
    go(serve, listener);
    assert_int_equal(io_connect(never(), "tcp", at, &io), 0);
    defer(io_drop, io);
    write_text(io, "last");
    assert_int_equal(io_shutdown(io), 0);
    assert_int_equal(io_read_full(never(), io, answer, sizeof answer), 4); /* and then the end */
    assert_string_equal(answer, "last");
    io_close(listener);
    settle();
    expect_notes("EBADF");
}

static void accept_and_say(void *arg)
{
    struct reader *r = arg;
    struct io *connection = NULL;
    int failed = io_accept(r->ctx, r->io, &connection);
    note("%s", failed ? strerrorname_np(-failed) : "accepted");
    io_drop(connection);
}

TASK_TEST(nobody_calls_until_the_deadline)
{
    char at[ADDRESS];
    struct io *listener = listen_at("tcp", "127.0.0.1:0", at);
    defer(io_drop, listener);
    struct ctx *c = ctx_with_timeout(ctx_background(), SECOND);
    defer(ctx_drop, c);
    struct reader r = {c, listener, 0};
    accept_and_say(&r);
    expect_notes("ETIMEDOUT");
}

TASK_TEST(of_many_who_accept_one_has_the_connection)
{
    char at[ADDRESS];
    struct io *listener = listen_at("tcp", "127.0.0.1:0", at), *io = NULL;
    defer(io_drop, listener);
    struct reader r = {never(), listener, 0};
    for (int i = 0; i < 10; i++)
        go(accept_and_say, &r);
    settle();
    assert_int_equal(io_connect(never(), "tcp", at, &io), 0);
    while (task_count() > 10)
        task_sleep(1);
    settle();
    expect_notes("accepted");
    assert_int_equal(task_stats.waiting[WAIT_IO], 9);
    io_drop(io);
    io_close(listener);
    settle();
    expect_notes("EBADF EBADF EBADF EBADF EBADF EBADF EBADF EBADF EBADF");
}

/* The kernel takes no more than the listener has room for, and does not answer the others. */
TASK_TEST(a_connect_that_gets_no_answer_ends_by_its_context)
{
    char at[ADDRESS];
    struct io *listener = listen_at("tcp", "127.0.0.1:0", at), *all[8] = {NULL};
    defer(io_drop, listener);
    assert_int_equal(listen(io_fd(listener), 0), 0);
    assert_int_equal(io_connect(never(), "tcp", at, &all[0]), 0);
    int failed = 0, made = 1;
    for (; made < 8 && !failed; made++) {
        struct ctx *c = ctx_with_timeout(ctx_background(), SECOND);
        failed = io_connect(c, "tcp", at, &all[made]);
        ctx_drop(c);
    }
    assert_int_equal(failed, -ETIMEDOUT);
    assert_int_equal(task_stats.ios, (uint64_t)made); /* the listener, and all but the last */
    for (int i = 0; i < made; i++)
        io_drop(all[i]);
}

/* --- Many ---------------------------------------------------------------------------------------------- */

enum { CONNECTIONS = 1000 };

static void raise_limit(rlim_t wanted)
{
    struct rlimit files;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &files), 0);
    files.rlim_cur = wanted < files.rlim_max ? wanted : files.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &files), 0);
    assert_true(files.rlim_cur >= wanted);
}

TASK_TEST(a_thousand_connections_wait_at_once)
{
    char at[ADDRESS], text[8];
    static struct io *all[CONNECTIONS];
    raise_limit(2 * CONNECTIONS + 100);
    struct io *listener = listen_at("tcp", "127.0.0.1:0", at);
    defer(io_drop, listener);
    go(serve, listener);
    for (int i = 0; i < CONNECTIONS; i++)
        assert_int_equal(io_connect(never(), "tcp", at, &all[i]), 0);
    while (task_stats.waiting[WAIT_IO] < 1 + CONNECTIONS)
        task_sleep(1);
    for (int i = 0; i < CONNECTIONS; i++)
        write_text(all[i], "x");
    for (int i = 0; i < CONNECTIONS; i++)
        assert_int_equal(io_read(never(), all[i], text, sizeof text), 1);
    for (int i = 0; i < CONNECTIONS; i++)
        io_drop(all[i]);
    io_close(listener);
    while (task_count() > 1)
        task_sleep(1);
    expect_notes("EBADF");
}

static void be_without_descriptors(void *unused)
{
    (void)unused;
    char at[ADDRESS];
    struct io *listener = listen_at("tcp", "127.0.0.1:0", at), *here = NULL, *there = NULL;
    struct io *ends[2] = {NULL, NULL}, *spare = NULL;
    defer(io_drop, listener);
    assert_int_equal(io_pair(ends), 0); /* so that the loop knows of what it needs, too */
    struct ctx *soon = ctx_with_timeout(ctx_background(), 1);
    assert_int_equal(io_read(soon, ends[0], at + ADDRESS - 1, 1), -ETIMEDOUT);
    ctx_drop(soon);
    drop_both(ends);
    assert_int_equal(io_connect(never(), "tcp", at, &here), 0);
    struct rlimit before, none;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    none = before;
    none.rlim_cur = 0;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    int accepted = io_accept(never(), listener, &there);
    int connected = io_connect(never(), "tcp", at, &spare), listened = io_listen("tcp", at, &spare);
    int piped = io_pipe(ends), paired = io_pair(ends);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_int_equal(accepted, -EMFILE);
    assert_int_equal(connected, -EMFILE);
    assert_int_equal(listened, -EMFILE);
    assert_int_equal(piped, -EMFILE);
    assert_int_equal(paired, -EMFILE);
    assert_int_equal(io_accept(never(), listener, &there), 0); /* it still waited */
    io_drop(here);
    io_drop(there);
}

static void skip_where_instrumented(void)
{
    if (support_is_instrumented()) {
        print_message("# valgrind keeps the limit of descriptors to itself\n");
        skip();
    }
}

static void without_descriptors_each_call_says_so_and_later_goes_on(void **state)
{
    (void)state;
    skip_where_instrumented();
    support_run_balanced(be_without_descriptors);
}

static void wait_without_descriptors(void *unused)
{
    (void)unused;
    struct io *ends[2];
    char text[8];
    assert_int_equal(io_pair(ends), 0);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &(struct rlimit){0}), 0);
    assert_int_equal(io_read(never(), ends[0], text, sizeof text), -EMFILE);
    _exit(7);
}

static void a_wait_needs_a_descriptor_once(void **state)
{
    (void)state;
    skip_where_instrumented();
    assert_int_equal(support_ending(wait_without_descriptors)->status, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(over_tcp),
        cmocka_unit_test(over_tcp_of_version_6),
        cmocka_unit_test(over_a_unix_socket_whose_file_goes_with_it),
        cmocka_unit_test(over_a_unix_socket_without_a_file),
        cmocka_unit_test(addresses_are_text_as_it_was_given),
        cmocka_unit_test(a_pair_has_no_name),
        cmocka_unit_test(what_is_no_address_is_an_error),
        cmocka_unit_test(an_address_in_use_is_refused),
        cmocka_unit_test(where_nobody_listens_a_connection_is_refused),
        cmocka_unit_test(a_reset_is_an_error),
        cmocka_unit_test(half_a_connection_can_end),
        cmocka_unit_test(nobody_calls_until_the_deadline),
        cmocka_unit_test(of_many_who_accept_one_has_the_connection),
        cmocka_unit_test(a_connect_that_gets_no_answer_ends_by_its_context),
        cmocka_unit_test(a_thousand_connections_wait_at_once),
        cmocka_unit_test(without_descriptors_each_call_says_so_and_later_goes_on),
        cmocka_unit_test(a_wait_needs_a_descriptor_once),
    };
    return cmocka_run_group_tests_name("sockets", tests, NULL, NULL);
}
