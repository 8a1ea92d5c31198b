/* stats: in global the Runtime API's socket, in a proxy the statistics page. */
#include "hacc/read/intent.h"

#include <string.h>

/* The socket can hand the listeners to a new process (`haproxy -x`): reloads lose nothing by it. A TCP
 * address would give everyone the Runtime API, which has no authentication. */
static void add_socket(struct reader *reader, struct intent_use *use)
{
    const struct node *socket = use->value->kind == NODE_MAP ? intent_option(use, "socket") : use->value;
    struct intent_use inner = *use;
    const char *path = "/run/haproxy/admin.sock", *user, *group;

    if (!socket) {
        intent_fault(reader, use->key, "write socket: true, or a path", "'stats' in global is the admin socket");
        return;
    }
    inner.value = socket;
    if (socket->kind == NODE_MAP)
        intent_check_keys(reader, socket, "path mode level user group", "stats socket");
    path = socket->kind == NODE_MAP           ? intent_word(reader, &inner, "path", path)
           : node_truth(socket) == TRUTH_NONE ? node_word(reader, socket)
                                              : path;
    if (path[strspn(path, "'\"")] != '/' && strncmp(path, "unix@", 5) != 0 && strncmp(path, "abns@", 5) != 0) {
        intent_fault(reader, socket, "give the path of a Unix socket",
                     "the admin socket at '%s' would need no password from anyone who reaches it", path);
        return;
    }
    user = intent_word(reader, &inner, "user", NULL);
    group = intent_word(reader, &inner, "group", NULL);
    reader_add_line(reader, use->key, "stats socket %s%s%s%s%s mode %s level %s expose-fd listeners", path,
                    user ? " user " : "", user ? user : "", group ? " group " : "", group ? group : "",
                    intent_word(reader, &inner, "mode", "660"), intent_word(reader, &inner, "level", "admin"));
    reader_add_line(reader, use->key, "stats timeout 30s");
}

static bool is_open(const struct intent_use *use)
{
    const struct node *auth = use->value->kind == NODE_MAP ? node_find(use->value, "auth", NULL) : NULL;

    return auth && node_truth(auth) == TRUTH_FALSE;
}

/* Who may see the page: a userlist, one user, or (said so) everyone. */
static void add_auth(struct reader *reader, struct intent_use *use)
{
    const char *users = intent_word(reader, use, "users", NULL), *user = intent_word(reader, use, "user", NULL);
    const char *password = intent_word(reader, use, "password", NULL);
    const char *realm = intent_word(reader, use, "realm", "HAProxy");

    int kinds = !!users + (user || password) + is_open(use);

    if (kinds != 1 || !user != !password) {
        intent_fault(reader, use->key, "add users: USERLIST, or user: and password:, or auth: false",
                     kinds == 0   ? "the statistics page has no password"
                     : kinds == 1 ? "the statistics page has half a login: 'user' and 'password' belong together"
                                  : "the statistics page takes one kind of login");
        return;
    }
    if (user && strchr(user, ':')) {
        intent_fault(reader, intent_option(use, "user"), NULL, "a user's name ends at ':'");
        return;
    }
    if (users) {
        reader_add_line(reader, use->key, "stats http-request auth realm %s unless { http_auth(%s) }", realm, users);
    } else if (user) {
        reader_add_line(reader, use->key, "stats auth %s:%s", user, password);
        reader_add_line(reader, use->key, "stats realm %s", realm);
        reader->config->secret = true;
    }
}

static void add_page(struct reader *reader, struct intent_use *use)
{
    const struct node *page = use->value->kind == NODE_MAP ? intent_option(use, "page") : NULL, *refresh;
    struct intent_use inner = *use;

    if (!page) {
        intent_fault(reader, use->key, "write stats: {page: {users: USERLIST}}", "'stats' in a proxy is the page");
        return;
    }
    inner.value = page;
    if (page->kind == NODE_MAP)
        intent_check_keys(reader, page, "uri users user password auth refresh admin realm", "stats page");
    refresh = page->kind == NODE_MAP ? node_find(page, "refresh", NULL) : NULL;
    reader_add_line(reader, use->key, "stats enable");
    reader_add_line(reader, use->key, "stats uri %s",
                    page->kind == NODE_SCALAR && node_truth(page) == TRUTH_NONE
                        ? node_word(reader, page)
                        : intent_word(reader, &inner, "uri", "/stats"));
    if (!refresh || node_truth(refresh) != TRUTH_FALSE)
        reader_add_line(reader, use->key, "stats refresh %s", intent_word(reader, &inner, "refresh", "10s"));
    reader_add_line(reader, use->key, "stats hide-version");
    add_auth(reader, &inner);
    if (intent_option(&inner, "admin"))
        reader_add_line(reader, use->key, "stats admin if TRUE");
}

static void stats_expand(struct reader *reader, struct intent_use *use)
{
    if (use->section->context == CONTEXT_GLOBAL)
        add_socket(reader, use);
    else
        add_page(reader, use);
}

static void stats_finish(struct reader *reader, struct intent_use *use)
{
    if (use->section->context != CONTEXT_GLOBAL && !section_speaks_http(reader->config, use->section))
        intent_fault(reader, use->key, "add 'mode: http'", "the statistics page needs mode http");
}

const struct intent intent_stats = {
    "stats", "global frontend listen backend", "socket page", stats_expand, stats_finish, false};
