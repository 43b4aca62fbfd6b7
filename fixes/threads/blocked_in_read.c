/* Blocked in read, cured: who stops the server shuts the connection down, by
 * which the read ends, and joins the thread. To close the descriptor instead
 * would not wake it, and its number may be another's by then.
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
    while (read(client->socket, line, sizeof line) > 0)
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

void fix_blocked_in_read(void)
{
    struct client *client = accept_client();
    if (!client)
        return;

    if (pthread_create(&client->thread, NULL, serve, client) == 0) {
        shutdown(client->socket, SHUT_RDWR); /* the cure */
        pthread_join(client->thread, NULL);
    }
    release(client);
}
