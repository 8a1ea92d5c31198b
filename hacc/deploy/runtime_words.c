/* The words of commands: values of a configuration, each of which is one that HAProxy takes for what it is. A port of
 * 99999 it would take for 34463, and what follows a ';' for a command of its own. */
#include "hacc/deploy/runtime_commands.h"

#include "hacc/lang/value.h"

#include <arpa/inet.h>

/* Whether a name is one word of a command, as all names are that HAProxy takes. */
static bool is_plain(const char *name)
{
    for (const char *at = name; *at; at++)
        if (!is_alnum(*at) && !strchr("_.:-", *at))
            return false;
    return *name;
}

static bool add_number(struct buf *out, uint32_t number, uint32_t max)
{
    buf_printf(out, "%u", number);
    return number <= max;
}

/* Adds the number that a line has; none where nothing says it: 0, no limit. */
static bool add_line_number(struct buf *out, const struct change_side *side)
{
    const struct arg *value = side->line && side->line->arg_count ? side->line->args : NULL;

    if (!side->line) {
        buf_putc(out, '0');
        return true;
    }
    if (!value || value->flags & (ARG_ENV | ARG_POISON) || !value->len || value->len > 9)
        return false;
    for (uint32_t i = 0; i < value->len; i++)
        if (!is_digit(value->text[i]))
            return false;
    buf_add(out, value->text, value->len);
    return true;
}

/* Adds "backend/name". */
static bool add_server(struct buf *out, const struct runtime_operation *operation)
{
    const struct runtime_server *server = operation->new ? operation->new : operation->old;

    buf_printf(out, "%s/%s", server->backend, server->name);
    return is_plain(server->backend) && is_plain(server->name);
}

static bool add_frontend(struct buf *out, const struct runtime_operation *operation)
{
    const struct section *section = operation->side->section;
    size_t before = out->len;

    if (!section || section->name_env)
        return false;
    buf_add(out, section->name, section->name_len);
    return is_plain(buf_text(out) + before);
}

static bool add_weight(struct buf *out, const struct runtime_operation *operation)
{
    return add_number(out, operation->new->weight, 256);
}

static bool add_maxconn(struct buf *out, const struct runtime_operation *operation)
{
    return add_number(out, operation->new->maxconn, INT32_MAX);
}

static bool add_number_of_line(struct buf *out, const struct runtime_operation *operation)
{
    return add_line_number(out, operation->side);
}

static bool add_ip(struct buf *out, const struct runtime_operation *operation)
{
    const struct runtime_server *server = operation->new;
    char text[INET6_ADDRSTRLEN];
    int family = server->endpoint.family == ENDPOINT_IPV6 ? AF_INET6 : AF_INET;

    if (!server->has_ip || !inet_ntop(family, server->endpoint.ip, text, sizeof(text)))
        return false;
    buf_puts(out, text);
    return true;
}

static bool add_port(struct buf *out, const struct runtime_operation *operation)
{
    const struct runtime_server *server = operation->new;

    return server->has_port && server->endpoint.low && add_number(out, server->endpoint.low, 65535);
}

static bool add_address(struct buf *out, const struct runtime_operation *operation)
{
    const struct arg *address = directive_param(operation->new->line, "address");

    if (!address || address->flags & (ARG_ENV | ARG_POISON))
        return false;
    buf_add(out, address->text, address->len);
    return true;
}

/* `add server` takes nothing from default-server. */
static bool add_options(struct buf *out, const struct runtime_operation *operation)
{
    const struct option_set *options = operation->new->options;

    for (uint32_t i = 0; i < options->count; i++) {
        const struct option *option = &options->at[i];

        for (uint32_t word = 0; word < option->count; word++) {
            const struct arg *arg = option->arg ? option->arg + word : NULL;

            if (!arg || arg->flags & (ARG_ENV | ARG_POISON) || !arg->len || memchr(arg->text, ' ', arg->len))
                return false;
            buf_putc(out, ' ');
            buf_add(out, arg->text, arg->len);
        }
    }
    return true;
}

static bool add_state(struct buf *out, const struct runtime_operation *operation)
{
    buf_puts(out, operation->new->disabled ? "maint" : "ready");
    return true;
}

/* What the names in braces stand for. */
static const struct {
    const char *name;
    bool (*add)(struct buf *out, const struct runtime_operation *operation);
} values[] = {
    {"server", add_server},   {"frontend", add_frontend},
    {"weight", add_weight},   {"maxconn", add_maxconn},
    {"ip", add_ip},           {"port", add_port},
    {"address", add_address}, {"options", add_options},
    {"state", add_state},     {"number", add_number_of_line},
};

static bool add_value(struct buf *out, const char *name, uint32_t len, const struct runtime_operation *operation)
{
    for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++)
        if (text_is(name, len, values[i].name))
            return values[i].add(out, operation);
    return false;
}

/* Whether nothing in a command means anything to HAProxy's command line itself: what parts or ends words and commands,
 * and what begins a payload. */
static bool is_one_command(const char *text)
{
    for (const char *at = text; *at; at++)
        if (!is_alnum(*at) && !strchr(" _.:-/@,=+%()[]*!~", *at))
            return false;
    return true;
}

const char *runtime_command_text(const struct runtime_command *command, const struct runtime_operation *operation,
                                 struct arena *arena)
{
    const char *at = command->text;
    struct buf out;

    buf_init_in(&out, arena);
    while (*at) {
        size_t plain = strcspn(at, "{"), len = at[plain] ? strcspn(at + plain, "}") : 0;

        buf_add(&out, at, plain);
        at += plain;
        if (len && !add_value(&out, at + 1, (uint32_t)len - 1, operation))
            return NULL;
        at += len ? len + 1 : 0;
    }
    return out.len < ADMIN_COMMAND_MAX / 2 && is_one_command(buf_text(&out)) ? buf_text(&out) : NULL;
}
