/* ACLs: lines that nothing uses, that say the same, or that hardly say what was meant. */
#include "hacc/check/lint.h"
#include "hacc/check/request_words.h"

#include "hacc/lang/value.h"

bool lint_next_acl(const struct directive *d, struct lint_acl *acl)
{
    for (uint32_t i = acl->next; i < d->arg_count && d->flags & KW_TESTS; i++) {
        const struct arg *arg = &d->args[i];
        const struct sig *sig = sig_at(arg->sig);
        uint32_t end = i + 1;

        if (!arg->sig || sig->kind != SIG_PARAM || (sig->type != TYPE_ACL && sig->type != TYPE_COND))
            continue;
        acl->args = arg;
        if (sig->type == TYPE_COND) { /* what stands between braces */
            if (!arg->len || arg->text[arg->len - 1] != '{')
                continue;
            acl->args = arg + 1;
            while (end < d->arg_count && !text_is(d->args[end].text, d->args[end].len, "}"))
                end++;
        } else {
            end = d->arg_count;
        }
        acl->count = (uint32_t)(d->args + end - acl->args);
        acl->next = end;
        return true;
    }
    return false;
}

/* --- an ACL by itself --- */

static bool is_joint(const struct arg *arg, bool *certain)
{
    static const char *const words[] = {"||", "&&", "or", "and", "if", "unless"};

    for (size_t i = 0; i < LINT_COUNT(words); i++) {
        if (arg->flags & (ARG_ENV | ARG_QUOTED) || !text_is(arg->text, arg->len, words[i]))
            continue;
        *certain = i < 2;
        return true;
    }
    return false;
}

/* `path_beg /a or /b`: words of conditions among the patterns, unless all of them may be meant as words. */
static void check_joints(struct lint *lint, const struct acl_words *words)
{
    bool certain;

    if (words->test.match < MATCH_STR || words->test.match > MATCH_REG)
        return;
    for (uint32_t i = 0; i < words->count; i++) {
        const struct arg *arg = &words->patterns[i];
        bool first;

        if (!is_joint(arg, &certain))
            continue;
        if (!certain && (i == 0 || i + 1 == words->count || is_joint(words->patterns, &first)))
            continue;
        diag_add(lint->config->diags, RULE_ACL_OPERATOR_IN_PATTERN, arg_span(arg),
                 "patterns that stand side by side are alternatives; join tests in the condition of a rule",
                 "'%.*s' is one more pattern here, and joins nothing", (int)arg->len, arg->text);
        return;
    }
}

static void check_patterns(struct lint *lint, const struct acl_words *words)
{
    const struct arg *criterion = words->test.at;

    if (words->count || words->more || words->test.match == MATCH_FOUND || words->test.match == MATCH_BOOL)
        return;
    if (words->patterns > criterion + 1)
        return; /* a flag, as '--', says to HAProxy too that it is meant */
    diag_add(lint->config->diags, RULE_ACL_EMPTY_PATTERN, arg_span(criterion),
             "write what to compare it with, or '-m found' to ask whether there is a value",
             "'%.*s' is compared with nothing, so this never matches", (int)criterion->len, criterion->text);
}

static void check_each(struct lint *lint, const struct directive *d)
{
    struct lint_acl acl = {0};
    struct acl_words words;

    while (lint_next_acl(d, &acl)) {
        if (!acl_words_read(lint->config, acl.args, acl.count, &words))
            continue;
        check_joints(lint, &words);
        check_patterns(lint, &words);
        lint_patterns(lint, &words);
    }
}

/* --- ACLs beside each other --- */

static uint32_t hash_test(const struct directive *d)
{
    uint32_t hash = 0;

    for (uint32_t i = 1; i < d->arg_count; i++)
        hash = grammar_hash(hash, d->args[i].text, d->args[i].len);
    return hash;
}

static bool same_test(const void *item, const void *key)
{
    const struct directive *a = item, *b = key;

    for (uint32_t i = 1; i < a->arg_count && a->arg_count == b->arg_count; i++)
        if (a->args[i].len != b->args[i].len || memcmp(a->args[i].text, b->args[i].text, a->args[i].len) != 0)
            return false;
    return a->arg_count == b->arg_count;
}

static bool same_name(const struct directive *a, const struct directive *b)
{
    return a->args->len == b->args->len && memcmp(a->args->text, b->args->text, a->args->len) == 0;
}

static void report_duplicate(struct lint *lint, const struct directive *d, const struct directive *first)
{
    const struct arg *name = d->args, *other = first->args;

    if (same_name(d, first))
        diag_add(lint->config->diags, RULE_ACL_DUPLICATE, arg_span(name), "remove one of the lines",
                 "this line of ACL '%.*s' stands above already", (int)name->len, name->text);
    else
        diag_add(lint->config->diags, RULE_ACL_DUPLICATE, arg_span(name), "use one ACL for both",
                 "ACL '%.*s' tests what '%.*s' tests", (int)name->len, name->text, (int)other->len, other->text);
    diag_place(lint->config->diags, arg_span(other), "the same test");
    if (same_name(d, first) && !first->condition)
        lint_fix_remove(lint, d);
}

/* tests: the ACL lines of the section above, by what they test. */
static void check_duplicate(struct lint *lint, struct hash_set *tests, struct directive *d)
{
    const struct directive *first = hash_set_add(tests, lint->config->arena, hash_test(d), d, same_test, d);

    if (first)
        report_duplicate(lint, d, first);
}

/* Which fetches of two lines of one ACL are hardly alternatives: who asks and what for, how and what for. */
static bool hardly_alternatives(const struct request_sample *a, const struct request_sample *b)
{
    bool asked = b->part == PART_PATH || b->part == PART_HOST;

    if (a->part == PART_METHOD)
        return asked || b->fetch->id == KW_FETCH_SRC;
    return a->fetch->id == KW_FETCH_SRC && (asked || b->part == PART_METHOD);
}

static const struct request_sample *sample_of(const struct lint *lint, const struct directive *line)
{
    struct acl_words words;

    if (!acl_words_read(lint->config, line->args + 1, line->arg_count - 1, &words))
        return NULL;
    return words.test.sample;
}

/* Several lines of one name are alternatives. */
static void check_alternatives(struct lint *lint, const struct symbol *acl)
{
    const struct request_sample *first = sample_of(lint, acl->directive);

    for (const struct symbol *line = acl->same; line && first; line = line->same) {
        const struct request_sample *sample = sample_of(lint, line->directive);

        if (!sample || (!hardly_alternatives(first, sample) && !hardly_alternatives(sample, first)))
            continue;
        diag_add(lint->config->diags, RULE_ACL_SAME_NAME_OR, line->at,
                 "if both must hold, give them two names and write both in the condition",
                 "ACL '%.*s' matches where one of its lines does: by '%s' here, by '%s' above", (int)acl->len,
                 acl->name, sample->fetch->name, first->fetch->name);
        diag_place(lint->config->diags, acl->at, "the first line");
        return;
    }
}

/* Whether a condition of the section holds a variable, whose value may name any ACL. */
static bool names_are_open(const struct section *section)
{
    for (const struct directive *d = section->first; d; d = d->next)
        for (uint32_t i = 0; i < d->arg_count; i++)
            if (d->args[i].flags & ARG_ENV && (!d->args[i].sig || sig_at(d->args[i].sig)->type == TYPE_COND))
                return true;
    return false;
}

/* Gives the ACL of a line. The names stand in the order of the lines that define them: *next is the one that is to be
 * expected, and most need not be looked up. */
static const struct symbol *acl_of(const struct lint *lint, const struct directive *d, const struct symbol **next)
{
    const struct symbol *acl = *next;

    while (acl && acl->kind != SYMBOL_ACL)
        acl = acl->next;
    *next = acl;
    if (!acl || acl->directive != d)
        return config_find(lint->config, SYMBOL_ACL, d->args->text, d->args->len, lint->section);
    *next = acl->next;
    return acl;
}

static void check_lines(struct lint *lint)
{
    const struct symbol *next = lint->section->names.first, *acl;
    struct hash_set tests = {0};
    bool open = !lint->sure || lint->has_errors || names_are_open(lint->section);

    for (struct directive *d = lint->section->first; d; d = d->next) {

        if (!(d->flags & KW_TESTS) || d->arg_count < 2 || sig_at(d->args[1].sig)->type != TYPE_ACL ||
            d->args[0].flags & ARG_ENV)
            continue;
        acl = acl_of(lint, d, &next);
        if (!acl)
            continue;
        if (lint->sure)
            check_duplicate(lint, &tests, d);
        if (acl->directive != d)
            continue;
        if (!acl->used && !open)
            diag_add(lint->config->diags, RULE_ACL_UNUSED, acl->at, "use it in a condition, or remove it",
                     "no rule of this section uses ACL '%.*s'", (int)acl->len, acl->name);
        else if (acl->same && lint->sure)
            check_alternatives(lint, acl);
    }
}

void lint_acls(struct lint *lint)
{
    bool any = false;

    for (const struct directive *d = lint->section->first; d; d = d->next) {
        check_each(lint, d);
        any |= d->flags & KW_TESTS && d->arg_count > 1 && d->args[1].sig && sig_at(d->args[1].sig)->type == TYPE_ACL;
    }
    if (any)
        check_lines(lint);
}

/* --- what HTTP tells, where nothing has been read yet --- */

static bool is_of_http(const struct request_set *set)
{
    return set->parts & (1 << PART_METHOD | 1 << PART_HOST | 1 << PART_PATH | 1 << PART_HEADER);
}

/* A proxy in mode tcp that has no rules on contents chooses as soon as a connection has been accepted, whatever has
 * come in by then. */
void lint_early_http(struct lint *lint)
{
    if (lint->mode != MODE_TCP || !lint->frontend || !lint->enabled || !lint->sure ||
        lint_effective(lint, KW_FRONTEND_TCP_REQUEST_CONTENT))
        return;
    for (const struct directive *d = lint->section->first; d; d = d->next) {
        struct request_condition condition;
        const struct request_term *found = NULL;

        if (d->kw->id != KW_FRONTEND_USE_BACKEND || !directive_has_condition(d))
            continue;
        condition = request_condition_of(lint->config, lint->section, d);
        for (uint32_t i = 0; i < condition.count && !found; i++)
            for (uint32_t j = 0; j < condition.cases[i].count && !found; j++)
                if (is_of_http(condition.cases[i].terms[j].set))
                    found = &condition.cases[i].terms[j];
        if (found)
            diag_add(lint->config->diags, RULE_ACL_HTTP_IN_TCP, arg_span(found->at),
                     "set 'mode http', or wait for the request with 'tcp-request inspect-delay' and 'tcp-request "
                     "content accept if HTTP'",
                     "'%.*s' looks at a request that %s '%.*s', in mode tcp, does not wait for", (int)found->at->len,
                     found->at->text, LINT_NAME(lint));
    }
}
