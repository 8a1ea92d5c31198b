/* HAProxy's admin and master sockets (management.txt, 9.3 and 9.4): one command, one answer, one connection.
 *
 * What answers is not trusted: an answer is bounded in time and in length, and what is read out of it is checked. */
#ifndef HACC_HOST_ADMIN_H
#define HACC_HOST_ADMIN_H

#include "hacc/model/endpoint.h"

/* The longest that one command may take, in milliseconds, where nothing else is said. */
#define ADMIN_TIME_LIMIT 10000

/* The longest answer that is taken, in bytes: 'show servers state' has about 100 for each server. */
#define ADMIN_ANSWER_MAX (64u << 20)

/* The longest command with its payload, in bytes: HAProxy's buffer, by default (tune.bufsize). */
#define ADMIN_COMMAND_MAX 16384u

/* Why there is no answer. */
enum admin_failure {
    ADMIN_ANSWERED,  /* there is one */
    ADMIN_ABSENT,    /* nothing is at the address */
    ADMIN_DEAD,      /* a socket is there, and nobody listens on it: its HAProxy is gone */
    ADMIN_FORBIDDEN, /* this user may not connect */
    ADMIN_TIMEOUT,
    ADMIN_TOO_LONG,    /* the answer, or the command */
    ADMIN_INTERRUPTED, /* the connection broke off */
    ADMIN_BAD_ADDRESS, /* no address that can be connected to */
    ADMIN_FAILURES
};

struct admin_answer {
    enum admin_failure failure;
    int error;        /* errno of it; 0: none */
    const char *text; /* NUL-terminated, in the caller's arena; "" without an answer. It may hold more NULs */
    size_t len;       /* without the empty line that ends an answer: "" is what HAProxy says where all is well */
};

/* Sets family, address and port, or path or name, from a socket as HAProxy writes it: /run/admin.sock, unix@PATH,
 * abns@NAME, abnsz@NAME, 127.0.0.1:9999, ipv4@…, [::1]:9999. Gives false for any other text. The endpoint points into
 * `text`. */
bool admin_address(struct endpoint *endpoint, const char *text, uint32_t len);

/* Sends one command to a socket and reads the answer to its end. `command`: without the line break; behind " <<\n" it
 * may have a payload, which ends at its first empty line. The endpoint has one address and one port; a wildcard means
 * this host. */
struct admin_answer admin_ask(const struct endpoint *socket, const char *command, int time_limit_ms,
                              struct arena *arena);

/* Gives what to tell a user: "nobody listens on it: its haproxy is gone". */
const char *admin_failure_text(enum admin_failure failure);

#endif
