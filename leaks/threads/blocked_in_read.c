/* Blocked in read, leaking: a thread a client. This one connects, and says
 * nothing; the thread reads until it does, with its stack, its socket and what
 * it has on its way. The server stops, and does not tell it.
 * Decision matrix: done channel.
 */
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

struct client {
    int socket, peer; /* ours, and the silent client's end of it */
    pthread_t thread;
};

static void *serve(void *arg)
{
    struct client *client = arg;
    char line[256];
    while (read(client->socket, line, sizeof line) > 0) /* here */
        continue;
    return NULL;
}

static struct client *accept_client(void)
{
    int ends[2];
    struct client *client = calloc(1, sizeof *client);
    if (!client || socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) {
        free(client);
        return NULL;
    }
    client->socket = ends[0];
    client->peer = ends[1];
    return client;
}

static void release(struct client *client)
{
    close(client->socket);
    close(client->peer);
    free(client);
}

void leak_blocked_in_read(void)
{
    struct client *client = accept_client();
    if (!client)
        return;

    if (pthread_create(&client->thread, NULL, serve, client) != 0)
        release(client); /* else the thread has it, for ever */
}
