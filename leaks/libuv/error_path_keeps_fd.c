/* Error path keeps the descriptor, leaking: the file is opened, and can not be
 * read: it is a folder. The function returns the error, and leaves the
 * descriptor behind, of which nobody knows the number any more.
 * Decision matrix: owner closes. Seen in libuv#2197, libevent#244.
 */
#include <uv.h>

struct settings {
    char text[512];
    ssize_t length;
};

static int read_settings(struct settings *settings, const char *path)
{
    uv_fs_t request;
    uv_buf_t room = uv_buf_init(settings->text, sizeof settings->text);

    int file = uv_fs_open(NULL, &request, path, UV_FS_O_RDONLY, 0, NULL);
    uv_fs_req_cleanup(&request);
    if (file < 0)
        return file;
    settings->length = uv_fs_read(NULL, &request, file, &room, 1, 0, NULL);
    uv_fs_req_cleanup(&request);
    if (settings->length < 0)
        return (int)settings->length; /* the file is open still */
    uv_fs_close(NULL, &request, file, NULL);
    uv_fs_req_cleanup(&request);
    return 0;
}

void leak_error_path_keeps_fd(uv_loop_t *loop)
{
    struct settings settings;

    read_settings(&settings, ".");
}
