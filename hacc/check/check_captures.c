/* Capture slots: numbers, which `declare capture`, `capture … header` and captures with a length of their own give in a
 * row, requests and responses apart. A rule fills the slot that its `id` names. HAProxy looks for it in frontends, and
 * in a defaults section that one of them starts from. Source: asked of the binaries. */
#include "hacc/check/check.h"

#include "hacc/lang/types.h"

struct slots {
    int64_t request, response;
    bool used; /* some rule names one by its number */
};

/* Gives enum int_profile of an argument; INT_NONE where it is no number. */
static enum int_profile profile_of(const struct arg *arg)
{
    const struct sig *sig = sig_at(arg->sig);

    return arg->sig && sig->kind == SIG_PARAM && sig->type == TYPE_INT ? (enum int_profile)sig->arg : INT_NONE;
}

static void count_slots(const struct section *section, struct slots *slots)
{
    for (const struct directive *d = section->first; d; d = d->next) {
        for (uint32_t i = 0; i < d->arg_count; i++) {
            enum int_profile profile = profile_of(&d->args[i]);

            slots->used |= profile == INT_REQUEST_SLOT_ID || profile == INT_RESPONSE_SLOT_ID;
            slots->request += profile == INT_REQUEST_SLOT;
            slots->response += profile == INT_RESPONSE_SLOT;
        }
    }
}

static void check_slot(struct config *config, const struct arg *arg, const struct slots *slots)
{
    bool request = profile_of(arg) == INT_REQUEST_SLOT_ID;
    int64_t id, count = request ? slots->request : slots->response;

    if (!int_parse(arg->text, arg->len, &id) || id < count)
        return;
    diag_add(config->diags, RULE_REFERENCE_MISSING, arg_span(arg),
             request ? "'declare capture request' makes one, counted from 0"
                     : "'declare capture response' makes one, counted from 0",
             "no capture slot %.*s for %s", (int)arg->len, arg->text, request ? "requests" : "responses");
}

static void check_section(struct config *config, const struct section *section)
{
    struct slots slots = {0};

    count_slots(section, &slots);
    if (!slots.used)
        return;
    if (section->defaults)
        count_slots(section->defaults, &slots);
    for (const struct directive *d = section->first; d; d = d->next) {
        for (uint32_t i = 0; i < d->arg_count; i++) {
            enum int_profile profile = profile_of(&d->args[i]);

            if (profile == INT_REQUEST_SLOT_ID || profile == INT_RESPONSE_SLOT_ID)
                check_slot(config, &d->args[i], &slots);
        }
    }
}

void check_captures(struct config *config)
{
    for (const struct section *section = config->first; section; section = section->next)
        if ((section_sides(section) | section->serves) & SIDE_FRONTEND && !section->poison && !proxy_is_off(section))
            check_section(config, section);
}
