#include "hacc/deploy/prove.h"

#include "hacc/check/binds.h"
#include "hacc/deploy/probe.h"
#include "hacc/host/clock.h"
#include "hacc/model/endpoint_index.h"

/* Between two questions, in milliseconds; the longest that one answer may take. */
enum { PROVE_PAUSE = 5, PROVE_ANSWER = 2000 };

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
static bool index_sockets(const struct proof *proof, struct endpoint_index *index)
{
    struct sockets all, own;

    sockets_read(&all, proof->arena);
    endpoint_index_init(index, proof->arena);
    for (uint32_t i = 0; i < proof->count; i++) {
        if (!process_sockets(&proof->processes[i], &all, &own, proof->arena) || own.unread)
            return false;
        for (uint32_t k = 0; k < own.count; k++)
            endpoint_index_add(index, &own.at[k].endpoint, k);
    }
    endpoint_index_sort(index);
    return true;
}

static bool listens(struct proof *proof)
{
    struct endpoint_index index;
    struct binds binds = {0};

    if (!proof->config || !index_sockets(proof, &index))
        return true;
    binds_read(&binds, (struct config *)proof->config);
    for (uint32_t i = 0; i < binds.count; i++) {
        const struct bind *bind = &binds.at[i];

        if (is_looked_for(bind) && endpoint_index_holder(&index, &bind->endpoint, true) == ENDPOINT_NONE)
            return fail(proof, arena_printf(proof->arena, "the new process does not listen on '%.*s'", (int)bind->len,
                                            bind->text));
    }
    return true;
}

bool prove(struct proof *proof)
{
    int64_t deadline = clock_ms() + proof->time_limit_ms;

    proof->why = NULL;
    while (!answers(proof)) {
        if (!all_live(proof))
            return false;
        if (clock_ms() >= deadline)
            return fail(proof, arena_printf(proof->arena, "no answer of the new process for %d s",
                                            proof->time_limit_ms / 1000));
        clock_sleep_ms(PROVE_PAUSE);
    }
    if (!all_live(proof) || !listens(proof))
        return false;
    return !proof->probe || probe_answers(proof->probe, (int)(deadline - clock_ms()), proof->arena, &proof->why);
}
