/* Lines of HAProxy that are without effect, or worse, with what is set by hand of the kernel. Where a setting is not
 * there, the kernel has what it has: nothing is said. */
#include "hacc/check/lint.h"
#include "hacc/lang/number.h"
#include "hacc/lang/value.h"

/* What must hold of a setting's number. */
enum need_test { NEED_BIT, NEED_AT_LEAST, NEED_ZERO };

/* An option that needs a setting. */
struct need {
    enum keyword_id option;
    const char *setting;
    enum need_test test;
    int64_t bit; /* of NEED_BIT */
    const char *what, *help;
    const char *instead; /* a setting that does as well, where it is not 0; or NULL */
};

static const struct need needs[] = {
    {KW_BIND_TFO, "net.ipv4.tcp_fastopen", NEED_BIT, 2,
     "the kernel accepts no data in the first packet, which 'tfo' on a bind line is for",
     "write 3: 1 is for connections to servers, 2 for those of clients", NULL},
    {KW_SERVER_TFO, "net.ipv4.tcp_fastopen", NEED_BIT, 1,
     "the kernel sends no data in the first packet, which 'tfo' on a server line is for",
     "write 3: 1 is for connections to servers, 2 for those of clients", NULL},
    {KW_BIND_BACKLOG, "net.core.somaxconn", NEED_AT_LEAST, 0, "the kernel cuts every 'backlog' to it",
     "write at least the largest backlog", NULL},
    {KW_SOURCE_USESRC, "net.ipv4.conf.all.src_valid_mark", NEED_ZERO, 0,
     "with packet marks, as transparent mode has them, the kernel then drops the servers' replies as spoofed",
     "write 0, or leave it out", "net.ipv4.conf.all.accept_local"},
};

static bool is_met(const struct need *need, int64_t set, const struct directive *line)
{
    const struct arg *value = directive_option_value(line, need->option);
    int64_t wanted;

    switch (need->test) {
    case NEED_BIT:
        return set & need->bit;
    case NEED_ZERO:
        return set == 0;
    case NEED_AT_LEAST:
        break;
    }
    return !value || !based_parse(&(struct word){.text = value->text, .len = value->len}, &wanted) || set >= wanted;
}

/* Gives the first line by hand that has the option, and does not have what it needs; NULL: there is none. Those of
 * intents have their own settings. */
static const struct directive *find_line(const struct config *config, const struct need *need, int64_t set)
{
    for (const struct section *section = config->first; section; section = section->next)
        for (const struct directive *d = section->first; d; d = d->next)
            if (d->form == FORM_PLAIN && !d->intent && directive_option(d, need->option) && !is_met(need, set, d))
                return d;
    return NULL;
}

void lint_sysctl_lines(struct lint *lint, const struct sysctl_index *index)
{
    struct diags *diags = lint->config->diags;

    for (size_t i = 0; i < LINT_COUNT(needs); i++) {
        const struct sysctl *sysctl = sysctl_index_find(index, needs[i].setting), *instead = NULL;
        const struct directive *line;
        int64_t set, other;

        if (needs[i].instead)
            instead = sysctl_index_find(index, needs[i].instead);
        if (!sysctl || sysctl->reason || !sysctl_number(sysctl, &set) ||
            (instead && (!sysctl_number(instead, &other) || other)))
            continue;
        line = find_line(lint->config, &needs[i], set);
        if (!line)
            continue;
        diag_add(diags, RULE_SYSCTL_CONTRADICTS, sysctl->value_at, needs[i].help, "'%.200s' is %.20s: %s", sysctl->key,
                 sysctl->value, needs[i].what);
        diag_place(diags, line->at, "this line needs it otherwise");
    }
}
