#include "hacc/deploy/admin_sockets.h"

#include "hacc/deploy/generation.h"
#include "hacc/host/admin_show.h"
#include "hacc/lang/value.h"

#include <stdlib.h>

static bool is_admin(const struct directive *line)
{
    const struct arg *level = directive_option_value(line, KW_BIND_LEVEL);

    return level && text_is(level->text, level->len, "admin");
}

static bool is_admin_socket(const struct directive *line)
{
    return line->kw->id == KW_GLOBAL_STATS_SOCKET && line->form == FORM_PLAIN && line->arg_count &&
           !(line->args[0].flags & ARG_ENV) && is_admin(line);
}

const char *admin_socket_path(const char *address, struct arena *arena)
{
    struct endpoint endpoint = {0};

    if (!admin_address(&endpoint, address, (uint32_t)strlen(address)) || endpoint.family != ENDPOINT_UNIX)
        return NULL;
    return arena_strndup(arena, endpoint.path.text, endpoint.path.len);
}

/* Adds those that hand over sockets, or the others. */
static void collect(struct admin_sockets *sockets, const struct config *config, bool hands_over, struct arena *arena)
{
    uint32_t cap = sockets->count;

    for (const struct section *section = config->first; section; section = section->next) {
        for (const struct directive *line = section->first; line; line = line->next) {
            const char *address;
            bool exposed;

            if (section->context != CONTEXT_GLOBAL || !is_admin_socket(line))
                continue;
            address = arena_strndup(arena, line->args[0].text, line->args[0].len);
            exposed = directive_option(line, KW_BIND_EXPOSE_FD) && admin_socket_path(address, arena);
            if (exposed != hands_over)
                continue;
            if (sockets->count == cap)
                sockets->at = arena_extend(arena, sockets->at, sockets->count, &cap, 4, sizeof(*sockets->at));
            sockets->at[sockets->count++] = (struct admin_socket){address, exposed};
        }
    }
}

void admin_sockets_of(struct admin_sockets *sockets, const struct config *config, struct arena *arena)
{
    *sockets = (struct admin_sockets){NULL, 0};
    collect(sockets, config, true, arena);
    collect(sockets, config, false, arena);
}

/* The value of HACC_GEN, where its line is among the others. */
static void copy_generation(const char *text, char generation[RUNNING_SIZE])
{
    static const char key[] = "\n" GENERATION_VARIABLE "=";
    const char *at = strstr(text, key);
    size_t len;

    *generation = '\0';
    if (!at)
        return;
    at += sizeof(key) - 1;
    len = strcspn(at, "\r\n");
    if (len >= RUNNING_SIZE)
        return;
    memcpy(generation, at, len);
    generation[len] = '\0';
}

struct admin_facts admin_facts(const char *address, pid_t worker, int time_limit_ms, struct arena *arena)
{
    struct admin_facts facts = {.failure = ADMIN_BAD_ADDRESS};
    struct endpoint endpoint = {0};
    struct admin_answer answer;
    struct admin_info info;
    const char *command = "show info;show env " GENERATION_VARIABLE;

    if (!admin_address(&endpoint, address, (uint32_t)strlen(address)))
        return facts;
    if (worker)
        command = arena_printf(arena, "@!%d show info;@!%d show env " GENERATION_VARIABLE, worker, worker);
    answer = admin_ask(&endpoint, command, time_limit_ms, arena);
    facts.failure = answer.failure;
    if (answer.failure != ADMIN_ANSWERED)
        return facts;
    if (admin_read_info(&answer, &info, arena)) {
        facts.pid = info.pid;
        facts.stopping = info.stopping;
    }
    copy_generation(answer.text, facts.generation);
    return facts;
}
