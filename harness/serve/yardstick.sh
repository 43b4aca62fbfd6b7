#!/bin/sh
# Requests a second of `leaklab serve` (a fix, so a task or two a request) beside C's best servers
# answering five bytes: each one process, one thread, keep-alive, by `wrk -t2 -c100`, in turn, the
# median of ROUNDS. Those that are not installed are left out, with a word.
#
#     LEAKLAB=build/gcc/leaklab sh harness/serve/yardstick.sh
. "$(dirname "$0")/../test/serve.sh"
need curl curl wrk wrk
rounds=${ROUNDS:-5} seconds=${SECONDS_OF_LOAD:-3}
# Ports that were free a moment ago.
port=${PORT:-18460}

cat >"$folder/nginx.conf" <<END
daemon off; master_process off; worker_processes 1; pid $folder/nginx.pid; error_log $folder/nginx.err;
events { worker_connections 4096; }
http {
    access_log off; keepalive_requests 100000000; client_body_temp_path $folder; proxy_temp_path $folder;
    fastcgi_temp_path $folder; uwsgi_temp_path $folder; scgi_temp_path $folder;
    server { listen 127.0.0.1:$port; location / { default_type text/plain; return 200 "done\n"; } }
}
END
printf 'done\n' >"$folder/work"
cat >"$folder/lighttpd.conf" <<END
server.bind = "127.0.0.1"
server.port = $((port + 1))
server.document-root = "$folder"
server.max-keep-alive-requests = 100000000
mimetype.assign = ( "" => "text/plain" )
END
cat >"$folder/h2o.conf" <<END
num-threads: 1
hosts:
  default:
    listen: { host: 127.0.0.1, port: $((port + 2)) }
    paths: { "/": { file.dir: "$folder" } }
END

# What the library that we serve by can do at most: no task, no headers, the same answer.
cat >"$folder/plain.c" <<'END'
#include <microhttpd.h>
#include <stdlib.h>
#include <unistd.h>

static enum MHD_Result answer(void *response, struct MHD_Connection *connection, const char *path,
                              const char *method, const char *version, const char *body,
                              size_t *size, void **context)
{
    if (*context)
        return MHD_queue_response(connection, MHD_HTTP_OK, response);
    *context = response;
    return MHD_YES;
}

int main(int argc, char **argv)
{
    struct MHD_Response *done =
        MHD_create_response_from_buffer(5, "done\n", MHD_RESPMEM_PERSISTENT);
    MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD, atoi(argv[1]), NULL, NULL, answer, done, MHD_OPTION_END);
    for (;;)
        pause();
}
END
cc -O2 -o "$folder/libmicrohttpd" "$folder/plain.c" -lmicrohttpd

# peer NAME PORT COMMAND...: starts it, where it is there.
peers=
peer() {
    name=$1
    echo "http://127.0.0.1:$2" >"$folder/$name.url"
    shift 2
    command -v "$1" >/dev/null || {
        echo "$name is not installed: left out"
        return
    }
    "$@" >"$folder/$name.err" 2>&1 &
    started="$started $!"
    await "$name" curl -sS --noproxy '*' -o /dev/null "$(url "$name")/work" 2>/dev/null
    peers="$peers $name"
}

peer nginx "$port" nginx -c "$folder/nginx.conf" -p "$folder"
peer lighttpd $((port + 1)) lighttpd -D -f "$folder/lighttpd.conf"
peer h2o $((port + 2)) h2o -c "$folder/h2o.conf"
peer libmicrohttpd $((port + 3)) "$folder/libmicrohttpd" $((port + 3))
serve leaklab channel_receive --variant fix

round=0
while [ "$round" -lt "$rounds" ]; do
    for name in leaklab $peers; do
        wrk -t2 -c100 "-d${seconds}s" "$(url "$name")/work" |
            sed -n 's/^Requests\/sec: *//p' >>"$folder/$name.rates"
    done
    round=$((round + 1))
done

median() {
    sort -n "$1" | awk '{ all[NR] = $1 } END { print NR % 2 ? all[(NR + 1) / 2] : (all[NR / 2] + all[NR / 2 + 1]) / 2 }'
}

ours=$(median "$folder/leaklab.rates")
for name in leaklab $peers; do
    rate=$(median "$folder/$name.rates")
    awk -v name="$name" -v rate="$rate" -v ours="$ours" \
        'BEGIN { printf "%-13s %10.0f requests/s   leaklab: %.2f of it\n", name, rate, ours / rate }'
done
