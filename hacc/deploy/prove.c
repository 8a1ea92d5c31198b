#include "hacc/deploy/prove.h"

#include "hacc/check/binds.h"
#include "hacc/deploy/probe.h"
#include "hacc/host/clock.h"
#include "hacc/model/endpoint_index.h"

/* Between two questions, and two looks at the sockets, in milliseconds; the longest that one answer may take. */
enum { PROVE_PAUSE = 5, LISTEN_PAUSE = 100, PROVE_ANSWER = 2000 };

static bool fail(struct proof *proof, const char *why)
{
    proof->why = why;
    return false;
}

static bool all_live(struct proof *proof)
{
    for (uint32_t i = 0; i < proof->count; i++)
        if (!process_lives(&proof->processes[i]))
            return fail(proof, arena_printf(proof->arena, "the new process %d has ended", proof->processes[i].pid));
    return true;
}

/* Whether the answer is a new process's, and of the generation where that has its name in it. */
static bool is_it(const struct proof *proof, const struct admin_facts *facts)
{
    for (uint32_t i = 0; i < proof->count; i++)
        if (facts->pid == proof->processes[i].pid)
            return !proof->generation->named || strcmp(facts->generation, proof->generation->name) == 0;
    return false;
}

/* While both serve, the old process may answer a shared socket: one answer of a new one is enough, because it is whole.
 */
static bool answers(const struct proof *proof)
{
    struct admin_facts facts;

    if (proof->master_socket && proof->count == 1) {
        facts = admin_facts(proof->master_socket, proof->processes[0].pid, PROVE_ANSWER, proof->arena);
        return is_it(proof, &facts);
    }
    for (uint32_t i = 0; i < proof->sockets->count; i++) {
        facts = admin_facts(proof->sockets->at[i].address, 0, PROVE_ANSWER, proof->arena);
        if (is_it(proof, &facts))
            return true;
    }
    return !proof->sockets->count;
}

/* UNIX sockets are left out: HAProxy binds them under another name. */
static bool is_looked_for(const struct bind *bind)
{
    const struct endpoint *endpoint = &bind->endpoint;

    return (endpoint->family == ENDPOINT_IPV4 || endpoint->family == ENDPOINT_IPV6) && !endpoint->space.len &&
           !endpoint->device.len && !endpoint->datagram;
}

/* Fills an index with what the processes listen on. Gives false where this user may not look. */
static bool index_sockets(const struct proof *proof, struct endpoint_index *index, struct arena *arena)
{
    struct sockets all, own;

    sockets_read(&all, arena);
    endpoint_index_init(index, arena);
    for (uint32_t i = 0; i < proof->count; i++) {
        if (!process_sockets(&proof->processes[i], &all, &own, arena) || own.unread)
            return false;
        for (uint32_t k = 0; k < own.count; k++)
            endpoint_index_add(index, &own.at[k].endpoint, k);
    }
    endpoint_index_sort(index);
    return true;
}

/* Gives the first bind without a socket; NULL: there is none. Asked again and again: what it needs in between goes. */
static const struct bind *find_unbound(const struct proof *proof, const struct binds *binds)
{
    const struct bind *found = NULL;
    struct endpoint_index index;
    struct arena arena;

    arena_init(&arena, proof->arena->oom);
    if (index_sockets(proof, &index, &arena))
        for (uint32_t i = 0; i < binds->count && !found; i++)
            if (is_looked_for(&binds->at[i]) &&
                endpoint_index_holder(&index, &binds->at[i].endpoint, true) == ENDPOINT_NONE)
                found = &binds->at[i];
    arena_release(&arena);
    return found;
}

/* Asks until it answers; false: one has ended, or the time is over. */
static bool await_answer(struct proof *proof, int64_t deadline)
{
    while (!answers(proof)) {
        if (!all_live(proof))
            return false;
        if (clock_ms() >= deadline)
            return fail(proof, arena_printf(proof->arena, "no answer of the new process for %d s",
                                            proof->time_limit_ms / 1000));
        clock_sleep_ms(PROVE_PAUSE);
    }
    return true;
}

/* A worker without an admin socket is looked at before it has bound all. */
static bool await_listening(struct proof *proof, int64_t deadline)
{
    struct binds binds = {0};
    const struct bind *unbound;

    if (!proof->config)
        return all_live(proof);
    binds_read(&binds, (struct config *)proof->config);
    while ((unbound = find_unbound(proof, &binds))) {
        if (!all_live(proof))
            return false;
        if (clock_ms() >= deadline)
            return fail(proof, arena_printf(proof->arena, "the new process does not listen on '%.*s'",
                                            (int)unbound->len, unbound->text));
        clock_sleep_ms(LISTEN_PAUSE);
    }
    return all_live(proof);
}

bool prove(struct proof *proof)
{
    int64_t deadline = clock_ms() + proof->time_limit_ms;

    proof->why = NULL;
    return await_answer(proof, deadline) && await_listening(proof, deadline) &&
           (!proof->probe || probe_answers(proof->probe, (int)(deadline - clock_ms()), proof->arena, &proof->why));
}
