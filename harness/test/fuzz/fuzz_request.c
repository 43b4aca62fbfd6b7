/* Any bytes, sent to a service of this very process: whatever they are, it answers with HTTP or closes,
 * and goes on. */
#include "live/live.h"
#include "load/selection.h"
#include "serve/run.h"
#include "test/fuzz/given.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);

static uint16_t port;

static void *serve(void *unused)
{
    static struct settings cases;
    static struct extension page;
    static struct listening listening;
    struct serve_settings settings = serve_settings_default();
    char error[256];
    (void)unused;
    cases = settings_default();
    page = live_extension(&cases);
    settings.extension = &page;
    settings.pair = catalog_find("channel_receive");
    settings.variant = VARIANT_FIX;
    if (listen_on("127.0.0.1:0", &listening, error, sizeof error) != LISTEN_OK)
        abort();
    __atomic_store_n(&port, ntohs(((struct sockaddr_in *)&listening.address)->sin_port),
                     __ATOMIC_RELEASE);
    serve_run(&settings, &listening, NULL);
    abort(); /* nobody has asked it to end */
}

/* A case of the page is this program once more: it ends at once. */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    pthread_t thread;
    if (*argc > 1 && strcmp((*argv)[1], "live") == 0)
        _exit(0);
    if (pthread_create(&thread, NULL, serve, NULL) != 0)
        abort();
    while (__atomic_load_n(&port, __ATOMIC_ACQUIRE) == 0)
        usleep(1000);
    return 0;
}

/* From another address of loopback each time: one has no more ports than are used in ten seconds. */
static int connect_anew(void)
{
    static uint32_t number;
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)},
                       from = {.sin_family = AF_INET};
    int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    from.sin_addr.s_addr = htonl(0x7f010001 + number++ % 0xfffd);
    if (client < 0 || bind(client, (struct sockaddr *)&from, sizeof from) != 0 ||
        connect(client, (struct sockaddr *)&to, sizeof to) != 0)
        abort();
    return client;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    char answer[65536] = "";
    int client = connect_anew();
    send(client, bytes, length, MSG_NOSIGNAL);
    shutdown(client, SHUT_WR);
    ssize_t got = read(client, answer, sizeof answer);
    if (got >= 5 && memcmp(answer, "HTTP/", 5) != 0)
        abort();
    while (got > 0)
        got = read(client, answer, sizeof answer);
    close(client);
    return 0;
}
