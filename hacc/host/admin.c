#include "hacc/host/admin.h"

#include "hacc/host/clock.h"
#include "hacc/lang/value.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

const char *admin_failure_text(enum admin_failure failure)
{
    static const char *const texts[ADMIN_FAILURES] = {
        [ADMIN_ANSWERED] = "it has answered",
        [ADMIN_ABSENT] = "nothing is there",
        [ADMIN_DEAD] = "nobody listens on it: its haproxy is gone",
        [ADMIN_FORBIDDEN] = "this user may not connect to it",
        [ADMIN_TIMEOUT] = "it does not answer in time",
        [ADMIN_TOO_LONG] = "its answer is too long",
        [ADMIN_INTERRUPTED] = "the connection broke off",
        [ADMIN_BAD_ADDRESS] = "it is no address that can be connected to",
    };

    return texts[failure];
}

/* Sets an IP address with its port, which is behind the last colon. */
static bool set_ip(struct endpoint *endpoint, const char *text, uint32_t len)
{
    const char *colon = memrchr(text, ':', len);
    uint32_t host = colon ? (uint32_t)(colon - text) : 0, port = 0;

    if (!colon || len - host < 2 || len - host > 6)
        return false;
    for (uint32_t i = host + 1; i < len; i++) {
        if (!is_digit(text[i]))
            return false;
        port = port * 10 + (uint32_t)(text[i] - '0');
    }
    endpoint->low = endpoint->high = (uint16_t)port;
    if (host > 2 && text[0] == '[' && text[host - 1] == ']')
        return port && port <= 65535 && endpoint_set_ip(endpoint, text + 1, host - 2);
    if (!host || text_is(text, host, "*")) /* of a family whose address is all zero here */
        return port && port <= 65535;
    return port && port <= 65535 && endpoint_set_ip(endpoint, text, host);
}

bool admin_address(struct endpoint *endpoint, const char *text, uint32_t len)
{
    static const struct {
        const char *text;
        uint8_t family;
    } prefixes[] = {
        {"unix@", ENDPOINT_UNIX}, {"uxst@", ENDPOINT_UNIX}, {"ipv4@", ENDPOINT_IPV4}, {"ipv6@", ENDPOINT_IPV6},
        {"tcp@", ENDPOINT_IPV4},  {"tcp4@", ENDPOINT_IPV4}, {"tcp6@", ENDPOINT_IPV6}, {"ip@", ENDPOINT_IPV4},
    };

    *endpoint = (struct endpoint){.family = ENDPOINT_IPV4};
    if (text_begins(text, len, "abns@") || text_begins(text, len, "abnsz@")) {
        endpoint->family = ENDPOINT_ABSTRACT;
        endpoint->path = (struct endpoint_name){text, len};
        return len > 6;
    }
    for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++)
        if (text_begins(text, len, prefixes[i].text)) {
            endpoint->family = prefixes[i].family;
            text += strlen(prefixes[i].text);
            len -= (uint32_t)strlen(prefixes[i].text);
            break;
        }
    if (endpoint->family == ENDPOINT_UNIX || (len && *text == '/')) {
        endpoint->family = ENDPOINT_UNIX;
        endpoint->path = (struct endpoint_name){text, len};
        return len > 0;
    }
    return set_ip(endpoint, text, len);
}

/* A socket's address for connect. */
struct target {
    union {
        struct sockaddr any;
        struct sockaddr_in ip4;
        struct sockaddr_in6 ip6;
        struct sockaddr_un local;
    } to;
    socklen_t len;
};

/* HAProxy's abns@ is the name with NULs up to the end of sun_path, its abnsz@ the name alone. */
static bool set_local(struct target *target, const struct endpoint *endpoint)
{
    bool abstract = endpoint->family == ENDPOINT_ABSTRACT;
    const char *name = endpoint->path.text;
    uint32_t len = endpoint->path.len, begin = abstract ? (uint32_t)strcspn(name, "@") + 1 : 0;
    size_t room = sizeof(target->to.local.sun_path);

    if (begin >= len || len - begin + 1 > room || memchr(name, '\0', len))
        return false;
    target->to.local.sun_family = AF_UNIX;
    memcpy(target->to.local.sun_path + abstract, name + begin, len - begin);
    target->len = sizeof(target->to.local);
    if (abstract && text_begins(name, len, "abnsz@"))
        target->len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + len - begin);
    return true;
}

static bool set_target(struct target *target, const struct endpoint *endpoint)
{
    bool wildcard = endpoint_is_wildcard(endpoint);

    *target = (struct target){0};
    switch ((enum endpoint_family)endpoint->family) {
    case ENDPOINT_IPV4:
        target->to.ip4 = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(endpoint->low)};
        memcpy(&target->to.ip4.sin_addr, endpoint->ip, 4);
        if (wildcard)
            target->to.ip4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        target->len = sizeof(target->to.ip4);
        return endpoint->low != 0;
    case ENDPOINT_IPV6:
        target->to.ip6 = (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_port = htons(endpoint->low)};
        memcpy(&target->to.ip6.sin6_addr, endpoint->ip, 16);
        if (wildcard)
            target->to.ip6.sin6_addr = in6addr_loopback;
        target->len = sizeof(target->to.ip6);
        return endpoint->low != 0;
    case ENDPOINT_UNIX:
    case ENDPOINT_ABSTRACT:
        return set_local(target, endpoint);
    }
    return false;
}

static enum admin_failure failure_of(int error)
{
    switch (error) {
    case ENOENT:
    case ENOTDIR:
        return ADMIN_ABSENT;
    case ECONNREFUSED:
        return ADMIN_DEAD;
    case EACCES:
    case EPERM:
        return ADMIN_FORBIDDEN;
    case ETIMEDOUT:
        return ADMIN_TIMEOUT;
    default:
        return ADMIN_INTERRUPTED;
    }
}

/* Waits until something can be done with the descriptor. Gives false at the deadline, with errno set. */
static bool wait_for(int fd, short events, int64_t deadline)
{
    for (;;) {
        struct pollfd poll_fd = {fd, events, 0};
        int64_t left = deadline - clock_ms();

        if (left <= 0) {
            errno = ETIMEDOUT;
            return false;
        }
        if (poll(&poll_fd, 1, (int)left) > 0)
            return true;
    }
}

/* Gives true once connected; else false with errno set. A UNIX socket whose queue is full gives EAGAIN, and cannot be
 * waited for. */
static bool connect_to(int fd, const struct target *target, int64_t deadline)
{
    int error = 0;
    socklen_t len = sizeof(error);

    while (connect(fd, &target->to.any, target->len) < 0) {
        if (errno == EISCONN)
            return true;
        if (errno == EAGAIN && clock_ms() < deadline) {
            clock_sleep_ms(5);
            continue;
        }
        if (errno != EINPROGRESS && errno != EALREADY && errno != EINTR)
            return false;
        if (!wait_for(fd, POLLOUT, deadline) || getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) < 0)
            return false;
        if (error) {
            errno = error;
            return false;
        }
        return true;
    }
    return true;
}

static bool send_all(int fd, const char *text, size_t len, int64_t deadline)
{
    while (len) {
        ssize_t sent = send(fd, text, len, MSG_NOSIGNAL);

        if (sent > 0) {
            text += sent;
            len -= (size_t)sent;
        } else if (sent < 0 && errno == EAGAIN) {
            if (!wait_for(fd, POLLOUT, deadline))
                return false;
        } else if (sent >= 0 || errno != EINTR) {
            return false;
        }
    }
    return true;
}

/* One conversation: what is needed again and again while the answer grows. */
struct talk {
    int fd;
    int64_t deadline;
    size_t max; /* bytes of the answer */
};

/* Reads into the room of `answer`, until it is full or nothing more comes. Gives 1 at the end of the answer, 0 where
 * the room is full, -1 with errno set. */
static int read_some(const struct talk *talk, struct buf *answer)
{
    while (answer->len < answer->cap) {
        ssize_t got = recv(talk->fd, answer->data + answer->len, answer->cap - answer->len, 0);

        if (got == 0)
            return 1;
        if (got > 0)
            answer->len += (size_t)got;
        else if (errno == EAGAIN && !wait_for(talk->fd, POLLIN, talk->deadline))
            return -1;
        else if (errno != EAGAIN && errno != EINTR)
            return -1;
    }
    return 0;
}

/* Moves what has come into a larger buffer. Memory runs out by longjmp: the descriptor, which the arena does not know,
 * is closed first in that case. */
static void grow(const struct talk *talk, struct buf *answer)
{
    struct oom *caller = answer->arena->oom, own;

    if (setjmp(own.env)) {
        close(talk->fd);
        answer->arena->oom = answer->oom = caller;
        oom_raise(caller);
    }
    answer->arena->oom = answer->oom = &own;
    buf_reserve(answer, answer->cap);
    answer->arena->oom = answer->oom = caller;
}

static enum admin_failure read_answer(const struct talk *talk, struct buf *answer)
{
    for (;;) {
        int end;

        if (answer->len > talk->max)
            return ADMIN_TOO_LONG;
        if (answer->len == answer->cap)
            grow(talk, answer);
        end = read_some(talk, answer);
        if (end > 0)
            return answer->len > talk->max ? ADMIN_TOO_LONG : ADMIN_ANSWERED;
        if (end < 0)
            return failure_of(errno);
    }
}

/* Talks over a connected descriptor. HAProxy's master ends a connection only once it has been told that no more
 * commands come. */
static enum admin_failure talk_to(const struct talk *talk, const struct target *target, const char *command,
                                  struct buf *answer)
{
    if (!connect_to(talk->fd, target, talk->deadline))
        return failure_of(errno);
    if (!send_all(talk->fd, command, strlen(command), talk->deadline) || !send_all(talk->fd, "\n", 1, talk->deadline) ||
        shutdown(talk->fd, SHUT_WR) < 0)
        return errno == ETIMEDOUT ? ADMIN_TIMEOUT : ADMIN_INTERRUPTED;
    return read_answer(talk, answer);
}

struct admin_answer admin_ask(const struct endpoint *endpoint, const char *command, int time_limit_ms,
                              struct arena *arena)
{
    struct admin_answer result = {.failure = ADMIN_BAD_ADDRESS, .text = ""};
    struct talk talk = {.deadline = clock_ms() + time_limit_ms, .max = ADMIN_ANSWER_MAX};
    struct target target;
    struct buf answer;

    if (!set_target(&target, endpoint))
        return result;
    result.failure = ADMIN_TOO_LONG;
    if (strlen(command) + 1 > ADMIN_COMMAND_MAX)
        return result;
    buf_init_in(&answer, arena);
    buf_reserve(&answer, 256);
    talk.fd = socket(target.to.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    errno = talk.fd < 0 ? errno : 0;
    result.failure = talk.fd < 0 ? ADMIN_INTERRUPTED : talk_to(&talk, &target, command, &answer);
    result.error = result.failure ? errno : 0;
    if (talk.fd >= 0)
        close(talk.fd);
    if (result.failure)
        return result;
    while (answer.len && answer.data[answer.len - 1] == '\n')
        answer.len--;
    result.text = buf_text(&answer);
    result.len = answer.len;
    return result;
}
