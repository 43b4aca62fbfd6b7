/* What there is to see in a place where tasks wait, apart from how many: by names and by who waits beside it. */
#pragma once

#include "dumps/sites.h"
#include <stdint.h>

/* One line a sign: where it is looked for (s: the waiting function of the program's own, c: who made the task, a: any
 * frame), and parts of names, in small letters, of which one is enough. */
#define FOR_EACH_SIGN(X)                                                                           \
    X(SIGN_HTTP_CLIENT, "a",                                                                       \
      "persistconn).readloop persistconn).writeloop "                                              \
      "http2clientconn).readloop transport).dialconn setrequestcancel")                            \
    X(SIGN_CALL, "a",                                                                              \
      "persistconn).roundtrip .roundtrip clientconn).invoke grpc.invoke "                          \
      "clientstream) http.(*client) .invoke rpc.(*client)")                                        \
    X(SIGN_SERVER, "a",                                                                            \
      "http.(*conn).serve http2serverconn serverhandler .servehttp "                               \
      "handlestream handlerequest .handleconn handler")                                            \
    X(SIGN_COPY, "a", "io.copy copybuffer tcpconn).readfrom splice")                               \
    X(SIGN_ACCEPT, "a", ".accept listener) netfd).accept")                                         \
    X(SIGN_READ, "a", ").read ).waitread readfull bufio.(*reader) .recv readloop readmessage")     \
    X(SIGN_SQL, "a", "database/sql sql.(*db) pgxpool redis/v pool).get pool).acquire")             \
    X(SIGN_SLOT, "a", "semaphore. weighted).acquire acquire limiter slot token throttle")          \
    X(SIGN_GROUP, "a", "errgroup. group).go")                                                      \
    X(SIGN_CONTEXT, "a", "propagatecancel context.withcancel context.(*cancelctx)")                \
    X(SIGN_ONCE, "a", "sync.(*once) oncefunc oncevalue")                                           \
    X(SIGN_TIME, "sc",                                                                             \
      "tick poll interval period timer heartbeat keepalive janitor clean "                         \
      "refresh watchdog monitor expire flush collect report stat metric")                          \
    X(SIGN_RETRY, "sc", "retry backoff reconnect redial again until")                              \
    X(SIGN_LOOP, "s", "loop worker run process consume dispatch work listen events start serve")   \
    X(SIGN_STOP, "a", ".close .stop shutdown drain cleanup ).kill terminate teardown")             \
    X(SIGN_DRAIN, "s", "drain flush empty discard")                                                \
    X(SIGN_PUBLISH, "sc",                                                                          \
      "publish notify broadcast emit subscri event watch observ listener "                         \
      "callback signal fire update")                                                               \
    X(SIGN_STREAM, "a", "stream recv pipe body .next transport")                                   \
    X(SIGN_PIPELINE, "sc",                                                                         \
      "stage pipeline generat produc walk list scan iter stream split fetch "                      \
      "reader query rows page crawl load sort batch emit")                                         \
    X(SIGN_MERGE, "sc", "merge fan collect gather results aggregate combine join")                 \
    X(SIGN_TIMEOUT, "sc", "timeout deadline withtimeout ctx context")                              \
    X(SIGN_RACE, "sc", "hedge race first replica fastest any eyeballs parallel speculat")          \
    X(SIGN_REPLY, "s", "request reply respon call roundtrip wait ask rpc do send exec query get")  \
    X(SIGN_QUEUE, "s", "queue enqueue push submit add put log write send schedule")                \
    X(SIGN_RELOAD, "ac", "reload config restart setup apply provision rotate update reconfig")     \
    X(SIGN_OWNER, "c",                                                                             \
      ".new .open .start .dial .init .connect .listen .run .make .create .watch "                  \
      "newclient ).start ).run")                                                                   \
    X(SIGN_ERROR, "s", "err error fail")

/* And those that no name tells. */
enum sign {
#define X(name, where, words) name,
    FOR_EACH_SIGN(X)
#undef X
        SIGN_CLOSURE,    /* a function within the one that made it: help for one call */
    SIGN_MANY,           /* a hundred and more */
    SIGN_FEW,            /* three at most */
    SIGN_TWICE,          /* two functions of one type in the stack */
    SIGN_BESIDE_SEND,    /* in the same package others wait: to send, */
    SIGN_BESIDE_LOCK,    /* for a lock, */
    SIGN_BESIDE_WRITE,   /* to write under a lock, */
    SIGN_BESIDE_GROUP,   /* for a group */
    SIGN_BESIDE_IO,      /* twice as many of one kind, or the other half of a connection */
    SIGN_OTHER_FUNCTION, /* for the same kind of lock, elsewhere in the package */
    SIGNS
};

/* Bit by bit. sites[number] is looked at, beside the others. */
uint64_t shape_of(const struct dump *dump, const struct own *own, const struct site *sites,
                  size_t length, size_t number);
