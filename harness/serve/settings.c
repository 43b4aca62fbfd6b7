#include "serve/settings.h"
#include "task/time.h"

struct serve_settings serve_settings_default(void)
{
    return (struct serve_settings){
        .variant = VARIANT_LEAK,
        .listen = "127.0.0.1:8080",
        .debug = true,
        .connections = 4096,
        .deadline = SECOND,
        .grace = SECOND / 2,
        .client_timeout = 30 * SECOND,
        .drain = 5 * SECOND,
        .unwatched = 60 * SECOND,
        .case_timeout = 60 * SECOND,
    };
}
