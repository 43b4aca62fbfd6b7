/* Requests of files: those with a callback. A file that one opens has its line as its maker. */
#include "census/descriptors.h"
#include "census/requests.h"

static void on_fs(uv_fs_t *request)
{
    uint32_t made = 0;
    uv_fs_cb then = (uv_fs_cb)requests_end((uv_req_t *)request, &made);
    if (request->fs_type == UV_FS_OPEN || request->fs_type == UV_FS_MKSTEMP)
        descriptors_opened((int)request->result, made);
    if (then)
        then(request);
}

/* int NAME(uv_loop_t *loop, uv_fs_t *request, MORE, uv_fs_cb then) */
#define MORE(...) __VA_ARGS__
#define WRAP(name, more, arguments)                                                                \
    int __real_##name(uv_loop_t *loop, uv_fs_t *request, MORE more, uv_fs_cb then);                \
    int __wrap_##name(uv_loop_t *loop, uv_fs_t *request, MORE more, uv_fs_cb then);                \
    int __wrap_##name(uv_loop_t *loop, uv_fs_t *request, MORE more, uv_fs_cb then)                 \
    {                                                                                              \
        bool known = then && requests_begin((uv_req_t *)request, UV_FS, loop,                      \
                                            (void (*)(void))then, __builtin_frame_address(0));     \
        return requests_taken(__real_##name(loop, request, MORE arguments, known ? on_fs : then),  \
                              known, (uv_req_t *)request);                                         \
    }

WRAP(uv_fs_access, (const char *path, int mode), (path, mode))
WRAP(uv_fs_chmod, (const char *path, int mode), (path, mode))
WRAP(uv_fs_chown, (const char *path, uv_uid_t user, uv_gid_t group), (path, user, group))
WRAP(uv_fs_closedir, (uv_dir_t * folder), (folder))
WRAP(uv_fs_copyfile, (const char *path, const char *to, int flags), (path, to, flags))
WRAP(uv_fs_fchmod, (uv_file file, int mode), (file, mode))
WRAP(uv_fs_fchown, (uv_file file, uv_uid_t user, uv_gid_t group), (file, user, group))
WRAP(uv_fs_fdatasync, (uv_file file), (file))
WRAP(uv_fs_fstat, (uv_file file), (file))
WRAP(uv_fs_fsync, (uv_file file), (file))
WRAP(uv_fs_ftruncate, (uv_file file, int64_t length), (file, length))
WRAP(uv_fs_futime, (uv_file file, double accessed, double changed), (file, accessed, changed))
WRAP(uv_fs_lchown, (const char *path, uv_uid_t user, uv_gid_t group), (path, user, group))
WRAP(uv_fs_link, (const char *path, const char *to), (path, to))
WRAP(uv_fs_lstat, (const char *path), (path))
WRAP(uv_fs_lutime, (const char *path, double accessed, double changed), (path, accessed, changed))
WRAP(uv_fs_mkdir, (const char *path, int mode), (path, mode))
WRAP(uv_fs_mkdtemp, (const char *path), (path))
WRAP(uv_fs_opendir, (const char *path), (path))
WRAP(uv_fs_read, (uv_file file, const uv_buf_t *parts, unsigned n, int64_t from),
     (file, parts, n, from))
WRAP(uv_fs_readdir, (uv_dir_t * folder), (folder))
WRAP(uv_fs_readlink, (const char *path), (path))
WRAP(uv_fs_realpath, (const char *path), (path))
WRAP(uv_fs_rename, (const char *path, const char *to), (path, to))
WRAP(uv_fs_rmdir, (const char *path), (path))
WRAP(uv_fs_scandir, (const char *path, int flags), (path, flags))
WRAP(uv_fs_sendfile, (uv_file to, uv_file file, int64_t from, size_t length),
     (to, file, from, length))
WRAP(uv_fs_stat, (const char *path), (path))
WRAP(uv_fs_statfs, (const char *path), (path))
WRAP(uv_fs_symlink, (const char *path, const char *to, int flags), (path, to, flags))
WRAP(uv_fs_unlink, (const char *path), (path))
WRAP(uv_fs_utime, (const char *path, double accessed, double changed), (path, accessed, changed))
WRAP(uv_fs_write, (uv_file file, const uv_buf_t *parts, unsigned n, int64_t from),
     (file, parts, n, from))

/* These open one, at once or when they are called back. */
#define WRAP_OPENS(name, more, arguments)                                                          \
    int __real_##name(uv_loop_t *loop, uv_fs_t *request, MORE more, uv_fs_cb then);                \
    int __wrap_##name(uv_loop_t *loop, uv_fs_t *request, MORE more, uv_fs_cb then);                \
    int __wrap_##name(uv_loop_t *loop, uv_fs_t *request, MORE more, uv_fs_cb then)                 \
    {                                                                                              \
        bool known = then && requests_begin((uv_req_t *)request, UV_FS, loop,                      \
                                            (void (*)(void))then, __builtin_frame_address(0));     \
        int number = __real_##name(loop, request, MORE arguments, known ? on_fs : then);           \
        if (!then)                                                                                 \
            descriptors_opened_from(number, __builtin_frame_address(0));                           \
        return requests_taken(number, known, (uv_req_t *)request);                                 \
    }

WRAP_OPENS(uv_fs_open, (const char *path, int flags, int mode), (path, flags, mode))
WRAP_OPENS(uv_fs_mkstemp, (const char *path), (path))

int __real_uv_fs_close(uv_loop_t *loop, uv_fs_t *request, uv_file file, uv_fs_cb then);
int __wrap_uv_fs_close(uv_loop_t *loop, uv_fs_t *request, uv_file file, uv_fs_cb then);
int __wrap_uv_fs_close(uv_loop_t *loop, uv_fs_t *request, uv_file file, uv_fs_cb then)
{
    bool known = then && requests_begin((uv_req_t *)request, UV_FS, loop, (void (*)(void))then,
                                        __builtin_frame_address(0));
    descriptors_closed(file);
    return requests_taken(__real_uv_fs_close(loop, request, file, known ? on_fs : then), known,
                          (uv_req_t *)request);
}
