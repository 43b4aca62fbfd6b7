/* Error path keeps the descriptor, cured: there is one way out, and it closes.
 * Decision matrix: owner closes.
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
    uv_fs_close(NULL, &request, file, NULL); /* the cure: before it returns */
    uv_fs_req_cleanup(&request);
    return settings->length < 0 ? (int)settings->length : 0;
}

void fix_error_path_keeps_fd(uv_loop_t *loop)
{
    struct settings settings;

    read_settings(&settings, ".");
}
