#include "serve/reply.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const char *const headers[][2] = {
    {"Content-Security-Policy",
     "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
     "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cache-Control", "no-store"},
};

struct MHD_Response *response_of(struct MHD_Response *plain, const char *type)
{
    if (!plain)
        return NULL;
    bool all = MHD_add_response_header(plain, MHD_HTTP_HEADER_CONTENT_TYPE, type);
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
        all = MHD_add_response_header(plain, headers[i][0], headers[i][1]) && all;
    if (all)
        return plain;
    MHD_destroy_response(plain); /* rather none than one without its headers */
    return NULL;
}

enum MHD_Result reply(struct http_request *request, unsigned status, struct MHD_Response *response)
{
    struct server *server = request->server;
    if (!response)
        return MHD_NO;
    if (server->draining)
        MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
    enum MHD_Result queued = MHD_queue_response(request->connection, status, response);
    MHD_destroy_response(response);
    if (queued) {
        server->answers[status / 100]++;
        connection_await_client(connection_of(request->connection));
    }
    return queued;
}

enum MHD_Result reply_text(struct http_request *request, unsigned status, const char *text)
{
    return reply(request, status,
                 response_of(MHD_create_response_from_buffer(strlen(text), (void *)text,
                                                             MHD_RESPMEM_MUST_COPY),
                             TEXT_PLAIN));
}

enum MHD_Result reply_constant(struct http_request *request, unsigned status, const char *type,
                               const void *data, size_t size)
{
    return reply(
        request, status,
        response_of(MHD_create_response_from_buffer(size, (void *)data, MHD_RESPMEM_PERSISTENT),
                    type));
}

FILE *reply_file(void)
{
    int fd = memfd_create("leaklab answer", MFD_CLOEXEC);
    if (fd < 0)
        return NULL;
    FILE *file = fdopen(fd, "w+");
    if (!file)
        close(fd);
    return file;
}

/* The file's descriptor, for the library to own; the size in *size. -1 and errno on failure. */
static int take_descriptor(FILE *file, off_t *size)
{
    int fd = -1;
    if (fflush(file) == 0 && !ferror(file)) {
        fd = fcntl(fileno(file), F_DUPFD_CLOEXEC, 0);
        *size = lseek(fileno(file), 0, SEEK_END);
    }
    int why = errno;
    fclose(file);
    errno = why;
    return fd;
}

enum MHD_Result reply_with_file(struct http_request *request, FILE *file, const char *type,
                                const char *name, const char *value)
{
    off_t size;
    int fd = take_descriptor(file, &size);
    if (fd < 0) {
        char words[128];
        snprintf(words, sizeof words, "no memory for the answer: %s\n", strerror(errno));
        return reply_text(request, MHD_HTTP_INTERNAL_SERVER_ERROR, words);
    }
    struct MHD_Response *plain = MHD_create_response_from_fd((size_t)size, fd);
    if (!plain)
        close(fd);
    struct MHD_Response *response = response_of(plain, type);
    if (response && name)
        MHD_add_response_header(response, name, value);
    return reply(request, MHD_HTTP_OK, response);
}
